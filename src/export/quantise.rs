//! From the mix's samples to the encoder's 16 bits.
//!
//! Rounding alone turns what lies between two steps into distortion that follows the signal. So such samples get
//! triangular dither of ±1 step first, which makes the error a steady noise (Lipshitz, Wannamaker and Vanderkooy,
//! "Quantization and Dither", JAES 40/5, 1992). A sample that is a 16-bit value already, silence above all, gets none
//! and comes back as it was.
//!
//! The dither is a function of the sample's place in the stream: the same input gives the same bytes.

/// The steps from silence to full scale.
const STEPS: f32 = 32_768.0;

/// The 16-bit value for the sample at `index` of the interleaved stream. It saturates.
pub(super) fn to_i16(sample: f32, index: u64) -> i16 {
    let steps = sample * STEPS;
    let dithered = if steps.fract() == 0.0 { steps } else { steps + triangular(index) };
    dithered.round_ties_even() as i16
}

/// A number from −1 to 1, those near 0 being likelier: the difference of two even ones.
fn triangular(index: u64) -> f32 {
    const BITS: u32 = 24; // all that an `f32` holds
    let random = split_mix(index);
    let even = |bits: u64| (bits & ((1 << BITS) - 1)) as f32 / (1u32 << BITS) as f32;
    even(random >> 32) - even(random)
}

/// The output number `index` of SplitMix64 from seed 0 (Steele, Lea and Flood, OOPSLA 2014).
fn split_mix(index: u64) -> u64 {
    let state = index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_16_bit_value_comes_back_as_it_was() {
        for value in i16::MIN..=i16::MAX {
            assert_eq!(to_i16(f32::from(value) / STEPS, value as u16 as u64), value);
        }
    }

    #[test]
    fn what_is_beyond_full_scale_saturates_and_no_number_is_silence() {
        for index in 0..1_000 {
            assert_eq!(to_i16(1.000_1, index), i16::MAX);
            assert_eq!(to_i16(-1.000_1, index), i16::MIN);
            assert_eq!(to_i16(f32::INFINITY, index), i16::MAX);
            assert_eq!(to_i16(f32::NAN, index), 0);
        }
    }

    #[test]
    fn neither_the_errors_mean_nor_its_power_depends_on_the_signal() {
        const COUNT: u64 = 200_000;
        for fraction in [0.05f32, 0.25, 0.5, 0.75, 0.95] {
            let errors = (0..COUNT)
                .map(|index| f64::from(to_i16((100.0 + fraction) / STEPS, index)) - 100.0)
                .map(|value| value - f64::from(fraction));
            let (sum, power) = errors.fold((0.0, 0.0), |(sum, power), error| (sum + error, power + error * error));
            let (mean, power) = (sum / COUNT as f64, power / COUNT as f64);
            assert!(mean.abs() < 0.005, "at {fraction} of a step the mean is {mean}");
            assert!((power - 0.25).abs() < 0.005, "at {fraction} of a step the power is {power}");
        }
    }
}
