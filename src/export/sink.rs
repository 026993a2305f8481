//! The destination of the file, written once from front to back, except for the header.
//!
//! The header's size is known before the first packet, its content after the last. So a sink that can go back reserves
//! space for the header, takes the packets as they come, goes back to the start, and takes the header. A sink that
//! cannot gets the header at the end. Until the file is finished, an existing file must not be replaced.

use std::io::{Cursor, Write};

use thiserror::Error;

use crate::reason::Reason;

/// The reason why the file could not be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SinkError {
    /// The disk is full, or the browser's quota is used up.
    #[error("There is not enough space to save the file. Free some space, then try again.")]
    QuotaExceeded,
    /// Any other failure.
    #[error("Export failed: the file could not be written: {0}")]
    Failed(Reason),
}

/// A file that is being written.
#[allow(async_fn_in_trait, reason = "sinks are single-threaded, so their futures need not be Send")]
pub trait Sink {
    /// The finished file.
    type Output;
    /// Returns whether the sink can go back to the start. Otherwise the file has its header at the end.
    fn can_rewind(&self) -> bool;
    /// Reserves space for the header. Called once, first, if the sink can go back.
    async fn reserve(&mut self, header_bytes: u64) -> Result<(), SinkError>;
    /// Appends bytes at the current position.
    async fn append(&mut self, bytes: &[u8]) -> Result<(), SinkError>;
    /// Goes back to the start, for the header. Called once, if the sink can go back.
    async fn rewind(&mut self) -> Result<(), SinkError>;
    /// Completes the file. Called once, last, after all bytes of the header.
    async fn finish(&mut self) -> Result<Self::Output, SinkError>;
    /// Discards the written bytes. An existing file stays as it was.
    async fn abort(&mut self);
}

/// A file in memory, for native programs and tests.
#[derive(Default)]
pub struct MemorySink(Cursor<Vec<u8>>);

impl Sink for MemorySink {
    type Output = Vec<u8>;

    fn can_rewind(&self) -> bool {
        true
    }

    async fn reserve(&mut self, header_bytes: u64) -> Result<(), SinkError> {
        self.0.set_position(header_bytes);
        Ok(())
    }

    async fn append(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        self.0.write_all(bytes).map_err(|error| SinkError::Failed(error.to_string().into()))
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
