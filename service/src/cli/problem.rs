//! Why a command failed, said to a person.

use std::fmt::Write as _;

use tonic::Status;
use tonic_types::StatusExt as _;

use crate::config::ConfigError;
use crate::json::JsonError;
use crate::plugins::LoadError;
use crate::requirement_file::RequirementFileError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Plugins(#[from] LoadError),
    #[error(transparent)]
    Requirement(#[from] RequirementFileError),
    #[error(transparent)]
    Json(#[from] JsonError),
    #[error(transparent)]
    Write(#[from] std::io::Error),
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error("{file}: {cause}")]
    Page { file: String, cause: std::io::Error },
    #[error(
        "no product can be quoted: found no adapter that loads, expected some beside the program or in --adapters"
    )]
    NoProducts,
    #[error("{file}: {cause}; expected a quotient.v1.CompareResponse, as --format json prints it")]
    Answer { file: String, cause: String },
    #[error("--language: expected --html or --format markdown beside it")]
    IdleLanguage,
    #[error("--server {0}: expected a URL such as http://127.0.0.1:50051")]
    Url(String),
    #[error("{server}: {}", with_causes(.cause))]
    Server { server: String, cause: tonic::transport::Error },
    #[error("{0}")]
    Charge(String),
    #[error("{0}")]
    Sheet(String),
    #[error("{0}")]
    Adapter(String),
    #[error("{0} does not conform")]
    DoesNotConform(String),
    #[error("{}", told(.0))]
    Call(Box<Status>),
}

impl From<Status> for Problem {
    fn from(status: Status) -> Self {
        Self::Call(Box::new(status))
    }
}

/// An error and what lies behind it: by itself a transport error does not say what went wrong.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let told = error.to_string();
        if !text.ends_with(&told) {
            text.push_str(": ");
            text.push_str(&told);
        }
        cause = error.source();
    }
    text
}

/// The message of a status, and each detail on a line of its own.
fn told(status: &Status) -> String {
    let mut text = status.message().to_owned();
    let details = status.get_error_details();
    for violation in details.bad_request().iter().flat_map(|bad| &bad.field_violations) {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {}: {}", violation.field, violation.description);
    }
    // Only an answer that waits for input asks for what it names.
    let waits = details.error_info().is_some_and(|info| info.reason == "NEEDS_INPUT");
    let label = if waits { "needs" } else { "because of" };
    let preconditions = details.precondition_failure();
    for violation in preconditions.iter().flat_map(|failure| &failure.violations) {
        let _ = write!(text, "\n  {label}: {}", violation.subject);
    }
    text
}
