//! The defaults of a requirement, filled once and said out loud.

use jiff::civil::Date;
use quotient_proto::convert::{date_from_wire, date_to_wire, decimal_from_wire, decimal_to_wire};
use quotient_proto::google::r#type as google;
use quotient_proto::v1;
use rust_decimal::Decimal;

use super::MAX_MONTHS;
use super::demand::MAX_SECONDS;
use super::enums::WireEnum as _;
use crate::document::path::Path;
use crate::offer::Note;
use crate::pricing::started_months;
use crate::requirement::{Direction, SegmentKind};

const DEFAULT_TERM_MONTHS: i32 = 12;
const DEFAULT_HORIZON_MONTHS: i32 = 36;
const DEFAULT_ROLE: &str = "agent";

/// Fills what is unset and returns an assumption for each default that changes a price. What is
/// invalid stays as it is: [`super::requirement_from_wire`] says why.
pub fn resolve(requirement: &mut v1::Requirement, today: Date) -> Vec<Note> {
    let mut notes = Notes(Vec::new());
    resolve_dates(requirement, today, &mut notes);
    let held = requirement.expansion.iter_mut().flat_map(|expansion| &mut expansion.held_seats);
    let held_at = Path::Root.key("expansion");
    for (index, seats) in held.enumerate() {
        resolve_role(&mut seats.role, &held_at.key("held_seats").index(index), &mut notes);
    }
    for (index, seats) in requirement.seats.iter_mut().enumerate() {
        resolve_role(&mut seats.role, &Path::Root.key("seats").index(index), &mut notes);
    }
    for (index, demand) in requirement.demand.iter_mut().enumerate() {
        resolve_demand(demand, index, &mut notes);
    }
    notes.0
}

struct Notes(Vec<Note>);

impl Notes {
    fn add(&mut self, code: &str, at: &Path<'_>, text: String) {
        self.0.push(Note::new(code, text, at.to_string()));
    }
}

fn resolve_dates(requirement: &mut v1::Requirement, today: Date, notes: &mut Notes) {
    let at = &Path::Root;
    let pricing_date = requirement.pricing_date.get_or_insert_with(|| {
        let text = format!("Prices are those of {today}, the day of this quote.");
        notes.add("default_pricing_date", &at.key("pricing_date"), text);
        date_to_wire(today)
    });
    let start_date = requirement.start_date.get_or_insert_with(|| {
        let text = "The service starts on the day that prices are read for.".to_owned();
        notes.add("default_start_date", &at.key("start_date"), text);
        *pricing_date
    });
    let asked = match &requirement.expansion {
        Some(expansion) => expansion_months(start_date, expansion),
        None => Some(*requirement.term_months.get_or_insert_with(|| {
            let text = format!("The buyer commits to {DEFAULT_TERM_MONTHS} months.");
            notes.add("default_term", &at.key("term_months"), text);
            DEFAULT_TERM_MONTHS
        })),
    };
    requirement.horizon_months.get_or_insert_with(|| {
        let horizon = asked.unwrap_or(DEFAULT_HORIZON_MONTHS).max(DEFAULT_HORIZON_MONTHS);
        let text = format!("Costs are added up over {horizon} months.");
        notes.add("default_horizon", &at.key("horizon_months"), text);
        horizon
    });
}

fn expansion_months(start: &google::Date, expansion: &v1::Expansion) -> Option<i32> {
    let start = date_from_wire(start).ok()?;
    let end = date_from_wire(expansion.co_term_date.as_ref()?).ok()?;
    i32::try_from(months_until(start, end)?).ok()
}

/// The started months up to the end of an expansion; `None` unless that is after the start and at most
/// [`MAX_MONTHS`] later.
pub(super) fn months_until(start: Date, end: Date) -> Option<u32> {
    Some(started_months(start, end)).filter(|months| (1..=MAX_MONTHS).contains(months))
}

fn resolve_role(role: &mut String, at: &Path<'_>, notes: &mut Notes) {
    if role.is_empty() {
        DEFAULT_ROLE.clone_into(role);
        let text = format!("Seats without a role are seats of the role {DEFAULT_ROLE:?}.");
        notes.add("default_role", &at.key("role"), text);
    }
}

fn resolve_demand(demand: &mut v1::Demand, index: usize, notes: &mut Notes) {
    let list = Path::Root.key("demand");
    let at = list.index(index);
    if demand.id.is_empty() {
        demand.id = format!("demand-{}", index.saturating_add(1));
    }
    if demand.direction == 0 {
        demand.direction = Direction::Inbound.to_wire();
        let text = "Contacts are started by the customer.".to_owned();
        notes.add("default_direction", &at.key("direction"), text);
    }
    let mean = demand.mean_seconds.as_ref().and_then(|mean| decimal_from_wire(mean).ok());
    let mean = mean.filter(|mean| *mean > Decimal::ZERO && *mean <= Decimal::from(MAX_SECONDS));
    if let Some(mean) = mean.filter(|_| demand.segments.is_empty()) {
        demand.mean_seconds = None;
        let duration = v1::ExponentialDuration { mean_seconds: Some(decimal_to_wire(mean)) };
        demand.segments = vec![v1::Segment {
            kind: SegmentKind::Agent.to_wire(),
            share: None,
            duration: Some(v1::segment::Duration::Exponential(duration)),
        }];
        let text = format!(
            "Every contact reaches a person, for an exponentially distributed time of {mean} seconds on average."
        );
        notes.add("default_duration", &at.key("mean_seconds"), text);
    }
    for segment in &mut demand.segments {
        segment.share.get_or_insert_with(one);
        if let Some(v1::segment::Duration::Samples(samples)) = &mut segment.duration {
            for sample in &mut samples.samples {
                sample.weight.get_or_insert_with(one);
            }
        }
    }
    for sample in demand.events.iter_mut().flat_map(|event| &mut event.samples) {
        sample.weight.get_or_insert_with(one);
    }
}

