//! What a sheet says once for all its charges. A charge that says otherwise wins; what neither says is refused
//! or comes back as an assumption where it moves money.

use serde::Deserialize;

use super::charge::{ChargeForm, RoundingForm};
use super::forms::{
    AllowanceTierForm, BaseForm, LimitsComparedForm, LookupForm, NegativeQuantityForm, PartialForm,
    ZeroQuantityForm,
};
use super::model::{BeyondForm, BoundsForm, PackageForm, StairStepForm, TieredForm};
use super::time::ProrationForm;
use crate::document::Figure;
use crate::offer::{Conventions, MonthDays, Tax};

/// How amounts are counted and rounded in all charges.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConventionsForm {
    /// How an invoice is rounded.
    pub invoice_rounding: Option<RoundingForm>,
    /// Days of a month for daily prices.
    pub month_days: Option<MonthDaysForm>,
    /// How the bounds of tiers and steps are written.
    pub bounds: Option<BoundsForm>,
    /// What happens above the last tier or step, where it has a bound.
    pub beyond: Option<BeyondForm>,
    /// How a quantity is made whole before it picks the tier of a volume price.
    pub lookup: Option<LookupForm>,
    /// What a cycle without quantity costs where there are tiers or steps.
    pub zero_quantity: Option<ZeroQuantityForm>,
    /// What a quantity below zero costs.
    pub negative_quantity: Option<NegativeQuantityForm>,
    /// What happens to a part of a package.
    pub partial_package: Option<PartialForm>,
    /// Which quantity picks the tier where there is an allowance.
    pub allowance_tier: Option<AllowanceTierForm>,
    /// What the fraction of an adjustment is taken of.
    pub adjustment_base: Option<BaseForm>,
    /// Whether limits meet the amount before adjustments or after.
    pub limits_compared: Option<LimitsComparedForm>,
    /// How a unit price is rounded after its adjustments, in charges without a ramp, a matrix or readings.
    pub unit_price_rounding: Option<RoundingForm>,
    /// How each tier's amount is rounded before tiers are added up.
    pub tier_rounding: Option<RoundingForm>,
    /// How the change by an adjustment is rounded.
    pub adjustment_rounding: Option<RoundingForm>,
    /// How the amount of a cycle is rounded.
    pub rounding: Option<RoundingForm>,
    /// What a part of a cycle costs.
    pub proration: Option<ProrationForm>,
    /// The tax on sales, and whether the sheet's prices hold it.
    pub tax: Option<TaxForm>,
}

/// A tax on sales.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TaxForm {
    /// Its name; VAT where not said.
    pub name: Option<String>,
    /// As a fraction of the price without it: 0.06.
    pub rate: Figure,
    /// Whether the sheet's prices hold it.
    pub included: bool,
}

/// Days of a month for daily prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum MonthDaysForm {
    /// As in the calendar.
    #[serde(rename = "calendar")]
    Calendar,
    /// 30.
    #[serde(rename = "30")]
    Thirty,
    /// 30.5.
    #[serde(rename = "30.5")]
    ThirtyAndHalf,
    /// 365 ÷ 12.
    #[serde(rename = "365/12")]
    YearTwelfth,
}

impl ConventionsForm {
    /// What the kernel needs for the offer as a whole.
    pub(super) fn of_the_offer(&self) -> Conventions {
        Conventions {
            invoice_rounding: self.invoice_rounding.map(Into::into),
            month_days: self.month_days.map(|days| match days {
                MonthDaysForm::Calendar => MonthDays::Calendar,
                MonthDaysForm::Thirty => MonthDays::Thirty,
                MonthDaysForm::ThirtyAndHalf => MonthDays::ThirtyAndHalf,
                MonthDaysForm::YearTwelfth => MonthDays::YearTwelfth,
            }),
            tax: self.tax.as_ref().map(|tax| Tax {
                name: tax.name.clone().unwrap_or_else(|| "VAT".to_owned()),
                rate: tax.rate.0,
                included: tax.included,
            }),
        }
    }

