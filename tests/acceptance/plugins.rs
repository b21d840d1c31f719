//! Real libraries through the loader: a good one in C, one in Rust, and many that are bad in one way each.
#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use prost::Message;
use quotient_plugin_api::abi::Status;
use quotient_proto::plugin_v1::{OffersRequest, OffersResponse, offers_response};
use quotient_service::plugins::{Allowed, CallError, CallMode, Inline, Instance, Registry, Snapshot};

use self::plugin_bench::Bench;

mod plugin_bench;

/// The instance of the only product of a plugin in C.
fn only(snapshot: &Snapshot) -> Arc<Instance> {
    assert_eq!(snapshot.refused(), []);
    snapshot.product("p").unwrap()
}

/// Compiles a plugin that is bad in one way, and returns why it is refused.
fn refusal(arguments: &[&str]) -> String {
    let mut bench = Bench::new();
    let path = bench.c("bad.so", arguments);
    refused_as(&bench, &path)
}

fn refused_as(bench: &Bench, path: &Path) -> String {
    let snapshot = bench.load();
    assert_eq!(snapshot.products().len(), 0);
    let [refused] = snapshot.refused() else { panic!("{:?}", snapshot.refused()) };
    assert_eq!(refused.path, path);
    assert!(refused.reason.contains(path.to_str().unwrap()), "{}", refused.reason);
    refused.reason.clone()
}

#[track_caller]
fn assert_refused(arguments: &[&str], because: &str) {
    let reason = refusal(arguments);
    assert!(reason.contains(because), "{reason}");
}

