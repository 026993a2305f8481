//! A cache of contents, in pages.
//!
//! Reading from a Blob is a call into the browser, and takes half a millisecond for ten bytes as for 100 KiB. Opening
//! a file takes a dozen small reads, and seeking in it opens it again. So one [`Pages`] caches the reads of all
//! contents in a library. Its memory does not depend on the number or the length of the contents.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::ByteSource;

/// Bytes in a page: reading one takes about 0.75 ms in Chromium, half of one 0.55 ms.
const PAGE: usize = 256 * 1024;

/// The maximum number of cached pages: one for each clip that usually sounds at the same time, and some more.
const MOST: usize = 8;

/// The most recently used pages of all contents.
#[derive(Default)]
pub struct Pages {
    /// The cached pages, the most recently used one last.
    kept: Mutex<VecDeque<Page>>,
    contents: AtomicU64,
}

struct Page {
    content: u64,
    number: u64,
    bytes: Arc<Vec<u8>>,
}

impl Pages {
    /// Creates an empty cache.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Returns a content that is read through this cache.
    pub fn over(self: &Arc<Self>, source: impl ByteSource + 'static) -> Arc<dyn ByteSource> {
        let content = self.contents.fetch_add(1, Ordering::Relaxed);
        Arc::new(Paged { pages: self.clone(), content, source })
    }

    fn find(&self, content: u64, number: u64) -> Option<Arc<Vec<u8>>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().rposition(|page| page.content == content && page.number == number)?;
        let page = kept.remove(place)?;
        let bytes = page.bytes.clone();
        kept.push_back(page);
        Some(bytes)
    }

    fn keep(&self, page: Page) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == MOST {
            kept.pop_front();
        }
        kept.push_back(page);
    }
}

struct Paged<S> {
    pages: Arc<Pages>,
    content: u64,
    source: S,
}

impl<S: ByteSource> Paged<S> {
    fn page(&self, number: u64) -> io::Result<Arc<Vec<u8>>> {
        if let Some(bytes) = self.pages.find(self.content, number) {
            return Ok(bytes);
        }
        let start = number * PAGE as u64;
        // The length of a page fits into a `usize`.
        let mut bytes = vec![0; (self.source.len() - start).min(PAGE as u64) as usize];
        let count = self.source.read_at(start, &mut bytes)?;
        bytes.truncate(count);
        let bytes = Arc::new(bytes);
        self.pages.keep(Page { content: self.content, number, bytes: bytes.clone() });
        Ok(bytes)
    }
}

impl<S: ByteSource> ByteSource for Paged<S> {
    fn len(&self) -> u64 {
        self.source.len()
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.len() > PAGE {
            return self.source.read_at(position, buffer);
        }
        let mut done = 0;
        while done < buffer.len() {
            let at = position.saturating_add(done as u64);
            if at >= self.source.len() {
                break;
            }
            let page = self.page(at / PAGE as u64)?;
            let Some(rest) = page.get((at % PAGE as u64) as usize..).filter(|rest| !rest.is_empty()) else { break };
            let count = rest.len().min(buffer.len() - done);
            buffer[done..done + count].copy_from_slice(&rest[..count]);
            done += count;
        }
        Ok(done)
    }

    fn foresee(&self) {
        if self.pages.find(self.content, 0).is_none() {
            self.source.foresee();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Bytes;

    /// A content that records the reads, fails the first `failures` of them, and counts how often it is foreseen.
    struct Watched {
        bytes: Bytes,
        asked: Arc<Mutex<Vec<(u64, usize)>>>,
        failures: AtomicU64,
        foreseen: Arc<AtomicU64>,
    }

    impl ByteSource for Watched {
        fn len(&self) -> u64 {
            self.bytes.len()
        }

        fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
            self.asked.lock().unwrap().push((position, buffer.len()));
            let left = self.failures.load(Ordering::Relaxed);
            self.failures.store(left.saturating_sub(1), Ordering::Relaxed);
            if left > 0 { Err(io::ErrorKind::Other.into()) } else { self.bytes.read_at(position, buffer) }
        }

        fn foresee(&self) {
            self.foreseen.fetch_add(1, Ordering::Relaxed);
        }
    }

    type Asked = Arc<Mutex<Vec<(u64, usize)>>>;

    fn content(pages: &Arc<Pages>, bytes: &[u8], failures: u64) -> (Arc<dyn ByteSource>, Asked) {
        let asked = Asked::default();
        let failures = failures.into();
        let watched = Watched { bytes: Bytes(bytes.into()), asked: asked.clone(), failures, foreseen: Arc::default() };
        (pages.over(watched), asked)
    }

    fn counting(length: usize) -> Vec<u8> {
        (0..length).map(|n| (n % 251) as u8).collect()
    }

    #[test]
    fn any_read_gives_what_the_content_has_there() {
        let bytes = counting(2 * PAGE + 1000);
        let (source, _) = content(&Pages::new(), &bytes, 0);
        let ends = [0, 1, 999, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, bytes.len() - 1, bytes.len(), bytes.len() + 9];
        for start in ends {
            for length in [0, 1, 10, 1000, PAGE, PAGE + 1, 3 * PAGE] {
                let mut buffer = vec![0; length];
                let count = source.read_at(start as u64, &mut buffer).unwrap();
                let expected = &bytes[start.min(bytes.len())..(start + length).min(bytes.len())];
                assert!(buffer[..count] == *expected, "{length} bytes from {start} on");
            }
        }
        assert_eq!(source.read_at(u64::MAX, &mut [0; 8]).unwrap(), 0);
    }

    #[test]
    fn small_reads_of_one_page_ask_for_it_once() {
        let (source, asked) = content(&Pages::new(), &counting(PAGE + 5), 0);
        for position in [0, 10, 4, 65_536, 9] {
            source.read_at(position, &mut [0; 100]).unwrap();
        }
        source.read_at(PAGE as u64 - 1, &mut [0; 3]).unwrap();
        assert_eq!(*asked.lock().unwrap(), [(0, PAGE), (PAGE as u64, 5)]);
    }

    #[test]
    fn the_pages_used_last_are_kept_whosever_they_are() {
        let pages = Pages::new();
        let contents: Vec<_> = (0..=MOST).map(|_| content(&pages, &counting(10), 0)).collect();
        let read = |index: usize| contents[index].0.read_at(0, &mut [0; 10]).unwrap();
        for index in 0..MOST {
            read(index);
        }
        read(0);
        read(MOST);
        assert_eq!(pages.kept.lock().unwrap().len(), MOST);
        for index in 0..=MOST {
            read(index);
        }
        let asked: Vec<usize> = contents.iter().map(|(_, asked)| asked.lock().unwrap().len()).collect();
        assert_eq!((asked[0], asked[1], asked[MOST]), (1, 2, 2));
    }

    #[test]
    fn a_content_is_foreseen_unless_its_start_is_there() {
        let foreseen = Arc::<AtomicU64>::default();
        let watched = Watched {
            bytes: Bytes(counting(10).into()),
            asked: Asked::default(),
            failures: 0.into(),
            foreseen: foreseen.clone(),
        };
        let source = Pages::new().over(watched);
        source.foresee();
        source.read_at(0, &mut [0]).unwrap();
        source.foresee();
        assert_eq!(foreseen.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_read_that_failed_is_tried_anew() {
        let (source, _) = content(&Pages::new(), &counting(10), 1);
        let mut byte = [0];
        assert!(source.read_at(7, &mut byte).is_err());
        assert_eq!((source.read_at(7, &mut byte).unwrap(), byte), (1, [7]));
    }
}
