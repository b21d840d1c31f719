//! The order of products: who stands where, and why, in words and numbers.

use std::collections::BTreeMap;

use iso_currency::Currency;
use quotient_plugin_api::interval::{mul_div, sub};
use quotient_plugin_api::money::minor_unit_scale;
use rust_decimal::Decimal;

use super::ground::{Comparability, Ground};
use super::order::{self, Order, Score};
use super::reason::{self, Reason, percent};
use super::uncertainty::Figures;
use super::verdict::Assessment;

/// What a product is ordered by; less comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key(Decimal);

/// A product in its order.
struct Placed {
    key: Key,
    index: usize,
    name: String,
    /// Its cost is a span.
    is_span: bool,
}

/// Gives a place to what can be ranked, and says why; equal ones share one. What has only a lower bound learns whom it
/// cannot beat.
pub(super) fn rank(ground: &Ground<'_>, assessments: &mut [Assessment], draws: &BTreeMap<String, Figures>) {
    let mut placed = Vec::new();
    for (index, one) in assessments.iter_mut().enumerate() {
        if one.comparability > Comparability::WithAdjustment {
            continue;
        }
        match key(ground, one, draws.get(&one.product_id)) {
            Ok(key) => placed.push(Placed {
                key,
                index,
                name: one.product_name.clone(),
                is_span: one.tco.as_ref().is_some_and(|tco| tco.total.point().is_none()),
            }),
            Err(reason) => {
                one.reasons.push(reason);
                one.comparability = Comparability::NotComparable;
            }
        }
    }
    // Equal ones stay ordered by product id.
    placed.sort_by_key(|one| (one.key, one.index));
    let mut place = 0_u32;
    let mut last = None;
    for (position, one) in placed.iter().enumerate() {
        if last != Some(one.key) {
            place = u32::try_from(position.saturating_add(1)).unwrap_or(u32::MAX);
            last = Some(one.key);
        }
        let equal = placed.iter().find(|other| other.key == one.key && other.index != one.index);
        let next = equal.or_else(|| placed.get(position.saturating_add(1)));
        let first = placed.first().filter(|first| first.key < one.key);
        let Some(assessment) = assessments.get_mut(one.index) else { continue };
        let told = why(ground, assessment, one, first.or(next), first.is_some());
        assessment.rank = Some(place);
        assessment.reasons.push(told);
    }
    cannot_beat(assessments);
}

/// What a product is ordered by, or why it cannot be.
fn key(ground: &Ground<'_>, one: &mut Assessment, draws: Option<&Figures>) -> Result<Key, Reason> {
    let unknown = || {
        Reason::excludes(
            "risk_unknown",
            match draws {
                Some(draws) => format!("its cost is not known in {} draws of demand", draws.unknown_draws),
                None => "its cost is not known in any draw of demand".to_owned(),
            },
            match draws {
                Some(draws) => format!("在 {} 次需求抽样中费用未知", draws.unknown_draws),
                None => "在所有需求抽样中费用未知".to_owned(),
            },
        )
    };
    match ground.order {
        Order::Cost => {
            let cost = one.tco.as_ref().and_then(|tco| tco.total.high());
            cost.map(Key).ok_or_else(reason::too_large)
        }
        Order::Risk => {
            let known = draws.filter(|draws| draws.unknown_draws == 0).ok_or_else(unknown)?;
            one.risk = Some(*known);
            Ok(Key(known.risk_adjusted))
        }
        Order::Score(criteria) => {
            let score = order::score(criteria, one, draws).map_err(|_| reason::too_large())?;
            let key = sub(Decimal::ONE, score.total).map_err(|_| reason::too_large())?;
            one.score = Some(score);
            Ok(Key(key))
        }
    }
}

/// Why a product stands where it stands: against the first one, where that is better, or else against the next.
fn why(
    ground: &Ground<'_>,
    assessment: &Assessment,
    own: &Placed,
    other: Option<&Placed>,
    is_beaten: bool,
) -> Reason {
    let currency = ground.currency;
    let Some(other) = other else {
        return Reason::tells("only_one", "nothing else can be ranked", "没有其他可排名的产品");
    };
    let pair = Pair { less: own.key.0.min(other.key.0), more: own.key.0.max(other.key.0), currency };
    let name = other.name.as_str();
    match ground.order {
        Order::Cost => {
            let (code, english, chinese) = pair.cost(name, is_beaten);
            let (spans, spans_chinese) = spans(own, other);
            Reason::tells(code, english + &spans, chinese + &spans_chinese)
        }
        Order::Risk => {
            let (code, english, chinese) = pair.risk(name, is_beaten);
            let (how, how_chinese) =
                assessment.risk.as_ref().map(|risk| sum(risk, ground)).unwrap_or_default();
            Reason::tells(code, format!("{english}: {how}"), format!("{chinese}：{how_chinese}"))
        }
        Order::Score(_) => {
            let (code, english, chinese) = pair.score(name, is_beaten);
            let (how, how_chinese) = assessment.score.as_ref().map(parts).unwrap_or_default();
            Reason::tells(code, format!("{english}: {how}"), format!("{chinese}：{how_chinese}"))
        }
    }
}

/// Two keys, and the words for how far they are apart.
struct Pair {
    less: Decimal,
    more: Decimal,
    currency: Currency,
}

