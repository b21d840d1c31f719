//! Charges over other lines: a share of what they cost, or what they lack of a minimum.

use std::ops::Range;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::PriceError;
use super::adjust::Facts;
use super::cycle::{self, Carried, Context};
use super::cycles::{self, CycleSpec, Extent};
use super::limits;
use super::line::{self, PricedLine};
use super::model::ModelError;
use super::proration::Prorated;
use super::quantities::{self, Quantities};
use super::recording::{Changes, Detail};
use super::runs;
use super::texts::Kept;
use super::timeline::Timeline;
use crate::charge::{
    Charge, Confidence, CountedAmount, LimitsCompared, LineChoice, MeteringSource, PriceModel,
};
use crate::interval::{ArithmeticError, Interval, mul, sub};
use crate::metering::{Metered, Monthly, Step};
use crate::offer::OfferParts;
use crate::quote::{DerivationStep, Period, TierRow};
use crate::requirement::Requirement;

/// The line of a charge over the lines that are priced so far.
pub(crate) fn price_line(
    requirement: &Requirement,
    offer: &OfferParts,
    charge: &Arc<Charge>,
    timeline: &Timeline,
    lines: &[&PricedLine],
    detail: Detail,
) -> Result<PricedLine, PriceError> {
    let at_charge = PriceError::of(charge);
    let choice = charge.model.over_lines().unwrap_or(&LineChoice::All);
    let chosen: Vec<_> = lines.iter().copied().filter(|line| choice.holds(&line.item.charge)).collect();
    let each = charge.metering.source != MeteringSource::Constant(Decimal::ONE);
    let measured = if each { Some(line::measure(requirement, charge, timeline)?.0) } else { None };
    let one = one_for_each_cycle();
    let metered = measured.as_deref().unwrap_or(&one);
    let level = quantities::is_level(charge, metered);
    let quantities = Quantities::new(requirement, charge, metered, None, level).map_err(&at_charge)?;
    let mut specs = Vec::new();
    cycles::each(charge, &quantities, timeline, offer, None, |spec| {
        specs.extend(single(spec));
        Ok(())
    })?;
    let sold_months = timeline.sold_months();
    let quantities = &quantities;
    let carried = Carried::default();
    let context = Context {
        charge,
        offer,
        metered,
        quantities,
        sold_months,
        plan: None,
        kinds: None,
        carried,
        detail,
        is_bare: false,
        texts: Kept::default(),
    };
    let mut periods = Vec::new();
    for spec in &specs {
        runs::push(&mut periods, price_cycle(&context, spec, &chosen).map_err(PriceError::of(charge))?);
    }
    let mut line = PricedLine::of_periods(charge, periods).map_err(&at_charge)?;
    let counted = chosen.iter().filter(|line| !line.item.horizon_amount.is_zero());
    let weakest = counted.map(|line| line.item.charge.confidence).max().unwrap_or(Confidence::Binding);
    line::weaken(&mut line.item.charge, weakest);
    line.whole_part = charge.proration.is_none() && specs.iter().any(|spec| spec.extent != Extent::Whole);
    Ok(line.metering(measured))
}

/// One of it, whatever is asked for: nothing of the requirement is metered.
fn one_for_each_cycle() -> Metered {
    let one = || Monthly::Constant(Decimal::ONE);
    Metered {
        unit: "",
        demanded: one(),
        billed: one(),
        derivation: vec![Step { text: "one for each cycle".into(), quantity: one() }],
        covered: Vec::new(),
        assumptions: Vec::new(),
        events: None,
    }
}

/// The cycles of a run: what they are taken of may differ.
fn single(spec: &CycleSpec) -> impl Iterator<Item = CycleSpec> + '_ {
    (0..spec.cycles).map(|cycle| CycleSpec {
        first_month: spec.first_month + cycle * spec.months,
        cycles: 1,
        ..*spec
    })
}

