//! The same requirement with other quantities, and what products cost for it by the offers that they have made.

use std::collections::BTreeMap;

use iso_currency::Currency;
use quotient_plugin_api::charge::Confidence;
use quotient_plugin_api::interval::{Interval, add, mul, mul_div};
use quotient_plugin_api::meters;
use quotient_plugin_api::offer::Offer;
use quotient_plugin_api::quote::Quote;
use quotient_plugin_api::requirement::{Duration, MonthlyProfile, Requirement};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::candidate::Candidate;
use super::ground::{Common, Ground};
use super::horizon;

/// What changes in a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// All demand, and all stated quantities that add up.
    Demand,
    /// All people, and those who are trained with them.
    Seats,
    /// How long all timed parts of contacts last, in per cent of what is asked for.
    HandlingTime,
    /// One demand, by its index.
    OneDemand(usize),
    /// The people of one role, by its index.
    OneRole(usize),
    /// One stated quantity, by its index.
    OneMeter(usize),
    /// The telephone numbers of one kind, by its index.
    OneNumbers(usize),
    /// What a unit of a currency is worth, in per cent of the table's rate; by its ISO 4217 code.
    ExchangeRate(&'static str),
}

impl Axis {
    /// All that a requirement asks for. A part by itself is one where it is not all of a whole.
    #[must_use]
    pub fn of_requirement(requirement: &Requirement) -> Vec<Self> {
        let mut axes = vec![Self::Demand, Self::Seats, Self::HandlingTime];
        let added = requirement.meters.iter().filter(|reading| adds_up(&reading.meter_id)).count();
        let parts = requirement.demand.len().saturating_add(added);
        if parts > 1 {
            axes.extend((0..requirement.demand.len()).map(Self::OneDemand));
        }
        if requirement.seats.len() > 1 {
            axes.extend((0..requirement.seats.len()).map(Self::OneRole));
        }
        let meters = requirement.meters.iter().enumerate();
        let alone = meters.filter(|(_, reading)| parts > 1 || !adds_up(&reading.meter_id));
        axes.extend(alone.map(|(index, _)| Self::OneMeter(index)));
        axes.extend((0..requirement.numbers.len()).map(Self::OneNumbers));
        axes
    }

    /// The place in the requirement, or the currency's code; empty for all demand, people or times.
    #[must_use]
    pub fn path(self) -> String {
        match self {
            Self::Demand | Self::Seats | Self::HandlingTime => String::new(),
            Self::OneDemand(index) => format!("demand[{index}]"),
            Self::OneRole(index) => format!("seats[{index}]"),
            Self::OneMeter(index) => format!("meters[{index}]"),
            Self::OneNumbers(index) => format!("numbers[{index}]"),
            Self::ExchangeRate(code) => code.to_owned(),
        }
    }

    /// What the requirement calls it; empty for all demand, people or times.
    #[must_use]
    pub fn label(self, requirement: &Requirement) -> String {
        let found = match self {
            Self::Demand | Self::Seats | Self::HandlingTime => None,
            Self::OneDemand(index) => requirement.demand.get(index).map(|one| one.id.clone()),
            Self::OneRole(index) => requirement.seats.get(index).map(|one| one.role.clone()),
            Self::OneMeter(index) => requirement.meters.get(index).map(|one| one.meter_id.clone()),
            Self::OneNumbers(index) => {
                requirement.numbers.get(index).map(|one| format!("{} {}", one.country, one.number_type))
            }
            Self::ExchangeRate(code) => Some(code.to_owned()),
        };
        found.unwrap_or_default()
    }
}

/// A requirement whose quantities on one axis can be set.
#[derive(Debug, Clone, Copy)]
pub struct Scale<'a> {
    requirement: &'a Requirement,
    pub(super) axis: Axis,
    /// What is asked for: contacts, or else stated units, of the mean month; the most people of a month; or 100 per
    /// cent.
    pub base: Decimal,
}

