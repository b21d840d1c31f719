//! What a line set leaves of the lines that count together in one of its cycles.
//!
//! Where all amounts are exact, so is the answer. Where some have bounds, each line has the bounds of what
//! can be left of it, and a digit more where parts are rounded.

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::spread::{Part, split};
use crate::charge::AdjustmentBase;
use crate::interval::{AMOUNT_SCALE, ArithmeticError, Interval, add, mul, mul_div, sub};
use crate::line_set::{LineSet, Off, SetDiscount, SetRule, Spread};
use crate::money::Rounding;

/// A cycle of a line of a set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    /// Which of the set's lines.
    pub(crate) line: usize,
    /// Which of the line's cycles.
    pub(crate) cycle: usize,
    /// What it costs.
    pub(crate) amount: Interval,
    /// What it costs before adjustments.
    pub(crate) list: Interval,
}

/// Whether a condition holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Never,
    Perhaps,
    Always,
}

/// The cells that a set changes, and their amounts after it.
pub(crate) fn reduce(
    set: &LineSet,
    currency: Currency,
    cells: &[Cell],
) -> Result<Vec<(Cell, Interval)>, ArithmeticError> {
    // What is given back is not for a set to take off.
    let cells: Vec<_> = cells.iter().copied().filter(|cell| cell.amount.low() >= Decimal::ZERO).collect();
    let after = match &set.rule {
        SetRule::Dearest => dearest(&cells)?,
        SetRule::Maximum { amount, spread } => maximum(&cells, *amount, *spread)?,
        SetRule::Discount(discount) => self::discount(&cells, discount, currency)?,
    };
    let changed = cells.iter().copied().zip(after).filter(|(cell, after)| cell.amount != *after);
    Ok(changed.collect())
}

/// All amounts, where each is exact.
fn points(cells: &[Cell]) -> Option<Vec<Decimal>> {
    cells.iter().map(|cell| cell.amount.point()).collect()
}

fn total(mut amounts: impl Iterator<Item = Decimal>) -> Result<Decimal, ArithmeticError> {
    amounts.try_fold(Decimal::ZERO, add)
}

/// The sum of high ends; `None` where one is open.
fn highs<'a>(cells: impl Iterator<Item = &'a Cell>) -> Result<Option<Decimal>, ArithmeticError> {
    let mut sum = Decimal::ZERO;
    for cell in cells {
        let Some(high) = cell.amount.high() else { return Ok(None) };
        sum = add(sum, high)?;
    }
    Ok(Some(sum))
}

fn lows<'a>(cells: impl Iterator<Item = &'a Cell>) -> Result<Decimal, ArithmeticError> {
    total(cells.map(|cell| cell.amount.low()))
}

fn bounds(low: Decimal, high: Option<Decimal>) -> Result<Interval, ArithmeticError> {
    Interval::new(low, high.map(|high| high.max(low))).map_err(|_| ArithmeticError)
}

fn dearest(cells: &[Cell]) -> Result<Vec<Interval>, ArithmeticError> {
    let mut sums: Vec<(usize, Interval)> = Vec::new();
    for cell in cells {
        match sums.last_mut().filter(|(line, _)| *line == cell.line) {
            Some((_, sum)) => *sum = sum.plus(cell.amount)?,
            None => sums.push((cell.line, cell.amount)),
        }
    }
    // Of equal ones the first is charged.
    let beats = |(line, least): (usize, Decimal), (other, most): (usize, Decimal)| {
        least > most || least == most && line < other
    };
    let left = |cell: &Cell| {
        let own = sums.iter().find(|(line, _)| *line == cell.line).map_or(cell.amount, |(_, sum)| *sum);
        let mut others = sums.iter().filter(|(line, _)| *line != cell.line);
        let loses = others.clone().any(|(line, other)| {
            own.high().is_some_and(|high| beats((*line, other.low()), (cell.line, high)))
        });
        let wins = others.all(|(line, other)| {
            other.high().is_some_and(|high| beats((cell.line, own.low()), (*line, high)))
        });
        if loses {
            Ok(Interval::ZERO)
        } else if wins {
            Ok(cell.amount)
        } else {
            bounds(Decimal::ZERO, cell.amount.high())
        }
    };
    cells.iter().map(left).collect()
}

