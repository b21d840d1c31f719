//! The form of one priced thing in a sheet, and what it means to the kernel.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::adjustment::AdjustmentForm;
use super::allowance::AllowanceForm;
use super::computed::ComputedForm;
use super::forms::{
    AttemptsForm, CategoryForm, CommitmentKindForm, ConfidenceForm, CycleForm, DateBasisForm, LegsForm,
    LimitsComparedForm, LimitsPeriodForm, NegativeQuantityForm, OverMonthsForm, PricedForm, RoundingModeForm,
    TierPeriodForm, ZeroQuantityForm,
};
use super::matrix::MatrixForm;
use super::metering::{CountForm, StepForm, match_all, nearest_meter};
use super::model::{FlatForm, PackageForm, PerUnitForm, StairStepForm, TieredForm};
use super::over_lines::{ShareOfLinesForm, ShortfallForm};
use super::packs::PacksForm;
use super::percentage::PercentageForm;
use super::ramp::SegmentForm;
use super::reading::ReadingForm;
use super::spend::SpendCommitmentForm;
use super::time::ProrationForm;
use super::when::WhenForm;
use crate::charge::{self, MeteringRule, Positive, Priced};
use crate::document::{Day, Figure};
use crate::meters;
use crate::money::Rounding;

/// A rule that a charge breaks, and the field that breaks it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {rule}")]
pub struct ChargeError {
    /// The field within the charge.
    pub field: String,
    /// What was found and what was expected.
    pub rule: String,
}

pub(super) fn refuse(field: &str, rule: impl ToString) -> ChargeError {
    ChargeError { field: field.to_owned(), rule: rule.to_string() }
}

