//! The suite that every adapter must pass, behind the feature `conformance`: from the author's own tests through
//! [`crate::conformance!`], and from outside over a built library. It speaks bytes through the table, as a host does.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use crate::abi::Status;

pub use self::asked::Asked;
pub use self::golden::{Bounds, Golden};
pub use crate::export::harness::InProcess;

mod answers;
pub mod asked;
mod checks;
mod golden;

/// What a slot answered instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("status {} ({}): {text}", status.raw(), status.name())]
pub struct Fault {
    /// The status.
    pub status: Status,
    /// One sentence of the plugin's, with its place.
    pub text: String,
}

/// A library behind its table. What `remaining_ns` says is the time to the deadline.
pub trait Subject: Send + Sync + 'static {
    /// A product that it has opened.
    type Instance: Send + Sync + 'static;

    /// The flags that it states.
    fn flags(&self) -> u32;

    /// Slot `describe`.
    ///
    /// # Errors
    /// The status, if it is not 0.
    fn describe(&self) -> Result<Vec<u8>, Fault>;

    /// Slot `create`.
    ///
    /// # Errors
    /// As for [`Subject::describe`].
    fn create(&self, config: &[u8], deadline: Instant) -> Result<Self::Instance, Fault>;

    /// Slot `catalog`.
    ///
    /// # Errors
    /// As for [`Subject::describe`].
    fn catalog(&self, instance: &Self::Instance, deadline: Instant) -> Result<Vec<u8>, Fault>;

    /// Slot `offers`.
    ///
    /// # Errors
    /// As for [`Subject::describe`].
    fn offers(&self, instance: &Self::Instance, request: &[u8], deadline: Instant) -> Result<Vec<u8>, Fault>;

    /// Slot `self_test`; `None` where there is none.
    fn self_test(&self, instance: &Self::Instance, deadline: Instant) -> Option<Result<Vec<u8>, Fault>>;
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The product, or `library`.
    pub about: String,
    /// What was looked at.
    pub name: String,
    /// What was found, or what is wrong.
    pub result: Result<String, String>,
}

/// All that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report(pub Vec<Check>);

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn passed(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|check| check.result.is_ok())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Check { about, name, result } in &self.0 {
            match result {
                Ok(found) => writeln!(f, "pass {about}: {name}: {found}")?,
                Err(wrong) => writeln!(f, "FAIL {about}: {name}: {wrong}")?,
            }
        }
        Ok(())
    }
}

/// Looks at everything: each product is asked each requirement.
#[must_use]
pub fn run<S: Subject>(subject: S, asked: &[Asked], goldens: &[Golden]) -> Report {
    checks::all(&Arc::new(subject), &Arc::from(asked), goldens)
}

/// The whole suite as one test: `conformance!(MyAdapter);`, or with the quotes of a folder of the crate
/// `conformance!(MyAdapter, "golden");`. The crate's dev-dependency on this one has the feature `conformance`.
#[macro_export]
macro_rules! conformance {
    ($adapter:ty) => {
        $crate::conformance!(@ $adapter, Ok(Vec::new()));
    };
    ($adapter:ty, $folder:literal) => {
        $crate::conformance!(@ $adapter, $crate::conformance::Golden::read(::std::path::Path::new(
            concat!(env!("CARGO_MANIFEST_DIR"), "/", $folder)
        )));
    };
    (@ $adapter:ty, $goldens:expr) => {
        #[test]
        fn conforms() {
            let goldens: ::std::result::Result<_, ::std::string::String> = $goldens;
            assert_eq!(goldens.as_ref().err(), None);
            let goldens = goldens.unwrap_or_default();
            let subject = $crate::conformance::InProcess::<$adapter>::new();
            let asked = $crate::conformance::asked::standard();
            let report = $crate::conformance::run(subject, &asked, &goldens);
            assert!(report.passed(), "\n{report}");
        }
    };
}