fn maximum(cells: &[Cell], most: Decimal, spread: Spread) -> Result<Vec<Interval>, ArithmeticError> {
    let unchanged = || cells.iter().map(|cell| cell.amount).collect();
    if let Some(amounts) = points(cells) {
        let above = sub(total(amounts.iter().copied())?, most)?;
        return if above > Decimal::ZERO { take_off(&amounts, above, spread) } else { Ok(unchanged()) };
    }
    if highs(cells.iter())?.is_some_and(|sum| sum <= most) {
        return Ok(unchanged());
    }
    let slack = slack(spread, cells.len())?;
    // What is left of a line rises with it, and falls when others rise.
    let share = |own: Decimal, others: Decimal| {
        let sum = add(own, others)?;
        if sum > most { mul_div(own, most, sum) } else { Ok(own) }
    };
    let left = |(index, cell): (usize, &Cell)| {
        let (low, high) = (cell.amount.low(), cell.amount.high());
        if spread == Spread::InOrder {
            let later = || cells.iter().skip(index.saturating_add(1));
            let room = |later: Decimal| Ok(sub(most, later)?.max(Decimal::ZERO));
            let least = highs(later())?.map_or(Ok(Decimal::ZERO), room)?;
            let room = room(lows(later())?)?;
            return bounds(low.min(least), Some(high.map_or(room, |high| high.min(room))));
        }
        let others =
            || cells.iter().enumerate().filter(move |(other, _)| *other != index).map(|(_, cell)| cell);
        let least = highs(others())?.map_or(Ok(Decimal::ZERO), |others| share(low, others))?;
        let greatest = match high {
            Some(high) => add(share(high, lows(others())?)?, slack)?.min(high).min(most),
            None => most,
        };
        bounds(sub(least, slack)?.max(Decimal::ZERO), Some(greatest))
    };
    cells.iter().enumerate().map(left).collect()
}

fn discount(
    cells: &[Cell],
    discount: &SetDiscount,
    currency: Currency,
) -> Result<Vec<Interval>, ArithmeticError> {
    let base = |cell: &Cell| match discount.base {
        AdjustmentBase::List => cell.list,
        AdjustmentBase::Running => cell.amount,
    };
    let sum = cells.iter().map(base).try_fold(Interval::ZERO, Interval::plus)?;
    let holds = holds(discount, sum);
    if holds == Holds::Never {
        return Ok(cells.iter().map(|cell| cell.amount).collect());
    }
    let after = match &discount.off {
        Off::Amount { amount, spread } => amount_off(cells, *amount, *spread)?,
        Off::Fraction { fraction, rounding } => {
            let off = |cell: &Cell| {
                fraction_off(cell.amount, base(cell), discount.base, *fraction, *rounding, currency)
            };
            cells.iter().map(off).collect::<Result<_, _>>()?
        }
    };
    if holds == Holds::Always {
        return Ok(after);
    }
    // With it or without it.
    cells.iter().zip(after).map(|(cell, after)| bounds(after.low(), cell.amount.high())).collect()
}

fn holds(discount: &SetDiscount, sum: Interval) -> Holds {
    let SetDiscount { at_least, at_most, below, .. } = *discount;
    let (low, high) = (sum.low(), sum.high());
    let reached = at_least.is_none_or(|least| low >= least);
    let never_reached = at_least.is_some_and(|least| high.is_some_and(|high| high < least));
    let within = at_most.is_none_or(|most| high.is_some_and(|high| high <= most))
        && below.is_none_or(|below| high.is_some_and(|high| high < below));
    let never_within = at_most.is_some_and(|most| low > most) || below.is_some_and(|below| low >= below);
    match (reached && within, never_reached || never_within) {
        (true, _) => Holds::Always,
        (_, true) => Holds::Never,
        _ => Holds::Perhaps,
    }
}

