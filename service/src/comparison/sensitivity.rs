//! How much each input matters: what the recommended product costs when it is a fifth less or more, and which single
//! change alters who is cheapest.
//!
//! Products are priced by the offers that they have made. What these do not know to hold for is unknown here as well.
//! Term and horizon are no inputs: no offer says for which others it would be made.

use std::cmp::Ordering;

use quotient_plugin_api::interval::{ArithmeticError, Interval, add, mul, mul_div, sub};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::break_even::{POINTS, Stretch, grid_of, stretches};
use super::ground::Ground;
use super::scenario::{Axis, Scale, Series};

/// Quantities that an input without a curve is asked at.
const FEW_POINTS: u64 = 40;
/// Most inputs that are looked at, in the order of the requirement.
pub const MAX_INPUTS: usize = 40;

/// What the recommended product costs when one input is a fifth lower and a fifth higher, in whole units and by at
/// least one.
#[derive(Debug, Clone, PartialEq)]
pub struct Swing {
    /// The input.
    pub axis: Axis,
    /// The quantities.
    pub quantities: (u64, u64),
    /// The costs.
    pub costs: (Option<Interval>, Option<Interval>),
}

/// The smallest single change that makes another product the cheaper one.
#[derive(Debug, Clone, PartialEq)]
pub struct Flip {
    /// What changes.
    pub axis: Axis,
    /// To how much.
    pub quantity: u64,
    /// By which fraction of what is asked for.
    pub change: Decimal,
    /// Who wins then.
    pub product_id: String,
}

/// The widest swing first, and the flip point; `None` where none was found.
pub(super) fn of_inputs(
    ground: &Ground<'_>,
    best: &Series<'_>,
    rivals: &[Series<'_>],
) -> Result<(Vec<Swing>, Option<Flip>), ArithmeticError> {
    let mut axes = Axis::of_requirement(ground.requirement);
    axes.truncate(MAX_INPUTS);
    axes.extend(foreign(ground, best, rivals));
    let mut swings = Vec::new();
    let mut nearest: Option<Flip> = None;
    for axis in axes {
        let Some(scale) = Scale::new(ground.requirement, axis) else { continue };
        swings.extend(swing(&scale, best)?);
        for flip in flips(&scale, best, rivals)? {
            let key = |flip: &Flip| (flip.change.abs(), flip.axis, flip.product_id.clone());
            if nearest.as_ref().is_none_or(|nearest| key(&flip) < key(nearest)) {
                nearest = Some(flip);
            }
        }
    }
    swings.sort_by_key(|swing| (std::cmp::Reverse(width(swing)), swing.axis));
    Ok((swings, nearest))
}

/// The currencies that amounts are converted from.
fn foreign(ground: &Ground<'_>, best: &Series<'_>, rivals: &[Series<'_>]) -> Vec<Axis> {
    let products = std::iter::once(best).chain(rivals).map(|series| series.currency);
    let all = products.chain([ground.hidden.currency]).filter(|currency| *currency != ground.currency);
    let mut codes: Vec<_> = all.map(|currency| currency.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.into_iter().map(Axis::ExchangeRate).collect()
}

/// Where each rival becomes the cheapest of all, nearest to what is asked for.
fn flips(scale: &Scale<'_>, best: &Series<'_>, rivals: &[Series<'_>]) -> Result<Vec<Flip>, ArithmeticError> {
    let points = if matches!(scale.axis, Axis::Demand | Axis::Seats) { POINTS } else { FEW_POINTS };
    let grid = grid_of(scale, points);
    let mut flips = Vec::new();
    for rival in rivals {
        flips.extend(flip(scale, &stretches(best, rival, scale, &grid), rival)?);
    }
    // Another one may be cheaper still where a rival overtakes.
    flips.retain(|flip| {
        let cost = |series: &Series<'_>| series.cost(scale, Decimal::from(flip.quantity))?.high();
        let all = || std::iter::once(best).chain(rivals);
        let least = all().filter_map(cost).min();
        let own = all().find(|series| series.product_id == flip.product_id).and_then(cost);
        own.is_some() && own == least
    });
    Ok(flips)
}

/// The quantity nearest to what is asked for at which the rival is cheaper, where it is not so already.
fn flip(
    scale: &Scale<'_>,
    stretches: &[Stretch],
    rival: &Series<'_>,
) -> Result<Option<Flip>, ArithmeticError> {
    let base = scale.base;
    let mut nearest: Option<Flip> = None;
    for stretch in stretches.iter().filter(|stretch| stretch.first_is == Ordering::Greater) {
        let (from, to) = (Decimal::from(stretch.from), Decimal::from(stretch.to));
        if from <= base && base <= to {
            return Ok(None);
        }
        let quantity = if base < from { stretch.from } else { stretch.to };
        let change = mul_div(sub(Decimal::from(quantity), base)?, Decimal::ONE, base)?;
        if nearest.as_ref().is_none_or(|known| change.abs() < known.change.abs()) {
            let product_id = rival.product_id.clone();
            nearest = Some(Flip { axis: scale.axis, quantity, change, product_id });
        }
    }
    Ok(nearest)
}

fn swing(scale: &Scale<'_>, best: &Series<'_>) -> Result<Option<Swing>, ArithmeticError> {
    // Whole units: where there are few, a fifth is one.
    let less = mul(scale.base, Decimal::new(8, 1))?.round().min(sub(scale.base.ceil(), Decimal::ONE)?);
    let more = mul(scale.base, Decimal::new(12, 1))?.round().max(add(scale.base.floor(), Decimal::ONE)?);
    let (Some(less), Some(more)) = (less.to_u64(), more.to_u64()) else { return Ok(None) };
    let cost = |quantity: u64| best.cost(scale, Decimal::from(quantity));
    Ok(Some(Swing { axis: scale.axis, quantities: (less, more), costs: (cost(less), cost(more)) }))
}

fn width(swing: &Swing) -> Decimal {
    let high = |cost: Option<Interval>| cost.and_then(|cost| cost.high());
    match (high(swing.costs.0), high(swing.costs.1)) {
        (Some(less), Some(more)) => sub(more, less).unwrap_or_default().abs(),
        _ => Decimal::ZERO,
    }
}
