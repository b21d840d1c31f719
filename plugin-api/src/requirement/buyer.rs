//! Who buys, and what is wished for beside quantities.

use iso_currency::Currency;
use rust_decimal::Decimal;

/// An amount of money that a buyer states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatedMoney {
    /// Its currency.
    pub currency: Currency,
    /// The amount.
    pub amount: Decimal,
}

/// The company that buys; what is `None` is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Buyer {
    /// ISO 3166-1 alpha-2 code of the country that it buys in.
    pub region: Option<String>,
    /// Its industry.
    pub industry: Option<String>,
    /// People who work for it.
    pub employees: Option<u32>,
    /// What it earns in a year.
    pub annual_revenue: Option<StatedMoney>,
    /// Whether it has people of its own to run the system.
    pub has_operations_team: Option<bool>,
    /// Whether it is new to each vendor.
    pub new_customer: Option<bool>,
    /// Through whom it buys.
    pub sales_channel: Option<String>,
}

/// How much a capability counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CapabilityGrade {
    /// Without it the buyer does not buy.
    Must,
    /// A bonus.
    Nice,
    /// Not needed.
    Redundant,
}

/// A capability that the buyer needs, likes, or does not need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapabilityNeed {
    /// Id in the capability list.
    pub capability_id: String,
    /// How much it counts.
    pub grade: CapabilityGrade,
    /// Weight among the bonuses.
    pub weight: Decimal,
}

/// How the vendor must serve; what is `None` may be anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SupportNeed {
    /// Hours in a week, 1 to 168.
    pub weekly_hours: Option<u32>,
    /// Least availability as a fraction.
    pub min_availability: Option<Decimal>,
    /// Most minutes until support responds.
    pub response_minutes: Option<u32>,
}

/// For which time a budget is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetPeriod {
    /// All months of the horizon.
    Horizon,
    /// Each year.
    Year,
    /// Each month.
    Month,
}

/// What may be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// The amount, above 0.
    pub amount: StatedMoney,
    /// For which time.
    pub period: BudgetPeriod,
}

/// Whether amounts hold taxes on sales.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TaxBasis {
    /// Without them.
    #[default]
    Net,
    /// With them.
    Gross,
}

/// What is wished for beside quantities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Capabilities, each once.
    pub capabilities: Vec<CapabilityNeed>,
    /// How the vendor must serve.
    pub support: SupportNeed,
    /// What may be spent.
    pub budget: Option<Budget>,
    /// Whether a comparison's amounts hold taxes on sales.
    pub tax_basis: TaxBasis,
    /// People who must be trained; `None`: all seats of the first month.
    pub trainees: Option<u32>,
}
