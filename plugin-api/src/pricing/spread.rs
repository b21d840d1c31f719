//! An amount taken off several lines, to the last digit.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::interval::{AMOUNT_SCALE, ArithmeticError, add, mul_div, sub};
use crate::line_set::{Remainder, Spread};

/// What a part may take.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    /// From 0; what its share is in proportion to.
    pub(crate) weight: Decimal,
    /// The most that it can take, from 0.
    pub(crate) room: Decimal,
}

/// The parts of an amount that has room in all of them together; their sum is the amount.
pub(crate) fn split(
    amount: Decimal,
    parts: &[Part],
    spread: Spread,
) -> Result<Vec<Decimal>, ArithmeticError> {
    let mut left = amount;
    let mut taken = vec![Decimal::ZERO; parts.len()];
    let Spread::Proportional { scale, remainder } = spread else {
        fill(parts.iter().zip(&mut taken), None, &mut left)?;
        return Ok(taken);
    };
    let total = parts.iter().try_fold(Decimal::ZERO, |sum, part| add(sum, part.weight))?;
    let scale = scale.unwrap_or(AMOUNT_SCALE);
    let strategy = match remainder {
        Remainder::Last => RoundingStrategy::MidpointAwayFromZero,
        Remainder::Largest => RoundingStrategy::ToZero,
    };
    let mut remainders = Vec::with_capacity(parts.len());
    for (part, taken) in parts.iter().zip(&mut taken) {
        let exact = if total.is_zero() { Decimal::ZERO } else { mul_div(amount, part.weight, total)? };
        *taken = exact.round_dp_with_strategy(scale, strategy).min(part.room).min(left);
        left = sub(left, *taken)?;
        remainders.push(sub(exact, *taken)?);
    }
    if remainder == Remainder::Largest {
        let unit = Decimal::try_new(1, scale).map_err(|_| ArithmeticError)?;
        let mut order: Vec<_> = parts.iter().zip(&mut taken).zip(remainders).collect();
        // A stable order: of equal remainders the first comes first.
        order.sort_by(|(_, a), (_, b)| b.cmp(a));
        fill(order.into_iter().map(|(pair, _)| pair), Some(unit), &mut left)?;
    }
    // What is left now goes where there is room, from the end.
    fill(parts.iter().zip(&mut taken).rev(), None, &mut left)?;
    Ok(taken)
}

/// Gives each part what it has room for, up to a limit, until nothing is left.
fn fill<'a>(
    parts: impl Iterator<Item = (&'a Part, &'a mut Decimal)>,
    limit: Option<Decimal>,
    left: &mut Decimal,
) -> Result<(), ArithmeticError> {
    for (part, taken) in parts {
        let room = sub(part.room, *taken)?;
        let more = limit.map_or(room, |limit| room.min(limit)).min(*left);
        *taken = add(*taken, more)?;
        *left = sub(*left, more)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn shares(amount: &str, weights: &[&str], scale: u32, remainder: Remainder) -> Vec<String> {
        let part = |weight: &&str| Part { weight: d(weight), room: d(amount) };
        let parts: Vec<_> = weights.iter().map(part).collect();
        let spread = Spread::Proportional { scale: Some(scale), remainder };
        let shares = split(d(amount), &parts, spread).unwrap();
        assert_eq!(shares.iter().sum::<Decimal>(), d(amount));
        shares.iter().map(|share| share.normalize().to_string()).collect()
    }

    #[test]
    fn no_cent_is_lost_and_the_largest_remainder_gets_it() {
        use Remainder::Largest;
        assert_eq!(shares("6.00", &["10", "5"], 2, Largest), ["4", "2"]);
        // 0.01666… each: a cent each, and the two that are left go to the first two.
        assert_eq!(shares("0.05", &["1", "1", "1"], 2, Largest), ["0.02", "0.02", "0.01"]);
        assert_eq!(shares("0.0005", &["1", "1"], 4, Largest), ["0.0003", "0.0002"]);
        // 0.0099… and 0.0000…
        assert_eq!(shares("0.01", &["100", "1"], 2, Largest), ["0.01", "0"]);
        // 0.333… and 0.666…
        assert_eq!(shares("1.00", &["0.001", "0.002"], 2, Largest), ["0.33", "0.67"]);
    }

    #[test]
    fn the_last_takes_what_rounding_leaves() {
        // 20 × 10 ÷ 30 = 6.666…
        assert_eq!(shares("20", &["10", "20"], 2, Remainder::Last), ["6.67", "13.33"]);
        assert_eq!(shares("1.00", &["3.33", "3.33", "3.34"], 2, Remainder::Last), ["0.33", "0.33", "0.34"]);
        // Half a cent each: the first takes it all, none takes less than nothing.
        assert_eq!(shares("0.01", &["1", "1"], 2, Remainder::Last), ["0.01", "0"]);
    }

    #[test]
    fn no_part_takes_more_than_it_has() {
        let parts = ["1", "1", "1", "0"].map(|room| Part { weight: d(room), room: d(room) });
        let spread = Spread::Proportional { scale: Some(2), remainder: Remainder::Last };
        // The last has nothing to give: the one before it takes the rest.
        let found = split(d("1"), &parts, spread).unwrap();
        assert_eq!(found, ["0.33", "0.33", "0.34", "0"].map(d));
        let parts = ["3", "5", "4"].map(|room| Part { weight: d(room), room: d(room) });
        assert_eq!(split(d("7"), &parts, Spread::InOrder).unwrap(), ["3", "4", "0"].map(d));
        assert_eq!(split(d("12"), &parts, Spread::EXACT).unwrap(), ["3", "5", "4"].map(d));
    }
}
