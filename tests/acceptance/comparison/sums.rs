//! Every total adds up again, for random products: items to the total, categories and months to the vendor's part.

use proptest::prelude::*;
use quotient_plugin_api::interval::Interval;
use quotient_service::comparison::analysis::analyse;
use quotient_service::comparison::tco::Tco;
use rust_decimal::Decimal;

use super::{Candidate, MONTHLY, Tables, d, one, product, requirement, seat};

const HIDDEN: &str = "currency = \"USD\"\nsource = \"an article\"\nreserve = 0.2\nrevenue_share = 0.05\n\
    [[items]]\ncode = \"training\"\nenglish = \"T\"\nchinese = \"T\"\nper = \"trainee\"\namount = { from = 1.11, to = 2.35 }\n\
    [[items]]\ncode = \"upgrades\"\nenglish = \"U\"\nchinese = \"U\"\nper = \"year\"\namount = 77.77\n";

/// Cents of a seat's price, how wide its range is in cents, cents of a chat, of the setup, of a year's fee.
type Random = (u32, u32, u32, u32, u32);

fn charges((price, wide, chat, setup, yearly): Random) -> String {
    let money = |cents: u32| Decimal::new(cents.into(), 2).to_string();
    let seats = match wide {
        0 => money(price),
        wide => format!("{{ from = {}, to = {} }}", money(price), money(price + wide)),
    };
    let charge = |id: &str, rest: &str| {
        format!("[[charges]]\nid = \"{id}\"\nname = \"{id}\"\nsources = [\"page\"]\n{rest}\n")
    };
    let flat = |cents: u32| format!("meter = \"flat\"\nflat = {{ amount = {} }}", money(cents));
    [
        seat(&seats),
        charge(
            "chat",
            &format!(
                "category = \"usage\"\nmeter = \"contacts\"\ncount = \"contacts\"\ncycle = \"month\"\nper_unit = {{ price = {} }}",
                money(chat)
            ),
        ),
        charge("setup", &format!("category = \"one_time\"\ncycle = \"once\"\n{}", flat(setup))),
        charge("fee", &format!("category = \"recurring\"\ncycle = \"year\"\n{}", flat(yearly))),
    ]
    .concat()
}

fn sum<'a>(parts: impl IntoIterator<Item = &'a Interval>) -> Interval {
    parts.into_iter().try_fold(Interval::ZERO, |sum, part| sum.plus(*part)).unwrap()
}

/// Whether two amounts are the same, but for so many cents at the high end.
fn same(a: Interval, b: Interval, cents: u32) -> bool {
    let high = |amount: Interval| amount.high().unwrap();
    a.low() == b.low() && (high(a) - high(b)).abs() <= Decimal::new(cents.into(), 2)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_total_adds_up_again(
        products in proptest::collection::vec((1_u32..20_000, prop_oneof![Just(0_u32), 1_u32..500], 1_u32..300, 0_u32..100_000, 0_u32..50_000), 1..5),
        currencies in proptest::collection::vec(any::<bool>(), 5),
        seats in 1_u32..40,
        growth in 0_u32..5,
    ) {
        let tables = Tables::with(HIDDEN);
        let asked = requirement(&format!(
            "term_months = 12\nhorizon_months = 24\n[[seats]]\nnamed = {{ values = [{seats}], monthly_growth = 0.0{growth} }}\n\
             [[demand]]\nchannel = \"chat\"\ncontacts = [7, 13, 29]\n"
        ));
        let free = "coverage = [{ channels = [\"chat\"], status = \"included\", note = \"free\" }]";
        let make = |(index, (one, foreign)): (usize, (&Random, &bool))| {
            let id = if *foreign { format!("us-{index}") } else { format!("cn-{index}") };
            product(&id, free, MONTHLY, &charges(*one), &asked)
        };
        let candidates: Vec<Candidate> = products.iter().zip(&currencies).enumerate().map(make).collect();
        let verdict = tables.compare(&asked, &candidates);
        for candidate in &candidates {
            let tco: Tco = one(&verdict, &candidate.product_id).tco.clone().unwrap();
            prop_assert_eq!(sum(tco.items.iter().map(|item| &item.amount)), tco.total);
            let categories = sum(tco.by_category.iter().map(|(_, amount)| amount));
            let months = sum(&tco.cash_flow);
            // Ranges are rounded from their low ends up: at most a cent each for the widths of the two.
            prop_assert!(same(categories, months, 2), "{categories:?} {months:?}");
            // The vendor's part is a sum of invoices, each rounded in its own currency; prices of whole cents leave
            // nothing to round, so that only the conversion does: one sum, rounded once. A yuan's rate is 1.
            let vendor = tco.items[0].amount;
            prop_assert!(same(categories, vendor, 1), "{categories:?} {vendor:?}");
            if vendor.point().is_some() {
                prop_assert_eq!(categories, vendor);
            }
            // total ÷ 0.8, to the cent.
            let needed = |bound: Decimal| (bound / d("0.8")).round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
            prop_assert_eq!(tco.required_budget.low(), needed(tco.total.low()));
            prop_assert_eq!(tco.required_budget.high(), tco.total.high().map(needed));
        }
        // Whatever the order of arrival.
        let ground = tables.ground(&asked);
        let mut reversed = candidates.clone();
        reversed.reverse();
        let of = |candidates: &[Candidate]| analyse(&ground, &verdict, candidates).unwrap();
        if candidates.len() == 2 {
            prop_assert_eq!(of(&candidates), of(&reversed));
        }
    }
}

// Three months of a third of a yuan's hundred, 33.333…: rounded by themselves they would be 99.99.
#[test]
fn parts_are_rounded_so_that_they_add_up() {
    let tables = Tables::with(super::NOTHING_HIDDEN);
    let asked = requirement("term_months = 3\nhorizon_months = 3\n[[seats]]\nnamed = 1\n");
    // 5.5555… dollars at 6 yuan: 100 yuan in three parts.
    let third = seat("1").replace("per_unit = { price = 1 }", "per_unit = { price = 50, per = 9 }");
    let verdict = tables.compare(&asked, &[product("us-third", "", MONTHLY, &third, &asked)]);
    let tco = one(&verdict, "us-third").tco.clone().unwrap();
    let months: Vec<_> = tco.cash_flow.iter().map(|month| month.point().unwrap()).collect();
    assert_eq!(months, [d("33.33"), d("33.34"), d("33.33")]);
    assert_eq!(sum(tco.by_category.iter().map(|(_, amount)| amount)), Interval::exact(d("100")));
}
