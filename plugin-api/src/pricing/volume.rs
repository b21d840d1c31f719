//! All units at the price of the tier that the whole quantity reaches.

use super::model::{ModelError, Quantity, tier_at, tier_row};
use super::recording::Rows;
use crate::charge::{Positive, TierLookup, Tiers};

pub(crate) fn rows(
    tiers: &Tiers,
    per: Positive,
    lookup: Option<TierLookup>,
    quantity: &Quantity<'_>,
    rows: &mut Rows<'_>,
) -> Result<(), ModelError> {
    if quantity.net.is_zero() {
        return Ok(());
    }
    let looked_up = match lookup {
        None => quantity.tier,
        Some(TierLookup::Ceiling) => quantity.tier.ceil(),
        Some(TierLookup::Floor) => quantity.tier.floor(),
    };
    let (index, tier) = tier_at(tiers, looked_up)?;
    Ok(tier_row(index, (tier, true), quantity.net, per.get(), rows)?)
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::charge::Tier;
    use crate::interval::Interval;
    use crate::quote::TierRows;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn amount(quantity: &Quantity<'_>, lookup: Option<TierLookup>) -> Vec<Decimal> {
        let tier = |up_to: Option<&str>, price: &str| Tier::new(up_to.map(d), Interval::exact(d(price)));
        let tiers = Tiers::new(vec![tier(Some("10"), "10"), tier(None, "8")]).unwrap();
        let mut found = TierRows::new();
        rows(&tiers, Positive::ONE, lookup, quantity, &mut Rows::kept(&mut found)).unwrap();
        found.iter().map(|row| row.amount.point().unwrap()).collect()
    }

    #[test]
    fn the_whole_quantity_is_priced_at_the_tier_it_reaches() {
        assert_eq!(amount(&Quantity::of(d("0")), None), []);
        assert_eq!(amount(&Quantity::of(d("10")), None), [d("100")]);
        // The total falls: 11 × 8 is less than 10 × 10.
        assert_eq!(amount(&Quantity::of(d("11")), None), [d("88")]);
    }

    #[test]
    fn a_gross_quantity_can_pick_the_tier_of_a_net_one() {
        // 12 in all, 5 of them free: 7 × 8, not 7 × 10.
        let quantity = Quantity { tier: d("12"), ..Quantity::of(d("7")) };
        assert_eq!(amount(&quantity, None), [d("56")]);
    }

    #[test]
    fn a_part_of_a_unit_can_be_looked_up_as_a_whole_one() {
        // 10.5 lies above 10; as 11 it does too, as 10 it does not.
        let half = Quantity::of(d("10.5"));
        assert_eq!(amount(&half, None), [d("84")]);
        assert_eq!(amount(&half, Some(TierLookup::Ceiling)), [d("84")]);
        assert_eq!(amount(&half, Some(TierLookup::Floor)), [d("105")]);
    }
}
