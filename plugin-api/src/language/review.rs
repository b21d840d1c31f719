//! What a pricing analyst would want to know of price sheets, beyond whether they can be read.
//!
//! An error stops a sheet from being sold; a warning is what may be meant so, and often is not. Pure: the day
//! that ages are counted to is told, never looked up.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::compile::MAX_TOLD;
use super::price_sheet::PriceSheet;
use super::sheet::SheetForm;
use crate::document::{Document, DocumentError};

mod age;
pub(crate) mod falls;
mod monotone;
mod near_ids;
mod reach;
mod revisions;
mod words;

/// Months after which prices are old, where not said.
pub const OLD_AFTER_MONTHS: u32 = 24;

/// What ages are compared with.
#[derive(Debug, Clone, Copy)]
pub struct Ages {
    /// The day that ages are counted to.
    pub today: Date,
    /// Months after which prices are old.
    pub old_after_months: u32,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The sheet cannot be sold from.
    Error,
    /// It can, and may not say what was meant.
    Warning,
}

impl Severity {
    /// Its name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is, for programs; in `lower_snake_case`.
    pub code: &'static str,
    /// Where it is, and what was found and expected.
    pub at: DocumentError,
}

/// A sheet and what was found in it.
#[derive(Debug)]
pub struct Reviewed {
    /// The file.
    pub file: String,
    /// The sheet, where it can be read.
    pub sheet: Option<PriceSheet>,
    /// Errors first, then warnings, each in the order of the file.
    pub findings: Vec<Finding>,
}

impl Reviewed {
    /// How many findings are as bad.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// What is found while a sheet is looked at.
struct Findings<'a> {
    document: &'a Document,
    found: Vec<Finding>,
}

impl Findings<'_> {
    fn warn(&mut self, code: &'static str, path: &str, text: impl Into<String>) {
        self.find(Severity::Warning, code, path, text);
    }

    fn fail(&mut self, code: &'static str, path: &str, text: impl Into<String>) {
        self.find(Severity::Error, code, path, text);
    }

    fn find(&mut self, severity: Severity, code: &'static str, path: &str, text: impl Into<String>) {
        if self.found.len() < MAX_TOLD {
            let at = self.document.error_at(path, text);
            self.found.push(Finding { severity, code, at });
        }
    }
}

/// Reviews files, by name and text; those of one product are also held against each other.
#[must_use]
pub fn review(files: &[(String, String)], ages: Ages) -> Vec<Reviewed> {
    let mut reviewed: Vec<_> = files.iter().map(|(name, text)| of_one(name, text, ages)).collect();
    let mut products = BTreeMap::<String, Vec<usize>>::new();
    for (index, one) in reviewed.iter().enumerate() {
        if let Some(sheet) = &one.sheet {
            products.entry(sheet.catalog().product.id.clone()).or_default().push(index);
        }
    }
    let several = products.into_values().filter(|indices| indices.len() > 1);
    let told: Vec<_> = several.flat_map(|indices| revisions::look(&reviewed, &indices)).collect();
    for (index, severity, code, path, text) in told {
        let Some((name, source)) = files.get(index) else { continue };
        let Ok(document) = Document::parse_toml(name, source) else { continue };
        if let Some(one) = reviewed.get_mut(index) {
            one.findings.push(Finding { severity, code, at: document.error_at(path, text) });
        }
    }
    for one in &mut reviewed {
        one.findings.sort_by_key(|finding| {
            (finding.severity == Severity::Warning, finding.at.line, finding.at.column)
        });
    }
    reviewed
}

fn of_one(name: &str, text: &str, ages: Ages) -> Reviewed {
    let error = |at| Finding { severity: Severity::Error, code: "invalid", at };
    let refused = |errors: Vec<DocumentError>| Reviewed {
        file: name.to_owned(),
        sheet: None,
        findings: errors.into_iter().map(error).collect(),
    };
    let document = match Document::parse_toml(name, text) {
        Ok(document) => document,
        Err(at) => return refused(vec![at]),
    };
    let (form, sheet) = match PriceSheet::read(&document) {
        Ok(read) => read,
        Err(invalid) => return refused(invalid.0),
    };
    let mut findings = Findings { document: &document, found: Vec::new() };
    look(&form, ages, &mut findings);
    monotone::look(&form, &sheet, ages, &mut findings);
    Reviewed { file: name.to_owned(), sheet: Some(sheet), findings: findings.found }
}

fn look(form: &SheetForm, ages: Ages, findings: &mut Findings<'_>) {
    age::look(form, ages, findings);
    words::look(form, findings);
    reach::look(form, findings);
    near_ids::look(form, findings);
    falls::look(form, findings);
}

#[cfg(test)]
mod tests;
