//! A JSON Schema of the sheet language, from the forms themselves: what an editor completes, explains and
//! underlines while a sheet is written.
//!
//! It knows keys, types and words. Rules between fields are beyond it, and `quotient sheet check` tells them.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::price::Price;
use super::sheet::SheetForm;
use super::time::DivisorForm;
use crate::capability::CAPABILITIES;
use crate::document::{Day, Figure};
use crate::meters::METERS;

/// A decimal number as text.
const DECIMAL: &str = r"^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$";

impl JsonSchema for Figure {
    fn schema_name() -> Cow<'static, str> {
        "Figure".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A decimal number of at most 28 digits, or a text that holds one.",
            "anyOf": [{ "type": "number" }, { "type": "string", "pattern": DECIMAL }],
        })
    }
}

impl JsonSchema for Price {
    fn schema_name() -> Cow<'static, str> {
        "Price".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let figure = generator.subschema_for::<Figure>();
        json_schema!({
            "description": "A number, or bounds where the vendor does not say: { from = 80, to = 500 }.",
            "anyOf": [
                figure,
                {
                    "type": "object",
                    "properties": { "from": figure, "to": figure },
                    "required": ["from"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}

impl JsonSchema for DivisorForm {
    fn schema_name() -> Cow<'static, str> {
        "Divisor".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let figure = generator.subschema_for::<Figure>();
        json_schema!({
            "description": "Units that cost as much as a whole cycle: a number, or those of the cycle.",
            "anyOf": [{ "enum": ["cycle", "cycle_from_part"] }, figure],
        })
    }
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A day, such as 2026-03-15.",
            "type": "string",
            "format": "date",
            "pattern": r"^\d{4}-\d{2}-\d{2}$",
        })
    }
}

/// The schema of a price sheet, of draft 2020-12.
#[must_use]
pub fn sheet_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<SheetForm>();
    RecursiveTransform(without_null).transform(&mut schema);
    schema.insert("title".to_owned(), json!("Price sheet"));
    let mut schema = schema.to_value();
    let meters: Vec<_> = METERS.iter().map(|meter| meter.id).collect();
    let capabilities: Vec<_> = CAPABILITIES.iter().map(|capability| capability.id).collect();
    let words = [
        ("/$defs/ChargeForm/properties/meter", &meters),
        ("/$defs/CapabilityForm/properties/ids/items", &capabilities),
    ];
    for (pointer, words) in words {
        if let Some(Value::Object(one)) = schema.pointer_mut(pointer) {
            one.insert("enum".to_owned(), json!(words));
        }
    }
    schema
}

/// A file has no `null`: what may be left out is left out.
fn without_null(schema: &mut Schema) {
    let is_null = |one: &Value| *one == json!("null") || *one == json!({ "type": "null" });
    let Some(one) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = one.get_mut("type") {
        types.retain(|kind| !is_null(kind));
        if let [only] = types.as_slice() {
            let only = only.clone();
            one.insert("type".to_owned(), only);
        }
    }
    let Some(Value::Array(choices)) = one.get_mut("anyOf") else { return };
    choices.retain(|choice| !is_null(choice));
    let [Value::Object(only)] = choices.as_slice() else { return };
    let only = only.clone();
    one.remove("anyOf");
    for (key, value) in only {
        one.entry(key).or_insert(value);
    }
}
