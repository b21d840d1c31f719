//! The reference of what a charge can say, `adapters/declarative/CHARGES.md` and the pages that it names: each
//! of their examples is priced, and no field is missing.
//!
//! A `toml` block is a file for `quotient charge`; a line in it such as `# --quantity 12 = 57, as 10 × 5 + …`
//! says what the command answers, and `# --quantity 12 is refused: …` what it says. The amount is that of the
//! term, or `over the horizon`. `--input` names no file here, but says what is in it. A block `toml charge`
//! belongs in a sheet, a block `toml sheet` is one, and the blocks `toml requirement` after it are what it is quoted
//! for.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "an example that cannot be read is a failure of this test"
)]

use jiff::civil::date;
use quotient_plugin_api::adapter::Answer;
use quotient_plugin_api::document::{Day, Document};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::language::adjustment::{AdjustmentForm, ConditionForm};
use quotient_plugin_api::language::allowance::AllowanceForm;
use quotient_plugin_api::language::capability::CapabilityForm;
use quotient_plugin_api::language::charge::{
    ChargeForm, CommitmentForm, DatesForm, MonthsForm, RoundingForm,
};
use quotient_plugin_api::language::compile::PriceSheet;
use quotient_plugin_api::language::conventions::ConventionsForm;
use quotient_plugin_api::language::line_set::{LineSetForm, SetDiscountForm, SetMaximumForm, SpreadForm};
use quotient_plugin_api::language::matrix::{CellForm, MatrixForm};
use quotient_plugin_api::language::metering::{CombinedForm, PartForm, SeatsForm, StaffingForm, StepForm};
use quotient_plugin_api::language::model::{
    FlatForm, PackageForm, PerUnitForm, StairStepForm, StepAmountForm, TierForm, TieredForm,
};
use quotient_plugin_api::language::over_lines::{ShareOfLinesForm, ShortfallForm};
use quotient_plugin_api::language::packs::{PackForm, PacksForm};
use quotient_plugin_api::language::percentage::{FractionTierForm, FreeEventsForm, PercentageForm};
use quotient_plugin_api::language::ramp::SegmentForm;
use quotient_plugin_api::language::reading::ReadingForm;
use quotient_plugin_api::language::sheet::{
    CoverageForm, EditionForm, ModuleForm, NoteForm, ProductForm, PurchaseOptionForm, SheetForm, SourceForm,
};
use quotient_plugin_api::language::spend::SpendCommitmentForm;
use quotient_plugin_api::language::time::{ProrationForm, UpliftForm};
use quotient_plugin_api::language::trial::{TrialInput, TrialReading, price_trial};
use quotient_plugin_api::language::when::{SpanForm as WhenSpanForm, WhenForm};
use quotient_plugin_api::pricing::price;
use quotient_plugin_api::quote::Quote;
use quotient_plugin_api::wire::{requirement_from_wire, resolve};
use quotient_service::requirement_file;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

/// The pages, by name.
const PAGES: [(&str, &str); 9] = [
    ("SHEETS", include_str!("../../adapters/declarative/SHEETS.md")),
    ("CHARGES", include_str!("../../adapters/declarative/CHARGES.md")),
    ("prices", include_str!("../../adapters/declarative/charges/prices.md")),
    ("ladders", include_str!("../../adapters/declarative/charges/ladders.md")),
    ("limits", include_str!("../../adapters/declarative/charges/limits.md")),
    ("adjustments", include_str!("../../adapters/declarative/charges/adjustments.md")),
    ("time", include_str!("../../adapters/declarative/charges/time.md")),
    ("together", include_str!("../../adapters/declarative/charges/together.md")),
    ("counting", include_str!("../../adapters/declarative/charges/counting.md")),
];

/// What a sheet says around a charge.
const SHEET: &str = r#"
editions = [{ id = "only", name = "Only" }]
purchase_options = [{ id = "monthly", name = "Monthly", billing_period_months = 1 }]
[product]
id = "example"
name = "Example"
vendor = { id = "example", name = "Example" }
currency = "USD"
as_of = "unknown"
[sources.page]
uri = "https://example.com/pricing"
confidence = "list"
[[charges]]
"#;

/// A fenced block: where it stands, what it is, and its text.
struct Block {
    place: String,
    kind: String,
    text: String,
}

/// A line of a block that says what comes back.
struct Expectation<'a> {
    asked: &'a str,
    answer: &'a str,
}

