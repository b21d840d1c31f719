//! Costs beside the vendor's own: a profile of spans, which anyone can replace by a file.

use iso_currency::Currency;
use quotient_plugin_api::document::{Document, DocumentError, Figure};
use quotient_plugin_api::interval::{ArithmeticError, Interval};
use quotient_plugin_api::language::price::Price;
use quotient_plugin_api::money;
use quotient_plugin_api::requirement::Requirement;
use quotient_plugin_api::requirement::buyer::CapabilityGrade;
use rust_decimal::Decimal;
use serde::Deserialize;

/// The capability whose must-have means the buyer's own premises.
const ON_PREMISES: &str = "private_deployment";

/// Costs beside the vendor's own.
#[derive(Debug, Clone, PartialEq)]
pub struct HiddenCosts {
    /// The currency of its amounts.
    pub currency: Currency,
    /// Who says so.
    pub source: String,
    /// Part of a budget that is kept for changes, from 0 and below 1.
    pub reserve: Decimal,
    /// The part of a year's revenue in the articles' formula.
    pub revenue_share: Decimal,
    items: Vec<HiddenItem>,
}

#[derive(Debug, Clone, PartialEq)]
struct HiddenItem {
    code: String,
    english: String,
    chinese: String,
    amount: Interval,
    per: Per,
    when: When,
}

/// What an amount is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Per {
    Once,
    Year,
    Trainee,
}

/// For whom an item counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum When {
    #[default]
    Always,
    WithoutOperationsTeam,
    OnPremises,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileForm {
    currency: String,
    source: String,
    reserve: Figure,
    revenue_share: Figure,
    #[serde(default)]
    items: Vec<ItemForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemForm {
    code: String,
    english: String,
    chinese: String,
    amount: Price,
    per: Per,
    #[serde(default)]
    when: When,
}

/// One of the costs for a requirement, in the profile's currency.
#[derive(Debug, Clone, PartialEq)]
pub struct HiddenCost {
    /// What it is.
    pub code: String,
    /// In English.
    pub english: String,
    /// In Chinese.
    pub chinese: String,
    /// Over the horizon.
    pub amount: Interval,
}

impl HiddenCosts {
    /// Reads a profile.
    ///
    /// # Errors
    /// [`DocumentError`] with file, line, what was found and what was expected.
    pub fn parse(name: &str, text: &str) -> Result<Self, DocumentError> {
        let document = Document::parse_toml(name, text)?;
        let form: ProfileForm = document.read()?;
        let currency = money::currency(&form.currency)
            .map_err(|error| document.error_at("currency", error.to_string()))?;
        for (field, figure) in [("reserve", form.reserve), ("revenue_share", form.revenue_share)] {
            if figure.0 < Decimal::ZERO || figure.0 >= Decimal::ONE {
                let text = format!("found {}, expected a fraction from 0 and below 1", figure.0);
                return Err(document.error_at(field, text));
            }
        }
        let mut items = Vec::new();
        for (index, item) in form.items.into_iter().enumerate() {
            let at = |error: String| document.error_at(&format!("items[{index}].amount"), error);
            let amount = item.amount.0;
            if amount.low() < Decimal::ZERO {
                return Err(at(format!("found {}, expected 0 or more", amount.low())));
            }
            let ItemForm { code, english, chinese, per, when, .. } = item;
            items.push(HiddenItem { code, english, chinese, amount, per, when });
        }
        let (reserve, revenue_share) = (form.reserve.0, form.revenue_share.0);
        Ok(Self { currency, source: form.source, reserve, revenue_share, items })
    }

    /// The costs that count for a requirement. What depends on a fact that it does not say lies between nothing
    /// and the most.
    ///
    /// # Errors
    /// [`ArithmeticError`] when an amount does not fit.
    pub fn of(&self, requirement: &Requirement) -> Result<Vec<HiddenCost>, ArithmeticError> {
        let mut costs = Vec::new();
        for item in &self.items {
            let counts = match item.when {
                When::Always => Some(true),
                When::WithoutOperationsTeam => requirement.buyer.has_operations_team.map(|has| !has),
                When::OnPremises => Some(on_premises(requirement)),
            };
            if counts == Some(false) {
                continue;
            }
            let amount = match item.per {
                Per::Once => item.amount,
                Per::Year => {
                    item.amount.scale(Decimal::from(requirement.horizon_months), Decimal::from(12))?
                }
                Per::Trainee => item.amount.scale(trainees(requirement)?, Decimal::ONE)?,
            };
            let amount = match counts {
                None => Interval::new(Decimal::ZERO, amount.high()).map_err(|_| ArithmeticError)?,
                Some(_) => amount,
            };
            costs.push(HiddenCost {
                code: item.code.clone(),
                english: item.english.clone(),
                chinese: item.chinese.clone(),
                amount,
            });
        }
        Ok(costs)
    }
}

fn on_premises(requirement: &Requirement) -> bool {
    let needs = &requirement.wishes.capabilities;
    needs.iter().any(|need| need.capability_id == ON_PREMISES && need.grade == CapabilityGrade::Must)
}

/// People who are trained: those that the requirement says, or all seats of the first month.
fn trainees(requirement: &Requirement) -> Result<Decimal, ArithmeticError> {
    if let Some(trainees) = requirement.wishes.trainees {
        return Ok(Decimal::from(trainees));
    }
    let mut sum = Decimal::ZERO;
    for group in &requirement.seats {
        let first = group.named.months(1).map_err(|_| ArithmeticError)?;
        let first = first.first().copied().unwrap_or_default();
        sum = sum.checked_add(first).ok_or(ArithmeticError)?;
    }
    Ok(sum)
}
