//! Reads Opus, Vorbis and FLAC in Ogg (RFC 3533): packets in pages, each page with a checksum and the time at its end.
//!
//! [`open`] reads the stream headers, and [`OggReader`] the packets of one stream. A page with a wrong checksum is
//! skipped. The next page's time measures the loss, so later packets keep their times. Reading may start at any page
//! on which a packet starts. The time at the stream's end trims packets, and so does a chained stream's pre-skip.

mod streams;

use std::collections::VecDeque;
use std::io;

use symphonia::core::checksum::Crc32;
use symphonia::core::errors::{Error, Result};
use symphonia::core::io::Monitor;
use symphonia::core::packet::{Packet, PacketBuilder};
use symphonia::core::units::{Duration, Timestamp};

use super::lengths::{FRAMES_A_BYTE, Lengths};
use super::source::SourceStream;
use crate::timeline::Frames;
pub(super) use streams::open;

/// The first bytes of a page.
pub(super) const MARK: &[u8] = b"OggS";

/// The size of a page's header before its segment table, in bytes.
const HEADER: usize = 27;

/// The number of bytes searched for a page at a time.
const SCAN: usize = 4096;

/// The largest packet that is assembled, in bytes: larger than any audio packet.
const MAX_PACKET: usize = 4 << 20;

const CONTINUED: u8 = 1;
const FIRST: u8 = 2;
const LAST: u8 = 4;

struct Page {
    flags: u8,
    /// The time at the page's end; −1 if no packet ends on it.
    granule: i64,
    serial: u32,
    sequence: u32,
    /// The packet parts on the page, and whether each ends a packet.
    parts: Vec<(Vec<u8>, bool)>,
}

/// A reader of pages.
struct Pages {
    stream: SourceStream,
    /// The next byte's position.
    position: u64,
    /// The number of skipped bytes, if any.
    lost: Option<u64>,
    /// Whether the file is truncated inside a page.
    is_torn: bool,
}

/// A reader of one logical stream.
pub(super) struct OggReader {
    pages: Pages,
    serial: u32,
    lengths: Lengths,
    /// Whether the packet that continues on the next page is a header packet. These are not assembled.
    is_in_header: bool,
    /// The start of a packet that continues on the next page.
    partial: Vec<u8>,
    sequence: Option<u32>,
    /// The granule of the last page on which a packet ended.
    granule: Option<i64>,
    /// The number of bytes lost since then, if there was a loss.
    lost: Option<u64>,
    /// The next frame's number, with trimmed frames counted.
    time: i64,
    /// The number of frames trimmed so far.
    trimmed: i64,
    /// The number of frames still to trim.
    pre_skip: Frames,
    is_last: bool,
    ready: VecDeque<(Packet, Option<u64>)>,
    place: Option<u64>,
    next_stream: Option<u64>,
}

impl OggReader {
    /// Returns a reader of the stream with this serial number, from a byte on.
    pub(super) fn new(stream: SourceStream, position: u64, serial: u32, lengths: Lengths) -> Self {
        Self {
            pages: Pages { stream, position, lost: None, is_torn: false },
            serial,
            lengths,
            is_in_header: false,
            partial: Vec::new(),
            sequence: None,
            granule: None,
            lost: None,
            time: 0,
            trimmed: 0,
            pre_skip: 0,
            is_last: false,
            ready: VecDeque::new(),
            place: None,
            next_stream: None,
        }
    }

    /// Continues with a stream that is chained to this one.
    pub(super) fn chain(&mut self, position: u64, serial: u32, lengths: Lengths, pre_skip: u32) {
        self.pages.position = position;
        (self.serial, self.lengths, self.pre_skip) = (serial, lengths, pre_skip.into());
        (self.sequence, self.granule, self.lost) = (None, None, None);
        (self.is_last, self.next_stream, self.is_in_header) = (false, None, false);
        self.partial.clear();
    }

    /// Moves to a page, on which the first packet to start has this frame number.
    pub(super) fn enter(&mut self, position: u64, time: Frames) {
        self.pages.position = position;
        self.time = i64::try_from(time).unwrap_or(i64::MAX);
        (self.trimmed, self.pre_skip) = (0, 0);
        (self.sequence, self.lost, self.is_last) = (None, None, false);
        // Any granule, to show that this is not the stream's first page.
        self.granule = Some(0);
        self.is_in_header = false;
        self.partial.clear();
        self.ready.clear();
        self.lengths.reset();
    }

