//! Prepaid packs that last longer than a month, and single events.

use quotient_plugin_api::document::Document;
use quotient_plugin_api::language::trial::{TrialError, TrialInput, price_trial};
use quotient_plugin_api::quote::Quote;
use rust_decimal::Decimal;

use crate::support::d;

fn tried(toml: &str, quantities: &[&str]) -> Result<Quote, TrialError> {
    let quantities: Vec<Decimal> = quantities.iter().map(|text| d(text)).collect();
    price_trial(Document::parse_toml("charge.toml", toml).unwrap(), &TrialInput::of(&quantities))
}

/// First month, number of equal months, and amount of each run.
fn runs(quote: &Quote) -> Vec<(u32, u32, Decimal)> {
    let periods = quote.lines[0].periods.iter();
    periods.map(|period| (period.first_month, period.cycles, period.exact.point().unwrap())).collect()
}

#[test]
fn packs_are_bought_for_as_long_as_they_last() {
    let packs = "packs = { packs = [{ size = 1000, price = 50 }, { size = 300, price = 18 }], \
                 beyond = \"renewal\", validity_months = 3 }";
    // 200 + 300 + 400 = 900 until the end of month 3: 1,000 for 50, not 3 × 300 for 54. The 100 that are left
    // end with month 3; 200 in month 4: 300 for 18.
    let quote = tried(packs, &["200", "300", "400", "200"]).unwrap();
    assert_eq!(runs(&quote), [(1, 1, d("50")), (2, 1, d("0")), (3, 1, d("0")), (4, 1, d("18"))]);
    assert_eq!(quote.lines[0].amount.point(), Some(d("68")));
    // 1,250 in month 1 alone: 1,000 and 300; the rest of 50 lasts until month 3.
    let quote = tried(packs, &["1250", "30", "20"]).unwrap();
    assert_eq!(runs(&quote), [(1, 1, d("68")), (2, 1, d("0")), (3, 1, d("0"))]);
}

#[test]
fn what_is_left_is_recharged_below_its_level() {
    let packs = "packs = { packs = [{ size = 100, price = 7 }], beyond = \"renewal\", validity_months = 12, \
                 recharge_below = 50 }";
    // 100 − 30 = 70; 40 is below 50: 140; 110.
    let quote = tried(packs, &["30", "30", "30"]).unwrap();
    assert_eq!(runs(&quote), [(1, 2, d("7")), (3, 1, d("0"))]);
}

#[test]
fn the_service_stops_after_the_last_pack() {
    let packs = "packs = { packs = [{ size = 1000, price = 8 }], beyond = { stop_after_packs = 2 } }";
    assert_eq!(runs(&tried(packs, &["2000"]).unwrap()), [(1, 1, d("16"))]);
    let told = tried(packs, &["2001"]).unwrap_err().to_string();
    assert!(told.contains("found the quantity 2001, for which too few packs are sold"), "{told}");
}

#[test]
fn prices_of_events_need_the_events() {
    let fee = "percentage = { fraction = 0.0299, fixed_per_event = 2 }";
    let told = tried(fee, &["100"]).unwrap_err().to_string();
    assert!(told.contains("expected its single events"), "{told}");
    // 2.99 % of 100 + 2, for each of two.
    let events = TrialInput::of_events(&[d("100"), d("100")]);
    let quote = price_trial(Document::parse_toml("charge.toml", fee).unwrap(), &events).unwrap();
    assert_eq!(quote.lines[0].amount.point(), Some(d("9.98")));
}

#[test]
fn a_quantity_below_zero_needs_a_word_on_what_it_costs() {
    let told = tried("per_unit = { price = 2 }", &["-5"]).unwrap_err().to_string();
    assert!(told.contains("found the quantity -5"), "{told}");
    let mirrored = "per_unit = { price = 2 }\nnegative_quantity = \"mirrored\"";
    let quote = tried(mirrored, &["20", "-5"]).unwrap();
    assert_eq!(runs(&quote), [(1, 1, d("40")), (2, 1, d("-10"))]);
    assert_eq!(quote.totals.term.point(), Some(d("30")));
}

#[test]
fn a_quarter_has_the_peak_the_mean_or_the_sum_of_its_months() {
    let price = "cycle = \"quarter\"\nper_unit = { price = 1 }\nover_months = ";
    for (over, expected) in [("peak", "60"), ("mean", "40"), ("sum", "120")] {
        let quote = tried(&format!("{price}\"{over}\""), &["20", "60", "40"]).unwrap();
        assert_eq!(runs(&quote), [(1, 1, d(expected))], "{over}");
    }
}

#[test]
fn single_events_take_nothing_back() {
    let of = |toml: &str, events: &[&str]| {
        let events: Vec<Decimal> = events.iter().map(|text| d(text)).collect();
        price_trial(Document::parse_toml("charge.toml", toml).unwrap(), &TrialInput::of_events(&events))
    };
    let mirrored = "negative_quantity = \"mirrored\"";
    for price in [
        "percentage = { fraction = 0.01, minimum_per_event = 2 }",
        "per_unit = { price = 2 }\npriced = \"each_event\"",
    ] {
        let told = of(&format!("{price}\n{mirrored}"), &["3", "-2"]).unwrap_err().to_string();
        assert!(told.contains("found an event of -2"), "{told}");
    }
    // Where no event has a price of its own their sum counts: (100 - 200) × 0.1.
    let quote = of(&format!("percentage = {{ fraction = 0.1 }}\n{mirrored}"), &["100", "-200"]).unwrap();
    assert_eq!(quote.lines[0].amount.point(), Some(d("-10")));
    // Each event by itself: max(0.5, 0.1) + max(0.5, 1).
    let each = "percentage = { fraction = 0.01, minimum_per_event = 0.5 }\npriced = \"each_event\"";
    assert_eq!(of(each, &["10", "100"]).unwrap().lines[0].amount.point(), Some(d("1.5")));
}

#[test]
fn what_would_be_free_or_doubled_unseen_is_refused() {
    for (toml, expected) in [
        ("volume = { beyond = \"free\", tiers = [{ up_to = 10, price = 5 }] }", "where all would be free"),
        (
            "stair_step = { beyond = \"free\", accumulation = \"reached\", steps = [{ up_to = 10, amount = 5 }] }",
            "where all would be free",
        ),
        (
            "spend_commitment = { amount = 9, overage_factor = 1, charges_shortfall = true }\n\
             matrix = { selection = \"exact\", cells = [{ per_unit = { price = 1 } }] }",
            "whose cells cannot share it",
        ),
        ("flat = { amount = 1 }\nunit_price_rounding = { mode = \"up\" }", "the unit price of a flat price"),
        (
            "per_unit = { price = 1 }\nnegative_quantity = \"mirrored\"\n\
             allowance = { quantity = 9, reset = \"carry_over\", cycles = 1 }",
            "give back what was never charged",
        ),
    ] {
        let told = tried(toml, &["1"]).unwrap_err().to_string();
        assert!(told.contains(expected), "{told}");
    }
}
