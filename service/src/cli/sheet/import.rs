//! `sheet import`: a table of a spreadsheet as charges, to standard output or to a file that is not there yet.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use quotient_plugin_api::language::import::{ImportAs, ImportWords, import};
use quotient_proto::convert::decimal_from_text;
use rust_decimal::Decimal;

use super::{grid, refused, write_new};
use crate::cli::problem::Problem;

#[derive(Debug, Args)]
pub(in crate::cli) struct ImportArgs {
    /// The table: a file that ends in .csv, or a workbook that ends in .xlsx.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the table becomes.
    #[arg(long = "as", value_enum, value_name = "WHAT")]
    how: How,
    /// Sheet of the workbook; needed where it has several.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// What stands between the cells of a text file.
    #[arg(long, value_name = "CHAR", default_value_t = ',')]
    delimiter: char,
    /// Id of the charge; of `prices`, what a row without an id has before its number.
    #[arg(long, value_name = "ID", default_value = "charge")]
    id: String,
    /// `recurring`, `usage` or `one_time`.
    #[arg(long, value_name = "WORD", default_value = "usage")]
    category: String,
    /// What is counted, as `quotient meters` lists it.
    #[arg(long, value_name = "METER", default_value = "units")]
    meter: String,
    /// How long one price lasts.
    #[arg(long, value_name = "WORD", default_value = "month")]
    cycle: String,
    /// Key of the sheet's page that the table is from.
    #[arg(long, value_name = "KEY", default_value = "pricing")]
    source: String,
    /// Units of the table that a price buys, such as 1000 for a price per thousand.
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    per: Option<Decimal>,
    /// Base units of the meter in a unit of the table, such as 60 for a table of minutes and a meter in seconds.
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    unit: Option<Decimal>,
    /// File to create; standard output where not said.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum How {
    /// Each unit at the price of its own tier: `up_to` and `price`, and where wanted `from`, `flat`,
    /// `package_size`, `minimum`, `maximum`.
    Graduated,
    /// All units at the price of the tier reached: the same columns.
    Volume,
    /// A price for each package: one row with `size` and `price`.
    Package,
    /// A price for each combination of attributes: `price`, and a column for each attribute.
    Matrix,
    /// A charge for each row: `price`, and where wanted `id`, `name`, `category`, `meter`, `cycle`, `edition`,
    /// `purchase_option`, `per`.
    Prices,
}

fn number(text: &str) -> Result<Decimal, String> {
    decimal_from_text(text).map_err(|error| error.to_string())
}

pub(super) fn run(asked: &ImportArgs, out: &mut impl Write) -> Result<(), Problem> {
    let grid = grid::read(&asked.file, asked.sheet.as_deref(), asked.delimiter)?;
    let how = match asked.how {
        How::Graduated => ImportAs::Graduated,
        How::Volume => ImportAs::Volume,
        How::Package => ImportAs::Package,
        How::Matrix => ImportAs::Matrix,
        How::Prices => ImportAs::Prices,
    };
    let words = ImportWords {
        id: asked.id.clone(),
        category: asked.category.clone(),
        meter: asked.meter.clone(),
        cycle: asked.cycle.clone(),
        source: asked.source.clone(),
        per: asked.per,
        unit: asked.unit,
    };
    let charges = import(&grid, how, &words).map_err(refused)?;
    write_new(out, asked.out.as_deref(), &charges)
}
