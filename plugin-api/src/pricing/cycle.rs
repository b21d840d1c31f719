//! One cycle of one line, in the order of pricing.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::adjust::{self, Facts};
use super::allowances::Credits;
use super::cycles::CycleSpec;
use super::list_amount;
use super::model::{self, ModelError, Quantity};
use super::negative;
use super::pack_plan::PackPlan;
use super::pack_search::Kinds;
use super::period_limits::{self, Sums};
use super::proration::Prorated;
use super::quantities::{Basis, Quantities};
use super::recording::{Changes, Detail, Rows};
use super::texts::{Kept, Texts};
use super::uplift;
use crate::charge::{AllowanceTier, Charge, LimitsCompared, LimitsPeriod, PriceModel, Priced, TierPeriod};
use crate::interval::{ArithmeticError, Interval, mul, sub};
use crate::metering::Metered;
use crate::money::Rounding;
use crate::offer::OfferParts;
use crate::quote::{DerivationStep, DerivationSteps, Period};

/// What all cycles of a charge have in common.
pub(crate) struct Context<'a> {
    pub(crate) charge: &'a Charge,
    pub(crate) offer: &'a OfferParts,
    pub(crate) metered: &'a Metered,
    pub(crate) quantities: &'a Quantities<'a>,
    /// Months of the sold term.
    pub(crate) sold_months: u32,
    /// When packs are bought that last longer than a cycle.
    pub(crate) plan: Option<&'a PackPlan>,
    /// The kinds of packs, where it sells packs.
    pub(crate) kinds: Option<Kinds>,
    /// What the cycles so far leave to the next.
    pub(crate) carried: Carried,
    pub(crate) detail: Detail,
    /// Nothing but the model makes the amount of a cycle.
    pub(crate) is_bare: bool,
    pub(crate) texts: Kept,
}

impl Context<'_> {
    /// The texts of the line.
    pub(crate) const fn texts(&self) -> Texts<'_> {
        Texts::kept(&self.texts)
    }

    /// Whether the rows of an amount are looked at when it is there.
    pub(crate) fn keeps_rows(&self, facts: &Facts<'_>, detail: Detail) -> bool {
        detail.is_whole() || self.charge.tier_rounding.is_some() || facts.part.needs_rows()
    }
}

/// Whether a charge leaves nothing to do to what its model makes of a quantity.
pub(crate) fn is_bare(offer: &OfferParts, charge: &Charge) -> bool {
    is_plain(offer, charge)
        && (charge.minimum_amount, charge.maximum_amount) == (None, None)
        && charge.adjustments.is_empty()
}

/// The same but for limits and adjustments.
pub(crate) fn is_plain(offer: &OfferParts, charge: &Charge) -> bool {
    // A new field must be thought of here.
    let Charge {
        allowance,
        proration,
        line_rounding,
        tier_rounding,
        tier_period: _,
        limits_period,
        priced,
        unit_price_rounding,
        spend_commitment,
        // What may be left to do.
        minimum_amount: _,
        maximum_amount: _,
        adjustments: _,
        // What says which cycles there are, and of which quantity.
        metering: _,
        cycle: _,
        cycle_days: _,
        commitment: _,
        months: _,
        dates: _,
        over_months: _,
        negative_quantity: _,
        // What the model looks at.
        model: _,
        zero_quantity: _,
        // What says more of these, of the uplift or of the line.
        limits_compared: _,
        minimum_only_when_used: _,
        without_uplift: _,
        id: _,
        name: _,
        category: _,
        confidence: _,
        sources: _,
        pass_through: _,
        module_id: _,
        readings: _,
    } = charge;
    allowance.as_ref().is_none_or(|allowance| allowance.amount.is_none())
        && proration.is_none()
        && [line_rounding, tier_rounding, unit_price_rounding].iter().all(|rounding| rounding.is_none())
        && *limits_period == LimitsPeriod::Cycle
        && *priced == Priced::Together
        && spend_commitment.is_none()
        && uplift::of(offer, charge).is_none()
}

/// What a cycle costs.
pub(crate) struct Cost {
    pub(crate) amount: Interval,
    /// The same without discounts and surcharges.
    pub(crate) before_adjustments: Interval,
}

/// What each of a run of equal cycles costs, without how it came about.
pub(crate) fn cost(context: &Context<'_>, cycle: &CycleSpec) -> Result<Cost, ModelError> {
    if context.is_bare && !is_negative(cycle.quantity) {
        let billed = at_least_zero(sub(cycle.quantity, cycle.allowed)?);
        let mut tiers = Rows::unseen();
        let quantity = quantity(context, cycle, billed)?;
        let charge = context.charge;
        let amount = model::price(charge, &charge.model, &quantity, &mut tiers, &mut Changes::unseen())?;
        return Ok(Cost { amount, before_adjustments: amount });
    }
    let mut period = cycle.unpriced();
    price(context, cycle, &mut period)?;
    Ok(Cost { amount: period.cycle_amount(), before_adjustments: period.before_adjustments })
}

