//! Rules that a page leaves open.

use quotient_plugin_api::charge::{AllowanceTier, Charge, Confidence, Positive, PriceModel, Reading};
use quotient_plugin_api::money::Rounding;
use quotient_plugin_api::offer::Offer;

use crate::support::*;

fn reading(id: &str) -> Reading {
    Reading {
        id: id.to_owned(),
        meaning: format!("read as {id}"),
        model: None,
        steps: None,
        allowance: None,
        zero_quantity: None,
        minimum_amount: None,
        maximum_amount: None,
        line_rounding: None,
        tier_rounding: None,
    }
}

fn read(charge: Charge, readings: &[Reading]) -> Charge {
    Charge { readings: readings.to_vec(), ..charge }
}

fn ladder() -> [Reading; 2] {
    let tiers = || tiers(&[(Some("10"), "10"), (None, "8")]);
    let graduated = PriceModel::Graduated { tiers: tiers(), per: Positive::ONE };
    let volume = PriceModel::Volume { tiers: tiers(), per: Positive::ONE, lookup: None };
    [
        Reading { model: Some(graduated), ..reading("graduated") },
        Reading { model: Some(volume), ..reading("volume") },
    ]
}

#[test]
fn all_readings_are_priced_and_the_bounds_hold_them() {
    let charge = read(usage("emails", per_unit(exact("1"))), &ladder());
    let asked = stated(new(4, 4), "emails", &["5", "15", "15", "10"]);
    let quote = quote(&asked, monthly(), &[charge]);
    let line = line(&quote);
    // 5 × 10 both ways; 10 × 10 + 5 × 8 or 15 × 8; 10 × 10 both ways.
    let open = range("120", Some("140"));
    assert_eq!(runs(line), [(1, 1, 1, exact("50")), (2, 1, 2, open), (4, 1, 1, exact("100"))]);
    assert_eq!(line.charge.confidence, Confidence::Range);
    // The rows are the first reading's, and one more.
    let period = &line.periods[1];
    assert_eq!(period.tiers.len(), 2);
    let row = &period.adjustments[0];
    assert_eq!((&*row.id, row.change.low, row.change.high), ("readings", d("-20"), Some(d("0"))));
    assert_eq!(&*row.reason, "the rule can be read in several ways: graduated 140, volume 120");
    // 50 + 140 + 140 + 100; 50 + 120 + 120 + 100.
    let note = quote.assumptions.iter().find(|note| note.code == "rule_read_in_several_ways").unwrap();
    let told = "the rule can be read in several ways, over the term as graduated (read as graduated): 430; \
                as volume (read as volume): 390";
    assert_eq!((note.text.as_str(), note.subject.as_str()), (told, "emails"));
}

#[test]
fn readings_that_agree_leave_the_figure_as_it_is() {
    let charge = read(usage("emails", per_unit(exact("1"))), &ladder());
    let quote = quote(&stated(new(12, 12), "emails", &["7"]), monthly(), &[charge]);
    let line = line(&quote);
    assert_eq!((runs(line), line.charge.confidence), (vec![(1, 1, 12, exact("70"))], Confidence::List));
    assert_eq!(line.periods[0].adjustments, []);
}

#[test]
fn allowances_limits_and_roundings_can_be_read_too() {
    let month = |readings: &[Reading]| {
        let charge = read(usage("emails", per_unit(exact("0.333"))), readings);
        quote(&stated(new(1, 1), "emails", &["10"]), monthly(), &[charge]).lines[0].amount
    };
    let free = Reading { allowance: allowance("4", None, AllowanceTier::Net), ..reading("free") };
    let least = Reading { minimum_amount: Some(d("5")), ..reading("least") };
    // 10 × 0.333; 6 × 0.333; 3.33 raised to 5.
    assert_eq!(month(&[reading("plain"), free.clone()]), range("1.998", Some("3.33")));
    assert_eq!(month(&[free.clone(), least]), range("1.998", Some("5")));
    let rounded = Reading { line_rounding: Some(Rounding::DEFAULT), ..free.clone() };
    // 1.998 rounded to 2, or not.
    assert_eq!(month(&[Reading { id: "exact".to_owned(), ..free }, rounded]), range("1.998", Some("2")));
}

#[test]
fn one_reading_is_none_and_each_must_fit() {
    let told = |readings: &[Reading]| {
        let charge = read(usage("emails", per_unit(exact("1"))), readings);
        Offer::new(parts(monthly(), &[charge])).unwrap_err().to_string()
    };
    assert!(told(&[reading("a")]).contains("charges[0].readings: found 1 readings, expected none, or 2"));
    assert!(told(&[reading("a"), reading("a")]).contains("found the id \"a\" twice"));
    let bad = Reading { minimum_amount: Some(d("-1")), ..reading("b") };
    assert!(told(&[reading("a"), bad]).contains("charges[0].readings[1].minimum_amount: found -1"));
}
