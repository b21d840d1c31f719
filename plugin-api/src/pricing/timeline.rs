//! The months of an offer: the sold term, and the renewals that start within the horizon.

use jiff::{Span, ToSpan as _, Unit, civil::Date};

use super::PriceError;
use crate::offer::Terms;
use crate::quote::{Contract, Phase};
use crate::requirement::{Purchase, Requirement};

/// The months of an offer. Months are counted from 1 at the start date.
pub(crate) struct Timeline {
    pub(crate) start: Date,
    pub(crate) asked_months: u32,
    pub(crate) renewal_months: u32,
    /// The sold term first, then its renewals, without a gap.
    pub(crate) commitments: Vec<Commitment>,
}

/// Months that are committed to together.
pub(crate) struct Commitment {
    pub(crate) first_month: u32,
    /// Started months.
    pub(crate) months: u32,
    pub(crate) phase: Phase,
    /// The day on which it is ordered.
    pub(crate) order_date: Date,
    pub(crate) first_day: Date,
    /// Day after the last day.
    pub(crate) end: Date,
}

impl Commitment {
    /// Whether a month lies in it.
    pub(crate) fn contains(&self, month: u32) -> bool {
        (self.first_month..self.first_month.saturating_add(self.months)).contains(&month)
    }
}

impl Timeline {
    /// All months, to the end of the last commitment that starts within the horizon.
    pub(crate) fn months(&self) -> u32 {
        self.commitments.last().map_or(0, |last| last.first_month.saturating_add(last.months) - 1)
    }

    /// Months of the sold term.
    pub(crate) fn sold_months(&self) -> u32 {
        self.commitments.first().map_or(0, |term| term.months)
    }

    /// What is agreed about them.
    pub(crate) fn contract(&self, terms: &Terms) -> Contract {
        let sold_term_months = self.sold_months();
        Contract {
            sold_term_months,
            asked_term_months: self.asked_months,
            renewal_term_months: self.renewal_months,
            start_date: self.start,
            end_date: self.commitments.first().map_or(self.start, |term| term.end),
            billing_period_months: terms.billing_period_months.unwrap_or(sold_term_months),
            minimum_seats: terms.minimum_seats,
            trial_days: terms.trial_days,
            modules_addable: terms.modules_addable,
            modules_removable: terms.modules_removable,
        }
    }
}

/// The first day of a month that is counted from 0 at `start`. A day that the month lacks is its last.
pub(crate) fn month_start(start: Date, months: u32) -> Result<Date, PriceError> {
    Span::new()
        .try_months(months)
        .and_then(|span| start.checked_add(span))
        .map_err(|_| PriceError::Calendar { start, months })
}

/// Days from one date to a later one.
pub(crate) fn days_between(from: Date, to: Date) -> u32 {
    from.until((Unit::Day, to)).map_or(0, |span| u32::try_from(span.get_days()).unwrap_or(0))
}

/// Months that are started between two dates.
#[must_use]
pub fn started_months(from: Date, to: Date) -> u32 {
    let whole = from.until((Unit::Month, to)).map_or(0, |span| u32::try_from(span.get_months()).unwrap_or(0));
    let rest = from.checked_add(i64::from(whole).months()).is_ok_and(|reached| reached < to);
    whole.saturating_add(u32::from(rest))
}

pub(crate) fn lay_out(requirement: &Requirement, terms: &Terms) -> Result<Timeline, PriceError> {
    let start = requirement.start_date;
    let (asked_months, sold, end) = match &requirement.purchase {
        Purchase::New { term_months } => {
            let least = (*term_months).max(terms.minimum_months);
            let sold = least.next_multiple_of(terms.multiple_of_months.max(1));
            (*term_months, sold, month_start(start, sold)?)
        }
        // What is added ends with what runs already, whatever is sold to a new buyer.
        Purchase::Expand { co_term_date, .. } => {
            let months = started_months(start, *co_term_date);
            (months, months, *co_term_date)
        }
    };
    let term = Commitment {
        first_month: 1,
        months: sold,
        phase: Phase::Term,
        order_date: requirement.pricing_date,
        first_day: start,
        end,
    };
    let renewal_months = terms.renewal_months.unwrap_or(terms.multiple_of_months).max(1);
    let mut commitments = vec![term];
    let mut first_month = sold.saturating_add(1);
    let mut first_day = end;
    let mut renewed = 0_u32;
    while first_month <= requirement.horizon_months {
        renewed = renewed.saturating_add(renewal_months);
        // Counted from the end of the term, so that a 31st does not become a 28th for good.
        let end_of_renewal = month_start(end, renewed)?;
        commitments.push(Commitment {
            first_month,
            months: renewal_months,
            phase: Phase::Renewal,
            order_date: first_day,
            first_day,
            end: end_of_renewal,
        });
        first_day = end_of_renewal;
        first_month = first_month.saturating_add(renewal_months);
    }
    Ok(Timeline { start, asked_months, renewal_months, commitments })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_started_month_counts() {
        for (from, to, expected) in [
            (date(2026, 1, 1), date(2026, 7, 1), 6),
            (date(2026, 1, 1), date(2026, 7, 2), 7),
            (date(2026, 1, 31), date(2026, 2, 28), 1),
            (date(2026, 1, 31), date(2026, 3, 1), 2),
            (date(2026, 1, 1), date(2027, 7, 1), 18),
        ] {
            assert_eq!(started_months(from, to), expected, "{from} to {to}");
        }
    }

    #[test]
    fn days_are_counted_without_the_last_one() {
        // 31 days of January and 28 of February.
        assert_eq!(days_between(date(2026, 1, 1), date(2026, 3, 1)), 59);
        assert_eq!(days_between(date(2026, 3, 1), date(2026, 1, 1)), 0);
    }
}
