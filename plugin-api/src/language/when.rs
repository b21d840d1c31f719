//! For whom an edition, a purchase option, a charge or an adjustment is meant.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::metering::nearest_meter;
use crate::document::Figure;
use crate::meters;
use crate::offer::OfferRange;
use crate::requirement::{Purchase, Requirement};

/// Facts that must all hold; of a list, one of its values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WhenForm {
    /// Countries that the buyer buys in, as `buyer.region_code`.
    pub regions: Option<Vec<String>>,
    /// Industries, as `buyer.industry_code`.
    pub industries: Option<Vec<String>>,
    /// Where the service is hosted; a buyer who names none takes any.
    pub hosting_regions: Option<Vec<String>>,
    /// Through whom the buyer buys, as `sales_channel`.
    pub sales_channels: Option<Vec<String>>,
    /// The requirement has demand in one of these channels.
    pub channels: Option<Vec<String>>,
    /// A new contract, or seats added to a running one.
    pub purchase: Option<PurchaseForm>,
    /// Whether the buyer is new to the vendor.
    pub new_customer: Option<bool>,
    /// The most named seats of a month of the asked term, held ones included.
    pub seats: Option<SpanForm>,
    /// Months that are asked for.
    pub term_months: Option<SpanForm>,
    /// People who work for the buyer.
    pub employees: Option<SpanForm>,
    /// Meters that the requirement must state, as nothing else says how much of them there will be.
    pub meters: Option<Vec<String>>,
}

/// What kind of purchase it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PurchaseForm {
    /// A new contract.
    New,
    /// Seats added to a running one.
    Expand,
}

/// Numbers from one bound to the other, both included; at least one is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SpanForm {
    /// The least.
    pub from: Option<Figure>,
    /// The most.
    pub to: Option<Figure>,
}

/// Whether something is meant for a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is.
    Holds,
    /// It is not; the first fact that is in the way, for a person.
    Fails(String),
    /// That depends on these fields, which the requirement does not say.
    Unknown(Vec<String>),
}

impl SpanForm {
    fn holds(&self, value: Decimal) -> bool {
        self.from.is_none_or(|from| value >= from.0) && self.to.is_none_or(|to| value <= to.0)
    }

    fn told(&self) -> String {
        match (self.from, self.to) {
            (Some(from), Some(to)) => format!("{} to {}", from.0, to.0),
            (Some(from), None) => format!("{} or more", from.0),
            (None, Some(to)) => format!("at most {}", to.0),
            (None, None) => "any".to_owned(),
        }
    }
}

/// One fact: its field, and whether it holds, if that is known.
struct Fact {
    field: Cow<'static, str>,
    holds: Option<bool>,
    expected: String,
}

