//! A requirement from a JSON or TOML file, with the proto's field names and short forms for the common
//! case. Decimals are read from the token's text; every unknown field is named at once.
//!
//! The short forms: a decimal as a number or text; a date as a date or text; a monthly profile as one
//! number or a list; an amount of money as `CNY 1200.50`; a duration as its number, samples as a list of
//! seconds or of counts; an enum value without its prefix, in any case.

use std::path::Path;

use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use quotient_proto::convert::{decimal_from_text, money_to_wire};
use quotient_proto::v1;
use serde_json::{Map, Value as Json, json};

use crate::document::{Document, DocumentError, Node, Value};
use crate::language::compile::MAX_TOLD;
use crate::message_json::{self, JsonError};

/// Why a file is no requirement.
#[derive(Debug, thiserror::Error)]
pub enum RequirementFileError {
    /// It cannot be read.
    #[error("{file}: {cause}")]
    Read {
        /// The file.
        file: String,
        /// Why.
        cause: std::io::Error,
    },
    /// It says something wrong; all is listed, up to [`MAX_TOLD`] faults.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Document(Vec<DocumentError>),
    /// It does not fit the message.
    #[error("{file}: {cause}")]
    Message {
        /// The file.
        file: String,
        /// Why.
        cause: JsonError,
    },
}

/// Reads a file.
///
/// # Errors
/// [`RequirementFileError`] with file, line and column of everything that is wrong.
pub fn read(file: &Path) -> Result<v1::Requirement, RequirementFileError> {
    let name = file.display().to_string();
    let bytes =
        std::fs::read(file).map_err(|cause| RequirementFileError::Read { file: name.clone(), cause })?;
    parse(&name, &bytes)
}

/// Reads the bytes of a file, by the ending of its name.
///
/// # Errors
/// As [`read`].
pub fn parse(name: &str, bytes: &[u8]) -> Result<v1::Requirement, RequirementFileError> {
    message(name, bytes, "quotient.v1.Requirement")
}

/// Reads a file of what products are compared by, in the same form.
///
/// # Errors
/// As [`read`].
pub fn read_options(file: &Path) -> Result<v1::ComparisonOptions, RequirementFileError> {
    let name = file.display().to_string();
    let bytes =
        std::fs::read(file).map_err(|cause| RequirementFileError::Read { file: name.clone(), cause })?;
    message(&name, &bytes, "quotient.v1.ComparisonOptions")
}

/// Reads a requirement that is a part of a file, at `path`.
///
/// # Errors
/// As [`read`].
pub fn of_node(
    document: &Document,
    node: &Node,
    path: &str,
) -> Result<v1::Requirement, RequirementFileError> {
    of_message(document, node, path, "quotient.v1.Requirement")
}

fn message<M: prost::Message + Default>(
    name: &str,
    bytes: &[u8],
    full_name: &str,
) -> Result<M, RequirementFileError> {
    let document = Document::parse_bytes(name, bytes).map_err(|e| RequirementFileError::Document(vec![e]))?;
    of_message(&document, document.root(), "", full_name)
}

fn of_message<M: prost::Message + Default>(
    document: &Document,
    node: &Node,
    path: &str,
    full_name: &str,
) -> Result<M, RequirementFileError> {
    let refused = |cause| RequirementFileError::Message { file: document.name().to_owned(), cause };
    let descriptor = message_json::descriptor(full_name).map_err(refused)?;
    let mut reader = Reader { document, errors: Vec::new() };
    let canonical = reader.message(node, &descriptor, path);
    if !reader.errors.is_empty() {
        return Err(RequirementFileError::Document(reader.errors));
    }
    message_json::read(full_name, &canonical).map_err(refused)
}

struct Reader<'a> {
    document: &'a Document,
    errors: Vec<DocumentError>,
}

