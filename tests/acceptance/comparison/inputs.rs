//! Which input matters how much, and which single change alters the winner; each figure by hand.

use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::offer::Offer;
use quotient_plugin_api::requirement::Requirement;
use quotient_service::comparison::analysis::{Analysis, analyse};
use quotient_service::comparison::scenario::Axis;
use quotient_service::comparison::{Candidate, compare};

use super::{MONTHLY, NOTHING_HIDDEN, Tables, d, product, requirement, seat};

fn analysed(hidden: &str, asked: &Requirement, candidates: &[Candidate]) -> Analysis {
    let tables = Tables::with(hidden);
    let ground = tables.ground(asked);
    analyse(&ground, &compare(&ground, candidates), candidates).unwrap()
}

/// An input, its quantities, and what they cost.
type Told = (Axis, (u64, u64), [Option<String>; 2]);

/// What the winner costs at four and at six fifths of each input; `None` where that is not known.
fn swings(analysis: &Analysis) -> Vec<Told> {
    let told = |cost: Option<Interval>| cost.map(|cost| cost.point().unwrap().normalize().to_string());
    let one = |swing: &quotient_service::comparison::sensitivity::Swing| {
        (swing.axis, swing.quantities, [told(swing.costs.0), told(swing.costs.1)])
    };
    analysis.tornado.iter().map(one).collect()
}

fn known(less: &str, more: &str) -> [Option<String>; 2] {
    [Some(less.to_owned()), Some(more.to_owned())]
}

fn flip(analysis: &Analysis) -> (Axis, u64, String, &str) {
    let flip = analysis.flip.as_ref().unwrap();
    (flip.axis, flip.quantity, flip.change.round_dp(4).to_string(), flip.product_id.as_str())
}

/// A charge for each contact of one channel; the other channels are free.
fn per_contact(channel: &str, price: &str) -> String {
    format!(
        "[[charges]]\nid = \"c\"\nname = \"C\"\ncategory = \"usage\"\nmeter = \"contacts\"\ncount = \"contacts\"\n\
         matches = {{ channel = [\"{channel}\"] }}\ncycle = \"month\"\nper_unit = {{ price = {price} }}\n\
         sources = [\"page\"]\n"
    )
}

const TWO_CHANNELS: &str = "term_months = 1\nhorizon_months = 1\n\
    [[demand]]\nid = \"chats\"\nchannel = \"chat\"\ncontacts = 60\n\
    [[demand]]\nid = \"mails\"\nchannel = \"email\"\ncontacts = 40\n";
const ALL_FREE: &str =
    "coverage = [{ channels = [\"chat\", \"email\", \"voice\"], status = \"included\", note = \"free\" }]";

// 60 chats at 7 are 420, 40 mails at 10.80 are 432. Both demands together change both products alike, and never turn
// them. 432 ÷ 7 = 61.7: at 62 chats, 1/30 more, the mails are cheaper; 420 ÷ 10.8 = 38.9: at 38 mails, a twentieth less.
#[test]
fn one_demand_alone_may_turn_the_order_where_all_together_do_not() {
    let asked = requirement(TWO_CHANNELS);
    let candidates = [
        product("chats", ALL_FREE, MONTHLY, &per_contact("chat", "7"), &asked),
        product("mails", ALL_FREE, MONTHLY, &per_contact("email", "10.8"), &asked),
    ];
    let found = analysed(NOTHING_HIDDEN, &asked, &candidates);
    assert_eq!(flip(&found), (Axis::OneDemand(0), 62, "0.0333".to_owned(), "mails"));
    // 48 and 72 chats at 7; 32 or 48 mails cost this product nothing.
    assert_eq!(
        swings(&found),
        [
            (Axis::Demand, (80, 120), known("336", "504")),
            (Axis::OneDemand(0), (48, 72), known("336", "504")),
            (Axis::OneDemand(1), (32, 48), known("420", "420")),
        ]
    );
    assert_eq!(Axis::OneDemand(1).path(), "demand[1]");
    assert_eq!(Axis::OneDemand(1).label(&asked), "mails");
}

