//! `sheet quote`: the best offer of one price sheet, as it will be quoted, without any plugin.

use std::path::Path;

use jiff::Zoned;
use quotient_plugin_api::adapter::Answer;
use quotient_plugin_api::language::compile::PriceSheet;
use quotient_plugin_api::quote::Quote;
use quotient_plugin_api::{pricing, wire};
use quotient_proto::v1;

use super::{open, refused};
use crate::cli::problem::Problem;
use crate::requirement_file;

/// The best offer of a sheet for a requirement.
pub(super) fn body(file: &Path, requirement: Option<&Path>) -> Result<v1::QuoteBody, Problem> {
    let sheet = open(file)?;
    let (best, asked) = best(&sheet, requirement_file::read(requirement)?)?;
    let mut body = wire::quote_to_wire(&best).map_err(refused)?;
    let catalog = sheet.catalog();
    body.vendor_id.clone_from(&catalog.vendor.id);
    body.product_id.clone_from(&catalog.product.id);
    body.product_name.clone_from(&catalog.product.name);
    body.requirement = Some(asked);
    Ok(body)
}

/// The best offer of a sheet that has been read, and the requirement with what was assumed of it.
pub(super) fn best(
    sheet: &PriceSheet,
    mut asked: v1::Requirement,
) -> Result<(Quote, v1::Requirement), Problem> {
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
    Ok((best, asked))
}
