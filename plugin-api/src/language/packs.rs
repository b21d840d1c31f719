//! Prepaid packs in a sheet.

use serde::Deserialize;

use super::charge::{ChargeError, positive};
use super::model::PerUnitForm;
use super::price::Price;
use crate::charge::{BeyondPacks, Pack, Packs, PriceModel};
use crate::document::Figure;

/// Packs that are bought whole before they are used.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PacksForm {
    /// Kinds of packs; at least one.
    pub packs: Vec<PackForm>,
    /// What happens to what no pack covers.
    pub beyond: BeyondPacksForm,
    /// Months that a pack lasts; unset: the cycle that it is bought in.
    pub validity_months: Option<u32>,
    /// The first kind is bought again as soon as less than this is left.
    pub recharge_below: Option<Figure>,
}

/// One kind of pack.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PackForm {
    /// Units in it.
    pub size: Figure,
    /// What it costs.
    pub price: Price,
}

/// What happens to what no pack covers: one of these.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BeyondPacksForm {
    /// More packs are bought.
    Renewal,
    /// It has a price of its own, and packs are bought where they are cheaper.
    Overage(PerUnitForm),
    /// The service stops after so many packs in a cycle.
    StopAfterPacks(u32),
}

impl PacksForm {
    pub(super) fn compile(&self) -> Result<PriceModel, ChargeError> {
        let pack = |form: &PackForm| {
            let size = positive("packs.size", Some(form.size))?;
            Ok(Pack { size, price: form.price.0 })
        };
        let beyond = match &self.beyond {
            BeyondPacksForm::Renewal => BeyondPacks::Renewal,
            BeyondPacksForm::Overage(form) => {
                BeyondPacks::Overage { price: form.price.0, per: positive("packs.beyond.per", form.per)? }
            }
            BeyondPacksForm::StopAfterPacks(most) => BeyondPacks::Stop { most: *most },
        };
        Ok(PriceModel::Packs(Packs {
            packs: self.packs.iter().map(pack).collect::<Result<_, ChargeError>>()?,
            beyond,
            validity_months: self.validity_months,
            recharge_below: self.recharge_below.map(|figure| figure.0),
        }))
    }
}
