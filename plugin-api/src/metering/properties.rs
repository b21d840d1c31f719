//! What holds for every demand and every step.
#![allow(
    clippy::arithmetic_side_effects,
    reason = "a test may panic, so its decimals may use plain operators"
)]

use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

use super::fixtures::{asks, at_least, calls, d, segment, talk, up};
use super::{MeterError, meter};
use crate::charge::{
    Attempts, Combine, Legs, MeteringRule, MeteringSource, MeteringStep, Part, Positive, Scope, StepDirection,
};
use crate::requirement::SegmentKind::{Agent, Bot};
use crate::requirement::{Demand, Duration, Event, EventKind, MonthlyProfile, PerContact, Segment};

fn any_duration() -> impl Strategy<Value = Duration> {
    let seconds = (0_i64..5_000).prop_map(|tenths| Decimal::new(tenths, 1));
    let sample = (seconds.clone(), (1_i64..9).prop_map(Decimal::from));
    prop_oneof![
        seconds.prop_map(Duration::Fixed),
        (1_i64..9_000).prop_map(|tenths| Duration::Exponential { mean: Decimal::new(tenths, 1) }),
        proptest::collection::vec(sample, 1..6).prop_map(Duration::Samples),
    ]
}

fn any_segments() -> impl Strategy<Value = Vec<Segment>> {
    let share = (1_i64..=100).prop_map(|percent| Decimal::new(percent, 2));
    let one = (share, any_duration()).prop_map(|(share, duration)| Segment { kind: Agent, share, duration });
    proptest::collection::vec(one, 1..4)
}

fn billed(contacts: &[Decimal], segments: &[Segment], rule: &MeteringRule) -> (Decimal, Decimal) {
    let demand = contacts
        .iter()
        .map(|contacts| calls(MonthlyProfile::constant(*contacts).unwrap(), segments.to_vec()))
        .collect();
    let metered = meter(&asks(demand), rule, 1).unwrap();
    (metered.demanded.get(0), metered.billed.get(0))
}

proptest! {
    #[test]
    fn rounding_up_never_bills_less_and_down_never_more(
        segments in any_segments(),
        contacts in 0_i64..100_000,
        increment in 1_u32..700,
        scope in prop_oneof![Just(Scope::Segment), Just(Scope::Contact), Just(Scope::Month)],
    ) {
        let step = up(scope, &increment.to_string());
        let last = d("0.000001");
        let (demanded, more) = billed(&[contacts.into()], &segments, &talk().step(step));
        prop_assert!(more + last >= demanded, "{more} {demanded}");
        let down = MeteringStep { direction: StepDirection::Down, ..step };
        let (demanded, less) = billed(&[contacts.into()], &segments, &talk().step(down));
        // A product of contacts and an expectation of nine places.
        prop_assert!(less <= demanded + last + Decimal::from(contacts) * d("0.000000005"), "{less} {demanded}");
    }

    #[test]
    fn every_contact_pays_the_minimum(
        duration in any_duration(),
        contacts in 1_i64..100_000,
        minimum in 1_u32..700,
    ) {
        let zero = match &duration {
            Duration::Fixed(seconds) => seconds.is_zero(),
            Duration::Exponential { .. } | Duration::Lognormal { .. } => false,
            Duration::Samples(samples) => samples.iter().any(|(seconds, _)| seconds.is_zero()),
        };
        prop_assume!(!zero);
        let segments = [Segment { kind: Agent, share: Decimal::ONE, duration }];
        let (_, paid) = billed(&[contacts.into()], &segments, &talk().step(at_least(Scope::Contact, &minimum.to_string())));
        prop_assert!(paid >= Decimal::from(minimum) * Decimal::from(contacts));
    }

    #[test]
    fn an_exponential_bills_between_its_mean_and_one_increment_more(mean in 1_i64..90_000, increment in 1_i64..9_000) {
        let (mean, increment) = (Decimal::new(mean, 1), Decimal::new(increment, 1));
        let segments = [segment(Agent, "1", Duration::Exponential { mean })];
        let (demanded, paid) = billed(&[d("1")], &segments, &talk().step(up(Scope::Contact, &increment.to_string())));
        prop_assert_eq!(demanded, mean);
        prop_assert!(paid >= mean && paid <= mean + increment, "{} by {} is {}", mean, increment, paid);
    }

    #[test]
    fn two_demands_with_half_the_contacts_each_bill_the_same(
        segments in any_segments(),
        half in 0_i64..100_000,
        increment in 1_u32..700,
    ) {
        let rule = talk().step(up(Scope::Contact, &increment.to_string()));
        let half = Decimal::from(half);
        let whole = billed(&[half + half], &segments, &rule);
        let halves = billed(&[half, half], &segments, &rule);
        prop_assert!((whole.0 - halves.0).abs() < d("0.00000000001"));
        prop_assert_eq!(whole.1, halves.1);
        prop_assert_eq!(whole, billed(&[half + half], &segments, &rule));
        // The order of a contact's segments is no part of its price.
        let reversed: Vec<_> = segments.iter().rev().cloned().collect();
        prop_assert!((billed(&[half + half], &reversed, &rule).1 - whole.1).abs() <= d("0.000001"));
    }
}

