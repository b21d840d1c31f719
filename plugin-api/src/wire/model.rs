//! A line model both ways.

use quotient_proto::convert::decimal_to_wire;
use quotient_proto::v1;
use rust_decimal::Decimal;
use v1::charge::Model;

use super::charge::{interval_to_wire, unless_one};
use super::computed::{computed_from_wire, computed_to_wire};
use super::enums::{WireEnum as _, optional_to_wire};
use super::found::Found;
use super::lines::{share_from_wire, share_to_wire, shortfall_from_wire, shortfall_to_wire};
use super::packs::{packs_from_wire, packs_to_wire};
use super::percentage::{percentage_from_wire, percentage_to_wire};
use crate::charge::tiers::MAX_TIERS;
use crate::charge::{Positive, PriceModel, Tier, TierBound, TierLookup, Tiers};
use crate::document::path::Path;
use crate::interval::Interval;

pub(super) fn model_to_wire(model: &PriceModel) -> Model {
    let ladder = |tiers: &Tiers, per: Positive, lookup: Option<TierLookup>| v1::TieredPrice {
        tiers: tiers.as_slice().iter().map(tier_to_wire).collect(),
        per: unless_one(per),
        lookup: optional_to_wire(lookup),
        bounded: tiers.limit().is_some(),
        bound: optional_to_wire(tiers.said_bound()),
    };
    match model {
        PriceModel::Flat { amount, only_when_used } => Model::Flat(v1::FlatPrice {
            amount: Some(interval_to_wire(*amount)),
            only_when_used: *only_when_used,
        }),
        PriceModel::PerUnit { price, per } => {
            Model::PerUnit(v1::UnitPrice { price: Some(interval_to_wire(*price)), per: unless_one(*per) })
        }
        PriceModel::Graduated { tiers, per } => Model::Graduated(ladder(tiers, *per, None)),
        PriceModel::Volume { tiers, per, lookup } => Model::Volume(ladder(tiers, *per, *lookup)),
        PriceModel::StairStep { steps, accumulation } => Model::StairStep(v1::StairStepPrice {
            steps: steps.as_slice().iter().map(step_to_wire).collect(),
            accumulation: accumulation.to_wire(),
            bounded: steps.limit().is_some(),
            bound: optional_to_wire(steps.said_bound()),
        }),
        PriceModel::Package { size, price, partial, minimum_packages } => Model::Package(v1::PackagePrice {
            size: Some(decimal_to_wire(size.get())),
            price: Some(interval_to_wire(*price)),
            partial: optional_to_wire(*partial),
            minimum_packages: (!minimum_packages.is_zero()).then(|| decimal_to_wire(*minimum_packages)),
        }),
        PriceModel::Percentage(price) => {
            Model::Percentage(percentage_to_wire(price, ladder(&price.tiers, Positive::ONE, None)))
        }
        PriceModel::Packs(packs) => Model::Packs(packs_to_wire(packs)),
        PriceModel::ShareOfLines { lines, fraction } => Model::ShareOfLines(share_to_wire(lines, *fraction)),
        PriceModel::Shortfall { lines, minimum, counted } => {
            Model::Shortfall(shortfall_to_wire(lines, *minimum, *counted))
        }
        PriceModel::Computed { formula, amounts } => Model::Computed(computed_to_wire(formula, amounts)),
    }
}

fn tier_to_wire(tier: &Tier) -> v1::Tier {
    v1::Tier {
        up_to: tier.up_to.map(decimal_to_wire),
        unit_price: Some(interval_to_wire(tier.unit_price)),
        flat_amount: tier.flat_amount.map(interval_to_wire),
        package_size: tier.package_size.map(|size| decimal_to_wire(size.get())),
        minimum_amount: tier.minimum_amount.map(decimal_to_wire),
        maximum_amount: tier.maximum_amount.map(decimal_to_wire),
    }
}

fn step_to_wire(step: &Tier) -> v1::Step {
    v1::Step { up_to: step.up_to.map(decimal_to_wire), amount: step.flat_amount.map(interval_to_wire) }
}