/// The same buyer in other circumstances.
#[derive(Debug, Clone)]
pub(super) struct Scenario {
    pub(super) requirement: Requirement,
    /// How many times the demand that is asked for the largest part of it is.
    pub(super) demand: Decimal,
    /// A currency, and how many times its rate of the table it is worth.
    pub(super) rate: Option<(&'static str, Decimal)>,
}

impl Scenario {
    /// How many times its rate of the table a currency is worth.
    fn rate_of(&self, currency: Currency) -> Decimal {
        self.rate.filter(|(code, _)| *code == currency.code()).map_or(Decimal::ONE, |(_, factor)| factor)
    }
}

impl<'a> Scale<'a> {
    /// A scale on an axis; `None` where nothing is asked for on it.
    #[must_use]
    pub fn new(requirement: &'a Requirement, axis: Axis) -> Option<Self> {
        let of = |profile: Option<&MonthlyProfile>| mean(requirement, &[profile?]);
        let base = match axis {
            Axis::Demand => demand(requirement),
            Axis::Seats => most(requirement, |_| true),
            Axis::HandlingTime => {
                let mut segments = requirement.demand.iter().flat_map(|demand| &demand.segments);
                segments.any(|_| true).then_some(Decimal::ONE_HUNDRED)
            }
            Axis::OneDemand(index) => of(requirement.demand.get(index).map(|demand| &demand.contacts)),
            Axis::OneRole(role) => most(requirement, |index| index == role),
            Axis::OneMeter(index) => of(requirement.meters.get(index).map(|reading| &reading.quantity)),
            Axis::OneNumbers(index) => of(requirement.numbers.get(index).map(|group| &group.count)),
            Axis::ExchangeRate(_) => Some(Decimal::ONE_HUNDRED),
        }?;
        (base > Decimal::ZERO).then_some(Self { requirement, axis, base })
    }

    /// The circumstances with so much of it; `None` where that does not fit.
    pub(super) fn at(&self, quantity: Decimal) -> Option<Scenario> {
        let mut scaled = self.requirement.clone();
        let factor = mul_div(quantity, Decimal::ONE, self.base).ok()?;
        let set = |profile: &mut MonthlyProfile| {
            *profile = profile.scaled(quantity, self.base).ok()?;
            Some(())
        };
        let (mut of_demand, mut rate) = (Decimal::ONE, None);
        match self.axis {
            Axis::Demand => {
                of_demand = factor;
                for demand in &mut scaled.demand {
                    set(&mut demand.contacts)?;
                }
                for reading in scaled.meters.iter_mut().filter(|reading| adds_up(&reading.meter_id)) {
                    set(&mut reading.quantity)?;
                    for event in &mut reading.events {
                        *event = mul_div(*event, quantity, self.base).ok()?;
                    }
                }
            }
            Axis::HandlingTime => {
                of_demand = factor;
                let segments = scaled.demand.iter_mut().flat_map(|demand| &mut demand.segments);
                for segment in segments {
                    segment.duration = lasting(&segment.duration, factor)?;
                }
            }
            Axis::OneDemand(index) => {
                of_demand = factor.max(Decimal::ONE);
                set(&mut scaled.demand.get_mut(index)?.contacts)?;
            }
            Axis::OneMeter(index) => {
                of_demand = factor.max(Decimal::ONE);
                let reading = scaled.meters.get_mut(index)?;
                set(&mut reading.quantity)?;
                for event in &mut reading.events {
                    *event = mul_div(*event, quantity, self.base).ok()?;
                }
            }
            Axis::OneNumbers(index) => {
                of_demand = factor.max(Decimal::ONE);
                set(&mut scaled.numbers.get_mut(index)?.count)?;
            }
            Axis::Seats | Axis::OneRole(_) => {
                let is_scaled = |index: usize| !matches!(self.axis, Axis::OneRole(role) if role != index);
                let groups =
                    || self.requirement.seats.iter().enumerate().filter(|(index, _)| is_scaled(*index));
                let named: Vec<_> = groups().map(|(_, group)| &group.named).collect();
                let mut named =
                    MonthlyProfile::scaled_together(&named, quantity, self.base).ok()?.into_iter();
                let peaks: Vec<_> =
                    groups().filter_map(|(_, group)| group.peak_concurrent.as_ref()).collect();
                let mut peaks =
                    MonthlyProfile::scaled_together(&peaks, quantity, self.base).ok()?.into_iter();
                for (index, group) in scaled.seats.iter_mut().enumerate() {
                    if !is_scaled(index) {
                        continue;
                    }
                    group.named = named.next()?;
                    if let Some(peak) = &mut group.peak_concurrent {
                        *peak = peaks.next()?;
                    }
                }
                scaled.wishes.trainees = self.trainees(&scaled)?;
            }
            Axis::ExchangeRate(code) => rate = Some((code, factor)),
        }
        Some(Scenario { requirement: scaled, demand: of_demand, rate })
    }

