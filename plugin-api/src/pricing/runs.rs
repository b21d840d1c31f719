//! Runs of equal cycles, taken apart and put together.

use super::amount::Amount;
use crate::quote::{Period, Phase};

/// What totals need to know of a run of equal cycles.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) first_month: u32,
    pub(crate) cycle_months: u32,
    pub(crate) cycles: u32,
    pub(crate) phase: Phase,
    /// The amount of one cycle that counts: rounded where the line is rounded.
    pub(crate) amount: Amount,
}

impl Run {
    pub(crate) fn of(period: &Period) -> Self {
        let Period { first_month, cycle_months, cycles, phase, .. } = *period;
        Self { first_month, cycle_months, cycles, phase, amount: Amount::of(period.cycle_amount()) }
    }
}

/// Each cycle by itself.
pub(crate) fn unroll(run: &Period) -> impl Iterator<Item = Period> + '_ {
    (0..run.cycles).map(|cycle| Period {
        first_month: run.first_month + cycle * run.cycle_months,
        cycles: 1,
        ..run.clone()
    })
}

/// Makes one run of the last two, if the last only has more of the same cycles.
pub(crate) fn join_last(runs: &mut Vec<Period>) {
    if let Some(last) = runs.pop() {
        push(runs, last);
    }
}

/// Adds a run, to the last one if it only has more of the same cycles.
pub(crate) fn push(runs: &mut Vec<Period>, mut next: Period) {
    if let Some(last) = runs.last_mut()
        && next.first_month == last.first_month + last.cycles * last.cycle_months
    {
        let (first_month, cycles) = (next.first_month, next.cycles);
        (next.first_month, next.cycles) = (last.first_month, last.cycles);
        if next == *last {
            last.cycles += cycles;
            return;
        }
        (next.first_month, next.cycles) = (first_month, cycles);
    }
    runs.push(next);
}