fn blocks() -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    let lines = |(name, text): (&'static str, &'static str)| {
        text.lines().enumerate().map(move |(index, line)| (format!("{name}.md:{}", index + 1), line))
    };
    for (place, line) in PAGES.into_iter().flat_map(lines) {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(kind) => {
                open = true;
                blocks.push(Block { place, kind: kind.to_owned(), text: String::new() });
            }
            None if open => {
                let block = blocks.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => {}
        }
    }
    blocks
}

impl Block {
    /// Lines that begin with a comment of this start.
    fn expectations<'a>(&'a self, start: &'a str) -> Vec<Expectation<'a>> {
        let lines = self.text.lines().filter_map(|line| line.strip_prefix("# "));
        let lines = lines.filter(|line| line.starts_with(start));
        lines
            .map(|line| {
                let at = line.find(" = ").or_else(|| line.find(" is refused: "));
                let (asked, answer) = line.split_at(at.unwrap_or_else(|| panic!("{}: {line}", self.place)));
                Expectation { asked, answer }
            })
            .collect()
    }
}

/// Whether what came back is what was expected; if not, what it is.
fn differs(answer: &str, found: &Result<Quote, String>) -> Option<String> {
    if let Some(part) = answer.strip_prefix(" is refused: ") {
        return match found {
            Ok(quote) => Some(format!("found {:?}", quote.totals.term)),
            Err(told) => (!told.contains(part)).then(|| format!("found {told:?}")),
        };
    }
    let quote = match found {
        Ok(quote) => quote,
        Err(told) => return Some(format!("found {told:?}")),
    };
    let amount = answer.strip_prefix(" = ").unwrap();
    let (amount, _) = amount.split_once(", as ").unwrap_or((amount, ""));
    let over_horizon = amount.strip_suffix(" over the horizon");
    let total = if over_horizon.is_some() { quote.totals.horizon } else { quote.totals.term };
    let amount = over_horizon.unwrap_or(amount);
    let decimal = |text: &str| text.parse::<Decimal>().unwrap_or_else(|_| panic!("found {text:?}"));
    let expected = if let Some(low) = amount.strip_suffix(" and up") {
        Interval::at_least(decimal(low))
    } else if let Some((low, high)) = amount.split_once(" to ") {
        Interval::new(decimal(low), Some(decimal(high))).unwrap()
    } else {
        Interval::exact(decimal(amount))
    };
    (total != expected).then(|| format!("found {total:?}"))
}

/// The words of a command; quotes keep blanks.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in text.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(letter),
        }
    }
    words
}

fn input(asked: &str) -> TrialInput {
    let words = words(asked);
    let mut input = TrialInput::default();
    let numbers = |text: &str| text.split(',').map(|text| text.parse().unwrap()).collect::<Vec<Decimal>>();
    let day = |text: &str| Some(Day(text.parse().unwrap()));
    for pair in words.chunks(2) {
        let [flag, value] = pair else { panic!("found {asked:?}") };
        let readings = |tried: TrialInput| -> Vec<TrialReading> { tried.readings };
        match flag.as_str() {
            "--quantity" => input.readings = readings(TrialInput::of(&numbers(value))),
            "--events" => input.readings = readings(TrialInput::of_events(&numbers(value))),
            "--from" => input.start = day(value),
            "--to" => input.end = day(value),
            "--input" => input = TrialInput::read(&Document::parse_json("input", value).unwrap()).unwrap(),
            other => panic!("found {other:?}"),
        }
    }
    input
}

fn tried(text: &str, asked: &str) -> Result<Quote, String> {
    let document = Document::parse_toml("charge.toml", text).map_err(|error| error.to_string())?;
    price_trial(document, &input(asked)).map_err(|error| error.to_string())
}

/// A charge in a sheet of its own.
fn in_a_sheet(charge: &str) -> String {
    let mut sheet = SHEET.to_owned();
    let defaults = [
        ("id", "\"charge\""),
        ("name", "\"Charge\""),
        ("category", "\"usage\""),
        ("cycle", "\"month\""),
        ("sources", "[\"page\"]"),
    ];
    for (field, value) in defaults {
        if !charge.lines().any(|line| line.starts_with(&format!("{field} ="))) {
            sheet.push_str(&format!("{field} = {value}\n"));
        }
    }
    sheet + charge
}

