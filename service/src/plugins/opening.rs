//! The road from a file to its instances, step by step.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use prost::Message;
use quotient_plugin_api::abi::{FLAG_PURE_CPU, QpNote};
use quotient_plugin_api::digest::sha256_hex;
use quotient_proto::plugin_v1::{Description, ProductTimeline};

use super::call::{CallMode, Instance, PluginInfo, Shared, Strikes};
use super::config::PluginConfig;
use super::files::{Owners, open_library};
use super::library::PluginLibrary;
use super::pool::Pool;
use super::product::{Checks, open_product, quoted};
use super::refusal::Refusal;
use super::registry::Snapshot;
use super::store::Store;
use super::verify::{inspect, read_capped};

/// Most bytes of a version.
const VERSION_BYTES_MAX: usize = 64;

/// The road of one file. Nothing of the library runs before its bytes were verified, and nothing but the
/// verified bytes is loaded.
pub(super) fn load_one(
    path: &Path,
    config: &PluginConfig,
    store: &Store,
    before: &Snapshot,
) -> Result<Vec<Arc<Instance>>, Refusal> {
    let unfit = |source| Refusal::Unfit { path: path.into(), source };
    let owners = if config.dev { Owners::Unchecked } else { Owners::Checked };
    let file = open_library(path, owners)?;
    let bytes = read_capped(file, config.limits.library_bytes_max).map_err(unfit)?;
    let sha256 = sha256_hex(&bytes);
    let allowed_id = allowed_id(path, config, &sha256)?;
    let same = before.loaded_from(path, &sha256);
    if !same.is_empty() {
        return Ok(same);
    }
    let note = inspect(&bytes).map_err(unfit)?;
    let copy = store.put(&sha256, &bytes)?;
    let opening = Opening { path: path.into(), copy, sha256, note, allowed_id, config: config.clone() };
    on_own_thread(path, config.limits.load_time_max, move || opening.run())
}

/// The id that the allow-list gives to this content; `None`: any.
fn allowed_id(path: &Path, config: &PluginConfig, sha256: &str) -> Result<Option<String>, Refusal> {
    let Some(allowed) = config.allowed.as_ref().filter(|_| !config.dev) else { return Ok(None) };
    match allowed.iter().find(|allowed| allowed.sha256 == sha256) {
        Some(allowed) => Ok(Some(allowed.plugin_id.clone())),
        None => Err(Refusal::NotAllowed { path: path.into(), found: sha256.into() }),
    }
}

/// Runs the steps that run foreign code on a thread, which is left behind if they take too long.
pub(super) fn on_own_thread<R: Send + 'static>(
    path: &Path,
    max: Duration,
    steps: impl FnOnce() -> Result<R, Refusal> + Send + 'static,
) -> Result<R, Refusal> {
    let (answer, answered) = channel();
    let named = thread::Builder::new().name("plugin-load".into());
    let span = tracing::Span::current();
    let thread = named.spawn(move || {
        // Nobody may wait any more.
        let _ = answer.send(span.in_scope(steps));
    });
    thread.map_err(|source| Refusal::Thread { path: path.into(), source })?;
    match answered.recv_timeout(max) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout | mpsc::RecvTimeoutError::Disconnected) => {
            Err(Refusal::Late { path: path.into(), max })
        }
    }
}

/// A verified library on its way to instances.
struct Opening {
    path: PathBuf,
    copy: PathBuf,
    sha256: String,
    note: QpNote,
    allowed_id: Option<String>,
    config: PluginConfig,
}

