//! Any requirement and any offer.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan as _};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use quotient_plugin_api::charge::{
    Adjustment, AdjustmentBase, Allowance, AllowanceTier, BeyondPacks, Category, Charge, Commitment,
    CommitmentKind, Committed, Condition, Crossing, Cycle, DateBasis, DateWindow, Effect, FreeEvents,
    LimitsCompared, MeteringSource, MonthWindow, Pack, Packs, PartialPackage, Percentage, Positive,
    PriceModel, Priced, Proration, ProrationUnit, SpendCommitment, StepAccumulation, Subject, Tier,
    TierBound, TierLookup, Tiers, ZeroQuantity,
};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::money::{Rounding, RoundingMode, currency};
use quotient_plugin_api::offer::{Conventions, MonthDays, Offer, OfferParts, Terms};
use quotient_plugin_api::requirement::{
    Channel, Demand, Direction, MeterReading, MonthlyProfile, Purchase, Requirement, SeatGroup,
};
use rust_decimal::Decimal;

use crate::any_rule::rule;
use crate::support::{named, new, parts};

/// How large numbers are: so that all sums stay below 10^13, where they are exact, or anything that fits.
#[derive(Debug, Clone, Copy)]
pub enum Size {
    Usual,
    Any,
}

impl Size {
    pub fn decimal(self) -> BoxedStrategy<Decimal> {
        let usual = (0_i64..100_000, 0_u32..5).prop_map(|(digits, scale)| Decimal::new(digits, scale));
        match self {
            Self::Usual => prop_oneof![8 => usual, 1 => Just(Decimal::ZERO)].boxed(),
            Self::Any => {
                let digits = 0_i128..=79_228_162_514_264_337_593_543_950_335;
                let any = (digits, 0_u32..=28)
                    .prop_map(|(digits, scale)| Decimal::from_i128_with_scale(digits, scale));
                prop_oneof![1 => usual, 2 => any, 1 => Just(Decimal::MAX)].boxed()
            }
        }
    }

    pub fn price(self) -> BoxedStrategy<Interval> {
        let ends = (self.decimal(), self.decimal());
        prop_oneof![
            4 => self.decimal().prop_map(Interval::exact),
            1 => ends.prop_map(|(a, b)| Interval::new(a.min(b), Some(a.max(b))).unwrap()),
            1 => self.decimal().prop_map(Interval::at_least),
        ]
        .boxed()
    }

    fn positive(self) -> BoxedStrategy<Positive> {
        let any = self.decimal().prop_filter_map("positive", |value| Positive::new(value).ok());
        prop_oneof![2 => Just(Positive::ONE), 1 => any].boxed()
    }
}

pub fn select<T: Clone + std::fmt::Debug + 'static>(values: &[T]) -> impl Strategy<Value = T> + use<T> {
    proptest::sample::select(values.to_vec())
}

fn day() -> impl Strategy<Value = Date> {
    (0_i64..2_000).prop_map(|days| date(2024, 1, 1).checked_add(days.days()).unwrap())
}

fn months() -> impl Strategy<Value = u32> {
    prop_oneof![select(&[1, 2, 3, 12, 24, 36, 120]), 1..=120_u32]
}

fn profile(whole: bool) -> impl Strategy<Value = MonthlyProfile> {
    let value = prop_oneof![Just(0_i64), 0..60_i64, 0..10_000_i64];
    let growth =
        prop_oneof![3 => Just(Decimal::ZERO), 1 => (-9_i64..3).prop_map(|step| Decimal::new(step, 2))];
    (vec(value, 1..5), growth).prop_map(move |(values, growth)| {
        let scale = if whole { 0 } else { 2 };
        let values = values.into_iter().map(|value| Decimal::new(value, scale)).collect();
        let profile = if whole { MonthlyProfile::whole } else { MonthlyProfile::new };
        profile(values, growth).unwrap()
    })
}

