//! Calling an instance: where, for how long, and what a fault costs.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use arc_swap::ArcSwapOption;
use prost::Message;
use quotient_plugin_api::abi::Status;
use quotient_proto::plugin_v1::{Catalog, OffersResponse, ProductTimeline};

use super::library::{Fault, OpenProduct, PluginLibrary, Running};
use super::pool::{Pool, PoolError};

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The time was over before there was an answer.
    #[error("the plugin did not answer in time")]
    TimedOut,
    /// All calls that the plugin may have at once are taken.
    #[error("the plugin has as many calls as it may have")]
    Overloaded,
    /// The plugin answered with a fault, or was not asked because it cannot know the answer.
    #[error("the plugin answered {}: {text}", status.name())]
    Failed {
        /// What kind.
        status: Status,
        /// One sentence for an operator.
        text: String,
    },
    /// The answer cannot be read.
    #[error("the plugin's answer cannot be read: {0}")]
    Malformed(String),
    /// The answer is larger than the contract allows.
    #[error("the plugin's answer has more than {} bytes", quotient_plugin_api::abi::SINK_BYTES_MAX)]
    TooLarge,
    /// The plugin caught a panic; its instance was discarded.
    #[error("the plugin panicked: {0}")]
    Panicked(String),
}

/// On which thread a plugin is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallMode {
    /// The caller's own.
    Inline,
    /// One of the plugin's.
    Pool,
}

/// A loaded library.
#[derive(Debug)]
pub struct PluginInfo {
    /// Id of the plugin.
    pub id: String,
    /// Its version, as semver.
    pub version: String,
    /// What it was built with.
    pub build: String,
    /// SHA-256 of its file, lower-case hexadecimal.
    pub sha256: String,
    /// The file that it was found as.
    pub path: PathBuf,
    /// On which thread it is called.
    pub call_mode: CallMode,
    /// Highest kernel level that it reads and writes.
    pub kernel_level: u32,
}

/// Faults of a plugin since it was loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StrikeCounts {
    /// Panics that it caught.
    pub panics: u64,
    /// Answers that cannot be read.
    pub malformed: u64,
    /// Answers that are too large.
    pub too_large: u64,
    /// Calls that were still running at their deadline.
    pub late: u64,
}

#[derive(Debug, Default)]
pub(super) struct Strikes {
    panics: AtomicU64,
    malformed: AtomicU64,
    too_large: AtomicU64,
    late: AtomicU64,
}

fn strike(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// What the instances of one library share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) info: Arc<PluginInfo>,
    pub(super) library: &'static PluginLibrary,
    pub(super) strikes: Strikes,
    /// None: called inline.
    pub(super) pool: Option<Pool>,
    /// The products that the library brings, with their sheets.
    pub(super) bundled: Vec<ProductTimeline>,
}

/// One product of one plugin. It never changes; another sheet is another instance.
#[derive(Debug)]
pub struct Instance {
    shared: Arc<Shared>,
    catalog: Catalog,
    /// The encoded `InstanceConfig` that it was made from, to make it anew.
    config: Vec<u8>,
    /// None: discarded after a panic, and not made anew yet.
    open: ArcSwapOption<OpenProduct>,
    renewal: Mutex<()>,
}

impl Instance {
    pub(super) fn new(shared: Arc<Shared>, catalog: Catalog, config: Vec<u8>, open: OpenProduct) -> Self {
        let open = ArcSwapOption::from_pointee(open);
        Self { shared, catalog, config, open, renewal: Mutex::new(()) }
    }

    pub(super) const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Whether it is of the same loaded library, and made of the same sheets.
    pub(super) fn is_made_of(&self, shared: &Arc<Shared>, config: &[u8]) -> bool {
        Arc::ptr_eq(&self.shared, shared) && self.config == config
    }

    /// What it sells.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Id of its product.
    pub fn product_id(&self) -> &str {
        &self.catalog.product_id
    }

    /// The library that it is from.
    pub fn plugin(&self) -> &Arc<PluginInfo> {
        &self.shared.info
    }

    /// Faults of its library since it was loaded.
    pub fn strikes(&self) -> StrikeCounts {
        let strikes = &self.shared.strikes;
        StrikeCounts {
            panics: strikes.panics.load(Ordering::Relaxed),
            malformed: strikes.malformed.load(Ordering::Relaxed),
            too_large: strikes.too_large.load(Ordering::Relaxed),
            late: strikes.late.load(Ordering::Relaxed),
        }
    }

