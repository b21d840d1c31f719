//! The tools for authors of price sheets, as a person or an editor meets them; the examples of their page are run.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use quotient_plugin_api::document::{Document, Node, Value};
use serde_json::{Map, Value as Json, json};
use tempfile::TempDir;

/// A directory for the files of a test, which the program runs in.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap())
    }

    fn file(&self, name: &str, content: &str) {
        fs::write(self.0.path().join(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quotient"));
        for name in ["QUOTIENT_CONFIG", "QUOTIENT_ADAPTERS", "QUOTIENT_LOG"] {
            command.env_remove(name);
        }
        command.current_dir(self.0.path()).stdin(Stdio::null()).arg("sheet").args(arguments).output().unwrap()
    }

    fn answer(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{arguments:?}");
        text(&output.stdout)
    }

    fn complaint(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(code), ""), "{arguments:?}");
        text(&output.stderr)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn sheets() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../adapters/declarative/sheets");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|ending| ending == "toml")).collect()
}

/// Ten people, with the day of the prices, so that every run answers the same.
const TEN: &str = "pricing_date = 2026-11-22\nstart_date = 2026-12-01\n[[seats]]\nnamed = 10\n";
const SEATS: &str = include_str!("../../adapters/declarative/sheets/article-seats.toml");

/// The tree that an editor checks: a date is a text there.
fn json_of(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Number(digits) => serde_json::from_str(digits).unwrap(),
        Value::String(text) => json!(text),
        Value::Date(date) => json!(date.to_string()),
        Value::Array(nodes) => Json::Array(nodes.iter().map(json_of).collect()),
        Value::Table(entries) => {
            let entries = entries.iter().map(|(key, node)| (key.name.clone(), json_of(node)));
            Json::Object(entries.collect::<Map<_, _>>())
        }
    }
}

fn tree(name: &str, text: &str) -> Json {
    json_of(Document::parse_toml(name, text).unwrap().root())
}

#[test]
fn every_bundled_sheet_fits_the_schema_and_a_slip_does_not() {
    let schema: Json = serde_json::from_str(&Desk::new().answer(&["schema"])).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let told = |tree: &Json| {
        validator
            .iter_errors(tree)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect::<Vec<_>>()
    };
    let sheets = sheets();
    assert!(sheets.len() > 40, "{}", sheets.len());
    for file in sheets {
        let name = file.display().to_string();
        assert_eq!(told(&tree(&name, &fs::read_to_string(&file).unwrap())), [""; 0], "{name}");
    }
    let slips = [
        ("price = 500", "prize = 500"),
        ("price = 500", "price = true"),
        ("price = 500", "price = \"much\""),
        ("cycle = \"month\"", "cycle = \"moon\""),
        ("meter = \"seats_named\"", "meter = \"seat_named\""),
        ("name = ", "nam = "),
    ];
    for (from, to) in slips {
        assert!(SEATS.contains(from), "{from}");
        assert_ne!(told(&tree("slip.toml", &SEATS.replacen(from, to, 1))), [""; 0], "{to}");
    }
}

#[test]
fn the_schema_says_what_a_field_means() {
    let schema: Json = serde_json::from_str(&Desk::new().answer(&["schema"])).unwrap();
    let per = &schema["$defs"]["PerUnitForm"]["properties"]["per"]["description"];
    assert_eq!(per, "Units that the price buys; 60 for a price per minute of seconds.");
    // A file has no null.
    assert!(!schema.to_string().contains("\"null\""));
}

#[test]
fn check_warns_and_fails_only_when_warnings_are_denied() {
    let desk = Desk::new();
    desk.file("seats.toml", &SEATS.replacen("as_of = ", "as_of = \"2020-01\" # ", 1));
    let dated = ["check", "seats.toml", "--today", "2026-11-22"];
    let told = desk.answer(&dated);
    // 2026-11 is 82 months after 2020-01.
    assert!(told.contains("warning: seats.toml:") && told.contains("82 months before 2026-11-22"), "{told}");
    assert!(!desk.answer(&[&dated[..], &["--old-after", "82"]].concat()).contains("warning"));
    let told = desk.complaint(1, &[&dated[..], &["--deny-warnings"]].concat());
    assert!(told.starts_with("error: found 0 errors and 1 warning\nwarning: seats.toml:"), "{told}");
    let json: Json =
        serde_json::from_str(&desk.answer(&[&dated[..], &["--format", "json"]].concat())).unwrap();
    assert_eq!((&json["errors"], &json["warnings"]), (&json!(0), &json!(1)));
    let finding = &json["files"][0]["findings"][0];
    assert_eq!((&finding["code"], &finding["path"]), (&json!("as_of_old"), &json!("product.as_of")));
    assert!(desk.complaint(2, &["check", "seats.toml", "--today", "soon"]).contains("2026-03-15"));
    // What is wrong is also told to a program, and fails.
    desk.file("bad.toml", &SEATS.replacen("price = 500", "prize = 500", 1));
    let output = desk.run(&["check", "bad.toml", "--format", "json"]);
    let json: Json = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert_eq!(
        (output.status.code(), &json["files"][0]["findings"][0]["severity"]),
        (Some(1), &json!("error"))
    );
    desk.file("good.toml", SEATS);
    let told = desk.complaint(1, &["check", "good.toml", "seats.toml"]);
    assert!(told.contains("seats.toml:") && told.contains("expected a later product.valid_from"), "{told}");
}

