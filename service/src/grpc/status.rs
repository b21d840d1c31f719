//! The one place where a failure becomes a status code.

use quotient_plugin_api::adapter::DeclineKind;
use quotient_proto::v1::ErrorReason;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::quoting::{Failure, Refused};

/// The domain of all reasons.
pub const DOMAIN: &str = "quotient";

/// The status of a failure, with its reason and what can be done about it.
#[must_use]
pub fn status(failure: &Failure) -> Status {
    let text = failure.to_string();
    match failure {
        Failure::InvalidRequirement(invalid) => {
            let mut details = reason(ErrorReason::InvalidRequirement);
            for violation in &invalid.0 {
                details.add_bad_request_violation(&violation.path, &violation.rule);
            }
            let count = invalid.0.len();
            let text = format!("the request breaks {count} rule(s); the details name all of them");
            Status::with_error_details(Code::InvalidArgument, text, details)
        }
        Failure::UnknownProduct { product_id } => {
            let mut details = reason(ErrorReason::UnknownProduct);
            details.set_resource_info("quotient.v1.Product", product_id, "", "not in the catalog");
            Status::with_error_details(Code::NotFound, text, details)
        }
        Failure::UnknownVendor { vendor_id } => {
            let mut details = reason(ErrorReason::UnknownVendor);
            details.set_resource_info("quotient.v1.Vendor", vendor_id, "", "not in the catalog");
            Status::with_error_details(Code::NotFound, text, details)
        }
        Failure::Refused(refused) => refusal(refused, text),
        Failure::Internal => internal(),
    }
}

fn refusal(refused: &Refused, text: String) -> Status {
    match refused {
        Refused::Declined(decline) => {
            let mut details = reason(match decline.kind {
                DeclineKind::NoMatchingOffer => ErrorReason::NoMatchingOffer,
                DeclineKind::NeedsInput => ErrorReason::NeedsInput,
                DeclineKind::ContactSales => ErrorReason::ContactSales,
            });
            for field in &decline.fields {
                details.add_precondition_failure_violation("REQUIREMENT", field, &decline.text);
            }
            Status::with_error_details(Code::FailedPrecondition, text, details)
        }
        Refused::TimedOut => {
            Status::with_error_details(Code::DeadlineExceeded, text, reason(ErrorReason::TimedOut))
        }
        Refused::Overloaded => overloaded(text),
        Refused::AdapterFailed => {
            Status::with_error_details(Code::Unavailable, text, reason(ErrorReason::AdapterFailed))
        }
    }
}

/// Too many calls at once.
pub(crate) fn overloaded(text: impl Into<String>) -> Status {
    let mut details = reason(ErrorReason::Overloaded);
    details.set_retry_info(Some(std::time::Duration::from_millis(200)));
    Status::with_error_details(Code::ResourceExhausted, text, details)
}

/// A fault of ours: it is in the log, and nothing of it is shown.
pub(crate) fn internal() -> Status {
    Status::with_error_details(Code::Internal, "internal error", reason(ErrorReason::Internal))
}

fn reason(reason: ErrorReason) -> ErrorDetails {
    let name = reason.as_str_name().trim_start_matches("ERROR_REASON_");
    let mut details = ErrorDetails::new();
    details.set_error_info(name, DOMAIN, std::collections::HashMap::<String, String>::new());
    details
}

#[cfg(test)]
mod tests {
    use quotient_plugin_api::wire::{InvalidRequirement, Violation};

    use super::*;

    #[test]
    fn every_violation_is_in_the_details() {
        let violation = |path: &str| Violation { path: path.to_owned(), rule: "found nothing".to_owned() };
        let failure =
            Failure::from(InvalidRequirement(vec![violation("seats"), violation("demand[1].contacts")]));
        let status = status(&failure);
        assert_eq!(status.code(), Code::InvalidArgument);
        let details = status.get_error_details();
        assert_eq!(details.error_info().unwrap().reason, "INVALID_REQUIREMENT");
        let fields: Vec<_> =
            details.bad_request().unwrap().field_violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(fields, ["seats", "demand[1].contacts"]);
    }
}
