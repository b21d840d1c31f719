//! The pricing kernel: an offer and a requirement make a quote. Pure: no clock, no I/O, no randomness,
//! no float; the same input gives the same quote.
//!
//! The order of pricing is the list in `price_as` and [`price`] for an offer, and the list in `cycle::price` for one
//! cycle of one line. Nothing else multiplies money.

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use self::choose::rank_offers;
pub use self::coverage::demand_paths;
use self::line::PricedLine;
pub use self::model::ModelError;
use self::recording::Detail;
use self::timeline::Timeline;
pub use self::timeline::started_months;
use crate::charge::Charge;
use crate::interval::ArithmeticError;
use crate::metering::MeterError;
use crate::offer::Offer;
use crate::quote::{Invoice, Quote, Totals};
use crate::requirement::Requirement;

mod adjust;
mod allowances;
mod amount;
mod assumptions;
mod calendar;
mod capabilities;
mod choose;
mod computed;
mod coverage;
mod curve;
mod cycle;
mod cycle_spec;
mod cycles;
mod flat;
mod graduated;
mod holdings;
mod invoice_shares;
mod invoices;
mod limits;
mod line;
mod list_amount;
mod model;
mod negative;
mod over_lines;
mod pack_plan;
mod pack_search;
mod package;
mod packs;
mod per_unit;
mod percentage;
mod period_limits;
mod proration;
mod quantities;
mod readings;
mod recording;
mod reduce;
mod runs;
mod sets;
mod spend;
mod spread;
mod stair_step;
mod texts;
mod tier_period;
pub(crate) mod timeline;
mod totals;
mod unit_prices;
mod uplift;
mod volume;

/// Version of the kernel: another version may answer another amount for the same offer.
pub const KERNEL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Why an offer cannot be priced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// A charge's quantity cannot be metered.
    #[error("charge {charge:?}: {cause}")]
    Meter {
        /// Id of the charge.
        charge: String,
        /// Why.
        cause: MeterError,
    },
    /// A quantity has no amount: none is sold, or it is too large.
    #[error("charge {charge:?}: {cause}")]
    Charge {
        /// Id of the charge.
        charge: String,
        /// Why.
        cause: ModelError,
    },
    /// The amounts of a line set are too large.
    #[error("line set {set:?}: {cause}")]
    Set {
        /// Id of the set.
        set: String,
        /// Why.
        cause: ArithmeticError,
    },
    /// A sum is too large.
    #[error("the totals: {0}")]
    Totals(#[from] ArithmeticError),
    /// A date leaves the calendar.
    #[error("found a term that ends {months} months after {start}, expected one within the calendar")]
    Calendar {
        /// First day.
        start: Date,
        /// Months after it.
        months: u32,
    },
}

impl PriceError {
    fn of<E: Into<ModelError>>(charge: &Charge) -> impl Fn(E) -> Self + '_ {
        |cause| Self::Charge { charge: charge.id.clone(), cause: cause.into() }
    }

    /// Whether the vendor does not sell what is asked for, or not without knowing more of it, which is an
    /// answer; the others are faults.
    #[must_use]
    pub const fn is_not_sold(&self) -> bool {
        match self {
            Self::Charge { cause, .. } => !matches!(cause, ModelError::Arithmetic(_)),
            Self::Meter { cause, .. } => matches!(cause, MeterError::OverCap { .. }),
            Self::Totals(_) | Self::Calendar { .. } | Self::Set { .. } => false,
        }
    }
}

/// The offers of a product, priced.
#[derive(Debug, Clone, PartialEq)]
pub struct PricedOffers {
    /// Best first.
    pub quotes: Vec<Quote>,
    /// Why the other offers cannot answer, each reason once with the offers that it holds for, in the order of the
    /// reasons: they cover no part of the requirement, or do not sell the quantity.
    pub refused: Vec<String>,
}

