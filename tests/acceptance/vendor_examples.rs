//! The vendors' own worked examples, through the public interface, to the digit that they print.
//!
//! Each example names the page that prints it; a printed mistake is recorded and not followed.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use quotient_proto::convert::money_from_wire;
use quotient_proto::v1;
use quotient_tests::TestServer;
use rust_decimal::Decimal;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn exact(range: Option<&v1::DecimalRange>) -> Decimal {
    let range = range.unwrap();
    let (low, high) = (range.low.as_ref().unwrap(), range.high.as_ref().unwrap());
    assert_eq!(low, high, "an exact amount");
    d(&low.value)
}

fn money(range: Option<&v1::MoneyRange>) -> Decimal {
    let range = range.unwrap();
    assert_eq!(range.low, range.high, "an exact amount");
    money_from_wire(range.low.as_ref().unwrap()).unwrap()
}

/// What a page prints.
struct Printed {
    /// Line ids and amounts of the sold term, before any rounding.
    lines: &'static [(&'static str, &'static str)],
    /// The total before any rounding.
    total: &'static str,
}

async fn check(product: &str, requirement: &str, printed: Printed) -> v1::QuoteBody {
    let server = TestServer::start().await;
    let body = server.quote(product, requirement).await;
    let lines: Vec<_> =
        body.line_items.iter().map(|line| (line.id.as_str(), exact(line.amount.as_ref()))).collect();
    let expected: Vec<_> = printed.lines.iter().map(|(id, amount)| (*id, d(amount))).collect();
    assert_eq!(lines, expected);
    let total: Decimal = lines.iter().map(|(_, amount)| amount).sum();
    assert_eq!(total, d(printed.total));
    // What is invoiced is the same, rounded to the cent.
    let term = money(body.totals.as_ref().unwrap().term.as_ref());
    let rounding: Decimal = body
        .invoices
        .iter()
        .map(|invoice| {
            d(&invoice.rounding.as_ref().unwrap().low.as_ref().unwrap().value) * Decimal::from(invoice.count)
        })
        .sum();
    assert_eq!(term, total + rounding);
    body
}

// The articles on charging models: 500 a seat and month × 10 = 5,000.
#[tokio::test]
async fn article_ten_seats() {
    let asked = "term_months = 1\n[[seats]]\nnamed = 10\n";
    check("article-seats", asked, Printed { lines: &[("seat", "5000")], total: "5000" }).await;
}

// The articles on charging models: 100 for 100 inquiries, 5,000 inquiries = 5,000.
#[tokio::test]
async fn article_five_thousand_inquiries() {
    let asked = "term_months = 1\n[[meters]]\nmeter_id = \"inquiries\"\nquantity = 5000\n";
    let printed = Printed { lines: &[("inquiries", "5000")], total: "5000" };
    let body = check("article-inquiries", asked, printed).await;
    // The article does not say what a started hundred costs.
    assert!(body.assumptions.iter().any(|note| note.code == "partial_package_up"));
}

// The articles on charging models: voice answering 10,000 a year, ticketing 8,000 a year.
#[tokio::test]
async fn article_two_modules() {
    let asked = "[[seats]]\nnamed = 10\n[selection]\nmodule_ids = [\"voice-answering\", \"ticketing\"]\n";
    let printed = Printed { lines: &[("voice-answering", "10000"), ("ticketing", "8000")], total: "18000" };
    check("article-modules", asked, printed).await;
}