fn purchase(start: Date) -> impl Strategy<Value = Purchase> {
    let expand = (1_i64..3_600, of(0_u32..20)).prop_map(move |(days, held)| Purchase::Expand {
        co_term_date: start.checked_add(Span::new().days(days)).unwrap(),
        held_seats: held.map(|held| ("agent".to_owned(), held.into())).into_iter().collect(),
    });
    prop_oneof![2 => months().prop_map(|term_months| Purchase::New { term_months }), 1 => expand]
}

/// E-mails as stated: a profile, or the single events of each month.
fn reading() -> impl Strategy<Value = MeterReading> {
    let event = (0_i64..5_000).prop_map(|digits| Decimal::new(digits, 1));
    let events = prop_oneof![1 => Just(Vec::new()), 1 => vec(event, 1..6)];
    (profile(false), events).prop_map(|(profile, events)| MeterReading {
        meter_id: "emails".to_owned(),
        quantity: match events.is_empty() {
            true => profile,
            false => MonthlyProfile::constant(events.iter().sum()).unwrap(),
        },
        base_units: Decimal::ONE,
        attributes: BTreeMap::new(),
        events,
    })
}

/// Any requirement that the wire lets in, but for its horizon, which may be shorter than the term.
pub fn requirement() -> impl Strategy<Value = Requirement> {
    let dates = day().prop_flat_map(|start| (Just(start), day(), purchase(start)));
    let quantities = (of(profile(true)), of(profile(true)), of(reading()), of(profile(false)));
    (dates, months(), quantities).prop_map(|((start_date, pricing_date, purchase), horizon, quantities)| {
        let (agents, leads, stated, contacts) = quantities;
        let group = |role: &str, named| SeatGroup { role: role.to_owned(), named, peak_concurrent: None };
        let seats = [agents.map(|seats| group("agent", seats)), leads.map(|seats| group("lead", seats))];
        let demand = contacts.map(|contacts| Demand {
            attributes: BTreeMap::new(),
            ..Demand::new("demand-1", Channel::Chat, Direction::Inbound, contacts)
        });
        Requirement {
            start_date,
            pricing_date,
            purchase,
            seats: seats.into_iter().flatten().collect(),
            meters: stated.into_iter().collect(),
            demand: demand.into_iter().collect(),
            ..new(1, horizon)
        }
    })
}

fn tiers(size: Size) -> impl Strategy<Value = Tiers> {
    let limits = (weighted(0.1, size.decimal()), weighted(0.1, size.decimal()));
    let rung =
        (size.decimal(), size.price(), weighted(0.2, size.price()), weighted(0.2, size.positive()), limits);
    let bound = select(&[TierBound::Inclusive, TierBound::Exclusive]);
    (vec(rung, 1..5), bound).prop_filter_map("ascending", |(rungs, bound)| {
        let mut bounds: Vec<_> = rungs.iter().map(|(bound, ..)| *bound).collect();
        bounds.sort();
        let last = rungs.len() - 1;
        let rungs = rungs.into_iter().enumerate();
        let tiers = rungs.map(|(index, (_, unit_price, flat_amount, package_size, limits))| {
            let up_to = (index < last).then(|| bounds[index]);
            let (minimum_amount, maximum_amount) = limits;
            Tier { up_to, unit_price, flat_amount, package_size, minimum_amount, maximum_amount }
        });
        Some(Tiers::new(tiers.collect()).ok()?.with_bound(bound))
    })
}

