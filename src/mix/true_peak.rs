//! True peaks: the largest magnitudes that a signal has, between its samples too.
//!
//! They are estimated as ITU-R BS.1770-4, annex 2, has it: at four times the rate, by a polyphase filter. Ours is twice
//! as long as the one printed there, whose ripple is 0.2 dB: flat within 0.1 dB to 19 kHz at 44.1 kHz.
//!
//! What is too quiet to matter is not looked at between its samples: nothing there exceeds what is next to it by more
//! than a known factor.

use std::f64::consts::PI;

/// Frames to either side that a value between two samples is interpolated from.
pub(super) const SPAN: usize = 12;

/// Frames whose peak is bounded at once before it is computed.
pub(super) const GLANCE: usize = 64;

/// Frames that are looked at side by side: a few vectors of the machine's.
const LANES: usize = 16;

/// Points between two samples: with the sample itself, four times the rate.
const POINTS: usize = 3;

/// For each sample in the span, what it adds to each point.
type Interpolator = [[f32; POINTS]; 2 * SPAN];

/// No interpolated value exceeds the largest sample in its span by more than this factor, which is the largest sum of
/// the magnitudes of a point's taps.
const OVERSHOOT: f32 = 2.33;

/// Finds true peaks.
#[derive(Clone, Debug)]
pub(super) struct TruePeak(Interpolator);

impl TruePeak {
    pub(super) fn new() -> Self {
        Self(interpolator())
    }

    /// Raises each of `peaks` to the largest magnitude at its frame and on the way to the next. `around` has [`SPAN`]
    /// frames more at either end. Where no peak can exceed `floor`, nothing is done.
    pub(super) fn raise(&self, around: &[f32], floor: f32, peaks: &mut [f32]) {
        if around.iter().fold(0.0, |most: f32, sample| most.max(sample.abs())) * OVERSHOOT <= floor {
            return;
        }
        for (chunk, peaks) in peaks.chunks_mut(LANES).enumerate() {
            let seen = &around[chunk * LANES..][..peaks.len() + 2 * SPAN];
            let mut window = [0.0; LANES + 2 * SPAN];
            window[..seen.len()].copy_from_slice(seen);
            for (peak, found) in peaks.iter_mut().zip(self.find(&window)) {
                *peak = peak.max(found);
            }
        }
    }

    /// The peaks at all frames of a window, side by side.
    fn find(&self, window: &[f32; LANES + 2 * SPAN]) -> [f32; LANES] {
        let mut points = [[0.0f32; LANES]; POINTS];
        for (sample, taps) in self.0.iter().enumerate() {
            for (points, tap) in points.iter_mut().zip(taps) {
                for (lane, point) in points.iter_mut().enumerate() {
                    *point += window[sample + 1 + lane] * tap;
                }
            }
        }
        std::array::from_fn(|lane| {
            points.iter().fold(window[lane + SPAN].abs(), |most, point| most.max(point[lane].abs()))
        })
    }
}

/// The largest true peak of one channel that is given without gaps.
pub(super) struct PeakMeter {
    finder: TruePeak,
    /// What the next frame's peak is found around.
    held: Vec<f32>,
    peak: f32,
}

impl PeakMeter {
    /// A meter for a channel from its start on.
    pub(super) fn new() -> Self {
        Self { finder: TruePeak::new(), held: vec![0.0; SPAN], peak: 0.0 }
    }

    /// A meter that begins amid a channel: it sees no peak in the first [`SPAN`] frames, which it only looks around.
    pub(super) fn amid() -> Self {
        Self { held: Vec::new(), ..Self::new() }
    }

    pub(super) fn hear(&mut self, plane: &[f32]) {
        self.held.extend_from_slice(plane);
        let frames = self.held.len().saturating_sub(2 * SPAN);
        self.peak = self.peak_of(&self.held);
        self.held.drain(..frames);
    }

    /// The peak of all that was heard but the last [`SPAN`] frames.
    pub(super) fn peak_so_far(&self) -> f32 {
        self.peak
    }

    /// The peak of all that was heard, and of the silence behind it.
    pub(super) fn peak(&self) -> f32 {
        self.peak_of(&[&self.held[..], &[0.0; SPAN]].concat())
    }

    fn peak_of(&self, held: &[f32]) -> f32 {
        let frames = held.len().saturating_sub(2 * SPAN);
        let mut peaks = [0.0; GLANCE];
        (0..frames).step_by(GLANCE).fold(self.peak, |most, start| {
            let count = GLANCE.min(frames - start);
            peaks.fill(0.0);
            self.finder.raise(&held[start..start + count + 2 * SPAN], most, &mut peaks[..count]);
            peaks.iter().copied().fold(most, f32::max)
        })
    }
}

/// A sinc under a Hann window, each point's taps adding up to one.
fn interpolator() -> Interpolator {
    let mut taps = [[0.0; POINTS]; 2 * SPAN];
    for point in 0..POINTS {
        let place = SPAN as f64 - 1.0 + (point + 1) as f64 / (POINTS + 1) as f64;
        let tap = |sample: usize| {
            let distance = PI * (sample as f64 - place);
            distance.sin() / distance * (distance / (2 * SPAN) as f64).cos().powi(2)
        };
        let sum: f64 = (0..2 * SPAN).map(tap).sum();
        for (sample, taps) in taps.iter_mut().enumerate() {
            taps[point] = (tap(sample) / sum) as f32;
        }
    }
    taps
}

#[cfg(test)]
mod tests {
    use std::f32::consts::FRAC_PI_4;

    use super::*;

    /// A quarter of the sample rate at 45°: every sample is 3 dB under the peaks, one in the middle of every second
    /// interval.
    fn hidden(frames: u32) -> Vec<f32> {
        (0..frames).map(|n| (FRAC_PI_4 * (2 * n + 1) as f32).sin()).collect()
    }

    #[test]
    fn the_bound_on_overshoot_holds_for_the_worst_signal() {
        let of = |point: usize| -> f32 { interpolator().iter().map(|taps| taps[point].abs()).sum() };
        let worst = (0..POINTS).map(of).fold(0.0, f32::max);
        assert!((0.98..1.0).contains(&(worst / OVERSHOOT)), "{worst}");
    }

    #[test]
    fn a_peak_between_samples_is_found() {
        let mut peaks = vec![0.0; 200 - 2 * SPAN];
        TruePeak::new().raise(&hidden(200), 0.0, &mut peaks);
        for pair in peaks.windows(2) {
            let peak = pair[0].max(pair[1]);
            assert!((20.0 * peak.log10()).abs() < 0.02, "{peak}");
        }
    }

    #[test]
    fn a_meter_finds_the_same_peak_in_whatever_parts_it_hears_a_signal() {
        let mut signal = hidden(1_000);
        signal[..900].iter_mut().for_each(|sample| *sample *= 0.4);
        let peak = |part: usize| {
            let mut meter = PeakMeter::new();
            signal.chunks(part).for_each(|plane| meter.hear(plane));
            meter.peak()
        };
        assert!(peak(1_000) > 0.99);
        for part in [1, 7, 64, 333] {
            assert_eq!(peak(part), peak(1_000), "in parts of {part}");
        }
        assert_eq!(PeakMeter::new().peak(), 0.0);
    }
}
