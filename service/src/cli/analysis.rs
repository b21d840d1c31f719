//! What a comparison looks like under other quantities, as text for a person.

use quotient_proto::google::r#type as google;
use quotient_proto::v1;

use super::parts::subject;
use super::tables::{align_right, keep_whole, money as told, new_table};
use super::words::{self, Language};

/// The whole analysis.
pub(super) fn text(analysis: &v1::Analysis) -> String {
    let parts = [break_evens(analysis), cliffs(analysis), sensitivity(analysis), spreads(analysis)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn axis(axis: v1::ScenarioAxis) -> String {
    Language::En.input(axis, "")
}

fn break_evens(analysis: &v1::Analysis) -> String {
    let mut table = new_table(&["break-even", "of", "and", "cheaper"]);
    for index in 0..=2 {
        keep_whole(&mut table, index);
    }
    for one in &analysis.break_evens {
        let (first, second) = (subject(one.first.as_ref()), subject(one.second.as_ref()));
        let stretch = |stretch: &v1::BreakEvenStretch| {
            let who = match stretch.cheaper() {
                v1::Cheaper::First => first.as_str(),
                v1::Cheaper::Second => second.as_str(),
                v1::Cheaper::Neither | v1::Cheaper::Unspecified => "neither",
            };
            format!("{} to {}: {who}", stretch.from, stretch.to)
        };
        let stretches = one.stretches.iter().map(stretch).collect::<Vec<_>>().join("; ");
        table.add_row(vec![axis(one.axis()), first.clone(), second.clone(), stretches]);
    }
    if analysis.break_evens.is_empty() { String::new() } else { table.to_string() }
}

fn cliffs(analysis: &v1::Analysis) -> String {
    let mut lines = Vec::new();
    for curve in &analysis.curves {
        for cliff in &curve.cliffs {
            let (what, of) = (axis(curve.axis()), subject(curve.subject.as_ref()));
            let v1::Cliff { quantity, dearer_from, dearer_to } = cliff;
            lines.push(format!("{of}: {quantity} {what} cost less than {dearer_from} to {dearer_to}"));
        }
    }
    lines.join("\n")
}

fn sensitivity(analysis: &v1::Analysis) -> String {
    let mut lines = Vec::new();
    let mut table = new_table(&["a fifth less and more", "costs at less", "costs at more"]);
    for index in [1, 2] {
        align_right(&mut table, index);
    }
    for swing in &analysis.tornado {
        let at = |point: Option<&v1::CurvePoint>| {
            point.map_or_else(String::new, |point| {
                let cost = point.cost.as_ref().map_or("unknown".to_owned(), |cost| told(Some(cost)));
                format!("{} at {}", cost, point.quantity)
            })
        };
        let (lower, higher) = (at(swing.lower.as_ref()), at(swing.higher.as_ref()));
        table.add_row(vec![Language::En.input(swing.axis(), &swing.label), lower, higher]);
    }
    if !analysis.tornado.is_empty() {
        lines.push(table.to_string());
    }
    if let Some(flip) = &analysis.flip {
        let change = words::percent(flip.change.as_ref());
        let what = Language::En.input(flip.axis(), &flip.label);
        let (id, quantity) = (&flip.product_id, flip.quantity);
        lines.push(format!("flip point: {id} wins at {quantity} {what} (change {change})"));
    }
    lines.join("\n")
}

fn amount(wire: Option<&google::Money>) -> String {
    wire.map(words::amount).unwrap_or_default()
}

fn spreads(analysis: &v1::Analysis) -> String {
    if analysis.spreads.is_empty() {
        return String::new();
    }
    let mut table =
        new_table(&["under draws", "P10", "P50", "P90", "mean", "risk-adjusted", "cheapest", "over budget"]);
    for index in 1..=7 {
        align_right(&mut table, index);
    }
    for index in 0..=7 {
        keep_whole(&mut table, index);
    }
    let part = |part: Option<&google::Decimal>| part.map_or("-".to_owned(), |part| part.value.clone());
    for one in &analysis.spreads {
        table.add_row(vec![
            one.product_id.clone(),
            amount(one.p10.as_ref()),
            amount(one.p50.as_ref()),
            amount(one.p90.as_ref()),
            amount(one.mean.as_ref()),
            amount(one.risk_adjusted.as_ref()),
            part(one.cheapest.as_ref()),
            part(one.over_budget.as_ref()),
        ]);
    }
    table.to_string()
}
