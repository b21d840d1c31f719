//! The three orders: by cost, by cost with its risk, by a score; each by hand, and none swaps two products because of
//! a third.

use proptest::prelude::*;
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::requirement::Requirement;
use quotient_service::comparison::order::{Criterion, CriterionKind, Order};
use quotient_service::comparison::uncertainty::Uncertainty;
use quotient_service::comparison::{Assessment, Candidate, Comparability, Verdict};

use super::scenarios::{TEN_DRAWS, flat_and_use};
use super::{MONTHLY, NOTHING_HIDDEN, TEN_SEATS, Tables, codes, d, one, product, requirement, seat, total};

fn by(order: Order, uncertainty: Option<Uncertainty>) -> Tables {
    Tables { order, uncertainty, ..Tables::with(NOTHING_HIDDEN) }
}

fn places(verdict: &Verdict) -> Vec<(&str, u32)> {
    verdict.ranking().iter().map(|one| (one.product_id.as_str(), one.rank.unwrap())).collect()
}

fn criterion(kind: CriterionKind, weight: &str, best: &str, worst: &str) -> Criterion {
    Criterion { kind, weight: d(weight), best: d(best), worst: d(worst) }
}

/// The last reason, which says why a product stands where it stands.
fn why(one: &Assessment) -> (&str, &str) {
    let reason = one.reasons.last().unwrap();
    (&reason.english, &reason.chinese)
}

fn hundred_chats() -> Requirement {
    requirement("term_months = 1\nhorizon_months = 1\n[[demand]]\nchannel = \"chat\"\ncontacts = 100\n")
}

// Both cost 700 for 100 contacts. Over ten draws (see `draws_spread_costs_as_demand_spreads`) one costs 700 always,
// and the other 696.26 on average, with P50 at 646.20 and P90 at 908.91.
#[test]
fn what_is_risky_counts_for_more() {
    let asked = hundred_chats();
    let candidates = flat_and_use(&asked);
    let ranked = |aversion: &str| {
        let uncertainty = Uncertainty { aversion: d(aversion), ..TEN_DRAWS };
        by(Order::Risk, Some(uncertainty)).compare(&asked, &candidates)
    };
    // 700 + 2 × 0 against 696.26 + 2 × (908.91 - 646.20) = 1,221.68, which is 521.68 more, 74.53 %.
    let verdict = ranked("2");
    assert_eq!(places(&verdict), [("flat", 1), ("use", 2)]);
    let risk = |id: &str| one(&verdict, id).risk.unwrap().risk_adjusted;
    assert_eq!((risk("flat"), risk("use")), (d("700"), d("1221.68")));
    let (english, chinese) = why(one(&verdict, "use"));
    assert_eq!(
        english,
        "521.68 more than flat, 74.53 % of its risk-adjusted cost: \
         1221.68 = mean 696.26 + 2 × (P90 908.91 - P50 646.20)"
    );
    assert_eq!(
        chinese,
        "风险调整后比 flat 贵 521.68（74.53 %）：1221.68 = 均值 696.26 + 2 ×（P90 908.91 - P50 646.20）"
    );
    let recommendation = verdict.recommendation.as_ref().unwrap();
    assert_eq!(recommendation.product_id, "flat");
    assert_eq!(recommendation.reasons[0].code, "costs_least_with_risk");
    // To whom risk is nothing, 696.26 is less than 700.
    let verdict = ranked("0");
    assert_eq!(places(&verdict), [("use", 1), ("flat", 2)]);
    assert!(
        why(one(&verdict, "use"))
            .0
            .starts_with("costs least, adjusted for risk: flat costs 3.74 more, 0.54 %")
    );
    // By cost alone they share the place.
    let verdict = by(Order::Cost, None).compare(&asked, &candidates);
    assert_eq!(places(&verdict), [("flat", 1), ("use", 1)]);
    assert!(verdict.spreads.is_empty());
}

