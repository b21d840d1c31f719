//! Who serves, in a sheet: what people do and what robots do are covered each by their own words.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use jiff::civil::date;
use quotient_plugin_api::adapter::Answer;
use quotient_plugin_api::language::price_sheet::PriceSheet;
use quotient_plugin_api::offer::CoverageStatus;
use quotient_plugin_api::offer::CoverageStatus::{BilledByOthers, Included, NotOffered, Priced};
use quotient_plugin_api::pricing::price;
use quotient_plugin_api::wire::{requirement_from_wire, resolve};
use quotient_proto::convert::{decimal_from_text, decimal_to_wire};
use quotient_proto::v1;
use rust_decimal::Decimal;

const SHEET: &str = r#"
editions = [{ id = "all", name = "All" }]
purchase_options = [{ id = "monthly", name = "Monthly" }, { id = "annual", name = "Annual", minimum_months = 12 }]
modules = [{ id = "helper", name = "Helper", class = "value_added" }]
[product]
id = "example"
name = "Example"
vendor = { id = "example", name = "Example" }
currency = "USD"
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
per_unit = { price = 10 }
sources = ["page"]
[[coverage]]
channels = ["chat"]
status = "included"
note = "part of the seat"
"#;

const RESOLUTIONS: &str = r#"
[[charges]]
id = "resolutions"
name = "Resolutions"
category = "usage"
meter = "ai_resolutions"
count = { events = ["resolution"] }
cycle = "month"
per_unit = { price = 1 }
sources = ["page"]
"#;

fn monthly(number: u32) -> Option<v1::MonthlyProfile> {
    Some(v1::MonthlyProfile { values: vec![decimal_to_wire(Decimal::from(number))], monthly_growth: None })
}

/// 100 chats with these parts.
fn chats(segments: &[v1::SegmentKind], events: &[v1::EventKind], robot: &str) -> v1::Demand {
    let segment = |kind: &v1::SegmentKind| v1::Segment {
        kind: (*kind).into(),
        share: None,
        duration: Some(v1::segment::Duration::Fixed(v1::FixedDuration {
            seconds: Some(decimal_to_wire(Decimal::from(60))),
        })),
    };
    let event = |kind: &v1::EventKind| v1::Event {
        kind: (*kind).into(),
        per_contact: Some(decimal_to_wire(decimal_from_text("0.5").unwrap())),
        ..v1::Event::default()
    };
    let facts = (!robot.is_empty()).then(|| ("robot".to_owned(), robot.to_owned()));
    v1::Demand {
        channel: v1::Channel::Chat.into(),
        contacts: monthly(100),
        segments: segments.iter().map(segment).collect(),
        events: events.iter().map(event).collect(),
        attributes: facts.into_iter().collect(),
        ..v1::Demand::default()
    }
}

/// What becomes of the parts of the demand and of further seats, in an offer of a sheet.
fn covered(
    sheet: &str,
    option: &str,
    modules: &[&str],
    demand: v1::Demand,
    seats: &[&str],
) -> Vec<CoverageStatus> {
    let seats = seats.iter().map(|role| v1::SeatGroup {
        role: (*role).to_owned(),
        named: monthly(2),
        ..v1::SeatGroup::default()
    });
    let mut wire = v1::Requirement {
        term_months: Some(12),
        seats: seats.collect(),
        demand: vec![demand],
        selection: Some(v1::Selection {
            purchase_option_id: option.to_owned(),
            module_ids: modules.iter().map(|id| (*id).to_owned()).collect(),
            ..v1::Selection::default()
        }),
        ..v1::Requirement::default()
    };
    resolve(&mut wire, date(2026, 11, 22));
    let requirement = requirement_from_wire(&wire).unwrap();
    let sheet = PriceSheet::parse("example.toml", sheet).unwrap_or_else(|invalid| panic!("{invalid}"));
    let Answer::Offers(offers) = sheet.offers(&requirement).unwrap() else { panic!("declined") };
    let quote = price(&requirement, offers.first().unwrap()).unwrap();
    quote.coverage.into_iter().map(|part| part.status).collect()
}

fn of(sheet: &str, demand: v1::Demand) -> Vec<CoverageStatus> {
    covered(sheet, "monthly", &[], demand, &[])
}

#[test]
fn a_channel_of_people_is_not_one_of_robots() {
    use v1::EventKind::{Action, MessageIn, MessageOut, Turn};
    use v1::SegmentKind::{Agent, Bot};
    assert_eq!(
        of(SHEET, chats(&[Bot, Agent], &[MessageIn, MessageOut, Turn, Action], "")),
        [NotOffered, Included, Included, Included, NotOffered, NotOffered]
    );
    assert_eq!(of(SHEET, chats(&[Agent], &[MessageIn], "yes")), [NotOffered, NotOffered]);
    assert_eq!(of(SHEET, chats(&[], &[], "yes")), [NotOffered]);
    assert_eq!(of(SHEET, chats(&[], &[], "no")), [Included]);
}

