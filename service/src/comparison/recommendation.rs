//! What to buy and how to be charged for it: what the priced alternatives say, and which rules of thumb agree.

use std::collections::BTreeMap;

use iso_currency::Currency;
use quotient_plugin_api::charge::Category;
use quotient_plugin_api::interval::{Interval, mul_div, sub};
use quotient_plugin_api::meters;
use quotient_plugin_api::money::minor_unit_scale;
use quotient_plugin_api::quote::{LineItem, Quote};
use quotient_plugin_api::requirement::{MonthlyProfile, Requirement};
use rust_decimal::Decimal;

use super::candidate::Candidate;
use super::ground::Ground;
use super::horizon::Counted;
use super::order::Order;
use super::reason::{Reason, percent};
use super::screening::Passed;
use super::verdict::Assessment;

/// What most of a quote is charged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// People who work in the system.
    Seats,
    /// What is used.
    Usage,
    /// A fixed amount for a time, such as a subscription or a module.
    Fixed,
    /// Something that is bought once.
    OneTime,
}

impl Basis {
    /// In English and Chinese.
    #[must_use]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Seats => ("by seat", "按坐席"),
            Self::Usage => ("by use", "按用量"),
            Self::Fixed => ("by a fixed fee", "固定费用"),
            Self::OneTime => ("by a single payment", "一次性付费"),
        }
    }
}

/// What to buy, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Recommendation {
    /// The product.
    pub product_id: String,
    /// Why, and what speaks against it.
    pub reasons: Vec<Reason>,
    /// What it is mostly charged by.
    pub basis: Basis,
    /// The least that a whole answer costs by each basis, among all offers of ranked products that answer the
    /// whole requirement: the product, and the vendor's part of its cost.
    pub by_basis: Vec<(Basis, String, Interval)>,
    /// Rules of thumb that speak to this buyer.
    pub rules: Vec<Rule>,
}

/// A rule of thumb of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it is.
    pub code: &'static str,
    /// In English.
    pub english: &'static str,
    /// In Chinese.
    pub chinese: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// Whether the recommended product is charged as the rule says.
    pub agrees: bool,
}

struct Thumb {
    code: &'static str,
    english: &'static str,
    chinese: &'static str,
    suggests: &'static [Basis],
    speaks_to: fn(&Buyer) -> bool,
}

/// What the rules look at.
struct Buyer {
    seats: Decimal,
    /// The most over the least of a month's people; `None` without any.
    people: Option<Decimal>,
    /// The same of its contacts.
    swing: Option<Decimal>,
}

/// Seats up to which an article calls a firm small, and from which large.
const SMALL: Decimal = Decimal::from_parts(10, 0, 0, false, 0);
const LARGE: Decimal = Decimal::from_parts(200, 0, 0, false, 0);
/// Demand that swings, and demand that does not: the most over the least of a month.
const SWINGING: Decimal = Decimal::from_parts(15, 0, 0, false, 1);
const STEADY: Decimal = Decimal::from_parts(11, 0, 0, false, 1);
const SOURCE: &str = "articles on charging models of customer-service software, 2024-09 to 2025-02";

const THUMBS: [Thumb; 5] = [
    Thumb {
        code: "small_firms_by_use",
        english: "small firms pay by call volume",
        chinese: "小型企业适合按通话量付费",
        suggests: &[Basis::Usage],
        speaks_to: |buyer| buyer.seats > Decimal::ZERO && buyer.seats <= SMALL,
    },
    Thumb {
        code: "steady_firms_by_seat",
        english: "a steady number of people pays by seat or subscription",
        chinese: "人员稳定的企业适合按坐席或订阅付费",
        suggests: &[Basis::Seats, Basis::Fixed],
        speaks_to: |buyer| buyer.people.is_some_and(|swing| swing <= STEADY),
    },
    Thumb {
        code: "swinging_demand_by_use",
        english: "demand that swings pays by use",
        chinese: "业务波动大的企业适合按用量付费",
        suggests: &[Basis::Usage],
        speaks_to: |buyer| buyer.swing.is_some_and(|swing| swing >= SWINGING),
    },
    Thumb {
        code: "swinging_demand_by_module",
        english: "demand that swings pays by module or service level",
        chinese: "业务波动大的企业适合按功能模块或服务级别付费",
        suggests: &[Basis::Fixed],
        speaks_to: |buyer| buyer.swing.is_some_and(|swing| swing >= SWINGING),
    },
    Thumb {
        code: "large_firms_by_fixed_fee",
        english: "large firms pay a fixed fee or by project",
        chinese: "大型企业适合固定费用或项目制",
        suggests: &[Basis::Fixed, Basis::OneTime],
        speaks_to: |buyer| buyer.seats >= LARGE,
    },
];

