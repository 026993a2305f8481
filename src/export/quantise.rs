//! From the mix's samples to the encoder's 16 bits.
//!
//! Rounding alone turns what lies between two steps into distortion that follows the signal. So such samples get
//! triangular dither of ±1 step first, which makes the error a steady noise (Lipshitz, Wannamaker and Vanderkooy,
//! "Quantization and Dither", JAES 40/5, 1992). A sample that is a 16-bit value already, silence above all, gets none
//! and comes back as it was.
//!
//! The dither is a function of the sample's place in the mix: the same input gives the same bytes.

use crate::timeline::Frames;

/// The steps from silence to full scale.
const STEPS: f32 = 32_768.0;

/// Samples that are converted side by side: a few vectors of the machine's.
const LANES: usize = 16;

/// Converts a channel, whose first sample is at frame `first` of the mix, to every `step`th of `out`. It saturates.
pub(super) fn quantise(plane: &[f32], first: Frames, channel: usize, out: &mut [i16], step: usize) {
    let seed = scramble(channel as u32 + 1);
    // What is beyond 32 bits is left out: the dither repeats after a day.
    let mut place = first as u32;
    let mut out = out.iter_mut().step_by(step);
    for samples in plane.chunks(LANES) {
        let mut lanes = [0.0; LANES];
        lanes[..samples.len()].copy_from_slice(samples);
        let converted: [i16; LANES] =
            std::array::from_fn(|lane| to_i16(lanes[lane], scramble(place.wrapping_add(lane as u32) ^ seed)));
        for (value, out) in converted[..samples.len()].iter().zip(&mut out) {
            *out = *value;
        }
        place = place.wrapping_add(LANES as u32);
    }
}

/// The 16-bit value for a sample, dithered by a random number.
fn to_i16(sample: f32, random: u32) -> i16 {
    let steps = sample * STEPS;
    let dithered = if steps == steps.trunc() { steps } else { steps + triangular(random) };
    dithered.round_ties_even().clamp(f32::from(i16::MIN), f32::from(i16::MAX)) as i32 as i16
}

/// A number from −1 to 1, those near 0 being likelier: the difference of two even ones.
fn triangular(random: u32) -> f32 {
    let even = |bits: u32| (bits & 0xFFFF) as i32;
    (even(random >> 16) - even(random)) as f32 / 65_536.0
}

/// Turns numbers in a row into numbers that look like chance ("lowbias32" of Chris Wellons' hash prospector).
fn scramble(number: u32) -> u32 {
    let mixed = (number ^ (number >> 16)).wrapping_mul(0x7FEB_352D);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x846C_A68B);
    mixed ^ (mixed >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_16_bit_value_comes_back_as_it_was() {
        for value in i16::MIN..=i16::MAX {
            assert_eq!(to_i16(f32::from(value) / STEPS, scramble(value as u32)), value);
        }
    }

    #[test]
    fn what_is_beyond_full_scale_saturates_and_no_number_is_silence() {
        for index in 0..1_000 {
            assert_eq!(to_i16(1.000_1, scramble(index)), i16::MAX);
            assert_eq!(to_i16(-1.000_1, scramble(index)), i16::MIN);
            assert_eq!(to_i16(f32::INFINITY, scramble(index)), i16::MAX);
            assert_eq!(to_i16(f32::NAN, scramble(index)), 0);
        }
    }

    #[test]
    fn neither_the_errors_mean_nor_its_power_depends_on_the_signal() {
        const COUNT: u32 = 200_000;
        for fraction in [0.05f32, 0.25, 0.5, 0.75, 0.95] {
            let errors = (0..COUNT)
                .map(|index| f64::from(to_i16((100.0 + fraction) / STEPS, scramble(index))) - 100.0)
                .map(|value| value - f64::from(fraction));
            let (sum, power) = errors.fold((0.0, 0.0), |(sum, power), error| (sum + error, power + error * error));
            let (mean, power) = (sum / f64::from(COUNT), power / f64::from(COUNT));
            assert!(mean.abs() < 0.005, "at {fraction} of a step the mean is {mean}");
            assert!((power - 0.25).abs() < 0.005, "at {fraction} of a step the power is {power}");
        }
    }

    #[test]
    fn a_part_alone_is_converted_as_in_the_whole_and_the_channels_differ() {
        let plane: Vec<f32> = (0..1_000).map(|n| (n as f32 * 0.1).sin() * 0.3).collect();
        let convert = |range: std::ops::Range<usize>, channel: usize| {
            let mut out = vec![0; 2 * range.len()];
            quantise(&plane[range.clone()], range.start as Frames, channel, &mut out[channel..], 2);
            out.into_iter().skip(channel).step_by(2).collect::<Vec<_>>()
        };
        assert_eq!(convert(0..1_000, 0)[37..], convert(37..1_000, 0));
        assert_ne!(convert(0..1_000, 0), convert(0..1_000, 1));
    }
}
