//! Reads audio in Matroska and WebM (RFC 9559): track descriptions at the start, then packets in blocks, in clusters.
//!
//! [`open`] reads the track descriptions, and [`MatroskaReader`] the packets of one track. Invalid data is skipped up
//! to the next block or cluster. Block times measure the loss: in whole packets if these have equal lengths,
//! otherwise to a millisecond. Reading may start at any cluster. `DiscardPadding` trims packets.
//!
//! Elements are read in file order, whatever contains them, so a cluster or a segment may have an unknown size.

mod elements;
mod tracks;

use std::collections::VecDeque;
use std::io;

use symphonia::core::packet::{Packet, PacketBuilder};
use symphonia::core::units::{Duration, Timestamp};

use super::lengths::{FRAMES_A_BYTE, Lengths};
use super::source::SourceStream;
use crate::timeline::{Frames, SampleRate};
use elements::{CLUSTER, HEADER, SEGMENT, find, header, number, variable};
use tracks::frames_of;
pub(super) use tracks::{Matroska, open};

/// The first bytes of a file: the EBML header's ID.
pub(super) const MARK: &[u8] = &[0x1a, 0x45, 0xdf, 0xa3];

/// The number of bytes searched for an element at a time.
const SCAN: usize = 4096;

/// The shortest jump between blocks' times that counts as a gap, as a fraction of a second: one fifth.
const HOLE: Frames = 5;

/// The largest block that is read, in bytes: far more than 255 packets of audio.
const MAX_BLOCK: u64 = 4 << 20;

const TIMESTAMP: u32 = 0xe7;
const SIMPLE_BLOCK: u32 = 0xa3;
const BLOCK_GROUP: u32 = 0xa0;
const BLOCK: u32 = 0xa1;
const DISCARD_PADDING: u32 = 0x75a2;

/// Other elements of a file, a segment or a cluster, which are skipped: the EBML header, SeekHead, Info, Tracks,
/// Cues, Tags, Chapters, Attachments, Void, CRC-32, Position, PrevSize.
const OTHERS: [u32; 12] = [
    0x1a45_dfa3,
    0x114d_9b74,
    0x1549_a966,
    0x1654_ae6b,
    0x1c53_bb6b,
    0x1254_c367,
    0x1043_a770,
    0x1941_a469,
    0xec,
    0xbf,
    0xa7,
    0xab,
];

/// A reader of one track.
pub(super) struct MatroskaReader {
    stream: SourceStream,
    track: u32,
    rate: SampleRate,
    /// Nanoseconds per tick.
    scale: u64,
    /// The bytes that every packet starts with and that the file leaves out (RFC 9559, 5.1.4.1.31.7).
    stripped: Vec<u8>,
    lengths: Lengths,
    /// The next byte's position.
    position: u64,
    /// The declared end of the segment.
    end: Option<u64>,
    /// The cluster's time in ticks.
    cluster: i64,
    /// The cluster's position, until its first packet is read.
    cluster_place: Option<u64>,
    last: Option<Last>,
    is_damaged: bool,
    /// Whether the previous element was a cluster's header.
    is_first: bool,
    /// The next frame's number, with lost frames counted.
    time: Frames,
    ready: VecDeque<(Packet, Option<u64>)>,
    place: Option<u64>,
}

impl MatroskaReader {
    /// Returns a reader of the track with this number, from the file's start.
    pub(super) fn new(stream: SourceStream, track: u32, rate: SampleRate, opened: &Matroska, lengths: Lengths) -> Self {
        Self {
            stream,
            track,
            rate,
            scale: opened.scale,
            stripped: opened.stripped(track).to_vec(),
            lengths,
            position: 0,
            end: None,
            cluster: 0,
            cluster_place: None,
            last: None,
            is_damaged: false,
            is_first: false,
            time: 0,
            ready: VecDeque::new(),
            place: None,
        }
    }

    /// Restarts at the file's start, with packets of `frames` frames at this sample rate.
    pub(super) fn settle(&mut self, rate: SampleRate, frames: Frames) {
        (self.rate, self.lengths) = (rate, Lengths::Fixed(frames));
        self.enter(0, 0);
    }

    /// Moves to a cluster, whose first packet starts at this frame.
    pub(super) fn enter(&mut self, position: u64, time: Frames) {
        (self.position, self.time) = (position, time);
        (self.last, self.is_damaged, self.cluster_place) = (None, false, None);
        self.ready.clear();
        self.lengths.reset();
    }

