//! A table of tiers or prices, as a spreadsheet holds it, as the TOML of a charge. Each row keeps the cell that it
//! is from, and what does not fit is told by cell.

use quotient_proto::convert::decimal_from_text;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::charge::ChargeForm;
use super::compile::MAX_TOLD;
use crate::document::{Document, DocumentError};

mod charges;
mod tiers;

/// Cells of a file: all of a text file, or one sheet of a workbook.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// Name of the file.
    pub file: String,
    /// Name of the sheet, in a workbook.
    pub sheet: Option<String>,
    /// Rows of texts from the first cell on; numbers as their digits.
    pub rows: Vec<Vec<String>>,
}

/// What a table becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportAs {
    /// Each unit at the price of its own tier.
    Graduated,
    /// All units at the price of the tier reached.
    Volume,
    /// A price for each package.
    Package,
    /// A price for each combination of attributes.
    Matrix,
    /// A charge for each row.
    Prices,
}

/// What the table does not say about its charges.
#[derive(Debug, Clone)]
pub struct ImportWords {
    /// Id; of several charges, what a row without one has before its number.
    pub id: String,
    /// `recurring`, `usage` or `one_time`.
    pub category: String,
    /// Id of the meter.
    pub meter: String,
    /// How long one price lasts.
    pub cycle: String,
    /// Key of the sheet's source.
    pub source: String,
    /// Units of the table that a price buys, where it is not one.
    pub per: Option<Decimal>,
    /// Base units of the meter in a unit of the table, where it is not one: 60 for a table of minutes.
    pub unit: Option<Decimal>,
}

impl ImportWords {
    /// Base units that a price buys, where it is not one.
    fn base_units_per(&self) -> Option<Decimal> {
        match (self.per, self.unit) {
            (Some(per), Some(unit)) => per.checked_mul(unit).map(|units| units.normalize()),
            (one, other) => one.or(other),
        }
    }
}

/// What is wrong with a table: `prices.xlsx, sheet Voice, cell D14: found "abc", expected a number`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct InvalidTable(pub Vec<String>);

/// The charges of a table, as TOML of a price sheet.
///
/// # Errors
/// [`InvalidTable`] with each cell that does not fit, up to [`MAX_TOLD`].
pub fn import(grid: &Grid, how: ImportAs, words: &ImportWords) -> Result<String, InvalidTable> {
    let mut table = Table::new(grid)?;
    let text = match how {
        ImportAs::Graduated => tiers::ladder(&mut table, "graduated", words),
        ImportAs::Volume => tiers::ladder(&mut table, "volume", words),
        ImportAs::Package => charges::package(&mut table, words),
        ImportAs::Matrix => charges::matrix(&mut table, words),
        ImportAs::Prices => charges::prices(&mut table, words),
    };
    if !table.faults.is_empty() {
        return Err(InvalidTable(table.faults));
    }
    check(&text).map_err(|fault| InvalidTable(vec![fault]))?;
    Ok(text)
}

#[derive(Deserialize)]
struct Imported {
    charges: Vec<ChargeForm>,
}

/// Charges as a sheet will read them: a meter or a word may be none.
fn check(text: &str) -> Result<(), String> {
    let told = |error: DocumentError| format!("{}: {}", error.path, error.text);
    let document = Document::parse_toml("table", text).map_err(told)?;
    let imported: Imported = document.read().map_err(told)?;
    for (index, charge) in imported.charges.iter().enumerate() {
        charge.compile_all().map_err(|error| {
            let path = format!("charges[{index}].{}", error.field);
            format!("{}: {}", path.trim_end_matches('.'), error.rule)
        })?;
    }
    Ok(())
}

/// A grid whose first row that is not empty names the columns.
struct Table<'a> {
    grid: &'a Grid,
    /// Row of the names, from 0.
    head: usize,
    /// Names in lower case, with `_` for spaces.
    columns: Vec<String>,
    faults: Vec<String>,
}

impl<'a> Table<'a> {
    fn new(grid: &'a Grid) -> Result<Self, InvalidTable> {
        let filled = |row: &Vec<String>| row.iter().any(|cell| !cell.trim().is_empty());
        let Some((head, names)) = grid.rows.iter().enumerate().find(|(_, row)| filled(row)) else {
            let text = "found no row, expected one with the names of the columns";
            return Err(InvalidTable(vec![format!("{}: {text}", place(grid))]));
        };
        let name = |cell: &String| cell.trim().to_lowercase().replace([' ', '-'], "_");
        let table = Self { grid, head, columns: names.iter().map(name).collect(), faults: Vec::new() };
        if table.rows().is_empty() {
            let text = "found no row below the names of the columns, expected at least one";
            return Err(InvalidTable(vec![format!("{}: {text}", place(grid))]));
        }
        Ok(table)
    }

