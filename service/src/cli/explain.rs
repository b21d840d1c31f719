//! A quote's derivation as a tree: demanded quantity, steps, billed quantity, tiers, adjustments,
//! exact, rounded, and where each figure stands.

use quotient_proto::google::r#type::Decimal;
use quotient_proto::v1;

use super::tables::{money, range, spoken_path};

/// The tree of a whole quote.
pub(super) fn tree(answer: &v1::QuoteResponse) -> String {
    let Some(body) = answer.quote.as_ref().and_then(|quote| quote.body.as_ref()) else {
        return String::new();
    };
    let mut tree = Tree::default();
    let term = body.totals.as_ref().and_then(|totals| totals.term.as_ref());
    tree.line(0, format!("{}: {} over the sold term", body.product_name, money(term)));
    for line in &body.line_items {
        tree.line(1, format!("{}: {}", line.display_name, range(line.amount.as_ref())));
        for period in &line.periods {
            explain_period(&mut tree, period);
        }
        for source in line.source_indexes.iter().filter_map(|index| body.sources.get(*index as usize)) {
            let Source { place, page } = Source::of(source);
            tree.line(2, format!("source: {place}"));
            tree.line(3, page);
        }
    }
    tree.line(1, "invoices of the sold term".to_owned());
    for invoice in &body.invoices {
        explain_invoice(&mut tree, invoice);
    }
    tree.line(1, "coverage".to_owned());
    let empty = v1::Requirement::default();
    let requirement = body.requirement.as_ref().unwrap_or(&empty);
    for part in &body.demand_coverage {
        let status = part.status().as_str_name().trim_start_matches("COVERAGE_STATUS_").to_ascii_lowercase();
        let mut text =
            format!("{}: {}", spoken_path(&part.requirement_path, requirement), status.replace('_', " "));
        for (before, said) in [(" by ", part.line_ids.join(", ")), (", ", part.note.clone())] {
            if !said.is_empty() {
                text.push_str(before);
                text.push_str(&said);
            }
        }
        tree.line(2, text);
    }
    for note in &body.assumptions {
        tree.line(1, format!("assumed: {}", note.text));
    }
    tree.text
}

struct Source {
    place: String,
    page: String,
}

impl Source {
    fn of(source: &v1::Source) -> Self {
        let digest = source.sha256.get(..12).unwrap_or_default();
        Self {
            place: format!(
                "{} at {} (as of {}, sha256 {digest}…)",
                source.sheet_id, source.path, source.as_of
            ),
            page: source.uri.clone(),
        }
    }
}

fn explain_period(tree: &mut Tree, period: &v1::Period) {
    let last = period.first_month + period.cycles * period.cycle_months - 1;
    let phase = if period.phase() == v1::Phase::Renewal { ", renewal" } else { "" };
    let cycles = match (period.cycles, period.cycle_months) {
        (1, 1) => "one month".to_owned(),
        (count, 1) => format!("{count} equal months"),
        (1, months) => format!("one cycle of {months} months"),
        (count, months) => format!("{count} equal cycles of {months} months"),
    };
    tree.line(2, format!("months {} to {last}{phase}: {cycles}", period.first_month));
    let unit = &period.unit;
    tree.line(3, format!("demanded {} {unit}", decimal(period.demanded.as_ref())));
    for step in &period.derivation {
        tree.line(4, format!("{} → {}", step.text, decimal(step.quantity.as_ref())));
    }
    tree.line(3, format!("billed {} {unit}", decimal(period.billed.as_ref())));
    for row in &period.tiers {
        let price = range(row.unit_price.as_ref());
        let per = decimal(row.per.as_ref());
        let per = if per == "1" { String::new() } else { format!(" ÷ {per}") };
        let flat =
            row.flat_amount.as_ref().map_or_else(String::new, |flat| format!(" + {}", range(Some(flat))));
        let quantity = decimal(row.quantity.as_ref());
        let amount = range(row.amount.as_ref());
        tree.line(4, format!("tier {}: {quantity} × {price}{per}{flat} = {amount}", row.tier));
    }
    for row in &period.adjustments {
        let change = row.amount.as_ref().map_or_else(String::new, change);
        tree.line(4, format!("{}: {change} of {} ({})", row.id, range(row.base.as_ref()), row.reason));
    }
    tree.line(3, format!("exact {} each", range(period.exact.as_ref())));
    if period.rounded.is_some() {
        tree.line(3, format!("rounded {} each", range(period.rounded.as_ref())));
    }
}

fn explain_invoice(tree: &mut Tree, invoice: &v1::Invoice) {
    let date = invoice.first_date.as_ref();
    let date = date.map_or_else(String::new, |d| format!("{:04}-{:02}-{:02}", d.year, d.month, d.day));
    let times = match invoice.count {
        1 => String::new(),
        count => format!(", {count} times, every {} month(s)", invoice.interval_months),
    };
    tree.line(2, format!("{date}{times}: {}", money(invoice.total.as_ref())));
    for part in &invoice.parts {
        tree.line(3, format!("{}: {}", part.line_id, range(part.amount.as_ref())));
    }
    if let Some(rounding) = invoice.rounding.as_ref().filter(|rounding| change(rounding) != "0") {
        tree.line(3, format!("rounding: {}", change(rounding)));
    }
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

/// Lines with their depth.
#[derive(Default)]
struct Tree {
    text: String,
}

impl Tree {
    fn line(&mut self, depth: usize, text: String) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        for _ in 1..depth {
            self.text.push_str("   ");
        }
        if depth > 0 {
            self.text.push_str("└─ ");
        }
        self.text.push_str(&text);
    }
}
