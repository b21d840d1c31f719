//! The program as a person or a script meets it: arguments in, standard output, standard error and an
//! exit code out.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use quotient_proto::v1;
use quotient_service::json;
use quotient_service::requirement_file;
use quotient_service::stubs::quoting_service_client::QuotingServiceClient;
use tonic::transport::Channel;

use self::desk::{Desk, TEN, text};

mod desk;

/// Some of what is compared unless products are named.
const COMPARED: [&str; 4] = ["aihecong", "amazon-connect", "dynamics-365-contact-center", "tencent-qidian"];

const TEN_JSON: &str = r#"{
    "pricingDate": {"year": 2026, "month": 11, "day": 22},
    "start_date": "2026-12-01",
    "seats": [{"named": 10}]
}"#;

impl Desk {
    fn serve(&self) -> Serving {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("listening on ").map(str::to_owned);
        let serving = Serving { child, url: url.unwrap_or_default() };
        assert!(serving.url.starts_with("http://127.0.0.1:"), "{line:?}");
        serving
    }
}

/// A running service; one that a failed test leaves behind is ended.
struct Serving {
    child: Child,
    url: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn message<M: prost::Message + Default>(name: &str, json: &str) -> M {
    json::read(name, &serde_json::from_str(json).unwrap()).unwrap()
}

fn product_ids(comparison: &v1::Comparison) -> Vec<&str> {
    comparison.outcomes.iter().map(|outcome| outcome.product_id.as_str()).collect()
}

#[test]
fn vendors_lists_every_product_with_its_plugin() {
    let desk = Desk::new();
    let table = desk.answer(&["vendors"]);
    for expected in COMPARED.iter().chain(&["article-seats", "(illustrative)", "declarative 0.1.0"]) {
        assert!(table.contains(expected), "{expected} in\n{table}");
    }
    let answer: v1::ListVendorsResponse =
        message("quotient.v1.ListVendorsResponse", &desk.answer(&["vendors", "--format", "json"]));
    let products = answer.vendors.iter().flat_map(|vendor| &vendor.products);
    for product in products {
        let plugin = product.plugin.as_ref().unwrap();
        assert_eq!((plugin.sha256.len(), plugin.call_mode()), (64, v1::CallMode::Inline), "{}", product.id);
        assert!(table.contains(&product.id), "{} in\n{table}", product.id);
    }
}

#[test]
fn quote_prints_the_lines_and_the_sums() {
    let desk = Desk::new();
    let file = desk.file("ten.toml", TEN);
    let ask = ["quote", "--product", "article-seats", "--requirement", &file];
    let table = desk.answer(&ask);
    // 500 a seat and month: ten seats, twelve months.
    for expected in ["CNY 60000.00", "term of 12 months", "recurring"] {
        assert!(table.contains(expected), "{expected} in\n{table}");
    }
    let answer: v1::QuoteResponse =
        message("quotient.v1.QuoteResponse", &desk.answer(&[&ask[..], &["--format", "json"]].concat()));
    let body = answer.quote.unwrap().body.unwrap();
    assert_eq!(body.product_id, "article-seats");
    assert_eq!(body.line_items[0].amount.as_ref().unwrap().low.as_ref().unwrap().value, "60000");
}

#[test]
fn compare_has_a_row_for_every_product_or_for_those_that_are_named() {
    let desk = Desk::new();
    let table = desk.answer(&["compare"]);
    // A ranked row begins with its rank.
    let first_words: Vec<_> = table.lines().flat_map(|line| line.split_whitespace().take(2)).collect();
    for product in COMPARED {
        assert!(first_words.contains(&product), "{product} in\n{table}");
    }
    let named = ["compare", "--products", "tencent-qidian,article-seats", "--format", "json"];
    let answer: v1::CompareResponse = message("quotient.v1.CompareResponse", &desk.answer(&named));
    assert_eq!(product_ids(&answer.comparison.unwrap()), ["article-seats", "tencent-qidian"]);
}

#[test]
fn explain_draws_a_tree_down_to_the_sheet() {
    let desk = Desk::new();
    let file = desk.file("ten.toml", TEN);
    let tree = desk.answer(&["explain", "--product", "tencent-qidian", "--requirement", &file]);
    let (root, branches) = tree.split_once('\n').unwrap();
    assert!(root.ends_with("over the sold term"), "{root}");
    for line in branches.lines() {
        assert!(line.starts_with(['├', '│', '└', ' ']), "{line:?} in\n{tree}");
    }
    let top: Vec<_> = branches.lines().filter(|line| line.starts_with(['├', '└'])).collect();
    let (last, others) = top.split_last().unwrap();
    assert!(last.starts_with("└── "), "{tree}");
    assert!(others.iter().all(|line| line.starts_with("├── ")), "{tree}");
    for expected in ["demanded 10", "billed 10", ": 10 × 999 = 9990", "source: ", "https://", "assumed: "] {
        assert!(tree.contains(expected), "{expected:?} in\n{tree}");
    }
}

#[test]
fn json_and_toml_requirements_are_the_same_requirement() {
    let desk = Desk::new();
    let answers = [("ten.toml", TEN), ("ten.json", TEN_JSON)].map(|(name, content)| {
        let file = desk.file(name, content);
        let ask = ["quote", "--product", "tencent-qidian", "--requirement", &file, "--format", "json"];
        desk.answer(&ask)
    });
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn a_bad_requirement_is_told_all_that_is_wrong_with_it() {
    let desk = Desk::new();
    let content =
        "term_months = 400\n[[seats]]\nnamed = 1.5\n[[demand]]\nchannel = \"voice\"\ncontacts = -1\n";
    let file = desk.file("bad.toml", content);
    for ask in [
        &["quote", "--product", "tencent-qidian", "--requirement", &file][..],
        &["explain", "--product", "tencent-qidian", "--requirement", &file],
        &["compare", "--requirement", &file],
    ] {
        let told = desk.complaint(1, ask);
        for expected in ["error: ", "\n  term_months: ", "\n  seats[0].named", "\n  demand[0].contacts"] {
            assert!(told.contains(expected), "{expected:?} in\n{told}");
        }
    }
}

#[test]
fn unknown_fields_are_named_with_their_places_and_the_nearest_known_ones() {
    let desk = Desk::new();
    let file = desk.file("typo.toml", "term_month = 12\n[[seats]]\nnamd = 10\n");
    let told = desk.complaint(1, &["quote", "--product", "tencent-qidian", "--requirement", &file]);
    for expected in ["typo.toml:1:", "did you mean \"term_months\"?", "typo.toml:3:", "\"named\""] {
        assert!(told.contains(expected), "{expected:?} in\n{told}");
    }
}

#[test]
fn what_cannot_be_answered_exits_with_1() {
    let desk = Desk::new();
    let told = desk.complaint(1, &["quote", "--product", "nobody"]);
    assert_eq!(told, "error: there is no product \"nobody\"\n");
    let told =
        desk.complaint(1, &["quote", "--product", "tencent-qidian", "--requirement", "/nonexistent.toml"]);
    assert!(told.starts_with("error: /nonexistent.toml: "), "{told}");
    let meters = desk.file("meters.toml", "[[meters]]\nmeter_id = \"inquiries\"\nquantity = 5000\n");
    let told = desk.complaint(1, &["quote", "--product", "tencent-qidian", "--requirement", &meters]);
    assert!(told.ends_with("\n  needs: seats\n"), "{told}");
    let pinned = desk.file("pinned.toml", "[[seats]]\nnamed = 3\n[selection]\nedition_id = \"gold\"\n");
    let told = desk.complaint(1, &["quote", "--product", "tencent-qidian", "--requirement", &pinned]);
    assert!(told.ends_with("\n  because of: selection\n"), "{told}");
    for url in ["", "localhost", "127.0.0.1:50051", "https://127.0.0.1:50051"] {
        let told = desk.complaint(1, &["vendors", "--server", url]);
        assert!(told.contains("expected a URL such as http://"), "{url:?}: {told}");
    }
    let none = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_quotient"));
    command.arg("compare").arg("--adapters").arg(none.path()).env("XDG_STATE_HOME", none.path());
    let output = command.output().unwrap();
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), String::new()));
    assert!(text(&output.stderr).contains("found no adapter that loads"), "{}", text(&output.stderr));
    let config = desk.file("config.toml", "listn = \"127.0.0.1:1\"\n");
    let told = desk.complaint(1, &["vendors", "--config", &config]);
    assert!(told.contains("config.toml:1:") && told.contains("\"listen\""), "{told}");
}

