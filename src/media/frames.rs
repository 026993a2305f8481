//! MP3, ADTS and LOAS: frames in a row, each with a header that tells how long it is, and nothing around them.
//!
//! This finds a stream and reads its packets. It knows where each frame lies, so that reading may start there, and what
//! of a damaged stretch is lost: the next packet's time says how much. Where it lost its place, it takes up only at a
//! header of the stream's own kind that is followed by another, or by the end. What it finds depends on the bytes from
//! there on alone, and not on where it began.
//!
//! A frame of ADTS or LOAS may hold several packets. A stream of LOAS begins with the first frame that tells its
//! configuration.
//!
//! Tags (ID3, APE) are passed over, also between files that were joined, and so are their Xing and VBRI frames. The
//! first one's LAME tag says what to trim. Where another kind of stream begins, at another rate, the packets end.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_MP3};
use symphonia::core::formats::Track;
use symphonia::core::packet::{Packet, PacketBuilder};
use symphonia::core::units::{Duration, TimeBase, Timestamp};

use super::MediaError;
use super::aac::blocks::Blocks;
use super::aac::config::Config;
use super::aac::latm::{self, Mux, Said};
pub(super) use super::frame_headers::Framing;
use super::frame_headers::{HEADER, Header};
use super::source::SourceStream;
use super::xing::{self, Description};
use crate::store::ByteSource;
use crate::timeline::Frames;

/// The bytes in which a tag's length is told.
const TAG: usize = 32;

/// Bytes that are looked through for a header at a time.
const SCAN: usize = 4096;

/// Frames behind a damaged stretch by whose mean length it is measured. At a constant rate that is exact.
const MEASURE: u64 = 32;

/// Bytes in front of a stream that may be something else, such as the rest of a tag whose size is wrong.
const JUNK: u64 = 64 << 10;

/// Bytes in which a stream of LOAS must tell its configuration, or one that has changed must tell it again. Encoders
/// tell it every half second or so.
const CONFIGURED: u64 = 256 << 10;

/// How many frames of one kind in a row are a stream: at the start, and behind something else.
const RUN: u64 = 2;
const RUN_BEHIND_JUNK: u64 = 6;

/// Reads the packets of a stream.
pub(super) struct FrameReader {
    stream: SourceStream,
    framing: Framing,
    /// What headers must share, once one is known.
    kind: Option<[u8; 3]>,
    /// Channels of the latest frame.
    channels: Option<u8>,
    /// Bytes of a free format's frame, but for its padding.
    free: Option<u64>,
    /// How frames of LOAS are taken apart.
    mux: Option<Mux>,
    /// What takes frames of ADTS apart.
    blocks: Blocks,
    /// The packets that are left of the latest frame.
    held: VecDeque<Box<[u8]>>,
    /// The byte that comes next.
    position: u64,
    /// The frame of audio that comes next, lost ones counted.
    time: Frames,
    /// Padding that packets were trimmed by.
    trimmed: Frames,
    place: Option<u64>,
    description: Option<Description>,
    changes_at: Option<u64>,
    /// The byte with which the stream begins.
    start: u64,
    /// What each packet decodes to, where the headers do not tell.
    packet_frames: Option<Frames>,
}

/// Which frames a source is made of, and where they begin.
pub(super) fn find_stream(source: Arc<dyn ByteSource>) -> io::Result<Option<(Framing, u64)>> {
    let mut reader = FrameReader::new(source, Framing::Mp3, 0);
    reader.skip_tags()?;
    let start = reader.position;
    for framing in Framing::ALL {
        reader.framing = framing;
        if reader.is_run(start, RUN)? {
            return Ok(Some((framing, start)));
        }
    }
    let mut first = None;
    for framing in Framing::ALL {
        reader.framing = framing;
        let end = first.map_or(start + JUNK, |(_, position)| position);
        if let Some((position, _)) = reader.find(start, end)? {
            first = Some((framing, position));
        }
    }
    Ok(first)
}

