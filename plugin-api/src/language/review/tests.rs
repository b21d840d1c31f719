//! Each thing that a review finds, in a sheet that is sound but for it.

use jiff::civil::date;

use super::*;

const SHEET: &str = r#"
[product]
id = "acme-desk"
name = "Acme Desk"
vendor = { id = "acme", name = "Acme" }
currency = "CNY"
as_of = "2026-03"

[sources.pricing]
uri = "https://example.com/pricing"
confidence = "list"

[[editions]]
id = "standard"
name = "Standard"

[[purchase_options]]
id = "monthly"
name = "by the month"
billing_period_months = 1

[[charges]]
id = "seat"
name = "Seat"
category = "recurring"
meter = "seats_named"
count = { seats = { basis = "named" } }
cycle = "month"
per_unit = { price = 100 }
sources = ["pricing"]
"#;

const AGES: Ages = Ages { today: date(2026, 11, 22), old_after_months: OLD_AFTER_MONTHS };

fn found(sheet: &str) -> Vec<(&'static str, String)> {
    let files = [("acme.toml".to_owned(), sheet.to_owned())];
    let reviewed = review(&files, AGES).remove(0);
    reviewed.findings.into_iter().map(|finding| (finding.code, finding.at.to_string())).collect()
}

/// The only finding.
fn one(sheet: &str, code: &str) -> String {
    let mut found = found(sheet);
    assert_eq!(found.len(), 1, "{found:?}");
    let (found, text) = found.remove(0);
    assert_eq!(found, code, "{text}");
    text
}

fn changed(from: &str, to: &str) -> String {
    assert!(SHEET.contains(from), "{from}");
    SHEET.replacen(from, to, 1)
}

#[test]
fn a_sound_sheet_has_no_findings() {
    assert_eq!(found(SHEET), []);
}

#[test]
fn what_cannot_be_read_is_an_error_at_its_place() {
    let told = one(&changed("price = 100", "prize = 100"), "invalid");
    assert!(told.starts_with("acme.toml:29:"), "{told}");
    let told = one(&changed("\"seats_named\"", "\"seats_name\""), "invalid");
    assert!(told.contains("seats_named"), "{told}");
    let told = one(&changed("\"CNY\"", "\"RMB\""), "invalid");
    assert!(told.contains("product.currency"), "{told}");
    let told = one(&changed("sources = [\"pricing\"]", "sources = [\"pricign\"]"), "invalid");
    assert!(told.contains("expected one of: pricing; did you mean \"pricing\"?"), "{told}");
    let ladder =
        "graduated = { tiers = [{ up_to = 10, price = 5 }, { up_to = 8, price = 4 }, { price = 3 }] }";
    let told = one(&changed("per_unit = { price = 100 }", ladder), "invalid");
    assert!(told.contains("found the bound 8, expected one above 10"), "{told}");
}

#[test]
fn a_volume_price_falls_where_a_tier_begins() {
    let volume =
        "volume = { tiers = [{ up_to = 10, price = 10 }, { up_to = 20, price = 9.5 }, { price = 9.4 }] }";
    let found = found(&changed("per_unit = { price = 100 }", volume));
    // 10 × 10 = 100 and 11 × 9.5 = 104.5: no fall. 20 × 9.5 = 190 and 21 × 9.4 = 197.4: none either.
    assert_eq!(found, []);
    let told = one(
        &changed("per_unit = { price = 100 }", &volume.replace("9.5", "9").replace("9.4", "8.9")),
        "total_falls",
    );
    // 11 × 9 = 99 is less than 10 × 10.
    assert!(
        told.contains("charges[0].volume") && told.contains("10 cost CNY 100, and 11 cost CNY 99"),
        "{told}"
    );
    let exclusive =
        "volume = { bounds = \"upper_exclusive\", tiers = [{ up_to = 10, price = 10 }, { price = 8 }] }";
    // 9 × 10 = 90, and the tenth begins the next tier: 10 × 8 = 80.
    let told = one(&changed("per_unit = { price = 100 }", exclusive), "total_falls");
    assert!(told.contains("9 cost CNY 90, and 10 cost CNY 80"), "{told}");
}

