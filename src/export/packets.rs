//! Buffers packets for the sink, and keeps their sizes for the header.

use super::sink::{Sink, SinkError};

/// The approximate size of the parts that the sink gets, in bytes.
const PART_BYTES: usize = 512 * 1024;

/// Packets on their way to the sink. Only two bytes remain of each one, its size.
pub(super) struct Packets {
    sizes: Vec<u16>,
    waiting: Vec<u8>,
    bytes: u64,
}

impl Packets {
    /// Creates an empty buffer for a stream of `count` packets.
    pub(super) fn new(count: u64) -> Self {
        let mut sizes = Vec::new();
        // Allocated at once, because a growing list holds up to three times as much. If that fails, the list grows.
        let _ = sizes.try_reserve_exact(usize::try_from(count).unwrap_or(0));
        Self { sizes, waiting: Vec::new(), bytes: 0 }
    }

    pub(super) fn push(&mut self, packet: &[u8]) {
        // The size fits: see `Segment::sizes`.
        self.sizes.push(packet.len() as u16);
        self.waiting.extend_from_slice(packet);
        self.bytes += packet.len() as u64;
    }

    /// Returns the size of every packet, in order.
    pub(super) fn sizes(&self) -> &[u16] {
        &self.sizes
    }

    /// Returns the sum of all packets' sizes, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Sends the buffered packets to the sink if they fill a part.
    pub(super) async fn flush<K: Sink>(&mut self, sink: &mut K) -> Result<(), SinkError> {
        if self.waiting.len() >= PART_BYTES { self.flush_all(sink).await } else { Ok(()) }
    }

    /// Sends all buffered packets to the sink.
    pub(super) async fn flush_all<K: Sink>(&mut self, sink: &mut K) -> Result<(), SinkError> {
        if !self.waiting.is_empty() {
            sink.append(&self.waiting).await?;
            self.waiting.clear();
        }
        Ok(())
    }
}
