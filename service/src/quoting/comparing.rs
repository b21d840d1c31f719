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
use super::{Asked, GroundTables, verdict_wire};
use crate::comparison::screening::Thresholds;
use crate::comparison::{Candidate, Ground, compare};

/// The currency of a comparison whose requirement names none: it must not depend on who is compared.
const DEFAULT_CURRENCY: Currency = Currency::USD;
/// Most days of a trial that can be asked for.
const MAX_TRIAL_DAYS: i32 = 3_650;

/// How products are judged.
pub(super) struct Options {
    thresholds: Thresholds,
    discount: Option<Decimal>,
}

/// Reads the options, and says what is wrong with them.
pub(super) fn options(wire: v1::ComparisonOptions, violations: &mut Vec<Violation>) -> Options {
    let mut refuse = |path: &str, rule: String| {
        violations.push(Violation { path: format!("options.{path}"), rule });
    };
    let mut fraction = |path: &str, wire: Option<&google::Decimal>, least: Decimal| {
        let found = match decimal_from_wire(wire?) {
            Ok(found) => found,
            Err(error) => {
                refuse(path, error.to_string());
                return None;
            }
        };
        if found < least || found > Decimal::ONE {
            let from = if least.is_zero() { "from 0" } else { "above 0" };
            refuse(path, format!("found {found}, expected a fraction {from} and up to 1"));
            return None;
        }
        Some(found)
    };
    let discount = fraction("yearly_discount", wire.yearly_discount.as_ref(), Decimal::ZERO);
    let Some(asked) = wire.thresholds else { return Options { thresholds: Thresholds::default(), discount } };
    // The least fraction above zero that is worth saying.
    let least = Decimal::from_parts(1, 0, 0, false, 12);
    let max_failure_rate = fraction("thresholds.max_failure_rate", asked.max_failure_rate.as_ref(), least);
    if let Some(days) = asked.min_trial_days.filter(|days| !(0..=MAX_TRIAL_DAYS).contains(days)) {
        refuse("thresholds.min_trial_days", format!("found {days}, expected 0 to {MAX_TRIAL_DAYS}"));
    }
    let thresholds = Thresholds {
        min_trial_days: asked.min_trial_days.and_then(|days| u32::try_from(days).ok()),
        modules_addable: asked.modules_addable,
        modules_removable: asked.modules_removable,
        max_failure_rate,
    };
    Options { thresholds, discount }
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
    comparison.horizon_months = i32::try_from(requirement.horizon_months).unwrap_or(i32::MAX);
    comparison.tax_basis = verdict_wire::tax_basis(requirement.wishes.tax_basis).into();
    comparison.provisional = late > 0;
    if late > 0 {
        let text = format!("{late} of {} products did not answer in time", outcomes.len());
        comparison.notes.push(v1::Note { code: "provisional".to_owned(), text, subject: String::new() });
    }
    if requirement.currency.is_none() {
        let text = format!("no currency is asked for: costs are compared in {}", currency.code());
        let subject = "currency_code".to_owned();
        comparison.notes.push(v1::Note { code: "default_currency".to_owned(), text, subject });
    }
    comparison.outcomes = outcomes;
    Ok(comparison)
}
