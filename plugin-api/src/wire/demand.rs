//! Contacts from the wire: their timed and counted parts, and the facts that prices depend on.

use std::collections::BTreeMap;

use quotient_proto::google::r#type as google;
use quotient_proto::v1;
use rust_decimal::Decimal;

use super::found::{Found, Least};
use super::requirement::profile;
use crate::charge::Positive;
use crate::document::path::Path;
use crate::document::suggest::shown;
use crate::requirement::serving::ROBOT;
use crate::requirement::{Demand, Duration, Event, MonthlyProfile, PerContact, Segment, ServiceLevel};

/// Longest duration, in seconds: a day.
pub(super) const MAX_SECONDS: u32 = 86_400;

const MAX_SEGMENTS: usize = 8;
const MAX_EVENTS: usize = 16;
const MAX_SAMPLES: usize = 10_000;
const MAX_ATTRIBUTES: usize = 16;
const MAX_PER_CONTACT: u32 = 1_000_000;
const MAX_LEGS: u32 = 8;
const MAX_ATTEMPTS: u32 = 1_000;
const MAX_DAYS: u32 = 31;
const MAX_CV: u32 = 10;
/// Attributes that a demand's own fields say.
const OWN_FIELDS: [&str; 2] = ["channel", "direction"];

pub(super) fn demand(wire: &v1::Demand, at: &Path<'_>, months: usize, found: &mut Found) -> Option<Demand> {
    let id = found.name(&at.key("id"), &wire.id);
    let channel = found.kind::<crate::requirement::Channel>(&at.key("channel"), wire.channel);
    let direction = found.kind::<crate::requirement::Direction>(&at.key("direction"), wire.direction);
    let contacts_at = at.key("contacts");
    let contacts = profile(found, &contacts_at, wire.contacts.as_ref(), MonthlyProfile::new, months);
    check_short_form(wire, at, found);
    let segments_at = at.key("segments");
    let segments: Vec<_> = found
        .limited(&segments_at, &wire.segments, MAX_SEGMENTS)
        .iter()
        .enumerate()
        .map(|(index, wire)| segment(wire, &segments_at.index(index), found))
        .collect();
    let events_at = at.key("events");
    let events: Vec<_> = found
        .limited(&events_at, &wire.events, MAX_EVENTS)
        .iter()
        .enumerate()
        .map(|(index, wire)| event(wire, &events_at.index(index), found))
        .collect();
    let mut attributes = attributes(&wire.attributes, &OWN_FIELDS, &at.key("attributes"), found);
    one_word_for_robots(&mut attributes);
    let legs = found.whole_up_to(&at.key("legs"), wire.legs, MAX_LEGS);
    let active_days = &at.key("active_days_per_month");
    let active_days_per_month = found.whole_up_to(active_days, wire.active_days_per_month, MAX_DAYS);
    let mut optional = |name: &str, wire: Option<&google::Decimal>, least, most| match wire {
        Some(wire) => found.number(&at.key(name), Some(wire), least, most).map(Some),
        None => Some(None),
    };
    let attempts = wire.attempts_per_contact.as_ref();
    let attempts_per_contact = optional("attempts_per_contact", attempts, Least::From(1), MAX_ATTEMPTS);
    let busy_hour_share = optional("busy_hour_share", wire.busy_hour_share.as_ref(), Least::Above(0), 1);
    let service_level = match &wire.service_level {
        Some(wire) => service_level(wire, &at.key("service_level"), found).map(Some),
        None => Some(None),
    };
    let (channel, direction) = (channel?, direction?);
    attributes.insert("channel".to_owned(), channel.id().to_owned());
    attributes.insert("direction".to_owned(), direction.id().to_owned());
    Some(Demand {
        id,
        channel,
        direction,
        contacts: contacts?,
        segments: segments.into_iter().collect::<Option<_>>()?,
        events: events.into_iter().collect::<Option<_>>()?,
        attributes,
        legs,
        attempts_per_contact: attempts_per_contact?,
        active_days_per_month,
        busy_hour_share: busy_hour_share?,
        service_level: service_level?,
    })
}

/// A service level, which a demand or a charge may name.
pub(super) fn service_level(
    wire: &v1::ServiceLevel,
    at: &Path<'_>,
    found: &mut Found,
) -> Option<ServiceLevel> {
    let share = found.decimal(&at.key("answered_share"), wire.answered_share.as_ref());
    let seconds = found.decimal(&at.key("within_seconds"), wire.within_seconds.as_ref());
    found.check(at, ServiceLevel::new(share?, seconds?))
}

/// A short form that is left over is one that could not be resolved.
fn check_short_form(wire: &v1::Demand, at: &Path<'_>, found: &mut Found) {
    let Some(mean) = &wire.mean_seconds else { return };
    let at = at.key("mean_seconds");
    let mean = found.number(&at, Some(mean), Least::Above(0), MAX_SECONDS);
    if !wire.segments.is_empty() {
        found.add(&at, "found it beside segments, expected one of the two");
    } else if mean.is_some() {
        found.add(&at, "found the short form, expected the segment that it stands for");
    }
}

fn segment(wire: &v1::Segment, at: &Path<'_>, found: &mut Found) -> Option<Segment> {
    let kind = found.kind(&at.key("kind"), wire.kind);
    let share = found.number(&at.key("share"), wire.share.as_ref(), Least::Above(0), 1);
    let duration = duration(wire, at, found);
    Some(Segment { kind: kind?, share: share?, duration: duration? })
}