fn one() -> google::Decimal {
    decimal_to_wire(Decimal::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirement::{Duration, Purchase, Requirement};
    use crate::wire::requirement_from_wire;
    use jiff::civil::date;

    fn constant(value: &str) -> Option<v1::MonthlyProfile> {
        let values = vec![google::Decimal { value: value.to_owned() }];
        Some(v1::MonthlyProfile { values, monthly_growth: None })
    }

    fn resolved(mut wire: v1::Requirement) -> (Requirement, Vec<(String, String)>) {
        let notes = resolve(&mut wire, date(2026, 3, 1));
        assert_eq!(resolve(&mut wire, date(2030, 1, 1)), [], "what is resolved stays");
        let told = notes.into_iter().map(|note| (note.code, note.subject)).collect();
        (requirement_from_wire(&wire).unwrap(), told)
    }

    #[test]
    fn the_shortest_requirement_is_completed_and_every_default_is_said() {
        let (requirement, told) = resolved(v1::Requirement {
            seats: vec![v1::SeatGroup { named: constant("10"), ..Default::default() }],
            demand: vec![v1::Demand {
                channel: v1::Channel::Voice.into(),
                contacts: constant("1000"),
                mean_seconds: Some(google::Decimal { value: "180".to_owned() }),
                ..Default::default()
            }],
            ..Default::default()
        });
        assert_eq!((requirement.pricing_date, requirement.start_date), (date(2026, 3, 1), date(2026, 3, 1)));
        assert_eq!(requirement.purchase, Purchase::New { term_months: 12 });
        assert_eq!(requirement.horizon_months, 36);
        assert_eq!(requirement.seats[0].role, "agent");
        assert_eq!(requirement.seats[0].peak_concurrent, None);
        let demand = &requirement.demand[0];
        assert_eq!(demand.id, "demand-1");
        assert_eq!(demand.attributes["channel"], "voice");
        assert_eq!(demand.attributes["direction"], "inbound");
        assert_eq!(demand.segments[0].share, Decimal::ONE);
        assert_eq!(demand.segments[0].duration, Duration::Exponential { mean: Decimal::from(180) });
        let told: Vec<_> = told.iter().map(|(code, subject)| format!("{code} {subject}")).collect();
        assert_eq!(
            told,
            [
                "default_pricing_date pricing_date",
                "default_start_date start_date",
                "default_term term_months",
                "default_horizon horizon_months",
                "default_role seats[0].role",
                "default_direction demand[0].direction",
                "default_duration demand[0].mean_seconds",
            ]
        );
    }

    #[test]
    fn the_horizon_follows_a_longer_term_and_an_expansion() {
        let seats = vec![v1::SeatGroup { named: constant("5"), ..Default::default() }];
        let long = v1::Requirement { term_months: Some(60), seats: seats.clone(), ..Default::default() };
        assert_eq!(resolved(long).0.horizon_months, 60);
        let (added, _) = resolved(v1::Requirement {
            expansion: Some(v1::Expansion {
                co_term_date: Some(date_to_wire(date(2030, 3, 2))),
                held_seats: vec![v1::HeldSeats {
                    role: String::new(),
                    count: Some(google::Decimal { value: "20".to_owned() }),
                }],
            }),
            seats,
            ..Default::default()
        });
        assert_eq!(added.horizon_months, 49, "48 months and a day have 49 started months");
        let Purchase::Expand { held_seats, .. } = &added.purchase else { panic!("no expansion") };
        assert_eq!(held_seats["agent"], Decimal::from(20));
    }

    #[test]
    fn an_expansion_ends_after_its_start_and_within_ten_years() {
        let months = |end| months_until(date(2026, 1, 1), end);
        assert_eq!(months(date(2026, 1, 1)), None);
        assert_eq!(months(date(2025, 6, 1)), None);
        assert_eq!(months(date(2026, 1, 2)), Some(1));
        assert_eq!(months(date(2036, 1, 1)), Some(120));
        assert_eq!(months(date(2036, 1, 2)), None);
    }

    #[test]
    fn garbage_is_left_for_the_check() {
        let mut wire = v1::Requirement {
            pricing_date: Some(google::Date { year: 2026, month: 2, day: 30 }),
            term_months: Some(i32::MIN),
            expansion: Some(v1::Expansion::default()),
            demand: vec![v1::Demand {
                direction: 99,
                mean_seconds: Some(google::Decimal { value: "long".to_owned() }),
                ..Default::default()
            }],
            ..Default::default()
        };
        resolve(&mut wire, date(2026, 3, 1));
        assert_eq!(wire.horizon_months, Some(36));
        assert_eq!(wire.demand[0].mean_seconds.as_ref().unwrap().value, "long");
        assert_eq!(wire.demand[0].direction, 99);
        assert!(wire.demand[0].segments.is_empty());
    }
}