impl Reader<'_> {
    fn refuse(&mut self, path: &str, text: impl Into<String>) -> Json {
        if self.errors.len() < MAX_TOLD {
            self.errors.push(self.document.error_at(path, text));
        }
        Json::Null
    }

    fn message(&mut self, node: &Node, descriptor: &MessageDescriptor, path: &str) -> Json {
        match (descriptor.full_name(), &node.value) {
            ("google.type.Decimal", Value::Number(text) | Value::String(text)) => json!({ "value": text }),
            ("google.type.Money", Value::String(text)) => self.money(text, path),
            ("google.type.Date", Value::Date(date)) => self.date(*date),
            ("google.type.Date", Value::String(text)) => match text.parse() {
                Ok(date) => self.date(date),
                Err(_) => {
                    self.refuse(path, format!("found {text:?}, expected a date such as \"2026-01-31\""))
                }
            },
            (name, value) => {
                match short_field(name, value).and_then(|name| descriptor.get_field_by_name(name)) {
                    Some(field) => {
                        let mut fields = Map::new();
                        let json = self.field(node, &field, path);
                        fields.insert(field.name().to_owned(), json);
                        Json::Object(fields)
                    }
                    None => self.table(node, descriptor, path),
                }
            }
        }
    }

    fn table(&mut self, node: &Node, descriptor: &MessageDescriptor, path: &str) -> Json {
        let Value::Table(entries) = &node.value else {
            return self.refuse(path, expected(descriptor));
        };
        let mut fields = Map::new();
        for (key, node) in entries {
            let path = if path.is_empty() { key.name.clone() } else { format!("{path}.{}", key.name) };
            let field =
                descriptor.fields().find(|field| field.name() == key.name || field.json_name() == key.name);
            match field {
                Some(field) => {
                    let json = self.field(node, &field, &path);
                    if fields.insert(field.name().to_owned(), json).is_some() {
                        self.refuse(&path, "found the field twice, under both of its names");
                    }
                }
                None => {
                    let known = descriptor.fields().map(|field| field.name().to_owned()).collect();
                    self.refuse(
                        &path,
                        format!("found the field {:?}{}", key.name, nearest(&key.name, known)),
                    );
                }
            }
        }
        Json::Object(fields)
    }

    fn field(&mut self, node: &Node, field: &FieldDescriptor, path: &str) -> Json {
        if field.is_map() {
            return self.map(node, path);
        }
        if field.is_list() {
            return match &node.value {
                Value::Array(items) => items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.value(item, field, &format!("{path}[{index}]")))
                    .collect(),
                // A list of one may be said without brackets where its items are no tables.
                Value::Number(_) | Value::String(_) => Json::Array(vec![self.value(node, field, path)]),
                _ => self.refuse(path, "expected a list"),
            };
        }
        self.value(node, field, path)
    }

    fn value(&mut self, node: &Node, field: &FieldDescriptor, path: &str) -> Json {
        match (field.kind(), &node.value) {
            (Kind::Message(descriptor), _) => self.message(node, &descriptor, path),
            (Kind::Enum(descriptor), Value::String(text)) => self.choice(text, &descriptor, path),
            (Kind::String, Value::String(text)) => Json::String(text.clone()),
            (Kind::Int32, Value::Number(text)) => match text.parse::<i32>() {
                Ok(number) => Json::from(number),
                Err(_) => self.refuse(path, format!("found {text}, expected a whole number")),
            },
            (Kind::Int64, Value::Number(text)) => match text.parse::<i64>() {
                Ok(_) => Json::String(text.clone()),
                Err(_) => self.refuse(path, format!("found {text}, expected a whole number")),
            },
            (Kind::Bool, Value::Bool(value)) => Json::Bool(*value),
            (Kind::Enum(_) | Kind::String, _) => self.refuse(path, "expected a text"),
            (Kind::Bool, _) => self.refuse(path, "expected true or false"),
            _ => self.refuse(path, "expected a whole number"),
        }
    }

    fn choice(&mut self, text: &str, descriptor: &EnumDescriptor, path: &str) -> Json {
        let wanted = text.to_ascii_uppercase().replace('-', "_");
        let prefix = descriptor
            .values()
            .find_map(|value| value.name().strip_suffix("UNSPECIFIED").map(str::to_owned))
            .unwrap_or_default();
        let full = [wanted.clone(), format!("{prefix}{wanted}")];
        match descriptor.values().find(|value| full.iter().any(|name| name == value.name())) {
            Some(value) => Json::String(value.name().to_owned()),
            None => {
                let known = descriptor.values().filter(|value| value.number() != 0);
                let known =
                    known.map(|v| v.name().trim_start_matches(&prefix).to_ascii_lowercase()).collect();
                self.refuse(path, format!("found {text:?}{}", nearest(text, known)))
            }
        }
    }

    fn map(&mut self, node: &Node, path: &str) -> Json {
        let Value::Table(entries) = &node.value else {
            return self.refuse(path, "expected a table of texts");
        };
        let mut map = Map::new();
        for (key, node) in entries {
            match &node.value {
                Value::String(text) | Value::Number(text) => {
                    map.insert(key.name.clone(), Json::String(text.clone()));
                }
                _ => {
                    self.refuse(&format!("{path}.{}", key.name), "expected a text");
                }
            }
        }
        Json::Object(map)
    }

    /// An amount such as `CNY 1200.50`.
    fn money(&mut self, text: &str, path: &str) -> Json {
        let parts = text
            .split_once(' ')
            .and_then(|(code, amount)| money_to_wire(code, decimal_from_text(amount.trim()).ok()?).ok());
        match parts {
            Some(money) => json!({
                "currency_code": money.currency_code, "units": money.units.to_string(), "nanos": money.nanos,
            }),
            None => self.refuse(path, format!("found {text:?}, expected an amount such as \"CNY 1200.50\"")),
        }
    }

    fn date(&self, date: jiff::civil::Date) -> Json {
        json!({ "year": date.year(), "month": date.month(), "day": date.day() })
    }
}