fn amount_off(cells: &[Cell], amount: Decimal, spread: Spread) -> Result<Vec<Interval>, ArithmeticError> {
    if let Some(amounts) = points(cells) {
        let off = amount.min(total(amounts.iter().copied())?);
        return take_off(&amounts, off, spread);
    }
    let slack = slack(spread, cells.len())?;
    // What is left of a line rises with every line.
    let left = |own: Decimal, sum: Option<Decimal>| match sum {
        Some(sum) if sum <= amount => Ok(Decimal::ZERO),
        Some(sum) => mul_div(own, sub(sum, amount)?, sum),
        None => Ok(own),
    };
    let (least, greatest) = (lows(cells.iter())?, highs(cells.iter())?);
    let bounds = |(index, cell): (usize, &Cell)| {
        let (low, high) = (cell.amount.low(), cell.amount.high());
        if spread == Spread::InOrder {
            let earlier = || cells.iter().take(index);
            let off = |own: Decimal, earlier: Option<Decimal>| match earlier {
                Some(earlier) => {
                    let rest = sub(amount, earlier)?.max(Decimal::ZERO);
                    Ok(sub(own, rest)?.max(Decimal::ZERO))
                }
                None => Ok(own),
            };
            let high = high.map(|high| off(high, highs(earlier())?)).transpose()?;
            return bounds(off(low, Some(lows(earlier())?))?, high);
        }
        let high = high.map(|high| Ok(add(left(high, greatest)?, slack)?.min(high))).transpose()?;
        bounds(sub(left(low, Some(least))?, slack)?.max(Decimal::ZERO), high)
    };
    cells.iter().enumerate().map(bounds).collect()
}

fn fraction_off(
    amount: Interval,
    base: Interval,
    kind: AdjustmentBase,
    fraction: Decimal,
    rounding: Option<Rounding>,
    currency: Currency,
) -> Result<Interval, ArithmeticError> {
    let off = |base: Decimal| {
        let off = mul(base, fraction)?;
        Ok(rounding.map_or(off, |rounding| rounding.round(off, currency)))
    };
    let less = |amount: Decimal, off: Decimal| Ok(sub(amount, off)?.max(Decimal::ZERO));
    if let (Some(amount), Some(base)) = (amount.point(), base.point()) {
        return Ok(Interval::exact(less(amount, off(base)?)?));
    }
    // What is left of an amount rises with it, but not of one amount with another, nor of rounded ones.
    let same = kind == AdjustmentBase::Running && rounding.is_none();
    let most_off = if same { Some(base.low()) } else { base.high() };
    let low = most_off.map_or(Ok(Decimal::ZERO), |base| less(amount.low(), off(base)?))?;
    let least_off = |high: Decimal| off(if same { high } else { base.low() });
    let high = amount.high().map(|high| less(high, least_off(high)?)).transpose()?;
    bounds(low, high)
}

/// Exact amounts less an amount that is not above their sum.
fn take_off(amounts: &[Decimal], off: Decimal, spread: Spread) -> Result<Vec<Interval>, ArithmeticError> {
    let parts: Vec<_> = amounts.iter().map(|amount| Part { weight: *amount, room: *amount }).collect();
    let taken = split(off, &parts, spread)?;
    amounts.iter().zip(taken).map(|(amount, taken)| Ok(Interval::exact(sub(*amount, taken)?))).collect()
}

/// What rounded parts may differ by from exact ones.
fn slack(spread: Spread, parts: usize) -> Result<Decimal, ArithmeticError> {
    let Spread::Proportional { scale, .. } = spread else { return Ok(Decimal::ZERO) };
    let unit = Decimal::try_new(1, scale.unwrap_or(AMOUNT_SCALE)).map_err(|_| ArithmeticError)?;
    mul(unit, Decimal::from(parts.saturating_add(1)))
}
