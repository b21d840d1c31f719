//! What a cycle costs by its quantity, where all prices are exact and nothing else has a say: laid out once for
//! a charge, so that each of its cycles takes one product of machine words.
//!
//! For totals, and nothing but the amounts that `cycle` gives: where a curve has none, `cycle` is asked.

use rust_decimal::Decimal;

use super::amount::{self, Amount};
use super::cycle;
use super::pack_search::Kinds;
use super::quantities::Quantities;
use crate::charge::{
    Adjustment, AdjustmentBase, AllowanceTier, Charge, Cycle, Effect, LimitsCompared, Packs, PartialPackage,
    Positive, PriceModel, StepAccumulation, Tier, TierBound, TierPeriod, Tiers,
};
use crate::interval::short::fixed;
use crate::interval::{AMOUNT_SCALE, Interval, add, mul, normal};
use crate::offer::OfferParts;
use crate::requirement::profile::QUANTITY_SCALE;

/// Decimal places of a price: with those of a quantity they are those of an amount.
const PRICE_SCALE: u32 = AMOUNT_SCALE - QUANTITY_SCALE;

/// One, with the decimal places of a quantity.
const ONE_UNIT: i64 = 10_i64.pow(QUANTITY_SCALE);

/// Decimal places of all adjustments together.
const FACTOR_SCALE: u32 = 6;

/// Above it, a product may lose digits before it is divided.
const MOST_PER: Decimal = Decimal::ONE_THOUSAND;

/// The amounts of quantities above zero.
pub(crate) struct Curve {
    shape: Shape,
    least: i128,
    most: i128,
}

enum Shape {
    Ladder { packages: Option<Packages>, pieces: Vec<Piece> },
    Packs(Box<Kinds>),
}

/// The quantities above those of the piece before, whose amounts rise evenly.
struct Piece {
    up_to: i64,
    /// Where the amount is `base`.
    from: i64,
    base: i128,
    price: i64,
}

/// A quantity as packages, which take its place.
#[derive(Clone, Copy)]
struct Packages {
    size: i64,
    /// A started one counts.
    started: bool,
    least: i64,
}

impl Packages {
    fn of(model: &PriceModel) -> Option<Option<Self>> {
        let PriceModel::Package { size, partial, minimum_packages, .. } = model else { return Some(None) };
        let started = match partial {
            None | Some(PartialPackage::Up) => true,
            Some(PartialPackage::Down) => false,
            Some(PartialPackage::Prorated | PartialPackage::Nearest) => return None,
        };
        let fixed = |value| fixed(value, QUANTITY_SCALE);
        Some(Some(Self { size: fixed(size.get())?, started, least: fixed(*minimum_packages)? }))
    }

    fn counted(self, quantity: i64) -> Option<i64> {
        let full = quantity.checked_div(self.size)?;
        let is_more = self.started && full.checked_mul(self.size)? < quantity;
        let count = full.checked_add(is_more.into())?.checked_mul(ONE_UNIT)?;
        Some(count.max(self.least))
    }
}

impl Curve {
    pub(crate) fn of(offer: &OfferParts, charge: &Charge, quantities: &Quantities<'_>) -> Option<Self> {
        let gross = charge.allowance.as_ref().is_some_and(|allowance| allowance.tier == AllowanceTier::Gross);
        let by_day = charge.cycle == Cycle::Day || charge.cycle_days.is_some();
        let by_cycle = charge.tier_period == TierPeriod::Cycle && !by_day && !quantities.have_additions();
        if gross || !by_cycle || !cycle::is_plain(offer, charge) {
            return None;
        }
        if let PriceModel::Packs(packs) = &charge.model {
            return Self::of_packs(charge, packs);
        }
        let one = one_tier(&charge.model);
        let ladder = Ladder::of(&charge.model, one.as_slice())?;
        let packages = Packages::of(&charge.model)?;
        let mut factor = Decimal::ONE;
        let mut curve = ladder.curve(charge, factor)?;
        for adjustment in &charge.adjustments {
            factor = adjusted(factor, adjustment)?;
            // Each of them leaves an exact amount to the next.
            curve = ladder.curve(charge, factor)?;
        }
        Some(match curve.shape {
            Shape::Ladder { pieces, .. } => Self { shape: Shape::Ladder { packages, pieces }, ..curve },
            Shape::Packs(_) => curve,
        })
    }

