//! What a product costs over the horizon: the vendor's own total, hidden costs beside it, and what follows from
//! the sum.

use iso_currency::Currency;
use quotient_plugin_api::capability::CapabilityStatus;
use quotient_plugin_api::charge::Category;
use quotient_plugin_api::interval::{ArithmeticError, Interval, add, mul, sub};
use quotient_plugin_api::money::Rounding;
use quotient_plugin_api::quote::Quote;
use quotient_plugin_api::requirement::Requirement;
use quotient_plugin_api::requirement::buyer::CapabilityGrade;
use rust_decimal::Decimal;

use super::candidate::Candidate;
use super::fx::Rate;
use super::ground::{Common, Ground};
use super::horizon::Counted;

/// What a product costs over the horizon, in the common currency and tax basis; totals are rounded half up.
#[derive(Debug, Clone, PartialEq)]
pub struct Tco {
    /// The vendor's own horizon total, in its currency and tax basis.
    pub own: (Currency, Interval),
    /// The rate that was taken.
    pub rate: Rate,
    /// The vendor's total, as far as it counts over the horizon, then hidden costs. Σ items = total.
    pub items: Vec<CostItem>,
    /// The sum.
    pub total: Interval,
    /// The vendor's total by category, before invoices are rounded; not part of the sum.
    pub by_category: Vec<(Category, Interval)>,
    /// What is committed beyond the horizon and not counted; `None` where all counts.
    pub beyond: Option<Interval>,
    /// What is paid for modules that the buyer calls redundant; part of the vendor's total.
    pub idle_modules: Interval,
    /// The articles' own formula; `None` where the revenue is not known.
    pub articles: Option<ArticleFormula>,
    /// total ÷ (1 - reserve).
    pub required_budget: Interval,
    /// What the vendor's cycles ask for in the month that each starts in, entry 0 for the first month.
    pub cash_flow: Vec<Interval>,
    /// Cash flow where that of year k is divided by (1 + discount)^(k - 1); `None` where no discount is asked for.
    pub present_value: Option<Interval>,
}

/// One part of what a product costs.
#[derive(Debug, Clone, PartialEq)]
pub struct CostItem {
    /// `vendor`, or the code of a hidden cost.
    pub code: String,
    /// In English.
    pub english: String,
    /// In Chinese.
    pub chinese: String,
    /// Over the horizon.
    pub amount: Interval,
}

/// subscription × 3 years + a share of a year's revenue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArticleFormula {
    /// With the share once.
    pub once: Interval,
    /// With the share in each of three years.
    pub yearly: Interval,
}

/// What a candidate costs.
///
/// # Errors
/// [`ArithmeticError`] when an amount does not fit.
pub(super) fn tco(
    ground: &Ground<'_>,
    candidate: &Candidate,
    common: &Common,
) -> Result<Tco, ArithmeticError> {
    let quote = &candidate.quote;
    let counted = Counted::new(ground.requirement, quote);
    let mut items = vec![CostItem {
        code: "vendor".to_owned(),
        english: "What the vendor asks for".to_owned(),
        chinese: "厂商费用".to_owned(),
        amount: common.amount(counted.total()?)?,
    }];
    items.extend(hidden(ground, ground.requirement, Decimal::ONE)?);
    let total = items.iter().try_fold(Interval::ZERO, |sum, item| sum.plus(item.amount))?;
    let kept = sub(Decimal::ONE, ground.hidden.reserve)?;
    let cash_flow = cash_flow(quote, &counted, common)?;
    Ok(Tco {
        own: (quote.currency, quote.totals.horizon),
        rate: common.rate.clone(),
        by_category: by_category(quote, &counted, common)?,
        idle_modules: common.amount(idle_modules(quote, &counted)?)?,
        beyond: counted.beyond()?.map(|beyond| common.amount(beyond.amount)).transpose()?,
        articles: articles(ground, quote, common)?,
        required_budget: rounded(total.scale(Decimal::ONE, kept)?, ground.currency),
        present_value: ground
            .discount
            .map(|discount| present_value(&cash_flow, discount, ground.currency))
            .transpose()?,
        cash_flow,
        items,
        total,
    })
}

fn rounded(amount: Interval, currency: Currency) -> Interval {
    amount.map(|bound| Rounding::DEFAULT.round(bound, currency))
}

