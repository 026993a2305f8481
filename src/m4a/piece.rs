//! A file's metadata, ready to be written.

use super::error::M4aError;
use crate::timeline::{Frames, Image, ImageType, MAX_TITLE_BYTES, Tags};

/// Marks a title as UTF-8. Without this mark or a byte order mark, readers assume the system's own encoding.
const IS_UTF_8: [u8; 12] = *b"\0\0\0\x0cencd\0\0\x01\0";

/// The tags, the pictures and the chapters of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// The tags. Empty ones are not written. The covers' IDs are not used.
    pub tags: Tags,
    /// The pictures. The first one is the cover.
    pub covers: Vec<Image>,
    /// The chapters: none, or the first at 0, in order, each of at most 2³² − 1 frames, the last one ending with the
    /// timeline.
    pub chapters: Vec<Chapter>,
    /// The chapters' pictures. Their files follow the last packet, in this order.
    pub pictures: Vec<Picture>,
}

/// A chapter. It ends where the next one starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chapter {
    /// The chapter's title, of at most [`MAX_TITLE_BYTES`].
    pub title: String,
    /// The chapter's first frame.
    pub start: Frames,
    /// The chapter's picture, as an index into [`Piece::pictures`]. Either all chapters have one, or none has.
    pub picture: Option<usize>,
}

/// The properties of a picture that the header depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The picture's format.
    pub mime_type: ImageType,
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
    /// The size of the picture's file in bytes.
    pub bytes: u32,
}

impl Piece {
    /// Returns an error for chapters that a timeline of `frames` cannot have.
    pub(super) fn check(&self, frames: Frames) -> Result<(), M4aError> {
        let fault = |index: usize, reason| Err(M4aError::Chapter { index, reason });
        let with_pictures = self.chapters.first().is_some_and(|first| first.picture.is_some());
        if self.chapters.first().is_some_and(|first| first.start != 0) {
            return fault(0, "does not start where the timeline does");
        }
        for (index, (chapter, length)) in self.chapters.iter().zip(self.lengths(frames)).enumerate() {
            if length.is_none_or(|length| length == 0) {
                return fault(index, "does not end after its start");
            }
            if length.is_some_and(|length| u32::try_from(length).is_err()) {
                return fault(index, "is longer than a chapter can be");
            }
            if chapter.title.len() > MAX_TITLE_BYTES {
                return fault(index, "has too long a title");
            }
            let shows = chapter.picture.is_some_and(|picture| picture < self.pictures.len());
            if shows != with_pictures || shows != chapter.picture.is_some() {
                return fault(index, "shows a picture that is not there, or none where others show one");
            }
        }
        Ok(())
    }

    /// Returns each chapter's length in frames; `None` for a chapter that ends before it starts.
    pub(super) fn lengths(&self, frames: Frames) -> impl Iterator<Item = Option<Frames>> {
        let ends = self.chapters.iter().skip(1).map(|next| next.start).chain([frames]);
        self.chapters.iter().zip(ends).map(|(chapter, end)| end.checked_sub(chapter.start))
    }

    /// Returns whether the chapters show pictures.
    pub(super) fn has_pictures(&self) -> bool {
        self.shown().next().is_some()
    }

    /// Iterates over the chapters' pictures, one for each chapter; empty if the chapters have none.
    pub(super) fn shown(&self) -> impl Iterator<Item = &Picture> {
        self.chapters.iter().filter_map(|chapter| self.pictures.get(chapter.picture?))
    }

    /// Returns the sum of all pictures' sizes in bytes.
    pub(super) fn picture_bytes(&self) -> u64 {
        self.pictures.iter().map(|picture| u64::from(picture.bytes)).sum()
    }
}

/// Returns the samples of the chapters' titles, in order. Each has the title's length in 16 bits, the title, and its
/// encoding (Apple's QuickTime File Format, "Text Sample Data").
pub(super) fn title_samples(piece: &Piece) -> impl Iterator<Item = impl Iterator<Item = u8>> {
    piece.chapters.iter().map(|Chapter { title, .. }| {
        // The length fits: see `MAX_TITLE_BYTES`.
        (title.len() as u16).to_be_bytes().into_iter().chain(title.bytes()).chain(IS_UTF_8)
    })
}
