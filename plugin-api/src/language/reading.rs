//! Readings of a rule that a page leaves open, in a sheet.

use serde::Deserialize;

use super::allowance::AllowanceForm;
use super::charge::{ChargeError, ChargeForm, RoundingForm, refuse};
use super::computed::ComputedForm;
use super::forms::ZeroQuantityForm;
use super::metering::StepForm;
use super::model::{FlatForm, PackageForm, PerUnitForm, StairStepForm, TieredForm};
use crate::charge::{Charge, Reading};
use crate::document::Figure;

/// One way to read the rule; what it says replaces what the charge says.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadingForm {
    /// Unique in the charge.
    pub id: String,
    /// What it takes the rule to mean.
    pub meaning: String,
    /// The same amount in each cycle.
    pub flat: Option<FlatForm>,
    /// A price for each unit.
    pub per_unit: Option<PerUnitForm>,
    /// Each unit at the price of its own tier.
    pub graduated: Option<TieredForm>,
    /// All units at the price of the tier reached.
    pub volume: Option<TieredForm>,
    /// An amount for the step that the quantity reaches.
    pub stair_step: Option<StairStepForm>,
    /// A price for each package.
    pub package: Option<PackageForm>,
    /// Amounts that were computed elsewhere.
    pub computed: Option<ComputedForm>,
    /// All steps of metering.
    pub steps: Option<Vec<StepForm>>,
    /// The allowance.
    pub allowance: Option<AllowanceForm>,
    /// What a cycle without quantity costs.
    pub zero_quantity: Option<ZeroQuantityForm>,
    /// Least amount in a cycle.
    pub minimum_amount: Option<Figure>,
    /// Greatest amount in a cycle.
    pub maximum_amount: Option<Figure>,
    /// How the amount of a cycle is rounded.
    pub rounding: Option<RoundingForm>,
    /// How each tier's amount is rounded.
    pub tier_rounding: Option<RoundingForm>,
}

impl ReadingForm {
    fn has_price(&self) -> bool {
        let tiered = self.graduated.is_some() || self.volume.is_some() || self.stair_step.is_some();
        let single = self.flat.is_some() || self.per_unit.is_some() || self.package.is_some();
        tiered || single || self.computed.is_some()
    }

    /// The form of a charge with this price, and without readings.
    fn price_of(&self, form: &ChargeForm) -> ChargeForm {
        if !self.has_price() {
            return ChargeForm { readings: Vec::new(), ..form.clone() };
        }
        let reading = self.clone();
        ChargeForm {
            readings: Vec::new(),
            flat: reading.flat,
            per_unit: reading.per_unit,
            graduated: reading.graduated,
            volume: reading.volume,
            stair_step: reading.stair_step,
            package: reading.package,
            computed: reading.computed,
            ..form.clone()
        }
    }

    /// The reading, and the charge as it is read so.
    fn compile(&self, form: &ChargeForm) -> Result<Reading, ChargeError> {
        let mut form = self.price_of(form);
        if let Some(steps) = &self.steps {
            form.steps.clone_from(steps);
        }
        form.allowance = self.allowance.clone().or(form.allowance);
        form.zero_quantity = self.zero_quantity.or(form.zero_quantity);
        let read = form.compile()?;
        Ok(Reading {
            id: self.id.clone(),
            meaning: self.meaning.clone(),
            model: self.has_price().then_some(read.model),
            steps: self.steps.as_ref().map(|_| read.metering.steps),
            allowance: read.allowance.filter(|_| self.allowance.is_some()),
            zero_quantity: read.zero_quantity.filter(|_| self.zero_quantity.is_some()),
            minimum_amount: self.minimum_amount.map(|figure| figure.0),
            maximum_amount: self.maximum_amount.map(|figure| figure.0),
            line_rounding: self.rounding.map(Into::into),
            tier_rounding: self.tier_rounding.map(Into::into),
        })
    }
}

impl ChargeForm {
    /// The charge with its readings; the first one's price is the charge's where it has none of its own.
    pub(super) fn compile_readings(&self) -> Result<Charge, ChargeError> {
        let Some(first) = self.readings.first() else { return self.compile() };
        if !self.ramp.is_empty() {
            return Err(refuse("readings", "found readings beside a ramp, expected one of them"));
        }
        let mut readings = Vec::with_capacity(self.readings.len());
        for (index, reading) in self.readings.iter().enumerate() {
            readings.push(reading.compile(self).map_err(|error| {
                let field = format!("readings[{index}].{}", error.field);
                refuse(field.trim_end_matches('.'), error.rule)
            })?);
        }
        let own = if self.has_price() {
            Self { readings: Vec::new(), ..self.clone() }
        } else {
            first.price_of(self)
        };
        Ok(Charge { readings, ..own.compile()? })
    }
}
