//! Finds a movie's fragments one after another (ISO/IEC 14496-12, 8.8), starting from any of them.
//!
//! A fragment's header is not kept in memory. Only its runs are, and their sample sizes are read one at a time.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use super::boxes::{Fields, Found, boxes, read};
use super::movie::Defaults;
use super::tables::{Run, Table};
use crate::store::ByteSource;

/// The most runs in a fragment.
const MAX_RUNS: usize = 1 << 16;

/// A track's fragments.
pub(super) struct Fragments {
    source: Arc<dyn ByteSource>,
    defaults: Defaults,
    /// The position of the next top-level box.
    next: u64,
    runs: VecDeque<FragmentRun>,
    /// Whether a box continues past the file's end.
    is_cut_off: bool,
    /// The bytes left for the samples from here on: at first the file's length, because no two share any.
    left: u64,
}

/// Contiguous samples (`trun`).
#[derive(Clone, Copy, Debug)]
pub(super) struct FragmentRun {
    pub(super) run: Run,
    /// The size of every sample, or the place where sizes are listed.
    pub(super) size: Result<u32, Listed>,
    /// The fragment's position, if this is its first run.
    pub(super) fragment: Option<u64>,
}

/// The place of a list of sizes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed {
    start: u64,
    end: u64,
    width: u64,
}

impl Listed {
    /// Returns the list as a table whose entries start with the size.
    pub(super) fn table(&self, source: &Arc<dyn ByteSource>, count: u64) -> Table {
        Table::new(source.clone(), self.start, self.end, self.width, count)
    }
}

impl Fragments {
    /// Returns the fragments from a top-level box on.
    pub(super) fn new(source: Arc<dyn ByteSource>, defaults: Defaults, next: u64) -> Self {
        let left = source.len();
        Self { source, defaults, next, runs: VecDeque::new(), is_cut_off: false, left }
    }

    /// Moves to a fragment.
    pub(super) fn enter(&mut self, place: u64) {
        self.next = place;
        self.runs.clear();
        self.is_cut_off = false;
        self.left = self.source.len();
    }

    /// Returns the next run that has samples; `None` at the end.
    pub(super) fn next_run(&mut self) -> io::Result<Option<FragmentRun>> {
        loop {
            if let Some(run) = self.runs.pop_front() {
                return Ok(Some(run));
            }
            let source = self.source.clone();
            let Some(found) = boxes(source.as_ref(), self.next..source.len()).next().transpose()? else {
                return if self.is_cut_off { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(None) };
            };
            self.next = found.end;
            self.is_cut_off = found.end > source.len();
            if &found.kind == b"moof" && !self.is_cut_off {
                self.read_fragment(source.as_ref(), &found)?;
            }
        }
    }

    /// Returns whether there are runs after the latest one.
    pub(super) fn go_on(&self) -> io::Result<bool> {
        if !self.runs.is_empty() {
            return Ok(true);
        }
        for found in boxes(self.source.as_ref(), self.next..self.source.len()) {
            let found = found?;
            if &found.kind == b"moof" {
                return Ok(found.end <= self.source.len());
            }
        }
        Ok(false)
    }

    fn read_fragment(&mut self, source: &dyn ByteSource, fragment: &Found) -> io::Result<()> {
        // The end of the previous track's data.
        let mut data = fragment.start;
        let mut is_first = true;
        for part in boxes(source, fragment.contents()) {
            let part = part?;
            if &part.kind == b"traf" {
                data = self.read_track(source, fragment, &part, data, &mut is_first)?;
            }
        }
        Ok(())
    }

    /// Reads a track's runs, and returns the end of their data.
    fn read_track(
        &mut self,
        source: &dyn ByteSource,
        fragment: &Found,
        track: &Found,
        data: u64,
        is_first: &mut bool,
    ) -> io::Result<u64> {
        let mut header = None;
        let (mut base, mut position) = (data, data);
        for part in boxes(source, track.contents()) {
            let part = part?;
            match (&part.kind, header) {
                (b"tfhd", None) => {
                    header = read_track_header(source, &part, self.defaults)?;
                    base = match header.map(|header| header.base) {
                        Some(Base::At(base)) => base,
                        Some(Base::Fragment) => fragment.start,
                        Some(Base::Behind) | None => data,
                    };
                    position = base;
                }
                (b"trun", Some(header)) if self.runs.len() < MAX_RUNS => {
                    let is_ours = header.track == self.defaults.track;
                    // If positions count from the fragment's start, other tracks' data does not affect ours.
                    if !is_ours && matches!(header.base, Base::Fragment) {
                        continue;
                    }
                    let Some(run) = read_run(source, &part, &header, base, position)? else { continue };
                    let bytes = self.bytes(&run)?;
                    position = run.run.position.saturating_add(bytes);
                    if is_ours && bytes > 0 && bytes <= self.left {
                        self.left -= bytes;
                        let fragment = std::mem::take(is_first).then_some(fragment.start);
                        self.runs.push_back(FragmentRun { fragment, ..run });
                    }
                }
                _ => {}
            }
        }
        Ok(position)
    }

