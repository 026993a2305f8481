//! K-weighting: the power of a sound, weighted by how loud we hear it (ITU-R BS.1770-4, annex 1).
//!
//! Two second-order filters in series: a shelf, which models the head, and a high pass. The standard gives their
//! coefficients at 48 kHz. For other sample rates the same analogue filters go through the bilinear transform, as in
//! libebur128. Native tests compare the result with `ebur128`.
//!
//! Both channels are filtered side by side, and only the signal's power is kept.

use std::f64::consts::PI;

use wide::f64x2;

use crate::timeline::SampleRate;

/// Smaller values count as zero: 400 dB below full scale. Computing with denormal numbers is slow.
const NOTHING: f64 = 1e-20;

/// The power of a stretch: sums of squares over all frames and channels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Power {
    /// Unweighted.
    pub(super) plain: f64,
    /// K-weighted.
    pub(super) weighted: f64,
}

/// Measures the power of one or two channels, given without gaps.
#[derive(Clone, Debug)]
pub(super) struct KWeighting {
    shelf: Shelf,
    high_pass: Poles,
    state: State,
}

/// A filter's feedback: `y[n] = … - first · y[n-1] - second · y[n-2]`.
#[derive(Clone, Copy, Debug)]
struct Poles {
    first: f64,
    second: f64,
}

/// The shelf. The high pass needs only [`Poles`]: both its zeros are at 0 Hz.
#[derive(Clone, Copy, Debug)]
struct Shelf {
    zeros: [f64; 3],
    poles: Poles,
}

/// The latest two values, the last one first: the input, and the output of each filter.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    input: [f64x2; 2],
    shelved: [f64x2; 2],
    weighted: [f64x2; 2],
}

impl KWeighting {
    /// Creates a filter whose past is silence.
    pub(super) fn new(rate: SampleRate) -> Self {
        Self { shelf: shelf(rate), high_pass: high_pass(rate), state: State::default() }
    }

    /// Filters planar audio, one or two slices of equal length, and returns its power.
    pub(super) fn hear(&mut self, planes: &[&[f32]]) -> Power {
        match *planes {
            [plane] => {
                let (plain, weighted) = self.filter(plane, plane);
                Power { plain: plain.to_array()[0], weighted: weighted.to_array()[0] }
            }
            [left, right] => {
                let (plain, weighted) = self.filter(left, right);
                Power { plain: plain.reduce_add(), weighted: weighted.reduce_add() }
            }
            _ => Power::default(),
        }
    }

    /// Returns each channel's sums of squares, before and after the filters.
    fn filter(&mut self, left: &[f32], right: &[f32]) -> (f64x2, f64x2) {
        let both = |value: f64| f64x2::new([value, value]);
        let [b0, b1, b2] = self.shelf.zeros;
        let (b0, b1, b2) = (both(b0), both(b1), both(b2));
        let (a1, a2) = (both(self.shelf.poles.first), both(self.shelf.poles.second));
        let (c1, c2) = (both(self.high_pass.first), both(self.high_pass.second));
        let State { input: [mut x1, mut x2], shelved: [mut y1, mut y2], weighted: [mut z1, mut z2] } = self.state;
        let (mut plain, mut weighted) = (f64x2::ZERO, f64x2::ZERO);
        for (&left, &right) in left.iter().zip(right) {
            let x = f64x2::new([left.into(), right.into()]);
            // The previous value enters last, so the next step waits only for that term.
            let y = (b0 * x + (b1 * x1 + b2 * x2) - a2 * y2) - a1 * y1;
            let z = ((y - y1) - (y1 - y2) - c2 * z2) - c1 * z1;
            (x2, x1, y2, y1, z2, z1) = (x1, x, y1, y, z1, z);
            plain += x * x;
            weighted += z * z;
        }
        let audible = |value: f64x2| value & value.abs().simd_gt(both(NOTHING));
        self.state =
            State { input: [x1, x2], shelved: [audible(y1), audible(y2)], weighted: [audible(z1), audible(z2)] };
        (plain, weighted)
    }
}

/// Computes the shelf: +4 dB above about 1.7 kHz.
fn shelf(rate: SampleRate) -> Shelf {
    const GAIN_DB: f64 = 3.999_843_853_973_347;
    const SLOPE: f64 = 0.499_666_774_154_541_6;
    let (k, damping, poles) = bilinear(1_681.974_450_955_533, 0.707_175_236_955_419_6, rate);
    let high = 10f64.powf(GAIN_DB / 20.0);
    let middle = high.powf(SLOPE) * damping;
    let scale = 1.0 + damping + k * k;
    let zeros = [high + middle + k * k, 2.0 * (k * k - high), high - middle + k * k].map(|zero| zero / scale);
    Shelf { zeros, poles }
}