// An offer that is made for no more demand than is asked for says nothing of more: not of one demand, nor of longer
// contacts.
#[test]
fn what_an_offer_does_not_know_to_hold_for_is_unknown() {
    let asked = requirement(
        &TWO_CHANNELS
            .replace("contacts = 40\n", "contacts = 40\nsegments = [{ kind = \"agent\", fixed = 60 }]\n"),
    );
    let one = product("chats", ALL_FREE, MONTHLY, &per_contact("chat", "7"), &asked);
    let limited = |offer: &Offer| {
        let mut parts = offer.parts().clone();
        parts.holds_for.demand_to = Some(d("1"));
        Offer::new(parts).unwrap()
    };
    let offers: Vec<_> = one.offers.iter().map(limited).collect();
    let found = analysed(NOTHING_HIDDEN, &asked, &[Candidate { offers: offers.into(), ..one }]);
    let up_to_now = |less: &str| [Some(less.to_owned()), None];
    assert_eq!(
        swings(&found),
        [
            (Axis::Demand, (80, 120), up_to_now("336")),
            (Axis::HandlingTime, (80, 120), up_to_now("420")),
            (Axis::OneDemand(0), (48, 72), up_to_now("336")),
            (Axis::OneDemand(1), (32, 48), up_to_now("420")),
        ]
    );
    assert_eq!(found.flip, None);
}

// 100 calls of 180 seconds at a cent for six seconds: 30. Four fifths, 144 seconds, are 24; six fifths, 216, are 36.
// Against 40 a month: above 4/3 of the time, at 134 per cent, 241.2 seconds, 40.20.
#[test]
fn longer_contacts_may_turn_the_order() {
    let asked = requirement(
        "term_months = 1\nhorizon_months = 1\n[[demand]]\nchannel = \"voice\"\ncontacts = 100\n\
         segments = [{ kind = \"agent\", fixed = 180 }]\n",
    );
    let by_time = "[[charges]]\nid = \"t\"\nname = \"T\"\ncategory = \"usage\"\nmeter = \"voice_connected\"\n\
                   count = { segments = [] }\ncycle = \"month\"\nper_unit = { price = 0.01, per = 6 }\n\
                   sources = [\"page\"]\n";
    let flat = "[[charges]]\nid = \"f\"\nname = \"F\"\ncategory = \"recurring\"\nmeter = \"flat\"\ncycle = \"month\"\n\
                flat = { amount = 40 }\nsources = [\"page\"]\n";
    let candidates = [
        product("flat", ALL_FREE, MONTHLY, flat, &asked),
        product("time", ALL_FREE, MONTHLY, by_time, &asked),
    ];
    let found = analysed(NOTHING_HIDDEN, &asked, &candidates);
    let expected =
        [(Axis::Demand, (80, 120), known("24", "36")), (Axis::HandlingTime, (80, 120), known("24", "36"))];
    assert_eq!(swings(&found), expected);
    // All demand turns as soon, at 134 calls; it is named first.
    assert_eq!(flip(&found), (Axis::Demand, 134, "0.34".to_owned(), "flat"));
}

// 10 seats at 20 dollars, of 6 yuan each, are 1,200 yuan a month, against 1,250. At 6.25 they are equal: at 105 per
// cent of the rate, 6.30, they are 1,260. At 80 per cent 960, at 120 per cent 1,440.
#[test]
fn an_exchange_rate_may_turn_the_order() {
    let asked = requirement("term_months = 1\nhorizon_months = 1\n[[seats]]\nnamed = 10\n");
    let candidates = [
        product("own", "", MONTHLY, &seat("125"), &asked),
        product("us-desk", "", MONTHLY, &seat("20"), &asked),
    ];
    let found = analysed(NOTHING_HIDDEN, &asked, &candidates);
    assert_eq!(flip(&found), (Axis::ExchangeRate("USD"), 105, "0.05".to_owned(), "own"));
    let expected = [
        (Axis::Seats, (8, 12), known("960", "1440")),
        (Axis::ExchangeRate("USD"), (80, 120), known("960", "1440")),
    ];
    assert_eq!(swings(&found), expected);
}

