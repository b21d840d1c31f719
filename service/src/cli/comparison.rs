//! A comparison as tables for a person: what to buy, the ranked products, and why the others are not ranked.

use std::collections::BTreeMap;

use quotient_proto::v1;

use super::analysis;
use super::parts::{self, assessment, body, excludes, is_about_rank, refused, vendors_part};
use super::tables::{align_right, keep_whole, label, money, new_table, spoken_path};

/// The whole comparison.
pub(super) fn text(comparison: &v1::Comparison, requirement: &v1::Requirement) -> String {
    let parts = [
        recommendation(comparison),
        ranked(comparison),
        lower_bounds(comparison),
        unranked(comparison, requirement),
        comparison.analysis.as_ref().map(analysis::text).unwrap_or_default(),
        comparison.notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>().join("\n"),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn recommendation(comparison: &v1::Comparison) -> String {
    let Some(recommendation) = &comparison.recommendation else {
        return "Nothing can be ranked.".to_owned();
    };
    let mut lines = vec![format!("Recommended: {}", recommendation.product_id)];
    lines.extend(recommendation.reasons.iter().map(|reason| format!("- {}", reason.english)));
    lines.extend(recommendation.rules.iter().map(|rule| {
        let agrees = if rule.agrees { "agrees" } else { "does not agree" };
        format!("- a rule of thumb {agrees}: {}", rule.english)
    }));
    lines.join("\n")
}

fn ranked(comparison: &v1::Comparison) -> String {
    if comparison.ranking.is_empty() {
        return String::new();
    }
    let months = comparison.horizon_months;
    let cost = format!("cost of {months} months");
    let mut table = new_table(&["rank", "product", "offer", &cost, "of it the vendor's", "why"]);
    for index in [0, 3, 4] {
        align_right(&mut table, index);
    }
    for index in [0, 1, 3, 4] {
        keep_whole(&mut table, index);
    }
    for id in &comparison.ranking {
        let Some(one) = assessment(comparison, id) else { continue };
        let mut row = vec![one.rank.to_string()];
        row.extend(costs(comparison, one));
        row.push(told(&one.reasons));
        table.add_row(row);
    }
    let mut text = table.to_string();
    for (reason, count) in adjusted(comparison) {
        text.push_str(&format!("\n{count} of them: {reason}"));
    }
    text
}

/// What was adjusted or assumed for several ranked products in the same words, and for how many.
fn adjusted(comparison: &v1::Comparison) -> BTreeMap<&str, usize> {
    let ranked = comparison.assessments.iter().filter(|one| one.rank > 0);
    let mut counts = BTreeMap::new();
    for reason in ranked.flat_map(|one| &one.reasons).filter(|reason| !is_about_rank(reason)) {
        *counts.entry(reason.english.as_str()).or_insert(0_usize) += 1;
    }
    counts
}

/// Product, edition and purchase option, cost, of it the vendor's.
fn costs(comparison: &v1::Comparison, one: &v1::Assessment) -> [String; 4] {
    let body = body(comparison, &one.product_id);
    [
        one.product_id.clone(),
        format!(
            "{} {}",
            label(body.and_then(|body| body.edition.as_ref())),
            label(body.and_then(|body| body.purchase_option.as_ref()))
        ),
        money(one.tco.as_ref().and_then(|tco| tco.total.as_ref())),
        money(vendors_part(one)),
    ]
}

fn lower_bounds(comparison: &v1::Comparison) -> String {
    let open = |one: &&v1::Assessment| one.comparability() == v1::Comparability::LowerBound;
    let mut table = new_table(&["only a lower bound", "offer", "costs at least", "cannot beat"]);
    for index in [0, 2] {
        keep_whole(&mut table, index);
    }
    let mut any = false;
    for one in comparison.assessments.iter().filter(open) {
        any = true;
        let [product, offer, cost, _] = costs(comparison, one);
        table.add_row(vec![product, offer, cost, one.cannot_beat.join(", ")]);
    }
    if any { table.to_string() } else { String::new() }
}

/// Why a product stands where it stands.
fn told(reasons: &[v1::Reason]) -> String {
    let of = reasons.iter().filter(|reason| is_about_rank(reason));
    of.map(|reason| reason.english.as_str()).collect::<Vec<_>>().join("; ")
}

fn unranked(comparison: &v1::Comparison, requirement: &v1::Requirement) -> String {
    let mut table = new_table(&["not ranked", "outcome", "the vendor asks for", "why"]);
    for index in 0..=2 {
        keep_whole(&mut table, index);
    }
    let mut any = false;
    for outcome in &comparison.outcomes {
        let ([_, what, _], refusal) = parts::outcome(outcome);
        let why = match (refusal, assessment(comparison, &outcome.product_id)) {
            (Some(refusal), _) => refused(refusal),
            (None, Some(one)) if one.comparability() == v1::Comparability::NotComparable => {
                excluded(one, requirement)
            }
            (None, _) => continue,
        };
        any = true;
        let totals = body(comparison, &outcome.product_id).and_then(|body| body.totals.as_ref());
        let own = money(totals.and_then(|totals| totals.horizon.as_ref()));
        table.add_row(vec![outcome.product_id.clone(), what.to_owned(), own, why]);
    }
    if any { table.to_string() } else { String::new() }
}

/// Why a product is not ranked; its gaps by the names that the requirement has for them.
fn excluded(one: &v1::Assessment, requirement: &v1::Requirement) -> String {
    let of = one.reasons.iter().filter(|reason| excludes(reason));
    let text = |reason: &v1::Reason| match reason.english.split_once(' ') {
        Some((path, rest)) if reason.code == "demand_not_covered" => {
            format!("{} {rest}", spoken_path(path, requirement))
        }
        _ => reason.english.clone(),
    };
    of.map(text).collect::<Vec<_>>().join("; ")
}
