//! A quantity from several parts of which only the one that counts most in a contact counts.
//!
//! Parts of one contact depend on each other, so every way that the contact can go is counted out with
//! what it is for each part.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::combined::names;
use super::lengths::{self, LengthsError, Mean, Piece, plus, times};
use super::sources::{Counted, Filter};
use super::{MeterError, Monthly, contacts, steps};
use crate::charge::{MeteringSource, MeteringStep, Part, Scope};
use crate::interval::{ArithmeticError, mul, sub};
use crate::requirement::{Demand, Duration, PerContact, Requirement};

/// Most ways that a contact can go, times the parts that are compared in each.
const MAX_COMPARED: usize = 40_000;

pub(super) fn dearest(
    requirement: &Requirement,
    filter: Filter<'_>,
    parts: &[Part],
    months: usize,
) -> Result<Counted, MeterError> {
    if parts.iter().any(|part| !part.rule.meter_id.is_empty() || part.rule.counts_unanswered()) {
        let found = "a stated meter or unanswered attempts in parts that are compared contact by contact, \
                     expected what a contact has";
        return Err(MeterError::Rule(found));
    }
    let mut counted = Counted::of(format!("of each contact, the dearest of {}", names(parts)));
    let mut billed = Monthly::ZERO;
    for (index, demand) in filter.demands(requirement) {
        let path = format!("demand[{index}]");
        let contact = Contact::of(demand, filter, parts, &path, &mut counted)?;
        if contact.claims.is_empty() {
            continue;
        }
        let contacts = Monthly::of(&demand.contacts, months)?;
        let of_month = |stepped| {
            let mean =
                contact.mean(stepped).map_err(|cause| MeterError::Lengths { place: path.clone(), cause })?;
            contacts.try_map(|contacts| Ok::<_, MeterError>(mean.times(contacts)?))
        };
        let (demanded, after) = (of_month(false)?, of_month(true)?);
        counted.add(&demanded)?;
        billed = billed.plus(&after)?;
        counted.expected |=
            contact.pieces.values().any(|(piece, _)| !lengths::are_certain(std::slice::from_ref(piece)));
        counted.says_days(demand, path);
    }
    if billed != counted.demanded {
        counted.push("each part after its own steps", billed);
    }
    Ok(counted)
}

/// Where a piece of a contact comes from, so that parts which count the same one share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Segment(usize),
    Event(usize),
    Itself,
}

/// What a part makes of a contact.
struct Claim<'a> {
    /// On each piece.
    each: &'a [MeteringStep],
    /// On their sum.
    together: &'a [MeteringStep],
    /// Of the part and its legs.
    factor: Decimal,
}

/// The pieces of a contact that any part counts.
struct Contact<'a> {
    claims: Vec<Claim<'a>>,
    /// Each with the claims that count it.
    pieces: BTreeMap<Origin, (Piece<'a>, Vec<usize>)>,
}

// === impl Contact ===

impl<'a> Contact<'a> {
    fn of(
        demand: &'a Demand,
        filter: Filter<'a>,
        parts: &'a [Part],
        path: &str,
        counted: &mut Counted,
    ) -> Result<Self, MeterError> {
        let counts: Vec<&Part> = parts
            .iter()
            .filter(|part| filter.part(&part.rule).accepts(&demand.attributes) && has_any(demand, part))
            .collect();
        // Alone, a part is compared with nothing.
        let alone = counts.len() == 1;
        let mut contact = Self { claims: Vec::with_capacity(counts.len()), pieces: BTreeMap::new() };
        for part in counts {
            let claim = contact.claims.len();
            let rule = &part.rule;
            let mut take = |origin, piece| {
                let (_, claims) = contact.pieces.entry(origin).or_insert((piece, Vec::new()));
                claims.push(claim);
            };
            let mut factor = rule.factor.get();
            match &rule.source {
                MeteringSource::Segments(kinds) => {
                    for (index, piece) in contacts::pieces_of(demand, kinds) {
                        take(Origin::Segment(index), piece);
                        counted.covered.push(format!("{path}.segments[{index}]"));
                    }
                    factor = mul(factor, contacts::legs(rule, demand, path, counted))?;
                }
                MeteringSource::Events(kinds) => {
                    let known = !alone || !rule.steps.is_empty();
                    for (index, piece) in contacts::counts_of(demand, kinds, known, path, counted)? {
                        take(Origin::Event(index), piece);
                    }
                }
                MeteringSource::Contacts => {
                    take(Origin::Itself, Piece::from(&PerContact::Mean(Decimal::ONE)));
                    counted.covered.push(path.to_owned());
                }
                _ => return Err(MeterError::Rule(NOT_OF_A_CONTACT)),
            }
            let first = rule.steps.partition_point(|step| step.scope < Scope::Contact);
            let (each, together) = rule.steps.split_at(first);
            contact.claims.push(Claim { each, together, factor });
        }
        Ok(contact)
    }

