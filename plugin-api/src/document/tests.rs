//! Places, exact numbers and suggestions, in both languages.

use std::collections::BTreeMap;

use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
struct Sheet {
    as_of: Day,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    charges: Vec<Charge>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
struct Charge {
    id: String,
    #[serde(alias = "price_model")]
    price: Price,
    months: Option<u32>,
    #[serde(default)]
    extra: BTreeMap<String, Figure>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Price {
    Included,
    Flat(Figure),
    Graduated { tiers: Vec<Tier> },
}

#[derive(Debug, PartialEq, Deserialize)]
struct Tier {
    up_to: Option<Figure>,
    unit_price: Figure,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Tagged {
    Flat { amount: Figure, from: Option<Day> },
    Text { name: String },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Figure),
    Many(Vec<Figure>),
}

const SHEET: &str = r#"# 价格
as_of = 2026-03-01

[[charges]]
id = "seat"
price = { flat = 0.10 }
months = 12

[[charges]]
id = "voice"
extra = { vat = 0.19, "a.b" = "1.5" }
[[charges.price.graduated.tiers]]
up_to = 1_000
unit_price = 0.12345678901234567890
[[charges.price.graduated.tiers]]
unit_price = 1e-3
"#;

fn figure(text: &str) -> Figure {
    Figure(text.parse().unwrap())
}

fn toml(text: &str) -> Document {
    Document::parse("sheet.toml", text).unwrap()
}

/// What is told of a sheet that is wrong.
fn refused(text: &str) -> String {
    toml(text).read::<Sheet>().unwrap_err().to_string()
}

fn refused_json(text: &str) -> String {
    match Document::parse("sheet.json", text) {
        Ok(document) => document.read::<Sheet>().unwrap_err().to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_sheet_is_read_with_exact_numbers() {
    let sheet: Sheet = toml(SHEET).read().unwrap();
    assert_eq!(sheet.as_of, Day(date(2026, 3, 1)));
    assert_eq!(sheet.charges[0].price, Price::Flat(figure("0.1")));
    assert_eq!(sheet.charges[0].months, Some(12));
    let tiers = vec![
        Tier { up_to: Some(figure("1000")), unit_price: figure("0.12345678901234567890") },
        Tier { up_to: None, unit_price: figure("0.001") },
    ];
    assert_eq!(sheet.charges[1].price, Price::Graduated { tiers });
    let extra = [("a.b".to_owned(), figure("1.5")), ("vat".to_owned(), figure("0.19"))];
    assert_eq!(sheet.charges[1].extra, BTreeMap::from(extra));
}

#[test]
fn the_same_sheet_in_json_is_the_same() {
    let text = r#"{
        "as_of": "2026-03-01",
        "note": null,
        "charges": [
            {"id": "seat", "price": {"flat": 0.10}, "months": 12},
            {"id": "voice", "extra": {"vat": 0.19, "a.b": "1.5"}, "price_model": {"graduated": {"tiers": [
                {"up_to": 1000, "unit_price": 0.12345678901234567890}, {"unit_price": 1e-3}
            ]}}}
        ]
    }"#;
    let json: Sheet = Document::parse("sheet.json", text).unwrap().read().unwrap();
    assert_eq!(json, toml(SHEET).read().unwrap());
}

#[test]
fn digits_are_added_up_as_they_stand_and_never_rounded() {
    let sum = |text: &str| -> Decimal {
        let figures: BTreeMap<String, Vec<Figure>> = toml(text).read().unwrap();
        figures["f"].iter().map(|figure| figure.0).sum()
    };
    assert_eq!(sum("f = [0.1, 0.2]").to_string(), "0.3");
    assert_eq!(sum("f = [0.3, -0.1, +0.1]").to_string(), "0.3");
    assert_eq!(
        sum("f = [12345678901234567.890123456, 9223372036854775807]").to_string(),
        "9235717715756010374.890123456"
    );
    let document = Document::parse("f.json", r#"[1.10, 100000000000000000000000, -0, "0.30"]"#).unwrap();
    let figures: Vec<Figure> = document.read().unwrap();
    assert_eq!(figures, ["1.1", "100000000000000000000000", "0", "0.3"].map(figure));
    let Value::Array(nodes) = &document.root().value else { panic!("no list") };
    assert_eq!(nodes[0].value, Value::Number("1.10".to_owned()));
    assert_eq!(nodes[0].span, 1..5);

    let lost = toml("f = 0.12345678901234567890123456789").read::<BTreeMap<String, Figure>>();
    assert_eq!(
        lost.unwrap_err().to_string(),
        "sheet.toml:1:5: f: found \"0.12345678901234567890123456789\", \
         expected a decimal number of at most 28 digits"
    );
    let binary = toml("f = 0.5").read::<BTreeMap<String, f64>>().unwrap_err();
    assert_eq!(
        binary.text,
        "found a field of binary fractions, expected one of figures: digits would be lost"
    );
}

#[test]
fn numbers_that_are_no_decimals_and_times_are_refused() {
    let told = |text: &str| Document::parse("s.toml", text).unwrap_err().to_string();
    for number in ["0xff", "0b11", "0o7", "inf", "-nan"] {
        let text = format!("a = [1,\n  {number}]");
        assert_eq!(told(&text), format!("s.toml:2:3: a[1]: found {number}, expected a decimal number"));
    }
    assert_eq!(
        told("a = 2026-03-01T10:00:00Z"),
        "s.toml:1:5: a: found 2026-03-01T10:00:00Z, expected a date such as 2026-03-01"
    );
    assert_eq!(told("a = 10:00:00"), "s.toml:1:5: a: found 10:00:00, expected a date such as 2026-03-01");
}

#[test]
fn what_does_not_fit_is_told_with_file_line_column_and_path() {
    // Columns count characters: the two of the text are six bytes.
    assert_eq!(
        refused("as_of = 2026-03-01\ncharges = [{ id = \"价格\", pric = 1 }]"),
        "sheet.toml:2:25: charges[0]: found the key \"pric\", did you mean \"price\"?"
    );
    assert_eq!(
        refused("as_of = 2026-03-01\n[[charges]]\nid = \"a\"\nmonths = 1"),
        "sheet.toml:2:1: charges[0]: found no key \"price\", expected it here"
    );
    assert_eq!(
        refused("as_of = 2026-03-01\n[[charges]]\nid = \"a\"\nprice.flat = 1\nmonths = \"12\""),
        "sheet.toml:5:10: charges[0].months: found the text \"12\", expected a whole number (u32)"
    );
    assert_eq!(
        refused("as_of = 2026-03-01\n[[charges]]\nid = \"a\"\nprice.flat = 1\nmonths = 1.5"),
        "sheet.toml:5:10: charges[0].months: found 1.5, expected a whole number (u32)"
    );
    assert_eq!(
        refused("as_of = 2026-03-01\n[[charges]]\nid = \"a\"\nprice.flat = 1\nmonths = -1"),
        "sheet.toml:5:10: charges[0].months: found -1, expected a whole number (u32)"
    );
    assert_eq!(
        refused("as_of = 2026-03-01\ncharges = 5"),
        "sheet.toml:2:11: charges: found 5, expected a list"
    );
    assert_eq!(
        refused("as_of = 2026-03-01\nnote = true"),
        "sheet.toml:2:8: note: found true, expected a text"
    );
    assert_eq!(
        refused("as_of = \"2026-3-1\""),
        "sheet.toml:1:9: as_of: found \"2026-3-1\", expected a date such as 2026-03-01"
    );
    assert_eq!(refused("note = \"x\""), "sheet.toml:1:1: found no key \"as_of\", expected it here");
}

#[test]
fn a_variant_is_a_name_or_a_table_of_one_key() {
    let price =
        |price: &str| refused(&format!("as_of = 2026-03-01\n[[charges]]\nid = \"a\"\nprice = {price}"));
    assert_eq!(price("\"flt\""), "sheet.toml:4:9: charges[0].price: found \"flt\", did you mean \"flat\"?");
    assert_eq!(
        price("{ gradated = 1 }"),
        "sheet.toml:4:11: charges[0].price: found \"gradated\", did you mean \"graduated\"?"
    );
    assert_eq!(
        price("{ zzz = 1 }"),
        "sheet.toml:4:11: charges[0].price: found \"zzz\", expected \"included\", \"flat\" or \"graduated\""
    );
    assert_eq!(
        price("{ flat = 1, included = {} }"),
        "sheet.toml:4:9: charges[0].price: found a table of 2 keys, \
         expected one key: \"included\", \"flat\" or \"graduated\""
    );
    assert_eq!(
        price("\"graduated\""),
        "sheet.toml:4:9: charges[0].price: found a bare name, expected a table with this name"
    );
    assert_eq!(
        price("{ graduated = { tiers = [{ unit_price = 1 }, { unit_price = \"x\" }] } }"),
        "sheet.toml:4:69: charges[0].price.graduated.tiers[1].unit_price: \
         found \"x\", expected a decimal number of at most 28 digits"
    );
    assert_eq!(price("3"), "sheet.toml:4:9: charges[0].price: found 3, expected enum Price");
    for text in ["\"included\"", "{ included = {} }"] {
        let text = format!("as_of = 2026-03-01\n[[charges]]\nid = \"a\"\nprice = {text}");
        assert_eq!(toml(&text).read::<Sheet>().unwrap().charges[0].price, Price::Included);
    }
}

#[test]
fn broken_text_is_told_by_its_place() {
    let told = |text: &str| Document::parse("s.toml", text).unwrap_err();
    let twice = told("a = 1\nb = 2\na = 3");
    let text = "found the key \"a\" twice, expected each once";
    assert_eq!((twice.line, twice.column, twice.text.as_str()), (3, 1, text));
    let twice = [
        ("[fx]\n\"CNY/USD\" = 1\n\"CNY/USD\" = 2", 3, "CNY/USD"),
        ("a = 1\n[fees]\nx = 1\n[other]\n[fees]", 5, "fees"),
        ("a = { b = 1, c = 2, b = 3 }", 1, "b"),
        ("a.b = 1\na.b = 2", 2, "b"),
    ];
    for (text, line, key) in twice {
        let error = told(text);
        let text = format!("found the key {key:?} twice, expected each once");
        assert_eq!((error.line, error.text), (line, text));
    }
    assert_eq!(told("a = \nb = 1").line, 1);
    assert_eq!(
        refused_json("{\"as_of\": \"2026-03-01\",\n \"note\": \"a\", \"note\": \"b\"}"),
        "sheet.json:2:15: found the key \"note\" twice, expected each once"
    );
    assert_eq!(
        refused_json("{\"charges\": [{\"id\": 1, \"\\u0069d\": 2}]}"),
        "sheet.json:1:24: charges[0]: found the key \"id\" twice, expected each once"
    );
    assert_eq!(refused_json("{\n  \"价\": tru }"), "sheet.json:2:11: expected ident");
    assert_eq!(refused_json("{\"a\": 1,}"), "sheet.json:1:9: key must be a string");
    assert_eq!(refused_json("{} x"), "sheet.json:1:4: trailing characters");
    assert_eq!(refused_json(""), "sheet.json:1:1: EOF while parsing a value");
    assert_eq!(
        refused_json("{\"a\":\n [\"\\ud800\"]}"),
        "sheet.json:2:10: a[0]: unexpected end of hex escape"
    );
}

#[test]
fn depth_and_size_and_kind_have_limits() {
    let nested = |open: &str, close: &str, count: usize| open.repeat(count) + &close.repeat(count);
    assert!(Document::parse_json("a", &nested("[", "]", MAX_DEPTH)).is_ok());
    let told = Document::parse_json("a", &nested("[", "]", MAX_DEPTH + 1)).unwrap_err();
    assert_eq!((told.column, told.text.as_str()), (65, "found deeper nesting, expected at most 64 levels"));
    assert!(Document::parse_json("a", &nested("[", "]", 10_000)).is_err());
    for text in [
        format!("a = {}", nested("[", "]", MAX_DEPTH)),
        format!("{}a = 1", "a.".repeat(100_000)),
        format!("[{}a]", "a.".repeat(70)),
        format!("a = {}1{}", "{ a = ".repeat(70), "}".repeat(70)),
    ] {
        assert!(Document::parse_toml("a", &text).is_err());
    }
    let large = Document::parse_json("a", &" ".repeat(MAX_BYTES + 1)).unwrap_err();
    assert_eq!(large.text, "found 4194305 bytes, expected at most 4194304");
    assert_eq!(
        Document::parse("sheet.yaml", "").unwrap_err().to_string(),
        "sheet.yaml:1:1: found a file of another kind, expected a name that ends in .toml or .json"
    );
    let bytes = Document::parse_bytes("s.toml", b"a = 1\nb = \"\xff\"").unwrap_err();
    assert_eq!((bytes.line, bytes.column), (2, 6));
}

#[test]
fn what_is_checked_after_reading_finds_its_place_by_path() {
    let document = toml(SHEET);
    let place = |path: &str| {
        let error = document.error_at(path, "wrong");
        (error.line, error.column)
    };
    assert_eq!(place("charges[1].price.graduated.tiers[1].unit_price"), (16, 14));
    assert_eq!(place("charges[1].price.graduated.tiers[0]"), (12, 1));
    assert_eq!(place("charges[1].extra.a.b"), (11, 31));
    assert_eq!(place("charges[0].allowance.quantity"), (4, 1), "the table around what is missing");
    assert_eq!(place("charges[7]"), (4, 3));
    assert_eq!(place("nothing[x]..]"), (1, 1));
    let error: OpenError = document.error_at("charges[0].price.flat", "wrong").into();
    assert_eq!(error.place, "sheet.toml:6:18: charges[0].price.flat");
}

#[test]
fn figures_pass_through_tagged_and_untagged_enums_unharmed() {
    let text = "[a]\nkind = \"flat\"\namount = 0.30\nfrom = 2026-03-01\n[b]\nkind = \"flat\"\namount = 7";
    let read: BTreeMap<String, Tagged> = toml(text).read().unwrap();
    assert_eq!(read["a"], Tagged::Flat { amount: figure("0.3"), from: Some(Day(date(2026, 3, 1))) });
    assert_eq!(read["b"], Tagged::Flat { amount: figure("7"), from: None });
    let read: BTreeMap<String, OneOrMany> = toml("a = 0.30\nb = [1, 2.50]").read().unwrap();
    assert_eq!(read["a"], OneOrMany::One(figure("0.3")));
    assert_eq!(read["b"], OneOrMany::Many(vec![figure("1"), figure("2.5")]));
    // The place inside is lost; the table's is told.
    let lost = toml("a = 1\n[b]\nkind = \"flat\"\namount = \"x\"").read::<BTreeMap<String, Tagged>>();
    assert!(lost.is_err());
    let lost = toml("[b]\nkind = \"flat\"\namount = \"x\"").read::<BTreeMap<String, Tagged>>().unwrap_err();
    assert_eq!((lost.line, lost.path.as_str()), (1, "b"));
    let text: Tagged = toml("kind = \"text\"\nname = \"1.0\"").read().unwrap();
    assert_eq!(text, Tagged::Text { name: "1.0".to_owned() });
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[a-c\\[\\]{}=.,:\"'\\\\ \n0-9eE+_-]{0,60}") {
        for name in ["s.toml", "s.json"] {
            if let Ok(document) = Document::parse(name, &text) {
                let _ = document.read::<Sheet>();
                let _ = document.error_at(&text, "wrong");
            }
        }
    }

    #[test]
    fn a_decimal_is_read_as_it_is_written(units in any::<i64>(), scale in 0_u32..=18) {
        let value = Decimal::new(units, scale);
        let read: BTreeMap<String, Figure> = toml(&format!("f = {value}")).read().unwrap();
        prop_assert_eq!(read["f"], Figure(value));
        let read: Vec<Figure> = Document::parse("f.json", &format!("[{value}]")).unwrap().read().unwrap();
        prop_assert_eq!(read[0], Figure(value));
    }
}
