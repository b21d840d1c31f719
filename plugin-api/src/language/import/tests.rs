//! Tables as people keep them, what they cost as charges, and what is told of cells that do not fit.

use super::*;
use crate::document::Document;
use crate::language::trial::{TrialInput, price_trial};

fn grid(text: &str, sheet: Option<&str>) -> Grid {
    let rows = text.lines().map(|line| line.split(';').map(str::to_owned).collect()).collect();
    let file = if sheet.is_some() { "prices.xlsx" } else { "prices.csv" };
    Grid { file: file.to_owned(), sheet: sheet.map(str::to_owned), rows }
}

fn words() -> ImportWords {
    ImportWords {
        id: "calls".to_owned(),
        category: "usage".to_owned(),
        meter: "units".to_owned(),
        cycle: "month".to_owned(),
        source: "pricing".to_owned(),
        per: None,
        unit: None,
    }
}

fn imported(text: &str, how: ImportAs) -> String {
    import(&grid(text, Some("Voice")), how, &words()).unwrap()
}

fn refused(text: &str, how: ImportAs) -> Vec<String> {
    import(&grid(text, Some("Voice")), how, &words()).unwrap_err().0
}

fn cost(toml: &str, quantity: i64) -> Decimal {
    // A file of charges has no pages.
    let toml = toml.replace("sources = [\"pricing\"]\n", "");
    let document = Document::parse_toml("charge.toml", &toml).unwrap();
    let quote = price_trial(document, &TrialInput::of(&[Decimal::from(quantity)])).unwrap();
    quote.totals.term.point().unwrap()
}

const TIERS: &str = "From;Up to;Price\n0;1,000;1.20\n1001;5000;1\n5001;;0.80\n";

#[test]
fn tiers_keep_the_cell_that_they_are_from() {
    let graduated = imported(TIERS, ImportAs::Graduated);
    for line in [
        "    { up_to = 1000, price = 1.2 }, # Voice!C2\n",
        "    { up_to = 5000, price = 1 }, # Voice!C3\n",
        "    { price = 0.8 }, # Voice!C4\n",
    ] {
        assert!(graduated.contains(line), "{line} in\n{graduated}");
    }
    // 1000 × 1.2 + 4000 × 1 + 1000 × 0.8, or 6000 × 0.8.
    assert_eq!(cost(&graduated, 6000), Decimal::from(6000));
    assert_eq!(cost(&imported(TIERS, ImportAs::Volume), 6000), Decimal::from(4800));
    let file = import(&grid(TIERS, None), ImportAs::Graduated, &words()).unwrap();
    assert!(file.contains("price = 1.2 }, # C2\n"), "{file}");
}

#[test]
fn a_table_of_minutes_counts_seconds() {
    let words = ImportWords { unit: Some(Decimal::from(60)), ..words() };
    let minutes = import(&grid("up_to;price\n10;2\n;1\n", None), ImportAs::Graduated, &words).unwrap();
    assert!(minutes.contains("per = 60, ") && minutes.contains("up_to = 600, "), "{minutes}");
    // 20 minutes: 10 × 2 + 10 × 1.
    assert_eq!(cost(&minutes, 1200), Decimal::from(30));
}

#[test]
fn packages_and_rows_become_charges() {
    // 3 packages of 100 for 250.
    assert_eq!(cost(&imported("size;price\n100;30\n", ImportAs::Package), 250), Decimal::from(90));
    let prices = imported("id;name;price\nin;Calls received;2\nout;Calls \"made\";3\n", ImportAs::Prices);
    assert!(prices.contains("name = \"Calls \\\"made\\\"\"") && prices.contains("# Voice!C3"), "{prices}");
    // Both count the same units: 10 × 2 + 10 × 3.
    assert_eq!(cost(&prices, 10), Decimal::from(50));
}

