//! A ladder of tiers without gaps, overlaps or a forgotten top.

use rust_decimal::Decimal;

use super::Positive;
use crate::interval::{Interval, compare};

/// Most tiers of a ladder.
pub const MAX_TIERS: usize = 1_000;

/// One tier: the quantities above the bound of the one before it, up to and including its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// Largest quantity in base units; `None`: unbounded.
    pub up_to: Option<Decimal>,
    /// Price of `per` base units.
    pub unit_price: Interval,
    /// Charged once when the tier is reached.
    pub flat_amount: Option<Interval>,
    /// Base units in a package: the tier counts started packages, and `unit_price` is for `per` of them.
    pub package_size: Option<Positive>,
    /// Least amount of the tier once it is reached, its flat amount included.
    pub minimum_amount: Option<Decimal>,
    /// Greatest amount of the tier, its flat amount included.
    pub maximum_amount: Option<Decimal>,
}

impl Tier {
    /// A tier with a price for its units and nothing else.
    #[must_use]
    pub const fn new(up_to: Option<Decimal>, unit_price: Interval) -> Self {
        Self {
            up_to,
            unit_price,
            flat_amount: None,
            package_size: None,
            minimum_amount: None,
            maximum_amount: None,
        }
    }
}

/// Why tiers are no ladder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TiersError {
    /// None, or too many.
    #[error("found {0} tiers, expected 1 to {MAX_TIERS}")]
    Length(usize),
    /// A bound is not above the one before it.
    #[error("tiers[{index}]: found the bound {found}, expected one above {before}")]
    Order {
        /// The tier.
        index: usize,
        /// Its bound.
        found: Decimal,
        /// The bound before.
        before: Decimal,
    },
    /// A tier before the last has no bound.
    #[error("tiers[{0}]: found no bound, expected one on every tier but the last")]
    Unbounded(usize),
    /// Quantities above the last bound have no price.
    #[error("the last tier ends at {0}, expected no bound, so that every quantity has a price")]
    Bounded(Decimal),
    /// The least amount of a tier is above its greatest, or one of them is negative.
    #[error(
        "tiers[{index}]: found amounts from {minimum} to {maximum}, expected the lower one first, from 0"
    )]
    Limits {
        /// The tier.
        index: usize,
        /// Its least amount.
        minimum: Decimal,
        /// Its greatest amount.
        maximum: Decimal,
    },
    /// A price or flat amount may be negative.
    #[error("tiers[{index}]: found the price {found}, expected 0 or more")]
    Negative {
        /// The tier.
        index: usize,
        /// The price.
        found: Decimal,
    },
}

/// To which tier a quantity belongs that is exactly a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TierBound {
    /// To the one that ends there.
    #[default]
    Inclusive,
    /// To the one that starts there.
    Exclusive,
}

/// At least one tier, ascending; only the last may be unbounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiers {
    tiers: Vec<Tier>,
    /// `None`: not said, and read as inclusive.
    bound: Option<TierBound>,
}

impl Tiers {
    /// A ladder that has a price for every quantity: its last tier is unbounded.
    ///
    /// # Errors
    /// [`TiersError`] names the first tier that breaks a rule.
    pub fn new(tiers: Vec<Tier>) -> Result<Self, TiersError> {
        match tiers.last().and_then(|last| last.up_to) {
            Some(bound) => Self::bounded(tiers).and(Err(TiersError::Bounded(bound))),
            None => Self::bounded(tiers),
        }
    }

    /// A ladder that may end: above the bound of its last tier nothing is sold, and there is no price.
    ///
    /// # Errors
    /// [`TiersError`] names the first tier that breaks a rule.
    pub fn bounded(tiers: Vec<Tier>) -> Result<Self, TiersError> {
        let Some(last) = tiers.len().checked_sub(1).filter(|_| tiers.len() <= MAX_TIERS) else {
            return Err(TiersError::Length(tiers.len()));
        };
        let mut before = Decimal::ZERO;
        for (index, tier) in tiers.iter().enumerate() {
            let amounts = [Some(tier.unit_price), tier.flat_amount];
            if let Some(found) = amounts.iter().flatten().map(Interval::low).find(|low| *low < Decimal::ZERO)
            {
                return Err(TiersError::Negative { index, found });
            }
            let minimum = tier.minimum_amount.unwrap_or_default();
            let maximum = tier.maximum_amount.unwrap_or(Decimal::MAX);
            if minimum < Decimal::ZERO || minimum > maximum {
                return Err(TiersError::Limits { index, minimum, maximum });
            }
            match tier.up_to {
                Some(found) if found <= before => return Err(TiersError::Order { index, found, before }),
                None if index < last => return Err(TiersError::Unbounded(index)),
                Some(found) => before = found,
                None => {}
            }
        }
        Ok(Self { tiers, bound: None })
    }

    /// The same ladder with another rule for quantities that are exactly a bound.
    #[must_use]
    pub fn with_bound(self, bound: TierBound) -> Self {
        Self { bound: Some(bound), ..self }
    }

