//! What holds between the fields of a metering rule.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::Violations;
use crate::charge::{
    Attempts, Combine, Legs, MatchValues, MeteringRule, MeteringSource, MeteringStep, Part, Scope,
};
use crate::meters;

/// Most parts of a combined quantity.
const MAX_PARTS: usize = 16;
/// Longest unanswered attempt in seconds.
const MAX_SECONDS: Decimal = Decimal::from_parts(86_400, 0, 0, false, 0);

/// What a rule belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Charge,
    /// What it counts becomes a part of a rule's quantity.
    Part,
}

pub(super) fn check_rule(rule: &MeteringRule, place: &str, owner: Owner, found: &mut Violations) {
    for step in &rule.steps {
        check_step(step, rule, place, owner, found);
    }
    if rule.steps.windows(2).any(|pair| matches!(pair, [a, b] if a.scope > b.scope)) {
        found.add(place, "found a metering step of a narrower scope after a wider one");
    }
    check_matches(&rule.matches, place, found);
    for except in &rule.except {
        if except.is_empty() {
            found.add(place, "found an exception without facts, expected at least one");
        }
        check_matches(except, place, found);
    }
    check_contacts(rule, place, found);
    if rule.daily_cap.is_some() && !rule.source.adds_up_over_days() {
        found.add(place, "found a daily cap on what does not add up over days");
    }
    match &rule.source {
        MeteringSource::Constant(quantity) if *quantity < Decimal::ZERO => {
            found.add(place, format!("found the constant quantity {quantity}, expected 0 or more"));
        }
        MeteringSource::Events(kinds) if kinds.is_empty() => {
            found.add(place, "found no event kind, expected at least one");
        }
        MeteringSource::Combined { .. } if owner == Owner::Part => {
            found.add(place, "found parts of a part, expected one level of parts");
        }
        MeteringSource::Combined { parts, how } => {
            check_parts(parts, *how, place, found);
            if parts.iter().any(|part| part.rule.meter_id == rule.meter_id) {
                let expected = "expected another one: what is stated of it is the whole";
                found.add(
                    place,
                    format!("found the meter {:?} of the whole in a part, {expected}", rule.meter_id),
                );
            }
        }
        _ => {}
    }
}

fn check_step(step: &MeteringStep, rule: &MeteringRule, place: &str, owner: Owner, found: &mut Violations) {
    if step.minimum.is_none() && step.increment.is_none() {
        found.add(place, "found a metering step without minimum and increment, expected one of them");
    }
    if step.first_increment.is_some() && step.increment.is_none() {
        found.add(place, "found a first increment without an increment");
    }
    let (fits, expected) = match step.scope {
        Scope::Segment => (matches!(rule.source, MeteringSource::Segments(_)), "on segments"),
        Scope::Contact => {
            // A stated meter has the events that the requirement states.
            let fits = matches!(
                rule.source,
                MeteringSource::Segments(_) | MeteringSource::Events(_) | MeteringSource::Stated
            );
            (fits, "on segments, events or a stated meter")
        }
        Scope::Day | Scope::Month if owner == Owner::Part => (false, "for the whole, not for a part"),
        Scope::Day => (rule.source.adds_up_over_days(), "on what adds up over days"),
        Scope::Month => (true, ""),
    };
    if !fits {
        found.add(place, format!("found a step of {:?} scope, expected one {expected}", step.scope));
    }
}

fn check_matches(matches: &BTreeMap<String, MatchValues>, place: &str, found: &mut Violations) {
    if matches.values().any(|values| matches!(values, MatchValues::AnyOf(values) if values.is_empty())) {
        found.add(place, "found a match without values");
    }
}

/// Legs and attempts are of contacts, and what they need is there.
fn check_contacts(rule: &MeteringRule, place: &str, found: &mut Violations) {
    let lengths = matches!(rule.source, MeteringSource::Segments(_));
    if rule.legs != Legs::Each && !lengths {
        found.add(place, "found a way to count legs, expected that only on segments");
    }
    if rule.attempts != Attempts::Answered && !lengths && rule.source != MeteringSource::Contacts {
        found.add(place, "found a choice of attempts, expected that only on contacts and segments");
    }
    match rule.unanswered_length {
        None if lengths && rule.counts_unanswered() => {
            found.add(place, "found lengths of unanswered attempts, expected the length of one of them");
        }
        Some(_) if !(lengths && rule.counts_unanswered()) => {
            let expected = "expected that only where lengths of unanswered attempts count";
            found.add(place, format!("found the length of an unanswered attempt, {expected}"));
        }
        Some(length) if length < Decimal::ZERO || length > MAX_SECONDS => {
            found.add(place, format!("found an attempt of {length} seconds, expected 0 to {MAX_SECONDS}"));
        }
        _ => {}
    }
}

fn check_parts(parts: &[Part], how: Combine, place: &str, found: &mut Violations) {
    if parts.is_empty() || parts.len() > MAX_PARTS {
        found.add(place, format!("found {} parts, expected 1 to {MAX_PARTS}", parts.len()));
    }
    let mut names = BTreeSet::new();
    for (index, part) in parts.iter().enumerate() {
        let place = format!("{place}.parts[{index}]");
        if part.name.is_empty() || !names.insert(part.name.as_str()) {
            found.add(&place, format!("found the name {:?}, expected a unique one", part.name));
        }
        let rule = &part.rule;
        check_rule(rule, &place, Owner::Part, found);
        if rule.daily_cap.is_some() || rule.monthly_cap.is_some() {
            found.add(&place, "found a cap of a part, expected one of the whole");
        }
        if !rule.meter_id.is_empty() && meters::meter(&rule.meter_id).is_none() {
            found.add(&place, format!("found the meter {:?}, expected one of the catalogue", rule.meter_id));
        }
        if rule.source == MeteringSource::Stated && rule.meter_id.is_empty() {
            found.add(&place, "found a stated part without a meter, expected the meter");
        }
        if matches!(rule.source, MeteringSource::Constant(_) | MeteringSource::Staffing(_)) {
            found.add(&place, "found a fixed quantity or people in a part, expected what is demanded");
        }
        if how == Combine::Dearest {
            let of_contacts = matches!(
                rule.source,
                MeteringSource::Segments(_) | MeteringSource::Events(_) | MeteringSource::Contacts
            );
            if !of_contacts || !rule.meter_id.is_empty() || rule.attempts != Attempts::Answered {
                let expected = "expected segments, events or answered contacts without a stated meter";
                found.add(&place, format!("found a part that no single contact has, {expected}"));
            }
        }
    }
}
