//! A comparison as one page for the eye: self-contained, without a script, readable on a phone and in print.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use quotient_proto::v1;

use super::coverage;
use super::parts::{self, excludes, is_about_rank, name, ranked};
use super::words::Language;

mod analysis;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#1b1b1b}\
    h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;width:100%}\
    th,td{text-align:left;padding:.3rem .5rem;border-bottom:1px solid #ddd;vertical-align:top}\
    td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.wide{overflow-x:auto}\
    .bar{display:flex;height:14px;background:#eee;min-width:8rem}.bar i{display:block;height:100%}\
    .pass{color:#006b4f}.fail{color:#b00020}.unknown{color:#666}svg{max-width:100%;height:auto}\
    details{margin:.4rem 0}summary{cursor:pointer}.key span{margin-right:1rem}.key b{display:inline-block;width:.8rem;\
    height:.8rem;margin-right:.3rem}@media print{details{display:block}details>*{display:block}body{max-width:none}}";

/// Colours of the parts of a cost.
const PARTS: [(&str, &str, &str); 4] = [
    ("#0072b2", "recurring", "周期费用"),
    ("#e69f00", "by use", "用量费用"),
    ("#009e73", "one-time", "一次性费用"),
    ("#999999", "beside the vendor's", "其他成本"),
];

/// The whole page.
pub(super) fn page(comparison: &v1::Comparison, words: Language) -> String {
    let title = words.of("Comparison of customer-service software", "客户服务软件比较");
    let markup = html! {
        (DOCTYPE)
        html lang=(words.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                p { (words.basis(comparison)) }
                (recommendation(comparison, words))
                (ranking(comparison, words))
                (analysis::section(comparison, words))
                (covered(comparison, words))
                (screening(comparison, words))
                (unranked(comparison, words))
                (details(comparison, words))
            }
        }
    };
    markup.into_string()
}

fn recommendation(comparison: &v1::Comparison, words: Language) -> Markup {
    let Some(recommendation) = &comparison.recommendation else {
        return html! { p { (words.of("Nothing can be ranked.", "没有可排名的产品。")) } };
    };
    html! {
        h2 { (words.of("Recommended", "推荐")) ": " (name(comparison, &recommendation.product_id)) }
        ul {
            @for reason in &recommendation.reasons { li { (words.reason(reason)) } }
            @for rule in &recommendation.rules {
                li {
                    (words.of("a rule of thumb ", "经验法则"))
                    @if rule.agrees { (words.of("agrees: ", "（一致）：")) }
                    @else { (words.of("does not agree: ", "（不一致）：")) }
                    (words.of(&rule.english, &rule.chinese)) " (" (rule.source) ")"
                }
            }
        }
    }
}

fn ranking(comparison: &v1::Comparison, words: Language) -> Markup {
    let ranked = ranked(comparison);
    let most = ranked.iter().filter_map(|one| high_units(one.tco.as_ref()?.total.as_ref())).max();
    html! {
        h2 { (words.of("Ranking", "排名")) }
        div .wide { table {
            thead { tr {
                th { "#" } th { (words.of("product", "产品")) } th .n { (words.of("cost", "总成本")) }
                th .n { (words.of("required budget", "所需预算")) } th { (words.of("parts", "构成")) }
                th { (words.of("why", "原因")) }
            } }
            tbody { @for one in &ranked { tr {
                td { (one.rank) }
                td { (one.product_name) @if !one.dominated_by.is_empty() {
                    br; small { (words.of("nowhere better than ", "各方面均不优于 ")) (few(&one.dominated_by, words)) }
                } }
                td .n { (words.money(one.tco.as_ref().and_then(|tco| tco.total.as_ref()))) }
                td .n { (words.money(one.tco.as_ref().and_then(|tco| tco.required_budget.as_ref()))) }
                td { (bar(one, most)) }
                td { @for reason in one.reasons.iter().filter(|reason| is_about_rank(reason)) { (words.reason(reason)) " " } }
            } } }
        } }
        p .key { @for (colour, english, chinese) in PARTS {
            span { b style=(format!("background:{colour}")) {} (words.of(english, chinese)) }
        } }
    }
}

/// The first two ids, and how many more there are.
fn few(ids: &[String], words: Language) -> String {
    let first = ids.iter().take(2).cloned().collect::<Vec<_>>().join(", ");
    match ids.len().saturating_sub(2) {
        0 => first,
        more => format!("{first} {}{more}", words.of("and more, by number: ", "等，另有 ")),
    }
}

fn high_units(range: Option<&v1::MoneyRange>) -> Option<i64> {
    Some(range?.high.as_ref()?.units)
}

/// The parts of a cost, each as wide as its share of the dearest product's.
fn bar(one: &v1::Assessment, most: Option<i64>) -> Markup {
    let Some((tco, most)) = one.tco.as_ref().zip(most.filter(|most| *most > 0)) else { return html! {} };
    let of = |category: v1::ChargeCategory| {
        let found = tco.by_category.iter().find(|part| part.category() == category);
        found.and_then(|part| high_units(part.amount.as_ref())).unwrap_or_default()
    };
    let vendor = tco.items.first().and_then(|item| high_units(item.amount.as_ref())).unwrap_or_default();
    let beside = high_units(tco.total.as_ref()).unwrap_or_default().saturating_sub(vendor);
    let parts = [
        of(v1::ChargeCategory::Recurring),
        of(v1::ChargeCategory::Usage),
        of(v1::ChargeCategory::OneTime),
        beside,
    ];
    // Tenths of a per cent.
    let share = |part: i64| part.saturating_mul(1_000).checked_div(most).unwrap_or_default();
    let width = |part: i64| {
        let share = share(part);
        format!(
            "{}.{}%",
            share.checked_div(10).unwrap_or_default(),
            share.checked_rem(10).unwrap_or_default()
        )
    };
    html! { div .bar { @for (part, (colour, ..)) in parts.iter().zip(PARTS) {
        i style=(format!("width:{};background:{colour}", width(*part))) {}
    } } }
}

/// What each product covers of the requirement.
fn covered(comparison: &v1::Comparison, words: Language) -> Markup {
    let matrix = coverage::matrix(comparison);
    let class = |status: Option<v1::CoverageStatus>| match status {
        Some(v1::CoverageStatus::Priced | v1::CoverageStatus::Included) => "pass",
        Some(v1::CoverageStatus::NotOffered | v1::CoverageStatus::BilledByOthers) => "fail",
        Some(v1::CoverageStatus::Unspecified) | None => "unknown",
    };
    html! {
        h2 { (words.of("What is covered", "需求覆盖")) }
        div .wide { table {
            thead { tr { th {} @for part in &matrix.parts { th { (part) } } } }
            tbody { @for (product, statuses) in &matrix.rows { tr {
                td { (product) }
                @for status in statuses { td class=(class(*status)) { (coverage::told(*status, words)) } }
            } } }
        } }
    }
}

fn screening(comparison: &v1::Comparison, words: Language) -> Markup {
    html! {
        h2 { (words.of("Thresholds and capabilities", "筛选与能力")) }
        @for one in ranked(comparison) { details {
            summary { (one.product_name) }
            ul {
                @for screen in &one.screens { li class=(class(screen.result())) {
                    (mark(screen.result())) " " (words.of(&screen.english, &screen.chinese))
                } }
                @if let Some(fit) = &one.fit {
                    @for (english, chinese, ids) in [
                        ("must-haves", "必备能力", &fit.musts), ("bonuses", "加分能力", &fit.nice),
                        ("not needed", "冗余能力", &fit.redundant),
                    ] { @if !ids.is_empty() { li { (words.of(english, chinese)) ": " (ids.join(", ")) } } }
                }
            }
        } }
    }
}

const fn class(result: v1::ScreenResult) -> &'static str {
    match result {
        v1::ScreenResult::Pass => "pass",
        v1::ScreenResult::Fail => "fail",
        v1::ScreenResult::Unknown | v1::ScreenResult::Unspecified => "unknown",
    }
}

const fn mark(result: v1::ScreenResult) -> &'static str {
    match result {
        v1::ScreenResult::Pass => "✓",
        v1::ScreenResult::Fail => "✗",
        v1::ScreenResult::Unknown | v1::ScreenResult::Unspecified => "?",
    }
}

