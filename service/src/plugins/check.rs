//! A library on the bench of the conformance suite: found, verified and opened as for service, and asked by nobody
//! else.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use quotient_plugin_api::abi::Status;
use quotient_plugin_api::conformance::{Asked, Fault as Told, Golden, Report, Subject, run};
use quotient_plugin_api::digest::sha256_hex;

use super::config::PluginConfig;
use super::files::{Owners, open_library};
use super::library::{Fault, OpenProduct, PluginLibrary, Running};
use super::opening::on_own_thread;
use super::refusal::Refusal;
use super::store::Store;
use super::verify::{inspect, read_capped};

/// Runs the suite over a library, with quotes that are right. Its owner does not matter; running it is trusting it. Blocks.
///
/// # Errors
/// Why it is not loaded at all, in a sentence.
pub fn check_library(
    path: &Path,
    config: &PluginConfig,
    asked: &[Asked],
    goldens: &[Golden],
) -> Result<Report, String> {
    let library = open(path, config).map_err(|refusal| refusal.to_string())?;
    Ok(run(Bench(library), asked, goldens))
}

fn open(path: &Path, config: &PluginConfig) -> Result<&'static PluginLibrary, Refusal> {
    let unfit = |source| Refusal::Unfit { path: path.into(), source };
    let file = open_library(path, Owners::Unchecked)?;
    let bytes = read_capped(file, config.limits.library_bytes_max).map_err(unfit)?;
    let note = inspect(&bytes).map_err(unfit)?;
    let copy = Store::open(&config.state_dir)?.put(&sha256_hex(&bytes), &bytes)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let found: Arc<Path> = path.into();
    on_own_thread(path, config.limits.load_time_max, move || {
        PluginLibrary::open(&copy, &name, &note)
            .map_err(|source| Refusal::Open { path: found.to_path_buf(), source })
    })
}

struct Bench(&'static PluginLibrary);

fn told(fault: Fault) -> Told {
    match fault {
        Fault::Status { status, text } => Told { status, text },
        Fault::TooLarge => Told { status: Status::Internal, text: fault.to_string() },
    }
}

impl Subject for Bench {
    type Instance = OpenProduct;

    fn flags(&self) -> u32 {
        self.0.flags()
    }

    fn describe(&self) -> Result<Vec<u8>, Told> {
        self.0.describe().map_err(told)
    }

    fn create(&self, config: &[u8], deadline: Instant) -> Result<OpenProduct, Told> {
        self.0.create(config, &Running::until(deadline)).map_err(told)
    }

    fn catalog(&self, product: &OpenProduct, deadline: Instant) -> Result<Vec<u8>, Told> {
        product.catalog(&Running::until(deadline)).map_err(told)
    }

    fn offers(&self, product: &OpenProduct, request: &[u8], deadline: Instant) -> Result<Vec<u8>, Told> {
        product.offers(request, &Running::until(deadline)).map_err(told)
    }

    fn self_test(&self, product: &OpenProduct, deadline: Instant) -> Option<Result<Vec<u8>, Told>> {
        product.self_test(&Running::self_test_until(deadline)).map(|tested| tested.map_err(told))
    }
}
