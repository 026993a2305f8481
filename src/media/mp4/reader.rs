//! Reads one track's packets from any position, with their times and lengths in decoded frames.
//!
//! If all packets decode to the same number of frames, the packet that holds a frame is computed. PCM, in which each
//! frame is a sample of its own, is read in packets of several thousand frames.

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

/// The number of PCM frames read at a time.
const PCM_FRAMES: u64 = 4096;

/// The largest packet that is read, in bytes: far larger than any codec's.
const MAX_PACKET: u32 = 4 << 20;

/// A track's coding, tables and edges.
pub(super) struct Tables {
    pub(super) track: u32,
    pub(super) coding: Coding,
    /// For each sample entry, whether its coding equals the decoded one.
    pub(super) entries: Vec<bool>,
    pub(super) chunks: Option<Chunks>,
    pub(super) fragments: Option<Fragments>,
    /// The position of the first fragment, if there are fragments.
    pub(super) first_fragment: u64,
    /// The duration of each sample in ticks, if all but a shorter last one have the same.
    pub(super) ticks: Option<u32>,
    pub(super) edges: Edges,
}

/// A reader of one track.
pub(in crate::media) struct Mp4Reader {
    source: Arc<dyn ByteSource>,
    stream: SourceStream,
    tables: Tables,
    /// The number of PCM frames in every sample, if it is fixed. Then `number` counts frames, not samples.
    frames_in_sample: Option<u64>,
    /// The next sample's number, among samples outside fragments.
    number: u64,
    /// The next frame's number.
    time: Frames,
    current: Option<Current>,
    /// The number of frames that every packet decodes to, once it is known to be fixed.
    even: Option<Frames>,
    place: Option<u64>,
    /// Samples, counted as `number` counts them, that are outside the file while later ones are inside.
    hole: Range<u64>,
    /// Whether there were such samples.
    has_holes: bool,
}

/// The samples that are being read.
struct Current {
    run: Run,
    taken: u64,
    position: u64,
    sizes: RunSizes,
    fragment: Option<u64>,
}

enum RunSizes {
    /// The sizes are in the track's table.
    Chunk,
    Each(u32),
    Listed(Table),
}

impl Mp4Reader {
    pub(super) fn new(source: Arc<dyn ByteSource>, tables: Tables) -> Self {
        let stream = SourceStream::new(source.clone());
        let frames_in_sample = match (tables.coding.unit, tables.chunks.as_ref().map(|chunks| &chunks.sizes)) {
            // QuickTime's older files declare samples of one byte, but mean frames.
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

    /// Returns the recording's edges that the file declares.
    pub(in crate::media) fn edges(&self) -> &Edges {
        &self.tables.edges
    }

    /// Returns a handle to the position in bytes, for progress.
    pub(in crate::media) fn reached(&self) -> Arc<AtomicU64> {
        self.stream.reached()
    }

    /// Records how many frames the first packet decoded to, at this sample rate.
    pub(in crate::media) fn learn(&mut self, frames: Frames, rate: u32) {
        let Tables { coding, ticks, edges, .. } = &mut self.tables;
        match coding.unit {
            Unit::Even(usual) => {
                // The time so far was counted with the usual length.
                self.time = self.time / self.even.unwrap_or(usual).max(1) * frames;
                self.even = Some(frames);
                coding.unit = Unit::Even(frames);
            }
            Unit::Pcm(_) => {}
            // The table of times applies to all packets, and the first packet confirms it.
            _ if edges.timescale == rate && ticks.map(Frames::from) == Some(frames) => self.even = Some(frames),
            _ => {}
        }
    }

    /// Returns the number of samples outside fragments, or of PCM frames if these are counted.
    fn count(&self) -> u64 {
        let samples = self.tables.chunks.as_ref().map_or(0, Chunks::samples);
        samples.saturating_mul(self.frames_in_sample.unwrap_or(1))
    }

    /// Returns the number of frames in each counted sample, if it is fixed.
    fn frames_each(&self) -> Option<Frames> {
        self.frames_in_sample.map(|_| 1).or(self.even)
    }

    /// Returns whether the packet that holds a frame can be computed.
    pub(in crate::media) fn is_timed(&self) -> bool {
        self.tables.fragments.is_none() && self.frames_each().is_some()
    }

    /// Returns the least number of frames, if it is known: all packets except the last, plus one frame.
    pub(in crate::media) fn promised(&self) -> Option<Frames> {
        let each = self.frames_each().filter(|_| self.is_timed())?;
        Some(self.count().checked_sub(1)?.saturating_mul(each).saturating_add(1))
    }

    /// Seeks to the packet that holds a frame, or to the last packet. Returns `false` if it cannot be computed.
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

    /// Moves back to the start.
    pub(in crate::media) fn rewind(&mut self) {
        self.go(0);
        self.time = 0;
        let first = self.tables.first_fragment;
        if let Some(fragments) = &mut self.tables.fragments {
            fragments.enter(first);
        }
    }

    /// Returns the place from which a reader returns the latest packet first: a packet's number, or a fragment's byte.
    pub(in crate::media) fn place(&self) -> Option<u64> {
        self.place
    }

    /// Moves to such a place, whose packet starts at this frame. Returns `false` if there is none.
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

    /// Returns whether packets outside the file were met that others inside it follow.
    pub(in crate::media) fn has_holes(&self) -> bool {
        self.has_holes
    }

    /// Reads the next packet. Returns `None` at the end. If a packet is outside the file but a later one is inside,
    /// returns an empty packet of its length.
    #[inline(never)]
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

    /// Returns whether samples inside the file follow after samples that are outside it.
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

    /// Finds the next samples.
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

    /// Records the place of the packet that is being read.
    fn note_place(&mut self) {
        self.place = match (&mut self.current, &self.tables.fragments) {
            (Some(current), Some(_)) => current.fragment.take(),
            (_, None) => Some(self.number),
            _ => None,
        };
    }

    /// Reads several frames of PCM.
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
        // The product is small: a frame has few bytes.
        let size = frames * u64::from(width);
        let is_read = is_inside && is_like(&self.tables.entries, &current.run);
        let data = if is_read { read(&mut self.stream, current.position, size as usize)? } else { Vec::new() };
        current.taken += frames;
        current.position = current.position.saturating_add(size);
        self.number += frames;
        Ok(self.packet(frames, data))
    }

    /// Reads one sample.
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

    /// Returns the number of frames assumed for a packet that does not declare it.
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

/// Returns whether a run's samples have the decoded coding.
fn is_like(entries: &[bool], run: &Run) -> bool {
    let entry = usize::try_from(run.description).ok().and_then(|number| number.checked_sub(1));
    // A missing entry is taken for a mistake.
    entry.and_then(|entry| entries.get(entry)).copied().unwrap_or(true)
}

fn read(stream: &mut SourceStream, position: u64, size: usize) -> io::Result<Vec<u8>> {
    let bytes = stream.peek(position, size)?;
    if bytes.len() < size { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes.to_vec()) }
}
