//! What became of each part of the requirement.

use super::line::PricedLine;
use crate::offer::{CoverageStatement, CoverageStatus};
use crate::quote::DemandCoverage;
use crate::requirement::Requirement;

/// Every part of the requirement once: priced by lines unless the adapter states a gap, or else what the
/// adapter states of it, or not offered.
pub(crate) fn trace(
    requirement: &Requirement,
    statements: &[CoverageStatement],
    lines: &[PricedLine],
) -> Vec<DemandCoverage> {
    demand_paths(requirement)
        .into_iter()
        .map(|path| {
            let priced_by = |line: &PricedLine| line.covered().iter().any(|covered| covers(covered, &path));
            let lines: Vec<_> = lines
                .iter()
                .enumerate()
                .filter(|(_, line)| priced_by(line))
                .map(|(index, _)| index)
                .collect();
            let nearest = statements.iter().filter(|statement| covers(&statement.path, &path));
            let said = nearest.max_by_key(|statement| statement.path.len());
            let (status, note) = match said {
                // Where one of several meters has no price, only the adapter knows it.
                Some(said) if said.status.is_gap() || lines.is_empty() => (said.status, said.note.clone()),
                _ if lines.is_empty() => (CoverageStatus::NotOffered, String::new()),
                _ => (CoverageStatus::Priced, String::new()),
            };
            DemandCoverage { path, status, lines, note }
        })
        .collect()
}

/// Paths of all parts that can be priced by themselves.
#[must_use]
pub fn demand_paths(requirement: &Requirement) -> Vec<String> {
    let mut paths = Vec::new();
    paths.extend((0..requirement.seats.len()).map(|index| format!("seats[{index}]")));
    for (index, demand) in requirement.demand.iter().enumerate() {
        if demand.segments.is_empty() && demand.events.is_empty() {
            paths.push(format!("demand[{index}]"));
        }
        paths.extend((0..demand.segments.len()).map(|part| format!("demand[{index}].segments[{part}]")));
        paths.extend((0..demand.events.len()).map(|part| format!("demand[{index}].events[{part}]")));
    }
    paths.extend((0..requirement.meters.len()).map(|index| format!("meters[{index}]")));
    paths.extend((0..requirement.numbers.len()).map(|index| format!("numbers[{index}]")));
    paths
}

/// Whether a path is another one, or above it.
fn covers(path: &str, part: &str) -> bool {
    part.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_path_covers_what_is_below_it_and_nothing_beside_it() {
        assert!(covers("demand[1]", "demand[1].segments[0]"));
        assert!(covers("demand", "demand[1].segments[0]"));
        assert!(!covers("demand[1]", "demand[10]"));
        assert!(!covers("demand[1].segments[0]", "demand[1]"));
    }
}
