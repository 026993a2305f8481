//! Reads FLAC (RFC 9639): a description in metadata blocks, then frames, each with two checksums and a number.
//!
//! A frame does not declare its length. It ends where its checksum matches and another frame of the stream, or the
//! end of the file, follows. So tags, pictures, cue sheets and seek tables do no harm before, between or after
//! frames, whatever sizes they declare. The next frame's number measures a loss to the sample. Reading may start
//! anywhere: a binary search finds a frame by its number.
//!
//! In a file that was joined from several, each stream ends where the next one starts with its own description, and
//! each numbers its own frames.

mod description;
mod frame;

use std::io;
use std::sync::Arc;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::formats::Track;
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

pub(super) use description::{Described, MARK, hindrance};
pub(super) use frame::{Header, is_intact};

use description::INFO;
use frame::{HEADER, SCAN, is_start, next_crc_16};

use super::source::SourceStream;
use super::{MAX_PACKET_FRAMES, MediaError};
use crate::store::ByteSource;
use crate::timeline::Frames;

/// [`MARK`] with the header of the stream's description, which may be the last metadata block.
const STARTS: [&[u8]; 2] = [b"fLaC\0\0\0\x22", b"fLaC\x80\0\0\x22"];

/// The size of such a start in bytes.
const START: usize = 8;

/// The range, in bytes, that ends the binary search for a frame.
const NEAR: u64 = 128 * 1024;

/// The number of places probed in a file before it counts as one stream.
const LOOKS: u64 = 8;

/// The most audio frames per byte: the longest block, if constant, takes 11 bytes.
const FRAMES_A_BYTE: u64 = MAX_PACKET_FRAMES / 11;

/// Returns whether another stream starts with these bytes.
fn is_stream(bytes: &[u8]) -> bool {
    STARTS.iter().any(|start| bytes.starts_with(start))
}

/// A frame that was found.
#[derive(Clone, Copy)]
struct Found {
    position: u64,
    header: Header,
    /// The frame's length in bytes.
    length: u64,
}

/// A frame's position, and its first sample's number.
struct Look {
    position: u64,
    start: u64,
}

/// A reader of a stream's frames.
pub(super) struct FlacReader {
    stream: SourceStream,
    first: Found,
    /// The next byte's position.
    position: u64,
    /// The sample number at which the next frame should start.
    expected: Option<u64>,
    /// The number of samples that the description declares.
    frames: Option<Frames>,
    /// The byte at which the stream ends, if a seek index holds one.
    end: Option<u64>,
    /// Some frames up to the end, once probed; the inner `None` if they belong to several streams.
    looks: Option<Option<Vec<Look>>>,
    /// The byte at which another stream starts, once this one has ended there.
    changes_at: Option<u64>,
}

/// A file whose description was read.
pub(super) struct Flac {
    pub(super) track: Track,
    first: Found,
    frames: Option<Frames>,
}

/// Reads a file's description, and finds its first frame.
pub(super) fn open(source: Arc<dyn ByteSource>) -> Result<Flac, MediaError> {
    let (described, first) = first_frame(&mut SourceStream::new(source), 0)?;
    let described = described.corrected(&first.header);
    let mut params = AudioCodecParameters::new();
    described.complete(&mut params);
    let mut track = Track::new(0);
    track.with_codec_params(CodecParameters::Audio(params));
    if let Some(frames) = described.frames {
        track.with_num_frames(frames);
    }
    Ok(Flac { track, first, frames: described.frames })
}

