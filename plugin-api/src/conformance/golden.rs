//! Quotes that are right: published by the vendor, or worked out by hand; a folder for each product, a file for each.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use quotient_proto::convert::decimal_from_text;
use quotient_proto::v1;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::document::{Document, Value};
use crate::interval::Interval;
use crate::quote::Quote;
use crate::requirement_file::of_node;

/// A quote that the vendor has published, or that was worked out by hand.
#[derive(Debug, Clone)]
pub struct Golden {
    /// What a report calls it.
    pub name: String,
    /// The product that is asked.
    pub product_id: String,
    /// What it is asked.
    pub requirement: v1::Requirement,
    /// ISO 4217 code of the best offer.
    pub currency: String,
    /// What the best offer costs over the sold term, before invoices are rounded.
    pub total: Bounds,
    /// The best offer's edition; `None`: whichever it is.
    pub edition: Option<String>,
    /// The best offer's purchase option; `None`: whichever it is.
    pub purchase_option: Option<String>,
    /// Each of its lines; none: only the total is known.
    pub lines: BTreeMap<String, Bounds>,
}

/// An amount: `5`, from `1..2`, or `1..` where nothing is known above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    low: Decimal,
    high: Option<Decimal>,
}

impl Bounds {
    fn of(amount: Interval) -> Self {
        let normal = |amount: Decimal| amount.normalize();
        Self { low: normal(amount.low()), high: amount.high().map(normal) }
    }

    /// Reads an amount.
    ///
    /// # Errors
    /// What was found and expected.
    pub fn read(text: &str) -> Result<Self, String> {
        let refused =
            || format!("found the amount {text:?}, expected one such as \"5\", \"1..2\" or \"1..\"");
        let number =
            |text: &str| Ok::<_, String>(decimal_from_text(text).map_err(|_| refused())?.normalize());
        match text.split_once("..") {
            None => number(text).map(|exact| Self { low: exact, high: Some(exact) }),
            Some((low, "")) => number(low).map(|low| Self { low, high: None }),
            Some((low, high)) => {
                let bounds = Self { low: number(low)?, high: Some(number(high)?) };
                bounds.high.filter(|high| *high >= bounds.low).map(|_| bounds).ok_or_else(refused)
            }
        }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.high {
            Some(high) if high == self.low => write!(f, "{}", self.low),
            Some(high) => write!(f, "{}..{high}", self.low),
            None => write!(f, "{}..", self.low),
        }
    }
}

/// A file. The product is its folder's name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GoldenForm {
    /// How the amounts come about, by hand.
    arithmetic: String,
    /// The page that prints it, where one does.
    published: Option<String>,
    currency: String,
    total: String,
    edition: Option<String>,
    purchase_option: Option<String>,
    #[serde(default)]
    lines: BTreeMap<String, String>,
    /// Read by the reader of requirements.
    #[serde(rename = "requirement")]
    _requirement: IgnoredAny,
}

impl Golden {
    /// Reads `folder/<product>/<case>.toml`, all of them, ordered by path.
    ///
    /// # Errors
    /// What is wrong with a file and where, or that there is none.
    pub fn read(folder: &Path) -> Result<Vec<Self>, String> {
        let mut goldens = Vec::new();
        for product in inside(folder)?.iter().filter(|path| path.is_dir()) {
            for file in
                inside(product)?.iter().filter(|path| path.extension().is_some_and(|end| end == "toml"))
            {
                goldens.push(Self::of_file(file)?);
            }
        }
        match goldens.is_empty() {
            true => Err(format!("{}: found no file, expected <product>/<case>.toml", folder.display())),
            false => Ok(goldens),
        }
    }

    fn of_file(file: &Path) -> Result<Self, String> {
        let name = file.display().to_string();
        let text = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
        let document = Document::parse_toml(&name, &text).map_err(|error| error.to_string())?;
        let form: GoldenForm = document.read().map_err(|error| error.to_string())?;
        let refused = |path: &str, text: String| document.error_at(path, text).to_string();
        if form.arithmetic.trim().is_empty() {
            return Err(refused(
                "arithmetic",
                "found nothing, expected how the amounts come about".to_owned(),
            ));
        }
        if form.published.as_ref().is_some_and(|page| !page.starts_with("http")) {
            return Err(refused("published", "expected the address of a page".to_owned()));
        }
        let total = Bounds::read(&form.total).map_err(|text| refused("total", text))?;
        let mut lines = BTreeMap::new();
        for (id, amount) in &form.lines {
            let amount = Bounds::read(amount).map_err(|text| refused(&format!("lines.{id}"), text))?;
            lines.insert(id.clone(), amount);
        }
        let Value::Table(entries) = &document.root().value else {
            return Err(refused("", "expected a table".to_owned()));
        };
        let node = entries.iter().find(|(key, _)| key.name == "requirement").map(|(_, node)| node);
        let node = node.ok_or_else(|| refused("requirement", "found none, expected one".to_owned()))?;
        let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self {
            name: stem(file),
            product_id: file
                .parent()
                .and_then(Path::file_name)
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            requirement: of_node(&document, node, "requirement").map_err(|error| error.to_string())?,
            currency: form.currency,
            total,
            edition: form.edition,
            purchase_option: form.purchase_option,
            lines,
        })
    }

    /// What the best quote has that is not expected; `Ok` is its total.
    pub(super) fn holds(&self, best: &Quote) -> Result<String, String> {
        let mut wrong = Vec::new();
        let mut expect = |what: &str, found: String, expected: String| {
            if found != expected {
                wrong.push(format!("{what}: found {found}, expected {expected}"));
            }
        };
        if let Some(edition) = &self.edition {
            expect("edition", best.edition.id.clone(), edition.clone());
        }
        if let Some(option) = &self.purchase_option {
            expect("purchase option", best.purchase_option.id.clone(), option.clone());
        }
        let mut sum = Interval::ZERO;
        let mut lines = BTreeMap::new();
        for line in &best.lines {
            sum = sum.plus(line.amount).map_err(|error| error.to_string())?;
            lines.insert(line.charge.id.as_str(), Bounds::of(line.amount).to_string());
        }
        if !self.lines.is_empty() {
            let none = || "none".to_owned();
            let expected = |id: &str| self.lines.get(id).map_or_else(none, ToString::to_string);
            for (id, found) in &lines {
                expect(&format!("line {id}"), found.clone(), expected(id));
            }
            for id in self.lines.keys().filter(|id| !lines.contains_key(id.as_str())) {
                expect(&format!("line {id}"), none(), expected(id));
            }
        }
        let told = |currency: &str, amount: Bounds| format!("{currency} {amount}");
        let found = told(best.currency.code(), Bounds::of(sum));
        expect("total", found.clone(), told(&self.currency, self.total));
        if wrong.is_empty() { Ok(found) } else { Err(wrong.join("; ")) }
    }
}

fn inside(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(failed)?;
    let mut paths =
        entries.map(|entry| Ok(entry.map_err(failed)?.path())).collect::<Result<Vec<_>, String>>()?;
    paths.sort();
    Ok(paths)
}
