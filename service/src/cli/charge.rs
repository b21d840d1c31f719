//! `charge`: one charge of the sheet language, priced for a quantity without any plugin.

use std::path::Path;

use quotient_plugin_api::document::Document;
use quotient_plugin_api::language::trial::price_trial;
use quotient_plugin_api::wire;
use quotient_proto::convert::decimal_from_text;
use quotient_proto::v1;

use super::problem::Problem;

/// The quote of the charges in a file, or in a text.
pub(super) fn price(
    file: Option<&Path>,
    inline: Option<&str>,
    quantities: &[String],
) -> Result<v1::QuoteBody, Problem> {
    let refused = |text: String| Problem::Charge(text);
    let quantities = quantities
        .iter()
        .map(|text| decimal_from_text(text.trim()).map_err(|error| refused(format!("--quantity: {error}"))))
        .collect::<Result<Vec<_>, _>>()?;
    let document = match (file, inline) {
        (Some(file), _) => {
            let name = file.display().to_string();
            let bytes = std::fs::read(file).map_err(|error| refused(format!("{name}: {error}")))?;
            Document::parse_bytes(&name, &bytes)
        }
        (None, Some(text)) if text.trim_start().starts_with('{') => Document::parse_json("inline", text),
        (None, text) => Document::parse_toml("inline", text.unwrap_or_default()),
    };
    let document = document.map_err(|error| refused(error.to_string()))?;
    let quote = price_trial(document, &quantities).map_err(|error| refused(error.to_string()))?;
    wire::quote_to_wire(&quote).map_err(|error| refused(error.to_string()))
}
