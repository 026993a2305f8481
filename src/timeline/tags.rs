//! A file's tags: its title, its people, its pictures.
//!
//! Plain data, as the user enters it. The `m4a` module converts it to the file's form.

use serde::{Deserialize, Serialize};

/// The tags of a file. Empty fields are not written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tags {
    /// The piece's title. Default: the timeline's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The performer.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub artist: String,
    /// The collection that contains the piece: a series, a book.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub album: String,
    /// The author of the collection.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub album_artist: String,
    /// The composer, or the author of the text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub composer: String,
    /// The person who reads the piece aloud.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub narrator: String,
    /// The genre, in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub genre: String,
    /// The date of publication: a year, or an ISO 8601 date.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub year: String,
    /// The piece's number in the collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track: Option<Part>,
    /// The number of the disc or volume that contains the piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disc: Option<Part>,
    /// A free comment.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// A summary of a sentence or two.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// A longer summary.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub long_description: String,
    /// The copyright notice.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub copyright: String,
    /// The spoken language as a BCP 47 tag: `en`, `pt-BR`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// A group of pieces within the collection.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub grouping: String,
    /// The category in which players file the piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<MediaType>,
    /// The IDs of the pictures in the library. The first one is the cover.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<String>,
}

impl Tags {
    /// Returns the title of a piece with this name.
    pub fn title_of<'a>(&'a self, name: &'a str) -> &'a str {
        if self.title.is_empty() { name } else { &self.title }
    }
}

/// A number, and optionally the total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The number, counted from 1.
    pub number: u16,
    /// The total, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u16>,
}

/// The category of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaType {
    /// Music.
    Music,
    /// A book read aloud.
    Audiobook,
    /// An episode of a podcast.
    Podcast,
}

/// A picture for a timeline or a chapter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// The picture's ID, unique in its store.
    pub id: String,
    /// The picture's format.
    pub mime_type: ImageType,
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
    /// The content of the picture's file.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// The supported picture formats.
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
    /// Returns the MIME type.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}