impl FrameReader {
    /// A reader of the stream that begins at this byte.
    pub(super) fn new(source: Arc<dyn ByteSource>, framing: Framing, position: u64) -> Self {
        Self {
            stream: SourceStream::new(source),
            framing,
            kind: None,
            channels: None,
            free: None,
            mux: None,
            blocks: Blocks::default(),
            held: VecDeque::new(),
            position,
            time: 0,
            trimmed: 0,
            place: None,
            description: None,
            changes_at: None,
            start: position,
            packet_frames: None,
        }
    }

    /// Reads what describes the stream, and goes to its first packet. `None` if there is no header here.
    pub(super) fn open(
        source: Arc<dyn ByteSource>,
        framing: Framing,
        position: u64,
    ) -> Result<Option<(Self, Track)>, MediaError> {
        let read_error = |error: io::Error| MediaError::Read(error.to_string());
        let mut reader = Self::new(source, framing, position);
        let track = match framing {
            Framing::Loas => {
                let said = reader.said_from(position).map_err(read_error)?;
                Some(reader.open_loas(said)?)
            }
            _ => reader.open_frames().map_err(read_error)?,
        };
        Ok(track.map(|track| (reader, track)))
    }

    fn open_frames(&mut self) -> io::Result<Option<Track>> {
        let position = self.position;
        let Some(header) = self.header_at(position)? else { return Ok(None) };
        self.kind = Some(header.kind);
        let length = self.length_at(position, header)?;
        let frame = self.stream.peek(position, length as usize)?;
        if self.framing == Framing::Adts {
            let block = frame.get(header.skipped as usize..).unwrap_or(&[]);
            let config = Config::of_adts(frame, block);
            return Ok(Some(aac_track(header.rate, config.map_or_else(Vec::new, |config| config.to_bytes()))));
        }
        let description = xing::parse(frame);
        let mut params = AudioCodecParameters::new();
        params.for_codec(CODEC_ID_MP3);
        let mut track = track(header.rate, params);
        if let Some(description) = description {
            self.describe(description, position, header, &mut track);
        }
        Ok(Some(track))
    }

    /// Goes to the first frame that tells the configuration.
    fn open_loas(&mut self, said: Option<(u64, Said)>) -> Result<Track, MediaError> {
        match said {
            Some((position, Said::Mux(mux))) => {
                let track = aac_track(mux.config.rate(), mux.config.to_bytes());
                (self.start, self.position, self.mux) = (position, position, Some(mux));
                Ok(track)
            }
            Some((_, Said::Refused(error))) => Err(error),
            _ => Err(MediaError::Unsupported("AAC in LATM without its configuration")),
        }
    }

    /// What the first frame of LOAS says that says something, from a byte on, and where that is.
    fn said_from(&mut self, mut position: u64) -> io::Result<Option<(u64, Said)>> {
        let end = position.saturating_add(CONFIGURED);
        while position < end
            && let Some(header) = self.header_at(position)?
        {
            let length = self.length_at(position, header)?;
            let frame = self.stream.peek(position, length as usize)?;
            match latm::said(frame.get(header.skipped as usize..).unwrap_or(&[])) {
                Said::Same | Said::Nonsense => position += length,
                said => return Ok(Some((position, said))),
            }
        }
        Ok(None)
    }

    /// Whether a frame of LOAS says that the stream is another from here on. Where the next one that says something
    /// does not agree, this one is damaged.
    fn is_other(&mut self, position: u64, header: Header) -> io::Result<bool> {
        let length = self.length_at(position, header)?;
        let frame = self.stream.peek(position, length as usize)?;
        let said = latm::said(frame.get(header.skipped as usize..).unwrap_or(&[]));
        if let Said::Same | Said::Nonsense = said {
            return Ok(false);
        }
        if let Said::Mux(mux) = &said
            && self.mux.as_ref() == Some(mux)
        {
            return Ok(false);
        }
        Ok(self.said_from(position + length)?.is_none_or(|(_, next)| next == said))
    }

