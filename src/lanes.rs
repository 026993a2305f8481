//! Several samples at a time, in SIMD vectors.
//!
//! The module is built for size, so the compiler does not vectorise, and does not even unroll a loop over an array of
//! four. So code that runs for every sample uses the vectors of `wide`; these helpers create them.

use wide::bytemuck::cast;
use wide::{f32x4, i32x4};

/// Number of samples in a vector.
pub(crate) const LANES: usize = 4;

/// Returns the first samples as a vector, or zeros if there are too few.
#[inline(always)]
pub(crate) fn vector(samples: &[f32]) -> f32x4 {
    samples.first_chunk().map_or(f32x4::ZERO, |&samples| f32x4::new(samples))
}

/// Returns a vector with the value in all lanes.
#[inline(always)]
pub(crate) fn splat(value: f32) -> f32x4 {
    f32x4::new([value, value, value, value])
}

/// Returns the first `N` samples. If there are fewer, copies them into `room` and fills the rest with zeros.
#[inline(always)]
pub(crate) fn filled_up<'a, const N: usize>(samples: &'a [f32], room: &'a mut [f32; N]) -> &'a [f32; N] {
    match samples.first_chunk() {
        Some(whole) => whole,
        None => fill_up(samples, room),
    }
}

#[cold]
fn fill_up<'a, const N: usize>(samples: &[f32], room: &'a mut [f32; N]) -> &'a [f32; N] {
    room.fill(0.0);
    room[..samples.len()].copy_from_slice(samples);
    room
}

/// Splits four frames of two channels.
#[inline(always)]
pub(crate) fn split(frames: &[f32; 2 * LANES]) -> (f32x4, f32x4) {
    let [first, second]: [f32x4; 2] = cast(*frames);
    let (even, odd) = (first.unpack_lo(second), first.unpack_hi(second));
    (even.unpack_lo(odd), even.unpack_hi(odd))
}

/// Splits four frames of two channels, and converts their samples.
#[inline(always)]
pub(crate) fn split_integers(frames: &[i16; 2 * LANES]) -> (f32x4, f32x4) {
    // Each lane has a frame, with its first sample in the half that comes first in memory.
    const { assert!(cfg!(target_endian = "little")) };
    let frames: i32x4 = cast(*frames);
    (f32x4::from_i32x4((frames << 16u32) >> 16u32), f32x4::from_i32x4(frames >> 16u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_two_channels_are_split_as_floats_and_as_integers() {
        let frames = [1, -2, i16::MAX, i16::MIN, 5, 6, -7, 8];
        let expected = ([1.0, 32_767.0, 5.0, -7.0], [-2.0, -32_768.0, 6.0, 8.0]);
        for (left, right) in [split(&frames.map(f32::from)), split_integers(&frames)] {
            assert_eq!((left.to_array(), right.to_array()), expected);
        }
    }
}
