//! Who buys and what is wished for, from the wire.

use std::collections::BTreeSet;

use quotient_proto::convert::money_from_wire;
use quotient_proto::google::r#type as google;
use quotient_proto::v1;
use rust_decimal::Decimal;

use super::found::{Found, Least};
use crate::capability::{CAPABILITIES, capability};
use crate::document::path::Path;
use crate::document::suggest::{any_of, nearest, shown};
use crate::money::currency;
use crate::requirement::buyer::{
    Budget, BudgetPeriod, Buyer, CapabilityGrade, CapabilityNeed, StatedMoney, SupportNeed, TaxBasis, Wishes,
};

/// Most capabilities of a requirement.
const MAX_CAPABILITIES: usize = 100;
/// Most people of a company, and minutes of a response.
const MAX_COUNT: u32 = 100_000_000;
/// Most people who are trained.
const MAX_TRAINEES: u32 = 1_000_000;
/// Hours of a week.
const WEEK: u32 = 168;

pub(super) fn buyer(wire: &v1::Requirement, found: &mut Found) -> Buyer {
    let at = &Path::Root.key("buyer");
    let sales_channel = found.optional_text(&Path::Root.key("sales_channel"), &wire.sales_channel);
    let Some(wire) = &wire.buyer else { return Buyer { sales_channel, ..Buyer::default() } };
    let region_at = at.key("region_code");
    let region = found.optional_text(&region_at, &wire.region_code);
    let is_code = |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if let Some(code) = region.as_ref().filter(|code| !is_code(code)) {
        found.add(&region_at, format!("found {}, expected two capital letters such as \"CN\"", shown(code)));
    }
    Buyer {
        region,
        industry: found.optional_text(&at.key("industry_code"), &wire.industry_code),
        employees: count(found, &at.key("employee_count"), wire.employee_count, 0, MAX_COUNT),
        annual_revenue: money(found, &at.key("annual_revenue"), wire.annual_revenue.as_ref(), Decimal::ZERO),
        has_operations_team: wire.has_operations_team,
        new_customer: wire.new_customer,
        sales_channel,
    }
}

pub(super) fn wishes(wire: &v1::Requirement, found: &mut Found) -> Wishes {
    let at = &Path::Root;
    Wishes {
        capabilities: capabilities(&wire.capabilities, &at.key("capabilities"), found),
        support: wire.support.as_ref().map_or_else(SupportNeed::default, |wire| {
            let at = at.key("support");
            SupportNeed {
                weekly_hours: count(found, &at.key("weekly_hours"), wire.weekly_hours, 1, WEEK),
                min_availability: wire.min_availability.as_ref().and_then(|wire| {
                    found.number(&at.key("min_availability"), Some(wire), Least::Above(0), 1)
                }),
                response_minutes: count(
                    found,
                    &at.key("response_minutes"),
                    wire.response_minutes,
                    1,
                    MAX_COUNT,
                ),
            }
        }),
        budget: wire.budget.as_ref().and_then(|wire| {
            let at = at.key("budget");
            let period = found.optional_kind(&at.key("period"), wire.period);
            let amount_at = at.key("amount");
            if wire.amount.is_none() {
                found.add(&amount_at, "found nothing, expected an amount");
            }
            let amount = money(found, &amount_at, wire.amount.as_ref(), Decimal::new(1, 9))?;
            Some(Budget { amount, period: period.unwrap_or(BudgetPeriod::Horizon) })
        }),
        tax_basis: found.optional_kind(&at.key("tax_basis"), wire.tax_basis).unwrap_or(TaxBasis::Net),
        trainees: count(found, &at.key("trainees"), wire.trainees, 0, MAX_TRAINEES),
    }
}

fn count(found: &mut Found, at: &Path<'_>, wire: Option<i32>, least: u32, most: u32) -> Option<u32> {
    let number = wire?;
    let value = u32::try_from(number).ok().filter(|value| (least..=most).contains(value));
    if value.is_none() {
        found.add(at, format!("found {number}, expected {least} to {most}"));
    }
    value
}

fn money(
    found: &mut Found,
    at: &Path<'_>,
    wire: Option<&google::Money>,
    least: Decimal,
) -> Option<StatedMoney> {
    let wire = wire?;
    let currency = found.check(&at.key("currency_code"), currency(&wire.currency_code));
    let amount = found.check(at, money_from_wire(wire))?;
    if amount < least {
        let expected = if least.is_zero() { "0 or more" } else { "an amount above 0" };
        found.add(at, format!("found {amount}, expected {expected}"));
        return None;
    }
    Some(StatedMoney { currency: currency?, amount })
}

