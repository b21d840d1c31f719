//! The operator's own price sheets: a directory that adds to the products that a plugin bundles, and overrides
//! them. It is read again while the service runs; a sheet is never changed in place, a new one is a new instance.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use quotient_plugin_api::document::MAX_BYTES;
use quotient_proto::plugin_v1::{ProductTimeline, Sheet};

use super::call::{Instance, Shared};
use super::config::{PluginConfig, SheetDirectory};
use super::opening::on_own_thread;
use super::product::{config as instance_config, is_id, open_product};
use super::refusal::Refusal;
use super::registry::{LoadError, Registry, Snapshot};

/// Sheets of the operator that are not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedSheet {
    /// The product that they are of, as their file is named.
    pub product_id: String,
    /// The file and place, what was found and what was expected.
    pub reason: String,
}

/// What stood in the directory when it was read: for each product its sheets, or why they cannot be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SheetFiles(BTreeMap<String, Result<Vec<Sheet>, String>>);

impl SheetFiles {
    /// Reads the directory; without one there is nothing. Files whose names do not end in `.toml`, and those
    /// that begin with a dot, are passed over.
    pub(super) fn read(config: &PluginConfig) -> Result<Self, LoadError> {
        let Some(SheetDirectory { directory, .. }) = &config.sheets else { return Ok(Self::default()) };
        let unlisted = |source| LoadError::Sheets { path: directory.clone(), source };
        let mut paths = Vec::new();
        for entry in fs::read_dir(directory).map_err(unlisted)? {
            let path = entry.map_err(unlisted)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.ends_with(".toml") && !name.starts_with('.') {
                paths.push(path);
            }
        }
        let max = config.limits.sheets_max;
        if paths.len() > max {
            return Err(LoadError::TooManySheets { path: directory.clone(), max });
        }
        paths.sort();
        let mut products = BTreeMap::<String, Result<Vec<Sheet>, String>>::new();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let product = products.entry(product_id(&name).to_owned()).or_insert_with(|| Ok(Vec::new()));
            match (read_file(&path), product) {
                (Ok(content), Ok(sheets)) => sheets.push(Sheet { name, content }),
                (Err(error), product) => *product = Err(format!("{}: {error}", path.display())),
                (Ok(_), Err(_)) => {}
            }
        }
        Ok(Self(products))
    }
}

/// The product that a file is named after: up to `.toml`, or up to an `@` and the name of a revision.
fn product_id(file_name: &str) -> &str {
    let stem = file_name.strip_suffix(".toml").unwrap_or(file_name);
    stem.split_once('@').map_or(stem, |(product, _revision)| product)
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    match bytes.len() > MAX_BYTES {
        true => Err(io::Error::other(format!("found more than {MAX_BYTES} bytes"))),
        false => Ok(bytes),
    }
}

/// Completes a snapshot that has its libraries: all products as bundled, but for those of the sheets. A product
/// whose sheets are not used keeps what it had `before`, if that is of the same library.
pub(super) fn apply(snapshot: &mut Snapshot, files: SheetFiles, before: &Snapshot, config: &PluginConfig) {
    snapshot.products.clone_from(&snapshot.bundled);
    let Some(from) = &config.sheets else { return };
    let shared = snapshot.bundled.values().map(|instance| instance.shared());
    let shared = shared.into_iter().find(|shared| shared.info.id == from.plugin_id).map(Arc::clone);
    for (product_id, sheets) in &files.0 {
        let earlier = before.products.get(product_id);
        let made = sheets
            .clone()
            .and_then(|sheets| make(product_id, sheets, shared.as_ref(), snapshot, earlier, config));
        let instance = match made {
            Ok(instance) => Some(instance),
            Err(reason) => {
                let refused = RefusedSheet { product_id: product_id.clone(), reason };
                // The directory is read again and again; what was told is not told again.
                if !before.refused_sheets.contains(&refused) {
                    let reason = refused.reason.as_str();
                    tracing::error!(product = product_id, reason, "sheet refused");
                }
                snapshot.refused_sheets.push(refused);
                let may_stay = |one: &&Arc<Instance>| {
                    shared.as_ref().is_some_and(|shared| Arc::ptr_eq(one.shared(), shared))
                };
                earlier.filter(may_stay).map(Arc::clone)
            }
        };
        if let Some(instance) = instance {
            snapshot.products.insert(product_id.clone(), instance);
        }
    }
    for (product_id, instance) in &snapshot.products {
        if before.products.get(product_id).is_none_or(|earlier| !Arc::ptr_eq(earlier, instance)) {
            let names = instance.catalog().revisions.iter().map(|sheet| sheet.sheet_id.as_str());
            tracing::debug!(
                product = product_id,
                sheets = names.collect::<Vec<_>>().join(", "),
                "product opened"
            );
        }
    }
    snapshot.sheet_files = files;
}

