//! What is written and read again is the same; what is broken is refused by its place.

use proptest::prelude::*;
use prost::Message as _;
use quotient_proto::{plugin_v1, v1};
use rust_decimal::Decimal;

use self::fixtures::*;
use super::*;
use crate::adapter::{
    Answer, Catalog, Decline, DeclineKind, Library, MonotoneIn, ProductTimeline, Revision, SheetFile,
};
use crate::charge::*;
use crate::interval::Interval;
use crate::money::{Rounding, RoundingMode};
use crate::offer::{Label, Offer, OfferParts};

mod fixtures;
mod time;

fn encoded_answer() -> plugin_v1::OffersResponse {
    answer_to_wire(&Answer::Offers(vec![offer()]))
}

#[test]
fn an_offer_comes_back_as_it_was() {
    let answer = Answer::Offers(vec![offer()]);
    let bytes = answer_to_wire(&answer).encode_to_vec();
    let wire = plugin_v1::OffersResponse::decode(bytes.as_slice()).unwrap();
    assert_eq!(answer_from_wire(wire).unwrap(), answer);
}

#[test]
fn a_decline_comes_back_as_it_was() {
    let answer = Answer::Decline(Decline {
        kind: DeclineKind::NeedsInput,
        text: "Say how many seats.".to_owned(),
        fields: vec!["seats".to_owned()],
    });
    assert_eq!(answer_from_wire(answer_to_wire(&answer)).unwrap(), answer);
}

#[test]
fn an_answer_that_is_neither_or_says_nothing_is_refused() {
    let told = |result| answer_from_wire(plugin_v1::OffersResponse { result }).unwrap_err().to_string();
    assert_eq!(told(None), "found no answer, expected offers or a decline");
    let list = |offers| Some(plugin_v1::offers_response::Result::Offers(plugin_v1::OfferList { offers }));
    assert_eq!(told(list(vec![])), "found 0 offers, expected 1 to 64");
    assert_eq!(
        told(Some(plugin_v1::offers_response::Result::Decline(plugin_v1::Decline::default()))),
        "decline.kind: found nothing, expected one of DECLINE_KIND_NO_MATCHING_OFFER, \
         DECLINE_KIND_NEEDS_INPUT, DECLINE_KIND_CONTACT_SALES"
    );
    let twice = told(list(vec![offer_to_wire(&offer()), offer_to_wire(&offer())]));
    assert_eq!(
        twice,
        "the offer breaks 1 rule(s): offers[1]: found the edition \"pro\" with the purchase option \"annual\" twice"
    );
}

#[test]
fn a_broken_offer_lists_each_rule_by_its_place() {
    let mut wire = offer_to_wire(&offer());
    wire.currency_code = "XXX".to_owned();
    wire.terms.as_mut().unwrap().minimum_months = Some(-1);
    wire.charges[0].cycle = 99;
    wire.charges[0].confidence = 0;
    wire.charges[0].adjustments[2].base = 1;
    wire.charges[1].metering.as_mut().unwrap().meter_id = "voice_inbond".to_owned();
    wire.charges[2].model = None;
    wire.sources[0].confidence = 0;
    wire.coverage[0].line_ids.push("seat".to_owned());
    let places: Vec<_> =
        offer_from_wire(&wire).unwrap_err().0.into_iter().map(|violation| violation.place).collect();
    assert_eq!(
        places,
        [
            "currency_code",
            "charges[0].cycle",
            "charges[0].adjustments[2].base",
            "charges[0].confidence",
            "charges[1].metering.meter_id",
            "charges[2].model",
            "terms.minimum_months",
            "coverage[0].line_ids",
            "sources[0].confidence",
        ]
    );
    let together =
        offer_from_wire(&plugin_v1::Offer { currency_code: "USD".to_owned(), ..plugin_v1::Offer::default() });
    let places: Vec<_> = together.unwrap_err().0.into_iter().map(|violation| violation.place).collect();
    assert_eq!(places, ["edition.id", "purchase_option.id", "charges"]);
}

