//! Whole price sheets: for whom offers are meant, what products can do, and sheets over time.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use jiff::civil::{Date, date};
use quotient_plugin_api::adapter::{Answer, DeclineKind, ProductTimeline, SheetFile};
use quotient_plugin_api::capability::CapabilityStatus;
use quotient_plugin_api::language::timeline::SheetTimeline;
use quotient_plugin_api::offer::CoverageStatus;
use quotient_plugin_api::pricing::price;
use quotient_plugin_api::quote::Quote;
use quotient_plugin_api::requirement::Requirement;
use quotient_plugin_api::wire::{requirement_from_wire, resolve};
use quotient_proto::convert::{date_to_wire, decimal_from_text, decimal_to_wire};
use quotient_proto::v1;
use rust_decimal::Decimal;

const SHEET: &str = r#"
editions = [
    { id = "small", name = "Small", when = { seats = { to = 10 } } },
    { id = "large", name = "Large", when = { seats = { from = 11 } } },
]
purchase_options = [{ id = "monthly", name = "Monthly", billing_period_months = 1, availability = 0.9995 }]
modules = [{ id = "recorder", name = "Recorder", class = "value_added" }]
[product]
id = "example"
name = "Example"
vendor = { id = "example", name = "Example" }
currency = "CNY"
as_of = "2026-01"
[sources.page]
uri = "https://example.com/pricing"
confidence = "list"
[[charges]]
id = "seat"
name = "Seat"
category = "recurring"
meter = "seats_named"
count = { seats = { basis = "named" } }
cycle = "month"
per_unit = { price = 100 }
sources = ["page"]
[[charges.adjustments]]
id = "finance"
reason = "Banks pay a tenth more"
fraction = 0.1
when = { industries = ["finance"] }
[[charges]]
id = "recorder"
name = "Recorder"
module = "recorder"
category = "recurring"
meter = "flat"
cycle = "month"
flat = { amount = 50 }
sources = ["page"]
[[capabilities]]
ids = ["recording"]
status = "add_on"
module = "recorder"
source = "page"
[[capabilities]]
ids = ["web_chat", "ticketing"]
status = "included"
source = "page"
"#;

fn timeline(sheets: &[(&str, &str)]) -> Result<SheetTimeline, String> {
    let sheet = |(name, text): &(&str, &str)| SheetFile {
        name: (*name).to_owned(),
        content: text.as_bytes().to_vec(),
    };
    let sheets = sheets.iter().map(sheet).collect();
    let product = ProductTimeline { product_id: "example".to_owned(), sheets };
    SheetTimeline::open(&product).map_err(|error| error.to_string())
}

fn asked(seats: u32, pricing_date: Date) -> v1::Requirement {
    let named =
        v1::MonthlyProfile { values: vec![decimal_to_wire(Decimal::from(seats))], monthly_growth: None };
    v1::Requirement {
        pricing_date: Some(date_to_wire(pricing_date)),
        term_months: Some(1),
        horizon_months: Some(1),
        seats: vec![v1::SeatGroup { named: Some(named), ..v1::SeatGroup::default() }],
        buyer: Some(v1::Buyer { industry_code: "retail".to_owned(), ..v1::Buyer::default() }),
        ..v1::Requirement::default()
    }
}

fn read(mut wire: v1::Requirement) -> Requirement {
    resolve(&mut wire, date(2026, 11, 22));
    requirement_from_wire(&wire).unwrap()
}

fn quotes(sheets: &SheetTimeline, wire: v1::Requirement) -> Vec<Quote> {
    let requirement = read(wire);
    match sheets.offers(&requirement).unwrap() {
        Answer::Offers(offers) => offers.iter().map(|offer| price(&requirement, offer).unwrap()).collect(),
        Answer::Decline(decline) => panic!("{decline}"),
    }
}

fn declined(sheets: &SheetTimeline, wire: v1::Requirement) -> (DeclineKind, String, Vec<String>) {
    match sheets.offers(&read(wire)).unwrap() {
        Answer::Offers(_) => panic!("offers"),
        Answer::Decline(decline) => (decline.kind, decline.text, decline.fields),
    }
}

fn term(quote: &Quote) -> Option<Decimal> {
    quote.totals.term.point()
}

fn d(text: &str) -> Option<Decimal> {
    Some(decimal_from_text(text).unwrap())
}

/// What is wrong with the sheet and this behind it.
fn refused(more: &str) -> String {
    timeline(&[("example.toml", &format!("{SHEET}{more}"))]).map(|_| ()).unwrap_err()
}

/// A charge with these fields.
fn charge(fields: &str) -> String {
    format!(
        "[[charges]]\nid = \"more\"\nname = \"More\"\ncategory = \"usage\"\nsources = [\"page\"]\n{fields}"
    )
}

const TODAY: Date = date(2026, 11, 22);

#[test]
fn an_edition_is_offered_to_whom_it_is_meant_for() {
    let sheets = timeline(&[("example.toml", SHEET)]).unwrap();
    for (seats, edition, total) in [(10, "small", "1000"), (11, "large", "1100")] {
        let quotes = quotes(&sheets, asked(seats, TODAY));
        assert_eq!(quotes.len(), 1);
        assert_eq!((quotes[0].edition.id.as_str(), term(&quotes[0])), (edition, d(total)));
    }
}

