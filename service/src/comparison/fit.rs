//! What a product can do, against what the buyer must have, likes, and does not need.

use quotient_plugin_api::capability::CapabilityStatus;
use quotient_plugin_api::interval::{add, mul_div};
use quotient_plugin_api::quote::Quote;
use quotient_plugin_api::requirement::Requirement;
use quotient_plugin_api::requirement::buyer::CapabilityGrade;
use rust_decimal::Decimal;

/// How well a product's capabilities fit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fit {
    /// Must-haves that come with the offer.
    pub musts: Vec<String>,
    /// Must-haves that do not, or are not said to.
    pub missing_musts: Vec<String>,
    /// Bonuses that come with the offer.
    pub nice: Vec<String>,
    /// Weights of these over the weights of all bonuses, from 0 to 1; `None` without bonuses.
    pub nice_share: Option<Decimal>,
    /// What comes with the offer and is not needed.
    pub redundant: Vec<String>,
}

/// How well a quote fits a requirement.
pub(super) fn fit(requirement: &Requirement, quote: &Quote) -> Fit {
    let mut fit = Fit::default();
    let (mut all, mut brought) = (Decimal::ZERO, Decimal::ZERO);
    for (need, part) in requirement.wishes.capabilities.iter().zip(&quote.capabilities) {
        let has = matches!(part.status, Some(CapabilityStatus::Included | CapabilityStatus::AddOn));
        let id = || need.capability_id.clone();
        match need.grade {
            CapabilityGrade::Must if has => fit.musts.push(id()),
            CapabilityGrade::Must => fit.missing_musts.push(id()),
            CapabilityGrade::Nice => {
                all = add(all, need.weight).unwrap_or(all);
                if has {
                    brought = add(brought, need.weight).unwrap_or(brought);
                    fit.nice.push(id());
                }
            }
            CapabilityGrade::Redundant if has => fit.redundant.push(id()),
            CapabilityGrade::Redundant => {}
        }
    }
    fit.nice_share = (!all.is_zero()).then(|| mul_div(brought, Decimal::ONE, all).unwrap_or_default());
    fit
}
