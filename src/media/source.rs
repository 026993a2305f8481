//! A [`ByteSource`] as the stream that Symphonia reads: through one window, never whole.
//!
//! A slice of a Blob costs a call into the browser, whatever its size, so reads are gathered into windows. Symphonia
//! buffers too, but starts at 1 KiB after every seek.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use symphonia::core::io::MediaSource;

use crate::store::ByteSource;

/// The most bytes read at a time: some four seconds of a 256 kb/s file, half a second of a CD's.
const WINDOW: usize = 128 * 1024;

/// Bytes read after a jump. Who jumps may be searching, and jump again; each read that follows on takes twice as much.
const FIRST_WINDOW: usize = 16 * 1024;

/// The most bytes that may be asked for at once. Symphonia reads what a file says is large in growing parts, so it takes
/// no more than 40 MiB before it is refused. Packets and pictures of up to 12 MiB are had.
const MOST_AT_ONCE: usize = 8 * 1024 * 1024;

/// Memory that Symphonia may come to hold of what it reads on opening a file, in bytes.
const OPENING: u64 = 36 << 20;

/// The most ID3v2 tags that are passed over.
const MAX_TAGS: usize = 10;

/// A source without the ID3v2 tags (ID3v2.4, 3.1) in front. They are of no use here, and may hold large pictures.
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

/// What a source holds from a byte on.
pub(super) fn from_byte(source: Arc<dyn ByteSource>, start: u64) -> Arc<dyn ByteSource> {
    Arc::new(Rest { start: start.min(source.len()), source })
}

struct Rest {
    source: Arc<dyn ByteSource>,
    start: u64,
}

impl ByteSource for Rest {
    fn len(&self) -> u64 {
        self.source.len() - self.start
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.source.read_at(self.start.saturating_add(position), buffer)
    }
}

/// A stream over a source.
pub(super) struct SourceStream {
    source: Arc<dyn ByteSource>,
    is_seekable: bool,
    position: u64,
    window: Vec<u8>,
    window_start: u64,
    window_size: usize,
    reached: Arc<AtomicU64>,
    /// Memory that may still be taken for what is read.
    allowance: Arc<AtomicU64>,
    growth: u64,
}

impl SourceStream {
    /// A stream at the source's start. One that is not seekable is read from front to back.
    ///
    /// Until its allowance is lifted, it ends where what was read could take too much memory, `growth` bytes for each that
    /// is read in small pieces.
    pub(super) fn new(source: Arc<dyn ByteSource>, is_seekable: bool, growth: u64) -> Self {
        Self {
            source,
            is_seekable,
            position: 0,
            window: Vec::new(),
            window_start: 0,
            window_size: FIRST_WINDOW,
            reached: Arc::default(),
            allowance: Arc::new(OPENING.into()),
            growth,
        }
    }

    /// The stream's position, to be watched while Symphonia owns the stream.
    pub(super) fn reached(&self) -> Arc<AtomicU64> {
        self.reached.clone()
    }

    /// The content's length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.source.len()
    }

    /// So many bytes from a position on; fewer only at the content's end, or where it is [`MOST_AT_ONCE`].
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

    /// Reads a window of so many bytes or more from the position on.
    fn fill(&mut self, least: usize) -> io::Result<()> {
        let window_end = self.window_start + self.window.len() as u64;
        let follows = (self.window_start.saturating_add(1)..=window_end).contains(&self.position);
        self.window_size = if follows { (2 * self.window_size).min(WINDOW) } else { FIRST_WINDOW };
        self.window.resize(self.window_size.max(least), 0);
        self.window_start = self.position;
        let filled = self.source.read_at(self.position, &mut self.window);
        // After a failed read the window must hold nothing, or a second try would serve its old bytes.
        self.window.truncate(*filled.as_ref().unwrap_or(&0));
        filled.map(|_| ())
    }

    /// Memory that may still be taken, to be lifted while Symphonia owns the stream. It keeps most of what it reads on
    /// opening a file, and none of the audio.
    pub(super) fn allowance(&self) -> Arc<AtomicU64> {
        self.allowance.clone()
    }

    /// The part of the window from the position on.
    fn buffered(&self) -> &[u8] {
        let skipped = self.position.checked_sub(self.window_start).and_then(|n| usize::try_from(n).ok());
        skipped.and_then(|skipped| self.window.get(skipped..)).unwrap_or(&[])
    }
}

impl Read for SourceStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let allowance = self.allowance.load(Ordering::Relaxed);
        if buffer.len() > MOST_AT_ONCE || allowance == 0 {
            // Who believes a size that cannot be finds the file cut off.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if self.buffered().is_empty() {
            self.fill(0)?;
        }
        let available = self.buffered();
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.position += count as u64;
        let growth = if buffer.len() > WINDOW { 1 } else { self.growth };
        self.allowance.store(allowance.saturating_sub(count as u64 * growth), Ordering::Relaxed);
        self.reached.store(self.position, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for SourceStream {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        let position = match target {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.source.len().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

impl MediaSource for SourceStream {
    fn is_seekable(&self) -> bool {
        self.is_seekable
    }

    fn byte_len(&self) -> Option<u64> {
        self.is_seekable.then(|| self.source.len())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::store::Bytes;

    /// A source that remembers how much was asked for at a time.
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
        let mut stream = SourceStream::new(source.clone(), true, 0);
        let mut read = Vec::new();
        stream.read_to_end(&mut read).unwrap();
        assert!(read == bytes);
        assert_eq!(*source.1.lock().unwrap(), WINDOW);

        let mut four = [0; 4];
        for position in [999_996, 3, 131_070, 131_072, 0] {
            stream.seek(SeekFrom::Start(position)).unwrap();
            stream.read_exact(&mut four).unwrap();
            assert_eq!(four[..], bytes[position as usize..][..4]);
        }
    }

    #[test]
    fn positions_past_the_end_hold_nothing_and_none_are_before_the_start() {
        let mut stream = SourceStream::new(Arc::new(Bytes([1, 2, 3].into())), true, 0);
        stream.seek(SeekFrom::End(5)).unwrap();
        assert_eq!(stream.read(&mut [0; 8]).unwrap(), 0);
        assert!(stream.seek(SeekFrom::Current(-9)).is_err());
    }
}
