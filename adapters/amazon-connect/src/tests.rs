//! The vendor's own worked examples to the digit, and what a requirement must say.

use quotient_plugin_api::adapter::DeclineKind;
use quotient_plugin_api::charge::Confidence;
use quotient_plugin_api::offer::CoverageStatus;
use quotient_proto::v1;
use quotient_proto::v1::{Channel, Direction, EventKind, SegmentKind};
use rust_decimal::Decimal;

use self::fixtures::*;

mod fixtures;

// === the published examples ===

/// The guide's table prints its Contact Lens row twice; its total counts it once.
fn thousand_minutes() -> v1::Requirement {
    v1::Requirement {
        meters: vec![
            reading("voice_connected", "minute", "1000", &[]),
            reading(
                "voice_inbound",
                "minute",
                "1000",
                &[("destination_country", "US"), ("number_type", "toll_free")],
            ),
            reading("voice_analytics", "minute", "1000", &[]),
            reading("pass_through", "", "0.04", &[("service", "s3")]),
        ],
        numbers: vec![number("US", "toll_free", "1")],
        selection: pins("individual", &[]),
        ..month()
    }
}

const THOUSAND_MINUTES: [(&str, &str); 5] = [
    ("voice-service", "18"),
    ("contact-lens", "15"),
    ("pass-through-1", "0.04"),
    ("inbound-US-toll_free", "12"),
    ("numbers-US-toll_free", "1.83"),
];

#[test]
fn a_thousand_minutes_cost_what_the_deployment_guide_says() {
    let quote = best(thousand_minutes());
    check(&quote, &THOUSAND_MINUTES, "46.87");
    assert_eq!(quote.totals.term.point(), Some("46.87".parse().unwrap()));
    assert_eq!(quote.uncovered(), 0);
    assert_eq!(quote.confidence, Confidence::Estimate, "two of its rates are derived from sums");
    assert!(codes(&quote.assumptions).contains(&"month_days_thirty_and_half"));
}

#[test]
fn the_later_guide_adds_another_service() {
    let mut wire = thousand_minutes();
    wire.meters.push(reading("pass_through", "", "0.40", &[("service", "secrets_manager")]));
    let quote = best(wire);
    assert_eq!(lines(&quote)[3], ("pass-through-2", "0.4".to_owned()));
    assert!(quote.lines[3].charge.pass_through);
    assert_eq!(quote.totals.term.point(), Some("47.27".parse().unwrap()));
}

#[test]
fn a_thousand_minutes_of_calls_cost_the_same_as_a_thousand_stated() {
    let segments = vec![
        fixed(SegmentKind::Agent, "60"),
        fixed(SegmentKind::Analytics, "60"),
        fixed(SegmentKind::Recording, "60"),
    ];
    let quote = best(v1::Requirement {
        demand: vec![inbound("1000", segments, "US", "toll_free")],
        numbers: vec![number("US", "toll_free", "1")],
        meters: vec![reading("pass_through", "", "0.04", &[("service", "s3")])],
        selection: pins("individual", &[]),
        ..month()
    });
    check(&quote, &THOUSAND_MINUTES, "46.87");
    assert_eq!(status(&quote, "demand[0].segments[2]"), CoverageStatus::Included);
    assert!(codes(&quote.exclusions).contains(&"recording_storage"));
}

#[test]
fn a_chat_with_a_robot_has_three_meters() {
    let events = vec![event(EventKind::MessageIn, "9"), event(EventKind::BotMessage, "15")];
    let wire = |modules| v1::Requirement {
        demand: vec![v1::Demand { events: events.clone(), ..demand(Channel::Chat, "1") }],
        selection: pins("individual", modules),
        ..month()
    };
    // 24 × 0.004, 24 × 0.0015, 9 × 0.00075.
    let quote = best(wire(&["q-in-connect", "lex"]));
    check(&quote, &[("chat-messages", "0.096"), ("q-chat", "0.036"), ("lex", "0.00675")], "0.13875");
    assert_eq!(quote.uncovered(), 0);
    assert_eq!(quote.confidence, Confidence::List);
    // Without a robot's module only the channel is priced, and that is said.
    let quote = best(wire(&[]));
    check(&quote, &[("chat-messages", "0.096")], "0.096");
    assert_eq!(status(&quote, "demand[0].events[1]"), CoverageStatus::NotOffered);
}

