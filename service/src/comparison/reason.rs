//! Sentences that a buyer reads, in English and Chinese, each with a stable code.

use quotient_plugin_api::interval::Interval;
use rust_decimal::Decimal;

/// Why something is as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What kind of statement this is, in `lower_snake_case`.
    pub code: &'static str,
    /// How much it weighs.
    pub weight: Weight,
    /// In English.
    pub english: String,
    /// In Chinese.
    pub chinese: String,
}

/// How much a reason weighs for comparability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It only tells.
    Tells,
    /// Something was brought to common ground.
    Adjusts,
    /// It cannot be compared.
    Excludes,
}

impl Reason {
    /// A reason that only tells.
    pub fn tells(code: &'static str, english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self { code, weight: Weight::Tells, english: english.into(), chinese: chinese.into() }
    }

    /// A reason that says what was brought to common ground.
    pub fn adjusts(code: &'static str, english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self { weight: Weight::Adjusts, ..Self::tells(code, english, chinese) }
    }

    /// A reason that keeps a product out of the ranking.
    pub fn excludes(code: &'static str, english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self { weight: Weight::Excludes, ..Self::tells(code, english, chinese) }
    }
}

/// An amount does not fit.
pub(super) fn too_large() -> Reason {
    Reason::excludes("too_large", "an amount is too large to be exact", "金额过大，无法精确计算")
}

/// An amount for a person: `12.50`, `12.50 to 20.00`, or `12.50 and up`.
pub(super) fn told(amount: Interval) -> String {
    match amount.high() {
        Some(high) if high == amount.low() => high.to_string(),
        Some(high) => format!("{} to {high}", amount.low()),
        None => format!("{} and up", amount.low()),
    }
}

/// The same in Chinese.
pub(super) fn told_chinese(amount: Interval) -> String {
    match amount.high() {
        Some(high) if high == amount.low() => high.to_string(),
        Some(high) => format!("{} 至 {high}", amount.low()),
        None => format!("{} 起", amount.low()),
    }
}

/// A fraction in per cent, with at most two places.
pub(super) fn percent(fraction: Decimal) -> String {
    let percent = fraction.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(fraction);
    let rounded = percent.round_dp(2).normalize();
    if rounded.is_zero() && !percent.is_zero() {
        return if percent.is_sign_negative() { "> -0.01 %".to_owned() } else { "< 0.01 %".to_owned() };
    }
    format!("{rounded} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_that_is_not_zero_is_not_told_as_zero() {
        assert_eq!(percent(Decimal::new(259, 4)), "2.59 %");
        assert_eq!(percent(Decimal::new(4, 5)), "< 0.01 %");
        assert_eq!(percent(Decimal::ZERO), "0 %");
    }
}
