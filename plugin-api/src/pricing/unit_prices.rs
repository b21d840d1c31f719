//! Adjustments of the unit price, before it meets the quantity.

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::adjust::{self, Facts};
use super::cycle::Context;
use super::cycles::CycleSpec;
use super::model::{self, ModelError, Quantity};
use super::recording::{Changes, Rows};
use crate::charge::{Effect, PriceModel, Tier};
use crate::interval::{ArithmeticError, Interval};
use crate::money::Rounding;
use crate::quote::TierRows;

/// A quantity at its prices.
pub(crate) struct Priced {
    /// Its rows at the prices after adjustments, where there are any.
    pub(crate) adjusted: Option<TierRows>,
    /// After adjustments.
    pub(crate) amount: Interval,
}

/// The rows at list prices, which are added to some, and a row for each adjustment of the unit price with what it changes.
pub(crate) fn price(
    context: &Context<'_>,
    cycle: &CycleSpec,
    facts: &Facts<'_>,
    quantity: &Quantity<'_>,
    (tiers, rows): (&mut TierRows, &mut Changes<'_>),
) -> Result<Priced, ModelError> {
    let charge = context.charge;
    let kept = context.keeps_rows(facts, rows.detail());
    let mut tiers = if kept { Rows::kept(tiers) } else { Rows::unseen() };
    let amount = model::price(charge, &charge.model, quantity, &mut tiers, rows)?;
    let mut priced = Priced { adjusted: None, amount };
    let mut model: Option<PriceModel> = None;
    for (index, adjustment) in charge.adjustments.iter().enumerate() {
        let effect = &adjustment.effect;
        if effect.is_on_unit_prices() && adjust::is_in_force(adjustment, index, cycle, facts) {
            let before = model.as_ref().unwrap_or(&charge.model);
            let after = with_unit_prices(before, |price| changed_price(price, effect))?;
            step(&mut priced, context, facts, quantity, &after, (&adjustment.id, &adjustment.reason), rows)?;
            model = Some(after);
        }
    }
    if let Some(rounding) = charge.unit_price_rounding {
        let before = model.as_ref().unwrap_or(&charge.model);
        let after = with_unit_prices(before, |price| Ok(rounded(price, rounding, context.offer.currency)))?;
        let said = ("unit_price_rounding", "the unit price is rounded");
        step(&mut priced, context, facts, quantity, &after, said, rows)?;
    }
    Ok(priced)
}

fn step(
    priced: &mut Priced,
    context: &Context<'_>,
    facts: &Facts<'_>,
    quantity: &Quantity<'_>,
    model: &PriceModel,
    (id, reason): (&str, &str),
    rows: &mut Changes<'_>,
) -> Result<(), ModelError> {
    // Models with changes beside their rows have no unit prices to change.
    let mut adjusted = TierRows::new();
    let kept = context.keeps_rows(facts, rows.detail());
    let mut tiers = if kept { Rows::kept(&mut adjusted) } else { Rows::unseen() };
    let amount = model::price(context.charge, model, quantity, &mut tiers, &mut Changes::unseen())?;
    let texts = rows.texts();
    rows.record(id, || texts.of(reason), priced.amount, amount)?;
    (priced.adjusted, priced.amount) = (Some(adjusted), amount);
    Ok(())
}

fn changed_price(price: Interval, effect: &Effect) -> Result<Interval, ArithmeticError> {
    match effect {
        Effect::UnitFraction(fraction) => price.plus_fraction_of(price, *fraction),
        Effect::UnitAmount(amount) => Ok(price.plus(*amount)?.at_least_value(Decimal::ZERO)),
        Effect::Fraction { .. } | Effect::Amount(_) => Ok(price),
    }
}

fn rounded(price: Interval, rounding: Rounding, currency: Currency) -> Interval {
    price.map(|bound| rounding.round(bound, currency))
}

/// The same model with each unit price by a function.
fn with_unit_prices(
    model: &PriceModel,
    change: impl Fn(Interval) -> Result<Interval, ArithmeticError>,
) -> Result<PriceModel, ArithmeticError> {
    let tier = |tier: &Tier| Ok(Tier { unit_price: change(tier.unit_price)?, ..tier.clone() });
    let mut model = model.clone();
    match &mut model {
        PriceModel::PerUnit { price, .. } | PriceModel::Package { price, .. } => *price = change(*price)?,
        PriceModel::Graduated { tiers, .. } | PriceModel::Volume { tiers, .. } => {
            *tiers = tiers.try_map(tier)?;
        }
        PriceModel::Flat { .. }
        | PriceModel::StairStep { .. }
        | PriceModel::Percentage(_)
        | PriceModel::Packs(_)
        | PriceModel::ShareOfLines { .. }
        | PriceModel::Shortfall { .. }
        | PriceModel::Computed { .. } => {}
    }
    Ok(model)
}