    /// Rows below the names that are not empty.
    fn rows(&self) -> Vec<usize> {
        let rows = self.grid.rows.iter().enumerate().skip(self.head.saturating_add(1));
        let filled = rows.filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()));
        filled.map(|(index, _)| index).collect()
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The column of a name; that it is missing is told once.
    fn needed(&mut self, name: &str) -> Option<usize> {
        let column = self.column(name);
        if column.is_none() {
            let found = self.columns.iter().filter(|name| !name.is_empty()).cloned().collect::<Vec<_>>();
            let text = format!("found the columns {}, expected one named {name:?}", found.join(", "));
            let first = self.columns.iter().position(|name| !name.is_empty()).unwrap_or_default();
            self.refuse(self.head, first, &text);
        }
        column
    }

    /// Columns are those that are known; any other is told, as it would be left out unseen.
    fn only(&mut self, known: &[&str]) {
        let named = self.columns.clone();
        for (column, name) in named.iter().enumerate() {
            if !name.is_empty() && !known.contains(&name.as_str()) {
                let text = format!("found the column {name:?}, expected one of {}", known.join(", "));
                self.refuse(self.head, column, &text);
            }
        }
    }

    fn cell(&self, row: usize, column: usize) -> &'a str {
        let cell = self.grid.rows.get(row).and_then(|row| row.get(column));
        cell.map_or("", |cell| cell.trim())
    }

    /// The text of a column in a row; `None` where the column is not there, or the cell is empty.
    fn said(&self, row: usize, name: &str) -> Option<&'a str> {
        let cell = self.cell(row, self.column(name)?);
        (!cell.is_empty()).then_some(cell)
    }

    /// A number, with commas between thousands at most; what is none is told.
    fn number(&mut self, row: usize, column: usize) -> Option<Decimal> {
        let cell = self.cell(row, column);
        let number = decimal_from_text(&without_commas(cell)).ok();
        if number.is_none() {
            self.refuse(row, column, &format!("found {cell:?}, expected a number"));
        }
        number
    }

    /// A number that may be left out.
    fn optional(&mut self, row: usize, name: &str) -> Option<Decimal> {
        self.said(row, name)?;
        let column = self.column(name)?;
        self.number(row, column)
    }

    /// A number of the table's units in base units of the meter.
    fn in_base_units(&mut self, row: usize, column: usize, words: &ImportWords) -> Option<Decimal> {
        let found = self.number(row, column)?;
        let units = found.checked_mul(words.unit.unwrap_or(Decimal::ONE));
        if units.is_none() {
            self.refuse(
                row,
                column,
                &format!("found {found}, which is too large in base units of the meter"),
            );
        }
        units.map(|units| units.normalize())
    }

    fn refuse(&mut self, row: usize, column: usize, text: &str) {
        if self.faults.len() < MAX_TOLD {
            let cell = cell_name(row, column);
            self.faults.push(format!("{}, cell {cell}: {text}", place(self.grid)));
        }
    }

    /// Where a figure is from, as a comment.
    fn origin(&self, row: usize, column: usize) -> String {
        let cell = cell_name(row, column);
        match &self.grid.sheet {
            Some(sheet) => format!("# {}!{cell}", sheet.replace(char::is_control, " ")),
            None => format!("# {cell}"),
        }
    }
}

fn place(grid: &Grid) -> String {
    match &grid.sheet {
        Some(sheet) => format!("{}, sheet {sheet}", grid.file),
        None => grid.file.clone(),
    }
}

/// `1,200.50` is 1200.50; commas elsewhere stay, and are no number.
fn without_commas(cell: &str) -> String {
    let (whole, rest) = cell.split_once('.').map_or((cell, None), |(whole, rest)| (whole, Some(rest)));
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
    let grouped = whole.contains(',') && first && groups.all(|group| group.len() == 3);
    let whole = if grouped { whole.replace(',', "") } else { whole.to_owned() };
    rest.map_or(whole.clone(), |rest| format!("{whole}.{rest}"))
}

/// `D14`.
fn cell_name(row: usize, column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column;
    loop {
        let letter = u8::try_from(left % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        match (left / 26).checked_sub(1) {
            Some(next) => left = next,
            None => break,
        }
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{}", row.saturating_add(1))
}

#[cfg(test)]
mod tests;
