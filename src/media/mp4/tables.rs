//! Reads the tables that locate a track's samples (ISO/IEC 14496-12, 8.5 to 8.7), through small windows. For twenty
//! hours they are as large as a song, so they are never held whole.
//!
//! Memory is bounded: a few thousand marks are kept, and a sample deep in a table is found from the nearest mark.

use std::io;
use std::sync::Arc;

use super::boxes::{Fields, Found, read};
use crate::store::ByteSource;

/// The bytes of a table read after a jump. Each contiguous read doubles it.
const FIRST_WINDOW: u64 = 4 << 10;

/// The most bytes of a table read at a time.
const WINDOW: u64 = 64 << 10;

/// The most marks kept for a table.
const MAX_MARKS: u64 = 4096;

/// The most sizes in a chunk added up to locate a sample. For larger chunks, sums are kept.
const MAX_SUMMED: u64 = 8192;

/// Entries of equal width, in a file.
pub(super) struct Table {
    source: Arc<dyn ByteSource>,
    start: u64,
    width: u64,
    count: u64,
    window: Vec<u8>,
    first: u64,
    size: u64,
}

impl Table {
    /// Returns a table of `count` entries, or fewer if its box has no room for them.
    pub(super) fn new(source: Arc<dyn ByteSource>, start: u64, end: u64, width: u64, count: u64) -> Self {
        let room = end.min(source.len()).saturating_sub(start) / width.max(1);
        Self { source, start, width, count: count.min(room), window: Vec::new(), first: 0, size: FIRST_WINDOW }
    }