#[test]
fn attributes_become_cells() {
    let matrix = imported("country;number_type;price\nCN|HK;;1\nUS;toll_free;2\n", ImportAs::Matrix);
    let cells = [
        "when = { country = [\"CN\", \"HK\"] }\nper_unit = { price = 1 } # Voice!C2\n",
        "when = { country = [\"US\"], number_type = [\"toll_free\"] }\nper_unit = { price = 2 } # Voice!C3\n",
    ];
    for cell in cells {
        assert!(matrix.contains(cell), "{cell} in\n{matrix}");
    }
    let input = TrialInput::read(
        &Document::parse_json(
            "input.json",
            r#"{"readings":[{"meter":"units","attributes":{"country":"HK"},"quantities":[7]}]}"#,
        )
        .unwrap(),
    );
    let toml = matrix.replace("sources = [\"pricing\"]\n", "");
    let quote = price_trial(Document::parse_toml("charge.toml", &toml).unwrap(), &input.unwrap()).unwrap();
    assert_eq!(quote.totals.term.point(), Some(Decimal::from(7)));
}

#[test]
fn what_does_not_fit_is_told_by_cell() {
    let found = refused(&TIERS.replace("0.80", "abc"), ImportAs::Graduated);
    assert_eq!(found, ["prices.xlsx, sheet Voice, cell C4: found \"abc\", expected a number"]);
    let found = refused(&TIERS.replace("1001", "1100"), ImportAs::Graduated);
    assert!(found[0].contains("cell A3: found 1100") && found[0].ends_with("a gap"), "{found:?}");
    let found = refused(&TIERS.replace("1001", "900"), ImportAs::Graduated);
    assert!(found[0].contains("cell A3: found 900") && found[0].ends_with("an overlap"), "{found:?}");
    let found = refused("up_to;price\n10;1\n8;2\n;3\n", ImportAs::Volume);
    assert!(found[0].contains("cell A3: found 8, expected more than 10"), "{found:?}");
    let found = refused("up_to;price\n;1\n8;2\n", ImportAs::Volume);
    assert!(found[0].contains("cell A2: found nothing"), "{found:?}");
    assert!(found[1].contains("cell A3: found \"8\" in the last row"), "{found:?}");
    let found = refused("up to;cost\n10;1\n", ImportAs::Volume);
    assert!(found[0].contains("cell B1: found the column \"cost\""), "{found:?}");
    assert!(found[1].contains("expected one named \"price\""), "{found:?}");
    assert!(refused("size;price\n1;2\n3;4\n", ImportAs::Package)[0].contains("cell A3"));
    assert!(refused("country;price\nCN;2\nCN;4\n", ImportAs::Matrix)[0].contains("cell B3"));
    assert!(refused("id;price\na;2\na;4\n", ImportAs::Prices)[0].contains("cell A3"));
    assert!(refused("", ImportAs::Prices)[0].contains("found no row"));
}

#[test]
fn what_the_table_does_not_say_is_checked_as_well() {
    let words = ImportWords { meter: "minutes".to_owned(), ..words() };
    let told = import(&grid(TIERS, None), ImportAs::Volume, &words).unwrap_err().to_string();
    assert!(told.contains("charges[0].meter: found \"minutes\""), "{told}");
    let words = ImportWords { cycle: "moon".to_owned(), ..self::words() };
    let told = import(&grid(TIERS, None), ImportAs::Volume, &words).unwrap_err().to_string();
    assert!(told.contains("charges[0].cycle: ") && told.contains("month"), "{told}");
}

#[test]
fn cells_have_the_names_of_spreadsheets() {
    assert_eq!(
        [(13, 3), (0, 25), (0, 26), (9, 701), (0, 702)].map(|(row, column)| cell_name(row, column)),
        ["D14", "Z1", "AA1", "ZZ10", "AAA1"]
    );
    assert_eq!(
        ["1,200.50", "-1,000", "12,00", "1,200,00", ",100"].map(without_commas),
        ["1200.50", "-1000", "12,00", "1,200,00", ",100"]
    );
}
