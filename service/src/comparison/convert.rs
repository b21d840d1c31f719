//! A quote's totals in another currency, beside the vendor's own.

use iso_currency::Currency;
use quotient_plugin_api::interval::{ArithmeticError, Interval};
use quotient_plugin_api::money::Rounding;
use quotient_plugin_api::quote::Totals;
use rust_decimal::Decimal;

use super::fx::{FxTable, Rate};

/// Totals in another currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// The currency.
    pub currency: Currency,
    /// The rate that was taken.
    pub rate: Rate,
    /// The sold commitment.
    pub term: Interval,
    /// All commitments that start within the horizon.
    pub horizon: Interval,
    /// What each asked month costs.
    pub effective_monthly: Interval,
}

/// Converts totals; `None` when the table has no rate.
///
/// # Errors
/// [`ArithmeticError`] when an amount does not fit.
pub fn convert(
    totals: &Totals,
    from: Currency,
    to: Currency,
    table: &FxTable,
) -> Result<Option<Converted>, ArithmeticError> {
    let Some(rate) = table.rate(from, to) else { return Ok(None) };
    let amount = |total: Interval| {
        let converted = total.scale(rate.value, Decimal::ONE)?;
        Ok(converted.map(|bound| Rounding::DEFAULT.round(bound, to)))
    };
    Ok(Some(Converted {
        currency: to,
        term: amount(totals.term)?,
        horizon: amount(totals.horizon)?,
        effective_monthly: amount(totals.effective_monthly)?,
        rate,
    }))
}