// A hidden cost in dollars moves with their rate, whatever the product is sold in: 10 × 100, and 200 × 6.
#[test]
fn hidden_costs_of_another_currency_move_with_its_rate() {
    let hidden = "currency = \"USD\"\nsource = \"x\"\nreserve = 0.2\nrevenue_share = 0.05\n\
        [[items]]\ncode = \"h\"\nenglish = \"H\"\nchinese = \"H\"\nper = \"once\"\namount = 200\n";
    let asked = requirement("term_months = 1\nhorizon_months = 1\n[[seats]]\nnamed = 10\n");
    let found = analysed(hidden, &asked, &[product("own", "", MONTHLY, &seat("100"), &asked)]);
    // 2,200 - 240 and + 240.
    let by_rate = (Axis::ExchangeRate("USD"), (80, 120), known("1960", "2440"));
    assert!(swings(&found).contains(&by_rate), "{:?}", swings(&found));
}

// Training is for each person: 4 stated trainees of 10 people are 8 of 20, and of 11 people 4.4, so 5.
#[test]
fn people_are_trained_as_they_come() {
    let hidden = "currency = \"CNY\"\nsource = \"x\"\nreserve = 0.2\nrevenue_share = 0.05\n\
        [[items]]\ncode = \"training\"\nenglish = \"T\"\nchinese = \"T\"\nper = \"trainee\"\namount = 500\n";
    let asked = requirement(
        "term_months = 1\nhorizon_months = 1\ntrainees = 4\n\
         [[seats]]\nrole = \"agents\"\nnamed = 6\n[[seats]]\nrole = \"leads\"\nnamed = 4\n",
    );
    let found = analysed(hidden, &asked, &[product("desk", "", MONTHLY, &seat("100"), &asked)]);
    let expected = [
        // Roles are rounded up together: ⌈4.8⌉ + 3 = 8 people and ⌈3.2⌉ trainees are 800 + 4 × 500; ⌈7.2⌉ + 4 = 12 and
        // ⌈4.8⌉ are 1,200 + 5 × 500.
        (Axis::Seats, (8, 12), known("2800", "3700")),
        // ⌈4.8⌉ = 5 agents and 4 leads are 9: 900 + ⌈3.6⌉ × 500; 7 and 4 are 11: 1,100 + 5 × 500.
        (Axis::OneRole(0), (5, 7), known("2900", "3600")),
        // 6 agents and 3 leads are 9, ⌈3.2⌉; and 5, 11.
        (Axis::OneRole(1), (3, 5), known("2900", "3600")),
    ];
    assert_eq!(swings(&found), expected);
    let curve = found.curves.iter().find(|curve| curve.axis == Axis::Seats).unwrap();
    let at = |seats: u64| curve.points.iter().find(|(quantity, _)| *quantity == seats).unwrap().1;
    // 20 × 100 + 8 × 500.
    assert_eq!(at(20), Some(Interval::exact(d("6000"))));
}

#[test]
fn each_stated_quantity_and_each_kind_of_number_is_an_input() {
    let asked = requirement(
        "term_months = 1\nhorizon_months = 1\n[[seats]]\nnamed = 1\n\
         [[meters]]\nmeter_id = \"inquiries\"\nquantity = 500\n[[meters]]\nmeter_id = \"bot_messages\"\nquantity = 50\n\
         [[numbers]]\ncountry = \"US\"\ntype = \"toll_free\"\ncount = 5\n",
    );
    let axes = Axis::of_requirement(&asked);
    assert_eq!(
        axes,
        [
            Axis::Demand,
            Axis::Seats,
            Axis::HandlingTime,
            Axis::OneMeter(0),
            Axis::OneMeter(1),
            Axis::OneNumbers(0)
        ]
    );
    assert_eq!((axes[4].path(), axes[4].label(&asked)), ("meters[1]".to_owned(), "bot_messages".to_owned()));
    assert_eq!(axes[5].label(&asked), "US toll_free");
}

// A fifth of two people is no person: one less and one more, 100 and 300.
#[test]
fn an_input_of_few_units_moves_by_one() {
    let asked = requirement("term_months = 1\nhorizon_months = 1\n[[seats]]\nnamed = 2\n");
    let found = analysed(NOTHING_HIDDEN, &asked, &[product("desk", "", MONTHLY, &seat("100"), &asked)]);
    assert_eq!(swings(&found), [(Axis::Seats, (1, 3), known("100", "300"))]);
}
