//! What is written and read again is the same; what is broken is refused by its place.

use std::collections::BTreeMap;

use iso_currency::Currency;
use jiff::civil::date;
use proptest::prelude::*;
use prost::Message as _;
use quotient_proto::{plugin_v1, v1};
use rust_decimal::Decimal;

use super::*;
use crate::adapter::{Answer, Catalog, Decline, DeclineKind, Library, ProductTimeline, Revision, SheetFile};
use crate::charge::*;
use crate::interval::Interval;
use crate::line_set::{LineSet, Off, Remainder, SetDiscount, SetRule, Spread};
use crate::money::{Rounding, RoundingMode};
use crate::offer::{
    Alignment, Compounding, Conventions, CoverageStatement, CoverageStatus, Label, MonthDays, Note, Offer,
    OfferParts, RenewalUplift, SourceRef, Terms, UpliftStep,
};
use crate::requirement::{EventKind, SegmentKind};

mod time;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn exact(text: &str) -> Interval {
    Interval::exact(d(text))
}

fn positive(text: &str) -> Positive {
    Positive::new(d(text)).unwrap()
}

fn ladder() -> Tiers {
    let tier = |up_to: Option<&str>, price| Tier {
        up_to: up_to.map(d),
        unit_price: exact(price),
        flat_amount: up_to.map(|_| exact("5")),
        package_size: up_to.map(|_| positive("2.5")),
        minimum_amount: up_to.map(|_| d("1")),
        maximum_amount: up_to.map(|_| d("70")),
    };
    Tiers::new(vec![tier(Some("10.5"), "0.00675"), tier(None, "0.004")]).unwrap()
}

fn charge(id: &str, source: MeteringSource, model: PriceModel) -> Charge {
    let metering = MeteringRule::new("seats_named", source);
    Charge::new(id, "A charge", Category::Recurring, metering, model, Cycle::Month)
}

fn seat_charge() -> Charge {
    let seats = SeatFilter { basis: SeatBasis::Named, roles: vec!["agent".to_owned()] };
    let price = Interval::new(d("10"), Some(d("12.5"))).unwrap();
    let months = Some(MonthWindow { first_month: 2, months: Some(6) });
    let dates =
        |basis| Some(DateWindow { from: Some(date(2026, 1, 1)), to: Some(date(2026, 12, 31)), basis });
    let adjustment = |id: &str, effect| Adjustment {
        id: id.to_owned(),
        reason: "Because".to_owned(),
        effect,
        conditions: vec![
            Condition { subject: Subject::CommittedQuantity, at_least: Some(d("2")), at_most: None },
            Condition { subject: Subject::BilledQuantity, at_least: None, at_most: Some(d("9")) },
            Condition { subject: Subject::TermMonths, at_least: Some(d("12")), at_most: Some(d("24")) },
        ],
        dates: dates(DateBasis::Service),
        months: Some(MonthWindow { first_month: 1, months: None }),
        sources: vec![0],
        rounding: None,
    };
    let mut rounded = adjustment("rounded", Effect::Amount(exact("-4")));
    rounded.rounding = Some(Rounding { mode: RoundingMode::Down, scale: Some(2) });
    let by_amount = Condition { subject: Subject::ListAmount, at_least: Some(d("1")), at_most: None };
    rounded.conditions.push(by_amount);
    let fraction = exact("-0.4");
    Charge {
        minimum_amount: Some(d("100")),
        maximum_amount: Some(d("9000")),
        adjustments: vec![
            adjustment("list", Effect::Fraction { fraction, base: AdjustmentBase::List }),
            adjustment("running", Effect::Fraction { fraction, base: AdjustmentBase::Running }),
            adjustment("amount", Effect::Amount(exact("-3"))),
            adjustment("unit-fraction", Effect::UnitFraction(fraction)),
            adjustment("unit-amount", Effect::UnitAmount(exact("2"))),
            rounded,
        ],
        commitment: Commitment {
            kind: CommitmentKind::Ratchet,
            minimum_quantity: d("5"),
            minimum_counts_held: true,
        },
        months,
        dates: dates(DateBasis::Order),
        proration: Some(Proration::new(ProrationUnit::Day, positive("365"), true)),
        without_uplift: true,
        limits_period: LimitsPeriod::Year,
        line_rounding: Some(Rounding { mode: RoundingMode::HalfEven, scale: Some(4) }),
        confidence: Confidence::Estimate,
        sources: vec![0],
        pass_through: true,
        module_id: Some("bot".to_owned()),
        ..charge("seat", MeteringSource::Seats(seats), PriceModel::PerUnit { price, per: positive("60") })
    }
}

