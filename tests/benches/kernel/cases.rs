//! What the kernel's benchmarks price: lines of one model or of all in turn, over months that are equal or all differ.

use std::collections::BTreeMap;
use std::sync::Arc;

use quotient_plugin_api::charge::{
    Adjustment, AdjustmentBase, Allowance, BeyondPacks, Category, Charge, Cycle, Effect, MeteringRule,
    MeteringSource, Pack, Packs, Percentage, Positive, PriceModel, SeatBasis, SeatFilter, StepAccumulation,
    Tier, Tiers,
};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::money::currency;
use quotient_plugin_api::offer::{Conventions, Label, Offer, OfferParts, Terms};
use quotient_plugin_api::pricing::{price, price_totals};
use quotient_plugin_api::requirement::{
    MeterReading, MonthlyProfile, Purchase, Requirement, SeatGroup, Selection,
};
use rust_decimal::Decimal;

const KINDS: [&str; 11] = [
    "flat",
    "per_unit",
    "graduated",
    "volume",
    "stair_step",
    "package",
    "percentage",
    "packs",
    "computed",
    "seats",
    "discounted",
];
/// Lines of all kinds in turn.
const MIXED: &str = "mixed";

/// An offer, and what it is priced for.
pub(crate) struct Case {
    pub(crate) kind: &'static str,
    pub(crate) months: u32,
    pub(crate) lines: usize,
    /// Whether all months differ.
    pub(crate) differ: bool,
    pub(crate) requirement: Requirement,
    pub(crate) offer: Offer,
}

impl Case {
    fn new(kind: &'static str, months: u32, lines: usize, differ: bool) -> Self {
        let (requirement, offer) = (requirement(months, differ), offer(kind, lines, differ));
        let quote = price(&requirement, &offer).expect("a quote");
        assert_eq!(quote.lines.len(), lines, "every charge makes a line");
        assert_eq!(price_totals(&requirement, &offer).as_ref(), Ok(&quote.totals));
        Self { kind, months, lines, differ, requirement, offer }
    }

    /// The first columns of its row.
    pub(crate) fn name(&self) -> String {
        let Self { kind, months, lines, .. } = self;
        format!("{kind:<11} {months:>6} {lines:>5}  {:<9}", if self.differ { "different" } else { "equal" })
    }
}

/// The names of those columns.
pub(crate) const COLUMNS: &str = "model       months lines  months   ";

/// All cases, or those whose models the command line names.
pub(crate) fn chosen() -> Vec<Case> {
    let names: Vec<String> = std::env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
    let is_chosen = |kind: &str| names.is_empty() || names.iter().any(|name| name == kind);
    let by_model = KINDS.into_iter().flat_map(|kind| [false, true].map(|differ| (kind, 36, 15, differ)));
    let sizes = [(12, 15), (36, 5), (36, 15), (36, 50), (60, 15)];
    let by_size = [false, true]
        .into_iter()
        .flat_map(|differ| sizes.map(|(months, lines)| (MIXED, months, lines, differ)));
    by_model
        .chain(by_size)
        .filter(|(kind, ..)| is_chosen(kind))
        .map(|(kind, months, lines, differ)| Case::new(kind, months, lines, differ))
        .collect()
}

/// Seats and a stated quantity, each equal in all months or different in each.
fn requirement(months: u32, differ: bool) -> Requirement {
    let values =
        |first: u32| (0..if differ { months } else { 1 }).map(move |month| Decimal::from(first + 7 * month));
    let whole = |first| MonthlyProfile::whole(values(first).collect(), Decimal::ZERO).expect("a profile");
    let reading = MeterReading {
        meter_id: "units".to_owned(),
        quantity: whole(800),
        base_units: Decimal::ONE,
        attributes: BTreeMap::new(),
        events: Vec::new(),
    };
    Requirement {
        pricing_date: "2026-01-01".parse().expect("a date"),
        start_date: "2026-01-01".parse().expect("a date"),
        purchase: Purchase::New { term_months: months },
        horizon_months: months,
        hosting_region: None,
        billing_period: None,
        currency: None,
        seats: vec![SeatGroup { role: "agent".to_owned(), named: whole(25), peak_concurrent: None }],
        demand: Vec::new(),
        meters: vec![reading],
        numbers: Vec::new(),
        holdings: Vec::new(),
        buyer: quotient_plugin_api::requirement::buyer::Buyer::default(),
        wishes: quotient_plugin_api::requirement::buyer::Wishes::default(),
        selection: Selection::default(),
    }
}

