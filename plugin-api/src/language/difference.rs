//! What differs between two sheets, by path. Tables of a list are matched by their ids, so that a charge that
//! is moved is not a change, and one that is put before others changes none of them.

use std::collections::BTreeMap;

use quotient_proto::convert::decimal_from_text;

use super::written;
use crate::document::{Document, Key, Node, Value};

/// One difference; at least one side has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where, such as `charges.seat.per_unit.price`.
    pub path: String,
    /// The old value as TOML; `None`: it was not there.
    pub before: Option<String>,
    /// The new value as TOML; `None`: it is not there any more.
    pub after: Option<String>,
}

/// What differs, in the order of the old file, and what is new after it.
#[must_use]
pub fn differences(old: &Document, new: &Document) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", old.root(), new.root(), &mut found);
    found
}

fn compare(path: &str, old: &Node, new: &Node, found: &mut Vec<Difference>) {
    match (&old.value, &new.value) {
        (Value::Table(old), Value::Table(new)) => tables(path, old, new, found),
        (Value::Array(old), Value::Array(new)) if is_of_tables(old) && is_of_tables(new) => {
            lists(path, old, new, found);
        }
        (one, other) if same(one, other) => {}
        _ => found.push(Difference {
            path: path.to_owned(),
            before: Some(written::value(old)),
            after: Some(written::value(new)),
        }),
    }
}

/// Equal figures are the same, however they are written.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || decimal_from_text(one).ok().is_some_and(|one| decimal_from_text(other) == Ok(one))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| same(&one.value, &other.value))
        }
        (Value::Table(_), Value::Table(_)) => false,
        (one, other) => one == other,
    }
}

fn is_of_tables(nodes: &[Node]) -> bool {
    nodes.iter().all(|node| matches!(node.value, Value::Table(_)))
}