fn usage_charges() -> Vec<Charge> {
    let step = |scope, direction| MeteringStep {
        scope,
        minimum: Some(d("30")),
        first_increment: Some(positive("30")),
        increment: Some(positive("6")),
        direction,
    };
    let mut voice = charge(
        "voice",
        MeteringSource::Segments(vec![SegmentKind::Agent, SegmentKind::Bot]),
        PriceModel::Volume { tiers: ladder(), per: positive("60"), lookup: Some(TierLookup::Ceiling) },
    );
    voice.category = Category::Usage;
    voice.metering.meter_id = "voice_inbound".to_owned();
    voice.metering.matches = BTreeMap::from([
        ("channel".to_owned(), MatchValues::AnyOf(vec!["voice".to_owned(), "web_voice".to_owned()])),
        ("number_type".to_owned(), MatchValues::Absent),
    ]);
    voice.metering.steps = vec![
        step(Scope::Segment, StepDirection::Up),
        step(Scope::Contact, StepDirection::Nearest),
        step(Scope::Month, StepDirection::Down),
    ];
    voice.metering.factor = positive("0.5");
    voice.allowance = Some(Allowance {
        per_seat: Some(SeatFilter { basis: SeatBasis::Concurrent, roles: vec![] }),
        tier: AllowanceTier::Gross,
        ..Allowance::of(d("6000"))
    });
    let package = |partial| PriceModel::Package {
        size: positive("1000"),
        price: exact("7"),
        partial,
        minimum_packages: d("3"),
    };
    let stair = |accumulation| PriceModel::StairStep {
        steps: Tiers::bounded(vec![Tier {
            flat_amount: Some(exact("9")),
            ..Tier::new(Some(d("10")), Interval::ZERO)
        }])
        .unwrap()
        .with_bound(TierBound::Exclusive),
        accumulation,
    };
    let mut stepped = charge("stepped", MeteringSource::Stated, stair(StepAccumulation::Sum));
    stepped.zero_quantity = Some(ZeroQuantity::FirstTier);
    stepped.tier_rounding = Some(Rounding { mode: RoundingMode::Up, scale: Some(3) });
    let flat = |only_when_used| PriceModel::Flat { amount: Interval::at_least(d("150000")), only_when_used };
    let events = || MeteringSource::Events(vec![EventKind::Turn, EventKind::Resolution]);
    let graduated = PriceModel::Graduated { tiers: ladder(), per: Positive::ONE };
    let mut once = charge("once", MeteringSource::Constant(d("1")), flat(false));
    (once.category, once.cycle) = (Category::OneTime, Cycle::Once);
    vec![
        voice,
        charge("events", events(), graduated),
        charge("contacts", MeteringSource::Contacts, package(None)),
        charge("numbers", MeteringSource::Numbers, package(Some(PartialPackage::Prorated))),
        charge("stated", MeteringSource::Stated, flat(true)),
        once,
        stepped,
        charge("reached", MeteringSource::Stated, stair(StepAccumulation::Reached)),
    ]
}

fn over_lines() -> Vec<Charge> {
    let over = |id: &str, model| {
        let mut charge = charge(id, MeteringSource::Constant(Decimal::ONE), model);
        charge.metering.meter_id = "flat".to_owned();
        charge
    };
    let fraction = Interval::new(d("0.1"), Some(d("0.2"))).unwrap();
    let lines = LineChoice::Ids(vec!["seat".to_owned(), "voice".to_owned()]);
    let shortfall = |lines, counted| PriceModel::Shortfall { lines, minimum: d("1000"), counted };
    vec![
        over("share", PriceModel::ShareOfLines { lines, fraction }),
        over("shortfall", shortfall(LineChoice::All, CountedAmount::BeforeAdjustments)),
        over("left", shortfall(LineChoice::Category(Category::Usage), CountedAmount::AfterAdjustments)),
    ]
}

fn line_sets() -> Vec<LineSet> {
    let set = |id: &str, rule| LineSet {
        id: id.to_owned(),
        reason: "Because".to_owned(),
        charges: LineChoice::Ids(vec!["voice".to_owned(), "seat".to_owned()]),
        cycle: Cycle::Quarter,
        rule,
        months: Some(MonthWindow { first_month: 2, months: None }),
        dates: Some(DateWindow { from: None, to: Some(date(2026, 12, 31)), basis: DateBasis::Order }),
        sources: vec![0],
    };
    let largest = Spread::Proportional { scale: Some(2), remainder: Remainder::Largest };
    let discount = |off, at_most, below| {
        let base = AdjustmentBase::List;
        SetRule::Discount(SetDiscount { off, base, at_least: Some(d("20")), at_most, below })
    };
    let rounding = Some(Rounding { mode: RoundingMode::HalfUp, scale: Some(2) });
    vec![
        LineSet { charges: LineChoice::All, ..set("dearest", SetRule::Dearest) },
        set("maximum", SetRule::Maximum { amount: d("100"), spread: Spread::InOrder }),
        set("exact", SetRule::Maximum { amount: d("100"), spread: Spread::EXACT }),
        set("part", discount(Off::Fraction { fraction: d("0.1"), rounding }, Some(d("30")), None)),
        set("amount", discount(Off::Amount { amount: d("5"), spread: largest }, None, Some(d("30")))),
    ]
}

