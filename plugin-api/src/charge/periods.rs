//! Over which time a ladder of tiers and the limits of a charge count.

/// Which quantity meets the ladder of tiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierPeriod {
    /// That of the cycle.
    Cycle,
    /// That of a day, with the cycle's quantity spread evenly over its days and each day priced by itself.
    Day,
    /// That of the commitment: its whole quantity picks the tier of a volume or stair-step price, and a
    /// graduated price goes up its ladder from the first day on.
    Term,
    /// That of the commitment's first cycle; only volume and stair-step prices.
    Order,
    /// The highest of a cycle so far within the commitment; only volume and stair-step prices.
    Highest,
}

/// Over which time the minimum and the maximum amount count, from the commitment's first day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitsPeriod {
    /// A cycle.
    Cycle,
    /// Three months.
    Quarter,
    /// Twelve months.
    Year,
    /// The whole commitment.
    Term,
}
