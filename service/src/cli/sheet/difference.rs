//! `sheet diff`: what differs between two sheets, and how it moves the totals of buyers.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use quotient_plugin_api::document::Document;
use quotient_plugin_api::interval::{Interval, sub};
use quotient_plugin_api::language::compile::PriceSheet;
use quotient_plugin_api::language::difference::{Difference, differences};
use quotient_plugin_api::quote::Quote;
use quotient_proto::v1;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{quote, refused, text_of};
use crate::cli::Format;
use crate::cli::problem::Problem;
use crate::requirement_file;

#[derive(Debug, Args)]
pub(in crate::cli) struct DiffArgs {
    /// The sheet as it was.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The sheet as it is.
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Requirement files, TOML or JSON, whose totals are compared; without it, the buyers that come with the
    /// program.
    #[arg(long, value_name = "DIR")]
    requirements: Option<PathBuf>,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// What one buyer pays by both sheets, or why nothing is offered.
struct Moved {
    buyer: String,
    before: Result<Quote, String>,
    after: Result<Quote, String>,
}

pub(super) fn run(asked: &DiffArgs, out: &mut impl Write) -> Result<(), Problem> {
    let read = |file: &Path| {
        let (name, text) = text_of(file)?;
        let sheet = PriceSheet::parse(&name, &text).map_err(refused)?;
        Ok::<_, Problem>((Document::parse_toml(&name, &text).map_err(refused)?, sheet))
    };
    let ((old, before), (new, after)) = (read(&asked.old)?, read(&asked.new)?);
    let changes = differences(&old, &new);
    let best = |sheet: &PriceSheet, requirement: &v1::Requirement| {
        let best = quote::best(sheet, requirement.clone());
        best.map(|(best, _)| best).map_err(|problem| problem.to_string().replace('\n', "; "))
    };
    let buyers = buyers(asked.requirements.as_deref())?;
    let moved = buyers.into_iter().map(|(buyer, requirement)| Moved {
        before: best(&before, &requirement),
        after: best(&after, &requirement),
        buyer,
    });
    let moved: Vec<_> = moved.collect();
    match asked.format {
        Format::Json => {
            let changes: Vec<_> = changes.iter().map(change_for_a_program).collect();
            let totals: Vec<_> = moved.iter().map(moved_for_a_program).collect();
            Ok(writeln!(out, "{:#}", json!({ "changes": changes, "totals": totals }))?)
        }
        Format::Table => {
            let changes = changes.iter().map(change_told);
            let none = changes.len() == 0;
            let lines: Vec<_> = changes
                .chain(none.then(|| "nothing differs".to_owned()))
                .chain(moved.iter().map(moved_told))
                .collect();
            Ok(writeln!(out, "{}", lines.join("\n"))?)
        }
    }
}

/// Requirements by name: the files of a directory, or the bundled ones.
fn buyers(directory: Option<&Path>) -> Result<Vec<(String, v1::Requirement)>, Problem> {
    let Some(directory) = directory else {
        let buyers = requirement_file::BUYERS.into_iter();
        let read = |(name, text): (&str, &str)| {
            Ok((name.to_owned(), requirement_file::parse(name, text.as_bytes())?))
        };
        return buyers.map(read).collect();
    };
    let refused = |error: std::io::Error| Problem::Sheet(format!("{}: {error}", directory.display()));
    let entries = std::fs::read_dir(directory).map_err(refused)?;
    let mut files = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    if let Ok(files) = &mut files {
        files.retain(|file| file.extension().is_some_and(|ending| ending == "toml" || ending == "json"));
        files.sort();
    }
    let files = files.map_err(refused)?;
    if files.is_empty() {
        let text = format!(
            "{}: found no requirement, expected files that end in .toml or .json",
            directory.display()
        );
        return Err(Problem::Sheet(text));
    }
    let read = |file: PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok((name, requirement_file::read(Some(&file))?))
    };
    files.into_iter().map(read).collect()
}

