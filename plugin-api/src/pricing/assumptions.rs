//! What was left to a default, said out loud.

use super::line::PricedLine;
use super::timeline::Timeline;
use crate::charge::{Cycle, PriceModel, TierPeriod};
use crate::offer::{Note, OfferParts};
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
        line.assumptions.iter().cloned().for_each(&mut add);
        let by_days = charge.cycle == Cycle::Day || charge.tier_period == TierPeriod::Day;
        if by_days && offer.conventions.month_days.is_none() {
            let text = "the sheet does not say how many days a month has: the calendar's are taken";
            add(Note::new("month_days_calendar", text, &charge.id));
        }
        if matches!(charge.model, PriceModel::Package { partial: None, .. }) {
            let text = "the sheet does not say what a started package costs: it is charged whole";
            add(Note::new("partial_package_up", text, &charge.id));
        }
        if line.whole_part {
            let text = "the sheet does not say what a part of a cycle costs: it is charged whole";
            add(Note::new("part_of_cycle_whole", text, &charge.id));
        }
    }
    let (asked, sold) = (timeline.asked_months, timeline.sold_months());
    if sold > asked {
        let text = format!("asked for {asked} months, sold for {sold}: totals show both");
        add(Note::new("sold_term_longer", text, "term_months"));
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
