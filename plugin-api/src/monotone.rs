//! Whether more of something ever costs less, for a product that says that it does not: the same requirement for more
//! and more of it, each offer by itself and the best of them, where both cover the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use quotient_proto::convert::{decimal_from_text, decimal_to_wire};
use quotient_proto::v1;
use rust_decimal::Decimal;

use self::probes::Probe;
use crate::adapter::MonotoneIn;
use crate::charge::Charge;
use crate::interval::Interval;
use crate::offer::{CoverageStatus, Offer};
use crate::pricing::price_offers;
use crate::quote::Quote;
use crate::wire;

mod probes;

/// Multiples of one unit that are asked for beside the bounds of prices.
const LADDER: [u32; 14] = [1, 2, 3, 5, 8, 10, 11, 20, 50, 100, 101, 500, 1_000, 10_000];
/// Multiples of whole requirements.
const STEPS: [u32; 4] = [1, 2, 3, 20];

/// The offers for a requirement whose defaults are filled; none where it is declined.
pub(crate) type Ask<'a> = dyn FnMut(&v1::Requirement) -> Result<Vec<Offer>, String> + 'a;

/// Asks for more and more of what `bases` ask for, and of what each of `charges` counts, around its bounds; how many
/// pairs of totals were compared.
///
/// # Errors
/// The quantities between which a total falls, or that there is nothing to compare.
pub(crate) fn check(
    growing: MonotoneIn,
    bases: &[v1::Requirement],
    charges: &[Arc<Charge>],
    today: Date,
    ask: &mut Ask<'_>,
) -> Result<usize, String> {
    let mut compared: usize = 0;
    let asked = bases.iter().filter(|base| quantity(growing, base) > Decimal::ZERO);
    let steps = || STEPS.map(Decimal::from).to_vec();
    let asked = asked.map(|base| Probe { requirement: base.clone(), multiples: steps(), per_unit: None });
    for mut probe in asked.chain(probes::of(growing, charges, &LADDER.map(Decimal::from))) {
        wire::resolve(&mut probe.requirement, today);
        compared = compared.saturating_add(climb(growing, probe, ask)?);
    }
    match compared {
        0 => Err(format!("found no offer for more {}, expected one to compare", growing.id())),
        compared => Ok(compared),
    }
}

/// What an offer covers, and what it costs.
struct Cost {
    covers: Vec<CoverageStatus>,
    currency: &'static str,
    term: Interval,
}

impl Cost {
    fn of(quote: &Quote) -> Self {
        let covers = quote.coverage.iter().map(|part| part.status).collect();
        Self { covers, currency: quote.currency.code(), term: quote.totals.term }
    }
}

/// From the least quantity to the most; how many pairs were compared.
fn climb(growing: MonotoneIn, probe: Probe, ask: &mut Ask<'_>) -> Result<usize, String> {
    let mut multiples = probe.multiples;
    if let Some((charge, bounds)) = &probe.per_unit {
        let offers = ask(&probe.requirement)?;
        multiples.extend(around(&quotes(&probe.requirement, &offers)?, charge, bounds));
    }
    multiples.sort_unstable();
    multiples.dedup();
    let base = quantity(growing, &probe.requirement);
    let mut compared: usize = 0;
    let mut before: BTreeMap<String, (Decimal, Cost)> = BTreeMap::new();
    for multiple in multiples {
        let Some(requirement) = scaled(growing, &probe.requirement, multiple) else { continue };
        let offers = ask(&requirement)?;
        let quotes = quotes(&requirement, &offers)?;
        let quantity = base.checked_mul(multiple).unwrap_or(multiple).normalize();
        let best = quotes.first().map(|quote| ("the best offer".to_owned(), quote));
        let each = quotes.iter().map(|q| (format!("{} {}", q.edition.id, q.purchase_option.id), q));
        let mut now = BTreeMap::new();
        for (name, quote) in best.into_iter().chain(each) {
            let after = Cost::of(quote);
            if let Some((from, cost)) = before.get(&name).filter(|(_, cost)| cost.covers == after.covers) {
                compared = compared.saturating_add(1);
                if let Some((more, less)) = fall(cost.term, after.term) {
                    let what = growing.id();
                    let code = after.currency;
                    let (more, less) = (more.normalize(), less.normalize());
                    return Err(format!(
                        "{name} costs less for more {what}: {from} cost {code} {more}, and {quantity} cost {code} {less}"
                    ));
                }
            }
            now.insert(name, (quantity, after));
        }
        before = now;
    }
    Ok(compared)
}

/// What falls: the least that it costs, or else the most. From what is known to what has no known end, nothing is known
/// to fall.
fn fall(one: Interval, other: Interval) -> Option<(Decimal, Decimal)> {
    if one.high().is_some() && other.high().is_none() {
        return None;
    }
    if other.low() < one.low() {
        return Some((one.low(), other.low()));
    }
    one.high().zip(other.high()).filter(|(before, after)| after < before)
}

fn quotes(requirement: &v1::Requirement, offers: &[Offer]) -> Result<Vec<Quote>, String> {
    let requirement = wire::requirement_from_wire(requirement).map_err(|error| error.to_string())?;
    Ok(price_offers(&requirement, offers).map_err(|error| error.to_string())?.quotes)
}

/// Multiples at which a charge bills what its bounds name, and just below and above.
fn around(quotes: &[Quote], charge: &str, bounds: &[Decimal]) -> Vec<Decimal> {
    let lines = quotes.iter().flat_map(|quote| &quote.lines).filter(|line| line.charge.id == charge);
    let billed =
        lines.flat_map(|line| &line.periods).map(|period| period.billed).find(|billed| !billed.is_zero());
    let Some(billed) = billed else { return Vec::new() };
    let at = |bound: &Decimal| {
        let multiple = bound.checked_div(billed)?.floor();
        Some([multiple, multiple.checked_add(Decimal::ONE)?, multiple.checked_add(Decimal::TWO)?])
    };
    bounds.iter().filter_map(at).flatten().filter(|multiple| *multiple > Decimal::ZERO).collect()
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
