//! What a sheet says about parts of a requirement that none of its charges meters.

use super::metering::match_all;
use super::sheet::{CoverageForm, CoverageStatusForm};
use crate::charge::metering_rule::satisfies;
use crate::metering::number_facts;
use crate::offer::{CoverageStatement, CoverageStatus};
use crate::requirement::Requirement;
use crate::requirement::serving::ROBOT;

/// A statement of the sheet's, and whether it is about what robots do there too.
pub(super) struct Said {
    pub(super) statement: CoverageStatement,
    pub(super) robots: bool,
}

/// An offer that rules are read for.
pub(super) struct Of<'a> {
    pub(super) edition: &'a String,
    pub(super) purchase_option: &'a String,
    pub(super) modules: &'a [&'a String],
}

impl Of<'_> {
    fn is_meant(&self, rule: &CoverageForm) -> bool {
        let lists = |ids: &[String], id: &String| ids.is_empty() || ids.contains(id);
        lists(&rule.editions, self.edition)
            && lists(&rule.purchase_options, self.purchase_option)
            && (rule.modules.is_empty() || rule.modules.iter().any(|id| self.modules.contains(&id)))
    }
}

/// The statements about an offer, for each part of the requirement that they name.
pub(super) fn statements(rules: &[CoverageForm], offer: &Of<'_>, requirement: &Requirement) -> Vec<Said> {
    let mut statements = Vec::new();
    let lists = |wanted: &Option<Vec<String>>, found: &str| {
        wanted.as_ref().is_some_and(|wanted| wanted.is_empty() || wanted.iter().any(|wanted| wanted == found))
    };
    for rule in rules.iter().filter(|rule| offer.is_meant(rule)) {
        let wanted = match_all(&rule.matches);
        let mut state = |path: String| {
            let status = match rule.status {
                CoverageStatusForm::Included => CoverageStatus::Included,
                CoverageStatusForm::BilledByOthers => CoverageStatus::BilledByOthers,
                CoverageStatusForm::NotOffered => CoverageStatus::NotOffered,
            };
            let statement = CoverageStatement { path, status, note: rule.note.clone() };
            statements.push(Said { statement, robots: rule.robots });
        };
        for (index, seats) in requirement.seats.iter().enumerate() {
            // All roles are those of people, where robots are not named.
            let all = rule.seats.as_ref().is_some_and(Vec::is_empty);
            if lists(&rule.seats, &seats.role) && !(all && seats.role == ROBOT && !rule.robots) {
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
