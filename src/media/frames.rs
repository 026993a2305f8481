//! MP3 and ADTS: frames in a row, each with a header that tells how long it is, and nothing around them.
//!
//! Symphonia says what the stream is; this reads its packets. It knows where each one lies, so that reading may start
//! there, and what of a damaged stretch is lost: the next packet's time says how much. Where it lost its place, it
//! takes up only at a header of the stream's own kind that is followed by another, or by the end. What it finds
//! depends on the bytes from there on alone, and not on where it began.
//!
//! Tags (ID3, APE) are passed over, also between files that were joined, and so are their Xing and VBRI frames.

use std::io;

use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

use super::source::SourceStream;
use crate::timeline::Frames;

/// The bytes in which a header is told: ADTS's seven, of which MP3 has four.
const HEADER: usize = 7;

/// The bytes in which a tag's length is told.
const TAG: usize = 32;

/// Bytes that are looked through for a header at a time.
const SCAN: usize = 4096;

/// Frames behind a damaged stretch by whose mean length it is measured. At a constant rate that is exact.
const MEASURE: u64 = 32;

/// Where Xing's mark is, from a frame's start on: behind a side information of 9, 17 or 32 bytes.
const XING: [usize; 3] = [13, 21, 36];

/// Where VBRI's is.
const VBRI: usize = 36;

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Mp3,
    Adts,
}

/// What one header tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    /// What all headers of a stream share: version, layer or profile, rate and channels.
    kind: [u8; 3],
    /// Bytes from this header to the next.
    length: u64,
    /// Bytes of these that are the header, where the decoder does not want it.
    skipped: u64,
    /// Frames of audio.
    frames: Frames,
}

impl Header {
    fn parse(framing: Framing, bytes: &[u8]) -> Option<Self> {
        match framing {
            Framing::Mp3 => Self::mp3(bytes),
            Framing::Adts => Self::adts(bytes),
        }
    }

