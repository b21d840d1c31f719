//! An offer that holds every field that an offer can hold, for what is written and read again.

use std::collections::BTreeMap;

use iso_currency::Currency;
use jiff::civil::date;
use rust_decimal::Decimal;

use crate::capability::{CapabilityStatement, CapabilityStatus};
use crate::charge::*;
use crate::interval::Interval;
use crate::line_set::{LineSet, Off, Remainder, SetDiscount, SetRule, Spread};
use crate::money::{Rounding, RoundingMode};
use crate::offer::{
    Alignment, Compounding, Conventions, CoverageStatement, CoverageStatus, Label, MonthDays, Note, Offer,
    OfferParts, OfferRange, RenewalUplift, ServiceTerms, SourceRef, Tax, Terms, UpliftStep,
};
use crate::requirement::{EventKind, SegmentKind};

pub(super) fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(super) fn exact(text: &str) -> Interval {
    Interval::exact(d(text))
}

pub(super) fn positive(text: &str) -> Positive {
    Positive::new(d(text)).unwrap()
}

pub(super) fn ladder() -> Tiers {
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

pub(super) fn charge(id: &str, source: MeteringSource, model: PriceModel) -> Charge {
    let metering = MeteringRule::new("seats_named", source);
    Charge::new(id, "A charge", Category::Recurring, metering, model, Cycle::Month)
}

pub(super) fn seat_charge() -> Charge {
    let seats = SeatFilter { basis: SeatBasis::Named, roles: vec!["agent".to_owned()] };
    let price = Interval::new(d("10"), Some(d("12.5"))).unwrap();
    let months = Some(MonthWindow { first_month: 2, months: Some(6) });
    let dates =
        |basis| Some(DateWindow { from: Some(date(2026, 1, 1)), to: Some(date(2026, 12, 31)), basis });
    let adjustment = |id: &str, effect| Adjustment {
        id: id.into(),
        reason: "Because".into(),
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

pub(super) fn usage_charges() -> Vec<Charge> {
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

pub(super) fn over_lines() -> Vec<Charge> {
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

pub(super) fn line_sets() -> Vec<LineSet> {
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

pub(super) fn event_charges() -> Vec<Charge> {
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
    windows.over_months = Some(OverMonths::Mean);
    windows.spend_commitment = Some(SpendCommitment {
        committed: Committed::Quantity(d("10")),
        overage_factor: d("1.5"),
        charges_shortfall: true,
    });
    let mut read = charge("read", MeteringSource::Stated, windows.model.clone());
    read.readings = readings;
    let each = PriceModel::PerUnit { price: exact("99"), per: Positive::ONE };
    let mut daily = charge("daily", MeteringSource::Stated, each);
    (daily.cycle, daily.cycle_days) = (Cycle::Day, Some(30));
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
        daily,
        committed,
        charge("overage", MeteringSource::Stated, packs(overage, None, None)),
        charge("stop", MeteringSource::Stated, packs(BeyondPacks::Stop { most: 4 }, None, None)),
        charge("renewal", MeteringSource::Stated, packs(BeyondPacks::Renewal, Some(12), Some(d("50")))),
    ]
}

pub(super) fn offer() -> Offer {
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
            service: ServiceTerms {
                availability: Some(d("0.9995")),
                notice_days: Some(30),
                price_lock_months: Some(24),
                support_weekly_hours: Some(168),
            },
        },
        conventions: Conventions {
            invoice_rounding: Some(Rounding { mode: RoundingMode::Down, scale: None }),
            month_days: Some(MonthDays::ThirtyAndHalf),
            tax: Some(Tax { name: "VAT".to_owned(), rate: d("0.06"), included: true }),
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
        holds_for: OfferRange { seats_from: Some(d("3")), seats_to: None, demand_to: Some(d("1.5")) },
        capabilities: vec![CapabilityStatement {
            capability_id: "recording".to_owned(),
            status: CapabilityStatus::AddOn,
            module_id: Some("recorder".to_owned()),
            note: "kept for a year".to_owned(),
            uri: "https://example.com/functions".to_owned(),
            edition_ids: Vec::new(),
        }],
    })
    .unwrap()
}