    /// Returns the position from which a reader returns the latest packet first, if there is one.
    pub(super) fn place(&self) -> Option<u64> {
        self.place
    }

    /// Reads the next packet. Returns `None` at the end.
    #[inline(never)]
    pub(super) fn next_packet(&mut self) -> io::Result<Option<Packet>> {
        while self.ready.is_empty() {
            if self.end.is_some_and(|end| self.position >= end) {
                return Ok(None);
            }
            if self.position >= self.stream.len() {
                let is_cut_off = self.end.is_some_and(|end| end > self.stream.len());
                return if is_cut_off { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(None) };
            }
            match self.element(self.position)? {
                Some(element) if self.belongs(element)? => self.take(element)?,
                _ => self.find_next()?,
            }
        }
        let (packet, place) = self.ready.pop_front().unzip();
        self.place = place.flatten();
        Ok(packet)
    }

    /// Returns whether an element is plausible here. A cluster's time is its first element. If no element follows a
    /// block, but one starts inside it, the block's size is wrong.
    fn belongs(&mut self, element: Element) -> io::Result<bool> {
        let is_first = std::mem::replace(&mut self.is_first, element.id == CLUSTER);
        let Some(end) = element.end else { return Ok(true) };
        match element.id {
            TIMESTAMP => Ok(is_first),
            SIMPLE_BLOCK | BLOCK_GROUP if end < self.stream.len() && !self.is_passable(end)? => {
                Ok(self.find(element.position + 1)?.is_none_or(|next| next >= end))
            }
            _ => Ok(true),
        }
    }

    /// Returns whether a known element starts here, or an unknown one that an element follows.
    fn is_passable(&mut self, position: u64) -> io::Result<bool> {
        Ok(self.element(position)?.is_some() || self.end_of_unknown(position)?.is_some())
    }

    /// Returns the end of an unknown element, if another element follows.
    fn end_of_unknown(&mut self, position: u64) -> io::Result<Option<u64>> {
        let bytes = self.stream.peek(position, HEADER)?;
        let Some((_, Some(size), body)) = header(bytes) else { return Ok(None) };
        let end = (position + (bytes.len() - body.len()) as u64).saturating_add(size);
        let is_followed = end == self.stream.len() || self.element(end)?.is_some();
        Ok(Some(end).filter(|_| is_followed))
    }

    /// Reads the header of a known element. An element of unknown size has no end.
    fn element(&mut self, position: u64) -> io::Result<Option<Element>> {
        let bytes = self.stream.peek(position, HEADER)?;
        let Some((id, size, body)) = header(bytes) else { return Ok(None) };
        let start = position + (bytes.len() - body.len()) as u64;
        let element = Element { id, position, start, end: size.and_then(|size| start.checked_add(size)) };
        let is_known = match id {
            SEGMENT | CLUSTER => true,
            TIMESTAMP => size.is_some_and(|size| size <= 8),
            SIMPLE_BLOCK | BLOCK_GROUP => size.is_some_and(|size| size <= MAX_BLOCK),
            _ => OTHERS.contains(&id) && size.is_some(),
        };
        Ok(is_known.then_some(element))
    }