// What holds for no more contacts than are asked for costs an unknown amount in the draws above them.
#[test]
fn what_is_not_known_in_a_draw_has_no_risk_adjusted_cost() {
    let asked = hundred_chats();
    let [flat, by_use] = flat_and_use(&asked);
    let offers: Vec<_> = by_use
        .offers
        .iter()
        .map(|offer| {
            let mut parts = offer.parts().clone();
            parts.holds_for.demand_to = Some(d("1"));
            quotient_plugin_api::offer::Offer::new(parts).unwrap()
        })
        .collect();
    let candidates = [flat, Candidate { offers: offers.into(), ..by_use }];
    let verdict = by(Order::Risk, Some(TEN_DRAWS)).compare(&asked, &candidates);
    assert_eq!(places(&verdict), [("flat", 1)]);
    let unknown = one(&verdict, "use");
    assert_eq!(unknown.comparability, Comparability::NotComparable);
    // Of the ten factors the four from 0.65 on are above 1.
    assert_eq!(why(unknown).0, "its cost is not known in 4 draws of demand");
    // A criterion that looks at risk takes it as the worst, and says so.
    let risk = criterion(CriterionKind::Risk, "1", "0", "1000");
    let verdict = by(Order::Score(vec![risk]), Some(TEN_DRAWS)).compare(&asked, &candidates);
    assert_eq!(places(&verdict), [("flat", 1), ("use", 2)]);
    assert_eq!(
        why(one(&verdict, "use")).0,
        "scores 1 less than flat: 0 from risk unknown, taken as the worst, scores 0 × 1"
    );
}

#[test]
fn a_score_weighs_what_the_request_weighs_between_its_bounds() {
    let needs = "capabilities = [{ capability_id = \"recording\", grade = \"nice\", weight = 3 }, \
                 { capability_id = \"video\", grade = \"nice\", weight = 1 }]\n";
    let asked = requirement(&format!("{needs}{TEN_SEATS}"));
    let has =
        |ids: &str| format!("capabilities = [{{ ids = [{ids}], status = \"included\", source = \"page\" }}]");
    let candidates = [
        product("both", &has("\"recording\", \"video\""), MONTHLY, &seat("150"), &asked),
        product("cheap", &has("\"video\""), MONTHLY, &seat("75"), &asked),
        product("dear", &has("\"recording\""), MONTHLY, &seat("300"), &asked),
    ];
    let criteria = vec![
        criterion(CriterionKind::Cost, "3", "20000", "60000"),
        criterion(CriterionKind::Capabilities, "2", "1", "0"),
        criterion(CriterionKind::Confidence, "1", "1", "6"),
        criterion(CriterionKind::Thresholds, "2", "1", "0"),
    ];
    let verdict = by(Order::Score(criteria), None).compare(&asked, &candidates);
    // 24 × 10 seats. Each is of a list, the third of six, so (6 - 3) ÷ (6 - 1) = 0.6; each passes all four thresholds.
    // both: 36,000 → (60,000 - 36,000) ÷ 40,000 = 0.6; all bonuses → 1: (1.8 + 2 + 0.6 + 2) ÷ 8 = 0.8.
    // cheap: 18,000 is below the best → 1; 1 of 4 → 0.25: (3 + 0.5 + 0.6 + 2) ÷ 8 = 0.7625.
    // dear: 72,000 is above the worst → 0; 3 of 4 → 0.75: (0 + 1.5 + 0.6 + 2) ÷ 8 = 0.5125.
    assert_eq!(places(&verdict), [("both", 1), ("cheap", 2), ("dear", 3)]);
    let scores: Vec<_> =
        ["both", "cheap", "dear"].map(|id| one(&verdict, id).score.as_ref().unwrap().total).to_vec();
    assert_eq!(scores, [d("0.8"), d("0.7625"), d("0.5125")]);
    let (english, chinese) = why(one(&verdict, "cheap"));
    assert_eq!(
        english,
        "scores 0.0375 less than both: 0.7625 from cost 18000 scores 1 × 3, capabilities 0.25 scores 0.25 × 2, \
         confidence 3 scores 0.6 × 1, thresholds 1 scores 1 × 2"
    );
    assert_eq!(
        chinese,
        "得分比 both 低 0.0375：0.7625，其中成本 18000 得 1 × 3，能力 0.25 得 0.25 × 2，可信度 3 得 0.6 × 1，\
         筛选 1 得 1 × 2"
    );
    assert!(why(one(&verdict, "both")).0.starts_with("scores highest, 0.0375 more than cheap: "));
    assert_eq!(verdict.recommendation.unwrap().reasons[0].code, "scores_highest");
    // Without a bonus in the requirement the share is unknown, for all.
    let plain = requirement(TEN_SEATS);
    let share = Order::Score(vec![criterion(CriterionKind::Capabilities, "1", "1", "0")]);
    let verdict = by(share, None).compare(&plain, &[product("a", "", MONTHLY, &seat("1"), &plain)]);
    assert_eq!(one(&verdict, "a").score.as_ref().unwrap().total, d("0"));
}

