//! The C table between host and plugin: its structures, with every size and offset asserted, and the
//! few conversions that read foreign pointers.
//!
//! `include/quotient_plugin.h` says the same in C. The table is frozen: a new minor version appends at
//! the tail or adds an extension id, a new major version is a new entry symbol.
//!
//! - **Owner**: inputs are borrowed until the slot returns; output goes only into the host's sink, which
//!   copies; an instance belongs to the plugin and is freed by `destroy`, once.
//! - **Thread**: `catalog`, `offers`, `self_test` and `health` are called from any thread, at once;
//!   `create` and `destroy` never overlap with a call on the same instance.
//! - **Lifetime**: the host's table and the plugin's table live as long as the process, a `QpCall` as
//!   long as one call.
#![allow(unsafe_code, reason = "the structures hold foreign pointers; each read states why it is sound")]

use std::ffi::c_void;

pub use self::note::{NOTE_BYTES, NOTE_MAGIC, QpNote};
pub use self::table::{TABLE_BYTES_MIN, TableError};

mod note;
mod table;

/// Major version of the table, stated by the entry symbol's name as well.
pub const ABI_MAJOR: u16 = 1;
/// Minor version of the table that this crate knows.
pub const ABI_MINOR: u16 = 0;
/// Number of the message schema, the `1` in `quotient.plugin.v1`.
pub const SCHEMA: u32 = 1;
/// The one symbol that a plugin exports.
pub const ENTRY_SYMBOL: &str = "qp_plugin_entry_v1";
/// First word of a plugin's table after its size: "QP01" as it lies in memory on a little-endian machine.
pub const TABLE_MAGIC: u32 = 0x3130_5051;
/// Most bytes that a host's sink takes.
pub const SINK_BYTES_MAX: usize = 1 << 20;

/// Plugin flag: no panic or exception leaves a slot or ends the process; it is answered with status 8.
pub const FLAG_UNWINDS: u32 = 1;
/// Plugin flag: slots compute only; they do not wait, and do no input or output.
pub const FLAG_PURE_CPU: u32 = 2;
/// Plugin flag: the plugin starts threads of its own, which `quiesce` stops.
pub const FLAG_OWN_THREADS: u32 = 4;
/// Plugin flag: the plugin brings a managed runtime, such as Go's.
pub const FLAG_MANAGED_RUNTIME: u32 = 8;

/// Call flag: the call is a part of a self-test.
pub const CALL_SELF_TEST: u32 = 1;
/// What `remaining_ns` returns when the call has no deadline.
pub const NO_DEADLINE_NS: u64 = u64::MAX;

/// What a slot answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Status {
    /// The sink holds the answer.
    Ok = 0,
    /// The input can be read and makes no sense.
    Invalid = 1,
    /// The library does not have this product.
    UnknownProduct = 2,
    /// The input uses a level or a feature that the plugin does not speak.
    Unsupported = 3,
    /// What the plugin needs is not there now.
    Unavailable = 4,
    /// The time was over before there was an answer.
    Deadline = 5,
    /// A fault in the plugin.
    Internal = 6,
    /// The input cannot be decoded.
    Malformed = 7,
    /// A panic was caught; the instance must not be called again.
    Panic = 8,
}

impl Status {
    /// Reads a number that crossed; one that is not known is an internal fault.
    pub fn from_raw(raw: i32) -> Self {
        match raw {
            0 => Self::Ok,
            1 => Self::Invalid,
            2 => Self::UnknownProduct,
            3 => Self::Unsupported,
            4 => Self::Unavailable,
            5 => Self::Deadline,
            7 => Self::Malformed,
            8 => Self::Panic,
            _ => Self::Internal,
        }
    }

    /// The number that crosses.
    pub fn raw(self) -> i32 {
        self as i32
    }

    /// The name that logs use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Invalid => "invalid",
            Self::UnknownProduct => "unknown_product",
            Self::Unsupported => "unsupported",
            Self::Unavailable => "unavailable",
            Self::Deadline => "deadline",
            Self::Internal => "internal",
            Self::Malformed => "malformed",
            Self::Panic => "panic",
        }
    }
}

/// How serious a log line is; the numbers cross.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum LogLevel {
    /// Something failed.
    Error = 1,
    /// Something is odd.
    Warn = 2,
    /// Something happened.
    Info = 3,
    /// For who looks for a cause.
    Debug = 4,
    /// All steps.
    Trace = 5,
}

impl LogLevel {
    /// Reads a number that crossed; one that is not known is the least serious.
    pub fn from_raw(raw: u32) -> Self {
        match raw {
            1 => Self::Error,
            2 => Self::Warn,
            3 => Self::Info,
            4 => Self::Debug,
            _ => Self::Trace,
        }
    }
}

