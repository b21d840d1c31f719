//! The part of the page that shows other quantities: curves, crossings, sensitivity, draws.

use maud::{Markup, PreEscaped, html};
use quotient_proto::v1;

use super::Words;
use crate::cli::analysis::input;
use crate::cli::charts;

pub(super) fn section(comparison: &v1::Comparison, words: Words) -> Markup {
    let Some(analysis) = &comparison.analysis else { return html! {} };
    let axes = [
        (v1::ScenarioAxis::Demand, "contacts of the mean month", "月均咨询量"),
        (v1::ScenarioAxis::Seats, "seats", "坐席"),
    ];
    html! {
        @for (axis, english, chinese) in axes {
            @if let Some(svg) = charts::curves(analysis, axis, words.of(english, chinese)) {
                h2 { (words.of("Cost by ", "成本曲线：")) (words.of(english, chinese)) }
                (PreEscaped(svg))
                ul { @for one in analysis.break_evens.iter().filter(|one| one.axis() == axis) {
                    li { (subject(one.first.as_ref())) " / " (subject(one.second.as_ref())) ": " (stretches(one, words)) }
                } }
            }
        }
        (sensitivity(analysis, words))
        @if let Some(svg) = charts::bands(analysis) {
            h2 { (words.of("When demand is not as stated: P10 to P90", "需求不确定时的成本：P10 至 P90")) }
            (PreEscaped(svg))
        }
    }
}

/// What each input moves, the widest first, and what would change the winner.
fn sensitivity(analysis: &v1::Analysis, words: Words) -> Markup {
    let input = |axis: v1::ScenarioAxis, label: &str| {
        let (english, chinese) = input(axis, label);
        words.of(&english, &chinese).to_owned()
    };
    let at = |point: Option<&v1::CurvePoint>| {
        point.map_or_else(String::new, |point| {
            let unknown = words.of("unknown", "未知").to_owned();
            let cost = point.cost.as_ref().map_or(unknown, |cost| words.money(Some(cost)));
            format!("{cost} @ {}", point.quantity)
        })
    };
    html! {
        @if !analysis.tornado.is_empty() {
            h2 { (words.of("When one input changes by a fifth", "单项输入变动五分之一时的成本")) }
            div .wide { table {
                thead { tr {
                    th { (words.of("input", "输入")) } th .n { (words.of("less", "减少")) }
                    th .n { (words.of("more", "增加")) }
                } }
                tbody { @for swing in &analysis.tornado { tr {
                    td { (input(swing.axis(), &swing.label)) }
                    td .n { (at(swing.lower.as_ref())) } td .n { (at(swing.higher.as_ref())) }
                } } }
            } }
        }
        @if let Some(flip) = &analysis.flip {
            p { strong { (words.of("Flip point: ", "反转点：")) } (flip.product_id) " @ " (flip.quantity) " "
                (input(flip.axis(), &flip.label)) }
        }
    }
}

fn subject(subject: Option<&v1::ScenarioSubject>) -> String {
    let Some(subject) = subject else { return String::new() };
    [&subject.product_id, &subject.edition_id, &subject.purchase_option_id]
        .into_iter()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(" ")
}

fn stretches(one: &v1::BreakEven, words: Words) -> String {
    let stretch = |stretch: &v1::BreakEvenStretch| {
        let who = match stretch.cheaper() {
            v1::Cheaper::First => subject(one.first.as_ref()),
            v1::Cheaper::Second => subject(one.second.as_ref()),
            v1::Cheaper::Neither | v1::Cheaper::Unspecified => words.of("equal", "相同").to_owned(),
        };
        format!("{}–{}: {who}", stretch.from, stretch.to)
    };
    one.stretches.iter().map(stretch).collect::<Vec<_>>().join("; ")
}