/// Reads the description of the stream that starts here, and finds its first frame.
fn first_frame(stream: &mut SourceStream, start: u64) -> Result<(Described, Found), MediaError> {
    let unreadable = |error: io::Error| MediaError::Read(error.to_string());
    let (described, end) = Described::read(stream, start).map_err(unreadable)?.ok_or(MediaError::CutOff)?;
    // If a metadata block's size is wrong, the first frame is somewhere after the description.
    let start = if end < stream.len() { end } else { start + (MARK.len() + 4 + INFO) as u64 };
    if let Some(first) = find(stream, start, u64::MAX, None).map_err(unreadable)? {
        return Ok((described, first));
    }
    // A single frame, with other data after it.
    let is_cut = end >= stream.len() || is_start(stream.peek(start, HEADER).map_err(unreadable)?);
    let nothing = if is_cut { MediaError::CutOff } else { MediaError::NoAudio };
    let only = frame_at(stream, start, None, Some(u64::MAX)).map_err(unreadable)?;
    Ok((described, only.ok_or(nothing)?))
}

impl FlacReader {
    /// Returns a reader from the first frame on.
    pub(super) fn new(stream: SourceStream, opened: &Flac) -> Self {
        Self {
            stream,
            first: opened.first,
            position: opened.first.position,
            expected: None,
            frames: opened.frames,
            end: None,
            looks: None,
            changes_at: None,
        }
    }

    /// Returns the byte at which another stream starts, once this one has ended there.
    pub(super) fn changes_at(&self) -> Option<u64> {
        self.changes_at
    }

    /// Sets the byte at which the stream ends, if another starts there.
    pub(super) fn bound(&mut self, end: u64) {
        let begins = self.stream.peek(end, START).is_ok_and(is_stream);
        self.end = begins.then_some(end);
    }

    /// Reads the next packet. Returns `None` at the end, or an error for an unexpected end if a frame is truncated.
    #[inline(never)]
    pub(super) fn next_packet(&mut self) -> io::Result<Option<Packet>> {
        let Some(found) = self.next_frame()? else { return Ok(None) };
        let start = self.start_of(&found.header);
        let data = self.stream.peek(found.position, found.length as usize)?;
        let pts = Timestamp::from(i64::try_from(start).unwrap_or(i64::MAX));
        Ok(Some(Packet::new(0, pts, Duration::new(found.header.frames), data)))
    }

    fn next_frame(&mut self) -> io::Result<Option<Found>> {
        if self.changes_at.is_some() {
            return Ok(None);
        }
        let kind = Some(self.first.header);
        let next = frame_at(&mut self.stream, self.position, kind.as_ref(), None)?.filter(|next| self.is_next(next));
        let next = match next {
            None => self.find_next()?,
            next => next,
        };
        let found = match next {
            Some(found) => found,
            // The last frame with other data after it, or no frame at all.
            None => {
                let end = self.next_stream()?;
                let limit = end.unwrap_or(u64::MAX);
                match frame_at(&mut self.stream, self.position, kind.as_ref(), Some(limit))? {
                    Some(last) if self.is_next(&last) => last,
                    _ if end.is_some() => {
                        self.changes_at = end;
                        return Ok(None);
                    }
                    _ => return self.end(),
                }
            }
        };
        self.position = found.position + found.length;
        self.expected = Some(self.start_of(&found.header).saturating_add(found.header.frames));
        Ok(Some(found))
    }

    /// Finds the next stream from here on that has a frame.
    fn next_stream(&mut self) -> io::Result<Option<u64>> {
        let mut position = self.position;
        loop {
            let bytes = self.stream.peek(position, SCAN)?;
            let is_end = bytes.len() < SCAN;
            match bytes.windows(START).position(is_stream) {
                Some(at) => {
                    let start = position + at as u64;
                    if first_frame(&mut self.stream, start).is_ok() {
                        return Ok(Some(start));
                    }
                    position = start + 1;
                }
                None if is_end => return Ok(None),
                None => position += (SCAN - START + 1) as u64,
            }
        }
    }

