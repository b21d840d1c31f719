//! What a comparison says, as messages.

use iso_currency::Currency;
use quotient_plugin_api::charge::{Category, Confidence};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::requirement::buyer::TaxBasis;
use quotient_plugin_api::wire::money_range;
use quotient_proto::convert::{ConvertError, decimal_to_wire, money_to_wire};
use quotient_proto::v1;

use crate::comparison::fit::Fit;
use crate::comparison::order::{CriterionKind, Order, ScorePart};
use crate::comparison::reason::Weight;
use crate::comparison::recommendation::{Basis, Recommendation};
use crate::comparison::screening::{Passed, Screen};
use crate::comparison::tco::{CostItem, Tco};
use crate::comparison::{Assessment, Comparability, Reason, Verdict};

/// A verdict without its outcomes.
///
/// # Errors
/// [`ConvertError`] when an amount is too large for the wire.
pub(super) fn comparison(verdict: &Verdict, currency: Currency) -> Result<v1::Comparison, ConvertError> {
    let assessments = verdict.assessments.iter().map(|one| assessment(one, currency));
    let recommendation = verdict.recommendation.as_ref().map(|one| recommendation(one, currency));
    Ok(v1::Comparison {
        currency_code: currency.code().to_owned(),
        assessments: assessments.collect::<Result<_, _>>()?,
        ranking: verdict.ranking().iter().map(|one| one.product_id.clone()).collect(),
        recommendation: recommendation.transpose()?,
        ..v1::Comparison::default()
    })
}

pub(super) const fn tax_basis(basis: TaxBasis) -> v1::TaxBasis {
    match basis {
        TaxBasis::Net => v1::TaxBasis::Net,
        TaxBasis::Gross => v1::TaxBasis::Gross,
    }
}

fn assessment(one: &Assessment, currency: Currency) -> Result<v1::Assessment, ConvertError> {
    let comparability = match one.comparability {
        Comparability::Comparable => v1::Comparability::Comparable,
        Comparability::WithAdjustment => v1::Comparability::ComparableWithAdjustment,
        Comparability::LowerBound => v1::Comparability::LowerBound,
        Comparability::NotComparable => v1::Comparability::NotComparable,
    };
    Ok(v1::Assessment {
        product_id: one.product_id.clone(),
        product_name: one.product_name.clone(),
        comparability: comparability.into(),
        reasons: one.reasons.iter().map(reason).collect(),
        rank: one.rank.map_or(0, |rank| i32::try_from(rank).unwrap_or(i32::MAX)),
        tco: one.tco.as_ref().map(|tco| cost(tco, currency)).transpose()?,
        screens: one.screens.iter().map(screen).collect(),
        fit: Some(fit(&one.fit)),
        dominated_by: one.dominated_by.clone(),
        cannot_beat: one.cannot_beat.clone(),
        confidence: confidence(one.confidence).into(),
        risk_adjusted: one.risk.map(|risk| money_to_wire(currency.code(), risk.risk_adjusted)).transpose()?,
        score: one.score.as_ref().map(|score| decimal_to_wire(score.total)),
        criterion_scores: one.score.iter().flat_map(|score| &score.parts).map(criterion_score).collect(),
    })
}

pub(super) const fn order(order: &Order) -> v1::RankingOrder {
    match order {
        Order::Cost => v1::RankingOrder::Cost,
        Order::Risk => v1::RankingOrder::Risk,
        Order::Score(_) => v1::RankingOrder::Score,
    }
}

fn criterion_score(part: &ScorePart) -> v1::CriterionScore {
    let kind = match part.criterion.kind {
        CriterionKind::Cost => v1::CriterionKind::Cost,
        CriterionKind::Risk => v1::CriterionKind::Risk,
        CriterionKind::Capabilities => v1::CriterionKind::Capabilities,
        CriterionKind::Confidence => v1::CriterionKind::Confidence,
        CriterionKind::Thresholds => v1::CriterionKind::Thresholds,
    };
    v1::CriterionScore {
        kind: kind.into(),
        weight: Some(decimal_to_wire(part.criterion.weight)),
        value: part.value.map(decimal_to_wire),
        score: Some(decimal_to_wire(part.score)),
    }
}

fn reason(reason: &Reason) -> v1::Reason {
    let weight = match reason.weight {
        Weight::Tells => v1::ReasonWeight::Tells,
        Weight::Adjusts => v1::ReasonWeight::Adjusts,
        Weight::Excludes => v1::ReasonWeight::Excludes,
    };
    v1::Reason {
        code: reason.code.to_owned(),
        weight: weight.into(),
        english: reason.english.clone(),
        chinese: reason.chinese.clone(),
    }
}

