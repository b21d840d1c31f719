//! Other quantities of the same requirement: curves, crossings, cliffs and draws.

use std::cmp::Ordering;

use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::requirement::Requirement;
use quotient_service::comparison::analysis::analyse;
use quotient_service::comparison::break_even::{Cliff, Stretch, cliffs, curve, grid, stretches};
use quotient_service::comparison::scenario::{Axis, Scale, Series};
use quotient_service::comparison::uncertainty::Uncertainty;
use quotient_service::comparison::{Candidate, compare};

use rust_decimal::Decimal;

use super::{MONTHLY, NOTHING_HIDDEN, Tables, d, product, requirement, seat};

/// Curves of candidates over an axis.
fn on_curves<T>(
    asked: &Requirement,
    candidates: &[Candidate],
    axis: Axis,
    look: impl Fn(&[Series<'_>], &Scale<'_>, &[u64]) -> T,
) -> T {
    let tables = Tables::with(NOTHING_HIDDEN);
    let ground = tables.ground(asked);
    let series: Vec<_> =
        candidates.iter().map(|candidate| Series::of_product(&ground, candidate).unwrap()).collect();
    let scale = Scale::new(asked, axis).unwrap();
    let grid = grid(&scale);
    look(&series, &scale, &grid)
}

// The articles: 500 a seat and month, ten seats, against 100 for each started 100 inquiries. 5,000 either way for
// 4,901 to 5,000 inquiries.
#[test]
fn seats_and_inquiries_cost_the_same_over_a_block() {
    let asked = requirement(
        "term_months = 1\nhorizon_months = 1\n[[seats]]\nnamed = 10\n\
         [[meters]]\nmeter_id = \"inquiries\"\nquantity = 5000\n",
    );
    let free = |what: &str| format!("coverage = [{{ {what} = [], status = \"included\", note = \"free\" }}]");
    let inquiries = "[[charges]]\nid = \"inquiries\"\nname = \"Inquiries\"\ncategory = \"usage\"\n\
                     meter = \"inquiries\"\ncycle = \"month\"\nsources = [\"page\"]\n\
                     package = { size = 100, price = 100, partial = \"up\" }\n";
    let candidates = [
        product("seats", &free("meters"), MONTHLY, &seat("500"), &asked),
        product("inquiries", &free("seats"), MONTHLY, inquiries, &asked),
    ];
    let found = on_curves(&asked, &candidates, Axis::Demand, |series, scale, grid| {
        stretches(&series[0], &series[1], scale, grid)
    });
    let expected = [
        Stretch { from: 1, to: 4900, first_is: Ordering::Greater },
        Stretch { from: 4901, to: 5000, first_is: Ordering::Equal },
        Stretch { from: 5001, to: 20_000, first_is: Ordering::Less },
    ];
    assert_eq!(found, expected);
}

// 50 % off all seats from 21 on, at 100 each: 20 cost 2,000, 21 cost 1,050, as much as 10.5: so 21 cost less than 11
// to 20. Against 70 for each without a discount: cheaper up to 20, dearer from 21.
#[test]
fn more_seats_may_cost_less() {
    let asked = requirement("term_months = 1\nhorizon_months = 1\n[[seats]]\nnamed = 10\n");
    let volume = "volume = { tiers = [{ up_to = 20, price = 100 }, { price = 50 }] }";
    let falls = seat("1").replace("per_unit = { price = 1 }", volume);
    let candidates =
        [product("falls", "", MONTHLY, &falls, &asked), product("plain", "", MONTHLY, &seat("70"), &asked)];
    let (found, crossings) = on_curves(&asked, &candidates, Axis::Seats, |series, scale, grid| {
        (cliffs(&series[0], scale, grid), stretches(&series[0], &series[1], scale, grid))
    });
    assert_eq!(found, [Cliff { quantity: 21, dearer_from: 11, dearer_to: 20 }]);
    let expected = [
        Stretch { from: 1, to: 20, first_is: Ordering::Greater },
        Stretch { from: 21, to: 40, first_is: Ordering::Less },
    ];
    assert_eq!(crossings, expected);
}

// An edition for at most 12 people is not drawn beyond them.
#[test]
fn a_curve_ends_where_an_offer_does() {
    let asked = requirement("term_months = 1\nhorizon_months = 1\n[[seats]]\nnamed = 10\n");
    let only = seat("100").replace("sources", "when = { seats = { to = 12 } }\nsources");
    let candidates = [product("small", "", MONTHLY, &only, &asked)];
    let known = on_curves(&asked, &candidates, Axis::Seats, |series, scale, grid| {
        curve(&series[0], scale, grid)
            .into_iter()
            .filter_map(|(x, cost)| Some((x, cost?)))
            .collect::<Vec<_>>()
    });
    assert_eq!(known.len(), 12);
    // 12 × 100
    assert_eq!(known.last(), Some(&(12, Interval::exact(d("1200")))));
}

/// Ten draws, where a unit of spread counts as two of cost.
pub(super) const TEN_DRAWS: Uncertainty =
    Uncertainty { draws: 10, seed: 1, cv: Decimal::from_parts(3, 0, 0, false, 1), aversion: Decimal::TWO };

/// A flat 700 a month against 7 a contact, for 100 contacts.
pub(super) fn flat_and_use(asked: &Requirement) -> [Candidate; 2] {
    let free = "coverage = [{ channels = [\"chat\"], status = \"included\", note = \"free\" }]";
    let charge = |meter: &str, price: &str, category: &str| {
        format!(
            "[[charges]]\nid = \"c\"\nname = \"C\"\ncategory = \"{category}\"\n{meter}\ncycle = \"month\"\n{price}\n\
             sources = [\"page\"]\n"
        )
    };
    let flat = charge("meter = \"flat\"", "flat = { amount = 700 }", "recurring");
    let by_use = charge("meter = \"contacts\"\ncount = \"contacts\"", "per_unit = { price = 7 }", "usage");
    [product("flat", free, MONTHLY, &flat, asked), product("use", "", MONTHLY, &by_use, asked)]
}

// Ten draws at the ranks 0.05 to 0.95 of a log-normal spread of the coefficient 0.3: the factors at 0.05, 0.45 and
// 0.85 are 0.590992, 0.923137 and 1.298444; below 1 up to 0.55, 0.993820, so six draws cost less than 700.
#[test]
fn draws_spread_costs_as_demand_spreads() {
    let asked = requirement(
        "term_months = 1\nhorizon_months = 1\n[[demand]]\nchannel = \"chat\"\ncontacts = 100\n\
         [budget]\namount = \"CNY 800\"\n",
    );
    let candidates = flat_and_use(&asked);
    let mut tables = Tables::with(NOTHING_HIDDEN);
    tables.uncertainty = Some(TEN_DRAWS);
    let ground = tables.ground(&asked);
    let verdict = compare(&ground, &candidates);
    let [flat, by_use] = verdict.spreads.as_slice() else { panic!("two spreads") };
    let (costs, seven_hundred) = (flat.figures, d("700"));
    assert_eq!((costs.p10, costs.p90, costs.mean), (seven_hundred, seven_hundred, seven_hundred));
    assert_eq!((flat.cheapest, by_use.cheapest), (d("0.4"), d("0.6")));
    // 700 × the factors, to the cent; the mean factor of the ten is 0.994656.
    let costs = by_use.figures;
    let figures = [costs.p10, costs.p50, costs.p90, costs.mean];
    assert_eq!(figures, [d("413.69"), d("646.20"), d("908.91"), d("696.26")]);
    // 696.26 + 2 × (908.91 - 646.20).
    assert_eq!(costs.risk_adjusted, d("1221.68"));
    // 1.142857 is needed for 800: the factors at 0.75, 1.167, 0.85 and 0.95 lie above.
    assert_eq!((flat.over_budget, by_use.over_budget), (Some(d("0")), Some(d("0.3"))));
    // A tie at what is asked for goes to the id; one contact less and the other wins.
    let flip = analyse(&ground, &verdict, &candidates).unwrap().flip.unwrap();
    assert_eq!((flip.product_id.as_str(), flip.quantity, flip.change), ("use", 99, d("-0.01")));
    // The same seed, the same answer.
    assert_eq!(compare(&ground, &candidates).spreads, verdict.spreads);
}
