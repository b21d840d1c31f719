//! What holds for every demand and every step.
// A test may panic, so its decimals may use plain operators.
#![allow(clippy::arithmetic_side_effects)]

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::fixtures::{asks, at_least, calls, d, segment, talk, up};
use super::meter;
use crate::charge::{MeteringRule, MeteringStep, Scope, StepDirection};
use crate::requirement::SegmentKind::Agent;
use crate::requirement::{Duration, MonthlyProfile, Segment};

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
