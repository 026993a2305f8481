//! Walks an MP4's boxes (ISO/IEC 14496-12, 4.2) by their headers, inside the file. So large boxes that are not needed
//! are never read: covers, pictures, the tables of other tracks. Small boxes are read whole.

use std::io;
use std::ops::Range;

use crate::store::ByteSource;

/// The most boxes walked in one box, or at the top of a file. Each costs a read.
const MAX_BOXES: usize = 1 << 17;

/// A box, by its byte positions in the file. At the top of a truncated file, a box may end after the file's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: [u8; 4],
    pub(super) start: u64,
    pub(super) body: u64,
    pub(super) end: u64,
}

impl Found {
    /// Returns the byte range after the header.
    pub(super) fn contents(&self) -> Range<u64> {
        self.body..self.end
    }

    /// Returns the body without its first `skipped` bytes, for a box with fields before its child boxes.
    pub(super) fn contents_from(&self, skipped: u64) -> Range<u64> {
        self.body.saturating_add(skipped).min(self.end)..self.end
    }
}

/// Walks the boxes in a part of a file. Only at the end of the file may the last box be incomplete.
pub(super) fn boxes(source: &dyn ByteSource, part: Range<u64>) -> impl Iterator<Item = io::Result<Found>> + '_ {
    let Range { mut start, end: limit } = part;
    let is_file = limit >= source.len();
    let mut next = move || {
        if start >= limit {
            return Ok(None);
        }
        let found = header(source, start, limit)?.filter(|found| found.end <= limit || is_file);
        start = found.map_or(limit, |found| found.end);
        Ok(found)
    };
    std::iter::from_fn(move || next().transpose()).take(MAX_BOXES)
}

/// Reads the box header here. Returns `None` if there is none.
fn header(source: &dyn ByteSource, start: u64, limit: u64) -> io::Result<Option<Found>> {
    let mut bytes = [0; 16];
    let count = source.read_at(start, &mut bytes)?;
    let mut fields = Fields(bytes.get(..count).unwrap_or(&[]));
    let found = (|| {
        let short = fields.u32()?;
        let kind = fields.four()?;
        let (head, size) = match short {
            0 => (8, limit.checked_sub(start)?),
            1 => (16, fields.u64()?),
            size => (8, u64::from(size)),
        };
        let body = start.checked_add(head)?;
        let end = start.saturating_add(size);
        (end >= body).then_some(Found { kind, start, body, end })
    })();
    Ok(found)
}

/// Finds the first box of a kind in a part of a file.
pub(super) fn find(source: &dyn ByteSource, part: Range<u64>, kind: &[u8; 4]) -> io::Result<Option<Found>> {
    boxes(source, part).find(|found| found.as_ref().map_or(true, |found| &found.kind == kind)).transpose()
}

/// Reads `count` bytes from a position on. Returns `None` if there are fewer.
pub(super) fn read(source: &dyn ByteSource, position: u64, count: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = vec![0; count];
    let read = source.read_at(position, &mut bytes)?;
    Ok((read == count).then_some(bytes))
}

/// Reads a box's body. Returns `None` if it is incomplete, or larger than `most` bytes.
pub(super) fn read_body(source: &dyn ByteSource, found: &Found, most: usize) -> io::Result<Option<Vec<u8>>> {
    match usize::try_from(found.end - found.body) {
        Ok(size) if size <= most => read(source, found.body, size),
        _ => Ok(None),
    }
}

/// Walks the boxes in a body in memory, up to the first incomplete one.
pub(super) fn children(mut body: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let mut fields = Fields(body);
        let short = fields.u32()?;
        let kind = fields.four()?;
        let size = match short {
            0 => body.len(),
            1 => usize::try_from(fields.u64()?).ok()?,
            size => usize::try_from(size).ok()?,
        };
        let (whole, after) = body.split_at_checked(size)?;
        let content = whole.get(body.len() - fields.0.len()..)?;
        body = after;
        Some((kind, content))
    })
}

/// Finds the first box of a kind in a body in memory.
pub(super) fn child<'a>(body: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    children(body).find(|(kind, _)| kind == wanted).map(|(_, content)| content)
}

/// A box's fields, read one after another as big-endian numbers.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn four(&mut self) -> Option<[u8; 4]> {
        self.array()
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_be_bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    /// Reads a number of 64 bits in the later version of a box, otherwise of 32 bits.
    pub(super) fn wide(&mut self, is_wide: bool) -> Option<u64> {
        if is_wide { self.u64() } else { self.u32().map(u64::from) }
    }
}
