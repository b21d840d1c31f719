//! Where the quantity of a charge comes from.

use rust_decimal::Decimal;

use super::metering_rule::MeteringRule;
use crate::requirement::{EventKind, SegmentKind, ServiceLevel};

/// Where a quantity comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum MeteringSource {
    /// Only what the requirement states for the meter.
    Stated,
    /// Lengths of segments in seconds, added up within a contact. No kinds: the contact's length,
    /// which is all kinds that do not run beside the others.
    Segments(Vec<SegmentKind>),
    /// Events in contacts; at least one kind.
    Events(Vec<EventKind>),
    /// Contacts.
    Contacts,
    /// Seats.
    Seats(SeatFilter),
    /// Telephone numbers; the keys `country` and `number_type` read the group's own fields.
    Numbers,
    /// A fixed quantity in each cycle, from 0.
    Constant(Decimal),
    /// Several parts, each counted by itself.
    Combined {
        /// At least one; their names are unique.
        parts: Vec<Part>,
        /// How they become one quantity.
        how: Combine,
    },
    /// People who must work at one time to serve the demand's busy hour, by Erlang C. The level is the
    /// demand's own; this one where the demand has none.
    Staffing(Option<ServiceLevel>),
}

impl MeteringSource {
    /// Whether it counts what holds for a whole term and can be committed: seats, people, a fixed quantity.
    #[must_use]
    pub const fn is_committed(&self) -> bool {
        matches!(self, Self::Seats(_) | Self::Constant(_) | Self::Staffing(_))
    }

    /// Whether it adds up over days: contacts and their parts, and what is stated.
    #[must_use]
    pub const fn adds_up_over_days(&self) -> bool {
        matches!(
            self,
            Self::Stated | Self::Segments(_) | Self::Events(_) | Self::Contacts | Self::Combined { .. }
        )
    }
}

/// One part of a combined quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Name for a person, never empty.
    pub name: String,
    /// What it counts. Its meter is another than that of the whole, and may be empty: nothing is then read
    /// as stated for it. Its steps have segment or contact scope, its factor applies to a stated quantity
    /// too, and it has no caps.
    pub rule: MeteringRule,
}

/// How parts become one quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combine {
    /// They are added up.
    Sum,
    /// Of each contact, only the part that counts most.
    Dearest,
}

/// Which seats count, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatFilter {
    /// How a seat is measured.
    pub basis: SeatBasis,
    /// Roles that count; none: all but robots.
    pub roles: Vec<String>,
}

/// How a seat is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatBasis {
    /// People with an account.
    Named,
    /// The most people who work at one time.
    Concurrent,
}
