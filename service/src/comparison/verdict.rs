//! What a comparison says.

use quotient_plugin_api::charge::Confidence;

use super::candidate::Candidate;
use super::fit::Fit;
use super::ground::Comparability;
use super::order::Score;
use super::reason::Reason;
use super::recommendation::Recommendation;
use super::screening::Screen;
use super::tco::Tco;
use super::uncertainty::{Figures, Spread};

/// All products, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// One for each candidate, ordered by product id.
    pub assessments: Vec<Assessment>,
    /// What to buy; `None` where nothing can be ranked.
    pub recommendation: Option<Recommendation>,
    /// What ranked products cost over draws of demand, by product id; empty where that is not looked at.
    pub spreads: Vec<Spread>,
}

impl Verdict {
    /// The ranked ones, best first; ties by product id.
    #[must_use]
    pub fn ranking(&self) -> Vec<&Assessment> {
        let mut ranked: Vec<_> = self.assessments.iter().filter(|one| one.rank.is_some()).collect();
        ranked.sort_by_key(|one| one.rank);
        ranked
    }
}

/// One product, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Id of the product.
    pub product_id: String,
    /// Its name.
    pub product_name: String,
    /// Whether it can be ranked.
    pub comparability: Comparability,
    /// Why, and why it stands where it stands.
    pub reasons: Vec<Reason>,
    /// What it costs; `None` where there is no common ground.
    pub tco: Option<Tco>,
    /// The caller's thresholds.
    pub screens: Vec<Screen>,
    /// What it can do.
    pub fit: Fit,
    /// How much its figures bind.
    pub confidence: Confidence,
    /// What it costs over draws of demand, where it is ordered by that.
    pub risk: Option<Figures>,
    /// What it scores, where it is ordered by that.
    pub score: Option<Score>,
    /// Its place, from 1; equal ones share one. `None`: not ranked.
    pub rank: Option<u32>,
    /// Ranked products that are better or equal in all and better in one of cost, uncertainty and fit.
    pub dominated_by: Vec<String>,
    /// With a lower bound only: ranked products whose cost is already below that bound.
    pub cannot_beat: Vec<String>,
}

impl Assessment {
    pub(super) fn new(
        candidate: &Candidate,
        comparability: Comparability,
        reasons: Vec<Reason>,
        tco: Option<Tco>,
        screens: Vec<Screen>,
        fit: Fit,
    ) -> Self {
        Self {
            product_id: candidate.product_id.clone(),
            product_name: candidate.product_name.clone(),
            comparability,
            reasons,
            tco,
            screens,
            fit,
            confidence: candidate.quote.confidence,
            risk: None,
            score: None,
            rank: None,
            dominated_by: Vec::new(),
            cannot_beat: Vec::new(),
        }
    }
}