// The articles on charging models: a subscription with all functions, 50,000 a year. By the quarter it is
// taken as 50,000 ÷ 4 = 12,500; by the month as 50,000 ÷ 12 = 4,166.67 on the invoice.
#[tokio::test]
async fn article_subscription_by_year_quarter_and_month() {
    let asked = |period: &str| format!("billing_period = \"{period}\"\n[[seats]]\nnamed = 10\n");
    let year = Printed { lines: &[("subscription-year", "50000")], total: "50000" };
    check("article-subscription", &asked("annual"), year).await;
    let quarters = Printed { lines: &[("subscription-quarter", "50000")], total: "50000" };
    let body = check("article-subscription", &asked("quarterly"), quarters).await;
    assert_eq!(money(body.totals.unwrap().first_invoice.as_ref()), d("12500"));
    let server = TestServer::start().await;
    let body = server.quote("article-subscription", &asked("monthly")).await;
    assert_eq!(money(body.totals.as_ref().unwrap().first_invoice.as_ref()), d("4166.67"));
    // 12 × 4,166.67
    assert_eq!(money(body.totals.unwrap().term.as_ref()), d("50000.04"));
}

// The articles on charging models: built to order, 500,000, quoted after assessment; then upkeep, of which
// nothing is printed: a lower bound, never a price.
#[tokio::test]
async fn article_custom_is_a_lower_bound() {
    let server = TestServer::start().await;
    let body = server.quote("article-custom", "[[seats]]\nnamed = 10\n").await;
    let totals = body.totals.as_ref().unwrap();
    assert_eq!(totals.completeness(), v1::Completeness::LowerBound);
    let term = totals.term.as_ref().unwrap();
    assert_eq!(money_from_wire(term.low.as_ref().unwrap()).unwrap(), d("500000"));
    assert_eq!(term.high, None);
    assert_eq!(body.confidence(), v1::Confidence::Range);
}

// https://aihecong.com/help/pay: three seats of 企业版 at 799, 20 % off from two: 2,397, then 1,917.60.
#[tokio::test]
async fn aihecong_three_seats() {
    let asked = "[[seats]]\nnamed = 3\npeak_concurrent = 3\n[selection]\nedition_id = \"enterprise\"\n";
    let printed = Printed { lines: &[("seat-enterprise", "1917.6")], total: "1917.6" };
    let body = check("aihecong", asked, printed).await;
    let period = &body.line_items[0].periods[0];
    assert_eq!(exact(period.tiers[0].amount.as_ref()), d("2397"));
    assert_eq!(period.adjustments[0].amount.as_ref().unwrap().low.as_ref().unwrap().value, "-479.4");
}

// The same page: one seat has no discount, 799; two have, 2 × 799 × 0.8 = 1,278.40.
#[tokio::test]
async fn aihecong_one_and_two_seats() {
    for (seats, lines, total) in
        [(1, &[("seat-enterprise", "799")], "799"), (2, &[("seat-enterprise", "1278.4")], "1278.4")]
    {
        let asked = format!("[[seats]]\nnamed = {seats}\n[selection]\nedition_id = \"enterprise\"\n");
        check("aihecong", &asked, Printed { lines, total }).await;
    }
}

// The discount counts the seats of the order: one seat added to ten held ones is an order of one.
// 799 for the year, and no discount.
#[tokio::test]
async fn aihecong_one_seat_added_is_an_order_of_one() {
    let asked = "start_date = 2026-01-01\n[[seats]]\nnamed = 1\n\
                 [expansion]\nco_term_date = 2027-01-01\nheld_seats = [{ role = \"agent\", count = 10 }]\n\
                 [selection]\nedition_id = \"enterprise\"\n";
    check("aihecong", asked, Printed { lines: &[("seat-enterprise", "799")], total: "799" }).await;
}

// Tencent's page on Qidian: five users of 基础版 for two years, 999 a user and year: 9,990.
#[tokio::test]
async fn qidian_five_users_for_two_years() {
    let asked = "term_months = 24\n[[seats]]\nnamed = 5\n[selection]\nedition_id = \"online-basic\"\n";
    check("tencent-qidian", asked, Printed { lines: &[("users", "9990")], total: "9990" }).await;
}

