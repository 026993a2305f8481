//! True peaks: the largest magnitudes of a signal, including those between its samples.
//!
//! They are estimated as in ITU-R BS.1770-4, annex 2: at four times the sample rate, by a polyphase filter. Ours is
//! twice as long as the one printed there. High tones also peak between these points, up to 0.7 dB higher. So near
//! the floor, where it matters, the parabola through a point and its neighbours gives the peak.
//!
//! Only peaks over a floor are wanted, and most frames cannot have one. Two bounds exclude them: first the largest
//! sample around them, then the few samples next to them, which determine most of the points between them. The result
//! does not depend on these shortcuts.

use std::f64::consts::PI;

use wide::bytemuck::cast;
use wide::{f32x4, i32x4};

use crate::lanes::{LANES, filled_up, splat, vector};

/// Frames to each side from which a value between two samples is interpolated.
pub(super) const SPAN: usize = 12;

/// Frames that are skipped together, if no peak is possible.
const GROUP: usize = 4 * LANES;

/// The length of the window in which a group's peaks are found: all groups that its frames' spans touch.
const WINDOW: usize = 3 * GROUP;

/// Interpolated points between two samples. With the sample itself they make four times the sample rate.
const POINTS: usize = 3;

/// For each sample in the span, the tap of each point.
type Interpolator = [[f32; POINTS]; 2 * SPAN];

/// The samples in the span that contribute most to a point.
const NEXT: std::ops::Range<usize> = SPAN - 2..SPAN + 2;

/// An interpolated value is at most this factor times the largest sample in its span: the largest sum of the
/// magnitudes of a point's taps.
const OVERSHOOT: f32 = 2.46;

/// Bounds what samples outside [`NEXT`] contribute to a point, relative to the largest of them.
const REST: f32 = 0.755;

/// A frame can only have a peak over the floor if one of its points exceeds this part of the floor: a tone at half
/// the sample rate peaks at 1 / cos(π/8) times the points beside its peak.
const NEAR: f32 = 0.9;

#[derive(Clone, Debug)]
pub(super) struct TruePeak(Interpolator);

impl TruePeak {
    pub(super) fn new() -> Self {
        Self(interpolator())
    }

    /// Finds the frames whose peak exceeds `floor`. A frame's peak is the largest magnitude from there to the next
    /// frame. Frames whose points all stay below [`NEAR`] times the floor count as having none. `around` has [`SPAN`]
    /// more frames at each end. Calls `found` with each frame and its peak, in order; `found` returns the floor for
    /// the frames after it.
    pub(super) fn exceed(&self, around: &[f32], mut floor: f32, mut found: impl FnMut(usize, f32) -> f32) {
        let frames = around.len().saturating_sub(2 * SPAN);
        let (mut room, mut group_room) = ([0.0; WINDOW], [0.0; GROUP]);
        let mut magnitudes = around.chunks(GROUP).map(|group| magnitude(filled_up(group, &mut group_room)));
        let mut next = || magnitudes.next().unwrap_or_default();
        let (mut here, mut behind) = (next(), next());
        for start in (0..frames).step_by(GROUP) {
            let far = next();
            let most = here.max(behind).max(far);
            (here, behind) = (behind, far);
            // The bits of non-negative floats, as integers, have the order of the floats.
            if !most.simd_gt(cast::<f32x4, i32x4>(splat(floor * NEAR / OVERSHOOT))).any() {
                continue;
            }
            let most = f32::from_bits(most.reduce_max() as u32);
            let window = filled_up(&around[start..], &mut room);
            for first in (0..GROUP.min(frames - start)).step_by(LANES) {
                if self.may_exceed(window, first, most, floor * NEAR) {
                    let (points, peaks) = self.peaks(window, first);
                    for (frame, (point, peak)) in (start + first..frames).zip(points.into_iter().zip(peaks)) {
                        if point > floor * NEAR && peak > floor {
                            floor = found(frame, peak);
                        }
                    }
                }
            }
        }
    }

    /// Returns whether a frame from `first` on may have a point over `floor`, if no sample exceeds `most`.
    #[inline(always)]
    fn may_exceed(&self, window: &[f32; WINDOW], first: usize, most: f32, floor: f32) -> bool {
        let [a, b, c] = self.points(window, first, NEXT);
        let next = a.abs().max(b.abs()).max(c.abs()) + splat(most * REST);
        let own = vector(&window[first + SPAN..]).abs();
        // Written so that NaN counts as above the floor.
        let floor = splat(floor);
        !(next.simd_le(floor) & own.simd_le(floor)).all()
    }