#[test]
fn diff_tells_the_change_and_how_totals_move() {
    let desk = Desk::new();
    desk.file("old.toml", SEATS);
    desk.file("new.toml", &SEATS.replacen("price = 500", "price = 520", 1));
    fs::create_dir(desk.0.path().join("buyers")).unwrap();
    desk.file("buyers/ten.toml", TEN);
    let asked = ["diff", "old.toml", "new.toml", "--requirements", "buyers"];
    let told = desk.answer(&asked);
    assert!(told.contains(".per_unit.price: 500 -> 520\n"), "{told}");
    // 10 seats for 12 months: 10 × 12 × 500, and 10 × 12 × 520.
    assert!(told.contains("  term: CNY 60000 -> CNY 62400, +2400\n"), "{told}");
    let json: Json =
        serde_json::from_str(&desk.answer(&[&asked[..], &["--format", "json"]].concat())).unwrap();
    assert_eq!((&json["changes"][0]["before"], &json["changes"][0]["after"]), (&json!("500"), &json!("520")));
    let moved = &json["totals"][0];
    assert_eq!(moved["requirement"], "ten.toml");
    assert_eq!(moved["difference"]["term"], json!({ "low": "2400", "high": "2400" }));
    assert!(desk.answer(&["diff", "old.toml", "old.toml"]).starts_with("nothing differs\nshop-10.toml: "));
    fs::create_dir(desk.0.path().join("none")).unwrap();
    let told = desk.complaint(1, &["diff", "old.toml", "new.toml", "--requirements", "none"]);
    assert!(told.contains("found no requirement"), "{told}");
}

#[test]
fn a_new_sheet_is_sound_and_quotes() {
    let desk = Desk::new();
    desk.file("ten.toml", &format!("{TEN}[[demand]]\nchannel = \"chat\"\ncontacts = 1500\n"));
    // A year of ten seats is 10 × 960 by the year; 500 + 1000 × 1 + 500 × 0.8 = 1900 a month; 12 × 10 × 100.
    for (model, term) in [("seat", "9600"), ("usage", "22800"), ("modules", "12000")] {
        let sheet = format!("{model}.toml");
        let ask = ["new", "acme-desk", "--vendor", "Acme", "--currency", "CNY", "--model", model];
        assert_eq!(desk.answer(&[&ask[..], &["--out", &sheet]].concat()), "");
        assert_eq!(desk.answer(&ask), desk.read(&sheet));
        assert!(desk.answer(&["check", &sheet, "--deny-warnings"]).contains("Acme Desk of Acme"));
        let tree = desk.answer(&["quote", &sheet, "--requirement", "ten.toml"]);
        assert!(tree.contains(&format!("CNY {term}.00 over the sold term")), "{tree}");
        let told = desk.complaint(1, &[&ask[..], &["--out", &sheet]].concat());
        assert!(told.contains("exists"), "{told}");
    }
    assert!(desk.complaint(1, &["new", "acme-desk", "--currency", "RMB"]).contains("product.currency"));
    assert!(desk.complaint(1, &["new", "Acme Desk"]).contains("product.id"));
    assert!(desk.complaint(2, &["new", "acme-desk", "--model", "seats"]).contains("seat"));
}

/// A workbook whose second sheet has a table that begins at C3.
fn workbook(desk: &Desk, last_price: &str) {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("Notes").unwrap();
    let sheet = book.add_worksheet().set_name("Voice").unwrap();
    sheet.write_string(2, 2, "up to").unwrap();
    sheet.write_string(2, 3, "price").unwrap();
    for (row, up_to, price) in [(3, 1000.0, 0.12), (4, 5000.0, 0.1)] {
        sheet.write_number(row, 2, up_to).unwrap();
        sheet.write_number(row, 3, price).unwrap();
    }
    match last_price.parse::<f64>() {
        Ok(price) => sheet.write_number(13, 3, price).unwrap(),
        Err(_) => sheet.write_string(13, 3, last_price).unwrap(),
    };
    book.save(desk.0.path().join("prices.xlsx")).unwrap();
}

