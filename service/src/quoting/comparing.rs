//! From the answers of all products to the comparison.

use iso_currency::Currency;
use quotient_proto::v1;
use quotient_proto::v1::outcome::Result as Coded;
use tracing::error;

use super::failure::Failure;
use super::outcome::Compared;
use super::{Asked, analysis_wire, verdict_wire};
use crate::comparison::analysis::{Analysis, analyse};
use crate::comparison::{Candidate, Ground, Verdict, compare};

/// The currency of a comparison whose requirement names none: it must not depend on who is compared.
const DEFAULT_CURRENCY: Currency = Currency::USD;
/// Days after which exchange rates are called old.
const STALE_AFTER_DAYS: i32 = 31;
fn analysed(
    ground: &Ground<'_>,
    verdict: &Verdict,
    candidates: &[Candidate],
    asked: &Asked,
) -> Result<v1::Analysis, Failure> {
    let found =
        if asked.options.break_even { analyse(ground, verdict, candidates) } else { Ok(Analysis::default()) };
    let failed = |cause: &dyn std::fmt::Display| {
        error!(%cause, "an analysis cannot be made");
        Failure::Internal
    };
    let found = found.map_err(|cause| failed(&cause))?;
    analysis_wire::analysis(&found, &verdict.spreads, ground.requirement, ground.currency)
        .map_err(|cause| failed(&cause))
}

/// The comparison of all answers, whatever the order of their arrival.
pub(super) fn comparison(asked: &Asked, mut answers: Vec<Compared>) -> Result<v1::Comparison, Failure> {
    answers.sort_by(|a, b| a.outcome.product_id.cmp(&b.outcome.product_id));
    let requirement = &asked.prepared.requirement;
    let tables = &asked.prepared.tables;
    let currency = requirement.currency.unwrap_or(DEFAULT_CURRENCY);
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut outcomes = Vec::new();
    for answer in answers {
        candidates.extend(answer.candidate);
        outcomes.push(answer.outcome);
    }
    let ground = Ground {
        requirement,
        currency,
        fx: &tables.fx,
        taxes: &tables.taxes,
        hidden: &tables.hidden,
        thresholds: &asked.options.thresholds,
        components_only: asked.instances.iter().all(|instance| instance.catalog().component),
        discount: asked.options.discount,
        order: &asked.options.order,
        uncertainty: asked.options.uncertainty,
    };
    let verdict = compare(&ground, &candidates);
    let late = outcomes.iter().filter(|outcome| matches!(outcome.result, Some(Coded::TimedOut(_)))).count();
    let mut comparison = verdict_wire::comparison(&verdict, currency).map_err(|cause| {
        error!(%cause, "a comparison cannot be written");
        Failure::Internal
    })?;
    if asked.options.analyses() {
        comparison.analysis = Some(analysed(&ground, &verdict, &candidates, asked)?);
    }
    comparison.horizon_months = i32::try_from(requirement.horizon_months).unwrap_or(i32::MAX);
    comparison.tax_basis = verdict_wire::tax_basis(requirement.wishes.tax_basis).into();
    comparison.ranking_order = verdict_wire::order(&asked.options.order).into();
    comparison.provisional = late > 0;
    if late > 0 {
        let text = format!("{late} of {} products did not answer in time", outcomes.len());
        comparison.notes.push(v1::Note { code: "provisional".to_owned(), text, subject: String::new() });
    }
    let days = tables.fx.days_before(requirement.pricing_date);
    if days > STALE_AFTER_DAYS && candidates.iter().any(|candidate| candidate.quote.currency != currency) {
        let text = format!("the exchange rates are {days} days older than the prices");
        let subject = "currency_code".to_owned();
        comparison.notes.push(v1::Note { code: "stale_exchange_rates".to_owned(), text, subject });
    }
    if requirement.currency.is_none() {
        let text = format!("no currency is asked for: costs are compared in {}", currency.code());
        let subject = "currency_code".to_owned();
        comparison.notes.push(v1::Note { code: "default_currency".to_owned(), text, subject });
    }
    comparison.outcomes = outcomes;
    Ok(comparison)
}