#[test]
fn a_range_is_said_to_be_compared_by_its_high_end() {
    let asked = requirement(TEN_SEATS);
    let of = |id: &str, price: &str| product(id, "", MONTHLY, &seat(price), &asked);
    let (range, wide) = ("{ from = 80, to = 110 }", "{ from = 50, to = 120 }");
    let candidates = [of("point", "100"), of("range", range), of("wide", wide), of("last", "130")];
    let verdict = by(Order::Cost, None).compare(&asked, &candidates);
    // 24 × 10 seats at 100, up to 110, up to 120, 130.
    assert_eq!(places(&verdict), [("point", 1), ("range", 2), ("wide", 3), ("last", 4)]);
    let told = |id: &str| why(one(&verdict, id));
    assert!(told("point").0.ends_with(" (the cost of range is a range, and compared by its high end)"));
    assert!(told("range").0.ends_with(" (its cost is a range, and compared by its high end)"));
    assert!(told("range").1.ends_with("（本产品费用为区间，按上限比较）"));
    assert_eq!(told("last").0, "7200.00 more than point, 30 % of its cost");
    let verdict = by(Order::Cost, None).compare(&asked, &candidates[1..3]);
    assert!(
        why(one(&verdict, "wide")).0.ends_with(" (both costs are ranges, and compared by their high ends)")
    );
}

/// A random product: what it charges by, its price, how sure that is, and which bonuses it has.
type Random = (bool, u32, u8, bool, bool);

fn random(index: usize, (by_seat, price, kind, recording, video): Random, asked: &Requirement) -> Candidate {
    let price = match kind {
        0 => format!("{{ from = {price}, to = {} }}", price + 7),
        1 => format!("{{ from = {price} }}"),
        _ => price.to_string(),
    };
    let has = [("recording", recording), ("video", video)];
    let ids: Vec<_> = has.iter().filter(|(_, has)| *has).map(|(id, _)| format!("{id:?}")).collect();
    let capabilities = match ids.as_slice() {
        [] => String::new(),
        ids => format!(
            "capabilities = [{{ ids = [{}], status = \"included\", source = \"page\" }}]",
            ids.join(", ")
        ),
    };
    let free = if by_seat { "channels = [\"chat\"]" } else { "seats = []" };
    let top = format!("coverage = [{{ {free}, status = \"included\", note = \"free\" }}]\n{capabilities}");
    let by_use = format!(
        "[[charges]]\nid = \"c\"\nname = \"C\"\ncategory = \"usage\"\nmeter = \"contacts\"\ncount = \"contacts\"\n\
         cycle = \"month\"\nper_unit = {{ price = {price} }}\nsources = [\"page\"]\n"
    );
    let charges = if by_seat { seat(&price) } else { by_use };
    product(&format!("p{index}"), &top, MONTHLY, &charges, asked)
}

