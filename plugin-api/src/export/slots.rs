//! The functions behind the slots of an exported adapter's table.
#![allow(unsafe_code, reason = "reads what the host lends and owns instances through raw pointers")]

use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::time::Duration;

use prost::Message;
use quotient_proto::plugin_v1::{Health, PluginError};

use super::{BUILD, FLAGS, logging, panics};
use crate::abi::{
    ABI_MAJOR, ABI_MINOR, CALL_SELF_TEST, QpCall, QpHost, QpInstance, QpPlugin, QpSink, QpSlice, Status,
    TABLE_MAGIC,
};
use crate::adapter::{AdapterError, Call, OpenError, ProductTimeline, VendorAdapter};
use crate::wire::{self, WireError};

/// The table of an adapter.
pub const fn table<A: VendorAdapter>() -> QpPlugin {
    QpPlugin {
        struct_size: size_of::<QpPlugin>() as u32,
        magic: TABLE_MAGIC,
        abi_major: ABI_MAJOR,
        abi_minor: ABI_MINOR,
        flags: FLAGS,
        build: QpSlice::lend(BUILD.as_bytes()),
        describe: Some(describe::<A>),
        create: Some(create::<A>),
        catalog: Some(catalog::<A>),
        offers: Some(offers::<A>),
        destroy: Some(destroy::<A>),
        self_test: Some(self_test::<A>),
        health: None,
        quiesce: None,
        extension: None,
    }
}

/// What the entry function does: keeps the host's table for logs, and answers with the plugin's.
///
/// # Safety
///
/// `host` must be NULL or a host's table that lives as long as the process.
pub unsafe fn entry(host: *const QpHost, table: &'static QpPlugin) -> *const QpPlugin {
    let entered = catch_unwind(|| {
        // SAFETY: the caller's promise.
        let host = unsafe { QpHost::read(host) }?;
        logging::use_host(host);
        panics::install_hook();
        Some(std::ptr::from_ref(table))
    });
    match entered {
        Ok(table) => table.unwrap_or(std::ptr::null()),
        Err(payload) => {
            forget(payload);
            std::ptr::null()
        }
    }
}

/// Why a slot answers with another status than 0.
struct Fault {
    status: Status,
    error: PluginError,
}

impl Fault {
    fn new(status: Status, text: impl Into<String>) -> Self {
        Self { status, error: PluginError { text: text.into(), place: String::new() } }
    }

    fn unreadable(what: &str, error: &WireError) -> Self {
        let status = match error {
            WireError::Decode(_) => Status::Malformed,
            _ => Status::Invalid,
        };
        Self::new(status, format!("{what} cannot be used: {error}"))
    }
}

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        Self { status: Status::Invalid, error: PluginError { text: error.text, place: error.place } }
    }
}

impl From<AdapterError> for Fault {
    fn from(error: AdapterError) -> Self {
        Self::new(Status::Internal, error.text)
    }
}

/// Runs a slot's body: logs go to the host, a panic becomes status 8, and the answer or the error goes
/// into the sink in one piece.
///
/// # Safety
///
/// `call` and `sink` must be NULL or what the host gave to the slot that is running.
unsafe fn guarded(
    call: *const QpCall,
    sink: *const QpSink,
    body: impl FnOnce() -> Result<Vec<u8>, Fault>,
) -> i32 {
    // SAFETY: NULL, or the host's for this call, by the caller's promise.
    let Some(sink) = (unsafe { sink.as_ref() }) else { return Status::Malformed.raw() };
    let _in_call = logging::enter(call);
    let (status, bytes) = match catch_unwind(AssertUnwindSafe(|| logging::with_subscriber(body))) {
        Ok(Ok(bytes)) => (Status::Ok, bytes),
        Ok(Err(fault)) => (fault.status, fault.error.encode_to_vec()),
        Err(payload) => {
            // A payload may panic when it is dropped, which would end the process here.
            forget(payload);
            (Status::Panic, panics::take_last().encode_to_vec())
        }
    };
    // SAFETY: the host's sink, within its call.
    let taken = bytes.is_empty() || unsafe { sink.put(&bytes) };
    match status {
        Status::Ok if !taken => Status::Internal.raw(),
        status => status.raw(),
    }
}

/// The bytes that the host lends to a slot.
///
/// # Safety
///
/// As for [`QpSlice::bytes`], until the slot returns.
unsafe fn lent<'a>(what: &str, slice: QpSlice) -> Result<&'a [u8], Fault> {
    // SAFETY: the caller's promise.
    unsafe { slice.bytes() }
        .ok_or_else(|| Fault::new(Status::Malformed, format!("{what} has a length and no bytes")))
}

/// The adapter behind an instance.
///
/// # Safety
///
/// `instance` must be NULL or from `create` of the same adapter, and not destroyed before the slot returns.
unsafe fn adapter<'a, A>(instance: *mut QpInstance) -> Result<&'a A, Fault> {
    // SAFETY: the caller's promise; instances are shared, and only `destroy` takes them back.
    unsafe { instance.cast::<A>().as_ref() }
        .ok_or_else(|| Fault::new(Status::Malformed, "the instance is NULL"))
}