    /// Notes what a description says: the delay for all who read the recording, the padding for the packets to come,
    /// and the length only where the file says that it is longer than it is.
    fn describe(&mut self, description: Description, position: u64, header: Header, track: &mut Track) {
        let end = description.bytes.map(|bytes| position.saturating_add(bytes));
        let frames = description.packets.map(|packets| packets.saturating_mul(header.frames));
        let (delay, padding) = (u64::from(description.delay), u64::from(description.padding));
        let is_whole = end.is_some_and(|end| end <= self.stream.len());
        let is_trimmed = is_whole || frames.is_none_or(|frames| frames > delay + padding);
        if is_trimmed && description.has_edges {
            track.with_delay(description.delay);
            track.with_padding(description.padding);
            // A number of packets alone may be wrong; that of bytes tells what is missing.
            if let Some(frames) = frames.filter(|_| end.is_some() && !is_whole) {
                track.with_num_frames(frames - delay - padding);
            }
        }
        let padding = if is_trimmed { description.padding } else { 0 };
        self.description = Some(Description { bytes: end, packets: frames, padding, ..description });
    }

    /// How many bytes it has come to, to be watched.
    pub(super) fn reached(&self) -> Arc<AtomicU64> {
        self.stream.reached()
    }

    /// Starts at a packet, which is at this frame.
    pub(super) fn enter(&mut self, position: u64, time: Frames) {
        (self.position, self.time) = (position, time);
        (self.trimmed, self.channels, self.changes_at) = (0, None, None);
        self.held.clear();
    }

    /// Starts anew at the first frame, each of which decodes to so many frames of audio.
    pub(super) fn settle(&mut self, frames: Frames) {
        self.packet_frames = Some(frames);
        self.enter(self.start, 0);
    }

    /// Where a reader may start to get the latest packet first, if it may.
    pub(super) fn place(&self) -> Option<u64> {
        self.place
    }

    /// The byte at which another kind of stream begins, once the packets have ended there.
    pub(super) fn changes_at(&self) -> Option<u64> {
        self.changes_at
    }

    /// The next packet, or the end. A packet that the end cuts off is an unexpected one.
    pub(super) fn next_packet(&mut self) -> io::Result<Option<Packet>> {
        if let Some(data) = self.held.pop_front() {
            self.place = None;
            let frames = self.packet_frames.unwrap_or(1024);
            return Ok(Some(self.packet(data, frames, 0)));
        }
        if self.changes_at.is_some() {
            return Ok(None);
        }
        loop {
            self.skip_tags()?;
            let Some((position, header)) = self.sync()? else { return Ok(None) };
            let is_other_kind = self.kind.is_some_and(|kind| kind != header.kind);
            if is_other_kind || self.framing == Framing::Loas && self.is_other(position, header)? {
                self.changes_at = Some(position);
                return Ok(None);
            }
            self.kind = Some(header.kind);
            let header = self.completed(header);
            let lost = self.lost_before(position, header)?;
            let end = self.end_of(position, header)?;
            let length = end - position;
            let bytes = self.stream.peek(position, length as usize)?;
            if (bytes.len() as u64) < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if self.framing == Framing::Mp3 && xing::parse(bytes).is_some() {
                // One file ends here and another begins. Its channels may be others, and its tag is then its own.
                if self.channels.is_some_and(|channels| channels != header.channels) {
                    self.changes_at = Some(position);
                    return Ok(None);
                }
                (self.position, self.time) = (end, self.time.saturating_add(lost));
                continue;
            }
            let body = bytes.get(header.skipped as usize..).unwrap_or(&[]);
            let data = match &self.mux {
                Some(mux) => {
                    self.held.extend(mux.packets(body));
                    self.held.pop_front().unwrap_or_default()
                }
                None if header.packets > 1 => {
                    self.held.extend(self.blocks.split(bytes, header.packets as usize));
                    self.held.pop_front().unwrap_or_default()
                }
                None => body.into(),
            };
            self.time = self.time.saturating_add(lost);
            let trim_end = self.padding_in(position, end, header)?;
            (self.position, self.channels, self.place) = (end, Some(header.channels), Some(position));
            return Ok(Some(self.packet(data, header.frames, trim_end)));
        }
    }

    /// A header with what others tell of its frame.
    fn completed(&self, header: Header) -> Header {
        let packets = self.mux.as_ref().map_or(header.packets, |mux| mux.subframes);
        Header { packets, frames: self.packet_frames.unwrap_or(header.frames), ..header }
    }