    /// Handles the lack of further frames: the end, or a truncated frame.
    fn end(&mut self) -> io::Result<Option<Found>> {
        let head = self.stream.peek(self.position, HEADER)?;
        let is_torn = head.len() < HEADER && is_start(head);
        let cut = Header::parse(head).filter(|cut| cut.is_akin(&self.first.header));
        let is_cut = is_torn || cut.is_some_and(|cut| Some(self.start_of(&cut)) == self.expected);
        self.position = self.stream.len();
        if is_cut { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(None) }
    }

    /// Returns whether a frame is the expected next one.
    fn is_next(&self, found: &Found) -> bool {
        self.expected.is_none_or(|expected| self.start_of(&found.header) == expected)
    }

    /// Finds the next frame that is later in time. Ignores a number if the lost bytes are too few for it.
    fn find_next(&mut self) -> io::Result<Option<Found>> {
        let mut position = self.position;
        let base = self.start_of(&self.first.header);
        while let Some(found) = find(&mut self.stream, position, u64::MAX, Some(&self.first.header))? {
            let start = self.start_of(&found.header);
            let most = base.saturating_add(found.position.saturating_mul(FRAMES_A_BYTE));
            if self.expected.is_none_or(|expected| start >= expected) && start <= most {
                return Ok(Some(found));
            }
            position = found.position + 1;
        }
        Ok(None)
    }

    /// Returns the number of a frame's first sample. With blocks of equal size, frames are numbered instead.
    fn start_of(&self, header: &Header) -> u64 {
        if header.is_variable { header.number } else { header.number.saturating_mul(self.first.header.frames) }
    }

    /// Seeks to the frame that holds this sample, or to an earlier frame. Returns `false` if it cannot.
    pub(super) fn seek(&mut self, sample: u64) -> io::Result<bool> {
        let first = self.first;
        let (mut low, mut high) = (first, self.end.unwrap_or(self.stream.len()));
        if high.saturating_sub(low.position) > NEAR {
            if self.looks.is_none() {
                self.looks = Some(self.look()?);
            }
            let Some(Some(looks)) = &self.looks else { return Ok(false) };
            let next = looks.partition_point(|look| look.start <= sample);
            high = looks.get(next).map_or(high, |look| look.position);
            let before = next.checked_sub(1).and_then(|at| looks.get(at)).map(|look| look.position);
            if let Some(before) = before
                && let Some(found) = find(&mut self.stream, before, high, Some(&first.header))?
                && self.start_of(&found.header) <= sample
            {
                low = found;
            }
        }
        while high.saturating_sub(low.position) > NEAR {
            let middle = low.position + (high - low.position) / 2;
            match find(&mut self.stream, middle, high, Some(&first.header))? {
                Some(found) if self.start_of(&found.header) <= sample => low = found,
                _ => high = middle,
            }
        }
        while self.start_of(&low.header).saturating_add(low.header.frames) <= sample {
            let next = frame_at(&mut self.stream, low.position + low.length, Some(&first.header), None)?;
            match next.filter(|next| self.start_of(&next.header) <= sample) {
                Some(next) if next.position > low.position => low = next,
                _ => break,
            }
        }
        (self.position, self.expected, self.changes_at) = (low.position, None, None);
        Ok(self.start_of(&low.header) <= sample)
    }

    /// Probes some frames up to the end. Returns `None` if they belong to several streams: in one stream, sample
    /// numbers rise up to the number that its description declares.
    fn look(&mut self) -> io::Result<Option<Vec<Look>>> {
        let (start, end) = (self.first.position, self.end.unwrap_or(self.stream.len()));
        let places = (1..LOOKS).map(|look| start + (end - start) / LOOKS * look);
        // A place nearer to the end, unless the file is short.
        let last = Some(end.saturating_sub(NEAR)).filter(|&last| last > start + (end - start) / LOOKS * (LOOKS - 1));
        let mut looks: Vec<Look> = Vec::new();
        for place in places.chain(last) {
            let Some(look) = self.header_near(place)? else { continue };
            let is_late = self.frames.is_some_and(|frames| look.start > frames);
            if is_late || looks.last().is_some_and(|before| before.start > look.start) {
                return Ok(None);
            }
            looks.push(look);
        }
        Ok(Some(looks))
    }