/// Prices all offers of a product.
///
/// # Errors
/// [`PriceError`] of the first offer that has a fault.
pub fn price_offers(requirement: &Requirement, offers: &[Offer]) -> Result<PricedOffers, PriceError> {
    let mut priced = PricedOffers { quotes: Vec::new(), refused: Vec::new() };
    let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for offer in offers {
        let name = || format!("{} {}", offer.parts().edition.id, offer.parts().purchase_option.id);
        match price(requirement, offer) {
            Ok(quote) if quote.uncovered() < quote.coverage.len() => priced.quotes.push(quote),
            Ok(_) => refused.entry("covers no part of the requirement".to_owned()).or_default().push(name()),
            Err(error) if error.is_not_sold() => refused.entry(error.to_string()).or_default().push(name()),
            Err(error) => return Err(error),
        }
    }
    rank_offers(&mut priced.quotes);
    priced.refused = refused
        .into_iter()
        .map(|(why, mut names)| match names.len() {
            count if count > 1 && count == offers.len() => format!("all {count} offers: {why}"),
            _ => {
                names.sort();
                format!("{}: {why}", names.join(", "))
            }
        })
        .collect();
    Ok(priced)
}

/// The totals of [`price`] by the same arithmetic, without the rest of the quote: for many requirements of one
/// offer.
///
/// # Errors
/// Those of [`price`], but for a row or a derivation that is too large to be shown.
pub fn price_totals(requirement: &Requirement, offer: &Offer) -> Result<Totals, PriceError> {
    Ok(price_as(requirement, offer, Detail::Totals)?.totals)
}

/// What amounts come from, and their sums.
struct Priced {
    timeline: Timeline,
    lines: Vec<PricedLine>,
    invoices: Vec<Invoice>,
    totals: Totals,
}

fn price_as(requirement: &Requirement, offer: &Offer, detail: Detail) -> Result<Priced, PriceError> {
    let parts = offer.parts();
    // 1. The months: the sold term, its renewals up to the horizon.
    let timeline = timeline::lay_out(requirement, &parts.terms)?;
    // 2. Each ordinary charge by itself: meter, cycles, allowance, model, limits, adjustments, part of a
    //    cycle. Then the line sets in their order, on what the lines ask for after that. Then the charges
    //    over other lines in the order of the offer, on what the sets leave.
    let lines = line::price_lines(requirement, parts, &timeline, detail)?;
    // 3. What the vendor sends, commitment by commitment, each invoice rounded once.
    let billing = invoices::bill(parts, &timeline, &lines, detail)?;
    // 4. Sums of rounded invoices, never of rounded lines.
    let totals = totals::add_up(requirement, parts.currency, &timeline, &lines, &billing)?;
    Ok(Priced { timeline, lines, invoices: billing.term, totals })
}

/// Prices an offer for a requirement.
///
/// # Errors
/// [`PriceError`] names the charge and the cause; there is no quote with a missing line.
pub fn price(requirement: &Requirement, offer: &Offer) -> Result<Quote, PriceError> {
    let parts = offer.parts();
    // 1. to 4. as for the totals alone.
    let Priced { timeline, lines, invoices, totals } = price_as(requirement, offer, Detail::Whole)?;
    // 5. What became of each part of the requirement.
    let coverage = coverage::trace(requirement, &parts.coverage, &lines);
    // 6. What was left to a default.
    let assumptions = assumptions::collect(parts, &timeline, &lines);
    let warnings = assumptions::warn(requirement, parts, &timeline);
    // 7. What comes of what the buyer wishes for.
    let capabilities = capabilities::trace(requirement, &parts.capabilities, &lines);
    Ok(Quote {
        edition: parts.edition.clone(),
        purchase_option: parts.purchase_option.clone(),
        currency: parts.currency,
        contract: timeline.contract(&parts.terms),
        confidence: choose::weakest_confidence(&lines),
        lines: lines.into_iter().map(|line| line.item).collect(),
        totals,
        invoices,
        coverage,
        assumptions,
        exclusions: parts.exclusions.clone(),
        warnings,
        sources: parts.sources.clone(),
        capabilities,
        tax: parts.conventions.tax.clone(),
    })
}
