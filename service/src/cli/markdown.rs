//! A comparison as Markdown: a report that can be kept beside other documents and read as text.

use quotient_proto::v1;

use self::table::{Column, Table, links, list, plain};
use super::coverage;
use super::parts::{self, body, excludes, is_about_rank, name, ranked, vendors_part};
use super::tables::label;
use super::words::Language;

mod quantities;
mod table;

/// The whole report.
pub(super) fn report(comparison: &v1::Comparison, words: Language) -> String {
    let title = words.of("Comparison of customer-service software", "客户服务软件比较");
    let parts = [
        format!("# {title}\n\n{}{}", words.basis(comparison), words.of(".", "。")),
        recommendation(comparison, words),
        ranking(comparison, words),
        costs(comparison, words),
        lower_bounds(comparison, words),
        comparison.analysis.as_ref().map(|one| quantities::report(one, words)).unwrap_or_default(),
        coverage(comparison, words),
        thresholds(comparison, words),
        capabilities(comparison, words),
        unranked(comparison, words),
        origins(comparison, words),
        notes(comparison, words),
    ];
    let written: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    written.join("\n\n")
}

/// A heading and what stands below it; nothing where that is empty.
fn section(heading: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("## {}\n\n{text}", plain(heading)) }
}

fn recommendation(comparison: &v1::Comparison, words: Language) -> String {
    let Some(recommendation) = &comparison.recommendation else {
        return words.of("Nothing can be ranked.", "没有可排名的产品。").to_owned();
    };
    let rule = |rule: &v1::RuleOfThumb| {
        let agrees = match rule.agrees {
            true => words.of("A rule of thumb agrees: ", "经验法则（一致）："),
            false => words.of("A rule of thumb does not agree: ", "经验法则（不一致）："),
        };
        format!("{agrees}{} ({})", words.of(&rule.english, &rule.chinese), rule.source)
    };
    let reasons = recommendation.reasons.iter().map(|reason| words.reason(reason).to_owned());
    let lines = list(reasons.chain(recommendation.rules.iter().map(rule)));
    let product = name(comparison, &recommendation.product_id);
    section(&format!("{}{product}", words.of("Recommended: ", "推荐：")), &lines)
}

fn ranking(comparison: &v1::Comparison, words: Language) -> String {
    let mut table = Table::new(&[
        Column::number(words.of("rank", "名次")),
        Column::text(words.of("product", "产品")),
        Column::text(words.of("offer", "方案")),
        Column::number(words.of("cost", "总成本")),
        Column::number(words.of("of it the vendor's", "其中供应商费用")),
        Column::number(words.of("required budget", "所需预算")),
        Column::text(words.of("why", "原因")),
    ]);
    for one in ranked(comparison) {
        let body = body(comparison, &one.product_id);
        let tco = one.tco.as_ref();
        let why =
            one.reasons.iter().filter(|reason| is_about_rank(reason)).map(|reason| words.reason(reason));
        table.row([
            one.rank.to_string(),
            one.product_name.clone(),
            format!(
                "{} {}",
                label(body.and_then(|body| body.edition.as_ref())),
                label(body.and_then(|body| body.purchase_option.as_ref()))
            ),
            words.money(tco.and_then(|tco| tco.total.as_ref())),
            words.money(vendors_part(one)),
            words.money(tco.and_then(|tco| tco.required_budget.as_ref())),
            why.collect::<Vec<_>>().join(words.of("; ", "；")),
        ]);
    }
    section(words.of("Ranking", "排名"), &table.written())
}