/// Borrowed bytes. `{NULL, 0}` is empty.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct QpSlice {
    /// First byte, or NULL.
    pub ptr: *const u8,
    /// Number of bytes.
    pub len: usize,
}

impl QpSlice {
    /// No bytes.
    pub const EMPTY: Self = Self { ptr: std::ptr::null(), len: 0 };

    /// Lends bytes; the borrow is no longer seen by the compiler.
    pub const fn lend(bytes: &[u8]) -> Self {
        Self { ptr: bytes.as_ptr(), len: bytes.len() }
    }

    /// The bytes; `None` for a length without bytes, or one that no object can have.
    ///
    /// # Safety
    ///
    /// A pointer that is not NULL must be readable for `len` bytes, which nobody changes during `'a`.
    pub unsafe fn bytes<'a>(self) -> Option<&'a [u8]> {
        if self.len == 0 {
            return Some(&[]);
        }
        if self.ptr.is_null() || self.len > isize::MAX as usize {
            return None;
        }
        // SAFETY: not NULL, below the largest object, and readable and unchanged by the caller's promise.
        Some(unsafe { std::slice::from_raw_parts(self.ptr, self.len) })
    }
}

/// The type of [`QpSink::write`].
pub type SinkWrite = unsafe extern "C" fn(ctx: *mut c_void, ptr: *const u8, len: usize) -> i32;

/// Where output goes: the host copies, and answers non-zero when it takes no more.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct QpSink {
    /// The host's own.
    pub ctx: *mut c_void,
    /// Appends bytes.
    pub write: Option<SinkWrite>,
}

impl QpSink {
    /// Appends bytes; false when the host takes no more, or the sink cannot be written.
    ///
    /// # Safety
    ///
    /// The sink must be the host's, within the call that it was given to.
    pub unsafe fn put(&self, bytes: &[u8]) -> bool {
        let Some(write) = self.write else { return false };
        // SAFETY: the sink is live by the caller's promise, and the bytes are borrowed for the call.
        unsafe { write(self.ctx, bytes.as_ptr(), bytes.len()) == 0 }
    }
}

/// What a plugin may know of the call that it is in.
#[derive(Debug)]
#[repr(C)]
pub struct QpCall {
    /// Bytes of this structure in the host.
    pub struct_size: u32,
    /// [`CALL_SELF_TEST`].
    pub flags: u32,
    /// Zeroes: none.
    pub trace_id: [u8; 16],
    /// Zeroes: none.
    pub span_id: [u8; 8],
    /// The host's own.
    pub host: *mut c_void,
    /// Nanoseconds that are left; 0: stop, late or given up; [`NO_DEADLINE_NS`]: as long as it takes.
    pub remaining_ns: Option<unsafe extern "C" fn(call: *const QpCall) -> u64>,
}

/// The type of [`QpHost::log_enabled`].
pub type HostLogEnabled = unsafe extern "C" fn(ctx: *mut c_void, level: u32, target: QpSlice) -> i32;
/// The type of [`QpHost::log`]; `call` may be NULL, `fields` are `key=value` words.
pub type HostLog = unsafe extern "C" fn(
    ctx: *mut c_void,
    call: *const QpCall,
    level: u32,
    target: QpSlice,
    message: QpSlice,
    fields: QpSlice,
);
/// The type of both `extension` lookups, less the context.
pub type HostExtension = unsafe extern "C" fn(ctx: *mut c_void, id: QpSlice) -> *const c_void;

/// What the host offers to a plugin, for as long as the process lives, on every thread.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct QpHost {
    /// Bytes of this structure in the host.
    pub struct_size: u32,
    /// [`ABI_MAJOR`] of the host.
    pub abi_major: u16,
    /// [`ABI_MINOR`] of the host.
    pub abi_minor: u16,
    /// The host's own.
    pub ctx: *mut c_void,
    /// Non-zero: a line of this level and target would be kept.
    pub log_enabled: Option<HostLogEnabled>,
    /// Logs a line.
    pub log: Option<HostLog>,
    /// Looks an extension up by its id, such as `qp.metrics/1`; NULL: not offered.
    pub extension: Option<HostExtension>,
}

/// A product that a plugin has opened; only the plugin knows what it is.
#[derive(Debug)]
#[repr(C)]
pub struct QpInstance {
    _opaque: [u8; 0],
}

