//! Copilot credits: a turn with a robot costs credits, and credits come in packs for the month.

use quotient_plugin_api::adapter::AdapterError;
use quotient_plugin_api::charge::{
    Category, Charge, Cycle, MeteringRule, MeteringSource, PartialPackage, Positive, PriceModel,
};
use quotient_plugin_api::offer::Note;
use quotient_plugin_api::provenance::CitedCharges;
use quotient_plugin_api::requirement::EventKind;
use rust_decimal::Decimal;

use crate::sheet::Credits;

/// Adds the packs.
pub(crate) fn add(
    credits: &Credits,
    partial: PartialPackage,
    cited: &mut CitedCharges<'_>,
) -> Result<(), AdapterError> {
    let positive = |value| Positive::new(value).map_err(|error| AdapterError::new(error.to_string()));
    let mut rule = MeteringRule::new("copilot_credits", MeteringSource::Events(vec![EventKind::Turn]));
    rule.factor = positive(credits.per_turn.0)?;
    let (size, price) = (positive(credits.pack.0)?, credits.pack_month.price.0);
    let model = PriceModel::Package { size, price, partial: Some(partial), minimum_packages: Decimal::ZERO };
    let charge = Charge::new("credits", "Copilot credits", Category::Usage, rule, model, Cycle::Month);
    cited.add(charge, &[(&credits.pack_month.page, "credits.pack_month".to_owned())]);
    Ok(())
}

/// What the packs take for granted.
pub(crate) fn assumptions() -> Vec<Note> {
    let text = "each month's packs are bought for that month: what is left of a pack is lost";
    vec![Note::new("credits_by_month", text, "credits")]
}

/// That the rate of a pack is no price to buy at.
pub(crate) fn rate_warning() -> Note {
    let text = "parts of a pack are not sold: the published estimate takes the pack's rate, and whole packs \
                cost more";
    Note::new("part_of_pack_not_sold", text, "credits")
}
