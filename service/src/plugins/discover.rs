//! Which files are candidates: those that are named, and those in the directory whose names fit.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};

use super::config::PluginConfig;
use super::registry::LoadError;

/// What the name of a library in the directory has between the platform's prefix and its suffix.
const NAME_PREFIX: &str = "quotient_adapter_";

/// The candidates, each once, ordered by path.
pub(super) fn candidates(config: &PluginConfig) -> Result<Vec<PathBuf>, LoadError> {
    let mut paths = config.files.clone();
    if let Some(directory) = &config.directory {
        let unreadable = |source| LoadError::Directory { path: directory.clone(), source };
        for entry in fs::read_dir(directory).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if has_plugin_name(&path) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.dedup();
    let max = config.limits.libraries_max;
    if paths.len() > max {
        return Err(LoadError::TooMany { found: paths.len(), max });
    }
    Ok(paths)
}

fn has_plugin_name(path: &Path) -> bool {
    let vendor = path
        .file_name()
        .and_then(|name| name.to_str())
        .and_then(|name| name.strip_prefix(DLL_PREFIX))
        .and_then(|name| name.strip_prefix(NAME_PREFIX))
        .and_then(|name| name.strip_suffix(DLL_SUFFIX));
    let is_name_byte = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    vendor.is_some_and(|vendor| !vendor.is_empty() && vendor.bytes().all(is_name_byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exact_names_of_the_directory_are_candidates_and_paths_come_once_in_order() {
        let directory = tempfile::tempdir().unwrap();
        let name = |vendor: &str| format!("{DLL_PREFIX}{NAME_PREFIX}{vendor}{DLL_SUFFIX}");
        for file in
            [&name("zeta"), &name("acme_2"), &name(""), &name("a.b"), &name("Acme"), "libother.so", "x"]
        {
            fs::write(directory.path().join(file), "").unwrap();
        }
        let mut config = PluginConfig::new("unused");
        config.directory = Some(directory.path().into());
        config.files = vec![directory.path().join(name("zeta"))];
        let found = candidates(&config).unwrap();
        assert_eq!(found, [directory.path().join(name("acme_2")), directory.path().join(name("zeta"))]);

        config.limits.libraries_max = 1;
        let error = candidates(&config).unwrap_err().to_string();
        assert_eq!(error, "found 2 plugin libraries, expected 1 or fewer");
    }

    #[test]
    fn a_directory_that_is_not_there_is_named() {
        let mut config = PluginConfig::new("unused");
        config.directory = Some("/nonexistent/plugins".into());
        assert!(candidates(&config).unwrap_err().to_string().contains("/nonexistent/plugins"));
    }
}
