//! What a comparison looks like under other quantities, as messages.

use std::cmp::Ordering;

use iso_currency::Currency;
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::requirement::Requirement;
use quotient_plugin_api::wire::money_range;
use quotient_proto::convert::{ConvertError, decimal_to_wire, money_to_wire};
use quotient_proto::v1;

use crate::comparison::analysis::{Analysis, BreakEven, Curve, Named};
use crate::comparison::break_even::{Cliff, Stretch};
use crate::comparison::scenario::Axis;
use crate::comparison::sensitivity::{Flip, Swing};
use crate::comparison::uncertainty::Spread;

/// An analysis as a message.
///
/// # Errors
/// [`ConvertError`] when an amount is too large for the wire.
pub(super) fn analysis(
    analysis: &Analysis,
    spreads: &[Spread],
    requirement: &Requirement,
    currency: Currency,
) -> Result<v1::Analysis, ConvertError> {
    let curves = analysis.curves.iter().map(|one| curve(one, currency));
    let tornado = analysis.tornado.iter().map(|one| swing(one, requirement, currency));
    let spreads = spreads.iter().map(|one| spread(one, currency));
    Ok(v1::Analysis {
        curves: curves.collect::<Result<_, _>>()?,
        break_evens: analysis.break_evens.iter().map(break_even).collect(),
        tornado: tornado.collect::<Result<_, _>>()?,
        flip: analysis.flip.as_ref().map(|one| flip(one, requirement)),
        spreads: spreads.collect::<Result<_, _>>()?,
    })
}

const fn axis(axis: Axis) -> v1::ScenarioAxis {
    match axis {
        Axis::Demand => v1::ScenarioAxis::Demand,
        Axis::Seats => v1::ScenarioAxis::Seats,
        Axis::HandlingTime => v1::ScenarioAxis::HandlingTime,
        Axis::OneDemand(_) => v1::ScenarioAxis::OneDemand,
        Axis::OneRole(_) => v1::ScenarioAxis::OneRole,
        Axis::OneMeter(_) => v1::ScenarioAxis::OneMeter,
        Axis::OneNumbers(_) => v1::ScenarioAxis::OneNumbers,
        Axis::ExchangeRate(_) => v1::ScenarioAxis::ExchangeRate,
    }
}

fn subject(named: &Named) -> v1::ScenarioSubject {
    let (edition_id, purchase_option_id) = named.offer.clone().unwrap_or_default();
    v1::ScenarioSubject { product_id: named.product_id.clone(), edition_id, purchase_option_id }
}

fn point(quantity: u64, cost: Option<Interval>, currency: Currency) -> Result<v1::CurvePoint, ConvertError> {
    Ok(v1::CurvePoint { quantity, cost: cost.map(|cost| money_range(currency, cost)).transpose()? })
}

fn curve(curve: &Curve, currency: Currency) -> Result<v1::CostCurve, ConvertError> {
    let points = curve.points.iter().map(|(quantity, cost)| point(*quantity, *cost, currency));
    let cliff = |cliff: &Cliff| v1::Cliff {
        quantity: cliff.quantity,
        dearer_from: cliff.dearer_from,
        dearer_to: cliff.dearer_to,
    };
    Ok(v1::CostCurve {
        subject: Some(subject(&curve.of)),
        axis: axis(curve.axis).into(),
        points: points.collect::<Result<_, _>>()?,
        cliffs: curve.cliffs.iter().map(cliff).collect(),
    })
}

fn break_even(one: &BreakEven) -> v1::BreakEven {
    let stretch = |stretch: &Stretch| {
        let cheaper = match stretch.first_is {
            Ordering::Less => v1::Cheaper::First,
            Ordering::Greater => v1::Cheaper::Second,
            Ordering::Equal => v1::Cheaper::Neither,
        };
        v1::BreakEvenStretch { from: stretch.from, to: stretch.to, cheaper: cheaper.into() }
    };
    v1::BreakEven {
        first: Some(subject(&one.first)),
        second: Some(subject(&one.second)),
        axis: axis(one.axis).into(),
        stretches: one.stretches.iter().map(stretch).collect(),
    }
}

fn swing(
    swing: &Swing,
    requirement: &Requirement,
    currency: Currency,
) -> Result<v1::CostSwing, ConvertError> {
    Ok(v1::CostSwing {
        axis: axis(swing.axis).into(),
        lower: Some(point(swing.quantities.0, swing.costs.0, currency)?),
        higher: Some(point(swing.quantities.1, swing.costs.1, currency)?),
        path: swing.axis.path(),
        label: swing.axis.label(requirement),
    })
}

fn flip(flip: &Flip, requirement: &Requirement) -> v1::FlipPoint {
    v1::FlipPoint {
        axis: axis(flip.axis).into(),
        quantity: flip.quantity,
        change: Some(decimal_to_wire(flip.change)),
        product_id: flip.product_id.clone(),
        path: flip.axis.path(),
        label: flip.axis.label(requirement),
    }
}

fn spread(spread: &Spread, currency: Currency) -> Result<v1::CostSpread, ConvertError> {
    let money = |amount| money_to_wire(currency.code(), amount).map(Some);
    let figures = &spread.figures;
    Ok(v1::CostSpread {
        product_id: spread.product_id.clone(),
        mean: money(figures.mean)?,
        p10: money(figures.p10)?,
        p50: money(figures.p50)?,
        p90: money(figures.p90)?,
        cheapest: Some(decimal_to_wire(spread.cheapest)),
        over_budget: spread.over_budget.map(decimal_to_wire),
        risk_adjusted: money(figures.risk_adjusted)?,
        unknown_draws: figures.unknown_draws,
    })
}
