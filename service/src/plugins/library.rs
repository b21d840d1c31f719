//! The foreign side: opens a library, speaks through its table, and answers its callbacks.
//!
//! All `unsafe` of the service is here. What comes in and goes out are bytes.
#![allow(unsafe_code, reason = "the one place where the service runs code that it was not linked with")]

use std::ffi::c_void;
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::ptr::{NonNull, null, null_mut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use prost::Message;
use quotient_plugin_api::abi::{
    ABI_MAJOR, ABI_MINOR, CALL_SELF_TEST, Entry, LogLevel, NO_DEADLINE_NS, QpCall, QpHost, QpInstance,
    QpNote, QpPlugin, QpSink, QpSlice, SINK_BYTES_MAX, SlotReport, Status, TableError,
};
use quotient_proto::plugin_v1::PluginError;

use super::log::{PluginLog, clean};

/// Most bytes of a text that a plugin gives with a fault.
const FAULT_TEXT_BYTES_MAX: usize = 1024;

/// Why a library cannot be used once its code runs.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    #[error(
        "cannot be loaded from its private copy {copy}: {reason}; the state directory must allow execution"
    )]
    Load { copy: PathBuf, reason: String },
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(
        "its note says {what} {note}, its table says {table}; expected the same. Build it again from clean sources"
    )]
    NoteDiffers { what: &'static str, note: u32, table: u32 },
    #[error("plugins cannot be loaded on this platform yet")]
    #[cfg(not(unix))]
    Platform,
}

/// Why a slot gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("answered with status {} ({}): {text}", status.raw(), status.name())]
    Status { status: Status, text: String },
    #[error("answered with more than {SINK_BYTES_MAX} bytes")]
    TooLarge,
}

/// What a running call is told of the world.
#[derive(Debug, Default)]
pub(super) struct Running {
    deadline: Option<Instant>,
    given_up: AtomicBool,
    self_test: bool,
}

impl Running {
    /// A call with a deadline, or without one.
    pub(super) fn until(deadline: impl Into<Option<Instant>>) -> Self {
        Self { deadline: deadline.into(), ..Self::default() }
    }

    pub(super) fn self_test_until(deadline: impl Into<Option<Instant>>) -> Self {
        Self { self_test: true, ..Self::until(deadline) }
    }

    /// Nobody waits for the answer any more.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    fn remaining_ns(&self, now: Instant) -> u64 {
        match self.deadline {
            _ if self.given_up.load(Ordering::Relaxed) => 0,
            None => NO_DEADLINE_NS,
            Some(deadline) => {
                let left: Duration = deadline.saturating_duration_since(now);
                u64::try_from(left.as_nanos()).unwrap_or(NO_DEADLINE_NS - 1)
            }
        }
    }

    /// The view that crosses; it is good for as long as `self` stays where it is.
    fn lend(&self) -> QpCall {
        QpCall {
            struct_size: size_of::<QpCall>() as u32,
            flags: if self.self_test { CALL_SELF_TEST } else { 0 },
            trace_id: [0; 16],
            span_id: [0; 8],
            host: std::ptr::from_ref(self).cast_mut().cast(),
            remaining_ns: Some(host_remaining_ns),
        }
    }
}

/// A library that was opened. It stays for as long as the process.
#[derive(Debug)]
pub(super) struct PluginLibrary {
    table: QpPlugin,
    host: &'static QpHost,
    log: &'static PluginLog,
}

impl PluginLibrary {
    /// Opens a private copy, which must never change, and shakes hands. `file` is its name in messages.
    pub(super) fn open(copy: &Path, file: &str, note: &QpNote) -> Result<&'static Self, OpenError> {
        let entry = load(copy)?;
        let log: &'static PluginLog = Box::leak(Box::new(PluginLog::new(file.to_owned())));
        let host: &'static QpHost = Box::leak(Box::new(QpHost {
            struct_size: size_of::<QpHost>() as u32,
            abi_major: ABI_MAJOR,
            abi_minor: ABI_MINOR,
            ctx: std::ptr::from_ref(log).cast_mut().cast(),
            log_enabled: Some(host_log_enabled),
            log: Some(host_log),
            extension: Some(host_extension),
        }));
        // SAFETY: the symbol is the entry function by the contract that the library's note announces, and
        // the host's table lives as long as the process.
        let table = unsafe { QpPlugin::read(entry(host)) }?;
        for (what, note, table) in [
            ("minor version", u32::from(note.abi_minor), u32::from(table.abi_minor)),
            ("flags", note.flags, table.flags),
        ] {
            if note != table {
                return Err(OpenError::NoteDiffers { what, note, table });
            }
        }
        Ok(Box::leak(Box::new(Self { table, host, log })))
    }

    /// The name in log lines from now on.
    pub(super) fn set_plugin_id(&self, id: &str) {
        self.log.set_plugin_id(id);
    }

    /// What the library was built with, for messages.
    pub(super) fn build(&self) -> String {
        // SAFETY: the text of a table is static in a library that is never unloaded.
        let build = unsafe { self.table.build.bytes() }.unwrap_or_default();
        clean(build, FAULT_TEXT_BYTES_MAX)
    }

    /// The flags that the library states.
    pub(super) fn flags(&self) -> u32 {
        self.table.flags
    }

    /// The encoded description of the library.
    pub(super) fn describe(&self) -> Result<Vec<u8>, Fault> {
        let slot = self.table.describe.ok_or_else(missing)?;
        // SAFETY: the slot of a table that was read and checked, and a sink that lives through the call.
        collect(|sink| unsafe { slot(sink) })
    }

    /// Opens a product from an encoded configuration.
    pub(super) fn create(&'static self, config: &[u8], running: &Running) -> Result<OpenProduct, Fault> {
        let slot = self.table.create.ok_or_else(missing)?;
        let call = running.lend();
        let mut instance = null_mut();
        // SAFETY: the slot of a table that was read and checked; all that is lent lives through the call.
        collect(|sink| unsafe { slot(self.host, &call, QpSlice::lend(config), &mut instance, sink) })?;
        let instance = NonNull::new(instance).ok_or_else(|| Fault::Status {
            status: Status::Internal,
            text: "`create` answered ok and gave no instance".into(),
        })?;
        Ok(OpenProduct { library: self, instance })
    }
}