fn model(size: Size) -> impl Strategy<Value = PriceModel> {
    let lookup = of(select(&[TierLookup::Ceiling, TierLookup::Floor]));
    let accumulation = select(&[StepAccumulation::Reached, StepAccumulation::Sum]);
    let partial = of(select(&[
        PartialPackage::Up,
        PartialPackage::Down,
        PartialPackage::Prorated,
        PartialPackage::Nearest,
    ]));
    prop_oneof![
        (size.price(), any::<bool>())
            .prop_map(|(amount, only_when_used)| PriceModel::Flat { amount, only_when_used }),
        (size.price(), size.positive()).prop_map(|(price, per)| PriceModel::PerUnit { price, per }),
        (tiers(size), size.positive()).prop_map(|(tiers, per)| PriceModel::Graduated { tiers, per }),
        (tiers(size), size.positive(), lookup).prop_map(|(tiers, per, lookup)| PriceModel::Volume {
            tiers,
            per,
            lookup
        }),
        (tiers(size), accumulation)
            .prop_map(|(steps, accumulation)| PriceModel::StairStep { steps, accumulation }),
        (size.positive(), size.price(), partial, 0_u32..3).prop_map(|(size, price, partial, least)| {
            PriceModel::Package { size, price, partial, minimum_packages: Decimal::from(least) }
        }),
        percentage(size).prop_map(PriceModel::Percentage),
        packs().prop_map(PriceModel::Packs),
    ]
}

/// Packs of a few thousand at most: how many are bought is a whole number of 32 bits.
fn packs() -> impl Strategy<Value = Packs> {
    let exact = (1_i64..5_000).prop_map(|digits| Interval::exact(Decimal::new(digits, 1)));
    let pack = (1_i64..5_000, exact.clone())
        .prop_map(|(size, price)| Pack { size: Positive::new(size.into()).unwrap(), price });
    let overage = (exact, 1_i64..100)
        .prop_map(|(price, per)| BeyondPacks::Overage { price, per: Positive::new(per.into()).unwrap() });
    let beyond = prop_oneof![
        Just(BeyondPacks::Renewal),
        overage,
        (1_u32..5_000).prop_map(|most| BeyondPacks::Stop { most }),
    ];
    (vec(pack, 1..4), beyond, weighted(0.3, 1_u32..15), weighted(0.3, 0_i64..500)).prop_map(
        |(packs, beyond, validity, level)| {
            let validity_months = validity.filter(|_| beyond == BeyondPacks::Renewal);
            let recharge_below = level.filter(|_| validity_months.is_some()).map(Decimal::from);
            Packs { packs, beyond, validity_months, recharge_below }
        },
    )
}

fn percentage(size: Size) -> impl Strategy<Value = Percentage> {
    let crossing = select(&[Crossing::Excess, Crossing::Whole, Crossing::Free]);
    let free = (1_u32..4, of(size.positive()), crossing).prop_map(|(events, amount, crossing)| FreeEvents {
        events: Some(events),
        amount: amount.map(Positive::get),
        crossing,
    });
    let limits = (weighted(0.3, size.decimal()), weighted(0.3, size.decimal()));
    (tiers(size), weighted(0.3, size.price()), limits, weighted(0.3, free)).prop_map(
        |(tiers, fixed_per_event, (least, most), free)| Percentage {
            tiers,
            fixed_per_event,
            minimum_per_event: least,
            maximum_per_event: most.map(|most| most.max(least.unwrap_or_default())),
            free,
        },
    )
}

fn spend(size: Size) -> impl Strategy<Value = SpendCommitment> {
    let committed = (size.decimal(), any::<bool>()).prop_map(|(value, money)| match money {
        true => Committed::Amount(value),
        false => Committed::Quantity(value),
    });
    (committed, 0_i64..50, any::<bool>()).prop_map(|(committed, tenths, charges_shortfall)| {
        let overage_factor = Decimal::new(tenths, 1);
        SpendCommitment { committed, overage_factor, charges_shortfall }
    })
}

pub fn rounding() -> impl Strategy<Value = Rounding> {
    use RoundingMode::{Down, HalfEven, HalfUp, Up};
    (select(&[HalfUp, HalfEven, Up, Down]), of(0_u32..5)).prop_map(|(mode, scale)| Rounding { mode, scale })
}

