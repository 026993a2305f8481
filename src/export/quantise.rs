//! Converts the mix's samples to 16 bits for the encoder.
//!
//! Plain rounding turns values between two steps into distortion that follows the signal. So these samples first get
//! triangular dither of ±1 step, which makes the error a steady noise (Lipshitz, Wannamaker and Vanderkooy,
//! "Quantization and Dither", JAES 40/5, 1992). A sample that already is a 16-bit value, such as silence, gets no
//! dither and does not change. Where both channels have the same sample, they get the same dither: sound in the middle
//! stays there. Otherwise the encoder would spend bits on the difference of two noises, on all speech in stereo.
//!
//! The dither depends on the sample's position in the mix: the same input gives the same bytes.

use wide::bytemuck::cast;
use wide::{f32x4, i16x8, i32x4, u32x4};

use crate::lanes::{LANES, filled_up};
use crate::timeline::Frames;

/// Number of steps from silence to full scale.
const STEPS: f32x4 = f32x4::splat(32_768.0);

/// The difference between the positions of two successive vectors.
const NEXT: u32x4 = u32x4::splat(LANES as u32);

/// Converts one or two channels, a plane each, to interleaved `out`, with saturation. The first frame is frame
/// `first` of the mix.
pub(super) fn quantise(planes: &[&[f32]], first: Frames, out: &mut [i16]) {
    // Higher bits are dropped: the dither repeats after a day.
    let first = first as u32;
    let mut places = u32x4::new([0, 1, 2, 3]) + u32x4::new([first, first, first, first]);
    let [left_seed, right_seed] = [scramble(u32x4::ONE), scramble(u32x4::ONE + u32x4::ONE)];
    let [left_room, right_room] = &mut [[0.0; LANES]; 2];
    match *planes {
        [plane] => {
            for (samples, out) in plane.chunks(LANES).zip(out.chunks_mut(LANES)) {
                let samples = rounded(filled_up(samples, left_room), places ^ left_seed);
                store(samples, f32x4::ZERO, out);
                places += NEXT;
            }
        }
        [left, right] => {
            for ((left, right), out) in left.chunks(LANES).zip(right.chunks(LANES)).zip(out.chunks_mut(2 * LANES)) {
                let (left, right) = (filled_up(left, left_room), filled_up(right, right_room));
                let [left, right] = rounded_pair(left, right, [places ^ left_seed, places ^ right_seed]);
                store(left.unpack_lo(right), left.unpack_hi(right), out);
                places += NEXT;
            }
        }
        _ => {}
    }
}

/// Returns samples in rounded steps. Those that are not whole get dither from a random number made from their
/// position.
#[inline(always)]
fn rounded(samples: &[f32; LANES], places: u32x4) -> f32x4 {
    let steps = f32x4::new(*samples) * STEPS;
    let is_whole = steps.simd_eq(steps.trunc());
    if is_whole.all() {
        return steps;
    }
    is_whole.select(steps, steps + triangular(scramble(places))).round_ties_even()
}

/// Returns two channels' samples in rounded steps. Equal ones get the first channel's dither.
#[inline(always)]
fn rounded_pair(left: &[f32; LANES], right: &[f32; LANES], [left_places, right_places]: [u32x4; 2]) -> [f32x4; 2] {
    let is_equal = f32x4::new(*left).simd_eq(f32x4::new(*right));
    let left = rounded(left, left_places);
    if is_equal.all() {
        return [left, left];
    }
    [left, is_equal.select(left, rounded(right, right_places))]
}

/// Writes as many values as fit into `out`, saturated to 16 bits. NaN becomes silence.
#[inline(always)]
fn store(low: f32x4, high: f32x4, out: &mut [i16]) {
    let values = i16x8::from_i32x8_saturate(cast([low.trunc_int(), high.trunc_int()])).to_array();
    match out.first_chunk_mut() {
        Some(out) => *out = values,
        None => out.copy_from_slice(&values[..out.len()]),
    }
}

/// Returns numbers from −1 to 1 with triangular distribution: the difference of two uniform ones.
#[inline(always)]
fn triangular(random: u32x4) -> f32x4 {
    const LOW_HALF: u32x4 = u32x4::splat(0xFFFF);
    const SCALE: f32x4 = f32x4::splat(1.0 / 65_536.0);
    let (high, low): (i32x4, i32x4) = (cast(random >> 16), cast(random & LOW_HALF));
    f32x4::from_i32x4(high - low) * SCALE
}

