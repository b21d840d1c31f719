//! The plugin-side panic hook: message and place go to the host's log and into the error that is answered.

use std::cell::RefCell;
use std::panic::{PanicHookInfo, set_hook, take_hook};
use std::sync::Once;

use quotient_proto::plugin_v1::PluginError;

use super::logging;
use crate::abi::LogLevel;

/// Most characters of a panic's message that are kept.
const MESSAGE_CHARS_MAX: usize = 1024;

thread_local! {
    static LAST: RefCell<Option<PluginError>> = const { RefCell::new(None) };
}

/// Installs the hook, once. A panic outside a call of this plugin goes to the hook that was there.
pub(super) fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |info| match logging::in_call() {
            true => keep(info),
            false => previous(info),
        }));
    });
}

/// What the last panic on this thread said; forgets it.
pub(super) fn take_last() -> PluginError {
    LAST.with(|last| last.borrow_mut().take())
        .unwrap_or_else(|| PluginError { text: "the adapter panicked".into(), place: String::new() })
}

fn keep(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let message: String = message.chars().take(MESSAGE_CHARS_MAX).collect();
    let text = format!("the adapter panicked: {message}");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    logging::send(LogLevel::Error, module_path!(), &text, &format!("place={place}"));
    LAST.with(|last| *last.borrow_mut() = Some(PluginError { text, place }));
}
