//! The cheapest whole packs that cover a quantity.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use super::model::{ModelError, Quantity};
use super::recording::Rows;
use crate::charge::{BeyondPacks, Pack, Packs, Positive};
use crate::interval::{ArithmeticError, add, mul, mul_div, sub};
use crate::quote::TierRow;

/// Most combinations that are looked at.
const MAX_COMBINATIONS: u32 = 50_000;

/// What a cycle buys: packs, and what they do not cover at the overage price.
pub(crate) fn rows(packs: &Packs, quantity: &Quantity<'_>, rows: &mut Rows) -> Result<(), ModelError> {
    if let Some(bought) = quantity.bought {
        return Ok(bought_rows(packs, bought, rows)?);
    }
    if quantity.net.is_zero() {
        return Ok(());
    }
    let bought = cover(packs, quantity.net)?;
    let covered = size(&packs.packs, &bought)?;
    bought_rows(packs, &bought, rows)?;
    let rest = sub(quantity.net, covered)?.max(Decimal::ZERO);
    if let (BeyondPacks::Overage { price, per }, false) = (&packs.beyond, rest.is_zero()) {
        let tier = u32::try_from(packs.packs.len()).map_err(|_| ArithmeticError)?;
        let (per, amount) = (per.get(), price.scale(rest, per.get())?);
        rows.push(TierRow { tier, quantity: rest, unit_price: *price, per, flat_amount: None, amount })?;
    }
    Ok(())
}

/// A row for each kind of pack that is bought.
fn bought_rows(packs: &Packs, bought: &[u32], rows: &mut Rows) -> Result<(), ArithmeticError> {
    let kinds = packs.packs.iter().zip(bought).enumerate().filter(|(_, (_, count))| **count > 0);
    for (index, (pack, count)) in kinds {
        let tier = u32::try_from(index).map_err(|_| ArithmeticError)?;
        let (quantity, unit_price, per) = (Decimal::from(*count), pack.price, Decimal::ONE);
        let amount = pack.price.times(*count)?;
        rows.push(TierRow { tier, quantity, unit_price, per, flat_amount: None, amount })?;
    }
    Ok(())
}

/// How many of each kind are bought for a quantity.
pub(crate) fn cover(packs: &Packs, quantity: Decimal) -> Result<Vec<u32>, ModelError> {
    let mut search = Search::new(packs)?;
    let limit = search.limit()?;
    if matches!(packs.beyond, BeyondPacks::Stop { .. }) && quantity > limit {
        return Err(ModelError::BeyondPacks { quantity, limit });
    }
    let start = Choice { rest: quantity, cost: Decimal::ZERO, count: 0 };
    search.go(0, start)?;
    match search.best {
        Some((_, bought)) => Ok(bought),
        None => Err(ModelError::BeyondPacks { quantity, limit }),
    }
}

/// What so many packs hold.
fn size(packs: &[Pack], bought: &[u32]) -> Result<Decimal, ArithmeticError> {
    let sizes = packs.iter().zip(bought).map(|(pack, count)| mul(pack.size.get(), (*count).into()));
    sizes.into_iter().try_fold(Decimal::ZERO, |sum, size| add(sum, size?))
}

/// What is left to cover, what was paid, and for how many packs.
#[derive(Clone, Copy)]
struct Choice {
    rest: Decimal,
    cost: Decimal,
    count: u32,
}

/// Branch and bound over the kinds of packs, the cheapest by unit first.
struct Search<'a> {
    packs: &'a Packs,
    /// Indices of kinds by price per unit, then size, then place.
    order: Vec<usize>,
    /// How many of each kind are chosen, in the order of the sheet.
    chosen: Vec<u32>,
    best: Option<(Decimal, Vec<u32>)>,
    looked_at: u32,
}

impl<'a> Search<'a> {
    fn new(packs: &'a Packs) -> Result<Self, ModelError> {
        let mut order: Vec<(Decimal, Reverse<Decimal>, usize)> = Vec::with_capacity(packs.packs.len());
        for (index, pack) in packs.packs.iter().enumerate() {
            let unit = mul_div(pack.price.low(), Decimal::ONE, pack.size.get())?;
            order.push((unit, Reverse(pack.size.get()), index));
        }
        order.sort();
        let order = order.into_iter().map(|(.., index)| index).collect();
        let chosen = vec![0; packs.packs.len()];
        Ok(Self { packs, order, chosen, best: None, looked_at: 0 })
    }