// The same page: three users added six months into two years. One whole year, 3 × 999 = 2,997; six odd
// months at a tenth of the year, 3 × 999 × 6 ÷ 10 = 1,798.20; together 4,795.20.
#[tokio::test]
async fn qidian_three_users_added_after_six_months() {
    let asked = "start_date = 2026-07-01\n[[seats]]\nnamed = 3\n\
                 [expansion]\nco_term_date = 2028-01-01\nheld_seats = [{ role = \"agent\", count = 5 }]\n\
                 [selection]\nedition_id = \"online-basic\"\n";
    let body =
        check("tencent-qidian", asked, Printed { lines: &[("users", "4795.2")], total: "4795.2" }).await;
    let cycles: Vec<_> = body.line_items[0].periods.iter().filter(|p| p.phase() == v1::Phase::Term).collect();
    let amounts: Vec<_> = cycles.iter().map(|period| exact(period.exact.as_ref())).collect();
    assert_eq!(amounts, [d("2997"), d("1798.2")]);
}

// By the same rule eleven odd months cost a year, 999, and not 1,098.90; the held users count towards the
// minimum of three, so one user can be added to two.
#[tokio::test]
async fn qidian_odd_months_never_cost_more_than_a_year() {
    let asked = "start_date = 2026-02-01\n[[seats]]\nnamed = 1\n\
                 [expansion]\nco_term_date = 2027-01-01\nheld_seats = [{ role = \"agent\", count = 2 }]\n\
                 [selection]\nedition_id = \"online-basic\"\n";
    check("tencent-qidian", asked, Printed { lines: &[("users", "999")], total: "999" }).await;
}

/// One call in a month on the individual list, hosted in us-east-1.
const CONNECT_MINUTES: &str = r#"
term_months = 1
hosting_region = "us-east-1"
numbers = [{ country = "US", type = "toll_free", count = 1 }]
selection = { edition_id = "individual" }

[[meters]]
meter_id = "voice_connected"
unit = "minute"
quantity = 1000

[[meters]]
meter_id = "voice_inbound"
unit = "minute"
quantity = 1000
attributes = { destination_country = "US", number_type = "toll_free" }

[[meters]]
meter_id = "voice_analytics"
unit = "minute"
quantity = 1000

[[meters]]
meter_id = "pass_through"
quantity = 0.04
attributes = { service = "S3" }
"#;

// AWS's guidance on deploying Connect as code, 2025-06: 1,000 inbound minutes on a US toll-free number with
// Contact Lens: 18 + 12 + 1.83 + 15 + 0.04 = 46.87. The page prints the Contact Lens row twice; its total
// holds only once, and so does ours.
#[tokio::test]
async fn connect_thousand_minutes_in_june() {
    let printed = Printed {
        lines: &[
            ("voice-service", "18"),
            ("contact-lens", "15"),
            ("pass-through-1", "0.04"),
            ("inbound-US-toll_free", "12"),
            ("numbers-US-toll_free", "1.83"),
        ],
        total: "46.87",
    };
    check("amazon-connect", CONNECT_MINUTES, printed).await;
}

// The same guidance, 2025-07, with Secrets Manager at 0.40: 47.27.
#[tokio::test]
async fn connect_thousand_minutes_in_july() {
    let asked = format!(
        "{CONNECT_MINUTES}\n[[meters]]\nmeter_id = \"pass_through\"\nquantity = 0.40\n\
         attributes = {{ service = \"Secrets Manager\" }}\n"
    );
    let printed = Printed {
        lines: &[
            ("voice-service", "18"),
            ("contact-lens", "15"),
            ("pass-through-1", "0.04"),
            ("pass-through-2", "0.4"),
            ("inbound-US-toll_free", "12"),
            ("numbers-US-toll_free", "1.83"),
        ],
        total: "47.27",
    };
    let body = check("amazon-connect", &asked, printed).await;
    assert_eq!(body.line_items.iter().filter(|line| line.pass_through).count(), 2);
}

