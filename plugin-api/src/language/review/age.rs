//! How old prices are, by the day that their pages give.

use jiff::civil::Date;

use super::{Ages, Findings};
use crate::language::sheet::SheetForm;

pub(super) fn look(form: &SheetForm, ages: Ages, findings: &mut Findings<'_>) {
    tell("product.as_of", &form.product.as_of, ages, findings);
    for (key, source) in &form.sources {
        if let Some(as_of) = &source.as_of {
            tell(&format!("sources.{key}.as_of"), as_of, ages, findings);
        }
    }
}

fn tell(path: &str, as_of: &str, ages: Ages, findings: &mut Findings<'_>) {
    let Some((year, month)) = latest(as_of) else {
        let text = if as_of.starts_with("unknown") {
            format!("found {as_of:?}: nobody can tell how old the prices are")
        } else {
            format!("found {as_of:?}, expected a day such as 2026-03-15, a month, a year, or unknown")
        };
        findings.warn("as_of_unknown", path, text);
        return;
    };
    let months = months_of(ages.today.year(), ages.today.month()) - months_of(year, month);
    if months > i32::try_from(ages.old_after_months).unwrap_or(i32::MAX) {
        let text = format!(
            "found {as_of:?}, {months} months before {}: expected at most {}",
            ages.today, ages.old_after_months
        );
        findings.warn("as_of_old", path, text);
    }
    // A year alone is taken as its last month, which may well lie ahead.
    let ahead = |(year, month)| months_of(year, month) > months_of(ages.today.year(), ages.today.month());
    let dated = as_of.split_whitespace().filter(|word| word.len() > 4);
    if year > ages.today.year() || dated.filter_map(self::month).any(ahead) {
        findings.warn("as_of_ahead", path, format!("found {as_of:?}, which is after {}", ages.today));
    }
}

fn months_of(year: i16, month: i8) -> i32 {
    i32::from(year) * 12 + i32::from(month)
}

/// The latest month that a text such as `2024-09 to 2025-02` names; of a year, its last one.
fn latest(as_of: &str) -> Option<(i16, i8)> {
    if as_of.starts_with("unknown") {
        return None;
    }
    as_of.split_whitespace().filter_map(month).max()
}

fn month(word: &str) -> Option<(i16, i8)> {
    match word.len() {
        4 => Some((year(word)?, 12)),
        7 => {
            let day: Date = format!("{word}-01").parse().ok()?;
            Some((day.year(), day.month()))
        }
        10 => {
            let day: Date = word.parse().ok()?;
            Some((day.year(), day.month()))
        }
        _ => None,
    }
}

fn year(word: &str) -> Option<i16> {
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok())?
}
