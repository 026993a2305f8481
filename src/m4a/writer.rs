//! What boxes are written to, and the sizes of packets that they are written for.
//!
//! A header is written twice: once to learn its length, before there is a packet, and once in earnest. Both go through the
//! same types, and each write through one function, so that the module that pages download has little code of it.

use mp4_atom::BufMut;

/// Keeps what is written to it, or only counts it.
pub(super) struct Writer {
    len: usize,
    kept: Option<Vec<u8>>,
}

impl Writer {
    /// One that counts.
    pub(super) fn counting() -> Self {
        Self { len: 0, kept: None }
    }

    /// One that keeps so many bytes without growing.
    pub(super) fn keeping(capacity: usize) -> Self {
        Self { len: 0, kept: Some(Vec::with_capacity(capacity)) }
    }

    /// What was kept.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.kept.unwrap_or_default()
    }
}

impl BufMut for Writer {
    fn len(&self) -> usize {
        self.len
    }

    #[inline(never)]
    fn append_slice(&mut self, bytes: &[u8]) {
        self.len += bytes.len();
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(bytes);
        }
    }

    #[inline(never)]
    fn set_slice(&mut self, start: usize, bytes: &[u8]) {
        if let Some(kept) = &mut self.kept {
            kept.set_slice(start, bytes);
        }
    }
}

/// Packet sizes in bytes, in order.
#[derive(Clone, Copy)]
pub(super) struct Sizes<'s> {
    count: usize,
    /// Empty where they are not known yet: they count as none.
    known: &'s [u16],
}

impl<'s> Sizes<'s> {
    /// The sizes of packets that are there.
    pub(super) fn of(known: &'s [u16]) -> Self {
        Self { count: known.len(), known }
    }

    /// Those of so many packets to come.
    pub(super) fn unknown(count: u32) -> Self {
        Self { count: count as usize, known: &[] }
    }

    /// One after the other.
    pub(super) fn iter(self) -> impl Iterator<Item = u16> + use<'s> {
        (0..self.count).map(move |index| self.known.get(index).copied().unwrap_or(0))
    }

    /// All of them together.
    pub(super) fn total(self) -> u64 {
        self.iter().map(u64::from).sum()
    }
}
