//! What lines of a sheet mean to each other.

use std::sync::Arc;

use serde::Deserialize;

use super::charge::{ChargeError, DatesForm, MonthsForm, RoundingForm, refuse};
use super::forms::{BaseForm, CategoryForm, CycleForm, RemainderForm};
use super::over_lines::choice;
use crate::charge::{AdjustmentBase, Charge};
use crate::document::Figure;
use crate::line_set::{LineSet, Off, Remainder, SetDiscount, SetRule, Spread};
use crate::money::Rounding;

/// Lines that have a price together: `dearest`, `maximum` or `discount`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LineSetForm {
    /// Unique in the sheet for each edition and purchase option.
    pub id: String,
    /// Why.
    pub reason: String,
    /// Editions that it belongs to; none: all.
    #[serde(default)]
    pub editions: Vec<String>,
    /// Purchase options that it belongs to; none: all.
    #[serde(default)]
    pub purchase_options: Vec<String>,
    /// Ids of charges; unset: all ordinary ones.
    pub of: Option<Vec<String>>,
    /// All ordinary charges of a category, in place of `of`.
    pub category: Option<CategoryForm>,
    /// Cycles of the lines that start within the same one count together.
    pub cycle: CycleForm,
    /// True: only the dearest line is charged.
    #[serde(default)]
    pub dearest: bool,
    /// Together they cost no more.
    pub maximum: Option<SetMaximumForm>,
    /// A discount.
    pub discount: Option<SetDiscountForm>,
    /// Only in cycles that start in these months.
    pub months: Option<MonthsForm>,
    /// Only while the date lies in this window.
    pub dates: Option<DatesForm>,
    /// Keys of the sheet's `sources`; at least one in a sheet.
    #[serde(default)]
    pub sources: Vec<String>,
}

/// Together the lines cost no more than an amount.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SetMaximumForm {
    /// In a cycle.
    pub amount: Figure,
    /// How what is above it is taken off the lines; in proportion, unrounded, where not said.
    pub spread: Option<SpreadForm>,
}

/// A discount on lines together: `fraction` or `amount`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SetDiscountForm {
    /// Of each line: 0.1 takes ten per cent off.
    pub fraction: Option<Figure>,
    /// Of the lines together, in each cycle.
    pub amount: Option<Figure>,
    /// Which amount counts; running where not said.
    pub base: Option<BaseForm>,
    /// Only when the lines come to this at least, inclusive.
    pub at_least: Option<Figure>,
    /// Only when they come to this at most, inclusive.
    pub at_most: Option<Figure>,
    /// Only when they come to less than this.
    pub below: Option<Figure>,
    /// How what a fraction takes off a line is rounded.
    pub rounding: Option<RoundingForm>,
    /// How an amount is taken off the lines; in proportion, unrounded, where not said.
    pub spread: Option<SpreadForm>,
}

/// How an amount is taken off several lines.
#[derive(Debug, Clone, Copy, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SpreadForm {
    /// In proportion, or off the first lines first.
    pub method: SpreadMethodForm,
    /// Decimal places of each part.
    pub scale: Option<u32>,
    /// Who takes what rounding leaves; the last where not said.
    pub remainder: Option<RemainderForm>,
}

/// How an amount is taken off several lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SpreadMethodForm {
    /// In proportion to what they cost.
    Proportional,
    /// Off the first until nothing of it is left, then off the next.
    InOrder,
}

impl LineSetForm {
    /// The set without its sources, which the sheet resolves.
    ///
    /// # Errors
    /// [`ChargeError`] names the field.
    pub fn compile(&self) -> Result<LineSet, ChargeError> {
        let rule = match (self.dearest, &self.maximum, &self.discount) {
            (true, None, None) => SetRule::Dearest,
            (false, Some(maximum), None) => SetRule::Maximum {
                amount: maximum.amount.0,
                spread: spread(maximum.spread, "maximum.spread")?,
            },
            (false, None, Some(discount)) => SetRule::Discount(discount.compile()?),
            _ => return Err(refuse("", "expected one of dearest, maximum, discount")),
        };
        Ok(LineSet {
            id: self.id.clone(),
            reason: self.reason.clone(),
            charges: choice(self.of.as_ref(), self.category, "of")?,
            cycle: self.cycle.into(),
            rule,
            months: self.months.as_ref().map(MonthsForm::compile),
            dates: self.dates.as_ref().map(DatesForm::compile),
            sources: Vec::new(),
        })
    }
}

impl SetDiscountForm {
    fn compile(&self) -> Result<SetDiscount, ChargeError> {
        let off = match (self.fraction, self.amount) {
            (Some(fraction), None) if self.spread.is_none() => {
                Off::Fraction { fraction: fraction.0, rounding: self.rounding.map(Rounding::from) }
            }
            (None, Some(amount)) if self.rounding.is_none() => {
                Off::Amount { amount: amount.0, spread: spread(self.spread, "discount.spread")? }
            }
            _ => {
                let rule =
                    "expected a fraction, with a rounding or none, or an amount, with a spread or none";
                return Err(refuse("discount", rule));
            }
        };
        let bound = |figure: Option<Figure>| figure.map(|figure| figure.0);
        Ok(SetDiscount {
            off,
            base: self.base.map_or(AdjustmentBase::Running, Into::into),
            at_least: bound(self.at_least),
            at_most: bound(self.at_most),
            below: bound(self.below),
        })
    }
}

fn spread(form: Option<SpreadForm>, field: &str) -> Result<Spread, ChargeError> {
    match form {
        None => Ok(Spread::EXACT),
        Some(SpreadForm { method: SpreadMethodForm::Proportional, scale, remainder }) => {
            Ok(Spread::Proportional { scale, remainder: remainder.map_or(Remainder::Last, Into::into) })
        }
        Some(SpreadForm { method: SpreadMethodForm::InOrder, scale: None, remainder: None }) => {
            Ok(Spread::InOrder)
        }
        Some(_) => Err(refuse(field, "expected decimal places and a remainder only in proportion")),
    }
}

/// Sets of lines that are there.
pub(super) fn among(sets: &[LineSet], charges: &[Arc<Charge>]) -> Vec<LineSet> {
    let there = |id: &str| charges.iter().any(|charge| charge.id == id);
    let left = |set: &LineSet| Some(LineSet { charges: set.charges.among(there)?, ..set.clone() });
    sets.iter().filter_map(left).collect()
}