#[test]
fn graduated_tiers_steps_and_packs_are_tried_as_well() {
    let steps =
        "stair_step = { accumulation = \"reached\", steps = [{ up_to = 5, amount = 50 }, { amount = 40 }] }";
    let told = one(&changed("per_unit = { price = 100 }", steps), "total_falls");
    assert!(told.contains("5 cost CNY 50, and 6 cost CNY 40"), "{told}");
    let graduated = "graduated = { tiers = [{ up_to = 10, price = 5 }, { price = 1 }] }";
    assert_eq!(found(&changed("per_unit = { price = 100 }", graduated)), []);
    let discount = "per_unit = { price = 10 }\nadjustments = [{ id = \"bulk\", reason = \"20 % off from 50\", \
                    fraction = -0.2, conditions = [{ subject = \"billed_quantity\", at_least = 50 }] }]";
    // 49 × 10 = 490, and 50 × 10 less a fifth = 400.
    let told = one(&changed("per_unit = { price = 100 }", discount), "total_falls");
    assert!(told.contains("49 cost CNY 490, and 50 cost CNY 400"), "{told}");
}

#[test]
fn a_price_without_a_known_end_is_not_known_to_fall() {
    let volume = "volume = { tiers = [{ up_to = 10, price = 10 }, { price = { from = 0 } }] }";
    assert_eq!(found(&changed("per_unit = { price = 100 }", volume)), []);
    // From 80 to 100 for 10, and from 44 to 99 for 11.
    let bounds = "volume = { tiers = [{ up_to = 10, price = { from = 8, to = 10 } }, { price = { from = 4, to = 9 } }] }";
    let told = one(&changed("per_unit = { price = 100 }", bounds), "total_falls");
    assert!(told.contains("10 cost CNY 80, and 11 cost CNY 44"), "{told}");
}

#[test]
fn a_ladder_that_ends_is_not_tried_beyond_its_end() {
    let volume = "volume = { beyond = \"not_sold\", tiers = [{ up_to = 10, price = 10 }] }";
    assert_eq!(found(&changed("per_unit = { price = 100 }", volume)), []);
}

#[test]
fn prices_grow_old() {
    // 2024-11 is 24 months before 2026-11, and 2024-10 is 25.
    assert_eq!(found(&changed("2026-03", "2024-11")), []);
    let told = one(&changed("2026-03", "2024-10"), "as_of_old");
    assert!(told.contains("25 months before 2026-11-22"), "{told}");
    assert_eq!(found(&changed("2026-03", "2022 to 2025-02")), []);
    assert_eq!(found(&changed("2026-03", "2025 to 2026")), []);
    one(&changed("2026-03", "unknown"), "as_of_unknown");
    one(&changed("2026-03", "last spring"), "as_of_unknown");
    one(&changed("2026-03", "2026-12-01"), "as_of_ahead");
}

#[test]
fn sheets_of_one_product_neither_overlap_nor_leave_a_gap() {
    let dated =
        |from: &str, to: &str| changed("as_of =", &format!("valid_from = {from}\nvalid_to = {to}\nas_of ="));
    let both = |second: String| {
        let files =
            [("one.toml".to_owned(), dated("2026-01-01", "2026-06-30")), ("two.toml".to_owned(), second)];
        let reviewed = review(&files, AGES);
        let all = reviewed.into_iter().flat_map(|one| one.findings);
        all.map(|finding| (finding.severity, finding.code, finding.at.file)).collect::<Vec<_>>()
    };
    assert_eq!(both(dated("2026-07-01", "2026-12-31")), []);
    let overlap = both(dated("2026-06-30", "2026-12-31"));
    assert_eq!(overlap, [(Severity::Error, "revisions_overlap", "one.toml".to_owned())]);
    let gap = both(dated("2026-07-03", "2026-12-31"));
    assert_eq!(gap, [(Severity::Warning, "revisions_gap", "two.toml".to_owned())]);
}

