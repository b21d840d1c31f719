//! The cells of a text file or of a sheet of a workbook, as texts.

use std::io::BufReader;
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use quotient_plugin_api::language::import::Grid;
use rust_decimal::Decimal;

use crate::cli::problem::Problem;

/// Most cells of a table.
const MAX_CELLS: u64 = 1_000_000;

pub(super) fn read(file: &Path, sheet: Option<&str>, delimiter: char) -> Result<Grid, Problem> {
    let name = file.display().to_string();
    let refused = |text: String| Problem::Sheet(format!("{name}: {text}"));
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("csv") if sheet.is_some() => Err(refused("found a text file, which has no sheets".to_owned())),
        Some("csv") => {
            let rows = of_text(file, delimiter).map_err(refused)?;
            Ok(Grid { file: name, sheet: None, rows })
        }
        Some("xlsx") => {
            let (sheet, rows) = of_workbook(file, sheet).map_err(refused)?;
            Ok(Grid { file: name, sheet: Some(sheet), rows })
        }
        _ => Err(refused("expected a file that ends in .csv or .xlsx".to_owned())),
    }
}

fn of_text(file: &Path, delimiter: char) -> Result<Vec<Vec<String>>, String> {
    let delimiter = u8::try_from(delimiter)
        .map_err(|_| format!("found the delimiter {delimiter:?}, expected an ASCII character"))?;
    let mut settings = csv::ReaderBuilder::new();
    // Short rows are as they are, and the first names the columns for us, not for the library.
    let settings = settings.has_headers(false).flexible(true).delimiter(delimiter);
    let mut bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    if !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    let mut reader = settings.from_reader(bytes.as_slice());
    let mut record = csv::StringRecord::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut cells = 0_u64;
    let mut line = reader.position().line();
    while reader.read_record(&mut record).map_err(|error| error.to_string())? {
        let read = reader.position().line().saturating_sub(line);
        line = reader.position().line();
        // Empty lines are no records to the library, and are rows to a person; a line within a cell is neither.
        let within = record.iter().flat_map(str::bytes).filter(|byte| *byte == b'\n').count();
        let within = u64::try_from(within).unwrap_or(u64::MAX);
        for _ in 1..read.saturating_sub(within) {
            bounded(&mut cells, 1)?;
            rows.push(Vec::new());
        }
        bounded(&mut cells, u64::try_from(record.len()).unwrap_or(u64::MAX).max(1))?;
        rows.push(record.iter().map(str::to_owned).collect());
    }
    Ok(rows)
}

fn bounded(cells: &mut u64, more: u64) -> Result<(), String> {
    *cells = cells.saturating_add(more);
    if *cells > MAX_CELLS { Err(format!("expected at most {MAX_CELLS} cells")) } else { Ok(()) }
}

fn of_workbook(file: &Path, sheet: Option<&str>) -> Result<(String, Vec<Vec<String>>), String> {
    let mut book: Xlsx<BufReader<std::fs::File>> =
        open_workbook(file).map_err(|error: calamine::XlsxError| error.to_string())?;
    let names = book.sheet_names();
    let name = match (sheet, names.as_slice()) {
        (Some(sheet), names) if names.iter().any(|name| name == sheet) => sheet.to_owned(),
        (None, [only]) => only.clone(),
        (found, names) => {
            let found = found.map_or("none named".to_owned(), |found| format!("{found:?}"));
            return Err(format!("found the sheet {found}, expected one of: {}", names.join(", ")));
        }
    };
    let range = book.worksheet_range(&name).map_err(|error| error.to_string())?;
    let Some((last_row, last_column)) = range.end() else { return Ok((name, Vec::new())) };
    let (height, width) = (u64::from(last_row).saturating_add(1), u64::from(last_column).saturating_add(1));
    bounded(&mut 0, height.saturating_mul(width))?;
    // From the first cell of the sheet on, wherever its table begins, so that cells keep their names.
    let row = |row| {
        (0..=last_column)
            .map(|column| range.get_value((row, column)).map_or_else(String::new, text))
            .collect()
    };
    Ok((name, (0..=last_row).map(row).collect()))
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Float(value) => digits(*value),
        other => other.to_string(),
    }
}

/// A workbook keeps binary fractions; what it shows of them are 15 digits, which are what was typed.
fn digits(value: f64) -> String {
    let shown = format!("{value:.14e}");
    Decimal::from_scientific(&shown).map_or(shown, |exact| exact.normalize().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_that_were_typed() {
        let read = [0.1, 0.30000000000000004, 1200.0, 0.000_012_5, -3.5, 123_456_789.12].map(digits);
        assert_eq!(read, ["0.1", "0.3", "1200", "0.0000125", "-3.5", "123456789.12"]);
    }
}
