//! From a clip's channels to the output's.
//!
//! Mono goes to both sides at full level, stereo to mono as the mean. Surround is folded down by the coefficients of
//! ITU-R BS.775-3, annex 4: centre and surrounds at −3 dB, the low-frequency channel left out. Channels are taken in
//! the order of WAVE files (front left and right, centre, LFE, back or side pairs).

use std::f32::consts::FRAC_1_SQRT_2 as MINUS_3_DB;

use wide::f32x4;

use super::pan;
use crate::lanes::{LANES, splat};
use crate::timeline::AudioLayout;

/// What each channel of a clip adds to the left and to the right.
type Fold = &'static [[f32; 2]];

const L: [f32; 2] = [1.0, 0.0];
const R: [f32; 2] = [0.0, 1.0];
const CENTRE: [f32; 2] = [MINUS_3_DB, MINUS_3_DB];
const LEFT_BACK: [f32; 2] = [MINUS_3_DB, 0.0];
const RIGHT_BACK: [f32; 2] = [0.0, MINUS_3_DB];
const CENTRE_BACK: [f32; 2] = [0.5, 0.5];
const LFE: [f32; 2] = [0.0, 0.0];

/// The fold for a channel count; `None` for a count without a customary layout.
fn fold(channels: usize) -> Option<Fold> {
    Some(match channels {
        1 => &[[1.0, 1.0]],
        2 => &[L, R],
        3 => &[L, R, CENTRE],
        4 => &[L, R, LEFT_BACK, RIGHT_BACK],
        5 => &[L, R, CENTRE, LEFT_BACK, RIGHT_BACK],
        6 => &[L, R, CENTRE, LFE, LEFT_BACK, RIGHT_BACK],
        7 => &[L, R, CENTRE, LFE, CENTRE_BACK, LEFT_BACK, RIGHT_BACK],
        8 => &[L, R, CENTRE, LFE, LEFT_BACK, RIGHT_BACK, LEFT_BACK, RIGHT_BACK],
        _ => return None,
    })
}

/// Adds a clip's planar `input`, times `gain`, to planar `output`. All slices have one length. `pan` is −1 to 1; where
/// there is one side only, it changes nothing.
///
/// A channel count without a layout adds its first two channels; the decoder refuses such files before this.
pub(super) fn add(input: &[Vec<f32>], gain: f32, pan: f64, layout: AudioLayout, output: &mut [&mut [f32]]) {
    let fold = fold(input.len()).unwrap_or(&[L, R]);
    let panned = pan::sides(pan, input.len());
    for (samples, sides) in input.iter().zip(fold) {
        match layout {
            AudioLayout::Stereo => {
                for ((side, panned), out) in sides.iter().zip(panned).zip(output.iter_mut()) {
                    add_scaled(samples, gain * panned * side, out);
                }
            }
            AudioLayout::Mono => {
                if let Some(out) = output.first_mut() {
                    add_scaled(samples, gain * (sides[0] + sides[1]) / 2.0, out);
                }
            }
        }
    }
}

fn add_scaled(input: &[f32], gain: f32, output: &mut [f32]) {
    if gain == 0.0 {
        return;
    }
    let gains = splat(gain);
    let ((vectors, rest), (outs, out_rest)) = (input.as_chunks::<LANES>(), output.as_chunks_mut::<LANES>());
    for (out, &samples) in outs.iter_mut().zip(vectors) {
        *out = (f32x4::new(*out) + gains * f32x4::new(samples)).to_array();
    }
    for (out, sample) in out_rest.iter_mut().zip(rest) {
        *out += gain * sample;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mix(input: &[f32], layout: AudioLayout) -> Vec<f32> {
        mix_panned(input, 0.0, layout)
    }

    fn mix_panned(input: &[f32], pan: f64, layout: AudioLayout) -> Vec<f32> {
        let input: Vec<Vec<f32>> = input.iter().map(|&sample| vec![sample]).collect();
        let mut planes = vec![[0.0f32; 1]; layout.channels()];
        let mut output: Vec<&mut [f32]> = planes.iter_mut().map(|plane| plane.as_mut_slice()).collect();
        add(&input, 1.0, pan, layout, &mut output);
        planes.iter().map(|plane| plane[0]).collect()
    }

    #[test]
    fn mono_fills_both_sides_and_returns_unchanged() {
        assert_eq!(mix(&[0.5], AudioLayout::Stereo), [0.5, 0.5]);
        assert_eq!(mix(&[0.5], AudioLayout::Mono), [0.5]);
    }

    #[test]
    fn stereo_keeps_its_sides_and_averages_to_mono() {
        assert_eq!(mix(&[0.5, -0.25], AudioLayout::Stereo), [0.5, -0.25]);
        assert_eq!(mix(&[0.5, -0.25], AudioLayout::Mono), [0.125]);
    }

    #[test]
    fn a_mono_export_has_no_sides_to_pan_to() {
        assert_eq!(mix_panned(&[0.5], 1.0, AudioLayout::Stereo)[0], 0.0);
        assert_eq!(mix_panned(&[0.5], 1.0, AudioLayout::Mono), [0.5]);
        assert_eq!(mix_panned(&[0.5, -0.25], 1.0, AudioLayout::Mono), [0.125]);
    }

    #[test]
    fn five_point_one_folds_by_itu_r_bs_775() {
        let [left, right] = mix(&[1.0, 0.0, 1.0, 1.0, 0.0, 1.0], AudioLayout::Stereo)[..] else { panic!("two sides") };
        assert!((left - (1.0 + MINUS_3_DB)).abs() < 1e-6, "{left}");
        assert!((right - (MINUS_3_DB + MINUS_3_DB)).abs() < 1e-6, "{right}");
    }
}
