//! Keeps where a panic was instead of printing it.

use std::cell::RefCell;
use std::panic;

thread_local! {
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// From now on a panic is not printed but remembered.
pub fn remember() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        PLACE.set(place);
    }));
}

/// Where the last one of this thread was.
pub(crate) fn last_place() -> String {
    PLACE.take()
}
