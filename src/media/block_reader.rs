//! Reads packets of audio in blocks of equal size.

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

use super::source::SourceStream;
use crate::timeline::Frames;

/// Full scale of 64-bit integers.
const FULL_64: f64 = (1u64 << 63) as f64;

/// A reader of blocks, which packs several into a packet.
pub(super) struct BlockReader {
    pub(super) stream: SourceStream,
    /// The place of the blocks in the file.
    pub(super) data: Range<u64>,
    /// The size of a block in bytes.
    pub(super) bytes: u64,
    /// Frames per block.
    pub(super) frames: Frames,
    /// The number of blocks.
    pub(super) count: u64,
    pub(super) per_packet: u64,
    /// The next block's number.
    pub(super) next: u64,
    /// Whether the file is truncated.
    pub(super) is_cut: bool,
    /// Whether samples are 64-bit integers, to be converted to floats.
    pub(super) is_wide: bool,
    pub(super) is_big_endian: bool,
}

impl BlockReader {
    /// Returns a handle to the stream's position, for progress.
    pub(super) fn reached(&self) -> Arc<AtomicU64> {
        self.stream.reached()
    }

    /// Seeks to the packet that holds a frame, or to the last packet. Returns `false` if there is none.
    pub(super) fn seek(&mut self, frame: Frames) -> bool {
        let block = (frame / self.frames).min(self.count.saturating_sub(1));
        self.next = block - block % self.per_packet;
        self.count > 0
    }

    /// Reads the next packet. Returns `None` at the end, or an error for an unexpected end if the file was truncated.
    #[inline(never)]
    pub(super) fn next_packet(&mut self) -> io::Result<Option<Packet>> {
        let count = self.count.saturating_sub(self.next).min(self.per_packet);
        if count == 0 {
            return if self.is_cut { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(None) };
        }
        let start = self.data.start + self.next * self.bytes;
        let wanted = (count * self.bytes) as usize;
        let present = (count * self.bytes).min(self.data.end - start) as usize;
        let mut bytes = self.stream.peek(start, present)?.to_vec();
        if bytes.len() < present {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if self.is_wide {
            self.narrow(&mut bytes);
        }
        // Pads a partial last block.
        bytes.resize(wanted, 0);
        let time = Timestamp::from(i64::try_from(self.next.saturating_mul(self.frames)).unwrap_or(i64::MAX));
        self.next += count;
        Ok(Some(Packet::new(0, time, Duration::new(count * self.frames), bytes)))
    }

    /// Converts 64-bit integers to floats.
    fn narrow(&self, bytes: &mut [u8]) {
        for sample in bytes.as_chunks_mut::<8>().0 {
            let number = if self.is_big_endian { i64::from_be_bytes(*sample) } else { i64::from_le_bytes(*sample) };
            let float = number as f64 / FULL_64;
            *sample = if self.is_big_endian { float.to_be_bytes() } else { float.to_le_bytes() };
        }
    }
}
