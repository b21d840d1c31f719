//! The same requirement with other quantities, and what products cost for it by the offers that they have made.

use std::collections::BTreeMap;

use quotient_plugin_api::interval::{Interval, add, mul_div};
use quotient_plugin_api::meters;
use quotient_plugin_api::offer::Offer;
use quotient_plugin_api::pricing::price_totals;
use quotient_plugin_api::quote::Quote;
use quotient_plugin_api::requirement::{MonthlyProfile, Requirement};
use rust_decimal::Decimal;

use super::candidate::Candidate;
use super::ground::{Common, Ground};

/// What changes in a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// All demand, and all stated quantities that add up.
    Demand,
    /// All people.
    Seats,
}

/// A requirement whose quantities on one axis can be set.
#[derive(Debug, Clone, Copy)]
pub struct Scale<'a> {
    requirement: &'a Requirement,
    axis: Axis,
    /// What is asked for: contacts, or else stated units, of the mean month; or the most people of a month.
    pub base: Decimal,
}

impl<'a> Scale<'a> {
    /// A scale on an axis; `None` where nothing is asked for on it.
    #[must_use]
    pub fn new(requirement: &'a Requirement, axis: Axis) -> Option<Self> {
        let base = match axis {
            Axis::Demand => demand(requirement),
            Axis::Seats => most(requirement),
        }?;
        (base > Decimal::ZERO).then_some(Self { requirement, axis, base })
    }

    /// The requirement with so much of it; `None` where that does not fit.
    #[must_use]
    pub fn at(&self, quantity: Decimal) -> Option<Requirement> {
        let mut scaled = self.requirement.clone();
        let set = |profile: &mut MonthlyProfile| {
            *profile = profile.scaled(quantity, self.base).ok()?;
            Some(())
        };
        match self.axis {
            Axis::Demand => {
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
            Axis::Seats => {
                for group in &mut scaled.seats {
                    set(&mut group.named)?;
                    if let Some(peak) = &mut group.peak_concurrent {
                        set(peak)?;
                    }
                }
            }
        }
        Some(scaled)
    }

    /// How many times the demand that is asked for, where that is what changes.
    fn demand_factor(&self, quantity: Decimal) -> Option<Decimal> {
        match self.axis {
            Axis::Demand => mul_div(quantity, Decimal::ONE, self.base).ok(),
            Axis::Seats => Some(Decimal::ONE),
        }
    }
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

fn most(requirement: &Requirement) -> Option<Decimal> {
    let months = usize::try_from(requirement.asked_months()).ok()?;
    let mut sums = vec![Decimal::ZERO; months];
    for group in &requirement.seats {
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
    offers: Vec<&'a Offer>,
    costs: std::cell::RefCell<BTreeMap<(Axis, Decimal), Option<Interval>>>,
}

impl<'a> Series<'a> {
    /// The product as a whole: at each quantity the cheapest of its offers that leave as little out as its quote.
    #[must_use]
    pub fn of_product(ground: &'a Ground<'a>, candidate: &'a Candidate) -> Option<Self> {
        let gaps = |quote: &Quote| quote.uncovered().saturating_add(quote.missing_musts());
        let least = gaps(&candidate.quote);
        let quotes = std::iter::once(&candidate.quote).chain(&candidate.others);
        let whole = quotes.filter(|quote| gaps(quote) == least);
        let offers = whole.filter_map(|quote| offer_of(candidate, quote)).collect();
        Self::new(ground, candidate, None, offers)
    }

    /// Each of its offers that leave as little out as its quote.
    pub fn of_offers(ground: &'a Ground<'a>, candidate: &'a Candidate) -> Vec<Self> {
        let Some(whole) = Self::of_product(ground, candidate) else { return Vec::new() };
        let one = |offer: &&'a Offer| {
            let parts = offer.parts();
            let name = (parts.edition.id.clone(), parts.purchase_option.id.clone());
            Self::new(ground, candidate, Some(name), vec![*offer])
        };
        whole.offers.iter().filter_map(one).collect()
    }

    fn new(
        ground: &'a Ground<'a>,
        candidate: &'a Candidate,
        offer: Option<(String, String)>,
        offers: Vec<&'a Offer>,
    ) -> Option<Self> {
        let common = ground.common(candidate).ok()?;
        let (product_id, costs) = (candidate.product_id.clone(), std::cell::RefCell::default());
        Some(Self { product_id, offer, ground, common, offers, costs })
    }

    /// What it costs over the horizon for so much, hidden costs among it; `None` where no offer is known to hold.
    #[must_use]
    pub fn cost(&self, scale: &Scale<'_>, quantity: Decimal) -> Option<Interval> {
        let key = (scale.axis, quantity);
        if let Some(known) = self.costs.borrow().get(&key) {
            return *known;
        }
        let found = self.price(scale, quantity);
        self.costs.borrow_mut().insert(key, found);
        found
    }

    fn price(&self, scale: &Scale<'_>, quantity: Decimal) -> Option<Interval> {
        let scaled = scale.at(quantity)?;
        self.vendor_cost(&scaled, scale.demand_factor(quantity)?)?.plus(self.hidden(&scaled)?).ok()
    }

    /// The vendor's part for a requirement with so many times the demand.
    pub(super) fn vendor_cost(&self, scaled: &Requirement, demand: Decimal) -> Option<Interval> {
        let seats = scaled.peak_seats().unwrap_or_default();
        let holding = self.offers.iter().filter(|offer| offer.parts().holds_for.holds(seats, demand));
        let totals = holding.filter_map(|offer| price_totals(scaled, offer).ok());
        let least = totals
            .map(|totals| totals.horizon)
            .min_by_key(|total| (total.high().is_none(), total.high().unwrap_or_default(), total.low()))?;
        self.common.amount(least).ok()
    }

    /// Hidden costs for a requirement, in the common currency.
    pub(super) fn hidden(&self, scaled: &Requirement) -> Option<Interval> {
        let items = super::tco::hidden(self.ground, scaled).ok()?;
        items.iter().try_fold(Interval::ZERO, |sum, item| sum.plus(item.amount)).ok()
    }
}

fn offer_of<'a>(candidate: &'a Candidate, quote: &Quote) -> Option<&'a Offer> {
    candidate.offers.iter().find(|offer| {
        let parts = offer.parts();
        parts.edition.id == quote.edition.id && parts.purchase_option.id == quote.purchase_option.id
    })
}
