//! Amounts in a sheet that no other price expresses.

use serde::Deserialize;

use super::price::Price;
use crate::charge::PriceModel;

/// An amount for each month from the first on; after the last they repeat.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ComputedForm {
    /// How they were computed.
    pub formula: String,
    /// The amounts.
    pub amounts: Vec<Price>,
}

impl ComputedForm {
    pub(super) fn compile(&self) -> PriceModel {
        let amounts = self.amounts.iter().map(|amount| amount.0).collect();
        PriceModel::Computed { formula: self.formula.clone(), amounts }
    }
}
