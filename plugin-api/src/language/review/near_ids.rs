//! Ids that differ so little that one of them may be a slip.

use std::collections::BTreeSet;

use super::Findings;
use crate::language::sheet::SheetForm;

/// Shorter ids differ little without being alike.
const LEAST_LENGTH: usize = 6;

pub(super) fn look(form: &SheetForm, findings: &mut Findings<'_>) {
    let charges =
        form.charges.iter().enumerate().map(|(i, one)| (format!("charges[{i}].id"), one.id.as_str()));
    alike(charges.collect(), findings);
    let editions = form.editions.iter().enumerate();
    alike(editions.map(|(i, one)| (format!("editions[{i}].id"), one.id.as_str())).collect(), findings);
    let options = form.purchase_options.iter().enumerate();
    alike(options.map(|(i, one)| (format!("purchase_options[{i}].id"), one.id.as_str())).collect(), findings);
    let modules = form.modules.iter().enumerate();
    alike(modules.map(|(i, one)| (format!("modules[{i}].id"), one.id.as_str())).collect(), findings);
    let sources = form.sources.keys();
    alike(sources.map(|key| (format!("sources.{key}"), key.as_str())).collect(), findings);
}

fn alike(ids: Vec<(String, &str)>, findings: &mut Findings<'_>) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (path, id) in &ids {
        // The same id in several editions is one id.
        if seen.contains(id) {
            continue;
        }
        if let Some(other) = seen.iter().find(|other| nearly(other, id)) {
            findings.warn("near_ids", path, format!("found {id:?} beside {other:?}: is one of them a slip?"));
        }
        seen.insert(id);
    }
}

/// Equal but for case and hyphens, a letter more, or two letters the other way round. Other digits and other
/// letters are how people tell ids apart: `seat-10`, `seat-20`, `calls-cn`, `calls-hk`.
fn nearly(one: &str, other: &str) -> bool {
    let plain = |id: &str| {
        let letters = id.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect::<String>()
    };
    let (one, other) = (plain(one), plain(other));
    if one == other {
        return true;
    }
    let sorted = |id: &str| {
        let mut letters: Vec<_> = id.chars().collect();
        letters.sort_unstable();
        letters
    };
    let digits = |id: &str| id.chars().filter(char::is_ascii_digit).collect::<String>();
    let long = one.len().min(other.len()) >= LEAST_LENGTH;
    let swapped = sorted(&one) == sorted(&other);
    let longer = one.len().abs_diff(other.len()) == 1;
    long && digits(&one) == digits(&other)
        && (swapped || longer)
        && strsim::damerau_levenshtein(&one, &other) == 1
}