/// Hidden costs in the common currency, at so many times the rate of the table. Without a rate from the profile's currency they are left out by the
/// caller's own table, which is checked when it is read.
pub(super) fn hidden(
    ground: &Ground<'_>,
    requirement: &Requirement,
    times: Decimal,
) -> Result<Vec<CostItem>, ArithmeticError> {
    let Some(rate) = ground.fx.rate(ground.hidden.currency, ground.currency) else { return Ok(Vec::new()) };
    let mut items = Vec::new();
    for cost in ground.hidden.of(requirement)? {
        let amount = cost.amount.scale(mul(rate.value, times)?, Decimal::ONE)?;
        let amount = rounded(amount, ground.currency);
        items.push(CostItem { code: cost.code, english: cost.english, chinese: cost.chinese, amount });
    }
    Ok(items)
}

fn by_category(
    quote: &Quote,
    counted: &Counted<'_>,
    common: &Common,
) -> Result<Vec<(Category, Interval)>, ArithmeticError> {
    let mut sums = Vec::new();
    for category in [Category::OneTime, Category::Recurring, Category::Usage] {
        let mut lines = quote.lines.iter().filter(|line| line.category() == category);
        let sum = lines.try_fold(Interval::ZERO, |sum, line| sum.plus(counted.line(line)?))?;
        sums.push((category, common.amount(sum)?));
    }
    Ok(sums)
}

/// Lines of modules that bring nothing but what the buyer calls redundant.
fn idle_modules(quote: &Quote, counted: &Counted<'_>) -> Result<Interval, ArithmeticError> {
    let brought = |grade: CapabilityGrade, line: usize| {
        let add_on = Some(CapabilityStatus::AddOn);
        let mut parts = quote.capabilities.iter().filter(|part| part.status == add_on && part.grade == grade);
        parts.any(|part| part.lines.contains(&line))
    };
    let idle = |line: &usize| {
        brought(CapabilityGrade::Redundant, *line)
            && !brought(CapabilityGrade::Must, *line)
            && !brought(CapabilityGrade::Nice, *line)
    };
    let mut indexed = quote.lines.iter().enumerate().filter(|(index, _)| idle(index));
    indexed.try_fold(Interval::ZERO, |sum, (_, line)| sum.plus(counted.line(line)?))
}

fn articles(
    ground: &Ground<'_>,
    quote: &Quote,
    common: &Common,
) -> Result<Option<ArticleFormula>, ArithmeticError> {
    let Some(revenue) = ground.requirement.buyer.annual_revenue else { return Ok(None) };
    let Some(rate) = ground.fx.rate(revenue.currency, ground.currency) else { return Ok(None) };
    let months = Decimal::from(36);
    let subscription = common.amount(quote.totals.effective_monthly.scale(months, Decimal::ONE)?)?;
    let share = Interval::exact(revenue.amount)
        .scale(ground.hidden.revenue_share, Decimal::ONE)?
        .scale(rate.value, Decimal::ONE)?;
    let sum = |times: u32| Ok(rounded(subscription.plus(share.times(times)?)?, ground.currency));
    Ok(Some(ArticleFormula { once: sum(1)?, yearly: sum(3)? }))
}

/// The amounts of all cycles in the months that they start in.
fn cash_flow(
    quote: &Quote,
    counted: &Counted<'_>,
    common: &Common,
) -> Result<Vec<Interval>, ArithmeticError> {
    let mut months: Vec<Interval> = Vec::new();
    for line in &quote.lines {
        for (month, amount) in counted.cycles(line)? {
            let index = usize::try_from(month.saturating_sub(1)).map_err(|_| ArithmeticError)?;
            if months.len() <= index {
                months.resize(index.saturating_add(1), Interval::ZERO);
            }
            if let Some(sum) = months.get_mut(index) {
                *sum = sum.plus(amount)?;
            }
        }
    }
    months.into_iter().map(|month| common.amount(month)).collect()
}

fn present_value(
    cash_flow: &[Interval],
    discount: Decimal,
    currency: Currency,
) -> Result<Interval, ArithmeticError> {
    let yearly = add(Decimal::ONE, discount)?;
    let (mut factor, mut sum) = (Decimal::ONE, Interval::ZERO);
    for year in cash_flow.chunks(12) {
        let paid = year.iter().copied().try_fold(Interval::ZERO, Interval::plus)?;
        sum = sum.plus(paid.scale(Decimal::ONE, factor)?)?;
        factor = mul(factor, yearly)?;
    }
    Ok(rounded(sum, currency))
}
