//! `sheet new`: a first sheet, to standard output or to a file that is not there yet.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Zoned;
use quotient_plugin_api::language::compile::PriceSheet;
use quotient_plugin_api::language::starter::{Starter, StarterModel};

use super::{refused, write_new};
use crate::cli::problem::Problem;

#[derive(Debug, Args)]
pub(in crate::cli) struct NewArgs {
    /// Id of the product, such as acme-desk.
    #[arg(value_name = "PRODUCT_ID")]
    product: String,
    /// Name of the vendor; the first word of the product's id where not said.
    #[arg(long, value_name = "NAME")]
    vendor: Option<String>,
    /// ISO 4217 code of the prices' currency.
    #[arg(long, value_name = "CODE", default_value = "CNY")]
    currency: String,
    /// What the product is mainly charged by.
    #[arg(long, value_enum, default_value_t = Model::Seat)]
    model: Model,
    /// File to create; standard output where not said.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Model {
    /// Seats, by the month or the year.
    Seat,
    /// What is used, in tiers.
    Usage,
    /// Modules that are chosen.
    Modules,
}

pub(super) fn run(asked: &NewArgs, out: &mut impl Write) -> Result<(), Problem> {
    let first = || asked.product.split('-').next().unwrap_or_default().to_owned();
    let starter = Starter {
        product_id: asked.product.clone(),
        vendor: asked.vendor.clone().unwrap_or_else(first),
        currency: asked.currency.clone(),
        model: match asked.model {
            Model::Seat => StarterModel::Seat,
            Model::Usage => StarterModel::Usage,
            Model::Modules => StarterModel::Modules,
        },
        as_of: Zoned::now().date(),
    };
    let sheet = starter.sheet();
    PriceSheet::parse(&format!("{}.toml", asked.product), &sheet).map_err(refused)?;
    write_new(out, asked.out.as_deref(), &sheet)
}
