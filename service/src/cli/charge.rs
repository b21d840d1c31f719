//! `charge`: one charge of the sheet language, priced for a quantity without any plugin.

use std::path::Path;

use jiff::civil::Date;
use quotient_plugin_api::document::{Day, Document};
use quotient_plugin_api::language::chosen::charge_of_sheet;
use quotient_plugin_api::language::trial::{TrialInput, price_trial};
use quotient_plugin_api::wire;
use quotient_proto::convert::decimal_from_text;
use quotient_proto::v1;
use rust_decimal::Decimal;

use super::problem::Problem;
use super::{ChargeArgs, TriedArgs};

/// The quote of the charges in a file, or in a text.
pub(super) fn price(asked: &ChargeArgs) -> Result<v1::QuoteBody, Problem> {
    let document = match (&asked.file, &asked.inline) {
        (Some(file), _) => open(file)?,
        (None, Some(text)) if text.trim_start().starts_with('{') => {
            Document::parse_json("inline", text).map_err(refused)?
        }
        (None, text) => {
            Document::parse_toml("inline", text.as_deref().unwrap_or_default()).map_err(refused)?
        }
    };
    let document = match &asked.charge {
        Some(id) => charge_of_sheet(document, id, asked.edition.as_deref()).map_err(refused)?,
        None => document,
    };
    let quote = price_trial(document, &input(asked)?).map_err(refused)?;
    wire::quote_to_wire(&quote).map_err(refused)
}

/// What the charges are tried with.
fn input(asked: &ChargeArgs) -> Result<TrialInput, Problem> {
    let TriedArgs { quantity, events, input } = &asked.tried;
    if let Some(file) = input {
        return TrialInput::read(&open(file)?).map_err(refused);
    }
    let tried = if events.is_empty() {
        TrialInput::of(&numbers("--quantity", quantity)?)
    } else {
        TrialInput::of_events(&numbers("--events", events)?)
    };
    Ok(TrialInput {
        start: day("--from", asked.from.as_deref())?,
        end: day("--to", asked.to.as_deref())?,
        ..tried
    })
}

fn open(file: &Path) -> Result<Document, Problem> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| Problem::Charge(format!("{name}: {error}")))?;
    Document::parse_bytes(&name, &bytes).map_err(refused)
}

fn numbers(flag: &str, texts: &[String]) -> Result<Vec<Decimal>, Problem> {
    let number = |text: &String| {
        decimal_from_text(text.trim()).map_err(|error| Problem::Charge(format!("{flag}: {error}")))
    };
    texts.iter().map(number).collect()
}

fn day(flag: &str, text: Option<&str>) -> Result<Option<Day>, Problem> {
    let read = |text: &str| {
        text.parse::<Date>().map(Day).map_err(|_| {
            Problem::Charge(format!("{flag}: found {text:?}, expected a day such as 2026-03-15"))
        })
    };
    text.map(read).transpose()
}

fn refused(error: impl ToString) -> Problem {
    Problem::Charge(error.to_string())
}
