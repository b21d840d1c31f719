//! What products cost when demand is not as stated: the same draws for all of them, so that they are compared in the
//! same worlds.
//!
//! Each demand, and each stated quantity that adds up, is drawn by itself from a log-normal spread around what is
//! asked for. The ranks of the draws divide the spread evenly (Latin hypercube), each in an order of its own that the
//! seed decides; nothing else is random.

use quotient_plugin_api::interval::{ArithmeticError, add, mul, mul_div, sub};
use quotient_plugin_api::metering::spread_factor;
use quotient_plugin_api::meters;
use quotient_plugin_api::requirement::Requirement;
use rust_decimal::Decimal;

use super::scenario::Series;

/// Most draws.
pub const MAX_DRAWS: u32 = 1_000;

/// How uncertain demand is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uncertainty {
    /// Draws, 10 to [`MAX_DRAWS`].
    pub draws: u32,
    /// Decides the order of ranks.
    pub seed: u64,
    /// Coefficient of variation of each demand, above 0 and up to 10.
    pub cv: Decimal,
    /// What a unit of spread counts as a unit of cost in the risk-adjusted cost, from 0.
    pub aversion: Decimal,
}

/// What a product costs over all draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    /// The product.
    pub product_id: String,
    /// Mean cost; a span counts by its high end.
    pub mean: Decimal,
    /// One in ten draws costs at most this.
    pub p10: Decimal,
    /// Half of them.
    pub p50: Decimal,
    /// Nine in ten.
    pub p90: Decimal,
    /// Part of all draws in which nothing ranked costs less.
    pub cheapest: Decimal,
    /// Part of the draws with a known cost that cost more than the budget; `None` without one.
    pub over_budget: Option<Decimal>,
    /// mean + aversion × (p90 - p50).
    pub risk_adjusted: Decimal,
    /// Draws in which its cost is not known: no offer holds there, or no upper end is.
    pub unknown_draws: u32,
}

/// One world: the requirement, and how many times the demand the largest part of it is.
struct Draw {
    requirement: Requirement,
    most: Decimal,
}

/// Prices all draws for all series. A product that is unknown in every draw has no spread.
///
/// # Errors
/// [`ArithmeticError`] when a quantity or a sum does not fit.
pub fn spreads(
    requirement: &Requirement,
    series: &[Series<'_>],
    budget: Option<Decimal>,
    uncertainty: &Uncertainty,
) -> Result<Vec<Spread>, ArithmeticError> {
    let mut costs: Vec<Vec<Option<Decimal>>> = vec![Vec::new(); series.len()];
    let parts = requirement.demand.len().saturating_add(requirement.meters.len());
    let orders: Vec<_> = (0_u64..).take(parts).map(|part| ranks(uncertainty, part)).collect();
    let draws = usize::try_from(uncertainty.draws).map_err(|_| ArithmeticError)?;
    for index in 0..draws {
        // A quantity beyond what a requirement may say is unknown for all.
        let draw = draw(requirement, uncertainty, &orders, index).ok();
        for (series, costs) in series.iter().zip(&mut costs) {
            let cost = draw.as_ref().and_then(|draw| {
                let vendor = series.vendor_cost(&draw.requirement, draw.most)?;
                vendor.plus(series.hidden(&draw.requirement)?).ok()
            });
            costs.push(cost.and_then(|cost| cost.high()));
        }
    }
    let least: Vec<Option<Decimal>> =
        (0..draws).map(|index| costs.iter().filter_map(|costs| *costs.get(index)?).min()).collect();
    let mut spreads = Vec::new();
    for (series, costs) in series.iter().zip(&costs) {
        spreads.extend(spread(&series.product_id, costs, &least, budget, uncertainty)?);
    }
    Ok(spreads)
}

fn spread(
    product_id: &str,
    costs: &[Option<Decimal>],
    least: &[Option<Decimal>],
    budget: Option<Decimal>,
    uncertainty: &Uncertainty,
) -> Result<Option<Spread>, ArithmeticError> {
    let mut known: Vec<Decimal> = costs.iter().copied().flatten().collect();
    known.sort_unstable();
    let (Ok(count), Ok(all)) = (u32::try_from(known.len()), u32::try_from(costs.len())) else {
        return Err(ArithmeticError);
    };
    let part = |count: usize, of: u32| {
        let count = u32::try_from(count).map_err(|_| ArithmeticError)?;
        mul_div(Decimal::from(count), Decimal::ONE, Decimal::from(of.max(1)))
    };
    // Nearest rank: the smallest cost that at least so many per cent of the known draws do not exceed.
    let percentile = |percent: usize| {
        let rank = known.len().saturating_mul(percent).div_ceil(100).max(1);
        known.get(rank.saturating_sub(1)).copied()
    };
    let (Some(p10), Some(p50), Some(p90)) = (percentile(10), percentile(50), percentile(90)) else {
        return Ok(None);
    };
    let sum = known.iter().copied().try_fold(Decimal::ZERO, add)?;
    let mean = mul_div(sum, Decimal::ONE, Decimal::from(count))?.round_dp(2);
    let cheapest = costs.iter().zip(least).filter(|(cost, least)| cost.is_some() && cost == least).count();
    let over = |budget: Decimal| part(known.iter().filter(|cost| **cost > budget).count(), count);
    let above = sub(p90, p50)?;
    Ok(Some(Spread {
        product_id: product_id.to_owned(),
        mean,
        p10,
        p50,
        p90,
        cheapest: part(cheapest, all)?,
        over_budget: budget.map(over).transpose()?,
        risk_adjusted: add(mean, mul(uncertainty.aversion, above)?)?.round_dp(2),
        unknown_draws: all.saturating_sub(count),
    }))
}

fn draw(
    requirement: &Requirement,
    uncertainty: &Uncertainty,
    orders: &[Vec<u32>],
    index: usize,
) -> Result<Draw, ArithmeticError> {
    let mut drawn = requirement.clone();
    let mut most = Decimal::ONE;
    let mut orders = orders.iter();
    let mut factor = || {
        let rank = orders.next().and_then(|ranks| ranks.get(index)).copied().ok_or(ArithmeticError)?;
        // The middle of the rank's share of the spread.
        let middle = add(Decimal::from(rank), Decimal::new(5, 1))?;
        let factor =
            spread_factor(mul_div(middle, Decimal::ONE, Decimal::from(uncertainty.draws))?, uncertainty.cv)?;
        most = most.max(factor);
        Ok::<_, ArithmeticError>(factor)
    };
    for demand in &mut drawn.demand {
        demand.contacts = demand.contacts.scaled(factor()?, Decimal::ONE)?;
    }
    for reading in &mut drawn.meters {
        if meters::meter(&reading.meter_id).is_some_and(|meter| !meter.is_level()) {
            let factor = factor()?;
            reading.quantity = reading.quantity.scaled(factor, Decimal::ONE)?;
            for event in &mut reading.events {
                *event = mul(*event, factor)?;
            }
        }
    }
    Ok(Draw { requirement: drawn, most })
}

/// The ranks of all draws of one part, from 0: a permutation that the seed and the part decide.
fn ranks(uncertainty: &Uncertainty, part: u64) -> Vec<u32> {
    let key = |draw: &u32| mix(uncertainty.seed ^ mix(part.wrapping_add(1)) ^ mix(u64::from(*draw) << 20));
    let mut ranks: Vec<u32> = (0..uncertainty.draws).collect();
    ranks.sort_by_key(|draw| (key(draw), *draw));
    ranks
}

/// The finalizer of SplitMix64.
const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}
