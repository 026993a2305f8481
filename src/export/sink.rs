//! Where the file goes: written once from front to back, but for the header.
//!
//! The header's size is known before the first packet, its content after the last. So a sink reserves it, takes the
//! packets as they come, goes back, and takes the header. Until it is finished nothing may replace what was there
//! before.

use std::io::{Cursor, Write};

use thiserror::Error;

/// Why the file could not be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SinkError {
    /// The disk, or the browser's quota, is full.
    #[error("There is not enough space to save the file. Free some space, then try again.")]
    QuotaExceeded,
    /// Anything else.
    #[error("Export failed: the file could not be written: {0}")]
    Failed(String),
}

/// A file in the making.
#[allow(async_fn_in_trait, reason = "sinks are single-threaded, so their futures need not be Send")]
pub trait Sink {
    /// The finished file.
    type Output;
    /// What the file is called, where that is settled; else the job names it.
    fn name(&self) -> Option<String> {
        None
    }

    /// Leaves room for the header. Called once, first.
    async fn reserve(&mut self, header_bytes: u64) -> Result<(), SinkError>;
    /// Adds what follows.
    async fn append(&mut self, bytes: &[u8]) -> Result<(), SinkError>;
    /// Goes back to the start: from now on what is added is the header. Called once.
    async fn rewind(&mut self) -> Result<(), SinkError>;
    /// Makes the file whole. Called once, last, when the header has all its bytes.
    async fn finish(&mut self) -> Result<Self::Output, SinkError>;
    /// Throws away what was written. What was there before stays.
    async fn abort(&mut self);
}

/// A file in memory, for native programs and tests.
#[derive(Default)]
pub struct MemorySink(Cursor<Vec<u8>>);

impl Sink for MemorySink {
    type Output = Vec<u8>;

    async fn reserve(&mut self, header_bytes: u64) -> Result<(), SinkError> {
        self.0.set_position(header_bytes);
        Ok(())
    }

    async fn append(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        self.0.write_all(bytes).map_err(|error| SinkError::Failed(error.to_string()))
    }

    async fn rewind(&mut self) -> Result<(), SinkError> {
        self.0.set_position(0);
        Ok(())
    }

    async fn finish(&mut self) -> Result<Vec<u8>, SinkError> {
        Ok(std::mem::take(&mut self.0).into_inner())
    }

    async fn abort(&mut self) {
        self.0 = Cursor::default();
    }
}
