//! What a comparison looks like under other quantities: break-even and sensitivity. Only on request.

use quotient_plugin_api::interval::{ArithmeticError, Interval};

use super::break_even::{self, Cliff, Stretch};
use super::candidate::Candidate;
use super::ground::Ground;
use super::scenario::{Axis, Scale, Series};
use super::screening::Passed;
use super::sensitivity::{self, Flip, Swing};
use super::verdict::Verdict;

/// Most products beside the recommended one whose curves are drawn, and most of its own offers.
const MOST: usize = 5;

/// A product or one of its offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The product.
    pub product_id: String,
    /// Edition and purchase option, where it is one of its offers.
    pub offer: Option<(String, String)>,
}

/// What a product costs along an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Whose.
    pub of: Named,
    /// Along what.
    pub axis: Axis,
    /// Quantity and cost; `None` where no offer is known to hold.
    pub points: Vec<(u64, Option<Interval>)>,
    /// Where more costs less.
    pub cliffs: Vec<Cliff>,
}

/// Where two products, or two offers of one, cross.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakEven {
    /// One.
    pub first: Named,
    /// The other.
    pub second: Named,
    /// Along what.
    pub axis: Axis,
    /// Which is cheaper where.
    pub stretches: Vec<Stretch>,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Analysis {
    /// Curves of the recommended product, its offers and its rivals.
    pub curves: Vec<Curve>,
    /// Crossings of the recommended product with each rival, and of its own offers with its best one.
    pub break_evens: Vec<BreakEven>,
    /// By input, the widest first.
    pub tornado: Vec<Swing>,
    /// The flip point; `None` where none was found.
    pub flip: Option<Flip>,
}

/// Looks at a verdict under other quantities; empty where nothing is recommended.
///
/// # Errors
/// [`ArithmeticError`] when an amount does not fit.
pub fn analyse(
    ground: &Ground<'_>,
    verdict: &Verdict,
    candidates: &[Candidate],
) -> Result<Analysis, ArithmeticError> {
    let mut analysis = Analysis::default();
    let Some(recommendation) = &verdict.recommendation else { return Ok(analysis) };
    let find = |id: &str| candidates.iter().find(|candidate| candidate.product_id == id);
    let ranked: Vec<&Candidate> = verdict.ranking().iter().filter_map(|one| find(&one.product_id)).collect();
    let Some(winner) = find(&recommendation.product_id) else { return Ok(analysis) };
    let rivals = ranked.iter().filter(|one| one.product_id != winner.product_id).take(MOST);
    let rivals: Vec<_> = rivals.filter_map(|one| Series::of_product(ground, one)).collect();
    let own = Series::of_offers(ground, winner);
    if let Some(best) = Series::of_product(ground, winner) {
        for axis in [Axis::Demand, Axis::Seats] {
            if let Some(scale) = Scale::new(ground.requirement, axis) {
                look(&mut analysis, axis, &scale, (&best, &rivals), own.get(..MOST).unwrap_or(&own));
            }
        }
        // What fails a threshold, where the recommended product fails none, would not be bought if it were cheaper.
        let fails = |id: &str| {
            let one = verdict.assessments.iter().find(|one| one.product_id == id);
            one.is_some_and(|one| one.screens.iter().any(|screen| screen.passed == Passed::Fail))
        };
        let all = fails(&best.product_id);
        let rivals: Vec<_> = rivals.into_iter().filter(|rival| all || !fails(&rival.product_id)).collect();
        (analysis.tornado, analysis.flip) = sensitivity::of_inputs(ground, &best, &rivals)?;
    }
    Ok(analysis)
}

fn look(
    analysis: &mut Analysis,
    axis: Axis,
    scale: &Scale<'_>,
    (best, rivals): (&Series<'_>, &[Series<'_>]),
    own: &[Series<'_>],
) {
    let grid = break_even::grid(scale);
    let named =
        |series: &Series<'_>| Named { product_id: series.product_id.clone(), offer: series.offer.clone() };
    let offers = if own.len() > 1 { own } else { &[] };
    for series in std::iter::once(best).chain(rivals).chain(offers) {
        let (points, cliffs) =
            (break_even::curve(series, scale, &grid), break_even::cliffs(series, scale, &grid));
        analysis.curves.push(Curve { of: named(series), axis, points, cliffs });
    }
    let mut crossings = |first: &Series<'_>, second: &Series<'_>| {
        let stretches = break_even::stretches(first, second, scale, &grid);
        analysis.break_evens.push(BreakEven { first: named(first), second: named(second), axis, stretches });
    };
    for rival in rivals {
        crossings(best, rival);
    }
    if let Some((first, others)) = offers.split_first() {
        others.iter().for_each(|other| crossings(first, other));
    }
}
