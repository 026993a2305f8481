//! Where the file goes: written once from front to back, but for the header.
//!
//! The header's size is known before the first packet, its content after the last. So a sink reserves it, takes the
//! packets as they come, and gets the header on finishing. Until then nothing may replace what was there before.

use thiserror::Error;

/// Why the file could not be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SinkError {
    /// The disk, or the browser's quota, is full.
    #[error("There is not enough room to save the file. Free some space and try again.")]
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
    /// Puts the header in its place and makes the file whole.
    async fn finish(&mut self, header: Vec<u8>) -> Result<Self::Output, SinkError>;
    /// Throws away what was written. What was there before stays.
    async fn abort(&mut self);
}

/// A file in memory, for native programs and tests.
#[derive(Default)]
pub struct MemorySink(Vec<u8>);

impl Sink for MemorySink {
    type Output = Vec<u8>;

    async fn reserve(&mut self, header_bytes: u64) -> Result<(), SinkError> {
        let bytes = usize::try_from(header_bytes).map_err(|_| SinkError::QuotaExceeded)?;
        self.0.resize(bytes, 0);
        Ok(())
    }

    async fn append(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    async fn finish(&mut self, header: Vec<u8>) -> Result<Vec<u8>, SinkError> {
        let mut file = std::mem::take(&mut self.0);
        let room = file.get_mut(..header.len()).ok_or_else(|| SinkError::Failed("the header has no room".into()))?;
        room.copy_from_slice(&header);
        Ok(file)
    }

    async fn abort(&mut self) {
        self.0 = Vec::new();
    }
}
