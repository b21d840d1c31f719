//! Comparisons of small price sheets, each figure by hand.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use iso_currency::Currency;
use jiff::civil::date;
use quotient_plugin_api::adapter::Answer;
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::language::compile::PriceSheet;
use quotient_plugin_api::pricing::price_offers;
use quotient_plugin_api::requirement::Requirement;
use quotient_plugin_api::wire::{requirement_from_wire, resolve};
use quotient_service::comparison::fx::FxTable;
use quotient_service::comparison::hidden::HiddenCosts;
use quotient_service::comparison::order::Order;
use quotient_service::comparison::recommendation::Basis;
use quotient_service::comparison::screening::{Passed, Thresholds};
use quotient_service::comparison::tax::TaxTable;
use quotient_service::comparison::uncertainty::Uncertainty;
use quotient_service::comparison::{Assessment, Candidate, Comparability, Ground, Verdict, compare};
use quotient_service::requirement_file;
use rust_decimal::Decimal;

#[path = "comparison/horizons.rs"]
mod horizons;
#[path = "comparison/inputs.rs"]
mod inputs;
#[path = "comparison/orders.rs"]
mod orders;
#[path = "comparison/scenarios.rs"]
mod scenarios;

const FX: &str = "source = \"a bank\"\ndate = 2026-07-31\nbase = \"EUR\"\n[rates]\nUSD = 1.25\nCNY = 7.5\n";
const TAXES: &str = "[CN]\nname = \"VAT\"\nrate = 0.06\nsource = \"a law\"\n";
const NOTHING_HIDDEN: &str = "currency = \"CNY\"\nsource = \"none\"\nreserve = 0.2\nrevenue_share = 0.05\n";

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// What products are judged by.
struct Tables {
    fx: FxTable,
    taxes: TaxTable,
    hidden: HiddenCosts,
    thresholds: Thresholds,
    order: Order,
    uncertainty: Option<Uncertainty>,
}

impl Tables {
    fn with(hidden: &str) -> Self {
        Self {
            fx: FxTable::parse("fx.toml", FX).unwrap(),
            taxes: TaxTable::parse("taxes.toml", TAXES).unwrap(),
            hidden: HiddenCosts::parse("hidden.toml", hidden).unwrap(),
            thresholds: Thresholds::default(),
            order: Order::Cost,
            uncertainty: None,
        }
    }

    fn compare(&self, requirement: &Requirement, candidates: &[Candidate]) -> Verdict {
        compare(&self.ground(requirement), candidates)
    }

    fn ground<'a>(&'a self, requirement: &'a Requirement) -> Ground<'a> {
        Ground {
            requirement,
            currency: Currency::CNY,
            fx: &self.fx,
            taxes: &self.taxes,
            hidden: &self.hidden,
            thresholds: &self.thresholds,
            components_only: false,
            discount: Some(d("0.1")),
            order: &self.order,
            uncertainty: self.uncertainty,
        }
    }
}

fn requirement(toml: &str) -> Requirement {
    let mut wire = requirement_file::parse("requirement.toml", toml.as_bytes()).unwrap();
    resolve(&mut wire, date(2026, 1, 1));
    requirement_from_wire(&wire).unwrap()
}

/// A product with a sheet: what is said at its top, its purchase option, and its charges.
fn product(id: &str, top: &str, option: &str, charges: &str, requirement: &Requirement) -> Candidate {
    let text = format!(
        "editions = [{{ id = \"only\", name = \"Only\" }}]\n\
         purchase_options = [{{ id = \"plan\", name = \"Plan\", {option} }}]\n{top}\n\
         [product]\nid = \"{id}\"\nname = \"{id}\"\nvendor = {{ id = \"{id}\", name = \"{id}\" }}\n\
         currency = \"{}\"\nas_of = \"2026\"\n\
         [sources.page]\nuri = \"https://example.com\"\nconfidence = \"list\"\n{charges}",
        if id.starts_with("us-") { "USD" } else { "CNY" },
    );
    let sheet = PriceSheet::parse("sheet.toml", &text).unwrap_or_else(|error| panic!("{error}"));
    let Answer::Offers(offers) = sheet.offers(requirement).unwrap() else { panic!("declined") };
    let mut quotes = price_offers(requirement, &offers).unwrap().quotes.into_iter();
    let catalog = sheet.catalog();
    Candidate {
        product_id: catalog.product.id.clone(),
        product_name: catalog.product.name.clone(),
        component: catalog.component,
        quote: quotes.next().unwrap(),
        others: quotes.collect(),
        offers: offers.into(),
    }
}