/// The field that a short form of a message stands for.
fn short_field(message: &str, value: &Value) -> Option<&'static str> {
    let scalar = matches!(value, Value::Number(_) | Value::String(_));
    let list = matches!(value, Value::Array(_));
    match message {
        "quotient.v1.MonthlyProfile" if scalar || list => Some("values"),
        "quotient.v1.FixedDuration" if scalar => Some("seconds"),
        "quotient.v1.ExponentialDuration" if scalar => Some("mean_seconds"),
        "quotient.v1.SampledDuration" if list => Some("samples"),
        "quotient.v1.DurationSample" if scalar => Some("seconds"),
        "quotient.v1.EventSample" if scalar => Some("count"),
        _ => None,
    }
}

/// What a message is written as.
fn expected(descriptor: &MessageDescriptor) -> String {
    match descriptor.full_name() {
        "google.type.Decimal" => "expected a number".to_owned(),
        "google.type.Date" => "expected a date such as 2026-01-31".to_owned(),
        "google.type.Money" => "expected an amount such as \"CNY 1200.50\"".to_owned(),
        "quotient.v1.MonthlyProfile" => "expected a number for all months, or a list of numbers".to_owned(),
        _ => format!("expected a table of the fields of {}", descriptor.name()),
    }
}

/// What was meant, or all that there is.
fn nearest(found: &str, mut known: Vec<String>) -> String {
    // The comparison takes quadratic time, and no name is longer.
    let found: String = found.chars().take(64).collect::<String>().to_ascii_lowercase();
    known.sort_by_key(|name| strsim::damerau_levenshtein(name, &found));
    let near: Vec<_> = known.iter().filter(|name| strsim::jaro_winkler(name, &found) > 0.8).take(3).collect();
    if near.is_empty() {
        known.sort();
        return format!(", expected one of: {}", known.join(", "));
    }
    let near = near.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>();
    format!(", did you mean {}?", near.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_name_only_the_beginning_is_compared() {
        // Found by fuzzing: the comparison took seconds for 15,000 characters.
        let known = ["contacts", "channel"].map(str::to_owned).to_vec();
        let beginning = "contacts-and-more".repeat(4).chars().take(64).collect::<String>();
        let long = format!("{beginning}{}", "a9".repeat(200_000));
        assert_eq!(nearest(&long, known.clone()), nearest(&beginning, known));
    }

    #[test]
    fn short_forms_mean_the_same_as_the_long_ones() {
        let short = parse(
            "short.toml",
            b"start_date = 2026-01-31\nterm_months = 12\n\
              [[demand]]\nchannel = \"voice\"\ncontacts = 0.10\nmean_seconds = 180\n\
              [[demand]]\nchannel = \"CHAT\"\ncontacts = [1, 2.50]\nsegments = [{ kind = \"agent\", samples = [40, 50] }]\n",
        )
        .unwrap();
        let long = parse(
            "long.json",
            br#"{"startDate": {"year": 2026, "month": 1, "day": 31}, "termMonths": 12, "demand": [
                {"channel": "CHANNEL_VOICE", "contacts": {"values": [{"value": "0.10"}]}, "meanSeconds": {"value": "180"}},
                {"channel": "CHANNEL_CHAT", "contacts": {"values": [{"value": "1"}, {"value": "2.50"}]},
                 "segments": [{"kind": "SEGMENT_KIND_AGENT",
                   "samples": {"samples": [{"seconds": {"value": "40"}}, {"seconds": {"value": "50"}}]}}]}]}"#,
        )
        .unwrap();
        assert_eq!(short, long);
        // The text of the token, not a binary fraction of it.
        assert_eq!(short.demand[0].contacts.as_ref().unwrap().values[0].value, "0.10");
    }

    #[test]
    fn money_has_a_short_form() {
        let of = |text: &str| parse("r.toml", text.as_bytes());
        let short = of("buyer = { annual_revenue = \"CNY 1200.50\" }").unwrap();
        let long = of("[buyer.annual_revenue]\ncurrency_code = \"CNY\"\nunits = 1200\nnanos = 500000000\n");
        assert_eq!(short, long.unwrap());
        let told = of("budget = { amount = \"12 yuan\" }").unwrap_err().to_string();
        assert!(told.contains("found \"12 yuan\", expected an amount such as"), "{told}");
    }

    #[test]
    fn distributions_counts_and_service_levels_have_short_forms() {
        let short = parse(
            "short.toml",
            b"[[demand]]\nchannel = \"voice\"\ncontacts = 100\nlegs = 2\nattempts_per_contact = 2.5\n\
              active_days_per_month = 21\nbusy_hour_share = 0.15\n\
              service_level = { answered_share = 0.8, within_seconds = 20 }\n\
              segments = [{ kind = \"agent\", lognormal = { mean = 180, cv = 1.2 } }]\n\
              events = [{ kind = \"turn\", samples = [3, { count = 4, weight = 2 }] }]\n",
        )
        .unwrap();
        let decimal = |value: &str| Some(quotient_proto::google::r#type::Decimal { value: value.to_owned() });
        let demand = &short.demand[0];
        assert_eq!((demand.legs, demand.active_days_per_month), (Some(2), Some(21)));
        assert_eq!(demand.attempts_per_contact, decimal("2.5"));
        assert_eq!(demand.service_level.as_ref().unwrap().answered_share, decimal("0.8"));
        let lognormal = v1::LognormalDuration { mean: decimal("180"), cv: decimal("1.2") };
        let duration = v1::segment::Duration::Lognormal(lognormal);
        assert_eq!(demand.segments[0].duration, Some(duration));
        let sample = |count, weight: Option<&str>| v1::EventSample {
            count: decimal(count),
            weight: weight.and_then(decimal),
        };
        assert_eq!(demand.events[0].samples, [sample("3", None), sample("4", Some("2"))]);
    }

    #[test]
    fn every_unknown_field_is_named_with_its_place_and_the_nearest_one() {
        let text =
            b"start = 2026-01-01\nterm_month = 12\n[[demand]]\nchanel = \"voice\"\nchannel = \"fax\"\n";
        let told = parse("r.toml", text).unwrap_err().to_string();
        let lines: Vec<_> = told.lines().collect();
        assert_eq!(lines.len(), 4, "{told}");
        assert!(lines[1].contains("r.toml:2:"), "{told}");
        assert!(lines[1].contains("did you mean \"term_months\"?"), "{told}");
        assert!(lines[2].contains("demand[0].chanel") && lines[2].contains("\"channel\""), "{told}");
        assert!(lines[3].contains("found \"fax\""), "{told}");
    }

    #[test]
    fn a_value_of_another_kind_is_told_what_can_be_written() {
        let text =
            b"start_date = 5\n[[seats]]\nnamed = true\n[[demand]]\nmean_seconds = []\nsegments = [1]\n";
        let told = parse("r.toml", text).unwrap_err().to_string();
        let lines: Vec<_> = told.lines().map(|line| line.rsplit(": ").next().unwrap()).collect();
        let expected = [
            "expected a date such as 2026-01-31",
            "expected a number for all months, or a list of numbers",
            "expected a number",
            "expected a table of the fields of Segment",
        ];
        assert_eq!(lines, expected);
    }
}
