//! What products can do, both ways.

use std::collections::BTreeSet;

use quotient_proto::v1;

use super::buyer::known_capability;
use super::enums::WireEnum as _;
use super::found::Found;
use crate::capability::{CapabilityCoverage, CapabilityStatement};
use crate::document::path::Path;
use crate::document::suggest::shown;
use crate::quote::LineItem;

/// Most statements of an offer.
const MAX_OFFERED: usize = 200;
/// Most statements of a catalogue, and editions of one.
const MAX_LISTED: usize = 1_000;

pub(super) fn statement_to_wire(statement: &CapabilityStatement) -> v1::CapabilityStatement {
    v1::CapabilityStatement {
        capability_id: statement.capability_id.clone(),
        status: statement.status.to_wire(),
        module_id: statement.module_id.clone().unwrap_or_default(),
        note: statement.note.clone(),
        uri: statement.uri.clone(),
        edition_ids: statement.edition_ids.clone(),
    }
}

/// The statements of an offer: each capability once.
pub(super) fn offered_from_wire(
    wire: &[v1::CapabilityStatement],
    at: &Path<'_>,
    found: &mut Found,
) -> Vec<CapabilityStatement> {
    let mut seen = BTreeSet::new();
    let wire = found.limited(at, wire, MAX_OFFERED);
    for (index, statement) in wire.iter().enumerate() {
        if !seen.insert(&statement.capability_id) {
            let rule = format!("found {} twice, expected each once", shown(&statement.capability_id));
            found.add(&at.index(index), rule);
        }
    }
    statements_from_wire(wire, at, found)
}

/// The statements of a catalogue.
pub(super) fn listed_from_wire(
    wire: &[v1::CapabilityStatement],
    at: &Path<'_>,
    found: &mut Found,
) -> Vec<CapabilityStatement> {
    let wire = found.limited(at, wire, MAX_LISTED);
    statements_from_wire(wire, at, found)
}

fn statements_from_wire(
    wire: &[v1::CapabilityStatement],
    at: &Path<'_>,
    found: &mut Found,
) -> Vec<CapabilityStatement> {
    let mut statements = Vec::new();
    for (index, wire) in wire.iter().enumerate() {
        let at = at.index(index);
        known_capability(found, &at.key("capability_id"), &wire.capability_id);
        let editions = found.limited(&at.key("edition_ids"), &wire.edition_ids, MAX_LISTED).to_vec();
        let note = found.text(&at.key("note"), &wire.note);
        // An address with escaped characters is long; that of a source is not limited either.
        let uri = wire.uri.clone();
        if let Some(status) = found.kind(&at.key("status"), wire.status) {
            statements.push(CapabilityStatement {
                capability_id: wire.capability_id.clone(),
                status,
                module_id: Some(wire.module_id.clone()).filter(|id| !id.is_empty()),
                note,
                uri,
                edition_ids: editions,
            });
        }
    }
    statements
}

pub(super) fn covered_to_wire(part: &CapabilityCoverage, lines: &[LineItem]) -> v1::CapabilityCoverage {
    let line = |index: &usize| lines.get(*index).map(|line| line.charge.id.clone());
    v1::CapabilityCoverage {
        capability_id: part.capability_id.clone(),
        grade: part.grade.to_wire(),
        status: part.status.map_or(0, |status| status.to_wire()),
        line_ids: part.lines.iter().filter_map(line).collect(),
        note: part.note.clone(),
        uri: part.uri.clone(),
    }
}