/// What the cost of each ranked product is made of.
fn costs(comparison: &v1::Comparison, words: Language) -> String {
    let ranked = ranked(comparison);
    // The items in the order of the first product that has them.
    let mut items: Vec<&v1::CostItem> = Vec::new();
    for item in ranked.iter().filter_map(|one| one.tco.as_ref()).flat_map(|tco| &tco.items) {
        if !items.iter().any(|known| known.code == item.code) {
            items.push(item);
        }
    }
    let mut columns = vec![Column::text(words.of("product", "产品"))];
    columns.extend(items.iter().map(|item| Column::number(words.of(&item.english, &item.chinese))));
    columns.push(Column::number(words.of("idle modules, contained", "其中闲置模块")));
    let mut table = Table::new(&columns);
    for one in ranked {
        let Some(tco) = &one.tco else { continue };
        let of = |item: &&v1::CostItem| {
            let found = tco.items.iter().find(|own| own.code == item.code);
            words.money(found.and_then(|own| own.amount.as_ref()))
        };
        let mut row = vec![one.product_name.clone()];
        row.extend(items.iter().map(of));
        row.push(words.money(tco.idle_modules.as_ref()));
        table.row(row);
    }
    section(words.of("What the cost is made of", "成本构成"), &table.written())
}

fn lower_bounds(comparison: &v1::Comparison, words: Language) -> String {
    let mut table = Table::new(&[
        Column::text(words.of("product", "产品")),
        Column::number(words.of("costs at least", "至少")),
        Column::text(words.of("cannot beat", "不可能低于")),
    ]);
    let open = |one: &&v1::Assessment| one.comparability() == v1::Comparability::LowerBound;
    for one in comparison.assessments.iter().filter(open) {
        let beaten = one.cannot_beat.iter().map(|id| name(comparison, id)).collect::<Vec<_>>().join(", ");
        let total = one.tco.as_ref().and_then(|tco| tco.total.as_ref());
        table.row([one.product_name.clone(), words.money(total), beaten]);
    }
    section(words.of("Only a lower bound is known", "仅知下限"), &table.written())
}

/// What each product covers of the requirement.
fn coverage(comparison: &v1::Comparison, words: Language) -> String {
    let matrix = coverage::matrix(comparison);
    let parts = matrix.parts.into_iter().map(Column::text);
    let columns: Vec<_> = std::iter::once(Column::text(words.of("product", "产品"))).chain(parts).collect();
    let mut table = Table::new(&columns);
    for (product, statuses) in matrix.rows {
        let told = statuses.into_iter().map(|status| coverage::told(status, words).to_owned());
        table.row(std::iter::once(product.to_owned()).chain(told).collect::<Vec<_>>());
    }
    section(words.of("What is covered", "需求覆盖"), &table.written())
}

/// What came of each threshold, by product; what decided it where something did.
fn thresholds(comparison: &v1::Comparison, words: Language) -> String {
    let ranked = ranked(comparison);
    let mut codes: Vec<&str> = Vec::new();
    for screen in ranked.iter().flat_map(|one| &one.screens) {
        if !codes.contains(&screen.code.as_str()) {
            codes.push(&screen.code);
        }
    }
    let mut columns = vec![Column::text(words.of("product", "产品"))];
    columns.extend(codes.iter().map(|code| Column::text(threshold(code, words))));
    let mut table = Table::new(&columns);
    for one in ranked {
        let found = |code: &&str| {
            let Some(screen) = one.screens.iter().find(|screen| screen.code == *code) else {
                return String::new();
            };
            let told = words.of(&screen.english, &screen.chinese);
            match screen.result() {
                v1::ScreenResult::Pass => format!("✓ {told}"),
                v1::ScreenResult::Fail => format!("✗ {told}"),
                v1::ScreenResult::Unknown | v1::ScreenResult::Unspecified => format!("? {told}"),
            }
        };
        let mut row = vec![one.product_name.clone()];
        row.extend(codes.iter().map(found));
        table.row(row);
    }
    section(words.of("Thresholds", "筛选"), &table.written())
}

fn threshold(code: &str, words: Language) -> &str {
    match code {
        "trial_days" => words.of("trial", "试用"),
        "modules_addable" => words.of("modules can be added", "可增加模块"),
        "modules_removable" => words.of("modules can be removed", "可取消模块"),
        "failure_rate" => words.of("failure rate", "故障率"),
        "support_hours" => words.of("hours of support", "支持时间"),
        "availability" => words.of("availability", "可用性"),
        "response_minutes" => words.of("response", "响应时间"),
        "budget" => words.of("budget", "预算"),
        other => other,
    }
}

