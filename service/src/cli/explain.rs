//! A quote's derivation as a tree: demanded quantity, steps, billed quantity, tiers, adjustments,
//! exact, rounded, and where each figure stands.

use quotient_proto::google::r#type::Decimal;
use quotient_proto::v1;

use super::tables::{money, range, spoken_path};

type Tree = termtree::Tree<String>;

/// The tree of a whole quote.
pub(super) fn tree(answer: &v1::QuoteResponse) -> String {
    answer.quote.as_ref().and_then(|quote| quote.body.as_ref()).map(body).unwrap_or_default()
}

/// The tree of a quote's body.
pub(super) fn body(body: &v1::QuoteBody) -> String {
    let term = body.totals.as_ref().and_then(|totals| totals.term.as_ref());
    let mut tree = Tree::new(format!("{}: {} over the sold term", body.product_name, money(term)));
    tree.extend(body.line_items.iter().map(|line| explain_line(line, &body.sources)));
    let invoices = body.invoices.iter().map(explain_invoice);
    tree.push(Tree::new("invoices of the sold term".to_owned()).with_leaves(invoices));
    let empty = v1::Requirement::default();
    let requirement = body.requirement.as_ref().unwrap_or(&empty);
    let coverage = body.demand_coverage.iter().map(|part| explain_coverage(part, requirement));
    tree.push(Tree::new("coverage".to_owned()).with_leaves(coverage));
    tree.extend(body.assumptions.iter().map(|note| format!("assumed: {}", note.text)));
    tree.to_string().trim_end().to_owned()
}

/// The tree of charges that were tried by themselves.
pub(super) fn charge(body: &v1::QuoteBody) -> String {
    let mut tree = Tree::new(money(body.totals.as_ref().and_then(|totals| totals.term.as_ref())));
    tree.extend(body.line_items.iter().map(|line| explain_line(line, &body.sources)));
    tree.extend(body.assumptions.iter().map(|note| format!("assumed: {}", note.text)));
    tree.extend(body.warnings.iter().map(|note| format!("note: {}", note.text)));
    tree.to_string().trim_end().to_owned()
}

fn explain_line(line: &v1::LineItem, sources: &[v1::Source]) -> Tree {
    let mut tree = Tree::new(format!("{}: {}", line.display_name, range(line.amount.as_ref())));
    tree.extend(line.periods.iter().map(explain_period));
    let sources = line.source_indexes.iter().filter_map(|index| sources.get(*index as usize));
    tree.extend(sources.map(explain_source));
    tree
}

fn explain_source(source: &v1::Source) -> Tree {
    let digest = source.sha256.get(..12).unwrap_or_default();
    let (sheet, path, as_of) = (&source.sheet_id, &source.path, &source.as_of);
    let place = format!("source: {sheet} at {path} (as of {as_of}, sha256 {digest}…)");
    Tree::new(place).with_leaves([source.uri.clone()])
}

fn explain_period(period: &v1::Period) -> Tree {
    let last = period.first_month + period.cycles * period.cycle_months - 1;
    let phase = if period.phase() == v1::Phase::Renewal { ", renewal" } else { "" };
    let cycles = match (period.cycles, period.cycle_months) {
        (1, 1) => "one month".to_owned(),
        (count, 1) => format!("{count} equal months"),
        (1, months) => format!("one cycle of {months} months"),
        (count, months) => format!("{count} equal cycles of {months} months"),
    };
    let unit = &period.unit;
    let steps = period.derivation.iter();
    let steps = steps.map(|step| format!("{} → {}", step.text, decimal(step.quantity.as_ref())));
    let demanded = format!("demanded {} {unit}", decimal(period.demanded.as_ref()));
    let billed = format!("billed {} {unit}", decimal(period.billed.as_ref()));
    let mut billed = Tree::new(billed).with_leaves(period.tiers.iter().map(explain_tier));
    billed.extend(period.adjustments.iter().map(explain_adjustment));
    let mut tree = Tree::new(format!("months {} to {last}{phase}: {cycles}", period.first_month));
    tree.push(Tree::new(demanded).with_leaves(steps));
    tree.push(billed);
    tree.push(format!("exact {} each", range(period.exact.as_ref())));
    if period.rounded.is_some() {
        tree.push(format!("rounded {} each", range(period.rounded.as_ref())));
    }
    tree
}

fn explain_tier(row: &v1::TierRow) -> String {
    let price = range(row.unit_price.as_ref());
    let per = decimal(row.per.as_ref());
    let per = if per == "1" { String::new() } else { format!(" ÷ {per}") };
    let flat = row.flat_amount.as_ref().map_or_else(String::new, |flat| format!(" + {}", range(Some(flat))));
    let (quantity, amount) = (decimal(row.quantity.as_ref()), range(row.amount.as_ref()));
    format!("tier {}: {quantity} × {price}{per}{flat} = {amount}", row.tier)
}

fn explain_adjustment(row: &v1::AdjustmentRow) -> String {
    let change = row.amount.as_ref().map_or_else(String::new, change);
    format!("{}: {change} of {} ({})", row.id, range(row.base.as_ref()), row.reason)
}

fn explain_invoice(invoice: &v1::Invoice) -> Tree {
    let date = invoice.first_date.as_ref();
    let date = date.map_or_else(String::new, |d| format!("{:04}-{:02}-{:02}", d.year, d.month, d.day));
    let times = match invoice.count {
        1 => String::new(),
        count => format!(", {count} times, every {} month(s)", invoice.interval_months),
    };
    let mut tree = Tree::new(format!("{date}{times}: {}", money(invoice.total.as_ref())));
    tree.extend(
        invoice.parts.iter().map(|part| format!("{}: {}", part.line_id, range(part.amount.as_ref()))),
    );
    if let Some(rounding) = invoice.rounding.as_ref().filter(|rounding| change(rounding) != "0") {
        tree.push(format!("rounding: {}", change(rounding)));
    }
    tree
}

fn explain_coverage(part: &v1::DemandCoverage, requirement: &v1::Requirement) -> String {
    let status = part.status().as_str_name().trim_start_matches("COVERAGE_STATUS_").to_ascii_lowercase();
    let mut text =
        format!("{}: {}", spoken_path(&part.requirement_path, requirement), status.replace('_', " "));
    // Of a gap a part may be priced: a call is served, but its line has no figure.
    let gap = matches!(part.status(), v1::CoverageStatus::BilledByOthers | v1::CoverageStatus::NotOffered);
    let by = if gap { ", in part priced by " } else { " by " };
    for (before, said) in [(by, part.line_ids.join(", ")), (", ", part.note.clone())] {
        if !said.is_empty() {
            text.push_str(before);
            text.push_str(&said);
        }
    }
    text
}

fn change(change: &v1::BoundChange) -> String {
    let low = decimal(change.low.as_ref());
    match &change.high {
        Some(high) if high.value == low => low,
        Some(high) => format!("{low} (low), {} (high)", high.value),
        None => format!("{low} (low)"),
    }
}

fn decimal(value: Option<&Decimal>) -> String {
    value.map_or_else(|| "0".to_owned(), |value| value.value.clone())
}
