//! A text in the making. It may refuse to grow, so that a sidecar that is too long is one that is missing, and takes
//! nothing else with it.

use std::fmt;

/// The longest sidecar, in bytes. A day's script is a hundredth of it.
pub(super) const MAX_BYTES: usize = 64 << 20;

/// Grows up to [`MAX_BYTES`], and as far as there is memory.
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