/// What is counted, how it becomes money, and what is changed about it.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChargeForm {
    /// Unique in the sheet for each edition and purchase option.
    pub id: String,
    /// Name for a person.
    pub name: String,
    /// Editions that it belongs to; none: all.
    #[serde(default)]
    pub editions: Vec<String>,
    /// Purchase options that it belongs to; none: all.
    #[serde(default)]
    pub purchase_options: Vec<String>,
    /// The module that it belongs to; unset: the edition itself.
    pub module: Option<String>,
    /// `recurring`, `usage` or `one_time`.
    pub category: CategoryForm,
    /// What is counted: an id of the meter catalogue.
    pub meter: String,
    /// Where the quantity comes from when the requirement does not state the meter.
    #[serde(default)]
    pub count: CountForm,
    /// Facts that a demand, a stated quantity or a number must have.
    #[serde(default)]
    pub matches: BTreeMap<String, Vec<String>>,
    /// Rounding and minimums of the quantity, in order.
    #[serde(default)]
    pub steps: Vec<StepForm>,
    /// Billed units for each unit counted.
    pub factor: Option<Figure>,
    /// How long one price lasts.
    pub cycle: CycleForm,
    /// The same amount in each cycle.
    pub flat: Option<FlatForm>,
    /// A price for each unit.
    pub per_unit: Option<PerUnitForm>,
    /// Each unit at the price of its own tier.
    pub graduated: Option<TieredForm>,
    /// All units at the price of the tier reached.
    pub volume: Option<TieredForm>,
    /// An amount for the step that the quantity reaches.
    pub stair_step: Option<StairStepForm>,
    /// A price for each package.
    pub package: Option<PackageForm>,
    /// A part of an amount of money.
    pub percentage: Option<PercentageForm>,
    /// Prepaid packs.
    pub packs: Option<PacksForm>,
    /// What a cycle without quantity costs; nothing where not said.
    pub zero_quantity: Option<ZeroQuantityForm>,
    /// How each tier's amount is rounded before tiers are added up.
    pub tier_rounding: Option<RoundingForm>,
    /// Quantity in each cycle that is not charged.
    pub allowance: Option<AllowanceForm>,
    /// Least amount in a cycle.
    pub minimum_amount: Option<Figure>,
    /// Greatest amount in a cycle.
    pub maximum_amount: Option<Figure>,
    /// Discounts and surcharges, in order.
    #[serde(default)]
    pub adjustments: Vec<AdjustmentForm>,
    /// How seats are committed over a term.
    pub commitment: Option<CommitmentForm>,
    /// Only in these months.
    pub months: Option<MonthsForm>,
    /// Only while the date lies in this window.
    pub dates: Option<DatesForm>,
    /// What a part of a cycle costs.
    pub proration: Option<ProrationForm>,
    /// How the amount of a cycle is rounded.
    pub rounding: Option<RoundingForm>,
    /// What a quantity below zero costs; refused where not said.
    pub negative_quantity: Option<NegativeQuantityForm>,
    /// What meets the price, the spend commitment and the limits; the quantity of a cycle together where not
    /// said.
    pub priced: Option<PricedForm>,
    /// How a unit price is rounded after its adjustments.
    pub unit_price_rounding: Option<RoundingForm>,
    /// What is paid at least, and what a surplus costs.
    pub spend_commitment: Option<SpendCommitmentForm>,
    /// Whether limits meet the amount before adjustments or after.
    pub limits_compared: Option<LimitsComparedForm>,
    /// A cycle without quantity is held to no minimum amount.
    #[serde(default)]
    pub minimum_only_when_used: bool,
    /// How months make the quantity of a longer cycle; by the meter where not said: a level such as seats has
    /// its peak, all else adds up.
    pub over_months: Option<OverMonthsForm>,
    /// Days that one price of a daily cycle lasts; 1 where not said.
    pub cycle_days: Option<u32>,
    /// Keys of the sheet's `sources`; at least one.
    pub sources: Vec<String>,
    /// Weaker than the sources say.
    pub confidence: Option<ConfidenceForm>,
    /// Paid to somebody else than the vendor.
    #[serde(default)]
    pub pass_through: bool,
    /// What has all facts of one of these is not counted.
    #[serde(default)]
    pub except: Vec<BTreeMap<String, Vec<String>>>,
    /// How the legs of a call count; each where not said.
    pub legs: Option<LegsForm>,
    /// Which attempts to reach a customer count; the answered ones where not said.
    pub attempts: Option<AttemptsForm>,
    /// Seconds of an unanswered attempt.
    pub unanswered_length: Option<Figure>,
    /// The most that is sold for a day.
    pub daily_cap: Option<Figure>,
    /// The most that is sold for a month.
    pub monthly_cap: Option<Figure>,
    /// `false`: a renewal uplift does not raise it.
    pub uplift: Option<bool>,
    /// Which quantity meets the ladder of tiers; that of the cycle where not said.
    pub tier_period: Option<TierPeriodForm>,
    /// Over which time the minimum and the maximum amount count; a cycle where not said.
    pub limits_period: Option<LimitsPeriodForm>,
    /// Prices by segments of months, in place of a price and of `months`.
    #[serde(default)]
    pub ramp: Vec<SegmentForm>,
    /// Prices by attributes.
    pub matrix: Option<MatrixForm>,
    /// A fraction of what other lines cost; the meter is `flat`.
    pub share_of_lines: Option<ShareOfLinesForm>,
    /// What other lines lack of a minimum; the meter is `flat`.
    pub shortfall: Option<ShortfallForm>,
    /// Amounts that were computed elsewhere.
    pub computed: Option<ComputedForm>,
    /// Ways to read a rule that the page leaves open; at least two.
    #[serde(default)]
    pub readings: Vec<ReadingForm>,
    /// For whom it is meant; everybody where not said.
    pub when: Option<WhenForm>,
}

/// How seats are committed.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CommitmentForm {
    /// How they may move.
    pub kind: CommitmentKindForm,
    /// Least quantity.
    pub minimum: Option<Figure>,
    /// Seats held already count towards the minimum.
    #[serde(default)]
    pub minimum_counts_held: bool,
}

/// Months, counted from 1.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MonthsForm {
    /// First month.
    pub first: u32,
    /// Number of months; unset: without end.
    pub count: Option<u32>,
}

/// A window of dates, inclusive.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DatesForm {
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub to: Option<Day>,
    /// Which date counts.
    pub basis: DateBasisForm,
}

/// How an amount is rounded.
#[derive(Debug, Clone, Copy, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RoundingForm {
    /// The mode.
    pub mode: RoundingModeForm,
    /// Decimal places; unset: the currency's minor unit.
    pub scale: Option<u32>,
}

impl From<RoundingForm> for Rounding {
    fn from(form: RoundingForm) -> Self {
        Self { mode: form.mode.into(), scale: form.scale }
    }
}

pub(super) fn positive(field: &str, figure: Option<Figure>) -> Result<Positive, ChargeError> {
    figure.map_or(Ok(Positive::ONE), |figure| Positive::new(figure.0).map_err(|error| refuse(field, error)))
}