#[test]
fn a_bound_that_cannot_be_read_is_not_an_open_one() {
    let mut wire = offer_to_wire(&offer());
    let Some(v1::charge::Model::Volume(ladder)) = &mut wire.charges[1].model else { panic!("no ladder") };
    ladder.tiers[1].up_to = Some(quotient_proto::google::r#type::Decimal { value: "ten".to_owned() });
    let told = offer_from_wire(&wire).unwrap_err().to_string();
    assert!(told.contains("charges[1].volume.tiers[1].up_to: found \"ten\""), "{told}");
}

#[test]
fn a_library_a_configuration_and_a_catalogue_come_back_as_they_were() {
    let sheet = SheetFile { name: "2026-01.toml".to_owned(), content: b"a = 1".to_vec() };
    let product = ProductTimeline { product_id: "calls.v2".to_owned(), sheets: vec![sheet] };
    let library =
        Library { id: "acme".to_owned(), version: "1.2.3-rc.1".to_owned(), products: vec![product.clone()] };
    assert_eq!(library_from_wire(&library_to_wire(&library)).unwrap(), library);
    assert_eq!(config_from_wire(&config_to_wire(&product).encode_to_vec()).unwrap(), product);
    let catalog = Catalog {
        vendor: Label::new("acme", "Acme"),
        product: Label::new("calls", "Calls"),
        component: true,
        illustrative: false,
        editions: vec![Label::new("Pro_1", "Pro")],
        purchase_options: vec![Label::new("annual", "Paid by the year")],
        currencies: vec!["USD".to_owned()],
        revisions: vec![Revision {
            sheet_id: "2026-01.toml".to_owned(),
            as_of: "2026-01".to_owned(),
            sha256: "ab".repeat(32),
            uris: vec!["https://example.com/pricing".to_owned()],
            valid_from: Some(jiff::civil::date(2026, 1, 1)),
            valid_to: None,
        }],
        charging_models: vec!["per_unit".to_owned()],
        capabilities: offer().parts().capabilities.clone(),
        monotone_in: vec![MonotoneIn::Demand, MonotoneIn::Seats],
    };
    assert_eq!(catalog_from_wire(&catalog_to_wire(&catalog)).unwrap(), catalog);
}

#[test]
fn ids_levels_and_versions_out_of_range_are_refused() {
    let told = |error: WireError| error.to_string();
    let mut wire = library_to_wire(&Library { id: "Acme.".into(), version: "1.2".into(), products: vec![] });
    wire.kernel_level = 0;
    assert_eq!(
        told(library_from_wire(&wire).unwrap_err()),
        "plugin_id: found the id \"Acme.\", expected 1 to 64 lower-case letters, digits, '-'; \
         version: found \"1.2\", expected a version such as \"1.2.3\"; \
         kernel_level: found 0, expected 1 or more"
    );
    let newer = plugin_v1::OffersRequest { level: 2, requirement: None };
    assert_eq!(
        told(request_from_wire(&newer.encode_to_vec()).unwrap_err()),
        "found the level 2, expected 1 to 1"
    );
    assert!(matches!(config_from_wire(&[0xff]), Err(WireError::Decode(_))));
    assert!(catalog_from_wire(&plugin_v1::Catalog::default()).is_err());
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(wire) = plugin_v1::OffersResponse::decode(bytes.as_slice()) {
            let _ = answer_from_wire(wire);
        }
        if let Ok(wire) = plugin_v1::Offer::decode(bytes.as_slice()) {
            let _ = offer_from_wire(&wire);
        }
        if let Ok(wire) = plugin_v1::Description::decode(bytes.as_slice()) {
            let _ = library_from_wire(&wire);
        }
        if let Ok(wire) = plugin_v1::Catalog::decode(bytes.as_slice()) {
            let _ = catalog_from_wire(&wire);
        }
    }

    #[test]
    fn a_changed_byte_is_refused_or_read_and_written_the_same(at in 0_usize..10_000, byte in any::<u8>()) {
        let mut bytes = encoded_answer().encode_to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(wire) = plugin_v1::OffersResponse::decode(bytes.as_slice())
            && let Ok(answer) = answer_from_wire(wire)
        {
            prop_assert_eq!(answer_from_wire(answer_to_wire(&answer)).unwrap(), answer);
        }
    }

    #[test]
    fn every_decimal_comes_back(units in any::<i64>(), scale in 0_u32..=18) {
        let price = Interval::exact(Decimal::new(units, scale).abs());
        let charge = charge("c", MeteringSource::Stated, PriceModel::PerUnit { price, per: Positive::ONE });
        let offer = Offer::new(OfferParts { charges: vec![charge.into()], line_sets: Vec::new(), ..offer().parts().clone() }).unwrap();
        prop_assert_eq!(offer_from_wire(&offer_to_wire(&offer)).unwrap(), offer);
    }
}