/// The instance of a product with the operator's sheets beside the bundled ones: the earlier one if it is made of
/// the same, or a new one that was created and tested.
fn make(
    product_id: &str,
    mut sheets: Vec<Sheet>,
    shared: Option<&Arc<Shared>>,
    snapshot: &Snapshot,
    earlier: Option<&Arc<Instance>>,
    config: &PluginConfig,
) -> Result<Arc<Instance>, String> {
    let directory = config.sheets.as_ref().map(|from| from.directory.clone()).unwrap_or_default();
    let place = match sheets.as_slice() {
        [only] => directory.join(&only.name),
        _ => directory,
    };
    if !is_id(product_id) {
        let expected = "expected the id of its product, 1 to 64 of a-z, 0-9 and `-`, then `.toml` or `@`";
        return Err(format!("{}: found the file name {product_id:?}, {expected}", place.display()));
    }
    let Some(shared) = shared else {
        let plugin = config.sheets.as_ref().map(|from| from.plugin_id.as_str()).unwrap_or_default();
        return Err(format!("{}: found no plugin {plugin:?} that reads it", place.display()));
    };
    if let Some(other) = snapshot.bundled.get(product_id).filter(|other| !Arc::ptr_eq(other.shared(), shared))
    {
        let (id, other) = (product_id.to_owned(), other.plugin().path.clone());
        return Err(Refusal::SameProduct { id, other }.to_string());
    }
    let bundled = shared.bundled.iter().filter(|bundled| bundled.product_id == product_id);
    for sheet in bundled.flat_map(|bundled| &bundled.sheets) {
        if sheets.iter().all(|own| own.name != sheet.name) {
            sheets.push(sheet.clone());
        }
    }
    sheets.sort_by(|one, other| one.name.cmp(&other.name));
    let timeline = ProductTimeline { product_id: product_id.to_owned(), sheets };
    let same = |earlier: &&Arc<Instance>| earlier.is_made_of(shared, &instance_config(timeline.clone()));
    if let Some(earlier) = earlier.filter(same) {
        return Ok(Arc::clone(earlier));
    }
    let max = config.limits.load_time_max;
    let (path, shared) = (place.clone(), Arc::clone(shared));
    let open = move || open_product(&path, &shared, timeline, Instant::now().checked_add(max));
    on_own_thread(&place, max, open).map_err(|refusal| refusal.to_string())
}

/// Looks for changes of the directory. Time is its caller's: each look is a tick of whatever clock.
#[derive(Debug)]
pub struct SheetWatch {
    config: PluginConfig,
    seen: Option<SheetFiles>,
}

impl SheetWatch {
    /// A watch over the directory of this configuration.
    #[must_use]
    pub const fn new(config: PluginConfig) -> Self {
        Self { config, seen: None }
    }

    /// Reads the directory, and uses it if it is not what is in use and has not changed since the last look: a file
    /// that is being written may be read half, and half a sheet may be a sheet. Says whether it was used. Blocks.
    ///
    /// # Errors
    /// [`LoadError`] when the directory cannot be listed; what is in use stays.
    pub fn look(&mut self, registry: &Registry) -> Result<bool, LoadError> {
        let files = SheetFiles::read(&self.config)?;
        let is_new = files != registry.snapshot().sheet_files;
        if is_new && self.seen.as_ref() == Some(&files) {
            self.seen = None;
            registry.use_sheets(files, &self.config);
            return Ok(true);
        }
        self.seen = Some(files);
        Ok(false)
    }
}