/// Computes the high pass: 12 dB per octave below about 38 Hz.
fn high_pass(rate: SampleRate) -> Poles {
    bilinear(38.135_470_876_024_44, 0.500_327_037_323_877_3, rate).2
}

/// Applies the bilinear transform to a filter. Returns its frequency, its damping and its poles.
fn bilinear(hz: f64, quality: f64, rate: SampleRate) -> (f64, f64, Poles) {
    let k = (PI * hz / f64::from(rate.hz())).tan();
    let damping = k / quality;
    let scale = 1.0 + damping + k * k;
    (k, damping, Poles { first: 2.0 * (k * k - 1.0) / scale, second: (1.0 - damping + k * k) / scale })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use ebur128::{EbuR128, Mode};

    use super::*;

    /// Three seconds: noise with a tone below 40 Hz, then near silence, then digital silence.
    fn signal(rate: u32, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let sample = |n: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 8) as f32 / 8_388_608.0 - 1.0;
            let tone = (220.0 * (n as f32 / rate as f32)).sin();
            match 10 * n / rate {
                0..12 => 0.3 * noise + 0.6 * tone,
                12..20 => 1e-5 * noise,
                _ => 0.0,
            }
        };
        (0..3 * rate).map(sample).collect()
    }

    /// Returns the mean square of every 100 ms, filtered in parts of at most `most` frames.
    fn energies(rate: SampleRate, planes: &[&[f32]], most: usize) -> Vec<f64> {
        let mut filter = KWeighting::new(rate);
        let step = rate.hz() as usize / 10;
        let energy = |start: usize| {
            let part = |start: usize, end: usize| planes.iter().map(|plane| &plane[start..end]).collect::<Vec<_>>();
            let parts = (start..start + step).step_by(most).map(|first| part(first, (first + most).min(start + step)));
            parts.map(|part| filter.hear(&part).weighted).sum::<f64>() / step as f64
        };
        (0..planes[0].len()).step_by(step).map(energy).collect()
    }

    /// Returns the same from `ebur128`.
    fn judged(rate: SampleRate, planes: &[&[f32]]) -> Vec<f64> {
        let mut judge = EbuR128::new(planes.len() as u32, rate.hz(), Mode::M).unwrap();
        let step = rate.hz() as usize / 10;
        let energy = |start: usize| {
            let part: Vec<&[f32]> = planes.iter().map(|plane| &plane[start..start + step]).collect();
            judge.add_frames_planar_f32(&part).unwrap();
            10f64.powf((judge.loudness_window(100).unwrap() + 0.691) / 10.0)
        };
        (0..planes[0].len()).step_by(step).map(energy).collect()
    }

    #[test]
    fn every_100_ms_has_the_energy_that_ebur128_finds_in_it() {
        for hz in [8_000, 22_050, 44_100, 48_000, 96_000] {
            let rate = SampleRate::new(hz).unwrap();
            let (left, right) = (signal(hz, 1), signal(hz, 2));
            for planes in [&[&left[..]][..], &[&left, &right]] {
                let expected = judged(rate, planes);
                for most in [hz as usize, 333] {
                    let found = energies(rate, planes, most);
                    assert_eq!(found.len(), expected.len());
                    for (found, expected) in found.into_iter().zip(&expected) {
                        // `ebur128` multiplies both filters out, which loses more digits at higher sample rates.
                        let tolerance = if hz > 48_000 { 1e-7 } else { 1e-9 } * expected + 1e-25;
                        assert!((found - expected).abs() <= tolerance, "at {hz} Hz {found:e}, not {expected:e}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_coefficients_at_48_khz_are_those_of_the_standard() {
        // BS.1770-4, annex 1, tables 1 and 2, which give 14 digits.
        let shelf = shelf(SampleRate::HZ_48000);
        let high_pass = high_pass(SampleRate::HZ_48000);
        let found = [&shelf.zeros[..], &[shelf.poles.first, shelf.poles.second, high_pass.first, high_pass.second]];
        let expected = [
            1.535_124_859_586_97,
            -2.691_696_189_406_38,
            1.198_392_810_852_85,
            -1.690_659_293_182_41,
            0.732_480_774_215_85,
            -1.990_047_454_833_98,
            0.990_072_250_366_21,
        ];
        for (found, expected) in found.concat().into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
        }
    }

    #[test]
    fn sound_dies_away_to_nothing() {
        let mut filter = KWeighting::new(SampleRate::HZ_44100);
        filter.hear(&[&[1.0; 4_410], &[-1.0; 4_410]]);
        assert!((0..10).any(|_| filter.hear(&[&[0.0; 4_410][..]; 2]) == Power::default()));
    }
}
