//! `sheet`: one price sheet of the sheet language, checked or quoted as it will be, without any plugin.

use std::path::{Path, PathBuf};

use jiff::Zoned;
use quotient_plugin_api::adapter::Answer;
use quotient_plugin_api::language::compile::PriceSheet;
use quotient_plugin_api::{pricing, wire};
use quotient_proto::v1;

use super::problem::Problem;
use crate::requirement_file;

/// What each sheet sells, a line each, or everything that is wrong with all of them.
pub(super) fn check(files: &[PathBuf]) -> Result<String, Problem> {
    let (mut sound, mut broken) = (Vec::new(), Vec::new());
    for file in files {
        match open(file) {
            Ok(sheet) => sound.push(summary(file, &sheet)),
            Err(problem) => broken.push(problem.to_string()),
        }
    }
    if broken.is_empty() { Ok(sound.join("\n")) } else { Err(Problem::Sheet(broken.join("\n"))) }
}

fn summary(file: &Path, sheet: &PriceSheet) -> String {
    let catalog = sheet.catalog();
    let as_of = catalog.revisions.first().map_or("unknown", |revision| revision.as_of.as_str());
    format!(
        "{}: {} of {}, as of {as_of}: {} editions, {} purchase options; {}",
        file.display(),
        catalog.product.name,
        catalog.vendor.name,
        catalog.editions.len(),
        catalog.purchase_options.len(),
        catalog.charging_models.join(", "),
    )
}

/// The best offer of a sheet for a requirement.
pub(super) fn quote(file: &Path, requirement: Option<&Path>) -> Result<v1::QuoteBody, Problem> {
    let sheet = open(file)?;
    let mut asked = requirement_file::read(requirement)?;
    let assumptions = wire::resolve(&mut asked, Zoned::now().date());
    let requirement = wire::requirement_from_wire(&asked).map_err(refused)?;
    let offers = match sheet.offers(&requirement).map_err(refused)? {
        Answer::Offers(offers) => offers,
        Answer::Decline(decline) => {
            let fields = decline.fields.join(", ");
            let fields = if fields.is_empty() { fields } else { format!(" ({fields})") };
            return Err(Problem::Sheet(format!("{}{fields}", decline.text)));
        }
    };
    let priced = pricing::price_offers(&requirement, &offers).map_err(refused)?;
    let Some(mut best) = priced.quotes.into_iter().next() else {
        return Err(Problem::Sheet(priced.refused.join("\n")));
    };
    best.assumptions.splice(0..0, assumptions);
    let mut body = wire::quote_to_wire(&best).map_err(refused)?;
    let catalog = sheet.catalog();
    body.vendor_id.clone_from(&catalog.vendor.id);
    body.product_id.clone_from(&catalog.product.id);
    body.product_name.clone_from(&catalog.product.name);
    body.requirement = Some(asked);
    Ok(body)
}

fn open(file: &Path) -> Result<PriceSheet, Problem> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| Problem::Sheet(format!("{name}: {error}")))?;
    PriceSheet::parse(&name, &text).map_err(refused)
}

fn refused(error: impl ToString) -> Problem {
    Problem::Sheet(error.to_string())
}
