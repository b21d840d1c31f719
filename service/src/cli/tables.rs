//! Answers as tables for a person.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, presets};
use quotient_plugin_api::capability::CAPABILITIES;
use quotient_plugin_api::meters::METERS;
use quotient_proto::v1;

use super::words::Language;

/// Widest table, in characters.
const WIDTH: u16 = 160;

/// The meter catalogue: one row for each meter.
pub(super) fn meters() -> String {
    let mut table = new_table(&["meter", "unit", "English", "Chinese", "meaning"]);
    for index in 0..=3 {
        keep_whole(&mut table, index);
    }
    for meter in METERS {
        table.add_row(vec![meter.id, meter.unit, meter.english, meter.chinese, meter.meaning]);
    }
    table.to_string()
}

/// The capability list: one row for each capability.
pub(super) fn capabilities() -> String {
    let mut table = new_table(&["capability", "English", "Chinese", "meaning"]);
    for index in 0..=2 {
        keep_whole(&mut table, index);
    }
    for one in CAPABILITIES {
        table.add_row(vec![one.id, one.english, one.chinese, one.meaning]);
    }
    table.to_string()
}

fn not_covered(body: &v1::QuoteBody, requirement: &v1::Requirement) -> String {
    use v1::CoverageStatus::{BilledByOthers, NotOffered};

    let gaps = body.demand_coverage.iter().filter(|c| matches!(c.status(), BilledByOthers | NotOffered));
    let gaps: Vec<_> = gaps.map(|part| spoken_path(&part.requirement_path, requirement)).collect();
    if gaps.is_empty() { "-".to_owned() } else { gaps.join(", ") }
}

/// A path with the demand's own name: `calls.segments[1]` instead of `demand[0].segments[1]`.
pub(super) fn spoken_path(path: &str, requirement: &v1::Requirement) -> String {
    let named =
        path.strip_prefix("demand[").and_then(|rest| rest.split_once(']')).and_then(|(index, rest)| {
            let demand = requirement.demand.get(index.parse::<usize>().ok()?)?;
            (!demand.id.is_empty()).then(|| format!("{}{rest}", demand.id))
        });
    named.unwrap_or_else(|| path.to_owned())
}

/// A quote: its lines, its sums, and what was assumed.
pub(super) fn quote(answer: &v1::QuoteResponse) -> String {
    let Some(body) = answer.quote.as_ref().and_then(|quote| quote.body.as_ref()) else {
        return String::new();
    };
    let mut lines = new_table(&["line", "kind", "term amount", "horizon amount", "confidence"]);
    align_right(&mut lines, 2);
    align_right(&mut lines, 3);
    for line in &body.line_items {
        lines.add_row(vec![
            line.display_name.clone(),
            word(line.category().as_str_name(), "CHARGE_CATEGORY_"),
            range(line.amount.as_ref()),
            range(line.horizon_amount.as_ref()),
            word(line.confidence().as_str_name(), "CONFIDENCE_"),
        ]);
    }
    let mut totals = new_table(&["total", "amount"]);
    align_right(&mut totals, 1);
    for (name, amount) in sums(body) {
        totals.add_row(vec![name, amount]);
    }
    let title = format!(
        "{} · {} · {} · {}",
        body.product_name,
        label(body.edition.as_ref()),
        label(body.purchase_option.as_ref()),
        word(body.confidence().as_str_name(), "CONFIDENCE_")
    );
    let mut parts = vec![title, lines.to_string(), totals.to_string()];
    for (kind, notes) in
        [("assumed", &body.assumptions), ("not contained", &body.exclusions), ("mind", &body.warnings)]
    {
        let about = |note: &v1::Note| {
            if note.subject.is_empty() { String::new() } else { format!(" [{}]", note.subject) }
        };
        parts.extend(notes.iter().map(|note| format!("{kind}: {}{}", note.text, about(note))));
    }
    let empty = v1::Requirement::default();
    let requirement = body.requirement.as_ref().unwrap_or(&empty);
    let gaps = not_covered(body, requirement);
    if gaps != "-" {
        parts.push(format!("not covered: {gaps}"));
    }
    parts.join("\n")
}

fn sums(body: &v1::QuoteBody) -> Vec<(String, String)> {
    let Some(totals) = &body.totals else { return Vec::new() };
    let months = body.contract.as_ref().map_or(0, |contract| contract.sold_term_months);
    let mut sums = vec![
        ("one-time".to_owned(), money(totals.one_time.as_ref())),
        ("recurring".to_owned(), money(totals.recurring.as_ref())),
        ("usage".to_owned(), money(totals.usage.as_ref())),
        (format!("term of {months} months"), money(totals.term.as_ref())),
        ("asked term".to_owned(), money(totals.asked_term.as_ref())),
        ("horizon".to_owned(), money(totals.horizon.as_ref())),
        ("first invoice".to_owned(), money(totals.first_invoice.as_ref())),
        ("first year".to_owned(), money(totals.first_year.as_ref())),
        ("monthly effective".to_owned(), money(totals.effective_monthly.as_ref())),
    ];
    if let Some(conversion) = &body.conversion {
        sums.push((format!("horizon in {}", conversion.currency_code), money(conversion.horizon.as_ref())));
    }
    for (name, rate) in [("per seat and month", &totals.per_seat_month), ("per contact", &totals.per_contact)]
    {
        if rate.is_some() {
            sums.push((name.to_owned(), range(rate.as_ref())));
        }
    }
    sums
}

/// Vendors with their products.
pub(super) fn vendors(answer: &v1::ListVendorsResponse) -> String {
    let mut table = new_table(&["vendor", "product", "name", "currency", "models", "as of", "plugin"]);
    keep_whole(&mut table, 1);
    for vendor in &answer.vendors {
        for product in &vendor.products {
            let plugin = product.plugin.as_ref();
            let as_of: Vec<_> = product.revisions.iter().map(|revision| revision.as_of.as_str()).collect();
            let kind = match (product.illustrative, product.component) {
                (true, _) => " (illustrative)",
                (false, true) => " (component)",
                (false, false) => "",
            };
            table.add_row(vec![
                vendor.display_name.clone(),
                format!("{}{kind}", product.id),
                product.display_name.clone(),
                product.currency_codes.join(", "),
                product.charging_models.join(", "),
                as_of.join(", "),
                plugin.map_or_else(String::new, |plugin| format!("{} {}", plugin.id, plugin.version)),
            ]);
        }
    }
    table.to_string()
}

pub(super) fn new_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    table.set_header(header);
    table
}

/// Keeps what a person copies, such as an id, in one piece.
pub(super) fn keep_whole(table: &mut Table, column: usize) {
    if let Some(column) = table.column_mut(column) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
}

pub(super) fn align_right(table: &mut Table, column: usize) {
    if let Some(column) = table.column_mut(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

pub(super) fn label(label: Option<&v1::Label>) -> String {
    label.map(|label| label.id.clone()).unwrap_or_default()
}

fn word(name: &str, prefix: &str) -> String {
    name.trim_start_matches(prefix).to_ascii_lowercase().replace('_', " ")
}

/// An amount with its currency: `USD 46.87`, `JPY 7032`, `CNY 5000.00 to 8000.00`, `CNY 500000.00 and up`.
pub(super) fn money(range: Option<&v1::MoneyRange>) -> String {
    Language::En.money(range)
}

/// An exact value: `0.00675`, `80 to 500`, `150000 and up`.
pub(super) fn range(range: Option<&v1::DecimalRange>) -> String {
    Language::En.range(range)
}
