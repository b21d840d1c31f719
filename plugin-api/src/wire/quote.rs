//! A quote as a message. What only the service knows stays unset: vendor, product, requirement, digests,
//! conversion, alternatives.

use iso_currency::Currency;
use quotient_proto::convert::{ConvertError, date_to_wire, decimal_to_wire, money_to_wire};
use quotient_proto::v1;

use super::capability::covered_to_wire;
use super::charge::{charge_to_wire, count_to_wire, interval_to_wire};
use super::enums::WireEnum as _;
use super::offer::{label_to_wire, notes_to_wire, source_to_wire, tax_to_wire};
use super::time::uplift_to_wire;
use crate::interval::{Interval, Step};
use crate::meters::meter;
use crate::quote::{
    AdjustmentRow, Contract, DemandCoverage, Invoice, LineItem, Period, Quote, TierRow, Totals,
};

/// A quote as a message, whole.
///
/// # Errors
/// [`ConvertError::Money`] when a total is too large or too fine for the wire.
pub fn quote_to_wire(quote: &Quote) -> Result<v1::QuoteBody, ConvertError> {
    let invoices = quote.invoices.iter().map(|invoice| invoice_to_wire(invoice, quote));
    Ok(v1::QuoteBody {
        edition: Some(label_to_wire(&quote.edition)),
        purchase_option: Some(label_to_wire(&quote.purchase_option)),
        currency_code: quote.currency.code().to_owned(),
        line_items: quote.lines.iter().map(line_to_wire).collect(),
        totals: Some(totals_to_wire(&quote.totals, quote.currency)?),
        invoices: invoices.collect::<Result<_, _>>()?,
        contract: Some(contract_to_wire(&quote.contract)),
        demand_coverage: quote.coverage.iter().map(|part| coverage_to_wire(part, &quote.lines)).collect(),
        assumptions: notes_to_wire(&quote.assumptions),
        exclusions: notes_to_wire(&quote.exclusions),
        warnings: notes_to_wire(&quote.warnings),
        confidence: quote.confidence.to_wire(),
        sources: quote.sources.iter().map(source_to_wire).collect(),
        taxes: quote.tax.iter().map(tax_to_wire).collect(),
        capability_coverage: quote
            .capabilities
            .iter()
            .map(|part| covered_to_wire(part, &quote.lines))
            .collect(),
        ..v1::QuoteBody::default()
    })
}

/// Leaves of a whole quote what `QUOTE_VIEW_BASIC` names.
pub fn trim_to_basic(body: &mut v1::QuoteBody) {
    body.invoices.clear();
    body.sources.clear();
    body.requirement = None;
    for line in &mut body.line_items {
        line.charge = None;
        line.periods.clear();
        line.source_indexes.clear();
    }
}

fn line_to_wire(line: &LineItem) -> v1::LineItem {
    let charge = &line.charge;
    let unit = meter(&charge.metering.meter_id).map_or("", |meter| meter.unit);
    v1::LineItem {
        id: charge.id.clone(),
        display_name: charge.name.clone(),
        category: line.category().to_wire(),
        charge: Some(charge_to_wire(charge)),
        periods: line.periods.iter().map(|period| period_to_wire(period, unit)).collect(),
        amount: Some(interval_to_wire(line.amount)),
        horizon_amount: Some(interval_to_wire(line.horizon_amount)),
        confidence: charge.confidence.to_wire(),
        source_indexes: charge.sources.clone(),
        pass_through: charge.pass_through,
        module_id: charge.module_id.clone().unwrap_or_default(),
    }
}

fn period_to_wire(period: &Period, unit: &str) -> v1::Period {
    let step = |step: &crate::quote::DerivationStep| v1::DerivationStep {
        text: step.text.to_string(),
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
        id: row.id.to_string(),
        reason: row.reason.to_string(),
        base: Some(interval_to_wire(row.base)),
        amount: Some(change_to_wire(row.change)),
    }
}

