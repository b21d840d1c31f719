//! The cheapest whole packs for a quantity: branch and bound over whole numbers, so that nothing is rounded.

use std::cell::Cell;
use std::cmp::{Ordering, Reverse};

use rust_decimal::{Decimal, RoundingStrategy};
use smallvec::SmallVec;

use super::model::ModelError;
use crate::charge::{BeyondPacks, MAX_PACKS, Packs};
use crate::interval::{ArithmeticError, normal, short};
use crate::requirement::profile::QUANTITY_SCALE;

/// Most combinations that are looked at.
const MAX_COMBINATIONS: u32 = 50_000;

/// How many of each kind are bought, in the order of the sheet, and none of the kinds that there are not.
pub(crate) type Bought = [u32; MAX_PACKS];

/// Kinds of packs, the cheapest by unit first, then the larger one.
pub(crate) struct Kinds {
    kinds: SmallVec<[Kind; 4]>,
    /// Price and units of what no pack covers, where it is sold.
    overage: Option<(i128, i128)>,
    /// Most packs of all kinds.
    most: u32,
    /// Decimal places of quantities and of prices.
    quantity_scale: u32,
    price_scale: u32,
    /// The last cover, with the least quantity that it is known to be the cheapest for.
    last: Cell<Option<(i128, Cover)>>,
}

#[derive(Clone, Copy)]
struct Kind {
    /// Its place in the sheet.
    index: usize,
    size: i128,
    price: i128,
}

/// What is bought, and what it costs.
#[derive(Clone, Copy)]
pub(crate) struct Cover {
    pub(crate) bought: Bought,
    /// Of the packs alone.
    cost: i128,
    /// What no pack covers, or, below zero, what they hold beyond the quantity.
    rest: i128,
}

impl Kinds {
    /// Of packs. Decimal places of a quantity beyond those that a requirement's and all sizes have are rounded up.
    pub(crate) fn of(packs: &Packs) -> Result<Self, ArithmeticError> {
        let overage = match &packs.beyond {
            BeyondPacks::Overage { price, per } => Some((price.low(), per.get())),
            BeyondPacks::Renewal | BeyondPacks::Stop { .. } => None,
        };
        let most = match packs.beyond {
            BeyondPacks::Stop { most } => most,
            BeyondPacks::Renewal | BeyondPacks::Overage { .. } => u32::MAX,
        };
        let own = packs.packs.iter().map(|pack| (pack.price.low(), pack.size.get())).chain(overage);
        let (mut quantity_scale, mut price_scale) = (QUANTITY_SCALE, 0);
        for (price, size) in own {
            quantity_scale = quantity_scale.max(normal(size).scale());
            price_scale = price_scale.max(normal(price).scale());
        }
        let whole = |(price, size)| Ok((fixed(price, price_scale)?, fixed(size, quantity_scale)?));
        let mut kinds = SmallVec::new();
        for (index, pack) in packs.packs.iter().enumerate() {
            let (price, size) = whole((pack.price.low(), pack.size.get()))?;
            kinds.push(Kind { index, size, price });
        }
        let overage = overage.map(whole).transpose()?;
        let mut kinds = Self { kinds, overage, most, quantity_scale, price_scale, last: Cell::new(None) };
        kinds.sort()?;
        Ok(kinds)
    }

    fn sort(&mut self) -> Result<(), ArithmeticError> {
        let mut known = Ok(());
        self.kinds.sort_by(|a, b| {
            let by_unit = times(a.price, b.size).and_then(|left| Ok(left.cmp(&times(b.price, a.size)?)));
            let by_unit = by_unit.unwrap_or_else(|cause| {
                known = Err(cause);
                Ordering::Equal
            });
            by_unit.then(Reverse(a.size).cmp(&Reverse(b.size)))
        });
        known
    }

    /// What the cheapest cover of a quantity costs, with some decimal places each; none where it has more of them,
    /// not all of it is covered, or something is too large.
    pub(crate) fn cost(&self, quantity: i64, quantity_scale: u32, price_scale: u32) -> Option<i128> {
        let more = 10_i128.checked_pow(price_scale.checked_sub(self.price_scale)?)?;
        let cover = self.cover_of(quantity.into()).ok()?.filter(|cover| cover.rest <= 0)?;
        cover.cost.checked_mul(more).filter(|_| quantity_scale == self.quantity_scale)
    }

    /// The cheapest cover, the first one of equal ones; none where too few packs are sold.
    pub(crate) fn cover(&self, quantity: Decimal) -> Result<Option<Cover>, ModelError> {
        let up = RoundingStrategy::ToPositiveInfinity;
        let quantity = quantity.round_dp_with_strategy(self.quantity_scale, up);
        self.cover_of(fixed(quantity, self.quantity_scale)?)
    }

