//! A price for each package.

use rust_decimal::Decimal;

use super::model::Quantity;
use crate::charge::{PartialPackage, Positive};
use crate::interval::{ArithmeticError, Interval, add, sub};
use crate::quote::TierRow;

pub(crate) fn rows(
    size: Positive,
    price: Interval,
    partial: PartialPackage,
    quantity: &Quantity,
) -> Result<Vec<TierRow>, ArithmeticError> {
    let (count, per) = match partial {
        PartialPackage::Prorated => (quantity.net, size.get()),
        PartialPackage::Up | PartialPackage::Down => {
            let rest = quantity.net.checked_rem(size.get()).ok_or(ArithmeticError)?;
            let whole = sub(quantity.net, rest)?.checked_div(size.get()).ok_or(ArithmeticError)?;
            let started = partial == PartialPackage::Up && !rest.is_zero();
            (add(whole, Decimal::from(u8::from(started)))?, Decimal::ONE)
        }
    };
    let amount = price.scale(count, per)?;
    Ok(vec![TierRow { tier: 0, quantity: count, unit_price: price, per, flat_amount: None, amount }])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn amount(quantity: &str, partial: PartialPackage) -> Decimal {
        let size = Positive::new(d("100")).unwrap();
        let rows = rows(size, Interval::exact(d("100")), partial, &Quantity::of(d(quantity))).unwrap();
        rows[0].amount.point().unwrap()
    }

    #[test]
    fn a_part_of_a_package_goes_where_the_sheet_says() {
        for (quantity, up, down, prorated) in [
            ("0", "0", "0", "0"),
            ("5000", "5000", "5000", "5000"),
            ("5001", "5100", "5000", "5001"),
            ("4900.5", "5000", "4900", "4900.5"),
        ] {
            assert_eq!(amount(quantity, PartialPackage::Up), d(up), "{quantity}");
            assert_eq!(amount(quantity, PartialPackage::Down), d(down), "{quantity}");
            assert_eq!(amount(quantity, PartialPackage::Prorated), d(prorated), "{quantity}");
        }
    }
}
