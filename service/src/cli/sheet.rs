//! `sheet`: tools for authors of price sheets; none of them needs a plugin.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use quotient_plugin_api::language::compile::PriceSheet;
use quotient_plugin_api::language::schema::sheet_schema;

use self::check::CheckArgs;
use self::difference::DiffArgs;
use self::import::ImportArgs;
use self::starter::NewArgs;
use super::problem::Problem;
use super::{Format, RequirementArgs, explain, print};

mod check;
mod difference;
mod grid;
mod import;
mod quote;
mod starter;

/// What is done with sheets.
#[derive(Debug, Subcommand)]
pub(super) enum SheetCommand {
    /// Say what each sheet sells, and what an analyst should look at again, by file, line and column.
    ///
    /// Errors fail. Warnings do not, unless they are denied: prices that are old or of an unknown day, totals
    /// that fall as quantities rise, what is never sold, words that name nothing, ids that are nearly the same.
    /// Sheets of one product are held against each other: their days must not overlap.
    Check(CheckArgs),
    /// Quote the best offer of a sheet.
    Quote {
        /// The sheet, TOML.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        requirement: RequirementArgs,
        /// How the answer is printed; `json` is a `quotient.v1.QuoteBody` as proto3 JSON.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Print a JSON Schema (draft 2020-12) of the sheet language, for editors.
    Schema,
    /// Say what differs between two sheets of a product, and how it moves what buyers pay.
    Diff(DiffArgs),
    /// Begin a sheet: a commented one that is sound, with figures to be replaced.
    New(NewArgs),
    /// Turn a table of tiers or prices into charges of a sheet.
    ///
    /// The first row names the columns. Each row keeps the cell that it is from as a comment.
    Import(ImportArgs),
}

pub(super) fn run(command: &SheetCommand, out: &mut impl Write) -> Result<(), Problem> {
    match command {
        SheetCommand::Check(asked) => check::run(asked, out),
        SheetCommand::Quote { file, requirement, format } => {
            let body = quote::body(file, requirement.requirement.as_deref())?;
            print(out, *format, "quotient.v1.QuoteBody", &body, || explain::body(&body))
        }
        SheetCommand::Schema => Ok(writeln!(out, "{:#}", sheet_schema())?),
        SheetCommand::Diff(asked) => difference::run(asked, out),
        SheetCommand::New(asked) => starter::run(asked, out),
        SheetCommand::Import(asked) => import::run(asked, out),
    }
}

fn text_of(file: &Path) -> Result<(String, String), Problem> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| Problem::Sheet(format!("{name}: {error}")))?;
    Ok((name, text))
}

fn open(file: &Path) -> Result<PriceSheet, Problem> {
    let (name, text) = text_of(file)?;
    PriceSheet::parse(&name, &text).map_err(refused)
}

/// To a new file, or to standard output where none is named.
fn write_new(out: &mut impl Write, file: Option<&Path>, text: &str) -> Result<(), Problem> {
    let Some(file) = file else { return Ok(out.write_all(text.as_bytes())?) };
    let refused = |error| Problem::Sheet(format!("{}: {error}", file.display()));
    std::fs::File::create_new(file)
        .and_then(|mut created| created.write_all(text.as_bytes()))
        .map_err(refused)
}

fn refused(error: impl ToString) -> Problem {
    Problem::Sheet(error.to_string())
}
