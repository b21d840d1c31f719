//! Why a charge has no billed quantity.

use rust_decimal::Decimal;

use super::lengths::LengthsError;
use crate::charge::Scope;
use crate::interval::ArithmeticError;

/// Why a charge has no billed quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeterError {
    /// Not in the catalogue.
    #[error("found the meter {0:?}, expected one of the meter catalogue")]
    UnknownMeter(String),
    /// A step on what has no such parts, or after a wider one.
    #[error(
        "found a metering step of {0:?} scope, expected steps of segment scope on segments, of contact scope \
         on segments and events, of day scope on what contacts add up to, and narrower scopes first"
    )]
    Scope(Scope),
    /// The lengths of a demand's contacts, or its counts of events.
    #[error("{place}: {cause}")]
    Lengths {
        /// Path in the requirement.
        place: String,
        /// What is wrong with them.
        cause: LengthsError,
    },
    /// A value is out of range.
    #[error(transparent)]
    Arithmetic(#[from] ArithmeticError),
    /// A rule that no offer may have.
    #[error("found {0}")]
    Rule(&'static str),
    /// A mean of events meets a step on each contact.
    #[error(
        "{place}: found a mean of {mean} events that are rounded contact by contact, expected a whole number \
         that every contact has, or the counts as samples"
    )]
    EventMean {
        /// Path in the requirement.
        place: String,
        /// As found.
        mean: Decimal,
    },
    /// Contacts that are counted together have different days.
    #[error("{place}: found {found} active days, expected {expected} as of what is counted with it")]
    ActiveDays {
        /// Path in the requirement.
        place: String,
        /// As found.
        found: u32,
        /// Of the others.
        expected: u32,
    },
    /// More than is sold.
    #[error("found {found} a {period} in month {month}, expected at most the {cap} a {period} that are sold")]
    OverCap {
        /// As demanded.
        found: Decimal,
        /// The limit.
        cap: Decimal,
        /// "day" or "month".
        period: &'static str,
        /// Counted from 1.
        month: usize,
    },
    /// More people than are counted out.
    #[error("{place}: found more than {most} people at one time, expected fewer: state the seats instead")]
    Staffing {
        /// Path in the requirement.
        place: String,
        /// The limit.
        most: u32,
    },
}