#[test]
fn a_surcharge_for_an_industry_is_for_it_alone_and_asks_for_it() {
    let sheets = timeline(&[("example.toml", SHEET)]).unwrap();
    let mut bank = asked(10, TODAY);
    bank.buyer.as_mut().unwrap().industry_code = "finance".to_owned();
    // 10 × 100, and a tenth more.
    assert_eq!(term(&quotes(&sheets, bank)[0]), d("1100"));
    let mut unknown = asked(10, TODAY);
    unknown.buyer = None;
    let (kind, _, fields) = declined(&sheets, unknown);
    assert_eq!((kind, fields), (DeclineKind::NeedsInput, vec!["buyer.industry_code".to_owned()]));
}

#[test]
fn a_must_have_brings_its_module_and_a_bonus_does_not() {
    let sheets = timeline(&[("example.toml", SHEET)]).unwrap();
    let need = |grade: v1::CapabilityGrade| {
        let one =
            |id: &str| v1::CapabilityNeed { capability_id: id.to_owned(), grade: grade.into(), weight: None };
        v1::Requirement {
            capabilities: ["ticketing", "recording", "video"].map(one).to_vec(),
            ..asked(1, TODAY)
        }
    };
    let quote = &quotes(&sheets, need(v1::CapabilityGrade::Must))[0];
    // 1 × 100 + 50
    assert_eq!(term(quote), d("150"));
    let status: Vec<_> = quote.capabilities.iter().map(|part| part.status).collect();
    assert_eq!(status, [Some(CapabilityStatus::Included), Some(CapabilityStatus::AddOn), None]);
    assert_eq!((quote.capabilities[1].lines.clone(), quote.missing_musts()), (vec![1], 1));
    assert!(quote.assumptions.iter().any(|note| note.code == "module_for_capability"));
    let quote = &quotes(&sheets, need(v1::CapabilityGrade::Nice))[0];
    assert_eq!((term(quote), quote.capabilities[1].status), (d("100"), None));
    assert_eq!(quote.contract.service.availability, d("0.9995"));
}

/// The sheet at another price, valid from a day on.
fn dearer(from: &str) -> String {
    SHEET
        .replace("price = 100", "price = 120")
        .replace("as_of = \"2026-01\"", &format!("as_of = \"2026-12\"\nvalid_from = {from}"))
}

#[test]
fn the_pricing_date_picks_the_sheet_also_a_future_one() {
    let later = dearer("2027-01-01");
    let sheets = timeline(&[("example@2027.toml", &later), ("example.toml", SHEET)]).unwrap();
    for (day, total, sheet) in [
        (date(2026, 12, 31), "100", "example.toml"),
        (date(2027, 1, 1), "120", "example@2027.toml"),
        (date(2029, 1, 1), "120", "example@2027.toml"),
    ] {
        let quote = &quotes(&sheets, asked(1, day))[0];
        assert_eq!((term(quote), quote.sources[0].sheet_id.as_str()), (d(total), sheet));
    }
    assert_eq!(sheets.catalog().revisions.len(), 2);
    let ended = SHEET.replace("as_of = \"2026-01\"", "as_of = \"2026-01\"\nvalid_to = 2026-06-30");
    let sheets = timeline(&[("example.toml", &ended), ("example@2027.toml", &later)]).unwrap();
    let (kind, text, _) = declined(&sheets, asked(1, TODAY));
    assert_eq!(kind, DeclineKind::NoMatchingOffer);
    assert_eq!(text, "no price sheet is valid on 2026-11-22");
}

#[test]
fn sheets_that_overlap_are_refused() {
    let told = timeline(&[("a.toml", SHEET), ("b.toml", SHEET)]).unwrap_err();
    assert!(told.contains("b.toml: found it valid from the beginning, as a.toml"), "{told}");
    let ends = SHEET.replace("as_of = \"2026-01\"", "as_of = \"2026-01\"\nvalid_to = 2027-01-01");
    let later = dearer("2027-01-01");
    let told = timeline(&[("a.toml", &ends), ("b.toml", &later)]).unwrap_err();
    assert!(
        told.contains("a.toml: found it valid to 2027-01-01, expected an end before 2027-01-01"),
        "{told}"
    );
    let other = later.replace("id = \"example\"\nname", "id = \"another\"\nname");
    let told = timeline(&[("a.toml", SHEET), ("b.toml", &other)]).unwrap_err();
    assert!(told.contains("b.toml: found the product \"another\", expected \"example\""), "{told}");
}

