//! Plugins: found, verified, loaded once, and called.
//!
//! [`Registry::load`] is the road in, whose steps stand in `opening`; an [`Instance`] is one product of
//! one plugin, and the only thing that the rest of the service sees. Code that runs in this process is
//! trusted: the checks keep out files that are broken, stale or not meant, and an honest plugin's faults
//! cost its own vendor's answer and nothing else.
//!
//! A library that was loaded is never unloaded. All `unsafe` of the service is in `library`.

mod call;
mod check;
mod config;
mod discover;
mod files;
mod library;
mod log;
mod opening;
mod pool;
mod product;
mod refusal;
mod registry;
mod sheets;
mod store;
mod verify;

pub use self::call::{CallError, CallMode, Instance, PluginInfo, StrikeCounts};
pub use self::check::check_library;
pub use self::config::{Allowed, Inline, Limits, PluginConfig, SheetDirectory};
pub use self::registry::{LoadError, Refused, Registry, Snapshot};
pub use self::sheets::{RefusedSheet, SheetWatch};
