//! A price for each package.

use rust_decimal::Decimal;

use super::model::Quantity;
use crate::charge::{PartialPackage, Positive};
use crate::interval::short::contained;
use crate::interval::{ArithmeticError, Interval, add, mul, sub};
use crate::quote::TierRow;

pub(crate) fn row(
    size: Positive,
    price: Interval,
    partial: PartialPackage,
    minimum: Decimal,
    quantity: &Quantity<'_>,
) -> Result<TierRow, ArithmeticError> {
    let (count, per) = match partial {
        PartialPackage::Prorated => (quantity.net, size.get()),
        PartialPackage::Up => (started(quantity.net, size)?, Decimal::ONE),
        PartialPackage::Down => (whole(quantity.net, size)?, Decimal::ONE),
        PartialPackage::Nearest => (nearest(quantity.net, size)?, Decimal::ONE),
    };
    // The minimum is in packages, whatever `count` is in.
    let least = mul(minimum, per)?;
    let count = count.max(least);
    let amount = price.scale(count, per)?;
    Ok(TierRow { tier: 0, quantity: count, unit_price: price, per, flat_amount: None, amount })
}

/// Packages that are full.
fn whole(quantity: Decimal, size: Positive) -> Result<Decimal, ArithmeticError> {
    if let Some((count, _)) = contained(size.get(), quantity) {
        return Ok(count.into());
    }
    let rest = quantity.checked_rem(size.get()).ok_or(ArithmeticError)?;
    sub(quantity, rest)?.checked_div(size.get()).ok_or(ArithmeticError)
}

/// Packages that are at least half full.
fn nearest(quantity: Decimal, size: Positive) -> Result<Decimal, ArithmeticError> {
    let rest = quantity.checked_rem(size.get()).ok_or(ArithmeticError)?;
    let half = mul(rest, Decimal::TWO)? >= size.get();
    add(whole(quantity, size)?, Decimal::from(u8::from(half)))
}

/// Packages that are full or started.
pub(crate) fn started(quantity: Decimal, size: Positive) -> Result<Decimal, ArithmeticError> {
    if let Some((count, is_more)) = contained(size.get(), quantity) {
        return add(count.into(), u8::from(is_more).into());
    }
    let rest = quantity.checked_rem(size.get()).ok_or(ArithmeticError)?;
    add(whole(quantity, size)?, Decimal::from(u8::from(!rest.is_zero())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn amount(quantity: &str, partial: PartialPackage) -> Decimal {
        let size = Positive::new(d("100")).unwrap();
        let row =
            row(size, Interval::exact(d("100")), partial, Decimal::ZERO, &Quantity::of(d(quantity))).unwrap();
        row.amount.point().unwrap()
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
        let found = ["5000", "5049.9", "5050"].map(|quantity| amount(quantity, PartialPackage::Nearest));
        assert_eq!(found, [d("5000"), d("5000"), d("5100")]);
    }

    #[test]
    fn a_minimum_of_packages_is_charged_without_any_quantity() {
        let size = Positive::new(d("100")).unwrap();
        for (partial, quantity) in [(PartialPackage::Up, "0"), (PartialPackage::Prorated, "50")] {
            let minimum = d("2");
            let quantity = Quantity::of(d(quantity));
            let row = row(size, Interval::exact(d("7")), partial, minimum, &quantity).unwrap();
            assert_eq!(row.amount.point(), Some(d("14")), "{partial:?}");
        }
    }
}
