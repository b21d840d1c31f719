//! A plugin's log lines, told on through `tracing`: named, cleaned, cut and rationed.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use quotient_plugin_api::abi::LogLevel;

/// Most bytes of a line, its fields included.
const LINE_BYTES_MAX: usize = 8 << 10;
/// Most bytes of a target.
const TARGET_BYTES_MAX: usize = 128;
/// Lines that a plugin may send at once.
const BURST_LINES: f64 = 100.0;
/// Lines a second that it may send for ever.
const LINES_PER_SECOND: f64 = 20.0;

/// Where one plugin's log lines go.
#[derive(Debug)]
pub(super) struct PluginLog {
    file: String,
    plugin_id: OnceLock<String>,
    ration: Mutex<Ration>,
}

impl PluginLog {
    /// The lines carry the file's name until the plugin's id is known.
    pub(super) fn new(file: String) -> Self {
        Self { file, plugin_id: OnceLock::new(), ration: Mutex::new(Ration::full(Instant::now())) }
    }

    pub(super) fn set_plugin_id(&self, id: &str) {
        // An id that is set stays: a library describes itself once.
        let _ = self.plugin_id.set(id.to_owned());
    }

    fn name(&self) -> &str {
        self.plugin_id.get().unwrap_or(&self.file)
    }

    /// Whether a line of this level would be kept.
    pub(super) fn enabled(level: LogLevel) -> bool {
        match level {
            LogLevel::Error => tracing::enabled!(target: TARGET, tracing::Level::ERROR),
            LogLevel::Warn => tracing::enabled!(target: TARGET, tracing::Level::WARN),
            LogLevel::Info => tracing::enabled!(target: TARGET, tracing::Level::INFO),
            LogLevel::Debug => tracing::enabled!(target: TARGET, tracing::Level::DEBUG),
            LogLevel::Trace => tracing::enabled!(target: TARGET, tracing::Level::TRACE),
        }
    }

    /// Tells a line on, unless the plugin has used its ration.
    pub(super) fn line(&self, level: LogLevel, target: &[u8], message: &[u8], fields: &[u8]) {
        if !Self::enabled(level) {
            return;
        }
        let taken = self.ration.lock().unwrap_or_else(PoisonError::into_inner).take(Instant::now());
        let Some(left_out) = taken else { return };
        let plugin = self.name();
        if left_out > 0 {
            tracing::warn!(target: TARGET, plugin, left_out, "the plugin logs too much; lines were left out");
        }
        let target = clean(target, TARGET_BYTES_MAX);
        let message = clean(message, LINE_BYTES_MAX);
        let fields = clean(fields, LINE_BYTES_MAX - message.len());
        macro_rules! tell {
            ($level:ident) => {
                tracing::event!(target: TARGET, tracing::Level::$level, plugin, source = target, fields, "{message}")
            };
        }
        match level {
            LogLevel::Error => tell!(ERROR),
            LogLevel::Warn => tell!(WARN),
            LogLevel::Info => tell!(INFO),
            LogLevel::Debug => tell!(DEBUG),
            LogLevel::Trace => tell!(TRACE),
        }
    }
}

/// Target of all lines that come from plugins.
const TARGET: &str = "quotient::plugin";

/// Text of at most `max` bytes without control characters, which could forge lines or paint terminals.
pub(super) fn clean(bytes: &[u8], max: usize) -> String {
    // What is beyond cannot be in the result: a character is never shorter than what it was read from.
    let near = bytes.get(..max).unwrap_or(bytes);
    let mut text = String::with_capacity(near.len());
    for char in String::from_utf8_lossy(near).chars() {
        let char = if char.is_control() { ' ' } else { char };
        if text.len() + char.len_utf8() > max {
            break;
        }
        text.push(char);
    }
    text
}

/// A bucket of lines that fills with time.
#[derive(Debug)]
struct Ration {
    lines: f64,
    filled: Instant,
    left_out: u64,
}

#[allow(clippy::float_arithmetic, reason = "log lines, not money")]
impl Ration {
    fn full(now: Instant) -> Self {
        Self { lines: BURST_LINES, filled: now, left_out: 0 }
    }

    /// The number of lines that were left out before this one, or `None` if it is left out too.
    fn take(&mut self, now: Instant) -> Option<u64> {
        let seconds = now.saturating_duration_since(self.filled).as_secs_f64();
        self.lines = (self.lines + seconds * LINES_PER_SECOND).min(BURST_LINES);
        self.filled = self.filled.max(now);
        if self.lines < 1.0 {
            self.left_out += 1;
            return None;
        }
        self.lines -= 1.0;
        Some(std::mem::take(&mut self.left_out))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_is_taken_the_rest_left_out_and_told_of_later() {
        let start = Instant::now();
        let mut ration = Ration::full(start);
        let taken = (0..105).filter(|_| ration.take(start).is_some()).count();
        assert_eq!(taken, 100);
        assert_eq!(ration.take(start + Duration::from_millis(49)), None);
        assert_eq!(ration.take(start + Duration::from_millis(51)), Some(6));
        assert_eq!(ration.take(start + Duration::from_secs(60)), Some(0));
    }

    #[test]
    fn text_is_cut_at_a_character_and_has_no_control_characters() {
        assert_eq!(clean(b"a\x1b[31m\nb\0", 100), "a [31m b ");
        assert_eq!(clean("ab\u{e9}".as_bytes(), 3), "ab");
        assert_eq!(clean("ab\u{e9}".as_bytes(), 4), "ab\u{e9}");
        assert_eq!(clean(&[b'x'; 20_000], LINE_BYTES_MAX).len(), LINE_BYTES_MAX);
    }
}