    /// The packet that comes next, of so many frames, of which some at its end are padding.
    fn packet(&mut self, data: Box<[u8]>, frames: Frames, trim_end: Frames) -> Packet {
        let start = Timestamp::from(i64::try_from(self.time).unwrap_or(i64::MAX));
        let packet = PacketBuilder::new()
            .track_id(0)
            .pts(start)
            .dur(Duration::new(frames - trim_end))
            .trim_start(Duration::new(0))
            .trim_end(Duration::new(trim_end))
            .data(data)
            .build();
        self.time = self.time.saturating_add(frames - trim_end);
        self.trimmed += trim_end;
        packet
    }

    /// How many frames of the packet up to `end` are padding, which the file that was described ends with: where its
    /// bytes end, or, where these are not told, as many packets as it says were there.
    fn padding_in(&mut self, position: u64, end: u64, header: Header) -> io::Result<Frames> {
        let Some(description) = self.description else { return Ok(0) };
        let most = Frames::from(description.padding);
        let (mut next, mut behind) = (end, 0);
        while behind < most {
            let counted = self.time.saturating_add(self.trimmed).saturating_add(header.frames + behind);
            let is_told = match description.bytes {
                Some(end) if end <= self.stream.len() => end == next,
                _ => description.packets == Some(counted),
            };
            if is_told && self.is_boundary(position, next)? {
                return Ok((most - behind).min(header.frames));
            }
            // All in one look from the packet on: the stream's window never has to go back.
            let ahead = (next - position) as usize;
            let bytes = self.stream.peek(position, ahead + HEADER)?;
            let following = Header::parse(self.framing, bytes.get(ahead..).unwrap_or(&[]));
            let following = following.filter(|next| next.kind == header.kind);
            let Some(following) = following else { break };
            next += following.length.or(self.free).unwrap_or(HEADER as u64);
            behind += header.frames;
        }
        Ok(0)
    }

