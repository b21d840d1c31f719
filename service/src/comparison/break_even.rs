//! Where one product becomes cheaper than another as demand or people grow, and where more costs less.
//!
//! Costs are asked at [`POINTS`] quantities spread evenly from none to four times what is asked for; where their
//! order changes between two of them, the change is found to the single contact or person. What changes and
//! changes back between two neighbouring points is not seen; on an axis of no more units than points nothing is.

use std::cmp::Ordering;

use quotient_plugin_api::interval::Interval;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::scenario::{Scale, Series};

/// Quantities that a curve is asked at.
pub const POINTS: u64 = 160;
/// How far beyond what is asked for a curve goes.
const REACH: u64 = 4;

/// Whole quantities that follow each other, in which one is cheaper, or both cost the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// First quantity.
    pub from: u64,
    /// Last quantity.
    pub to: u64,
    /// How the first product's cost compares with the second's.
    pub first_is: Ordering,
}

/// Where more costs less: a quantity that is cheaper than all of a stretch below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cliff {
    /// The quantity.
    pub quantity: u64,
    /// First of the smaller quantities that cost more.
    pub dearer_from: u64,
    /// Last of them.
    pub dearer_to: u64,
}

/// The quantities that curves are asked at, from 1, in order; what is asked for is among them.
#[must_use]
pub fn grid(scale: &Scale<'_>) -> Vec<u64> {
    grid_of(scale, POINTS)
}

/// The same of fewer points.
pub(super) fn grid_of(scale: &Scale<'_>, points: u64) -> Vec<u64> {
    let base = scale.base.ceil().to_u64().unwrap_or(u64::MAX / REACH).max(1);
    let last = base.saturating_mul(REACH);
    let points = points.min(last);
    let mut grid: Vec<u64> = (1..=points)
        .map(|index| {
            let share = u128::from(last).saturating_mul(u128::from(index)).checked_div(u128::from(points));
            share.and_then(|share| u64::try_from(share).ok()).unwrap_or(last)
        })
        .collect();
    grid.extend([1, base]);
    grid.sort_unstable();
    grid.dedup();
    grid
}

/// What a series costs at each quantity of a grid.
#[must_use]
pub fn curve(series: &Series<'_>, scale: &Scale<'_>, grid: &[u64]) -> Vec<(u64, Option<Interval>)> {
    grid.iter().map(|quantity| (*quantity, series.cost(scale, Decimal::from(*quantity)))).collect()
}

/// The cost that counts: its high end.
fn high(series: &Series<'_>, scale: &Scale<'_>, quantity: u64) -> Option<Decimal> {
    series.cost(scale, Decimal::from(quantity))?.high()
}

/// How two series compare over a grid: stretches in order. Quantities at which a cost is not known lie in none.
#[must_use]
pub fn stretches(first: &Series<'_>, second: &Series<'_>, scale: &Scale<'_>, grid: &[u64]) -> Vec<Stretch> {
    let order = |quantity: u64| Some(high(first, scale, quantity)?.cmp(&high(second, scale, quantity)?));
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut add = |from: u64, to: u64, known: Option<Ordering>| {
        let Some(first_is) = known else { return };
        match stretches.last_mut() {
            Some(last) if last.first_is == first_is && last.to.saturating_add(1) == from => last.to = to,
            _ => stretches.push(Stretch { from, to, first_is }),
        }
    };
    let Some(start) = grid.first() else { return Vec::new() };
    let mut at = *start;
    add(at, at, order(at));
    for next in grid.iter().skip(1) {
        // Runs between two neighbouring points, each found by halving.
        while at < *next {
            let from = at.saturating_add(1);
            let here = order(from);
            let to = last_equal(from, *next, |quantity| order(quantity) == here);
            add(from, to, here);
            at = to;
        }
    }
    stretches
}

/// The last quantity from `from` on that still holds, found by halving: it holds at `from`.
fn last_equal(from: u64, to: u64, holds: impl Fn(u64) -> bool) -> u64 {
    if holds(to) {
        return to;
    }
    let (mut low, mut high) = (from, to);
    while high.saturating_sub(low) > 1 {
        let middle = low.midpoint(high);
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Where a series costs less than for a smaller quantity, in order. Two cliffs over the same quantities are one,
/// the cheapest.
#[must_use]
pub fn cliffs(series: &Series<'_>, scale: &Scale<'_>, grid: &[u64]) -> Vec<Cliff> {
    let cost = |quantity: u64| high(series, scale, quantity);
    let mut cliffs: Vec<Cliff> = Vec::new();
    for pair in grid.windows(2) {
        let [low, next] = pair else { continue };
        let (Some(before), Some(after)) = (cost(*low), cost(*next)) else { continue };
        if after >= before {
            continue;
        }
        // The last quantity that costs as much as before or more, and the one after it.
        let dearer_to = last_equal(*low, *next, |quantity| cost(quantity).is_some_and(|cost| cost >= before));
        let quantity = dearer_to.saturating_add(1);
        let Some(least) = cost(quantity) else { continue };
        let dearer_from = first_dearer(cost, least, dearer_to);
        match cliffs.last_mut() {
            Some(last) if last.dearer_from >= dearer_from => {
                *last = Cliff { quantity, dearer_from, dearer_to }
            }
            _ => cliffs.push(Cliff { quantity, dearer_from, dearer_to }),
        }
    }
    cliffs
}

/// The first quantity of the stretch that ends at `last` and costs more than `least`, found by halving.
fn first_dearer(cost: impl Fn(u64) -> Option<Decimal>, least: Decimal, last: u64) -> u64 {
    let dearer = |quantity: u64| cost(quantity).is_some_and(|cost| cost > least);
    let (mut low, mut high) = (0_u64, last);
    while high.saturating_sub(low) > 1 {
        let middle = low.midpoint(high);
        if dearer(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
