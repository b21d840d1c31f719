//! Any rule of what is counted.

use proptest::prelude::*;
use quotient_plugin_api::charge::{
    Combine, MeteringRule, MeteringSource, MeteringStep, Part, Positive, Scope, StepDirection,
};
use rust_decimal::Decimal;

use crate::support::named;

/// Any rule, whose source is mostly a plain one.
pub fn rule() -> impl Strategy<Value = MeteringRule> {
    prop_oneof![4 => source(), 1 => derived()]
}

fn source() -> impl Strategy<Value = MeteringRule> {
    let constant = (0..20_u32).prop_map(|quantity| ("flat", MeteringSource::Constant(quantity.into())));
    prop_oneof![
        3 => Just(("seats_named", MeteringSource::Seats(named()))),
        2 => Just(("emails", MeteringSource::Stated)),
        1 => Just(("contacts", MeteringSource::Contacts)),
        1 => constant,
    ]
    .prop_map(|(meter, source)| MeteringRule::new(meter, source))
}

/// Contacts in blocks of a day, or credits of stated messages and of contacts.
fn derived() -> impl Strategy<Value = MeteringRule> {
    let part = |name: &str, meter: &str, source, factor: i64| Part {
        name: name.to_owned(),
        rule: MeteringRule {
            factor: Positive::new(Decimal::new(factor, 1)).unwrap(),
            ..MeteringRule::new(meter, source)
        },
    };
    let combined = (1_i64..50, 1_i64..50).prop_map(move |(message, contact)| {
        let parts = vec![
            part("messages", "emails", MeteringSource::Stated, message),
            part("contacts", "", MeteringSource::Contacts, contact),
        ];
        MeteringRule::new("copilot_credits", MeteringSource::Combined { parts, how: Combine::Sum })
    });
    let blocks = (1_u32..50).prop_map(|size| {
        let increment = Some(Positive::new(size.into()).unwrap());
        let step = MeteringStep {
            scope: Scope::Day,
            minimum: None,
            first_increment: None,
            increment,
            direction: StepDirection::Up,
        };
        MeteringRule::new("contacts", MeteringSource::Contacts).step(step)
    });
    prop_oneof![combined, blocks]
}
