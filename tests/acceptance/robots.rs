//! Who serves: which products answer when a robot is asked for, and which when people are. The lists are the vendors'
//! own words on what their prices hold; what is not on a list says of each part that it is not offered.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::collections::{BTreeMap, BTreeSet};

use quotient_proto::v1;
use quotient_proto::v1::outcome::Result as Coded;
use quotient_tests::{TestServer, requirement};

const HEAD: &str = "pricing_date = 2026-11-22\nstart_date = 2026-12-01\nterm_months = 12\n\
                    buyer = { region_code = \"CN\", new_customer = false }\nseats = [{ named = 10 }]\n";

/// What each product says of the demand: whether all of it is paid for, and the notes; by product.
async fn answers(requirement_toml: &str) -> BTreeMap<String, (bool, String)> {
    let server = TestServer::start().await;
    let all = server.catalog().list_vendors(v1::ListVendorsRequest {}).await.unwrap().into_inner();
    let ids = all.vendors.iter().flat_map(|vendor| &vendor.products).map(|product| product.id.clone());
    let request = v1::CompareRequest {
        requirement: Some(requirement(&format!("{HEAD}{requirement_toml}"))),
        product_ids: ids.collect(),
        ..Default::default()
    };
    let answer = server.quoting().compare(request).await.unwrap().into_inner().comparison.unwrap();
    let told = |one: v1::Outcome| match one.result.unwrap() {
        Coded::Quoted(quote) | Coded::PartiallyQuoted(quote) => {
            let coverage = quote.body.unwrap().demand_coverage;
            let of_demand = coverage.iter().filter(|part| part.requirement_path.starts_with("demand"));
            let paid = |part: &&v1::DemandCoverage| {
                matches!(part.status(), v1::CoverageStatus::Priced | v1::CoverageStatus::Included)
            };
            let notes: BTreeSet<_> = of_demand.clone().map(|part| part.note.as_str()).collect();
            (one.product_id, (of_demand.clone().all(|part| paid(&part)), Vec::from_iter(notes).join("; ")))
        }
        other => (one.product_id, (false, format!("{other:?}"))),
    };
    answer.outcomes.into_iter().map(told).collect()
}

/// Which products are paid for all of it.
async fn paid_for(requirement_toml: &str) -> Vec<String> {
    let paid = answers(requirement_toml).await.into_iter().filter(|(_, (paid, _))| *paid);
    paid.map(|(id, _)| id).collect()
}