fn change_to_wire(step: Step) -> v1::BoundChange {
    v1::BoundChange { low: Some(decimal_to_wire(step.low)), high: step.high.map(decimal_to_wire) }
}

/// A rounded amount as a message.
///
/// # Errors
/// [`ConvertError::Money`] when a bound is too large or too fine for the wire.
pub fn money_range(currency: Currency, amount: Interval) -> Result<v1::MoneyRange, ConvertError> {
    Ok(v1::MoneyRange {
        low: Some(money_to_wire(currency.code(), amount.low())?),
        high: amount.high().map(|high| money_to_wire(currency.code(), high)).transpose()?,
    })
}

fn totals_to_wire(totals: &Totals, currency: Currency) -> Result<v1::Totals, ConvertError> {
    let amount = |amount| money_range(currency, amount).map(Some);
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
        total: Some(money_range(quote.currency, invoice.total)?),
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
        aligned_to: contract.aligned_to.to_wire(),
        renewal_uplift: contract.renewal_uplift.map(uplift_to_wire),
        availability: contract.service.availability.map(decimal_to_wire),
        notice_days: contract.service.notice_days.map(count_to_wire),
        price_lock_months: contract.service.price_lock_months.map(count_to_wire),
        support_weekly_hours: contract.service.support_weekly_hours.map(count_to_wire),
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rust_decimal::Decimal;

    use super::*;
    use crate::capability::{CapabilityCoverage, CapabilityStatus};
    use crate::charge::{
        Category, Charge, Confidence, Cycle, MeteringRule, MeteringSource, PriceModel, SeatBasis, SeatFilter,
    };
    use crate::offer::ServiceTerms;
    use crate::offer::{Alignment, CoverageStatus, Label, Note, SourceRef};
    use crate::quote::{DerivationStep, Phase};
    use crate::requirement::buyer::CapabilityGrade;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn exact(text: &str) -> Interval {
        Interval::exact(d(text))
    }

    fn charge() -> Charge {
        let seats = MeteringSource::Seats(SeatFilter { basis: SeatBasis::Named, roles: vec![] });
        let model = PriceModel::Flat { amount: exact("10"), only_when_used: false };
        let metering = MeteringRule::new("seats_named", seats);
        let charge = Charge::new("seat", "Seat", Category::Recurring, metering, model, Cycle::Month);
        Charge { sources: vec![0], ..charge }
    }

    fn priced() -> Quote {
        let range = Interval::new(d("100"), Some(d("120"))).unwrap();
        let line = LineItem {
            charge: charge().into(),
            periods: vec![Period {
                first_month: 1,
                cycle_months: 1,
                cycles: 12,
                phase: Phase::Term,
                demanded: d("10"),
                derivation: smallvec::smallvec![DerivationStep { text: "ten".into(), quantity: d("10") }],
                billed: d("10"),
                tiers: smallvec::smallvec![TierRow {
                    tier: 0,
                    quantity: d("10"),
                    unit_price: range,
                    per: d("1"),
                    flat_amount: None,
                    amount: range,
                }],
                adjustments: vec![AdjustmentRow {
                    id: "list".into(),
                    reason: "Because".into(),
                    base: range,
                    change: Step { low: d("-1"), high: None },
                }],
                exact: range,
                rounded: None,
                before_adjustments: Interval::ZERO,
            }],
            amount: range,
            horizon_amount: Interval::at_least(d("300")),
        };
        Quote {
            edition: Label::new("pro", "Pro"),
            purchase_option: Label::new("annual", "Paid by the year"),
            currency: Currency::USD,
            lines: vec![line],
            totals: Totals {
                one_time: Interval::ZERO,
                recurring: range,
                usage: Interval::ZERO,
                term: range,
                asked_term: range,
                horizon: range,
                first_invoice: range,
                first_year: range,
                effective_monthly: exact("8.33"),
                per_seat_month: None,
                per_contact: Some(exact("0.00675")),
            },
            invoices: vec![Invoice {
                first_date: date(2026, 3, 1),
                count: 12,
                interval_months: 1,
                parts: vec![(0, range)],
                rounding: Step { low: d("0"), high: Some(d("0.004")) },
                total: range,
            }],
            contract: Contract {
                sold_term_months: 12,
                asked_term_months: 10,
                renewal_term_months: 12,
                start_date: date(2026, 3, 1),
                end_date: date(2027, 3, 1),
                billing_period_months: 1,
                minimum_seats: None,
                trial_days: Some(14),
                modules_addable: None,
                modules_removable: Some(true),
                aligned_to: Alignment::Start,
                renewal_uplift: None,
                service: ServiceTerms::default(),
            },
            coverage: vec![DemandCoverage {
                path: "seats[0]".to_owned(),
                status: CoverageStatus::Priced,
                lines: vec![0],
                note: String::new(),
            }],
            assumptions: vec![],
            exclusions: vec![],
            warnings: vec![Note::new("w", "Beware.", "")],
            confidence: Confidence::List,
            sources: vec![SourceRef {
                sheet_id: "2026-01.toml".to_owned(),
                as_of: "2026-01".to_owned(),
                sha256: "ab".repeat(32),
                path: "editions.pro".to_owned(),
                uri: "https://example.com/pricing".to_owned(),
                confidence: Confidence::List,
            }],
            capabilities: vec![CapabilityCoverage {
                capability_id: "recording".to_owned(),
                grade: CapabilityGrade::Must,
                status: Some(CapabilityStatus::AddOn),
                lines: vec![0],
                note: String::new(),
                uri: String::new(),
            }],
            tax: None,
        }
    }

    #[test]
    fn the_full_view_says_everything_and_the_basic_one_leaves_out_the_derivation() {
        let full = quote_to_wire(&priced()).unwrap();
        let totals = full.totals.as_ref().unwrap();
        assert_eq!(totals.completeness(), v1::Completeness::Range);
        let monthly = totals.effective_monthly.as_ref().unwrap().low.as_ref().unwrap();
        assert_eq!((monthly.currency_code.as_str(), monthly.units, monthly.nanos), ("USD", 8, 330_000_000));
        assert_eq!(full.line_items[0].periods[0].unit, "seat");
        assert_eq!(full.line_items[0].horizon_amount.as_ref().unwrap().high, None);
        assert_eq!(full.line_items[0].charge, Some(charge_to_wire(&charge())));
        assert_eq!(full.invoices[0].parts[0].line_id, "seat");
        assert_eq!(full.capability_coverage[0].line_ids, ["seat"]);
        assert_eq!(full.capability_coverage[0].status(), v1::CapabilityStatus::AddOn);
        assert_eq!(full.demand_coverage[0].line_ids, ["seat"]);
        assert_eq!(full.sources.len(), 1);

        let mut basic = quote_to_wire(&priced()).unwrap();
        trim_to_basic(&mut basic);
        let mut expected = full.clone();
        expected.invoices.clear();
        expected.sources.clear();
        expected.line_items[0].charge = None;
        expected.line_items[0].periods.clear();
        expected.line_items[0].source_indexes.clear();
        assert_eq!(basic, expected);
    }

    #[test]
    fn totals_without_an_upper_bound_are_a_lower_bound_and_too_fine_ones_are_refused() {
        let mut open = priced();
        open.totals.horizon = Interval::at_least(d("100"));
        let totals = quote_to_wire(&open).unwrap().totals.unwrap();
        assert_eq!(totals.completeness(), v1::Completeness::LowerBound);
        assert_eq!(totals.horizon.unwrap().high, None);
        open.totals.term = exact("0.0000000001");
        assert!(quote_to_wire(&open).is_err());
    }
}
