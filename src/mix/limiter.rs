//! The limiter: computes the gain that keeps a mix's true peak below a ceiling.
//!
//! Each frame's own true peak allows a certain gain. The applied gain is the minimum of the allowed gains around the
//! frame, smoothed by a window that is no longer than the window of the minimum. So it never exceeds the gain that
//! any peak allows. All channels share one gain.
//!
//! It promises:
//! - If no peak within [`Limiter::reach`] frames exceeds the ceiling, the gain is 1 and the mix stays the same, bit
//!   for bit.
//! - The gain at a frame depends only on the mix within that reach. Gains are integers until the last step, so a
//!   running sum is exact wherever it began.

use std::collections::VecDeque;
use std::ops::RangeInclusive;

use thiserror::Error;

use super::true_peak::{SPAN, TruePeak};
use crate::timeline::SampleRate;

/// The supported ceilings, in dBTP.
const CEILINGS_DB: RangeInclusive<f64> = -40.0..=0.0;

/// A gain of 1 as an integer.
const UNITY: u32 = 1 << 30;

/// The smoothing window is this many boxes convolved: a smooth bump that costs one addition and one subtraction for
/// each box.
const BOXES: usize = 3;

/// A ceiling outside −40 to 0 dBTP.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error("a limiter's ceiling is -40 to 0 dBTP, not {0}")]
pub struct CeilingError(f64);

/// A ceiling, and the window over which the gain drops for a peak.
#[derive(Clone, Debug)]
pub struct Limiter {
    ceiling: f32,
    peaks: TruePeak,
    window: Window,
}

/// How far the gain's smoothing reaches. It follows from the sample rate alone.
#[derive(Clone, Copy, Debug)]
struct Window {
    /// Half the width of one box of the smoothing window, in frames.
    box_radius: usize,
}

impl Window {
    fn at(rate: SampleRate) -> Self {
        Self { box_radius: rate.hz() as usize / (100 * BOXES) }
    }

    /// Returns how many frames to each side the applied gain takes allowed gains from.
    fn reach(self) -> usize {
        self.hold_radius() + self.smoothing_radius()
    }

    fn smoothing_radius(self) -> usize {
        BOXES * self.box_radius
    }

    /// Returns the radius of the minimum. A peak between samples depends on the interpolator's whole span, so the
    /// gain drops over all of it.
    fn hold_radius(self) -> usize {
        self.smoothing_radius() + SPAN
    }
}

impl Limiter {
    /// Creates a limiter with a ceiling in dBTP, −40 to 0, for mixes at `rate`. Its window reaches 10 ms to each
    /// side.
    pub fn new(ceiling_db: f64, rate: SampleRate) -> Result<Self, CeilingError> {
        Self::check(ceiling_db)?;
        let ceiling = 10f64.powf(ceiling_db / 20.0) as f32;
        Ok(Self { ceiling, peaks: TruePeak::new(), window: Window::at(rate) })
    }

    /// Returns an error if the ceiling is outside −40 to 0 dBTP.
    pub fn check(ceiling_db: f64) -> Result<(), CeilingError> {
        if CEILINGS_DB.contains(&ceiling_db) { Ok(()) } else { Err(CeilingError(ceiling_db)) }
    }

    /// Returns how many frames to each side the gain depends on: about 20 ms.
    pub fn reach(&self) -> usize {
        Self::peak_reach() + self.window.reach()
    }

    /// Returns the reach of a limiter for mixes at `rate`, without creating one.
    pub fn reach_at(rate: SampleRate) -> usize {
        Self::peak_reach() + Window::at(rate).reach()
    }

    /// Returns how many frames of the mix to each side the true peak at a frame depends on.
    pub(super) const fn peak_reach() -> usize {
        SPAN
    }

    /// Appends the gain that each frame's own peak allows. `mix` is planar and has [`Self::peak_reach`] more frames
    /// at each end than gains are computed for.
    pub(super) fn allow(&self, mix: &[&[f32]], allowed: &mut Allowed) {
        let frames = mix.first().map_or(0, |plane| plane.len()).saturating_sub(2 * SPAN);
        let first = allowed.frames;
        allowed.frames += frames;
        for plane in mix {
            self.peaks.exceed(plane, self.ceiling, |frame, peak| {
                let gain = (f64::from(self.ceiling) / f64::from(peak) * f64::from(UNITY)) as u32;
                allowed.limit(first + frame, gain);
                self.ceiling
            });
        }
    }