/// Hashes successive numbers into pseudorandom ones ("lowbias32" of Chris Wellons' hash prospector).
#[inline(always)]
fn scramble(number: u32x4) -> u32x4 {
    const FIRST: u32x4 = u32x4::splat(0x7FEB_352D);
    const SECOND: u32x4 = u32x4::splat(0x846C_A68B);
    let mixed = (number ^ (number >> 16)) * FIRST;
    let mixed = (mixed ^ (mixed >> 15)) * SECOND;
    mixed ^ (mixed >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Converts a single channel.
    fn convert(plane: &[f32], first: Frames) -> Vec<i16> {
        let mut out = vec![0; plane.len()];
        quantise(&[plane], first, &mut out);
        out
    }

    /// Converts a single sample in the plainest way, with the dither of a channel.
    fn plainly(sample: f32, place: u32, channel: u32) -> i16 {
        let scramble = |number: u32| {
            let mixed = (number ^ (number >> 16)).wrapping_mul(0x7FEB_352D);
            let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x846C_A68B);
            mixed ^ (mixed >> 16)
        };
        let random = scramble(place ^ scramble(channel + 1));
        let dither = ((random >> 16) as f32 - (random & 0xFFFF) as f32) / 65_536.0;
        let steps = sample * 32_768.0;
        let dithered = if steps == steps.trunc() { steps } else { steps + dither };
        dithered.round_ties_even() as i16
    }

    #[test]
    fn vectors_give_what_single_samples_do_to_the_bit() {
        let oddities = [f32::NAN, f32::INFINITY, -f32::INFINITY, -0.0, 1e30, -1e30, 1.0, -1.0, 1e-40, 0.5 / 32_768.0];
        let tone = |n: usize| 1.2 * (n as f32 * 0.37).sin();
        let planes: [Vec<f32>; 2] = std::array::from_fn(|channel| {
            (0..4_001).map(|n| if n % 5 == channel { oddities[n / 5 % 10] } else { tone(n + 7 * channel) }).collect()
        });
        for (first, frames) in [(0, 4_001), (5, 4_000), (u64::from(u32::MAX) - 9, 3_998), (1 << 40, 7), (3, 0)] {
            let planes = [&planes[0][..frames], &planes[1][..frames]];
            let place = |frame: usize| (first as u32).wrapping_add(frame as u32);
            let expected = (0..frames).flat_map(|n| {
                let dither = [0, if planes[0][n] == planes[1][n] { 0 } else { 1 }];
                [0, 1].map(|channel| plainly(planes[channel][n], place(n), dither[channel]))
            });
            let mut both = vec![0; 2 * frames];
            quantise(&planes, first, &mut both);
            assert!(both.iter().copied().eq(expected), "{frames} frames from {first} on");
            assert!(convert(planes[0], first).iter().eq(both.iter().step_by(2)), "one channel alone");
        }
    }

    #[test]
    fn every_16_bit_value_comes_back_as_it_was() {
        let values: Vec<i16> = (i16::MIN..=i16::MAX).collect();
        let plane: Vec<f32> = values.iter().map(|&value| f32::from(value) / 32_768.0).collect();
        assert!(convert(&plane, 1) == values);
    }

    #[test]
    fn what_is_beyond_full_scale_saturates_and_no_number_is_silence() {
        let expect = |sample: f32, value: i16| assert_eq!(convert(&[sample; 1_000], 0), [value; 1_000]);
        expect(1.000_1, i16::MAX);
        expect(-1.000_1, i16::MIN);
        expect(f32::INFINITY, i16::MAX);
        expect(f32::NAN, 0);
    }

    #[test]
    fn neither_the_errors_mean_nor_its_power_depends_on_the_signal() {
        const COUNT: usize = 200_000;
        for fraction in [0.05f32, 0.25, 0.5, 0.75, 0.95] {
            let values = convert(&vec![(100.0 + fraction) / 32_768.0; COUNT], 0);
            let errors = values.into_iter().map(|value| f64::from(value) - 100.0 - f64::from(fraction));
            let (sum, power) = errors.fold((0.0, 0.0), |(sum, power), error| (sum + error, power + error * error));
            let (mean, power) = (sum / COUNT as f64, power / COUNT as f64);
            assert!(mean.abs() < 0.005, "at {fraction} of a step the mean is {mean}");
            assert!((power - 0.25).abs() < 0.005, "at {fraction} of a step the power is {power}");
        }
    }

    #[test]
    fn a_part_alone_is_converted_as_in_the_whole() {
        let plane: Vec<f32> = (0..1_000).map(|n| (n as f32 * 0.1).sin() * 0.3).collect();
        assert_eq!(convert(&plane, 0)[37..], convert(&plane[37..], 37));
    }

    #[test]
    fn equal_channels_stay_equal_and_others_get_dithers_of_their_own() {
        let plane: Vec<f32> = (0..1_000).map(|n| (n as f32 * 0.1).sin() * 0.3).collect();
        let inverse: Vec<f32> = plane.iter().map(|sample| -sample).collect();
        let mut both = vec![0; 2_000];
        quantise(&[&plane, &plane], 0, &mut both);
        assert!(both.chunks(2).all(|frame| frame[0] == frame[1]));
        quantise(&[&plane, &inverse], 0, &mut both);
        assert!(both.chunks(2).any(|frame| frame[0] != -frame[1]));
    }
}
