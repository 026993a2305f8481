//! Packets on their way to the sink, and their sizes for the header.

use super::sink::{Sink, SinkError};

/// Packets are handed to the sink in parts of about this size.
const PART_BYTES: usize = 512 * 1024;

/// Two bytes are kept of each packet; the packet itself goes.
pub(super) struct Packets {
    sizes: Vec<u16>,
    waiting: Vec<u8>,
    bytes: u64,
}

impl Packets {
    /// None yet, of so many to come.
    pub(super) fn new(count: u64) -> Self {
        let mut sizes = Vec::new();
        // All at once, since a list that grows holds up to three times as much. Where that is refused, it grows.
        let _ = sizes.try_reserve_exact(usize::try_from(count).unwrap_or(0));
        Self { sizes, waiting: Vec::new(), bytes: 0 }
    }

    pub(super) fn push(&mut self, packet: &[u8]) {
        // It fits: see `Segment::sizes`.
        self.sizes.push(packet.len() as u16);
        self.waiting.extend_from_slice(packet);
        self.bytes += packet.len() as u64;
    }

    /// Every packet's size, in order.
    pub(super) fn sizes(&self) -> &[u16] {
        &self.sizes
    }

    /// All packets' sizes together.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Hands over what waits, once it is worth a write.
    pub(super) async fn flush<K: Sink>(&mut self, sink: &mut K) -> Result<(), SinkError> {
        if self.waiting.len() >= PART_BYTES { self.flush_all(sink).await } else { Ok(()) }
    }

    /// Hands over all that waits.
    pub(super) async fn flush_all<K: Sink>(&mut self, sink: &mut K) -> Result<(), SinkError> {
        if !self.waiting.is_empty() {
            sink.append(&self.waiting).await?;
            self.waiting.clear();
        }
        Ok(())
    }
}