    /// Finds the first header of the stream's kind near a place. Frames may be too large for one to be near.
    fn header_near(&mut self, place: u64) -> io::Result<Option<Look>> {
        let bytes = self.stream.peek(place, SCAN)?;
        let mut headers = bytes.windows(HEADER).enumerate().filter(|(_, bytes)| is_start(bytes));
        let found = headers.find_map(|(at, bytes)| {
            let header = Header::parse(bytes).filter(|header| header.is_akin(&self.first.header))?;
            Some((place + at as u64, header))
        });
        Ok(found.map(|(position, header)| Look { position, start: self.start_of(&header) }))
    }
}

/// Finds the first frame that starts in this range, before another stream does. The frame is intact, and another
/// frame or the end of the file follows it.
fn find(stream: &mut SourceStream, mut position: u64, end: u64, kind: Option<&Header>) -> io::Result<Option<Found>> {
    while position < end {
        let bytes = stream.peek(position, SCAN)?;
        let is_end = bytes.len() < SCAN;
        let stream_end = bytes.windows(START).position(is_stream);
        let is_akin =
            |bytes: &[u8]| Header::parse(bytes).is_some_and(|header| kind.is_none_or(|kind| header.is_akin(kind)));
        let marks = bytes.windows(2).enumerate().filter(|(_, mark)| is_start(mark));
        let starts = marks.map(|(at, _)| at).filter(|&at| is_akin(bytes.get(at..).unwrap_or(&[])));
        // A header at the window's edge is complete in the next window.
        let starts = starts.filter(|&at| is_end || at + HEADER <= SCAN);
        let starts: Vec<usize> = starts.take_while(|&at| stream_end.is_none_or(|end| at < end)).collect();
        for at in starts {
            if position + at as u64 >= end {
                return Ok(None);
            }
            if let Some(found) = frame_at(stream, position + at as u64, kind, None)? {
                return Ok(Some(found));
            }
        }
        if is_end || stream_end.is_some() {
            return Ok(None);
        }
        position += (SCAN - HEADER) as u64;
    }
    Ok(None)
}

/// Reads the frame that starts here. With `limit`, the last frame may have other data after it, up to that byte. Its
/// length may then be too large, which a decoder tolerates.
fn frame_at(
    stream: &mut SourceStream,
    position: u64,
    kind: Option<&Header>,
    limit: Option<u64>,
) -> io::Result<Option<Found>> {
    let Some(header) = Header::parse(stream.peek(position, HEADER)?) else { return Ok(None) };
    if kind.is_some_and(|kind| !header.is_akin(kind)) {
        return Ok(None);
    }
    let most = header.most_bytes();
    let (mut size, mut done, mut crc, mut end) = (SCAN, 0, 0, None);
    loop {
        let bytes = stream.peek(position, size)?;
        let is_all = bytes.len() < size;
        let whole = if is_all { bytes.len() } else { bytes.len() - HEADER };
        for (at, &byte) in bytes.iter().enumerate().take(whole).skip(done) {
            crc = next_crc_16(crc, byte);
            if crc == 0 && at >= header.length {
                let length = at + 1;
                let next = bytes.get(length..).unwrap_or(&[]);
                let is_followed = is_stream(next) || Header::parse(next).is_some_and(|next| next.is_akin(&header));
                if is_followed || is_all && next.is_empty() {
                    return Ok(Some(Found { position, header, length: length as u64 }));
                }
                end =
                    Some(length as u64).filter(|length| limit.is_some_and(|limit| position + length <= limit)).or(end);
            }
        }
        if is_all || size >= most {
            return Ok(end.map(|length| Found { position, header, length }));
        }
        (done, size) = (whole, (2 * size).min(most.max(size + 1)));
    }
}
