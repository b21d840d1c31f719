//! What a trial is priced for: quantities or events of meters, and the days that they are for.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::trial::TrialError;
use crate::charge::Charge;
use crate::document::{Day, Document, Figure};
use crate::interval::add;
use crate::offer::Offer;
use crate::pricing::started_months;
use crate::requirement::buyer::{Buyer, Wishes};
use crate::requirement::profile::{MAX_ENTRIES, ProfileError};
use crate::requirement::{
    Holding, MAX_EVENTS, MeterReading, MonthlyProfile, Purchase, Requirement, Selection,
};

/// Most readings of an input.
pub const MAX_READINGS: usize = 200;

/// First day of a trial that names none.
pub(super) const FIRST_DAY: Date = Date::constant(2026, 1, 1);

/// What charges are tried with.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialInput {
    /// Quantities or events of meters.
    #[serde(default)]
    pub readings: Vec<TrialReading>,
    /// Quantities that are paid for already.
    #[serde(default)]
    pub holdings: Vec<TrialHolding>,
    /// First day; 1 January 2026 where not said.
    pub start: Option<Day>,
    /// Day after the last one; as many months as there are quantities where not said.
    pub end: Option<Day>,
    /// Months over which costs are added up; those that are asked for where not said.
    pub horizon_months: Option<u32>,
}

/// Quantities or events of a meter. Quantities are taken as already metered, in the meter's base unit.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialReading {
    /// Id of the meter; unset: every meter that a charge names.
    pub meter: Option<String>,
    /// Facts that a price depends on.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// One for each month; they repeat where there are more months.
    #[serde(default)]
    pub quantities: Vec<Figure>,
    /// The single events of each month, in place of quantities.
    #[serde(default)]
    pub events: Vec<Figure>,
}

/// A quantity that is paid for already, in the meter's base unit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialHolding {
    /// Id of the meter.
    pub meter: String,
    /// What is left.
    pub remaining: Figure,
    /// The last day that it can be used on; for ever where not said.
    pub expires: Option<Day>,
}

impl TrialHolding {
    fn compile(&self) -> Result<Holding, TrialError> {
        let adds_up = crate::meters::meter(&self.meter).is_some_and(|meter| !meter.is_level());
        if !adds_up || self.remaining.0 < Decimal::ZERO {
            return Err(TrialError::Holding { meter: self.meter.clone(), remaining: self.remaining.0 });
        }
        let expires = self.expires.map(|day| day.0);
        Ok(Holding { meter_id: self.meter.clone(), remaining: self.remaining.0, expires })
    }
}

impl TrialInput {
    /// The same quantities for every meter, one for each month.
    #[must_use]
    pub fn of(quantities: &[Decimal]) -> Self {
        let quantities = quantities.iter().copied().map(Figure).collect();
        Self { readings: vec![TrialReading { quantities, ..TrialReading::default() }], ..Self::default() }
    }

    /// The same events of each month for every meter.
    #[must_use]
    pub fn of_events(events: &[Decimal]) -> Self {
        let events = events.iter().copied().map(Figure).collect();
        Self { readings: vec![TrialReading { events, ..TrialReading::default() }], ..Self::default() }
    }

    /// Reads an input from a document.
    ///
    /// # Errors
    /// [`TrialError::Document`] names the place.
    pub fn read(document: &Document) -> Result<Self, TrialError> {
        document.read().map_err(|error| TrialError::Document(vec![error]))
    }

    /// The requirement that asks for it.
    pub(super) fn requirement(&self, offer: &Offer) -> Result<Requirement, TrialError> {
        if self.readings.len() > MAX_READINGS {
            return Err(TrialError::Readings(self.readings.len()));
        }
        let mut meters = Vec::new();
        for reading in &self.readings {
            for meter_id in reading.meters(offer) {
                meters.push(reading.of_meter(meter_id)?);
            }
        }
        let holdings = self.holdings.iter().map(TrialHolding::compile).collect::<Result<_, _>>()?;
        let start = self.start.map_or(FIRST_DAY, |day| day.0);
        let given = self.readings.iter().map(|reading| reading.quantities.len()).max().unwrap_or(0).max(1);
        let given = u32::try_from(given).unwrap_or(u32::MAX);
        let (purchase, months) = match self.end.map(|day| day.0) {
            None => (Purchase::New { term_months: given }, given),
            Some(end) if end <= start => return Err(TrialError::Days { start, end }),
            Some(end) => {
                let held_seats = BTreeMap::new();
                (Purchase::Expand { co_term_date: end, held_seats }, started_months(start, end))
            }
        };
        if months > MAX_ENTRIES as u32 {
            return Err(TrialError::Months(months));
        }
        let horizon_months = self.horizon_months.unwrap_or(months).max(months);
        if horizon_months > MAX_ENTRIES as u32 {
            return Err(TrialError::Months(horizon_months));
        }
        if given > horizon_months {
            return Err(TrialError::Quantity { given, months: horizon_months });
        }
        Ok(Requirement {
            pricing_date: start,
            start_date: start,
            purchase,
            horizon_months,
            hosting_region: None,
            billing_period: None,
            currency: None,
            seats: Vec::new(),
            demand: Vec::new(),
            meters,
            numbers: Vec::new(),
            holdings,
            selection: Selection::default(),
            buyer: Buyer::default(),
            wishes: Wishes::default(),
        })
    }
}

impl TrialReading {
    /// The meter that it names, or all that charges name, each once.
    fn meters<'a>(&'a self, offer: &'a Offer) -> Vec<&'a str> {
        if let Some(meter) = &self.meter {
            return vec![meter.as_str()];
        }
        let mut meters: Vec<&str> = Vec::new();
        let ordinary = |charge: &&Arc<Charge>| charge.model.over_lines().is_none();
        for charge in offer.parts().charges.iter().filter(ordinary) {
            let id = charge.metering.meter_id.as_str();
            if !meters.contains(&id) {
                meters.push(id);
            }
        }
        meters
    }

    fn of_meter(&self, meter_id: &str) -> Result<MeterReading, TrialError> {
        if crate::meters::meter(meter_id).is_none() {
            return Err(TrialError::Meter(meter_id.to_owned()));
        }
        if self.events.len() > MAX_EVENTS || !self.events.is_empty() && !self.quantities.is_empty() {
            return Err(TrialError::Events { events: self.events.len(), quantities: self.quantities.len() });
        }
        let figures = |figures: &[Figure]| figures.iter().map(|figure| figure.0).collect::<Vec<Decimal>>();
        let events = figures(&self.events);
        let values = if self.quantities.is_empty() {
            let sum = events.iter().copied().try_fold(Decimal::ZERO, add);
            vec![sum.map_err(|_| ProfileError::Size(Decimal::MAX))?]
        } else {
            figures(&self.quantities)
        };
        Ok(MeterReading {
            meter_id: meter_id.to_owned(),
            quantity: MonthlyProfile::signed(values, Decimal::ZERO)?,
            base_units: Decimal::ONE,
            attributes: self.attributes.clone(),
            events,
        })
    }
}