#[test]
fn wrong_usage_exits_with_2_and_help_with_0() {
    let desk = Desk::new();
    for wrong in [&["quotes"][..], &["quote"], &["vendors", "--format", "xml"], &["serve", "--listen", "x"]] {
        assert!(desk.complaint(2, wrong).contains("Usage:") || wrong.len() > 1, "{wrong:?}");
    }
    let help = desk.answer(&["--help"]);
    for command in ["serve", "quote", "compare", "vendors", "explain", "completions", "Exit codes"] {
        assert!(help.contains(command), "{command} in\n{help}");
    }
    let script = desk.answer(&["completions", "bash"]);
    assert!(script.contains("_quotient()") && script.contains("complete -F _quotient"), "{script}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_service_answers_as_the_program_itself_does_and_ends_when_it_is_asked_to() {
    use rustix::process::{Pid, Signal, kill_process};

    let desk = Desk::new();
    let mut serving = desk.serve();
    let asks = [
        &["vendors", "--format", "json"][..],
        &["quote", "--product", "tencent-qidian", "--format", "json"],
        &["compare", "--format", "json"],
        &["explain", "--product", "aihecong"],
    ];
    let mut compared = String::new();
    for ask in asks {
        compared = if ask[0] == "compare" { desk.answer(ask) } else { compared };
        let there = desk.answer(&[ask, &["--server", &serving.url]].concat());
        assert_eq!(there, desk.answer(ask), "{ask:?}");
    }

    // Another service on its port would take some of its connections.
    let address = serving.url.trim_start_matches("http://");
    let told = desk.complaint(1, &["serve", "--listen", address]);
    assert!(told.contains(&format!("error: {address}: ")), "{told}");

    // The printed JSON is the message that another client gets.
    let channel = Channel::from_shared(serving.url.clone()).unwrap().connect().await.unwrap();
    let mut client = QuotingServiceClient::new(channel);
    let request = v1::CompareRequest {
        requirement: Some(requirement_file::read(None::<&Path>).unwrap()),
        product_ids: Vec::new(),
        view: v1::QuoteView::Full.into(),
        options: None,
    };
    let answer = client.compare(request).await.unwrap().into_inner();
    assert_eq!(message::<v1::CompareResponse>("quotient.v1.CompareResponse", &compared), answer);
    let compared = product_ids(answer.comparison.as_ref().unwrap());
    assert!(COMPARED.iter().all(|product| compared.contains(product)), "{compared:?}");

    let bad = desk.file("bad.toml", "term_months = 400\n");
    let ask = ["quote", "--product", "aihecong", "--requirement", &bad];
    assert_eq!(desk.complaint(1, &[&ask[..], &["--server", &serving.url]].concat()), desk.complaint(1, &ask));

    // Connections that stay open must not hold it up.
    drop(client);
    let pid = Pid::from_child(&serving.child);
    kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(serving.child.wait().unwrap().code(), Some(0));
    let url = serving.url.clone();
    let told = desk.complaint(1, &["vendors", "--server", &url]);
    assert!(told.starts_with(&format!("error: {url}: ")) && told.contains("Connection refused"), "{told}");
}

#[cfg(unix)]
#[test]
fn a_service_that_is_told_to_uses_new_sheets_and_tables() {
    use rustix::process::{Pid, Signal, kill_process};

    let desk = Desk::new();
    let sheets = desk.directory.path().join("sheets");
    fs::create_dir(&sheets).unwrap();
    let rates =
        |usd: &str| format!("source = \"a bank\"\ndate = 2026-11-20\nbase = \"CNY\"\n[rates]\nUSD = {usd}\n");
    let fx = desk.file("rates.toml", &rates("0.2"));
    let config = format!(
        "fx_file = {fx:?}\ntables_poll_ms = 0\n[sheets]\ndirectory = {:?}\npoll_ms = 0\n",
        sheets.to_str().unwrap()
    );
    let ten = desk.file("ten.toml", &format!("currency_code = \"USD\"\n{TEN}"));
    let config = desk.file("config.toml", &config);
    let mut command = desk.command(&["serve", "--listen", "127.0.0.1:0", "--config", &config]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim_end().strip_prefix("listening on ").unwrap().to_owned();
    let serving = Serving { child, url };
    let ask = ["quote", "--product", "article-seats", "--requirement", &ten, "--server", &serving.url];
    let told = desk.answer(&ask);
    // Three years are 180,000, at 0.2.
    assert!(told.contains("CNY 60000.00") && told.contains("USD 36000.00"), "{told}");

    let sheet = include_str!("../../adapters/declarative/sheets/article-seats.toml");
    // 10 seats at 450 a month, for 12 months.
    let new = sheet.replacen("price = 500", "price = 450", 1);
    fs::write(sheets.join("article-seats.toml"), new).unwrap();
    fs::write(sheets.join("broken.toml"), "[product]\n").unwrap();
    fs::write(&fx, rates("0.1")).unwrap();
    let mut hang_up = || -> Vec<String> {
        kill_process(Pid::from_child(&serving.child), Signal::HUP).unwrap();
        log.by_ref().map(Result::unwrap).take_while(|line| !line.contains("loaded again")).collect()
    };
    let told = hang_up();
    assert!(
        told.iter().any(|line| line.contains("sheet refused") && line.contains("broken.toml")),
        "{told:?}"
    );
    // Three years are 162,000, at 0.1.
    let now = desk.answer(&ask);
    assert!(now.contains("CNY 54000.00") && now.contains("USD 16200.00"), "{now}");
    fs::write(&fx, rates("-1")).unwrap();
    let told = hang_up();
    assert!(
        told.iter().any(|line| line.contains("a table refused") && line.contains("rates.toml:5:")),
        "{told:?}"
    );
    assert_eq!(desk.answer(&ask), now);
}

#[test]
fn a_sheet_is_checked_and_quoted_before_it_is_installed() {
    let desk = Desk::new();
    let sheet = include_str!("../../adapters/declarative/sheets/article-seats.toml");
    let (good, ten) = (desk.file("seats.toml", sheet), desk.file("ten.toml", TEN));
    let told = desk.answer(&["sheet", "check", &good]);
    assert!(told.contains("seats.toml: ") && told.contains("per_unit"), "{told}");
    // 10 seats at 500 a month, for 12 months.
    let tree = desk.answer(&["sheet", "quote", &good, "--requirement", &ten]);
    assert!(tree.contains("CNY 60000.00 over the sold term"), "{tree}");
    let json = desk.answer(&["sheet", "quote", &good, "--requirement", &ten, "--format", "json"]);
    let body: v1::QuoteBody = message("quotient.v1.QuoteBody", &json);
    assert_eq!(body.product_id, "article-seats");
    let bad = desk.file("bad.toml", &sheet.replacen("price = 500", "prize = 500", 1));
    let told = desk.complaint(1, &["sheet", "check", &good, &bad]);
    assert!(told.contains("bad.toml:") && told.contains("prize"), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_library_is_checked_and_one_that_does_not_conform_exits_with_1() {
    let desk = Desk::new();
    let library = desk.directory.path().join("adapters/libquotient_adapter_tencent_qidian.so");
    let ten = desk.file("ten.toml", TEN);
    let table = desk.answer(&["adapter", "check", library.to_str().unwrap(), "--requirement", &ten]);
    // Eleven requirements of the suite's own, and ours.
    assert!(table.contains("of 12 requirements") && table.ends_with("checks, 0 failed\n"), "{table}");

    let rogue = std::env::current_exe().unwrap().with_file_name("libquotient_rogue.so");
    let output = desk.run(&["adapter", "check", rogue.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("the table is empty"), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("does not conform"), "{}", text(&output.stderr));

    let told = desk.complaint(1, &["adapter", "new", "Acme"]);
    assert!(told.contains("expected words of a-z"), "{told}");
    let there = desk.directory.path().join("adapters");
    let told = desk.complaint(1, &["adapter", "new", "acme", "--directory", there.to_str().unwrap()]);
    assert!(told.contains("expected a directory to make"), "{told}");
}

#[test]
fn meters_lists_what_can_be_counted() {
    let table = Desk::new().answer(&["meters"]);
    assert!(table.contains("seats_named") && table.contains("坐席"), "{table}");
}
