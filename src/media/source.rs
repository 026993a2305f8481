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

/// A stream over a source.
pub(super) struct SourceStream {
    source: Arc<dyn ByteSource>,
    is_seekable: bool,
    position: u64,
    window: Vec<u8>,
    window_start: u64,
    window_size: usize,
    reached: Arc<AtomicU64>,
}

impl SourceStream {
    /// A stream at the source's start. One that is not seekable is read from front to back.
    pub(super) fn new(source: Arc<dyn ByteSource>, is_seekable: bool) -> Self {
        Self {
            source,
            is_seekable,
            position: 0,
            window: Vec::new(),
            window_start: 0,
            window_size: FIRST_WINDOW,
            reached: Arc::default(),
        }
    }

    /// The stream's position, to be watched while Symphonia owns the stream.
    pub(super) fn reached(&self) -> Arc<AtomicU64> {
        self.reached.clone()
    }

    /// The part of the window from the position on.
    fn buffered(&self) -> &[u8] {
        let skipped = self.position.checked_sub(self.window_start).and_then(|n| usize::try_from(n).ok());
        skipped.and_then(|skipped| self.window.get(skipped..)).unwrap_or(&[])
    }
}

impl Read for SourceStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.buffered().is_empty() {
            let window_end = self.window_start + self.window.len() as u64;
            let follows = self.position == window_end && !self.window.is_empty();
            self.window_size = if follows { (2 * self.window_size).min(WINDOW) } else { FIRST_WINDOW };
            self.window.resize(self.window_size, 0);
            self.window_start = self.position;
            let filled = self.source.read_at(self.position, &mut self.window);
            // After a failed read the window must hold nothing, or a second try would serve its old bytes.
            self.window.truncate(*filled.as_ref().unwrap_or(&0));
            filled?;
        }
        let available = self.buffered();
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.position += count as u64;
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
        let mut stream = SourceStream::new(source.clone(), true);
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
        let mut stream = SourceStream::new(Arc::new(Bytes([1, 2, 3].into())), true);
        stream.seek(SeekFrom::End(5)).unwrap();
        assert_eq!(stream.read(&mut [0; 8]).unwrap(), 0);
        assert!(stream.seek(SeekFrom::Current(-9)).is_err());
    }
}
