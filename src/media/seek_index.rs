//! Places in a content where decoding may start. The inspection records them, and a seek uses them.
//!
//! An index is a hint. Each entry has a checksum of the packet that it points to, so a stale or forged entry is
//! detected on arrival. Then decoding takes the slow way, with the same result as without an index.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::store::ByteSource;
use crate::timeline::Frames;

/// The first byte: the format version of the rest.
const VERSION: u8 = 1;

/// The first byte of the index of a content in parts, which holds an index for each.
const VERSION_OF_PARTS: u8 = 2;

/// The most parts that are recorded. Of more, every other part is.
const MAX_PARTS: usize = 1024;

/// The number of bytes at a part's start that are checked on arrival.
const HEAD: usize = 64;

/// The most entries, about 30 KB. Two hours have 1,200 renewals, one per six seconds; of more, every other is dropped.
const MAX_ENTRIES: usize = 2048;

/// A point at which decoding may start, and the way to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// The first decoded frame of the packet after the warm-up.
    pub(super) frame: Frames,
    /// The byte that the demuxer seeks to.
    pub(super) place: u64,
    /// The number of the packet after the warm-up, with lost ones counted.
    pub(super) packet: u64,
    /// The number of warm-up packets, from the place on.
    pub(super) warm_up: u64,
    /// The number of frames in the warm-up.
    pub(super) lead: Frames,
    /// The checksum of the packet at the place.
    pub(super) checksum: u32,
}

/// A packet that the demuxer can seek to.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    place: u64,
    packet: u64,
    frame: Frames,
    checksum: u32,
}

/// A recorder of entries.
#[derive(Default)]
pub(super) struct Recorder {
    candidates: VecDeque<Candidate>,
    entries: Vec<Entry>,
    /// The number of entries dropped between two that are kept.
    spacing: usize,
    passed: usize,
}

impl Recorder {
    /// Records a packet that the demuxer can seek to, and its first frame.
    pub(super) fn note(&mut self, place: u64, packet: u64, frame: Frames, data: &[u8]) {
        self.candidates.push_back(Candidate { place, packet, frame, checksum: checksum(data) });
    }

    /// Drops the candidates before the latest one that allows a warm-up from this packet on.
    pub(super) fn forget_before(&mut self, packet: u64) {
        while self.candidates.get(1).is_some_and(|next| next.packet <= packet) {
            self.candidates.pop_front();
        }
    }

    /// Records that decoding may start at a packet, with a warm-up from packet `first` on.
    pub(super) fn enter(&mut self, first: u64, packet: u64, frame: Frames) {
        self.forget_before(first);
        let Some(from) = self.candidates.front().filter(|from| from.packet <= first) else { return };
        let Some(lead) = frame.checked_sub(from.frame) else { return };
        if self.passed < self.spacing {
            self.passed += 1;
            return;
        }
        self.passed = 0;
        let Candidate { place, checksum, .. } = *from;
        self.entries.push(Entry { frame, place, packet, warm_up: packet - from.packet, lead, checksum });
        if self.entries.len() == MAX_ENTRIES {
            let mut index = 0;
            self.entries.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.spacing = 2 * self.spacing + 1;
        }
    }

    /// Returns the frame of the last recorded point.
    pub(super) fn last(&self) -> Frames {
        self.entries.last().map_or(0, |entry| entry.frame)
    }

    /// Returns the index as bytes; empty if there are no entries.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut before = Entry::default();
        for entry in &self.entries {
            if bytes.is_empty() {
                bytes.push(VERSION);
            }
            write(&mut bytes, entry.frame - before.frame);
            write(&mut bytes, entry.place.saturating_sub(before.place));
            write(&mut bytes, entry.packet - before.packet);
            write(&mut bytes, entry.warm_up);
            write(&mut bytes, entry.lead);
            bytes.extend(entry.checksum.to_le_bytes());
            before = *entry;
        }
        bytes
    }
}

/// Finds the latest entry at or before a frame, in an untrusted index.
pub(super) fn entry_before(index: &[u8], frame: Frames) -> Option<Entry> {
    let mut rest = index.strip_prefix(&[VERSION])?;
    let mut found = None;
    let mut entry = Entry::default();
    while let Some(next) = read_entry(&mut rest, entry) {
        if next.frame > frame {
            break;
        }
        entry = next;
        found = Some(entry);
    }
    found
}

fn read_entry(rest: &mut &[u8], before: Entry) -> Option<Entry> {
    let entry = Entry {
        frame: before.frame.checked_add(read(rest)?)?,
        place: before.place.checked_add(read(rest)?)?,
        packet: before.packet.checked_add(read(rest)?)?,
        warm_up: read(rest)?,
        lead: read(rest)?,
        checksum: {
            let (bytes, after) = rest.split_first_chunk()?;
            *rest = after;
            u32::from_le_bytes(*bytes)
        },
    };
    (entry.warm_up <= entry.packet && entry.lead <= entry.frame).then_some(entry)
}

