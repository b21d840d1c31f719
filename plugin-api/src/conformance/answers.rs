//! What an answer must keep to: valid offers of the catalog, which the kernel can price, and which hold for the
//! quantities that they say.

use prost::Message as _;
use quotient_proto::convert::decimal_to_wire;
use quotient_proto::{plugin_v1, v1};
use rust_decimal::Decimal;

use super::asked::resolved;
use crate::adapter::{Answer, Catalog};
use crate::offer::{Offer, OfferRange};
use crate::pricing::price_offers;
use crate::quote::Quote;
use crate::wire;

/// The offers of an encoded answer; `None`: it declines.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Vec<Offer>>, String> {
    let response = plugin_v1::OffersResponse::decode(bytes)
        .map_err(|error| format!("the answer cannot be read: {error}"))?;
    match wire::answer_from_wire(response) {
        Ok(Answer::Offers(offers)) => Ok(Some(offers)),
        Ok(Answer::Decline(decline)) if decline.text.is_empty() => {
            Err("it declines without a word, expected a sentence".to_owned())
        }
        Ok(Answer::Decline(_)) => Ok(None),
        Err(error) => Err(format!("an offer is not valid: {error}")),
    }
}

/// Checks the offers against the catalog, and that the kernel prices them; gives the best one.
pub(super) fn check(
    offers: &[Offer],
    catalog: Option<&Catalog>,
    requirement: &v1::Requirement,
) -> Result<Option<Quote>, String> {
    if let Some(catalog) = catalog {
        are_listed(offers, catalog)?;
    }
    let requirement = wire::requirement_from_wire(&resolved(requirement)).map_err(|e| e.to_string())?;
    let priced =
        price_offers(&requirement, offers).map_err(|e| format!("the kernel cannot price it: {e}"))?;
    Ok(priced.quotes.into_iter().next())
}

fn are_listed(offers: &[Offer], catalog: &Catalog) -> Result<(), String> {
    for offer in offers {
        let parts = offer.parts();
        let name = format!("{} {}", parts.edition.id, parts.purchase_option.id);
        let listed = |labels: &[crate::offer::Label], id: &str| labels.iter().any(|label| label.id == id);
        if !listed(&catalog.editions, &parts.edition.id)
            || !listed(&catalog.purchase_options, &parts.purchase_option.id)
        {
            return Err(format!("the offer {name:?}: expected an edition and an option of the catalog"));
        }
        if !catalog.currencies.iter().any(|code| code == parts.currency.code()) {
            let code = parts.currency.code();
            return Err(format!("the offer {name:?}: found the currency {code}, which the catalog lacks"));
        }
        for source in &parts.sources {
            let known = |one: &crate::adapter::Revision| {
                one.sheet_id == source.sheet_id && one.sha256 == source.sha256
            };
            if !catalog.revisions.iter().any(known) {
                let sheet = &source.sheet_id;
                return Err(format!(
                    "the offer {name:?}: found the sheet {sheet:?}, which the catalog lacks"
                ));
            }
        }
    }
    Ok(())
}

/// The same requirement for twice the seats.
pub(super) fn doubled(requirement: &v1::Requirement) -> Option<v1::Requirement> {
    let mut doubled = requirement.clone();
    let profiles = doubled.seats.iter_mut().flat_map(|group| [&mut group.named, &mut group.peak_concurrent]);
    for value in profiles.flatten().flat_map(|profile| &mut profile.values) {
        let number: Decimal = value.value.parse().ok()?;
        *value = decimal_to_wire(number.checked_add(number)?);
    }
    (!doubled.seats.is_empty()).then_some(doubled)
}

/// Whether each offer that says that it holds for twice the seats is made for twice the seats.
pub(super) fn same_where_held(
    offers: &[Offer],
    more: &v1::Requirement,
    others: &[Offer],
) -> Result<u32, String> {
    let more = wire::requirement_from_wire(&resolved(more)).map_err(|error| error.to_string())?;
    let seats = more.peak_seats().unwrap_or_default();
    let mut held: u32 = 0;
    for offer in offers.iter().filter(|offer| offer.parts().holds_for.holds(seats, Decimal::ONE)) {
        let without_range = |offer: &Offer| {
            let mut parts = offer.parts().clone();
            parts.holds_for = OfferRange::default();
            parts
        };
        if !others.iter().any(|other| without_range(other) == without_range(offer)) {
            let (edition, option) = (&offer.parts().edition.id, &offer.parts().purchase_option.id);
            let range = "expected the same offer, or a narrower `holds_for`";
            return Err(format!(
                "the offer \"{edition} {option}\" is another one for {seats} seats: {range}"
            ));
        }
        held = held.saturating_add(1);
    }
    Ok(held)
}
