//! Products side by side: what they cost on common ground, what speaks for and against each, and which is the
//! best. Pure: no clock, no I/O, no randomness; the same candidates give the same verdict in any order.
//!
//! The order is the list in [`compare`]. Nothing that one product is judged by depends on who else is compared, so
//! that adding or removing a product never swaps two others.

use std::collections::BTreeMap;

use quotient_plugin_api::interval::ArithmeticError;

pub use self::candidate::Candidate;
pub use self::ground::{Comparability, Ground};
pub use self::reason::Reason;
use self::scenario::Series;
use self::uncertainty::{Draws, Figures, Uncertainty};
pub use self::verdict::{Assessment, Verdict};

pub mod analysis;
pub mod break_even;
pub mod candidate;
pub mod convert;
mod ecb;
pub mod fit;
pub mod fx;
pub mod ground;
pub mod hidden;
mod horizon;
pub mod order;
pub mod pareto;
pub mod ranking;
pub mod reason;
pub mod recommendation;
pub mod scenario;
pub mod screening;
pub mod sensitivity;
pub mod tax;
pub mod tco;
pub mod uncertainty;
pub mod verdict;

/// Judges all candidates.
#[must_use]
pub fn compare(ground: &Ground<'_>, candidates: &[Candidate]) -> Verdict {
    let mut assessments: Vec<_> = candidates.iter().map(|candidate| assess(ground, candidate)).collect();
    assessments.sort_by(|a, b| a.product_id.cmp(&b.product_id));
    // 6. What each costs when demand is not as stated, where that is asked for or ordered by.
    let uncertainty = ground.uncertainty.or_else(|| ground.order.needs_draws().then(Uncertainty::default));
    let draws = uncertainty.map(|uncertainty| draws(ground, &uncertainty, &assessments, candidates));
    let (draws, figures) = draws.and_then(Result::ok).unwrap_or_default();
    // 7. The order.
    ranking::rank(ground, &mut assessments, &figures);
    // 8. Who is beaten in everything by somebody else.
    pareto::mark(&mut assessments);
    // 9. What to buy, and how to be charged for it.
    let recommendation = recommendation::recommend(ground, &assessments, candidates);
    let is_ranked = |id: &str| assessments.iter().any(|one| one.product_id == id && one.rank.is_some());
    let spreads = draws.spreads(&figures, is_ranked, ground.budget()).unwrap_or_default();
    Verdict { assessments, recommendation, spreads }
}

/// What all that can be ranked costs over draws of demand.
fn draws(
    ground: &Ground<'_>,
    uncertainty: &Uncertainty,
    assessments: &[Assessment],
    candidates: &[Candidate],
) -> Result<(Draws, BTreeMap<String, Figures>), ArithmeticError> {
    let is_ranked = |candidate: &&Candidate| {
        let mut own = assessments.iter().filter(|one| one.product_id == candidate.product_id);
        own.any(|one| one.comparability <= Comparability::WithAdjustment)
    };
    let ranked = candidates.iter().filter(is_ranked);
    let series: Vec<_> = ranked.filter_map(|one| Series::of_product(ground, one)).collect();
    let draws = Draws::new(ground.requirement, &series, uncertainty)?;
    let figures = draws.figures(uncertainty, ground.currency)?;
    Ok((draws, figures))
}

/// One candidate by itself.
fn assess(ground: &Ground<'_>, candidate: &Candidate) -> Assessment {
    // 1. Whether it answers the whole requirement.
    let mut reasons = ground::gaps(ground, candidate);
    // 2. One currency, one tax basis.
    let common = ground.common(candidate);
    // 3. What it costs over the horizon, hidden costs among it.
    let tco = match common {
        Ok(common) => match tco::tco(ground, candidate, &common) {
            Ok(tco) => {
                reasons.extend(common.adjustments);
                Some(tco)
            }
            Err(ArithmeticError) => {
                reasons.push(reason::too_large());
                None
            }
        },
        Err(reason) => {
            reasons.push(reason);
            None
        }
    };
    // 4. The caller's thresholds.
    let screens = screening::screen(ground, candidate, tco.as_ref());
    // 5. What it can do.
    let fit = fit::fit(ground.requirement, &candidate.quote);
    let comparability = ground::comparability(&reasons, tco.as_ref());
    Assessment::new(candidate, comparability, reasons, tco, screens, fit)
}
