//! What must hold of the readings of a charge's rule.

use std::collections::BTreeSet;

use super::{Violations, check_charge};
use crate::charge::{Charge, CommitmentKind, Cycle, MAX_READINGS};

pub(super) fn check(charge: &Charge, place: &str, sources: usize, found: &mut Violations) {
    let count = charge.readings.len();
    if count == 0 {
        return;
    }
    let at = format!("{place}.readings");
    if count == 1 || count > MAX_READINGS {
        found.add(&at, format!("found {count} readings, expected none, or 2 to {MAX_READINGS}"));
    }
    let grows_within = charge.commitment.kind == CommitmentKind::Ratchet
        && !matches!(charge.cycle, Cycle::Day | Cycle::Month);
    let mut ids = BTreeSet::new();
    for (index, reading) in charge.readings.iter().enumerate() {
        let at = format!("{at}[{index}]");
        found.id(&at, &reading.id);
        if !ids.insert(&reading.id) {
            found.add(&at, format!("found the id {:?} twice, expected unique ids", reading.id));
        }
        let over_lines = |charge: &Charge| charge.model.over_lines().is_some();
        let read = reading.of(charge);
        if over_lines(charge) || over_lines(&read) {
            found.add(&at, "found a price over other lines, expected readings of ordinary charges only");
        }
        if grows_within && reading.steps.is_some() {
            let rule = "found steps of metering read in several ways where quantity is added within a cycle";
            found.add(&at, rule);
        }
        check_charge(&read, &at, sources, found);
    }
}
