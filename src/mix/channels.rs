//! Conversion from a clip's channels to the output's.
//!
//! Mono goes to both sides at full level, stereo to mono as the mean. Surround is downmixed by the position of each
//! channel, with the coefficients of ITU-R BS.775-3, annex 4 (`Speaker::sides`).

use wide::f32x4;

use super::pan;
use crate::lanes::{LANES, splat};
use crate::media::ChannelLayout;
use crate::timeline::AudioLayout;

/// Adds a clip's planar `input`, times `gain`, to planar `output`. `input` has one plane for each channel of `clip`;
/// all slices have the same length. `pan` is −1 to 1, and has no effect in a mono layout.
pub(super) fn add(
    input: &[Vec<f32>],
    clip: ChannelLayout,
    gain: f32,
    pan: f64,
    layout: AudioLayout,
    output: &mut [&mut [f32]],
) {
    let panned = pan::sides(pan, input.len());
    for (samples, &speaker) in input.iter().zip(clip.speakers()) {
        // A single channel is mono, whatever position it declares.
        let sides = if input.len() == 1 { [1.0, 1.0] } else { speaker.sides() };
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
    use std::f32::consts::FRAC_1_SQRT_2 as MINUS_3_DB;

    use super::*;

    fn mix(input: &[f32], layout: AudioLayout) -> Vec<f32> {
        mix_panned(input, 0.0, layout)
    }

    fn mix_panned(input: &[f32], pan: f64, layout: AudioLayout) -> Vec<f32> {
        let clip = ChannelLayout::customary(input.len()).unwrap();
        mix_placed(input, clip, pan, layout)
    }

    fn mix_placed(input: &[f32], clip: ChannelLayout, pan: f64, layout: AudioLayout) -> Vec<f32> {
        let input: Vec<Vec<f32>> = input.iter().map(|&sample| vec![sample]).collect();
        let mut planes = vec![[0.0f32; 1]; layout.channels()];
        let mut output: Vec<&mut [f32]> = planes.iter_mut().map(|plane| plane.as_mut_slice()).collect();
        add(&input, clip, 1.0, pan, layout, &mut output);
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

    #[test]
    fn a_channel_goes_where_it_is_heard_and_not_where_it_is_counted() {
        // 2.1, 3.0, 4.0 and 6.1, as WAVE masks.
        for (mask, left) in [
            (0x00b, &[1.0, 0.0, 0.0][..]),
            (0x007, &[1.0, 0.0, MINUS_3_DB]),
            (0x107, &[1.0, 0.0, MINUS_3_DB, 0.5]),
            (0x70f, &[1.0, 0.0, MINUS_3_DB, 0.0, 0.5, MINUS_3_DB, 0.0]),
        ] {
            let clip = ChannelLayout::of_wave_mask(mask, left.len()).unwrap();
            for (channel, expected) in left.iter().enumerate() {
                let mut input = vec![0.0; left.len()];
                input[channel] = 1.0;
                let mixed = mix_placed(&input, clip, 0.0, AudioLayout::Stereo);
                assert_eq!(mixed[0], *expected, "mask {mask:#x}, channel {channel}");
            }
        }
    }
}
