//! `compare`: what is asked, whether of products or of an answer that was kept, and how it is written.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use quotient_proto::v1;

use super::problem::Problem;
use super::rank::RankArgs;
use super::words::Language;
use super::{RequirementArgs, ServerArgs, comparison, markdown, report, rows};
use crate::{json, requirement_file};

const ANSWER: &str = "quotient.v1.CompareResponse";

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// Product ids; without them, all but illustrative ones.
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    products: Vec<String>,
    #[command(flatten)]
    requirement: RequirementArgs,
    #[command(flatten)]
    looks: LookArgs,
    /// Ask nobody: write an answer that `--format json` has printed.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["products", "requirement", "break_even", "uncertainty", "rank_by", "options", "server"]
    )]
    answer: Option<PathBuf>,
    /// Write one self-contained page as well, with curves and draws.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Language of the page, or of Markdown. Default: English.
    #[arg(long, value_enum)]
    language: Option<Language>,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t = ComparisonFormat::Table)]
    format: ComparisonFormat,
    #[command(flatten)]
    asked: ServerArgs,
}

/// What a comparison looks at besides.
#[derive(Debug, Args)]
struct LookArgs {
    /// Where costs cross over demand and over people, where more costs less, and what would change the winner.
    #[arg(long)]
    break_even: bool,
    /// What products cost when demand is not as stated, over draws.
    #[arg(long)]
    uncertainty: bool,
    /// Seed of the draws.
    #[arg(long, value_name = "NUMBER", requires = "uncertainty")]
    seed: Option<u64>,
    #[command(flatten)]
    rank: RankArgs,
}

impl CompareArgs {
    fn request(&self, requirement: v1::Requirement) -> Result<v1::CompareRequest, Problem> {
        let page = self.html.is_some();
        let looks = &self.looks;
        let mut options = looks.rank.options()?;
        options.break_even |= looks.break_even || page;
        if looks.uncertainty || page {
            let draws = options.uncertainty.get_or_insert_default();
            draws.seed = looks.seed.unwrap_or(draws.seed);
        }
        // Derivations and sources only where they are written.
        let whole = page || matches!(self.format, ComparisonFormat::Json | ComparisonFormat::Markdown);
        Ok(v1::CompareRequest {
            requirement: Some(requirement),
            product_ids: self.products.clone(),
            view: if whole { v1::QuoteView::Full } else { v1::QuoteView::Basic }.into(),
            options: Some(options),
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ComparisonFormat {
    /// Tables for a person.
    Table,
    /// A report, to be kept.
    Markdown,
    /// A row for each product, for a spreadsheet.
    Csv,
    /// The answer's message as proto3 JSON.
    Json,
}

pub(super) fn run(
    args: &CompareArgs,
    out: &mut impl Write,
    ask: impl FnOnce(&ServerArgs, v1::CompareRequest) -> Result<v1::CompareResponse, Problem>,
) -> Result<(), Problem> {
    if args.language.is_some() && args.html.is_none() && args.format != ComparisonFormat::Markdown {
        return Err(Problem::IdleLanguage);
    }
    let (answer, requirement) = match &args.answer {
        Some(file) => (kept(file)?, v1::Requirement::default()),
        None => {
            let requirement = requirement_file::read(args.requirement.requirement.as_deref())?;
            (ask(&args.asked, args.request(requirement.clone())?)?, requirement)
        }
    };
    let nothing = v1::Comparison::default();
    let comparison = answer.comparison.as_ref().unwrap_or(&nothing);
    let language = args.language.unwrap_or(Language::En);
    if let Some(file) = &args.html {
        let at = |cause| Problem::Page { file: file.display().to_string(), cause };
        std::fs::write(file, report::page(comparison, language)).map_err(at)?;
    }
    let text = match args.format {
        ComparisonFormat::Table => comparison::text(comparison, &requirement),
        ComparisonFormat::Markdown => markdown::report(comparison, language),
        ComparisonFormat::Csv => rows::table(comparison)?,
        ComparisonFormat::Json => json::write(ANSWER, &answer)?,
    };
    Ok(writeln!(out, "{text}")?)
}

/// An answer that was kept.
fn kept(file: &Path) -> Result<v1::CompareResponse, Problem> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|cause| Problem::Page { file: name.clone(), cause })?;
    let value = serde_json::from_slice(&bytes)
        .map_err(|cause| Problem::Answer { file: name.clone(), cause: cause.to_string() })?;
    let refused = |cause: String| Problem::Answer { file: name.clone(), cause };
    let answer: v1::CompareResponse =
        json::read(ANSWER, &value).map_err(|cause| refused(cause.to_string()))?;
    match answer.comparison.as_ref().map(torn) {
        Some(None) => Ok(answer),
        Some(Some(fault)) => Err(refused(fault)),
        None => Err(refused("comparison: found nothing".to_owned())),
    }
}

/// What an answer of ours cannot be: one that names products that it does not judge.
fn torn(comparison: &v1::Comparison) -> Option<String> {
    let is_judged = |id: &str| comparison.assessments.iter().any(|one| one.product_id == id);
    let unknown = |place: String, id: &str| {
        (!is_judged(id)).then(|| format!("{place}: found {id:?}, which comparison.assessments does not have"))
    };
    if comparison.currency_code.is_empty() {
        return Some("comparison.currency_code: found nothing".to_owned());
    }
    let recommended = comparison.recommendation.as_ref();
    let recommended =
        recommended.and_then(|of| unknown("comparison.recommendation.product_id".to_owned(), &of.product_id));
    let mut ranking = comparison.ranking.iter().enumerate();
    recommended.or_else(|| ranking.find_map(|(at, id)| unknown(format!("comparison.ranking[{at}]"), id)))
}