    /// Returns the position from which a reader returns the latest packet first, if there is one.
    pub(super) fn place(&self) -> Option<u64> {
        self.place
    }

    /// Returns the byte at which another stream starts, once it is reached.
    pub(super) fn next_stream(&self) -> Option<u64> {
        self.next_stream
    }

    /// Reads the next packet. Returns `None` at the end, or `ResetRequired` where another stream starts.
    #[inline(never)]
    pub(super) fn next_packet(&mut self) -> Result<Option<Packet>> {
        loop {
            if let Some((packet, place)) = self.ready.pop_front() {
                self.place = place;
                return Ok(Some(packet));
            }
            let next = self.pages.next()?;
            if let Some(bytes) = self.pages.lost.take() {
                *self.lost.get_or_insert(0) += bytes;
            }
            let Some((start, page)) = next else {
                let is_cut_off = !self.is_last && (self.pages.is_torn || !self.partial.is_empty());
                return if is_cut_off { Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()) } else { Ok(None) };
            };
            // Concurrent streams start together, before the audio.
            if page.flags & FIRST != 0 && self.granule.is_some() {
                self.next_stream = Some(start);
                return Err(Error::ResetRequired);
            }
            if page.serial == self.serial {
                self.take(start, page);
            }
        }
    }

    /// Takes the packets that end on a page.
    fn take(&mut self, start: u64, page: Page) {
        let follows = self.sequence.is_none_or(|sequence| sequence.wrapping_add(1) == page.sequence);
        let goes_on = page.flags & CONTINUED != 0;
        let fits = goes_on == (self.is_in_header || !self.partial.is_empty());
        if (!follows || !fits) && self.granule.is_some() && self.sequence.is_some() {
            self.lost.get_or_insert(0);
        }
        if !follows || !goes_on {
            self.partial.clear();
            self.is_in_header = false;
        }
        self.sequence = Some(page.sequence);
        let mut is_headless = goes_on && self.partial.is_empty() && !self.is_in_header;
        let mut is_free = page.flags & LAST == 0;
        let mut packets = Vec::new();
        let mut part = std::mem::take(&mut self.partial);
        let mut is_header = std::mem::take(&mut self.is_in_header) && goes_on && follows;
        for (index, (bytes, is_end)) in page.parts.into_iter().enumerate() {
            is_header = is_header || part.is_empty() && !is_headless && self.lengths.is_header(&bytes);
            if !is_header && part.len() + bytes.len() <= MAX_PACKET {
                part.extend(bytes);
            }
            if !is_end {
                if !is_headless {
                    self.partial = std::mem::take(&mut part);
                }
                self.is_in_header = is_header;
                break;
            }
            let data = std::mem::take(&mut part);
            if std::mem::take(&mut is_header) | std::mem::take(&mut is_headless) {
                continue;
            }
            let begins_here = index > 0 || !goes_on;
            packets.push((data, begins_here && std::mem::take(&mut is_free)));
        }
        self.is_last = page.flags & LAST != 0;
        if !packets.is_empty() {
            self.place_packets(start, page.granule, packets);
        }
    }

    /// Sets the times of the packets that end on a page.
    fn place_packets(&mut self, start: u64, granule: i64, packets: Vec<(Vec<u8>, bool)>) {
        let lost = self.lost.take();
        if lost.is_some() {
            self.lengths.reset();
        }
        let lengths: Vec<Frames> = packets.iter().map(|(data, _)| self.lengths.next(data)).collect();
        let total = lengths.iter().sum::<Frames>().cast_signed();
        // A missing time, or one that goes back, is ignored. Then the packets' lengths set the time.
        let last = self.granule.unwrap_or(0);
        let is_told = granule >= last && (granule > 0 || total == 0);
        let granule = if is_told { granule } else { last.saturating_add(total) };
        let before = granule.saturating_sub(total);
        if let Some((bytes, last)) = lost.zip(self.granule).filter(|_| is_told) {
            let most = bytes.saturating_mul(FRAMES_A_BYTE).min(1 << 60).cast_signed();
            self.time = self.time.saturating_add(before.saturating_sub(last).clamp(0, most));
        }
        // Only the last page has packets that end after its time. If it is the only page, it starts at zero.
        let known = self.granule.filter(|_| lost.is_none()).unwrap_or(if self.granule.is_none() { 0 } else { before });
        let mut excess = if self.is_last { total.saturating_sub(granule.saturating_sub(known)).max(0) } else { 0 };
        self.granule = Some(granule);
        let mut trims = vec![0; lengths.len()];
        for (trim, length) in trims.iter_mut().zip(&lengths).rev() {
            *trim = excess.min(length.cast_signed());
            excess -= *trim;
        }
        for (((data, is_place), length), trim_end) in packets.into_iter().zip(lengths).zip(trims) {
            let trim_end = trim_end.cast_unsigned();
            let trim_start = self.pre_skip.min(length - trim_end);
            self.pre_skip -= trim_start;
            self.trimmed = self.trimmed.saturating_add_unsigned(trim_start);
            let packet = PacketBuilder::new()
                .track_id(self.serial)
                .pts(Timestamp::from(self.time.saturating_sub(self.trimmed)))
                .dur(Duration::new(length - trim_end - trim_start))
                .trim_start(Duration::new(trim_start))
                .trim_end(Duration::new(trim_end))
                .data(data)
                .build();
            self.time = self.time.saturating_add_unsigned(length);
            self.trimmed = self.trimmed.saturating_add_unsigned(trim_end);
            self.ready.push_back((packet, is_place.then_some(start)));
        }
    }
}

