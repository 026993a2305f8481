//! A chapter of a file, as both modules return it.

use serde::Serialize;

use crate::timeline::{PlacedChapter, SampleRate};

/// `Chapter`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChapterShape<'a> {
    title: &'a str,
    start_time: f64,
    end_time: f64,
}

impl<'a> ChapterShape<'a> {
    /// Returns a chapter whose frames count at this sample rate.
    pub fn new(chapter: &'a PlacedChapter, rate: SampleRate) -> Self {
        let seconds = |frames| rate.duration_of(frames).to_seconds();
        Self { title: &chapter.title, start_time: seconds(chapter.start), end_time: seconds(chapter.end) }
    }
}
