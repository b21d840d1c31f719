//! Discounts and surcharges in a sheet.

use serde::Deserialize;

use super::charge::{ChargeError, DatesForm, MonthsForm, RoundingForm, refuse};
use super::forms::{BaseForm, SubjectForm};
use super::price::Price;
use super::when::WhenForm;
use crate::charge::{Adjustment, AdjustmentBase, Condition, Effect};
use crate::document::Figure;

/// A discount or a surcharge: one of `fraction`, `amount`, `unit_fraction` and `unit_amount`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AdjustmentForm {
    /// Unique in the charge.
    pub id: String,
    /// Why.
    pub reason: String,
    /// Of the base; -0.1 is ten per cent off.
    pub fraction: Option<Price>,
    /// In each cycle.
    pub amount: Option<Price>,
    /// Of each unit price, before it meets the quantity.
    pub unit_fraction: Option<Price>,
    /// On each unit price, before it meets the quantity.
    pub unit_amount: Option<Price>,
    /// What a fraction is taken of; running where not said.
    pub base: Option<BaseForm>,
    /// All must hold.
    #[serde(default)]
    pub conditions: Vec<ConditionForm>,
    /// Only while the date lies in this window.
    pub dates: Option<DatesForm>,
    /// Only in these months.
    pub months: Option<MonthsForm>,
    /// How the change itself is rounded; not at all where not said.
    pub rounding: Option<RoundingForm>,
    /// For whom it is meant; everybody where not said.
    pub when: Option<WhenForm>,
}

/// A condition; bounds are inclusive.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConditionForm {
    /// What is looked at.
    pub subject: SubjectForm,
    /// Least value, inclusive.
    pub at_least: Option<Figure>,
    /// Greatest value, inclusive.
    pub at_most: Option<Figure>,
}

impl AdjustmentForm {
    pub(super) fn compile(&self) -> Result<Adjustment, ChargeError> {
        let effect = match (self.fraction, self.amount, self.unit_fraction, self.unit_amount) {
            (Some(fraction), None, None, None) => {
                let base = self.base.map_or(AdjustmentBase::Running, Into::into);
                Effect::Fraction { fraction: fraction.0, base }
            }
            (None, Some(amount), None, None) => Effect::Amount(amount.0),
            (None, None, Some(fraction), None) => Effect::UnitFraction(fraction.0),
            (None, None, None, Some(amount)) => Effect::UnitAmount(amount.0),
            _ => {
                let rule = "expected one of fraction, amount, unit_fraction, unit_amount";
                return Err(refuse("adjustments", rule));
            }
        };
        let conditions = self.conditions.iter().map(|form| Condition {
            subject: form.subject.into(),
            at_least: form.at_least.map(|figure| figure.0),
            at_most: form.at_most.map(|figure| figure.0),
        });
        Ok(Adjustment {
            id: self.id.as_str().into(),
            reason: self.reason.as_str().into(),
            effect,
            conditions: conditions.collect(),
            dates: self.dates.as_ref().map(DatesForm::compile),
            months: self.months.as_ref().map(MonthsForm::compile),
            sources: Vec::new(),
            rounding: self.rounding.map(Into::into),
        })
    }
}