fn is_negative(quantity: Decimal) -> bool {
    quantity.is_sign_negative() && !quantity.is_zero()
}

fn at_least_zero(quantity: Decimal) -> Decimal {
    if quantity.is_sign_negative() || quantity.is_zero() { Decimal::ZERO } else { quantity }
}

/// What a cycle's model prices.
fn quantity<'a>(
    context: &'a Context<'_>,
    cycle: &CycleSpec,
    billed: Decimal,
) -> Result<Quantity<'a>, ArithmeticError> {
    let allowance = context.charge.allowance.as_ref();
    let gross = allowance.is_some_and(|allowance| allowance.tier == AllowanceTier::Gross);
    let tier = match cycle.tier {
        Some(tier) => tier,
        None if gross => cycle.level,
        None if cycle.basis != Basis::Added => billed,
        None => level(cycle)?,
    };
    let events = context.metered.events.as_deref();
    let (before, spread) = (cycle.before, cycle.spread);
    let bought = context.plan.map(|plan| plan.bought(cycle.first_month));
    let (days, month, kinds) = (cycle.days, cycle.first_month, context.kinds.as_ref());
    Ok(Quantity { net: billed, tier, days, events, before, spread, bought, kinds, month })
}

/// What picks the tier of a quantity, after the allowance.
fn level(cycle: &CycleSpec) -> Result<Decimal, ArithmeticError> {
    Ok(at_least_zero(sub(cycle.level, cycle.allowed)?))
}

/// What cycles that are priced in order leave to the ones after them.
#[derive(Default)]
pub(crate) struct Carried {
    pub(crate) credits: Credits,
    pub(crate) limits: Sums,
    /// The same without adjustments.
    pub(crate) list_limits: Sums,
}

/// A run of equal cycles, priced once.
pub(crate) fn price(context: &Context<'_>, cycle: &CycleSpec, period: &mut Period) -> Result<(), ModelError> {
    if is_negative(cycle.quantity) {
        return negative::price(context, cycle, period);
    }
    not_negative(context, cycle, context.detail, period)
}

/// The same for a quantity that is not negative.
pub(crate) fn not_negative(
    context: &Context<'_>,
    cycle: &CycleSpec,
    detail: Detail,
    period: &mut Period,
) -> Result<(), ModelError> {
    let charge = context.charge;
    let mut adjustments = Changes::new(detail, context.texts());
    // 1. What the allowance leaves.
    period.billed = at_least_zero(sub(cycle.quantity, cycle.allowed)?);
    let quantity = quantity(context, cycle, period.billed)?;
    if context.is_bare {
        let mut tiers = if detail.is_whole() { Rows::kept(&mut period.tiers) } else { Rows::unseen() };
        let amount = model::price(charge, &charge.model, &quantity, &mut tiers, &mut adjustments)?;
        (period.exact, period.before_adjustments) = (amount, amount);
        return Ok(record(context, cycle, adjustments, period)?);
    }
    // 2. The tier, the unit price and the amount; the spend commitment; the line's own limits.
    let currency = context.offer.currency;
    let part = Prorated::new(charge, cycle.extent.part(), context.quantities.add_up(), currency)?;
    let facts = Facts { billed: level(cycle)?, term_months: context.sold_months, part: &part, currency };
    let rows = (&mut period.tiers, &mut adjustments);
    let list = match charge.priced {
        Priced::Together => list_amount::price(context, cycle, &facts, &quantity, rows)?,
        Priced::EachEvent => list_amount::price_each(context, cycle, &facts, &quantity, rows)?,
    };
    settle(context, cycle, &facts, list, adjustments, period)
}

/// What comes after the amount before discounts and surcharges.
pub(crate) fn settle(
    context: &Context<'_>,
    cycle: &CycleSpec,
    facts: &Facts<'_>,
    list: Interval,
    mut adjustments: Changes<'_>,
    period: &mut Period,
) -> Result<(), ModelError> {
    let charge = context.charge;
    let currency = context.offer.currency;
    // 3. Discounts and surcharges.
    let amount = adjust::apply(charge, cycle, facts, list, &mut adjustments)?;
    // 4. The limits, where discounts count towards them.
    let after = charge.limits_compared == Some(LimitsCompared::AfterAdjustments);
    let amount = if after {
        period_limits::apply(context, cycle, &context.carried.limits, facts, amount, &mut adjustments)?
    } else {
        amount
    };
    // 5. What renewals raise it by.
    let rises = uplift::of(context.offer, charge);
    let amount = uplift::apply(rises, cycle, amount, &mut adjustments)?;
    // 6. The part of the cycle that there is: of all that a whole one costs, its minimum included.
    let exact = facts.part.whole(amount, &mut adjustments)?;
    // 7. Rounding, where the sheet rounds its lines.
    let round = |rounding: Rounding, amount: Interval| amount.map(|bound| rounding.round(bound, currency));
    period.exact = exact;
    period.rounded = charge.line_rounding.map(|rounding| round(rounding, exact));
    let list = before_adjustments(context, cycle, facts, list)?;
    period.before_adjustments = charge.line_rounding.map_or(list, |rounding| round(rounding, list));
    Ok(record(context, cycle, adjustments, period)?)
}

