//! Reads MP3, ADTS and LOAS: bare frames in a row, whose headers declare their lengths.
//!
//! This finds a stream and reads its packets. It returns each frame's position, so that reading may start there.
//! Across a damaged stretch, the next packet's time includes the loss. After losing sync, it resumes only at a header
//! of the stream's kind that is followed by another one or by the end. The result depends only on the bytes from
//! there on, not on where reading started.
//!
//! A frame of ADTS or LOAS may hold several packets. A LOAS stream starts at the first frame with a configuration.
//!
//! Tags (ID3, APE) are skipped, also between joined files; so are those files' Xing and VBRI frames. The first file's
//! LAME tag declares the frames to trim. The packets end where another kind of stream or sample rate starts.

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

/// The number of bytes in which a tag's length is parsed.
const TAG: usize = 32;

/// The number of bytes searched for a header at a time.
const SCAN: usize = 4096;

/// The number of frames after a damaged stretch whose mean length measures it. At a constant bit rate, this is exact.
const MEASURE: u64 = 32;

/// The most bytes of other data before a stream, such as the rest of a tag whose size is wrong.
const JUNK: u64 = 64 << 10;

/// The number of bytes within which a LOAS stream must have its configuration, and repeat a changed one. Encoders
/// repeat it about every half second.
const CONFIGURED: u64 = 256 << 10;

/// How many frames of one kind in a row make a stream: at the start, and after other data.
const RUN: u64 = 2;
const RUN_BEHIND_JUNK: u64 = 6;

/// A reader of a stream's packets.
pub(super) struct FrameReader {
    stream: SourceStream,
    framing: Framing,
    /// The fields that all headers must share, once known.
    kind: Option<[u8; 3]>,
    /// The latest frame's number of channels.
    channels: Option<u8>,
    /// The size of a free format's frame in bytes, without padding.
    free: Option<u64>,
    /// The LOAS stream's configuration.
    mux: Option<Mux>,
    /// The splitter of ADTS frames.
    blocks: Blocks,
    /// The remaining packets of the latest frame.
    held: VecDeque<Box<[u8]>>,
    /// The next byte's position.
    position: u64,
    /// The next audio frame's number, with lost frames counted.
    time: Frames,
    /// The number of padding frames trimmed so far.
    trimmed: Frames,
    place: Option<u64>,
    description: Option<Description>,
    changes_at: Option<u64>,
    /// The stream's first byte.
    start: u64,
    /// The audio frames per decoded packet, if the headers do not declare it.
    packet_frames: Option<Frames>,
}

