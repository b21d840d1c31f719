//! What became of the capabilities that a requirement names.

use super::line::PricedLine;
use crate::capability::{CapabilityCoverage, CapabilityStatement, CapabilityStatus};
use crate::requirement::Requirement;

/// One row for each capability of the requirement, in its order. An add-on whose module has no line is not
/// bought, so its row has no status.
pub(crate) fn trace(
    requirement: &Requirement,
    statements: &[CapabilityStatement],
    lines: &[PricedLine],
) -> Vec<CapabilityCoverage> {
    let row = |need: &crate::requirement::buyer::CapabilityNeed| {
        let said = statements.iter().find(|statement| statement.capability_id == need.capability_id);
        let module = said.and_then(|statement| statement.module_id.as_ref());
        let of_module = |line: &PricedLine| module.is_some() && line.item.charge.module_id.as_ref() == module;
        let lines: Vec<_> =
            lines.iter().enumerate().filter(|(_, line)| of_module(line)).map(|(index, _)| index).collect();
        let status = said.map(|statement| statement.status);
        let bought = status != Some(CapabilityStatus::AddOn) || !lines.is_empty();
        CapabilityCoverage {
            capability_id: need.capability_id.clone(),
            grade: need.grade,
            status: status.filter(|_| bought),
            lines,
            note: match (said, module) {
                (Some(_), Some(module)) if !bought => {
                    format!("with the module {module:?}, which is not chosen")
                }
                (Some(statement), _) => statement.note.clone(),
                (None, _) => "the pages that were read do not say".to_owned(),
            },
            uri: said.map(|statement| statement.uri.clone()).unwrap_or_default(),
        }
    };
    requirement.wishes.capabilities.iter().map(row).collect()
}
