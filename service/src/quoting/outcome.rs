//! One coded outcome for each product.

use quotient_plugin_api::adapter::DeclineKind;
use quotient_proto::v1;
use quotient_proto::v1::outcome::Result as Coded;

use super::failure::Refused;
use crate::plugins::Instance;

/// What became of one product.
pub(super) fn outcome(instance: &Instance, answer: Result<v1::Quote, Refused>) -> v1::Outcome {
    let result = match answer {
        Ok(quote) if has_gap(&quote) => Coded::PartiallyQuoted(quote),
        Ok(quote) => Coded::Quoted(quote),
        Err(refused) => refusal(refused),
    };
    v1::Outcome { product_id: instance.catalog().product_id.clone(), result: Some(result) }
}

fn has_gap(quote: &v1::Quote) -> bool {
    use v1::CoverageStatus::{BilledByOthers, NotOffered};

    let coverage = quote.body.iter().flat_map(|body| &body.demand_coverage);
    coverage.into_iter().any(|part| matches!(part.status(), BilledByOthers | NotOffered))
}

fn refusal(refused: Refused) -> Coded {
    let text = refused.to_string();
    match refused {
        Refused::Declined(decline) => {
            let refusal = v1::Refusal { text, fields: decline.fields };
            match decline.kind {
                DeclineKind::NoMatchingOffer => Coded::NoMatchingOffer(refusal),
                DeclineKind::NeedsInput => Coded::NeedsInput(refusal),
                DeclineKind::ContactSales => Coded::ContactSales(refusal),
            }
        }
        // A plugin without a free place did not answer in time either.
        Refused::TimedOut | Refused::Overloaded => Coded::TimedOut(v1::Refusal { text, fields: Vec::new() }),
        Refused::AdapterFailed => Coded::AdapterFailed(v1::Refusal { text, fields: Vec::new() }),
    }
}

/// All outcomes, ordered by product, whatever the order of arrival.
pub(super) fn comparison(mut outcomes: Vec<v1::Outcome>) -> v1::Comparison {
    outcomes.sort_by(|a, b| a.product_id.cmp(&b.product_id));
    let late = outcomes.iter().filter(|outcome| matches!(outcome.result, Some(Coded::TimedOut(_)))).count();
    let mut notes = Vec::new();
    if late > 0 {
        let text = format!("{late} of {} products did not answer in time", outcomes.len());
        notes.push(v1::Note { code: "provisional".to_owned(), text, subject: String::new() });
    }
    v1::Comparison { outcomes, notes }
}
