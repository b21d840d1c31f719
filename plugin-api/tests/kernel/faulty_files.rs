//! Files with many faults, and sheets that say what no host takes: each of these was found by fuzzing.

use std::fmt::Write as _;

use quotient_plugin_api::document::Document;
use quotient_plugin_api::language::compile::{MAX_TOLD, PriceSheet};
use quotient_plugin_api::language::trial::{TrialError, TrialInput, price_trial};

const SHEET: &str = "product = { id = \"p\", name = \"P\", vendor = { id = \"v\", name = \"V\" }, \
                     currency = \"EUR\", as_of = \"unknown\" }\n\
                     sources = { page = { uri = \"https://example.com/\", confidence = \"list\" } }\n\
                     editions = [{ id = \"a\", name = \"A\" }]\n\
                     purchase_options = [{ id = \"m\", name = \"M\" }]\n\
                     charges = [{ id = \"c\", name = \"C\", category = \"usage\", meter = \"units\", \
                     cycle = \"month\", flat = { amount = 1 }, sources = [\"page\"] }]\n";

fn told(toml: &str) -> Vec<String> {
    let errors = PriceSheet::parse("sheet.toml", toml).map(|_| ()).unwrap_err().0;
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn a_sheet_that_opens_has_a_catalogue_that_a_host_takes() {
    assert!(PriceSheet::parse("sheet.toml", SHEET).is_ok());
    let bad = SHEET.replace("id = \"p\"", "id = \"P 1\"").replace("name = \"V\"", "name = \"\"");
    let told = told(&bad);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("sheet.toml:1:65: product.vendor.name: found nothing"), "{}", told[0]);
    assert!(told[1].starts_with("sheet.toml:1:18: product.id: found the id \"P 1\""), "{}", told[1]);
}

#[test]
fn a_sheet_has_not_more_pairs_than_can_be_looked_at() {
    let labels = |count: usize| {
        let labels: Vec<_> = (0..count).map(|n| format!("{{ id = \"i{n}\", name = \"N\" }}")).collect();
        format!("[{}]\n", labels.join(", "))
    };
    let many = SHEET
        .replace("[{ id = \"a\", name = \"A\" }]\n", &labels(900))
        .replace("[{ id = \"m\", name = \"M\" }]\n", &labels(900));
    let told = told(&many);
    // 900 × 900
    assert!(told[0].contains("found 810000 pairs of an edition and an option"), "{}", told[0]);
}

#[test]
fn many_faults_are_told_up_to_a_number() {
    let ids: Vec<_> = (0..20_000).map(|n| format!("\"e{n}\"")).collect();
    let toml = SHEET
        .replace("sources = [\"page\"]", &format!("sources = [\"page\"], editions = [{}]", ids.join(",")));
    assert_eq!(told(&toml).len(), MAX_TOLD);
}

#[test]
fn a_file_of_charges_is_refused_before_each_of_them_is_looked_at() {
    let mut toml = String::from("charges = [{ flat = { amount = 1 } }]\nline_sets = [\n");
    for _ in 0..2_001 {
        toml.push_str("{ id = \"d\", reason = \"r\", cycle = \"month\", discount = { amount = 1 } },\n");
    }
    let _infallible = write!(toml, "]");
    let document = Document::parse_toml("charges.toml", &toml).unwrap();
    let Err(TrialError::Document(errors)) = price_trial(document, &TrialInput::default()) else { panic!() };
    let told: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["charges.toml:2:13: line_sets: found 2001 entries, expected at most 64"]);
}