    /// Returns a run's size in bytes.
    fn bytes(&self, run: &FragmentRun) -> io::Result<u64> {
        match run.size {
            Ok(size) => Ok(u64::from(size).saturating_mul(run.run.count)),
            Err(listed) => {
                let mut table = listed.table(&self.source, run.run.count);
                let mut sum: u64 = 0;
                for index in 0..table.count() {
                    sum = sum.saturating_add(table.entry(index)?.u32().unwrap_or(0).into());
                }
                Ok(sum)
            }
        }
    }
}

/// The origin of a track's data positions.
#[derive(Clone, Copy, Debug)]
enum Base {
    At(u64),
    Fragment,
    /// The end of the previous track's data.
    Behind,
}

#[derive(Clone, Copy, Debug)]
struct TrackHeader {
    track: u32,
    base: Base,
    description: u32,
    size: u32,
}

/// Reads a `tfhd` box (ISO/IEC 14496-12, 8.8.7).
fn read_track_header(source: &dyn ByteSource, found: &Found, defaults: Defaults) -> io::Result<Option<TrackHeader>> {
    let count = usize::try_from(found.end - found.body).unwrap_or(usize::MAX).min(32);
    let Some(body) = read(source, found.body, count)? else { return Ok(None) };
    let mut fields = Fields(&body);
    let header = (|| {
        let flags = fields.u32()?;
        let track = fields.u32()?;
        let base = if flags & 1 != 0 { Some(fields.u64()?) } else { None };
        let description = if flags & 2 != 0 { fields.u32()? } else { defaults.description };
        if flags & 8 != 0 {
            fields.u32()?;
        }
        let size = if flags & 16 != 0 { fields.u32()? } else { defaults.size };
        let base = match base {
            Some(base) => Base::At(base),
            None if flags & 0x2_0000 != 0 => Base::Fragment,
            None => Base::Behind,
        };
        Some(TrackHeader { track, base, description, size })
    })();
    Ok(header)
}

/// Reads a `trun` box (ISO/IEC 14496-12, 8.8.8).
fn read_run(
    source: &dyn ByteSource,
    found: &Found,
    header: &TrackHeader,
    base: u64,
    position: u64,
) -> io::Result<Option<FragmentRun>> {
    let count = usize::try_from(found.end - found.body).unwrap_or(usize::MAX).min(16);
    let Some(body) = read(source, found.body, count)? else { return Ok(None) };
    let mut fields = Fields(&body);
    let run = (|| {
        let flags = fields.u32()?;
        let count = u64::from(fields.u32()?);
        let offset = if flags & 1 != 0 { Some(fields.u32()?.cast_signed()) } else { None };
        if flags & 4 != 0 {
            fields.u32()?;
        }
        let start = found.body + (body.len() - fields.0.len()) as u64;
        let each = [0x100, 0x200, 0x400, 0x800].map(|flag| if flags & flag != 0 { 4 } else { 0 });
        let width: u64 = each.iter().sum();
        let position = match offset {
            // A position before the file's start is invalid.
            Some(offset) => base.checked_add_signed(offset.into()).unwrap_or(u64::MAX),
            None => position,
        };
        let room = found.end.saturating_sub(start).checked_div(width).unwrap_or(u64::MAX);
        let size = match each {
            // Entries start at their size here, so the fields before it shift the list's end by as many bytes.
            [before, 4, ..] => Err(Listed { start: start + before, end: found.end + before, width }),
            _ => Ok(header.size),
        };
        let run = Run { first: 0, count: count.min(room), position, description: header.description };
        Some(FragmentRun { run, size, fragment: None })
    })();
    Ok(run)
}