impl ChargeForm {
    /// The charge without its sources, which the sheet resolves.
    ///
    /// # Errors
    /// [`ChargeError`] names the field.
    pub fn compile(&self) -> Result<charge::Charge, ChargeError> {
        if !self.readings.is_empty() {
            return self.compile_readings();
        }
        if meters::meter(&self.meter).is_none() {
            let nearest = nearest_meter(&self.meter);
            return Err(refuse(
                "meter",
                format!("found {:?}, expected a meter such as {nearest:?}", self.meter),
            ));
        }
        self.check_said()?;
        let metering = self.metering()?;
        let mut charge = charge::Charge::new(
            &self.id,
            &self.name,
            self.category.into(),
            metering,
            self.model()?,
            self.cycle.into(),
        );
        charge.module_id.clone_from(&self.module);
        charge.allowance = self.allowance.as_ref().map(AllowanceForm::compile).transpose()?;
        charge.minimum_amount = self.minimum_amount.map(|figure| figure.0);
        charge.maximum_amount = self.maximum_amount.map(|figure| figure.0);
        charge.adjustments =
            self.adjustments.iter().map(AdjustmentForm::compile).collect::<Result<_, _>>()?;
        if let Some(commitment) = &self.commitment {
            charge.commitment = charge::Commitment {
                kind: commitment.kind.into(),
                minimum_quantity: commitment.minimum.map(|figure| figure.0).unwrap_or_default(),
                minimum_counts_held: commitment.minimum_counts_held,
            };
        }
        charge.months = self.months.as_ref().map(MonthsForm::compile);
        charge.dates = self.dates.as_ref().map(DatesForm::compile);
        charge.proration = self.proration.as_ref().map(ProrationForm::compile).transpose()?;
        charge.without_uplift = !self.uplift.unwrap_or(true);
        charge.tier_period = self.tier_period.map_or(charge.tier_period, Into::into);
        charge.limits_period = self.limits_period.map_or(charge.limits_period, Into::into);
        charge.line_rounding = self.rounding.map(Rounding::from);
        charge.tier_rounding = self.tier_rounding.map(Rounding::from);
        charge.zero_quantity = self.zero_quantity.map(Into::into);
        charge.pass_through = self.pass_through;
        charge.negative_quantity = self.negative_quantity.map(Into::into);
        charge.priced = self.priced.map_or(Priced::Together, Into::into);
        charge.unit_price_rounding = self.unit_price_rounding.map(Rounding::from);
        charge.spend_commitment =
            self.spend_commitment.as_ref().map(SpendCommitmentForm::compile).transpose()?;
        charge.limits_compared = self.limits_compared.map(Into::into);
        charge.minimum_only_when_used = self.minimum_only_when_used;
        charge.over_months = self.over_months.map(Into::into);
        charge.cycle_days = self.cycle_days;
        Ok(charge)
    }

    /// Refuses what would move money by a default.
    fn check_said(&self) -> Result<(), ChargeError> {
        let unsaid = self.allowance.as_ref().is_some_and(|a| a.tier.is_none() && a.quantity.is_some());
        if self.volume.is_some() && unsaid {
            let rule = "found an allowance beside a volume price and no word on which quantity picks the tier, \
                        expected net or gross";
            return Err(refuse("allowance.tier", rule));
        }
        let fractions = || self.adjustments.iter().filter(|adjustment| adjustment.fraction.is_some());
        if fractions().count() > 1 && fractions().any(|adjustment| adjustment.base.is_none()) {
            let rule =
                "found several fractions and no word on what each is taken of, expected list or running";
            return Err(refuse("adjustments.base", rule));
        }
        Ok(())
    }

    fn metering(&self) -> Result<MeteringRule, ChargeError> {
        let cap = |field, figure: Option<Figure>| figure.map(|_| positive(field, figure)).transpose();
        Ok(MeteringRule {
            meter_id: self.meter.clone(),
            source: self.source()?,
            matches: match_all(&self.matches),
            steps: self.steps.iter().map(StepForm::compile).collect::<Result<_, _>>()?,
            factor: positive("factor", self.factor)?,
            except: self.except.iter().map(match_all).collect(),
            legs: self.legs.map(Into::into).unwrap_or_default(),
            attempts: self.attempts.map(Into::into).unwrap_or_default(),
            unanswered_length: self.unanswered_length.map(|figure| figure.0),
            daily_cap: cap("daily_cap", self.daily_cap)?,
            monthly_cap: cap("monthly_cap", self.monthly_cap)?,
        })
    }
}

impl MonthsForm {
    pub(super) fn compile(&self) -> charge::MonthWindow {
        charge::MonthWindow { first_month: self.first, months: self.count }
    }
}

impl DatesForm {
    pub(super) fn compile(&self) -> charge::DateWindow {
        charge::DateWindow {
            from: self.from.map(|day| day.0),
            to: self.to.map(|day| day.0),
            basis: self.basis.into(),
        }
    }
}
