//! What an author implements: one safe, synchronous trait.

use std::time::Duration;

use jiff::civil::Date;

use crate::capability::CapabilityStatement;
use crate::charge::MeteringRule;
use crate::offer::{InvalidOffer, Label, Offer};
use crate::pricing::{PriceError, price_offers};
use crate::quote::Quote;
use crate::requirement::Requirement;

/// The highest level of fields that this crate reads and writes. Level 1 is all there is.
pub const KERNEL_LEVEL: u32 = 1;

/// Maps one vendor's price sheets onto offers.
///
/// A library holds one type that implements this and calls [`crate::export_adapter!`] with it. An
/// instance is one product with its sheets; it never changes, and it is called from several threads at
/// once. An adapter reads its sheet and states prices; it never adds them up: the kernel does.
///
/// Nothing here may block, read files or the network, ask for the time, or keep state between calls:
/// the same requirement must give the same offers.
pub trait VendorAdapter: Send + Sync + Sized + 'static {
    /// The library as a whole: its id, its version, and the products that it bundles.
    fn library() -> Library;

    /// Opens one product. The sheets are the bundled ones unless the host has others.
    ///
    /// # Errors
    /// [`OpenError`] names the sheet, the place in it, what was found and what was expected.
    fn open(product: &ProductTimeline) -> Result<Self, OpenError>;

    /// What this instance sells.
    fn catalog(&self) -> Catalog;

    /// The offers that answer a requirement, or why there are none.
    ///
    /// # Errors
    /// [`AdapterError`] is a fault of the adapter; that the vendor has no offer is [`Answer::Decline`].
    fn offers(&self, requirement: &Requirement, call: &Call<'_>) -> Result<Answer, AdapterError>;

    /// Checks the instance before it is used.
    ///
    /// # Errors
    /// [`AdapterError`] when it must not be used.
    fn self_test(&self, _call: &Call<'_>) -> Result<(), AdapterError> {
        Ok(())
    }

    /// Prices all offers for a requirement, best first: what a host does with them, for the author's
    /// own tests.
    ///
    /// # Errors
    /// [`QuoteError`] when there is no offer, or the kernel cannot price one.
    fn quote(&self, requirement: &Requirement) -> Result<Vec<Quote>, QuoteError> {
        match self.offers(requirement, &Call::unlimited())? {
            Answer::Decline(decline) => Err(QuoteError::Declined(decline)),
            Answer::Offers(offers) => Ok(price_offers(requirement, &offers)?.quotes),
        }
    }
}

/// One call of the host: the time that is left, and whether it is a test.
pub struct Call<'a> {
    remaining: Option<&'a dyn Fn() -> Duration>,
    self_test: bool,
}

impl<'a> Call<'a> {
    /// A call of the host.
    #[must_use]
    pub const fn new(remaining: &'a dyn Fn() -> Duration, self_test: bool) -> Self {
        Self { remaining: Some(remaining), self_test }
    }

    /// A call without a deadline.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self { remaining: None, self_test: false }
    }

    /// The time that is left; zero means late or cancelled: stop. `None`: there is no deadline.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.remaining.map(|remaining| remaining())
    }

    /// Whether the host only tests the instance.
    #[must_use]
    pub const fn is_self_test(&self) -> bool {
        self.self_test
    }
}

/// A library as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// Lower-case letters, digits and `-`; at most 64.
    pub id: String,
    /// As semver.
    pub version: String,
    /// Products that it bundles.
    pub products: Vec<ProductTimeline>,
}

/// One product and its price sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductTimeline {
    /// Id of the product.
    pub product_id: String,
    /// Its sheets.
    pub sheets: Vec<SheetFile>,
}

/// A price sheet as it is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetFile {
    /// File name.
    pub name: String,
    /// The bytes.
    pub content: Vec<u8>,
}

/// What an instance sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// The vendor.
    pub vendor: Label,
    /// The product.
    pub product: Label,
    /// Covers a part of a system; never stands alone in a comparison.
    pub component: bool,
    /// An example of a published article; compared only when named.
    pub illustrative: bool,
    /// Editions.
    pub editions: Vec<Label>,
    /// Purchase options.
    pub purchase_options: Vec<Label>,
    /// ISO 4217 codes.
    pub currencies: Vec<String>,
    /// Sheets.
    pub revisions: Vec<Revision>,
    /// Charging models, as [`crate::charge::PriceModel::id`] names them.
    pub charging_models: Vec<String>,
    /// What it can do.
    pub capabilities: Vec<CapabilityStatement>,
    /// What it never costs less for more of, each once; the suite holds it to that.
    pub monotone_in: Vec<MonotoneIn>,
}