fn price_cycle(context: &Context<'_>, spec: &CycleSpec, lines: &[&PricedLine]) -> Result<Period, ModelError> {
    let (charge, currency) = (context.charge, context.offer.currency);
    let cut = Prorated::new(charge, spec.extent.part(), false, currency)?;
    let whole = Prorated::new(charge, None, false, currency)?;
    let whole_text = |text: &dyn Fn() -> String| context.detail.is_whole().then(text);
    let (row, text, part) = match &charge.model {
        PriceModel::ShareOfLines { fraction, .. } => {
            // Nothing of what is given back is asked for.
            let base = base(lines, CountedAmount::AfterAdjustments, &spec.range())?;
            let base = base.at_least_value(Decimal::ZERO);
            let text = whole_text(&|| format!("{} of lines that come to {}", shown(*fraction), shown(base)));
            (share(base, *fraction)?, text, &cut)
        }
        PriceModel::Shortfall { minimum, counted, .. } => {
            let base = base(lines, *counted, &spec.range())?;
            let minimum = cut.minimum(mul(*minimum, spec.quantity)?)?;
            let text =
                whole_text(&|| format!("lines come to {}, at least {minimum} in the cycle", shown(base)));
            // The minimum was cut already.
            (one(lack(minimum, base)?), text, &whole)
        }
        _ => return Err(ArithmeticError.into()),
    };
    let mut adjustments = Changes::new(context.detail, context.texts());
    let facts = Facts { billed: Decimal::ONE, term_months: context.sold_months, part, currency };
    let after = charge.limits_compared == Some(LimitsCompared::AfterAdjustments);
    let amount = row.amount;
    let amount = if after { amount } else { limits::apply(charge, &facts, amount, &mut adjustments)? };
    let mut period = Period { billed: Decimal::ONE, ..spec.unpriced() };
    period.tiers.extend(context.detail.is_whole().then_some(row));
    cycle::settle(context, spec, &facts, amount, adjustments, &mut period)?;
    period.derivation.extend(text.map(|text| DerivationStep { text: text.into(), quantity: period.billed }));
    Ok(period)
}

/// What the cycles of lines come to that start within some months.
fn base(
    lines: &[&PricedLine],
    counted: CountedAmount,
    months: &Range<u32>,
) -> Result<Interval, ArithmeticError> {
    let mut periods = lines.iter().flat_map(|line| &line.item.periods);
    periods.try_fold(Interval::ZERO, |sum, run| {
        let amount = match counted {
            CountedAmount::BeforeAdjustments => run.before_adjustments,
            CountedAmount::AfterAdjustments => run.cycle_amount(),
        };
        sum.plus(amount.times(run.cycles_within(months))?)
    })
}

fn share(base: Interval, fraction: Interval) -> Result<TierRow, ArithmeticError> {
    // A row has one exact factor; where both have bounds, only their product is shown.
    match (base.point(), fraction.point()) {
        (Some(base), _) => row(base, fraction),
        (None, Some(fraction)) => row(fraction, base),
        (None, None) => {
            let low = mul(base.low(), fraction.low())?;
            let high = base.high().zip(fraction.high()).map(|(base, most)| mul(base, most)).transpose()?;
            Ok(one(Interval::new(low, high).map_err(|_| ArithmeticError)?))
        }
    }
}

fn row(quantity: Decimal, unit_price: Interval) -> Result<TierRow, ArithmeticError> {
    let amount = unit_price.scale(quantity, Decimal::ONE)?;
    Ok(TierRow { tier: 0, quantity, unit_price, per: Decimal::ONE, flat_amount: None, amount })
}

fn one(amount: Interval) -> TierRow {
    let (quantity, per) = (Decimal::ONE, Decimal::ONE);
    TierRow { tier: 0, quantity, unit_price: amount, per, flat_amount: None, amount }
}

/// What is missing; the more the lines come to, the less it is.
fn lack(minimum: Decimal, base: Interval) -> Result<Interval, ArithmeticError> {
    let missing = |reached: Decimal| Ok(sub(minimum, reached)?.max(Decimal::ZERO));
    let least = base.high().map_or(Ok(Decimal::ZERO), missing)?;
    Interval::new(least, Some(missing(base.low())?)).map_err(|_| ArithmeticError)
}

/// An amount or its bounds, for a person.
pub(crate) fn shown(amount: Interval) -> String {
    let low = amount.low().normalize();
    match (amount.point(), amount.high()) {
        (Some(point), _) => point.normalize().to_string(),
        (None, Some(high)) => format!("{low} to {}", high.normalize()),
        (None, None) => format!("{low} and more"),
    }
}
