//! Prepaid packs: a quantity that is bought whole, before it is used.

use rust_decimal::Decimal;

use super::Positive;
use crate::interval::Interval;

/// Most kinds of packs.
pub const MAX_PACKS: usize = 16;

/// Packs that a quantity is drawn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Packs {
    /// The kinds of packs; at least one. Several need exact prices, because the cheapest cover is bought.
    pub packs: Vec<Pack>,
    /// What happens to what no pack covers.
    pub beyond: BeyondPacks,
    /// Months that a pack lasts, its first among them; `None`: it ends with the cycle that it is bought in.
    /// Packs are drawn by earliest end, then smaller first.
    pub validity_months: Option<u32>,
    /// Bought again as soon as less than this is left; `None`: when nothing is left. Only with
    /// `validity_months` and [`BeyondPacks::Renewal`], and then the first kind of pack is bought.
    pub recharge_below: Option<Decimal>,
}

/// One kind of pack.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// Base units in it.
    pub size: Positive,
    /// What it costs.
    pub price: Interval,
}

/// What happens to what no pack covers.
#[derive(Debug, Clone, PartialEq)]
pub enum BeyondPacks {
    /// More packs are bought.
    Renewal,
    /// It has a price of its own, and packs are bought where they are cheaper.
    Overage {
        /// Price of `per` base units.
        price: Interval,
        /// Base units that the price buys.
        per: Positive,
    },
    /// The service stops: no more than so many packs are sold in a cycle, from 1.
    Stop {
        /// Most packs, of all kinds together.
        most: u32,
    },
}
