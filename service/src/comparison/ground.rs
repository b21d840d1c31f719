//! Common ground: one requirement, one horizon, one currency, one tax basis, and who stands on it.

use iso_currency::Currency;
use quotient_plugin_api::capability::CapabilityStatus;
use quotient_plugin_api::interval::{ArithmeticError, Interval, mul, mul_div};
use quotient_plugin_api::money::{Rounding, minor_unit_scale};
use quotient_plugin_api::offer::CoverageStatus;
use quotient_plugin_api::requirement::Requirement;
use quotient_plugin_api::requirement::buyer::{BudgetPeriod, CapabilityGrade, TaxBasis};
use rust_decimal::Decimal;

use super::candidate::Candidate;
use super::fx::{FxTable, Rate};
use super::hidden::HiddenCosts;
use super::horizon::Counted;
use super::order::Order;
use super::reason::{Reason, Weight, percent, told, told_chinese};
use super::screening::Thresholds;
use super::tax::TaxTable;
use super::tco::Tco;
use super::uncertainty::Uncertainty;

/// What all products are judged by.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// What the buyer needs.
    pub requirement: &'a Requirement,
    /// The currency of all common amounts.
    pub currency: Currency,
    /// Exchange rates.
    pub fx: &'a FxTable,
    /// Taxes by region.
    pub taxes: &'a TaxTable,
    /// Costs beside the vendor's.
    pub hidden: &'a HiddenCosts,
    /// What a product is screened by.
    pub thresholds: &'a Thresholds,
    /// Only components were asked for, so that they are ranked among themselves.
    pub components_only: bool,
    /// Yearly fraction by which later payments count less; `None`: no present value.
    pub discount: Option<Decimal>,
    /// By what products are ordered.
    pub order: &'a Order,
    /// How uncertain demand is; `None`: looked at only where the order needs it, by the defaults.
    pub uncertainty: Option<Uncertainty>,
}

/// Whether a product can be ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Comparability {
    /// As it is.
    Comparable,
    /// After adjustments, which are listed.
    WithAdjustment,
    /// Only a lower bound of its cost is known.
    LowerBound,
    /// Not at all; the reasons say why.
    NotComparable,
}

/// How a product's amounts become common ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Common {
    /// The currency of common amounts.
    pub currency: Currency,
    /// The rate from the product's own currency.
    pub rate: Rate,
    /// Multiplier and divisor for the tax basis.
    pub tax: (Decimal, Decimal),
    /// What was adjusted.
    pub adjustments: Vec<Reason>,
}

impl Common {
    /// An amount of the product on common ground, rounded half up in the minor unit.
    ///
    /// # Errors
    /// [`ArithmeticError`] when it does not fit.
    pub fn amount(&self, own: Interval) -> Result<Interval, ArithmeticError> {
        self.amount_at(own, Decimal::ONE)
    }

    /// The same at so many times the rate of the table.
    pub(super) fn amount_at(&self, own: Interval, times: Decimal) -> Result<Interval, ArithmeticError> {
        let (multiplier, divisor) = self.tax;
        let rate = mul(self.rate.value, times)?;
        let converted = own.scale(rate, Decimal::ONE)?.scale(multiplier, divisor)?;
        Ok(converted.map(|bound| Rounding::DEFAULT.round(bound, self.currency)))
    }
}

