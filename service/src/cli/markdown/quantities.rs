//! What a comparison looks like under other quantities, as Markdown.

use quotient_proto::google::r#type as google;
use quotient_proto::v1;

use super::section;
use super::table::{Column, Table, list};
use crate::cli::parts::subject;
use crate::cli::words::{Language, amount, percent};

pub(super) fn report(analysis: &v1::Analysis, words: Language) -> String {
    let parts = [
        section(words.of("Where costs cross", "盈亏平衡"), &break_evens(analysis, words)),
        section(words.of("Where more costs less", "多用反而更便宜"), &cliffs(analysis, words)),
        section(
            words.of("What a fifth less and more costs, in whole units", "敏感性（±20 %，按整数单位）"),
            &swings(analysis, words),
        ),
        flip(analysis, words),
        section(words.of("When demand is not as stated", "需求不确定时的成本"), &spreads(analysis, words)),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn break_evens(analysis: &v1::Analysis, words: Language) -> String {
    let mut table = Table::new(&[
        Column::text(words.of("over", "变量")),
        Column::text(words.of("of", "甲")),
        Column::text(words.of("and", "乙")),
        Column::number(words.of("from", "自")),
        Column::number(words.of("to", "至")),
        Column::text(words.of("cheaper", "较低者")),
    ]);
    for one in &analysis.break_evens {
        let (first, second) = (subject(one.first.as_ref()), subject(one.second.as_ref()));
        for stretch in &one.stretches {
            let cheaper = match stretch.cheaper() {
                v1::Cheaper::First => first.clone(),
                v1::Cheaper::Second => second.clone(),
                v1::Cheaper::Neither | v1::Cheaper::Unspecified => words.of("equal", "相同").to_owned(),
            };
            table.row([
                words.input(one.axis(), ""),
                first.clone(),
                second.clone(),
                stretch.from.to_string(),
                stretch.to.to_string(),
                cheaper,
            ]);
        }
    }
    table.written()
}

fn cliffs(analysis: &v1::Analysis, words: Language) -> String {
    let told = |curve: &v1::CostCurve, cliff: &v1::Cliff| {
        let (what, of) = (words.input(curve.axis(), ""), subject(curve.subject.as_ref()));
        let v1::Cliff { quantity, dearer_from, dearer_to } = cliff;
        match words {
            Language::En => format!("{of}: {quantity} {what} cost less than {dearer_from} to {dearer_to}"),
            Language::Zh => format!("{of}：{what}为 {quantity} 时的费用低于 {dearer_from} 至 {dearer_to}"),
        }
    };
    list(analysis.curves.iter().flat_map(|curve| curve.cliffs.iter().map(move |cliff| told(curve, cliff))))
}

fn swings(analysis: &v1::Analysis, words: Language) -> String {
    let mut table = Table::new(&[
        Column::text(words.of("input", "变量")),
        Column::number(words.of("a fifth less", "减少 20 %")),
        Column::number(words.of("cost", "成本")),
        Column::number(words.of("a fifth more", "增加 20 %")),
        Column::number(words.of("cost", "成本")),
    ]);
    let at = |point: Option<&v1::CurvePoint>| {
        let cost = point.and_then(|point| point.cost.as_ref());
        let told =
            cost.map_or_else(|| words.of("unknown", "未知").to_owned(), |cost| words.money(Some(cost)));
        [point.map(|point| point.quantity.to_string()).unwrap_or_default(), told]
    };
    for swing in &analysis.tornado {
        let [[less, lower], [more, higher]] = [at(swing.lower.as_ref()), at(swing.higher.as_ref())];
        table.row([words.input(swing.axis(), &swing.label), less, lower, more, higher]);
    }
    table.written()
}

fn flip(analysis: &v1::Analysis, words: Language) -> String {
    let Some(flip) = &analysis.flip else { return String::new() };
    let change = percent(flip.change.as_ref());
    let (what, product, quantity) = (words.input(flip.axis(), &flip.label), &flip.product_id, flip.quantity);
    let text = match words {
        Language::En => format!("{product} costs less at {quantity} {what}, a change of {change}"),
        Language::Zh => format!("{what}变为 {quantity}（变化 {change}）时，{product} 更便宜"),
    };
    section(words.of("What would change the answer", "反转点"), &list(std::iter::once(text)))
}

fn spreads(analysis: &v1::Analysis, words: Language) -> String {
    let mut table = Table::new(&[
        Column::text(words.of("product", "产品")),
        Column::number("P10"),
        Column::number("P50"),
        Column::number("P90"),
        Column::number(words.of("mean", "均值")),
        Column::number(words.of("risk-adjusted", "风险调整后")),
        Column::number(words.of("probability of being cheapest", "最便宜的概率")),
        Column::number(words.of("probability over budget", "超预算的概率")),
    ]);
    let money = |wire: Option<&google::Money>| wire.map(amount).unwrap_or_default();
    let part = |part: Option<&google::Decimal>| part.map(|part| part.value.clone()).unwrap_or_default();
    for one in &analysis.spreads {
        table.row([
            one.product_id.clone(),
            money(one.p10.as_ref()),
            money(one.p50.as_ref()),
            money(one.p90.as_ref()),
            money(one.mean.as_ref()),
            money(one.risk_adjusted.as_ref()),
            part(one.cheapest.as_ref()),
            part(one.over_budget.as_ref()),
        ]);
    }
    table.written()
}
