//! A ladder of tiers from a table: `up_to` and `price`, or `from` as well, and what a tier can have beside them.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::charges::head;
use super::{ImportWords, Table};

/// Columns that a tier has beside its price, by their names in a sheet.
const BESIDE: [&str; 3] = ["flat", "minimum", "maximum"];

/// A charge with a ladder. Where rows also say where they begin, each must begin where the one before it ends.
pub(super) fn ladder(table: &mut Table<'_>, model: &str, words: &ImportWords) -> String {
    table.only(&["from", "up_to", "price", "flat", "package_size", "minimum", "maximum"]);
    let (Some(up_to), Some(price)) = (table.needed("up_to"), table.needed("price")) else {
        return String::new();
    };
    let rows = table.rows();
    let last = rows.last().copied();
    let mut text = head(words, &words.id, None);
    let per = words.base_units_per().map_or_else(String::new, |per| format!("per = {per}, "));
    let _ = writeln!(text, "{model} = {{ {per}bounds = \"upper_inclusive\", tiers = [");
    let mut below: Option<Decimal> = None;
    for row in rows {
        let ends = bound(table, row, up_to, last);
        if let (Some(ends), Some(below)) = (ends, below)
            && ends <= below
        {
            table.refuse(
                row,
                up_to,
                &format!("found {ends}, expected more than {below}, where the row before ends"),
            );
        }
        begins(table, row, below);
        below = ends.or(below);
        let base = ends.and_then(|_| table.in_base_units(row, up_to, words));
        let mut entries: Vec<_> = base.map(|ends| format!("up_to = {ends}")).into_iter().collect();
        if let Some(price) = table.number(row, price) {
            entries.push(format!("price = {price}"));
        }
        if let Some(column) =
            table.column("package_size").filter(|column| !table.cell(row, *column).is_empty())
        {
            let size = table.in_base_units(row, column, words);
            entries.extend(size.map(|size| format!("package_size = {size}")));
        }
        for name in BESIDE {
            entries.extend(table.optional(row, name).map(|figure| format!("{name} = {figure}")));
        }
        let origin = table.origin(row, price);
        let _ = writeln!(text, "    {{ {} }}, {origin}", entries.join(", "));
    }
    text.push_str("] }\n");
    text
}

/// Where a row ends: a number, or nothing in the last one.
fn bound(table: &mut Table<'_>, row: usize, column: usize, last: Option<usize>) -> Option<Decimal> {
    let cell = table.cell(row, column);
    match (cell.is_empty(), Some(row) == last) {
        (false, false) => table.number(row, column),
        (true, true) => None,
        (true, false) => {
            table.refuse(row, column, "found nothing, expected a number: only the last row has no end");
            None
        }
        (false, true) => {
            let text = format!(
                "found {cell:?} in the last row, expected nothing: quantities above it would have no price"
            );
            table.refuse(row, column, &text);
            None
        }
    }
}

/// A row may begin with the end of the one before it, or with the next whole number.
fn begins(table: &mut Table<'_>, row: usize, below: Option<Decimal>) {
    let (Some(column), Some(from)) = (table.column("from"), table.optional(row, "from")) else { return };
    let below = below.unwrap_or_default();
    let next = below.checked_add(Decimal::ONE);
    if from != below && Some(from) != next {
        let rule = format!("found {from}, expected {below} or the next after it, where the row before ends");
        let what = if from < below { "an overlap" } else { "a gap" };
        table.refuse(row, column, &format!("{rule}: {what}"));
    }
}