fn under(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn tables(path: &str, old: &[(Key, Node)], new: &[(Key, Node)], found: &mut Vec<Difference>) {
    let entries = |entries: &[(Key, Node)]| {
        entries.iter().map(|(key, node)| (key.name.clone(), node.clone())).collect::<Vec<_>>()
    };
    matched(path, &entries(old), &entries(new), found);
}

fn lists(path: &str, old: &[Node], new: &[Node], found: &mut Vec<Difference>) {
    let both = || old.iter().chain(new);
    if both().all(|node| entry(node, "id").is_some()) {
        let counts = |nodes: &[Node]| {
            let mut counts = BTreeMap::<String, usize>::new();
            nodes
                .iter()
                .filter_map(|node| entry(node, "id"))
                .for_each(|id| *counts.entry(id).or_default() += 1);
            counts
        };
        let (in_old, in_new) = (counts(old), counts(new));
        let several = |id: &String| [&in_old, &in_new].iter().any(|counts| counts.get(id) > Some(&1));
        let named = |nodes: &[Node]| {
            nodes.iter().map(|node| (name(node, &several), node.clone())).collect::<Vec<_>>()
        };
        return matched(path, &named(old), &named(new), found);
    }
    // Without ids: what the two begin and end with is the same, and the rest is compared in its order.
    let equal = |(one, other): &(&Node, &Node)| written::value(one) == written::value(other);
    let first = old.iter().zip(new).take_while(equal).count();
    let left = old.len().min(new.len()).saturating_sub(first);
    let last = old.iter().rev().zip(new.iter().rev()).take(left).take_while(equal).count();
    let numbered = |nodes: &[Node]| {
        let middle = nodes.len().saturating_sub(first).saturating_sub(last);
        let middle = nodes.iter().enumerate().skip(first).take(middle);
        middle.map(|(index, node)| (format!("[{index}]"), node.clone())).collect::<Vec<_>>()
    };
    matched(path, &numbered(old), &numbered(new), found);
}

fn matched(path: &str, old: &[(String, Node)], new: &[(String, Node)], found: &mut Vec<Difference>) {
    let at = |name: &str| if name.starts_with('[') { format!("{path}{name}") } else { under(path, name) };
    for (name, node) in old {
        match new.iter().find(|(other, _)| other == name) {
            Some((_, other)) => compare(&at(name), node, other, found),
            None => {
                let before = Some(written::value(node));
                found.push(Difference { path: at(name), before, after: None });
            }
        }
    }
    for (name, node) in new.iter().filter(|(name, _)| old.iter().all(|(other, _)| other != name)) {
        found.push(Difference { path: at(name), before: None, after: Some(written::value(node)) });
    }
}

fn entry(node: &Node, name: &str) -> Option<String> {
    let Value::Table(entries) = &node.value else { return None };
    let (_, value) = entries.iter().find(|(key, _)| key.name == name)?;
    match &value.value {
        Value::String(text) => Some(text.clone()),
        _ => Some(written::value(value)),
    }
}

/// The id; where several have it, with the editions and options that tell them apart.
fn name(node: &Node, several: &impl Fn(&String) -> bool) -> String {
    let id = entry(node, "id").unwrap_or_default();
    if !several(&id) {
        return id;
    }
    let of = ["editions", "purchase_options"].iter().filter_map(|key| entry(node, key));
    format!("{id}({})", of.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> Vec<String> {
        let read = |text| Document::parse_toml("sheet.toml", text).unwrap();
        let show = |one: Difference| match (one.before, one.after) {
            (Some(before), Some(after)) => format!("{}: {before} -> {after}", one.path),
            (Some(before), None) => format!("{}: - {before}", one.path),
            (None, after) => format!("{}: + {}", one.path, after.unwrap()),
        };
        differences(&read(old), &read(new)).into_iter().map(show).collect()
    }

    const SEAT: &str = "[[charges]]\nid = \"seat\"\nper_unit = { price = 399 }\n";
    const CALLS: &str = "[[charges]]\nid = \"calls\"\nper_unit = { price = 0.10 }\n";

    #[test]
    fn a_price_is_told_by_the_id_of_its_charge() {
        let new = format!("{CALLS}{}", SEAT.replace("399", "420"));
        assert_eq!(told(&format!("{SEAT}{CALLS}"), &new), ["charges.seat.per_unit.price: 399 -> 420"]);
        // The same figure, written otherwise.
        assert_eq!(told(CALLS, &CALLS.replace("0.10", "0.1")), [""; 0]);
    }

    #[test]
    fn what_comes_and_goes_is_told_whole() {
        let both = format!("{SEAT}{CALLS}");
        let calls = "charges.calls: + { id = \"calls\", per_unit = { price = 0.10 } }";
        assert_eq!(told(SEAT, &both), [calls]);
        assert_eq!(told(&both, SEAT), [calls.replace('+', "-")]);
    }

    #[test]
    fn charges_of_one_id_are_told_apart_by_their_editions() {
        let of = |edition: &str, price: &str| {
            format!("[[charges]]\nid = \"seat\"\neditions = [\"{edition}\"]\nprice = {price}\n")
        };
        let (old, new) = (of("basic", "1") + &of("pro", "2"), of("pro", "3") + &of("basic", "1"));
        assert_eq!(told(&old, &new), ["charges.seat([\"pro\"]).price: 2 -> 3"]);
    }

    #[test]
    fn a_tier_that_is_put_in_changes_no_other() {
        let old = "tiers = [{ up_to = 10, price = 5 }, { price = 3 }]";
        let new = "tiers = [{ up_to = 10, price = 5 }, { up_to = 20, price = 4 }, { price = 3 }]";
        assert_eq!(told(old, new), ["tiers[1]: + { up_to = 20, price = 4 }"]);
        assert_eq!(told(old, &old.replace("price = 3", "price = 2")), ["tiers[1].price: 3 -> 2"]);
        assert_eq!(told("ids = [\"a\", \"b\"]", "ids = [\"a\"]"), ["ids: [\"a\", \"b\"] -> [\"a\"]"]);
    }
}