fn capabilities(wire: &[v1::CapabilityNeed], at: &Path<'_>, found: &mut Found) -> Vec<CapabilityNeed> {
    let mut seen = BTreeSet::new();
    let mut needs = Vec::new();
    for (index, wire) in found.limited(at, wire, MAX_CAPABILITIES).iter().enumerate() {
        let at = at.index(index);
        let id_at = at.key("capability_id");
        known_capability(found, &id_at, &wire.capability_id);
        if !seen.insert(&wire.capability_id) {
            found.add(&id_at, format!("found {} twice, expected each once", shown(&wire.capability_id)));
        }
        let grade = found.kind::<CapabilityGrade>(&at.key("grade"), wire.grade);
        let weight_at = at.key("weight");
        let weight = match &wire.weight {
            None => Some(Decimal::ONE),
            Some(weight) => found.number(&weight_at, Some(weight), Least::Above(0), 1_000),
        };
        if let (Some(grade), Some(weight)) = (grade, weight) {
            needs.push(CapabilityNeed { capability_id: wire.capability_id.clone(), grade, weight });
        }
    }
    needs
}

/// Says so when a capability is not in the list.
pub(super) fn known_capability(found: &mut Found, at: &Path<'_>, id: &str) {
    if capability(id).is_some() {
        return;
    }
    let near = nearest(id, CAPABILITIES.iter().map(|capability| capability.id));
    let expected = match near.as_slice() {
        [] => "an id of the capability list".to_owned(),
        near => any_of(near),
    };
    found.add(at, format!("found the capability {}, expected {expected}", shown(id)));
}

#[cfg(test)]
mod tests {
    use quotient_proto::convert::decimal_to_wire;

    use super::*;

    fn asked() -> v1::Requirement {
        v1::Requirement {
            buyer: Some(v1::Buyer {
                region_code: "CN".to_owned(),
                employee_count: Some(80),
                annual_revenue: Some(yuan(30_000_000)),
                ..v1::Buyer::default()
            }),
            sales_channel: "reseller".to_owned(),
            capabilities: vec![v1::CapabilityNeed {
                capability_id: "recording".to_owned(),
                grade: v1::CapabilityGrade::Must.into(),
                weight: None,
            }],
            budget: Some(v1::Budget { amount: Some(yuan(100_000)), period: v1::BudgetPeriod::Year.into() }),
            ..v1::Requirement::default()
        }
    }

    fn yuan(units: i64) -> google::Money {
        google::Money { currency_code: "CNY".to_owned(), units, nanos: 0 }
    }

    fn told(wire: &v1::Requirement) -> Vec<String> {
        let mut found = Found::default();
        let (_, _) = (buyer(wire, &mut found), wishes(wire, &mut found));
        found.finish(Some(())).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_said_arrives() {
        let mut found = Found::default();
        let wire = asked();
        let (buyer, wishes) = (buyer(&wire, &mut found), wishes(&wire, &mut found));
        assert!(found.finish(Some(())).is_ok());
        assert_eq!((buyer.region.as_deref(), buyer.sales_channel.as_deref()), (Some("CN"), Some("reseller")));
        assert_eq!(buyer.annual_revenue.map(|money| money.amount), Some(Decimal::from(30_000_000)));
        assert_eq!(wishes.capabilities[0].weight, Decimal::ONE);
        assert_eq!(wishes.budget.map(|budget| budget.period), Some(BudgetPeriod::Year));
        assert_eq!(wishes.tax_basis, TaxBasis::Net);
    }

    #[test]
    fn every_broken_rule_is_told() {
        let mut wire = asked();
        wire.buyer = Some(v1::Buyer {
            region_code: "China".to_owned(),
            employee_count: Some(-1),
            annual_revenue: Some(yuan(-1)),
            ..v1::Buyer::default()
        });
        wire.capabilities.push(v1::CapabilityNeed {
            capability_id: "recording".to_owned(),
            grade: 0,
            weight: Some(decimal_to_wire(Decimal::ZERO)),
        });
        wire.capabilities.push(v1::CapabilityNeed {
            capability_id: "recordings".to_owned(),
            grade: v1::CapabilityGrade::Nice.into(),
            weight: None,
        });
        wire.support = Some(v1::SupportNeed {
            weekly_hours: Some(169),
            min_availability: Some(decimal_to_wire(Decimal::TWO)),
            response_minutes: None,
        });
        wire.budget = Some(v1::Budget { amount: Some(yuan(0)), period: 0 });
        let told = told(&wire);
        let places: Vec<_> = told.iter().filter_map(|told| told.split(": ").next()).collect();
        assert_eq!(
            places,
            [
                "buyer.region_code",
                "buyer.employee_count",
                "buyer.annual_revenue",
                "capabilities[1].capability_id",
                "capabilities[1].grade",
                "capabilities[1].weight",
                "capabilities[2].capability_id",
                "support.weekly_hours",
                "support.min_availability",
                "budget.amount",
            ]
        );
        assert!(told[6].contains("expected \"recording\""), "{}", told[6]);
    }
}