/// A product that a plugin has opened. Dropping it destroys it, so whoever calls holds it.
#[derive(Debug)]
pub(super) struct OpenProduct {
    library: &'static PluginLibrary,
    instance: NonNull<QpInstance>,
}

// SAFETY: by the contract a plugin's instance may be called from any thread, at once, and destroyed on any.
unsafe impl Send for OpenProduct {}
// SAFETY: as above; `destroy` runs only when nobody holds the instance.
unsafe impl Sync for OpenProduct {}

impl OpenProduct {
    /// The encoded catalog.
    pub(super) fn catalog(&self, running: &Running) -> Result<Vec<u8>, Fault> {
        self.report(self.library.table.catalog.ok_or_else(missing)?, running)
    }

    /// The encoded health after a self-test; `None` if the plugin has no such slot.
    pub(super) fn self_test(&self, running: &Running) -> Option<Result<Vec<u8>, Fault>> {
        self.library.table.self_test.map(|slot| self.report(slot, running))
    }

    /// The encoded answer to an encoded request.
    pub(super) fn offers(&self, request: &[u8], running: &Running) -> Result<Vec<u8>, Fault> {
        let slot = self.library.table.offers.ok_or_else(missing)?;
        let call = running.lend();
        // SAFETY: the slot of a table that was read and checked, an instance that this value keeps alive,
        // and all that is lent lives through the call.
        collect(|sink| unsafe { slot(self.instance.as_ptr(), &call, QpSlice::lend(request), sink) })
    }

    fn report(&self, slot: SlotReport, running: &Running) -> Result<Vec<u8>, Fault> {
        let call = running.lend();
        // SAFETY: as in `offers`.
        collect(|sink| unsafe { slot(self.instance.as_ptr(), &call, sink) })
    }
}

impl Drop for OpenProduct {
    fn drop(&mut self) {
        if let Some(destroy) = self.library.table.destroy {
            // SAFETY: made by this table's `create`; a call borrows this value, so none is running, and it
            // is dropped once.
            unsafe { destroy(self.instance.as_ptr()) }
        }
    }
}

/// Loads the library for ever, and finds its entry.
#[cfg(unix)]
fn load(copy: &Path) -> Result<Entry, OpenError> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
    use quotient_plugin_api::abi::ENTRY_SYMBOL;

    let failed = |error: libloading::Error| OpenError::Load {
        copy: copy.into(),
        reason: clean(error.to_string().as_bytes(), FAULT_TEXT_BYTES_MAX),
    };
    // All symbols are bound now, so that a missing one fails here and not in a call; none is offered to
    // other libraries, whose own of the same name must win.
    // SAFETY: the file was verified and cannot be changed by others; running its initialisers is the trust
    // that the operator gave.
    let library = unsafe { Library::open(Some(copy), RTLD_NOW | RTLD_LOCAL) }.map_err(failed)?;
    // SAFETY: the library's note announces that this symbol has this type.
    let entry = unsafe { library.get::<Entry>(ENTRY_SYMBOL) }.map(|symbol| *symbol).map_err(failed);
    // Thread-local destructors and threads of a library may run at any later time.
    forget(library);
    entry
}

#[cfg(not(unix))]
fn load(_: &Path) -> Result<Entry, OpenError> {
    Err(OpenError::Platform)
}

fn missing() -> Fault {
    Fault::Status { status: Status::Unsupported, text: "the slot is not there".into() }
}

/// What a slot has written so far.
#[derive(Default)]
struct Sunk {
    bytes: Vec<u8>,
    is_over: bool,
}

impl Sunk {
    fn take(&mut self, bytes: &[u8]) -> i32 {
        self.is_over |= bytes.len() > SINK_BYTES_MAX - self.bytes.len();
        if !self.is_over {
            self.bytes.extend_from_slice(bytes);
        }
        i32::from(self.is_over)
    }
}

