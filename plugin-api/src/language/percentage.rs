//! The form of a part of an amount of money in a sheet.

use serde::Deserialize;

use super::charge::{ChargeError, refuse};
use super::forms::CrossingForm;
use super::model::{BeyondForm, BoundsForm, ladder};
use super::price::Price;
use crate::charge::{FreeEvents, Percentage, PriceModel, Tier};
use crate::document::Figure;

/// A part of the amount that the meter counts: `fraction` or `tiers`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PercentageForm {
    /// Of the whole amount; 0.013 for 1.3 %.
    pub fraction: Option<Price>,
    /// Of each part of the amount by tier.
    #[serde(default)]
    pub tiers: Vec<FractionTierForm>,
    /// How bounds are written; each the greatest amount of its tier where not said.
    pub bounds: Option<BoundsForm>,
    /// What happens above the last tier, where it has a bound.
    pub beyond: Option<BeyondForm>,
    /// Charged for each event that is not free.
    pub fixed_per_event: Option<Price>,
    /// Least amount for each event that is not free.
    pub minimum_per_event: Option<Figure>,
    /// Greatest amount for each event.
    pub maximum_per_event: Option<Figure>,
    /// The first events of a month that are free.
    pub free: Option<FreeEventsForm>,
}

/// One tier of the amount.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FractionTierForm {
    /// Largest amount of the tier; unset on the last.
    pub up_to: Option<Figure>,
    /// What is charged of it.
    pub fraction: Price,
    /// Charged once when the tier is reached.
    pub flat: Option<Price>,
}

/// Events are free as long as they are within every limit that is set.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FreeEventsForm {
    /// So many events.
    pub events: Option<u32>,
    /// A sum of events.
    pub amount: Option<Figure>,
    /// What the event pays that crosses `amount`; needed with `amount`.
    pub crossing: Option<CrossingForm>,
}

impl PercentageForm {
    pub(super) fn compile(&self) -> Result<PriceModel, ChargeError> {
        let tiers = match (&self.fraction, self.tiers.as_slice()) {
            (Some(fraction), []) => vec![Tier::new(None, fraction.0)],
            (None, tiers @ [_, ..]) => tiers.iter().map(FractionTierForm::compile).collect(),
            _ => return Err(refuse("percentage", "expected either a fraction or tiers")),
        };
        Ok(PriceModel::Percentage(Percentage {
            tiers: ladder("percentage", tiers, self.bounds, self.beyond)?,
            fixed_per_event: self.fixed_per_event.map(|price| price.0),
            minimum_per_event: self.minimum_per_event.map(|figure| figure.0),
            maximum_per_event: self.maximum_per_event.map(|figure| figure.0),
            free: self.free.as_ref().map(FreeEventsForm::compile).transpose()?,
        }))
    }
}

impl FractionTierForm {
    fn compile(&self) -> Tier {
        Tier {
            flat_amount: self.flat.map(|flat| flat.0),
            ..Tier::new(self.up_to.map(|figure| figure.0), self.fraction.0)
        }
    }
}

impl FreeEventsForm {
    fn compile(&self) -> Result<FreeEvents, ChargeError> {
        let crossing = match (self.crossing, self.amount) {
            (Some(crossing), Some(_)) => crossing.into(),
            // Nothing crosses an amount that is not there.
            (None, None) => crate::charge::Crossing::Whole,
            _ => {
                let rule = "expected a crossing with an amount: excess, whole or free";
                return Err(refuse("percentage.free.crossing", rule));
            }
        };
        Ok(FreeEvents { events: self.events, amount: self.amount.map(|figure| figure.0), crossing })
    }
}
