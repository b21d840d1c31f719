//! What products cost, by the vendors' published examples and by hand: one file of `vendors/` for each product,
//! asked of a server that has loaded the libraries.
//!
//! A `case` is a requirement and what the best offer answers, line by line before invoices are rounded, or why
//! there is none. A `charge_case` tries one charge of the product's sheet. Either says what is `billed` over the sold
//! months where a page prints how it counts and no price. `do_not_follow` records what a page prints wrongly; a
//! case holds the right figure.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a case that cannot be read is a failure of this test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use quotient_plugin_api::document::Document;
use quotient_plugin_api::language::chosen::charge_of_sheet;
use quotient_plugin_api::language::trial::{TrialInput, price_trial};
use quotient_proto::v1;
use quotient_tests::{TestServer, quote_request};
use rust_decimal::Decimal;
use toml_edit::{DocumentMut, Item, Table};
use tonic_types::StatusExt;

/// A table of a file, whose keys are taken one by one so that none is overlooked.
struct Entry {
    place: String,
    table: Table,
}

impl Entry {
    fn take(&mut self, key: &str) -> Option<Item> {
        self.table.remove(key)
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let item = self.take(key)?;
        Some(item.as_str().unwrap_or_else(|| panic!("{}: {key} is no text", self.place)).to_owned())
    }

    fn needed(&mut self, key: &str) -> String {
        self.text(key).unwrap_or_else(|| panic!("{}: {key} is missing", self.place))
    }

    /// A table as a file of its own.
    fn file(&mut self, key: &str) -> Option<String> {
        let table = self.take(key)?.into_table().unwrap_or_else(|_| panic!("{}: {key}", self.place));
        Some(DocumentMut::from(table).to_string())
    }

    fn end(&self) {
        let left: Vec<_> = self.table.iter().map(|(key, _)| key).collect();
        assert!(left.is_empty(), "{}: unknown keys {left:?}", self.place);
    }
}

/// An amount between bounds; `5`, `1..2`, or `1..` where nothing is known above.
#[derive(Debug, PartialEq)]
struct Amount(Decimal, Option<Decimal>);

impl Amount {
    fn read(text: &str) -> Self {
        let number = |text: &str| text.parse::<Decimal>().unwrap_or_else(|_| panic!("the amount {text:?}"));
        match text.split_once("..") {
            None => Self(number(text), Some(number(text))),
            Some((low, "")) => Self(number(low), None),
            Some((low, high)) => Self(number(low), Some(number(high))),
        }
    }

    fn plus(self, other: &Self) -> Self {
        Self(self.0 + other.0, self.1.zip(other.1).map(|(one, other)| one + other))
    }

    fn of(range: Option<&v1::DecimalRange>) -> Self {
        let bound = |bound: &quotient_proto::google::r#type::Decimal| bound.value.parse::<Decimal>().unwrap();
        let range = range.expect("a line has an amount");
        Self(bound(range.low.as_ref().expect("a low bound")), range.high.as_ref().map(bound))
    }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vendors");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// The tables of one kind in a file.
fn entries(file: &Path, document: &DocumentMut, kind: &str) -> Vec<Entry> {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let tables = document.get(kind).and_then(Item::as_array_of_tables).into_iter().flatten();
    let entry = |table: &Table| {
        let id =
            table.get("id").and_then(Item::as_str).unwrap_or_else(|| panic!("{name}: {kind} without id"));
        Entry { place: format!("{name}: {kind} {id}"), table: table.clone() }
    };
    tables.map(entry).collect()
}

fn read(file: &Path) -> (String, DocumentMut) {
    let text = std::fs::read_to_string(file).unwrap();
    let document: DocumentMut = text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let known = ["product", "case", "charge_case", "do_not_follow"];
    let unknown: Vec<_> = document.iter().map(|(key, _)| key).filter(|key| !known.contains(key)).collect();
    assert!(unknown.is_empty(), "{}: unknown keys {unknown:?}", file.display());
    let product = document["product"].as_str().expect("a product").to_owned();
    let stem = file.file_stem().unwrap().to_string_lossy();
    assert_eq!(stem, product, "a file is named by its product");
    (product, document)
}

/// What differs from what is expected; empty when nothing does.
async fn differences(server: &TestServer, product: &str, mut case: Entry) -> Vec<String> {
    let place = case.place.clone();
    let mut wrong = Vec::new();
    let mut expect = |what: &str, found: String, expected: String| {
        if found != expected {
            wrong.push(format!("{place}: {what}: found {found}, expected {expected}"));
        }
    };
    assert!(!case.needed("id").is_empty() && !case.needed("arithmetic").is_empty());
    case.text("published");
    let requirement = case.file("requirement").unwrap_or_else(|| panic!("{place}: no requirement"));
    let answer = server.quoting().quote(quote_request(product, &requirement)).await;
    let (refused, says) = (case.text("refused"), case.text("says"));
    let (edition, option, total) = (case.text("edition"), case.text("purchase_option"), case.text("total"));
    let lines = case.take("lines").map(|lines| lines.into_table().expect("lines are a table"));
    let billed = case.take("billed").map(|billed| billed.into_table().expect("billed is a table"));
    case.end();
    let body = match (answer, refused) {
        (Err(status), Some(reason)) => {
            let found = status.get_details_error_info().map_or_else(String::new, |info| info.reason);
            expect("refused", found.to_lowercase(), reason);
            let says = says.unwrap_or_else(|| panic!("{place}: what does the refusal say?"));
            if !status.message().contains(&says) {
                expect("says", status.message().to_owned(), says);
            }
            return wrong;
        }
        (Err(status), None) => {
            return vec![format!("{place}: refused: {}", status.message())];
        }
        (Ok(_), Some(reason)) => return vec![format!("{place}: found a quote, expected {reason}")],
        (Ok(answer), None) => answer.into_inner().quote.and_then(|quote| quote.body).expect("a body"),
    };
    let id = |label: Option<v1::Label>| label.map_or_else(String::new, |label| label.id);
    if let Some(edition) = edition {
        expect("edition", id(body.edition.clone()), edition);
    }
    if let Some(option) = option {
        expect("purchase option", id(body.purchase_option.clone()), option);
    }
    let expected: BTreeMap<_, _> = lines
        .unwrap_or_default()
        .iter()
        .map(|(id, item)| (id.to_owned(), Amount::read(item.as_str().expect("an amount is a text"))))
        .collect();
    let found: BTreeMap<_, _> =
        body.line_items.iter().map(|line| (line.id.clone(), Amount::of(line.amount.as_ref()))).collect();
    for id in expected.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
        let told = |amount: Option<&Amount>| amount.map_or("none".to_owned(), |amount| format!("{amount:?}"));
        expect(&format!("line {id}"), told(found.get(id)), told(expected.get(id)));
    }
    for (id, item) in &billed.unwrap_or_default() {
        let line = body.line_items.iter().find(|line| line.id == id);
        let periods = line.into_iter().flat_map(|line| &line.periods);
        let sold = periods.filter(|period| period.phase() == v1::Phase::Term);
        let quantity = |period: &v1::Period| {
            let billed: Decimal = period.billed.as_ref().expect("a quantity").value.parse().unwrap();
            billed * Decimal::from(period.cycles)
        };
        let found: Decimal = sold.map(quantity).sum();
        let expected: Decimal = item.as_str().expect("a quantity is a text").parse().unwrap();
        expect(&format!("billed of {id}"), found.normalize().to_string(), expected.normalize().to_string());
    }
    let total = Amount::read(&total.unwrap_or_else(|| panic!("{place}: no total")));
    let sum = found.values().fold(Amount(Decimal::ZERO, Some(Decimal::ZERO)), Amount::plus);
    expect("total", format!("{sum:?}"), format!("{total:?}"));
    wrong
}