/// Finds the kind of frames in a source, and the first frame's position.
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
    /// Returns a reader of the stream that starts at this byte.
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

    /// Reads the stream's description, and moves to its first packet. Returns `None` if there is no header here.
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

    /// Moves to the first frame with a configuration.
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

    /// Finds the first LOAS frame with a configuration, from a byte on. Returns its position and configuration.
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

    /// Returns whether a LOAS frame starts a different stream. If the next configuration does not agree with it, the
    /// frame is damaged.
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

    /// Applies a description: the delay to the track, the padding to later packets, and the length only where the
    /// description exceeds the file.
    fn describe(&mut self, description: Description, position: u64, header: Header, track: &mut Track) {
        let end = description.bytes.map(|bytes| position.saturating_add(bytes));
        let frames = description.packets.map(|packets| packets.saturating_mul(header.frames));
        let (delay, padding) = (u64::from(description.delay), u64::from(description.padding));
        let is_whole = end.is_some_and(|end| end <= self.stream.len());
        let is_trimmed = is_whole || frames.is_none_or(|frames| frames > delay + padding);
        if is_trimmed && description.has_edges {
            track.with_delay(description.delay);
            track.with_padding(description.padding);
            // A packet count alone may be wrong; a byte count shows that data is missing.
            if let Some(frames) = frames.filter(|_| end.is_some() && !is_whole) {
                track.with_num_frames(frames - delay - padding);
            }
        }
        let padding = if is_trimmed { description.padding } else { 0 };
        self.description = Some(Description { bytes: end, packets: frames, padding, ..description });
    }

    /// Returns a handle to the position in bytes, for progress.
    pub(super) fn reached(&self) -> Arc<AtomicU64> {
        self.stream.reached()
    }

    /// Moves to a packet, which starts at this frame of audio.
    pub(super) fn enter(&mut self, position: u64, time: Frames) {
        (self.position, self.time) = (position, time);
        (self.trimmed, self.channels, self.changes_at) = (0, None, None);
        self.held.clear();
    }

    /// Restarts at the first frame, with packets that decode to `frames` frames of audio.
    pub(super) fn settle(&mut self, frames: Frames) {
        self.packet_frames = Some(frames);
        self.enter(self.start, 0);
    }

    /// Returns the position from which a reader returns the latest packet first, if there is one.
    pub(super) fn place(&self) -> Option<u64> {
        self.place
    }

    /// Returns the byte where another kind of stream starts, once the packets have ended there.
    pub(super) fn changes_at(&self) -> Option<u64> {
        self.changes_at
    }

    /// Reads the next packet. Returns `None` at the end, or an error for an unexpected end if a packet is truncated.
    #[inline(never)]
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
                // A joined file starts here. If its channels differ, its tag describes it as a stream of its own.
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

    /// Returns a header completed by what the stream's configuration declares.
    fn completed(&self, header: Header) -> Header {
        let packets = self.mux.as_ref().map_or(header.packets, |mux| mux.subframes);
        Header { packets, frames: self.packet_frames.unwrap_or(header.frames), ..header }
    }

    /// Returns the next packet, of `frames` frames, of which the last `trim_end` are padding.
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

    /// Returns the number of padding frames in the packet up to `end`. Padding ends a file: at the declared number of
    /// bytes or, without one, at the declared number of packets.
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
            // One read from the packet on: the stream's window never moves back.
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

    /// Returns whether a file ends at a byte: with the content, a tag, another description, or another kind of frame.
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

    /// Skips complete tags at the current position.
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

    /// Returns the header here, or else the next credible one. It may be of another kind.
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

    /// Reads a header at this byte.
    fn header_at(&mut self, position: u64) -> io::Result<Option<Header>> {
        Ok(Header::parse(self.framing, self.stream.peek(position, HEADER)?))
    }

    /// Returns the length in bytes of the frame whose header is at this byte; 0 if its end is not found.
    fn length_at(&mut self, position: u64, header: Header) -> io::Result<u64> {
        if let Some(length) = header.length {
            return Ok(length);
        }
        if self.free.is_none() {
            self.free = self.free_length(position, header)?;
        }
        Ok(self.free.map_or(0, |free| free + header.padding))
    }

    /// Measures the frames of a free format by the positions of the next two headers.
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

    /// Returns whether `count` headers of one kind follow each other here. Before the end or a tag, fewer are enough.
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

    /// Finds the first credible header in this range: one of the stream's kind that is followed by another, or the
    /// first of several of another kind.
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

    /// Returns whether a frame is followed by another of its kind, a tag, or the end.
    fn is_followed(&mut self, position: u64, header: Header) -> io::Result<bool> {
        let length = self.length_at(position, header)?;
        let end = position + length;
        let is_last = end <= self.stream.len() && end + HEADER as u64 > self.stream.len();
        // The frame and what follows it, in one read: the stream's window never moves back.
        let bytes = self.stream.peek(position, length as usize + TAG)?;
        let bytes = bytes.get(length as usize..).unwrap_or(&[]);
        let next = Header::parse(self.framing, bytes);
        Ok(is_last || tag_length(bytes).is_some() || next.is_some_and(|next| next.kind == header.kind))
    }

    /// Returns the end of a frame: where its header declares it, unless the next frame is found earlier.
    fn end_of(&mut self, position: u64, header: Header) -> io::Result<u64> {
        let end = position + self.length_at(position, header)?.max(HEADER as u64);
        if self.is_followed(position, header)? {
            return Ok(end);
        }
        let next = self.find(position + HEADER as u64, end.min(self.stream.len()))?;
        Ok(next.map_or(end, |(next, _)| next))
    }

    /// Returns the number of audio frames lost before a frame, from the mean length of the frames from there on.
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

/// Returns a track with a sample rate.
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

/// Returns the length of the tag at the start of the bytes: ID3v2 (id3.org, "ID3v2.4.0 structure", 3.1), ID3v1, or APE.
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
            // The size counts the items and the footer. If this is the header, both are still to come.
            let is_header = number(12)? >> 29 & 1 == 1;
            Some(32 + if is_header { u64::from(number(4)?) } else { 0 })
        }
    }
}
