//! A clip's pan: what it does to the left side and to the right.
//!
//! A mono clip is panned at equal power, 0 dB in the middle: the two sides' power is the same everywhere, so hard over
//! its one side is 3 dB up. A clip of more channels is balanced: the side that it is turned away from goes down by a
//! quarter of a sine, the other stays. In the middle nothing changes, to the bit.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, SQRT_2};

/// The gains of left and right for a pan from −1 to 1.
pub(super) fn sides(pan: f64, source_channels: usize) -> [f32; 2] {
    let side = |towards: f64| {
        if source_channels == 1 {
            // sin(π/4) and cos(π/4) have no exact product with √2; the `f32` of it is 1.
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
