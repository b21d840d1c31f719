//! Whether more of something ever costs less, for a product that says that it does not: the same requirement for more
//! and more of it, each offer by itself and the best of them, where both cover the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use quotient_proto::convert::{decimal_from_text, decimal_to_wire};
use quotient_proto::v1;
use rust_decimal::Decimal;

use self::climb::Climb;
use crate::adapter::MonotoneIn;
use crate::charge::Charge;
use crate::offer::Offer;
use crate::wire;

mod climb;
mod probes;
mod turns;

/// Multiples of one unit that are asked for beside the bounds of prices.
const LADDER: [u32; 14] = [1, 2, 3, 5, 8, 10, 11, 20, 50, 100, 101, 500, 1_000, 10_000];
/// The same for requirements that differ in facts beside what grows.
const SHORT_LADDER: [u32; 4] = [1, 10, 100, 10_000];
/// Multiples of whole requirements.
const STEPS: [u32; 4] = [1, 2, 3, 20];

/// The offers for a requirement whose defaults are filled; none where it is declined.
pub(crate) type Ask<'a> = dyn FnMut(&v1::Requirement) -> Result<Vec<Offer>, String> + 'a;

/// Facts beside what grows that decide what is offered: terms and seats of which some rule holds for the one and not for
/// the other.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Months.
    pub(crate) terms: BTreeSet<u32>,
    /// Named seats.
    pub(crate) seats: BTreeSet<u32>,
}

/// Asks for more and more of what `bases` ask for, and of what each of `charges` counts, around its bounds and those of
/// what is offered; how many pairs of totals were compared.
///
/// # Errors
/// The quantities between which a total falls, or that there is nothing to compare.
pub(crate) fn check(
    growing: MonotoneIn,
    bases: &[v1::Requirement],
    charges: &[Arc<Charge>],
    when: &Facts,
    today: Date,
    ask: &mut Ask<'_>,
) -> Result<usize, String> {
    let known: Vec<_> = charges.iter().flat_map(|charge| turns::of_charge(charge)).collect();
    let mut compared: usize = 0;
    for base in bases.iter().filter(|base| quantity(growing, base) > Decimal::ZERO) {
        let mut climb = Climb::new(growing, resolved(base, today), ask);
        climb.along(&STEPS.map(Decimal::from))?;
        compared = compared.saturating_add(climb.compare()?);
    }
    let [first, others] = probes::of(growing, charges, when);
    let first = first.iter().map(|base| (base, LADDER.as_slice()));
    for (base, ladder) in first.chain(others.iter().map(|base| (base, SHORT_LADDER.as_slice()))) {
        let ladder: Vec<_> = ladder.iter().copied().map(Decimal::from).collect();
        let mut climb = Climb::new(growing, resolved(base, today), ask);
        climb.around(&ladder, &known)?;
        compared = compared.saturating_add(climb.compare()?);
    }
    match compared {
        0 => Err(format!("found no offer for more {}, expected one to compare", growing.id())),
        compared => Ok(compared),
    }
}

fn resolved(base: &v1::Requirement, today: Date) -> v1::Requirement {
    let mut requirement = base.clone();
    wire::resolve(&mut requirement, today);
    requirement
}

/// The numbers of a requirement that grow.
fn growing_of(growing: MonotoneIn, requirement: &mut v1::Requirement) -> Vec<&mut v1::MonthlyProfile> {
    match growing {
        MonotoneIn::Seats => {
            let seats = requirement.seats.iter_mut();
            seats.flat_map(|group| [&mut group.named, &mut group.peak_concurrent]).flatten().collect()
        }
        MonotoneIn::Demand => requirement.demand.iter_mut().filter_map(|one| one.contacts.as_mut()).collect(),
        // Single events are their own order.
        MonotoneIn::Meters => {
            let whole = requirement.meters.iter_mut().filter(|reading| reading.events.is_empty());
            whole.filter_map(|reading| reading.quantity.as_mut()).collect()
        }
        MonotoneIn::Numbers => requirement.numbers.iter_mut().filter_map(|one| one.count.as_mut()).collect(),
    }
}

/// What is asked for in the first month.
fn quantity(growing: MonotoneIn, requirement: &v1::Requirement) -> Decimal {
    let mut requirement = requirement.clone();
    // The most at one time are of those who are named.
    requirement.seats.iter_mut().for_each(|group| group.peak_concurrent = None);
    let first = |profile: &mut v1::MonthlyProfile| decimal_from_text(&profile.values.first()?.value).ok();
    let numbers = growing_of(growing, &mut requirement).into_iter().filter_map(first);
    numbers.fold(Decimal::ZERO, |sum, number| sum.checked_add(number).unwrap_or(sum))
}

/// The same for a multiple; `None` where that cannot be counted.
fn scaled(growing: MonotoneIn, base: &v1::Requirement, multiple: Decimal) -> Option<v1::Requirement> {
    let mut requirement = base.clone();
    for value in growing_of(growing, &mut requirement).into_iter().flat_map(|profile| &mut profile.values) {
        let number = decimal_from_text(&value.value).ok()?;
        // Corrections would turn more into less.
        if number < Decimal::ZERO {
            return None;
        }
        *value = decimal_to_wire(number.checked_mul(multiple)?.normalize());
    }
    Some(requirement)
}