    /// Training is paid for each person, so that stated trainees grow and shrink with all people, and are rounded up
    /// as these are. `None` outside where that does not fit.
    fn trainees(&self, scaled: &Requirement) -> Option<Option<u32>> {
        let Some(stated) = self.requirement.wishes.trainees else { return Some(None) };
        let (people, asked) = (most(scaled, |_| true)?, most(self.requirement, |_| true)?);
        let people = mul_div(Decimal::from(stated), people, asked).ok()?;
        Some(Some(people.round_dp(6).ceil().to_u32()?))
    }
}

/// A duration so many times as long; `None` where it does not fit into a day.
fn lasting(duration: &Duration, factor: Decimal) -> Option<Duration> {
    let day = Decimal::from(86_400_u32);
    let longer = |seconds: Decimal| mul(seconds, factor).ok().filter(|seconds| *seconds <= day);
    Some(match duration {
        Duration::Fixed(seconds) => Duration::Fixed(longer(*seconds)?),
        Duration::Exponential { mean } => Duration::Exponential { mean: longer(*mean)? },
        Duration::Lognormal { mean, cv } => Duration::Lognormal { mean: longer(*mean)?, cv: *cv },
        Duration::Samples(samples) => {
            let longer = |(seconds, weight): &(Decimal, Decimal)| Some((longer(*seconds)?, *weight));
            Duration::Samples(samples.iter().map(longer).collect::<Option<_>>()?)
        }
    })
}

fn adds_up(meter_id: &str) -> bool {
    meters::meter(meter_id).is_some_and(|meter| !meter.is_level())
}

/// Contacts of the mean month, or else the units of the one stated meter.
fn demand(requirement: &Requirement) -> Option<Decimal> {
    let contacts: Vec<_> = requirement.demand.iter().map(|demand| &demand.contacts).collect();
    if !contacts.is_empty() {
        return mean(requirement, &contacts);
    }
    let stated: Vec<_> = requirement
        .meters
        .iter()
        .filter(|reading| adds_up(&reading.meter_id))
        .map(|reading| &reading.quantity)
        .collect();
    if stated.len() == 1 { mean(requirement, &stated) } else { None }
}

fn mean(requirement: &Requirement, profiles: &[&MonthlyProfile]) -> Option<Decimal> {
    let months = requirement.asked_months();
    let mut sum = Decimal::ZERO;
    for profile in profiles {
        for value in profile.months(usize::try_from(months).ok()?).ok()? {
            sum = add(sum, value).ok()?;
        }
    }
    mul_div(sum, Decimal::ONE, Decimal::from(months)).ok()
}

fn most(requirement: &Requirement, counts: impl Fn(usize) -> bool) -> Option<Decimal> {
    let months = usize::try_from(requirement.asked_months()).ok()?;
    let mut sums = vec![Decimal::ZERO; months];
    for (_, group) in requirement.seats.iter().enumerate().filter(|(index, _)| counts(*index)) {
        for (sum, named) in sums.iter_mut().zip(group.named.months(months).ok()?) {
            *sum = add(*sum, named).ok()?;
        }
    }
    sums.into_iter().max()
}

/// A product, or one of its offers, whose cost can be asked for other quantities.
pub struct Series<'a> {
    /// Id of the product.
    pub product_id: String,
    /// Edition and purchase option, where it is one offer of several.
    pub offer: Option<(String, String)>,
    ground: &'a Ground<'a>,
    common: Common,
    pub(super) currency: Currency,
    /// With how much each binds.
    offers: Vec<(&'a Offer, Confidence)>,
    costs: std::cell::RefCell<BTreeMap<(Axis, Decimal), Option<Interval>>>,
}

impl<'a> Series<'a> {
    /// The product as a whole: at each quantity the cheapest of its offers that leave as little out as its quote.
    #[must_use]
    pub fn of_product(ground: &'a Ground<'a>, candidate: &'a Candidate) -> Option<Self> {
        let gaps = |quote: &Quote| quote.uncovered().saturating_add(quote.missing_musts());
        let least = gaps(&candidate.quote);
        let quotes = std::iter::once(&candidate.quote).chain(&candidate.others);
        let same = |quote: &&Quote| gaps(quote) == least && quote.currency == candidate.quote.currency;
        let whole = quotes.filter(same);
        let offers =
            whole.filter_map(|quote| Some((offer_of(candidate, quote)?, quote.confidence))).collect();
        Self::new(ground, candidate, None, offers)
    }

