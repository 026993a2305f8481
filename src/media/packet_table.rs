//! Packets behind one another, whose sizes a table tells: what CAF files hold that is not of one size.
//!
//! The table is kept as it is written, some bytes a packet, with a mark at each so many packets. So going to a frame is
//! a short walk from the mark before it.

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

use super::source::SourceStream;
use crate::timeline::Frames;

/// Packets between two marks.
const SPACING: u64 = 256;

/// The largest packet that is read.
const MAX_PACKET: u64 = 4 << 20;

/// What comes next: in the table, and in the file.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    entry: usize,
    packet: u64,
    /// Bytes from the audio's start on.
    byte: u64,
    frame: Frames,
}

/// The sizes of all packets, and how many frames each has.
pub(super) struct PacketTable {
    entries: Vec<u8>,
    /// Each packet's bytes, if the table does not say.
    bytes: u64,
    /// Each packet's frames, if the table does not say.
    frames: Frames,
    count: u64,
    marks: Vec<Place>,
    end: Place,
}

impl PacketTable {
    /// A table of so many packets. Where a packet's bytes or its frames are 0, the entries say. What there is no entry
    /// for is not there.
    pub(super) fn new(entries: Vec<u8>, count: u64, bytes: u64, frames: Frames) -> Self {
        let mut table = Self { entries, bytes, frames, count, marks: Vec::new(), end: Place::default() };
        let mut place = Place::default();
        if bytes > 0 && frames > 0 {
            // Nothing is in the table.
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

    /// The frames of all packets.
    pub(super) fn frames(&self) -> Frames {
        self.end.frame
    }

    /// The packet at a place, by its size, and the place behind it.
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

    /// The place of the packet that holds a frame.
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

/// A number of seven bits a byte, the greatest first; the top bit says that more follow (Apple, "Core Audio Format
/// Specification", "Packet Table Chunk").
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

/// Reads the packets.
pub(super) struct TableReader {
    stream: SourceStream,
    data: Range<u64>,
    table: PacketTable,
    next: Place,
}

impl TableReader {
    /// A reader of the packets that are here in a file.
    pub(super) fn new(stream: SourceStream, data: Range<u64>, table: PacketTable) -> Self {
        Self { stream, data, table, next: Place::default() }
    }

    /// Whether all packets have as many frames.
    pub(super) fn is_even(&self) -> bool {
        self.table.frames > 0
    }

    /// Starts anew, with packets that decode to so many frames. A table that counts a multiple less, as of AAC without
    /// the half that HE-AAC adds, is made to count these. Returns the multiple.
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

    /// The stream's position.
    pub(super) fn reached(&self) -> Arc<AtomicU64> {
        self.stream.reached()
    }

    /// Goes to the packet that holds a frame. `false` if there is none.
    pub(super) fn seek(&mut self, frame: Frames) -> bool {
        let found = self.table.find(frame);
        self.next = found.unwrap_or(self.table.end);
        found.is_some()
    }

    /// The next packet, or the end: an unexpected one, where the file has less than the table says.
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