#[tokio::test]
async fn products_cost_what_their_pages_say() {
    let server = TestServer::start().await;
    let mut wrong = Vec::new();
    for file in files() {
        let (product, document) = read(&file);
        for case in entries(&file, &document, "case") {
            wrong.extend(differences(&server, &product, case).await);
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn charges_cost_what_their_pages_say() {
    let mut wrong = Vec::new();
    for file in files() {
        let (product, document) = read(&file);
        let sheet = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("../adapters/declarative/sheets/{product}.toml"));
        for mut case in entries(&file, &document, "charge_case") {
            let place = case.place.clone();
            assert!(!case.needed("id").is_empty() && !case.needed("arithmetic").is_empty());
            case.text("published");
            let text = std::fs::read_to_string(&sheet).unwrap_or_else(|error| panic!("{place}: {error}"));
            let whole = Document::parse_toml(&format!("{product}.toml"), &text).unwrap();
            let edition = case.text("edition");
            let charge = charge_of_sheet(whole, &case.needed("charge"), edition.as_deref())
                .unwrap_or_else(|error| panic!("{place}: {error}"));
            let quantities = case.take("quantities");
            let input = match case.file("input") {
                Some(input) => {
                    let input = Document::parse_toml(&place, &input).unwrap();
                    TrialInput::read(&input).unwrap_or_else(|error| panic!("{error}"))
                }
                None => {
                    let list = quantities.unwrap_or_else(|| panic!("{place}: no quantities"));
                    let list = list.as_array().expect("quantities are a list").clone();
                    let number = |value: toml_edit::Value| {
                        let text = value.decorated("", "").to_string();
                        text.parse::<Decimal>().unwrap_or_else(|_| panic!("{place}: {text}"))
                    };
                    TrialInput::of(&list.into_iter().map(number).collect::<Vec<_>>())
                }
            };
            let expected = Amount::read(&case.needed("amount"));
            let billed = case.text("billed").map(|billed| billed.parse::<Decimal>().unwrap());
            case.end();
            match price_trial(charge, &input) {
                Err(error) => wrong.push(format!("{place}: refused: {error}")),
                Ok(quote) => {
                    let sum =
                        quote.lines.iter().fold(Amount(Decimal::ZERO, Some(Decimal::ZERO)), |sum, line| {
                            sum.plus(&Amount(line.amount.low(), line.amount.high()))
                        });
                    if sum != expected {
                        wrong.push(format!("{place}: found {sum:?}, expected {expected:?}"));
                    }
                    let periods = quote.lines.iter().flat_map(|line| &line.periods);
                    let found: Decimal = periods.map(|p| p.billed * Decimal::from(p.cycles)).sum();
                    if billed.is_some_and(|billed| billed != found) {
                        wrong.push(format!("{place}: billed {found}, expected {billed:?}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_printed_mistake_is_recorded_with_the_right_figure() {
    for file in files() {
        let (_, document) = read(&file);
        for mut slip in entries(&file, &document, "do_not_follow") {
            let place = slip.place.clone();
            slip.needed("id");
            let (printed, right) = (slip.needed("printed"), slip.needed("right"));
            assert_ne!(Amount::read(&printed), Amount::read(&right), "{place}: no mistake");
            assert!(!slip.needed("why").is_empty() && slip.needed("published").starts_with("https://"));
            slip.end();
        }
    }
}
