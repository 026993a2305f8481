//! The fragments of a movie (ISO/IEC 14496-12, 8.8): found one after another, and read from any of them on.
//!
//! A fragment's head is not held: its runs are, and the sizes in them are read as the samples come.

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
    /// The top-level box that comes next.
    next: u64,
    runs: VecDeque<FragmentRun>,
    /// Whether a box goes on past the file's end.
    is_cut_off: bool,
    /// Bytes that the samples from here on may still have: as many as the file, for no two share any.
    left: u64,
}

/// Samples behind one another (`trun`).
#[derive(Clone, Copy, Debug)]
pub(super) struct FragmentRun {
    pub(super) run: Run,
    /// The size of all, or where they are listed.
    pub(super) size: Result<u32, Listed>,
    /// The fragment, if this is its first run.
    pub(super) fragment: Option<u64>,
}

/// Where sizes are listed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed {
    start: u64,
    end: u64,
    width: u64,
}

impl Listed {
    /// As a table whose entries begin with the size.
    pub(super) fn table(&self, source: &Arc<dyn ByteSource>, count: u64) -> Table {
        Table::new(source.clone(), self.start, self.end, self.width, count)
    }
}

impl Fragments {
    /// The fragments from a box at the top of a file on.
    pub(super) fn new(source: Arc<dyn ByteSource>, defaults: Defaults, next: u64) -> Self {
        let left = source.len();
        Self { source, defaults, next, runs: VecDeque::new(), is_cut_off: false, left }
    }

    /// Goes to a fragment.
    pub(super) fn enter(&mut self, place: u64) {
        self.next = place;
        self.runs.clear();
        self.is_cut_off = false;
        self.left = self.source.len();
    }

    /// The next run that has samples; `None` at the end.
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

    /// Whether there are runs behind the latest one.
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
        // Where the data of the tracks before ends.
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

    /// Reads a track's runs, and returns where their data ends.
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
                    // Where all count from the fragment, other tracks' data is of no concern.
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

    /// How many bytes a run has.
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

/// Where a track's runs count from.
#[derive(Clone, Copy, Debug)]
enum Base {
    At(u64),
    Fragment,
    /// Behind the data of the track before.
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
            // One before the file's start is in no file.
            Some(offset) => base.checked_add_signed(offset.into()).unwrap_or(u64::MAX),
            None => position,
        };
        let room = found.end.saturating_sub(start).checked_div(width).unwrap_or(u64::MAX);
        let size = match each {
            // What stands before a size makes its entry end as far behind the box.
            [before, 4, ..] => Err(Listed { start: start + before, end: found.end + before, width }),
            _ => Ok(header.size),
        };
        let run = Run { first: 0, count: count.min(room), position, description: header.description };
        Some(FragmentRun { run, size, fragment: None })
    })();
    Ok(run)
}
