//! Reads one track's packets, with their times and lengths in decoded frames, from its start or from the middle on.
//!
//! Which packet holds a frame is known by arithmetic where all packets decode to as many frames as each other. PCM, of
//! which each frame is a sample of its own, is read some thousand frames at a time.

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

use super::edges::Edges;
use super::entry::Coding;
use super::fragments::Fragments;
use super::tables::{Chunks, Run, Sizes, Table};
use super::units::Unit;
use crate::media::MAX_PACKET_FRAMES;
use crate::media::source::SourceStream;
use crate::store::ByteSource;
use crate::timeline::Frames;

/// Frames of PCM that are read at a time.
const PCM_FRAMES: u64 = 4096;

/// The largest packet that is read: far more than any codec's.
const MAX_PACKET: u32 = 4 << 20;

/// What a reader must know of its track.
pub(super) struct Tables {
    pub(super) track: u32,
    pub(super) coding: Coding,
    /// Of each sample entry, whether it is like the one that is decoded.
    pub(super) entries: Vec<bool>,
    pub(super) chunks: Option<Chunks>,
    pub(super) fragments: Option<Fragments>,
    /// Where the first fragment may be.
    pub(super) first_fragment: u64,
    /// What each sample lasts, in ticks, if all but the last one last as long.
    pub(super) ticks: Option<u32>,
    pub(super) edges: Edges,
}

/// Reads one track.
pub(in crate::media) struct Mp4Reader {
    source: Arc<dyn ByteSource>,
    stream: SourceStream,
    tables: Tables,
    /// PCM frames in a sample, where each sample has as many: samples are counted in frames then.
    frames_in_sample: Option<u64>,
    /// The sample that comes next, of those that are not in fragments.
    number: u64,
    /// The frame that comes next.
    time: Frames,
    current: Option<Current>,
    /// What each packet decodes to, once it is known that all do.
    even: Option<Frames>,
    place: Option<u64>,
    /// Samples, counted as `number` counts them, that are outside the file, though the one behind them is not.
    hole: Range<u64>,
    /// Whether such were met.
    has_holes: bool,
}

/// Samples that are being read.
struct Current {
    run: Run,
    taken: u64,
    position: u64,
    sizes: RunSizes,
    fragment: Option<u64>,
}

enum RunSizes {
    /// In the track's table.
    Chunk,
    Each(u32),
    Listed(Table),
}

impl Mp4Reader {
    pub(super) fn new(source: Arc<dyn ByteSource>, tables: Tables) -> Self {
        let stream = SourceStream::new(source.clone());
        let frames_in_sample = match (tables.coding.unit, tables.chunks.as_ref().map(|chunks| &chunks.sizes)) {
            // QuickTime's older files have samples of one byte, and mean frames.
            (Unit::Pcm(width), Some(Sizes::Each(size))) if *size > width && size.is_multiple_of(width) => {
                Some(u64::from(size / width))
            }
            (Unit::Pcm(_), Some(Sizes::Each(_))) => Some(1),
            _ => None,
        };
        let even = match tables.coding.unit {
            Unit::Even(frames) => Some(frames),
            _ => None,
        };
        Self {
            source,
            stream,
            tables,
            frames_in_sample,
            number: 0,
            time: 0,
            current: None,
            even,
            place: None,
            hole: 0..0,
            has_holes: false,
        }
    }

    /// What the file says of the recording's edges.
    pub(in crate::media) fn edges(&self) -> &Edges {
        &self.tables.edges
    }

    /// The byte that was come to, to be watched.
    pub(in crate::media) fn reached(&self) -> Arc<AtomicU64> {
        self.stream.reached()
    }

    /// Takes note of what the first packet decoded to, at this rate.
    pub(in crate::media) fn learn(&mut self, frames: Frames, rate: u32) {
        let Tables { coding, ticks, edges, .. } = &mut self.tables;
        match coding.unit {
            Unit::Even(usual) => {
                // What came so far was counted by what is usual.
                self.time = self.time / self.even.unwrap_or(usual).max(1) * frames;
                self.even = Some(frames);
                coding.unit = Unit::Even(frames);
            }
            Unit::Pcm(_) => {}
            // The table of times says so of all packets, and the first one of itself.
            _ if edges.timescale == rate && ticks.map(Frames::from) == Some(frames) => self.even = Some(frames),
            _ => {}
        }
    }

    /// How many samples are not in fragments; frames of PCM, where they are counted.
    fn count(&self) -> u64 {
        let samples = self.tables.chunks.as_ref().map_or(0, Chunks::samples);
        samples.saturating_mul(self.frames_in_sample.unwrap_or(1))
    }

    /// Frames in each of the samples that are counted, if that is the same.
    fn frames_each(&self) -> Option<Frames> {
        self.frames_in_sample.map(|_| 1).or(self.even)
    }

