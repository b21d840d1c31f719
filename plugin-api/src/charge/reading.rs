//! Readings of a rule that a page leaves open.

use rust_decimal::Decimal;

use super::{Allowance, Charge, MeteringStep, PriceModel, ZeroQuantity};
use crate::money::Rounding;

/// Most readings of a charge.
pub const MAX_READINGS: usize = 16;

/// One way to read the rule of a charge. What it says replaces what the charge says.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Unique in its charge.
    pub id: String,
    /// What it takes the rule to mean, for a person.
    pub meaning: String,
    /// The price.
    pub model: Option<PriceModel>,
    /// The steps of metering.
    pub steps: Option<Vec<MeteringStep>>,
    /// The allowance.
    pub allowance: Option<Allowance>,
    /// What a cycle without quantity costs.
    pub zero_quantity: Option<ZeroQuantity>,
    /// Least amount in a cycle.
    pub minimum_amount: Option<Decimal>,
    /// Greatest amount in a cycle.
    pub maximum_amount: Option<Decimal>,
    /// How the amount of a cycle is rounded.
    pub line_rounding: Option<Rounding>,
    /// How each tier's amount is rounded.
    pub tier_rounding: Option<Rounding>,
}

impl Reading {
    /// A charge as it is read so, without other readings.
    #[must_use]
    pub fn of(&self, charge: &Charge) -> Charge {
        let mut read = Charge { readings: Vec::new(), ..charge.clone() };
        if let Some(model) = &self.model {
            read.model = model.clone();
        }
        if let Some(steps) = &self.steps {
            read.metering.steps.clone_from(steps);
        }
        if self.allowance.is_some() {
            read.allowance.clone_from(&self.allowance);
        }
        read.zero_quantity = self.zero_quantity.or(read.zero_quantity);
        read.minimum_amount = self.minimum_amount.or(read.minimum_amount);
        read.maximum_amount = self.maximum_amount.or(read.maximum_amount);
        read.line_rounding = self.line_rounding.or(read.line_rounding);
        read.tier_rounding = self.tier_rounding.or(read.tier_rounding);
        read
    }
}