    /// The mean of the greatest part, before or after the steps.
    fn mean(&self, stepped: bool) -> Result<Mean, LengthsError> {
        if let [claim] = self.claims.as_slice() {
            let pieces: Vec<Piece<'_>> = self.pieces.values().map(|(piece, _)| piece.clone()).collect();
            let steps: Vec<MeteringStep> =
                if stepped { claim.each.iter().chain(claim.together).copied().collect() } else { Vec::new() };
            let mean = lengths::means(&pieces, &steps)?.pop().unwrap_or_default();
            return Ok(mean.scaled(claim.factor)?);
        }
        let most = MAX_COMPARED.checked_div(self.claims.len()).unwrap_or(MAX_COMPARED);
        let mut points = vec![(vec![Decimal::ZERO; self.claims.len()], Decimal::ONE)];
        let mut whole = Decimal::ONE;
        for (piece, claims) in self.pieces.values() {
            let (outcomes, weight) = outcomes(piece)?;
            let found = points.len().saturating_mul(outcomes.len());
            if found > most {
                return Err(LengthsError::Points { found, most });
            }
            let mut joined = Vec::with_capacity(found);
            for (sums, point_weight) in &points {
                for (length, outcome_weight) in &outcomes {
                    let mut sums = sums.clone();
                    for claim in claims {
                        let each = self.claims.get(*claim).filter(|_| stepped).map_or(&[][..], |c| c.each);
                        if let Some(sum) = sums.get_mut(*claim) {
                            *sum = plus(*sum, steps::apply_all(each, *length)?)?;
                        }
                    }
                    joined.push((sums, times(*point_weight, *outcome_weight)?));
                }
            }
            points = merge(joined)?;
            whole = times(whole, weight)?;
        }
        let mut total = Decimal::ZERO;
        for (sums, weight) in &points {
            let mut dearest = Decimal::ZERO;
            for (claim, sum) in self.claims.iter().zip(sums) {
                let sum = if stepped { steps::apply_all(claim.together, *sum)? } else { *sum };
                dearest = dearest.max(times(sum, claim.factor)?);
            }
            total = plus(total, times(*weight, dearest)?)?;
        }
        let mut mean = Mean::default();
        mean.add(total, whole)?;
        Ok(mean)
    }
}

const NOT_OF_A_CONTACT: &str = "a source that no single contact has in parts that are compared contact by contact, expected segments, \
     events or contacts";

/// Whether a part counts anything of a contact.
fn has_any(demand: &Demand, part: &Part) -> bool {
    match &part.rule.source {
        MeteringSource::Segments(kinds) => contacts::pieces_of(demand, kinds).next().is_some(),
        MeteringSource::Events(kinds) => demand.events.iter().any(|event| kinds.contains(&event.kind)),
        _ => true,
    }
}

/// What a piece can be, and the weight of all of it.
fn outcomes(piece: &Piece<'_>) -> Result<(Vec<(Decimal, Decimal)>, Decimal), LengthsError> {
    let mut weight = Decimal::ONE;
    let mut outcomes = match &*piece.duration {
        Duration::Fixed(length) => vec![(*length, piece.share)],
        Duration::Samples(samples) => {
            weight = samples.iter().try_fold(Decimal::ZERO, |sum, (_, weight)| plus(sum, *weight))?;
            let reached = samples.iter().map(|(length, weight)| Ok((*length, times(piece.share, *weight)?)));
            reached.collect::<Result<_, ArithmeticError>>()?
        }
        Duration::Exponential { .. } | Duration::Lognormal { .. } => return Err(LengthsError::Compared),
    };
    if piece.share != Decimal::ONE {
        outcomes.push((Decimal::ZERO, times(sub(Decimal::ONE, piece.share)?, weight)?));
    }
    Ok((outcomes, weight))
}

/// Equal points as one, in order.
fn merge(mut points: Vec<(Vec<Decimal>, Decimal)>) -> Result<Vec<(Vec<Decimal>, Decimal)>, ArithmeticError> {
    points.sort_unstable();
    let mut merged: Vec<(Vec<Decimal>, Decimal)> = Vec::with_capacity(points.len());
    for (sums, weight) in points {
        match merged.last_mut().filter(|(last, _)| *last == sums) {
            Some((_, last)) => *last = plus(*last, weight)?,
            None => merged.push((sums, weight)),
        }
    }
    Ok(merged)
}