pub fn date_window() -> impl Strategy<Value = DateWindow> {
    (of(day()), of(day()), select(&[DateBasis::Order, DateBasis::Service]))
        .prop_map(|(from, to, basis)| DateWindow { from, to, basis })
}

pub fn month_window() -> impl Strategy<Value = MonthWindow> {
    (1..30_u32, of(1..30_u32)).prop_map(|(first_month, months)| MonthWindow { first_month, months })
}

fn adjustment(size: Size) -> impl Strategy<Value = Adjustment> {
    let percent = prop_oneof![2 => -100_i64..=0, 1 => 0..50_i64].prop_map(|percent| Decimal::new(percent, 2));
    let fraction = (percent.clone(), prop_oneof![3 => Just(None), 1 => percent.prop_map(Some)]);
    let fraction =
        (fraction, select(&[AdjustmentBase::List, AdjustmentBase::Running])).prop_map(|((a, b), base)| {
            let b = b.unwrap_or(a);
            Effect::Fraction { fraction: Interval::new(a.min(b), Some(a.max(b))).unwrap(), base }
        });
    let amount = (size.decimal(), any::<bool>())
        .prop_map(|(amount, off)| Effect::Amount(Interval::exact(if off { -amount } else { amount })));
    let unit_fraction =
        (-100_i64..50).prop_map(|percent| Effect::UnitFraction(Interval::exact(Decimal::new(percent, 2))));
    let unit_amount = (size.decimal(), any::<bool>())
        .prop_map(|(amount, off)| Effect::UnitAmount(Interval::exact(if off { -amount } else { amount })));
    let subject = select(&[
        Subject::CommittedQuantity,
        Subject::BilledQuantity,
        Subject::TermMonths,
        Subject::ListAmount,
    ]);
    let condition = (subject, 0..30_u32).prop_map(|(subject, least)| Condition {
        subject,
        at_least: Some(least.into()),
        at_most: None,
    });
    let windows = (weighted(0.2, date_window()), weighted(0.2, month_window()));
    (
        prop_oneof![6 => fraction, 2 => amount, 1 => unit_fraction, 1 => unit_amount],
        vec(condition, 0..2),
        windows,
        weighted(0.2, rounding()),
    )
        .prop_map(|(effect, conditions, (dates, months), rounding)| Adjustment {
            id: "".into(),
            reason: "".into(),
            effect,
            conditions,
            dates,
            months,
            sources: Vec::new(),
            rounding,
        })
}

fn computed(size: Size) -> impl Strategy<Value = PriceModel> {
    vec(size.price(), 1..5)
        .prop_map(|amounts| PriceModel::Computed { formula: "as agreed".to_owned(), amounts })
}

