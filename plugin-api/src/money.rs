//! Currencies, and the only rounding.

use iso_currency::Currency;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::interval::normal;

/// Most decimal places of a rounding.
pub const MAX_ROUNDING_SCALE: u32 = 12;

/// A text is no currency with a minor unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found the currency {0:?}, expected an ISO 4217 code such as \"USD\" or \"CNY\"")]
pub struct UnknownCurrency(pub String);

/// A currency by its ISO 4217 code.
///
/// # Errors
/// [`UnknownCurrency`] for any other text, and for codes that are no money, such as `XAU`.
pub fn currency(code: &str) -> Result<Currency, UnknownCurrency> {
    Currency::from_code(code)
        .filter(|currency| currency.exponent().is_some())
        .ok_or_else(|| UnknownCurrency(code.chars().take(16).collect()))
}

/// Decimal places of a currency's minor unit, after ISO 4217.
#[must_use]
pub fn minor_unit_scale(currency: Currency) -> u32 {
    u32::from(currency.exponent().unwrap_or(2))
}

/// How an amount is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding {
    /// The mode.
    pub mode: RoundingMode,
    /// Decimal places, 0 to 12; `None`: the currency's minor unit.
    pub scale: Option<u32>,
}

impl Rounding {
    /// Half up in the currency's minor unit: what is taken when a sheet does not say.
    pub const DEFAULT: Self = Self { mode: RoundingMode::HalfUp, scale: None };

    /// The rounded amount.
    #[must_use]
    pub fn round(self, amount: Decimal, currency: Currency) -> Decimal {
        let strategy = match self.mode {
            RoundingMode::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            RoundingMode::HalfEven => RoundingStrategy::MidpointNearestEven,
            RoundingMode::Up => RoundingStrategy::AwayFromZero,
            RoundingMode::Down => RoundingStrategy::ToZero,
        };
        let scale = self.scale.unwrap_or_else(|| minor_unit_scale(currency));
        normal(amount.round_dp_with_strategy(scale, strategy))
    }
}

/// How an amount between two steps is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundingMode {
    /// To the nearest; half away from zero.
    HalfUp,
    /// To the nearest; half to the even neighbour.
    HalfEven,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_rounds_a_half_its_own_way() {
        let d = |text: &str| text.parse::<Decimal>().unwrap();
        let rounded = |mode, amount| Rounding { mode, scale: None }.round(d(amount), Currency::USD);
        for (mode, half, below, negative) in [
            (RoundingMode::HalfUp, "0.13", "0.12", "-0.13"),
            (RoundingMode::HalfEven, "0.12", "0.12", "-0.12"),
            (RoundingMode::Up, "0.13", "0.13", "-0.13"),
            (RoundingMode::Down, "0.12", "0.12", "-0.12"),
        ] {
            assert_eq!(rounded(mode, "0.125"), d(half), "{mode:?}");
            assert_eq!(rounded(mode, "0.1201"), d(below), "{mode:?}");
            assert_eq!(rounded(mode, "-0.125"), d(negative), "{mode:?}");
        }
    }

    #[test]
    fn the_minor_unit_is_the_currencys_own() {
        let round = |code| Rounding::DEFAULT.round("1.2345".parse().unwrap(), currency(code).unwrap());
        assert_eq!(round("JPY").to_string(), "1");
        assert_eq!(round("KWD").to_string(), "1.235");
        assert!(currency("XAU").is_err());
        assert!(currency("usd").is_err());
    }
}
