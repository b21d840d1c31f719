//! A quote as a message. What only the service knows stays unset: vendor, product, requirement, digests,
//! conversion, alternatives.

use iso_currency::Currency;
use quotient_proto::convert::{ConvertError, date_to_wire, decimal_to_wire, money_to_wire};
use quotient_proto::v1;

use super::charge::{charge_to_wire, count_to_wire, interval_to_wire};
use super::enums::WireEnum as _;
use super::offer::{label_to_wire, notes_to_wire, source_to_wire};
use crate::interval::{Interval, Step};
use crate::meters::meter;
use crate::quote::{
    AdjustmentRow, Contract, DemandCoverage, Invoice, LineItem, Period, Quote, TierRow, Totals,
};

/// How much of a quote is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Totals, line totals, coverage and notes.
    Basic,
    /// Everything.
    Full,
}

/// A quote as a message.
///
/// # Errors
/// [`ConvertError::Money`] when a total is too large or too fine for the wire.
pub fn quote_to_wire(quote: &Quote, view: View) -> Result<v1::QuoteBody, ConvertError> {
    let full = view == View::Full;
    let invoices = if full { quote.invoices.as_slice() } else { &[] };
    let sources = if full { quote.sources.as_slice() } else { &[] };
    Ok(v1::QuoteBody {
        edition: Some(label_to_wire(&quote.edition)),
        purchase_option: Some(label_to_wire(&quote.purchase_option)),
        currency_code: quote.currency.code().to_owned(),
        line_items: quote.lines.iter().map(|line| line_to_wire(line, view)).collect(),
        totals: Some(totals_to_wire(&quote.totals, quote.currency)?),
        invoices: invoices.iter().map(|invoice| invoice_to_wire(invoice, quote)).collect::<Result<_, _>>()?,
        contract: Some(contract_to_wire(&quote.contract)),
        demand_coverage: quote.coverage.iter().map(|part| coverage_to_wire(part, &quote.lines)).collect(),
        assumptions: notes_to_wire(&quote.assumptions),
        exclusions: notes_to_wire(&quote.exclusions),
        warnings: notes_to_wire(&quote.warnings),
        confidence: quote.confidence.to_wire(),
        sources: sources.iter().map(source_to_wire).collect(),
        ..v1::QuoteBody::default()
    })
}

fn line_to_wire(line: &LineItem, view: View) -> v1::LineItem {
    let charge = &line.charge;
    let full = view == View::Full;
    let unit = meter(&charge.metering.meter_id).map_or("", |meter| meter.unit);
    let periods = if full { line.periods.as_slice() } else { &[] };
    v1::LineItem {
        id: charge.id.clone(),
        display_name: charge.name.clone(),
        category: line.category().to_wire(),
        charge: full.then(|| charge_to_wire(charge)),
        periods: periods.iter().map(|period| period_to_wire(period, unit)).collect(),
        amount: Some(interval_to_wire(line.amount)),
        horizon_amount: Some(interval_to_wire(line.horizon_amount)),
        confidence: charge.confidence.to_wire(),
        source_indexes: if full { charge.sources.clone() } else { Vec::new() },
        pass_through: charge.pass_through,
        module_id: charge.module_id.clone().unwrap_or_default(),
    }
}

fn period_to_wire(period: &Period, unit: &str) -> v1::Period {
    let step = |step: &crate::quote::DerivationStep| v1::DerivationStep {
        text: step.text.clone(),
        quantity: Some(decimal_to_wire(step.quantity)),
    };
    v1::Period {
        first_month: count_to_wire(period.first_month),
        cycle_months: count_to_wire(period.cycle_months),
        cycles: count_to_wire(period.cycles),
        phase: period.phase.to_wire(),
        demanded: Some(decimal_to_wire(period.demanded)),
        derivation: period.derivation.iter().map(step).collect(),
        billed: Some(decimal_to_wire(period.billed)),
        unit: unit.to_owned(),
        tiers: period.tiers.iter().map(tier_to_wire).collect(),
        adjustments: period.adjustments.iter().map(adjustment_to_wire).collect(),
        exact: Some(interval_to_wire(period.exact)),
        rounded: period.rounded.map(interval_to_wire),
    }
}

