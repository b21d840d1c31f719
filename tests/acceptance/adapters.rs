//! What authors build: a vendor in C that quotes through a real server, and the suite from outside over good and bad
//! libraries.
#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use quotient_plugin_api::conformance::asked::standard;
use quotient_plugin_api::conformance::{Golden, Report};
use quotient_service::config::Config;
use quotient_service::plugins::check_library;
use quotient_tests::{TestServer, adapter_library, plugins, road_over};
use tempfile::TempDir;

/// Compiles a source of this crate as an author does, warnings as errors.
fn c(source: &str, to: &TempDir, arguments: &[&str]) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = to.path().join("plugin.so");
    let output = Command::new("cc")
        .args(["-std=c11", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-Wno-unused"])
        .arg("-Wno-unused-parameter")
        .arg("-I")
        .arg(tests.join("../plugin-api/include"))
        .arg(tests.join(source))
        .arg("-o")
        .arg(&library)
        .args(arguments)
        .output()
        .expect("a C compiler named cc");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    library
}

fn checked(library: &Path) -> Report {
    let state = tempfile::tempdir().unwrap();
    check_library(library, &plugins(Vec::new(), state.path()), &standard(), &[]).unwrap()
}

/// What is wrong, as `product: check: reason`.
fn wrong(report: &Report) -> Vec<String> {
    let failed = report.0.iter().filter(|check| check.result.is_err());
    failed
        .map(|check| format!("{}: {}: {}", check.about, check.name, check.result.clone().unwrap_err()))
        .collect()
}

#[tokio::test]
async fn a_vendor_in_c_is_quoted_by_a_real_server() {
    let state = tempfile::tempdir().unwrap();
    let library = c("c/fixed_price.c", &state, &["-pedantic"]);
    let config = plugins(vec![library], state.path());
    let service = Config { listen: Some(([127, 0, 0, 1], 0).into()), threads: Some(1), ..Config::default() };
    let server = TestServer::over(&service, road_over(&service, &config), state).await;
    let body = server.quote("fixed-price", "term_months = 12\n[[seats]]\nnamed = 10\n").await;
    // 10 seats × 7 × 12 months.
    let term = body.totals.unwrap().term.unwrap();
    let (low, high) = (term.low.unwrap(), term.high.unwrap());
    assert_eq!((low.currency_code.as_str(), low.units, low.nanos), ("USD", 840, 0));
    assert_eq!(low, high);
    assert_eq!(body.vendor_id, "c-vendor");
    assert_eq!(body.sources[0].uri, "https://example.com/pricing");
}

#[test]
fn a_vendor_in_c_conforms() {
    let directory = tempfile::tempdir().unwrap();
    let report = checked(&c("c/fixed_price.c", &directory, &[]));
    assert!(report.passed(), "\n{report}");
}

#[test]
fn a_quote_that_is_right_in_a_file_is_held_against_the_library() {
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().join("golden/tencent-qidian");
    std::fs::create_dir_all(&folder).unwrap();
    // 3 users are the least: 3 × 999 for a year.
    let file = |total: &str, lines: &str| {
        let text = format!(
            "arithmetic = \"3 × 999\"\ncurrency = \"CNY\"\ntotal = \"{total}\"\n{lines}\n[requirement]\nterm_months = 12\n\
             seats = [{{ named = 2 }}]\n"
        );
        std::fs::write(folder.join("two-users.toml"), text).unwrap();
        Golden::read(&state.path().join("golden"))
    };
    let library = adapter_library("tencent_qidian");
    let check = |goldens: &[Golden]| {
        let report =
            check_library(&library, &plugins(Vec::new(), state.path()), &standard()[..1], goldens).unwrap();
        report.0.iter().find(|check| check.name == "two-users").unwrap().result.clone()
    };
    assert_eq!(check(&file("2997", "[lines]\nusers = \"2997\"").unwrap()), Ok("CNY 2997".to_owned()));
    assert_eq!(
        check(&file("1998", "[lines]\nuser = \"1998\"").unwrap()),
        Err("line users: found 2997, expected none; line user: found none, expected 1998; \
             total: found CNY 2997, expected CNY 1998"
            .to_owned())
    );
    let told = file("2997 CNY", "").unwrap_err();
    assert!(
        told.contains("two-users.toml:3:") && told.contains("total: found the amount \"2997 CNY\""),
        "{told}"
    );
    let told = file("2997", "edtion = \"online-basic\"").unwrap_err();
    assert!(told.contains("edtion") && told.contains("edition"), "{told}");
    let told = Golden::read(&state.path().join("none")).unwrap_err();
    assert!(told.contains("none"), "{told}");
}

#[test]
fn the_adapters_of_the_workspace_conform_from_outside() {
    for name in ["amazon_connect", "tencent_qidian"] {
        let report = checked(&adapter_library(name));
        assert!(report.passed(), "\n{report}");
    }
}

#[test]
fn a_library_that_misbehaves_fails_with_reasons() {
    let report = checked(&adapter_library("none").with_file_name("libquotient_rogue.so"));
    let wrong = wrong(&report);
    for expected in [
        "panics: answers: one seat: status 8 (panic): ",
        "panics: stops when the time is over: one seat: status 8 (panic): ",
        "fails: answers: one seat: status 6 (internal): the table is empty",
        "waits: answers: one seat: took longer than 3 s",
        "declines: gives the same answer again: one seat: another instance answers differently",
        "declines: catalog is valid: found no revision or no currency",
        // 10 × 10 × 12 months, and 11 × 8 × 12.
        "falls: never costs less for more seats: all monthly costs less for more seats: 10 cost USD 1200, and 11 cost \
         USD 1056",
    ] {
        assert!(wrong.iter().any(|line| line.starts_with(expected)), "{expected} in\n{}", wrong.join("\n"));
    }
}

#[test]
fn faults_of_a_plugin_in_c_are_found() {
    for (fault, expected) in [
        ("-DROGUE_GARBAGE", "p: answers: one seat: the answer cannot be read"),
        ("-DROGUE_EMPTY", "p: answers: one seat: "),
        ("-DROGUE_ENDLESS", "p: answers: one seat: status 6 (internal): answered with more than"),
        ("-DROGUE_STATUS=4", "p: answers: one seat: status 4 (unavailable)"),
        ("-DROGUE_NO_INSTANCE", "p: opens: status 6 (internal)"),
        ("-DROGUE_GARBAGE_DESCRIPTION", "library: describes itself: "),
        // Nothing that it is given is looked at.
        ("-DROGUE", "p: refuses garbage: a request that is no message is accepted"),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let report = checked(&c("rogue/plugin.c", &directory, &[fault]));
        let wrong = wrong(&report);
        assert!(wrong.iter().any(|line| line.starts_with(expected)), "{fault}: {expected} in\n{report}");
    }
}

#[test]
fn a_library_that_is_not_loaded_is_refused_with_its_reason() {
    let directory = tempfile::tempdir().unwrap();
    let library = c("rogue/plugin.c", &directory, &["-DROGUE_NO_NOTE"]);
    let config = plugins(Vec::new(), directory.path());
    let told = check_library(&library, &config, &standard(), &[]).unwrap_err();
    assert!(told.contains("found no section `.qp_note`"), "{told}");
}
