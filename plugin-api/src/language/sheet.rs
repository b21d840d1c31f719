//! The form of a whole sheet: one file for each product.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::capability::CapabilityForm;
use super::charge::ChargeForm;
use super::conventions::ConventionsForm;
use super::forms::{AlignmentForm, ConfidenceForm, MonotoneForm};
use super::line_set::LineSetForm;
use super::time::UpliftForm;
use super::when::WhenForm;
use crate::document::suggest::shown;
use crate::document::{Day, Figure};
use crate::offer::{Alignment, ServiceTerms, Terms};

/// One product's price sheet.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SheetForm {
    /// What is sold, and by whom.
    pub product: ProductForm,
    /// Public pages, by a short key.
    pub sources: BTreeMap<String, SourceForm>,
    /// How amounts are counted and rounded.
    #[serde(default)]
    pub conventions: ConventionsForm,
    /// Editions; at least one.
    pub editions: Vec<EditionForm>,
    /// Purchase options; at least one.
    pub purchase_options: Vec<PurchaseOptionForm>,
    /// Modules that charges belong to.
    #[serde(default)]
    pub modules: Vec<ModuleForm>,
    /// What is charged.
    pub charges: Vec<ChargeForm>,
    /// What is part of the price, or is not sold.
    #[serde(default)]
    pub coverage: Vec<CoverageForm>,
    /// What was assumed.
    #[serde(default)]
    pub assumptions: Vec<NoteForm>,
    /// What the charges do not contain.
    #[serde(default)]
    pub exclusions: Vec<NoteForm>,
    /// What a buyer should know.
    #[serde(default)]
    pub warnings: Vec<NoteForm>,
    /// What lines mean to each other, in order.
    #[serde(default)]
    pub line_sets: Vec<LineSetForm>,
    /// What the product can do.
    #[serde(default)]
    pub capabilities: Vec<CapabilityForm>,
}

/// What is sold, and by whom.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProductForm {
    /// Id of the product.
    pub id: String,
    /// Name of the product.
    pub name: String,
    /// The vendor.
    pub vendor: LabelForm,
    /// ISO 4217 code.
    pub currency: String,
    /// The day that the prices are of, as the page dates it, or `unknown`.
    pub as_of: String,
    /// The first day that this sheet is valid on; since ever where not said.
    pub valid_from: Option<Day>,
    /// The last day that it is valid on; until the next sheet of the product where not said.
    pub valid_to: Option<Day>,
    /// Covers a part of a system.
    #[serde(default)]
    pub component: bool,
    /// An example of a published article.
    #[serde(default)]
    pub illustrative: bool,
    /// Sells robots, and nothing for what people do in a contact.
    #[serde(default)]
    pub robots_only: bool,
    /// What it never costs less for more of, each once.
    #[serde(default)]
    pub monotone: Vec<MonotoneForm>,
}

/// An id with a name.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LabelForm {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

/// A public page.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SourceForm {
    /// Its address.
    pub uri: String,
    /// How much it binds.
    pub confidence: ConfidenceForm,
    /// The day that its figures are of; the product's where not said.
    pub as_of: Option<String>,
}

impl SourceForm {
    /// What is wrong with it: an address holds no character that ends one in a text or a page. What does not begin as
    /// an address is a text.
    pub(super) fn fault(&self) -> Option<String> {
        let is_address = ["https://", "http://"].iter().any(|scheme| {
            self.uri.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        });
        let broken = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"');
        let found = self.uri.chars().find(|c| is_address && broken(*c))?;
        Some(format!("found {found:?} in {}, expected an address without it", shown(&self.uri)))
    }
}

/// An edition.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EditionForm {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// For whom it is meant; everybody where not said.
    pub when: Option<WhenForm>,
    /// Sells robots, and nothing for what people do in a contact.
    #[serde(default)]
    pub robots_only: bool,
}

