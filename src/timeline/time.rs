//! Time as exact fractions of a second, with a single rounding to samples.
//!
//! A [`RationalTime`] is a number of ticks, and the number of ticks in a second. Sums are exact for all pairs of
//! audio sample rates, so ten thousand clips in a row do not drift at all. Samples appear only at the end, in
//! [`RationalTime::to_frames`]. Neighbours share one rational edge, so they share one rounded edge too.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A number of sample frames (one sample of every channel). The context gives the sample rate.
pub type Frames = u64;

/// Ticks per second: a multiple of every common audio and video rate.
///
/// This is the "flick" (github.com/facebookarchive/Flicks). Seconds given as floating-point numbers are rounded to
/// this grid. So a whole number of samples at 8 to 192 kHz survives the conversion to `f64` and back.
const FLICKS_PER_SECOND: u32 = 705_600_000;

/// The largest error, in flicks, between a sum of two times and a third one after conversion to floating-point
/// seconds: each of the three is rounded.
const ROUNDING: i64 = 3;

/// A sample rate: 1 to 768,000 Hz.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct SampleRate(u32);

impl SampleRate {
    /// The highest rate accepted from a file. A higher one is a damaged header or an ultrasound recording.
    pub const MAX_HZ: u32 = 768_000;

    /// The rate of CD audio.
    pub const HZ_44100: SampleRate = SampleRate(44_100);
    /// The rate of video, and of most generated speech after delivery.
    pub const HZ_48000: SampleRate = SampleRate(48_000);

    /// Creates a rate in hertz; `None` for zero and above [`Self::MAX_HZ`].
    pub fn new(hz: u32) -> Option<Self> {
        (1..=Self::MAX_HZ).contains(&hz).then_some(Self(hz))
    }

    /// Returns the rate in hertz.
    pub const fn hz(self) -> u32 {
        self.0
    }

    /// Returns the duration of `frames` at this rate.
    pub fn duration_of(self, frames: Frames) -> RationalTime {
        RationalTime::new(i64::try_from(frames).unwrap_or(i64::MAX), self.0)
    }
}

impl Default for SampleRate {
    fn default() -> Self {
        Self::HZ_44100
    }
}

impl TryFrom<u32> for SampleRate {
    type Error = String;
    fn try_from(hz: u32) -> Result<Self, String> {
        Self::new(hz).ok_or_else(|| format!("{hz} Hz is not a sample rate"))
    }
}

impl From<SampleRate> for u32 {
    fn from(rate: SampleRate) -> u32 {
        rate.0
    }
}

impl fmt::Display for SampleRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} Hz", self.0)
    }
}

/// A time or a duration in seconds, as an exact fraction in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawTime", into = "RawTime")]
pub struct RationalTime {
    value: i64,
    timescale: u32,
}

/// The stored form. It may come from anywhere, so it is checked when it is read.
#[derive(Serialize, Deserialize)]
struct RawTime {
    value: i64,
    timescale: u32,
}

impl TryFrom<RawTime> for RationalTime {
    type Error = &'static str;
    fn try_from(raw: RawTime) -> Result<Self, Self::Error> {
        if raw.timescale == 0 {
            return Err("a time's timescale is zero");
        }
        Ok(Self::new(raw.value, raw.timescale))
    }
}

impl From<RationalTime> for RawTime {
    fn from(time: RationalTime) -> Self {
        RawTime { value: time.value, timescale: time.timescale }
    }
}

impl Default for RationalTime {
    fn default() -> Self {
        Self::ZERO
    }
}

impl RationalTime {
    /// Zero seconds.
    pub const ZERO: RationalTime = RationalTime { value: 0, timescale: 1 };
    /// One second.
    pub const ONE_SECOND: RationalTime = RationalTime { value: 1, timescale: 1 };

    /// Creates `value / timescale` seconds, reduced. A timescale of zero counts as one.
    pub fn new(value: i64, timescale: u32) -> Self {
        let timescale = timescale.max(1);
        let divisor = gcd(value.unsigned_abs(), u64::from(timescale)).max(1);
        // Both quotients fit: the divisor is at most `timescale`, so it fits an i64 and a u32.
        Self { value: value / divisor as i64, timescale: timescale / divisor as u32 }
    }

    /// Returns the nearest time on the flick grid; `None` unless `seconds` is finite and its magnitude below 290
    /// years.
    pub fn from_seconds(seconds: f64) -> Option<Self> {
        let flicks = (seconds * f64::from(FLICKS_PER_SECOND)).round();
        (flicks.is_finite() && flicks.abs() < i64::MAX as f64).then(|| Self::new(flicks as i64, FLICKS_PER_SECOND))
    }

    /// Returns the nearest `f64`, in seconds.
    pub fn to_seconds(self) -> f64 {
        self.value as f64 / f64::from(self.timescale)
    }

    /// Returns the nearest sample at `rate`; halves round up. Negative times give zero.
    pub fn to_frames(self, rate: SampleRate) -> Frames {
        let timescale = i128::from(self.timescale);
        let doubled = 2 * i128::from(self.value) * i128::from(rate.hz());
        let frames = (doubled + timescale).div_euclid(2 * timescale);
        Frames::try_from(frames.max(0)).unwrap_or(Frames::MAX)
    }

