//! `export_adapter!`: turns an author's safe trait into the C table of [`crate::abi`].
//!
//! The macro defines the entry function and the note; the generic functions of [`slots`] do the work.
//! Every slot is guarded: a panic is logged with its place, its payload is forgotten, and the host is
//! answered with status 8.

#[cfg(feature = "conformance")]
pub mod harness;
pub mod logging;
pub mod panics;
pub mod slots;

pub use crate::abi::{QpHost, QpNote, QpPlugin};

/// What this kit writes into the note and the table.
pub const BUILD: &str = concat!("sdk ", env!("CARGO_PKG_VERSION"));

/// What an adapter that is exported by this kit promises: panics are caught if they unwind, and slots
/// only compute, which the trait's contract asks of its author.
pub const FLAGS: u32 =
    if cfg!(panic = "unwind") { crate::abi::FLAG_UNWINDS } else { 0 } | crate::abi::FLAG_PURE_CPU;

/// Exports an adapter: `export_adapter!(MyAdapter);`, once in a library of crate type `cdylib`.
///
/// The type implements [`crate::adapter::VendorAdapter`]. The one symbol that it defines is the entry
/// function of the table, so two exporting libraries cannot be linked into one program.
#[macro_export]
macro_rules! export_adapter {
    ($adapter:ty) => {
        const _: () = {
            #[used]
            #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__qp_note"))]
            #[cfg_attr(windows, unsafe(link_section = ".qpnote"))]
            #[cfg_attr(not(any(target_vendor = "apple", windows)), unsafe(link_section = ".qp_note"))]
            static NOTE: $crate::export::QpNote =
                $crate::export::QpNote::new($crate::export::FLAGS, $crate::export::BUILD);

            static TABLE: $crate::export::QpPlugin = $crate::export::slots::table::<$adapter>();

            #[unsafe(no_mangle)]
            unsafe extern "C" fn qp_plugin_entry_v1(
                host: *const $crate::export::QpHost,
            ) -> *const $crate::export::QpPlugin {
                // SAFETY: the host hands over its own table, which lives as long as the process.
                unsafe { $crate::export::slots::entry(host, &TABLE) }
            }
        };
    };
}