// AWS's guidance on AI-enhanced customer experience, 2025-05: a chat of 9 customer and 15 robot messages:
// 24 × 0.004 = 0.096; 24 × 0.0015 = 0.036; only the customer's go to Lex, 9 × 0.00075 = 0.00675; 0.13875.
#[tokio::test]
async fn connect_chat_with_a_robot() {
    let asked = r#"
term_months = 1
hosting_region = "us-east-1"
[[demand]]
channel = "chat"
contacts = 1
events = [{ kind = "message_in", per_contact = 9 }, { kind = "bot_message", per_contact = 15 }]
[selection]
edition_id = "individual"
module_ids = ["q-in-connect", "lex"]
"#;
    let lines = &[("chat-messages", "0.096"), ("q-chat", "0.036"), ("lex", "0.00675")];
    check("amazon-connect", asked, Printed { lines, total: "0.13875" }).await;
}

// The same guidance, later, on the list with unlimited AI: 100,000 minutes of web calls and 50,000 chat
// messages: 3,800 + 1,000 + 500 = 5,300, however many agents there are.
#[tokio::test]
async fn connect_unlimited_ai_ignores_the_agents() {
    for seats in [75, 750] {
        let asked = format!(
            r#"
term_months = 1
hosting_region = "us-east-1"
seats = [{{ named = {seats} }}]
selection = {{ edition_id = "unlimited-ai" }}
[[meters]]
meter_id = "voice_connected"
unit = "minute"
quantity = 100000
[[meters]]
meter_id = "web_voice"
unit = "minute"
quantity = 100000
[[meters]]
meter_id = "channel_messages"
quantity = 50000
attributes = {{ channel = "chat" }}
"#
        );
        let lines = &[("voice-service", "3800"), ("web-calling", "1000"), ("chat-messages", "500")];
        check("amazon-connect", &asked, Printed { lines, total: "5300" }).await;
    }
}

// Serverworks on billing by the second, 2020-03-10: a call of 150 seconds on a Japanese number in Tokyo:
// 150 × 0.0003 = 0.045 and 150 × 0.00005 = 0.0075; 0.0525.
#[tokio::test]
async fn connect_tokyo_call_of_150_seconds() {
    let asked = r#"
term_months = 1
hosting_region = "ap-northeast-1"
[[demand]]
channel = "voice"
direction = "inbound"
contacts = 1
attributes = { destination_country = "JP", number_type = "did" }
segments = [{ kind = "agent", fixed = 150 }]
[selection]
edition_id = "individual"
"#;
    let lines = &[("voice-service", "0.045"), ("inbound-JP-did", "0.0075")];
    check("amazon-connect", asked, Printed { lines, total: "0.0525" }).await;
}

/// One call in one month, on what the page calls the voice channel, with these segments of fixed minutes.
fn dynamics_call(direction: &str, segments: &[(&str, u32)]) -> String {
    let mut asked = format!(
        "term_months = 1\n[[demand]]\nchannel = \"voice\"\ndirection = \"{direction}\"\ncontacts = 1\n\
         attributes = {{ destination_country = \"US\", number_type = \"toll_free\" }}\n"
    );
    for (kind, minutes) in segments {
        asked.push_str(&format!("[[demand.segments]]\nkind = \"{kind}\"\nfixed = {}\n", minutes * 60));
    }
    asked
}

/// Sums by meter, which is how the page groups its legs.
async fn check_legs(asked: &str, printed: &[(&str, &str)], total: &str) {
    let server = TestServer::start().await;
    let body = server.quote("dynamics-365-contact-center", asked).await;
    let mut legs = std::collections::BTreeMap::new();
    for line in &body.line_items {
        let meter = line.charge.as_ref().unwrap().metering.as_ref().unwrap().meter_id.clone();
        *legs.entry(meter).or_insert(Decimal::ZERO) += exact(line.amount.as_ref());
    }
    let expected = printed.iter().map(|(meter, amount)| ((*meter).to_owned(), d(amount))).collect();
    assert_eq!(legs, expected);
    assert_eq!(legs.values().sum::<Decimal>(), d(total));
}

