//! All units at the price of the tier that the whole quantity reaches.

use super::model::Quantity;
use crate::charge::{Positive, Tiers};
use crate::interval::ArithmeticError;
use crate::quote::TierRow;

pub(crate) fn rows(
    tiers: &Tiers,
    per: Positive,
    quantity: &Quantity,
) -> Result<Vec<TierRow>, ArithmeticError> {
    if quantity.net.is_zero() {
        return Ok(Vec::new());
    }
    let index = tiers.reached(quantity.tier);
    let tier = tiers.as_slice().get(index);
    tier.map(|tier| super::model::tier_row(index, tier, quantity.net, per.get())).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::charge::Tier;
    use crate::interval::Interval;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn amount(quantity: &Quantity) -> Vec<Decimal> {
        let tier = |up_to: Option<&str>, price: &str| Tier {
            up_to: up_to.map(d),
            unit_price: Interval::exact(d(price)),
            flat_amount: None,
        };
        let tiers = Tiers::new(vec![tier(Some("10"), "10"), tier(None, "8")]).unwrap();
        let rows = rows(&tiers, Positive::ONE, quantity).unwrap();
        rows.iter().map(|row| row.amount.point().unwrap()).collect()
    }

    #[test]
    fn the_whole_quantity_is_priced_at_the_tier_it_reaches() {
        assert_eq!(amount(&Quantity::of(d("0"))), []);
        assert_eq!(amount(&Quantity::of(d("10"))), [d("100")]);
        // The total falls: 11 × 8 is less than 10 × 10.
        assert_eq!(amount(&Quantity::of(d("11"))), [d("88")]);
    }

    #[test]
    fn a_gross_quantity_can_pick_the_tier_of_a_net_one() {
        // 12 in all, 5 of them free: 7 × 8, not 7 × 10.
        let quantity = Quantity { tier: d("12"), ..Quantity::of(d("7")) };
        assert_eq!(amount(&quantity), [d("56")]);
    }
}