/// Runs `body` with the author's view of a call.
///
/// # Safety
///
/// `call` must be NULL or the host's, for as long as the slot runs.
unsafe fn with_call<R>(call: *const QpCall, body: impl FnOnce(&Call<'_>) -> R) -> R {
    // SAFETY: the caller's promise.
    let Some(call) = (unsafe { call.as_ref() }) else { return body(&Call::unlimited()) };
    let remaining = || match call.remaining_ns {
        // SAFETY: the host's function, given the host's own structure.
        Some(remaining_ns) => Duration::from_nanos(unsafe { remaining_ns(call) }),
        None => Duration::MAX,
    };
    body(&Call::new(&remaining, call.flags & CALL_SELF_TEST != 0))
}

/// Slot `describe`.
///
/// # Safety
///
/// By the table's contract: called by the host with live pointers.
pub unsafe extern "C" fn describe<A: VendorAdapter>(out: *const QpSink) -> i32 {
    // SAFETY: the host's sink.
    unsafe { guarded(std::ptr::null(), out, || Ok(wire::library_to_wire(&A::library()).encode_to_vec())) }
}

/// Slot `create`.
///
/// # Safety
///
/// By the table's contract: called by the host with live pointers.
pub unsafe extern "C" fn create<A: VendorAdapter>(
    _host: *const QpHost,
    call: *const QpCall,
    config: QpSlice,
    out: *mut *mut QpInstance,
    err: *const QpSink,
) -> i32 {
    let body = || {
        let out = NonNull::new(out).ok_or_else(|| Fault::new(Status::Malformed, "`out` is NULL"))?;
        // SAFETY: lent by the host until this slot returns.
        let config = unsafe { lent("the configuration", config) }?;
        let asked =
            wire::config_from_wire(config).map_err(|error| Fault::unreadable("the configuration", &error))?;
        let adapter = A::open(&with_bundled_sheets::<A>(asked)?)?;
        let instance = Box::into_raw(Box::new(adapter)).cast::<QpInstance>();
        // SAFETY: the host's variable, which nobody else writes during the call.
        unsafe { out.write(instance) };
        Ok(Vec::new())
    };
    // SAFETY: both are the host's for this call.
    unsafe { guarded(call, err, body) }
}

/// A product without sheets is opened with those that the library bundles.
fn with_bundled_sheets<A: VendorAdapter>(asked: ProductTimeline) -> Result<ProductTimeline, Fault> {
    if !asked.sheets.is_empty() {
        return Ok(asked);
    }
    let bundled = A::library().products.into_iter().find(|product| product.product_id == asked.product_id);
    bundled.ok_or_else(|| {
        Fault::new(Status::UnknownProduct, format!("the library has no product `{}`", asked.product_id))
    })
}

/// Slot `catalog`.
///
/// # Safety
///
/// By the table's contract: called by the host with live pointers.
pub unsafe extern "C" fn catalog<A: VendorAdapter>(
    instance: *mut QpInstance,
    call: *const QpCall,
    out: *const QpSink,
) -> i32 {
    // SAFETY: an instance of `A` that is not destroyed before this slot returns.
    let body = || Ok(wire::catalog_to_wire(&unsafe { adapter::<A>(instance) }?.catalog()).encode_to_vec());
    // SAFETY: both are the host's for this call.
    unsafe { guarded(call, out, body) }
}

/// Slot `offers`.
///
/// # Safety
///
/// By the table's contract: called by the host with live pointers.
pub unsafe extern "C" fn offers<A: VendorAdapter>(
    instance: *mut QpInstance,
    call: *const QpCall,
    request: QpSlice,
    out: *const QpSink,
) -> i32 {
    let body = || {
        // SAFETY: an instance of `A` that is not destroyed before this slot returns.
        let adapter = unsafe { adapter::<A>(instance) }?;
        // SAFETY: lent by the host until this slot returns.
        let request = unsafe { lent("the request", request) }?;
        let requirement =
            wire::request_from_wire(request).map_err(|error| Fault::unreadable("the request", &error))?;
        // SAFETY: the host's for this call.
        let answer = unsafe { with_call(call, |call| adapter.offers(&requirement, call)) }?;
        Ok(wire::answer_to_wire(&answer).encode_to_vec())
    };
    // SAFETY: both are the host's for this call.
    unsafe { guarded(call, out, body) }
}

/// Slot `self_test`.
///
/// # Safety
///
/// By the table's contract: called by the host with live pointers.
pub unsafe extern "C" fn self_test<A: VendorAdapter>(
    instance: *mut QpInstance,
    call: *const QpCall,
    out: *const QpSink,
) -> i32 {
    let body = || {
        // SAFETY: an instance of `A` that is not destroyed before this slot returns.
        let adapter = unsafe { adapter::<A>(instance) }?;
        // SAFETY: the host's for this call.
        unsafe { with_call(call, |call| adapter.self_test(call)) }?;
        Ok(Health { ok: true, text: String::new() }.encode_to_vec())
    };
    // SAFETY: both are the host's for this call.
    unsafe { guarded(call, out, body) }
}

/// Slot `destroy`.
///
/// # Safety
///
/// By the table's contract: called once for an instance, when no call is in it.
pub unsafe extern "C" fn destroy<A: VendorAdapter>(instance: *mut QpInstance) {
    if instance.is_null() {
        return;
    }
    let _in_call = logging::enter(std::ptr::null());
    let dropped = catch_unwind(|| {
        // SAFETY: made by `create` from a box of `A`, and taken back only here, once.
        logging::with_subscriber(|| drop(unsafe { Box::from_raw(instance.cast::<A>()) }));
    });
    if let Err(payload) = dropped {
        forget(payload);
    }
}

#[cfg(test)]
mod tests;