    /// Fills what a charge leaves unsaid.
    pub(super) fn fill(&self, charge: &mut ChargeForm) {
        self.fill_price(Prices {
            graduated: &mut charge.graduated,
            volume: &mut charge.volume,
            stair_step: &mut charge.stair_step,
            package: &mut charge.package,
        });
        for segment in &mut charge.ramp {
            self.fill_price(Prices {
                graduated: &mut segment.graduated,
                volume: &mut segment.volume,
                stair_step: &mut segment.stair_step,
                package: &mut segment.package,
            });
        }
        for cell in charge.matrix.iter_mut().flat_map(|matrix| &mut matrix.cells) {
            self.fill_price(Prices {
                graduated: &mut cell.graduated,
                volume: &mut cell.volume,
                stair_step: &mut cell.stair_step,
                package: &mut cell.package,
            });
        }
        for reading in &mut charge.readings {
            self.fill_price(Prices {
                graduated: &mut reading.graduated,
                volume: &mut reading.volume,
                stair_step: &mut reading.stair_step,
                package: &mut reading.package,
            });
        }
        let allowances = charge.allowance.iter_mut();
        let read = charge.readings.iter_mut().filter_map(|reading| reading.allowance.as_mut());
        allowances.chain(read).for_each(|allowance| or(&mut allowance.tier, self.allowance_tier));
        for adjustment in &mut charge.adjustments {
            if adjustment.fraction.is_some() {
                or(&mut adjustment.base, self.adjustment_base);
            }
            if adjustment.fraction.is_some() || adjustment.amount.is_some() {
                or(&mut adjustment.rounding, self.adjustment_rounding);
            }
        }
        or(&mut charge.zero_quantity, self.zero_quantity);
        or(&mut charge.negative_quantity, self.negative_quantity);
        or(&mut charge.limits_compared, self.limits_compared);
        let tiered = charge.graduated.is_some() || charge.volume.is_some();
        if tiered || charge.per_unit.is_some() || charge.package.is_some() {
            or(&mut charge.unit_price_rounding, self.unit_price_rounding);
        }
        or(&mut charge.tier_rounding, self.tier_rounding);
        or(&mut charge.rounding, self.rounding);
        if charge.proration.is_none() {
            charge.proration.clone_from(&self.proration);
        }
    }

    fn fill_price(&self, prices: Prices<'_>) {
        if let Some(form) = prices.graduated {
            or(&mut form.bounds, self.bounds);
            self.fill_beyond(&mut form.beyond, form.tiers.last().is_some_and(|last| last.up_to.is_some()));
        }
        if let Some(form) = prices.volume {
            or(&mut form.bounds, self.bounds);
            or(&mut form.lookup, self.lookup);
            self.fill_beyond(&mut form.beyond, form.tiers.last().is_some_and(|last| last.up_to.is_some()));
        }
        if let Some(form) = prices.stair_step {
            or(&mut form.bounds, self.bounds);
            self.fill_beyond(&mut form.beyond, form.steps.last().is_some_and(|last| last.up_to.is_some()));
        }
        if let Some(form) = prices.package {
            or(&mut form.partial, self.partial_package);
        }
    }

    /// Nothing lies beyond a last tier without a bound.
    fn fill_beyond(&self, beyond: &mut Option<BeyondForm>, ends: bool) {
        if ends {
            or(beyond, self.beyond);
        }
    }
}

/// The prices of a charge, a segment, a cell or a reading that a convention can be about.
struct Prices<'a> {
    graduated: &'a mut Option<TieredForm>,
    volume: &'a mut Option<TieredForm>,
    stair_step: &'a mut Option<StairStepForm>,
    package: &'a mut Option<PackageForm>,
}

