//! `service/reports/`: what is recommended to each bundled buyer, made by the program itself. The test fails when a report
//! is not current; with `QUOTIENT_WRITE_REPORTS` set it writes them.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::fs;
use std::path::Path;

use self::desk::Desk;

mod desk;

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
