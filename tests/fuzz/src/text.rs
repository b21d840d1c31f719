//! Changes a file of TOML or JSON: its tree where it has one, its bytes now and then.

use std::collections::BTreeMap;

use fastrand::Rng;

use crate::numbers::{day, decimal, pick, text, times};
use crate::tree::Tree;

/// Most bytes of an input.
pub(crate) const MOST: usize = 400_000;

/// What stands in the seeds: the keys of tables by the key that the table stands under, and the values of
/// each key.
#[derive(Default)]
pub(crate) struct Words {
    keys: BTreeMap<String, Vec<String>>,
    values: BTreeMap<String, Vec<Tree>>,
}

impl Words {
    pub(crate) fn of(seeds: &[Vec<u8>]) -> Self {
        let mut words = Self::default();
        for tree in seeds.iter().filter_map(|seed| Tree::read(seed)) {
            words.learn("", &tree);
        }
        words
    }

    fn learn(&mut self, under: &str, tree: &Tree) {
        match tree {
            Tree::Bare(_) | Tree::Text(_) => {}
            Tree::List(items) => items.iter().for_each(|item| self.learn(under, item)),
            Tree::Table(entries) => {
                for (key, value) in entries {
                    let keys = self.keys.entry(under.to_owned()).or_default();
                    if !keys.contains(key) {
                        keys.push(key.clone());
                    }
                    let values = self.values.entry(key.clone()).or_default();
                    if values.len() < 300 && !values.contains(value) {
                        values.push(value.clone());
                    }
                    self.learn(key, value);
                }
            }
        }
    }

    fn value(&self, rng: &mut Rng, key: &str) -> Tree {
        let known = self.values.get(key).and_then(|values| pick(rng, values));
        known.cloned().unwrap_or_else(|| leaf(rng))
    }
}

/// Another input made of one.
pub(crate) fn mutate(input: &[u8], words: &Words, rng: &mut Rng) -> Vec<u8> {
    let mut bytes = match Tree::read(input) {
        Some(mut tree) if rng.u8(..12) != 0 => {
            for _ in 0..=rng.u8(..4) {
                let at = rng.usize(..tree.size());
                change(&mut tree, "", at, words, rng);
            }
            if rng.bool() { tree.toml().into_bytes() } else { tree.json().into_bytes() }
        }
        _ => input.to_vec(),
    };
    if bytes == input || rng.u8(..16) == 0 {
        scramble(&mut bytes, rng);
    }
    bytes.truncate(MOST);
    bytes
}

/// Changes the value that comes so many places after the first; what is left of the places otherwise.
fn change(tree: &mut Tree, under: &str, at: usize, words: &Words, rng: &mut Rng) -> Option<usize> {
    let Some(mut left) = at.checked_sub(1) else {
        replace(tree, under, words, rng);
        return None;
    };
    match tree {
        Tree::Bare(_) | Tree::Text(_) => {}
        Tree::List(items) => {
            for item in items {
                left = change(item, under, left, words, rng)?;
            }
        }
        Tree::Table(entries) => {
            for (key, value) in entries {
                left = change(value, key, left, words, rng)?;
            }
        }
    }
    Some(left)
}

fn replace(tree: &mut Tree, under: &str, words: &Words, rng: &mut Rng) {
    match rng.u8(..20) {
        0 if !under.is_empty() => *tree = leaf(rng),
        1..=3 if !under.is_empty() => *tree = words.value(rng, under),
        4 if !under.is_empty() => nest(tree, rng),
        _ => match tree {
            Tree::Bare(value) => *value = if value.len() == 10 { day(rng) } else { decimal(rng) },
            Tree::Text(value) if value.parse::<f64>().is_ok() => *value = decimal(rng),
            Tree::Text(value) => *value = text(rng),
            Tree::List(items) => change_list(items, under, words, rng),
            Tree::Table(entries) => change_table(entries, under, words, rng),
        },
    }
}

fn change_list(items: &mut Vec<Tree>, under: &str, words: &Words, rng: &mut Rng) {
    match rng.u8(..6) {
        0 => items.truncate(rng.usize(..=items.len())),
        1 => rng.shuffle(items),
        2 => {
            if let Tree::List(others) = words.value(rng, under) {
                items.extend(others);
            }
        }
        3 if !items.is_empty() => {
            items.remove(rng.usize(..items.len()));
        }
        _ => {
            let Some(item) = pick(rng, items).cloned() else { return items.push(leaf(rng)) };
            let most = 20_000_usize.checked_div(item.size()).unwrap_or(0);
            items.extend(std::iter::repeat_n(item, times(rng).min(most)));
        }
    }
}

fn change_table(entries: &mut Vec<(String, Tree)>, under: &str, words: &Words, rng: &mut Rng) {
    match rng.u8(..8) {
        0 | 1 if !entries.is_empty() => {
            entries.remove(rng.usize(..entries.len()));
        }
        2 => {
            let key = pick(rng, entries).map_or_else(String::new, |(key, _)| key.clone());
            let key = if rng.bool() { key } else { text(rng) };
            entries.push((key, leaf(rng)));
        }
        _ => {
            let known = words.keys.get(under).and_then(|keys| pick(rng, keys));
            let Some(key) = known else { return };
            let value = words.value(rng, key);
            match entries.iter_mut().find(|(name, _)| name == key) {
                Some((_, found)) => *found = value,
                None => entries.push((key.clone(), value)),
            }
        }
    }
}

fn leaf(rng: &mut Rng) -> Tree {
    match rng.u8(..8) {
        0 => Tree::Bare(if rng.bool() { "true" } else { "false" }.to_owned()),
        1 => Tree::Bare(day(rng)),
        2 => Tree::Text(text(rng)),
        3 => Tree::Text(decimal(rng)),
        4 => Tree::List(Vec::new()),
        5 => Tree::Table(Vec::new()),
        _ => Tree::Bare(decimal(rng)),
    }
}

/// Deeper than a file may be.
fn nest(tree: &mut Tree, rng: &mut Rng) {
    let table = rng.bool();
    for _ in 0..rng.usize(..90) {
        let inner = std::mem::replace(tree, Tree::List(Vec::new()));
        *tree = if table { Tree::Table(vec![("a".to_owned(), inner)]) } else { Tree::List(vec![inner]) };
    }
}

/// Changes bytes, whatever they say.
pub(crate) fn scramble(bytes: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..=rng.u8(..3) {
        let at = rng.usize(..=bytes.len());
        let end = at.saturating_add(rng.usize(..40)).min(bytes.len());
        match rng.u8(..6) {
            0 => bytes.insert(at, rng.u8(..)),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let part: Vec<u8> = bytes.get(at..end).unwrap_or_default().to_vec();
                let repeated = part.repeat(times(rng));
                bytes.splice(at..at, repeated);
            }
            4 => {
                let part =
                    pick(rng, &["[", "{a=", "{\"a\":", "[[a]]\n", "a.", "\"", "9", "0.", "'''", "\r", "#"]);
                let many = if rng.u8(..4) == 0 { 60_000 } else { 8 };
                let repeated = part.copied().unwrap_or("[").repeat(rng.usize(..many));
                bytes.splice(at..at, repeated.into_bytes());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << rng.u8(..8);
                }
            }
        }
    }
}
