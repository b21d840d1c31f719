//! One requirement for more and more: what each offer costs, and where a bound is met.

use std::collections::{BTreeMap, BTreeSet};

use quotient_proto::v1;
use rust_decimal::Decimal;

use super::turns::{Measure, Turn, of_charge, of_set};
use super::{Ask, quantity, scaled};
use crate::adapter::MonotoneIn;
use crate::interval::Interval;
use crate::offer::{CoverageStatus, Offer};
use crate::pricing::price_offers;
use crate::quote::Quote;
use crate::wire;

/// Most multiples of one requirement: a sheet of very many bounds must not take a review for ever.
const MAX_ASKED: usize = 2_000;
/// The greatest multiple that is looked for where a bound is not met in proportion.
const MOST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);
const BEST: &str = "the best offer";

/// What an offer covers, and what it costs.
struct Cost {
    covers: Vec<CoverageStatus>,
    currency: &'static str,
    term: Interval,
    /// By the numbers of measures.
    values: BTreeMap<usize, Decimal>,
}

#[derive(Default)]
struct Seen {
    offers: BTreeMap<String, Cost>,
    /// Most seats that the offers hold for.
    seats_to: Vec<Decimal>,
}

pub(super) struct Climb<'c, 'a> {
    growing: MonotoneIn,
    base: v1::Requirement,
    ask: &'c mut Ask<'a>,
    measures: Vec<Measure>,
    turns: Vec<(usize, Decimal)>,
    seen: BTreeMap<Decimal, Seen>,
}

impl<'c, 'a> Climb<'c, 'a> {
    pub(super) fn new(growing: MonotoneIn, base: v1::Requirement, ask: &'c mut Ask<'a>) -> Self {
        Self { growing, base, ask, measures: Vec::new(), turns: Vec::new(), seen: BTreeMap::new() }
    }

    /// Asks for these multiples.
    pub(super) fn along(&mut self, multiples: &[Decimal]) -> Result<(), String> {
        multiples.iter().try_for_each(|multiple| self.at(*multiple))
    }

