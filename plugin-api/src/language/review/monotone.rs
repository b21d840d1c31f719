//! Whether a sheet keeps what it says of more of something: that it never costs less.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::{Ages, Findings};
use crate::adapter::Answer;
use crate::language::price_sheet::PriceSheet;
use crate::language::sheet::SheetForm;
use crate::language::when::WhenForm;
use crate::monotone::{Facts, check};
use crate::wire::requirement_from_wire;

pub(super) fn look(form: &SheetForm, sheet: &PriceSheet, ages: Ages, findings: &mut Findings<'_>) {
    // A sheet is priced on a day that it holds on.
    let ends = form.product.valid_to.map_or(ages.today, |day| ages.today.min(day.0));
    let today = form.product.valid_from.map_or(ends, |day| ends.max(day.0));
    let charges: Vec<_> =
        sheet.offers.iter().flat_map(|(offer, _)| &offer.parts().charges).cloned().collect();
    let when = facts(form);
    for (index, said) in form.product.monotone.iter().enumerate() {
        let mut ask = |asked: &quotient_proto::v1::Requirement| {
            let requirement = requirement_from_wire(asked).map_err(|error| error.to_string())?;
            match sheet.offers(&requirement).map_err(|error| error.to_string())? {
                Answer::Offers(offers) => Ok(offers),
                Answer::Decline(_) => Ok(Vec::new()),
            }
        };
        if let Err(text) = check((*said).into(), &[], &charges, &when, today, &mut ask) {
            findings.fail("not_monotone", &format!("product.monotone[{index}]"), text);
        }
    }
}

/// Terms and seats at which something begins or ends to be meant for a buyer.
fn facts(form: &SheetForm) -> Facts {
    let editions = form.editions.iter().map(|edition| &edition.when);
    let options = form.purchase_options.iter().map(|option| &option.when);
    let of_charges = form.charges.iter().map(|charge| &charge.when);
    let adjustments = form.charges.iter().flat_map(|charge| &charge.adjustments);
    let all = editions.chain(options).chain(of_charges).chain(adjustments.map(|adjustment| &adjustment.when));
    let mut facts = Facts::default();
    for WhenForm { seats, term_months, .. } in all.flatten() {
        for (span, numbers) in [(seats, &mut facts.seats), (term_months, &mut facts.terms)] {
            let Some(span) = span else { continue };
            let beyond = span.to.and_then(|to| to.0.checked_add(Decimal::ONE));
            let ends = [span.from.map(|from| from.0), span.to.map(|to| to.0), beyond];
            numbers.extend(ends.into_iter().flatten().filter_map(|end| end.to_u32()));
        }
    }
    facts
}
