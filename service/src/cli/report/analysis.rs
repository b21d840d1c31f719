//! The part of the page that shows other quantities: curves, crossings, sensitivity, draws.

use maud::{Markup, PreEscaped, html};
use quotient_proto::v1;

use crate::cli::charts;
use crate::cli::parts::subject;
use crate::cli::words::Language;

pub(super) fn section(comparison: &v1::Comparison, words: Language) -> Markup {
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
fn sensitivity(analysis: &v1::Analysis, words: Language) -> Markup {
    let at = |point: Option<&v1::CurvePoint>| {
        point.map_or_else(String::new, |point| {
            let unknown = words.of("unknown", "未知").to_owned();
            let cost = point.cost.as_ref().map_or(unknown, |cost| words.money(Some(cost)));
            format!("{cost} @ {}", point.quantity)
        })
    };
    html! {
        @if !analysis.tornado.is_empty() {
            h2 { (words.of("When one input changes by a fifth, in whole units", "单项输入变动五分之一（按整数单位）时的成本")) }
            div .wide { table {
                thead { tr {
                    th { (words.of("input", "输入")) } th .n { (words.of("less", "减少")) }
                    th .n { (words.of("more", "增加")) }
                } }
                tbody { @for swing in &analysis.tornado { tr {
                    td { (words.input(swing.axis(), &swing.label)) }
                    td .n { (at(swing.lower.as_ref())) } td .n { (at(swing.higher.as_ref())) }
                } } }
            } }
        }
        @if let Some(flip) = &analysis.flip {
            p { strong { (words.of("Flip point: ", "反转点：")) } (flip.product_id) " @ " (flip.quantity) " "
                (words.input(flip.axis(), &flip.label)) }
        }
    }
}

fn stretches(one: &v1::BreakEven, words: Language) -> String {
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
