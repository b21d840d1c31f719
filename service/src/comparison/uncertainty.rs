//! What products cost when demand is not as stated: the same draws for all of them, so that they are compared in the
//! same worlds.
//!
//! Each demand, and each stated quantity that adds up, is drawn by itself from a log-normal spread around what is
//! asked for. The ranks of the draws divide the spread evenly (Latin hypercube), each in an order of its own that the
//! seed decides; nothing else is random.

use std::collections::BTreeMap;

use iso_currency::Currency;
use quotient_plugin_api::interval::{ArithmeticError, add, mul, mul_div, sub};
use quotient_plugin_api::metering::spread_factor;
use quotient_plugin_api::meters;
use quotient_plugin_api::money::Rounding;
use quotient_plugin_api::requirement::Requirement;
use rust_decimal::Decimal;

use super::scenario::{Scenario, Series};

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

impl Default for Uncertainty {
    /// 200 draws of demand with a coefficient of variation of 0.3; a unit of spread counts as one of cost.
    fn default() -> Self {
        Self { draws: 200, seed: 0, cv: Decimal::from_parts(3, 0, 0, false, 1), aversion: Decimal::ONE }
    }
}

/// What a product costs over the draws in which that is known; a span counts by its high end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Mean cost.
    pub mean: Decimal,
    /// One in ten draws costs at most this.
    pub p10: Decimal,
    /// Half of them.
    pub p50: Decimal,
    /// Nine in ten.
    pub p90: Decimal,
    /// mean + aversion × (p90 - p50).
    pub risk_adjusted: Decimal,
    /// Draws in which its cost is not known: no offer holds there, or no upper end is.
    pub unknown_draws: u32,
}

impl Figures {
    /// p90 - p50, where the cost is known in all draws.
    #[must_use]
    pub fn risk(&self) -> Option<Decimal> {
        if self.unknown_draws > 0 { None } else { sub(self.p90, self.p50).ok() }
    }
}

/// What a product costs over all draws, beside the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    /// The product.
    pub product_id: String,
    /// Its own figures.
    pub figures: Figures,
    /// Part of all draws in which nothing ranked costs less.
    pub cheapest: Decimal,
    /// Part of the draws with a known cost that cost more than the budget; `None` without one.
    pub over_budget: Option<Decimal>,
}

/// The cost of each draw by product id; `None` where it is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Draws(BTreeMap<String, Vec<Option<Decimal>>>);

impl Draws {
    /// Prices all draws for all series.
    ///
    /// # Errors
    /// [`ArithmeticError`] when a quantity does not fit.
    pub(super) fn new(
        requirement: &Requirement,
        series: &[Series<'_>],
        uncertainty: &Uncertainty,
    ) -> Result<Self, ArithmeticError> {
        let mut costs: Vec<Vec<Option<Decimal>>> = vec![Vec::new(); series.len()];
        let parts = requirement.demand.len().saturating_add(requirement.meters.len());
        let orders: Vec<_> = (0_u64..).take(parts).map(|part| ranks(uncertainty, part)).collect();
        for index in 0..usize::try_from(uncertainty.draws).map_err(|_| ArithmeticError)? {
            // A quantity beyond what a requirement may say is unknown for all.
            let draw = draw(requirement, uncertainty, &orders, index).ok();
            for (series, costs) in series.iter().zip(&mut costs) {
                let cost = draw.as_ref().and_then(|draw| series.cost_in(draw));
                costs.push(cost.and_then(|cost| cost.high()));
            }
        }
        Ok(Self(series.iter().map(|series| series.product_id.clone()).zip(costs).collect()))
    }

    /// Each product by itself; one that is unknown in every draw has no figures.
    ///
    /// # Errors
    /// [`ArithmeticError`] when a sum does not fit.
    pub(super) fn figures(
        &self,
        uncertainty: &Uncertainty,
        currency: Currency,
    ) -> Result<BTreeMap<String, Figures>, ArithmeticError> {
        let mut all = BTreeMap::new();
        for (product_id, costs) in &self.0 {
            if let Some(figures) = figures(costs, uncertainty, currency)? {
                all.insert(product_id.clone(), figures);
            }
        }
        Ok(all)
    }

    /// Some products beside each other, by product id.
    ///
    /// # Errors
    /// [`ArithmeticError`] when a number does not fit.
    pub(super) fn spreads(
        &self,
        figures: &BTreeMap<String, Figures>,
        among: impl Fn(&str) -> bool,
        budget: Option<Decimal>,
    ) -> Result<Vec<Spread>, ArithmeticError> {
        let compared: Vec<_> = self.0.iter().filter(|(id, _)| among(id)).collect();
        let draws = compared.iter().map(|(_, costs)| costs.len()).max().unwrap_or_default();
        let least: Vec<Option<Decimal>> = (0..draws)
            .map(|index| compared.iter().filter_map(|(_, costs)| *costs.get(index)?).min())
            .collect();
        let mut spreads = Vec::new();
        for (product_id, costs) in compared {
            let Some(figures) = figures.get(product_id) else { continue };
            let known = || costs.iter().copied().flatten();
            let is_least =
                |(cost, least): &(&Option<Decimal>, &Option<Decimal>)| cost.is_some() && cost == least;
            let cheapest = costs.iter().zip(&least).filter(is_least).count();
            let over = |budget: Decimal| part(known().filter(|cost| *cost > budget).count(), known().count());
            spreads.push(Spread {
                product_id: product_id.clone(),
                figures: *figures,
                cheapest: part(cheapest, costs.len())?,
                over_budget: budget.map(over).transpose()?,
            });
        }
        Ok(spreads)
    }
}

fn part(count: usize, of: usize) -> Result<Decimal, ArithmeticError> {
    mul_div(Decimal::from(count), Decimal::ONE, Decimal::from(of.max(1)))
}

fn figures(
    costs: &[Option<Decimal>],
    uncertainty: &Uncertainty,
    currency: Currency,
) -> Result<Option<Figures>, ArithmeticError> {
    let mut known: Vec<Decimal> = costs.iter().copied().flatten().collect();
    known.sort_unstable();
    // Nearest rank: the smallest cost that at least so many per cent of the known draws do not exceed.
    let percentile = |percent: usize| {
        let rank = known.len().saturating_mul(percent).div_ceil(100).max(1);
        known.get(rank.saturating_sub(1)).copied()
    };
    let (Some(p10), Some(p50), Some(p90)) = (percentile(10), percentile(50), percentile(90)) else {
        return Ok(None);
    };
    let round = |amount: Decimal| Rounding::DEFAULT.round(amount, currency);
    let sum = known.iter().copied().try_fold(Decimal::ZERO, add)?;
    let mean = round(mul_div(sum, Decimal::ONE, Decimal::from(known.len()))?);
    let above = mul(uncertainty.aversion, sub(p90, p50)?)?;
    let unknown = costs.len().saturating_sub(known.len());
    Ok(Some(Figures {
        mean,
        p10,
        p50,
        p90,
        risk_adjusted: round(add(mean, above)?),
        unknown_draws: u32::try_from(unknown).map_err(|_| ArithmeticError)?,
    }))
}

fn draw(
    requirement: &Requirement,
    uncertainty: &Uncertainty,
    orders: &[Vec<u32>],
    index: usize,
) -> Result<Scenario, ArithmeticError> {
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
    Ok(Scenario { requirement: drawn, demand: most, rate: None })
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
