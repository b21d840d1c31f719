//! What was left to a default, said out loud.

use rust_decimal::Decimal;

use super::line::PricedLine;
use super::timeline::Timeline;
use crate::charge::{Charge, Cycle, OverMonths, PriceModel, TierPeriod};
use crate::interval::compare;
use crate::meters::{self, Meter};
use crate::offer::{Note, OfferParts};
use crate::quote::Period;
use crate::requirement::Requirement;

/// The offer's own assumptions, then the kernel's.
pub(crate) fn collect(offer: &OfferParts, timeline: &Timeline, lines: &[PricedLine]) -> Vec<Note> {
    let mut notes = offer.assumptions.clone();
    let mut add = |note: Note| {
        if !notes.contains(&note) {
            notes.push(note);
        }
    };
    if offer.conventions.invoice_rounding.is_none() {
        let text = "the sheet does not say how amounts are rounded: each invoice is rounded half up in the \
                    currency's minor unit";
        add(Note::new("invoice_rounding_half_up", text, ""));
    }
    for line in lines {
        let charge = &line.item.charge;
        line.assumptions().cloned().for_each(&mut add);
        let each_day = charge.cycle == Cycle::Day && charge.cycle_days.is_none();
        let by_days = each_day || charge.tier_period == TierPeriod::Day;
        if by_days && offer.conventions.month_days.is_none() {
            let text = "the sheet does not say how many days a month has: the calendar's are taken";
            add(Note::new("month_days_calendar", text, &charge.id));
        }
        if matches!(charge.model, PriceModel::Package { partial: None, .. }) {
            let text = "the sheet does not say what a started package costs: it is charged whole";
            add(Note::new("partial_package_up", text, &charge.id));
        }
        if each_day && is_summed(charge) && !line.covered().is_empty() {
            let text = "a daily price: the quantity of a month is taken as that of each of its days";
            add(Note::new("daily_quantity", text, &charge.id));
        }
        unsaid(charge, &line.item.periods).into_iter().for_each(&mut add);
        if line.whole_part {
            let text = "the sheet does not say what a part of a cycle costs: it is charged whole";
            add(Note::new("part_of_cycle_whole", text, &charge.id));
        }
    }
    let renews = timeline.commitments.len() > 1 && offer.terms.renewal_months.is_none();
    if renews && offer.terms.minimum_months > timeline.renewal_months {
        let months = timeline.renewal_months;
        let text = format!("the sheet does not say how long renewals are: {months} months each");
        add(Note::new("renewal_months_as_multiple", text, "horizon_months"));
    }
    let (asked, sold) = (timeline.asked_months, timeline.sold_months());
    if sold > asked {
        let text = format!("asked for {asked} months, sold for {sold}: totals show both");
        add(Note::new("sold_term_longer", text, "term_months"));
    }
    notes
}

/// Whether what it counts adds up over time.
fn is_summed(charge: &Charge) -> bool {
    match charge.over_months {
        Some(over) => over == OverMonths::Sum,
        None => !meters::meter(&charge.metering.meter_id).is_some_and(Meter::is_level),
    }
}

/// What a charge leaves to a default that moves money in one of these cycles.
fn unsaid(charge: &Charge, periods: &[Period]) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut add = |code: &str, text: &str| notes.push(Note::new(code, text, &charge.id));
    let (tiers, lookup) = match &charge.model {
        PriceModel::Graduated { tiers, .. } => (Some(tiers), None),
        PriceModel::Volume { tiers, lookup, .. } => (Some(tiers), Some(lookup)),
        PriceModel::StairStep { steps, .. } => (Some(steps), None),
        _ => (None, None),
    };
    let any = |holds: &dyn Fn(Decimal) -> bool| periods.iter().any(|period| holds(period.billed));
    if let Some(tiers) = tiers {
        let first = tiers.as_slice().first().and_then(|tier| tier.flat_amount);
        let costs = first.is_some_and(|amount| !amount.is_zero());
        if charge.zero_quantity.is_none() && costs && any(&|billed| billed.is_zero()) {
            add("zero_quantity_free", "the sheet does not say what a cycle without quantity costs: nothing");
        }
        // Each unit of a graduated price has its own tier, whichever a bound belongs to.
        let whole = !matches!(charge.model, PriceModel::Graduated { .. });
        let bounds = tiers.as_slice().iter().filter_map(|tier| tier.up_to);
        let is_bound = |billed: Decimal| bounds.clone().any(|up_to| compare(up_to, billed).is_eq());
        if whole && tiers.said_bound().is_none() && any(&is_bound) {
            let text = "the sheet does not say to which tier a quantity belongs that is exactly a bound: to the \
                        one that ends there";
            add("tier_bound_inclusive", text);
        }
        let between =
            |billed: Decimal| billed.scale() > 0 && tiers.reached(billed) != tiers.reached(billed.floor());
        if lookup == Some(&None) && any(&between) {
            let text = "the sheet does not say whether a part of a unit reaches the next tier: it does";
            add("tier_lookup_exact", text);
        }
    }
    let limits = charge.minimum_amount.is_some() || charge.maximum_amount.is_some();
    if limits && charge.limits_compared.is_none() && !charge.adjustments.is_empty() {
        let text = "the sheet does not say whether limits meet the amount before discounts or after: before";
        add("limits_before_adjustments", text);
    }
    notes
}

/// The offer's own warnings, then the kernel's.
pub(crate) fn warn(requirement: &Requirement, offer: &OfferParts, timeline: &Timeline) -> Vec<Note> {
    let mut notes = offer.warnings.clone();
    let sold = timeline.sold_months();
    let billed = offer.terms.billing_period_months.unwrap_or(sold);
    if let Some(asked) = requirement.billing_period.map(|period| period.months().unwrap_or(sold))
        && asked != billed
    {
        let text = format!("asked to be billed every {asked} months, the vendor bills every {billed}");
        notes.push(Note::new("billing_period_differs", text, "billing_period"));
    }
    for (index, holding) in requirement.holdings.iter().enumerate() {
        if offer.charges.iter().all(|charge| charge.metering.meter_id != holding.meter_id) {
            let text = format!("nothing that is charged draws on the {} held already", holding.remaining);
            notes.push(Note::new("holding_unused", text, format!("holdings[{index}]")));
        }
    }
    notes
}
