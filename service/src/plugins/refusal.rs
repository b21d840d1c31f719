//! Why a library is refused, each with the file, what was found and what was expected.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use prost::DecodeError;

use super::files::FileError;
use super::library::{Fault, OpenError};
use super::verify::Unfit;

/// Why a library is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{path}: {source}")]
    Unfit { path: PathBuf, source: Unfit },
    #[error("{path}: found SHA-256 {found}, which the allow-list does not have")]
    NotAllowed { path: PathBuf, found: String },
    #[error("{path}: {source}")]
    Open { path: PathBuf, source: OpenError },
    #[error("{path}: `{slot}` {source}")]
    Slot { path: PathBuf, slot: &'static str, source: Fault },
    #[error("{path}: what `{slot}` answered cannot be read: {source}")]
    Decode { path: PathBuf, slot: &'static str, source: DecodeError },
    #[error("{path}: found {what} {found}, expected {expected}")]
    Value { path: PathBuf, what: &'static str, found: String, expected: String },
    #[error("{path}: the self-test of `{product}` failed: {text}")]
    SelfTest { path: PathBuf, product: String, text: String },
    #[error("{path}: did not load within {} s", .max.as_secs_f32())]
    Late { path: PathBuf, max: Duration },
    #[error("{path}: no thread for it: {source}")]
    Thread { path: PathBuf, source: io::Error },
    #[error("found plugin id `{id}`, which {other} has already; expected each id once")]
    SamePlugin { id: String, other: PathBuf },
    #[error("found product id `{id}`, which {other} has already; expected each id once")]
    SameProduct { id: String, other: PathBuf },
}