impl Pages {
    /// Returns the next intact page, and its position.
    fn next(&mut self) -> io::Result<Option<(u64, Page)>> {
        loop {
            let start = self.position;
            let header = self.stream.peek(start, HEADER)?;
            if header.is_empty() {
                return Ok(None);
            }
            let begins = header.len().min(MARK.len());
            self.is_torn = header.get(..begins) == MARK.get(..begins);
            if let Some((page, length)) = self.page_at(start)? {
                self.position = start + length;
                self.is_torn = false;
                return Ok(Some((start, page)));
            }
            let bytes = self.stream.peek(start + 1, SCAN)?;
            let next = bytes.windows(4).position(|mark| mark == b"OggS");
            let skipped = 1 + next.unwrap_or(bytes.len().saturating_sub(3)) as u64;
            let is_end = next.is_none() && bytes.len() < SCAN;
            self.position = if is_end { self.stream.len() } else { start + skipped };
            *self.lost.get_or_insert(0) += self.position - start;
        }
    }

    /// Reads the page that starts here. Returns it with its length, if its checksum matches.
    fn page_at(&mut self, start: u64) -> io::Result<Option<(Page, u64)>> {
        let header = self.stream.peek(start, HEADER)?;
        let Some(&segments) = header.get(HEADER - 1).filter(|_| header.starts_with(b"OggS\0")) else {
            return Ok(None);
        };
        let body = HEADER + usize::from(segments);
        let sizes = self.stream.peek(start, body)?;
        let length = body + sizes.iter().skip(HEADER).map(|&size| usize::from(size)).sum::<usize>();
        let bytes = self.stream.peek(start, length)?;
        let page = if bytes.len() == length { Page::parse(bytes, body) } else { None };
        Ok(page.map(|page| (page, length as u64)))
    }
}

impl Page {
    /// Parses a complete page, whose body starts at byte `body`.
    fn parse(bytes: &[u8], body: usize) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
        let mut checksum = Crc32::new(0);
        checksum.process_buf_bytes(bytes.get(..22)?);
        checksum.process_buf_bytes(&[0; 4]);
        checksum.process_buf_bytes(bytes.get(26..)?);
        if number(22)? != checksum.crc() {
            return None;
        }
        let mut rest = bytes.get(body..)?;
        let mut parts = Vec::new();
        for packet in bytes.get(HEADER..body)?.split_inclusive(|&size| size < 255) {
            let (part, after) = rest.split_at_checked(packet.iter().map(|&size| usize::from(size)).sum())?;
            rest = after;
            parts.push((part.to_vec(), packet.last().is_some_and(|&size| size < 255)));
        }
        Some(Self {
            flags: *bytes.get(5)?,
            granule: i64::from_le_bytes(*bytes.get(6..)?.first_chunk()?),
            serial: number(14)?,
            sequence: number(18)?,
            parts,
        })
    }
}
