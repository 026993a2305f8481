//! The part of a mix that an export has: all of it, or a range of its frames.
//!
//! It promises that the exported frames are those that the whole mix has there, to the bit: the mix is a pure function
//! of the composition and a range. Everything else counts from the stretch's start: loudness, chapters, sidecars.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::mix::Limiter;
use crate::timeline::{Frames, RationalTime, SampleRate};

/// A part of a timeline, in seconds from its start.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct TimeRange {
    /// The start.
    pub start: f64,
    /// The end; `None` for the timeline's end. A later one is the timeline's end too.
    pub end: Option<f64>,
}

/// A range of a mix's frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// The first frame.
    pub start: Frames,
    /// The frame after the last.
    pub end: Frames,
}

impl Stretch {
    /// Returns the frames of a part of a mix that has `frames`, or of all of it. Both edges are rounded like those of
    /// clips, so parts that share an edge meet.
    pub(super) fn of(range: Option<TimeRange>, rate: SampleRate, frames: Frames) -> Self {
        let at = |seconds| RationalTime::from_seconds(seconds).map_or(frames, |time| time.to_frames(rate).min(frames));
        let start = range.map_or(0, |range| at(range.start));
        Self { start, end: range.and_then(|range| range.end).map_or(frames, at) }
    }

    /// Returns the number of frames.
    pub fn frames(self) -> Frames {
        self.end.saturating_sub(self.start)
    }

    /// Returns the part of some frames that is in the stretch, counted from its start. It is empty if there is none.
    pub(super) fn cut(self, frames: &Range<Frames>) -> Range<Frames> {
        let within = |frame: Frames| frame.clamp(self.start, self.end.max(self.start)) - self.start;
        within(frames.start)..within(frames.end)
    }

    /// Returns whether the exported frames depend on these frames of the mix. The limiter looks around the stretch.
    pub(super) fn depends_on(self, frames: &Range<Frames>, rate: SampleRate) -> bool {
        let reach = Limiter::reach_at(rate) as Frames;
        frames.start < self.end + reach && frames.end + reach > self.start
    }
}
