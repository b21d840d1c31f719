//! The requirements that come with the program, and those of files.

use std::path::Path;

pub use quotient_plugin_api::requirement_file::{RequirementFileError, parse, read_options};
use quotient_proto::v1;

/// The requirement that is used when none is named.
pub const BUNDLED: (&str, &str) =
    ("support-team-80.toml", include_str!("../requirements/support-team-80.toml"));

/// Buyers that come with the program, by file name and text.
pub const BUYERS: [(&str, &str); 4] = [
    ("shop-10.toml", include_str!("../requirements/shop-10.toml")),
    BUNDLED,
    ("shop-season-80.toml", include_str!("../requirements/shop-season-80.toml")),
    ("bank-1200.toml", include_str!("../requirements/bank-1200.toml")),
];

/// Reads a file; without one, the bundled requirement.
///
/// # Errors
/// [`RequirementFileError`] with file, line and column of everything that is wrong.
pub fn read(file: Option<&Path>) -> Result<v1::Requirement, RequirementFileError> {
    match file {
        Some(file) => quotient_plugin_api::requirement_file::read(file),
        None => parse(BUNDLED.0, BUNDLED.1.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_requirements_are_some() {
        assert!(read(None).is_ok());
        for (name, text) in BUYERS {
            assert!(parse(name, text.as_bytes()).is_ok(), "{name}");
        }
    }
}