#[test]
fn a_charge_that_counts_the_robot_covers_what_it_does_in_that_demand() {
    use v1::EventKind::{Resolution, Turn};
    use v1::SegmentKind::Bot;
    let sheet = &format!("{SHEET}{RESOLUTIONS}");
    assert_eq!(of(sheet, chats(&[Bot], &[Turn, Resolution], "")), [Included, Included, Priced]);
    // Nothing says how much is resolved: that would be a robot for nothing.
    assert_eq!(of(sheet, chats(&[Bot], &[Turn], "")), [NotOffered, NotOffered]);
    // Nobody has bought by what was in force until the year before.
    let past = &sheet.replace(
        "per_unit = { price = 1 }",
        "dates = { to = 2025-12-31, basis = \"service\" }\nper_unit = { price = 1 }",
    );
    assert_eq!(of(past, chats(&[Bot], &[Resolution], "")), [NotOffered, NotOffered]);
}

#[test]
fn a_sheet_of_robots_is_not_for_people() {
    use v1::EventKind::{MessageOut, Turn};
    use v1::SegmentKind::{Agent, Bot};
    for only in ["id = \"example\"\nrobots_only = true", "id = \"example\""] {
        let sheet = SHEET.replacen("id = \"example\"", only, 1);
        let sheet = match only.contains("robots_only") {
            true => sheet,
            false => sheet.replace("name = \"All\" }", "name = \"All\", robots_only = true }"),
        };
        let found = of(&sheet, chats(&[Bot, Agent], &[Turn, MessageOut], ""));
        // Seats are charged, and the requirement has none: no robot is counted.
        assert_eq!(found, [NotOffered, NotOffered, NotOffered, NotOffered]);
        let with_answers = format!("{sheet}{}", RESOLUTIONS.replace("resolution\"", "turn\""));
        let found = of(&with_answers, chats(&[Bot, Agent], &[Turn, MessageOut], ""));
        assert_eq!(found, [Included, NotOffered, Priced, NotOffered]);
    }
}

#[test]
fn coverage_may_be_of_robots_of_an_option_and_of_a_module() {
    use v1::SegmentKind::Bot;
    let rule = "[[coverage]]\nchannels = [\"chat\"]\nrobots = true\nstatus = \"included\"\nnote = \"\"\n";
    let bot = || chats(&[Bot], &[], "");
    assert_eq!(of(&format!("{SHEET}{rule}"), bot()), [Included]);
    let of_module = format!("{SHEET}{}", rule.replace("robots", "modules = [\"helper\"]\nrobots"));
    assert_eq!(covered(&of_module, "monthly", &["helper"], bot(), &["agent"]), [Priced, Included]);
    assert_eq!(covered(&of_module, "monthly", &[], bot(), &["agent"]), [Priced, NotOffered]);
    let of_option = format!("{SHEET}{}", rule.replace("robots", "purchase_options = [\"annual\"]\nrobots"));
    assert_eq!(covered(&of_option, "annual", &[], bot(), &["agent"]), [Priced, Included]);
    assert_eq!(covered(&of_option, "monthly", &[], bot(), &["agent"]), [Priced, NotOffered]);
    // A gap that the sheet states is the last word.
    let gap = format!("{SHEET}{}", rule.replace("included", "billed_by_others"));
    assert_eq!(of(&gap, bot()), [BilledByOthers]);
    let unknown =
        PriceSheet::parse("example.toml", &of_module.replace("\"helper\"]", "\"helpers\"]")).unwrap_err();
    assert!(unknown.to_string().contains("coverage[1].modules: found \"helpers\""), "{unknown}");
}

#[test]
fn robots_have_no_seats_of_people() {
    let demand = || chats(&[], &[], "");
    assert_eq!(covered(SHEET, "monthly", &[], demand(), &["agent", "robot"]), [Priced, NotOffered, Included]);
    let rule = "[[coverage]]\nseats = []\nstatus = \"included\"\nnote = \"\"\n";
    let all = &format!("{SHEET}{rule}");
    assert_eq!(covered(all, "monthly", &[], demand(), &["robot"]), [NotOffered, Included]);
    let all = &format!("{SHEET}{}", rule.replace("status", "robots = true\nstatus"));
    assert_eq!(covered(all, "monthly", &[], demand(), &["robot"]), [Included, Included]);
}
