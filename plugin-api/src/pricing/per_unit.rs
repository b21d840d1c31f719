//! A price for each unit.

use super::model::Quantity;
use super::recording::Rows;
use crate::charge::Positive;
use crate::interval::{ArithmeticError, Interval};
use crate::quote::TierRow;

pub(crate) fn rows(
    price: Interval,
    per: Positive,
    quantity: &Quantity<'_>,
    rows: &mut Rows<'_>,
) -> Result<(), ArithmeticError> {
    let (count, per) = quantity.over_days(quantity.net, per.get())?;
    let amount = price.scale(count, per)?;
    rows.add(amount, || {
        Ok(TierRow { tier: 0, quantity: count, unit_price: price, per, flat_amount: None, amount })
    })
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::pricing::cycles::Days;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn amount(price: &str, per: &str, quantity: &Quantity<'_>) -> Decimal {
        let per = Positive::new(d(per)).unwrap();
        let mut found = Rows::unseen();
        rows(Interval::exact(d(price)), per, quantity, &mut found).unwrap();
        found.sum().point().unwrap()
    }

    #[test]
    fn a_price_per_minute_of_seconds_keeps_every_digit() {
        // 150 s at 0.018 a minute: 0.0003 × 150; at 0.003: 0.00005 × 150.
        assert_eq!(amount("0.018", "60", &Quantity::of(d("150"))), d("0.045"));
        assert_eq!(amount("0.003", "60", &Quantity::of(d("150"))), d("0.0075"));
    }

    #[test]
    fn a_daily_price_multiplies_before_it_divides() {
        // 0.06 × 30.5 = 1.83; 12 × 365 ÷ 12 = 365.
        let month = |count: &str, divisor: &str| Some(Days { count: d(count), divisor: d(divisor) });
        let one = Quantity { days: month("61", "2"), ..Quantity::of(d("1")) };
        assert_eq!(amount("0.06", "1", &one), d("1.83"));
        let twelfth = Quantity { days: month("365", "12"), ..Quantity::of(d("1")) };
        assert_eq!(amount("12", "1", &twelfth), d("365"));
    }

    #[test]
    fn a_price_with_bounds_gives_an_amount_with_bounds() {
        let price = Interval::new(d("80"), Some(d("500"))).unwrap();
        let mut found = Rows::unseen();
        rows(price, Positive::ONE, &Quantity::of(d("10")), &mut found).unwrap();
        assert_eq!(found.sum(), Interval::new(d("800"), Some(d("5000"))).unwrap());
    }
}