/// A sheet, quoted for a requirement.
fn quoted(sheet: &str, requirement: &str) -> Result<Quote, String> {
    let sheet = PriceSheet::parse("sheet.toml", sheet).map_err(|error| error.to_string())?;
    let mut wire = requirement_file::parse("requirement.toml", requirement.as_bytes())
        .map_err(|error| error.to_string())?;
    resolve(&mut wire, date(2026, 1, 1));
    let requirement = requirement_from_wire(&wire).map_err(|error| error.to_string())?;
    match sheet.offers(&requirement).map_err(|error| error.to_string())? {
        Answer::Offers(offers) => {
            price(&requirement, offers.first().unwrap()).map_err(|error| error.to_string())
        }
        Answer::Decline(decline) => Err(decline.text),
    }
}

#[test]
fn every_example_says_what_comes_back() {
    let mut wrong = Vec::new();
    let (mut examples, mut charge) = (0, String::new());
    for block in blocks() {
        let start = match block.kind.as_str() {
            "toml" => "--",
            "toml charge" => {
                charge = in_a_sheet(&block.text);
                continue;
            }
            "toml sheet" => {
                charge.clone_from(&block.text);
                continue;
            }
            "toml requirement" => "term",
            _ => continue,
        };
        let expectations = block.expectations(start);
        assert!(!expectations.is_empty(), "{}: an example without an answer", block.place);
        for Expectation { asked, answer } in expectations {
            examples += 1;
            let found = if start == "--" { tried(&block.text, asked) } else { quoted(&charge, &block.text) };
            if let Some(how) = differs(answer, &found) {
                wrong.push(format!("{}: {asked}{answer}: {how}", block.place));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {examples} examples are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(examples > 100, "{examples} examples");
}

/// The fields of a form, as its own error names them.
fn fields<T: DeserializeOwned>() -> Vec<String> {
    let Err(error) = serde_json::from_str::<T>(r#"{"?": 0}"#) else { panic!("no form") };
    let told = error.to_string();
    let (_, known) = told.split_once("expected ").unwrap_or_else(|| panic!("{told}"));
    known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_field_is_said() {
    let forms = [
        fields::<SheetForm>(),
        fields::<ProductForm>(),
        fields::<SourceForm>(),
        fields::<EditionForm>(),
        fields::<ModuleForm>(),
        fields::<CoverageForm>(),
        fields::<NoteForm>(),
        fields::<CapabilityForm>(),
        fields::<WhenForm>(),
        fields::<WhenSpanForm>(),
        fields::<ChargeForm>(),
        fields::<AdjustmentForm>(),
        fields::<ConditionForm>(),
        fields::<AllowanceForm>(),
        fields::<CommitmentForm>(),
        fields::<DatesForm>(),
        fields::<MonthsForm>(),
        fields::<RoundingForm>(),
        fields::<LineSetForm>(),
        fields::<SetDiscountForm>(),
        fields::<SetMaximumForm>(),
        fields::<SpreadForm>(),
        fields::<MatrixForm>(),
        fields::<CellForm>(),
        fields::<CombinedForm>(),
        fields::<PartForm>(),
        fields::<SeatsForm>(),
        fields::<StaffingForm>(),
        fields::<StepForm>(),
        fields::<FlatForm>(),
        fields::<PackageForm>(),
        fields::<PerUnitForm>(),
        fields::<StairStepForm>(),
        fields::<StepAmountForm>(),
        fields::<TierForm>(),
        fields::<TieredForm>(),
        fields::<ShareOfLinesForm>(),
        fields::<ShortfallForm>(),
        fields::<PackForm>(),
        fields::<PacksForm>(),
        fields::<FractionTierForm>(),
        fields::<FreeEventsForm>(),
        fields::<PercentageForm>(),
        fields::<SegmentForm>(),
        fields::<ReadingForm>(),
        fields::<PurchaseOptionForm>(),
        fields::<SpendCommitmentForm>(),
        fields::<ProrationForm>(),
        fields::<UpliftForm>(),
        fields::<ConventionsForm>(),
        fields::<TrialInput>(),
        fields::<TrialReading>(),
    ];
    let prose: String = PAGES.iter().flat_map(|(_, text)| text.split("```").step_by(2)).collect();
    let missing: Vec<_> =
        forms.iter().flatten().filter(|field| !prose.contains(&format!("`{field}`"))).collect();
    assert!(missing.is_empty(), "not said: {missing:?}");
}