    /// Returns the number of entries.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Reads an entry's bytes.
    pub(super) fn entry(&mut self, index: u64) -> io::Result<Fields<'_>> {
        if index >= self.count {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let held = self.window.len() as u64 / self.width;
        if !(self.first..self.first + held).contains(&index) {
            let follows = held > 0 && index == self.first + held;
            self.size = if follows { (2 * self.size).min(WINDOW) } else { FIRST_WINDOW };
            let entries = (self.size / self.width).clamp(1, self.count - index);
            // Both are at most a window's size.
            let bytes = read(self.source.as_ref(), self.start + index * self.width, (entries * self.width) as usize)?;
            self.window = bytes.ok_or(io::ErrorKind::UnexpectedEof)?;
            self.first = index;
        }
        let at = ((index - self.first) * self.width) as usize;
        let entry = self.window.get(at..at + self.width as usize);
        entry.map(Fields).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// Sizes of samples (ISO/IEC 14496-12, 8.7.3).
pub(super) enum Sizes {
    /// All samples have this size.
    Each(u32),
    /// Each sample's size is listed, in a number of this many bits.
    Listed(Table, u32),
}

impl Sizes {
    /// Reads an `stsz` or `stz2` box. Returns the sizes, and the number of samples.
    pub(super) fn of(source: &Arc<dyn ByteSource>, found: &Found) -> io::Result<Option<(Self, u64)>> {
        let Some(head) = read(source.as_ref(), found.body, 12)? else { return Ok(None) };
        let mut fields = Fields(&head);
        let (Some(_), Some(size), Some(count)) = (fields.u32(), fields.u32(), fields.u32()) else { return Ok(None) };
        let count = u64::from(count);
        let listed = |bits: u32| {
            let (width, entries) = if bits == 4 { (1, count.div_ceil(2)) } else { (u64::from(bits) / 8, count) };
            let table = Table::new(source.clone(), found.body + 12, found.end, width, entries);
            let count = if bits == 4 { count.min(2 * table.count()) } else { table.count() };
            (Self::Listed(table, bits), count)
        };
        Ok(match (&found.kind, size) {
            (b"stsz", 0) => Some(listed(32)),
            // There are no more samples than the file has bytes.
            (b"stsz", size) => Some((Self::Each(size), count.min(source.len() / u64::from(size)))),
            (_, bits @ (4 | 8 | 16)) => Some(listed(bits)),
            _ => None,
        })
    }

    /// Returns a sample's size.
    pub(super) fn get(&mut self, index: u64) -> io::Result<u32> {
        let size = match self {
            Self::Each(size) => Some(*size),
            Self::Listed(table, 4) => {
                let pair = table.entry(index / 2)?.u8();
                pair.map(|pair| u32::from(if index.is_multiple_of(2) { pair >> 4 } else { pair & 0x0f }))
            }
            Self::Listed(table, 8) => table.entry(index)?.u8().map(u32::from),
            Self::Listed(table, 16) => table.entry(index)?.u16().map(u32::from),
            Self::Listed(table, _) => table.entry(index)?.u32(),
        };
        size.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// Adds up the sizes of `count` samples from sample `first` on.
    fn sum(&mut self, first: u64, count: u64) -> io::Result<u64> {
        if let Self::Each(size) = self {
            return Ok(u64::from(*size).saturating_mul(count));
        }
        let mut sum: u64 = 0;
        for index in first..first + count {
            sum = sum.saturating_add(self.get(index)?.into());
        }
        Ok(sum)
    }
}

/// Samples that are contiguous in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The first sample's number.
    pub(super) first: u64,
    pub(super) count: u64,
    /// The first sample's byte position.
    pub(super) position: u64,
    /// The number of their sample entry, from 1 on.
    pub(super) description: u32,
}

/// Chunks with the same number of samples each (an entry of `stsc`), and the number of their first sample.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    entry: u64,
    sample: u64,
    chunk: u64,
    chunks: u64,
    per_chunk: u64,
    description: u32,
}

impl Stretch {
    fn samples(&self) -> u64 {
        self.chunks.saturating_mul(self.per_chunk)
    }
}

/// The chunks of a track, outside fragments.
pub(super) struct Chunks {
    to_chunk: Table,
    offsets: Table,
    is_wide: bool,
    pub(super) sizes: Sizes,
    samples: u64,
    /// Some of the stretches, in order.
    marks: Vec<Stretch>,
    /// The total size of all samples before every `spacing`-th one; empty if no chunk is large.
    sums: Vec<u64>,
    /// The number of samples between two such sums.
    spacing: u64,
    /// The sample entries that the chunks use.
    descriptions: Vec<u32>,
}

impl Chunks {
    /// Reads through the tables once. Returns `None` if one is missing.
    pub(super) fn open(
        source: &Arc<dyn ByteSource>,
        to_chunk: &Found,
        offsets: &Found,
        sizes: &Found,
    ) -> io::Result<Option<Self>> {
        let table = |found: &Found, width: u64| {
            let head = read(source.as_ref(), found.body, 8)?;
            let count = head.and_then(|head| Fields(head.get(4..)?).u32());
            Ok::<_, io::Error>(
                count.map(|count| Table::new(source.clone(), found.body + 8, found.end, width, count.into())),
            )
        };
        let is_wide = &offsets.kind == b"co64";
        let (Some(to_chunk), Some(offsets), Some((sizes, count))) =
            (table(to_chunk, 12)?, table(offsets, if is_wide { 8 } else { 4 })?, Sizes::of(source, sizes)?)
        else {
            return Ok(None);
        };
        let mut chunks = Self {
            to_chunk,
            offsets,
            is_wide,
            sizes,
            samples: count,
            marks: Vec::new(),
            sums: Vec::new(),
            spacing: 1,
            descriptions: Vec::new(),
        };
        chunks.mark()?;
        Ok(Some(chunks))
    }

    /// Returns the number of samples.
    pub(super) fn samples(&self) -> u64 {
        self.samples
    }

    /// Returns the sample entries that the chunks use, in order of first use.
    pub(super) fn descriptions(&self) -> &[u32] {
        &self.descriptions
    }