impl Ground<'_> {
    /// What may be spent over the horizon, in the common currency.
    pub(super) fn budget(&self) -> Option<Decimal> {
        let budget = self.requirement.wishes.budget?;
        let rate = self.fx.rate(budget.amount.currency, self.currency)?;
        let horizon = Decimal::from(self.requirement.horizon_months);
        let whole = match budget.period {
            BudgetPeriod::Horizon => budget.amount.amount,
            BudgetPeriod::Year => mul_div(budget.amount.amount, horizon, Decimal::from(12)).ok()?,
            BudgetPeriod::Month => mul(budget.amount.amount, horizon).ok()?,
        };
        mul(whole, rate.value).ok()
    }

    /// How a candidate's amounts become common ones, or why they cannot.
    ///
    /// # Errors
    /// A reason that excludes.
    pub fn common(&self, candidate: &Candidate) -> Result<Common, Reason> {
        let own = candidate.quote.currency;
        let mut adjustments = Vec::new();
        let Some(rate) = self.fx.rate(own, self.currency) else {
            let (from, to) = (own.code(), self.currency.code());
            return Err(Reason::excludes(
                "no_exchange_rate",
                format!("there is no rate from {from} to {to}"),
                format!("没有 {from} 到 {to} 的汇率"),
            ));
        };
        if own != self.currency {
            let (from, to) = (own.code(), self.currency.code());
            let (value, source, date) = (rate.value.normalize(), &rate.source, rate.date);
            adjustments.push(Reason::adjusts(
                "currency_converted",
                format!("1 {from} = {value} {to}, {source}, {date}"),
                format!("1 {from} = {value} {to}（{source}，{date}）"),
            ));
        }
        let tax = self.tax(candidate, &mut adjustments)?;
        self.months(candidate, &mut adjustments);
        Ok(Common { currency: self.currency, rate, tax, adjustments })
    }

    /// Multiplier and divisor that bring the sheet's tax basis to the buyer's.
    fn tax(
        &self,
        candidate: &Candidate,
        adjustments: &mut Vec<Reason>,
    ) -> Result<(Decimal, Decimal), Reason> {
        let with = |rate: Decimal| rate.checked_add(Decimal::ONE).unwrap_or(Decimal::ONE);
        let added = |name: &str, rate: Decimal, by: &str| {
            Reason::adjusts(
                "tax_added",
                format!("{name} of {} is added{by}", percent(rate)),
                format!("加计 {name} {}", percent(rate)),
            )
        };
        match (self.requirement.wishes.tax_basis, &candidate.quote.tax) {
            (TaxBasis::Net, Some(tax)) if tax.included => {
                adjustments.push(Reason::adjusts(
                    "tax_removed",
                    format!("{} of {} is taken out of the prices", tax.name, percent(tax.rate)),
                    format!("价格已扣除 {} {}", tax.name, percent(tax.rate)),
                ));
                Ok((Decimal::ONE, with(tax.rate)))
            }
            (TaxBasis::Gross, Some(tax)) if !tax.included => {
                adjustments.push(added(&tax.name, tax.rate, ""));
                Ok((with(tax.rate), Decimal::ONE))
            }
            (_, Some(_)) => Ok((Decimal::ONE, Decimal::ONE)),
            (TaxBasis::Net, None) => {
                adjustments.push(Reason::tells(
                    "tax_basis_not_said",
                    "the price sheet does not say whether prices hold a tax: they are taken without",
                    "价格表未说明是否含税，按不含税计算",
                ));
                Ok((Decimal::ONE, Decimal::ONE))
            }
            (TaxBasis::Gross, None) => {
                let region = self.requirement.buyer.region.as_deref().unwrap_or_default();
                let Some(tax) = self.taxes.of(region) else {
                    let unknown = if region.is_empty() { "an unnamed region" } else { region };
                    return Err(Reason::excludes(
                        "no_tax_rate",
                        format!("the price sheet says nothing of taxes, and none is known for {unknown}"),
                        format!(
                            "价格表未说明税率，且没有地区 {} 的税率",
                            if region.is_empty() { "（未说明）" } else { region }
                        ),
                    ));
                };
                adjustments.push(added(&tax.name, tax.rate, &format!(", by {}", tax.source)));
                Ok((with(tax.rate), Decimal::ONE))
            }
        }
    }

    /// A sold term that is shorter than the horizon goes on at the renewal price; a longer one is paid whole, unless it
    /// is an addition to a running contract.
    fn months(&self, candidate: &Candidate, adjustments: &mut Vec<Reason>) {
        let contract = &candidate.quote.contract;
        let (sold, renewal) = (contract.sold_term_months, contract.renewal_term_months.max(1));
        let horizon = self.requirement.horizon_months;
        if sold < horizon {
            let renewals = horizon.saturating_sub(sold).div_ceil(renewal);
            adjustments.push(Reason::adjusts(
                "renewed",
                format!("sold for {sold} months, then renewed {renewals} times for {renewal}"),
                format!("售 {sold} 个月，之后续约 {renewals} 次，每次 {renewal} 个月"),
            ));
        }
        let rest = horizon.saturating_sub(sold);
        let paid = sold.saturating_add(rest.div_ceil(renewal).saturating_mul(renewal));
        let over = paid.saturating_sub(horizon);
        if let Ok(Some(beyond)) = Counted::new(self.requirement, &candidate.quote).beyond() {
            let (months, code) = (beyond.months, candidate.quote.currency.code());
            let scale = minor_unit_scale(candidate.quote.currency);
            let amount = beyond.amount.map(|bound| Rounding::DEFAULT.round(bound, candidate.quote.currency));
            let amount = amount.map(|mut bound| {
                bound.rescale(scale);
                bound
            });
            let (english, chinese) = (told(amount), told_chinese(amount));
            adjustments.push(Reason::adjusts(
                "beyond_horizon_left_out",
                format!(
                    "renewals of the running contract reach {months} months beyond the horizon: {code} {english} of \
                     them are not counted"
                ),
                format!("现有合同的续约期超出比较期 {months} 个月，其费用 {code} {chinese} 不计入"),
            ));
        } else if over > 0 {
            adjustments.push(Reason::adjusts(
                "paid_beyond_horizon",
                format!("commitments run {over} months beyond the horizon, and are paid whole"),
                format!("承诺期超出比较期 {over} 个月，按全额计入"),
            ));
        }
    }
}

