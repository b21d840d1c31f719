//! What an operator and a buyer ask for beside the defaults: other orders, and other sheets and tables while it serves.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use super::{Desk, Serving, TEN};

#[test]
fn a_comparison_is_ordered_by_what_its_arguments_or_its_file_weigh() {
    let desk = Desk::new();
    let chats = "[[demand]]\nchannel = \"chat\"\ncontacts = 300\n";
    let asked = desk.file("ten.toml", &format!("{TEN}{chats}"));
    let compare = ["compare", "--requirement", &asked, "--products", "aihecong,cc-kefu,sobot"];
    let by = |more: &[&str]| desk.answer(&[&compare[..], more].concat());
    let arguments = by(&["--rank-by", "score", "--weigh", "cost=3@1000..90000", "--weigh", "confidence=0.5"]);
    assert!(
        arguments.contains("scores highest, ") && arguments.contains("confidence 3 scores 0.6 × 0.5"),
        "{arguments}"
    );
    let file = desk.file(
        "options.toml",
        "[ranking]\norder = \"score\"\n[[ranking.criteria]]\nkind = \"cost\"\nweight = 3\nbest = 1000\n\
         worst = 90000\n[[ranking.criteria]]\nkind = \"confidence\"\nweight = 0.5\n",
    );
    assert_eq!(by(&["--options", &file]), arguments);
    assert!(by(&["--rank-by", "risk"]).contains("costs least, adjusted for risk: "));
    let bad = [&compare[..], &["--rank-by", "score", "--weigh", "cost=0@9..1"]].concat();
    let told = desk.complaint(1, &bad);
    for place in ["options.ranking.criteria[0].weight: ", "options.ranking.criteria[0].worst: "] {
        assert!(told.contains(place), "{told}");
    }
    let told = desk.complaint(2, &[&compare[..], &["--rank-by", "score", "--weigh", "price=1"]].concat());
    assert!(told.contains("expected cost, risk, capabilities, confidence or thresholds"), "{told}");
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

    let sheet = include_str!("../../../adapters/declarative/sheets/article-seats.toml");
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