/// Runs a slot with a sink; gives what it wrote, or why it failed.
fn collect(slot: impl FnOnce(*const QpSink) -> i32) -> Result<Vec<u8>, Fault> {
    let mut sunk = Sunk::default();
    let sink = QpSink { ctx: (&raw mut sunk).cast(), write: Some(host_write) };
    let status = Status::from_raw(slot(&sink));
    match status {
        _ if sunk.is_over => Err(Fault::TooLarge),
        Status::Ok => Ok(sunk.bytes),
        status => Err(Fault::Status { status, text: fault_text(&sunk.bytes) }),
    }
}

fn fault_text(bytes: &[u8]) -> String {
    let text = match PluginError::decode(bytes) {
        Ok(error) if error.place.is_empty() => error.text,
        Ok(error) => format!("{}: {}", error.place, error.text),
        Err(_) => String::new(),
    };
    match text.is_empty() {
        true => "no reason that can be read".into(),
        false => clean(text.as_bytes(), FAULT_TEXT_BYTES_MAX),
    }
}

// === Callbacks: what plugins call. A panic here would unwind into foreign code, so each is guarded. ===

fn guarded<R>(fallback: R, body: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        // A payload may panic when it is dropped.
        forget(payload);
        fallback
    })
}

unsafe extern "C" fn host_write(ctx: *mut c_void, ptr: *const u8, len: usize) -> i32 {
    guarded(1, || {
        // SAFETY: the context is the `Sunk` of `collect`, which waits for the slot and does not touch it.
        let Some(sunk) = (unsafe { ctx.cast::<Sunk>().as_mut() }) else { return 1 };
        // SAFETY: the plugin lends the bytes for this call.
        match unsafe { (QpSlice { ptr, len }).bytes() } {
            Some(bytes) => sunk.take(bytes),
            None => 1,
        }
    })
}

unsafe extern "C" fn host_remaining_ns(call: *const QpCall) -> u64 {
    guarded(0, || {
        // SAFETY: the structure is the one of `Running::lend`, whose owner waits for the slot.
        let running = unsafe { call.as_ref().and_then(|call| call.host.cast::<Running>().as_ref()) };
        running.map_or(0, |running| running.remaining_ns(Instant::now()))
    })
}

unsafe extern "C" fn host_log_enabled(_: *mut c_void, level: u32, _: QpSlice) -> i32 {
    guarded(0, || i32::from(PluginLog::enabled(LogLevel::from_raw(level))))
}

unsafe extern "C" fn host_log(
    ctx: *mut c_void,
    _: *const QpCall,
    level: u32,
    target: QpSlice,
    message: QpSlice,
    fields: QpSlice,
) {
    guarded((), || {
        // SAFETY: the context is the leaked log of `PluginLibrary::open`.
        let Some(log) = (unsafe { ctx.cast::<PluginLog>().as_ref() }) else { return };
        // SAFETY: the plugin lends the texts for this call.
        let [target, message, fields] =
            [target, message, fields].map(|slice| unsafe { slice.bytes() }.unwrap_or_default());
        log.line(LogLevel::from_raw(level), target, message, fields);
    });
}

unsafe extern "C" fn host_extension(_: *mut c_void, _: QpSlice) -> *const c_void {
    null()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sink_takes_its_limit_and_not_a_byte_more() {
        let half = vec![0; SINK_BYTES_MAX / 2];
        let mut sunk = Sunk::default();
        assert_eq!((sunk.take(&half), sunk.take(&half), sunk.take(&[])), (0, 0, 0));
        assert_eq!((sunk.take(b"x"), sunk.take(&[])), (1, 1));
        assert_eq!(sunk.bytes.len(), SINK_BYTES_MAX);
    }

    #[test]
    fn the_time_left_is_zero_when_late_or_given_up() {
        let now = Instant::now();
        let running = Running::until(now + Duration::from_secs(1));
        assert_eq!(running.remaining_ns(now), 1_000_000_000);
        assert_eq!(running.remaining_ns(now + Duration::from_secs(2)), 0);
        running.give_up();
        assert_eq!(running.remaining_ns(now), 0);
        assert_eq!(Running::default().remaining_ns(now), NO_DEADLINE_NS);
    }

    #[test]
    fn a_fault_says_its_place_and_garbage_says_that_it_cannot_be_read() {
        let error = PluginError { text: "no\nprice".into(), place: "a.toml:3".into() };
        assert_eq!(fault_text(&error.encode_to_vec()), "a.toml:3: no price");
        assert_eq!(fault_text(&[0xff]), "no reason that can be read");
    }

    #[test]
    fn callbacks_bear_null() {
        // SAFETY: NULL is what is tested; the callbacks check before they read.
        unsafe {
            assert_eq!(host_write(null_mut(), null(), 3), 1);
            assert_eq!(host_remaining_ns(null()), 0);
            let broken = QpSlice { ptr: null(), len: 9 };
            host_log(null_mut(), null(), 1, broken, broken, broken);
            assert!(host_extension(null_mut(), QpSlice::EMPTY).is_null());
        }
    }
}