/// The best ranked product that fails no threshold, or else the best ranked one; `None` where nothing is ranked.
pub(super) fn recommend(
    ground: &Ground<'_>,
    assessments: &[Assessment],
    candidates: &[Candidate],
) -> Option<Recommendation> {
    let mut ranked: Vec<_> = assessments.iter().filter(|one| one.rank.is_some()).collect();
    ranked.sort_by_key(|one| one.rank);
    let fails = |one: &Assessment| one.screens.iter().any(|screen| screen.passed == Passed::Fail);
    let best = *ranked.first()?;
    let chosen = ranked.iter().find(|one| !fails(one)).copied().unwrap_or(best);
    let candidate = candidates.iter().find(|candidate| candidate.product_id == chosen.product_id)?;
    let basis = basis(&candidate.quote);
    let mut reasons = reasons(ground.order, chosen, best);
    let is_ranked = |id: &str| ranked.iter().any(|one| one.product_id == id);
    let by_basis = by_basis(ground, candidates.iter().filter(|one| is_ranked(&one.product_id)));
    let own = ground.common(candidate).ok().and_then(|common| {
        let counted = Counted::new(ground.requirement, &candidate.quote).total().ok()?;
        common.amount(counted).ok()
    });
    reasons.extend(own.and_then(|own| margin((basis, own), &by_basis, ground.currency)));
    let buyer = buyer(ground.requirement);
    let speaks = THUMBS.iter().filter(|thumb| (thumb.speaks_to)(&buyer));
    let rule = |thumb: &Thumb| Rule {
        code: thumb.code,
        english: thumb.english,
        chinese: thumb.chinese,
        source: SOURCE,
        agrees: thumb.suggests.contains(&basis),
    };
    let rules = speaks.map(rule).collect();
    Some(Recommendation { product_id: chosen.product_id.clone(), reasons, basis, by_basis, rules })
}

/// What is said of the first in an order, and of those before the chosen one; each in English and Chinese.
const fn words(order: &Order) -> [(&'static str, &'static str, &'static str); 2] {
    match order {
        Order::Cost => [
            ("costs_least", "costs least", "费用最低"),
            ("cheaper_ones_fail", "cheaper products do", "更便宜的产品有"),
        ],
        Order::Risk => [
            ("costs_least_with_risk", "costs least, adjusted for risk,", "风险调整后费用最低"),
            (
                "better_ones_fail",
                "products that cost less, adjusted for risk, do",
                "风险调整后更便宜的产品有",
            ),
        ],
        Order::Score(_) => [
            ("scores_highest", "scores highest", "得分最高"),
            ("better_ones_fail", "products that score higher do", "得分更高的产品有"),
        ],
    }
}

fn reasons(order: &Order, chosen: &Assessment, best: &Assessment) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let failed = |one: &Assessment, language: fn(&super::screening::Screen) -> &str| {
        let failed = one.screens.iter().filter(|screen| screen.passed == Passed::Fail);
        failed.map(language).collect::<Vec<_>>().join("; ")
    };
    let [(first, is_first, is_first_chinese), (before, are_before, are_before_chinese)] = words(order);
    let name = &chosen.product_name;
    if chosen.product_id == best.product_id {
        reasons.push(Reason::tells(
            first,
            format!("{name} {is_first} of all that answer the whole requirement at a known cost"),
            format!("在完全满足需求且费用已知的产品中，{name} {is_first_chinese}"),
        ));
        let english = failed(chosen, |screen| &screen.english);
        if !english.is_empty() {
            let chinese = failed(chosen, |screen| &screen.chinese);
            let told = format!("every ranked product fails a threshold; this one: {english}");
            reasons.push(Reason::tells("all_fail", told, format!("所有产品均未通过筛选；本产品：{chinese}")));
        }
    } else {
        let english = failed(best, |screen| &screen.english);
        let chinese = failed(best, |screen| &screen.chinese);
        let other = &best.product_name;
        reasons.push(Reason::tells(
            before,
            format!("{name} fails no threshold, and {are_before}: {other}: {english}"),
            format!("{name} 没有未通过的筛选项，{are_before_chinese}：{other}：{chinese}"),
        ));
    }
    let unknown = chosen.screens.iter().filter(|screen| screen.passed == Passed::Unknown).count();
    if unknown > 0 {
        reasons.push(Reason::tells(
            "unknown_thresholds",
            format!("{unknown} thresholds are not decided by what was read: ask the vendor"),
            format!("有 {unknown} 项筛选条件未见说明，请向厂商确认"),
        ));
    }
    reasons
}