    /// To which tier a quantity belongs that is exactly a bound; inclusive where it is not said.
    #[must_use]
    pub fn bound(&self) -> TierBound {
        self.bound.unwrap_or_default()
    }

    /// The same, where it is said.
    #[must_use]
    pub const fn said_bound(&self) -> Option<TierBound> {
        self.bound
    }

    /// Whether the ladder ends below a quantity.
    #[must_use]
    pub fn ends_before(&self, quantity: Decimal) -> bool {
        self.limit().is_some_and(|limit| match self.bound() {
            TierBound::Inclusive => compare(quantity, limit).is_gt(),
            TierBound::Exclusive => compare(quantity, limit).is_ge(),
        })
    }

    /// The same ladder with each tier by a function that keeps its bound.
    ///
    /// # Errors
    /// The function's first error.
    pub(crate) fn try_map<E>(&self, change: impl Fn(&Tier) -> Result<Tier, E>) -> Result<Self, E> {
        let tiers = self.tiers.iter().map(|tier| Ok(Tier { up_to: tier.up_to, ..change(tier)? }));
        Ok(Self { tiers: tiers.collect::<Result<_, E>>()?, bound: self.bound })
    }

    /// The same ladder with its bounds and its amounts that are charged once by functions that keep their order.
    pub(crate) fn stretched<E>(
        &self,
        bound: impl Fn(Decimal) -> Result<Decimal, E>,
        amount: impl Fn(Interval) -> Result<Interval, E>,
    ) -> Result<Self, E> {
        let tier = |tier: &Tier| {
            Ok(Tier {
                up_to: tier.up_to.map(&bound).transpose()?,
                flat_amount: tier.flat_amount.map(&amount).transpose()?,
                minimum_amount: tier.minimum_amount.map(&bound).transpose()?,
                maximum_amount: tier.maximum_amount.map(&bound).transpose()?,
                ..tier.clone()
            })
        };
        let tiers = self.tiers.iter().map(tier).collect::<Result<_, E>>()?;
        Ok(Self { tiers, bound: self.bound })
    }

    /// The largest quantity that has a price, or with an exclusive bound the one where prices end; `None`
    /// when every quantity has one.
    #[must_use]
    pub fn limit(&self) -> Option<Decimal> {
        self.tiers.last().and_then(|last| last.up_to)
    }

    /// The tiers, ascending.
    #[must_use]
    pub fn as_slice(&self) -> &[Tier] {
        &self.tiers
    }

    /// Index of the tier that holds a quantity; one past the last where none does.
    #[must_use]
    pub fn reached(&self, quantity: Decimal) -> usize {
        self.tiers.partition_point(|tier| {
            tier.up_to.is_some_and(|up_to| match self.bound() {
                TierBound::Inclusive => compare(quantity, up_to).is_gt(),
                TierBound::Exclusive => compare(quantity, up_to).is_ge(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn tier(up_to: Option<&str>, price: &str) -> Tier {
        Tier::new(up_to.map(d), Interval::exact(d(price)))
    }

    #[test]
    fn the_upper_bound_belongs_to_its_tier() {
        let tiers = Tiers::new(vec![tier(Some("10"), "5"), tier(Some("20"), "4"), tier(None, "3")]).unwrap();
        let reached = ["0", "10", "10.001", "20", "21"].map(|q| tiers.reached(d(q)));
        assert_eq!(reached, [0, 0, 1, 1, 2]);
    }

    #[test]
    fn an_exclusive_bound_belongs_to_the_tier_that_starts_there() {
        let tiers = Tiers::new(vec![tier(Some("10"), "5"), tier(None, "3")]).unwrap();
        let tiers = tiers.with_bound(TierBound::Exclusive);
        assert_eq!(["9.999", "10", "11"].map(|q| tiers.reached(d(q))), [0, 1, 1]);
        let ended = Tiers::bounded(vec![tier(Some("10"), "5")]).unwrap();
        assert!(!ended.ends_before(d("10")) && ended.with_bound(TierBound::Exclusive).ends_before(d("10")));
    }

    #[test]
    fn a_ladder_with_a_fault_is_refused_at_the_fault() {
        let told = |tiers| Tiers::new(tiers).unwrap_err().to_string();
        assert_eq!(told(vec![]), "found 0 tiers, expected 1 to 1000");
        assert_eq!(
            told(vec![tier(Some("10"), "5"), tier(Some("10"), "4"), tier(None, "3")]),
            "tiers[1]: found the bound 10, expected one above 10"
        );
        assert_eq!(
            told(vec![tier(None, "5"), tier(None, "4")]),
            "tiers[0]: found no bound, expected one on every tier but the last"
        );
        assert_eq!(
            told(vec![tier(Some("10"), "5")]),
            "the last tier ends at 10, expected no bound, so that every quantity has a price"
        );
        assert_eq!(Tiers::bounded(vec![tier(Some("10"), "5")]).unwrap().limit(), Some(d("10")));
        assert_eq!(told(vec![tier(None, "-5")]), "tiers[0]: found the price -5, expected 0 or more");
    }
}
