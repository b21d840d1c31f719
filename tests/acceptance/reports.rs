//! What a comparison is written as: a page, rows, Markdown, and `service/reports/`, which the program itself makes. The
//! test of these fails when one is not current; with `QUOTIENT_WRITE_REPORTS` set it writes them.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::fs;
use std::path::Path;

use self::desk::{Desk, TEN};

mod desk;

#[test]
fn a_comparison_is_one_page_that_asks_for_nothing() {
    let desk = Desk::new();
    let chats = "[[demand]]\nchannel = \"chat\"\ncontacts = 300\n";
    let asked = desk.file("ten.toml", &format!("{TEN}{chats}"));
    let page = desk.directory.path().join("page.html").display().to_string();
    for (language, title) in [("en", "Comparison of"), ("zh", "客户服务软件比较")] {
        let products = ["--products", "aihecong,cc-kefu,sobot,article-seats", "--language", language];
        let mut arguments = vec!["compare", "--requirement", &asked, "--html", &page];
        arguments.extend(products);
        let table = desk.answer(&arguments);
        assert!(table.contains("flip point") || table.contains("break-even"), "{table}");
        let html = fs::read_to_string(&page).unwrap();
        assert!(html.starts_with("<!DOCTYPE html>") && html.contains(title), "{html}");
        // Two curves and the bands of draws; nothing that a browser would fetch or run.
        assert_eq!(html.matches("<svg").count(), 3, "{html}");
        for fetched in ["<script", "src=", "<link", "@import", "url("] {
            assert!(!html.contains(fetched), "{fetched} in\n{html}");
        }
        assert!(html.contains("合从 在线客服") && html.contains("CC客服"), "{html}");
        // Amounts have words between their bounds, which are the page's.
        let (said, others) =
            if language == "en" { (" to ", [" 至 ", " 起<"]) } else { (" 至 ", ["0 to ", " and up"]) };
        assert!(html.contains(said) && others.iter().all(|other| !html.contains(other)), "{html}");
        let inputs = if language == "en" { "When one input changes" } else { "单项输入变动" };
        assert!(html.contains(inputs), "{html}");
    }
}

#[test]
fn a_comparison_that_was_kept_is_written_in_other_ways() {
    let desk = Desk::new();
    let file = desk.file("ten.toml", TEN);
    let products = ["--products", "aihecong,cc-kefu,sioo", "--requirement", &file];
    let asked = |format: &str| desk.answer(&[&["compare", "--format", format][..], &products].concat());
    let kept = desk.file("answer.json", &asked("json"));
    for format in ["markdown", "csv", "json"] {
        let again = desk.answer(&["compare", "--answer", &kept, "--format", format]);
        // Of a row, no amount depends on how much of a quote is asked for.
        assert_eq!(again, asked(format), "{format}");
    }

    let rows = desk.answer(&["compare", "--answer", &kept, "--format", "csv"]);
    let row = rows.lines().find(|row| row.starts_with("aihecong,")).unwrap();
    assert!(row.contains(",CNY,") && row.contains(",quoted,"), "{row}");
    assert_eq!(rows.lines().count(), 1 + 3, "a head, and a row for each product:\n{rows}");
    let zh = desk.answer(&["compare", "--answer", &kept, "--format", "markdown", "--language", "zh"]);
    assert!(zh.starts_with("# 客户服务软件比较\n") && zh.contains("## 排名"), "{zh}");

    let idle = desk.complaint(1, &["compare", "--answer", &kept, "--language", "zh"]);
    assert!(idle.contains("--language: expected --html or --format markdown"), "{idle}");
    let other = desk.file("other.json", "{\"quote\": {}}");
    let refused = desk.complaint(1, &["compare", "--answer", &other]);
    assert!(refused.contains("other.json") && refused.contains("CompareResponse"), "{refused}");
    let names = |told: &str| told.replace("\"productId\": \"aihecong\"", "\"productId\": \"another\"");
    let torn = desk.file("torn.json", &names(&asked("json")));
    let refused = desk.complaint(1, &["compare", "--answer", &torn]);
    assert!(refused.contains("found \"aihecong\""), "{refused}");
    let nothing = desk.file("nothing.json", "{}");
    let refused = desk.complaint(1, &["compare", "--answer", &nothing]);
    assert!(refused.contains("nothing.json: comparison: found nothing"), "{refused}");
    assert!(desk.complaint(2, &["compare", "--answer", &kept, "--break-even"]).contains("cannot be used"));
}

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
    // What is weighed is a score, whether that is said or not.
    assert_eq!(by(&["--weigh", "cost=3@1000..90000", "--weigh", "confidence=0.5"]), arguments);
    assert!(by(&["--rank-by", "risk"]).contains("costs least, adjusted for risk: "));
    let bad = [&compare[..], &["--rank-by", "score", "--weigh", "cost=0@9..1"]].concat();
    let told = desk.complaint(1, &bad);
    for place in ["options.ranking.criteria[0].weight: ", "options.ranking.criteria[0].worst: "] {
        assert!(told.contains(place), "{told}");
    }
    let told = desk.complaint(2, &[&compare[..], &["--rank-by", "score", "--weigh", "price=1"]].concat());
    assert!(told.contains("expected cost, risk, capabilities, confidence or thresholds"), "{told}");
}

#[test]
fn the_reports_of_the_bundled_buyers_are_current() {
    let desk = Desk::new();
    let service = Path::new(env!("CARGO_MANIFEST_DIR"));
    let reports = service.join("reports");
    for buyer in ["shop-10", "shop-season-80", "bank-1200"] {
        let requirement = service.join(format!("requirements/{buyer}.toml")).display().to_string();
        let looks = ["--break-even", "--uncertainty", "--format", "json"];
        let kept = desk.answer(&[&["compare", "--requirement", &requirement], &looks[..]].concat());
        let kept = desk.file("answer.json", &kept);
        for (language, ending) in [("en", "md"), ("zh", "zh.md")] {
            let asked = ["compare", "--answer", &kept, "--format", "markdown", "--language", language];
            let report = desk.answer(&asked);
            let file = reports.join(format!("{buyer}.{ending}"));
            if std::env::var_os("QUOTIENT_WRITE_REPORTS").is_some() {
                fs::create_dir_all(&reports).unwrap();
                fs::write(&file, &report).unwrap();
            }
            let found = fs::read_to_string(&file).unwrap_or_default();
            let differs = report.lines().zip(found.lines()).find(|(current, found)| current != found);
            let how = "QUOTIENT_WRITE_REPORTS=1 cargo test -p quotient-service --test reports";
            assert!(found == report, "{buyer}.{ending} is not current; write it with\n{how}\n{differs:?}");
        }
    }
}