pub(super) fn model_from_wire(wire: Option<&Model>, at: &Path<'_>, found: &mut Found) -> Option<PriceModel> {
    match wire {
        None => {
            found.add(
                &at.key("model"),
                "found nothing, expected a price such as flat, per_unit, graduated, volume, stair_step or package",
            );
            None
        }
        Some(Model::Flat(flat)) => Some(PriceModel::Flat {
            amount: found.interval(&at.key("flat").key("amount"), flat.amount.as_ref())?,
            only_when_used: flat.only_when_used,
        }),
        Some(Model::PerUnit(unit)) => {
            let at = at.key("per_unit");
            let price = found.interval(&at.key("price"), unit.price.as_ref());
            let per = found.positive_or_one(&at.key("per"), unit.per.as_ref());
            Some(PriceModel::PerUnit { price: price?, per: per? })
        }
        Some(Model::Graduated(ladder)) => {
            let (tiers, per) = ladder_from_wire(ladder, &at.key("graduated"), found)?;
            Some(PriceModel::Graduated { tiers, per })
        }
        Some(Model::Volume(ladder)) => {
            let at = at.key("volume");
            let lookup = found.optional_kind(&at.key("lookup"), ladder.lookup);
            let (tiers, per) = ladder_from_wire(ladder, &at, found)?;
            Some(PriceModel::Volume { tiers, per, lookup })
        }
        Some(Model::StairStep(stair)) => stair_from_wire(stair, &at.key("stair_step"), found),
        Some(Model::Package(package)) => {
            let at = at.key("package");
            let size = found.positive(&at.key("size"), package.size.as_ref());
            let price = found.interval(&at.key("price"), package.price.as_ref());
            let partial = found.optional_kind(&at.key("partial"), package.partial);
            let minimum_at = at.key("minimum_packages");
            let minimum = found.optional_decimal(&minimum_at, package.minimum_packages.as_ref());
            let minimum_packages = minimum.unwrap_or_default();
            if minimum_packages < Decimal::ZERO || !minimum_packages.is_integer() {
                found.add(&minimum_at, format!("found {minimum_packages}, expected a whole number from 0"));
                return None;
            }
            Some(PriceModel::Package { size: size?, price: price?, partial, minimum_packages })
        }
        Some(Model::Percentage(price)) => {
            percentage_from_wire(price, &at.key("percentage"), found).map(PriceModel::Percentage)
        }
        Some(Model::Packs(packs)) => packs_from_wire(packs, &at.key("packs"), found).map(PriceModel::Packs),
        Some(Model::ShareOfLines(share)) => share_from_wire(share, &at.key("share_of_lines"), found),
        Some(Model::Shortfall(shortfall)) => shortfall_from_wire(shortfall, &at.key("shortfall"), found),
        Some(Model::Computed(computed)) => computed_from_wire(computed, &at.key("computed"), found),
    }
}

pub(super) fn ladder_from_wire(
    wire: &v1::TieredPrice,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<(Tiers, Positive)> {
    let per = found.positive_or_one(&at.key("per"), wire.per.as_ref());
    let tiers_at = at.key("tiers");
    let tiers: Vec<_> = found
        .limited(&tiers_at, &wire.tiers, MAX_TIERS)
        .iter()
        .enumerate()
        .map(|(index, wire)| tier_from_wire(wire, &tiers_at.index(index), found))
        .collect();
    let tiers = tiers.into_iter().collect::<Option<_>>()?;
    let bound = found.optional_kind(&at.key("bound"), wire.bound);
    Some((found.check(at, ladder(tiers, wire.bounded, bound))?, per?))
}

/// An end of the ladder is no mistake only where it is said.
fn ladder(
    tiers: Vec<Tier>,
    bounded: bool,
    bound: Option<TierBound>,
) -> Result<Tiers, crate::charge::TiersError> {
    let tiers = if bounded { Tiers::bounded(tiers) } else { Tiers::new(tiers) }?;
    Ok(match bound {
        Some(bound) => tiers.with_bound(bound),
        None => tiers,
    })
}

fn stair_from_wire(wire: &v1::StairStepPrice, at: &Path<'_>, found: &mut Found) -> Option<PriceModel> {
    let accumulation = found.kind(&at.key("accumulation"), wire.accumulation);
    let steps_at = at.key("steps");
    let mut steps = Vec::with_capacity(wire.steps.len().min(MAX_TIERS));
    for (index, wire) in found.limited(&steps_at, &wire.steps, MAX_TIERS).iter().enumerate() {
        let at = steps_at.index(index);
        let before = found.count();
        let up_to = found.optional_decimal(&at.key("up_to"), wire.up_to.as_ref());
        let amount = found.interval(&at.key("amount"), wire.amount.as_ref());
        if found.count() > before {
            return None;
        }
        steps.push(Tier { flat_amount: amount, ..Tier::new(up_to, Interval::ZERO) });
    }
    let bound = found.optional_kind(&at.key("bound"), wire.bound);
    let steps = found.check(at, ladder(steps, wire.bounded, bound))?;
    Some(PriceModel::StairStep { steps, accumulation: accumulation? })
}

fn tier_from_wire(wire: &v1::Tier, at: &Path<'_>, found: &mut Found) -> Option<Tier> {
    let before = found.count();
    let up_to = found.optional_decimal(&at.key("up_to"), wire.up_to.as_ref());
    let unit_price = found.interval(&at.key("unit_price"), wire.unit_price.as_ref());
    let flat_amount =
        wire.flat_amount.as_ref().and_then(|flat| found.interval(&at.key("flat_amount"), Some(flat)));
    let package_size =
        wire.package_size.as_ref().and_then(|size| found.positive(&at.key("package_size"), Some(size)));
    let minimum_amount = found.optional_decimal(&at.key("minimum_amount"), wire.minimum_amount.as_ref());
    let maximum_amount = found.optional_decimal(&at.key("maximum_amount"), wire.maximum_amount.as_ref());
    // A bound that cannot be read is not an open one.
    if found.count() > before {
        return None;
    }
    let unit_price = unit_price?;
    Some(Tier { up_to, unit_price, flat_amount, package_size, minimum_amount, maximum_amount })
}