const fn confidence(confidence: Confidence) -> v1::Confidence {
    match confidence {
        Confidence::Binding => v1::Confidence::Binding,
        Confidence::Contract => v1::Confidence::Contract,
        Confidence::List => v1::Confidence::List,
        Confidence::Estimate => v1::Confidence::Estimate,
        Confidence::Range => v1::Confidence::Range,
        Confidence::ContactSales => v1::Confidence::ContactSales,
    }
}

fn cost(tco: &Tco, currency: Currency) -> Result<v1::Tco, ConvertError> {
    let money = |amount: Interval| money_range(currency, amount);
    let item = |item: &CostItem| {
        Ok(v1::CostItem {
            code: item.code.clone(),
            english: item.english.clone(),
            chinese: item.chinese.clone(),
            amount: Some(money(item.amount)?),
        })
    };
    let category = |(category, amount): &(Category, Interval)| {
        let category = match category {
            Category::OneTime => v1::ChargeCategory::OneTime,
            Category::Recurring => v1::ChargeCategory::Recurring,
            Category::Usage => v1::ChargeCategory::Usage,
        };
        Ok(v1::CategoryCost { category: category.into(), amount: Some(money(*amount)?) })
    };
    let (own_currency, own) = tco.own;
    Ok(v1::Tco {
        items: tco.items.iter().map(item).collect::<Result<_, ConvertError>>()?,
        total: Some(money(tco.total)?),
        own: Some(money_range(own_currency, own)?),
        rate: Some(decimal_to_wire(tco.rate.value)),
        rate_source: tco.rate.source.clone(),
        by_category: tco.by_category.iter().map(category).collect::<Result<_, ConvertError>>()?,
        idle_modules: Some(money(tco.idle_modules)?),
        article_once: tco.articles.map(|formula| money(formula.once)).transpose()?,
        article_yearly: tco.articles.map(|formula| money(formula.yearly)).transpose()?,
        required_budget: Some(money(tco.required_budget)?),
        cash_flow: tco.cash_flow.iter().map(|month| money(*month)).collect::<Result<_, _>>()?,
        present_value: tco.present_value.map(money).transpose()?,
        beyond_horizon: tco.beyond.map(money).transpose()?,
    })
}

fn screen(screen: &Screen) -> v1::Screen {
    let result = match screen.passed {
        Passed::Pass => v1::ScreenResult::Pass,
        Passed::Fail => v1::ScreenResult::Fail,
        Passed::Unknown => v1::ScreenResult::Unknown,
    };
    v1::Screen {
        code: screen.code.to_owned(),
        result: result.into(),
        english: screen.english.clone(),
        chinese: screen.chinese.clone(),
    }
}

fn fit(fit: &Fit) -> v1::CapabilityFit {
    v1::CapabilityFit {
        musts: fit.musts.clone(),
        missing_musts: fit.missing_musts.clone(),
        nice: fit.nice.clone(),
        nice_share: fit.nice_share.map(decimal_to_wire),
        redundant: fit.redundant.clone(),
    }
}

const fn basis(basis: Basis) -> v1::ChargingBasis {
    match basis {
        Basis::Seats => v1::ChargingBasis::Seats,
        Basis::Usage => v1::ChargingBasis::Usage,
        Basis::Fixed => v1::ChargingBasis::Fixed,
        Basis::OneTime => v1::ChargingBasis::OneTime,
    }
}

fn recommendation(
    recommendation: &Recommendation,
    currency: Currency,
) -> Result<v1::Recommendation, ConvertError> {
    let by_basis = recommendation.by_basis.iter().map(|(of, product_id, amount)| {
        let amount = Some(money_range(currency, *amount)?);
        Ok(v1::BasisCost { basis: basis(*of).into(), product_id: product_id.clone(), amount })
    });
    let rules = recommendation.rules.iter().map(|rule| v1::RuleOfThumb {
        code: rule.code.to_owned(),
        english: rule.english.to_owned(),
        chinese: rule.chinese.to_owned(),
        source: rule.source.to_owned(),
        agrees: rule.agrees,
    });
    Ok(v1::Recommendation {
        product_id: recommendation.product_id.clone(),
        reasons: recommendation.reasons.iter().map(reason).collect(),
        basis: basis(recommendation.basis).into(),
        by_basis: by_basis.collect::<Result<_, ConvertError>>()?,
        rules: rules.collect(),
    })
}
