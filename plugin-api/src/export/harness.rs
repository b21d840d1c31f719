//! An adapter of this program behind its own table, called as a host calls a library: for the conformance suite.
#![allow(unsafe_code, reason = "calls the slots through raw pointers, as a host does")]

use std::ffi::c_void;
use std::marker::PhantomData;
use std::ptr::{NonNull, from_ref, null, null_mut};
use std::time::Instant;

use prost::Message as _;
use quotient_proto::plugin_v1::PluginError;

use super::slots;
use crate::abi::{QpCall, QpInstance, QpSink, QpSlice, Status};
use crate::adapter::VendorAdapter;
use crate::conformance::{Fault, Subject};

/// The table of an adapter, without a library around it.
pub struct InProcess<A>(PhantomData<fn() -> A>);

impl<A: VendorAdapter> InProcess<A> {
    /// The adapter's table.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<A: VendorAdapter> Default for InProcess<A> {
    fn default() -> Self {
        Self::new()
    }
}

/// A product that is open; dropping it destroys it.
pub struct Opened<A: VendorAdapter> {
    instance: NonNull<QpInstance>,
    adapter: PhantomData<fn() -> A>,
}

// SAFETY: an instance is a box of the adapter, which is `Send` and `Sync` by its trait.
unsafe impl<A: VendorAdapter> Send for Opened<A> {}
// SAFETY: as above.
unsafe impl<A: VendorAdapter> Sync for Opened<A> {}

impl<A: VendorAdapter> Drop for Opened<A> {
    fn drop(&mut self) {
        // SAFETY: made by `create` of the same adapter; calls borrow this value, so none is running.
        unsafe { slots::destroy::<A>(self.instance.as_ptr()) }
    }
}

unsafe extern "C" fn write(ctx: *mut c_void, ptr: *const u8, len: usize) -> i32 {
    // SAFETY: the context is the buffer of `collect`, which waits for the slot; the bytes are lent for this call.
    match unsafe { (ctx.cast::<Vec<u8>>().as_mut(), (QpSlice { ptr, len }).bytes()) } {
        (Some(sunk), Some(bytes)) => {
            sunk.extend_from_slice(bytes);
            0
        }
        _ => 1,
    }
}

unsafe extern "C" fn remaining_ns(call: *const QpCall) -> u64 {
    // SAFETY: the call is the one of `lend`, whose deadline lives as long.
    let deadline = unsafe { call.as_ref().and_then(|call| call.host.cast::<Instant>().as_ref()) };
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    left.map_or(0, |left| u64::try_from(left.as_nanos()).unwrap_or(u64::MAX))
}

/// A call with a deadline; it is good for as long as the deadline stays where it is.
fn lend(deadline: &Instant) -> QpCall {
    QpCall {
        struct_size: size_of::<QpCall>() as u32,
        flags: 0,
        trace_id: [0; 16],
        span_id: [0; 8],
        host: from_ref(deadline).cast_mut().cast(),
        remaining_ns: Some(remaining_ns),
    }
}

fn collect(slot: impl FnOnce(*const QpSink) -> i32) -> Result<Vec<u8>, Fault> {
    let mut sunk = Vec::new();
    let sink = QpSink { ctx: (&raw mut sunk).cast(), write: Some(write) };
    match Status::from_raw(slot(&sink)) {
        Status::Ok => Ok(sunk),
        status => {
            let error = PluginError::decode(&*sunk).unwrap_or_default();
            let text =
                if error.place.is_empty() { error.text } else { format!("{}: {}", error.place, error.text) };
            Err(Fault { status, text })
        }
    }
}

impl<A: VendorAdapter> Subject for InProcess<A> {
    type Instance = Opened<A>;

    fn flags(&self) -> u32 {
        super::FLAGS
    }

    fn describe(&self) -> Result<Vec<u8>, Fault> {
        // SAFETY: the sink lives through the call.
        collect(|sink| unsafe { slots::describe::<A>(sink) })
    }

    fn create(&self, config: &[u8], deadline: Instant) -> Result<Self::Instance, Fault> {
        let mut instance = null_mut();
        let call = lend(&deadline);
        // SAFETY: all that is lent lives through the call; the slot does not use the host.
        collect(|sink| unsafe {
            slots::create::<A>(null(), &call, QpSlice::lend(config), &raw mut instance, sink)
        })?;
        let missing = || Fault { status: Status::Internal, text: "`create` gave no instance".to_owned() };
        let instance = NonNull::new(instance).ok_or_else(missing)?;
        Ok(Opened { instance, adapter: PhantomData })
    }

    fn catalog(&self, opened: &Self::Instance, deadline: Instant) -> Result<Vec<u8>, Fault> {
        let call = lend(&deadline);
        // SAFETY: the instance is alive while it is borrowed; the rest lives through the call.
        collect(|sink| unsafe { slots::catalog::<A>(opened.instance.as_ptr(), &call, sink) })
    }

    fn offers(&self, opened: &Self::Instance, request: &[u8], deadline: Instant) -> Result<Vec<u8>, Fault> {
        let call = lend(&deadline);
        // SAFETY: as in `catalog`.
        collect(|sink| unsafe {
            slots::offers::<A>(opened.instance.as_ptr(), &call, QpSlice::lend(request), sink)
        })
    }

    fn self_test(&self, opened: &Self::Instance, deadline: Instant) -> Option<Result<Vec<u8>, Fault>> {
        let call = lend(&deadline);
        // SAFETY: as in `catalog`.
        Some(collect(|sink| unsafe { slots::self_test::<A>(opened.instance.as_ptr(), &call, sink) }))
    }
}
