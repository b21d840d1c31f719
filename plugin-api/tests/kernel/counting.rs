//! What is counted, from the sheet language to the quote.

use quotient_plugin_api::charge::{
    Attempts, Charge, Combine, Legs, MeteringRule, MeteringSource, MeteringStep, Part, Positive, Scope,
    StepDirection,
};
use quotient_plugin_api::document::Document;
use quotient_plugin_api::language::charge::ChargeForm;
use quotient_plugin_api::language::trial::{TrialInput, price_trial};
use quotient_plugin_api::offer::{Offer, Terms};
use quotient_plugin_api::pricing::{price, price_offers};
use quotient_plugin_api::requirement::{
    Channel, Demand, Direction, Duration, Event, EventKind, MonthlyProfile, PerContact, Requirement, Segment,
    SegmentKind, ServiceLevel,
};
use rust_decimal::Decimal;

use crate::support::{assumed, d, exact, new, parts, per_unit, stated, usage};

/// A charge of the sheet language, priced at 1 for each unit.
fn charge(toml: &str) -> Charge {
    let text = format!(
        "id = \"c\"\nname = \"C\"\ncategory = \"usage\"\ncycle = \"month\"\nsources = []\n\
         per_unit = {{ price = 1 }}\n{toml}"
    );
    let form: ChargeForm = Document::parse_toml("charge.toml", &text).unwrap().read().unwrap();
    form.compile().unwrap()
}

fn offer(charge: Charge) -> Offer {
    Offer::new(parts(Terms::default(), &[charge])).unwrap()
}

fn demand(contacts: &str) -> Demand {
    let contacts = MonthlyProfile::constant(d(contacts)).unwrap();
    Demand::new("calls", Channel::Voice, Direction::Outbound, contacts)
}

/// Calls of so many seconds with a person.
fn calls(contacts: &str, seconds: &str) -> Demand {
    let duration = Duration::Fixed(d(seconds));
    let segments = vec![Segment { kind: SegmentKind::Agent, share: Decimal::ONE, duration }];
    Demand { segments, ..demand(contacts) }
}

fn asks(demand: &[Demand]) -> Requirement {
    Requirement { demand: demand.to_vec(), ..new(1, 1) }
}

/// What the month costs.
fn check(toml: &str, demand: &[Demand], amount: &str) -> Vec<String> {
    let quote = price(&asks(demand), &offer(charge(toml))).unwrap();
    assert_eq!(quote.lines[0].amount, exact(amount), "{:?}", quote.lines[0].periods[0].derivation);
    assumed(&quote).into_iter().map(str::to_owned).collect()
}

#[test]
fn the_most_specific_cell_of_a_matrix_wins() {
    let to = |region: &str, contacts: &str| {
        let mut calls = calls(contacts, "60");
        calls.attributes.insert("region".to_owned(), region.to_owned());
        calls
    };
    let world = [to("usa", "3"), to("eu", "20"), to("asia", "100")];
    let general = "meter = \"voice_outbound\"\ncount = { segments = [] }\nfactor = 0.1\n\
                   except = [{ region = [\"usa\"] }, { region = [\"eu\"] }]";
    // Only Asia's 100 × 60 × 0.1.
    check(general, &world, "600");
    let usa = "meter = \"voice_outbound\"\ncount = { segments = [] }\nmatches = { region = [\"usa\"] }";
    check(usa, &world, "180");
}

#[test]
fn credits_are_the_sum_of_parts_or_the_dearest_of_them() {
    let event = |kind, count: &str| Event { kind, per_contact: PerContact::Mean(d(count)) };
    let events = vec![event(EventKind::BotMessage, "3"), event(EventKind::Action, "2")];
    let chats = [Demand { events, ..demand("100") }];
    let parts = "parts = [\n\
                 { name = \"messages\", count = { events = [\"bot_message\"] } },\n\
                 { name = \"actions\", count = { events = [\"action\"] }, factor = 5 }]";
    // 100 × 3 + 100 × 2 × 5, or 100 × max(3, 10).
    let sum = format!("meter = \"copilot_credits\"\n[count.combined]\nhow = \"sum\"\n{parts}");
    assert!(check(&sum, &chats, "1300").is_empty());
    let dearest = sum.replace("\"sum\"", "\"dearest\"");
    assert_eq!(check(&dearest, &chats, "1000"), ["events_per_contact_fixed"; 2]);
}

#[test]
fn legs_attempts_and_days_reach_the_quote() {
    let rule = "meter = \"voice_outbound\"\ncount = { segments = [] }\n\
                steps = [{ scope = \"contact\", increment = 60 }]";
    let bridged = [Demand { legs: Some(2), attempts_per_contact: Some(d("3")), ..calls("10", "61") }];
    // 10 × 120 s, twice or once; or with 20 rings of a started minute.
    check(rule, &bridged, "2400");
    check(&format!("{rule}\nlegs = \"one\""), &bridged, "1200");
    check(&format!("{rule}\nattempts = \"all\"\nunanswered_length = 20"), &bridged, "3600");
    let attempts = "meter = \"contacts\"\ncount = \"contacts\"\nattempts = \"all\"";
    check(attempts, &bridged, "30");
    // 1,000 contacts on 20 days are 50 a day, three blocks of 20.
    let days = "meter = \"contacts\"\ncount = \"contacts\"\nsteps = [{ scope = \"day\", increment = 20 }]";
    let active = [Demand { active_days_per_month: Some(20), ..demand("1000") }];
    assert_eq!(check(days, &active, "1200"), ["days_spread_evenly"]);
}

