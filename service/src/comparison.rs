//! Products side by side: what they cost on common ground, what speaks for and against each, and which is the
//! best. Pure: no clock, no I/O, no randomness; the same candidates give the same verdict in any order.
//!
//! The order is the list in [`compare`]. Nothing that one product is judged by depends on who else is compared, so
//! that adding or removing a product never swaps two others.

use quotient_plugin_api::interval::ArithmeticError;

pub use self::candidate::Candidate;
pub use self::ground::{Comparability, Ground};
pub use self::reason::Reason;
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
pub mod pareto;
pub mod ranking;
pub mod reason;
pub mod recommendation;
pub mod scenario;
pub mod screening;
pub mod tax;
pub mod tco;
pub mod uncertainty;
pub mod verdict;

/// Judges all candidates.
#[must_use]
pub fn compare(ground: &Ground<'_>, candidates: &[Candidate]) -> Verdict {
    let mut assessments: Vec<_> = candidates.iter().map(|candidate| assess(ground, candidate)).collect();
    assessments.sort_by(|a, b| a.product_id.cmp(&b.product_id));
    // 6. The order by what each costs.
    ranking::rank(&mut assessments, ground.currency);
    // 7. Who is beaten in everything by somebody else.
    pareto::mark(&mut assessments);
    // 8. What to buy, and how to be charged for it.
    let recommendation = recommendation::recommend(ground, &assessments, candidates);
    Verdict { assessments, recommendation }
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