fn seat(price: &str) -> String {
    format!(
        "[[charges]]\nid = \"seat\"\nname = \"Seat\"\ncategory = \"recurring\"\nmeter = \"seats_named\"\n\
         count = {{ seats = {{ basis = \"named\" }} }}\ncycle = \"month\"\nper_unit = {{ price = {price} }}\n\
         sources = [\"page\"]\n"
    )
}

const MONTHLY: &str = "billing_period_months = 1, trial_days = 30, modules_addable = true, \
                       modules_removable = true, availability = 0.9995";

fn one<'a>(verdict: &'a Verdict, id: &str) -> &'a Assessment {
    verdict.assessments.iter().find(|one| one.product_id == id).unwrap()
}

fn codes(one: &Assessment) -> Vec<&str> {
    one.reasons.iter().map(|reason| reason.code).collect()
}

fn total(one: &Assessment) -> Interval {
    one.tco.as_ref().unwrap().total
}

const TEN_SEATS: &str = "term_months = 12\nhorizon_months = 24\n[[seats]]\nnamed = 10\n";

#[test]
fn costs_are_brought_to_one_currency_and_tax_basis() {
    let tables = Tables::with(NOTHING_HIDDEN);
    let asked = requirement(TEN_SEATS);
    let tax = |included: bool| format!("conventions = {{ tax = {{ rate = 0.06, included = {included} }} }}");
    let candidates = [
        product("us-desk", "", MONTHLY, &seat("20"), &asked),
        product("gross", &tax(true), MONTHLY, &seat("106"), &asked),
        product("net", &tax(false), MONTHLY, &seat("110"), &asked),
    ];
    let verdict = tables.compare(&asked, &candidates);
    // 24 × 10 × 20 = 4,800 dollars at 7.5 ÷ 1.25 = 6; 24 × 10 × 106 ÷ 1.06; 24 × 10 × 110.
    for (id, cost, rank) in [("gross", "24000", 1), ("net", "26400", 2), ("us-desk", "28800", 3)] {
        let one = one(&verdict, id);
        assert_eq!((total(one), one.rank), (Interval::exact(d(cost)), Some(rank)), "{id}");
        assert_eq!(one.comparability, Comparability::WithAdjustment);
    }
    assert!(codes(one(&verdict, "us-desk")).contains(&"currency_converted"));
    assert!(codes(one(&verdict, "gross")).contains(&"tax_removed"));
    // With taxes: the one that says nothing has the region's.
    let asked =
        requirement(&format!("tax_basis = \"gross\"\nbuyer = {{ region_code = \"CN\" }}\n{TEN_SEATS}"));
    let verdict = tables.compare(&asked, &candidates);
    // 24 × 10 × 106; 24 × 10 × 110 × 1.06; 28,800 × 1.06.
    for (id, cost) in [("gross", "25440"), ("net", "27984"), ("us-desk", "30528")] {
        assert_eq!(total(one(&verdict, id)), Interval::exact(d(cost)), "{id}");
    }
    let asked = requirement(&format!("tax_basis = \"gross\"\n{TEN_SEATS}"));
    let verdict = tables.compare(&asked, &candidates);
    let unknown = one(&verdict, "us-desk");
    assert_eq!((unknown.comparability, unknown.rank), (Comparability::NotComparable, None));
    assert!(codes(unknown).contains(&"no_tax_rate"));
}

