//! The pictures in a file: covers, which are part of its header, and chapters' pictures.
//!
//! Covers are in memory until the header is written. There may be hundreds of chapters' pictures, so only their sizes
//! and formats are kept, which determine the header's size. Each is read once for these, and again, alone, when it is
//! written. A missing picture leads to a remark, and does not fail the export.

use std::collections::HashMap;

use super::error::ExportError;
use super::host::Host;
use super::pulse::Pulse;
use super::sink::Sink;
use crate::m4a::Picture;
use crate::progress::Phase;
use crate::store::Store;
use crate::timeline::{Image, PlacedChapter};

/// Returns the covers that the library has, in order.
pub(super) async fn covers<S: Store>(
    store: &S,
    ids: &[String],
    remarks: &mut Vec<String>,
) -> Result<Vec<Image>, ExportError> {
    let mut covers = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        match store.image(id).await? {
            Some(image) if !image.bytes.is_empty() => covers.push(image),
            _ => remarks.push(format!("Picture {} is no longer in the library and was left out.", index + 1)),
        }
    }
    Ok(covers)
}

/// The pictures that a file's chapters show, each once.
#[derive(Default)]
pub(super) struct ChapterPictures {
    ids: Vec<String>,
    /// The pictures' sizes and formats, in the order of `ids`.
    pub(super) pictures: Vec<Picture>,
    /// The index of the picture that each chapter shows. Empty if no chapter has a picture.
    pub(super) shown: Vec<usize>,
}

impl ChapterPictures {
    /// Reads the facts of the pictures that the chapters name.
    ///
    /// A track of pictures has no gaps: if one chapter has a picture, all show one. A chapter without a picture shows
    /// the cover, or else the picture of the chapter before it, or else the first picture that follows.
    pub(super) async fn survey<S: Store, H: Host>(
        store: &S,
        chapters: &[PlacedChapter],
        cover: Option<&Image>,
        remarks: &mut Vec<String>,
        pulse: &mut Pulse<'_, H>,
    ) -> Result<Self, ExportError> {
        let mut pictures = Self::default();
        let mut known: HashMap<&str, Option<usize>> = HashMap::new();
        let mut own = Vec::with_capacity(chapters.len());
        for chapter in chapters {
            let Some(id) = chapter.image.as_deref() else {
                own.push(None);
                continue;
            };
            if !known.contains_key(id) {
                pulse.beat(Phase::Composing, 1.0, || "Reading the chapters' pictures".into()).await?;
                let found = store.image(id).await?;
                known.insert(id, found.and_then(|image| pictures.add(&image)));
            }
            let picture = known.get(id).copied().flatten();
            if picture.is_none() {
                let title = &chapter.title;
                remarks.push(format!("The picture of the chapter “{title}” is no longer in the library."));
            }
            own.push(picture);
        }
        let Some(first) = own.iter().copied().flatten().next() else { return Ok(Self::default()) };
        let needs_cover = own.contains(&None);
        let cover = cover.filter(|_| needs_cover).and_then(|cover| match known.get(cover.id.as_str()) {
            Some(&known) => known,
            None => pictures.add(cover),
        });
        let mut before = first;
        for picture in own {
            before = picture.or(cover).unwrap_or(before);
            pictures.shown.push(before);
        }
        Ok(pictures)
    }

    /// Adds a picture and returns its index; `None` if it is empty or too large for a track.
    fn add(&mut self, image: &Image) -> Option<usize> {
        let bytes = u32::try_from(image.bytes.len()).ok().filter(|&bytes| bytes > 0)?;
        let &Image { mime_type, width, height, .. } = image;
        self.ids.push(image.id.clone());
        self.pictures.push(Picture { mime_type, width, height, bytes });
        Some(self.pictures.len() - 1)
    }

    /// Writes the pictures, one at a time. The header has their sizes already, so a picture that has gone since
    /// becomes zeros.
    pub(super) async fn write<S: Store, K: Sink, H: Host>(
        &self,
        store: &S,
        sink: &mut K,
        remarks: &mut Vec<String>,
        pulse: &mut Pulse<'_, H>,
    ) -> Result<(), ExportError> {
        for (id, picture) in self.ids.iter().zip(&self.pictures) {
            pulse.beat(Phase::Encoding, 1.0, || "Writing the chapters' pictures".into()).await?;
            let size = picture.bytes as usize;
            let mut bytes = store.image(id).await?.map(|image| image.bytes).unwrap_or_default();
            if bytes.len() != size {
                remarks.push("A chapter's picture was removed from the library during the export.".into());
                bytes = vec![0; size];
            }
            sink.append(&bytes).await?;
        }
        Ok(())
    }
}