fn event_charges() -> Vec<Charge> {
    let tier = |up_to: Option<&str>| Tier {
        flat_amount: Some(exact("2")),
        ..Tier::new(up_to.map(d), exact("0.013"))
    };
    let percentage = Percentage {
        tiers: Tiers::new(vec![tier(Some("1000")), tier(None)]).unwrap(),
        fixed_per_event: Some(exact("0.3")),
        minimum_per_event: Some(d("0.5")),
        maximum_per_event: Some(d("12")),
        free: Some(FreeEvents { events: Some(3), amount: Some(d("250")), crossing: Crossing::Excess }),
    };
    let mut windows = charge(
        "windows",
        MeteringSource::Stated,
        PriceModel::PerUnit { price: exact("2"), per: Positive::ONE },
    );
    windows.negative_quantity = Some(NegativeQuantity::Mirrored);
    windows.priced = Priced::EachEvent;
    windows.unit_price_rounding = Some(Rounding { mode: RoundingMode::HalfUp, scale: Some(2) });
    windows.limits_compared = Some(LimitsCompared::AfterAdjustments);
    let steps = vec![MeteringStep {
        scope: Scope::Month,
        minimum: None,
        first_increment: None,
        increment: Some(positive("6")),
        direction: StepDirection::Up,
    }];
    let reading = |id: &str, steps, model| Reading {
        id: id.to_owned(),
        meaning: "As it is said".to_owned(),
        model,
        steps,
        allowance: None,
        zero_quantity: None,
        minimum_amount: Some(d("1")),
        maximum_amount: None,
        line_rounding: None,
        tier_rounding: None,
    };
    let model = PriceModel::PerUnit { price: exact("3"), per: Positive::ONE };
    let readings = vec![reading("a", None, Some(model)), reading("b", Some(steps), None)];
    windows.minimum_only_when_used = true;
    windows.spend_commitment = Some(SpendCommitment {
        committed: Committed::Quantity(d("10")),
        overage_factor: d("1.5"),
        charges_shortfall: true,
    });
    let mut read = charge("read", MeteringSource::Stated, windows.model.clone());
    read.readings = readings;
    let mut committed = charge("committed", MeteringSource::Stated, windows.model.clone());
    committed.spend_commitment = Some(SpendCommitment {
        committed: Committed::Amount(d("100")),
        overage_factor: d("0"),
        charges_shortfall: false,
    });
    let packs = |beyond, validity_months, recharge_below| {
        let packs = vec![Pack { size: positive("1000"), price: exact("8") }];
        PriceModel::Packs(Packs { packs, beyond, validity_months, recharge_below })
    };
    let amounts = vec![exact("10"), Interval::at_least(d("12"))];
    let computed = PriceModel::Computed { formula: "as agreed".to_owned(), amounts };
    let overage = BeyondPacks::Overage { price: exact("0.01"), per: positive("10") };
    vec![
        charge("computed", MeteringSource::Stated, computed),
        charge("percentage", MeteringSource::Stated, PriceModel::Percentage(percentage)),
        windows,
        read,
        committed,
        charge("overage", MeteringSource::Stated, packs(overage, None, None)),
        charge("stop", MeteringSource::Stated, packs(BeyondPacks::Stop { most: 4 }, None, None)),
        charge("renewal", MeteringSource::Stated, packs(BeyondPacks::Renewal, Some(12), Some(d("50")))),
    ]
}

fn offer() -> Offer {
    let note = |code: &str| vec![Note::new(code, "A sentence.", "seats[0]")];
    let mut charges = vec![seat_charge()];
    charges.extend(usage_charges());
    charges.extend(over_lines());
    charges.extend(event_charges());
    Offer::new(OfferParts {
        edition: Label::new("pro", "Pro"),
        purchase_option: Label::new("annual", "Paid by the year"),
        currency: Currency::USD,
        charges: charges.into_iter().map(Into::into).collect(),
        terms: Terms {
            minimum_months: 12,
            multiple_of_months: 12,
            renewal_months: Some(12),
            billing_period_months: None,
            recurring_in_arrears: true,
            minimum_seats: Some(d("3")),
            trial_days: Some(14),
            modules_addable: Some(true),
            modules_removable: Some(false),
            aligned_to: Alignment::CalendarMonth,
            renewal_uplift: Some(RenewalUplift {
                fraction: d("0.05"),
                compounding: Compounding::Compound,
                every: UpliftStep::Year,
            }),
        },
        conventions: Conventions {
            invoice_rounding: Some(Rounding { mode: RoundingMode::Down, scale: None }),
            month_days: Some(MonthDays::ThirtyAndHalf),
        },
        coverage: vec![CoverageStatement {
            path: "demand[0]".to_owned(),
            status: CoverageStatus::BilledByOthers,
            note: "The carrier bills it.".to_owned(),
        }],
        assumptions: note("a"),
        exclusions: note("b"),
        warnings: note("c"),
        sources: vec![SourceRef {
            sheet_id: "2026-01.toml".to_owned(),
            as_of: "2026-01".to_owned(),
            sha256: "ab".repeat(32),
            path: "editions.pro".to_owned(),
            uri: "https://example.com/pricing".to_owned(),
            confidence: Confidence::List,
        }],
        line_sets: line_sets(),
    })
    .unwrap()
}

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
        }],
        charging_models: vec!["per_unit".to_owned()],
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
