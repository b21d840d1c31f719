//! Each unit at the price of the tier that it falls in.

use rust_decimal::Decimal;

use super::model::{ModelError, Quantity, beyond, tier_row};
use super::recording::Rows;
use crate::charge::{Positive, Tiers};
use crate::interval::{add, compare, sub};

pub(crate) fn rows(
    tiers: &Tiers,
    per: Positive,
    quantity: &Quantity<'_>,
    rows: &mut Rows<'_>,
) -> Result<(), ModelError> {
    let all = add(quantity.before, quantity.net)?;
    if all.is_zero() || all.is_sign_negative() {
        return Ok(());
    }
    beyond(tiers, all)?;
    let (per, before) = (per.get(), quantity.before);
    let fresh = before.is_zero();
    let mut lower = Decimal::ZERO;
    for (index, tier) in tiers.as_slice().iter().enumerate() {
        if !fresh && compare(all, lower).is_le() {
            break;
        }
        let full = tier.up_to.filter(|up_to| compare(*up_to, all).is_lt());
        let upper = full.unwrap_or(all);
        if fresh || compare(before, lower).is_le() {
            tier_row(index, (tier, true), sub(upper, lower)?, per, rows)?;
        } else if compare(before, upper).is_lt() {
            // What is charged once was charged when the tier was reached.
            tier_row(index, (tier, false), sub(upper, before)?, per, rows)?;
        }
        if full.is_none() {
            break;
        }
        if index == 0 {
            rows.reserve(tiers.reached(all));
        }
        lower = upper;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charge::Tier;
    use crate::interval::Interval;
    use crate::quote::TierRows;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn amounts(quantity: &str) -> Vec<Decimal> {
        let tier = |up_to: Option<&str>, price: &str, flat: Option<&str>| Tier {
            flat_amount: flat.map(|flat| Interval::exact(d(flat))),
            ..Tier::new(up_to.map(d), Interval::exact(d(price)))
        };
        let tiers = Tiers::new(vec![
            tier(Some("10"), "5", None),
            tier(Some("20"), "4", Some("7")),
            tier(None, "3", None),
        ]);
        let mut found = TierRows::new();
        rows(&tiers.unwrap(), Positive::ONE, &Quantity::of(d(quantity)), &mut Rows::kept(&mut found))
            .unwrap();
        found.iter().map(|row| row.amount.point().unwrap()).collect()
    }

    #[test]
    fn each_tier_prices_its_own_units() {
        assert_eq!(amounts("0"), []);
        // 10 × 5
        assert_eq!(amounts("10"), [d("50")]);
        // 10 × 5; 0.5 × 4 + 7
        assert_eq!(amounts("10.5"), [d("50"), d("9")]);
        // 10 × 5; 10 × 4 + 7; 5 × 3
        assert_eq!(amounts("25"), [d("50"), d("47"), d("15")]);
    }

    #[test]
    fn a_tier_can_count_started_packages_of_its_own() {
        // 15 in the first tier are 2 packages of 10, at 3; 4 in the second are 1 of 5, at 2.
        let tier = |up_to: Option<&str>, price: &str, size: &str| Tier {
            package_size: Some(Positive::new(d(size)).unwrap()),
            ..Tier::new(up_to.map(d), Interval::exact(d(price)))
        };
        let tiers = Tiers::new(vec![tier(Some("15"), "3", "10"), tier(None, "2", "5")]).unwrap();
        let mut found = TierRows::new();
        rows(&tiers, Positive::ONE, &Quantity::of(d("19")), &mut Rows::kept(&mut found)).unwrap();
        let amounts: Vec<_> = found.iter().map(|row| row.amount.point().unwrap()).collect();
        assert_eq!(amounts, [d("6"), d("2")]);
    }
}