/// Why a candidate does not answer the whole requirement; empty when it does.
pub(super) fn gaps(ground: &Ground<'_>, candidate: &Candidate) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let quote = &candidate.quote;
    for part in quote.coverage.iter().filter(|part| part.status.is_gap()) {
        let why = if part.note.is_empty() { String::new() } else { format!(": {}", part.note) };
        reasons.push(Reason::excludes(
            "demand_not_covered",
            format!("{} is not covered{why}", part.path),
            format!("未覆盖 {}{why}", part.path),
        ));
    }
    for part in quote.capabilities.iter().filter(|part| part.grade == CapabilityGrade::Must) {
        let id = &part.capability_id;
        let (code, english, chinese) = match part.status {
            Some(CapabilityStatus::Included | CapabilityStatus::AddOn) => continue,
            Some(CapabilityStatus::Partner) => (
                "must_have_by_partner",
                "is sold by a partner, at a price that is not known",
                "由合作伙伴提供，价格未知",
            ),
            Some(CapabilityStatus::NotOffered) => ("must_have_missing", "is not sold", "不提供"),
            None if part.uri.is_empty() => {
                ("must_have_unknown", "is not said to be there: ask the vendor", "未见说明，请向厂商确认")
            }
            None => ("must_have_not_chosen", "comes with a module that is not chosen", "属于未选择的模块"),
        };
        reasons.push(Reason::excludes(
            code,
            format!("the must-have {id} {english}"),
            format!("必备能力 {id} {chinese}"),
        ));
    }
    let priced = quote.coverage.iter().any(|part| part.status == CoverageStatus::Priced);
    if !priced && quote.totals.horizon.low().is_zero() {
        reasons.push(Reason::excludes(
            "nothing_priced",
            "nothing that is asked for has a price, and it would cost nothing: what it charges for is not in the requirement",
            "需求中没有其计价的项目",
        ));
    }
    if candidate.component && !ground.components_only {
        reasons.push(Reason::excludes(
            "component",
            "it is a part of a system, and is not ranked with whole ones",
            "仅为系统组件，不与完整产品一起排名",
        ));
    }
    reasons
}

/// Whether a candidate can be ranked.
pub(super) fn comparability(reasons: &[Reason], tco: Option<&Tco>) -> Comparability {
    let has = |weight| reasons.iter().any(|reason| reason.weight == weight);
    match tco {
        None => Comparability::NotComparable,
        Some(_) if has(Weight::Excludes) => Comparability::NotComparable,
        Some(tco) if tco.total.high().is_none() => Comparability::LowerBound,
        Some(_) if has(Weight::Adjusts) => Comparability::WithAdjustment,
        Some(_) => Comparability::Comparable,
    }
}
