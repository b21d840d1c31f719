//! A quantity from several parts that are added up.

use super::sources::{self, Counted, Filter};
use super::{MeterError, Monthly, Steps, dearest};
use crate::charge::{Combine, MeteringRule, MeteringSource, Part, Positive};
use crate::interval::mul;
use crate::requirement::Requirement;

pub(super) fn combined(
    requirement: &Requirement,
    filter: Filter<'_>,
    parts: &[Part],
    how: Combine,
    months: usize,
) -> Result<Counted, MeterError> {
    for part in parts {
        check(&part.rule)?;
    }
    let mut counted = match how {
        Combine::Sum => sum(requirement, filter, parts, months)?,
        Combine::Dearest => dearest::dearest(requirement, filter, parts, months)?,
    };
    counted.covered.sort_unstable();
    counted.covered.dedup();
    counted.days.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    counted.days.dedup_by(|a, b| a.path == b.path);
    Ok(counted.or_nothing())
}

/// What no offer may have in a part.
fn check(rule: &MeteringRule) -> Result<(), MeterError> {
    let steps = Steps::of(&rule.steps)?;
    if let Some(step) = steps.daily.iter().chain(steps.wide).next() {
        return Err(MeterError::Scope(step.scope));
    }
    match rule.source {
        MeteringSource::Combined { .. } => Err(MeterError::Rule("parts of a part, expected one level")),
        MeteringSource::Constant(_) | MeteringSource::Staffing(_) => {
            Err(MeterError::Rule("a fixed quantity or people in a part, expected what is demanded"))
        }
        _ if rule.daily_cap.is_some() || rule.monthly_cap.is_some() => {
            Err(MeterError::Rule("a cap of a part, expected one of the whole"))
        }
        _ => Ok(()),
    }
}

/// The names of parts and what each unit of them counts.
pub(super) fn names(parts: &[Part]) -> String {
    let name = |part: &Part| {
        let factor = part.rule.factor;
        if factor == Positive::ONE {
            part.name.clone()
        } else {
            format!("{} times {}", part.name, factor.get())
        }
    };
    parts.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn sum(
    requirement: &Requirement,
    filter: Filter<'_>,
    parts: &[Part],
    months: usize,
) -> Result<Counted, MeterError> {
    let mut whole = Counted::of(format!("the sum of {}", names(parts)));
    let mut billed = Monthly::ZERO;
    for Part { name, rule } in parts {
        let (filter, narrow) = (filter.part(rule), rule.steps.as_slice());
        let stated = if rule.meter_id.is_empty() {
            None
        } else {
            sources::stated(requirement, filter, narrow, months)?
        };
        let part = match stated {
            Some(stated) => stated,
            None => sources::derived(requirement, filter, narrow, months)?,
        };
        let times = |quantity: &Monthly| quantity.try_map(|quantity| mul(quantity, rule.factor.get()));
        whole.add(&times(&part.demanded)?)?;
        let last = times(part.last())?;
        billed = billed.plus(&last)?;
        whole.push(format!("{name}: {}", part.origin), part.demanded);
        for row in part.rows {
            whole.push(format!("{name}: {}", row.text), row.quantity);
        }
        if rule.factor != Positive::ONE {
            whole.push(format!("{name}: times {}", rule.factor.get()), last);
        }
        whole.expected |= part.expected;
        whole.covered.extend(part.covered);
        whole.assumptions.extend(part.assumptions);
        whole.days.extend(part.days);
    }
    whole.push("the sum of the parts", billed);
    Ok(whole)
}
