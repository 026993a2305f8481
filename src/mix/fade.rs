//! A clip's fades: a gain that depends only on the position in the clip.
//!
//! Both fades are raised cosines, sampled in the middle of each frame. So a fade-out and a fade-in of equal length
//! over the same frames add up to one: a crossfade keeps the level of the material that the two clips share.

use std::f64::consts::PI;

use crate::timeline::Frames;

/// The fades of one clip, in output frames.
#[derive(Clone, Copy, Debug, Hash)]
pub struct Fades {
    /// Length of the fade-in.
    pub fade_in: Frames,
    /// Length of the fade-out.
    pub fade_out: Frames,
    /// The clip's length.
    pub length: Frames,
}

impl Fades {
    /// Applies the fades to part of the clip, given as one plane for each channel. The part begins at `position` and
    /// does not pass the clip's end.
    pub(super) fn apply(&self, position: Frames, planes: &mut [Vec<f32>]) {
        let end = position + planes.first().map_or(0, Vec::len) as Frames;
        let mut scale = |frame: Frames, gain: f32| {
            for plane in planes.iter_mut() {
                plane[(frame - position) as usize] *= gain;
            }
        };
        for frame in position..end.min(self.fade_in) {
            scale(frame, raised_cosine(frame, self.fade_in));
        }
        for frame in position.max(self.length.saturating_sub(self.fade_out))..end.min(self.length) {
            scale(frame, raised_cosine(self.length - 1 - frame, self.fade_out));
        }
    }
}

/// Rises from near 0 at frame 0 to near 1 at the last of `frames`: sin²(π/2 · (frame + ½) / frames).
fn raised_cosine(frame: Frames, frames: Frames) -> f32 {
    (0.5 - 0.5 * (PI * (frame as f64 + 0.5) / frames as f64).cos()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gains(fades: Fades) -> Vec<f32> {
        let mut planes = vec![vec![1.0; fades.length as usize]];
        fades.apply(0, &mut planes);
        planes.remove(0)
    }

    #[test]
    fn a_fade_rises_as_a_raised_cosine_and_falls_as_its_mirror() {
        let rising = gains(Fades { fade_in: 1_000, fade_out: 0, length: 1_500 });
        let falling = gains(Fades { fade_in: 0, fade_out: 1_000, length: 1_500 });
        for (frame, expected) in [(0, 0.0), (250, 0.1464), (500, 0.5), (750, 0.8536), (999, 1.0)] {
            assert!((rising[frame] - expected).abs() < 0.002, "{} at {frame}", rising[frame]);
        }
        assert!(rising[..1_000].is_sorted() && rising[1_000..].iter().all(|&gain| gain == 1.0));
        assert!(rising.iter().eq(falling.iter().rev()));
    }

    #[test]
    fn a_fade_out_and_a_fade_in_add_up_to_one() {
        let rising = gains(Fades { fade_in: 441, fade_out: 0, length: 441 });
        let falling = gains(Fades { fade_in: 0, fade_out: 441, length: 441 });
        assert!(rising.iter().zip(&falling).all(|(rise, fall)| (rise + fall - 1.0).abs() < 1e-6));
    }

    #[test]
    fn no_fade_changes_nothing() {
        assert!(gains(Fades { fade_in: 0, fade_out: 0, length: 10 }).iter().all(|&gain| gain == 1.0));
    }
}