    /// Records the marks.
    fn mark(&mut self) -> io::Result<()> {
        let spacing = self.to_chunk.count().div_ceil(MAX_MARKS).max(1);
        let (mut next, mut largest, mut known) = (self.stretch(0, 0)?, 0, 0);
        while let Some(stretch) = next {
            known = stretch.sample.saturating_add(stretch.samples());
            largest = stretch.per_chunk.max(largest);
            if stretch.entry.is_multiple_of(spacing) {
                self.marks.push(stretch);
            }
            if !self.descriptions.contains(&stretch.description) && self.descriptions.len() < 64 {
                self.descriptions.push(stretch.description);
            }
            next = self.after(&stretch)?;
        }
        self.samples = self.samples.min(known);
        if largest > MAX_SUMMED && matches!(self.sizes, Sizes::Listed(..)) {
            self.spacing = self.samples.div_ceil(MAX_MARKS).max(MAX_SUMMED / 2);
            let mut sum: u64 = 0;
            for index in 0..self.samples {
                if index.is_multiple_of(self.spacing) {
                    self.sums.push(sum);
                }
                sum = sum.saturating_add(self.sizes.get(index)?.into());
            }
        }
        Ok(())
    }

    /// Returns an entry's stretch, given its first sample. Returns `None` if there is no such entry, or its chunks
    /// start after the next entry's.
    fn stretch(&mut self, entry: u64, sample: u64) -> io::Result<Option<Stretch>> {
        if entry >= self.to_chunk.count() || sample >= self.samples {
            return Ok(None);
        }
        let mut fields = self.to_chunk.entry(entry)?;
        let (Some(first), Some(per_chunk), Some(description)) = (fields.u32(), fields.u32(), fields.u32()) else {
            return Ok(None);
        };
        let Some(chunk) = u64::from(first).checked_sub(1) else { return Ok(None) };
        let all = self.offsets.count();
        let end = match entry + 1 {
            next if next < self.to_chunk.count() => {
                self.to_chunk.entry(next)?.u32().map_or(all, |first| u64::from(first).saturating_sub(1).min(all))
            }
            _ => all,
        };
        // The table ends where its entries are out of order.
        let Some(chunks) = end.checked_sub(chunk) else { return Ok(None) };
        Ok(Some(Stretch { entry, sample, chunk, chunks, per_chunk: per_chunk.into(), description }))
    }

    fn after(&mut self, stretch: &Stretch) -> io::Result<Option<Stretch>> {
        self.stretch(stretch.entry + 1, stretch.sample.saturating_add(stretch.samples()))
    }

    /// Returns the chunk that holds a sample; `None` past the last one.
    pub(super) fn holding(&mut self, sample: u64) -> io::Result<Option<Run>> {
        let marked = self.marks.partition_point(|mark| mark.sample <= sample);
        let mut next = marked.checked_sub(1).and_then(|at| self.marks.get(at).copied());
        while let Some(stretch) = next.filter(|_| sample < self.samples) {
            let within = sample.saturating_sub(stretch.sample);
            if within < stretch.samples() {
                // The stretch has samples, so its chunks are not empty.
                let chunk = within / stretch.per_chunk.max(1);
                let first = stretch.sample + chunk * stretch.per_chunk;
                let count = stretch.per_chunk.min(self.samples - first);
                let position = self.offsets.entry(stretch.chunk + chunk)?.wide(self.is_wide);
                let position = position.ok_or(io::ErrorKind::UnexpectedEof)?;
                return Ok(Some(Run { first, count, position, description: stretch.description }));
            }
            next = self.after(&stretch)?;
        }
        Ok(None)
    }

    /// Returns the size of a chunk's samples before this one, in bytes.
    pub(super) fn bytes_before(&mut self, run: &Run, sample: u64) -> io::Result<u64> {
        if sample - run.first <= MAX_SUMMED || self.sums.is_empty() {
            return self.sizes.sum(run.first, sample - run.first);
        }
        Ok(self.before(sample)?.saturating_sub(self.before(run.first)?))
    }

    /// Returns the size of all samples before this one, in bytes.
    fn before(&mut self, sample: u64) -> io::Result<u64> {
        let mark = sample / self.spacing;
        let sum = usize::try_from(mark).ok().and_then(|mark| self.sums.get(mark).copied()).unwrap_or(u64::MAX);
        let first = mark * self.spacing;
        Ok(sum.saturating_add(self.sizes.sum(first, sample - first)?))
    }
}
