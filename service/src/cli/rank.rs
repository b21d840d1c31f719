//! By what a comparison orders products, as arguments.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use quotient_proto::google::r#type::Decimal;
use quotient_proto::v1;

use crate::requirement_file::{self, RequirementFileError};

/// By what products are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RankBy {
    /// The total cost, a range by its high end.
    Cost,
    /// The cost over draws of demand: mean + risk aversion × (P90 - P50).
    Risk,
    /// A score of what `--weigh` names.
    Score,
}

/// By what a comparison orders products.
#[derive(Debug, Args)]
pub(super) struct RankArgs {
    /// By what products are ordered.
    #[arg(long, value_enum, value_name = "ORDER")]
    rank_by: Option<RankBy>,
    /// What a score counts, how much, and what scores 1 and 0: cost=3@100000..500000, risk=1@0..50000,
    /// capabilities=2, confidence=1, thresholds=1. Repeat it for each. It orders by score.
    #[arg(long, value_name = "KIND=WEIGHT[@BEST..WORST]", value_parser = criterion)]
    weigh: Vec<v1::ScoreCriterion>,
    /// File with `quotient.v1.ComparisonOptions`, TOML or JSON: thresholds, discount, draws, ranking. Other arguments
    /// win over it.
    #[arg(long, value_name = "FILE")]
    options: Option<PathBuf>,
}

impl RankArgs {
    /// The options of the file, ordered as the arguments say.
    pub(super) fn options(&self) -> Result<v1::ComparisonOptions, RequirementFileError> {
        let mut options = match &self.options {
            Some(file) => requirement_file::read_options(file)?,
            None => v1::ComparisonOptions::default(),
        };
        // What is weighed is a score.
        let by = self.rank_by.or_else(|| (!self.weigh.is_empty()).then_some(RankBy::Score));
        if let Some(order) = by {
            let order = match order {
                RankBy::Cost => v1::RankingOrder::Cost,
                RankBy::Risk => v1::RankingOrder::Risk,
                RankBy::Score => v1::RankingOrder::Score,
            };
            let said = options.ranking.take().unwrap_or_default();
            let said = if order == v1::RankingOrder::Score { said.criteria } else { Vec::new() };
            let criteria = if self.weigh.is_empty() { said } else { self.weigh.clone() };
            options.ranking = Some(v1::RankingOptions { order: order.into(), criteria });
        }
        Ok(options)
    }
}

/// `cost=3@100000..500000`, or `capabilities=1`.
fn criterion(text: &str) -> Result<v1::ScoreCriterion, String> {
    let form = || format!("found {text:?}, expected such as cost=3@100000..500000 or capabilities=1");
    let (kind, rest) = text.split_once('=').ok_or_else(form)?;
    let kind = match kind {
        "cost" => v1::CriterionKind::Cost,
        "risk" => v1::CriterionKind::Risk,
        "capabilities" => v1::CriterionKind::Capabilities,
        "confidence" => v1::CriterionKind::Confidence,
        "thresholds" => v1::CriterionKind::Thresholds,
        _ => {
            let known = "cost, risk, capabilities, confidence or thresholds";
            return Err(format!("found {kind:?}, expected {known}"));
        }
    };
    let decimal = |value: &str| Some(Decimal { value: value.to_owned() });
    let (weight, bounds) = rest.split_once('@').map_or((rest, None), |(weight, rest)| (weight, Some(rest)));
    let (best, worst) = match bounds {
        None => (None, None),
        Some(bounds) => {
            let (best, worst) = bounds.split_once("..").ok_or_else(form)?;
            (decimal(best), decimal(worst))
        }
    };
    Ok(v1::ScoreCriterion { kind: kind.into(), weight: decimal(weight), best, worst })
}