fn tier_to_wire(row: &TierRow) -> v1::TierRow {
    v1::TierRow {
        tier: count_to_wire(row.tier),
        quantity: Some(decimal_to_wire(row.quantity)),
        unit_price: Some(interval_to_wire(row.unit_price)),
        per: Some(decimal_to_wire(row.per)),
        flat_amount: row.flat_amount.map(interval_to_wire),
        amount: Some(interval_to_wire(row.amount)),
    }
}

fn adjustment_to_wire(row: &AdjustmentRow) -> v1::AdjustmentRow {
    v1::AdjustmentRow {
        id: row.id.clone(),
        reason: row.reason.clone(),
        base: Some(interval_to_wire(row.base)),
        amount: Some(change_to_wire(row.change)),
    }
}

fn change_to_wire(step: Step) -> v1::BoundChange {
    v1::BoundChange { low: Some(decimal_to_wire(step.low)), high: step.high.map(decimal_to_wire) }
}

fn amount_to_wire(amount: Interval, currency: Currency) -> Result<v1::MoneyRange, ConvertError> {
    Ok(v1::MoneyRange {
        low: Some(money_to_wire(currency.code(), amount.low())?),
        high: amount.high().map(|high| money_to_wire(currency.code(), high)).transpose()?,
    })
}

fn totals_to_wire(totals: &Totals, currency: Currency) -> Result<v1::Totals, ConvertError> {
    let amount = |amount| amount_to_wire(amount, currency).map(Some);
    Ok(v1::Totals {
        one_time: amount(totals.one_time)?,
        recurring: amount(totals.recurring)?,
        usage: amount(totals.usage)?,
        term: amount(totals.term)?,
        asked_term: amount(totals.asked_term)?,
        horizon: amount(totals.horizon)?,
        first_invoice: amount(totals.first_invoice)?,
        first_year: amount(totals.first_year)?,
        effective_monthly: amount(totals.effective_monthly)?,
        per_seat_month: totals.per_seat_month.map(interval_to_wire),
        per_contact: totals.per_contact.map(interval_to_wire),
        completeness: completeness(totals).into(),
    })
}

/// As complete as the least complete of the sums that cover a commitment.
fn completeness(totals: &Totals) -> v1::Completeness {
    let sums = [totals.term, totals.asked_term, totals.horizon, totals.first_year, totals.first_invoice];
    if sums.iter().any(|sum| sum.high().is_none()) {
        v1::Completeness::LowerBound
    } else if sums.iter().any(|sum| sum.point().is_none()) {
        v1::Completeness::Range
    } else {
        v1::Completeness::Exact
    }
}

fn invoice_to_wire(invoice: &Invoice, quote: &Quote) -> Result<v1::Invoice, ConvertError> {
    let part = |(line, amount): &(usize, Interval)| v1::InvoicePart {
        line_id: line_id(*line, &quote.lines),
        amount: Some(interval_to_wire(*amount)),
    };
    Ok(v1::Invoice {
        first_date: Some(date_to_wire(invoice.first_date)),
        count: count_to_wire(invoice.count),
        interval_months: count_to_wire(invoice.interval_months),
        parts: invoice.parts.iter().map(part).collect(),
        rounding: Some(change_to_wire(invoice.rounding)),
        total: Some(amount_to_wire(invoice.total, quote.currency)?),
    })
}

fn line_id(index: usize, lines: &[LineItem]) -> String {
    lines.get(index).map(|line| line.charge.id.clone()).unwrap_or_default()
}

fn contract_to_wire(contract: &Contract) -> v1::Contract {
    v1::Contract {
        sold_term_months: count_to_wire(contract.sold_term_months),
        asked_term_months: count_to_wire(contract.asked_term_months),
        renewal_term_months: count_to_wire(contract.renewal_term_months),
        start_date: Some(date_to_wire(contract.start_date)),
        end_date: Some(date_to_wire(contract.end_date)),
        billing_period_months: count_to_wire(contract.billing_period_months),
        minimum_seats: contract.minimum_seats.map(decimal_to_wire),
        trial_days: contract.trial_days.map(count_to_wire),
        modules_addable: contract.modules_addable,
        modules_removable: contract.modules_removable,
    }
}

fn coverage_to_wire(part: &DemandCoverage, lines: &[LineItem]) -> v1::DemandCoverage {
    v1::DemandCoverage {
        requirement_path: part.path.clone(),
        status: part.status.to_wire(),
        line_ids: part.lines.iter().map(|index| line_id(*index, lines)).collect(),
        note: part.note.clone(),
    }
}
