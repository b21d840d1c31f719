//! What a comparison looks like under other quantities: break-even, uncertainty, sensitivity. Only on request.

use std::cmp::Ordering;

use quotient_plugin_api::interval::{ArithmeticError, Interval, mul, mul_div, sub};
use quotient_plugin_api::requirement::buyer::BudgetPeriod;
use rust_decimal::Decimal;

use super::break_even::{self, Cliff, Stretch};
use super::candidate::Candidate;
use super::ground::Ground;
use super::scenario::{Axis, Scale, Series};
use super::uncertainty::{Spread, Uncertainty, spreads};
use super::verdict::Verdict;

/// Most products beside the recommended one whose curves are drawn, and most of its own offers.
const MOST: usize = 5;

/// What is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Curves, crossings, cliffs, sensitivity.
    pub break_even: bool,
    /// Spreads over draws of demand.
    pub uncertainty: Option<Uncertainty>,
}

/// A product or one of its offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The product.
    pub product_id: String,
    /// Edition and purchase option, where it is one of its offers.
    pub offer: Option<(String, String)>,
}

/// What a product costs along an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Whose.
    pub of: Named,
    /// Along what.
    pub axis: Axis,
    /// Quantity and cost; `None` where no offer is known to hold.
    pub points: Vec<(u64, Option<Interval>)>,
    /// Where more costs less.
    pub cliffs: Vec<Cliff>,
}

/// Where two products, or two offers of one, cross.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakEven {
    /// One.
    pub first: Named,
    /// The other.
    pub second: Named,
    /// Along what.
    pub axis: Axis,
    /// Which is cheaper where.
    pub stretches: Vec<Stretch>,
}

/// What the recommended product costs when one input is a fifth lower and a fifth higher.
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

/// All of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Analysis {
    /// Curves of the recommended product, its offers and its rivals.
    pub curves: Vec<Curve>,
    /// Crossings of the recommended product with each rival, and of its own offers with its best one.
    pub break_evens: Vec<BreakEven>,
    /// By input, the widest first.
    pub tornado: Vec<Swing>,
    /// The flip point; `None` where none was found.
    pub flip: Option<Flip>,
    /// By product id.
    pub spreads: Vec<Spread>,
}

/// Looks at a verdict under other quantities; empty where nothing is recommended.
///
/// # Errors
/// [`ArithmeticError`] when an amount does not fit.
pub fn analyse(
    ground: &Ground<'_>,
    verdict: &Verdict,
    candidates: &[Candidate],
    wanted: Wanted,
) -> Result<Analysis, ArithmeticError> {
    let mut analysis = Analysis::default();
    let Some(recommendation) = &verdict.recommendation else { return Ok(analysis) };
    let find = |id: &str| candidates.iter().find(|candidate| candidate.product_id == id);
    let ranked: Vec<&Candidate> = verdict.ranking().iter().filter_map(|one| find(&one.product_id)).collect();
    let Some(winner) = find(&recommendation.product_id) else { return Ok(analysis) };
    let rivals = ranked.iter().filter(|one| one.product_id != winner.product_id).take(MOST);
    if wanted.break_even {
        let rivals: Vec<_> = rivals.filter_map(|one| Series::of_product(ground, one)).collect();
        let own = Series::of_offers(ground, winner);
        if let Some(best) = Series::of_product(ground, winner) {
            for axis in [Axis::Demand, Axis::Seats] {
                if let Some(scale) = Scale::new(ground.requirement, axis) {
                    look(&mut analysis, axis, &scale, (&best, &rivals), own.get(..MOST).unwrap_or(&own))?;
                }
            }
        }
        analysis.tornado.sort_by_key(|swing| std::cmp::Reverse(width(swing)));
    }
    if let Some(uncertainty) = wanted.uncertainty {
        let series: Vec<_> = ranked.iter().filter_map(|one| Series::of_product(ground, one)).collect();
        analysis.spreads = spreads(ground.requirement, &series, budget(ground), &uncertainty)?;
        analysis.spreads.sort_by(|a, b| a.product_id.cmp(&b.product_id));
    }
    Ok(analysis)
}