    /// Chooses the kinds from `depth` on.
    fn go(&mut self, depth: usize, so_far: Choice) -> Result<(), ModelError> {
        self.looked_at += 1;
        if self.looked_at > MAX_COMBINATIONS {
            return Err(ModelError::TooManyPacks);
        }
        self.finish(so_far)?;
        let Some(kind) = self.order.get(depth).copied() else { return Ok(()) };
        let Some(pack) = self.packs.packs.get(kind) else { return Ok(()) };
        let room = match self.packs.beyond {
            BeyondPacks::Stop { most } => most.saturating_sub(so_far.count),
            _ => u32::MAX,
        };
        let needed = started(so_far.rest.max(Decimal::ZERO), pack.size)?.min(room);
        // Whole packs of the cheapest kind first: what they leave is soon too dear to improve on.
        for count in (0..=needed).rev() {
            let rest = sub(so_far.rest, mul(pack.size.get(), count.into())?)?;
            let cost = add(so_far.cost, mul(pack.price.low(), count.into())?)?;
            let next = Choice { rest, cost, count: so_far.count.saturating_add(count) };
            if self.cannot_improve(depth + 1, next)? {
                // Fewer of this kind leave more to dearer ones.
                if count < needed {
                    break;
                }
                continue;
            }
            if let Some(chosen) = self.chosen.get_mut(kind) {
                *chosen = count;
            }
            self.go(depth + 1, next)?;
        }
        if let Some(chosen) = self.chosen.get_mut(kind) {
            *chosen = 0;
        }
        Ok(())
    }

    /// Whether even the best price per unit of what may still be bought is no cheaper than the best so far.
    fn cannot_improve(&self, depth: usize, choice: Choice) -> Result<bool, ModelError> {
        let Some((best, _)) = &self.best else { return Ok(false) };
        if choice.rest <= Decimal::ZERO {
            return Ok(choice.cost >= *best);
        }
        let next = self.order.get(depth).and_then(|kind| self.packs.packs.get(*kind));
        let by_pack = next.map(|pack| mul_div(choice.rest, pack.price.low(), pack.size.get())).transpose()?;
        let by_overage = match &self.packs.beyond {
            BeyondPacks::Overage { price, per } => Some(mul_div(choice.rest, price.low(), per.get())?),
            _ => None,
        };
        let least = by_pack.into_iter().chain(by_overage).min();
        Ok(match least {
            None => true,
            Some(least) => add(choice.cost, least)? >= *best,
        })
    }

    /// Takes a choice as it is, if it covers all and is the cheapest so far.
    fn finish(&mut self, choice: Choice) -> Result<(), ModelError> {
        let rest = choice.rest.max(Decimal::ZERO);
        let cost = match &self.packs.beyond {
            _ if rest.is_zero() => choice.cost,
            BeyondPacks::Overage { price, per } => add(choice.cost, mul_div(rest, price.low(), per.get())?)?,
            BeyondPacks::Renewal | BeyondPacks::Stop { .. } => return Ok(()),
        };
        if self.best.as_ref().is_none_or(|(best, _)| cost < *best) {
            self.best = Some((cost, self.chosen.clone()));
        }
        Ok(())
    }

    /// The most that the packs can hold.
    fn limit(&self) -> Result<Decimal, ArithmeticError> {
        let largest = self.packs.packs.iter().map(|pack| pack.size.get()).max().unwrap_or_default();
        match self.packs.beyond {
            BeyondPacks::Stop { most } => mul(largest, most.into()),
            BeyondPacks::Renewal | BeyondPacks::Overage { .. } => Ok(largest),
        }
    }
}

fn started(quantity: Decimal, size: Positive) -> Result<u32, ModelError> {
    let count = super::package::started(quantity, size)?;
    u32::try_from(count).map_err(|_| ArithmeticError.into())
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let mut found = Rows::new(false);
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
        assert_eq!(cover(&kinds, d("1350")).unwrap(), [1, 1, 1]);
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