    /// Packs that are bought for each cycle by itself.
    fn of_packs(charge: &Charge, packs: &Packs) -> Option<Self> {
        let by_cycle = packs.validity_months.is_none() && packs.recharge_below.is_none();
        let exact = packs.packs.iter().all(|pack| pack.price.point().is_some());
        if !by_cycle || !exact || !charge.adjustments.is_empty() {
            return None;
        }
        let kinds = Kinds::of(packs).ok()?;
        let (least, most) = limits(charge, Decimal::ONE)?;
        Some(Self { shape: Shape::Packs(Box::new(kinds)), least, most })
    }

    /// The amount of what an allowance leaves of a quantity.
    #[inline]
    pub(crate) fn at(&self, quantity: Decimal, allowed: Decimal) -> Option<Amount> {
        let quantity = fixed(quantity, QUANTITY_SCALE)?.checked_sub(fixed(allowed, QUANTITY_SCALE)?)?;
        let quantity = Some(quantity).filter(|quantity| *quantity > 0)?;
        let amount = match &self.shape {
            Shape::Ladder { packages, pieces } => {
                let quantity = packages.map_or(Some(quantity), |packages| packages.counted(quantity))?;
                let piece = pieces.get(pieces.partition_point(|piece| piece.up_to < quantity))?;
                piece.base.checked_add(product(quantity.checked_sub(piece.from)?, piece.price))?
            }
            Shape::Packs(kinds) => kinds.cost(quantity, QUANTITY_SCALE, AMOUNT_SCALE)?,
        };
        Amount::short(amount.max(self.least).min(self.most), AMOUNT_SCALE)
    }
}

/// The least and the most that a cycle costs, after a factor.
fn limits(charge: &Charge, factor: Decimal) -> Option<(i128, i128)> {
    let after = charge.limits_compared == Some(LimitsCompared::AfterAdjustments);
    let limit = |limit: Option<Decimal>, none| {
        let Some(limit) = limit else { return Some(none) };
        amount::digits(if after { limit } else { times(limit, factor)? })
    };
    Some((limit(charge.minimum_amount, i128::MIN)?, limit(charge.maximum_amount, i128::MAX)?))
}

/// Two words have room in a long one.
#[inline]
fn product(units: i64, price: i64) -> i128 {
    i128::from(units).wrapping_mul(price.into())
}

/// The factor of all adjustments, after one more that always holds.
fn adjusted(factor: Decimal, adjustment: &Adjustment) -> Option<Decimal> {
    let Adjustment { conditions, dates, months, rounding, .. } = adjustment;
    let always = conditions.is_empty() && (dates, months, rounding) == (&None, &None, &None);
    let Effect::Fraction { fraction, base } = adjustment.effect else { return None };
    let fraction = fraction.point().filter(|_| always)?;
    let change = match base {
        AdjustmentBase::List => fraction,
        AdjustmentBase::Running => times(fraction, factor)?,
    };
    let factor = normal(add(factor, change).ok()?);
    // What costs nothing would hide whether it had a price.
    (factor > Decimal::ZERO && factor.scale() <= FACTOR_SCALE).then_some(factor)
}

/// A product that needs no rounding.
fn times(value: Decimal, factor: Decimal) -> Option<Decimal> {
    let exact = value.scale().checked_add(factor.scale())? <= AMOUNT_SCALE;
    mul(value, factor).ok().filter(|_| exact)
}

