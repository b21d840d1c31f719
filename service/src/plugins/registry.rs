//! What is loaded: an immutable snapshot of instances by product, swapped as a whole.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use super::call::{Instance, PluginInfo};
use super::config::PluginConfig;
use super::discover::candidates;
use super::opening::load_one;
use super::refusal::Refusal;
use super::sheets::{self, RefusedSheet, SheetFiles};
use super::store::Store;

/// Why no plugin could be loaded at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The directory of plugins cannot be listed.
    #[error("{path}: cannot list the directory of plugins: {source}")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The directory of sheets cannot be listed.
    #[error("{path}: cannot list the directory of sheets: {source}")]
    Sheets {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// More sheets than there may be.
    #[error("{path}: found more than {max} sheets, expected {max} or fewer")]
    TooManySheets {
        /// The directory.
        path: PathBuf,
        /// How many there may be.
        max: usize,
    },
    /// The directory of private copies cannot be used.
    #[error("the directory of private copies cannot be used: {0}")]
    State(String),
    /// More libraries than may be loaded.
    #[error("found {found} plugin libraries, expected {max} or fewer")]
    TooMany {
        /// How many there are.
        found: usize,
        /// How many there may be.
        max: usize,
    },
    /// This build cannot load any.
    #[error("plugins cannot be loaded on this platform yet; found {found}, expected Linux with glibc")]
    Platform {
        /// The platform.
        found: &'static str,
    },
}

/// A library that was not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The file.
    pub path: PathBuf,
    /// Why, in a sentence that names what was found and what was expected.
    pub reason: String,
}

/// All that is loaded at one time. It never changes.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub(super) products: BTreeMap<String, Arc<Instance>>,
    /// The same without the operator's sheets.
    pub(super) bundled: BTreeMap<String, Arc<Instance>>,
    plugins: Vec<Arc<PluginInfo>>,
    refused: Vec<Refused>,
    /// The operator's sheets that it was made of.
    pub(super) sheet_files: SheetFiles,
    pub(super) refused_sheets: Vec<RefusedSheet>,
}

impl Snapshot {
    /// The instance of a product.
    pub fn product(&self, product_id: &str) -> Option<Arc<Instance>> {
        self.products.get(product_id).map(Arc::clone)
    }

    /// All instances, ordered by product id.
    pub fn products(&self) -> impl ExactSizeIterator<Item = &Arc<Instance>> {
        self.products.values()
    }

    /// The libraries that were loaded, ordered by path.
    pub fn plugins(&self) -> &[Arc<PluginInfo>] {
        &self.plugins
    }

    /// The libraries that were not, ordered by path.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// What the operator's sheets say that cannot be used, ordered by product id. The product goes on with what
    /// it had before.
    pub fn refused_sheets(&self) -> &[RefusedSheet] {
        &self.refused_sheets
    }

    /// Adds a library, unless it brings an id that is there already.
    fn add(&mut self, loaded: Vec<Arc<Instance>>) -> Result<(), Refusal> {
        let Some(info) = loaded.first().map(|instance| Arc::clone(instance.plugin())) else { return Ok(()) };
        if let Some(other) = self.plugins.iter().find(|other| other.id == info.id) {
            return Err(Refusal::SamePlugin { id: info.id.clone(), other: other.path.clone() });
        }
        for instance in &loaded {
            if let Some(other) = self.bundled.get(instance.product_id()) {
                let id = instance.product_id().to_owned();
                return Err(Refusal::SameProduct { id, other: other.plugin().path.clone() });
            }
        }
        self.plugins.push(info);
        self.bundled.extend(loaded.into_iter().map(|instance| (instance.product_id().to_owned(), instance)));
        Ok(())
    }

    /// The instances of the library that was loaded from this file, if they may stay.
    fn still_allowed(&self, path: &Path, config: &PluginConfig) -> Vec<Arc<Instance>> {
        let may_stay = |info: &PluginInfo| info.path == path && config.allows(&info.id, &info.sha256);
        self.bundled.values().filter(|instance| may_stay(instance.plugin())).map(Arc::clone).collect()
    }

