//! Which cycles of which lines are on which invoice of a commitment.

use std::borrow::Cow;

use super::cycles::whole_months;
use super::line::PricedLine;
use super::runs::Run;
use super::timeline::Commitment;
use crate::charge::{Category, Charge, Cycle};
use crate::offer::Terms;

/// What an invoice has of a line: so many equal cycles of one of its runs; none when zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) run: u32,
    pub(crate) cycles: u32,
}

/// What is on the invoices of a commitment, by months after its first day.
pub(crate) struct Shares {
    lines: usize,
    /// By months and then by lines.
    first: Vec<Share>,
    /// What else an invoice has of a line, by months and then by lines: months, line and share.
    more: Vec<(u32, usize, Share)>,
}

/// What is on one invoice: a share of each line, and what else it has of some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column<'a> {
    pub(crate) first: &'a [Share],
    pub(crate) more: &'a [(u32, usize, Share)],
}

impl Column<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.first.iter().all(|share| share.cycles == 0)
    }
}

impl Shares {
    /// What is invoiced so many months after the commitment's first day.
    pub(crate) fn of(&self, offset: u32) -> Option<Column<'_>> {
        let from = (offset as usize).checked_mul(self.lines)?;
        let first = self.first.get(from..from.checked_add(self.lines)?)?;
        let start = self.more.partition_point(|(month, ..)| *month < offset);
        let end = self.more.partition_point(|(month, ..)| *month <= offset);
        Some(Column { first, more: self.more.get(start..end)? })
    }

    /// One more cycle of a run.
    fn add(&mut self, offset: u32, line: usize, run: u32) {
        let place = (offset as usize).saturating_mul(self.lines).saturating_add(line);
        let Some(first) = self.first.get_mut(place) else { return };
        let share = if first.cycles == 0 || first.run == run {
            first
        } else {
            let same = |(month, other, share): &&mut (u32, usize, Share)| {
                (*month, *other, share.run) == (offset, line, run)
            };
            match self.more.iter_mut().rev().find(same) {
                Some((_, _, share)) => share,
                None => {
                    self.more.push((offset, line, Share { run, cycles: 1 }));
                    return;
                }
            }
        };
        (share.run, share.cycles) = (run, share.cycles.saturating_add(1));
    }
}

/// What is on each invoice of a commitment. `passed` counts the runs of each line that ended before it.
pub(crate) fn share_out(
    terms: &Terms,
    commitment: &Commitment,
    lines: &[PricedLine],
    runs: &[Cow<'_, [Run]>],
    passed: &mut [usize],
) -> Shares {
    let months = commitment.months as usize + 1;
    let first = vec![Share::default(); months.saturating_mul(lines.len())];
    let mut shares = Shares { lines: lines.len(), first, more: Vec::new() };
    for (line, ((priced, runs), passed)) in lines.iter().zip(runs).zip(passed).enumerate() {
        let charge = &priced.item.charge;
        let over = |run: &Run| run.first_month + run.cycles * run.cycle_months <= commitment.first_month;
        *passed += runs.iter().skip(*passed).take_while(|run| over(run)).count();
        let ahead = runs.iter().zip(0_u32..).skip(*passed);
        for (run, number) in ahead.take_while(|(run, _)| run.first_month < commitment.end_month()) {
            // Cycles that start before a month.
            let before =
                |month: u32| month.saturating_sub(run.first_month).div_ceil(run.cycle_months).min(run.cycles);
            for cycle in before(commitment.first_month)..before(commitment.end_month()) {
                let first = run.first_month + cycle * run.cycle_months - commitment.first_month;
                let offset = offset(terms, commitment, charge, first, first + run.cycle_months);
                shares.add(offset, line, number);
            }
        }
    }
    shares.more.sort_by_key(|(month, line, _)| (*month, *line));
    shares
}

/// When a cycle is invoiced that starts and ends so many months after the commitment's first day.
fn offset(terms: &Terms, commitment: &Commitment, charge: &Charge, first: u32, end: u32) -> u32 {
    let lead = commitment.lead();
    // Where months are the calendar's, a part at the start has an invoice of its own.
    let (interval, lead) = match terms.billing_period_months {
        Some(months) => (months.max(1), lead),
        None => (commitment.months.max(1), 0),
    };
    let (first_whole, end_whole) = (first.saturating_sub(lead), end.saturating_sub(lead));
    let within = |first: u32| match charge.cycle {
        Cycle::Term | Cycle::Once => first > 0,
        _ => !first.saturating_sub(commitment.lead()).is_multiple_of(whole_months(charge.cycle, commitment)),
    };
    match charge.category {
        // What was used is invoiced when the month, or the cycle, is over.
        Category::Usage => end,
        Category::Recurring if terms.recurring_in_arrears => {
            (end_whole.next_multiple_of(interval) + lead).min(commitment.months)
        }
        // What is added within a cycle is invoiced when it is.
        _ if within(first) => first,
        Category::OneTime | Category::Recurring if first < lead => 0,
        Category::OneTime | Category::Recurring => first_whole / interval * interval + lead,
    }
}
