//! What a sheet says of what its product can do.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::sheet::SheetForm;
use crate::capability::{CAPABILITIES, CapabilityStatement, CapabilityStatus, capability};
use crate::document::suggest::{any_of, nearest};

/// How some capabilities come.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CapabilityForm {
    /// Ids of the capability list.
    pub ids: Vec<String>,
    /// How they come.
    pub status: CapabilityStatusForm,
    /// The module that brings them; with `add_on`.
    pub module: Option<String>,
    /// Editions that this holds for; none: all.
    #[serde(default)]
    pub editions: Vec<String>,
    /// In the vendor's words or yours.
    #[serde(default)]
    pub note: String,
    /// Key of the sheet's `sources`.
    pub source: String,
}

/// How a capability comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CapabilityStatusForm {
    /// Part of what is paid for anyway.
    Included,
    /// With a module that is chosen and paid for.
    AddOn,
    /// Sold by a partner, at a price that is not in the quote.
    Partner,
    /// Not sold.
    NotOffered,
}

impl From<CapabilityStatusForm> for CapabilityStatus {
    fn from(form: CapabilityStatusForm) -> Self {
        match form {
            CapabilityStatusForm::Included => Self::Included,
            CapabilityStatusForm::AddOn => Self::AddOn,
            CapabilityStatusForm::Partner => Self::Partner,
            CapabilityStatusForm::NotOffered => Self::NotOffered,
        }
    }
}

/// What is wrong with the capabilities of a sheet: path, and what was found and expected. Ids of editions,
/// modules and sources are checked elsewhere.
pub(super) fn faults(form: &SheetForm) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, one) in form.capabilities.iter().enumerate() {
        let at = |field: &str| format!("capabilities[{index}].{field}");
        if one.ids.is_empty() {
            faults.push((at("ids"), "found none, expected ids of the capability list".to_owned()));
        }
        if (one.status == CapabilityStatusForm::AddOn) != one.module.is_some() {
            let rule = "expected a module with the status \"add_on\", and with no other";
            faults.push((at("module"), rule.to_owned()));
        }
        for id in &one.ids {
            if capability(id).is_none() {
                let near = nearest(id, CAPABILITIES.iter().map(|capability| capability.id));
                let expected = match near.as_slice() {
                    [] => "an id of the capability list".to_owned(),
                    near => any_of(near),
                };
                faults.push((at("ids"), format!("found {id:?}, expected {expected}")));
            }
            let all = form.editions.iter().map(|edition| &edition.id);
            let editions: Vec<_> =
                all.filter(|edition| one.editions.is_empty() || one.editions.contains(edition)).collect();
            for edition in editions {
                if !seen.insert((id, edition)) {
                    let rule = format!("found {id:?} twice for the edition {edition:?}, expected it once");
                    faults.push((at("ids"), rule));
                }
            }
        }
    }
    faults
}

/// What a sheet says, as the catalogue lists it.
pub(super) fn statements(form: &SheetForm) -> Vec<CapabilityStatement> {
    let statement = |one: &CapabilityForm, id: &String| CapabilityStatement {
        capability_id: id.clone(),
        status: one.status.into(),
        module_id: one.module.clone(),
        note: one.note.clone(),
        uri: form.sources.get(&one.source).map(|page| page.uri.clone()).unwrap_or_default(),
        edition_ids: one.editions.clone(),
    };
    form.capabilities.iter().flat_map(|one| one.ids.iter().map(move |id| statement(one, id))).collect()
}

/// What holds for one edition.
pub(super) fn of_edition(statements: &[CapabilityStatement], edition: &str) -> Vec<CapabilityStatement> {
    let holds = |statement: &&CapabilityStatement| {
        statement.edition_ids.is_empty() || statement.edition_ids.iter().any(|id| id == edition)
    };
    let without_editions = |statement: &CapabilityStatement| CapabilityStatement {
        edition_ids: Vec::new(),
        ..statement.clone()
    };
    statements.iter().filter(holds).map(without_editions).collect()
}