fn charge(size: Size) -> impl Strategy<Value = Charge> {
    use Cycle::{Day, Month, Once, Quarter, Term, Year};
    let base = (
        rule(),
        prop_oneof![9 => model(size), 1 => computed(size)],
        select(&[Day, Month, Month, Quarter, Year, Term, Once]),
        any::<bool>(),
    );
    let tier = prop_oneof![3 => Just(AllowanceTier::Net), 1 => Just(AllowanceTier::Gross)];
    let allowance = (size.decimal(), any::<bool>(), tier).prop_map(|(quantity, pooled, tier)| Allowance {
        per_seat: pooled.then(named),
        tier,
        ..Allowance::of(quantity)
    });
    let limits = (weighted(0.2, size.decimal()), weighted(0.2, size.decimal()));
    let kinds = [CommitmentKind::Flex, CommitmentKind::PeakOfTerm, CommitmentKind::Ratchet];
    let commitment = (select(&kinds), 0..5_u32, any::<bool>()).prop_map(|(kind, least, held)| Commitment {
        kind,
        minimum_quantity: least.into(),
        minimum_counts_held: held,
    });
    let units = [ProrationUnit::StartedMonth, ProrationUnit::Day];
    let proration = (select(&units), size.positive(), any::<bool>())
        .prop_map(|(unit, divisor, capped)| Proration::new(unit, divisor, capped));
    let rest = (
        weighted(0.3, allowance),
        limits,
        vec(adjustment(size), 0..4),
        commitment,
        (weighted(0.2, month_window()), weighted(0.2, date_window())),
        of(proration),
        (weighted(0.2, rounding()), weighted(0.2, rounding())),
        of(select(&[ZeroQuantity::NoCharge, ZeroQuantity::FirstTier])),
        (
            weighted(0.1, spend(size)),
            of(select(&[LimitsCompared::BeforeAdjustments, LimitsCompared::AfterAdjustments])),
            weighted(0.1, rounding()),
            prop_oneof![4 => Just(Priced::Together), 1 => Just(Priced::EachEvent)],
        ),
    );
    (base, rest).prop_map(|((rule, model, cycle, usage), rest)| {
        let (
            allowance,
            (minimum, maximum),
            mut adjustments,
            commitment,
            windows,
            proration,
            roundings,
            zero,
            last,
        ) = rest;
        for (index, adjustment) in adjustments.iter_mut().enumerate() {
            adjustment.id = format!("a{index}").into();
        }
        let is_committed = matches!(rule.source, MeteringSource::Seats(_) | MeteringSource::Constant(_));
        if !is_committed {
            let of_seats = |condition: &Condition| condition.subject == Subject::CommittedQuantity;
            adjustments.iter_mut().for_each(|a| a.conditions.retain(|condition| !of_seats(condition)));
        }
        let category = match cycle {
            Once => Category::OneTime,
            _ if usage => Category::Usage,
            _ => Category::Recurring,
        };
        let mut charge = Charge::new("", "", category, rule, model, cycle);
        if is_committed {
            charge.commitment = commitment;
        }
        charge.allowance = allowance;
        charge.minimum_amount = minimum;
        charge.maximum_amount = maximum.map(|maximum| maximum.max(minimum.unwrap_or_default()));
        (charge.months, charge.dates) = windows;
        charge.adjustments = adjustments;
        charge.proration = proration;
        (charge.line_rounding, charge.tier_rounding) = roundings;
        charge.zero_quantity = zero;
        (charge.spend_commitment, charge.limits_compared, charge.unit_price_rounding, charge.priced) = last;
        charge
    })
}

fn terms() -> impl Strategy<Value = Terms> {
    let months = || select(&[1, 1, 2, 3, 5, 12, 24]);
    (months(), months(), of(months()), of(months()), any::<bool>()).prop_map(
        |(
            minimum_months,
            multiple_of_months,
            renewal_months,
            billing_period_months,
            recurring_in_arrears,
        )| {
            Terms {
                minimum_months,
                multiple_of_months,
                renewal_months,
                billing_period_months,
                recurring_in_arrears,
                ..Terms::default()
            }
        },
    )
}

/// Any offer that fits together.
pub fn offer(size: Size) -> impl Strategy<Value = OfferParts> {
    use MonthDays::{Calendar, Thirty, ThirtyAndHalf, YearTwelfth};
    let month_days = of(select(&[Calendar, Thirty, ThirtyAndHalf, YearTwelfth]));
    // One charge that does not fit leaves the others.
    let fits = |charge: &Charge| {
        let charge = Charge { id: "id".to_owned(), ..charge.clone() };
        Offer::new(parts(Terms::default(), &[charge])).is_ok()
    };
    let charge = charge(size).prop_filter("fits together", fits);
    (vec(charge, 1..4), terms(), of(rounding()), month_days, select(&["CNY", "JPY", "KWD"])).prop_map(
        |(mut charges, terms, invoice_rounding, month_days, code)| {
            for (index, charge) in charges.iter_mut().enumerate() {
                charge.id = format!("c{index}");
            }
            OfferParts {
                currency: currency(code).unwrap(),
                conventions: Conventions { invoice_rounding, month_days, tax: None },
                ..parts(terms, &charges)
            }
        },
    )
}