    /// Asks for offers with an encoded `OffersRequest`. A plugin that is not called inline is called on
    /// its own threads; dropping the future tells the plugin to stop.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn offers(
        self: &Arc<Self>,
        request: impl Into<Arc<[u8]>>,
        deadline: Instant,
    ) -> Result<OffersResponse, CallError> {
        let request = request.into();
        let Some(pool) = &self.shared.pool else { return self.offers_inline(&request, deadline) };
        self.check_level(&request)?;
        let running = Arc::new(Running::until(deadline));
        let _waits = Waits(Arc::clone(&running));
        let (instance, span) = (Arc::clone(self), tracing::Span::current());
        let called = pool.run(deadline, move || span.in_scope(|| instance.ask(&request, &running))).await;
        match called {
            Ok(answer) => self.in_time(answer, deadline),
            Err(PoolError::Overloaded) => Err(CallError::Overloaded),
            Err(PoolError::TimedOut) => {
                strike(&self.shared.strikes.late);
                Err(CallError::TimedOut)
            }
            Err(PoolError::Lost) => Err(CallError::Failed {
                status: Status::Internal,
                text: "the call was lost in the host".into(),
            }),
        }
    }

    /// Asks for offers with an encoded `OffersRequest` on this thread, for as long as the plugin takes.
    ///
    /// # Errors
    /// [`CallError`].
    pub fn offers_inline(&self, request: &[u8], deadline: Instant) -> Result<OffersResponse, CallError> {
        self.check_level(request)?;
        let answer = self.ask(request, &Running::until(deadline));
        self.in_time(answer, deadline)
    }

    /// An answer that came late is none, on whichever thread it was made.
    fn in_time(
        &self,
        answer: Result<OffersResponse, CallError>,
        deadline: Instant,
    ) -> Result<OffersResponse, CallError> {
        if answer.is_ok() && Instant::now() >= deadline {
            strike(&self.shared.strikes.late);
            return Err(CallError::TimedOut);
        }
        answer
    }

    /// A plugin skips fields above its level, and a skipped field is a wrong price: it is not asked.
    fn check_level(&self, request: &[u8]) -> Result<(), CallError> {
        let failed = |status, text| Err(CallError::Failed { status, text });
        let level = match RequestLevel::decode(request) {
            Ok(request) => request.level,
            Err(error) => {
                return failed(Status::Malformed, format!("the host's request cannot be read: {error}"));
            }
        };
        let known = self.shared.info.kernel_level;
        if level > known {
            let text = format!("the request uses level {level}, the plugin speaks levels up to {known}");
            return failed(Status::Unsupported, text);
        }
        Ok(())
    }

    fn ask(&self, request: &[u8], running: &Running) -> Result<OffersResponse, CallError> {
        let open = self.open_product(running)?;
        let fault = match open.offers(request, running) {
            Ok(bytes) => return self.read(&bytes),
            Err(fault) => fault,
        };
        match fault {
            Fault::TooLarge => {
                strike(&self.shared.strikes.too_large);
                Err(CallError::TooLarge)
            }
            Fault::Status { status: Status::Panic, text } => {
                strike(&self.shared.strikes.panics);
                self.discard(&open);
                Err(CallError::Panicked(text))
            }
            Fault::Status { status: Status::Deadline, .. } => Err(CallError::TimedOut),
            Fault::Status { status, text } => Err(CallError::Failed { status, text }),
        }
    }

    fn read(&self, bytes: &[u8]) -> Result<OffersResponse, CallError> {
        let malformed = |text: String| {
            strike(&self.shared.strikes.malformed);
            CallError::Malformed(text)
        };
        let response = OffersResponse::decode(bytes).map_err(|error| malformed(error.to_string()))?;
        match response.result {
            Some(_) => Ok(response),
            None => Err(malformed("it has neither offers nor a decline".into())),
        }
    }

    /// The open product, made anew if a panic cost the last one.
    fn open_product(&self, running: &Running) -> Result<Arc<OpenProduct>, CallError> {
        if let Some(open) = self.open.load_full() {
            return Ok(open);
        }
        let _one_at_a_time = self.renewal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = self.open.load_full() {
            return Ok(open);
        }
        let open = self.shared.library.create(&self.config, running).map(Arc::new).map_err(|fault| {
            let text = format!("the instance was lost to a panic and cannot be made anew: {fault}");
            CallError::Failed { status: Status::Unavailable, text }
        })?;
        self.open.store(Some(Arc::clone(&open)));
        Ok(open)
    }

    /// Calls that are in it go on; the last one to leave destroys it.
    fn discard(&self, panicked: &Arc<OpenProduct>) {
        self.open.compare_and_swap(panicked, None);
    }
}

/// The level of an encoded `OffersRequest`; the requirement is passed over.
#[derive(Clone, PartialEq, prost::Message)]
struct RequestLevel {
    #[prost(uint32, tag = "1")]
    level: u32,
}

/// A caller waits for as long as this is there.
struct Waits(Arc<Running>);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.give_up();
    }
}
