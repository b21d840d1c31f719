//! One coded outcome for each product.

use quotient_plugin_api::adapter::DeclineKind;
use quotient_proto::v1;
use quotient_proto::v1::outcome::Result as Coded;

use super::answer::Answered;
use super::failure::Refused;
use crate::comparison::Candidate;
use crate::plugins::Instance;

/// What became of one product, and what it can be compared by.
pub(super) struct Compared {
    pub(super) outcome: v1::Outcome,
    pub(super) candidate: Option<Candidate>,
}

/// What became of one product.
pub(super) fn compared(instance: &Instance, answer: Result<Answered, Refused>) -> Compared {
    let (result, candidate) = match answer {
        Ok(Answered { quote, candidate }) if has_gap(&quote) => {
            (Coded::PartiallyQuoted(quote), Some(candidate))
        }
        Ok(Answered { quote, candidate }) => (Coded::Quoted(quote), Some(candidate)),
        Err(refused) => (refusal(refused), None),
    };
    let outcome = v1::Outcome { product_id: instance.catalog().product_id.clone(), result: Some(result) };
    Compared { outcome, candidate }
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
