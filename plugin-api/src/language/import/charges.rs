//! Charges from a table: one package, a matrix of attributes, or a charge for each row.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{ImportWords, Table};
use crate::language::written::{key, text};

/// The charge up to its price.
pub(super) fn head(words: &ImportWords, id: &str, name: Option<&str>) -> String {
    let ImportWords { category, meter, cycle, source, .. } = words;
    format!(
        "[[charges]]\nid = {}\nname = {}\ncategory = {}\nmeter = {}\ncycle = {}\nsources = [{}]\n",
        text(id),
        text(name.unwrap_or(id)),
        text(category),
        text(meter),
        text(cycle),
        text(source),
    )
}

fn per(words: &ImportWords) -> String {
    words.base_units_per().map_or_else(String::new, |per| format!(", per = {per}"))
}

/// `size` and `price` of one row.
pub(super) fn package(table: &mut Table<'_>, words: &ImportWords) -> String {
    table.only(&["size", "price"]);
    let (Some(size), Some(price)) = (table.needed("size"), table.needed("price")) else {
        return String::new();
    };
    let rows = table.rows();
    if let Some(second) = rows.get(1) {
        table.refuse(*second, size, "found a second package, expected one row");
    }
    let Some(row) = rows.first().copied() else { return String::new() };
    let (Some(units), Some(money)) = (table.in_base_units(row, size, words), table.number(row, price)) else {
        return String::new();
    };
    let origin = table.origin(row, price);
    format!("{}package = {{ size = {units}, price = {money} }} {origin}\n", head(words, &words.id, None))
}

/// A cell of a matrix for each row: `price`, and attributes in all other columns; several values stand between `|`.
pub(super) fn matrix(table: &mut Table<'_>, words: &ImportWords) -> String {
    let Some(price) = table.needed("price") else { return String::new() };
    let attributes: Vec<_> = table.columns.iter().cloned().enumerate().collect();
    let attributes: Vec<_> =
        attributes.into_iter().filter(|(index, name)| *index != price && !name.is_empty()).collect();
    let mut written = head(words, &words.id, None);
    written.push_str("\n[charges.matrix]\nselection = \"exact\"\n");
    let mut seen = BTreeSet::new();
    for row in table.rows() {
        let facts: Vec<_> = attributes
            .iter()
            .map(|(column, name)| (name, table.cell(row, *column)))
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(name, cell)| {
                let values: Vec<_> = cell.split('|').map(|value| text(value.trim())).collect();
                format!("{} = [{}]", key(name), values.join(", "))
            })
            .collect();
        let when = facts.join(", ");
        if !seen.insert(when.clone()) {
            table.refuse(row, price, "found attributes that a row above has as well, expected each once");
        }
        let Some(money) = table.number(row, price) else { continue };
        let when = if when.is_empty() { when } else { format!("when = {{ {when} }}\n") };
        let origin = table.origin(row, price);
        let per = per(words);
        let _ = write!(
            written,
            "\n[[charges.matrix.cells]]\n{when}per_unit = {{ price = {money}{per} }} {origin}\n"
        );
    }
    written
}

/// A charge for each row: `price`, and where they differ `id`, `name`, `category`, `meter`, `cycle`, `edition` and
/// `purchase_option`.
pub(super) fn prices(table: &mut Table<'_>, words: &ImportWords) -> String {
    table.only(&["id", "name", "category", "meter", "cycle", "edition", "purchase_option", "price", "per"]);
    let Some(price) = table.needed("price") else { return String::new() };
    let mut charges = Vec::new();
    let mut seen = BTreeSet::new();
    for (number, row) in table.rows().into_iter().enumerate() {
        let or = |said: Option<&str>, word: &str| said.unwrap_or(word).to_owned();
        let own = ImportWords {
            category: or(table.said(row, "category"), &words.category),
            meter: or(table.said(row, "meter"), &words.meter),
            cycle: or(table.said(row, "cycle"), &words.cycle),
            per: table.optional(row, "per").or(words.per),
            ..words.clone()
        };
        let id = table.said(row, "id").map_or_else(|| format!("{}-{}", words.id, number + 1), str::to_owned);
        let (edition, option) = (table.said(row, "edition"), table.said(row, "purchase_option"));
        if !seen.insert((id.clone(), edition, option)) {
            let column = table.column("id").unwrap_or(price);
            table.refuse(row, column, &format!("found the id {id:?} twice, expected each once"));
        }
        let mut charge = head(&own, &id, table.said(row, "name"));
        for (field, said) in [("editions", edition), ("purchase_options", option)] {
            if let Some(said) = said {
                let _ = writeln!(charge, "{field} = [{}]", text(said));
            }
        }
        let Some(money) = table.number(row, price) else { continue };
        let origin = table.origin(row, price);
        let _ = writeln!(charge, "per_unit = {{ price = {money}{} }} {origin}", per(&own));
        charges.push(charge);
    }
    charges.join("\n")
}
