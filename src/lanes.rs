//! Samples side by side, in vectors of the machine's.
//!
//! The module is built for size, so the compiler makes no vectors by itself and leaves every loop a loop, even that
//! over an array's four elements. What runs once a sample is therefore said in `wide`'s vectors, and these are made
//! here.

use wide::f32x4;

/// Samples in a vector.
pub(crate) const LANES: usize = 4;

/// The first samples; silence where there are too few.
#[inline(always)]
pub(crate) fn vector(samples: &[f32]) -> f32x4 {
    samples.first_chunk().map_or(f32x4::ZERO, |&samples| f32x4::new(samples))
}

/// One value in all lanes.
#[inline(always)]
pub(crate) fn splat(value: f32) -> f32x4 {
    f32x4::new([value, value, value, value])
}

/// The first so many samples. Where there are fewer they are put into `room`, and silence behind them.
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
