//! What `offers` is given.

use prost::Message as _;
use quotient_proto::{plugin_v1, v1};

use super::{WireError, requirement_from_wire};
use crate::adapter::KERNEL_LEVEL;
use crate::requirement::Requirement;

/// The request for a resolved requirement.
#[must_use]
pub fn request_to_wire(requirement: v1::Requirement) -> plugin_v1::OffersRequest {
    plugin_v1::OffersRequest { level: level(&requirement), requirement: Some(requirement) }
}

/// The highest level of the fields that are set: level 1 is all there is.
const fn level(_requirement: &v1::Requirement) -> u32 {
    1
}

/// The requirement of an encoded request.
///
/// # Errors
/// [`WireError`] for bytes that are no request, a level above [`KERNEL_LEVEL`] and a requirement that
/// breaks a rule.
pub fn request_from_wire(bytes: &[u8]) -> Result<Requirement, WireError> {
    let request = plugin_v1::OffersRequest::decode(bytes)?;
    check_level(request.level)?;
    let requirement = request.requirement.unwrap_or_default();
    Ok(requirement_from_wire(&requirement)?)
}

/// The other side may be older or newer; what it sends must not need more than this side knows.
pub(super) fn check_level(found: u32) -> Result<(), WireError> {
    if (1..=KERNEL_LEVEL).contains(&found) {
        return Ok(());
    }
    Err(WireError::Malformed(format!("found the level {found}, expected 1 to {KERNEL_LEVEL}")))
}
