//! What is paid at least in a sheet, and what a surplus costs.

use serde::Deserialize;

use super::charge::{ChargeError, refuse};
use crate::charge::{Committed, SpendCommitment};
use crate::document::Figure;

/// What is paid at least, as an `amount` or as the price of a `quantity`, and what a surplus costs.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SpendCommitmentForm {
    /// An amount in each cycle.
    pub amount: Option<Figure>,
    /// A quantity in each cycle.
    pub quantity: Option<Figure>,
    /// What is above the commitment costs so many times the price.
    pub overage_factor: Figure,
    /// What is below the commitment is charged as well.
    pub charges_shortfall: bool,
}

impl SpendCommitmentForm {
    pub(super) fn compile(&self) -> Result<SpendCommitment, ChargeError> {
        let committed = match (self.amount, self.quantity) {
            (Some(amount), None) => Committed::Amount(amount.0),
            (None, Some(quantity)) => Committed::Quantity(quantity.0),
            _ => return Err(refuse("spend_commitment", "expected either an amount or a quantity")),
        };
        let (overage_factor, charges_shortfall) = (self.overage_factor.0, self.charges_shortfall);
        Ok(SpendCommitment { committed, overage_factor, charges_shortfall })
    }
}