    fn take(&mut self, element: Element) -> io::Result<()> {
        let Element { id, position, start, end } = element;
        let end = end.unwrap_or(start);
        self.position = match id {
            SEGMENT | CLUSTER => start,
            _ => end,
        };
        match id {
            SEGMENT => self.end = element.end,
            CLUSTER => self.cluster_place = Some(position),
            TIMESTAMP | SIMPLE_BLOCK | BLOCK_GROUP => {
                let length = (end - start) as usize;
                let body = self.stream.peek(start, length)?;
                if body.len() < length {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                match id {
                    TIMESTAMP => self.cluster = i64::try_from(number(body)).unwrap_or(i64::MAX),
                    _ => {
                        let block = Block::parse(id, body).filter(|block| block.track == u64::from(self.track));
                        block.into_iter().for_each(|block| self.take_block(block));
                    }
                }
            }
            // A file may also be truncated inside an element after its audio.
            _ if end > self.stream.len() => return Err(io::ErrorKind::UnexpectedEof.into()),
            _ => {}
        }
        Ok(())
    }

    /// Appends a block's packets to the queue.
    fn take_block(&mut self, block: Block) {
        let ticks = self.cluster.saturating_add(block.time);
        // After the loss of a cluster's header, its blocks seem too early. The next cluster corrects the time.
        if self.is_damaged && self.last.is_some_and(|last| ticks <= last.ticks) {
            return;
        }
        let lost = self.lost_before(ticks);
        // A gap in the recording also counts as a loss. Small variations of the times do not.
        let is_hole = lost >= Frames::from(self.rate.hz()) / HOLE && self.last.is_some_and(|last| last.frames > 0);
        if std::mem::take(&mut self.is_damaged) || is_hole {
            self.time = self.time.saturating_add(lost);
            self.lengths.reset();
        }
        let discarded = frames_of(block.padding, self.rate);
        let count = block.packets.len();
        let (mut total, mut packet_frames) = (0, 0);
        for (index, mut data) in block.packets.into_iter().enumerate() {
            data.splice(..0, self.stripped.iter().copied());
            let length = self.lengths.next(&data);
            let trim_end = if index + 1 == count { discarded.min(length) } else { 0 };
            let packet = PacketBuilder::new()
                .track_id(self.track)
                .pts(Timestamp::from(i64::try_from(self.time).unwrap_or(i64::MAX)))
                .dur(Duration::new(length - trim_end))
                .trim_end(Duration::new(trim_end))
                .data(data)
                .build();
            self.time = self.time.saturating_add(length - trim_end);
            total += length;
            packet_frames = length;
            self.ready.push_back((packet, self.cluster_place.take()));
        }
        self.last = Some(Last { ticks, frames: total, packet: packet_frames });
    }

    /// Returns the number of frames lost before a block that starts at this time.
    fn lost_before(&self, ticks: i64) -> Frames {
        let Some(Last { ticks: last, frames, packet }) = self.last else { return 0 };
        let nanoseconds = u64::try_from(ticks.saturating_sub(last)).unwrap_or(0).saturating_mul(self.scale);
        // No more than the bytes before it can hold.
        let most = self.position.saturating_mul(FRAMES_A_BYTE).saturating_sub(self.time);
        let lost = frames_of(nanoseconds, self.rate).saturating_sub(frames).min(most);
        // Packets of equal length are counted, because times are rounded to milliseconds.
        if self.lengths.are_equal() && packet > 0 { (lost + packet / 2) / packet * packet } else { lost }
    }

    /// Skips an unknown element, or invalid data up to the next cluster or block of the track.
    fn find_next(&mut self) -> io::Result<()> {
        if let Some(end) = self.end_of_unknown(self.position)? {
            self.position = end;
            return Ok(());
        }
        self.is_damaged = true;
        self.position = self.find(self.position + 1)?.unwrap_or(self.stream.len());
        Ok(())
    }

    /// Finds the next cluster or block of the track from here on.
    fn find(&mut self, mut position: u64) -> io::Result<Option<u64>> {
        loop {
            let bytes = self.stream.peek(position, SCAN)?;
            let length = bytes.len();
            let starts = |rest: &[u8]| rest.starts_with(&CLUSTER.to_be_bytes()) || matches!(rest, [0xa3 | 0xa0, ..]);
            match bytes.windows(4).position(starts) {
                Some(at) => {
                    position += at as u64;
                    if self.is_sound(position)? {
                        return Ok(Some(position));
                    }
                    position += 1;
                }
                None if length < SCAN => return Ok(None),
                None => position += (length - 3) as u64,
            }
        }
    }

    /// Returns whether a cluster starts here, or a block of the track that another element follows.
    fn is_sound(&mut self, position: u64) -> io::Result<bool> {
        let Some(element) = self.element(position)? else { return Ok(false) };
        if element.id == CLUSTER {
            return Ok(self.element(element.start)?.is_some_and(|first| first.id == TIMESTAMP));
        }
        let Some(end) = element.end.filter(|&end| end <= self.stream.len()) else { return Ok(false) };
        if end < self.stream.len() && self.element(end)?.is_none() {
            return Ok(false);
        }
        let body = self.stream.peek(element.start, (end - element.start) as usize)?;
        Ok(Block::parse(element.id, body).is_some_and(|block| block.track == u64::from(self.track)))
    }
}

/// The last block of the track.
#[derive(Clone, Copy)]
struct Last {
    /// Its start time in ticks.
    ticks: i64,
    frames: Frames,
    /// The number of frames in its last packet.
    packet: Frames,
}

/// The position of an element in the file.
#[derive(Clone, Copy)]
struct Element {
    id: u32,
    position: u64,
    start: u64,
    end: Option<u64>,
}

/// A block's contents (RFC 9559, 10).
struct Block {
    track: u64,
    /// The time in ticks, relative to the cluster.
    time: i64,
    /// The padding at its end in nanoseconds.
    padding: u64,
    packets: Vec<Vec<u8>>,
}

impl Block {
    fn parse(id: u32, body: &[u8]) -> Option<Self> {
        let (block, padding) = match id {
            SIMPLE_BLOCK => (body, 0),
            _ => (find(body, BLOCK)?, find(body, DISCARD_PADDING).map_or(0, padding)),
        };
        let (track, rest) = variable(block)?;
        let (&[high, low, flags], data) = rest.split_first_chunk()?;
        Some(Self { track, time: i16::from_be_bytes([high, low]).into(), padding, packets: packets(flags, data)? })
    }
}

/// Splits a block into packets, with one of three kinds of lacing or none (RFC 9559, 10.3).
fn packets(flags: u8, data: &[u8]) -> Option<Vec<Vec<u8>>> {
    if flags & 0x06 == 0 {
        return Some(vec![data.to_vec()]);
    }
    let (&count, mut rest) = data.split_first()?;
    let mut sizes: Vec<usize> = Vec::new();
    for _ in 0..count {
        match flags & 0x06 {
            0x02 => {
                let full = rest.iter().position(|&byte| byte < 255)?;
                sizes.push(255 * full + usize::from(*rest.get(full)?));
                rest = rest.get(full + 1..)?;
            }
            0x04 => sizes.push(rest.len() / (usize::from(count) + 1)),
            _ => {
                let before = rest.len();
                let (number, after) = variable(rest)?;
                // The first number is a size. The others are differences, with an offset.
                let offset = (1 << (7 * (before - after.len()) - 1)) - 1;
                let last = sizes.last().map_or(offset, |&size| size as i64);
                sizes.push(usize::try_from(last + i64::try_from(number).ok()? - offset).ok()?);
                rest = after;
            }
        }
    }
    let mut packets = Vec::with_capacity(sizes.len() + 1);
    for size in sizes {
        let (packet, after) = rest.split_at_checked(size)?;
        packets.push(packet.to_vec());
        rest = after;
    }
    packets.push(rest.to_vec());
    Some(packets)
}

/// Returns the padding to discard in nanoseconds. A negative value counts as zero.
fn padding(body: &[u8]) -> u64 {
    if body.first().is_some_and(|&first| first < 0x80) { number(body) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_laced_in_three_ways_or_not_at_all() {
        let [a, b, c] = [vec![1; 3], vec![2; 300], vec![3; 300]];
        let all = [a.clone(), b.clone(), c.clone()].concat();
        let expected = Some(vec![a.clone(), b.clone(), c]);
        assert_eq!(packets(0x80, &all), Some(vec![all.clone()]));
        assert_eq!(packets(0x02, &[&[2, 3, 255, 45], &all[..]].concat()), expected, "Xiph");
        // 3, and then 297 more, as numbers of one and of two bytes.
        let more = 297 + 0x1fff;
        let sizes = [2, 0x83, 0x40 | (more >> 8) as u8, more as u8];
        assert_eq!(packets(0x06, &[&sizes, &all[..]].concat()), expected, "EBML");
        assert_eq!(packets(0x04, &[&[1], &b[..], &b[..]].concat()), Some(vec![b.clone(), b]), "fixed");
        assert_eq!(packets(0x02, &[2, 255, 255, 255, 0, 1]), None);
        assert_eq!(packets(0x06, &[]), None);
    }

    #[test]
    fn padding_is_what_is_to_be_discarded_and_not_what_is_to_be_added() {
        let group = |padding: &[u8]| {
            let head = [&[0xa1, 0x85, 0x81, 0, 20, 0, 9, 0x75, 0xa2][..], &[0x80 | padding.len() as u8]].concat();
            Block::parse(BLOCK_GROUP, &[&head, padding].concat()).unwrap()
        };
        let block = group(&13_500_000u32.to_be_bytes());
        assert_eq!((block.track, block.time, block.padding), (1, 20, 13_500_000));
        assert_eq!(block.packets, [[9]]);
        assert_eq!(group(&(-13_500_000i32).to_be_bytes()).padding, 0);
        assert_eq!(frames_of(13_500_000, SampleRate::HZ_48000), 648);
    }
}
