//! What charges do over time comes back from the wire as it was.

use super::*;

/// Charges with everything that they do over time.
fn charges_over_time() -> Vec<Charge> {
    let prices = || PriceModel::Volume { tiers: ladder(), per: Positive::ONE, lookup: None };
    let mut charges = Vec::new();
    for tier_period in [TierPeriod::Term, TierPeriod::Order, TierPeriod::Highest] {
        let mut charge = charge(&format!("c{}", charges.len()), MeteringSource::Contacts, prices());
        charge.metering.meter_id = "contacts".to_owned();
        charge.tier_period = tier_period;
        charges.push(charge);
    }
    let rounding = Some(Rounding { mode: RoundingMode::HalfUp, scale: Some(9) });
    let amount = Allowance { amount: Some(d("50")), ..Allowance::of(Decimal::ZERO) };
    let allowances = [
        Allowance { reset: AllowanceReset::CarryOver { cycles: 2 }, ..Allowance::of(d("100")) },
        Allowance { reset: AllowanceReset::OncePerTerm, ..amount.clone() },
        Allowance { reset: AllowanceReset::OnceForEver, ..amount },
        Allowance { excess: AllowanceExcess::Whole, ..Allowance::of(d("1")) },
    ];
    let divisors = [ProrationDivisor::Cycle, ProrationDivisor::CycleFromPart];
    for (index, allowance) in allowances.into_iter().enumerate() {
        let model = PriceModel::PerUnit { price: exact("1"), per: Positive::ONE };
        let mut charge = charge(&format!("c{}", charges.len()), MeteringSource::Contacts, model);
        charge.metering.meter_id = "contacts".to_owned();
        charge.allowance = Some(allowance);
        let units = index % 2 == 0;
        charge.proration = Some(Proration {
            divisor: divisors[index % 2],
            day_count: if units { DayCount::Thirty } else { DayCount::Actual },
            both_ends: units,
            ratio_rounding: rounding.filter(|_| units),
            day_price_rounding: rounding.filter(|_| !units),
            parts: ProrationParts { units, limits: !units, ..ProrationParts::ALL },
            ..Proration::new(ProrationUnit::Day, Positive::ONE, false)
        });
        charges.push(charge);
    }
    charges
}

#[test]
fn what_a_charge_does_over_time_comes_back_as_it_was() {
    let offer = Offer::new(OfferParts {
        charges: charges_over_time().into_iter().map(Into::into).collect(),
        line_sets: vec![],
        capabilities: vec![],
        ..offer().parts().clone()
    })
    .unwrap();
    assert_eq!(offer_from_wire(&offer_to_wire(&offer)).unwrap(), offer);
    let mut wire = offer_to_wire(&offer);
    wire.charges[3].allowance.as_mut().unwrap().carry_over_cycles = None;
    wire.charges[3].proration.as_mut().unwrap().whole_parts = vec![1, 1, 9];
    wire.charges[3].proration.as_mut().unwrap().divisor = Some(decimal("30"));
    let places: Vec<_> = offer_from_wire(&wire).unwrap_err().0.into_iter().map(|v| v.place).collect();
    let expected = [
        "charges[3].allowance.carry_over_cycles",
        "charges[3].proration.divisor",
        "charges[3].proration.whole_parts[1]",
        "charges[3].proration.whole_parts[2]",
    ];
    assert_eq!(places, expected);
}

fn decimal(value: &str) -> quotient_proto::google::r#type::Decimal {
    quotient_proto::google::r#type::Decimal { value: value.to_owned() }
}