#[test]
fn the_unlimited_list_charges_channels_and_no_people() {
    let stated = vec![
        reading("voice_connected", "minute", "100000", &[]),
        reading("web_voice", "minute", "100000", &[]),
        reading("channel_messages", "", "50000", &[("channel", "chat")]),
    ];
    let quote = best(v1::Requirement {
        seats: vec![seats("75")],
        meters: stated,
        selection: pins("unlimited-ai", &[]),
        ..month()
    });
    check(&quote, &[("voice-service", "3800"), ("web-calling", "1000"), ("chat-messages", "500")], "5300");
    assert_eq!(status(&quote, "seats[0]"), CoverageStatus::Included);

    let segments = vec![fixed(SegmentKind::Agent, "600")];
    let quote = best(v1::Requirement {
        seats: vec![seats("75")],
        demand: vec![
            v1::Demand { segments, ..demand(Channel::WebVoice, "10000") },
            v1::Demand {
                events: vec![event(EventKind::MessageIn, "20"), event(EventKind::MessageOut, "30")],
                ..demand(Channel::Chat, "1000")
            },
        ],
        selection: pins("unlimited-ai", &[]),
        ..month()
    });
    check(&quote, &[("voice-service", "3800"), ("web-calling", "1000"), ("chat-messages", "500")], "5300");
}

#[test]
fn a_call_to_tokyo_is_counted_by_the_second() {
    let wire = |seconds| v1::Requirement {
        demand: vec![inbound("1", vec![fixed(SegmentKind::Agent, seconds)], "JP", "did")],
        hosting_region: "ap-northeast-1".to_owned(),
        ..month()
    };
    // 150 s at 0.0003 and 0.00005 a second; the shorter list wins without a pin.
    let quote = best(wire("150"));
    assert_eq!(quote.edition.id, "individual");
    check(&quote, &[("voice-service", "0.045"), ("inbound-JP-did", "0.0075")], "0.0525");
    // Below the minimums: 10 s × 0.0003, 60 s × 0.00005.
    let quote = best(wire("4"));
    check(&quote, &[("voice-service", "0.003"), ("inbound-JP-did", "0.003")], "0.006");
}

#[test]
fn three_short_calls_count_a_minute_each() {
    let calls = ["40", "50", "26"]
        .map(|seconds| inbound("1", vec![fixed(SegmentKind::Agent, seconds)], "US", "toll_free"));
    let quote = best(v1::Requirement { demand: calls.to_vec(), ..month() });
    let telephony = quote.lines.iter().find(|line| line.charge.id == "inbound-US-toll_free").unwrap();
    assert_eq!(telephony.periods[0].demanded, Decimal::from(116));
    assert_eq!(telephony.periods[0].billed, Decimal::from(180));
}

// === what the sheet does and does not price ===

#[test]
fn unlimited_lists_e_mails_and_messages_and_the_individual_list_does_not() {
    let with = |channel, kind| v1::Demand { events: vec![event(kind, "1")], ..demand(channel, "100") };
    let found = quotes(v1::Requirement {
        demand: vec![
            with(Channel::Email, EventKind::MessageOut),
            with(Channel::Sms, EventKind::BotMessage),
            with(Channel::Chat, EventKind::MessageIn),
        ],
        ..month()
    });
    let [unlimited, individual] = found.as_slice() else { panic!("{found:?}") };
    // 100 × 0.010 + 100 × 0.014 + 100 × 0.080
    check(unlimited, &[("chat-messages", "1"), ("text-messages", "1.4"), ("emails", "8")], "10.4");
    assert_eq!(unlimited.uncovered(), 0);
    check(individual, &[("chat-messages", "0.4")], "0.4");
    assert_eq!(individual.uncovered(), 2);
}

