//! The caller's thresholds: passed, failed, or unknown, each with its evidence.

use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::money::minor_unit_scale;
use quotient_plugin_api::requirement::buyer::BudgetPeriod;
use rust_decimal::Decimal;

use super::candidate::Candidate;
use super::ground::Ground;
use super::reason::{percent, told, told_chinese};
use super::tco::Tco;

/// What a product is screened by; `None` where that is not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds {
    /// Least days of a free trial.
    pub min_trial_days: Option<u32>,
    /// Whether modules must be addable within a term.
    pub modules_addable: bool,
    /// Whether modules must be removable within a term.
    pub modules_removable: bool,
    /// The failure rate must lie below this fraction.
    pub max_failure_rate: Option<Decimal>,
}

impl Default for Thresholds {
    /// The articles' advice: a trial of at least 15 days, modules that come and go, a failure rate below 0.1 %.
    fn default() -> Self {
        Self {
            min_trial_days: Some(15),
            modules_addable: true,
            modules_removable: true,
            max_failure_rate: Some(Decimal::from_parts(1, 0, 0, false, 3)),
        }
    }
}

/// Whether a threshold is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// It is.
    Pass,
    /// It is not.
    Fail,
    /// What was read does not decide.
    Unknown,
}

impl From<Option<bool>> for Passed {
    fn from(known: Option<bool>) -> Self {
        match known {
            Some(true) => Self::Pass,
            Some(false) => Self::Fail,
            None => Self::Unknown,
        }
    }
}

/// One threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// What is looked at.
    pub code: &'static str,
    /// Whether it is met.
    pub passed: Passed,
    /// What was found and what was expected, in English.
    pub english: String,
    /// The same in Chinese.
    pub chinese: String,
}

impl Screen {
    fn new(code: &'static str, known: Option<bool>, english: String, chinese: String) -> Self {
        Self { code, passed: known.into(), english, chinese }
    }
}

/// All thresholds that are asked for, in a fixed order.
pub(super) fn screen(ground: &Ground<'_>, candidate: &Candidate, tco: Option<&Tco>) -> Vec<Screen> {
    let (contract, thresholds) = (&candidate.quote.contract, ground.thresholds);
    let mut screens = Vec::new();
    if let Some(least) = thresholds.min_trial_days {
        let (english, chinese) = found(contract.trial_days, "days of trial", "天试用");
        screens.push(Screen::new(
            "trial_days",
            contract.trial_days.map(|days| days >= least),
            format!("{english}, at least {least} expected"),
            format!("{chinese}，要求至少 {least} 天"),
        ));
    }
    for (asked, code, known, english, chinese) in [
        (thresholds.modules_addable, "modules_addable", contract.modules_addable, "added", "增加"),
        (thresholds.modules_removable, "modules_removable", contract.modules_removable, "removed", "减少"),
    ] {
        if asked {
            let (can, can_chinese) = match known {
                Some(true) => ("can be", "可"),
                Some(false) => ("cannot be", "不可"),
                None => ("are not said to be", "未说明是否可"),
            };
            let english = format!("modules {can} {english} within a term");
            screens.push(Screen::new(code, known, english, format!("合同期内{can_chinese}{chinese}模块")));
        }
    }
    let availability = contract.service.availability;
    let rate = availability.and_then(|fraction| Decimal::ONE.checked_sub(fraction));
    if let Some(most) = thresholds.max_failure_rate {
        let found = rate.map_or("not promised".to_owned(), |rate| format!("{} promised", percent(rate)));
        let chinese = rate.map_or("未承诺".to_owned(), |rate| format!("承诺 {}", percent(rate)));
        screens.push(Screen::new(
            "failure_rate",
            rate.map(|rate| rate < most),
            format!("a failure rate of {found}, below {} expected", percent(most)),
            format!("故障率{chinese}，要求低于 {}", percent(most)),
        ));
    }
    screens.extend(support(ground, candidate));
    screens.extend(budget(ground, tco));
    screens
}

fn found(value: Option<u32>, english: &str, chinese: &str) -> (String, String) {
    match value {
        Some(value) => (format!("{value} {english}"), format!("{value} {chinese}")),
        None => (format!("{english} are not said"), format!("未说明{chinese}")),
    }
}

/// How the vendor must serve.
fn support(ground: &Ground<'_>, candidate: &Candidate) -> Vec<Screen> {
    let (need, service) = (&ground.requirement.wishes.support, &candidate.quote.contract.service);
    let mut screens = Vec::new();
    if let Some(least) = need.weekly_hours {
        let (english, chinese) =
            found(service.support_weekly_hours, "hours of support in a week", "小时支持/周");
        screens.push(Screen::new(
            "support_hours",
            service.support_weekly_hours.map(|hours| hours >= least),
            format!("{english}, at least {least} expected"),
            format!("{chinese}，要求至少 {least} 小时"),
        ));
    }
    if let Some(least) = need.min_availability {
        let (english, chinese) = match service.availability {
            Some(fraction) => {
                (format!("{} promised", percent(fraction)), format!("承诺 {}", percent(fraction)))
            }
            None => ("not promised".to_owned(), "未承诺".to_owned()),
        };
        screens.push(Screen::new(
            "availability",
            service.availability.map(|fraction| fraction >= least),
            format!("an availability of {english}, at least {} expected", percent(least)),
            format!("可用性{chinese}，要求至少 {}", percent(least)),
        ));
    }
    if let Some(most) = need.response_minutes {
        screens.push(Screen::new(
            "response_minutes",
            None,
            format!("no page says how soon support responds, at most {most} minutes expected"),
            format!("未说明响应时间，要求至多 {most} 分钟"),
        ));
    }
    screens
}

/// The budget, against what the product costs in its period.
fn budget(ground: &Ground<'_>, tco: Option<&Tco>) -> Option<Screen> {
    let budget = ground.requirement.wishes.budget?;
    let months = match budget.period {
        BudgetPeriod::Horizon => ground.requirement.horizon_months,
        BudgetPeriod::Year => 12,
        BudgetPeriod::Month => 1,
    };
    let horizon = Decimal::from(ground.requirement.horizon_months);
    let may = ground
        .fx
        .rate(budget.amount.currency, ground.currency)
        .and_then(|rate| Interval::exact(budget.amount.amount).scale(rate.value, Decimal::ONE).ok()?.point());
    let costs = tco.and_then(|tco| tco.total.scale(Decimal::from(months), horizon).ok());
    let known = may.zip(costs).and_then(|(may, costs)| {
        let within = costs.high().is_some_and(|high| high <= may);
        if within { Some(true) } else { (costs.low() > may).then_some(false) }
    });
    let scale = minor_unit_scale(ground.currency);
    let rounded = |amount: Decimal| {
        let mut amount = amount.round_dp(scale);
        amount.rescale(scale);
        amount
    };
    let limit = may.map_or("unknown".to_owned(), |may| rounded(may).to_string());
    let short = |amount: Interval| amount.map(rounded);
    let (english, chinese) = match costs {
        Some(costs) => (told(short(costs)), told_chinese(short(costs))),
        None => ("an unknown amount".to_owned(), "未知".to_owned()),
    };
    let code = ground.currency.code();
    Some(Screen::new(
        "budget",
        known,
        format!("it costs {code} {english} in {months} months, at most {limit} may be spent"),
        format!("{months} 个月费用 {code} {chinese}，预算 {limit}"),
    ))
}