/// How an amount came about, where that is kept.
fn record(
    context: &Context<'_>,
    cycle: &CycleSpec,
    adjustments: Changes<'_>,
    period: &mut Period,
) -> Result<(), ArithmeticError> {
    if adjustments.detail().is_whole() {
        derive(context, cycle, period.billed, &mut period.derivation)?;
    } else {
        period.tiers.clear();
    }
    period.adjustments = adjustments.into_rows();
    Ok(())
}

/// The list amount in the same order, without what it is adjusted by.
fn before_adjustments(
    context: &Context<'_>,
    cycle: &CycleSpec,
    facts: &Facts<'_>,
    list: Interval,
) -> Result<Interval, ArithmeticError> {
    let (charge, rows) = (context.charge, &mut Changes::unseen());
    let after = charge.limits_compared == Some(LimitsCompared::AfterAdjustments);
    let list = if after {
        period_limits::apply(context, cycle, &context.carried.list_limits, facts, list, rows)?
    } else {
        list
    };
    let list = uplift::apply(uplift::of(context.offer, charge), cycle, list, rows)?;
    facts.part.whole(list, rows)
}

/// How what is asked for in a cycle became what is charged for it.
fn derive(
    context: &Context<'_>,
    cycle: &CycleSpec,
    billed: Decimal,
    steps: &mut DerivationSteps,
) -> Result<(), ArithmeticError> {
    let own = usize::from(cycle.basis != Basis::Own).saturating_add((!cycle.allowed.is_zero()).into());
    steps.reserve_exact(context.metered.derivation.len().saturating_add(own));
    let mut push = |text: Arc<str>, quantity| steps.push(DerivationStep { text, quantity });
    if cycle.basis != Basis::Added {
        for step in &context.metered.derivation {
            push(step.text.clone(), context.quantities.over(&step.quantity, &cycle.range())?);
        }
    }
    match cycle.basis {
        Basis::Own => {}
        Basis::Minimum => push(context.texts().of("at least what must be bought"), cycle.quantity),
        Basis::Peak => push(context.texts().of("the peak of the commitment"), cycle.quantity),
        Basis::Reached => push(context.texts().of("as reached by the cycle's first month"), cycle.quantity),
        Basis::Added => push(format!("added in month {}", cycle.first_month).into(), cycle.quantity),
    }
    if !cycle.allowed.is_zero() {
        let less = |allowed| format!("less the allowance of {allowed}");
        push(context.texts().said("allowance", cycle.allowed, less), billed);
    }
    if !cycle.forfeited.is_zero() {
        push(
            format!("above the allowance of {}, so that all of it is charged", cycle.forfeited).into(),
            billed,
        );
    }
    if let Some(tier) = cycle.tier.filter(|tier| *tier != billed) {
        let of = match context.charge.tier_period {
            TierPeriod::Order => "the order",
            TierPeriod::Highest => "the highest cycle so far",
            TierPeriod::Cycle | TierPeriod::Day | TierPeriod::Term => "the commitment",
        };
        push(format!("at the tier of {of}, with {tier}").into(), billed);
    }
    if !cycle.before.is_zero() {
        push(format!("after {} in the commitment", cycle.before).into(), billed);
    }
    if let Some(days) = cycle.spread {
        let count = days.count.checked_div(days.divisor).ok_or(ArithmeticError)?.round_dp(6).normalize();
        push(format!("spread evenly over {count} days, each priced by itself").into(), billed);
    }
    if let PriceModel::Computed { formula, .. } = &context.charge.model {
        let computed = |_| format!("computed by the adapter: {formula}");
        push(context.texts().said("formula", Decimal::ZERO, computed), billed);
    }
    if let Some(days) = cycle.days {
        let count = days.count.checked_div(days.divisor).ok_or(ArithmeticError)?.round_dp(6).normalize();
        let text = match context.charge.cycle_days {
            None => format!("on each of {count} days"),
            Some(each) => format!("for each of {count} cycles of {each} days that start in it"),
        };
        push(text.into(), mul(billed, count)?);
    }
    Ok(())
}