    /// An MPEG layer III header (ISO/IEC 11172-3, 2.4.1.3; 13818-3, 2.4.2.3; "MPEG 2.5" halves the rates again). One
    /// without a bit rate, "free format", is none.
    fn mp3(bytes: &[u8]) -> Option<Self> {
        const KILOBITS_1: [u64; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
        const KILOBITS_2: [u64; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
        const HERTZ: [u64; 3] = [44_100, 48_000, 32_000];
        let &[sync, version, rate, mode, ..] = bytes else { return None };
        if sync != 0xff || version & 0xe6 != 0xe2 {
            return None;
        }
        let (kilobits, slots, divisor) = match version & 0x18 {
            0x18 => (KILOBITS_1, 144, 1),
            0x10 => (KILOBITS_2, 72, 2),
            0x00 => (KILOBITS_2, 72, 4),
            _ => return None,
        };
        let kilobits = kilobits.get(usize::from(rate >> 4).checked_sub(1)?)?;
        let hertz = HERTZ.get(usize::from(rate >> 2 & 3))? / divisor;
        let is_mono = mode >> 6 == 3;
        Some(Self {
            kind: [version & 0x1e, rate & 0x0c, u8::from(is_mono)],
            length: slots * 1000 * kilobits / hertz + u64::from(rate >> 1 & 1),
            skipped: 0,
            frames: 8 * slots,
        })
    }

    /// An ADTS header (ISO/IEC 13818-7, 6.2) of one raw data block.
    fn adts(bytes: &[u8]) -> Option<Self> {
        let &[sync, version, profile, channels, length, rest, blocks, ..] = bytes else { return None };
        let skipped = if version & 1 == 1 { 7 } else { 9 };
        let length = u64::from(channels & 3) << 11 | u64::from(length) << 3 | u64::from(rest >> 5);
        let is_header = sync == 0xff && version & 0xf6 == 0xf0 && blocks & 3 == 0 && length > skipped;
        let kind = [version & 0x08, profile & 0xfd, channels & 0xc0];
        is_header.then_some(Self { kind, length, skipped, frames: 1024 })
    }
}

/// Reads the packets of a stream.
pub(super) struct FrameReader {
    stream: SourceStream,
    framing: Framing,
    /// What headers must share, once one is known.
    kind: Option<[u8; 3]>,
    /// The byte that comes next.
    position: u64,
    /// The frame that comes next, lost ones counted.
    time: Frames,
    place: Option<u64>,
}

impl FrameReader {
    /// A reader of the stream that begins at this byte.
    pub(super) fn new(stream: SourceStream, framing: Framing, position: u64) -> Self {
        Self { stream, framing, kind: None, position, time: 0, place: None }
    }

    /// Starts at a packet, which is at this frame.
    pub(super) fn enter(&mut self, position: u64, time: Frames) {
        (self.position, self.time) = (position, time);
    }

    /// Where a reader may start to get the latest packet first.
    pub(super) fn place(&self) -> Option<u64> {
        self.place
    }

    /// The next packet, or the end. A packet that the end cuts off is an unexpected one.
    pub(super) fn next_packet(&mut self) -> io::Result<Option<Packet>> {
        loop {
            self.skip_tags()?;
            let Some((position, header)) = self.sync()? else { return Ok(None) };
            self.kind = Some(header.kind);
            self.time = self.time.saturating_add(self.lost_before(position, header)?);
            self.position = self.end_of(position, header)?;
            let length = self.position - position;
            let bytes = self.stream.peek(position, length as usize)?;
            if (bytes.len() as u64) < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if self.framing == Framing::Mp3 && is_description(bytes) {
                continue;
            }
            let data = bytes.get(header.skipped as usize..).unwrap_or(&[]);
            let start = Timestamp::from(i64::try_from(self.time).unwrap_or(i64::MAX));
            let packet = Packet::new(0, start, Duration::new(header.frames), data);
            self.time = self.time.saturating_add(header.frames);
            self.place = Some(position);
            return Ok(Some(packet));
        }
    }

    /// Passes over the tags that stand here, as far as they are whole.
    fn skip_tags(&mut self) -> io::Result<()> {
        while let Some(length) = tag_length(self.stream.peek(self.position, TAG)?) {
            let end = self.position.saturating_add(length);
            if end > self.stream.len() {
                break;
            }
            self.position = end;
        }
        Ok(())
    }

    /// The header that stands here, or the next one that is to be believed.
    fn sync(&mut self) -> io::Result<Option<(u64, Header)>> {
        match self.header_at(self.position)? {
            Some(header) if self.kind.is_some() => Ok(Some((self.position, header))),
            _ => self.find(self.position, u64::MAX),
        }
    }

    /// A header of the stream's kind at this byte.
    fn header_at(&mut self, position: u64) -> io::Result<Option<Header>> {
        let (framing, kind) = (self.framing, self.kind);
        let header = Header::parse(framing, self.stream.peek(position, HEADER)?);
        Ok(header.filter(|header| kind.is_none_or(|kind| kind == header.kind)))
    }

    /// The first header in this stretch that is followed by another.
    fn find(&mut self, mut position: u64, end: u64) -> io::Result<Option<(u64, Header)>> {
        let (framing, kind) = (self.framing, self.kind);
        while position < end {
            let bytes = self.stream.peek(position, SCAN)?;
            let parse =
                |at: &[u8]| Header::parse(framing, at).filter(|header| kind.is_none_or(|kind| kind == header.kind));
            let found = bytes.windows(HEADER).enumerate().find_map(|(at, bytes)| Some((at as u64, parse(bytes)?)));
            let Some((at, header)) = found else {
                if bytes.len() < SCAN {
                    return Ok(None);
                }
                position += (SCAN - HEADER + 1) as u64;
                continue;
            };
            position += at;
            if position < end && self.is_followed(position, header)? {
                return Ok(Some((position, header)));
            }
            position += 1;
        }
        Ok(None)
    }

    /// Whether behind a frame there is another of its kind, a tag, or the end.
    fn is_followed(&mut self, position: u64, header: Header) -> io::Result<bool> {
        let end = position + header.length;
        let is_last = end <= self.stream.len() && end + HEADER as u64 > self.stream.len();
        // The frame and what follows it in one look: the stream's window never has to go back.
        let bytes = self.stream.peek(position, header.length as usize + TAG)?;
        let bytes = bytes.get(header.length as usize..).unwrap_or(&[]);
        let next = Header::parse(self.framing, bytes);
        Ok(is_last || tag_length(bytes).is_some() || next.is_some_and(|next| next.kind == header.kind))
    }

    /// Where a frame ends: where its header says, unless the next frame is found before that.
    fn end_of(&mut self, position: u64, header: Header) -> io::Result<u64> {
        let end = position + header.length;
        if self.is_followed(position, header)? {
            return Ok(end);
        }
        let next = self.find(position + HEADER as u64, end.min(self.stream.len()))?;
        Ok(next.map_or(end, |(next, _)| next))
    }

    /// How many frames the bytes from here to a frame held, by the mean length of the frames from there on.
    fn lost_before(&mut self, position: u64, header: Header) -> io::Result<Frames> {
        let lost = position - self.position;
        if lost == 0 {
            return Ok(0);
        }
        let (mut bytes, mut count) = (header.length, 1);
        while count < MEASURE {
            let Some(next) = self.header_at(position + bytes)? else { break };
            bytes += next.length;
            count += 1;
        }
        Ok((lost * count + bytes / 2) / bytes * header.frames)
    }
}

/// The length of the tag that begins so: ID3v2 (id3.org, "ID3v2.4.0 structure", 3.1), ID3v1, or APE.
fn tag_length(bytes: &[u8]) -> Option<u64> {
    match bytes {
        [b'I', b'D', b'3', _, _, flags, size @ ..] => {
            let size = size
                .first_chunk::<4>()?
                .iter()
                .try_fold(0, |size, &byte| (byte < 0x80).then_some(size << 7 | u64::from(byte)))?;
            Some(size + if flags & 0x10 != 0 { 20 } else { 10 })
        }
        [b'T', b'A', b'G', ..] => Some(128),
        _ => {
            let fields = bytes.strip_prefix(b"APETAGEX")?;
            let number = |at: usize| Some(u32::from_le_bytes(*fields.get(at..)?.first_chunk()?));
            // The size counts the items and the footer. Who stands at the header has that before them too.
            let is_header = number(12)? >> 29 & 1 == 1;
            Some(32 + if is_header { u64::from(number(4)?) } else { 0 })
        }
    }
}

/// Whether a frame has no audio, but a description of the file: what a joined file had in front.
fn is_description(frame: &[u8]) -> bool {
    let is_silent = |end| frame.get(6..end).is_some_and(|side| side.iter().all(|&byte| byte == 0));
    let has = |at: usize, mark: &[u8]| frame.get(at..).is_some_and(|rest| rest.starts_with(mark)) && is_silent(at);
    XING.iter().any(|&at| has(at, b"Xing") || has(at, b"Info")) || has(VBRI, b"VBRI")
}
