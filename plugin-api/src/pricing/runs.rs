//! Runs of equal cycles, taken apart and put together.

use crate::quote::Period;

/// Each cycle by itself.
pub(crate) fn unroll(run: &Period) -> impl Iterator<Item = Period> + '_ {
    (0..run.cycles).map(|cycle| Period {
        first_month: run.first_month + cycle * run.cycle_months,
        cycles: 1,
        ..run.clone()
    })
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