    fn cover_of(&self, quantity: i128) -> Result<Option<Cover>, ModelError> {
        // As long as it covers a larger quantity, nothing is cheaper for that either.
        if let Some((least, cover)) = self.last.get()
            && quantity >= least
            && let more = minus(quantity, least)?
            && plus(cover.rest, more)? <= 0
        {
            return Ok(Some(cover));
        }
        let mut search = Search { kinds: self, chosen: [0; MAX_PACKS], best: None, looked_at: 0 };
        search.go(0, Choice { rest: quantity, cost: 0, count: 0 })?;
        // Of packs that cost nothing, more may be bought for more.
        let all_cost = self.kinds.iter().all(|kind| kind.price > 0);
        let covered = search.best.filter(|cover| cover.rest <= 0 && all_cost);
        self.last.set(covered.map(|cover| (quantity, cover)));
        Ok(search.best)
    }
}

/// A number as a whole one, with so many decimal places.
fn fixed(value: Decimal, scale: u32) -> Result<i128, ArithmeticError> {
    if let Some(short) = short::wide(value, scale) {
        return Ok(short);
    }
    let value = normal(value);
    let more = scale.checked_sub(value.scale()).and_then(|by| 10_i128.checked_pow(by));
    more.and_then(|by| value.mantissa().checked_mul(by)).ok_or(ArithmeticError)
}

fn times(a: i128, b: i128) -> Result<i128, ArithmeticError> {
    match (i64::try_from(a), i64::try_from(b)) {
        // Two words have room in a long one.
        (Ok(a), Ok(b)) => Ok(i128::from(a).wrapping_mul(b.into())),
        _ => a.checked_mul(b).ok_or(ArithmeticError),
    }
}

fn plus(a: i128, b: i128) -> Result<i128, ArithmeticError> {
    a.checked_add(b).ok_or(ArithmeticError)
}

fn minus(a: i128, b: i128) -> Result<i128, ArithmeticError> {
    a.checked_sub(b).ok_or(ArithmeticError)
}

/// What is left to cover, what was paid, and for how many packs.
#[derive(Clone, Copy)]
struct Choice {
    rest: i128,
    cost: i128,
    count: u32,
}

struct Search<'a> {
    kinds: &'a Kinds,
    chosen: Bought,
    best: Option<Cover>,
    looked_at: u32,
}