#[test]
fn what_is_never_sold_is_told() {
    let edition = format!("{SHEET}\n[[editions]]\nid = \"gold\"\nname = \"Gold\"\n");
    let only = edition.replace("name = \"Seat\"", "name = \"Seat\"\neditions = [\"standard\"]");
    assert_eq!(found(&edition), []);
    let told = one(&only, "never_sold");
    assert!(told.contains("editions[1]") && told.contains("\"gold\""), "{told}");
    let option = format!("{only}\n[[purchase_options]]\nid = \"annual\"\nname = \"by the year\"\n");
    let gold = "\n[[charges]]\nid = \"gold\"\nname = \"Gold\"\neditions = [\"gold\"]\n\
                purchase_options = [\"annual\"]\ncategory = \"recurring\"\nmeter = \"flat\"\ncycle = \"month\"\n\
                flat = { amount = 5 }\nsources = [\"pricing\"]\n";
    let told = one(&format!("{option}{gold}"), "pair_without_charge");
    assert!(told.contains("\"gold\" with the purchase options monthly"), "{told}");
    let small = changed("name = \"Standard\"", "name = \"Standard\"\nwhen = { seats = { to = 50 } }");
    let large = small.replace("name = \"Seat\"", "name = \"Seat\"\nwhen = { seats = { from = 51 } }");
    one(&large, "never_meant");
    let dates = "name = \"Seat\"\ndates = { to = 2025-12-31, basis = \"order\" }";
    let past = changed("as_of =", "valid_from = 2026-01-01\nas_of =").replace("name = \"Seat\"", dates);
    one(&past, "never_in_force");
}

#[test]
fn words_that_name_nothing_are_told() {
    let coverage =
        |part: &str| format!("{SHEET}\n[[coverage]]\n{part}\nstatus = \"included\"\nnote = \"free\"\n");
    assert_eq!(found(&coverage("channels = [\"chat\"]")), []);
    let told = one(&coverage("channels = [\"chats\"]"), "names_nothing");
    assert!(told.contains("coverage[0].channels") && told.contains("\"chat\""), "{told}");
    one(&coverage("meters = [\"seat_named\"]"), "names_nothing");
    one(&coverage("numbers = [\"China\"]"), "names_nothing");
    let note = "\n[[warnings]]\ncode = \"mind\"\ntext = \"Mind.\"\ncharge = \"chair\"\n";
    one(&format!("{SHEET}{note}"), "names_nothing");
    let page = "\n[sources.other]\nuri = \"https://example.com/other\"\nconfidence = \"list\"\n";
    one(&format!("{SHEET}{page}"), "unused_source");
    one(
        &format!("{SHEET}\n[[modules]]\nid = \"recorder\"\nname = \"Recorder\"\nclass = \"basic\"\n"),
        "unused_module",
    );
    one(&changed("https://example.com/pricing", "the price list"), "source_without_address");
}

#[test]
fn ids_that_differ_by_a_slip_are_told() {
    let second = |id: &str| {
        format!(
            "{SHEET}\n[[charges]]\nid = \"{id}\"\nname = \"Other\"\ncategory = \"recurring\"\nmeter = \"flat\"\n\
             cycle = \"month\"\nflat = {{ amount = 5 }}\nsources = [\"pricing\"]\n"
        )
        .replace("id = \"seat\"", "id = \"agent-seat-1\"")
    };
    for slip in ["agent_seat_1", "agent-seats-1", "agnet-seat-1"] {
        let told = one(&second(slip), "near_ids");
        assert!(told.contains("charges[1].id") && told.contains("agent-seat-1"), "{told}");
    }
    for other in ["agent-seat-2", "agent-seat-11", "recording"] {
        assert_eq!(found(&second(other)), [], "{other}");
    }
}

