//! From the answers of all products to the comparison.

use iso_currency::Currency;
use quotient_plugin_api::wire::Violation;
use quotient_proto::convert::decimal_from_wire;
use quotient_proto::google::r#type as google;
use quotient_proto::v1;
use quotient_proto::v1::outcome::Result as Coded;
use rust_decimal::Decimal;
use tracing::error;

use super::failure::Failure;
use super::outcome::Compared;
use super::{Asked, GroundTables, analysis_wire, verdict_wire};
use crate::comparison::analysis::{Wanted, analyse};
use crate::comparison::screening::Thresholds;
use crate::comparison::uncertainty::{MAX_DRAWS, Uncertainty};
use crate::comparison::{Candidate, Ground, Verdict, compare};

/// The currency of a comparison whose requirement names none: it must not depend on who is compared.
const DEFAULT_CURRENCY: Currency = Currency::USD;
/// Most days of a trial that can be asked for.
const MAX_TRIAL_DAYS: i32 = 3_650;

/// Days after which exchange rates are called old.
const STALE_AFTER_DAYS: i32 = 31;
/// Draws where none are said.
const DEFAULT_DRAWS: u32 = 200;
/// Coefficient of variation of demand where none is said.
const DEFAULT_CV: Decimal = Decimal::from_parts(3, 0, 0, false, 1);

/// How products are judged.
pub(super) struct Options {
    thresholds: Thresholds,
    discount: Option<Decimal>,
    wanted: Wanted,
}

impl Options {
    /// Whether other quantities are looked at, which takes a processor for a while.
    pub(super) const fn analyses(&self) -> bool {
        self.wanted.break_even || self.wanted.uncertainty.is_some()
    }
}

/// Reads the options, and says what is wrong with them.
pub(super) fn options(wire: v1::ComparisonOptions, violations: &mut Vec<Violation>) -> Options {
    let violations = std::cell::RefCell::new(violations);
    let refuse = |path: &str, rule: String| {
        violations.borrow_mut().push(Violation { path: format!("options.{path}"), rule });
    };
    let fraction = |path: &str, wire: Option<&google::Decimal>, least: Decimal, most: Decimal| {
        let found = match decimal_from_wire(wire?) {
            Ok(found) => found,
            Err(error) => {
                refuse(path, error.to_string());
                return None;
            }
        };
        if found < least || found > most {
            refuse(path, format!("found {found}, expected {least} to {most}"));
            return None;
        }
        Some(found)
    };
    let discount = fraction("yearly_discount", wire.yearly_discount.as_ref(), Decimal::ZERO, Decimal::ONE);
    let uncertainty = wire.uncertainty.map(|asked| {
        let at = "uncertainty.coefficient_of_variation";
        let cv = asked.coefficient_of_variation.as_ref();
        let cv = fraction(at, cv, Decimal::new(1, 2), Decimal::TEN).unwrap_or(DEFAULT_CV);
        let aversion = asked.risk_aversion.as_ref();
        let aversion = fraction("uncertainty.risk_aversion", aversion, Decimal::ZERO, Decimal::ONE_HUNDRED);
        let draws = asked.draws.map_or(Some(DEFAULT_DRAWS), |draws| u32::try_from(draws).ok());
        let legal = draws.filter(|draws| (10..=MAX_DRAWS).contains(draws));
        (asked.seed, cv, aversion.unwrap_or(Decimal::ONE), legal, asked.draws)
    });
    let uncertainty = uncertainty.map(|(seed, cv, aversion, draws, asked)| {
        if draws.is_none() {
            let found = asked.unwrap_or_default();
            refuse("uncertainty.draws", format!("found {found}, expected 10 to {MAX_DRAWS}"));
        }
        Uncertainty { draws: draws.unwrap_or(DEFAULT_DRAWS), seed, cv, aversion }
    });
    let wanted = Wanted { break_even: wire.break_even, uncertainty };
    let Some(asked) = wire.thresholds else {
        return Options { thresholds: Thresholds::default(), discount, wanted };
    };
    // The least fraction above zero that is worth saying.
    let least = Decimal::from_parts(1, 0, 0, false, 12);
    let max_failure_rate =
        fraction("thresholds.max_failure_rate", asked.max_failure_rate.as_ref(), least, Decimal::ONE);
    if let Some(days) = asked.min_trial_days.filter(|days| !(0..=MAX_TRIAL_DAYS).contains(days)) {
        refuse("thresholds.min_trial_days", format!("found {days}, expected 0 to {MAX_TRIAL_DAYS}"));
    }
    let thresholds = Thresholds {
        min_trial_days: asked.min_trial_days.and_then(|days| u32::try_from(days).ok()),
        modules_addable: asked.modules_addable,
        modules_removable: asked.modules_removable,
        max_failure_rate,
    };
    Options { thresholds, discount, wanted }
}

fn analysed(
    ground: &Ground<'_>,
    verdict: &Verdict,
    candidates: &[Candidate],
    asked: &Asked,
    currency: Currency,
) -> Result<v1::Analysis, Failure> {
    let failed = |cause: &dyn std::fmt::Display| {
        error!(%cause, "an analysis cannot be made");
        Failure::Internal
    };
    let found = analyse(ground, verdict, candidates, asked.options.wanted).map_err(|cause| failed(&cause))?;
    analysis_wire::analysis(&found, currency).map_err(|cause| failed(&cause))
}

/// The comparison of all answers, whatever the order of their arrival.
pub(super) fn comparison(
    tables: &GroundTables,
    asked: &Asked,
    mut answers: Vec<Compared>,
) -> Result<v1::Comparison, Failure> {
    answers.sort_by(|a, b| a.outcome.product_id.cmp(&b.outcome.product_id));
    let requirement = &asked.prepared.requirement;
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
    };
    let verdict = compare(&ground, &candidates);
    let late = outcomes.iter().filter(|outcome| matches!(outcome.result, Some(Coded::TimedOut(_)))).count();
    let mut comparison = verdict_wire::comparison(&verdict, currency).map_err(|cause| {
        error!(%cause, "a comparison cannot be written");
        Failure::Internal
    })?;
    if asked.options.analyses() {
        comparison.analysis = Some(analysed(&ground, &verdict, &candidates, asked, currency)?);
    }
    comparison.horizon_months = i32::try_from(requirement.horizon_months).unwrap_or(i32::MAX);
    comparison.tax_basis = verdict_wire::tax_basis(requirement.wishes.tax_basis).into();
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