#[tokio::test]
async fn chats_with_a_robot_are_for_those_who_price_one() {
    let found = paid_for(
        "[[demand]]\nchannel = \"chat\"\ncontacts = 2000\nattributes = { robot = \"yes\" }\n\
         segments = [{ kind = \"bot\", fixed = 120 }]\n\
         events = [{ kind = \"message_in\", per_contact = 3 }, { kind = \"bot_message\", per_contact = 3 },\n\
         { kind = \"turn\", per_contact = 3 }, { kind = \"resolution\", per_contact = 0.5 }]\n",
    )
    .await;
    let expected = [
        "amazon-connect",               // the list with AI in the channel's price
        "article-custom",               // built to what is asked for
        "article-subscription",         // all functions
        "cognigy-ai",                   // billable conversations
        "copilot-studio",               // credits
        "dialpad",                      // conversations that the AI agent answers
        "dynamics-365-contact-center",  // credits of a turn
        "freddy-ai-agent",              // sessions
        "freshdesk",                    // sessions
        "google-conversational-agents", // requests
        "gorgias",                      // a fee for what is resolved
        "hollycrm",                     // answers, or what is solved
        "hubspot-service-hub",          // credits of what is resolved
        "intercom",                     // outcomes of Fin
        "salesforce-agentforce",        // conversations
        "sobot",                        // conversations of a robot
        "tencent-desk-intl",            // messages of the robot
        "tidio",                        // conversations of Lyro
        "xiaoduo",                      // sessions of a robot
        "zendesk-suite",                // resolutions
        "zs-chat",                      // answers
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn calls_of_a_robot_are_for_those_who_price_one() {
    let found = paid_for(
        "[[demand]]\nchannel = \"voice\"\ndirection = \"outbound\"\ncontacts = 2000\n\
         attributes = { destination_country = \"CN\" }\nsegments = [{ kind = \"bot\", fixed = 120 }]\n",
    )
    .await;
    let expected = [
        "alibaba-aiccs",                // minutes of the calling engine
        "article-custom",               // built to what is asked for
        "article-subscription",         // all functions
        "baidu-ccc",                    // minutes of the outbound robot
        "cognigy-ai",                   // conversations of ten minutes
        "copilot-studio",               // minutes
        "dinfo",                        // packs of minutes
        "genesys-cloud-cx",             // tokens by the second
        "google-conversational-agents", // seconds of speech
        "hollycrm",                     // minutes of the robot
        "sobot",                        // calls of a robot
        "tencent-asr",                  // the speech recognition of a robot
        "tencent-ccc-voice-intl",       // minutes of the AI agent
        "volcengine-outbound",          // minutes, or calls
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn what_people_do_is_not_for_those_who_sell_robots() {
    let people = "[[demand]]\nchannel = \"chat\"\ncontacts = 2000\n\
                  segments = [{ kind = \"agent\", fixed = 120 }]\n\
                  events = [{ kind = \"message_out\", per_contact = 3 }]\n";
    let found = paid_for(people).await;
    for robots in ["cognigy-ai", "copilot-studio", "freddy-ai-agent", "google-conversational-agents"]
        .into_iter()
        .chain(["salesforce-agentforce", "sobot", "xiaoduo", "zs-chat"])
    {
        assert!(!found.iter().any(|id| id == robots), "{robots} is priced for people");
    }
    // Seats serve chats, as before.
    for people in ["aihecong", "cc-kefu", "freshdesk", "tencent-tccc", "zendesk-suite"] {
        assert!(found.iter().any(|id| id == people), "{people} is not priced for people");
    }
}

#[tokio::test]
async fn a_gap_says_what_would_be_charged() {
    let robot = "[[demand]]\nchannel = \"chat\"\ncontacts = 2000\nattributes = { robot = \"yes\" }\n";
    let told = answers(robot).await;
    let note = |product: &str| told.get(product).map(|(_, note)| note.clone()).unwrap();
    assert_eq!(note("tencent-tccc"), "no robot is priced");
    // 1.00 for what the robot resolves: how much that is, the requirement does not say.
    assert_eq!(
        note("gorgias"),
        "the robot is charged by ai_resolutions, and the requirement does not say how many"
    );
    assert_eq!(note("tencent-qidian"), "a robot is bought besides, as a module: none is chosen");
}

#[tokio::test]
async fn a_quantity_that_is_stated_counts_the_robot() {
    // 1,000 resolutions a month: the contacts that they are of are covered by them.
    let robot = "meters = [{ meter_id = \"ai_resolutions\", quantity = 1000 }]\n\
                 [[demand]]\nchannel = \"chat\"\ncontacts = 2000\nattributes = { robot = \"yes\" }\n";
    let told = answers(robot).await;
    for product in ["gorgias", "hollycrm", "hubspot-service-hub", "zendesk-suite"] {
        let expected = product != "hubspot-service-hub"; // counts credits, which are not stated
        assert_eq!(told.get(product).unwrap().0, expected, "{product}: {told:?}");
    }
}

// The fact has one word: another spelling of it changes nothing, and that no robot serves is as if nothing were said.
#[tokio::test]
async fn the_fact_means_the_same_however_it_is_written() {
    let demand = |fact: &str| format!("[[demand]]\nchannel = \"chat\"\ncontacts = 2000\n{fact}");
    let with = async |word: &str| answers(&demand(&format!("attributes = {{ robot = \"{word}\" }}\n"))).await;
    let robot = with("yes").await;
    assert_eq!(with("TRUE").await, robot);
    let people = answers(&demand("")).await;
    assert_eq!(with("no").await, people);
    assert_ne!(robot, people);
}