    /// The instances of a library that was loaded from this file with this content.
    pub(super) fn loaded_from(&self, path: &Path, sha256: &str) -> Vec<Arc<Instance>> {
        let is_same = |info: &PluginInfo| info.path == path && info.sha256 == sha256;
        self.bundled.values().filter(|instance| is_same(instance.plugin())).map(Arc::clone).collect()
    }
}

/// The plugins of this process.
#[derive(Debug)]
pub struct Registry {
    snapshot: ArcSwap<Snapshot>,
    /// Held while a snapshot is made, so that none is made of one that is gone.
    change: Mutex<()>,
}

impl Registry {
    /// Loads all plugins. One that is bad is refused with its reason, and the others load. Blocks.
    ///
    /// # Errors
    /// [`LoadError`] when none could be looked at.
    pub fn load(config: &PluginConfig) -> Result<Self, LoadError> {
        let snapshot = load_all(config, &Snapshot::default())?;
        Ok(Self { snapshot: ArcSwap::from_pointee(snapshot), change: Mutex::new(()) })
    }

    /// Loads all plugins again and swaps them in. A file that has not changed keeps its instances, and so
    /// does one that is refused now, as long as the allow-list has what was loaded from it. Calls that
    /// are running end with the instances that they began with. Blocks.
    ///
    /// # Errors
    /// [`LoadError`] when none could be looked at; what was loaded stays.
    pub fn reload(&self, config: &PluginConfig) -> Result<(), LoadError> {
        let _alone = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        let snapshot = load_all(config, &self.snapshot.load())?;
        self.snapshot.store(Arc::new(snapshot));
        Ok(())
    }

    /// Makes the products of these sheets and swaps them in; the libraries stay as they are. Blocks.
    pub(super) fn use_sheets(&self, files: SheetFiles, config: &PluginConfig) {
        let _alone = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.snapshot.load_full();
        let mut snapshot = Snapshot {
            bundled: before.bundled.clone(),
            plugins: before.plugins.clone(),
            refused: before.refused.clone(),
            ..Snapshot::default()
        };
        sheets::apply(&mut snapshot, files, &before, config);
        self.snapshot.store(Arc::new(snapshot));
    }

    /// What is loaded now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }
}

fn load_all(config: &PluginConfig, before: &Snapshot) -> Result<Snapshot, LoadError> {
    let paths = candidates(config)?;
    let files = SheetFiles::read(config)?;
    let mut snapshot = Snapshot::default();
    if paths.is_empty() {
        sheets::apply(&mut snapshot, files, before, config);
        return Ok(snapshot);
    }
    if !cfg!(all(target_os = "linux", target_env = "gnu")) {
        return Err(LoadError::Platform { found: std::env::consts::OS });
    }
    let store = Store::open(&config.state_dir).map_err(|error| LoadError::State(error.to_string()))?;
    if config.dev {
        tracing::warn!(
            "plugins are loaded in development mode: neither owners nor the allow-list are checked"
        );
    }
    for path in paths {
        match load_one(&path, config, &store, before).and_then(|loaded| snapshot.add(loaded)) {
            Ok(()) => tracing::info!(path = %path.display(), "plugin loaded"),
            Err(refusal) => {
                let reason = refusal.to_string();
                tracing::error!(path = %path.display(), reason, "plugin refused");
                if snapshot.add(before.still_allowed(&path, config)).is_err() {
                    tracing::error!(path = %path.display(), "what was loaded before cannot stay: its ids are taken");
                }
                snapshot.refused.push(Refused { path, reason });
            }
        }
    }
    sheets::apply(&mut snapshot, files, before, config);
    Ok(snapshot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_plugin_is_no_error_and_touches_nothing() {
        let registry = Registry::load(&PluginConfig::new("/nonexistent/state")).unwrap();
        assert_eq!(registry.snapshot().products().len(), 0);
        assert!(registry.snapshot().product("any").is_none());
        assert!(!Path::new("/nonexistent/state").exists());
    }
}