impl WhenForm {
    /// What is wrong with it: the field, and what was found and expected.
    pub(super) fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        for (field, span) in self.spans() {
            if let SpanForm { from: None, to: None } = span {
                faults.push((field, "found no bound, expected from, to, or both".to_owned()));
            }
            if let SpanForm { from: Some(from), to: Some(to) } = span
                && from.0 > to.0
            {
                faults.push((field, format!("found {} to {}, expected the least first", from.0, to.0)));
            }
        }
        let lists = [
            ("regions", &self.regions),
            ("industries", &self.industries),
            ("hosting_regions", &self.hosting_regions),
            ("sales_channels", &self.sales_channels),
            ("channels", &self.channels),
            ("meters", &self.meters),
        ];
        for (field, list) in lists {
            if list.as_ref().is_some_and(Vec::is_empty) {
                faults.push((field, "found an empty list, expected at least one value".to_owned()));
            }
        }
        for id in self.meters.iter().flatten().filter(|id| meters::meter(id).is_none()) {
            let nearest = nearest_meter(id);
            faults.push(("meters", format!("found {id:?}, expected a meter such as {nearest:?}")));
        }
        faults
    }

    fn spans(&self) -> impl Iterator<Item = (&'static str, SpanForm)> {
        [("seats", self.seats), ("term_months", self.term_months), ("employees", self.employees)]
            .into_iter()
            .filter_map(|(field, span)| Some((field, span?)))
    }

    /// Whether nothing that holds for one can hold for the other.
    pub(super) fn excludes(&self, other: &Self) -> bool {
        let disjoint = |one: &Option<Vec<String>>, other: &Option<Vec<String>>| {
            let both = one.as_ref().zip(other.as_ref());
            both.is_some_and(|(one, other)| one.iter().all(|value| !other.contains(value)))
        };
        let apart = |one: Option<SpanForm>, other: Option<SpanForm>| {
            let below = |one: SpanForm, other: SpanForm| {
                one.to.zip(other.from).is_some_and(|(to, from)| to.0 < from.0)
            };
            one.zip(other).is_some_and(|(one, other)| below(one, other) || below(other, one))
        };
        disjoint(&self.regions, &other.regions)
            || disjoint(&self.industries, &other.industries)
            || disjoint(&self.sales_channels, &other.sales_channels)
            || self.purchase.zip(other.purchase).is_some_and(|(one, other)| one != other)
            || self.new_customer.zip(other.new_customer).is_some_and(|(one, other)| one != other)
            || apart(self.seats, other.seats)
            || apart(self.term_months, other.term_months)
            || apart(self.employees, other.employees)
    }

    /// Whether it holds for a requirement. One fact that does not hold decides, whatever is unknown.
    pub(super) fn verdict(&self, requirement: &Requirement) -> Verdict {
        let facts = self.facts(requirement);
        if let Some(fact) = facts.iter().find(|fact| fact.holds == Some(false)) {
            return Verdict::Fails(format!("{} is expected to be {}", fact.field, fact.expected));
        }
        let unknown: Vec<_> =
            facts.iter().filter(|fact| fact.holds.is_none()).map(|fact| fact.field.to_string()).collect();
        if unknown.is_empty() { Verdict::Holds } else { Verdict::Unknown(unknown) }
    }

    /// For how many seats the verdict is the same as for those of a requirement.
    pub(super) fn same_verdict(&self, requirement: &Requirement) -> OfferRange {
        let (Some(span), Some(seats)) = (self.seats, requirement.peak_seats()) else {
            return OfferRange::default();
        };
        let (from, to) = (span.from.map(|from| from.0), span.to.map(|to| to.0));
        let (seats_from, seats_to) = if from.is_some_and(|from| seats < from) {
            (None, from.and_then(|from| from.checked_sub(Decimal::ONE)))
        } else if to.is_some_and(|to| seats > to) {
            (to.and_then(|to| to.checked_add(Decimal::ONE)), None)
        } else {
            (from, to)
        };
        OfferRange { seats_from, seats_to, demand_to: None }
    }

    fn facts(&self, requirement: &Requirement) -> Vec<Fact> {
        let buyer = &requirement.buyer;
        let mut facts = Vec::new();
        let mut one_of = |field, list: &Option<Vec<String>>, said: Option<&str>, unsaid: Option<bool>| {
            if let Some(list) = list {
                let holds = said.map(|said| list.iter().any(|value| value == said)).or(unsaid);
                facts.push(Fact {
                    field: Cow::Borrowed(field),
                    holds,
                    expected: format!("one of {}", list.join(", ")),
                });
            }
        };
        one_of("buyer.region_code", &self.regions, buyer.region.as_deref(), None);
        one_of("buyer.industry_code", &self.industries, buyer.industry.as_deref(), None);
        one_of("sales_channel", &self.sales_channels, buyer.sales_channel.as_deref(), None);
        let hosting = requirement.hosting_region.as_deref();
        one_of("hosting_region", &self.hosting_regions, hosting, Some(true));
        if let Some(channels) = &self.channels {
            let holds =
                requirement.demand.iter().any(|demand| channels.iter().any(|c| c == demand.channel.id()));
            let expected = format!("in {}", channels.join(" or "));
            facts.push(Fact { field: "demand".into(), holds: Some(holds), expected });
        }
        if let Some(purchase) = self.purchase {
            let found = match requirement.purchase {
                Purchase::New { .. } => PurchaseForm::New,
                Purchase::Expand { .. } => PurchaseForm::Expand,
            };
            let expected = if purchase == PurchaseForm::New { "unset" } else { "set" }.to_owned();
            facts.push(Fact { field: "expansion".into(), holds: Some(found == purchase), expected });
        }
        if let Some(wanted) = self.new_customer {
            let holds = buyer.new_customer.map(|new| new == wanted);
            facts.push(Fact { field: "buyer.new_customer".into(), holds, expected: wanted.to_string() });
        }
        let mut within = |field, span: Option<SpanForm>, value: Option<Decimal>| {
            if let Some(span) = span {
                let holds = value.map(|value| span.holds(value));
                facts.push(Fact { field: Cow::Borrowed(field), holds, expected: span.told() });
            }
        };
        within("seats", self.seats, requirement.peak_seats());
        within("term_months", self.term_months, Some(Decimal::from(requirement.asked_months())));
        within("buyer.employee_count", self.employees, buyer.employees.map(Decimal::from));
        for id in self.meters.iter().flatten() {
            let stated = requirement.meters.iter().any(|reading| reading.meter_id == *id);
            let field = Cow::Owned(format!("meters[meter_id={id}]"));
            facts.push(Fact { field, holds: stated.then_some(true), expected: "stated".to_owned() });
        }
        facts
    }
}
