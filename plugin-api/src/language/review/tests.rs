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
