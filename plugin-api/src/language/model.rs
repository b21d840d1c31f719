//! The forms of line models in a sheet, and what they mean to the kernel.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::charge::{ChargeError, ChargeForm, positive, refuse};
use super::forms::{AccumulationForm, LookupForm, PartialForm};
use super::over_lines::{ShareOfLinesForm, ShortfallForm};
use super::packs::PacksForm;
use super::percentage::PercentageForm;
use super::price::Price;
use crate::charge::{Positive, PriceModel, Tier, TierBound, Tiers, TiersError};
use crate::document::Figure;
use crate::interval::{Interval, add};

/// The same amount in each cycle.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FlatForm {
    /// The amount.
    pub amount: Price,
    /// Nothing in a cycle without quantity.
    #[serde(default)]
    pub only_when_used: bool,
}

/// A price for each unit.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PerUnitForm {
    /// Price of `per` units.
    pub price: Price,
    /// Units that the price buys; 60 for a price per minute of seconds.
    pub per: Option<Figure>,
}

/// Prices by tier.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TieredForm {
    /// Ascending; only the last without `up_to`.
    pub tiers: Vec<TierForm>,
    /// Units that a price buys.
    pub per: Option<Figure>,
    /// How a quantity is made whole before it picks a tier; only for `volume`.
    pub lookup: Option<LookupForm>,
    /// What happens above the last tier, where it has a bound.
    pub beyond: Option<BeyondForm>,
    /// How bounds are written; each the greatest quantity of its tier where not said.
    pub bounds: Option<BoundsForm>,
}

/// How the bounds of tiers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BoundsForm {
    /// The greatest quantity of the tier.
    UpperInclusive,
    /// The least quantity of the next tier.
    UpperExclusive,
    /// The number of units in the tier.
    Size,
}

/// What happens above the last tier, where it has a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BeyondForm {
    /// Nothing is sold there: there is no price.
    NotSold,
    /// The last tier goes on.
    LastTier,
    /// Nothing more is charged.
    Free,
}

/// Amounts by step.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StairStepForm {
    /// Ascending; only the last without `up_to`.
    pub steps: Vec<StepAmountForm>,
    /// Which steps are charged.
    pub accumulation: AccumulationForm,
    /// What happens above the last step, where it has a bound.
    pub beyond: Option<BeyondForm>,
    /// How bounds are written; each the greatest quantity of its step where not said.
    pub bounds: Option<BoundsForm>,
}

/// One step.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StepAmountForm {
    /// Largest quantity of the step, inclusive; unset on the last.
    pub up_to: Option<Figure>,
    /// Its amount.
    pub amount: Price,
}

/// One tier.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TierForm {
    /// Largest quantity of the tier, inclusive; unset on the last.
    pub up_to: Option<Figure>,
    /// Price of `per` units.
    pub price: Price,
    /// Charged once when the tier is reached.
    pub flat: Option<Price>,
    /// Units in a package: the tier counts started packages, at `price` each.
    pub package_size: Option<Figure>,
    /// Least amount of the tier once it is reached.
    pub minimum: Option<Figure>,
    /// Greatest amount of the tier.
    pub maximum: Option<Figure>,
}

/// A price for each package.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PackageForm {
    /// Units in a package.
    pub size: Figure,
    /// Price of a package.
    pub price: Price,
    /// What happens to a part; unset where the page does not say.
    pub partial: Option<PartialForm>,
    /// Least number of packages in a cycle.
    pub minimum_packages: Option<Figure>,
}

impl ChargeForm {
    /// The one line model that the charge names.
    pub(super) fn model(&self) -> Result<PriceModel, ChargeError> {
        let flat = self
            .flat
            .as_ref()
            .map(|form| Ok(PriceModel::Flat { amount: form.amount.0, only_when_used: form.only_when_used }));
        let per_unit = self.per_unit.as_ref().map(|form| {
            Ok(PriceModel::PerUnit { price: form.price.0, per: positive("per_unit.per", form.per)? })
        });
        let graduated = self.graduated.as_ref().map(|form| {
            if form.lookup.is_some() {
                return Err(refuse("graduated.lookup", "expected a lookup only with a volume price"));
            }
            let (tiers, per) = form.compile("graduated")?;
            Ok(PriceModel::Graduated { tiers, per })
        });
        let volume = self.volume.as_ref().map(|form| {
            let (tiers, per) = form.compile("volume")?;
            Ok(PriceModel::Volume { tiers, per, lookup: form.lookup.map(Into::into) })
        });
        let stair_step = self.stair_step.as_ref().map(StairStepForm::compile);
        let package = self.package.as_ref().map(PackageForm::compile);
        let percentage = self.percentage.as_ref().map(PercentageForm::compile);
        let packs = self.packs.as_ref().map(PacksForm::compile);
        let share_of_lines = self.share_of_lines.as_ref().map(ShareOfLinesForm::compile);
        let shortfall = self.shortfall.as_ref().map(ShortfallForm::compile);
        let computed = self.computed.as_ref().map(|form| Ok(form.compile()));
        let models = [
            flat,
            per_unit,
            graduated,
            volume,
            stair_step,
            package,
            percentage,
            packs,
            share_of_lines,
            shortfall,
            computed,
        ];
        let mut models = models.into_iter().flatten();
        match (models.next(), models.next()) {
            (Some(model), None) => model,
            (first, _) => {
                let found = if first.is_none() { "no price" } else { "more than one price" };
                let allowed = "expected one of flat, per_unit, graduated, volume, stair_step, package, \
                               percentage, packs, share_of_lines, shortfall, computed, matrix, ramp";
                Err(refuse("", format!("found {found}, {allowed}")))
            }
        }
    }
}

