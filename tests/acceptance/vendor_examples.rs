//! The vendors' own worked examples, through the public interface, to the digit that they print.
//!
//! Each example names the page that prints it; a printed mistake is recorded and not followed.

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
