//! Which lines of an offer a rule over several lines looks at.

use super::{Category, Charge};

/// Lines of an offer, chosen by their charges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineChoice {
    /// All that the rule may look at.
    All,
    /// Those of these charges, at least one, in this order.
    Ids(Vec<String>),
    /// Those of a category.
    Category(Category),
}

impl LineChoice {
    /// Whether the line of a charge is chosen.
    #[must_use]
    pub fn holds(&self, charge: &Charge) -> bool {
        match self {
            Self::All => true,
            Self::Ids(ids) => ids.contains(&charge.id),
            Self::Category(category) => charge.category == *category,
        }
    }

    /// The choice among the charges that are there; `None` when it names charges and none of them is.
    #[must_use]
    pub fn among(&self, is_there: impl Fn(&str) -> bool) -> Option<Self> {
        let Self::Ids(ids) = self else { return Some(self.clone()) };
        let left: Vec<_> = ids.iter().filter(|id| is_there(id)).cloned().collect();
        (!left.is_empty()).then_some(Self::Ids(left))
    }
}

/// Which amount of a line counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedAmount {
    /// Before discounts and surcharges, its own and those of line sets.
    BeforeAdjustments,
    /// After all of them.
    AfterAdjustments,
}