#[test]
fn hidden_costs_stand_beside_the_vendors_and_readd() {
    let hidden = "currency = \"CNY\"\nsource = \"an article\"\nreserve = 0.2\nrevenue_share = 0.05\n\
        [[items]]\ncode = \"training\"\nenglish = \"Training\"\nchinese = \"培训\"\nper = \"trainee\"\n\
        amount = { from = 500, to = 1000 }\n\
        [[items]]\ncode = \"operation\"\nenglish = \"Operation\"\nchinese = \"运维\"\nper = \"year\"\n\
        amount = { from = 10000, to = 30000 }\nwhen = \"without_operations_team\"\n";
    let tables = Tables::with(hidden);
    let cost = |buyer: &str| {
        let asked = requirement(&format!("{buyer}\n{TEN_SEATS}"));
        let candidates = [product("desk", "", MONTHLY, &seat("100"), &asked)];
        one(&tables.compare(&asked, &candidates), "desk").tco.clone().unwrap()
    };
    // 24 × 10 × 100, ten people at 500 to 1,000, two years at 10,000 to 30,000.
    let tco = cost("buyer = { has_operations_team = false }");
    assert_eq!(tco.total, Interval::new(d("49000"), Some(d("94000"))).unwrap());
    let sum = tco.items.iter().try_fold(Interval::ZERO, |sum, item| sum.plus(item.amount)).unwrap();
    assert_eq!(sum, tco.total);
    // 49,000 ÷ 0.8 and 94,000 ÷ 0.8.
    assert_eq!(tco.required_budget, Interval::new(d("61250"), Some(d("117500"))).unwrap());
    // Where the team is not known, nothing to the most.
    assert_eq!(cost("").total, Interval::new(d("29000"), Some(d("94000"))).unwrap());
    assert_eq!(
        cost("buyer = { has_operations_team = true }").total,
        Interval::new(d("29000"), Some(d("34000"))).unwrap()
    );
    // The articles: 1,000 a month × 36, and 5 % of 1,000,000 once or three times.
    let revenue = "buyer = { annual_revenue = \"CNY 1000000\" }";
    let articles = cost(revenue).articles.unwrap();
    assert_eq!(articles.once, Interval::exact(d("86000")));
    assert_eq!(articles.yearly, Interval::exact(d("186000")));
}

#[test]
fn cash_flow_readds_and_later_years_count_less() {
    let tables = Tables::with(NOTHING_HIDDEN);
    let asked = requirement(TEN_SEATS);
    let candidates = [product("desk", "", MONTHLY, &seat("100"), &asked)];
    let tco = one(&tables.compare(&asked, &candidates), "desk").tco.clone().unwrap();
    assert_eq!(tco.cash_flow, vec![Interval::exact(d("1000")); 24]);
    // 12,000 + 12,000 ÷ 1.1 = 22,909.0909…
    assert_eq!(tco.present_value, Some(Interval::exact(d("22909.09"))));
}

#[test]
fn what_has_no_upper_bound_is_listed_apart_and_told_whom_it_cannot_beat() {
    let tables = Tables::with(NOTHING_HIDDEN);
    let asked = requirement(TEN_SEATS);
    let candidates = [
        product("open", "", MONTHLY, &seat("{ from = 105 }"), &asked),
        product("span", "", MONTHLY, &seat("{ from = 80, to = 110 }"), &asked),
        product("point", "", MONTHLY, &seat("100"), &asked),
    ];
    let verdict = tables.compare(&asked, &candidates);
    // 24 × 10 × 105 = 25,200 and up; 19,200 to 26,400; 24,000.
    let order: Vec<_> = verdict.ranking().iter().map(|one| one.product_id.clone()).collect();
    assert_eq!(order, ["point", "span"]);
    let open = one(&verdict, "open");
    assert_eq!((open.comparability, open.rank), (Comparability::LowerBound, None));
    assert_eq!(open.cannot_beat, ["point"]);
    // A span is beaten in cost and certainty.
    assert_eq!(one(&verdict, "span").dominated_by, ["point"]);
}