    /// Whether it is known by arithmetic which packet holds a frame.
    pub(in crate::media) fn is_timed(&self) -> bool {
        self.tables.fragments.is_none() && self.frames_each().is_some()
    }

    /// A number of frames that there are more than, if it is known: all but those of the last packet.
    pub(in crate::media) fn promised(&self) -> Option<Frames> {
        let each = self.frames_each().filter(|_| self.is_timed())?;
        Some(self.count().checked_sub(1)?.saturating_mul(each).saturating_add(1))
    }

    /// Goes to the packet that holds a frame; past the end, to the last one.
    pub(in crate::media) fn seek(&mut self, frame: Frames) -> bool {
        let Some(each) = self.frames_each().filter(|&each| each > 0 && self.is_timed()) else { return false };
        let Some(last) = self.count().checked_sub(1) else { return false };
        self.go((frame / each).min(last));
        self.time = self.number.saturating_mul(each);
        true
    }

    fn go(&mut self, number: u64) {
        self.number = number;
        self.current = None;
    }

    /// Goes back to the start.
    pub(in crate::media) fn rewind(&mut self) {
        self.go(0);
        self.time = 0;
        let first = self.tables.first_fragment;
        if let Some(fragments) = &mut self.tables.fragments {
            fragments.enter(first);
        }
    }

    /// Where a reader may start to get the latest packet first: a packet's number, or a fragment's byte.
    pub(in crate::media) fn place(&self) -> Option<u64> {
        self.place
    }

    /// Starts at such a place, whose packet begins at this frame. `false` if it cannot.
    pub(in crate::media) fn enter(&mut self, place: u64, time: Frames) -> bool {
        let count = self.count();
        match &mut self.tables.fragments {
            Some(fragments) => {
                fragments.enter(place);
                self.go(count);
            }
            None if place < count => self.go(place),
            None => return false,
        }
        self.time = time;
        true
    }

    /// Whether packets were outside the file that others inside follow.
    pub(in crate::media) fn has_holes(&self) -> bool {
        self.has_holes
    }

    /// The next packet, or the end. Of one that is outside the file, though others inside follow, there is its length.
    pub(in crate::media) fn next_packet(&mut self) -> io::Result<Option<Packet>> {
        while self.current.as_ref().is_none_or(|current| current.taken >= current.run.count) {
            self.current = self.next_run()?;
            if self.current.is_none() {
                return Ok(None);
            }
        }
        match (self.tables.coding.unit, self.frames_in_sample) {
            (Unit::Pcm(width), Some(_)) => self.take_pcm(width).map(Some),
            _ => self.take_sample().map(Some),
        }
    }

    /// Whether, behind samples that are outside the file, there are some inside.
    fn goes_on(&mut self) -> io::Result<bool> {
        let Some(current) = &self.current else { return Ok(false) };
        if !matches!(current.sizes, RunSizes::Chunk) {
            let goes_on = self.tables.fragments.as_ref().map_or(Ok(false), Fragments::go_on)?;
            self.has_holes |= goes_on;
            return Ok(goes_on);
        }
        if self.hole.contains(&self.number) {
            return Ok(true);
        }
        let frames = self.frames_in_sample.unwrap_or(1);
        let mut next = current.run.first.saturating_add(current.run.count);
        let Some(chunks) = &mut self.tables.chunks else { return Ok(false) };
        while let Some(run) = chunks.holding(next / frames)? {
            if run.position < self.source.len() {
                self.hole = self.number..next;
                self.has_holes = true;
                return Ok(true);
            }
            next = run.first.saturating_add(run.count).saturating_mul(frames);
        }
        Ok(false)
    }

    /// The samples that come next.
    fn next_run(&mut self) -> io::Result<Option<Current>> {
        let count = self.count();
        if let Some(chunks) = self.tables.chunks.as_mut().filter(|_| self.number < count) {
            let frames = self.frames_in_sample.unwrap_or(1);
            if let Some(run) = chunks.holding(self.number / frames)? {
                let before = match (self.tables.coding.unit, self.frames_in_sample) {
                    (Unit::Pcm(width), Some(_)) => (self.number - run.first * frames).saturating_mul(width.into()),
                    _ => chunks.bytes_before(&run, self.number)?,
                };
                let run = Run { first: run.first * frames, count: run.count * frames, ..run };
                return Ok(Some(Current {
                    taken: self.number - run.first,
                    position: run.position.saturating_add(before),
                    run,
                    sizes: RunSizes::Chunk,
                    fragment: None,
                }));
            }
        }
        self.number = count;
        let Some(fragments) = &mut self.tables.fragments else { return Ok(None) };
        let Some(found) = fragments.next_run()? else { return Ok(None) };
        let sizes = match found.size {
            Ok(size) => RunSizes::Each(size),
            Err(listed) => RunSizes::Listed(listed.table(&self.source, found.run.count)),
        };
        Ok(Some(Current { run: found.run, taken: 0, position: found.run.position, sizes, fragment: found.fragment }))
    }

