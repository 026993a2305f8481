//! The base of all formats: which clip sounds when, and the one rounding from frames to clock time.

use std::borrow::Borrow;
use std::ops::Range;

use crate::timeline::{Asset, ClipRef, Frames, SampleRate, TimelineClip};

/// A stretch of the output in which a clip sounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    /// The clip and its asset.
    pub clip: ClipRef,
    /// The clip's name.
    pub name: String,
    /// The clip's output frames.
    pub at: Range<Frames>,
    /// The clip's lane.
    pub lane: i32,
    /// The words spoken in the clip; empty if unknown.
    pub text: String,
    /// The speaker's name; empty if unknown.
    pub voice: String,
}

impl Cue {
    /// Creates the cue of a clip that sounds in these output frames.
    pub fn new(clip: &TimelineClip, asset: &Asset, at: Range<Frames>) -> Self {
        let (text, voice) = clip.line(asset);
        let (text, voice) = (text.into(), voice.into());
        Self { clip: clip.to_ref(), name: clip.name.clone(), at, lane: clip.lane, text, voice }
    }

    /// Sorts cues into the order that every format uses: by start, then by lane, then as given.
    pub fn in_order<C: Borrow<Self>>(mut cues: Vec<C>) -> Vec<C> {
        cues.sort_by_key(|cue| (cue.borrow().at.start, cue.borrow().lane));
        cues
    }

    /// Returns whether there are words to show.
    pub(super) fn is_spoken(&self) -> bool {
        !self.text.trim().is_empty()
    }

    /// Returns the start and the end in milliseconds. The end is at least a millisecond after the start: WebVTT
    /// requires a later end, and players never show a cue without duration.
    pub(super) fn milliseconds(&self, rate: SampleRate) -> (u64, u64) {
        let start = milliseconds(self.at.start, rate);
        (start, milliseconds(self.at.end, rate).max(start.saturating_add(1)))
    }
}

/// A chapter of the exported file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// The chapter's title.
    pub title: String,
    /// The chapter's first output frame.
    pub start: Frames,
}

/// Returns the nearest millisecond; halves round up.
pub(super) fn milliseconds(frames: Frames, rate: SampleRate) -> u64 {
    nearest(frames, rate, 1_000)
}

/// Returns the nearest microsecond; halves round up.
pub(super) fn microseconds(frames: Frames, rate: SampleRate) -> u64 {
    nearest(frames, rate, 1_000_000)
}

fn nearest(frames: Frames, rate: SampleRate, ticks_per_second: u32) -> u64 {
    let hz = u128::from(rate.hz());
    let ticks = (2 * u128::from(frames) * u128::from(ticks_per_second) + hz) / (2 * hz);
    u64::try_from(ticks).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_tick_is_taken_and_halves_go_up() {
        let rate = SampleRate::HZ_48000;
        assert_eq!([0, 23, 24, 47, 48, 71, 72].map(|frames| milliseconds(frames, rate)), [0, 0, 1, 1, 1, 1, 2]);
        assert_eq!(milliseconds(44_100 * 3600 * 1000, SampleRate::HZ_44100), 3_600_000_000);
        assert_eq!(microseconds(1, SampleRate::HZ_44100), 23);
        assert_eq!(milliseconds(Frames::MAX, SampleRate::new(1).unwrap()), u64::MAX);
    }

    #[test]
    fn a_cue_takes_a_millisecond_at_least() {
        let cue = |at| Cue { at, ..Cue::new(&TimelineClip::default(), &asset(), 0..0) };
        assert_eq!(cue(48..49).milliseconds(SampleRate::HZ_48000), (1, 2));
        assert_eq!(cue(0..96).milliseconds(SampleRate::HZ_48000), (0, 2));
    }

    #[test]
    fn cues_come_by_start_then_by_lane_then_as_given() {
        let cue = |id: &str, start, lane| {
            let clip = TimelineClip { id: id.into(), lane, ..TimelineClip::default() };
            Cue::new(&clip, &asset(), start..start + 1)
        };
        let given = vec![cue("late", 9, -1), cue("b", 5, 0), cue("a", 5, 0), cue("under", 5, -1), cue("first", 0, 7)];
        let ids: Vec<_> = Cue::in_order(given).into_iter().map(|cue| cue.clip.clip_id).collect();
        assert_eq!(ids, ["first", "under", "b", "a", "late"]);
    }

    #[test]
    fn a_clips_own_line_is_taken_and_else_its_assets() {
        let asset = Asset { text: "The asset's.".into(), voice: "ASSET".into(), ..asset() };
        let line = |text: Option<&str>, voice: Option<&str>| {
            let (text, voice) = (text.map(str::to_owned), voice.map(str::to_owned));
            let cue = Cue::new(&TimelineClip { text, voice, ..TimelineClip::default() }, &asset, 0..1);
            (cue.text, cue.voice)
        };
        assert_eq!(line(None, None), ("The asset's.".into(), "ASSET".into()));
        assert_eq!(line(Some("Its own."), Some("")), ("Its own.".into(), String::new()));
    }

    fn asset() -> Asset {
        Asset {
            id: "a".into(),
            name: "a.wav".into(),
            mime_type: "audio/wav".into(),
            frames: 1,
            sample_rate: SampleRate::HZ_48000,
            channels: 1,
            text: String::new(),
            voice: String::new(),
            peaks: Vec::new(),
            trim: None,
            seek_index: Vec::new(),
            has_equal_sides: true,
            warning: None,
        }
    }
}