impl TieredForm {
    fn compile(&self, field: &str) -> Result<(Tiers, Positive), ChargeError> {
        if field == "volume" {
            refuse_free(field, self.beyond)?;
        }
        let tiers = self.tiers.iter().map(|tier| TierForm::compile(tier, field));
        let tiers = ladder(field, tiers.collect::<Result<_, _>>()?, self.bounds, self.beyond)?;
        Ok((tiers, positive(&format!("{field}.per"), self.per)?))
    }
}

impl TierForm {
    fn compile(&self, field: &str) -> Result<Tier, ChargeError> {
        let size = self.package_size.map(|size| positive(&format!("{field}.package_size"), Some(size)));
        Ok(Tier {
            flat_amount: self.flat.map(|flat| flat.0),
            package_size: size.transpose()?,
            minimum_amount: self.minimum.map(|figure| figure.0),
            maximum_amount: self.maximum.map(|figure| figure.0),
            ..Tier::new(self.up_to.map(|figure| figure.0), self.price.0)
        })
    }
}

impl StairStepForm {
    fn compile(&self) -> Result<PriceModel, ChargeError> {
        let steps = self.steps.iter().map(|step| Tier {
            flat_amount: Some(step.amount.0),
            ..Tier::new(step.up_to.map(|figure| figure.0), Interval::ZERO)
        });
        if self.accumulation == AccumulationForm::Reached {
            refuse_free("stair_step", self.beyond)?;
        }
        let steps = ladder("stair_step", steps.collect(), self.bounds, self.beyond)?;
        Ok(PriceModel::StairStep { steps, accumulation: self.accumulation.into() })
    }
}

impl PackageForm {
    fn compile(&self) -> Result<PriceModel, ChargeError> {
        let minimum_packages = self.minimum_packages.map(|figure| figure.0).unwrap_or_default();
        if minimum_packages < Decimal::ZERO || !minimum_packages.is_integer() {
            let rule = format!("found {minimum_packages}, expected a whole number from 0");
            return Err(refuse("package.minimum_packages", rule));
        }
        Ok(PriceModel::Package {
            size: positive("package.size", Some(self.size))?,
            price: self.price.0,
            partial: self.partial.map(Into::into),
            minimum_packages,
        })
    }
}

/// What is priced by one tier alone has no price for the rest to leave out: free would be free as a whole.
fn refuse_free(field: &str, beyond: Option<BeyondForm>) -> Result<(), ChargeError> {
    if beyond == Some(BeyondForm::Free) {
        let rule = "found free above the last bound, where all would be free: expected not_sold or last_tier";
        return Err(refuse(&format!("{field}.beyond"), rule));
    }
    Ok(())
}

/// A ladder, with what is said of its bounds and of the quantities above the last one.
pub(super) fn ladder(
    field: &str,
    mut tiers: Vec<Tier>,
    bounds: Option<BoundsForm>,
    beyond: Option<BeyondForm>,
) -> Result<Tiers, ChargeError> {
    let refused = |error: TiersError| refuse(field, error);
    if beyond.is_some() && tiers.last().is_some_and(|last| last.up_to.is_none()) {
        return Err(refuse(&format!("{field}.beyond"), "found nothing beyond: the last tier has no bound"));
    }
    if bounds == Some(BoundsForm::Size) {
        let mut below = Decimal::ZERO;
        for size in tiers.iter_mut().filter_map(|tier| tier.up_to.as_mut()) {
            below = add(below, *size).map_err(|error| refuse(field, error))?;
            *size = below;
        }
    }
    let tiers = match beyond {
        None => Tiers::new(tiers),
        Some(BeyondForm::NotSold) => Tiers::bounded(tiers),
        Some(BeyondForm::LastTier) => {
            if let Some(last) = tiers.last_mut() {
                last.up_to = None;
            }
            Tiers::new(tiers)
        }
        Some(BeyondForm::Free) => {
            tiers.push(Tier::new(None, Interval::ZERO));
            Tiers::new(tiers)
        }
    };
    let tiers = tiers.map_err(refused)?;
    Ok(match bounds {
        None => tiers,
        Some(BoundsForm::UpperExclusive) => tiers.with_bound(TierBound::Exclusive),
        Some(BoundsForm::UpperInclusive | BoundsForm::Size) => tiers.with_bound(TierBound::Inclusive),
    })
}
