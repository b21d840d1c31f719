//! Quantities that are paid for already.

use jiff::civil::{Date, date};
use quotient_plugin_api::charge::{AllowanceTier, Charge, MonthWindow};
use quotient_plugin_api::quote::Quote;
use quotient_plugin_api::requirement::{Holding, Requirement};

use crate::support::*;

fn held(requirement: Requirement, held: &[(&str, &str, Option<Date>)]) -> Requirement {
    let holding = |(meter_id, remaining, expires): &(&str, &str, Option<Date>)| Holding {
        meter_id: (*meter_id).to_owned(),
        remaining: d(remaining),
        expires: *expires,
    };
    Requirement { holdings: held.iter().map(holding).collect(), ..requirement }
}

fn billed(quote: &Quote, line: usize) -> Vec<String> {
    let periods = &quote.lines[line].periods;
    periods.iter().flat_map(|p| (0..p.cycles).map(|_| p.billed.normalize().to_string())).collect()
}

fn mail() -> Charge {
    usage("emails", per_unit(exact("1")))
}

#[test]
fn what_is_held_is_drawn_month_by_month() {
    let asked = held(stated(new(4, 4), "emails", &["100"]), &[("emails", "250", None)]);
    let quote = quote(&asked, monthly(), &[mail()]);
    // 250 cover two months and half of the third.
    assert_eq!(billed(&quote, 0), ["0", "0", "50", "100"]);
    assert_eq!(quote.totals.term, exact("150"));
    let steps = &quote.lines[0].periods[1].derivation;
    let told = (&*steps[1].text, steps[1].quantity);
    assert_eq!((steps[0].quantity, told), (d("100"), ("less what is paid for already", d("50"))));
}

#[test]
fn what_expires_first_is_drawn_first_and_lapses_when_it_does() {
    let stock = [
        ("emails", "500", None),
        ("emails", "120", Some(date(2026, 2, 28))),
        ("emails", "30", Some(date(2026, 2, 28))),
        ("emails", "1000", Some(date(2025, 12, 31))),
    ];
    let asked = held(stated(new(8, 8), "emails", &["60"]), &stock);
    let quote = quote(&asked, monthly(), &[mail()]);
    // 30 and 90 of 120 in two months; the other 30 lapse. 500 are 8 × 60 and more.
    assert_eq!(billed(&quote, 0), ["0"; 8]);
    let stock = [("emails", "150", Some(date(2026, 2, 28)))];
    let asked = held(stated(new(3, 3), "emails", &["60"]), &stock);
    assert_eq!(billed(&crate::support::quote(&asked, monthly(), &[mail()]), 0), ["0", "0", "60"]);
}

#[test]
fn charges_draw_in_their_order_as_long_as_they_are_in_force() {
    let first = Charge { id: "first".to_owned(), ..mail() };
    let late = MonthWindow { first_month: 2, months: None };
    let first = Charge { months: Some(late), ..first };
    let second = Charge { id: "second".to_owned(), ..mail() };
    let asked = held(stated(new(2, 2), "emails", &["100"]), &[("emails", "250", None)]);
    let quote = quote(&asked, monthly(), &[first, second]);
    // The second one draws 100 in January, the first 100 in February, which leaves 50 for the second.
    assert_eq!((billed(&quote, 0), billed(&quote, 1)), (vec!["0".into()], vec!["0".into(), "50".into()]));
}

#[test]
fn an_allowance_is_for_what_is_left() {
    let mut charge = mail();
    charge.allowance = allowance("20", None, AllowanceTier::Net);
    let asked = held(stated(new(2, 2), "emails", &["100"]), &[("emails", "70", None)]);
    // 100 - 70 - 20 and 100 - 20.
    assert_eq!(billed(&quote(&asked, monthly(), &[charge]), 0), ["10", "80"]);
}

#[test]
fn what_nothing_draws_on_is_said() {
    let asked = held(stated(new(1, 1), "emails", &["100"]), &[("contacts", "70", None)]);
    let quote = quote(&asked, monthly(), &[mail()]);
    assert_eq!(quote.totals.term, exact("100"));
    assert_eq!(quote.warnings[0].code, "holding_unused");
}
