//! The data that every sidecar is made from.

use super::cue::{Chapter, Cue};
use crate::timeline::{Frames, SampleRate};

/// An exported file, as its sidecars describe it.
#[derive(Clone, Debug)]
pub struct Recording<'a> {
    /// The exported file's name.
    pub file_name: &'a str,
    /// The piece's title.
    pub title: &'a str,
    /// The file's sample rate.
    pub rate: SampleRate,
    /// The file's length, in frames.
    pub frames: Frames,
    /// The audible clips, in the order of [`Cue::in_order`].
    pub cues: Vec<&'a Cue>,
    /// The chapters, sorted by start.
    pub chapters: &'a [Chapter],
}
