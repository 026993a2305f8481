//! What a file says of itself beside its sound: who made it, what it is called, which pictures go with it.
//!
//! Plain data, as the user gives it. How it stands in a file is the `m4a` module's affair.

use serde::{Deserialize, Serialize};

/// Tags. What is empty, or left out, is not written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tags {
    /// The piece's title; the timeline's name if left out.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Who performs it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub artist: String,
    /// The collection that it is part of: a series, a book.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub album: String,
    /// Who the collection is by.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub album_artist: String,
    /// Who wrote it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub composer: String,
    /// Who reads it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub narrator: String,
    /// Its genre, in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub genre: String,
    /// When it was published: a year, or a date as ISO 8601 writes it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub year: String,
    /// Its place in the collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track: Option<Part>,
    /// The disc, or the volume, that it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disc: Option<Part>,
    /// A note.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// What it is about, in a sentence or two.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The same at length.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub long_description: String,
    /// Whose it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub copyright: String,
    /// The language that is spoken, as BCP 47 names it: `en`, `pt-BR`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// A group of pieces within the collection.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub grouping: String,
    /// Where players should file it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<MediaType>,
    /// The IDs of its pictures in the library, the first one being its cover.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<String>,
}

/// A number, and out of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Counted from 1.
    pub number: u16,
    /// How many there are, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u16>,
}

/// What kind of thing a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaType {
    /// Music.
    Music,
    /// A book that is read.
    Audiobook,
    /// An episode of a podcast.
    Podcast,
}

/// A picture that goes with a timeline or with a chapter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// Unique in its store.
    pub id: String,
    /// How it is coded.
    pub mime_type: ImageType,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The file.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// The kinds of picture that a file can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImageType {
    /// A JPEG.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// A PNG.
    #[serde(rename = "image/png")]
    Png,
}

impl ImageType {
    /// The MIME type.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}