    /// Returns the gains to apply to `frames` frames, or `None` if all are 1. `allowed` has the reach's frames more
    /// at each end.
    pub(super) fn gains(&self, allowed: &Allowed, frames: usize) -> Option<Vec<f32>> {
        if allowed.gains.is_empty() {
            return None;
        }
        let mut allowed = allowed.gains.clone();
        allowed.resize(frames + 2 * self.window.reach(), UNITY);
        let mut sums = sliding_minimum(&allowed, self.window.hold_radius());
        for _ in 0..BOXES {
            sums = box_sums(&sums, self.window.box_radius);
        }
        let full = (2 * self.window.box_radius as u64 + 1).pow(BOXES as u32) * u64::from(UNITY);
        Some(sums.into_iter().map(|sum| (sum as f64 / full as f64) as f32).collect())
    }
}

/// The gains that frames' own peaks allow.
#[derive(Default)]
pub(super) struct Allowed {
    /// Number of frames that have been examined.
    frames: usize,
    /// The gains of the first frames, up to the last gain below 1. Later frames allow 1.
    gains: Vec<u32>,
}

impl Allowed {
    /// Returns the number of frames that have been examined.
    pub(super) fn len(&self) -> usize {
        self.frames
    }

    /// Drops the first `frames` frames, or all if there are fewer.
    pub(super) fn forget(&mut self, frames: usize) {
        self.frames = self.frames.saturating_sub(frames);
        self.gains.drain(..frames.min(self.gains.len()));
    }

    fn limit(&mut self, frame: usize, gain: u32) {
        if frame >= self.gains.len() {
            self.gains.resize(frame + 1, UNITY);
        }
        self.gains[frame] = self.gains[frame].min(gain);
    }
}

/// Returns the minimum within `radius` to each side, for all values except the outermost `radius` at each end.
fn sliding_minimum(values: &[u32], radius: usize) -> Vec<u64> {
    let mut least = Vec::with_capacity(values.len().saturating_sub(2 * radius));
    // Indices of values with no smaller value after them: the front is the window's minimum.
    let mut candidates: VecDeque<usize> = VecDeque::new();
    for (index, &value) in values.iter().enumerate() {
        while candidates.back().is_some_and(|&last| values[last] >= value) {
            candidates.pop_back();
        }
        candidates.push_back(index);
        if candidates.front().is_some_and(|&first| first + 2 * radius < index) {
            candidates.pop_front();
        }
        if index >= 2 * radius {
            least.extend(candidates.front().map(|&first| u64::from(values[first])));
        }
    }
    least
}

/// Returns the sum within `radius` to each side, for all values except the outermost `radius` at each end.
fn box_sums(values: &[u64], radius: usize) -> Vec<u64> {
    let width = 2 * radius + 1;
    let mut sum: u64 = values.iter().take(width - 1).sum();
    let leaving = std::iter::once(0).chain(values.iter().copied());
    let entering = values.iter().skip(width - 1);
    entering
        .zip(leaving)
        .map(|(enters, leaves)| {
            sum = sum + enters - leaves;
            sum
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate::HZ_44100;

    /// Computes the gains for a plane with silence around it.
    fn gains(limiter: &Limiter, plane: &[f32]) -> Option<Vec<f32>> {
        let silence = vec![0.0; limiter.reach()];
        let padded = [&silence, plane, &silence].concat();
        let mut allowed = Allowed::default();
        limiter.allow(&[&padded], &mut allowed);
        limiter.gains(&allowed, plane.len())
    }

    #[test]
    fn the_gain_gives_way_smoothly_around_a_peak_and_is_one_out_of_reach() {
        let limiter = Limiter::new(-6.0, RATE).unwrap();
        let mut plane = vec![0.0f32; 4_001];
        plane[2_000] = 1.0;
        let gains = gains(&limiter, &plane).unwrap();
        assert!(gains[2_000] <= limiter.ceiling && gains[2_000] > limiter.ceiling - 1e-4);
        let (before, after) = (&gains[..2_000 - limiter.reach()], &gains[2_001 + limiter.reach()..]);
        assert!(before.iter().chain(after).all(|&gain| gain == 1.0));
        let steepest = gains.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(steepest < 0.002, "a step of {steepest}");
    }

    #[test]
    fn up_to_the_ceiling_there_is_no_gain_at_all() {
        let limiter = Limiter::new(-1.0, RATE).unwrap();
        assert_eq!(gains(&limiter, &[limiter.ceiling; 1]), None);
        assert!(gains(&limiter, &[limiter.ceiling * 1.001; 1]).is_some());
    }

    #[test]
    fn what_is_no_ceiling_is_refused() {
        for ceiling in [0.1, -40.1, f64::NAN, f64::INFINITY] {
            let error = Limiter::new(ceiling, RATE).unwrap_err();
            assert_eq!(error.to_string(), format!("a limiter's ceiling is -40 to 0 dBTP, not {ceiling}"));
        }
    }
}