impl Pair {
    fn gap(&self) -> (Decimal, String) {
        let mut gap = sub(self.more, self.less).unwrap_or_default();
        gap.rescale(minor_unit_scale(self.currency));
        let share = if self.less.is_zero() {
            Decimal::ZERO
        } else {
            mul_div(gap, Decimal::ONE, self.less).unwrap_or_default()
        };
        (gap, percent(share))
    }

    fn is_tie(&self) -> bool {
        self.less == self.more
    }

    fn cost(&self, name: &str, is_beaten: bool) -> (&'static str, String, String) {
        let (gap, share) = self.gap();
        if self.is_tie() {
            ("tie", format!("costs the same as {name}"), format!("与 {name} 费用相同"))
        } else if is_beaten {
            (
                "dearer",
                format!("{gap} more than {name}, {share} of its cost"),
                format!("比 {name} 贵 {gap}（{share}）"),
            )
        } else {
            (
                "cheapest",
                format!("costs least: {name} costs {gap} more, {share}"),
                format!("费用最低：{name} 贵 {gap}（{share}）"),
            )
        }
    }

    fn risk(&self, name: &str, is_beaten: bool) -> (&'static str, String, String) {
        let (gap, share) = self.gap();
        if self.is_tie() {
            let english = format!("costs the same as {name}, adjusted for risk");
            ("rank_by_risk", english, format!("风险调整后与 {name} 费用相同"))
        } else if is_beaten {
            (
                "rank_by_risk",
                format!("{gap} more than {name}, {share} of its risk-adjusted cost"),
                format!("风险调整后比 {name} 贵 {gap}（{share}）"),
            )
        } else {
            (
                "rank_by_risk",
                format!("costs least, adjusted for risk: {name} costs {gap} more, {share}"),
                format!("风险调整后费用最低：{name} 贵 {gap}（{share}）"),
            )
        }
    }

    fn score(&self, name: &str, is_beaten: bool) -> (&'static str, String, String) {
        let gap = sub(self.more, self.less).unwrap_or_default().normalize();
        if self.is_tie() {
            ("rank_by_score", format!("scores the same as {name}"), format!("与 {name} 得分相同"))
        } else if is_beaten {
            ("rank_by_score", format!("scores {gap} less than {name}"), format!("得分比 {name} 低 {gap}"))
        } else {
            (
                "rank_by_score",
                format!("scores highest, {gap} more than {name}"),
                format!("得分最高，比 {name} 高 {gap}"),
            )
        }
    }
}

/// That a span is compared by its high end, where one of two is.
fn spans(own: &Placed, other: &Placed) -> (String, String) {
    let name = &other.name;
    match (own.is_span, other.is_span) {
        (false, false) => Default::default(),
        (true, false) => (
            " (its cost is a range, and compared by its high end)".to_owned(),
            "（本产品费用为区间，按上限比较）".to_owned(),
        ),
        (false, true) => (
            format!(" (the cost of {name} is a range, and compared by its high end)"),
            format!("（{name} 的费用为区间，按上限比较）"),
        ),
        (true, true) => (
            " (both costs are ranges, and compared by their high ends)".to_owned(),
            "（两者费用均为区间，按上限比较）".to_owned(),
        ),
    }
}

/// How a risk-adjusted cost adds up.
fn sum(risk: &Figures, ground: &Ground<'_>) -> (String, String) {
    let aversion = ground.uncertainty.unwrap_or_default().aversion.normalize();
    let told = |mut amount: Decimal| {
        amount.rescale(minor_unit_scale(ground.currency));
        amount
    };
    let (mean, p50, p90) = (told(risk.mean), told(risk.p50), told(risk.p90));
    let risk_adjusted = told(risk.risk_adjusted);
    (
        format!("{risk_adjusted} = mean {mean} + {aversion} × (P90 {p90} - P50 {p50})"),
        format!("{risk_adjusted} = 均值 {mean} + {aversion} ×（P90 {p90} - P50 {p50}）"),
    )
}

/// How a score adds up.
fn parts(score: &Score) -> (String, String) {
    let (mut english, mut chinese) = (Vec::new(), Vec::new());
    for part in &score.parts {
        let (name, name_chinese) = part.criterion.kind.names();
        let (weight, points) = (part.criterion.weight.normalize(), part.score);
        let value = part.value.map(|value| value.round_dp(6).normalize().to_string());
        let known = value.as_deref().unwrap_or("unknown, taken as the worst,");
        english.push(format!("{name} {known} scores {points} × {weight}"));
        let known = value.as_deref().unwrap_or("未知（按最差计）");
        chinese.push(format!("{name_chinese} {known} 得 {points} × {weight}"));
    }
    let total = score.total;
    (format!("{total} from {}", english.join(", ")), format!("{total}，其中{}", chinese.join("，")))
}

/// Tells what has only a lower bound which ranked products cost less than that.
fn cannot_beat(assessments: &mut [Assessment]) {
    let cost = |one: &Assessment| one.rank.and(one.tco.as_ref())?.total.high();
    let mut ranked: Vec<_> =
        assessments.iter().filter_map(|one| Some((cost(one)?, one.product_id.clone()))).collect();
    ranked.sort();
    for one in assessments.iter_mut().filter(|one| one.comparability == Comparability::LowerBound) {
        if let Some(tco) = &one.tco {
            let below = ranked.iter().filter(|(cost, _)| *cost < tco.total.low());
            one.cannot_beat = below.map(|(_, id)| id.clone()).collect();
        }
    }
}