/// What a price without tiers is a ladder of.
fn one_tier(model: &PriceModel) -> Option<Tier> {
    match model {
        PriceModel::PerUnit { price, .. } | PriceModel::Package { price, .. } => {
            Some(Tier::new(None, *price))
        }
        PriceModel::Flat { amount, .. } => {
            Some(Tier { flat_amount: Some(*amount), ..Tier::new(None, Interval::ZERO) })
        }
        _ => None,
    }
}

/// A model as tiers.
struct Ladder<'a> {
    tiers: &'a [Tier],
    bound: TierBound,
    per: Decimal,
    /// A tier prices what is above the one before it, and is charged beside that one.
    adds_up: bool,
}

impl<'a> Ladder<'a> {
    fn of(model: &'a PriceModel, one: &'a [Tier]) -> Option<Self> {
        let all = |tiers, bound, per: Positive| Self { tiers, bound, per: per.get(), adds_up: false };
        let each =
            |tiers: &'a Tiers, per| Self { adds_up: true, ..all(tiers.as_slice(), tiers.bound(), per) };
        let ladder = match model {
            PriceModel::PerUnit { per, .. } => all(one, TierBound::Inclusive, *per),
            PriceModel::Flat { .. } | PriceModel::Package { .. } => {
                all(one, TierBound::Inclusive, Positive::ONE)
            }
            PriceModel::Graduated { tiers, per } => each(tiers, *per),
            PriceModel::Percentage(price) if !price.needs_events() => each(&price.tiers, Positive::ONE),
            PriceModel::Volume { tiers, per, lookup: None } => all(tiers.as_slice(), tiers.bound(), *per),
            PriceModel::StairStep { steps, accumulation } => match accumulation {
                StepAccumulation::Reached => all(steps.as_slice(), steps.bound(), Positive::ONE),
                StepAccumulation::Sum => each(steps, Positive::ONE),
            },
            _ => return None,
        };
        let is_stair = matches!(model, PriceModel::StairStep { .. });
        let bare = !is_stair || ladder.tiers.iter().all(|step| step.unit_price.is_zero());
        // Tiers that add up start above a bound, whatever is said of it.
        (bare && !(ladder.adds_up && ladder.bound == TierBound::Exclusive)).then_some(ladder)
    }

    /// Its amounts times a factor.
    fn curve(&self, charge: &Charge, factor: Decimal) -> Option<Curve> {
        let mut pieces = Vec::with_capacity(self.tiers.len());
        let (mut from, mut base) = (0, 0_i128);
        for tier in self.tiers {
            let own = (tier.package_size, tier.minimum_amount, tier.maximum_amount);
            let price = self.price(tier, factor).filter(|_| own == (None, None, None))?;
            let flat = tier.flat_amount.map_or(Some(Decimal::ZERO), |flat| flat.point())?;
            let flat = amount::digits(times(flat, factor)?)?;
            let end = tier.up_to.map_or(Some(i64::MAX), |up_to| fixed(up_to, QUANTITY_SCALE))?;
            let up_to = match self.bound {
                TierBound::Exclusive if tier.up_to.is_some() => end.checked_sub(1)?,
                _ => end,
            };
            base = if self.adds_up { base.checked_add(flat)? } else { flat };
            pieces.push(Piece { up_to, from, base, price });
            if self.adds_up {
                base = base.checked_add(product(end.checked_sub(from)?, price))?;
                from = end;
            }
        }
        let (least, most) = limits(charge, factor)?;
        Some(Curve { shape: Shape::Ladder { packages: None, pieces }, least, most })
    }

    fn price(&self, tier: &Tier, factor: Decimal) -> Option<i64> {
        let price = tier.unit_price.point()?;
        let each = if self.per == Decimal::ONE {
            price
        } else {
            let each = price.checked_div(self.per).filter(|_| self.per <= MOST_PER)?;
            each.checked_mul(self.per).filter(|product| *product == price)?;
            normal(each)
        };
        fixed(times(each, factor)?, PRICE_SCALE)
    }
}