/// A purchase option, and what it agrees on.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PurchaseOptionForm {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Least months that are sold; 1 where not said.
    pub minimum_months: Option<u32>,
    /// Months are sold in multiples of this; 1 where not said.
    pub multiple_of_months: Option<u32>,
    /// Months of each renewal; `multiple_of_months` where not said.
    pub renewal_months: Option<u32>,
    /// Months between two invoices; unset: the whole commitment at once.
    pub billing_period_months: Option<u32>,
    /// Invoiced at the end of the billing period.
    #[serde(default)]
    pub recurring_in_arrears: bool,
    /// Least number of seats, for information; a charge's commitment is what bills it.
    pub minimum_seats: Option<Figure>,
    /// Days of free trial.
    pub trial_days: Option<u32>,
    /// Whether modules can be added within a term.
    pub modules_addable: Option<bool>,
    /// Whether modules can be removed within a term.
    pub modules_removable: Option<bool>,
    /// Where months begin: `start`, on the day that the service starts on, or `month`, on the first of the
    /// calendar's months; `start` where not said.
    pub calendar: Option<AlignmentForm>,
    /// How prices of recurring charges rise with renewals.
    pub renewal_uplift: Option<UpliftForm>,
    /// For whom it is meant; everybody where not said.
    pub when: Option<WhenForm>,
    /// Availability that the service agreement promises, as a fraction above 0 and up to 1: 0.999.
    pub availability: Option<Figure>,
    /// Days before a renewal by which it must be cancelled.
    pub notice_days: Option<u32>,
    /// Months for which prices cannot rise.
    pub price_lock_months: Option<u32>,
    /// Hours in a week that support is there, 1 to 168.
    pub support_weekly_hours: Option<u32>,
}

impl PurchaseOptionForm {
    /// What it agrees on.
    pub(super) fn terms(&self) -> Terms {
        Terms {
            minimum_months: self.minimum_months.unwrap_or(1),
            multiple_of_months: self.multiple_of_months.unwrap_or(1),
            renewal_months: self.renewal_months,
            billing_period_months: self.billing_period_months,
            recurring_in_arrears: self.recurring_in_arrears,
            minimum_seats: self.minimum_seats.map(|figure| figure.0),
            trial_days: self.trial_days,
            modules_addable: self.modules_addable,
            modules_removable: self.modules_removable,
            aligned_to: self.calendar.map_or(Alignment::Start, Into::into),
            renewal_uplift: self.renewal_uplift.as_ref().map(UpliftForm::compile),
            service: ServiceTerms {
                availability: self.availability.map(|figure| figure.0),
                notice_days: self.notice_days,
                price_lock_months: self.price_lock_months,
                support_weekly_hours: self.support_weekly_hours,
            },
        }
    }
}

/// A module.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ModuleForm {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// `basic`: always part of the offer; `value_added`: only when chosen.
    pub class: ModuleClassForm,
}

/// Class of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ModuleClassForm {
    /// Always part of the offer.
    Basic,
    /// Only when the requirement chooses it.
    ValueAdded,
}

/// What becomes of a part of the demand that no charge meters: one of `seats`, `channels`, `meters`,
/// `numbers`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CoverageForm {
    /// Seats of these roles; an empty list: all people.
    pub seats: Option<Vec<String>>,
    /// Demand in these channels; an empty list: all.
    pub channels: Option<Vec<String>>,
    /// Stated quantities of these meters; an empty list: all.
    pub meters: Option<Vec<String>>,
    /// Telephone numbers in these countries; an empty list: all.
    pub numbers: Option<Vec<String>>,
    /// Facts that the demand, the stated quantities or the numbers must have, as in a charge.
    #[serde(default)]
    pub matches: BTreeMap<String, Vec<String>>,
    /// Editions that this holds for; none: all.
    #[serde(default)]
    pub editions: Vec<String>,
    /// Purchase options that this holds for; none: all.
    #[serde(default)]
    pub purchase_options: Vec<String>,
    /// Holds only where one of these modules is part of the offer; none: always.
    #[serde(default)]
    pub modules: Vec<String>,
    /// Also what robots do there, and their seats.
    #[serde(default)]
    pub robots: bool,
    /// What becomes of it.
    pub status: CoverageStatusForm,
    /// Why.
    pub note: String,
}

/// What becomes of a part of the demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CoverageStatusForm {
    /// Part of what is paid for anyway.
    Included,
    /// Needed, and billed by somebody else.
    BilledByOthers,
    /// Not sold.
    NotOffered,
}

/// A sentence with a code.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NoteForm {
    /// In `lower_snake_case`.
    pub code: String,
    /// One sentence.
    pub text: String,
    /// The charge that it is about; unset: the whole.
    pub charge: Option<String>,
}