/// Any length, whose sums may have no closed form.
fn wild_duration() -> impl Strategy<Value = Duration> {
    let lognormal = (1_i64..864_000, 1_i64..1_000)
        .prop_map(|(mean, cv)| Duration::Lognormal { mean: Decimal::new(mean, 1), cv: Decimal::new(cv, 2) });
    prop_oneof![3 => any_duration(), 1 => lognormal]
}

fn wild_demand() -> impl Strategy<Value = Demand> {
    let share = prop_oneof![Just(100_i64), 1_i64..=100].prop_map(|percent| Decimal::new(percent, 2));
    let segment = (select(vec![Agent, Bot]), share, wild_duration())
        .prop_map(|(kind, share, duration)| Segment { kind, share, duration });
    let weight = (1_i64..9).prop_map(Decimal::from);
    let samples = proptest::collection::vec(((0_i64..50).prop_map(Decimal::from), weight), 1..4);
    let counts = prop_oneof![
        (0_i64..100).prop_map(|tenths| PerContact::Mean(Decimal::new(tenths, 1))),
        (0_i64..100).prop_map(|count| PerContact::Mean(count.into())),
        samples.prop_map(PerContact::Samples),
    ];
    let event = (select(vec![EventKind::Turn, EventKind::Action]), counts)
        .prop_map(|(kind, per_contact)| Event { kind, per_contact });
    let parts = (proptest::collection::vec(segment, 0..4), proptest::collection::vec(event, 0..3));
    let said = (of(1_u32..=8), of(10_i64..50), of(prop_oneof![Just(21_u32), 1..=31_u32]), of(1_i64..=100));
    (0_i64..100_000, parts, said).prop_map(|(contacts, (segments, events), said)| {
        let (legs, attempts, active_days_per_month, busy) = said;
        Demand {
            events,
            legs,
            attempts_per_contact: attempts.map(|tenths| Decimal::new(tenths, 1)),
            active_days_per_month,
            busy_hour_share: busy.map(|percent| Decimal::new(percent, 2)),
            ..calls(MonthlyProfile::constant(contacts.into()).unwrap(), segments)
        }
    })
}

fn wild_steps(scopes: Vec<Scope>) -> impl Strategy<Value = Vec<MeteringStep>> {
    let step = (select(scopes), of(1_i64..3_000), of(1_i64..3_000)).prop_map(|(scope, minimum, first)| {
        let tenths = |value: i64| Decimal::new(value, 1);
        let first_increment = first.map(|first| Positive::new(tenths(first)).unwrap());
        MeteringStep { minimum: minimum.map(tenths), first_increment, ..up(scope, "6") }
    });
    proptest::collection::vec(step, 0..3).prop_map(|mut steps| {
        steps.sort_by_key(|step| step.scope);
        steps
    })
}

