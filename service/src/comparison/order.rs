//! By what products are ordered: by cost, by cost with its risk, or by a score of the caller's own. Bounds and weights
//! come from the request alone, so that nobody's score depends on who else is compared.

use quotient_plugin_api::charge::Confidence;
use quotient_plugin_api::interval::{ArithmeticError, add, mul, mul_div, sub};
use rust_decimal::Decimal;

use super::screening::Passed;
use super::uncertainty::Figures;
use super::verdict::Assessment;

/// Decimal places of a score.
const SCORE_SCALE: u32 = 6;

/// By what products are ordered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Order {
    /// The least total cost first, a span by its high end.
    #[default]
    Cost,
    /// The least risk-adjusted cost first.
    Risk,
    /// The highest score first.
    Score(Vec<Criterion>),
}

impl Order {
    /// Whether it looks at draws of demand.
    #[must_use]
    pub fn needs_draws(&self) -> bool {
        match self {
            Self::Cost => false,
            Self::Risk => true,
            Self::Score(criteria) => criteria.iter().any(|one| one.kind == CriterionKind::Risk),
        }
    }
}

/// What a criterion looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CriterionKind {
    /// The high end of the total cost.
    Cost,
    /// P90 less P50 over draws of demand.
    Risk,
    /// The share of bonuses that come with the offer.
    Capabilities,
    /// How much the figures bind: 1, binding, to 6, contact sales.
    Confidence,
    /// The share of thresholds that are passed.
    Thresholds,
}

impl CriterionKind {
    /// In English and Chinese.
    #[must_use]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Cost => ("cost", "成本"),
            Self::Risk => ("risk", "风险"),
            Self::Capabilities => ("capabilities", "能力"),
            Self::Confidence => ("confidence", "可信度"),
            Self::Thresholds => ("thresholds", "筛选"),
        }
    }

    fn value(self, one: &Assessment, draws: Option<&Figures>) -> Option<Decimal> {
        match self {
            Self::Cost => one.tco.as_ref()?.total.high(),
            Self::Risk => draws?.risk(),
            Self::Capabilities => one.fit.nice_share,
            Self::Confidence => Some(Decimal::from(match one.confidence {
                Confidence::Binding => 1_u32,
                Confidence::Contract => 2,
                Confidence::List => 3,
                Confidence::Estimate => 4,
                Confidence::Range => 5,
                Confidence::ContactSales => 6,
            })),
            Self::Thresholds => {
                let passed = one.screens.iter().filter(|screen| screen.passed == Passed::Pass).count();
                mul_div(Decimal::from(passed), Decimal::ONE, Decimal::from(one.screens.len())).ok()
            }
        }
    }
}

/// One part of a score: 1 at the best value, 0 at the worst, a straight line between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Criterion {
    /// What it looks at.
    pub kind: CriterionKind,
    /// How much it counts, above 0.
    pub weight: Decimal,
    /// What scores 1.
    pub best: Decimal,
    /// What scores 0; not the best.
    pub worst: Decimal,
}

impl Criterion {
    /// (worst - value) ÷ (worst - best), from 0 to 1.
    fn score(&self, value: Decimal) -> Result<Decimal, ArithmeticError> {
        let score = mul_div(sub(self.worst, value)?, Decimal::ONE, sub(self.worst, self.best)?)?;
        Ok(score.clamp(Decimal::ZERO, Decimal::ONE).round_dp(SCORE_SCALE).normalize())
    }
}

/// What a product scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// Σ weight × score ÷ Σ weight, from 0 to 1.
    pub total: Decimal,
    /// In the order of the criteria.
    pub parts: Vec<ScorePart>,
}

/// What a product scores by one criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScorePart {
    /// The criterion.
    pub criterion: Criterion,
    /// What was found; `None`: unknown.
    pub value: Option<Decimal>,
    /// From 0 to 1; 0 where the value is unknown.
    pub score: Decimal,
}

/// What a product scores by all criteria.
///
/// # Errors
/// [`ArithmeticError`] when a number does not fit.
pub(super) fn score(
    criteria: &[Criterion],
    one: &Assessment,
    draws: Option<&Figures>,
) -> Result<Score, ArithmeticError> {
    let (mut sum, mut weights, mut parts) = (Decimal::ZERO, Decimal::ZERO, Vec::new());
    for criterion in criteria {
        let value = criterion.kind.value(one, draws);
        let score = value.map_or(Ok(Decimal::ZERO), |value| criterion.score(value))?;
        sum = add(sum, mul(criterion.weight, score)?)?;
        weights = add(weights, criterion.weight)?;
        parts.push(ScorePart { criterion: *criterion, value, score });
    }
    let total = mul_div(sum, Decimal::ONE, weights)?.round_dp(SCORE_SCALE).normalize();
    Ok(Score { total, parts })
}