#[test]
fn gaps_in_demand_and_missing_must_haves_are_not_ranked() {
    let tables = Tables::with(NOTHING_HIDDEN);
    let chat = "[[demand]]\nchannel = \"chat\"\ncontacts = 100\n";
    let asked = requirement(&format!("{TEN_SEATS}{chat}"));
    let candidates = [product("desk", "", MONTHLY, &seat("100"), &asked)];
    let verdict = tables.compare(&asked, &candidates);
    assert_eq!(one(&verdict, "desk").comparability, Comparability::NotComparable);
    assert!(codes(one(&verdict, "desk")).contains(&"demand_not_covered"));
    assert_eq!(verdict.recommendation, None);

    let need = "capabilities = [{ capability_id = \"recording\", grade = \"must\" }]\n";
    let asked = requirement(&format!("{need}{TEN_SEATS}"));
    let has = "capabilities = [{ ids = [\"recording\"], status = \"included\", source = \"page\" }]";
    let lacks = has.replace("included", "not_offered");
    let candidates = [
        product("has", has, MONTHLY, &seat("100"), &asked),
        product("lacks", &lacks, MONTHLY, &seat("90"), &asked),
        product("silent", "", MONTHLY, &seat("80"), &asked),
    ];
    let verdict = tables.compare(&asked, &candidates);
    assert_eq!(one(&verdict, "has").rank, Some(1));
    assert!(codes(one(&verdict, "lacks")).contains(&"must_have_missing"));
    assert!(codes(one(&verdict, "silent")).contains(&"must_have_unknown"));
}

#[test]
fn thresholds_are_passed_failed_or_unknown() {
    let tables = Tables::with(NOTHING_HIDDEN);
    let budget = "budget = { amount = \"CNY 12000\", period = \"year\" }\n";
    let asked = requirement(&format!("{budget}{TEN_SEATS}"));
    // A failure rate of 0.1 % is not below it; 14 days are less than 15.
    let short = "billing_period_months = 1, trial_days = 14, availability = 0.999";
    let candidates = [
        product("good", "", MONTHLY, &seat("100"), &asked),
        product("cheap", "", short, &seat("90"), &asked),
        product("dear", "", MONTHLY, &seat("101"), &asked),
    ];
    let verdict = tables.compare(&asked, &candidates);
    let passed = |id: &str| {
        one(&verdict, id).screens.iter().map(|screen| (screen.code, screen.passed)).collect::<Vec<_>>()
    };
    let all = |result| {
        let codes = ["trial_days", "modules_addable", "modules_removable", "failure_rate", "budget"];
        codes.map(|code| (code, result)).to_vec()
    };
    // 24,000 in two years are 12,000 a year.
    assert_eq!(passed("good"), all(Passed::Pass));
    assert_eq!(
        passed("cheap"),
        [
            ("trial_days", Passed::Fail),
            ("modules_addable", Passed::Unknown),
            ("modules_removable", Passed::Unknown),
            ("failure_rate", Passed::Fail),
            ("budget", Passed::Pass),
        ]
    );
    assert_eq!(passed("dear").last(), Some(&("budget", Passed::Fail)));
    // The cheapest fails; the next one is recommended.
    let recommendation = verdict.recommendation.unwrap();
    assert_eq!(recommendation.product_id, "good");
    assert_eq!(recommendation.reasons[0].code, "cheaper_ones_fail");
}

#[test]
fn the_recommendation_says_what_other_ways_of_charging_cost() {
    let tables = Tables::with(NOTHING_HIDDEN);
    let chats = "[[demand]]\nchannel = \"chat\"\ncontacts = [100, 300]\n";
    let asked = requirement(&format!("{TEN_SEATS}{chats}"));
    let covered = "coverage = [{ channels = [\"chat\"], status = \"included\", note = \"unlimited\" }]";
    let by_use = "[[charges]]\nid = \"chat\"\nname = \"Chat\"\ncategory = \"usage\"\nmeter = \"contacts\"\n\
                  count = \"contacts\"\ncycle = \"month\"\nper_unit = { price = 6 }\nsources = [\"page\"]\n";
    let free = "coverage = [{ seats = [], status = \"included\", note = \"free\" }]";
    let candidates = [
        product("seats", covered, MONTHLY, &seat("100"), &asked),
        product("use", free, MONTHLY, by_use, &asked),
    ];
    let recommendation = tables.compare(&asked, &candidates).recommendation.unwrap();
    // 24 × 10 × 100 = 24,000 against 12 × (100 + 300) × 6 = 28,800.
    assert_eq!((recommendation.product_id.as_str(), recommendation.basis), ("seats", Basis::Seats));
    let costs: Vec<_> =
        recommendation.by_basis.iter().map(|(basis, _, cost)| (*basis, cost.point().unwrap())).collect();
    assert_eq!(costs, [(Basis::Seats, d("24000")), (Basis::Usage, d("28800"))]);
    // Ten people are few, and always ten; 300 ÷ 100 contacts swing, of which two rules say two things.
    let rules: Vec<_> = recommendation.rules.iter().map(|rule| (rule.code, rule.agrees)).collect();
    assert_eq!(
        rules,
        [
            ("small_firms_by_use", false),
            ("steady_firms_by_seat", true),
            ("swinging_demand_by_use", false),
            ("swinging_demand_by_module", false),
        ]
    );
}