#[test]
fn robots_and_analytics_are_part_of_the_unlimited_price() {
    let segments = vec![fixed(SegmentKind::Bot, "60"), fixed(SegmentKind::Analytics, "60")];
    let wire = |edition: &str, modules| v1::Requirement {
        demand: vec![inbound("100", segments.clone(), "US", "toll_free")],
        selection: pins(edition, modules),
        ..month()
    };
    let quote = best(wire("unlimited-ai", &["q-in-connect"]));
    check(&quote, &[("voice-service", "3.8"), ("inbound-US-toll_free", "1.2")], "5");
    assert_eq!(quote.uncovered(), 0);
    // 100 min × (0.018 + 0.015 + 0.008 + 0.012)
    let quote = best(wire("individual", &["q-in-connect"]));
    let expected = [
        ("voice-service", "1.8"),
        ("contact-lens", "1.5"),
        ("q-voice", "0.8"),
        ("inbound-US-toll_free", "1.2"),
    ];
    check(&quote, &expected, "5.3");
    assert!(codes(&quote.warnings).contains(&"speech_requests"));
    let quote = best(wire("individual", &[]));
    assert_eq!(status(&quote, "demand[0].segments[0]"), CoverageStatus::NotOffered);
}

#[test]
fn a_printed_zero_is_less_than_half_a_cent() {
    let quote = best(v1::Requirement {
        demand: vec![inbound("100", vec![fixed(SegmentKind::Agent, "60")], "AT", "did")],
        hosting_region: "eu-west-2".to_owned(),
        ..month()
    });
    let line = &quote.lines[1];
    assert_eq!((line.charge.id.as_str(), line.amount.low()), ("inbound-AT-did", Decimal::ZERO));
    assert_eq!(line.amount.high(), Some("0.5".parse().unwrap()));
    assert_eq!(line.charge.confidence, Confidence::Range);
    assert!(codes(&quote.warnings).contains(&"rounded_to_cents"));
}

#[test]
fn a_line_without_a_figure_is_a_gap() {
    let calls = |direction: Direction| v1::Demand {
        direction: direction.into(),
        ..inbound(
            "10",
            vec![fixed(SegmentKind::Agent, "60"), fixed(SegmentKind::Recording, "60")],
            "JP",
            "did",
        )
    };
    let wire = |region: &str| v1::Requirement {
        demand: vec![calls(Direction::Inbound), calls(Direction::Outbound)],
        numbers: vec![number("JP", "did", "1"), number("FR", "did", "1")],
        hosting_region: region.to_owned(),
        ..month()
    };
    let quote = best(wire("ap-northeast-1"));
    // 10 min × 0.10 called, 20 min × 0.018, 10 min × 0.003 received, 30.5 × 0.10.
    let expected = [
        ("voice-service", "0.36"),
        ("inbound-JP-did", "0.03"),
        ("numbers-JP-did", "3.05"),
        ("outbound-0", "1"),
    ];
    check(&quote, &expected, "4.44");
    assert_eq!(quote.uncovered(), 1);
    assert_eq!(status(&quote, "numbers[1]"), CoverageStatus::NotOffered);

    let quote = best(wire(""));
    assert!(codes(&quote.assumptions).contains(&"default_hosting_region"));
    check(&quote, &[("voice-service", "0.36")], "0.36");
    let part = quote.coverage.iter().find(|part| part.path == "demand[0].segments[0]").unwrap();
    assert_eq!(part.status, CoverageStatus::NotOffered);
    let told = "there is no figure for did numbers of JP from us-east-1; there is one from ap-northeast-1";
    assert_eq!(part.note, told);
}