/// The type of [`QpPlugin::describe`].
pub type SlotDescribe = unsafe extern "C" fn(out: *const QpSink) -> i32;
/// The type of [`QpPlugin::create`].
pub type SlotCreate = unsafe extern "C" fn(
    host: *const QpHost,
    call: *const QpCall,
    config: QpSlice,
    out: *mut *mut QpInstance,
    err: *const QpSink,
) -> i32;
/// The type of the slots that take an instance and give bytes.
pub type SlotReport =
    unsafe extern "C" fn(instance: *mut QpInstance, call: *const QpCall, out: *const QpSink) -> i32;
/// The type of [`QpPlugin::offers`].
pub type SlotOffers = unsafe extern "C" fn(
    instance: *mut QpInstance,
    call: *const QpCall,
    request: QpSlice,
    out: *const QpSink,
) -> i32;
/// The type of [`QpPlugin::destroy`].
pub type SlotDestroy = unsafe extern "C" fn(instance: *mut QpInstance);
/// The type of [`QpPlugin::quiesce`].
pub type SlotQuiesce = unsafe extern "C" fn();
/// The type of [`QpPlugin::extension`].
pub type SlotExtension = unsafe extern "C" fn(id: QpSlice) -> *const c_void;
/// The type of the function that [`ENTRY_SYMBOL`] names; NULL: refused, the reason is in the log.
pub type Entry = unsafe extern "C" fn(host: *const QpHost) -> *const QpPlugin;

/// What a plugin offers: a static table. The first five slots are never NULL.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct QpPlugin {
    /// Bytes of this structure in the plugin.
    pub struct_size: u32,
    /// [`TABLE_MAGIC`].
    pub magic: u32,
    /// [`ABI_MAJOR`] of the plugin.
    pub abi_major: u16,
    /// [`ABI_MINOR`] of the plugin.
    pub abi_minor: u16,
    /// [`FLAG_UNWINDS`] and the other flags, as in the note.
    pub flags: u32,
    /// What the plugin was built with, for messages.
    pub build: QpSlice,
    /// The library, an encoded `Description`.
    pub describe: Option<SlotDescribe>,
    /// Opens a product, from an encoded `InstanceConfig`.
    pub create: Option<SlotCreate>,
    /// The instance's encoded `Catalog`.
    pub catalog: Option<SlotReport>,
    /// Answers an encoded `OffersRequest` with an encoded `OffersResponse`.
    pub offers: Option<SlotOffers>,
    /// Frees an instance.
    pub destroy: Option<SlotDestroy>,
    /// Optional: quotes a requirement of the plugin's own.
    pub self_test: Option<SlotReport>,
    /// Optional: an encoded `Health`.
    pub health: Option<SlotReport>,
    /// Optional: stops the plugin's own threads.
    pub quiesce: Option<SlotQuiesce>,
    /// Optional: looks an extension up by its id.
    pub extension: Option<SlotExtension>,
}

// SAFETY: a host's table is never written after it is made, and its functions are called from any thread
// by the contract.
unsafe impl Send for QpHost {}
// SAFETY: as above.
unsafe impl Sync for QpHost {}
// SAFETY: a plugin's table is never written after it is made, its text is static, and its functions are
// called from any thread by the contract.
unsafe impl Send for QpPlugin {}
// SAFETY: as above.
unsafe impl Sync for QpPlugin {}

/// States the size of a structure and the offset of each field on 64-bit machines.
macro_rules! assert_layout {
    ($type:ty = $size:literal { $($field:ident: $offset:literal),* $(,)? }) => {
        #[cfg(target_pointer_width = "64")]
        const _: () = {
            assert!(size_of::<$type>() == $size);
            $(assert!(std::mem::offset_of!($type, $field) == $offset);)*
        };
    };
}

assert_layout!(QpSlice = 16 { ptr: 0, len: 8 });
assert_layout!(QpSink = 16 { ctx: 0, write: 8 });
assert_layout!(QpCall = 48 { struct_size: 0, flags: 4, trace_id: 8, span_id: 24, host: 32, remaining_ns: 40 });
assert_layout!(QpHost = 40 {
    struct_size: 0, abi_major: 4, abi_minor: 6, ctx: 8, log_enabled: 16, log: 24, extension: 32,
});
assert_layout!(QpPlugin = 104 {
    struct_size: 0, magic: 4, abi_major: 8, abi_minor: 10, flags: 12, build: 16, describe: 32, create: 40,
    catalog: 48, offers: 56, destroy: 64, self_test: 72, health: 80, quiesce: 88, extension: 96,
});
assert_layout!(QpNote = 64 { magic: 0, abi_major: 8, abi_minor: 10, schema: 12, flags: 16, build: 20 });

#[cfg(test)]
mod tests;
