//! Prices that rise with renewals.

use quotient_plugin_api::charge::{Charge, Cycle};
use quotient_plugin_api::offer::{Compounding, RenewalUplift, Terms, UpliftStep};
use quotient_plugin_api::quote::Phase;

use crate::support::*;

fn rising(terms: Terms, fraction: &str, compounding: Compounding, every: UpliftStep) -> Terms {
    Terms { renewal_uplift: Some(RenewalUplift { fraction: d(fraction), compounding, every }), ..terms }
}

fn years(terms: Terms, charge: Charge) -> Vec<(u32, String)> {
    let quote = quote(&new(12, 36), terms, &[charge]);
    let renewals = line(&quote).periods.iter().filter(|period| period.phase == Phase::Renewal);
    renewals.map(|p| (p.first_month, total(p.cycle_amount()).normalize().to_string())).collect()
}

#[test]
fn a_renewal_costs_a_tenth_more_simple_or_compound() {
    use Compounding::{Compound, Simple};
    let of = |compounding, every, price: &str| {
        let terms = rising(by(12), "0.1", compounding, every);
        years(terms, fee(Cycle::Year, price))
    };
    let told = |second: &str, third: &str| vec![(13, second.to_owned()), (25, third.to_owned())];
    // 220 × 1.1 = 242. 200 × (1 + 2 × 0.1) = 240; 200 × 1.1² = 242.
    assert_eq!(of(Simple, UpliftStep::Renewal, "220")[0], (13, "242".to_owned()));
    for every in [UpliftStep::Renewal, UpliftStep::Year] {
        assert_eq!(of(Simple, every, "200"), told("220", "240"));
        assert_eq!(of(Compound, every, "200"), told("220", "242"));
    }
}

#[test]
fn a_year_raises_prices_once_however_often_it_is_renewed() {
    let terms = Terms { renewal_months: Some(1), ..by(12) };
    let monthly = || fee(Cycle::Month, "100");
    let by_year = rising(terms.clone(), "0.1", Compounding::Compound, UpliftStep::Year);
    // Months 13 to 24 at 110, 25 to 36 at 121.
    assert_eq!(years(by_year, monthly()), [(13, "110".to_owned()), (25, "121".to_owned())]);
    let by_renewal = rising(terms, "0.1", Compounding::Simple, UpliftStep::Renewal);
    // 100 × (1 + 0.1 n) in the n-th month.
    assert_eq!(years(by_renewal, monthly())[23], (36, "340".to_owned()));
    // A renewal of two years rises in its second one too.
    let two = Terms { renewal_months: Some(24), ..by(12) };
    let two = rising(two, "0.1", Compounding::Simple, UpliftStep::Year);
    assert_eq!(years(two, monthly()), [(13, "110".to_owned()), (25, "120".to_owned())]);
}

#[test]
fn only_recurring_charges_of_the_vendor_rise() {
    let terms = || rising(by(12), "0.1", Compounding::Simple, UpliftStep::Renewal);
    let yearly = || fee(Cycle::Year, "200");
    let kept = [(13, "200".to_owned())];
    assert_eq!(years(terms(), Charge { pass_through: true, ..yearly() }), kept);
    assert_eq!(years(terms(), Charge { without_uplift: true, ..yearly() }), kept);
    let quote = quote(&new(12, 24), terms(), &[yearly()]);
    let row = &line(&quote).periods[1].adjustments[0];
    let told = (&*row.id, &*row.reason);
    assert_eq!(told, ("renewal_uplift", "1 times 0.1 of the sold term's price"));
    assert!(quote.contract.renewal_uplift.is_some());
    // 200 sold, 200 + 220 over the horizon.
    assert_eq!((quote.totals.term, quote.totals.horizon), (exact("200"), exact("420")));
}