    /// Returns whether the time is below zero.
    pub fn is_negative(self) -> bool {
        self.value < 0
    }

    /// Returns the sum, saturated to the range. It is exact if its denominator fits 32 bits, as with all audio rates;
    /// otherwise it is rounded to the nearest flick.
    pub fn plus(self, other: Self) -> Self {
        self.combine(other, 1)
    }

    /// Returns the difference, with the precision of [`Self::plus`].
    pub fn minus(self, other: Self) -> Self {
        self.combine(other, -1)
    }

    /// Returns whether the time exceeds `other` by more than rounding errors: when times come from floating-point
    /// seconds, a sum that should fit may be a few flicks too long.
    pub fn exceeds(self, other: Self) -> bool {
        self.minus(other) > Self::new(ROUNDING, FLICKS_PER_SECOND)
    }

    /// Returns the time multiplied by `count`, saturated to the range.
    pub fn times(self, count: i64) -> Self {
        Self::new(self.value.saturating_mul(count), self.timescale)
    }

    /// Returns half the time, rounded towards zero if the denominator would not fit 32 bits.
    pub fn half(self) -> Self {
        match self.timescale.checked_mul(2) {
            Some(timescale) => Self::new(self.value, timescale),
            None => Self::new(self.value / 2, self.timescale),
        }
    }

    fn combine(self, other: Self, sign: i128) -> Self {
        let (a, b) = (i128::from(self.timescale), i128::from(other.timescale));
        let shared = i128::from(gcd(u64::from(self.timescale), u64::from(other.timescale)).max(1));
        let timescale = a / shared * b;
        let value = i128::from(self.value) * (b / shared) + sign * i128::from(other.value) * (a / shared);
        let divisor = gcd_wide(value.unsigned_abs(), timescale.unsigned_abs()).max(1) as i128;
        let (value, timescale) = (value / divisor, timescale / divisor);
        let (value, timescale) = match u32::try_from(timescale) {
            Ok(timescale) => (value, timescale),
            Err(_) => {
                let flicks = i128::from(FLICKS_PER_SECOND);
                ((2 * value * flicks + timescale).div_euclid(2 * timescale), FLICKS_PER_SECOND)
            }
        };
        let value = value.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64;
        Self::new(value, timescale)
    }
}

impl PartialOrd for RationalTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RationalTime {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = i128::from(self.value) * i128::from(other.timescale);
        let right = i128::from(other.value) * i128::from(self.timescale);
        left.cmp(&right)
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn gcd_wide(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd_wide(b, a % b) }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ten_thousand_odd_clips_do_not_drift() {
        // 7 samples at 22,050 Hz and 11 at 48,000 Hz, repeated: 10,000 × (7/22050 + 11/48000) s.
        let step = RationalTime::new(7, 22_050).plus(RationalTime::new(11, 48_000));
        let mut sum = RationalTime::ZERO;
        for _ in 0..10_000 {
            sum = sum.plus(step);
        }
        assert_eq!(sum, RationalTime::new(70_000, 22_050).plus(RationalTime::new(110_000, 48_000)));
    }

    #[test]
    fn halves_round_up_and_nothing_is_before_the_start() {
        let rate = SampleRate::HZ_44100;
        assert_eq!(RationalTime::new(1, 88_200).to_frames(rate), 1);
        assert_eq!(RationalTime::new(-1, 88_200).to_frames(rate), 0);
        assert_eq!(RationalTime::new(-5, 1).to_frames(rate), 0);
    }

    #[test]
    fn seconds_that_are_no_number_are_refused() {
        for seconds in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
            assert_eq!(RationalTime::from_seconds(seconds), None);
        }
    }

    #[test]
    fn a_stored_time_with_a_zero_timescale_is_refused() {
        assert!(serde_json::from_str::<RationalTime>(r#"{"value":1,"timescale":0}"#).is_err());
    }

    proptest! {
        #[test]
        fn whole_samples_survive_the_trip_through_f64(
            frames in 0u64..(200 * 3600 * 8_000), // at most 200 hours: later, an f64 is coarser than a flick
            hz in prop::sample::select(vec![8_000u32, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000]),
        ) {
            let rate = SampleRate::new(hz).unwrap();
            let time = rate.duration_of(frames);
            prop_assert_eq!(RationalTime::from_seconds(time.to_seconds()), Some(time));
            prop_assert_eq!(time.to_frames(rate), frames);
        }

        #[test]
        fn sums_and_differences_undo_each_other(a in -1_000_000_000i64..1_000_000_000, b in -1_000_000_000i64..1_000_000_000, s in 1u32..50_000, t in 1u32..50_000) {
            let (a, b) = (RationalTime::new(a, s), RationalTime::new(b, t));
            prop_assert_eq!(a.plus(b).minus(b), a);
            prop_assert_eq!(a.plus(b), b.plus(a));
        }

        #[test]
        fn two_halves_never_make_more_than_the_whole(value in 0i64..1_000_000_000, timescale in 1u32..) {
            let whole = RationalTime::new(value, timescale);
            let rest = whole.minus(whole.half().plus(whole.half()));
            prop_assert!(rest >= RationalTime::ZERO && rest <= RationalTime::new(1, timescale));
        }
    }
}