fn change_told(change: &Difference) -> String {
    let Difference { path, before, after } = change;
    match (before, after) {
        (Some(before), Some(after)) => format!("{path}: {before} -> {after}"),
        (Some(before), None) => format!("{path}: removed {before}"),
        (None, after) => format!("{path}: added {}", after.as_deref().unwrap_or_default()),
    }
}

fn offer(quote: &Quote) -> String {
    format!("{} {}", quote.edition.id, quote.purchase_option.id)
}

fn moved_told(moved: &Moved) -> String {
    let Moved { buyer, before, after } = moved;
    let (before, after) = match (before, after) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(one), Err(other)) if one == other => return format!("{buyer}: not offered: {one}"),
        (one, other) => {
            let told = |quote: &Result<Quote, String>| match quote {
                Ok(quote) => format!("{}, term {}", offer(quote), amount(quote, quote.totals.term)),
                Err(reason) => format!("not offered ({reason})"),
            };
            return format!("{buyer}: {} -> {}", told(one), told(other));
        }
    };
    let (one, other) = (offer(before), offer(after));
    let offers = if one == other { one } else { format!("{one} -> {other}") };
    let sums = [
        ("term", before.totals.term, after.totals.term),
        ("horizon", before.totals.horizon, after.totals.horizon),
    ];
    let line = |(name, one, other): (&str, Interval, Interval)| {
        let change = change(before, after, one, other).map_or_else(String::new, |(low, high)| match high {
            Some(high) if high == low => format!(", {}", signed(low)),
            Some(high) => format!(", {} to {}", signed(low), signed(high)),
            None => format!(", the least by {}", signed(low)),
        });
        format!("  {name}: {} -> {}{change}", amount(before, one), amount(after, other))
    };
    let lines = sums.map(line);
    format!("{buyer}: {offers}\n{}", lines.join("\n"))
}

/// The change of the least and of the most; of amounts in two currencies there is none.
fn change(
    before: &Quote,
    after: &Quote,
    one: Interval,
    other: Interval,
) -> Option<(Decimal, Option<Decimal>)> {
    if before.currency != after.currency {
        return None;
    }
    let most = one.high().zip(other.high()).and_then(|(one, other)| sub(other, one).ok());
    Some((sub(other.low(), one.low()).ok()?.normalize(), most.map(|most| most.normalize())))
}

fn signed(change: Decimal) -> String {
    if change > Decimal::ZERO { format!("+{change}") } else { change.to_string() }
}

fn amount(quote: &Quote, amount: Interval) -> String {
    let (code, low) = (quote.currency.code(), amount.low().normalize());
    match amount.high().map(|high| high.normalize()) {
        None => format!("{code} {low} and up"),
        Some(high) if high == low => format!("{code} {low}"),
        Some(high) => format!("{code} {low} to {high}"),
    }
}

fn change_for_a_program(change: &Difference) -> Value {
    json!({ "path": change.path, "before": change.before, "after": change.after })
}

fn moved_for_a_program(moved: &Moved) -> Value {
    let bounds = |low: Decimal, high: Option<Decimal>| {
        let high = high.map(|high| high.normalize().to_string());
        json!({ "low": low.normalize().to_string(), "high": high })
    };
    let sum = |sum: Interval| bounds(sum.low(), sum.high());
    let side = |quote: &Result<Quote, String>| match quote {
        Ok(quote) => json!({
            "edition": quote.edition.id, "purchase_option": quote.purchase_option.id,
            "currency": quote.currency.code(), "term": sum(quote.totals.term),
            "horizon": sum(quote.totals.horizon),
        }),
        Err(reason) => json!({ "not_offered": reason }),
    };
    let difference = |of: fn(&Quote) -> Interval| {
        let (Ok(before), Ok(after)) = (&moved.before, &moved.after) else { return Value::Null };
        change(before, after, of(before), of(after)).map_or(Value::Null, |(low, high)| bounds(low, high))
    };
    json!({
        "requirement": moved.buyer, "before": side(&moved.before), "after": side(&moved.after),
        "difference": {
            "term": difference(|quote| quote.totals.term),
            "horizon": difference(|quote| quote.totals.horizon),
        },
    })
}