    /// Whether a file ends at a byte: with the content, a tag, another's description, or another kind of frame.
    fn is_boundary(&mut self, position: u64, end: u64) -> io::Result<bool> {
        if end + HEADER as u64 > self.stream.len() {
            return Ok(true);
        }
        let ahead = (end - position) as usize;
        let bytes = self.stream.peek(position, ahead + TAG + xing::LENGTH)?;
        let bytes = bytes.get(ahead..).unwrap_or(&[]);
        let is_same = Header::parse(self.framing, bytes).is_some_and(|next| Some(next.kind) == self.kind);
        Ok(!is_same || xing::is_description(bytes))
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

    /// The header that stands here, or the next one that is to be believed. It may be of another kind.
    fn sync(&mut self) -> io::Result<Option<(u64, Header)>> {
        let position = self.position;
        let header = self.header_at(position)?.filter(|_| self.kind.is_some());
        if let Some(header) = header
            && (self.kind == Some(header.kind) || self.is_run(position, RUN)?)
        {
            return Ok(Some((position, header)));
        }
        self.find(position, u64::MAX)
    }

    /// A header at this byte.
    fn header_at(&mut self, position: u64) -> io::Result<Option<Header>> {
        Ok(Header::parse(self.framing, self.stream.peek(position, HEADER)?))
    }

    /// The length of the frame whose header is at this byte; 0 if it has no end.
    fn length_at(&mut self, position: u64, header: Header) -> io::Result<u64> {
        if let Some(length) = header.length {
            return Ok(length);
        }
        if self.free.is_none() {
            self.free = self.free_length(position, header)?;
        }
        Ok(self.free.map_or(0, |free| free + header.padding))
    }

    /// How long frames are that do not say it, by where the next two are.
    fn free_length(&mut self, position: u64, header: Header) -> io::Result<Option<u64>> {
        let framing = self.framing;
        let bytes = self.stream.peek(position, 3 * Header::MAX_MP3_BYTES)?;
        let same = |at: usize| Header::parse(framing, bytes.get(at..)?).filter(|next| next.kind == header.kind);
        let padding = header.padding as usize;
        let mut lengths = HEADER..Header::MAX_MP3_BYTES + 1;
        Ok(lengths.find_map(|length| {
            let next = same(length)?;
            let free = length.checked_sub(padding)?;
            let third = length + free + next.padding as usize;
            (third >= bytes.len() || same(third).is_some()).then_some(free as u64)
        }))
    }

    /// Whether so many headers of one kind stand here in a row. Fewer are enough up to the end, or to a tag.
    fn is_run(&mut self, start: u64, count: u64) -> io::Result<bool> {
        let free = self.free.take();
        let is_run = self.measure_run(start, count);
        self.free = free;
        is_run
    }

    fn measure_run(&mut self, mut position: u64, count: u64) -> io::Result<bool> {
        let fewest = count / 2;
        let mut kind = None;
        for found in 0..count {
            let header = self.header_at(position)?.filter(|header| kind.is_none_or(|kind| kind == header.kind));
            let Some(header) = header else {
                let bytes = self.stream.peek(position, TAG)?;
                let is_end = bytes.is_empty() || tag_length(bytes).is_some() || found > 1 && bytes.len() < HEADER;
                return Ok(found >= fewest && is_end);
            };
            let length = self.length_at(position, header)?;
            if length == 0 || position + length > self.stream.len() {
                return Ok(length > 0 && found >= fewest);
            }
            kind = Some(header.kind);
            position += length;
        }
        Ok(true)
    }

    /// The first header in this stretch that is to be believed: one of the stream's kind that is followed by another,
    /// or the first of many of another kind.
    fn find(&mut self, mut position: u64, end: u64) -> io::Result<Option<(u64, Header)>> {
        let framing = self.framing;
        while position < end {
            let bytes = self.stream.peek(position, SCAN)?;
            let parse = |at: &[u8]| Header::parse(framing, at);
            let found = bytes.windows(HEADER).enumerate().find_map(|(at, bytes)| Some((at as u64, parse(bytes)?)));
            let Some((at, header)) = found else {
                if bytes.len() < SCAN {
                    return Ok(None);
                }
                position += (SCAN - HEADER + 1) as u64;
                continue;
            };
            position += at;
            let is_own = self.kind == Some(header.kind);
            if position < end
                && (is_own && self.is_followed(position, header)?
                    || !is_own && self.is_run(position, RUN_BEHIND_JUNK)?)
            {
                return Ok(Some((position, header)));
            }
            position += 1;
        }
        Ok(None)
    }

    /// Whether behind a frame there is another of its kind, a tag, or the end.
    fn is_followed(&mut self, position: u64, header: Header) -> io::Result<bool> {
        let length = self.length_at(position, header)?;
        let end = position + length;
        let is_last = end <= self.stream.len() && end + HEADER as u64 > self.stream.len();
        // The frame and what follows it in one look: the stream's window never has to go back.
        let bytes = self.stream.peek(position, length as usize + TAG)?;
        let bytes = bytes.get(length as usize..).unwrap_or(&[]);
        let next = Header::parse(self.framing, bytes);
        Ok(is_last || tag_length(bytes).is_some() || next.is_some_and(|next| next.kind == header.kind))
    }

    /// Where a frame ends: where its header says, unless the next frame is found before that.
    fn end_of(&mut self, position: u64, header: Header) -> io::Result<u64> {
        let end = position + self.length_at(position, header)?.max(HEADER as u64);
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
        let (mut bytes, mut packets) = (self.length_at(position, header)?.max(1), header.packets);
        for _ in 1..MEASURE {
            let next = self.header_at(position + bytes)?.filter(|next| next.kind == header.kind);
            let Some(next) = next else { break };
            bytes += self.length_at(position + bytes, next)?;
            packets += self.completed(next).packets;
        }
        Ok((lost * packets + bytes / 2) / bytes * header.frames)
    }
}

/// A track of audio at a rate.
fn track(rate: u32, mut params: AudioCodecParameters) -> Track {
    params.with_sample_rate(rate);
    let mut track = Track::new(0);
    if let Some(base) = TimeBase::try_from_recip(rate) {
        track.with_time_base(base);
    }
    track.with_codec_params(CodecParameters::Audio(params));
    track
}

fn aac_track(rate: u32, config: Vec<u8>) -> Track {
    let mut params = AudioCodecParameters::new();
    params.for_codec(CODEC_ID_AAC).with_extra_data(config.into());
    track(rate, params)
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
