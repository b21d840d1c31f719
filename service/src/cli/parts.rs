//! Where the parts of a comparison are found, for all ways in which it is written.

use quotient_proto::v1;
use quotient_proto::v1::outcome::Result as Coded;

/// The body of a product's quote.
pub(super) fn body<'a>(comparison: &'a v1::Comparison, product_id: &str) -> Option<&'a v1::QuoteBody> {
    let outcome = comparison.outcomes.iter().find(|outcome| outcome.product_id == product_id)?;
    match &outcome.result {
        Some(Coded::Quoted(quote) | Coded::PartiallyQuoted(quote)) => quote.body.as_ref(),
        _ => None,
    }
}

pub(super) fn assessment<'a>(comparison: &'a v1::Comparison, product_id: &str) -> Option<&'a v1::Assessment> {
    comparison.assessments.iter().find(|one| one.product_id == product_id)
}

/// The name of a product, or its id where it has no quote.
pub(super) fn name<'a>(comparison: &'a v1::Comparison, product_id: &'a str) -> &'a str {
    assessment(comparison, product_id).map_or(product_id, |one| one.product_name.as_str())
}

/// Ranked assessments, best first.
pub(super) fn ranked(comparison: &v1::Comparison) -> Vec<&v1::Assessment> {
    comparison.ranking.iter().filter_map(|id| assessment(comparison, id)).collect()
}

/// What of the cost the vendor asks for.
pub(super) fn vendors_part(one: &v1::Assessment) -> Option<&v1::MoneyRange> {
    one.tco.as_ref()?.items.first()?.amount.as_ref()
}

/// Why a product stands where it stands, and not how it came to common ground.
pub(super) fn is_about_rank(reason: &v1::Reason) -> bool {
    let codes = ["cheapest", "dearer", "tie", "only_one", "rank_by_risk", "rank_by_score"];
    codes.contains(&reason.code.as_str())
}

/// Whether a reason keeps a product out of the ranking.
pub(super) fn excludes(reason: &v1::Reason) -> bool {
    reason.weight() == v1::ReasonWeight::Excludes
}

/// What became of a product: the name of the outcome's field, in English and in Chinese, and the refusal if it is one.
pub(super) fn outcome(outcome: &v1::Outcome) -> ([&'static str; 3], Option<&v1::Refusal>) {
    match &outcome.result {
        Some(Coded::Quoted(_)) => (["quoted", "quoted", "已报价"], None),
        Some(Coded::PartiallyQuoted(_)) => (["partially_quoted", "partially quoted", "部分报价"], None),
        Some(Coded::ContactSales(refusal)) => {
            (["contact_sales", "contact sales", "需咨询销售"], Some(refusal))
        }
        Some(Coded::NeedsInput(refusal)) => (["needs_input", "needs input", "需补充信息"], Some(refusal)),
        Some(Coded::NoMatchingOffer(refusal)) => {
            (["no_matching_offer", "no matching offer", "无匹配方案"], Some(refusal))
        }
        Some(Coded::TimedOut(refusal)) => (["timed_out", "timed out", "超时"], Some(refusal)),
        Some(Coded::AdapterFailed(refusal)) => (["adapter_failed", "failed", "插件故障"], Some(refusal)),
        None => (["", "", ""], None),
    }
}

/// A refusal with the fields that it is about.
pub(super) fn refused(refusal: &v1::Refusal) -> String {
    if refusal.fields.is_empty() {
        return refusal.text.clone();
    }
    format!("{} ({})", refusal.text, refusal.fields.join(", "))
}

/// A product, or one of its offers.
pub(super) fn subject(subject: Option<&v1::ScenarioSubject>) -> String {
    let Some(subject) = subject else { return String::new() };
    let parts = [&subject.product_id, &subject.edition_id, &subject.purchase_option_id];
    parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// The public pages of a quote, each once.
pub(super) fn pages(body: &v1::QuoteBody) -> Vec<&str> {
    let uris = body.sources.iter().map(|source| source.uri.as_str());
    let mut pages: Vec<_> =
        uris.filter(|uri| uri.starts_with("https://") || uri.starts_with("http://")).collect();
    pages.sort_unstable();
    pages.dedup();
    pages
}
