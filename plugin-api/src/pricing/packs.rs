//! The cheapest whole packs that cover a quantity.

use rust_decimal::Decimal;

use super::model::{ModelError, Quantity};
use super::pack_search::{Bought, Kinds};
use super::recording::Rows;
use crate::charge::{BeyondPacks, Pack, Packs};
use crate::interval::{ArithmeticError, add, mul, sub};
use crate::quote::TierRow;

/// What a cycle buys: packs, and what they do not cover at the overage price.
pub(crate) fn rows(packs: &Packs, quantity: &Quantity<'_>, rows: &mut Rows<'_>) -> Result<(), ModelError> {
    if let Some(bought) = quantity.bought {
        return Ok(bought_rows(packs, bought, rows)?);
    }
    if quantity.net.is_zero() {
        return Ok(());
    }
    let bought = cover(packs, quantity.kinds, quantity.net)?;
    bought_rows(packs, &bought, rows)?;
    let BeyondPacks::Overage { price, per } = &packs.beyond else { return Ok(()) };
    let rest = sub(quantity.net, size(&packs.packs, &bought)?)?.max(Decimal::ZERO);
    if !rest.is_zero() {
        let tier = u32::try_from(packs.packs.len()).map_err(|_| ArithmeticError)?;
        let (per, amount) = (per.get(), price.scale(rest, per.get())?);
        rows.push(TierRow { tier, quantity: rest, unit_price: *price, per, flat_amount: None, amount })?;
    }
    Ok(())
}

/// A row for each kind of pack that is bought.
fn bought_rows(packs: &Packs, bought: &[u32], rows: &mut Rows<'_>) -> Result<(), ArithmeticError> {
    let kinds = packs.packs.iter().zip(bought).enumerate().filter(|(_, (_, count))| **count > 0);
    for (index, (pack, count)) in kinds {
        let tier = u32::try_from(index).map_err(|_| ArithmeticError)?;
        let (quantity, unit_price, per) = (Decimal::from(*count), pack.price, Decimal::ONE);
        let amount = pack.price.times(*count)?;
        rows.push(TierRow { tier, quantity, unit_price, per, flat_amount: None, amount })?;
    }
    Ok(())
}

/// How many of each kind are bought for a quantity; the kinds may be laid out already.
pub(crate) fn cover(packs: &Packs, kinds: Option<&Kinds>, quantity: Decimal) -> Result<Bought, ModelError> {
    let beyond = |limit| ModelError::BeyondPacks { quantity, limit };
    if matches!(packs.beyond, BeyondPacks::Stop { .. }) && quantity > limit(packs)? {
        return Err(beyond(limit(packs)?));
    }
    let found = match kinds {
        Some(kinds) => kinds.cover(quantity)?,
        None => Kinds::of(packs)?.cover(quantity)?,
    };
    match found {
        Some(cover) => Ok(cover.bought),
        None => Err(beyond(limit(packs)?)),
    }
}

/// The most that the packs can hold.
fn limit(packs: &Packs) -> Result<Decimal, ArithmeticError> {
    let largest = packs.packs.iter().map(|pack| pack.size.get()).max().unwrap_or_default();
    match packs.beyond {
        BeyondPacks::Stop { most } => mul(largest, most.into()),
        BeyondPacks::Renewal | BeyondPacks::Overage { .. } => Ok(largest),
    }
}

/// What so many packs hold.
fn size(packs: &[Pack], bought: &[u32]) -> Result<Decimal, ArithmeticError> {
    let sizes = packs.iter().zip(bought).map(|(pack, count)| mul(pack.size.get(), (*count).into()));
    sizes.into_iter().try_fold(Decimal::ZERO, |sum, size| add(sum, size?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charge::Positive;
    use crate::interval::Interval;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn packs(kinds: &[(&str, &str)], beyond: BeyondPacks) -> Packs {
        let pack = |(size, price): &(&str, &str)| Pack {
            size: Positive::new(d(size)).unwrap(),
            price: Interval::exact(d(price)),
        };
        Packs { packs: kinds.iter().map(pack).collect(), beyond, validity_months: None, recharge_below: None }
    }

    fn amount(packs: &Packs, quantity: &str) -> Result<Decimal, ModelError> {
        let mut found = Rows::unseen();
        rows(packs, &Quantity::of(d(quantity)), &mut found)?;
        Ok(found.sum().point().unwrap())
    }

    #[test]
    fn whole_packs_cost_more_than_their_unit_price() {
        // 189,000 credits at 200 for 25,000: 8 packs are 1,600, by unit price 1,512.
        let credits = packs(&[("25000", "200")], BeyondPacks::Renewal);
        assert_eq!(amount(&credits, "189000").unwrap(), d("1600"));
        assert_eq!(amount(&credits, "0").unwrap(), d("0"));
    }

    #[test]
    fn the_cheapest_cover_mixes_kinds() {
        // 1,000 for 50, 300 for 18, 100 for 7. For 1,350: 1,000 + 300 + 100 = 75, 2 × 1,000 = 100,
        // 1,000 + 2 × 300 = 86; for 950: one of 1,000.
        let kinds = packs(&[("100", "7"), ("1000", "50"), ("300", "18")], BeyondPacks::Renewal);
        assert_eq!(amount(&kinds, "1350").unwrap(), d("75"));
        let bought = cover(&kinds, None, d("1350")).unwrap();
        assert_eq!(bought[..3], [1, 1, 1]);
        assert_eq!(amount(&kinds, "950").unwrap(), d("50"));
        // 4 × 100 = 28 against 300 + 100 = 25.
        assert_eq!(amount(&kinds, "400").unwrap(), d("25"));
    }

    #[test]
    fn every_small_case_meets_what_counting_out_all_covers_gives() {
        let kinds = packs(&[("3", "5"), ("7", "11"), ("10", "16")], BeyondPacks::Renewal);
        for quantity in 1_u32..60 {
            let mut least = u32::MAX;
            for (a, b, c) in (0..21).flat_map(|a| (0..10).flat_map(move |b| (0..7).map(move |c| (a, b, c)))) {
                if 3 * a + 7 * b + 10 * c >= quantity {
                    least = least.min(5 * a + 11 * b + 16 * c);
                }
            }
            assert_eq!(amount(&kinds, &quantity.to_string()).unwrap(), Decimal::from(least), "{quantity}");
        }
    }

    #[test]
    fn what_no_pack_covers_is_priced_renewed_or_not_sold() {
        let overage = BeyondPacks::Overage { price: Interval::exact(d("0.01")), per: Positive::ONE };
        // 1,000 for 8: 1,100 are one pack and 100 × 0.01; 1,900 are two packs, 16 < 8 + 9; 700 are 7.
        let kinds = packs(&[("1000", "8")], overage);
        let found = ["1100", "1900", "700"].map(|quantity| amount(&kinds, quantity).unwrap());
        assert_eq!(found, [d("9"), d("16"), d("7")]);
        let stopped = packs(&[("1000", "8")], BeyondPacks::Stop { most: 2 });
        assert_eq!(amount(&stopped, "2000").unwrap(), d("16"));
        let refused = ModelError::BeyondPacks { quantity: d("2001"), limit: d("2000") };
        assert_eq!(amount(&stopped, "2001"), Err(refused));
    }
}