fn look(
    analysis: &mut Analysis,
    axis: Axis,
    scale: &Scale<'_>,
    (best, rivals): (&Series<'_>, &[Series<'_>]),
    own: &[Series<'_>],
) -> Result<(), ArithmeticError> {
    let grid = break_even::grid(scale);
    let named =
        |series: &Series<'_>| Named { product_id: series.product_id.clone(), offer: series.offer.clone() };
    let offers = if own.len() > 1 { own } else { &[] };
    for series in std::iter::once(best).chain(rivals).chain(offers) {
        let (points, cliffs) =
            (break_even::curve(series, scale, &grid), break_even::cliffs(series, scale, &grid));
        analysis.curves.push(Curve { of: named(series), axis, points, cliffs });
    }
    let mut crossings = |first: &Series<'_>, second: &Series<'_>| {
        let stretches = break_even::stretches(first, second, scale, &grid);
        analysis.break_evens.push(BreakEven {
            first: named(first),
            second: named(second),
            axis,
            stretches: stretches.clone(),
        });
        stretches
    };
    let mut flips = Vec::new();
    let compared: Vec<_> = rivals.iter().map(|rival| (rival, crossings(best, rival))).collect();
    for (rival, stretches) in &compared {
        flips.extend(flip(axis, scale, stretches, rival)?);
    }
    // Another one may be cheaper still where a rival overtakes.
    let wins = |flip: &Flip| {
        let cost = |series: &Series<'_>| series.cost(scale, Decimal::from(flip.quantity))?.high();
        let all = || std::iter::once(best).chain(rivals);
        let least = all().filter_map(cost).min();
        let own = all().find(|series| series.product_id == flip.product_id).and_then(cost);
        own.is_some() && own == least
    };
    flips.retain(wins);
    if let Some((first, others)) = offers.split_first() {
        others.iter().for_each(|other| drop(crossings(first, other)));
    }
    let nearest = flips.into_iter().chain(analysis.flip.take());
    analysis.flip = nearest.min_by_key(|flip| (flip.change.abs(), flip.axis, flip.product_id.clone()));
    analysis.tornado.extend(swing(axis, scale, best)?);
    Ok(())
}

/// The quantity nearest to what is asked for at which the rival is cheaper, where it is not so already.
fn flip(
    axis: Axis,
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
            nearest = Some(Flip { axis, quantity, change, product_id: rival.product_id.clone() });
        }
    }
    Ok(nearest)
}

fn swing(axis: Axis, scale: &Scale<'_>, best: &Series<'_>) -> Result<Option<Swing>, ArithmeticError> {
    use rust_decimal::prelude::ToPrimitive as _;

    let at = |factor: Decimal| Ok(mul(scale.base, factor)?.round().to_u64());
    let (Some(less), Some(more)) = (at(Decimal::new(8, 1))?, at(Decimal::new(12, 1))?) else {
        return Ok(None);
    };
    let cost = |quantity: u64| best.cost(scale, Decimal::from(quantity));
    Ok(Some(Swing { axis, quantities: (less, more), costs: (cost(less), cost(more)) }))
}

fn width(swing: &Swing) -> Decimal {
    let high = |cost: Option<Interval>| cost.and_then(|cost| cost.high());
    match (high(swing.costs.0), high(swing.costs.1)) {
        (Some(less), Some(more)) => sub(more, less).unwrap_or_default().abs(),
        _ => Decimal::ZERO,
    }
}

/// What may be spent over the horizon, in the common currency.
fn budget(ground: &Ground<'_>) -> Option<Decimal> {
    let budget = ground.requirement.wishes.budget?;
    let rate = ground.fx.rate(budget.amount.currency, ground.currency)?;
    let horizon = Decimal::from(ground.requirement.horizon_months);
    let whole = match budget.period {
        BudgetPeriod::Horizon => budget.amount.amount,
        BudgetPeriod::Year => mul_div(budget.amount.amount, horizon, Decimal::from(12)).ok()?,
        BudgetPeriod::Month => mul(budget.amount.amount, horizon).ok()?,
    };
    mul(whole, rate.value).ok()
}