/// What a requirement can ask for more of, everything else being the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MonotoneIn {
    /// People.
    Seats,
    /// Contacts.
    Demand,
    /// Stated quantities.
    Meters,
    /// Telephone numbers.
    Numbers,
}

impl MonotoneIn {
    /// Its name, which is that of the requirement's field.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Seats => "seats",
            Self::Demand => "demand",
            Self::Meters => "meters",
            Self::Numbers => "numbers",
        }
    }
}

/// A price sheet as of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// File name of the sheet.
    pub sheet_id: String,
    /// The day that it describes, as its page dates it.
    pub as_of: String,
    /// SHA-256 of the sheet, lower-case hexadecimal.
    pub sha256: String,
    /// The public pages that it was read from.
    pub uris: Vec<String>,
    /// The first day that it is valid on; `None`: since ever.
    pub valid_from: Option<Date>,
    /// The last day that it is valid on; `None`: until another one follows.
    pub valid_to: Option<Date>,
}

/// What an adapter answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Offers; 1 to 64.
    Offers(Vec<Offer>),
    /// None, and why.
    Decline(Decline),
}

impl Answer {
    /// These offers; none means that the requirement's selection leaves none.
    #[must_use]
    pub fn from_offers(offers: Vec<Offer>) -> Self {
        if offers.is_empty() {
            return Self::Decline(Decline {
                kind: DeclineKind::NoMatchingOffer,
                text: "no edition and purchase option is left by the selection".to_owned(),
                fields: vec!["selection".to_owned()],
            });
        }
        Self::Offers(offers)
    }
}

/// Most offers of an answer.
pub const MAX_OFFERS: usize = 64;

/// Why nothing is offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Decline {
    /// What kind.
    pub kind: DeclineKind,
    /// One sentence for a person.
    pub text: String,
    /// Paths in the requirement that are needed or in the way.
    pub fields: Vec<String>,
}

impl Decline {
    /// The decline for facts that the requirement must say.
    #[must_use]
    pub fn needs_input(text: impl Into<String>, fields: Vec<String>) -> Self {
        Self { kind: DeclineKind::NeedsInput, text: text.into(), fields }
    }

    /// The decline for the first chosen module that is not among `known`; `None` when all are.
    #[must_use]
    pub fn unknown_module<'a>(
        requirement: &Requirement,
        known: impl Iterator<Item = &'a str> + Clone,
    ) -> Option<Self> {
        let is_known = |id: &&String| known.clone().any(|known| known == *id);
        let id = requirement.selection.module_ids.iter().find(|id| !is_known(id))?;
        let known = known.clone().collect::<Vec<_>>().join(", ");
        let there_are =
            if known.is_empty() { "there are none".to_owned() } else { format!("there are: {known}") };
        Some(Self {
            kind: DeclineKind::NoMatchingOffer,
            text: format!("there is no module {id:?}; {there_are}"),
            fields: vec!["selection.module_ids".to_owned()],
        })
    }
}

/// A rule that counts only demand with these facts. What the requirement states of a meter needs no
/// channel or direction: the meter says what it is, and a stated quantity wins over all demand.
#[must_use]
pub fn of_demand(rule: MeteringRule, requirement: &Requirement, facts: &[(&str, &[&str])]) -> MeteringRule {
    let mut readings = requirement.meters.iter().filter(|reading| reading.meter_id == rule.meter_id);
    if readings.any(|reading| rule.accepts(&reading.attributes)) {
        return rule;
    }
    facts.iter().fold(rule, |rule, (key, values)| rule.matching(key, values))
}

/// What kind of decline it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclineKind {
    /// Nothing that is sold answers.
    NoMatchingOffer,
    /// Fields are missing.
    NeedsInput,
    /// The vendor wants to be asked.
    ContactSales,
}

/// A sheet cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {text}")]
pub struct OpenError {
    /// File, line and place.
    pub place: String,
    /// What was found and what was expected.
    pub text: String,
}

/// A fault of an adapter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct AdapterError {
    /// One sentence for an operator.
    pub text: String,
}

impl AdapterError {
    /// A fault.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

impl From<InvalidOffer> for AdapterError {
    fn from(error: InvalidOffer) -> Self {
        Self::new(error.to_string())
    }
}

/// Why [`VendorAdapter::quote`] has no quote.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QuoteError {
    /// The vendor has no offer.
    #[error(transparent)]
    Declined(#[from] Decline),
    /// The adapter failed.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// The kernel cannot price an offer.
    #[error(transparent)]
    Price(#[from] PriceError),
}
