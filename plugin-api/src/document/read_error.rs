//! What does not fit a type, in the words of a person who writes the file.

use std::fmt::{self, Display};

use serde::de::{self, Expected, Unexpected};

use super::Fault;
use super::path::Path;
use super::suggest::{any_of, nearest, shown};

/// What does not fit; the innermost reader that hears of it adds its place.
#[derive(Debug)]
pub(super) struct ReadError {
    text: String,
    place: Option<Place>,
}

#[derive(Debug, Default)]
struct Place {
    offset: usize,
    path: String,
}

impl ReadError {
    pub(super) fn at(mut self, offset: usize, path: &Path<'_>) -> Self {
        self.place.get_or_insert_with(|| Place { offset, path: path.to_string() });
        self
    }
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        let Place { offset, path } = error.place.unwrap_or_default();
        Self { text: error.text, offset, path }
    }
}

impl Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for ReadError {}

impl de::Error for ReadError {
    fn custom<T: Display>(text: T) -> Self {
        Self { text: text.to_string(), place: None }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format!("found {}, expected {}", in_words(&found), plainly(expected)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::custom(format!("found {length} entries, expected {}", plainly(expected)))
    }

    fn unknown_variant(found: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(unknown(found, "", expected))
    }

    fn unknown_field(found: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(unknown(found, "the key ", expected))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::custom(format!("found no key {field:?}, expected it here"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::custom(format!("found the key {field:?} twice, expected each once"))
    }
}

fn unknown(found: &str, what: &str, expected: &[&str]) -> String {
    let near = nearest(found, expected.iter().copied());
    let found = shown(found);
    match (near.as_slice(), expected) {
        (_, []) => format!("found {what}{found}, expected none"),
        ([], all) => format!("found {what}{found}, expected {}", any_of(all)),
        (near, _) => format!("found {what}{found}, did you mean {}?", any_of(near)),
    }
}

fn in_words(found: &Unexpected<'_>) -> String {
    match found {
        Unexpected::Str(text) => format!("the text {}", shown(text)),
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Unsigned(value) => value.to_string(),
        Unexpected::Signed(value) => value.to_string(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::UnitVariant => "a bare name".to_owned(),
        other => other.to_string(),
    }
}

/// Serde's words for what a type takes, in the words of a person who writes the file.
fn plainly(expected: &dyn Expected) -> String {
    let expected = expected.to_string();
    match expected.as_str() {
        "a sequence" => "a list".to_owned(),
        "a map" => "a table".to_owned(),
        "a string" | "a borrowed string" => "a text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "newtype variant" | "struct variant" | "tuple variant" => "a table with this name".to_owned(),
        number if is_integer(number) => format!("a whole number ({number})"),
        form if form.starts_with("struct ") => "a table".to_owned(),
        _ => expected,
    }
}

fn is_integer(name: &str) -> bool {
    let width = name.strip_prefix(['i', 'u']);
    width.is_some_and(|width| matches!(width, "8" | "16" | "32" | "64" | "128" | "size"))
}
