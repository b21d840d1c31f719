//! Whether a sheet keeps what it says of more of something: that it never costs less.

use super::{Ages, Findings};
use crate::adapter::Answer;
use crate::language::price_sheet::PriceSheet;
use crate::language::sheet::SheetForm;
use crate::monotone::check;
use crate::wire::requirement_from_wire;

pub(super) fn look(form: &SheetForm, sheet: &PriceSheet, ages: Ages, findings: &mut Findings<'_>) {
    // A sheet is priced on a day that it holds on.
    let ends = form.product.valid_to.map_or(ages.today, |day| ages.today.min(day.0));
    let today = form.product.valid_from.map_or(ends, |day| ends.max(day.0));
    let charges: Vec<_> =
        sheet.offers.iter().flat_map(|(offer, _)| &offer.parts().charges).cloned().collect();
    for (index, said) in form.product.monotone.iter().enumerate() {
        let mut ask = |asked: &quotient_proto::v1::Requirement| {
            let requirement = requirement_from_wire(asked).map_err(|error| error.to_string())?;
            match sheet.offers(&requirement).map_err(|error| error.to_string())? {
                Answer::Offers(offers) => Ok(offers),
                Answer::Decline(_) => Ok(Vec::new()),
            }
        };
        if let Err(text) = check((*said).into(), &[], &charges, today, &mut ask) {
            findings.fail("not_monotone", &format!("product.monotone[{index}]"), text);
        }
    }
}
