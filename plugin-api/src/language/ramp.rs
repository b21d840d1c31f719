//! A price by segments of months: one charge of a sheet, one charge of the kernel for each segment, each in
//! force where the one before it ends.

use serde::Deserialize;

use super::allowance::ResetForm;
use super::charge::{ChargeError, ChargeForm, refuse};
use super::forms::{CycleForm, LimitsPeriodForm, TierPeriodForm};
use super::model::{FlatForm, PackageForm, PerUnitForm, StairStepForm, TieredForm};
use crate::charge::{Charge, MonthWindow};

/// Most segments of a ramp.
const MAX_SEGMENTS: usize = 120;

/// Some months, and their price: one of the prices that a charge can have.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SegmentForm {
    /// Number of months, of whole cycles; unset on the last segment, which has no end.
    pub months: Option<u32>,
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
}

impl ChargeForm {
    /// The charge, or a charge for each segment of its ramp or cell of its matrix, with the ids `<id>.1`,
    /// `<id>.2` and so on; without sources, which the sheet resolves.
    ///
    /// # Errors
    /// [`ChargeError`] names the field.
    pub fn compile_all(&self) -> Result<Vec<Charge>, ChargeError> {
        if let Some(matrix) = &self.matrix {
            if !self.ramp.is_empty() || self.has_price() {
                return Err(refuse(
                    "matrix",
                    "found a price beside a matrix, expected those of its cells only",
                ));
            }
            return self.compile_matrix(matrix);
        }
        if self.ramp.is_empty() {
            return Ok(vec![self.compile()?]);
        }
        if !self.readings.is_empty() {
            return Err(refuse("readings", "found readings beside a ramp, expected one of them"));
        }
        let months = self.months_of_a_cycle()?;
        if self.months.is_some() {
            return Err(refuse("months", "found months beside a ramp, expected those of its segments only"));
        }
        if self.has_price() {
            return Err(refuse("ramp", "found a price beside a ramp, expected those of its segments only"));
        }
        let last = self.ramp.len() - 1;
        if last >= MAX_SEGMENTS {
            let found = self.ramp.len();
            return Err(refuse("ramp", format!("found {found} segments, expected at most {MAX_SEGMENTS}")));
        }
        // Each segment is a charge of its own: nothing goes on from one to the next.
        let resets = self.allowance.as_ref().and_then(|allowance| allowance.reset);
        let goes_on = [
            ("limits_period", self.limits_period.is_some_and(|period| period != LimitsPeriodForm::Cycle)),
            ("allowance.reset", resets.is_some_and(|reset| reset != ResetForm::EachCycle)),
            (
                "tier_period",
                self.tier_period
                    .is_some_and(|period| !matches!(period, TierPeriodForm::Cycle | TierPeriodForm::Day)),
            ),
        ];
        if let Some((field, _)) = goes_on.iter().find(|(_, goes_on)| *goes_on) {
            return Err(refuse(field, "found what outlasts a cycle beside a ramp, expected none"));
        }
        let mut first_month = 1_u32;
        let mut charges = Vec::with_capacity(self.ramp.len());
        for (index, segment) in self.ramp.iter().enumerate() {
            let field = format!("ramp[{index}]");
            match segment.months {
                None if index < last => {
                    return Err(refuse(
                        &field,
                        "found no months, expected them on every segment but the last",
                    ));
                }
                Some(found) if index == last => {
                    let rule = format!("found {found} months on the last segment, expected no end");
                    return Err(refuse(&format!("{field}.months"), rule));
                }
                Some(found) if found == 0 || found > 120 || !found.is_multiple_of(months) => {
                    let rule =
                        format!("found {found} months, expected 1 to 120, and whole cycles of {months}");
                    return Err(refuse(&format!("{field}.months"), rule));
                }
                _ => {}
            }
            let form = self.segment(index, segment);
            let mut charge = form.compile().map_err(|error| match error.field.as_str() {
                "" => refuse(&field, error.rule),
                _ => error,
            })?;
            charge.months = Some(MonthWindow { first_month, months: segment.months });
            first_month = first_month.saturating_add(segment.months.unwrap_or_default());
            charges.push(charge);
        }
        Ok(charges)
    }

