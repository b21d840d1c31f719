//! The order of products: by what each costs at the stated demand, a span by its high end.

use iso_currency::Currency;
use quotient_plugin_api::interval::{mul_div, sub};
use quotient_plugin_api::money::minor_unit_scale;
use rust_decimal::Decimal;

use super::ground::Comparability;
use super::reason::{Reason, percent};
use super::verdict::Assessment;

/// Gives a place to what can be ranked, and says why; equal costs share one. What has only a lower bound learns
/// whom it cannot beat.
pub(super) fn rank(assessments: &mut [Assessment], currency: Currency) {
    let mut order: Vec<(Decimal, usize)> = assessments
        .iter()
        .enumerate()
        .filter(|(_, one)| one.comparability <= Comparability::WithAdjustment)
        .filter_map(|(index, one)| Some((one.tco.as_ref()?.total.high()?, index)))
        .collect();
    // Those of equal cost stay ordered by product id.
    order.sort();
    let names: Vec<String> = assessments.iter().map(|one| one.product_name.clone()).collect();
    let ids: Vec<String> = assessments.iter().map(|one| one.product_id.clone()).collect();
    let mut place = 0_u32;
    let mut last = None;
    for (position, (cost, index)) in order.iter().enumerate() {
        if last != Some(*cost) {
            place = u32::try_from(position.saturating_add(1)).unwrap_or(u32::MAX);
            last = Some(*cost);
        }
        let equal = order.iter().find(|(other, of)| other == cost && of != index);
        let next = equal.or_else(|| order.get(position.saturating_add(1)));
        let reason = match (order.first(), next) {
            (Some((best, first)), _) if best < cost => {
                names.get(*first).map(|name| dearer(*best, *cost, name, currency))
            }
            (_, Some((dearer, second))) => {
                names.get(*second).map(|name| cheapest(*cost, *dearer, name, currency))
            }
            _ => Some(Reason::tells("only_one", "nothing else can be ranked", "没有其他可排名的产品")),
        };
        if let Some(one) = assessments.get_mut(*index) {
            one.rank = Some(place);
            one.reasons.extend(reason);
        }
    }
    let beaten_below = |low: Decimal| {
        let below = order.iter().filter(move |(cost, _)| *cost < low);
        below.filter_map(|(_, index)| ids.get(*index).cloned()).collect::<Vec<_>>()
    };
    for one in assessments.iter_mut().filter(|one| one.comparability == Comparability::LowerBound) {
        if let Some(tco) = &one.tco {
            one.cannot_beat = beaten_below(tco.total.low());
        }
    }
}

fn difference(less: Decimal, more: Decimal, currency: Currency) -> (Decimal, String) {
    let mut gap = sub(more, less).unwrap_or_default();
    gap.rescale(minor_unit_scale(currency));
    let share =
        if less.is_zero() { Decimal::ZERO } else { mul_div(gap, Decimal::ONE, less).unwrap_or_default() };
    (gap, percent(share))
}

fn dearer(best: Decimal, cost: Decimal, name: &str, currency: Currency) -> Reason {
    let (gap, share) = difference(best, cost, currency);
    Reason::tells(
        "dearer",
        format!("{gap} more than {name}, {share} of its cost"),
        format!("比 {name} 贵 {gap}（{share}）"),
    )
}

fn cheapest(cost: Decimal, next: Decimal, name: &str, currency: Currency) -> Reason {
    let (gap, share) = difference(cost, next, currency);
    if gap.is_zero() {
        return Reason::tells("tie", format!("costs the same as {name}"), format!("与 {name} 费用相同"));
    }
    Reason::tells(
        "cheapest",
        format!("costs least: {name} costs {gap} more, {share}"),
        format!("费用最低：{name} 贵 {gap}（{share}）"),
    )
}
