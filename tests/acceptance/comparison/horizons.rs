//! One horizon for all: what is added to a running contract ends with it, and its renewals do not count beyond.

use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::requirement::Requirement;
use quotient_service::comparison::scenario::{Axis, Scale, Series};
use quotient_service::comparison::tco::Tco;

use super::{MONTHLY, NOTHING_HIDDEN, Tables, codes, d, one, product, requirement, seat, total};

/// Ten people more from January, in a contract that runs to a day.
fn added(until: &str) -> Requirement {
    requirement(&format!(
        "start_date = 2026-01-01\nhorizon_months = 36\n[[seats]]\nnamed = 10\n\
         [expansion]\nco_term_date = {until}\nheld_seats = [{{ role = \"agent\", count = 5 }}]\n"
    ))
}

const YEARLY: &str = "multiple_of_months = 12, renewal_months = 12, billing_period_months = 12";

fn exact(text: &str) -> Interval {
    Interval::exact(d(text))
}

// Six months to the end of the contract, then 30 by the month, or three years of which the last has six beyond the
// horizon: 36 and 42 months.
#[test]
fn a_yearly_renewal_does_not_count_beyond_the_horizon() {
    let tables = Tables::with(NOTHING_HIDDEN);
    let asked = added("2026-07-01");
    let yearly = seat("98");
    let candidates = [
        product("monthly", "", MONTHLY, &seat("100"), &asked),
        product("yearly", "", YEARLY, &yearly, &asked),
        product("range", "", YEARLY, &seat("{ from = 90, to = 99 }"), &asked),
        product("open", "", YEARLY, &seat("{ from = 90 }"), &asked),
    ];
    let verdict = tables.compare(&asked, &candidates);
    let tco = |id: &str| -> Tco { one(&verdict, id).tco.clone().unwrap() };
    // 36 × 10 × 100.
    assert_eq!((tco("monthly").total, tco("monthly").beyond), (exact("36000"), None));
    // 42 × 980 = 41,160 are committed; 6 × 980 = 5,880 of them lie beyond; 36 × 980 count.
    let of_yearly = tco("yearly");
    assert_eq!(
        (of_yearly.own.1, of_yearly.beyond, of_yearly.total),
        (exact("41160"), Some(exact("5880")), exact("35280"))
    );
    assert_eq!(verdict.ranking()[0].product_id, "yearly");
    assert!(codes(one(&verdict, "yearly")).contains(&"beyond_horizon_left_out"));
    let told = one(&verdict, "yearly")
        .reasons
        .iter()
        .find(|reason| reason.code == "beyond_horizon_left_out")
        .unwrap();
    assert_eq!(
        told.english,
        "renewals of the running contract reach 6 months beyond the horizon: CNY 5880.00 of them are not counted"
    );
    assert!(!codes(one(&verdict, "monthly")).contains(&"beyond_horizon_left_out"));
    // Bound by bound: 36 × 900 and 36 × 990; 36 × 900 and up.
    assert_eq!(tco("range").total, Interval::new(d("32400"), Some(d("35640"))).unwrap());
    assert_eq!(tco("open").total, Interval::at_least(d("32400")));
    assert_eq!(one(&verdict, "open").rank, None);
    // What is made of the total counts the same months.
    assert_eq!(
        of_yearly.by_category.iter().map(|(_, sum)| sum.point().unwrap()).sum::<rust_decimal::Decimal>(),
        d("35280")
    );
    assert_eq!(
        of_yearly.cash_flow.iter().map(|month| month.point().unwrap()).sum::<rust_decimal::Decimal>(),
        d("35280")
    );
    // And so does every scenario: 20 people.
    let ground = tables.ground(&asked);
    let series = Series::of_product(&ground, &candidates[1]).unwrap();
    let scale = Scale::new(&asked, Axis::Seats).unwrap();
    // 36 × 20 × 98.
    assert_eq!(series.cost(&scale, d("20")), Some(exact("70560")));
}

// A price by the year is paid for all twelve months of the last renewal, of which six count: 980 a person and year,
// 10 people: the six months to the end of the contract are half a year, or a whole one, as the sheet says.
#[test]
fn a_cycle_that_sticks_out_counts_in_proportion() {
    let tables = Tables::with(NOTHING_HIDDEN);
    let asked = added("2027-07-01");
    // 18 months first, then two years: 42 again. By the year of 12,000: cycles from month 19 and 31; of the last, from
    // month 31 to 42, half counts.
    let by_year = seat("1200").replace("cycle = \"month\"", "cycle = \"year\"");
    let candidate = product("yearly", "", YEARLY, &by_year, &asked);
    let whole = candidate.quote.totals.horizon.point().unwrap();
    let last = candidate.quote.lines[0].periods.last().unwrap();
    assert_eq!(last.cycle_amount(), exact("12000"));
    let verdict = tables.compare(&asked, &[candidate]);
    // 12,000 × 6 ÷ 12.
    assert_eq!(one(&verdict, "yearly").tco.as_ref().unwrap().beyond, Some(exact("6000")));
    assert_eq!(total(one(&verdict, "yearly")), Interval::exact(whole - d("6000")));
}

// What is bought once counts whole, whenever its commitment ends; and a new contract's commitments are paid whole.
#[test]
fn what_is_bought_once_and_what_a_new_contract_commits_to_counts_whole() {
    let tables = Tables::with(NOTHING_HIDDEN);
    let asked = added("2026-07-01");
    let setup = "[[charges]]\nid = \"setup\"\nname = \"Setup\"\ncategory = \"one_time\"\nmeter = \"flat\"\ncycle = \"once\"\n\
                 flat = { amount = 500 }\nsources = [\"page\"]\n";
    let candidate = product("yearly", "", YEARLY, &(seat("98") + setup), &asked);
    let verdict = tables.compare(&asked, &[candidate]);
    // 36 × 980 + 500.
    assert_eq!(total(one(&verdict, "yearly")), exact("35780"));

    let asked = requirement("term_months = 6\nhorizon_months = 18\n[[seats]]\nnamed = 10\n");
    let verdict = tables.compare(&asked, &[product("yearly", "", YEARLY, &seat("98"), &asked)]);
    // Two years are sold: 24 × 980.
    assert_eq!(total(one(&verdict, "yearly")), exact("23520"));
    assert!(codes(one(&verdict, "yearly")).contains(&"paid_beyond_horizon"));
}
