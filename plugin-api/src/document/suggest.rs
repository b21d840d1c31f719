//! The known names that are nearest to an unknown one.

/// Most names that are suggested.
const MAX_SUGGESTIONS: usize = 3;
/// Longest text that is compared: the comparison takes quadratic time.
const MAX_COMPARED: usize = 64;

/// Known names that somebody may have meant, nearest first; none when all are far.
pub(crate) fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    if found.len() > MAX_COMPARED {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(found, name), name))
        .filter(|(distance, name)| *distance <= name.len().max(found.len()).div_ceil(3))
        .collect();
    near.sort();
    near.truncate(MAX_SUGGESTIONS);
    near.into_iter().map(|(_, name)| name).collect()
}

/// Names in quotes: `"a"`, `"a" or "b"`, `"a", "b" or "c"`.
pub(crate) fn any_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// A text of a stranger, quoted and cut to a length that fits into a message.
pub(crate) fn shown(text: &str) -> String {
    let head: String = text.chars().take(MAX_COMPARED).collect();
    if head.len() < text.len() { format!("{head:?}…") } else { format!("{head:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_its_name_and_nonsense_finds_none() {
        let known = ["voice_inbound", "voice_outbound", "emails"];
        assert_eq!(nearest("voice_inbuond", known), ["voice_inbound", "voice_outbound"]);
        assert_eq!(nearest("email", known), ["emails"]);
        assert!(nearest("gigawatts", known).is_empty());
        assert_eq!(any_of(&["a", "b", "c"]), r#""a", "b" or "c""#);
    }
}