#[test]
fn a_promise_that_more_never_costs_less_is_held_to() {
    let seats = |price: &str| {
        changed("as_of =", "monotone = [\"seats\"]\nas_of =").replace("per_unit = { price = 100 }", price)
    };
    assert_eq!(found(&seats("per_unit = { price = 100 }")), []);
    // 20 × 100 × 12 months, and 21 × 90 × 12.
    let volume = seats("volume = { tiers = [{ up_to = 20, price = 100 }, { price = 90 }] }");
    let reviewed = review(&[("sheet.toml".to_owned(), volume)], AGES);
    let told = reviewed[0].findings.iter().find(|one| one.code == "not_monotone").unwrap();
    assert_eq!(told.severity, Severity::Error);
    let text = "costs less for more seats: 20 cost CNY 24000, and 21 cost CNY 22680";
    assert!(told.at.to_string().contains(text), "{}", told.at);
    assert!(told.at.to_string().contains("product.monotone[0]"), "{}", told.at);
    // Nothing counts numbers: such a promise says nothing.
    let reviewed = review(
        &[(
            "sheet.toml".to_owned(),
            seats("per_unit = { price = 100 }").replace("[\"seats\"]", "[\"numbers\"]"),
        )],
        AGES,
    );
    let told = reviewed[0].findings.iter().find(|one| one.code == "not_monotone").unwrap();
    assert!(told.at.to_string().contains("found no offer for more numbers"), "{}", told.at);
}