fn orders() -> [Order; 3] {
    let criteria = vec![
        criterion(CriterionKind::Cost, "2", "100", "3000"),
        criterion(CriterionKind::Risk, "1", "0", "500"),
        criterion(CriterionKind::Capabilities, "1.5", "1", "0"),
    ];
    [Order::Cost, Order::Risk, Order::Score(criteria)]
}

fn ids(verdict: &Verdict) -> Vec<String> {
    verdict.ranking().iter().map(|one| one.product_id.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    // Ten seats and ten chats a month, so that both kinds of price are as large; a fifth of all prices is a range, a
    // fifth has no upper end.
    #[test]
    fn who_else_is_compared_and_in_which_order_swaps_nobody(
        products in proptest::collection::vec((any::<bool>(), 1_u32..30, 0_u8..5, any::<bool>(), any::<bool>()), 2..9),
        kept in proptest::collection::vec(any::<bool>(), 9),
    ) {
        let asked = requirement(
            "capabilities = [{ capability_id = \"recording\", grade = \"nice\", weight = 2 }, \
             { capability_id = \"video\", grade = \"nice\" }]\nterm_months = 2\nhorizon_months = 2\n\
             [[seats]]\nnamed = 10\n[[demand]]\nchannel = \"chat\"\ncontacts = 10\n",
        );
        let all: Vec<_> = products.iter().enumerate().map(|(index, one)| random(index, *one, &asked)).collect();
        let some: Vec<_> = all.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(one, _)| one.clone()).collect();
        let mut reversed = all.clone();
        reversed.reverse();
        for order in orders() {
            let tables = by(order, Some(TEN_DRAWS));
            let whole = tables.compare(&asked, &all);
            prop_assert_eq!(&tables.compare(&asked, &reversed), &whole);
            let part = tables.compare(&asked, &some);
            let among: Vec<_> =
                ids(&whole).into_iter().filter(|id| some.iter().any(|one| one.product_id == *id)).collect();
            prop_assert_eq!(ids(&part), among);
            // Nor does a place that two share become two places.
            let tied = |verdict: &Verdict, a: &str, b: &str| one(verdict, a).rank == one(verdict, b).rank;
            for pair in ids(&part).windows(2) {
                prop_assert_eq!(tied(&part, &pair[0], &pair[1]), tied(&whole, &pair[0], &pair[1]));
            }
            // What has no upper end is never ranked.
            for one in &whole.assessments {
                prop_assert_eq!(one.rank.is_some(), total(one).high().is_some(), "{:?}", codes(one));
            }
        }
    }

    // A price that is not known exactly: what it is ranked by is never less than if it were its known part.
    #[test]
    fn an_unknown_price_never_lowers_what_is_ranked_by(price in 1_u32..60, more in 1_u32..60) {
        let asked = requirement(TEN_SEATS);
        let of = |id: &str, price: &str| product(id, "", MONTHLY, &seat(price), &asked);
        let range = format!("{{ from = {price}, to = {} }}", price + more);
        let candidates =
            [of("a-range", &range), of("open", &format!("{{ from = {price} }}")), of("point", &price.to_string())];
        for order in orders() {
            let verdict = by(order, Some(TEN_DRAWS)).compare(&asked, &candidates);
            // It would stand first by its id if it were counted by its low end.
            prop_assert!(one(&verdict, "a-range").rank >= one(&verdict, "point").rank);
            prop_assert_eq!(one(&verdict, "open").rank, None);
            let low = Interval::exact(total(one(&verdict, "point")).low());
            prop_assert_eq!(total(one(&verdict, "open")).low(), low.low());
            prop_assert!(total(one(&verdict, "a-range")).high() > low.high());
        }
        let verdict = by(Order::Cost, None).compare(&asked, &candidates);
        prop_assert_eq!(ids(&verdict), ["point", "a-range"]);
    }
}