    /// Asks for these multiples, and around each bound of a charge or a line set that they move.
    pub(super) fn around(&mut self, multiples: &[Decimal], known: &[Turn]) -> Result<(), String> {
        known.iter().for_each(|turn| self.add(turn));
        for end in multiples.first().into_iter().chain(multiples.last()) {
            let Some(requirement) = scaled(self.growing, &self.base, *end) else { continue };
            for offer in (self.ask)(&requirement)? {
                let parts = offer.parts();
                let of_charges = parts.charges.iter().flat_map(|charge| of_charge(charge));
                of_charges.chain(parts.line_sets.iter().flat_map(of_set)).for_each(|turn| self.add(&turn));
            }
        }
        self.along(multiples)?;
        self.along_offers()?;
        let moved = self.moved();
        self.turns.retain(|(measure, _)| moved.contains(measure));
        for (measure, at) in self.turns.clone() {
            for name in self.names() {
                self.meet(&name, measure, |value| value >= at, at)?;
                self.meet(&name, measure, |value| value > at, at)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, turn: &Turn) {
        let number = self.measures.iter().position(|measure| *measure == turn.measure).unwrap_or_else(|| {
            self.measures.push(turn.measure.clone());
            self.measures.len().saturating_sub(1)
        });
        if !self.turns.contains(&(number, turn.at)) {
            self.turns.push((number, turn.at));
        }
    }

    /// Where other offers are made for more seats.
    fn along_offers(&mut self) -> Result<(), String> {
        let base = quantity(self.growing, &self.base);
        if self.growing != MonotoneIn::Seats || base.is_zero() {
            return Ok(());
        }
        let mut known = BTreeSet::new();
        loop {
            let ends: BTreeSet<_> = self.seen.values().flat_map(|seen| seen.seats_to.clone()).collect();
            let Some(end) = ends.into_iter().find(|end| !known.contains(end)) else { return Ok(()) };
            if self.seen.len() >= MAX_ASKED {
                return Ok(());
            }
            known.insert(end);
            let Some(last) = end.checked_div(base).map(|last| last.floor()) else { continue };
            self.along(&[last, last.saturating_add(Decimal::ONE)])?;
        }
    }

    /// Measures that do not stay what they are.
    fn moved(&self) -> BTreeSet<usize> {
        let mut moved = BTreeSet::new();
        for number in 0..self.measures.len() {
            for name in self.names() {
                let mut values = self.seen.values().filter_map(|seen| seen.offers.get(&name));
                let first = values.next().map(|cost| cost.values.get(&number));
                if values.any(|cost| Some(cost.values.get(&number)) != first) {
                    moved.insert(number);
                }
            }
        }
        moved
    }

    fn names(&self) -> BTreeSet<String> {
        let all = self.seen.values().flat_map(|seen| seen.offers.keys());
        all.filter(|name| *name != BEST).cloned().collect()
    }

    fn value(&self, multiple: Decimal, name: &str, measure: usize) -> Option<Decimal> {
        self.seen.get(&multiple)?.offers.get(name)?.values.get(&measure).copied()
    }

    /// Asks for the first multiple for which a measure has met a bound, for the one before, and the one after.
    fn meet(
        &mut self,
        name: &str,
        measure: usize,
        met: impl Fn(Decimal) -> bool,
        at: Decimal,
    ) -> Result<(), String> {
        let is_met = |climb: &Self, multiple| climb.value(multiple, name, measure).is_some_and(&met);
        let first = self.seen.keys().find(|multiple| is_met(self, **multiple)).copied();
        let mut high = first;
        let below = self.seen.range(..first.unwrap_or(Decimal::MAX)).next_back();
        let mut low = below.map_or(Decimal::ZERO, |(multiple, _)| *multiple);
        let known = self.value(low, name, measure).filter(|value| !value.is_zero());
        // In proportion the bound is met here.
        let guess = known.and_then(|value| at.checked_mul(low)?.checked_div(value)).map(|guess| guess.ceil());
        let guess = guess.filter(|guess| *guess > low && high.is_none_or(|high| *guess <= high));
        if let Some(guess) = guess {
            for multiple in [guess, guess.saturating_sub(Decimal::ONE), guess.saturating_add(Decimal::ONE)] {
                if multiple <= low || high.is_some_and(|high| multiple >= high) {
                    continue;
                }
                self.at(multiple)?;
                if is_met(self, multiple) {
                    high = Some(multiple);
                } else {
                    low = multiple;
                }
            }
        }
        while high.is_none() {
            let next = low.max(Decimal::ONE).saturating_mul(Decimal::TEN);
            // More than that is nobody's, or cannot be counted.
            if next > MOST || self.at(next).is_err() {
                return Ok(());
            }
            if is_met(self, next) {
                high = Some(next);
            } else {
                low = next;
            }
        }
        let Some(mut high) = high else { return Ok(()) };
        while high.saturating_sub(low) > Decimal::ONE && self.seen.len() < MAX_ASKED {
            let Some(half) = low.checked_add(high).and_then(|sum| sum.checked_div(Decimal::TWO)) else {
                break;
            };
            let half = half.floor();
            self.at(half)?;
            if is_met(self, half) { high = half } else { low = half }
        }
        self.at(high.saturating_add(Decimal::ONE))
    }

    fn at(&mut self, multiple: Decimal) -> Result<(), String> {
        let multiple = multiple.normalize();
        if multiple <= Decimal::ZERO || self.seen.contains_key(&multiple) || self.seen.len() >= MAX_ASKED {
            return Ok(());
        }
        let Some(requirement) = scaled(self.growing, &self.base, multiple) else { return Ok(()) };
        let offers = (self.ask)(&requirement)?;
        let quotes = quotes(&requirement, &offers)?;
        let mut seen = Seen::default();
        seen.seats_to.extend(offers.iter().filter_map(|offer| offer.parts().holds_for.seats_to));
        if let Some(best) = quotes.first() {
            seen.offers.insert(BEST.to_owned(), self.cost(best));
        }
        for quote in &quotes {
            let name = format!("{} {}", quote.edition.id, quote.purchase_option.id);
            seen.offers.insert(name, self.cost(quote));
        }
        self.seen.insert(multiple, seen);
        Ok(())
    }

    fn cost(&self, quote: &Quote) -> Cost {
        let values = self.measures.iter().enumerate();
        Cost {
            covers: quote.coverage.iter().map(|part| part.status).collect(),
            currency: quote.currency.code(),
            term: quote.totals.term,
            values: values.filter_map(|(number, measure)| Some((number, measure.of(quote)?))).collect(),
        }
    }

    /// Whether nothing costs less for more; how many pairs were compared.
    pub(super) fn compare(&self) -> Result<usize, String> {
        let base = quantity(self.growing, &self.base);
        let told = |multiple: &Decimal| base.checked_mul(*multiple).unwrap_or(*multiple).normalize();
        let mut compared: usize = 0;
        for ((from, before), (to, after)) in self.seen.iter().zip(self.seen.iter().skip(1)) {
            for (name, more) in &after.offers {
                let Some(less) = before.offers.get(name).filter(|less| less.covers == more.covers) else {
                    continue;
                };
                compared = compared.saturating_add(1);
                if let Some((first, second)) = fall(less.term, more.term) {
                    let (what, code) = (self.growing.id(), more.currency);
                    let (from, to) = (told(from), told(to));
                    let (first, second) = (first.normalize(), second.normalize());
                    return Err(format!(
                        "{name} costs less for more {what}: {from} cost {code} {first}, and {to} cost {code} {second}"
                    ));
                }
            }
        }
        Ok(compared)
    }
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