fn unranked(comparison: &v1::Comparison, words: Language) -> Markup {
    let out: Vec<_> = comparison.assessments.iter().filter(|one| one.rank == 0).collect();
    let refused = comparison.outcomes.iter().filter_map(|outcome| {
        let ([_, english, chinese], refusal) = parts::outcome(outcome);
        Some((&outcome.product_id, words.of(english, chinese), &refusal?.text))
    });
    html! {
        h2 { (words.of("Not ranked", "未排名")) }
        div .wide { table { tbody {
            @for one in out { tr {
                td { (one.product_name) }
                td .n { (words.money(one.tco.as_ref().and_then(|tco| tco.total.as_ref()))) }
                td { @for reason in one.reasons.iter().filter(|reason| excludes(reason)) {
                    (words.reason(reason)) br;
                } @if !one.cannot_beat.is_empty() {
                    (words.of("cannot beat ", "不可能低于 ")) (one.cannot_beat.join(", "))
                } }
            } }
            @for (product, what, text) in refused { tr { td { (product) } td { (what) } td { (text) } } }
        } } }
    }
}

/// How each ranked quote came about, on demand.
fn details(comparison: &v1::Comparison, words: Language) -> Markup {
    html! {
        h2 { (words.of("How it comes about", "计算过程")) }
        @for one in ranked(comparison) { @if let Some(body) = parts::body(comparison, &one.product_id) { details {
            summary { (one.product_name) ": " (words.money(body.totals.as_ref().and_then(|totals| totals.horizon.as_ref()))) }
            ul {
                @for reason in one.reasons.iter().filter(|reason| reason.weight() == v1::ReasonWeight::Adjusts) {
                    li { (words.reason(reason)) }
                }
                @for line in &body.line_items { li { (line.display_name) ": "
                    (words.range(line.horizon_amount.as_ref())) " " (body.currency_code)
                    @for step in line.periods.iter().take(1).flat_map(|period| &period.derivation) {
                        br; small { (step.text) " → " (step.quantity.as_ref().map_or("", |quantity| quantity.value.as_str())) }
                    }
                } }
                @for (english, chinese, notes) in [
                    ("assumed", "假设", &body.assumptions), ("not contained", "不包含", &body.exclusions),
                    ("mind", "注意", &body.warnings),
                ] { @for note in notes { li { (words.of(english, chinese)) ": " (note.text) } } }
                @for source in parts::pages(body) { li { small { a href=(source) rel="noreferrer" { (source) } } } }
            }
        } } }
    }
}