#[test]
fn what_is_wrong_with_conditions_and_capabilities_is_told_at_its_place() {
    let told = |text: &str| timeline(&[("example.toml", text)]).unwrap_err();
    let text = told(&SHEET.replace("{ to = 10 }", "{}"));
    assert!(text.contains("editions[0].when.seats: found no bound, expected from, to, or both"), "{text}");
    let text = told(&SHEET.replace("[\"finance\"]", "[]"));
    assert!(text.contains("charges[0].adjustments[0].when.industries: found an empty list"), "{text}");
    let text = told(&SHEET.replace("\"web_chat\"", "\"webchat\""));
    assert!(text.contains("capabilities[1].ids: found \"webchat\", expected \"web_chat\""), "{text}");
    let text = told(&SHEET.replace("\"web_chat\"", "\"recording\""));
    assert!(text.contains("found \"recording\" twice for the edition \"small\""), "{text}");
    let text = told(&SHEET.replace("status = \"add_on\"", "status = \"partner\""));
    assert!(text.contains("capabilities[0].module: expected a module with the status \"add_on\""), "{text}");
}

#[test]
fn what_is_not_covered_may_depend_on_facts() {
    let coverage = r#"
[[coverage]]
numbers = []
matches = { number_type = ["mobile"] }
status = "billed_by_others"
note = "mobile numbers are held elsewhere"
"#;
    let sheets = timeline(&[("example.toml", &format!("{SHEET}{coverage}"))]).unwrap();
    let one = v1::MonthlyProfile { values: vec![decimal_to_wire(Decimal::ONE)], monthly_growth: None };
    let group = |number_type: &str| v1::NumberGroup {
        country: "CN".to_owned(),
        r#type: number_type.to_owned(),
        count: Some(one.clone()),
    };
    let numbers = vec![group("mobile"), group("did")];
    let quotes = quotes(&sheets, v1::Requirement { numbers, ..asked(10, TODAY) });
    let statuses: Vec<_> = quotes[0].coverage.iter().map(|part| (&*part.path, part.status)).collect();
    assert_eq!(
        statuses[1..],
        [("numbers[0]", CoverageStatus::BilledByOthers), ("numbers[1]", CoverageStatus::NotOffered),]
    );
    let faulty = coverage.replace("numbers = []", "seats = []");
    assert!(refused(&faulty).contains("found facts beside seats"), "{}", refused(&faulty));
}

#[test]
fn days_of_a_cycle_are_of_a_daily_price() {
    let days = |cycle: &str, days: u32| {
        refused(&charge(&format!(
            "meter = \"units\"\ncycle = \"{cycle}\"\ncycle_days = {days}\nper_unit = {{ price = 1 }}\n"
        )))
    };
    assert!(days("month", 30).contains("found days of a Month cycle, expected a daily one"));
    assert!(days("day", 0).contains("found 0, expected 1 to 366"));
    assert!(days("day", 367).contains("found 367, expected 1 to 366"));
}

#[test]
fn a_minimum_is_for_each_number_or_seat_and_for_nothing_else_counted() {
    let fields = "meter = \"contacts\"\ncount = \"contacts\"\ncycle = \"month\"\n\
                  shortfall = { of = [\"seat\"], minimum = 1, counted = \"after_adjustments\" }\n";
    let told = refused(&charge(fields));
    assert!(told.contains("under a shortfall, numbers, seats or several parts"), "{told}");
}

#[test]
fn packs_that_last_stand_beside_a_plain_allowance_only() {
    let fields = |reset: &str| {
        format!(
            "meter = \"emails\"\ncycle = \"month\"\nallowance = {{ quantity = 5{reset} }}\n\
             packs = {{ packs = [{{ size = 10, price = 1 }}], beyond = \"renewal\", validity_months = 12 }}\n"
        )
    };
    let sheet = format!("{SHEET}{}", charge(&fields("")));
    timeline(&[("example.toml", &sheet)]).unwrap();
    for reset in [", reset = \"once\", once_per = \"term\"", ", per_seat = { basis = \"named\" }"] {
        let told = refused(&charge(&fields(reset)));
        assert!(told.contains("an allowance that is not a quantity of each month"), "{told}");
    }
}

#[test]
fn what_is_paid_by_a_meter_is_offered_to_whom_states_it() {
    let text = SHEET.replace("{ seats = { to = 10 } }", "{ meters = [\"agent_time\"] }");
    let sheets = timeline(&[("example.toml", &text)]).unwrap();
    let (kind, told, fields) = declined(&sheets, asked(5, TODAY));
    assert_eq!(kind, DeclineKind::NeedsInput);
    assert_eq!(told, "what is sold depends on meters[meter_id=agent_time]");
    assert_eq!(fields, ["meters[meter_id=agent_time]"]);
    let quantity = v1::MonthlyProfile { values: vec![decimal_to_wire(Decimal::ONE)], monthly_growth: None };
    let reading = v1::MeterReading {
        meter_id: "agent_time".to_owned(),
        quantity: Some(quantity),
        ..v1::MeterReading::default()
    };
    let found = quotes(&sheets, v1::Requirement { meters: vec![reading], ..asked(5, TODAY) });
    assert_eq!(found.iter().map(|quote| quote.edition.id.as_str()).collect::<Vec<_>>(), ["small"]);
    let told = timeline(&[("example.toml", &text.replace("agent_time", "agent_tim"))]).unwrap_err();
    assert!(
        told.contains(
            "editions[0].when.meters: found \"agent_tim\", expected a meter such as \"agent_time\""
        ),
        "{told}"
    );
}