#[test]
fn a_broken_address_is_refused_and_a_text_in_its_place_is_not() {
    let at = |uri: &str| changed("\"https://example.com/pricing\"", uri);
    let broken = [
        (r#""https://example.com/a>b c""#, "'>'"),
        (r#""http://example.com/a b""#, "' '"),
        (r#""HTTPS://example.com/<a""#, "'<'"),
        (r#""https://example.com/\"a""#, "'\"'"),
        (r#""https://example.com/a\u0007""#, r"'\u{7}'"),
        (r#""https://example.com/a\u00a0b""#, r"'\u{a0}'"),
    ];
    for (uri, found) in broken {
        let told = one(&at(uri), "invalid");
        // The address stands on line 10, after `uri = `.
        assert!(told.starts_with("acme.toml:10:7: sources.pricing.uri: "), "{told}");
        assert!(told.contains(&format!("found {found} in ")), "{told}");
        assert!(told.ends_with(", expected an address without it"), "{told}");
    }
    assert_eq!(found(&at("\"https://example.com/a?b=c#d,e(f)\"")), []);
    let text = at("\"an <illustration> of an article\"").replace("as_of =", "illustrative = true\nas_of =");
    assert_eq!(found(&text), []);
}

/// A sheet whose only charge counts calls at 1 each, with more of its rules, and a promise for calls.
fn calls(promised: &str, price: &str, more: &str) -> String {
    let seat = SHEET.find("[[charges]]").unwrap();
    let head = SHEET[..seat].replace("as_of =", &format!("monotone = [{promised}]\nas_of ="));
    format!(
        "{head}[[charges]]\nid = \"chats\"\nname = \"Chats\"\ncategory = \"usage\"\nmeter = \"contacts\"\n\
         cycle = \"month\"\n{price}\nsources = [\"pricing\"]\n{more}"
    )
}

fn broken_promise(sheet: String) -> String {
    let reviewed = review(&[("sheet.toml".to_owned(), sheet)], AGES);
    let all: Vec<_> = reviewed[0].findings.iter().map(|one| one.at.to_string()).collect();
    let told = reviewed[0].findings.iter().find(|one| one.code == "not_monotone");
    let told = told.unwrap_or_else(|| panic!("{all:?}"));
    assert_eq!(told.severity, Severity::Error);
    told.at.to_string()
}

#[test]
fn a_promise_is_held_to_where_an_adjustment_begins() {
    let half = |conditions: &str| {
        let more = format!(
            "[[charges.adjustments]]\nid = \"half\"\nreason = \"much\"\nfraction = -0.5\n{conditions}"
        );
        broken_promise(calls("\"meters\"", "per_unit = { price = 1 }", &more))
    };
    // 699999 × 1 × 12 months, and 700000 × 0.5 × 12.
    let text = "699999 cost CNY 8399988, and 700000 cost CNY 4200000";
    let billed = half("conditions = [{ subject = \"billed_quantity\", at_least = 700000 }]");
    assert!(billed.contains(text), "{billed}");
    let amount = half("conditions = [{ subject = \"list_amount\", at_least = 700000 }]");
    assert!(amount.contains(text), "{amount}");
    // 699 × 100 × 12, and 700 × 50 × 12.
    let seats = changed("as_of =", "monotone = [\"seats\"]\nas_of =")
        + "[[charges.adjustments]]\nid = \"half\"\nreason = \"much\"\nfraction = -0.5\n\
           conditions = [{ subject = \"committed_quantity\", at_least = 700 }]";
    let seats = broken_promise(seats);
    assert!(seats.contains("699 cost CNY 838800, and 700 cost CNY 420000"), "{seats}");
    // For three years alone: 699999 × 1 × 36, and 700000 × 0.5 × 36.
    let text = "699999 cost CNY 25199964, and 700000 cost CNY 12600000";
    let term = half(
        "conditions = [{ subject = \"billed_quantity\", at_least = 700000 }, \
         { subject = \"term_months\", at_least = 36 }]",
    );
    assert!(term.contains(text), "{term}");
    let when = half(
        "conditions = [{ subject = \"billed_quantity\", at_least = 700000 }]\nwhen = { term_months = { from = 36 } }",
    );
    assert!(when.contains(text), "{when}");
    // A surcharge of small quantities ends: 5000 × 1.5 × 12, and 5001 × 12.
    let more = "[[charges.adjustments]]\nid = \"few\"\nreason = \"few\"\nfraction = 0.5\n\
                conditions = [{ subject = \"billed_quantity\", at_most = 5000 }]";
    let few = broken_promise(calls("\"meters\"", "per_unit = { price = 1 }", more));
    assert!(few.contains("5000 cost CNY 90000, and 5001 cost CNY 60012"), "{few}");
}

#[test]
fn a_promise_is_held_to_where_lines_cost_an_amount_together_and_where_steps_hide_a_bound() {
    // 12345 × 2 is 24690: 12344 × 2 × 12 months, and 12345 × 2 × 0.9 × 12.
    let set = "[[line_sets]]\nid = \"much\"\nreason = \"much\"\nof = [\"chats\"]\ncycle = \"month\"\n\
               discount = { fraction = 0.1, at_least = 24690 }\nsources = [\"pricing\"]";
    let told = broken_promise(calls("\"meters\"", "per_unit = { price = 2 }", set));
    assert!(told.contains("12344 cost CNY 296256, and 12345 cost CNY 266652"), "{told}");
    // Started thousands are billed: 699000 × 1 × 12, and 700000 × 0.5 × 12.
    let price =
        "per_unit = { price = 1 }\ncount = \"contacts\"\nsteps = [{ scope = \"month\", increment = 1000 }]";
    let more = "[[charges.adjustments]]\nid = \"half\"\nreason = \"much\"\nfraction = -0.5\n\
                conditions = [{ subject = \"billed_quantity\", at_least = 700000 }]";
    let told = broken_promise(calls("\"demand\"", price, more));
    assert!(told.contains("699000 cost CNY 8388000, and 699001 cost CNY 4200000"), "{told}");
}

#[test]
fn a_promise_is_held_to_where_another_edition_is_offered() {
    // A charge of 50 a seat that ends with 777 seats: 777 × 150 × 12, and 778 × 100 × 12.
    let more = "[[charges]]\nid = \"care\"\nname = \"Care\"\ncategory = \"recurring\"\nmeter = \"seats_named\"\n\
                count = { seats = { basis = \"named\" } }\ncycle = \"month\"\nper_unit = { price = 50 }\n\
                sources = [\"pricing\"]\nwhen = { seats = { to = 777 } }\n";
    let sheet = changed("as_of =", "monotone = [\"seats\"]\nas_of =") + more;
    let told = broken_promise(sheet);
    assert!(told.contains("777 cost CNY 1398600, and 778 cost CNY 933600"), "{told}");
}