    fn months_of_a_cycle(&self) -> Result<u32, ChargeError> {
        match self.cycle {
            CycleForm::Day | CycleForm::Month => Ok(1),
            CycleForm::Quarter => Ok(3),
            CycleForm::Year => Ok(12),
            CycleForm::Term | CycleForm::Once => {
                let rule = "found a cycle without a number of months beside a ramp, expected day, month, quarter or year";
                Err(refuse("cycle", rule))
            }
        }
    }

    pub(super) fn has_price(&self) -> bool {
        let tiered = self.graduated.is_some() || self.volume.is_some() || self.stair_step.is_some();
        let single = self.flat.is_some() || self.per_unit.is_some() || self.package.is_some();
        let other = self.percentage.is_some() || self.packs.is_some() || self.computed.is_some();
        tiered || single || other || self.is_over_lines()
    }

    /// The charge of one segment.
    fn segment(&self, index: usize, segment: &SegmentForm) -> Self {
        let segment = segment.clone();
        Self {
            id: format!("{}.{}", self.id, index + 1),
            ramp: Vec::new(),
            flat: segment.flat,
            per_unit: segment.per_unit,
            graduated: segment.graduated,
            volume: segment.volume,
            stair_step: segment.stair_step,
            package: segment.package,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::price_trial;
    use super::super::trial_input::TrialInput;
    use crate::document::Document;

    fn tried(toml: &str, months: usize) -> Result<crate::quote::Quote, String> {
        let quantities = vec![rust_decimal::Decimal::ONE_HUNDRED; months];
        let document = Document::parse_toml("charge.toml", toml).unwrap();
        price_trial(document, &TrialInput::of(&quantities)).map_err(|error| error.to_string())
    }

    #[test]
    fn segments_follow_each_other() {
        let toml = "id = \"mail\"\nramp = [{ months = 3, per_unit = { price = 1 } }, \
                    { months = 2, per_unit = { price = 2 } }, { flat = { amount = 150 } }]";
        let quote = tried(toml, 6).unwrap();
        // 3 × 100 × 1, 2 × 100 × 2 and 150.
        let found: Vec<_> = quote
            .lines
            .iter()
            .map(|line| {
                let window = line.charge.months.unwrap();
                let amount = line.amount.point().unwrap().normalize().to_string();
                (line.charge.id.as_str(), window.first_month, window.months, amount)
            })
            .collect();
        let expected =
            [("mail.1", 1, Some(3), "300"), ("mail.2", 4, Some(2), "400"), ("mail.3", 6, None, "150")];
        assert_eq!(found, expected.map(|(id, first, months, amount)| (id, first, months, amount.to_owned())));
    }

    #[test]
    fn a_ramp_with_a_gap_or_another_price_is_refused() {
        let refused = |toml: &str| tried(toml, 1).unwrap_err();
        let told = refused("ramp = [{ per_unit = { price = 1 } }, { per_unit = { price = 2 } }]");
        assert!(told.contains("found no months"), "{told}");
        let told = refused("ramp = [{ months = 3, per_unit = { price = 1 } }]");
        assert!(told.contains("on the last segment, expected no end"), "{told}");
        let told = refused("flat = { amount = 1 }\nramp = [{ per_unit = { price = 1 } }]");
        assert!(told.contains("a price beside a ramp"), "{told}");
        let told = refused(
            "cycle = \"year\"\nramp = [{ months = 3, flat = { amount = 1 } }, { flat = { amount = 2 } }]",
        );
        assert!(told.contains("whole cycles of 12"), "{told}");
        let told =
            refused("limits_period = \"quarter\"\nminimum_amount = 1\nramp = [{ per_unit = { price = 1 } }]");
        assert!(told.contains("outlasts a cycle beside a ramp"), "{told}");
        let told = refused("ramp = [{ months = 3 }, { flat = { amount = 2 } }]");
        assert!(told.contains("found no price") && told.contains("ramp[0]"), "{told}");
        let told = refused("cycle = \"once\"\ncategory = \"one_time\"\nramp = [{ flat = { amount = 2 } }]");
        assert!(told.contains("without a number of months"), "{told}");
    }
}