fn request(level: u32) -> Vec<u8> {
    let ten = vec![quotient_proto::google::r#type::Decimal { value: "10".into() }];
    let seats = quotient_proto::v1::SeatGroup {
        role: "agent".into(),
        named: Some(quotient_proto::v1::MonthlyProfile { values: ten, monthly_growth: None }),
        peak_concurrent: None,
    };
    let mut requirement = quotient_proto::v1::Requirement { seats: vec![seats], ..Default::default() };
    quotient_plugin_api::wire::resolve(&mut requirement, jiff::civil::date(2026, 3, 1));
    OffersRequest { level, requirement: Some(requirement) }.encode_to_vec()
}

fn in_a_minute() -> Instant {
    Instant::now().checked_add(Duration::from_secs(60)).unwrap()
}

fn ask(instance: &Instance) -> Result<OffersResponse, CallError> {
    instance.offers_inline(&request(1), in_a_minute())
}

/// Asks the only product of a plugin in C that answers in one bad way.
fn answer(arguments: &[&str]) -> (Result<OffersResponse, CallError>, Arc<Instance>) {
    let mut bench = Bench::new();
    bench.c("good.so", arguments);
    let instance = only(&bench.load());
    (ask(&instance), instance)
}

fn declined_text(response: OffersResponse) -> String {
    match response.result {
        Some(offers_response::Result::Decline(decline)) => decline.text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_plugin_in_c_with_a_short_table_loads_and_answers() {
    let mut bench = Bench::new();
    let path = bench.c("good.so", &[]);
    let snapshot = bench.load();
    let instance = only(&snapshot);
    let plugin = instance.plugin();
    assert_eq!((plugin.id.as_str(), plugin.version.as_str(), plugin.build.as_str()), ("c", "1.0.0", "C"));
    assert_eq!((&plugin.path, plugin.sha256.len(), plugin.call_mode), (&path, 64, CallMode::Pool));
    assert_eq!(instance.catalog().vendor_id, "v");
    let bytes = request(1);
    let response = instance.offers_inline(&bytes, in_a_minute()).unwrap();
    assert_eq!(declined_text(response), (bytes.len() % 10).to_string());
}

#[test]
fn the_private_copy_is_what_is_loaded() {
    let mut bench = Bench::new();
    let path = bench.c("good.so", &[]);
    let instance = only(&bench.load());
    let copy = bench.path("state").join(format!("{}.so", instance.plugin().sha256));
    assert_eq!(fs::read(&copy).unwrap(), fs::read(&path).unwrap());
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o7777, 0o500);
    // The file may be overwritten in place; what is mapped is not it.
    fs::write(&path, "gone").unwrap();
    assert!(ask(&instance).is_ok());
}

#[test]
fn another_major_version_is_refused_before_and_after_loading() {
    assert_refused(&["-DROGUE_NOTE_MAJOR=2"], "built for plugin ABI 2.0; this host speaks 1.0");
    assert_refused(&["-DROGUE_TABLE_MAJOR=2"], "built for plugin ABI 2.0; this host speaks 1.0");
}

#[test]
fn a_table_that_is_none_is_refused() {
    assert_refused(&["-DROGUE_TABLE_MAGIC=7"], "begins with 0x00000007, expected 0x31305051");
    assert_refused(&["-DROGUE_NULL_SLOT"], "has no `offers`");
    assert_refused(&["-DROGUE_TABLE_SIZE=64"], "has 64 bytes, expected 72 or more");
    assert_refused(&["-DROGUE_TABLE_FLAGS=1"], "its note says flags 3, its table says 1");
    assert_refused(&["-DROGUE_REFUSES"], "the plugin refused this host");
}

#[test]
fn a_library_that_is_not_fit_is_refused_before_its_code_runs() {
    assert_refused(&["-DROGUE_NO_NOTE"], "found no section `.qp_note`");
    assert_refused(&["-DROGUE_NO_ENTRY"], "does not export `qp_plugin_entry_v1`");
    assert_refused(&["-DROGUE_SCHEMA=2"], "speaks message schema 2, this host speaks 1");
    assert_refused(&["-DROGUE_FLAGS=2"], "build it with panic = \"unwind\"");
    assert_refused(&["-DROGUE_FLAGS=9"], "brings a managed runtime");
    assert_refused(&["-Wl,-z,execstack"], "asks for an executable stack");
}

#[test]
fn a_library_that_needs_static_storage_or_other_libraries_is_refused() {
    let mut bench = Bench::new();
    let other = bench.c("libother.so", &[]);
    bench.config.files.clear();
    let path = bench.c("bad.so", &["-Wl,--no-as-needed", other.to_str().unwrap()]);
    assert!(refused_as(&bench, &path).contains("needs the library `"));

    let source = bench.path("tls.c");
    fs::write(&source, "__thread int here; int *get(void); int *get(void) { return &here; }\n").unwrap();
    assert_refused(
        &["-ftls-model=initial-exec", source.to_str().unwrap()],
        "uses static thread-local storage",
    );
}

#[test]
fn what_a_library_says_of_itself_is_checked() {
    assert_refused(&["-DROGUE_GARBAGE_DESCRIPTION"], "what `describe` answered cannot be read");
    assert_refused(&["-DROGUE_PLUGIN_ID='_'"], "found a plugin id `_`, expected 1 to 64 of a-z, 0-9 and `-`");
    assert_refused(&["-DROGUE_LEVEL=0"], "found kernel level 0, expected 1 or more");
    assert_refused(&["-DROGUE_NO_INSTANCE"], "`create` answered with status 6 (internal)");
    let sick = ["-DROGUE_SICK", "-DROGUE_TABLE_SIZE=sizeof(qp_plugin)"];
    assert_refused(&sick, "the self-test of `p` failed: ill");
}

#[test]
fn a_library_that_hangs_is_left_behind() {
    let mut bench = Bench::new();
    let path = bench.c("bad.so", &["-DROGUE_HANG"]);
    bench.config.limits.load_time_max = Duration::from_millis(50);
    assert!(refused_as(&bench, &path).contains("did not load within 0.05 s"));
}

#[test]
fn a_file_that_is_no_library_is_refused() {
    let mut bench = Bench::new();
    let script = bench.path("script.so");
    fs::write(&script, "#!/bin/sh\n").unwrap();
    bench.config.files = vec![script.clone()];
    assert!(refused_as(&bench, &script).contains("found no 64-bit ELF file"));

    let link = bench.path("link.so");
    symlink(&script, &link).unwrap();
    bench.config.files = vec![link.clone()];
    assert!(refused_as(&bench, &link).contains("found a symbolic link, expected a regular file"));

    let missing = bench.path("missing.so");
    bench.config.files = vec![missing.clone()];
    assert!(refused_as(&bench, &missing).contains("cannot open"));

    let large = bench.c("large.so", &[]);
    bench.config.files = vec![large.clone()];
    bench.config.limits.library_bytes_max = 100;
    assert!(refused_as(&bench, &large).contains("found more than 100 bytes"));
}

#[test]
fn only_what_the_operator_owns_and_allows_is_loaded() {
    let mut bench = Bench::new();
    let path = bench.c("good.so", &[]);
    let sha256 = only(&bench.load()).plugin().sha256.clone();
    bench.config.dev = false;
    let allow = |id: &str, sha256: &str| Some(vec![Allowed { plugin_id: id.into(), sha256: sha256.into() }]);

    bench.config.allowed = allow("c", &sha256);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    only(&bench.load());
    bench.config.allowed = allow("c", "00");
    assert!(refused_as(&bench, &path).contains(&format!("found SHA-256 {sha256}")));
    bench.config.allowed = allow("d", &sha256);
    assert!(refused_as(&bench, &path).contains("found plugin id `c`, expected `d`"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o757)).unwrap();
    assert!(refused_as(&bench, &path).contains("found mode 0757"));
}

#[test]
fn a_bad_plugin_does_not_keep_the_others_out() {
    let mut bench = Bench::new();
    bench.c("a-bad.so", &["-DROGUE_NULL_SLOT"]);
    bench.c("b-good.so", &[]);
    let snapshot = bench.load();
    assert_eq!(snapshot.refused().len(), 1);
    assert!(ask(&snapshot.product("p").unwrap()).is_ok());
}

#[test]
fn an_id_that_is_there_already_is_refused_with_both_files() {
    let mut bench = Bench::new();
    let first = bench.c("a.so", &[]);
    let same_product = bench.c("b.so", &["-DROGUE_PLUGIN_ID='d'"]);
    let same_plugin = bench.c("c.so", &["-DROGUE_PRODUCT_ID='q'"]);
    let snapshot = bench.load();
    assert_eq!(snapshot.products().len(), 1);
    assert_eq!(snapshot.product("p").unwrap().plugin().path, first);
    let [product, plugin] = snapshot.refused() else { panic!("{:?}", snapshot.refused()) };
    assert_eq!((&product.path, &plugin.path), (&same_product, &same_plugin));
    let first = first.display();
    assert!(product.reason.contains(&format!("found product id `p`, which {first} has already")));
    assert!(plugin.reason.contains(&format!("found plugin id `c`, which {first} has already")));
}

#[test]
fn an_answer_without_end_is_too_large() {
    let (answer, instance) = answer(&["-DROGUE_ENDLESS"]);
    assert_eq!(answer, Err(CallError::TooLarge));
    assert_eq!(instance.strikes().too_large, 1);
}

#[test]
fn an_answer_that_cannot_be_read_is_malformed() {
    let (garbage, instance) = answer(&["-DROGUE_GARBAGE"]);
    assert!(matches!(garbage, Err(CallError::Malformed(_))), "{garbage:?}");
    assert_eq!(instance.strikes().malformed, 1);
    let (empty, _) = answer(&["-DROGUE_EMPTY"]);
    assert_eq!(empty, Err(CallError::Malformed("it has neither offers nor a decline".into())));
}

#[test]
fn a_status_is_told_with_its_text_cleaned() {
    let failed = |status| Err(CallError::Failed { status, text: "no ".into() });
    assert_eq!(answer(&["-DROGUE_STATUS=4"]).0, failed(Status::Unavailable));
    assert_eq!(answer(&["-DROGUE_STATUS=-7"]).0, failed(Status::Internal));
    assert_eq!(answer(&["-DROGUE_STATUS=5"]).0, Err(CallError::TimedOut));
    let (panicked, instance) = answer(&["-DROGUE_STATUS=8"]);
    assert_eq!(panicked, Err(CallError::Panicked("no ".into())));
    assert_eq!(instance.strikes().panics, 1);
}

#[test]
fn a_request_above_the_plugins_level_is_answered_before_the_call() {
    let (_, instance) = answer(&[]);
    let unsupported = instance.offers_inline(&request(2), in_a_minute()).unwrap_err();
    let text = "the request uses level 2, the plugin speaks levels up to 1".to_owned();
    assert_eq!(unsupported, CallError::Failed { status: Status::Unsupported, text });
}

#[test]
fn a_file_that_did_not_change_keeps_its_instances_over_a_reload() {
    let mut bench = Bench::new();
    bench.c("a.so", &[]);
    let registry = Registry::load(&bench.config).unwrap();
    let before = only(&registry.snapshot());
    let path = bench.c("b.so", &["-DROGUE_PLUGIN_ID='d'", "-DROGUE_PRODUCT_ID='q'"]);
    registry.reload(&bench.config).unwrap();
    assert!(Arc::ptr_eq(&before, &only(&registry.snapshot())));
    assert_eq!(registry.snapshot().products().len(), 2);

    fs::remove_file(path).unwrap();
    bench.config.files.pop();
    registry.reload(&bench.config).unwrap();
    assert_eq!(registry.snapshot().products().len(), 1);
}

#[test]
fn a_file_that_went_bad_keeps_what_was_loaded_from_it_while_that_is_allowed() {
    let mut bench = Bench::new();
    let path = bench.c("a.so", &[]);
    let registry = Registry::load(&bench.config).unwrap();
    let before = only(&registry.snapshot());
    fs::write(&path, "spoilt").unwrap();
    registry.reload(&bench.config).unwrap();
    assert_eq!(registry.snapshot().refused().len(), 1);
    assert!(Arc::ptr_eq(&before, &registry.snapshot().product("p").unwrap()));

    bench.config.dev = false;
    bench.config.allowed = Some(Vec::new());
    registry.reload(&bench.config).unwrap();
    assert_eq!(registry.snapshot().products().len(), 0);
    assert!(ask(&before).is_ok(), "whoever holds the instance still has it");
}

#[tokio::test]
async fn a_plugin_is_called_on_its_own_threads_and_a_late_one_is_told_to_stop() {
    let mut bench = Bench::new();
    bench.rust();
    let snapshot = bench.load();
    assert_eq!(snapshot.refused(), []);
    let ids: Vec<_> = snapshot.products().map(|instance| instance.product_id().to_owned()).collect();
    assert_eq!(ids, ["declines", "fails", "falls", "logs", "panics", "waits"]);

    let declines = snapshot.product("declines").unwrap();
    assert!(
        declined_text(declines.offers(request(1), in_a_minute()).await.unwrap()).starts_with("instance ")
    );
    let fails = snapshot.product("fails").unwrap().offers(request(1), in_a_minute()).await;
    let text = "the table is empty".to_owned();
    assert_eq!(fails, Err(CallError::Failed { status: Status::Internal, text }));

    let waits = snapshot.product("waits").unwrap();
    let soon = Instant::now().checked_add(Duration::from_millis(20)).unwrap();
    assert_eq!(waits.offers(request(1), soon).await, Err(CallError::TimedOut));
    assert_eq!(waits.strikes().late, 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_gives_its_thread_back() {
    let mut bench = Bench::new();
    bench.rust();
    bench.config.limits.calls_at_once_max = 1;
    bench.config.limits.calls_waiting_max = 1;
    let snapshot = bench.load();
    let waits = snapshot.product("waits").unwrap();
    let impatient = tokio::time::timeout(Duration::from_millis(10), waits.offers(request(1), in_a_minute()));
    assert!(impatient.await.is_err());
    // The one thread is free as soon as the plugin sees that nobody waits, long before the minute is over.
    assert!(snapshot.product("declines").unwrap().offers(request(1), in_a_minute()).await.is_ok());
}

#[test]
fn a_panic_costs_the_instance_and_it_is_made_anew() {
    let mut bench = Bench::new();
    bench.rust();
    bench.config.inline = Inline::All;
    let instance = bench.load().product("panics").unwrap();
    assert_eq!(instance.plugin().call_mode, CallMode::Inline);
    let mut texts = Vec::new();
    for count in 1..=3 {
        let Err(CallError::Panicked(text)) = ask(&instance) else { panic!("it did not panic") };
        assert!(text.contains("the adapter panicked: instance ") && text.contains("lib.rs:"), "{text}");
        assert_eq!(instance.strikes().panics, count);
        assert!(!texts.contains(&text), "the same instance was asked again: {text}");
        texts.push(text);
    }
}

/// What `tracing` writes while `body` runs on this thread.
fn logged(body: impl FnOnce()) -> String {
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, body);
    let bytes = lines.0.lock().unwrap();
    String::from_utf8(bytes.clone()).unwrap()
}

#[test]
fn a_plugins_event_is_told_on_with_its_id_and_without_control_characters() {
    let mut bench = Bench::new();
    bench.rust();
    bench.config.inline = Inline::Only(vec!["rogue".into()]);
    let instance = bench.load().product("logs").unwrap();
    let lines = logged(|| drop(ask(&instance)));
    assert!(lines.contains("WARN quotient::plugin: rounded up plugin=\"rogue\""), "{lines}");
    assert!(lines.contains("source=\"quotient_rogue\" fields=\"seats=3\""), "{lines}");
    assert_eq!(lines.lines().count(), 1);
}