/// How much dearer the best answer by another basis is.
fn margin(
    (basis, own): (Basis, Interval),
    by_basis: &[(Basis, String, Interval)],
    currency: Currency,
) -> Option<Reason> {
    let own = own.high()?;
    let others = by_basis.iter().filter(|(other, ..)| *other != basis);
    let least = others.filter_map(|(other, product, cost)| Some((cost.high()?, *other, product))).min();
    let (other, other_basis, product) = least?;
    let gap = sub(other, own).ok()?;
    if own.is_zero() {
        return None;
    }
    let share = percent(mul_div(gap.abs(), Decimal::ONE, own).ok()?);
    let (more, more_chinese) = if gap.is_sign_negative() { ("less", "低") } else { ("more", "高") };
    let mut gap = gap.abs();
    gap.rescale(minor_unit_scale(currency));
    let ((english, chinese), (other_english, other_chinese)) = (basis.names(), other_basis.names());
    Some(Reason::tells(
        "margin_to_other_basis",
        format!(
            "charged {english}; the best vendor {other_english}, {product}, asks for {gap} {more} ({share})"
        ),
        format!(
            "计费方式：{chinese}；最优的{other_chinese}方案 {product} 的厂商费用{more_chinese} {gap}（{share}）"
        ),
    ))
}

/// What most of a quote over the horizon is charged by.
pub(super) fn basis(quote: &Quote) -> Basis {
    let of_line = |line: &LineItem| match line.category() {
        Category::OneTime => Basis::OneTime,
        Category::Usage => Basis::Usage,
        Category::Recurring => {
            let unit = meters::meter(&line.charge.metering.meter_id).map_or("", |meter| meter.unit);
            let by_seat = unit == "seat" && line.charge.model.id() != "flat";
            if by_seat { Basis::Seats } else { Basis::Fixed }
        }
    };
    let mut sums: BTreeMap<Basis, Interval> = BTreeMap::new();
    for line in &quote.lines {
        let sum = sums.entry(of_line(line)).or_insert(Interval::ZERO);
        *sum = sum.plus(line.horizon_amount).unwrap_or(*sum);
    }
    let most = sums.into_iter().max_by_key(|(basis, sum)| (sum.low(), std::cmp::Reverse(*basis)));
    most.map_or(Basis::Fixed, |(basis, _)| basis)
}

fn by_basis<'a>(
    ground: &Ground<'_>,
    ranked: impl Iterator<Item = &'a Candidate>,
) -> Vec<(Basis, String, Interval)> {
    let mut best: BTreeMap<Basis, (Decimal, String, Interval)> = BTreeMap::new();
    for candidate in ranked {
        let Ok(common) = ground.common(candidate) else { continue };
        for quote in std::iter::once(&candidate.quote).chain(&candidate.others) {
            let nothing = quote.totals.horizon.low().is_zero();
            if nothing || quote.uncovered() > 0 || quote.missing_musts() > 0 {
                continue;
            }
            let counted = Counted::new(ground.requirement, quote).total();
            let Ok(cost) = counted.and_then(|counted| common.amount(counted)) else { continue };
            let Some(high) = cost.high() else { continue };
            let entry = (high, candidate.product_id.clone(), cost);
            let least = best.entry(basis(quote)).or_insert_with(|| entry.clone());
            if (entry.0, &entry.1) < (least.0, &least.1) {
                *least = entry;
            }
        }
    }
    best.into_iter().map(|(basis, (_, product, cost))| (basis, product, cost)).collect()
}

fn buyer(requirement: &Requirement) -> Buyer {
    let months = usize::try_from(requirement.asked_months()).unwrap_or(usize::MAX);
    let sum = |profiles: &mut dyn Iterator<Item = &MonthlyProfile>| {
        let mut sums = vec![Decimal::ZERO; months];
        for profile in profiles {
            let Ok(values) = profile.months(months) else { continue };
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = sum.checked_add(value).unwrap_or(*sum);
            }
        }
        sums
    };
    let seats = sum(&mut requirement.seats.iter().map(|group| &group.named));
    let contacts = sum(&mut requirement.demand.iter().map(|demand| &demand.contacts));
    let swing = |sums: &[Decimal]| {
        let (least, most) = (*sums.iter().min()?, *sums.iter().max()?);
        match (least.is_zero(), most.is_zero()) {
            (_, true) => None,
            // From nothing to something is as far as anything swings.
            (true, false) => Some(Decimal::MAX),
            (false, false) => mul_div(most, Decimal::ONE, least).ok(),
        }
    };
    let most = seats.iter().copied().max().unwrap_or_default();
    Buyer { seats: most, people: swing(&seats), swing: swing(&contacts) }
}
