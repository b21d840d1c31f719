//! A comparison as comma-separated values: one row for each product, for a spreadsheet.

use quotient_proto::google::r#type as google;
use quotient_proto::v1;

use super::parts::{self, body, excludes, is_about_rank, vendors_part};
use super::problem::Problem;
use super::tables::label;
use super::words::amount;

const HEAD: [&str; 32] = [
    "product_id",
    "product",
    "outcome",
    "comparability",
    "rank",
    "edition",
    "purchase_option",
    "currency",
    "cost_low",
    "cost_high",
    "vendor_low",
    "vendor_high",
    "required_budget_low",
    "required_budget_high",
    "own_currency",
    "own_low",
    "own_high",
    "rate",
    "confidence",
    "failed_thresholds",
    "unknown_thresholds",
    "missing_musts",
    "bonus_share",
    "dominated_by",
    "cannot_beat",
    "p10",
    "p50",
    "p90",
    "probability_cheapest",
    "risk_adjusted",
    "score",
    "why",
];

/// The whole table, by product id; an amount that is not known is an empty cell, and so is an open high end.
pub(super) fn table(comparison: &v1::Comparison) -> Result<String, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEAD)?;
    for outcome in &comparison.outcomes {
        writer.write_record(row(comparison, outcome).iter().map(|cell| guarded(cell)))?;
    }
    let bytes = writer.into_inner().map_err(|error| Problem::Write(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}

/// A text that no spreadsheet takes for a formula.
fn guarded(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_number =
        cell.strip_prefix('-').is_some_and(|rest| rest.chars().all(|sign| matches!(sign, '0'..='9' | '.')));
    if is_formula && !is_number { format!("'{cell}") } else { cell.to_owned() }
}

fn row(comparison: &v1::Comparison, outcome: &v1::Outcome) -> [String; HEAD.len()] {
    let id = &outcome.product_id;
    let ([code, ..], refusal) = parts::outcome(outcome);
    let one = parts::assessment(comparison, id);
    let body = body(comparison, id);
    let tco = one.and_then(|one| one.tco.as_ref());
    let fit = one.and_then(|one| one.fit.as_ref());
    let spread =
        comparison.analysis.iter().flat_map(|looked| &looked.spreads).find(|of| of.product_id == *id);
    let [cost_low, cost_high] = ends(tco.and_then(|tco| tco.total.as_ref()));
    let [vendor_low, vendor_high] = ends(one.and_then(vendors_part));
    let [budget_low, budget_high] = ends(tco.and_then(|tco| tco.required_budget.as_ref()));
    let [own_low, own_high] = ends(body.and_then(|body| body.totals.as_ref()?.horizon.as_ref()));
    let screens = |result: v1::ScreenResult| {
        let of = one.iter().flat_map(|one| &one.screens).filter(|screen| screen.result() == result);
        joined(of.map(|screen| screen.code.as_str()))
    };
    let why = refusal.map(parts::refused).unwrap_or_else(|| {
        let of = one
            .iter()
            .flat_map(|one| &one.reasons)
            .filter(|reason| excludes(reason) || is_about_rank(reason));
        joined(of.map(|reason| reason.english.as_str()))
    });
    [
        id.clone(),
        parts::name(comparison, id).to_owned(),
        code.to_owned(),
        one.map(|one| word(one.comparability().as_str_name(), "COMPARABILITY_")).unwrap_or_default(),
        one.filter(|one| one.rank > 0).map(|one| one.rank.to_string()).unwrap_or_default(),
        label(body.and_then(|body| body.edition.as_ref())),
        label(body.and_then(|body| body.purchase_option.as_ref())),
        tco.map(|_| comparison.currency_code.clone()).unwrap_or_default(),
        cost_low,
        cost_high,
        vendor_low,
        vendor_high,
        budget_low,
        budget_high,
        body.map(|body| body.currency_code.clone()).unwrap_or_default(),
        own_low,
        own_high,
        value(tco.and_then(|tco| tco.rate.as_ref())),
        one.map(|one| word(one.confidence().as_str_name(), "CONFIDENCE_")).unwrap_or_default(),
        screens(v1::ScreenResult::Fail),
        screens(v1::ScreenResult::Unknown),
        joined(fit.iter().flat_map(|fit| &fit.missing_musts).map(String::as_str)),
        value(fit.and_then(|fit| fit.nice_share.as_ref())),
        joined(one.iter().flat_map(|one| &one.dominated_by).map(String::as_str)),
        joined(one.iter().flat_map(|one| &one.cannot_beat).map(String::as_str)),
        money(spread.and_then(|of| of.p10.as_ref())),
        money(spread.and_then(|of| of.p50.as_ref())),
        money(spread.and_then(|of| of.p90.as_ref())),
        value(spread.and_then(|of| of.cheapest.as_ref())),
        money(spread.and_then(|of| of.risk_adjusted.as_ref())),
        value(one.and_then(|one| one.score.as_ref())),
        why,
    ]
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.collect::<Vec<_>>().join("; ")
}

fn ends(range: Option<&v1::MoneyRange>) -> [String; 2] {
    let of = |pick: fn(&v1::MoneyRange) -> Option<&google::Money>| money(range.and_then(pick));
    [of(|range| range.low.as_ref()), of(|range| range.high.as_ref())]
}

fn money(wire: Option<&google::Money>) -> String {
    wire.map(amount).unwrap_or_default()
}

fn value(wire: Option<&google::Decimal>) -> String {
    wire.map(|decimal| decimal.value.clone()).unwrap_or_default()
}

fn word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula() {
        assert_eq!(guarded("=1+1"), "'=1+1");
        assert_eq!(guarded("@x"), "'@x");
        assert_eq!(guarded("-12.50"), "-12.50");
        assert_eq!(guarded("-1+1"), "'-1+1");
        assert_eq!(guarded("USD"), "USD");
    }

    #[test]
    fn a_product_without_a_quote_has_a_row_with_its_reason() {
        let text = "asks to be called, \"soon\"".to_owned();
        let refusal = v1::Refusal { text, fields: vec!["seats".to_owned()] };
        let outcome = v1::Outcome {
            product_id: "a".to_owned(),
            result: Some(v1::outcome::Result::ContactSales(refusal)),
        };
        let comparison = v1::Comparison { outcomes: vec![outcome], ..v1::Comparison::default() };
        let table = table(&comparison).unwrap();
        let mut rows = csv::Reader::from_reader(table.as_bytes());
        let head = rows.headers().unwrap().clone();
        let row = rows.records().next().unwrap().unwrap();
        let cell = |name: &str| &row[head.iter().position(|column| column == name).unwrap()];
        assert_eq!(cell("product_id"), "a");
        assert_eq!(cell("outcome"), "contact_sales");
        assert_eq!(cell("cost_low"), "", "no cost is known");
        assert_eq!(cell("why"), "asks to be called, \"soon\" (seats)");
    }
}