    /// Each of its offers that leave as little out as its quote.
    pub fn of_offers(ground: &'a Ground<'a>, candidate: &'a Candidate) -> Vec<Self> {
        let Some(whole) = Self::of_product(ground, candidate) else { return Vec::new() };
        let one = |(offer, confidence): &(&'a Offer, Confidence)| {
            let parts = offer.parts();
            let name = (parts.edition.id.clone(), parts.purchase_option.id.clone());
            Self::new(ground, candidate, Some(name), vec![(*offer, *confidence)])
        };
        whole.offers.iter().filter_map(one).collect()
    }

    fn new(
        ground: &'a Ground<'a>,
        candidate: &'a Candidate,
        offer: Option<(String, String)>,
        offers: Vec<(&'a Offer, Confidence)>,
    ) -> Option<Self> {
        let common = ground.common(candidate).ok()?;
        let (product_id, costs) = (candidate.product_id.clone(), std::cell::RefCell::default());
        let currency = candidate.quote.currency;
        Some(Self { product_id, offer, ground, common, currency, offers, costs })
    }

    /// What it costs over the horizon for so much, hidden costs among it; `None` where no offer is known to hold.
    #[must_use]
    pub fn cost(&self, scale: &Scale<'_>, quantity: Decimal) -> Option<Interval> {
        let key = (scale.axis, quantity);
        if let Some(known) = self.costs.borrow().get(&key) {
            return *known;
        }
        let found = scale.at(quantity).and_then(|scenario| self.cost_in(&scenario));
        self.costs.borrow_mut().insert(key, found);
        found
    }

    /// The same in any circumstances.
    pub(super) fn cost_in(&self, scenario: &Scenario) -> Option<Interval> {
        self.vendor_cost(scenario)?.plus(self.hidden(scenario)?).ok()
    }

    /// The vendor's part.
    fn vendor_cost(&self, scenario: &Scenario) -> Option<Interval> {
        let requirement = &scenario.requirement;
        let seats = requirement.peak_seats().unwrap_or_default();
        let holds =
            |(offer, _): &&(&Offer, Confidence)| offer.parts().holds_for.holds(seats, scenario.demand);
        let holding = self.offers.iter().filter(holds);
        let totals = holding.filter_map(|(offer, binds)| Some((horizon::total(requirement, offer)?, *binds)));
        // The choice among offers that a quote makes: of those without an upper bound the one that binds most.
        let (least, _) = totals.min_by_key(|(total, binds)| {
            let open = total.high().is_none();
            (open, open.then_some(*binds), total.high().unwrap_or_default(), total.low())
        })?;
        self.common.amount_at(least, scenario.rate_of(self.currency)).ok()
    }

    /// Hidden costs in the common currency.
    fn hidden(&self, scenario: &Scenario) -> Option<Interval> {
        let rate = scenario.rate_of(self.ground.hidden.currency);
        let items = super::tco::hidden(self.ground, &scenario.requirement, rate).ok()?;
        items.iter().try_fold(Interval::ZERO, |sum, item| sum.plus(item.amount)).ok()
    }
}

fn offer_of<'a>(candidate: &'a Candidate, quote: &Quote) -> Option<&'a Offer> {
    candidate.offers.iter().find(|offer| {
        let parts = offer.parts();
        parts.edition.id == quote.edition.id && parts.purchase_option.id == quote.purchase_option.id
    })
}