#[test]
fn a_transfer_leaves_the_service_and_is_said_to() {
    let segments = vec![fixed(SegmentKind::Agent, "60"), fixed(SegmentKind::Transfer, "60")];
    let quote = best(v1::Requirement { demand: vec![inbound("1", segments, "US", "toll_free")], ..month() });
    // Both minutes: 2 × 0.018 and 2 × 0.012.
    check(&quote, &[("voice-service", "0.036"), ("inbound-US-toll_free", "0.024")], "0.06");
    assert_eq!(status(&quote, "demand[0].segments[1]"), CoverageStatus::NotOffered);
}

#[test]
fn messages_of_no_channel_are_chat_and_win_over_demand() {
    let quote = best(v1::Requirement {
        demand: vec![v1::Demand {
            events: vec![event(EventKind::MessageIn, "1000")],
            ..demand(Channel::Chat, "1")
        }],
        meters: vec![reading("channel_messages", "", "24", &[])],
        selection: pins("individual", &[]),
        ..month()
    });
    check(&quote, &[("messages", "0.096")], "0.096");
    assert!(codes(&quote.assumptions).contains(&"messages_as_chat"));
}

// === declines ===

#[test]
fn everything_missing_is_named_at_once() {
    let decline = declined(v1::Requirement {
        demand: vec![
            v1::Demand { segments: vec![fixed(SegmentKind::Agent, "60")], ..demand(Channel::Voice, "1") },
            v1::Demand { direction: Direction::Outbound.into(), ..demand(Channel::Voice, "1") },
            demand(Channel::Chat, "1"),
        ],
        meters: vec![reading("numbers", "", "1", &[("country", "US")])],
        ..month()
    });
    assert_eq!(decline.kind, DeclineKind::NeedsInput);
    let expected = [
        "demand[0].attributes.destination_country",
        "demand[0].attributes.number_type",
        "demand[1].segments",
        "demand[1].attributes.destination_country",
        "demand[2].events",
        "meters[0].attributes.number_type",
    ];
    assert_eq!(decline.fields, expected);
}

#[test]
fn seats_alone_are_no_use() {
    let decline = declined(v1::Requirement { seats: vec![seats("75")], ..month() });
    assert_eq!((decline.kind, decline.fields), (DeclineKind::NeedsInput, vec!["demand".to_owned()]));
}

#[test]
fn an_unknown_region_or_module_is_told_what_there_is() {
    let chat = || v1::Requirement { meters: vec![reading("channel_messages", "", "1", &[])], ..month() };
    let decline = declined(v1::Requirement { hosting_region: "sa-east-1".to_owned(), ..chat() });
    assert_eq!(decline.kind, DeclineKind::NoMatchingOffer);
    let told = "there are no figures for \"sa-east-1\"; there are for: ap-northeast-1, eu-west-2, us-east-1";
    assert_eq!(decline.text, told);
    let decline = declined(v1::Requirement { selection: pins("", &["q"]), ..chat() });
    assert_eq!(decline.text, "there is no module \"q\"; there are: q-in-connect, lex");
    let decline = declined(v1::Requirement { selection: pins("premium", &[]), ..chat() });
    assert_eq!(decline.fields, ["selection"]);
}

#[test]
fn every_line_of_an_offer_names_a_place_in_the_sheet() {
    let quote = best(thousand_minutes());
    let paths: Vec<_> = quote.sources.iter().map(|source| source.path.as_str()).collect();
    assert!(paths.contains(&"lines[0].inbound_minute"), "{paths:?}");
    assert!(paths.contains(&"editions[0].analytics_minute.charged"), "{paths:?}");
    let own = quote.lines.iter().filter(|line| !line.charge.pass_through);
    assert!(own.map(|line| line.charge.sources.len()).all(|sources| sources >= 1));
}