/// A part of a content, with its own index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PartEntry {
    /// The part's first frame in the recording.
    pub(super) frame: Frames,
    /// The part's first byte.
    pub(super) place: u64,
    pub(super) index: Arc<[u8]>,
    /// The checksum of both, and of the content's bytes at the place.
    checksum: u32,
}

impl PartEntry {
    pub(super) fn new(frame: Frames, place: u64, index: Arc<[u8]>, source: &dyn ByteSource) -> Self {
        let checksum = Self { frame, place, ..Self::default() }.sum(source);
        Self { frame, place, index, checksum }
    }

    /// Returns an entry for the place just reached, which needs no check.
    pub(super) fn unchecked(frame: Frames, place: u64) -> Self {
        Self { frame, place, ..Self::default() }
    }

    /// Returns whether the entry was recorded for this content.
    pub(super) fn is_of(&self, source: &dyn ByteSource) -> bool {
        self.sum(source) == self.checksum
    }

    fn sum(&self, source: &dyn ByteSource) -> u32 {
        let mut bytes = [self.frame.to_le_bytes(), self.place.to_le_bytes()].concat();
        let mut head = [0; HEAD];
        let count = source.read_at(self.place, &mut head).unwrap_or(0);
        bytes.extend(head.iter().take(count));
        checksum(&bytes)
    }
}

/// Returns the index of a content in these parts.
pub(super) fn join(mut parts: Vec<PartEntry>) -> Vec<u8> {
    if let [only] = &parts[..] {
        return only.index.to_vec();
    }
    while parts.len() > MAX_PARTS {
        let mut number = 0;
        parts.retain(|_| {
            number += 1;
            number % 2 == 1
        });
    }
    let mut bytes = vec![VERSION_OF_PARTS];
    for part in &parts {
        write(&mut bytes, part.frame);
        write(&mut bytes, part.place);
        bytes.extend(part.checksum.to_le_bytes());
        write(&mut bytes, part.index.len() as u64);
        bytes.extend_from_slice(&part.index);
    }
    bytes
}

/// Returns the parts in an index, in order; none for a content in one part.
pub(super) fn parts(index: &[u8]) -> Vec<PartEntry> {
    let mut parts = Vec::new();
    let Some(mut rest) = index.strip_prefix(&[VERSION_OF_PARTS]) else { return parts };
    while let Some(part) = read_part(&mut rest) {
        parts.push(part);
    }
    parts
}

fn read_part(rest: &mut &[u8]) -> Option<PartEntry> {
    let (frame, place) = (read(rest)?, read(rest)?);
    let (sum, after) = rest.split_first_chunk()?;
    *rest = after;
    let length = usize::try_from(read(rest)?).ok()?;
    let (index, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(PartEntry { frame, place, index: index.into(), checksum: u32::from_le_bytes(*sum) })
}

/// Appends a number with seven bits per byte, least significant first. The top bit marks that more bytes follow.
fn write(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Computes the 32-bit FNV-1a hash.
pub(super) fn checksum(data: &[u8]) -> u32 {
    data.iter().fold(0x811c_9dc5, |sum: u32, &byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_entry_before_a_frame_is_found() {
        let mut recorder = Recorder::default();
        for n in 1..=3u64 {
            recorder.note(1000 * n, 10 * n, 500_000 * n, &[n as u8; 5]);
            recorder.enter(10 * n + 1, 10 * n + 3, 500_000 * n + 300);
        }
        let index = recorder.finish();
        assert_eq!(entry_before(&index, 500_299), None);
        let second =
            Entry { frame: 1_000_300, place: 2000, packet: 23, warm_up: 3, lead: 300, checksum: checksum(&[2; 5]) };
        assert_eq!(entry_before(&index, 1_000_300), Some(second));
        assert_eq!(entry_before(&index, 1_500_299), Some(second));
        assert_eq!(entry_before(&index, u64::MAX).unwrap().packet, 33);
        for length in 0..index.len() {
            assert!(entry_before(&index[..length], u64::MAX).is_none_or(|entry| entry.packet < 33));
        }
    }

    #[test]
    fn a_long_content_has_a_coarser_index_and_no_longer_one() {
        let mut recorder = Recorder::default();
        for n in 0..10_000u64 {
            recorder.note(100_000 * n, 256 * n, 294_912 * n, &[0]);
            recorder.enter(256 * n, 256 * n, 294_912 * n);
        }
        let index = recorder.finish();
        assert!(index.len() < 32_768);
        let late = entry_before(&index, 9_999 * 294_912).unwrap();
        assert!(late.packet > 9_980 * 256);
    }
}
