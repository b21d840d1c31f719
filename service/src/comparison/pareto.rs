//! Who is beaten in everything: on cost, on how uncertain that is, on how much its figures bind, and on fit.

use quotient_plugin_api::charge::Confidence;
use quotient_plugin_api::interval::sub;
use rust_decimal::Decimal;

use super::screening::Passed;
use super::verdict::Assessment;

/// What is looked at; less is better in each.
#[derive(PartialEq)]
struct Point {
    cost: Decimal,
    spread: Decimal,
    confidence: Confidence,
    misfit: Decimal,
}

impl Point {
    fn of(one: &Assessment) -> Option<Self> {
        let total = one.rank.and(one.tco.as_ref())?.total;
        let high = total.high()?;
        Some(Self {
            cost: high,
            spread: sub(high, total.low()).ok()?,
            confidence: one.confidence,
            misfit: sub(Decimal::ONE, one.fit.nice_share.unwrap_or(Decimal::ONE)).ok()?,
        })
    }

    fn beats(&self, other: &Self) -> bool {
        self.cost <= other.cost
            && self.spread <= other.spread
            && self.confidence <= other.confidence
            && self.misfit <= other.misfit
            && self != other
    }
}

/// Names for each ranked product those in nothing worse and in something better; what fails a threshold beats nothing
/// that fails none.
pub(super) fn mark(assessments: &mut [Assessment]) {
    let fails = |one: &Assessment| one.screens.iter().any(|screen| screen.passed == Passed::Fail);
    let points: Vec<_> =
        assessments.iter().map(|one| (one.product_id.clone(), Point::of(one), fails(one))).collect();
    for (one, (_, own, own_fails)) in assessments.iter_mut().zip(&points) {
        let Some(own) = own else { continue };
        let better = points.iter().filter(|(_, point, fails)| {
            (*own_fails || !fails) && point.as_ref().is_some_and(|point| point.beats(own))
        });
        one.dominated_by = better.map(|(id, ..)| id.clone()).collect();
    }
}
