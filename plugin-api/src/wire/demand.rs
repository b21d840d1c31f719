//! Contacts from the wire: their timed and counted parts, and the facts that prices depend on.

use std::collections::BTreeMap;

use quotient_proto::v1;
use rust_decimal::Decimal;

use super::found::{Found, Least};
use super::requirement::profile;
use crate::charge::Positive;
use crate::document::path::Path;
use crate::document::suggest::shown;
use crate::requirement::{Demand, Duration, Event, MonthlyProfile, Segment};

/// Longest duration, in seconds: a day.
pub(super) const MAX_SECONDS: u32 = 86_400;

const MAX_SEGMENTS: usize = 8;
const MAX_EVENTS: usize = 16;
const MAX_SAMPLES: usize = 10_000;
const MAX_ATTRIBUTES: usize = 16;
const MAX_PER_CONTACT: u32 = 1_000_000;
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
    })
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
            found.add(&at.key("duration"), "found nothing, expected fixed, exponential or samples");
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
    let per_contact = wire.per_contact.as_ref();
    let per_contact = found.number(&at.key("per_contact"), per_contact, Least::From(0), MAX_PER_CONTACT);
    Some(Event { kind: kind?, per_contact: per_contact? })
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
