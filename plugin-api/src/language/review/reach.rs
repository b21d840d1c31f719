//! What is never sold: editions and options without a charge, and charges that nobody is meant for.

use super::Findings;
use crate::language::charge::ChargeForm;
use crate::language::forms::DateBasisForm;
use crate::language::sheet::{EditionForm, ModuleClassForm, PurchaseOptionForm, SheetForm};
use crate::language::when::WhenForm;

pub(super) fn look(form: &SheetForm, findings: &mut Findings<'_>) {
    pairs(form, findings);
    for (index, charge) in form.charges.iter().enumerate() {
        let at = |field: &str| format!("charges[{index}].{field}");
        never_meant(form, charge, &at("when"), findings);
        never_in_force(form, charge, &at("dates"), findings);
    }
}

fn belongs(charge: &ChargeForm, edition: &EditionForm, option: &PurchaseOptionForm) -> bool {
    let lists = |ids: &[String], id: &String| ids.is_empty() || ids.contains(id);
    lists(&charge.editions, &edition.id) && lists(&charge.purchase_options, &option.id)
}

/// Pairs of an edition and a purchase option that have no charge of their own, where others have.
fn pairs(form: &SheetForm, findings: &mut Findings<'_>) {
    let is_chosen = |id: &String| {
        form.modules.iter().any(|module| module.id == *id && module.class == ModuleClassForm::ValueAdded)
    };
    let own = |charge: &&ChargeForm| !charge.module.as_ref().is_some_and(is_chosen);
    // A product that is sold by modules alone has no charge of an edition.
    let by_modules = !form.charges.iter().any(|charge| own(&charge));
    let sold = |edition: &EditionForm, option: &PurchaseOptionForm| {
        form.charges.iter().any(|charge| (by_modules || own(&charge)) && belongs(charge, edition, option))
    };
    for (index, edition) in form.editions.iter().enumerate() {
        let without: Vec<_> = form.purchase_options.iter().filter(|option| !sold(edition, option)).collect();
        let at = format!("editions[{index}]");
        if without.len() == form.purchase_options.len() {
            findings.warn("never_sold", &at, format!("found no charge of the edition {:?}", edition.id));
        } else if !without.is_empty() {
            let options: Vec<_> = without.iter().map(|option| option.id.as_str()).collect();
            let text = format!(
                "found no charge of {:?} with the purchase options {}",
                edition.id,
                options.join(", ")
            );
            findings.warn("pair_without_charge", &at, text);
        }
    }
    for (index, option) in form.purchase_options.iter().enumerate() {
        if !form.editions.iter().any(|edition| sold(edition, option)) {
            let text = format!("found no charge with the purchase option {:?}", option.id);
            findings.warn("never_sold", &format!("purchase_options[{index}]"), text);
        }
    }
}

/// A charge that is meant for nobody whom its editions and options are meant for.
fn never_meant(form: &SheetForm, charge: &ChargeForm, path: &str, findings: &mut Findings<'_>) {
    let Some(own) = &charge.when else { return };
    let mut pairs = form.editions.iter().flat_map(|edition| {
        let options = form.purchase_options.iter().filter(move |option| belongs(charge, edition, option));
        options.map(move |option| [edition.when.as_ref(), option.when.as_ref()])
    });
    let excluded = |whens: [Option<&WhenForm>; 2]| whens.into_iter().flatten().any(|when| own.excludes(when));
    if pairs.all(excluded) {
        let text = "found a charge that is meant for nobody whom its editions and options are meant for";
        findings.warn("never_meant", path, text);
    }
}

/// A charge whose dates lie outside those of its sheet.
fn never_in_force(form: &SheetForm, charge: &ChargeForm, path: &str, findings: &mut Findings<'_>) {
    let Some(dates) = &charge.dates else { return };
    let product = &form.product;
    if let (Some(to), Some(begins)) = (dates.to, product.valid_from)
        && to.0 < begins.0
    {
        let text = format!("found a charge that ends on {}, before the sheet begins on {}", to.0, begins.0);
        findings.warn("never_in_force", path, text);
    }
    // A service that was ordered in time may begin, and go on, after the sheet ends.
    if let (Some(from), Some(ends), DateBasisForm::Order) = (dates.from, product.valid_to, dates.basis)
        && from.0 > ends.0
    {
        let text = format!("found a charge from {} on, after the sheet ends on {}", from.0, ends.0);
        findings.warn("never_in_force", path, text);
    }
}
