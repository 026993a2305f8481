//! A clip's pan: the gains of the left and the right side.
//!
//! A mono clip is panned at equal power, 0 dB in the middle: the sum of both sides' power is constant, so at full pan
//! the remaining side is 3 dB up. A clip with more channels is balanced: the side that it turns away from drops along
//! a quarter sine, the other stays. In the middle nothing changes, to the bit.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, SQRT_2};

/// Returns the gains of left and right for a pan from −1 to 1.
pub(super) fn sides(pan: f64, source_channels: usize) -> [f32; 2] {
    let side = |towards: f64| {
        if source_channels == 1 {
            // The product of √2 and sin(π/4) is not exact, but rounds to 1 as `f32`.
            (SQRT_2 * (FRAC_PI_4 * (1.0 + towards)).sin()) as f32
        } else {
            (FRAC_PI_2 * (1.0 + towards).min(1.0)).sin() as f32
        }
    };
    [side(-pan), side(pan)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_middle_nothing_changes() {
        for pan in [0.0, -0.0] {
            for channels in [1, 2, 6] {
                assert_eq!(sides(pan, channels), [1.0, 1.0]);
            }
        }
    }

    #[test]
    fn mono_keeps_its_power_all_the_way() {
        for step in -10..=10 {
            let [left, right] = sides(f64::from(step) / 10.0, 1);
            assert!((left * left + right * right - 2.0).abs() < 1e-6, "at {step}: {left}, {right}");
        }
        assert_eq!(sides(-1.0, 1), [SQRT_2 as f32, 0.0]);
        assert_eq!(sides(1.0, 1), [0.0, SQRT_2 as f32]);
    }

    #[test]
    fn stereo_keeps_the_side_that_it_is_turned_to() {
        assert_eq!(sides(1.0, 2), [0.0, 1.0]);
        assert_eq!(sides(-1.0, 2), [1.0, 0.0]);
        let [left, right] = sides(0.5, 2);
        assert_eq!(right, 1.0);
        assert!((left - std::f32::consts::FRAC_1_SQRT_2).abs() < 1e-6, "{left}");
    }
}