#[test]
fn idle_modules_are_priced() {
    let tables = Tables::with(NOTHING_HIDDEN);
    let need = "capabilities = [{ capability_id = \"video\", grade = \"redundant\" }]\n\
                selection = { module_ids = [\"video\"] }\n";
    let asked = requirement(&format!("{need}{TEN_SEATS}"));
    let top = "modules = [{ id = \"video\", name = \"Video\", class = \"value_added\" }]\n\
               capabilities = [{ ids = [\"video\"], status = \"add_on\", module = \"video\", source = \"page\" }]";
    let charges = seat("100")
        + "[[charges]]\nid = \"video\"\nname = \"Video\"\nmodule = \"video\"\ncategory = \"recurring\"\n\
           meter = \"flat\"\ncycle = \"month\"\nflat = { amount = 50 }\nsources = [\"page\"]\n";
    let candidates = [product("desk", top, MONTHLY, &charges, &asked)];
    let tco = one(&tables.compare(&asked, &candidates), "desk").tco.clone().unwrap();
    // 24 × 50 of 24 × (1,000 + 50).
    assert_eq!((tco.idle_modules, tco.total), (Interval::exact(d("1200")), Interval::exact(d("25200"))));
}

#[test]
fn equal_costs_share_a_place() {
    let tables = Tables::with(NOTHING_HIDDEN);
    let asked = requirement(TEN_SEATS);
    let of = |id: &str, price: &str| product(id, "", MONTHLY, &seat(price), &asked);
    let candidates = [of("c", "100"), of("a", "100"), of("d", "101"), of("b", "99")];
    let verdict = tables.compare(&asked, &candidates);
    let places: Vec<_> =
        verdict.ranking().iter().map(|one| (one.product_id.clone(), one.rank.unwrap())).collect();
    let expected = [("b", 1), ("a", 2), ("c", 2), ("d", 4)].map(|(id, rank)| (id.to_owned(), rank));
    assert_eq!(places, expected);
}

#[test]
fn what_would_cost_nothing_by_charging_nothing_that_is_asked_for_is_not_ranked() {
    let tables = Tables::with(NOTHING_HIDDEN);
    let asked = requirement("term_months = 1\n[[demand]]\nchannel = \"chat\"\ncontacts = 100\n");
    let free = "coverage = [{ channels = [\"chat\"], status = \"included\", note = \"part of the seat\" }]";
    let verdict = tables.compare(&asked, &[product("by-seat", free, MONTHLY, &seat("100"), &asked)]);
    assert_eq!(one(&verdict, "by-seat").comparability, Comparability::NotComparable);
    assert!(codes(one(&verdict, "by-seat")).contains(&"nothing_priced"));
}

#[test]
fn equal_costs_are_said_to_be_equal_by_both() {
    let tables = Tables::with(NOTHING_HIDDEN);
    let asked = requirement(TEN_SEATS);
    let of = |id: &str| product(id, "", MONTHLY, &seat("100"), &asked);
    let verdict = tables.compare(&asked, &[of("a"), of("b")]);
    for id in ["a", "b"] {
        assert!(codes(one(&verdict, id)).contains(&"tie"), "{id}: {:?}", codes(one(&verdict, id)));
    }
}