#[test]
fn a_table_of_a_workbook_becomes_a_charge_that_keeps_its_cells() {
    let desk = Desk::new();
    workbook(&desk, "0.08");
    let ask = ["import", "prices.xlsx", "--as", "graduated", "--sheet", "Voice", "--id", "voice"];
    let toml = desk.answer(&ask);
    for line in ["{ up_to = 1000, price = 0.12 }, # Voice!D4", "{ price = 0.08 }, # Voice!D14"] {
        assert!(toml.contains(line), "{line} in\n{toml}");
    }
    // In a sheet, 6000 units cost 1000 × 0.12 + 4000 × 0.1 + 1000 × 0.08.
    let sheet = format!("{SEATS}\n{}", toml.replace("\"pricing\"", "\"article\""));
    desk.file("voice.toml", &sheet);
    assert!(desk.answer(&["check", "voice.toml", "--today", "2026-11-22"]).contains("graduated"));
    desk.file("units.toml", &format!("{TEN}[[meters]]\nmeter_id = \"units\"\nquantity = 6000\n"));
    let tree = desk.answer(&["quote", "voice.toml", "--requirement", "units.toml"]);
    // 12 × 600, beside 60000 for the seats.
    assert!(tree.contains("CNY 67200.00 over the sold term"), "{tree}");
    let told = desk.complaint(1, &["import", "prices.xlsx", "--as", "volume"]);
    assert!(told.contains("expected one of: Notes, Voice"), "{told}");
    workbook(&desk, "abc");
    let told = desk.complaint(1, &ask);
    assert_eq!(told, "error: prices.xlsx, sheet Voice, cell D14: found \"abc\", expected a number\n");
}

#[test]
fn a_text_file_becomes_charges() {
    let desk = Desk::new();
    desk.file("prices.csv", "country,price\n\n\"CN|\nHK\",0.1\n\nUS,\"1,200\"\n");
    let toml = desk.answer(&["import", "prices.csv", "--as", "matrix", "--per", "60"]);
    // An empty line is a row, and a line within a cell is none.
    assert!(toml.contains("per_unit = { price = 0.1, per = 60 } # B3\n"), "{toml}");
    assert!(toml.contains("per_unit = { price = 1200, per = 60 } # B5\n"), "{toml}");
    desk.file("packs.csv", "size;price\n100;cheap\n");
    let ask = ["import", "packs.csv", "--as", "package", "--delimiter", ";"];
    assert_eq!(desk.complaint(1, &ask), "error: packs.csv, cell B2: found \"cheap\", expected a number\n");
    assert!(desk.complaint(2, &["import", "packs.csv"]).contains("--as"));
    assert!(desk.complaint(1, &["import", "packs.ods", "--as", "package"]).contains(".csv or .xlsx"));
    assert!(desk.complaint(1, &["import", "none.csv", "--as", "package"]).contains("none.csv: "));
}

const PAGE: &str = include_str!("../../adapters/declarative/SHEETS.md");

/// Fenced blocks of the page: what they are, and their text.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let fenced = PAGE.split("```").skip(1).step_by(2);
    fenced.map(|block| block.split_once('\n').unwrap()).collect()
}

#[test]
fn the_examples_of_the_page_are_what_the_program_answers() {
    let desk = Desk::new();
    let whole = blocks().into_iter().find(|(what, _)| *what == "toml sheet").unwrap().1;
    desk.file("acme-desk.toml", whole);
    assert_eq!(whole.matches("price = 100 ").count(), 1);
    desk.file("acme-2027.toml", &whole.replacen("price = 100 ", "price = 110 ", 1));
    fs::create_dir(desk.0.path().join("buyers")).unwrap();
    let mut commands = Vec::new();
    for (what, text) in blocks() {
        if let Some((_, name)) = what.split_once(" file=") {
            desk.file(name, text);
        }
        let Some(shown) = text.strip_prefix("$ quotient sheet ").filter(|_| what == "console") else {
            continue;
        };
        let (command, expected) = shown.split_once('\n').unwrap();
        let (command, file) =
            command.split_once(" > ").map_or((command, None), |(one, file)| (one, Some(file)));
        let arguments: Vec<_> = command.split(' ').collect();
        let answer = desk.answer(&arguments);
        match file {
            Some(file) => desk.file(file, &answer),
            None => assert_eq!(answer, expected, "{command}"),
        }
        commands.push(arguments[0]);
    }
    assert_eq!(commands, ["new", "check", "schema", "diff", "import"]);
    assert!(desk.read("acme-chat.toml").contains("id = \"acme-chat\""));
    assert!(desk.read("sheet.schema.json").contains("draft/2020-12"));
    // The line for an editor is a comment to the program.
    desk.file("begun.toml", &format!("#:schema ./sheet.schema.json\n{}", desk.read("acme-chat.toml")));
    desk.answer(&["check", "begun.toml", "--deny-warnings"]);
}
