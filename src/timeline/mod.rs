//! The model: time, clips and lanes, and the converter that makes a timeline from assets.
//!
//! It is metadata only: it needs no content, no browser and no clock.

mod chapters;
mod converter;
mod model;
mod tags;
mod text;
mod time;

pub use chapters::{ChapterSource, HeardClip, MAX_TITLE_BYTES, Outline, PlacedChapter};
pub use converter::{ClipSpec, Conversion, ConvertError, convert};
pub use model::{Asset, AudioLayout, ChapterMarker, ClipRef, LayoutChoice, Timeline, TimelineClip};
pub use tags::{Image, ImageType, MediaType, Part, Tags};
pub use text::cut;
pub use time::{Frames, RationalTime, SampleRate};