/// A rule on what a contact has.
fn wild_rule(scopes: Vec<Scope>) -> impl Strategy<Value = MeteringRule> {
    let source = select(vec![
        MeteringSource::Segments(vec![]),
        MeteringSource::Segments(vec![Bot]),
        MeteringSource::Events(vec![EventKind::Turn, EventKind::Action]),
        MeteringSource::Events(vec![EventKind::Action]),
        MeteringSource::Contacts,
    ]);
    let attempts = select(vec![Attempts::Answered, Attempts::All, Attempts::Unanswered]);
    let legs = select(vec![Legs::Each, Legs::One, Legs::Mean]);
    (source, wild_steps(scopes), attempts, legs, 0_i64..600).prop_map(
        |(source, mut steps, attempts, legs, ring)| {
            let lengths = matches!(source, MeteringSource::Segments(_));
            let events = matches!(source, MeteringSource::Events(_));
            steps.retain(|step| match step.scope {
                Scope::Segment => lengths,
                Scope::Contact => lengths || events,
                Scope::Day | Scope::Month => true,
            });
            let attempts = if events { Attempts::Answered } else { attempts };
            let ring = (lengths && attempts != Attempts::Answered).then(|| Decimal::new(ring, 1));
            let legs = if lengths { legs } else { Legs::Each };
            MeteringRule { attempts, legs, unanswered_length: ring, steps, ..MeteringRule::new("", source) }
        },
    )
}

fn wild_whole() -> impl Strategy<Value = MeteringRule> {
    let all = vec![Scope::Segment, Scope::Contact, Scope::Day, Scope::Month];
    let part = (wild_rule(vec![Scope::Segment, Scope::Contact]), 1_i64..50).prop_map(|(mut rule, factor)| {
        rule.factor = Positive::new(Decimal::new(factor, 1)).unwrap();
        Part { name: "part".to_owned(), rule }
    });
    let how = select(vec![Combine::Sum, Combine::Dearest]);
    let combined = (proptest::collection::vec(part, 1..4), how, wild_steps(vec![Scope::Day, Scope::Month]))
        .prop_map(|(parts, how, steps)| MeteringRule {
            steps,
            ..MeteringRule::new("", MeteringSource::Combined { parts, how })
        });
    let staffing = Just(MeteringRule::new("", MeteringSource::Staffing(None)));
    let caps = (of(1_i64..1_000_000), of(1_i64..100_000_000));
    (prop_oneof![4 => wild_rule(all), 4 => combined, 1 => staffing], caps).prop_map(|(rule, caps)| {
        let cap = |cap: Option<i64>| cap.map(|cap| Positive::new(cap.into()).unwrap());
        let daily_cap = cap(caps.0.filter(|_| rule.source.adds_up_over_days()));
        MeteringRule { meter_id: "units".to_owned(), daily_cap, monthly_cap: cap(caps.1), ..rule }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_demand_is_counted_or_refused_and_always_alike(
        demand in proptest::collection::vec(wild_demand(), 0..4),
        rule in wild_whole(),
    ) {
        let asked = asks(demand);
        let found = meter(&asked, &rule, 3);
        prop_assert_eq!(&found, &meter(&asked, &rule, 3));
        match found {
            Ok(metered) => {
                let (demanded, billed) = (metered.demanded.get(0), metered.billed.get(0));
                // Steps that only go up bill no less than what is demanded, whichever part is the dearest.
                let slack = d("0.00001") + demanded * d("0.000000001");
                prop_assert!(billed + slack >= demanded, "{billed} of {demanded}: {:?}", metered.derivation);
                for (cap, most) in [(rule.daily_cap, Decimal::from(31)), (rule.monthly_cap, Decimal::ONE)] {
                    prop_assert!(cap.is_none_or(|cap| demanded <= cap.get() * most));
                }
                let last = metered.derivation.last().map(|step| step.quantity.get(0));
                prop_assert_eq!(last, Some(billed));
            }
            // These are answers; whatever else is refused would be a fault of this test.
            Err(MeterError::Lengths { .. } | MeterError::EventMean { .. } | MeterError::ActiveDays { .. }
                | MeterError::OverCap { .. } | MeterError::Staffing { .. }) => {}
            Err(MeterError::Rule(_)) => {
                let dearest = matches!(rule.source, MeteringSource::Combined { how: Combine::Dearest, .. });
                prop_assert!(dearest);
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}