impl Search<'_> {
    /// Chooses the kinds from `depth` on.
    fn go(&mut self, depth: usize, so_far: Choice) -> Result<(), ModelError> {
        self.looked_at += 1;
        if self.looked_at > MAX_COMBINATIONS {
            return Err(ModelError::TooManyPacks);
        }
        self.finish(so_far)?;
        let Some(kind) = self.kinds.kinds.get(depth).copied().filter(|_| so_far.rest > 0) else {
            return Ok(());
        };
        let room = self.kinds.most.saturating_sub(so_far.count);
        let needed = u32::try_from(started(so_far.rest, kind.size)?).map_err(|_| ArithmeticError)?.min(room);
        // Whole packs of the cheapest kind first: what they leave is soon too dear to improve on.
        for count in (0..=needed).rev() {
            let rest = minus(so_far.rest, times(kind.size, count.into())?)?;
            let cost = plus(so_far.cost, times(kind.price, count.into())?)?;
            let next = Choice { rest, cost, count: so_far.count.saturating_add(count) };
            if self.cannot_improve(depth + 1, next)? {
                // Fewer of this kind leave more to dearer ones.
                if count < needed {
                    break;
                }
                continue;
            }
            if let Some(chosen) = self.chosen.get_mut(kind.index) {
                *chosen = count;
            }
            self.go(depth + 1, next)?;
        }
        if let Some(chosen) = self.chosen.get_mut(kind.index) {
            *chosen = 0;
        }
        Ok(())
    }

    /// Whether even the best price per unit of what may still be bought is no cheaper than the best so far.
    fn cannot_improve(&self, depth: usize, choice: Choice) -> Result<bool, ArithmeticError> {
        let Some(best) = &self.best else { return Ok(false) };
        if choice.rest <= 0 {
            return self.is_dear(choice, (0, 1), best);
        }
        let next = self.kinds.kinds.get(depth).map(|kind| (kind.price, kind.size));
        for ratio in next.into_iter().chain(self.kinds.overage) {
            if !self.is_dear(choice, ratio, best)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a choice whose rest costs `price` for `units` is no cheaper than a cover.
    fn is_dear(
        &self,
        choice: Choice,
        (price, units): (i128, i128),
        best: &Cover,
    ) -> Result<bool, ArithmeticError> {
        // cost + rest × price ÷ units ≥ best cost + best rest × overage price ÷ overage units
        let (more, rest) = (minus(choice.cost, best.cost)?, choice.rest.max(0));
        let own = plus(times(more, units)?, times(rest, price)?)?;
        match self.kinds.overage.filter(|_| best.rest > 0) {
            None => Ok(own >= 0),
            Some((overage, per)) => is_at_least((own, units), (times(best.rest, overage)?, per)),
        }
    }

    /// Takes a choice as it is, if it covers all and is the cheapest so far.
    fn finish(&mut self, choice: Choice) -> Result<(), ArithmeticError> {
        let rest = choice.rest;
        let ratio = match self.kinds.overage {
            _ if rest <= 0 => (0, 1),
            Some(ratio) => ratio,
            None => return Ok(()),
        };
        let is_better = match &self.best {
            None => true,
            Some(best) => !self.is_dear(choice, ratio, best)?,
        };
        if is_better {
            self.best = Some(Cover { bought: self.chosen, cost: choice.cost, rest });
        }
        Ok(())
    }
}

/// Whether one fraction is no less than another, without a product of three numbers.
fn is_at_least((a, b): (i128, i128), (c, d): (i128, i128)) -> Result<bool, ArithmeticError> {
    let whole = |a: i128, b: i128| a.checked_div_euclid(b).ok_or(ArithmeticError);
    let rest = |a: i128, b: i128| a.checked_rem_euclid(b).ok_or(ArithmeticError);
    match whole(a, b)?.cmp(&whole(c, d)?) {
        Ordering::Less => Ok(false),
        Ordering::Greater => Ok(true),
        Ordering::Equal => Ok(times(rest(a, b)?, d)? >= times(rest(c, d)?, b)?),
    }
}

/// Packs that are full or started.
fn started(quantity: i128, size: i128) -> Result<i128, ArithmeticError> {
    let div = |quantity: i128, size: i128| match (u64::try_from(quantity), u64::try_from(size)) {
        (Ok(quantity), Ok(size)) => quantity.checked_div(size).map(i128::from),
        _ => quantity.checked_div(size),
    };
    let less_one = size.checked_sub(1).ok_or(ArithmeticError)?;
    div(plus(quantity, less_one)?, size).ok_or(ArithmeticError)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charge::{Pack, Positive};
    use crate::interval::Interval;

    #[test]
    fn large_packs_with_an_overage_are_searched_for() {
        let positive = |size: i64| Positive::new(size.into()).unwrap();
        let pack =
            |size, price| Pack { size: positive(size), price: Interval::exact(Decimal::new(price, 2)) };
        let overage = Interval::exact(Decimal::new(35_000_001, 4));
        let packs = Packs {
            packs: vec![pack(100_000_000_000, 25_000_050), pack(10_000_000_000, 2_800_025)],
            beyond: BeyondPacks::Overage { price: overage, per: positive(1_000_000_000) },
            validity_months: None,
            recharge_below: None,
        };
        let kinds = Kinds::of(&packs).unwrap();
        // Of 955 × 10^9, 9 packs of 100 × 10^9 for 2,250,004.50; of the 55 × 10^9 left 5 packs of 10 × 10^9 for
        // 140,001.25, which at the overage price are 175,000.005; the last 5 × 10^9 at that price for 17,500.0005,
        // where one more pack is 28,000.25.
        let cover = kinds.cover(955_000_000_000_i64.into()).unwrap().unwrap();
        assert_eq!((&cover.bought[..2], cover.rest), (&[9, 5][..], 5_000_000_000_000_000));
    }

    #[test]
    fn a_cover_is_the_same_whatever_was_asked_before() {
        let positive = |size: i64| Positive::new(size.into()).unwrap();
        let overage =
            BeyondPacks::Overage { price: Interval::exact(Decimal::new(17, 1)), per: Positive::ONE };
        let beyond = [BeyondPacks::Renewal, BeyondPacks::Stop { most: 4 }, overage];
        // The second kinds have equal prices by unit, so that many covers cost the same.
        let sizes = [vec![(3, 5), (7, 11), (10, 16)], vec![(2, 4), (4, 8), (8, 16)], vec![(5, 0), (3, 2)]];
        for (kinds, beyond) in sizes.iter().flat_map(|kinds| beyond.iter().map(move |beyond| (kinds, beyond)))
        {
            let pack = |(size, price): &(i64, i64)| Pack {
                size: positive(*size),
                price: Interval::exact((*price).into()),
            };
            let packs = Packs {
                packs: kinds.iter().map(pack).collect(),
                beyond: beyond.clone(),
                validity_months: None,
                recharge_below: None,
            };
            let kept = Kinds::of(&packs).unwrap();
            let bought = |kinds: &Kinds, quantity: i64| {
                kinds.cover(quantity.into()).unwrap().map(|cover| (cover.bought, cover.cost))
            };
            for quantity in (1..60).chain((1..60).rev()) {
                let fresh = bought(&Kinds::of(&packs).unwrap(), quantity);
                assert_eq!(bought(&kept, quantity), fresh, "{quantity} of {kinds:?}, {beyond:?}");
            }
        }
    }
}
