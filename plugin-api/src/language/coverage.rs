//! What a sheet says about parts of a requirement that none of its charges meters.

use super::metering::match_all;
use super::sheet::{CoverageForm, CoverageStatusForm};
use crate::charge::metering_rule::satisfies;
use crate::metering::number_facts;
use crate::offer::{CoverageStatement, CoverageStatus};
use crate::requirement::Requirement;

/// The statements of an edition, for each part of the requirement that they name.
pub(super) fn statements(
    rules: &[CoverageForm],
    edition: &str,
    requirement: &Requirement,
) -> Vec<CoverageStatement> {
    let mut statements = Vec::new();
    let lists = |wanted: &Option<Vec<String>>, found: &str| {
        wanted.as_ref().is_some_and(|wanted| wanted.is_empty() || wanted.iter().any(|wanted| wanted == found))
    };
    for rule in
        rules.iter().filter(|rule| rule.editions.is_empty() || rule.editions.iter().any(|e| e == edition))
    {
        let wanted = match_all(&rule.matches);
        let mut state = |path: String| {
            let status = match rule.status {
                CoverageStatusForm::Included => CoverageStatus::Included,
                CoverageStatusForm::BilledByOthers => CoverageStatus::BilledByOthers,
                CoverageStatusForm::NotOffered => CoverageStatus::NotOffered,
            };
            statements.push(CoverageStatement { path, status, note: rule.note.clone() });
        };
        for (index, seats) in requirement.seats.iter().enumerate() {
            if lists(&rule.seats, &seats.role) {
                state(format!("seats[{index}]"));
            }
        }
        for (index, demand) in requirement.demand.iter().enumerate() {
            if lists(&rule.channels, demand.channel.id()) && satisfies(&wanted, &demand.attributes) {
                state(format!("demand[{index}]"));
            }
        }
        for (index, reading) in requirement.meters.iter().enumerate() {
            if lists(&rule.meters, &reading.meter_id) && satisfies(&wanted, &reading.attributes) {
                state(format!("meters[{index}]"));
            }
        }
        for (index, numbers) in requirement.numbers.iter().enumerate() {
            if lists(&rule.numbers, &numbers.country) && satisfies(&wanted, &number_facts(numbers)) {
                state(format!("numbers[{index}]"));
            }
        }
    }
    statements
}
