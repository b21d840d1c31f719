//! An amount for the step that the quantity reaches, or for all steps up to it.

use rust_decimal::Decimal;

use super::model::{ModelError, Quantity, tier_at};
use super::recording::Rows;
use crate::charge::{StepAccumulation, Tiers};
use crate::interval::Interval;
use crate::quote::TierRow;

pub(crate) fn rows(
    steps: &Tiers,
    accumulation: StepAccumulation,
    quantity: &Quantity<'_>,
    rows: &mut Rows<'_>,
) -> Result<(), ModelError> {
    if quantity.tier.is_zero() {
        return Ok(());
    }
    let (reached, _) = tier_at(steps, quantity.tier)?;
    let first = match accumulation {
        StepAccumulation::Reached => reached,
        StepAccumulation::Sum => 0,
    };
    let charged = steps.as_slice().iter().enumerate().skip(first).take(reached - first + 1);
    for (index, step) in charged {
        let amount = step.flat_amount.unwrap_or(Interval::ZERO);
        let quantity = if index == reached { quantity.net } else { step.up_to.unwrap_or(quantity.net) };
        let tier = u32::try_from(index).map_err(|_| crate::interval::ArithmeticError)?;
        let (unit_price, per) = (Interval::ZERO, Decimal::ONE);
        rows.push(TierRow { tier, quantity, unit_price, per, flat_amount: Some(amount), amount })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charge::Tier;
    use crate::quote::TierRows;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn amounts(quantity: &str, accumulation: StepAccumulation) -> Result<Vec<Decimal>, ModelError> {
        let step = |up_to: &str, amount: &str| Tier {
            flat_amount: Some(Interval::exact(d(amount))),
            ..Tier::new(Some(d(up_to)), Interval::ZERO)
        };
        let steps = Tiers::bounded(vec![step("10", "50"), step("20", "30"), step("30", "20")]).unwrap();
        let mut found = TierRows::new();
        rows(&steps, accumulation, &Quantity::of(d(quantity)), &mut Rows::kept(&mut found))?;
        Ok(found.iter().map(|row| row.amount.point().unwrap()).collect())
    }

    #[test]
    fn the_reached_step_is_charged_alone_or_with_all_before_it() {
        use StepAccumulation::{Reached, Sum};

        assert_eq!(amounts("0", Reached).unwrap(), []);
        assert_eq!(amounts("10", Reached).unwrap(), [d("50")]);
        assert_eq!(amounts("11", Reached).unwrap(), [d("30")]);
        assert_eq!(amounts("30", Sum).unwrap(), [d("50"), d("30"), d("20")]);
    }

    #[test]
    fn above_the_last_step_nothing_is_sold() {
        let refused = ModelError::BeyondLastTier { quantity: d("31"), limit: d("30") };
        assert_eq!(amounts("31", StepAccumulation::Sum), Err(refused));
    }
}
