//! Prices over other lines in a sheet, and the lines that they choose.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::charge::{ChargeError, ChargeForm, refuse};
use super::forms::{CategoryForm, CountedForm};
use super::metering::CountForm;
use super::price::Price;
use crate::charge::{Charge, LineChoice, MeteringSource, PriceModel};
use crate::document::Figure;

/// A fraction of what other lines cost.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShareOfLinesForm {
    /// Ids of charges; unset: all lines.
    pub of: Option<Vec<String>>,
    /// All lines of a category, in place of `of`.
    pub category: Option<CategoryForm>,
    /// 0.2 is 20 %.
    pub fraction: Price,
}

/// What other lines lack of a minimum.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShortfallForm {
    /// Ids of charges; unset: all lines.
    pub of: Option<Vec<String>>,
    /// All lines of a category, in place of `of`.
    pub category: Option<CategoryForm>,
    /// What the lines must come to in a cycle; where the charge counts numbers or seats, for each of them.
    pub minimum: Figure,
    /// Which of their amounts count towards it.
    pub counted: CountedForm,
}

impl ShareOfLinesForm {
    pub(super) fn compile(&self) -> Result<PriceModel, ChargeError> {
        let lines = choice(self.of.as_ref(), self.category, "share_of_lines.of")?;
        Ok(PriceModel::ShareOfLines { lines, fraction: self.fraction.0 })
    }
}

impl ShortfallForm {
    pub(super) fn compile(&self) -> Result<PriceModel, ChargeError> {
        let lines = choice(self.of.as_ref(), self.category, "shortfall.of")?;
        Ok(PriceModel::Shortfall { lines, minimum: self.minimum.0, counted: self.counted.into() })
    }
}

/// The lines that are named, those of a category, or all.
pub(super) fn choice(
    of: Option<&Vec<String>>,
    category: Option<CategoryForm>,
    field: &str,
) -> Result<LineChoice, ChargeError> {
    match (of, category) {
        (None, None) => Ok(LineChoice::All),
        (Some(ids), None) if !ids.is_empty() => Ok(LineChoice::Ids(ids.clone())),
        (None, Some(category)) => Ok(LineChoice::Category(category.into())),
        (Some(_), None) => {
            Err(refuse(field, "found no line, expected at least one, or no such field for all"))
        }
        (Some(_), Some(_)) => Err(refuse(field, "found lines by id and by category, expected one of them")),
    }
}

impl ChargeForm {
    /// Whether the charge names a price over other lines, which counts nothing of its own.
    pub(super) const fn is_over_lines(&self) -> bool {
        self.share_of_lines.is_some() || self.shortfall.is_some()
    }

    /// Where the quantity comes from; a price over other lines has one for each cycle.
    pub(super) fn source(&self) -> Result<MeteringSource, ChargeError> {
        match self.count {
            CountForm::Stated if self.is_over_lines() => Ok(MeteringSource::Constant(Decimal::ONE)),
            _ => self.count.compile(),
        }
    }

    /// The charges that it names.
    pub(super) fn named_lines(&self) -> &[String] {
        let share = self.share_of_lines.as_ref().and_then(|form| form.of.as_deref());
        let shortfall = || self.shortfall.as_ref().and_then(|form| form.of.as_deref());
        share.or_else(shortfall).unwrap_or_default()
    }
}

/// Which charges of the kernel a charge of a sheet became, where it became several.
pub(super) type Parts = BTreeMap<String, Vec<String>>;

/// Names the segments or cells of a charge where it is named.
pub(super) fn name_parts(lines: &mut LineChoice, parts: &Parts) {
    if let LineChoice::Ids(ids) = lines {
        let named = ids.iter().flat_map(|id| parts.get(id).cloned().unwrap_or_else(|| vec![id.clone()]));
        *ids = named.collect();
    }
}

/// The same in a charge over other lines.
pub(super) fn name_parts_of(charge: &mut Charge, parts: &Parts) {
    if let PriceModel::ShareOfLines { lines, .. } | PriceModel::Shortfall { lines, .. } = &mut charge.model {
        name_parts(lines, parts);
    }
}

/// Charges that belong to an offer, each over lines that belong to it too: what looks at none of them is
/// left out, as nobody is held to a minimum of what is not bought.
pub(super) fn among(charges: Vec<Arc<Charge>>) -> Vec<Arc<Charge>> {
    let mut there: BTreeSet<String> = charges.iter().map(|charge| charge.id.clone()).collect();
    let mut kept = Vec::with_capacity(charges.len());
    for mut charge in charges {
        if let Some(lines) = charge.model.over_lines() {
            let Some(left) = lines.among(|id| there.contains(id)) else {
                there.remove(&charge.id);
                continue;
            };
            if let PriceModel::ShareOfLines { lines, .. } | PriceModel::Shortfall { lines, .. } =
                &mut Arc::make_mut(&mut charge).model
            {
                *lines = left;
            }
        }
        kept.push(charge);
    }
    kept
}
