//! Which cycles of which lines are on which invoice of a commitment.

use super::cycles::whole_months;
use super::line::PricedLine;
use super::runs::Run;
use super::timeline::Commitment;
use crate::charge::{Category, Charge, Cycle};
use crate::offer::Terms;

/// What an invoice has of a line: so many equal cycles of one of its runs, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) run: u32,
    pub(crate) cycles: u32,
}

impl Share {
    /// In one word, so that invoices are compared as words; none is zero.
    fn packed(self) -> u64 {
        u64::from(self.run) << u32::BITS | u64::from(self.cycles)
    }

    #[allow(clippy::cast_possible_truncation, reason = "each half of a word by itself")]
    pub(crate) const fn unpacked(word: u64) -> Self {
        Self { run: (word >> u32::BITS) as u32, cycles: word as u32 }
    }
}

/// What is on the invoices of a commitment, by months after its first day.
pub(crate) struct Shares {
    lines: usize,
    /// By months and then by lines.
    first: Vec<u64>,
    /// What else an invoice has of a line, by months and then by lines: months, line and share.
    more: Vec<(u32, usize, Share)>,
}

/// What is on one invoice: a share of each line, and what else it has of some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column<'a> {
    pub(crate) first: &'a [u64],
    pub(crate) more: &'a [(u32, usize, Share)],
}

impl Column<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.first.iter().all(|share| *share == 0)
    }
}

impl Shares {
    /// What is invoiced so many months after the commitment's first day.
    pub(crate) fn of(&self, offset: u32) -> Option<Column<'_>> {
        let from = (offset as usize).checked_mul(self.lines)?;
        let first = self.first.get(from..from.checked_add(self.lines)?)?;
        if self.more.is_empty() {
            return Some(Column { first, more: &[] });
        }
        let start = self.more.partition_point(|(month, ..)| *month < offset);
        let end = self.more.partition_point(|(month, ..)| *month <= offset);
        Some(Column { first, more: self.more.get(start..end)? })
    }

    /// Cycles of a run that are invoiced so many months after each other.
    fn add_each(&mut self, offset: u32, months: u32, count: u32, line: usize, share: Share) {
        let start = (offset as usize).saturating_mul(self.lines).saturating_add(line);
        let step = (months as usize).saturating_mul(self.lines).max(1);
        let all = self.first.get_mut(start..).unwrap_or_default();
        if all.iter().step_by(step).take(count as usize).all(|first| *first == 0) {
            let packed = share.packed();
            all.iter_mut().step_by(step).take(count as usize).for_each(|first| *first = packed);
            return;
        }
        (0..count).for_each(|index| self.add(offset + index * months, line, share));
    }

    /// More cycles of a run.
    fn add(&mut self, offset: u32, line: usize, share: Share) {
        let place = (offset as usize).saturating_mul(self.lines).saturating_add(line);
        let Some(first) = self.first.get_mut(place) else { return };
        if *first == 0 {
            *first = share.packed();
            return;
        }
        let Share { run, cycles } = Share::unpacked(*first);
        let sum = Share { cycles: cycles.saturating_add(share.cycles), ..share };
        if run == share.run {
            *first = sum.packed();
            return;
        }
        let same = |(month, other, found): &&mut (u32, usize, Share)| {
            (*month, *other, found.run) == (offset, line, share.run)
        };
        match self.more.iter_mut().rev().find(same) {
            Some((_, _, found)) => found.cycles = found.cycles.saturating_add(share.cycles),
            None => self.more.push((offset, line, share)),
        }
    }
}

/// What is on each invoice of a commitment. `passed` counts the runs of each line that ended before it.
pub(crate) fn share_out(
    terms: &Terms,
    commitment: &Commitment,
    lines: &[PricedLine],
    passed: &mut [usize],
) -> Shares {
    let months = commitment.months as usize + 1;
    let first = vec![0; months.saturating_mul(lines.len())];
    let mut shares = Shares { lines: lines.len(), first, more: Vec::new() };
    for (line, (priced, passed)) in lines.iter().zip(passed).enumerate() {
        let (charge, runs) = (&priced.item.charge, &priced.runs);
        let over = |run: &Run| run.first_month + run.cycles * run.cycle_months <= commitment.first_month;
        *passed += runs.iter().skip(*passed).take_while(|run| over(run)).count();
        let ahead = runs.iter().zip(0_u32..).skip(*passed);
        for (run, number) in ahead.take_while(|(run, _)| run.first_month < commitment.end_month()) {
            // Cycles that start before a month.
            let before = |month: u32| match month.saturating_sub(run.first_month) {
                0 => 0,
                later => later.div_ceil(run.cycle_months).min(run.cycles),
            };
            let cycles = before(commitment.first_month)..before(commitment.end_month());
            let mut first = run.first_month + cycles.start * run.cycle_months - commitment.first_month;
            let mut left = cycles.end.saturating_sub(cycles.start);
            // What was used is invoiced when the month, or the cycle, is over.
            if charge.category == Category::Usage {
                let share = Share { run: number, cycles: 1 };
                shares.add_each(first + run.cycle_months, run.cycle_months, left, line, share);
                continue;
            }
            while left > 0 {
                let end = first + run.cycle_months;
                let (offset, until) = invoice(terms, commitment, charge, first, end);
                let later = if until > end { (until - end).div_ceil(run.cycle_months) } else { 0 };
                let cycles = left.min(1 + later);
                shares.add(offset, line, Share { run: number, cycles });
                (left, first) = (left - cycles, first + cycles * run.cycle_months);
            }
        }
    }
    shares.more.sort_by_key(|(month, line, _)| (*month, *line));
    shares
}

/// When a cycle is invoiced that starts and ends so many months after the commitment's first day, and before which
/// month the like cycles after it start that are on the same invoice.
#[inline]
fn invoice(terms: &Terms, commitment: &Commitment, charge: &Charge, first: u32, end: u32) -> (u32, u32) {
    let lead = commitment.lead();
    // Where months are the calendar's, a part at the start has an invoice of its own.
    let (interval, lead) = match terms.billing_period_months {
        Some(months) => (months.max(1), lead),
        None => (commitment.months.max(1), 0),
    };
    let (first_whole, end_whole) = (first.saturating_sub(lead), end.saturating_sub(lead));
    let within = |first: u32| match charge.cycle {
        Cycle::Term | Cycle::Once => first > 0,
        Cycle::Day | Cycle::Month => false,
        Cycle::Quarter | Cycle::Year => {
            !first.saturating_sub(commitment.lead()).is_multiple_of(whole_months(charge.cycle, commitment))
        }
    };
    match charge.category {
        Category::Usage => (end, end),
        Category::Recurring if terms.recurring_in_arrears => {
            ((end_whole.next_multiple_of(interval) + lead).min(commitment.months), end)
        }
        // What is added within a cycle is invoiced when it is.
        _ if within(first) => (first, end),
        Category::OneTime | Category::Recurring if first < lead => (0, end),
        Category::OneTime | Category::Recurring => {
            let passed = if interval == 1 { first_whole } else { first_whole / interval * interval };
            let offset = passed + lead;
            (offset, offset + interval)
        }
    }
}
