//! The writer of boxes, and the packet sizes that they hold.
//!
//! A header is written once to measure its length, before the first packet, and later once for each of its parts: a
//! header has a megabyte for every 100 minutes. All writers have the same type and share one function for bytes, so
//! that the module stays small to download.

use std::ops::Range;

use mp4_atom::{BufMut, Encode, FourCC, Result};

/// Counts the written bytes, and keeps a range of them.
pub(super) struct Writer {
    len: usize,
    window: Range<usize>,
    kept: Vec<u8>,
}

impl Writer {
    /// Creates a writer that only counts.
    pub(super) fn counting() -> Self {
        Self::keeping(0..0)
    }

    /// Creates a writer that keeps the bytes in `window`.
    pub(super) fn keeping(window: Range<usize>) -> Self {
        Self { len: 0, kept: Vec::with_capacity(window.len()), window }
    }

    /// Returns the kept bytes.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.kept
    }

    /// Writes a box of version 0 without flags.
    pub(super) fn full_box(
        &mut self,
        kind: impl Into<FourCC>,
        body: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        self.encode_atom(kind, |buf| {
            0u32.encode(buf)?;
            body(buf)
        })
    }

    /// Appends the numbers `from(0)` to `from(count - 1)`. Calls `from` only for numbers that are kept.
    #[inline(never)]
    pub(super) fn append_table(&mut self, count: usize, from: &dyn Fn(usize) -> u32) -> Result<()> {
        const BYTES: usize = size_of::<u32>();
        let table = self.len;
        let first = (self.window.start.saturating_sub(table) / BYTES).min(count);
        let end = self.window.end.saturating_sub(table).div_ceil(BYTES).clamp(first, count);
        self.len = table + first * BYTES;
        for index in first..end {
            from(index).encode(self)?;
        }
        self.len = table + count * BYTES;
        Ok(())
    }

    /// Returns the kept part of `length` bytes at `start`: its range in these bytes, and its position in the kept
    /// bytes.
    fn kept_of(&self, start: usize, length: usize) -> (Range<usize>, usize) {
        let from = self.window.start.clamp(start, start + length);
        let to = self.window.end.clamp(from, start + length);
        (from - start..to - start, from.saturating_sub(self.window.start))
    }
}

impl BufMut for Writer {
    fn len(&self) -> usize {
        self.len
    }

    #[inline(never)]
    fn append_slice(&mut self, bytes: &[u8]) {
        let (part, _) = self.kept_of(self.len, bytes.len());
        self.kept.extend_from_slice(&bytes[part]);
        self.len += bytes.len();
    }

    #[inline(never)]
    fn set_slice(&mut self, start: usize, bytes: &[u8]) {
        let (part, place) = self.kept_of(start, bytes.len());
        if !part.is_empty() {
            self.kept.set_slice(place, &bytes[part]);
        }
    }
}

/// Packet sizes in bytes, in order.
#[derive(Clone, Copy)]
pub(super) struct Sizes<'s> {
    /// The sizes; empty until they are known, and then each counts as 0.
    known: &'s [u16],
    total: u64,
    most: u64,
}

impl<'s> Sizes<'s> {
    /// Creates the sizes of known packets, `second` of them in a second.
    #[inline(never)]
    pub(super) fn of(known: &'s [u16], second: usize) -> Self {
        let leaving = std::iter::repeat_n(&0, second).chain(known);
        let (mut total, mut window, mut most) = (0u64, 0u64, 0u64);
        for (&enters, &leaves) in known.iter().zip(leaving) {
            total += u64::from(enters);
            window = window + u64::from(enters) - u64::from(leaves);
            most = most.max(window);
        }
        Self { known, total, most }
    }

    /// Creates the sizes of packets that do not exist yet.
    pub(super) fn unknown() -> Self {
        Self { known: &[], total: 0, most: 0 }
    }

    /// Returns the size of one packet.
    pub(super) fn get(self, index: usize) -> u16 {
        self.known.get(index).copied().unwrap_or(0)
    }

    /// Returns the sum of the sizes in a chunk; each chunk has `packets` packets.
    pub(super) fn of_chunk(self, chunk: usize, packets: usize) -> u64 {
        let sizes = self.known.chunks(packets).nth(chunk).unwrap_or_default();
        sizes.iter().copied().map(u64::from).sum()
    }

    /// Returns the sum of all sizes.
    pub(super) fn total(self) -> u64 {
        self.total
    }

    /// Returns the largest sum in any second.
    pub(super) fn most(self) -> u64 {
        self.most
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Writes a box that contains a table and another box.
    fn write(buf: &mut Writer, text: &[u8], table: &[u32]) {
        buf.encode_atom(b"outr", |buf| {
            text.encode(buf)?;
            buf.encode_atom(b"tabl", |buf| buf.append_table(table.len(), &|index| table[index]))?;
            text.encode(buf)
        })
        .unwrap();
    }

    proptest! {
        #[test]
        fn parts_put_together_are_the_whole(
            text in prop::collection::vec(any::<u8>(), 0..20),
            table in prop::collection::vec(any::<u32>(), 0..20),
            part in 1usize..70,
        ) {
            let mut counter = Writer::counting();
            write(&mut counter, &text, &table);
            let length = counter.len();
            prop_assert_eq!(length, 16 + 2 * text.len() + 4 * table.len());
            prop_assert!(counter.into_bytes().is_empty());

            let kept = |window: Range<usize>| {
                let mut writer = Writer::keeping(window);
                write(&mut writer, &text, &table);
                writer.into_bytes()
            };
            let whole = kept(0..length);
            let numbers: Vec<u8> = table.iter().flat_map(|number| number.to_be_bytes()).collect();
            let size = |bytes: usize| (bytes as u32).to_be_bytes();
            let expected =
                [&size(length), &b"outr"[..], &text, &size(8 + numbers.len()), b"tabl", &numbers, &text].concat();
            prop_assert_eq!(&whole, &expected);
            let starts = (0..length).step_by(part);
            let parts: Vec<u8> = starts.flat_map(|start| kept(start..(start + part).min(length))).collect();
            prop_assert_eq!(parts, whole);
        }
    }
}
