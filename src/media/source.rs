//! Reads a [`ByteSource`] through one window, never as a whole.
//!
//! A slice of a Blob costs a call into the browser, whatever its size, so reads are gathered into windows.

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::store::ByteSource;

/// The most bytes read ahead at a time: about four seconds of a 256 kb/s file, half a second of a CD's.
const WINDOW: usize = 128 * 1024;

/// The number of bytes read after a jump, because a search may jump again. Each contiguous read doubles it.
const FIRST_WINDOW: usize = 16 * 1024;

/// The most bytes returned at once. No packet is larger.
const MOST_AT_ONCE: usize = 8 * 1024 * 1024;

/// The most ID3v2 tags that are skipped.
const MAX_TAGS: usize = 10;

/// Returns a source without the ID3v2 tags (ID3v2.4, 3.1) at its start. They are not used, and may hold large pictures.
pub(super) fn behind_tags(source: Arc<dyn ByteSource>) -> Arc<dyn ByteSource> {
    let mut start = 0;
    for _ in 0..MAX_TAGS {
        let mut header = [0; 10];
        let is_whole = source.read_at(start, &mut header).is_ok_and(|count| count == header.len());
        let [b'I', b'D', b'3', _, _, flags, size @ ..] = header else { break };
        if !is_whole || start > source.len() {
            break;
        }
        let footer = if flags & 0x10 != 0 { 10 } else { 0 };
        start += 10 + footer + size.iter().fold(0, |size, &byte| size << 7 | u64::from(byte & 0x7f));
    }
    if start == 0 { source } else { from_byte(source, start) }
}

/// Returns the part of a source from a byte on.
pub(super) fn from_byte(source: Arc<dyn ByteSource>, start: u64) -> Arc<dyn ByteSource> {
    let end = source.len();
    part(source, start..end)
}

/// Returns the part of a source in this range, as far as the source reaches.
pub(super) fn part(source: Arc<dyn ByteSource>, bytes: Range<u64>) -> Arc<dyn ByteSource> {
    let end = bytes.end.min(source.len());
    Arc::new(Part { start: bytes.start.min(end), end, source })
}

struct Part {
    source: Arc<dyn ByteSource>,
    start: u64,
    end: u64,
}

impl ByteSource for Part {
    fn len(&self) -> u64 {
        self.end - self.start
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let start = self.start.saturating_add(position);
        let most = usize::try_from(self.end.saturating_sub(start)).unwrap_or(usize::MAX);
        let count = buffer.len().min(most);
        self.source.read_at(start, buffer.get_mut(..count).unwrap_or_default())
    }
}

/// A stream over a source.
pub(super) struct SourceStream {
    source: Arc<dyn ByteSource>,
    position: u64,
    window: Vec<u8>,
    window_start: u64,
    window_size: usize,
    reached: Arc<AtomicU64>,
}

impl SourceStream {
    /// Returns a stream at the source's start.
    pub(super) fn new(source: Arc<dyn ByteSource>) -> Self {
        Self {
            source,
            position: 0,
            window: Vec::new(),
            window_start: 0,
            window_size: FIRST_WINDOW,
            reached: Arc::default(),
        }
    }

    /// Returns a handle to the stream's position, to be read while another owns the stream.
    pub(super) fn reached(&self) -> Arc<AtomicU64> {
        self.reached.clone()
    }

    /// Returns the content's length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.source.len()
    }

    /// Returns `count` bytes from a position on. Returns fewer at the content's end, and at most [`MOST_AT_ONCE`].
    pub(super) fn peek(&mut self, position: u64, count: usize) -> io::Result<&[u8]> {
        let count = count.min(MOST_AT_ONCE);
        self.position = position;
        self.reached.store(position, Ordering::Relaxed);
        let window_end = self.window_start + self.window.len() as u64;
        if self.buffered().len() < count && (window_end < self.source.len() || self.buffered().is_empty()) {
            self.fill(count)?;
        }
        let available = self.buffered();
        Ok(&available[..count.min(available.len())])
    }

    /// Reads a window of at least `least` bytes from the position on.
    fn fill(&mut self, least: usize) -> io::Result<()> {
        let window_end = self.window_start + self.window.len() as u64;
        let follows = (self.window_start.saturating_add(1)..=window_end).contains(&self.position);
        self.window_size = if follows { (2 * self.window_size).min(WINDOW) } else { FIRST_WINDOW };
        self.window.resize(self.window_size.max(least), 0);
        self.window_start = self.position;
        let filled = self.source.read_at(self.position, &mut self.window);
        // After a failed read the window must be empty, or a second try would return its old bytes.
        self.window.truncate(*filled.as_ref().unwrap_or(&0));
        filled.map(|_| ())
    }

    /// Returns the part of the window from the position on.
    fn buffered(&self) -> &[u8] {
        let skipped = self.position.checked_sub(self.window_start).and_then(|n| usize::try_from(n).ok());
        skipped.and_then(|skipped| self.window.get(skipped..)).unwrap_or(&[])
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::store::Bytes;

    /// A source that records the largest read.
    struct Watched(Bytes, Mutex<usize>);

    impl ByteSource for Watched {
        fn len(&self) -> u64 {
            self.0.len()
        }

        fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
            let mut most = self.1.lock().unwrap();
            *most = buffer.len().max(*most);
            self.0.read_at(position, buffer)
        }
    }

    #[test]
    fn it_reads_what_is_there_and_never_the_whole() {
        let bytes: Vec<u8> = (0..1_000_000u32).map(|n| (n % 251) as u8).collect();
        let source = Arc::new(Watched(Bytes(bytes.clone().into()), Mutex::default()));
        let mut stream = SourceStream::new(source.clone());
        for position in (0..1_000_000).step_by(1000) {
            assert!(stream.peek(position, 1000).unwrap() == &bytes[position as usize..][..1000]);
        }
        assert_eq!(*source.1.lock().unwrap(), WINDOW);
        for position in [999_996, 3, 131_070, 131_072, 0] {
            assert_eq!(stream.peek(position, 4).unwrap(), &bytes[position as usize..][..4]);
        }
    }

    #[test]
    fn positions_past_the_end_hold_nothing() {
        let mut stream = SourceStream::new(Arc::new(Bytes([1, 2, 3].into())));
        assert_eq!(stream.peek(1, 8).unwrap(), [2, 3]);
        assert!(stream.peek(8, 8).unwrap().is_empty());
    }

    #[test]
    fn a_part_has_no_more_than_its_own() {
        let source = part(Arc::new(Bytes([1, 2, 3, 4, 5].into())), 1..3);
        let mut four = [0; 4];
        assert_eq!((source.len(), source.read_at(0, &mut four).unwrap(), four), (2, 2, [2, 3, 0, 0]));
        assert_eq!(source.read_at(9, &mut four).unwrap(), 0);
        assert_eq!(part(source, 5..9).len(), 0);
    }
}