/// What each product can do of what is asked for.
fn capabilities(comparison: &v1::Comparison, words: Language) -> String {
    let mut table = Table::new(&[
        Column::text(words.of("product", "产品")),
        Column::text(words.of("must-haves", "必备能力")),
        Column::text(words.of("missing", "缺少")),
        Column::text(words.of("bonuses", "加分能力")),
        Column::number(words.of("share of bonuses", "加分比例")),
        Column::text(words.of("not needed", "冗余能力")),
    ]);
    let said = |fit: &v1::CapabilityFit| {
        fit.nice_share.is_some()
            || [&fit.musts, &fit.missing_musts, &fit.redundant].iter().any(|ids| !ids.is_empty())
    };
    for one in ranked(comparison) {
        let Some(fit) = one.fit.as_ref().filter(|fit| said(fit)) else { continue };
        table.row([
            one.product_name.clone(),
            fit.musts.join(", "),
            fit.missing_musts.join(", "),
            fit.nice.join(", "),
            fit.nice_share.as_ref().map(|share| share.value.clone()).unwrap_or_default(),
            fit.redundant.join(", "),
        ]);
    }
    section(words.of("Capabilities", "能力"), &table.written())
}

fn unranked(comparison: &v1::Comparison, words: Language) -> String {
    let mut table = Table::new(&[
        Column::text(words.of("product", "产品")),
        Column::text(words.of("outcome", "结果")),
        Column::number(words.of("the vendor asks for", "供应商报价")),
        Column::text(words.of("why", "原因")),
    ]);
    for outcome in &comparison.outcomes {
        let ([_, english, chinese], refusal) = parts::outcome(outcome);
        let assessment = parts::assessment(comparison, &outcome.product_id);
        let why = match (refusal, assessment) {
            (Some(refusal), _) => parts::refused(refusal),
            (None, Some(one)) if one.comparability() == v1::Comparability::NotComparable => {
                let of = one.reasons.iter().filter(|reason| excludes(reason));
                of.map(|reason| words.reason(reason)).collect::<Vec<_>>().join(words.of("; ", "；"))
            }
            (None, _) => continue,
        };
        let own =
            body(comparison, &outcome.product_id).and_then(|body| body.totals.as_ref()?.horizon.as_ref());
        table.row([
            name(comparison, &outcome.product_id).to_owned(),
            words.of(english, chinese).to_owned(),
            words.money(own),
            why,
        ]);
    }
    section(words.of("Not ranked", "未排名"), &table.written())
}

/// How each ranked quote comes about.
fn origins(comparison: &v1::Comparison, words: Language) -> String {
    let one = |one: &v1::Assessment| {
        let body = body(comparison, &one.product_id)?;
        let mut table = Table::new(&[
            Column::text(words.of("line", "明细")),
            Column::number(format!(
                "{} ({})",
                words.of("over the horizon", "比较期金额"),
                body.currency_code
            )),
        ]);
        for line in &body.line_items {
            table.row([line.display_name.clone(), words.range(line.horizon_amount.as_ref())]);
        }
        let adjusts = one.reasons.iter().filter(|reason| reason.weight() == v1::ReasonWeight::Adjusts);
        let adjusts = adjusts.map(|reason| words.reason(reason).to_owned());
        let kinds = [
            (words.of("assumed", "假设"), &body.assumptions),
            (words.of("not contained", "不包含"), &body.exclusions),
            (words.of("mind", "注意"), &body.warnings),
        ];
        let noted = kinds.into_iter().flat_map(|(kind, notes)| {
            notes.iter().map(move |note| format!("{kind}{}{}", words.of(": ", "："), note.text))
        });
        let texts = list(adjusts.chain(noted));
        let pages = links(parts::pages(body).into_iter());
        let below = [table.written(), [texts, pages].join("\n").trim().to_owned()].join("\n\n");
        Some(format!("### {}\n\n{below}", plain(&one.product_name)))
    };
    let written: Vec<_> = ranked(comparison).into_iter().filter_map(one).collect();
    section(words.of("How it comes about", "计算过程"), &written.join("\n\n"))
}

fn notes(comparison: &v1::Comparison, words: Language) -> String {
    section(words.of("Notes", "说明"), &list(comparison.notes.iter().map(|note| note.text.clone())))
}