fn offer(kind: &str, lines: usize, differ: bool) -> Offer {
    let of =
        |index: usize| if kind == MIXED { KINDS.get(index % KINDS.len()).expect("a kind") } else { kind };
    let parts = OfferParts {
        edition: Label::new("edition", "Edition"),
        purchase_option: Label::new("option", "Option"),
        currency: currency("USD").expect("a currency"),
        charges: (0..lines).map(|index| Arc::new(charge(of(index), index, differ))).collect(),
        terms: Terms::default(),
        conventions: Conventions::default(),
        coverage: Vec::new(),
        assumptions: Vec::new(),
        exclusions: Vec::new(),
        warnings: Vec::new(),
        sources: Vec::new(),
        line_sets: Vec::new(),
        capabilities: Vec::new(),
        holds_for: quotient_plugin_api::offer::OfferRange::default(),
    };
    Offer::new(parts).expect("an offer")
}

fn charge(kind: &str, index: usize, differ: bool) -> Charge {
    let rule = match kind {
        "seats" => {
            let named = SeatFilter { basis: SeatBasis::Named, roles: Vec::new() };
            MeteringRule::new("seats_named", MeteringSource::Seats(named))
        }
        _ => MeteringRule::new("units", MeteringSource::Stated),
    };
    let category = if kind == "seats" { Category::Recurring } else { Category::Usage };
    let id = format!("{kind}-{index}");
    let charge = Charge::new(id, "A line of the offer", category, rule, model(kind, differ), Cycle::Month);
    if kind != "discounted" {
        return charge;
    }
    let fraction = Interval::exact(Decimal::new(-10, 2));
    let discount = Adjustment {
        id: "early".into(),
        reason: "for early customers".into(),
        effect: Effect::Fraction { fraction, base: AdjustmentBase::List },
        conditions: Vec::new(),
        dates: None,
        months: None,
        sources: Vec::new(),
        rounding: None,
    };
    let allowance = Some(Allowance::of(Decimal::from(100)));
    Charge { adjustments: vec![discount], allowance, minimum_amount: Some(Decimal::from(20)), ..charge }
}

fn model(kind: &str, differ: bool) -> PriceModel {
    let per = Positive::ONE;
    let price = Interval::exact(Decimal::new(179, 4));
    match kind {
        "flat" => PriceModel::Flat { amount: price, only_when_used: true },
        "graduated" => PriceModel::Graduated { tiers: tiers(), per },
        "volume" => PriceModel::Volume { tiers: tiers(), per, lookup: None },
        "stair_step" => {
            let step = |tier: &Tier| Tier {
                unit_price: Interval::ZERO,
                flat_amount: Some(tier.unit_price),
                ..tier.clone()
            };
            let steps = Tiers::new(tiers().as_slice().iter().map(step).collect()).expect("steps");
            PriceModel::StairStep { steps, accumulation: StepAccumulation::Reached }
        }
        "package" => PriceModel::Package {
            size: positive(100),
            price,
            partial: Some(quotient_plugin_api::charge::PartialPackage::Up),
            minimum_packages: Decimal::ZERO,
        },
        "percentage" => PriceModel::Percentage(Percentage {
            tiers: tiers(),
            fixed_per_event: None,
            minimum_per_event: None,
            maximum_per_event: None,
            free: None,
        }),
        "packs" => {
            let pack = |size, price: i64| Pack { size: positive(size), price: Interval::exact(price.into()) };
            PriceModel::Packs(Packs {
                packs: vec![pack(1_000, 50), pack(300, 18)],
                beyond: BeyondPacks::Renewal,
                validity_months: None,
                recharge_below: None,
            })
        }
        "computed" => {
            let amount = |month: i64| Interval::exact(Decimal::new(10_000 + 7 * month, 2));
            PriceModel::Computed {
                formula: "as agreed".to_owned(),
                amounts: (0..if differ { 12 } else { 1 }).map(amount).collect(),
            }
        }
        _ => PriceModel::PerUnit { price, per },
    }
}

fn tiers() -> Tiers {
    let tier = |up_to: Option<i64>, price| {
        Tier::new(up_to.map(Decimal::from), Interval::exact(Decimal::new(price, 4)))
    };
    Tiers::new(vec![tier(Some(500), 250), tier(Some(900), 200), tier(None, 179)]).expect("tiers")
}

fn positive(value: i64) -> Positive {
    Positive::new(value.into()).expect("above zero")
}