fn duration(wire: &v1::Segment, at: &Path<'_>, found: &mut Found) -> Option<Duration> {
    match &wire.duration {
        None => {
            found
                .add(&at.key("duration"), "found nothing, expected fixed, exponential, lognormal or samples");
            None
        }
        Some(v1::segment::Duration::Fixed(fixed)) => {
            let at = at.key("fixed");
            let least = Least::From(0);
            found.number(&at.key("seconds"), fixed.seconds.as_ref(), least, MAX_SECONDS).map(Duration::Fixed)
        }
        Some(v1::segment::Duration::Exponential(exponential)) => {
            let at = at.key("exponential");
            let mean = exponential.mean_seconds.as_ref();
            let mean = found.number(&at.key("mean_seconds"), mean, Least::Above(0), MAX_SECONDS)?;
            Some(Duration::Exponential { mean })
        }
        Some(v1::segment::Duration::Samples(samples)) => sampled(samples, &at.key("samples"), found),
        Some(v1::segment::Duration::Lognormal(lognormal)) => {
            let at = at.key("lognormal");
            let mean = found.number(&at.key("mean"), lognormal.mean.as_ref(), Least::Above(0), MAX_SECONDS);
            let (cv_at, least) = (at.key("cv"), Decimal::new(1, 2));
            let cv = found.decimal(&cv_at, lognormal.cv.as_ref())?;
            if cv < least || cv > Decimal::from(MAX_CV) {
                found.add(&cv_at, format!("found {cv}, expected a number from {least} to {MAX_CV}"));
                return None;
            }
            Some(Duration::Lognormal { mean: mean?, cv })
        }
    }
}

fn sampled(wire: &v1::SampledDuration, at: &Path<'_>, found: &mut Found) -> Option<Duration> {
    let at = at.key("samples");
    if wire.samples.is_empty() {
        found.add(&at, "found no samples, expected at least one");
    }
    let samples: Vec<Option<(Decimal, Decimal)>> = found
        .limited(&at, &wire.samples, MAX_SAMPLES)
        .iter()
        .enumerate()
        .map(|(index, sample)| {
            let at = at.index(index);
            let seconds = sample.seconds.as_ref();
            let seconds = found.number(&at.key("seconds"), seconds, Least::From(0), MAX_SECONDS);
            let weight = found.positive(&at.key("weight"), sample.weight.as_ref()).map(Positive::get);
            Some((seconds?, weight?))
        })
        .collect();
    Some(Duration::Samples(samples.into_iter().collect::<Option<_>>()?))
}

fn event(wire: &v1::Event, at: &Path<'_>, found: &mut Found) -> Option<Event> {
    let kind = found.kind(&at.key("kind"), wire.kind);
    let per_contact = per_contact(wire, at, found);
    Some(Event { kind: kind?, per_contact: per_contact? })
}

fn per_contact(wire: &v1::Event, at: &Path<'_>, found: &mut Found) -> Option<PerContact> {
    let mean_at = at.key("per_contact");
    let least = Least::From(0);
    if wire.samples.is_empty() {
        return found
            .number(&mean_at, wire.per_contact.as_ref(), least, MAX_PER_CONTACT)
            .map(PerContact::Mean);
    }
    if wire.per_contact.is_some() {
        found.add(&mean_at, "found it beside samples, expected one of the two");
    }
    let at = at.key("samples");
    let samples: Vec<Option<(Decimal, Decimal)>> = found
        .limited(&at, &wire.samples, MAX_SAMPLES)
        .iter()
        .enumerate()
        .map(|(index, sample)| {
            let at = at.index(index);
            let count_at = at.key("count");
            let count = found.number(&count_at, sample.count.as_ref(), least, MAX_PER_CONTACT);
            if let Some(part) = count.filter(|count| !count.is_integer()) {
                found.add(&count_at, format!("found {part}, expected a whole number"));
            }
            let weight = found.positive(&at.key("weight"), sample.weight.as_ref()).map(Positive::get);
            Some((count?, weight?))
        })
        .collect();
    Some(PerContact::Samples(samples.into_iter().collect::<Option<_>>()?))
}

/// Sheets match words: that a robot serves has one, and that none does is not said at all. A kind of robot that a
/// product names stays as it is.
fn one_word_for_robots(attributes: &mut BTreeMap<String, String>) {
    let Some(fact) = attributes.get_mut(ROBOT) else { return };
    match fact.to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" => "yes".clone_into(fact),
        "no" | "false" | "0" | "" => drop(attributes.remove(ROBOT)),
        _ => {}
    }
}

pub(super) fn attributes(
    wire: &BTreeMap<String, String>,
    reserved: &[&str],
    at: &Path<'_>,
    found: &mut Found,
) -> BTreeMap<String, String> {
    if wire.len() > MAX_ATTRIBUTES {
        found.add(at, format!("found {} attributes, expected at most {MAX_ATTRIBUTES}", wire.len()));
    }
    for (key, value) in wire.iter().take(MAX_ATTRIBUTES) {
        if reserved.contains(&key.as_str()) {
            found.add(at, format!("found the key {}, expected it in the field of that name", shown(key)));
        }
        found.name(at, key);
        found.text(at, value);
    }
    wire.clone()
}