// Microsoft's voice channel pricing scenarios, 2023-06-27 and 2021-11-02; a minute of PSTN in costs 0.022,
// of PSTN out 0.013, of an agent's, supervisor's or robot's leg 0.004, of recording 0.002.
#[tokio::test]
async fn dynamics_voice_scenarios() {
    // A robot for 2 minutes, then an agent for 8: 10 × 0.022 + 2 × 0.004 + 8 × 0.004 = 0.26.
    let asked = dynamics_call("inbound", &[("bot", 2), ("agent", 8)]);
    let legs = [("voice_agent_leg", "0.032"), ("voice_bot_leg", "0.008"), ("voice_inbound", "0.22")];
    check_legs(&asked, &legs, "0.26").await;
    // 20 minutes with an agent: 0.44 + 0.08.
    let asked = dynamics_call("inbound", &[("agent", 20)]);
    check_legs(&asked, &[("voice_agent_leg", "0.08"), ("voice_inbound", "0.44")], "0.52").await;
    // 10 minutes, a supervisor listens, recorded: 0.22 + 0.04 + 0.04 + 0.02.
    let asked = dynamics_call("inbound", &[("agent", 10), ("supervisor", 10), ("recording", 10)]);
    let legs = [("voice_agent_leg", "0.08"), ("voice_inbound", "0.22"), ("voice_recording", "0.02")];
    check_legs(&asked, &legs, "0.32").await;
    // 20 minutes, a supervisor for 10, recorded: 0.44 + 0.08 + 0.04 + 0.04.
    let asked = dynamics_call("inbound", &[("agent", 20), ("supervisor", 10), ("recording", 20)]);
    let legs = [("voice_agent_leg", "0.12"), ("voice_inbound", "0.44"), ("voice_recording", "0.04")];
    check_legs(&asked, &legs, "0.6").await;
    // Transferred to an outside number after 5 of 10 minutes, recorded: 0.22 + 0.02 + 0.065 + 0.02.
    let asked = dynamics_call("inbound", &[("agent", 5), ("transfer", 5), ("recording", 10)]);
    let legs = [
        ("voice_agent_leg", "0.02"),
        ("voice_inbound", "0.22"),
        ("voice_outbound", "0.065"),
        ("voice_recording", "0.02"),
    ];
    check_legs(&asked, &legs, "0.325").await;
    // 10 minutes outbound, a supervisor for 5: the page prints 0.013 for the PSTN line, which is the price of
    // one minute; its total of 0.19 holds with 10 × 0.013 = 0.13.
    let asked = dynamics_call("outbound", &[("agent", 10), ("supervisor", 5)]);
    check_legs(&asked, &[("voice_agent_leg", "0.06"), ("voice_outbound", "0.13")], "0.19").await;
    // Transferred to a mobile after 10 of 20 minutes, recorded: 0.44 + 0.04 + 0.13 + 0.04.
    let asked = dynamics_call("inbound", &[("agent", 10), ("transfer", 10), ("recording", 20)]);
    let legs = [
        ("voice_agent_leg", "0.04"),
        ("voice_inbound", "0.44"),
        ("voice_outbound", "0.13"),
        ("voice_recording", "0.04"),
    ];
    check_legs(&asked, &legs, "0.65").await;
}

// H. Imbery on Power Platform licensing, 2026-08-04: 60 agents × 25 calls × 21 days × 3 turns × 2 credits =
// 189,000 credits; at 200 for 25,000 that is 1,512. Packs are sold whole, so the page's figure is the rate's;
// eight packs cost 1,600.
#[tokio::test]
async fn dynamics_credits_by_the_rate_and_by_whole_packs() {
    let asked = |option: &str| {
        format!(
            "term_months = 1\nselection = {{ edition_id = \"copilot-credits\", purchase_option_id = \"{option}\" }}\n\
             [[demand]]\nchannel = \"chat\"\ncontacts = {}\nevents = [{{ kind = \"turn\", per_contact = 3 }}]\n",
            60 * 25 * 21
        )
    };
    check_legs(&asked("pack-rate"), &[("copilot_credits", "1512")], "1512").await;
    check_legs(&asked("whole-packs"), &[("copilot_credits", "1600")], "1600").await;
}
