//! The text of a sidecar while it is written. Writing fails if the text becomes too long, so that only this sidecar
//! is missing and the export goes on.

use std::fmt;

/// The longest sidecar, in bytes: a hundred times a day's script.
pub(super) const MAX_BYTES: usize = 64 << 20;

/// A text that grows up to [`MAX_BYTES`], if there is memory.
pub(super) struct Text(String);

impl Text {
    pub(super) fn new() -> Self {
        Self(String::new())
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let fits = MAX_BYTES.checked_sub(self.0.len()).is_some_and(|room| more.len() <= room);
        if !fits || self.0.try_reserve(more.len()).is_err() {
            return Err(fmt::Error);
        }
        self.0.push_str(more);
        Ok(())
    }
}
