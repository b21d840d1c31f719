//! The plugin-side `tracing` subscriber: asks the host whether a line is wanted, then sends it over.
//!
//! `tracing` keeps its state once per library, so a plugin's events would reach nobody without it.
#![allow(unsafe_code, reason = "calls the host's log functions through their pointers")]

use std::cell::Cell;
use std::fmt::{Debug, Write};
use std::ptr::null;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{OnceLock, RwLock};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};

use crate::abi::{LogLevel, QpCall, QpHost, QpSlice};

static HOST: RwLock<Option<QpHost>> = RwLock::new(None);

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
    static CALL: Cell<*const QpCall> = const { Cell::new(null()) };
}

/// Logs go to this host from now on.
pub(super) fn use_host(host: QpHost) {
    match HOST.write() {
        Ok(mut kept) => *kept = Some(host),
        Err(poisoned) => *poisoned.into_inner() = Some(host),
    }
}

fn host() -> Option<QpHost> {
    HOST.read().map_or_else(|poisoned| *poisoned.into_inner(), |kept| *kept)
}

/// This thread is in a slot until the guard is dropped.
pub(super) fn enter(call: *const QpCall) -> InCall {
    CALLS.set(CALLS.get() + 1);
    InCall { outer: CALL.replace(call) }
}

/// Whether this thread is in a slot.
pub(super) fn in_call() -> bool {
    CALLS.get() > 0
}

/// Leaves the slot when it is dropped.
pub(super) struct InCall {
    outer: *const QpCall,
}

impl Drop for InCall {
    fn drop(&mut self) {
        CALLS.set(CALLS.get().saturating_sub(1));
        CALL.set(self.outer);
    }
}

/// Sends a line to the host, if there is one that wants it.
pub(super) fn send(level: LogLevel, target: &str, message: &str, fields: &str) {
    let Some(host) = host() else { return };
    if !wanted(&host, level, target) {
        return;
    }
    let Some(log) = host.log else { return };
    let lend = |text: &str| QpSlice::lend(text.as_bytes());
    // SAFETY: the host's function with its own context; the call is live while this thread is in the slot,
    // and the texts are borrowed for the length of this call.
    unsafe { log(host.ctx, CALL.get(), level as u32, lend(target), lend(message), lend(fields)) }
}

fn wanted(host: &QpHost, level: LogLevel, target: &str) -> bool {
    let Some(log_enabled) = host.log_enabled else { return true };
    // SAFETY: the host's function with its own context; the text is borrowed for the length of this call.
    unsafe { log_enabled(host.ctx, level as u32, QpSlice::lend(target.as_bytes())) != 0 }
}

/// Runs `body` with the subscriber that sends to the host.
pub(super) fn with_subscriber<R>(body: impl FnOnce() -> R) -> R {
    static DISPATCH: OnceLock<Dispatch> = OnceLock::new();
    let dispatch = DISPATCH.get_or_init(|| Dispatch::new(ToHost { next_span: AtomicU64::new(1) }));
    tracing::dispatcher::with_default(dispatch, body)
}

/// Events go to the host; spans are not kept.
struct ToHost {
    next_span: AtomicU64,
}

impl Subscriber for ToHost {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        // The host's filter may change while the process runs, so no answer is kept.
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && host().is_some_and(|host| wanted(&host, level(metadata), metadata.target()))
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(self.next_span.fetch_add(1, Ordering::Relaxed).max(1))
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        send(level(event.metadata()), event.metadata().target(), &line.message, &line.fields);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn level(metadata: &Metadata<'_>) -> LogLevel {
    match *metadata.level() {
        Level::ERROR => LogLevel::Error,
        Level::WARN => LogLevel::Warn,
        Level::INFO => LogLevel::Info,
        Level::DEBUG => LogLevel::Debug,
        Level::TRACE => LogLevel::Trace,
    }
}

/// An event's message, and its other fields as `key=value` words.
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a string does not fail but through the value's own `Debug`, whose text is then cut.
        let _ = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            let space = if self.fields.is_empty() { "" } else { " " };
            write!(self.fields, "{space}{}={value:?}", field.name())
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_words_beside_the_message() {
        let mut line = Line::default();
        let subscriber = Recorder::default();
        tracing::dispatcher::with_default(&Dispatch::new(subscriber.clone()), || {
            tracing::info!(tiers = 3, sheet = "a b", "priced {}", 7);
        });
        line.clone_from(&subscriber.0.lock().unwrap());
        assert_eq!(line.message, "priced 7");
        assert_eq!(line.fields, "tiers=3 sheet=\"a b\"");
    }

    #[derive(Clone, Default)]
    struct Recorder(std::sync::Arc<std::sync::Mutex<Line>>);

    impl Clone for Line {
        fn clone(&self) -> Self {
            Self { message: self.message.clone(), fields: self.fields.clone() }
        }
    }

    impl Subscriber for Recorder {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            event.record(&mut *self.0.lock().unwrap());
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }
}
