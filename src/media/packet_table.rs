//! Reads contiguous packets whose sizes are in a table: CAF's packets of varying size.
//!
//! The table is kept in the file's form, a few bytes per packet, with a mark at every 256th packet. So seeking to a
//! frame is a short walk from the previous mark.

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

use super::source::SourceStream;
use crate::timeline::Frames;

/// The number of packets between two marks.
const SPACING: u64 = 256;

/// The largest packet that is read, in bytes.
const MAX_PACKET: u64 = 4 << 20;

/// The next packet's position, in the table and in the file.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    entry: usize,
    packet: u64,
    /// The offset from the audio's start, in bytes.
    byte: u64,
    frame: Frames,
}

/// The sizes of all packets, and their numbers of frames.
pub(super) struct PacketTable {
    entries: Vec<u8>,
    /// The bytes of every packet; 0 if the table holds a size for each.
    bytes: u64,
    /// The frames of every packet; 0 if the table holds a number for each.
    frames: Frames,
    count: u64,
    marks: Vec<Place>,
    end: Place,
}

impl PacketTable {
    /// Returns a table of `count` packets. Where `bytes` or `frames` is 0, the entries hold the value for each
    /// packet. Packets without an entry are missing.
    pub(super) fn new(entries: Vec<u8>, count: u64, bytes: u64, frames: Frames) -> Self {
        let mut table = Self { entries, bytes, frames, count, marks: Vec::new(), end: Place::default() };
        let mut place = Place::default();
        if bytes > 0 && frames > 0 {
            // The table has no entries.
            table.end = Place {
                entry: 0,
                packet: count,
                byte: bytes.saturating_mul(count),
                frame: frames.saturating_mul(count),
            };
            return table;
        }
        while let Some((_, next)) = table.read(place) {
            if place.packet.is_multiple_of(SPACING) {
                table.marks.push(place);
            }
            place = next;
        }
        table.count = place.packet;
        table.end = place;
        table
    }

    /// Returns the number of frames in all packets.
    pub(super) fn frames(&self) -> Frames {
        self.end.frame
    }

    /// Returns the size of the packet at a place, and the next place.
    fn read(&self, place: Place) -> Option<(u64, Place)> {
        if place.packet >= self.count {
            return None;
        }
        let mut rest = self.entries.get(place.entry..)?;
        let before = rest.len();
        let size = if self.bytes > 0 { self.bytes } else { number(&mut rest)? };
        let frames = if self.frames > 0 { self.frames } else { number(&mut rest)? };
        let next = Place {
            entry: place.entry + before - rest.len(),
            packet: place.packet + 1,
            byte: place.byte.checked_add(size)?,
            frame: place.frame.checked_add(frames)?,
        };
        Some((size, next))
    }

    /// Returns the place of the packet that holds a frame.
    fn find(&self, frame: Frames) -> Option<Place> {
        if self.bytes > 0 && self.frames > 0 {
            let packet = frame / self.frames;
            let (byte, frame) = (packet.checked_mul(self.bytes)?, packet.checked_mul(self.frames)?);
            return (packet < self.count).then_some(Place { entry: 0, packet, byte, frame });
        }
        let mark = self.marks.partition_point(|mark| mark.frame <= frame).checked_sub(1)?;
        let mut place = *self.marks.get(mark)?;
        loop {
            let (_, next) = self.read(place)?;
            if next.frame > frame {
                return Some(place);
            }
            place = next;
        }
    }
}

/// Parses a number of seven bits per byte, most significant first. The top bit marks that more bytes follow (Apple,
/// "Core Audio Format Specification", "Packet Table Chunk").
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for _ in 0..9 {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        number = number << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// A reader of the packets.
pub(super) struct TableReader {
    stream: SourceStream,
    data: Range<u64>,
    table: PacketTable,
    next: Place,
}

impl TableReader {
    /// Returns a reader of the packets in this part of a file.
    pub(super) fn new(stream: SourceStream, data: Range<u64>, table: PacketTable) -> Self {
        Self { stream, data, table, next: Place::default() }
    }

    /// Returns whether all packets have the same number of frames.
    pub(super) fn is_even(&self) -> bool {
        self.table.frames > 0
    }

    /// Restarts, with packets that decode to `frames` frames. If the table counts an integer fraction of them, as for
    /// the core of HE-AAC, it is changed to count all of them. Returns the factor.
    pub(super) fn settle(&mut self, frames: Frames) -> u64 {
        self.next = Place::default();
        let ratio = frames.checked_div(self.table.frames).unwrap_or(1);
        if ratio < 2 || !frames.is_multiple_of(self.table.frames) {
            return 1;
        }
        let PacketTable { entries, bytes, count, .. } = &mut self.table;
        self.table = PacketTable::new(std::mem::take(entries), *count, *bytes, frames);
        ratio
    }

    /// Returns a handle to the stream's position, for progress.
    pub(super) fn reached(&self) -> Arc<AtomicU64> {
        self.stream.reached()
    }

    /// Seeks to the packet that holds a frame. Returns `false` if there is none.
    pub(super) fn seek(&mut self, frame: Frames) -> bool {
        let found = self.table.find(frame);
        self.next = found.unwrap_or(self.table.end);
        found.is_some()
    }

    /// Reads the next packet. Returns `None` at the end, or an error for an unexpected end if the file is shorter
    /// than the table.
    #[inline(never)]
    pub(super) fn next_packet(&mut self) -> io::Result<Option<Packet>> {
        let Some((size, next)) = self.table.read(self.next) else { return Ok(None) };
        let place = std::mem::replace(&mut self.next, next);
        let start = self.data.start.saturating_add(place.byte);
        let cut_off = || Err(io::ErrorKind::UnexpectedEof.into());
        if size > MAX_PACKET || start.saturating_add(size) > self.data.end {
            return cut_off();
        }
        let bytes = self.stream.peek(start, size as usize)?;
        if (bytes.len() as u64) < size {
            return cut_off();
        }
        let time = Timestamp::from(i64::try_from(place.frame).unwrap_or(i64::MAX));
        Ok(Some(Packet::new(0, time, Duration::new(next.frame - place.frame), bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Bytes;

    #[test]
    fn a_packet_is_found_by_its_frame_whether_the_table_tells_sizes_lengths_or_both() {
        for (bytes, frames) in [(0, 960), (3, 0), (0, 0), (3, 960)] {
            let entry = |n: u64| {
                let size = if bytes == 0 { vec![0x80, (n % 5 + 1) as u8] } else { vec![] };
                let length = if frames == 0 { vec![0x87, 0x40 + (n % 3) as u8] } else { vec![] };
                [size, length].concat()
            };
            let table = PacketTable::new((0..1000).flat_map(entry).collect(), 1000, bytes, frames);
            let source: Arc<[u8]> = (0..10_000u32).map(|n| n as u8).collect();
            let mut reader = TableReader::new(SourceStream::new(Arc::new(Bytes(source))), 7..10_000, table);
            let mut packets = Vec::new();
            while let Some(packet) = reader.next_packet().unwrap() {
                packets.push(packet);
            }
            assert_eq!(packets.len(), 1000);
            for index in [0, 1, 255, 256, 257, 700, 999] {
                let packet = &packets[index];
                for frame in [packet.pts.get() as u64, packet.pts.get() as u64 + packet.dur.get() - 1] {
                    assert!(reader.seek(frame));
                    let found = reader.next_packet().unwrap().unwrap();
                    assert_eq!((found.pts, &found.data), (packet.pts, &packet.data));
                }
            }
            assert!(!reader.seek(reader.table.frames()));
        }
    }
}
