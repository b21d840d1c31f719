//! People who must work at one time so that contacts are answered soon enough in a day's busiest hour.

use rust_decimal::Decimal;

use super::lengths::{self, Piece};
use super::sources::{Counted, Filter};
use super::{MeterError, Monthly, contacts, days, factors};
use crate::interval::{mul, mul_div, sub};
use crate::offer::Note;
use crate::requirement::{Demand, Requirement, SegmentKind, ServiceLevel};

/// Most people of one demand.
const MAX_PEOPLE: u32 = 10_000;
/// Seconds of an hour.
const HOUR: Decimal = Decimal::from_parts(3_600, 0, 0, false, 0);
/// Fraction of a day's contacts that its busiest hour is taken to have.
const USUAL_BUSY_HOUR: Decimal = Decimal::from_parts(15, 0, 0, false, 2);

/// People for each demand by itself, added up.
pub(super) fn people(
    requirement: &Requirement,
    filter: Filter<'_>,
    usual: Option<ServiceLevel>,
    months: usize,
) -> Result<Counted, MeterError> {
    let mut counted = Counted::of("people needed at one time in the busiest hour");
    for (index, demand) in filter.demands(requirement) {
        let path = format!("demand[{index}]");
        let (places, pieces): (Vec<usize>, Vec<Piece<'_>>) =
            contacts::pieces_of(demand, &[SegmentKind::Agent]).unzip();
        if pieces.is_empty() {
            continue;
        }
        let hour = Hour::of(demand, usual, &pieces, &path, &mut counted.assumptions)?;
        let contacts = Monthly::of(&demand.contacts, months)?;
        let people = contacts.try_map(|contacts| hour.people(contacts, &path))?;
        counted.assumptions.push(hour.note(&people, &path));
        counted.add(&people)?;
        counted.covered.extend(places.iter().map(|part| format!("{path}.segments[{part}]")));
    }
    Ok(counted.or_nothing())
}

/// The busiest hour of a demand's day.
struct Hour {
    level: ServiceLevel,
    days: u32,
    /// Fraction of the day's contacts.
    share: Decimal,
    /// Seconds with a person, for each contact and for each that reaches one.
    work: Decimal,
    mean: Decimal,
}

// === impl Hour ===

impl Hour {
    fn of(
        demand: &Demand,
        usual: Option<ServiceLevel>,
        pieces: &[Piece<'_>],
        path: &str,
        notes: &mut Vec<Note>,
    ) -> Result<Self, MeterError> {
        let in_place = |cause| MeterError::Lengths { place: format!("{path}.segments"), cause };
        let means = lengths::means(pieces, &[]).map_err(in_place)?;
        let work = means.first().map_or(Ok(Decimal::ZERO), |mean| mean.times(Decimal::ONE))?;
        let mut missed = Decimal::ONE;
        for piece in pieces {
            missed = mul(missed, sub(Decimal::ONE, piece.share)?)?;
        }
        let mean = mul_div(work, Decimal::ONE, sub(Decimal::ONE, missed)?)?;
        let (days, assumed) = days::of_demand(demand, path);
        notes.extend(assumed);
        let share = demand.busy_hour_share.unwrap_or_else(|| {
            let text = format!("the busiest hour is taken to have {USUAL_BUSY_HOUR} of a day's contacts");
            notes.push(Note::new("busy_hour_assumed", text, path));
            USUAL_BUSY_HOUR
        });
        let level = demand.service_level.or(usual).unwrap_or_else(|| {
            let usual = ServiceLevel::USUAL;
            let text = format!("contacts are to be answered {}", shown(&usual));
            notes.push(Note::new("service_level_assumed", text, path));
            usual
        });
        Ok(Self { level, days, share, work, mean })
    }

    /// People for so many contacts in a month.
    fn people(&self, contacts: Decimal, path: &str) -> Result<Decimal, MeterError> {
        let contacts = mul_div(contacts, self.share, self.days.into())?;
        let load = mul_div(contacts, self.work, HOUR)?;
        let late = sub(Decimal::ONE, self.level.answered_share())?;
        let people = factors::people(load, self.mean, late, self.level.within_seconds(), MAX_PEOPLE);
        let too_many = || MeterError::Staffing { place: path.to_owned(), most: MAX_PEOPLE };
        Ok(people.ok_or_else(too_many)?.into())
    }

    fn note(&self, people: &Monthly, path: &str) -> Note {
        let people = match people {
            Monthly::Constant(people) => people.to_string(),
            Monthly::Varying(months) => {
                let (least, most) = (months.iter().min(), months.iter().max());
                format!("{} to {}", least.copied().unwrap_or_default(), most.copied().unwrap_or_default())
            }
        };
        let text = format!(
            "by Erlang C, {people} people answer {} when the busiest hour of {} days in a month has {} of its \
             day's contacts; they serve this demand alone",
            shown(&self.level),
            self.days,
            self.share,
        );
        Note::new("staffing_erlang_c", text, path)
    }
}

fn shown(level: &ServiceLevel) -> String {
    format!("a share of {} within {} seconds", level.answered_share(), level.within_seconds())
}
