//! Buffers packets for the sink, which gets them in the parts that the file's layout has, and keeps their sizes for
//! the header.

use super::sink::{Sink, SinkError};
use crate::m4a::FileLayout;

/// Packets on their way to the sink. Only two bytes remain of each one, its size.
pub(super) struct Packets {
    sizes: Vec<u16>,
    /// The packets that the sink does not have yet, and the number of those that it has.
    waiting: Vec<u8>,
    written: usize,
    bytes: u64,
}

impl Packets {
    /// Creates an empty buffer for a stream of `count` packets.
    pub(super) fn new(count: u64) -> Self {
        let mut sizes = Vec::new();
        // Allocated at once, because a growing list holds up to three times as much. If that fails, the list grows.
        let _ = sizes.try_reserve_exact(usize::try_from(count).unwrap_or(0));
        Self { sizes, waiting: Vec::new(), written: 0, bytes: 0 }
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

    /// Sends every whole part to the sink.
    pub(super) async fn flush<K: Sink>(&mut self, file: &FileLayout, sink: &mut K) -> Result<(), SinkError> {
        while self.sizes.len() - self.written >= file.packets_per_part() {
            self.write(file.packets_per_part(), file, sink).await?;
        }
        Ok(())
    }

    /// Sends all packets to the sink.
    pub(super) async fn flush_all<K: Sink>(&mut self, file: &FileLayout, sink: &mut K) -> Result<(), SinkError> {
        self.flush(file, sink).await?;
        let rest = self.sizes.len() - self.written;
        if rest > 0 { self.write(rest, file, sink).await } else { Ok(()) }
    }

    /// Sends the next `count` packets to the sink, as one part.
    async fn write<K: Sink>(&mut self, count: usize, file: &FileLayout, sink: &mut K) -> Result<(), SinkError> {
        let sizes = self.sizes.iter().skip(self.written).take(count);
        let bytes = sizes.map(|&size| usize::from(size)).sum::<usize>().min(self.waiting.len());
        let mut part = file.part_start(bytes as u64);
        part.extend(self.waiting.drain(..bytes));
        self.written += count;
        sink.append(&part).await
    }
}
