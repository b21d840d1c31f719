//! Conversions between Google's value types and the types that the kernel counts with.

use jiff::civil;
use rust_decimal::Decimal;

use crate::google::r#type as google;

/// Nanos in a unit of `google.type.Money`.
const NANOS: i64 = 1_000_000_000;

/// Why a value of the wire is not a value of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    /// The text is no decimal number, or has more than 28 digits.
    #[error("found {0:?}, expected a decimal number of at most 28 digits")]
    Decimal(String),
    /// The year, month and day are no date.
    #[error("found {year:04}-{month:02}-{day:02}, expected a date")]
    Date {
        /// As found.
        year: i32,
        /// As found.
        month: i32,
        /// As found.
        day: i32,
    },
    /// The amount does not fit into units and nanos without loss.
    #[error("found {0}, expected an amount of at most 9 decimal places below 2^63")]
    Money(Decimal),
}

/// A decimal of the wire, without trailing zeros.
#[must_use]
pub fn decimal_to_wire(value: Decimal) -> google::Decimal {
    google::Decimal { value: value.normalize().to_string() }
}

/// A decimal read from the wire: an optional sign, digits, an optional fraction, an optional
/// exponent.
///
/// # Errors
/// [`ConvertError::Decimal`] when it is anything else, or would lose digits.
pub fn decimal_from_wire(value: &google::Decimal) -> Result<Decimal, ConvertError> {
    decimal_from_text(&value.value)
}

/// The same for the text alone.
///
/// # Errors
/// As [`decimal_from_wire`].
pub fn decimal_from_text(text: &str) -> Result<Decimal, ConvertError> {
    let parsed = match text.split_once(['e', 'E']) {
        // The library rounds the digits before an exponent; read exactly first, they refuse.
        Some((digits, _)) => Decimal::from_str_exact(digits).and_then(|_| Decimal::from_scientific(text)),
        None => Decimal::from_str_exact(text),
    };
    match parsed {
        Ok(value) if !text.contains('_') => Ok(value.normalize()),
        _ => Err(ConvertError::Decimal(text.chars().take(64).collect())),
    }
}

/// A date of the wire.
#[must_use]
pub fn date_to_wire(date: civil::Date) -> google::Date {
    google::Date { year: i32::from(date.year()), month: i32::from(date.month()), day: i32::from(date.day()) }
}

/// A date read from the wire; year, month and day are all needed.
///
/// # Errors
/// [`ConvertError::Date`] when there is no such day.
pub fn date_from_wire(date: &google::Date) -> Result<civil::Date, ConvertError> {
    let refused = || ConvertError::Date { year: date.year, month: date.month, day: date.day };
    let year = i16::try_from(date.year).map_err(|_| refused())?;
    let month = i8::try_from(date.month).map_err(|_| refused())?;
    let day = i8::try_from(date.day).map_err(|_| refused())?;
    if year < 1 {
        return Err(refused());
    }
    civil::Date::new(year, month, day).map_err(|_| refused())
}

/// An amount of the wire.
///
/// # Errors
/// [`ConvertError::Money`] when it has more than 9 decimal places or does not fit.
pub fn money_to_wire(currency_code: &str, amount: Decimal) -> Result<google::Money, ConvertError> {
    let refused = || ConvertError::Money(amount);
    let whole = amount.trunc();
    let units = i64::try_from(whole).map_err(|_| refused())?;
    let nanos = amount
        .checked_sub(whole)
        .and_then(|fraction| fraction.checked_mul(Decimal::from(NANOS)))
        .filter(|nanos| nanos.is_integer())
        .and_then(|nanos| i32::try_from(nanos).ok())
        .ok_or_else(refused)?;
    Ok(google::Money { currency_code: currency_code.to_owned(), units, nanos })
}

/// The amount of a value of the wire, without its currency.
///
/// # Errors
/// [`ConvertError::Money`] when units and nanos have different signs or nanos are out of range.
pub fn money_from_wire(money: &google::Money) -> Result<Decimal, ConvertError> {
    let nanos = i64::from(money.nanos);
    let units = Decimal::from(money.units);
    let mixed = money.units.signum().saturating_mul(nanos.signum()) < 0;
    let fraction = Decimal::try_new(nanos, 9).map_err(|_| ConvertError::Money(units))?;
    match units.checked_add(fraction) {
        Some(amount) if !mixed && nanos.abs() < NANOS => Ok(amount.normalize()),
        _ => Err(ConvertError::Money(units)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_every_digit_and_lose_trailing_zeros() {
        let read = |text: &str| decimal_from_text(text).map(|d| decimal_to_wire(d).value);
        assert_eq!(read("0.00675").unwrap(), "0.00675");
        assert_eq!(read("12.500").unwrap(), "12.5");
        assert_eq!(read("1e3").unwrap(), "1000");
        for text in ["", "abc", "1_000", "NaN", "0.12345678901234567890123456789", "1,5", "1e", "1e40"] {
            assert_eq!(read(text), Err(ConvertError::Decimal(text.to_owned())), "{text}");
        }
        assert!(read("0.12345678901234567890123456789e1").is_err(), "a digit would be rounded away");
    }

    #[test]
    fn money_is_split_at_the_unit_and_joined_again() {
        for text in ["0", "46.87", "-0.01", "-12.5", "99999999999.999999999"] {
            let amount = decimal_from_text(text).unwrap();
            let wire = money_to_wire("USD", amount).unwrap();
            assert_eq!(money_from_wire(&wire).unwrap(), amount, "{text}");
        }
        let wire = money_to_wire("USD", decimal_from_text("-1.75").unwrap()).unwrap();
        assert_eq!((wire.units, wire.nanos), (-1, -750_000_000));
        assert!(money_to_wire("USD", decimal_from_text("0.0000000001").unwrap()).is_err());
        let mixed = google::Money { units: 1, nanos: -1, ..google::Money::default() };
        assert!(money_from_wire(&mixed).is_err());
    }

    #[test]
    fn a_date_that_does_not_exist_is_refused_with_what_was_found() {
        let wire = google::Date { year: 2026, month: 2, day: 30 };
        let told = date_from_wire(&wire).unwrap_err().to_string();
        assert_eq!(told, "found 2026-02-30, expected a date");
        assert!(date_from_wire(&google::Date { year: 0, month: 1, day: 1 }).is_err());
    }
}
