//! Finds the audible range of a recording, without the silence at both ends.

use std::ops::Range;

use serde::Deserialize;

use super::codec::Block;
use crate::timeline::{Frames, SampleRate};

/// The parameters of silence trimming.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SilenceTrim {
    /// The threshold in dB of full scale. Samples below it are silent.
    pub threshold_db: f64,
    /// The silence kept at each end, in seconds: a consonant starts before it passes the threshold.
    pub keep_seconds: f64,
}

/// A detector that scans a recording from its start to its end.
pub(super) struct SoundFinder {
    trim: SilenceTrim,
    threshold: f32,
    heard: Frames,
    /// From the first frame that is not silent to the one after the last.
    sound: Option<Range<Frames>>,
}

impl SoundFinder {
    pub(super) fn new(trim: SilenceTrim) -> Self {
        Self { trim, threshold: 10f64.powf(trim.threshold_db / 20.0) as f32, heard: 0, sound: None }
    }

    pub(super) fn add(&mut self, block: &Block) {
        let is_loud = |sample: &f32| sample.abs() >= self.threshold;
        let first = block.iter().filter_map(|plane| plane.iter().position(is_loud)).min();
        let last = block.iter().filter_map(|plane| plane.iter().rposition(is_loud)).max();
        if let (Some(first), Some(last)) = (first, last) {
            let start = self.sound.as_ref().map_or(self.heard + first as Frames, |sound| sound.start);
            self.sound = Some(start..self.heard + last as Frames + 1);
        }
        self.heard += block.first().map_or(0, Vec::len) as Frames;
    }

    /// Returns the range to keep; `None` if the whole recording is silent, because it is better kept than lost.
    pub(super) fn finish(self, rate: SampleRate) -> Option<Range<Frames>> {
        // The cast saturates, and turns NaN into 0.
        let kept = (self.trim.keep_seconds * f64::from(rate.hz())).round() as Frames;
        let sound = self.sound?;
        Some(sound.start.saturating_sub(kept)..sound.end.saturating_add(kept).min(self.heard))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate::HZ_44100;

    fn found(keep_seconds: f64, blocks: &[Block]) -> Option<Range<Frames>> {
        let mut finder = SoundFinder::new(SilenceTrim { threshold_db: -40.0, keep_seconds });
        blocks.iter().for_each(|block| finder.add(block));
        finder.finish(RATE)
    }

    #[test]
    fn the_loudest_channel_tells_and_the_ends_of_all_blocks_count() {
        let mut left = vec![0.009; 3_000];
        let mut right = vec![0.0; 3_000];
        (right[700], left[1_500], left[2_800]) = (-0.011, 1.0, f32::NAN);
        let blocks =
            [0..1_000, 1_000..2_000, 2_000..3_000].map(|part| vec![left[part.clone()].into(), right[part].into()]);
        assert_eq!(found(0.0, &blocks), Some(700..1_501));
        assert_eq!(found(0.01, &blocks), Some(259..1_942));
        assert_eq!(found(1.0, &blocks), Some(0..3_000));
    }

    #[test]
    fn what_is_silent_all_through_is_not_trimmed() {
        assert_eq!(found(0.0, &[vec![vec![0.0; 100]]]), None);
        assert_eq!(found(0.0, &[]), None);
    }
}
