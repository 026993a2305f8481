//! Several samples at a time, in SIMD vectors.
//!
//! The module is built for size, so the compiler does not vectorise, and does not even unroll a loop over an array of
//! four. So code that runs for every sample uses the vectors of `wide`; these helpers create them.

use wide::f32x4;

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