    /// Returns the largest points and the peaks of the frames from `first` on.
    #[inline(always)]
    fn peaks(&self, window: &[f32; WINDOW], first: usize) -> ([f32; LANES], [f32; LANES]) {
        let [a, b, c] = self.points(window, first, 0..2 * SPAN);
        let (own, next) = (vector(&window[first + SPAN..]), vector(&window[first + SPAN + 1..]));
        let mut before = f32x4::ZERO;
        for (sample, taps) in self.0.iter().enumerate() {
            before += vector(&window[first + sample..]) * splat(taps[POINTS - 1]);
        }
        let points = own.abs().max(a.abs()).max(b.abs()).max(c.abs());
        let peaks = crest(before, own, a).max(crest(own, a, b)).max(crest(a, b, c)).max(crest(b, c, next));
        (points.to_array(), peaks.to_array())
    }

    /// Returns the sum that these samples of the span contribute to each point after the frames from `first` on.
    #[inline(always)]
    fn points(&self, window: &[f32; WINDOW], first: usize, samples: std::ops::Range<usize>) -> [f32x4; POINTS] {
        let [mut a, mut b, mut c] = [f32x4::ZERO; POINTS];
        for sample in samples {
            let heard = vector(&window[first + 1 + sample..]);
            let taps = self.0[sample];
            a += heard * splat(taps[0]);
            b += heard * splat(taps[1]);
            c += heard * splat(taps[2]);
        }
        [a, b, c]
    }
}

/// Returns the magnitude of the peak at a point between two others: that of the parabola through all three if the
/// point is the extreme one, otherwise the point's own.
#[inline(always)]
fn crest(before: f32x4, point: f32x4, behind: f32x4) -> f32x4 {
    let bend = before - point - point + behind;
    let slope = before - behind;
    let crest = point - slope * (slope / (bend * splat(8.0)));
    let is_top = bend.simd_lt(f32x4::ZERO) & point.simd_ge(before) & point.simd_ge(behind);
    let is_bottom = bend.simd_gt(f32x4::ZERO) & point.simd_le(before) & point.simd_le(behind);
    let is_crest = (is_top & point.simd_gt(f32x4::ZERO)) | (is_bottom & point.simd_lt(f32x4::ZERO));
    is_crest.bitselect(crest, point).abs()
}

/// Returns the largest magnitudes of a group, as bits.
#[inline(always)]
fn magnitude(group: &[f32; GROUP]) -> i32x4 {
    let bits = |first: usize| cast::<f32x4, i32x4>(vector(&group[first..]).abs());
    bits(0).max(bits(LANES)).max(bits(2 * LANES)).max(bits(3 * LANES))
}

/// Measures the largest true peak of one channel, given without gaps.
pub(super) struct PeakMeter {
    finder: TruePeak,
    /// The end of the signal, which the next frame's peak still needs.
    held: Vec<f32>,
    peak: f32,
}

impl PeakMeter {
    /// Creates a meter for a channel from its start.
    pub(super) fn new() -> Self {
        Self { finder: TruePeak::new(), held: vec![0.0; SPAN], peak: 0.0 }
    }

    /// Creates a meter that begins amid a channel. The first [`SPAN`] frames serve only as surroundings.
    pub(super) fn amid() -> Self {
        Self { held: Vec::new(), ..Self::new() }
    }

    pub(super) fn hear(&mut self, plane: &[f32]) {
        self.held.extend_from_slice(plane);
        let frames = self.held.len().saturating_sub(2 * SPAN);
        self.peak = self.peak_of(&self.held);
        self.held.drain(..frames);
    }

    /// Returns the peak so far, and begins a new one.
    pub(super) fn take(&mut self) -> f32 {
        std::mem::take(&mut self.peak)
    }

    /// Returns the peak of all frames except the last [`SPAN`].
    pub(super) fn peak_so_far(&self) -> f32 {
        self.peak
    }

    /// Returns the peak of all frames, assuming silence after them.
    pub(super) fn peak(&self) -> f32 {
        self.peak_of(&[&self.held[..], &[0.0; SPAN]].concat())
    }

    fn peak_of(&self, held: &[f32]) -> f32 {
        let mut most = self.peak;
        self.finder.exceed(held, most, |_, peak| {
            most = peak;
            peak
        });
        most
    }
}

/// The Kaiser window's shape. With this few taps, it leaves the least over a limiter's ceiling by ffmpeg's meter, on
/// noise, bursts and gated tones.
const KAISER: f64 = 4.0;

/// Computes a sinc under a Kaiser window. Each point's taps add up to one.
fn interpolator() -> Interpolator {
    let mut taps = [[0.0; POINTS]; 2 * SPAN];
    for point in 0..POINTS {
        let place = SPAN as f64 - 1.0 + (point + 1) as f64 / (POINTS + 1) as f64;
        let tap = |sample: usize| {
            let distance = sample as f64 - place;
            let sinc = (PI * distance).sin() / (PI * distance);
            sinc * bessel(KAISER * (1.0 - (distance / SPAN as f64).powi(2)).max(0.0).sqrt())
        };
        let sum: f64 = (0..2 * SPAN).map(tap).sum();
        for (sample, taps) in taps.iter_mut().enumerate() {
            taps[point] = (tap(sample) / sum) as f32;
        }
    }
    taps
}