impl Opening {
    fn run(self) -> Result<Vec<Arc<Instance>>, Refusal> {
        let deadline = Instant::now().checked_add(self.config.limits.load_time_max);
        let file = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let library = PluginLibrary::open(&self.copy, &file, &self.note)
            .map_err(|source| Refusal::Open { path: self.path.clone(), source })?;
        let description = self.describe(library)?;
        library.set_plugin_id(&description.plugin_id);
        let shared = Arc::new(self.share(library, description)?);
        // Without sheets: the library opens those that it bundles.
        let bare = |product: &ProductTimeline| ProductTimeline {
            product_id: product.product_id.clone(),
            sheets: Vec::new(),
        };
        let open = |product| open_product(&self.path, &shared, bare(product), deadline);
        shared.bundled.iter().map(open).collect()
    }

    fn describe(&self, library: &PluginLibrary) -> Result<Description, Refusal> {
        let checks = Checks(&self.path);
        let bytes = library.describe().map_err(checks.slot("describe"))?;
        let description = Description::decode(&*bytes).map_err(checks.decode("describe"))?;
        checks.id("a plugin id", &description.plugin_id)?;
        if let Some(allowed) = self.allowed_id.as_ref().filter(|allowed| **allowed != description.plugin_id) {
            let expected = format!("`{allowed}`, as the allow-list says of this file");
            return Err(checks.value("plugin id", quoted(&description.plugin_id), expected));
        }
        if !is_version(&description.version) {
            return Err(checks.value("version", quoted(&description.version), "semver, such as 1.2.0"));
        }
        if description.kernel_level == 0 {
            return Err(checks.value("kernel level", 0, "1 or more"));
        }
        let (count, max) = (description.products.len(), self.config.limits.products_max);
        if count == 0 || count > max {
            return Err(checks.value("a number of products of", count, format!("1 to {max}")));
        }
        let mut ids = BTreeSet::new();
        for product in &description.products {
            checks.id("a product id", &product.product_id)?;
            if !ids.insert(&product.product_id) {
                return Err(checks.value("twice product id", quoted(&product.product_id), "each id once"));
            }
        }
        Ok(description)
    }

    fn share(&self, library: &'static PluginLibrary, description: Description) -> Result<Shared, Refusal> {
        let id = &description.plugin_id;
        let wanted = self.config.inline.covers(id);
        let call_mode = match library.flags() & FLAG_PURE_CPU != 0 {
            true if wanted => CallMode::Inline,
            false if wanted => {
                tracing::warn!(
                    plugin = id,
                    "the plugin does not state that it only computes; not called inline"
                );
                CallMode::Pool
            }
            _ => CallMode::Pool,
        };
        let pool = match call_mode {
            CallMode::Inline => None,
            CallMode::Pool => Some(
                Pool::start(id, &self.config.limits)
                    .map_err(|source| Refusal::Thread { path: self.path.clone(), source })?,
            ),
        };
        let info = Arc::new(PluginInfo {
            id: id.clone(),
            version: description.version.clone(),
            build: library.build(),
            sha256: self.sha256.clone(),
            path: self.path.clone(),
            call_mode,
            kernel_level: description.kernel_level,
        });
        Ok(Shared { info, library, strikes: Strikes::default(), pool, bundled: description.products })
    }
}

/// Three numbers, and whatever semver has after them.
fn is_version(text: &str) -> bool {
    let numbers = text.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= VERSION_BYTES_MAX
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && numbers.split('.').count() == 3
        && numbers.split('.').all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_three_numbers_and_what_follows() {
        for good in ["1.2.0", "0.0.1-rc.1", "1.0.0+build.5"] {
            assert!(is_version(good), "{good}");
        }
        for bad in ["", "1.2", "1.2.x", "1.2.3.4", "1.2.0 ", "v1.2.0", "1..0"] {
            assert!(!is_version(bad), "{bad}");
        }
    }

    #[test]
    fn steps_that_hang_are_left_behind() {
        let (release, released) = channel::<()>();
        let hang = move || {
            let _ = released.recv();
            Ok(())
        };
        let late = on_own_thread(Path::new("a.so"), Duration::from_millis(20), hang).unwrap_err();
        assert_eq!(late.to_string(), "a.so: did not load within 0.02 s");
        drop(release);
    }
}
