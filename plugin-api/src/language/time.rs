//! What parts of cycles and renewals cost, in a sheet.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{self, Deserialize, Deserializer, Visitor};

use super::charge::{ChargeError, RoundingForm, refuse};
use super::forms::{CompoundingForm, DayCountForm, ProrationUnitForm, UpliftStepForm};
use crate::charge::{DayCount, Positive, Proration, ProrationDivisor, ProrationParts};
use crate::document::Figure;
use crate::money::Rounding;
use crate::offer::RenewalUplift;

/// What a part of a cycle costs.
#[derive(Debug, Clone, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProrationForm {
    /// The unit that a part is counted in.
    pub unit: ProrationUnitForm,
    /// Units that cost as much as a whole cycle: a number; `cycle`, those of the cycle that the part
    /// belongs to; `cycle_from_part`, those of a cycle that starts with the part.
    pub divisor: DivisorForm,
    /// A part never costs more than the whole.
    #[serde(default)]
    pub capped: bool,
    /// How days are counted; as in the calendar where not said.
    pub day_count: Option<DayCountForm>,
    /// The day after the end is counted too.
    #[serde(default)]
    pub both_ends: bool,
    /// How the fraction is rounded before it multiplies.
    pub ratio_rounding: Option<RoundingForm>,
    /// How the price of a day is rounded before it is multiplied by the days.
    pub day_price_rounding: Option<RoundingForm>,
    /// What a part of a cycle costs the whole of; none: everything costs less.
    #[serde(default)]
    pub whole: Vec<WholePartForm>,
}

/// A part of a charge that can cost less in a part of a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WholePartForm {
    /// Prices for units.
    Units,
    /// Flat prices, steps of a stair and flat amounts of tiers.
    FlatAmounts,
    /// The allowance of what adds up over months.
    Allowance,
    /// The minimum and the maximum amount.
    Limits,
    /// Adjustments by an amount.
    FixedAdjustments,
}

/// Units that cost as much as a whole cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DivisorForm {
    /// A number.
    Units(Decimal),
    /// Those of the cycle that the part belongs to.
    Cycle,
    /// Those of a cycle that starts with the part.
    CycleFromPart,
}

impl<'de> Deserialize<'de> for DivisorForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DivisorVisitor)
    }
}

struct DivisorVisitor;

impl Visitor<'_> for DivisorVisitor {
    type Value = DivisorForm;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number, \"cycle\" or \"cycle_from_part\"")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<DivisorForm, E> {
        Ok(DivisorForm::Units(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<DivisorForm, E> {
        Ok(DivisorForm::Units(value.into()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<DivisorForm, E> {
        match value {
            "cycle" => Ok(DivisorForm::Cycle),
            "cycle_from_part" => Ok(DivisorForm::CycleFromPart),
            _ => Figure::deserialize(de::value::StrDeserializer::<E>::new(value))
                .map(|figure| DivisorForm::Units(figure.0))
                .map_err(|_| de::Error::invalid_value(de::Unexpected::Str(value), &self)),
        }
    }
}

impl ProrationForm {
    pub(super) fn compile(&self) -> Result<Proration, ChargeError> {
        let divisor = match self.divisor {
            DivisorForm::Units(units) => ProrationDivisor::Fixed(
                Positive::new(units).map_err(|error| refuse("proration.divisor", error))?,
            ),
            DivisorForm::Cycle => ProrationDivisor::Cycle,
            DivisorForm::CycleFromPart => ProrationDivisor::CycleFromPart,
        };
        let prorated = |part| !self.whole.contains(&part);
        Ok(Proration {
            unit: self.unit.into(),
            day_count: self.day_count.map_or(DayCount::Actual, Into::into),
            divisor,
            capped: self.capped,
            both_ends: self.both_ends,
            ratio_rounding: self.ratio_rounding.map(Rounding::from),
            day_price_rounding: self.day_price_rounding.map(Rounding::from),
            parts: ProrationParts {
                units: prorated(WholePartForm::Units),
                flat_amounts: prorated(WholePartForm::FlatAmounts),
                allowance: prorated(WholePartForm::Allowance),
                limits: prorated(WholePartForm::Limits),
                fixed_adjustments: prorated(WholePartForm::FixedAdjustments),
            },
        })
    }
}

/// How prices of recurring charges rise with renewals.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UpliftForm {
    /// By which fraction in each step; 0.1 is ten per cent.
    pub fraction: Figure,
    /// `simple`: of the sold term's price; `compound`: of the price before.
    pub compounding: CompoundingForm,
    /// `renewal` or `year`.
    pub every: UpliftStepForm,
}

impl UpliftForm {
    pub(super) fn compile(&self) -> RenewalUplift {
        RenewalUplift {
            fraction: self.fraction.0,
            compounding: self.compounding.into(),
            every: self.every.into(),
        }
    }
}