/// Computes the modified Bessel function of the first kind and order 0 by its series, for `x` near 0.
fn bessel(x: f64) -> f64 {
    let terms = (1..30).scan(1.0, |term, n| {
        *term *= (x / (2 * n) as f64).powi(2);
        Some(*term)
    });
    1.0 + terms.sum::<f64>()
}

#[cfg(test)]
mod tests {
    use std::f32::consts::FRAC_PI_4;

    use super::*;

    /// A tone at a quarter of the sample rate and 45°: all samples are 3 dB below the peaks, and a peak is in the
    /// middle of every second interval.
    fn hidden(frames: u32) -> Vec<f32> {
        (0..frames).map(|n| (FRAC_PI_4 * (2 * n + 1) as f32).sin()).collect()
    }

    /// Finds the peaks over a floor without shortcuts, summing in the same order.
    fn plainly(around: &[f32], floor: f32) -> Vec<(usize, u32)> {
        let taps = interpolator();
        // Point `n` after the frame that precedes the one at `place`.
        let between = |place: usize, n: usize| {
            let span = around[place..][..2 * SPAN].iter().zip(&taps);
            span.fold(0.0, |sum: f32, (sample, taps)| sum + sample * taps[n])
        };
        let crest = |before: f32, point: f32, behind: f32| {
            let (bend, slope) = (before - point - point + behind, before - behind);
            let is_top = point > 0.0 && bend < 0.0 && point >= before && point >= behind;
            let is_bottom = point < 0.0 && bend > 0.0 && point <= before && point <= behind;
            if is_top || is_bottom { (point - slope * (slope / (bend * 8.0))).abs() } else { point.abs() }
        };
        let found = |frame: usize| {
            let points = [
                between(frame, POINTS - 1),
                around[frame + SPAN],
                between(frame + 1, 0),
                between(frame + 1, 1),
                between(frame + 1, 2),
                around[frame + SPAN + 1],
            ];
            let most = points[1..5].iter().fold(0.0, |most: f32, point| most.max(point.abs()));
            let peaks = points.windows(3).map(|three| crest(three[0], three[1], three[2]));
            let peak = peaks.fold(0.0, f32::max);
            (most > floor * NEAR && peak > floor).then(|| (frame, peak.to_bits()))
        };
        (0..around.len().saturating_sub(2 * SPAN)).filter_map(found).collect()
    }

    #[test]
    fn what_is_passed_over_has_no_peak_and_what_is_found_is_the_same_to_the_bit() {
        let mut state = 1u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        // Noise that swells, a tone whose samples hide its peaks, and invalid sample values.
        let mut signal: Vec<f32> = (0..3_000).map(|n| noise() * (n as f32 / 400.0).sin().powi(4)).collect();
        signal.extend(hidden(500));
        (signal[1_500], signal[2_000], signal[2_500]) = (f32::NAN, f32::INFINITY, 1e30);
        for length in [0, 1, 24, 25, 39, 40, 41, 47, 48, 49, 1_023, 3_500] {
            for around in [&signal[..length], &signal[3_500 - length..]] {
                for floor in [0.0, 0.1, 0.5, 0.89, 1.0, 1.5, f32::INFINITY] {
                    let mut found = Vec::new();
                    TruePeak::new().exceed(around, floor, |frame, peak| {
                        found.push((frame, peak.to_bits()));
                        floor
                    });
                    assert!(found == plainly(around, floor), "{length} samples over {floor}");
                }
            }
        }
    }

    #[test]
    fn the_bounds_hold_for_the_worst_signal() {
        let worst = |is_counted: &dyn Fn(usize) -> bool| {
            let of = |point: usize| -> f32 {
                let taps = interpolator().into_iter().enumerate().filter(|&(sample, _)| is_counted(sample));
                taps.map(|(_, taps)| taps[point].abs()).sum()
            };
            (0..POINTS).map(of).fold(0.0, f32::max)
        };
        assert!((0.98..0.999).contains(&(worst(&|_| true) / OVERSHOOT)));
        assert!((0.98..0.999).contains(&(worst(&|sample| !NEXT.contains(&sample)) / REST)));
    }

    #[test]
    fn a_peak_between_samples_is_found() {
        let mut peaks = Vec::new();
        TruePeak::new().exceed(&hidden(200), 0.0, |_, peak| {
            peaks.push(peak);
            0.0
        });
        assert_eq!(peaks.len(), 200 - 2 * SPAN);
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