#[test]
fn people_are_derived_from_the_busiest_hour() {
    let busy = Demand {
        active_days_per_month: Some(20),
        busy_hour_share: Some(d("0.1")),
        service_level: Some(ServiceLevel::new(d("0.8"), d("20")).unwrap()),
        ..calls("40000", "180")
    };
    // 10 Erlangs: 14 people.
    let staffing = "meter = \"seats_concurrent\"\ncount = { staffing = {} }";
    assert_eq!(check(staffing, std::slice::from_ref(&busy), "14"), ["staffing_erlang_c"]);
    let open = Demand { service_level: None, ..busy };
    let level = "meter = \"seats_concurrent\"\n\
                 count = { staffing = { answered_share = 0.89, within_seconds = 20 } }";
    check(level, &[open], "15");
}

#[test]
fn an_offer_below_the_demand_is_refused_with_its_reason() {
    let capped = "meter = \"emails\"\ndaily_cap = 500\nmonthly_cap = 14000";
    let offers = [offer(charge(capped))];
    let priced = |count| price_offers(&stated(new(1, 1), "emails", &[count]), &offers).unwrap();
    assert_eq!(priced("14000").quotes.len(), 1);
    let refused = priced("15000");
    assert!(refused.quotes.is_empty());
    let told = "found 15000 a month in month 1, expected at most the 14000 a month that are sold";
    assert!(refused.refused[0].ends_with(told), "{:?}", refused.refused);
    // A trial says so as well.
    let document = Document::parse_toml("charge.toml", "per_unit = { price = 1 }\ndaily_cap = 10").unwrap();
    let told = price_trial(document, &TrialInput::of(&[d("301")])).unwrap_err().to_string();
    assert!(told.contains("a day in month 1, expected at most the 10 a day that are sold"), "{told}");
}

#[test]
fn what_cannot_be_honoured_makes_no_offer() {
    let told = |rule: MeteringRule| {
        let charge = Charge { metering: rule, ..usage("units", per_unit(exact("1"))) };
        Offer::new(parts(Terms::default(), &[charge]))
            .unwrap_err()
            .0
            .into_iter()
            .map(|v| v.rule)
            .collect::<Vec<_>>()
    };
    let rule = |source| MeteringRule::new("units", source);
    let cap = Some(Positive::ONE);
    let step = |scope| MeteringStep {
        scope,
        minimum: Some(d("1")),
        first_increment: None,
        increment: None,
        direction: StepDirection::Up,
    };
    let legs = MeteringRule { legs: Legs::One, ..rule(MeteringSource::Contacts) };
    assert_eq!(told(legs), ["found a way to count legs, expected that only on segments"]);
    let attempts = MeteringRule { attempts: Attempts::All, ..rule(MeteringSource::Stated) };
    assert!(told(attempts)[0].starts_with("found a choice of attempts"));
    let attempts = MeteringRule { attempts: Attempts::All, ..rule(MeteringSource::Segments(vec![])) };
    assert!(told(attempts)[0].starts_with("found lengths of unanswered attempts, expected the length"));
    let length = MeteringRule { unanswered_length: Some(d("1")), ..rule(MeteringSource::Contacts) };
    assert!(told(length)[0].starts_with("found the length of an unanswered attempt"));
    let numbers = MeteringRule { daily_cap: cap, ..rule(MeteringSource::Numbers) };
    assert_eq!(told(numbers), ["found a daily cap on what does not add up over days"]);
    assert!(told(rule(MeteringSource::Numbers).step(step(Scope::Day)))[0].starts_with("found a step of Day"));
    let except = MeteringRule { except: vec![Default::default()], ..rule(MeteringSource::Contacts) };
    assert_eq!(told(except), ["found an exception without facts, expected at least one"]);
    let part = |name: &str, rule| Part { name: name.to_owned(), rule };
    let combined = |how, parts| rule(MeteringSource::Combined { parts, how });
    assert_eq!(told(combined(Combine::Sum, vec![])), ["found 0 parts, expected 1 to 16"]);
    let bare = |source| MeteringRule::new("", source);
    let broken = combined(
        Combine::Sum,
        vec![
            part("a", bare(MeteringSource::Stated)),
            part("a", MeteringRule { daily_cap: cap, ..bare(MeteringSource::Contacts) }),
            part("b", MeteringRule::new("unit", MeteringSource::Contacts).step(step(Scope::Month))),
            part("c", bare(MeteringSource::Combined { parts: vec![], how: Combine::Sum })),
            part("d", bare(MeteringSource::Constant(d("1")))),
        ],
    );
    assert_eq!(
        told(broken),
        [
            "found a stated part without a meter, expected the meter",
            "found the name \"a\", expected a unique one",
            "found a cap of a part, expected one of the whole",
            "found a step of Month scope, expected one for the whole, not for a part",
            "found the meter \"unit\", expected one of the catalogue",
            "found parts of a part, expected one level of parts",
            "found a fixed quantity or people in a part, expected what is demanded",
        ]
    );
    let stated = |how| combined(how, vec![part("a", MeteringRule::new("emails", MeteringSource::Contacts))]);
    assert!(told(stated(Combine::Dearest))[0].starts_with("found a part that no single contact has"));
    let same = MeteringRule { meter_id: "emails".to_owned(), ..stated(Combine::Sum) };
    assert!(told(same)[0].starts_with("found the meter \"emails\" of the whole in a part"));
}
