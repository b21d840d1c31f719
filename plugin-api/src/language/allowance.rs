//! What is not charged, in a sheet.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::charge::{ChargeError, refuse};
use super::forms::{AllowanceTierForm, ExcessForm};
use super::metering::SeatsForm;
use crate::charge::{Allowance, AllowanceExcess, AllowanceReset, AllowanceTier, SeatFilter};
use crate::document::Figure;

/// What is not charged: a `quantity` or an `amount`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AllowanceForm {
    /// Units.
    pub quantity: Option<Figure>,
    /// An amount.
    pub amount: Option<Figure>,
    /// Times these seats, pooled.
    pub per_seat: Option<SeatsForm>,
    /// Which quantity picks the tier; net where not said.
    pub tier: Option<AllowanceTierForm>,
    /// When it is given again; in each cycle where not said.
    pub reset: Option<ResetForm>,
    /// Cycles that what is left can be used in after its own; with `carry_over`.
    pub cycles: Option<u32>,
    /// `term` or `ever`; with `once`.
    pub once_per: Option<OncePerForm>,
    /// What is charged of more than the allowance; the excess where not said.
    pub excess: Option<ExcessForm>,
}

/// When an allowance is given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ResetForm {
    /// In each cycle; what is left lapses.
    EachCycle,
    /// In each cycle; what is left can be used in the next ones.
    CarryOver,
    /// Once, used up from the first cycle on.
    Once,
}

/// How often is once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OncePerForm {
    /// For each commitment.
    Term,
    /// For ever.
    Ever,
}

impl AllowanceForm {
    pub(super) fn compile(&self) -> Result<Allowance, ChargeError> {
        let quantity = match (self.quantity, self.amount) {
            (Some(quantity), None) => quantity.0,
            (None, Some(_)) => Decimal::ZERO,
            _ => return Err(refuse("allowance", "expected either a quantity or an amount")),
        };
        let reset = match (self.reset.unwrap_or(ResetForm::EachCycle), self.cycles, self.once_per) {
            (ResetForm::EachCycle, None, None) => AllowanceReset::EachCycle,
            (ResetForm::CarryOver, Some(cycles), None) => AllowanceReset::CarryOver { cycles },
            (ResetForm::Once, None, Some(OncePerForm::Term)) => AllowanceReset::OncePerTerm,
            (ResetForm::Once, None, Some(OncePerForm::Ever)) => AllowanceReset::OnceForEver,
            _ => {
                let rule = "expected cycles exactly with carry_over, and once_per exactly with once";
                return Err(refuse("allowance.reset", rule));
            }
        };
        Ok(Allowance {
            quantity,
            per_seat: self.per_seat.as_ref().map(SeatFilter::from),
            tier: self.tier.map_or(AllowanceTier::Net, Into::into),
            amount: self.amount.map(|figure| figure.0),
            reset,
            excess: self.excess.map_or(AllowanceExcess::Excess, Into::into),
        })
    }
}
