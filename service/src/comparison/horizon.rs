//! What counts over the horizon. A new contract's commitments that start within it are paid whole, and count whole.
//!
//! What is added to a running contract ends with it, on a day that no vendor chose, so that a yearly renewal sticks out
//! of the horizon by some months where a monthly one does not. These months belong to the renewal of the whole contract:
//! they are left out of a comparison, in proportion to the months of a cycle, and told.

use quotient_plugin_api::charge::Category;
use quotient_plugin_api::interval::{ArithmeticError, Interval, sub};
use quotient_plugin_api::offer::{Alignment, Offer};
use quotient_plugin_api::pricing::{price, price_totals, started_months};
use quotient_plugin_api::quote::{Contract, LineItem, Quote};
use quotient_plugin_api::requirement::{Purchase, Requirement};

/// What of a quote counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted<'a> {
    quote: &'a Quote,
    /// The last month that counts, and the months after it; `None`: all count.
    cut: Option<(u32, u32)>,
}

/// Months that are committed to beyond the horizon and do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beyond {
    /// How many.
    pub months: u32,
    /// What they cost, in the vendor's currency and tax basis.
    pub amount: Interval,
}

impl<'a> Counted<'a> {
    pub(super) fn new(requirement: &Requirement, quote: &'a Quote) -> Self {
        let added = matches!(requirement.purchase, Purchase::Expand { .. });
        Self { quote, cut: added.then(|| cut(requirement, &quote.contract)).flatten() }
    }

    /// The vendor's horizon total, as far as it counts.
    pub(super) fn total(&self) -> Result<Interval, ArithmeticError> {
        let whole = self.quote.totals.horizon;
        let Some(beyond) = self.beyond()? else { return Ok(whole) };
        let low = sub(whole.low(), beyond.amount.low())?;
        let high = whole.high().zip(beyond.amount.high()).map(|(whole, beyond)| sub(whole, beyond));
        Interval::new(low, high.transpose()?).map_err(|_| ArithmeticError)
    }

    /// What does not count; `None` where all counts.
    pub(super) fn beyond(&self) -> Result<Option<Beyond>, ArithmeticError> {
        let Some((last, months)) = self.cut else { return Ok(None) };
        let mut amount = Interval::ZERO;
        for line in &self.quote.lines {
            let of_line = self
                .over_cycles(line, |first, months, cycle| part(cycle, months, after(first, months, last)))?;
            amount = of_line.into_iter().try_fold(amount, |sum, (_, cycle)| sum.plus(cycle))?;
        }
        Ok(Some(Beyond { months, amount }))
    }

    /// A line over the horizon.
    pub(super) fn line(&self, line: &LineItem) -> Result<Interval, ArithmeticError> {
        if self.cut.is_none() {
            return Ok(line.horizon_amount);
        }
        self.cycles(line)?.into_iter().try_fold(Interval::ZERO, |sum, (_, cycle)| sum.plus(cycle))
    }

    /// The cycles of a line: the month that each starts in, from 1, and its amount.
    pub(super) fn cycles(&self, line: &LineItem) -> Result<Vec<(u32, Interval)>, ArithmeticError> {
        let Some((last, _)) = self.cut else { return self.over_cycles(line, |_, _, cycle| Ok(cycle)) };
        self.over_cycles(line, |first, months, cycle| {
            part(cycle, months, months.saturating_sub(after(first, months, last)))
        })
    }

    fn over_cycles(
        &self,
        line: &LineItem,
        count: impl Fn(u32, u32, Interval) -> Result<Interval, ArithmeticError>,
    ) -> Result<Vec<(u32, Interval)>, ArithmeticError> {
        let once = line.category() == Category::OneTime;
        let mut cycles = Vec::new();
        for period in &line.periods {
            let amount = period.cycle_amount();
            for cycle in 0..period.cycles {
                let first = period.first_month.saturating_add(cycle.saturating_mul(period.cycle_months));
                // What is bought once has no months: it lies where it is bought.
                let months = if once { 1 } else { period.cycle_months.max(1) };
                cycles.push((first, count(first, months, amount)?));
            }
        }
        Ok(cycles)
    }
}

/// How many months of a cycle lie after a month.
const fn after(first: u32, months: u32, last: u32) -> u32 {
    let after = first.saturating_add(months).saturating_sub(1).saturating_sub(last);
    if after < months { after } else { months }
}

fn part(amount: Interval, months: u32, counted: u32) -> Result<Interval, ArithmeticError> {
    if counted == months { Ok(amount) } else { amount.scale(counted.into(), months.into()) }
}

/// The last month within the horizon and the months beyond it, as the lines count them; `None` where there are none.
fn cut(requirement: &Requirement, contract: &Contract) -> Option<(u32, u32)> {
    let (sold, renewal) = (contract.sold_term_months, contract.renewal_term_months.max(1));
    let horizon = requirement.horizon_months;
    let renewals = horizon.saturating_sub(sold).div_ceil(renewal);
    let over = sold.saturating_add(renewals.saturating_mul(renewal)).saturating_sub(horizon);
    // Months of the calendar: a commitment that starts within one has one more.
    let by_calendar = contract.aligned_to == Alignment::CalendarMonth;
    let term = if by_calendar {
        started_months(contract.start_date.first_of_month(), contract.end_date)
    } else {
        sold
    };
    let each = renewal.saturating_add(u32::from(by_calendar && contract.end_date.day() != 1));
    let all = term.saturating_add(renewals.saturating_mul(each));
    (over > 0).then(|| (all.saturating_sub(over), over))
}

/// What an offer costs over the horizon, as far as it counts; `None` where it cannot be priced.
pub(super) fn total(requirement: &Requirement, offer: &Offer) -> Option<Interval> {
    match requirement.purchase {
        Purchase::New { .. } => Some(price_totals(requirement, offer).ok()?.horizon),
        Purchase::Expand { .. } => Counted::new(requirement, &price(requirement, offer).ok()?).total().ok(),
    }
}
