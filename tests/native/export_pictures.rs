//! The export holds one chapter picture at a time. Losing one during the export costs only that picture.

use std::cell::Cell;
use std::sync::Arc;

use secuencia::export::{Alone, ExportOptions, ExportReport, Sink, SinkError, export};
use secuencia::store::{ByteSource, MemoryStore, Store, StoreError};
use secuencia::timeline::{Asset, ChapterMarker, Image, ImageType, RationalTime, Timeline};

use crate::support::export::{Library, TestHost, WavFormat, clip, wav};
use crate::support::heap::peak_of;

const PICTURE_BYTES: usize = 1 << 20;

/// A library that makes its pictures on request, a limited number of times.
struct Gallery {
    store: MemoryStore,
    /// The number of requests still answered.
    left: Cell<usize>,
}

impl Store for Gallery {
    async fn timeline(&self, id: &str) -> Result<Option<Timeline>, StoreError> {
        self.store.timeline(id).await
    }

    async fn assets(&self, ids: &[&str]) -> Result<Vec<Option<Asset>>, StoreError> {
        self.store.assets(ids).await
    }

    async fn contents(&self, ids: &[&str]) -> Result<Vec<Option<Arc<dyn ByteSource>>>, StoreError> {
        self.store.contents(ids).await
    }

    async fn image(&self, id: &str) -> Result<Option<Image>, StoreError> {
        let Some(left) = self.left.get().checked_sub(1) else { return Ok(None) };
        self.left.set(left);
        let (mime_type, bytes) = (ImageType::Jpeg, vec![0xff; PICTURE_BYTES]);
        Ok(Some(Image { id: id.into(), mime_type, width: 10, height: 10, bytes }))
    }
}

/// A sink that discards the file, but counts its bytes and the zeros among them.
#[derive(Default)]
struct Void {
    bytes: u64,
    zeros: usize,
    is_rewound: bool,
}

impl Sink for Void {
    type Output = (u64, usize);

    fn can_rewind(&self) -> bool {
        true
    }

    async fn reserve(&mut self, header_bytes: u64) -> Result<(), SinkError> {
        self.bytes += header_bytes;
        Ok(())
    }

    async fn append(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        // The header has already been counted, and contains zeros of its own.
        if self.is_rewound {
            return Ok(());
        }
        self.bytes += bytes.len() as u64;
        self.zeros += bytes.iter().filter(|&&byte| byte == 0).count();
        Ok(())
    }

    async fn rewind(&mut self) -> Result<(), SinkError> {
        self.is_rewound = true;
        Ok(())
    }

    async fn finish(&mut self) -> Result<(u64, usize), SinkError> {
        Ok((self.bytes, self.zeros))
    }

    async fn abort(&mut self) {}
}

/// Exports a second with `chapters` chapters, each with its own picture. The store answers `left` requests.
fn export_with(chapters: i64, left: usize) -> (ExportReport, (u64, usize)) {
    let mut library = Library::default();
    let asset = library.add("a.wav", wav(44_100, 1, WavFormat::Int(16), &[0.0; 44_100]));
    let marker = |number: i64| ChapterMarker {
        title: format!("{number}"),
        offset: RationalTime::new(number, chapters as u32),
        image: Some(format!("picture {number}")),
        ..ChapterMarker::default()
    };
    library.store.put_timeline(Timeline {
        id: "t".into(),
        clips: vec![clip("c", &asset, RationalTime::ZERO)],
        chapters: (0..chapters).map(marker).collect(),
        ..Timeline::default()
    });
    let gallery = Gallery { store: library.store, left: Cell::new(left) };
    let (options, host) = (ExportOptions::default(), TestHost::default());
    pollster::block_on(export(&gallery, "t", &options, &Alone, &mut Void::default(), &host)).unwrap()
}

#[test]
fn a_hundred_pictures_take_the_memory_of_one() {
    let ((few, _), with_few) = peak_of(|| export_with(2, usize::MAX));
    let ((many, (bytes, _)), with_many) = peak_of(|| export_with(100, usize::MAX));
    assert_eq!((few.chapters.len(), many.chapters.len()), (2, 100));
    assert_eq!(many.bytes, bytes);
    assert!(bytes > 100 * PICTURE_BYTES as u64);
    assert!(with_many < with_few + PICTURE_BYTES / 2, "{with_few} bytes with 2, {with_many} with 100");
}

#[test]
fn a_picture_that_goes_during_the_export_leaves_its_room_empty_and_is_told() {
    // Planning reads each picture once. After that, one can still be written.
    let (report, (bytes, zeros)) = export_with(3, 4);
    assert_eq!(report.bytes, bytes, "everything is where the header says");
    assert!((2 * PICTURE_BYTES..2 * PICTURE_BYTES + PICTURE_BYTES / 2).contains(&zeros));
    assert_eq!(report.remarks, ["A chapter's picture was removed from the library during the export."; 2]);
}