    /// Notes the place of the packet that is being taken.
    fn note_place(&mut self) {
        self.place = match (&mut self.current, &self.tables.fragments) {
            (Some(current), Some(_)) => current.fragment.take(),
            (_, None) => Some(self.number),
            _ => None,
        };
    }

    /// Some frames of PCM.
    fn take_pcm(&mut self, width: u32) -> io::Result<Packet> {
        self.note_place();
        let position = self.current.as_ref().map_or(u64::MAX, |current| current.position);
        let there = self.source.len().saturating_sub(position) / u64::from(width.max(1));
        let is_inside = there > 0;
        if !is_inside && !self.goes_on()? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some(current) = &mut self.current else { return Err(io::ErrorKind::UnexpectedEof.into()) };
        let frames = PCM_FRAMES.min(current.run.count - current.taken).min(if is_inside { there } else { PCM_FRAMES });
        // A frame has some bytes, of which there are few.
        let size = frames * u64::from(width);
        let is_read = is_inside && is_like(&self.tables.entries, &current.run);
        let data = if is_read { read(&mut self.stream, current.position, size as usize)? } else { Vec::new() };
        current.taken += frames;
        current.position = current.position.saturating_add(size);
        self.number += frames;
        Ok(self.packet(frames, data))
    }

    /// A sample.
    fn take_sample(&mut self) -> io::Result<Packet> {
        self.note_place();
        let Some(current) = &mut self.current else { return Err(io::ErrorKind::UnexpectedEof.into()) };
        let size = match (&mut current.sizes, &mut self.tables.chunks) {
            (RunSizes::Each(size), _) => *size,
            (RunSizes::Listed(table), _) => table.entry(current.taken)?.u32().unwrap_or(0),
            (RunSizes::Chunk, Some(chunks)) => chunks.sizes.get(self.number)?,
            (RunSizes::Chunk, None) => return Err(io::ErrorKind::UnexpectedEof.into()),
        };
        let end = current.position.saturating_add(size.into());
        let is_inside = end <= self.source.len();
        if !is_inside && !self.goes_on()? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some(current) = &mut self.current else { return Err(io::ErrorKind::UnexpectedEof.into()) };
        let is_read = is_inside && is_like(&self.tables.entries, &current.run) && size <= MAX_PACKET;
        let data = if is_read { read(&mut self.stream, current.position, size as usize)? } else { Vec::new() };
        current.taken += 1;
        current.position = end;
        let is_chunk = matches!(current.sizes, RunSizes::Chunk);
        self.number += u64::from(is_chunk);
        let is_last = self.tables.fragments.is_none() && self.number == self.count();
        let own = self.tables.coding.unit.frames(&data);
        let frames = match self.even {
            Some(even) if is_last => own.unwrap_or(even).min(even),
            Some(even) => even,
            None => own.unwrap_or_else(|| self.usual()),
        };
        Ok(self.packet(frames.min(MAX_PACKET_FRAMES), data))
    }

    /// How long a packet is taken to be that does not say so itself.
    fn usual(&self) -> Frames {
        let Tables { coding, ticks, edges, .. } = &self.tables;
        let timescale = u64::from(edges.timescale.max(1));
        match (coding.unit, ticks) {
            (Unit::Alac(frames), _) => frames,
            (_, Some(ticks)) => {
                let rate = coding.rate.map_or(timescale, u64::from);
                u64::from(*ticks).saturating_mul(rate).saturating_add(timescale / 2) / timescale
            }
            _ => 0,
        }
    }

    fn packet(&mut self, frames: Frames, data: Vec<u8>) -> Packet {
        let pts = Timestamp::from(i64::try_from(self.time).unwrap_or(i64::MAX));
        self.time = self.time.saturating_add(frames);
        Packet::new(self.tables.track, pts, Duration::new(frames), data)
    }
}

/// Whether a run's samples are coded as those that are decoded.
fn is_like(entries: &[bool], run: &Run) -> bool {
    let entry = usize::try_from(run.description).ok().and_then(|number| number.checked_sub(1));
    // An entry that is not there is a slip of the pen.
    entry.and_then(|entry| entries.get(entry)).copied().unwrap_or(true)
}

fn read(stream: &mut SourceStream, position: u64, size: usize) -> io::Result<Vec<u8>> {
    let bytes = stream.peek(position, size)?;
    if bytes.len() < size { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes.to_vec()) }
}