fn or<T: Copy>(said: &mut Option<T>, convention: Option<T>) {
    *said = said.or(convention);
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::super::trial::{TrialInput, price_trial};
    use crate::document::Document;
    use crate::quote::Quote;

    fn tried(toml: &str, quantity: &str) -> Result<Quote, String> {
        let document = Document::parse_toml("charge.toml", toml).unwrap();
        let input = TrialInput::of(&[quantity.parse().unwrap()]);
        price_trial(document, &input).map_err(|error| error.to_string())
    }

    fn total(toml: &str, quantity: &str) -> Decimal {
        tried(toml, quantity).unwrap().totals.term.point().unwrap()
    }

    fn codes(toml: &str, quantity: &str) -> Vec<String> {
        let notes = tried(toml, quantity).unwrap().assumptions;
        let codes = notes.into_iter().map(|note| note.code);
        codes.filter(|code| code != "invoice_rounding_half_up").collect()
    }

    #[test]
    fn a_convention_holds_where_a_charge_does_not_say_otherwise() {
        let sheet = "conventions = { bounds = \"upper_exclusive\", beyond = \"last_tier\", partial_package = \"down\" }\n\
            [[charges]]\nvolume = { tiers = [{ up_to = 10, price = 5 }, { up_to = 20, price = 4 }] }\n\
            [[charges]]\npackage = { size = 4, price = 3 }\n\
            [[charges]]\npackage = { size = 4, price = 3, partial = \"up\" }\n";
        // 10 belong to the second tier: 40. Two whole packages of 4: 6; three started ones: 9.
        assert_eq!(total(sheet, "10"), Decimal::from(55));
        // The last tier goes on: 21 × 4 = 84; 5 and 6 packages: 33.
        assert_eq!(total(sheet, "21"), Decimal::from(117));
        let ends = sheet.replace("beyond = \"last_tier\", ", "");
        assert!(tried(&ends, "1").unwrap_err().contains("expected no bound"));
    }

    #[test]
    fn what_is_left_to_a_default_comes_back_where_it_moves_money() {
        let volume = "volume = { tiers = [{ up_to = 10, price = 5, flat = 7 }, { price = 4 }] }";
        assert_eq!(codes(volume, "9"), [""; 0]);
        assert_eq!(codes(volume, "10"), ["tier_bound_inclusive"]);
        assert_eq!(codes(volume, "10.5"), ["tier_lookup_exact"]);
        assert_eq!(codes(volume, "0"), ["zero_quantity_free"]);
        let said = format!(
            "{volume}\nconventions = {{ bounds = \"upper_inclusive\", zero_quantity = \"no_charge\" }}"
        );
        assert_eq!(codes(&said, "10"), [""; 0]);
        assert_eq!(codes(&said, "0"), [""; 0]);
        let limited = "per_unit = { price = 5 }\nminimum_amount = 10\n\
            adjustments = [{ id = \"off\", reason = \"ten per cent\", fraction = -0.1 }]";
        assert_eq!(codes(limited, "1"), ["limits_before_adjustments"]);
        let after = format!("{limited}\nconventions = {{ limits_compared = \"after_adjustments\" }}");
        assert_eq!(codes(&after, "1"), [""; 0]);
        // Max(10, 5) × 0.9 before, max(10, 5 × 0.9) after.
        assert_eq!((total(limited, "1"), total(&after, "1")), (Decimal::from(9), Decimal::from(10)));
    }

    #[test]
    fn a_default_that_would_move_money_unseen_is_refused() {
        let allowance =
            "volume = { tiers = [{ up_to = 10, price = 5 }, { price = 4 }] }\nallowance = { quantity = 5 }";
        assert!(tried(allowance, "12").unwrap_err().contains("which quantity picks the tier"));
        let gross = format!("{allowance}\nconventions = {{ allowance_tier = \"gross\" }}");
        // 12 pick the tier, 7 are charged.
        assert_eq!(total(&gross, "12"), Decimal::from(28));
        let two = "per_unit = { price = 100 }\nadjustments = [\
            { id = \"a\", reason = \"a\", fraction = -0.3 }, { id = \"b\", reason = \"b\", fraction = -0.2 }]";
        assert!(tried(two, "1").unwrap_err().contains("what each is taken of"));
        let added = format!("{two}\nconventions = {{ adjustment_base = \"list\" }}");
        let compounded = format!("{two}\nconventions = {{ adjustment_base = \"running\" }}");
        assert_eq!((total(&added, "1"), total(&compounded, "1")), (Decimal::from(50), Decimal::from(56)));
    }
}
