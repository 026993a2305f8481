//! Sources that count reads, or fail.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use secuencia::store::ByteSource;

/// A source that counts the bytes read and the calls.
pub struct Counted<S> {
    source: S,
    read: AtomicU64,
    reads: AtomicU64,
}

impl<S> Counted<S> {
    pub fn new(source: S) -> Arc<Self> {
        Arc::new(Self { source, read: AtomicU64::new(0), reads: AtomicU64::new(0) })
    }

    pub fn count(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }
}

impl<S: ByteSource> ByteSource for Counted<S> {
    fn len(&self) -> u64 {
        self.source.len()
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read_at(position, buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        self.reads.fetch_add(1, Ordering::Relaxed);
        Ok(count)
    }
}

/// A source that fails in its second half, as a file does that is removed during reading.
pub struct Vanishing(pub Arc<dyn ByteSource>);

impl ByteSource for Vanishing {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if position > self.len() / 2 {
            Err(io::Error::other("it was removed"))
        } else {
            self.0.read_at(position, buffer)
        }
    }
}
