//! Several sheets of one product: which days two of them claim, and which none does.

use super::{Reviewed, Severity};
use crate::language::timeline;

type Told = (usize, Severity, &'static str, &'static str, String);

/// What is wrong between the sheets of one product: the sheet's index, and what is told of it.
pub(super) fn look(reviewed: &[Reviewed], indices: &[usize]) -> Vec<Told> {
    let mut sheets: Vec<_> = indices
        .iter()
        .filter_map(|index| {
            let one = reviewed.get(*index)?;
            Some((*index, one.file.as_str(), one.sheet.as_ref()?))
        })
        .collect();
    sheets.sort_by_key(|(_, name, sheet)| (sheet.revision().valid_from, *name));
    let Some((_, _, first)) = sheets.first() else { return Vec::new() };
    let product = &first.catalog().product.id;
    let named: Vec<_> = sheets.iter().map(|(_, name, sheet)| (*name, *sheet)).collect();
    let overlaps = timeline::overlaps(product, &named).into_iter().filter_map(|(name, text)| {
        let (index, ..) = sheets.iter().find(|(_, own, _)| *own == name)?;
        Some((*index, Severity::Error, "revisions_overlap", "product", text))
    });
    let gaps = sheets.windows(2).filter_map(|pair| {
        let [(_, name, one), (index, _, next)] = pair else { return None };
        let (ends, begins) = (one.revision().valid_to?, next.revision().valid_from?);
        let after = ends.tomorrow().ok()?;
        let text = format!("found no sheet for the days from {after}, after {name} ends, to {begins}");
        (after < begins).then_some((*index, Severity::Warning, "revisions_gap", "product.valid_from", text))
    });
    overlaps.chain(gaps).collect()
}
