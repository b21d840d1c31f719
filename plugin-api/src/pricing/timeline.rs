//! The months of an offer: the sold term, and the renewals that start within the horizon.

use jiff::{ToSpan as _, Unit, civil::Date};

use super::PriceError;
use crate::offer::{Alignment, Terms};
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
    /// Started months, those of the calendar where they begin on its firsts.
    pub(crate) months: u32,
    /// The same commitment in months that begin on the day that the service starts on.
    pub(crate) first_contract_month: u32,
    pub(crate) contract_months: u32,
    pub(crate) phase: Phase,
    /// The day on which it is ordered.
    pub(crate) order_date: Date,
    /// Day after the last day.
    end: Date,
    /// The day that its months are counted from, and how many of them come before it. They are counted
    /// from the first day of all, so that a 31st does not become a 28th for good.
    anchor: Date,
    before: u32,
    /// It ends within its last month.
    pub(crate) cut: bool,
    /// Its months begin on the firsts of the calendar's, and its first one is a part.
    calendar: Option<CalendarMonths>,
}

/// Months of a commitment that starts within one of the calendar's.
struct CalendarMonths {
    /// The first day of that month.
    first: Date,
    /// It ends within a month too.
    cut: bool,
}

impl Commitment {
    /// The month after the last one.
    pub(crate) fn end_month(&self) -> u32 {
        self.first_month + self.months
    }

    /// Whether all its days of invoices are as many months apart as their months.
    pub(crate) fn is_regular(&self) -> bool {
        !self.cut && self.calendar.is_none() && self.anchor.day() <= 28
    }

    /// The first day of the month that is `offset` months after the first one, or the end of all.
    pub(crate) fn day(&self, offset: u32) -> Result<Date, PriceError> {
        if offset == 0 {
            return self.contract_day(0);
        }
        Ok(self.whole_day(offset)?.min(self.end))
    }

    /// The same as if the months at both ends were whole.
    pub(crate) fn whole_day(&self, offset: u32) -> Result<Date, PriceError> {
        match &self.calendar {
            Some(months) => month_start(months.first, offset),
            None => month_start(self.anchor, self.before + offset),
        }
    }

    /// The same in contract months.
    pub(crate) fn contract_day(&self, offset: u32) -> Result<Date, PriceError> {
        Ok(month_start(self.anchor, self.before + offset)?.min(self.end))
    }

    /// The first month that is there from its first day on.
    pub(crate) fn whole_from(&self) -> u32 {
        self.first_month + self.lead()
    }

    /// The month after the last one that is there to its end.
    pub(crate) fn whole_until(&self) -> u32 {
        self.end_month() - u32::from(self.calendar.as_ref().map_or(self.cut, |months| months.cut))
    }

    /// Months at the start that are parts: none or one.
    pub(crate) fn lead(&self) -> u32 {
        u32::from(self.calendar.is_some())
    }

    /// The contract month that the first day of a month lies in.
    pub(crate) fn contract_month(&self, month: u32) -> u32 {
        self.first_contract_month + (month - self.first_month).saturating_sub(self.lead())
    }

    /// With months that begin on the firsts of the calendar's, where it is asked for.
    fn aligned(self, terms: &Terms, first_month: u32) -> Result<Self, PriceError> {
        let start = self.contract_day(0)?;
        let commitment = Self { first_month, ..self };
        if terms.aligned_to == Alignment::Start || start.day() == 1 {
            return Ok(commitment);
        }
        let first = start.first_of_month();
        let months = started_months(first, commitment.end);
        let calendar = Some(CalendarMonths { first, cut: commitment.end.day() != 1 });
        Ok(Self { months, calendar, ..commitment })
    }
}

impl Timeline {
    /// All months, to the end of the last commitment that starts within the horizon.
    pub(crate) fn months(&self) -> u32 {
        self.commitments.last().map_or(0, |last| last.end_month() - 1)
    }

    /// Contract months, to the same end.
    pub(crate) fn contract_months(&self) -> u32 {
        self.commitments.last().map_or(0, |last| last.first_contract_month + last.contract_months - 1)
    }

    /// Contract months of the sold term.
    pub(crate) fn sold_months(&self) -> u32 {
        self.commitments.first().map_or(0, |term| term.contract_months)
    }

    /// Whether some commitment starts with a part of a month.
    pub(crate) fn is_by_calendar(&self) -> bool {
        self.commitments.iter().any(|commitment| commitment.calendar.is_some())
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
            aligned_to: terms.aligned_to,
            renewal_uplift: terms.renewal_uplift,
            service: terms.service,
        }
    }
}

/// The first day of a month that is counted from 0 at `start`. A day that the month lacks is its last.
pub(crate) fn month_start(start: Date, months: u32) -> Result<Date, PriceError> {
    let first = first_of_month(start, months).ok_or(PriceError::Calendar { start, months })?;
    let day = start.day().min(first.days_in_month());
    Date::new(first.year(), first.month(), day).map_err(|_| PriceError::Calendar { start, months })
}

/// The first day of the month that is so many months after a date's own.
fn first_of_month(date: Date, months: u32) -> Option<Date> {
    let month = i64::from(date.year()) * 12 + i64::from(date.month()) - 1 + i64::from(months);
    let (year, month) = (i16::try_from(month.div_euclid(12)).ok()?, month.rem_euclid(12) + 1);
    Date::new(year, i8::try_from(month).ok()?, 1).ok()
}

/// Whether a day is the first of a month that is counted from 0 at `start`.
pub(crate) fn is_months_after(start: Date, months: u32, day: Date) -> bool {
    month_start(start, months).is_ok_and(|other| other == day)
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
    // `months` months from `anchor` on, after `before` others.
    let commitment = |phase, first_month, months, order_date, anchor, before| -> Result<_, PriceError> {
        let end = month_start(anchor, before + months)?;
        let (first_contract_month, contract_months) = (first_month, months);
        Ok(Commitment {
            first_month,
            months,
            first_contract_month,
            contract_months,
            phase,
            order_date,
            end,
            anchor,
            before,
            cut: false,
            calendar: None,
        })
    };
    let (asked_months, term) = match &requirement.purchase {
        Purchase::New { term_months } => {
            let least = (*term_months).max(terms.minimum_months);
            let sold = least
                .checked_next_multiple_of(terms.multiple_of_months)
                .ok_or(PriceError::Calendar { start, months: least })?;
            (*term_months, commitment(Phase::Term, 1, sold, requirement.pricing_date, start, 0)?)
        }
        // What is added ends with what runs already, whatever is sold to a new buyer.
        Purchase::Expand { co_term_date, .. } => {
            let months = started_months(start, *co_term_date);
            let term = commitment(Phase::Term, 1, months, requirement.pricing_date, start, 0)?;
            (months, Commitment { cut: *co_term_date < term.end, end: *co_term_date, ..term })
        }
    };
    // Renewals of a new contract count on from its start, those of a running one from its end.
    let (anchor, sold) = if term.cut { (term.end, 0) } else { (start, term.months) };
    let renewal_months = terms.renewal_months.unwrap_or(terms.multiple_of_months).max(1);
    let (mut first_month, mut before, mut first_day) = (term.end_month(), sold, term.end);
    let mut commitments = vec![term.aligned(terms, 1)?];
    while first_month <= requirement.horizon_months {
        let renewal = commitment(Phase::Renewal, first_month, renewal_months, first_day, anchor, before)?;
        (first_month, before, first_day) = (renewal.end_month(), before + renewal_months, renewal.end);
        let next_month = commitments.last().map_or(1, Commitment::end_month);
        commitments.push(renewal.aligned(terms, next_month)?);
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
