//! Months and dates that a charge or an adjustment is held to.

use jiff::civil::Date;

/// Months, counted from 1 at the start date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthWindow {
    /// First month, from 1.
    pub first_month: u32,
    /// Number of months; `None`: without end.
    pub months: Option<u32>,
}

impl MonthWindow {
    /// Whether a month lies in it.
    #[must_use]
    pub fn contains(&self, month: u32) -> bool {
        month >= self.first_month
            && self.months.is_none_or(|months| month < self.first_month.saturating_add(months))
    }
}

/// A window of dates, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateWindow {
    /// First day; `None`: open.
    pub from: Option<Date>,
    /// Last day; `None`: open.
    pub to: Option<Date>,
    /// Which date must lie in it.
    pub basis: DateBasis,
}

impl DateWindow {
    /// Whether the date that counts lies in it.
    #[must_use]
    pub fn contains(&self, order: Date, service: Date) -> bool {
        let date = match self.basis {
            DateBasis::Order => order,
            DateBasis::Service => service,
        };
        self.from.is_none_or(|from| date >= from) && self.to.is_none_or(|to| date <= to)
    }
}

/// Which date counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateBasis {
    /// The pricing date for the sold term, a renewal's first day for a renewal.
    Order,
    /// The first day of the cycle.
    Service,
}
