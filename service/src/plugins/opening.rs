//! The road from a file to its instances, step by step.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use prost::{DecodeError, Message};
use quotient_plugin_api::abi::{FLAG_PURE_CPU, QpNote};
use quotient_plugin_api::adapter::KERNEL_LEVEL;
use quotient_plugin_api::digest::sha256_hex;
use quotient_proto::plugin_v1::{Catalog, Description, Health, InstanceConfig, ProductTimeline};

use super::call::{CallMode, Instance, PluginInfo, Shared, Strikes};
use super::config::PluginConfig;
use super::files::{Owners, open_library};
use super::library::{Fault, OpenProduct, PluginLibrary, Running};
use super::log::clean;
use super::pool::Pool;
use super::refusal::Refusal;
use super::registry::Snapshot;
use super::store::Store;
use super::verify::{inspect, read_capped};

/// Most bytes of an id.
const ID_BYTES_MAX: usize = 64;
/// Most bytes of a version.
const VERSION_BYTES_MAX: usize = 64;
/// Most bytes of what a failed self-test says.
const SELF_TEST_TEXT_BYTES_MAX: usize = 1024;

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
fn on_own_thread<R: Send + 'static>(
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
        let shared = Arc::new(self.share(library, &description)?);
        let open = |product: ProductTimeline| self.open_product(&shared, product, deadline);
        description.products.into_iter().map(open).collect()
    }

    fn describe(&self, library: &PluginLibrary) -> Result<Description, Refusal> {
        let bytes = library.describe().map_err(self.slot("describe"))?;
        let description = Description::decode(&*bytes).map_err(self.decode("describe"))?;
        self.check_id("a plugin id", &description.plugin_id)?;
        if let Some(allowed) = self.allowed_id.as_ref().filter(|allowed| **allowed != description.plugin_id) {
            let expected = format!("`{allowed}`, as the allow-list says of this file");
            return Err(self.value("plugin id", quoted(&description.plugin_id), expected));
        }
        if !is_version(&description.version) {
            return Err(self.value("version", quoted(&description.version), "semver, such as 1.2.0"));
        }
        if description.kernel_level == 0 {
            return Err(self.value("kernel level", 0, "1 or more"));
        }
        let (count, max) = (description.products.len(), self.config.limits.products_max);
        if count == 0 || count > max {
            return Err(self.value("a number of products of", count, format!("1 to {max}")));
        }
        let mut ids = BTreeSet::new();
        for product in &description.products {
            self.check_id("a product id", &product.product_id)?;
            if !ids.insert(&product.product_id) {
                return Err(self.value("twice product id", quoted(&product.product_id), "each id once"));
            }
        }
        Ok(description)
    }

    fn share(&self, library: &'static PluginLibrary, description: &Description) -> Result<Shared, Refusal> {
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
        Ok(Shared { info, library, strikes: Strikes::default(), pool })
    }

    /// Creates, asks for the catalog, tests.
    fn open_product(
        &self,
        shared: &Arc<Shared>,
        product: ProductTimeline,
        deadline: Option<Instant>,
    ) -> Result<Arc<Instance>, Refusal> {
        // Without sheets: the library opens those that it bundles.
        let asked = ProductTimeline { product_id: product.product_id.clone(), sheets: Vec::new() };
        let config = InstanceConfig { kernel_level: KERNEL_LEVEL, product: Some(asked) }.encode_to_vec();
        let open = shared.library.create(&config, &Running::until(deadline)).map_err(self.slot("create"))?;
        let bytes = open.catalog(&Running::until(deadline)).map_err(self.slot("catalog"))?;
        let catalog = Catalog::decode(&*bytes).map_err(self.decode("catalog"))?;
        self.check_id("a vendor id", &catalog.vendor_id)?;
        if catalog.product_id != product.product_id {
            let expected = format!("that of `{}`, as it was asked", product.product_id);
            return Err(self.value("the catalog of product", quoted(&catalog.product_id), expected));
        }
        self.self_test(&open, &product.product_id, deadline)?;
        Ok(Arc::new(Instance::new(Arc::clone(shared), catalog, config, open)))
    }

    fn self_test(&self, open: &OpenProduct, product: &str, deadline: Option<Instant>) -> Result<(), Refusal> {
        let Some(tested) = open.self_test(&Running::self_test_until(deadline)) else { return Ok(()) };
        let failed = |text| Refusal::SelfTest { path: self.path.clone(), product: product.into(), text };
        let bytes = tested.map_err(|fault| failed(fault.to_string()))?;
        let health = Health::decode(&*bytes).map_err(self.decode("self_test"))?;
        match health.ok {
            true => Ok(()),
            false if health.text.is_empty() => Err(failed("it answered that it does not work".into())),
            false => Err(failed(clean(health.text.as_bytes(), SELF_TEST_TEXT_BYTES_MAX))),
        }
    }

    fn check_id(&self, what: &'static str, id: &str) -> Result<(), Refusal> {
        let is_id_byte = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        match !id.is_empty() && id.len() <= ID_BYTES_MAX && id.bytes().all(is_id_byte) {
            true => Ok(()),
            false => Err(self.value(what, quoted(id), "1 to 64 of a-z, 0-9 and `-`")),
        }
    }

    fn value(&self, what: &'static str, found: impl ToString, expected: impl Into<String>) -> Refusal {
        Refusal::Value { path: self.path.clone(), what, found: found.to_string(), expected: expected.into() }
    }

    fn slot(&self, slot: &'static str) -> impl FnOnce(Fault) -> Refusal + use<> {
        let path = self.path.clone();
        move |source| Refusal::Slot { path, slot, source }
    }

    fn decode(&self, slot: &'static str) -> impl FnOnce(DecodeError) -> Refusal + use<> {
        let path = self.path.clone();
        move |source| Refusal::Decode { path, slot, source }
    }
}

/// Foreign text in a message: short, and without control characters.
fn quoted(text: &str) -> String {
    format!("`{}`", clean(text.as_bytes(), ID_BYTES_MAX))
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
