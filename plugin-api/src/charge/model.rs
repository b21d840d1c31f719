//! How a quantity becomes money: the price models and the choices within them.

use rust_decimal::Decimal;

use super::{CountedAmount, LineChoice, Packs, Percentage, Positive, Tiers};
use crate::interval::Interval;

/// How a quantity becomes money.
#[derive(Debug, Clone, PartialEq)]
pub enum PriceModel {
    /// The same amount in each cycle, whatever the quantity.
    Flat {
        /// The amount.
        amount: Interval,
        /// Nothing in a cycle whose quantity is 0.
        only_when_used: bool,
    },
    /// A price for each unit.
    PerUnit {
        /// Price of `per` base units.
        price: Interval,
        /// Base units that the price buys.
        per: Positive,
    },
    /// Each unit at the price of the tier that it falls in.
    Graduated {
        /// The tiers.
        tiers: Tiers,
        /// Base units that a unit price buys.
        per: Positive,
    },
    /// All units at the price of the tier that the whole quantity reaches.
    Volume {
        /// The tiers.
        tiers: Tiers,
        /// Base units that a unit price buys.
        per: Positive,
        /// How a quantity is made whole before it picks a tier; `None`: not at all.
        lookup: Option<TierLookup>,
    },
    /// An amount for the step that the quantity reaches.
    StairStep {
        /// The steps: tiers whose `flat_amount` is the step's, without a unit price.
        steps: Tiers,
        /// Which steps are charged.
        accumulation: StepAccumulation,
    },
    /// A price for each package.
    Package {
        /// Base units in a package.
        size: Positive,
        /// Price of a package.
        price: Interval,
        /// What happens to a part; `None`: a started package is charged whole, stated as an assumption.
        partial: Option<PartialPackage>,
        /// Least number of packages in a cycle; none when zero.
        minimum_packages: Decimal,
    },
    /// A fraction of what other lines cost.
    ShareOfLines {
        /// The lines: ordinary ones, and those over other lines whose charges stand before this one.
        lines: LineChoice,
        /// From 0; 0.2 is 20 %.
        fraction: Interval,
    },
    /// What other lines lack of a minimum; nothing when they reach it.
    Shortfall {
        /// The lines: ordinary ones, and those over other lines whose charges stand before this one.
        lines: LineChoice,
        /// What they must come to in a cycle, from 0; for each of what the charge counts.
        minimum: Decimal,
        /// Which of their amounts count towards it.
        counted: CountedAmount,
    },
    /// Amounts that the adapter has computed itself, for a rule that no other price expresses.
    Computed {
        /// How, for a person.
        formula: String,
        /// One for each month from the first on; after the last they repeat.
        amounts: Vec<Interval>,
    },
    /// A part of an amount of money, with what each event costs beside it.
    Percentage(Percentage),
    /// Prepaid packs that the quantity is drawn from.
    Packs(Packs),
}

impl PriceModel {
    /// The lines that it looks at; `None` for an ordinary price, which looks at none.
    #[must_use]
    pub const fn over_lines(&self) -> Option<&LineChoice> {
        match self {
            Self::ShareOfLines { lines, .. } | Self::Shortfall { lines, .. } => Some(lines),
            _ => None,
        }
    }

    /// The packs that are sold; `None` for any other price.
    #[must_use]
    pub const fn packs(&self) -> Option<&Packs> {
        match self {
            Self::Packs(packs) => Some(packs),
            _ => None,
        }
    }

    /// The name in the catalogue of charging models.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Flat { .. } => "flat",
            Self::PerUnit { .. } => "per_unit",
            Self::Graduated { .. } => "graduated",
            Self::Volume { .. } => "volume",
            Self::StairStep { .. } => "stair_step",
            Self::Package { .. } => "package",
            Self::ShareOfLines { .. } => "share_of_lines",
            Self::Shortfall { .. } => "shortfall",
            Self::Computed { .. } => "computed",
            Self::Percentage(_) => "percentage",
            Self::Packs(_) => "packs",
        }
    }
}

/// How a quantity is made whole before it picks a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierLookup {
    /// Rounded up.
    Ceiling,
    /// Rounded down.
    Floor,
}

/// Which steps of a stair are charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepAccumulation {
    /// The one that the quantity reaches.
    Reached,
    /// That one and all before it.
    Sum,
}

/// What is charged in a cycle without quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZeroQuantity {
    /// Nothing.
    NoCharge,
    /// The amount that the first tier or step charges once.
    FirstTier,
}

/// What happens to a part of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartialPackage {
    /// A started package is charged whole.
    Up,
    /// A started package is not charged.
    Down,
    /// A started package is charged by its part.
    Prorated,
    /// A package that is half full or more is charged whole, and less of it is not.
    Nearest,
}
