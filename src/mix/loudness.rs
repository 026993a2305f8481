//! How loud a mix is, and what gain brings it to a target.
//!
//! A [`Meter`] measures by EBU R 128 (ITU-R BS.1770-4, EBU Tech 3341 and 3342), and the plain root of the mean square
//! beside it. True peaks are found as the limiter finds them, which costs less than `ebur128`'s own. Its memory does not grow with the mix: gated blocks are counted in classes of 0.1 LU.

use std::ops::RangeInclusive;

use ebur128::{EbuR128, Mode};
use thiserror::Error;

use super::loudness_range::RangeMeter;
use super::true_peak::PeakMeter;
use crate::timeline::{AudioLayout, SampleRate};

/// The targets offered, in LUFS or in dB of full scale.
const TARGETS: RangeInclusive<f64> = -70.0..=0.0;

/// The most that a mix is raised or lowered, in decibels. What is that quiet is noise.
const MAX_GAIN_DB: f64 = 60.0;

/// How loud a mix shall be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LoudnessTarget {
    /// Integrated loudness, in LUFS.
    Integrated(f64),
    /// The root of the mean square of all samples, in dB of full scale.
    Rms(f64),
}

/// Loudness that could not be measured, or cannot be aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum LoudnessError {
    /// See [`LoudnessTarget`].
    #[error("a loudness target is -70 to 0, not {0}")]
    Target(f64),
    /// The meter refused.
    #[error("the loudness could not be measured: {0}")]
    Meter(#[from] ebur128::Error),
}

impl LoudnessTarget {
    /// Whether it is one that is offered.
    pub fn check(self) -> Result<(), LoudnessError> {
        let (Self::Integrated(level) | Self::Rms(level)) = self;
        if TARGETS.contains(&level) { Ok(()) } else { Err(LoudnessError::Target(level)) }
    }

    /// The gain in decibels that brings a mix there; 0 for one that has no loudness.
    pub fn gain_db(self, loudness: &Loudness) -> f64 {
        let (target, measured) = match self {
            Self::Integrated(target) => (target, loudness.integrated_lufs),
            Self::Rms(target) => (target, loudness.rms_db),
        };
        measured.map_or(0.0, |measured| (target - measured).clamp(-MAX_GAIN_DB, MAX_GAIN_DB))
    }
}

/// What a meter has found. Silence has no level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loudness {
    /// Integrated loudness, in LUFS. `None` as well for what is shorter than a gating block of 0.4 s.
    pub integrated_lufs: Option<f64>,
    /// The loudness range, in LU.
    pub range_lu: f64,
    /// The largest true peak of any channel, in dBTP.
    pub true_peak_db: Option<f64>,
    /// The root of the mean square of all channels' samples, in dB of full scale.
    pub rms_db: Option<f64>,
}

/// Measures a mix that is given from its start to its end.
pub struct Meter {
    r128: EbuR128,
    range: RangeMeter,
    peaks: Vec<PeakMeter>,
    /// Frames in 100 ms, and how many of the current ones were heard.
    step: usize,
    stepped: usize,
    sum_of_squares: f64,
    samples: u64,
}

impl Meter {
    /// A meter that has heard nothing.
    pub fn new(rate: SampleRate, layout: AudioLayout) -> Result<Self, LoudnessError> {
        let mode = Mode::I | Mode::HISTOGRAM;
        let r128 = EbuR128::new(layout.channels() as u32, rate.hz(), mode)?;
        let step = rate.hz() as usize / 10;
        let peaks = (0..layout.channels()).map(|_| PeakMeter::new()).collect();
        Ok(Self { r128, range: RangeMeter::new(), peaks, step, stepped: 0, sum_of_squares: 0.0, samples: 0 })
    }

    /// Hears planar audio, a slice a channel of the layout, all of one length.
    pub fn hear(&mut self, planes: &[&[f32]]) -> Result<(), LoudnessError> {
        let frames = planes.first().map_or(0, |plane| plane.len());
        let mut heard = 0;
        while heard < frames {
            let part = (self.step - self.stepped).min(frames - heard);
            let planes: Vec<&[f32]> = planes.iter().map(|plane| &plane[heard..heard + part]).collect();
            self.r128.add_frames_planar_f32(&planes)?;
            heard += part;
            self.stepped += part;
            if self.stepped == self.step {
                self.range.step(self.r128.loudness_window(100)?);
                self.stepped = 0;
            }
        }
        for (meter, plane) in self.peaks.iter_mut().zip(planes) {
            meter.hear(plane);
        }
        for plane in planes {
            self.sum_of_squares += plane.iter().map(|&sample| f64::from(sample) * f64::from(sample)).sum::<f64>();
            self.samples += plane.len() as u64;
        }
        Ok(())
    }

    /// What was heard so far.
    pub fn loudness(&self) -> Result<Loudness, LoudnessError> {
        let integrated = self.r128.loudness_global()?;
        let peak = self.peaks.iter().map(PeakMeter::peak).fold(0.0, f32::max);
        let mean_square = self.sum_of_squares / (self.samples.max(1) as f64);
        Ok(Loudness {
            integrated_lufs: integrated.is_finite().then_some(integrated),
            range_lu: self.range.range_lu(),
            true_peak_db: (peak > 0.0).then(|| 20.0 * f64::from(peak).log10()),
            rms_db: (mean_square > 0.0).then(|| 10.0 * mean_square.log10()),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use super::*;

    /// A tone of 997 Hz in all channels, ten seconds of it.
    fn tone(rate: SampleRate, layout: AudioLayout, peak: f32) -> Loudness {
        let plane: Vec<f32> =
            (0..10 * rate.hz()).map(|n| peak * (TAU * 997.0 * (n as f32 / rate.hz() as f32)).sin()).collect();
        let mut meter = Meter::new(rate, layout).unwrap();
        for start in (0..plane.len()).step_by(4096) {
            let part = &plane[start..plane.len().min(start + 4096)];
            meter.hear(&vec![part; layout.channels()]).unwrap();
        }
        meter.loudness().unwrap()
    }

    #[test]
    fn a_tone_has_the_loudness_that_the_standard_says() {
        // BS.1770-4: a full-scale sine at 997 Hz in one front channel reads -3.01 LKFS.
        for rate in [SampleRate::HZ_44100, SampleRate::HZ_48000] {
            for (layout, expected) in [(AudioLayout::Mono, -23.01), (AudioLayout::Stereo, -20.0)] {
                let found = tone(rate, layout, 0.1);
                assert!((found.integrated_lufs.unwrap() - expected).abs() < 0.06, "{found:?}");
                assert!((found.true_peak_db.unwrap() + 20.0).abs() < 0.1, "{found:?}");
                assert!((found.rms_db.unwrap() + 23.01).abs() < 0.01, "{found:?}");
                assert!(found.range_lu < 0.2, "{found:?}");
            }
        }
    }

    #[test]
    fn silence_has_no_level_and_no_gain_brings_it_anywhere() {
        let found = tone(SampleRate::HZ_44100, AudioLayout::Stereo, 0.0);
        assert_eq!(found, Loudness { integrated_lufs: None, range_lu: 0.0, true_peak_db: None, rms_db: None });
        assert_eq!(LoudnessTarget::Integrated(-16.0).gain_db(&found), 0.0);
    }

    #[test]
    fn the_gain_is_what_is_missing_within_reason() {
        let found =
            Loudness { integrated_lufs: Some(-30.5), range_lu: 5.0, true_peak_db: Some(-10.0), rms_db: Some(-90.0) };
        assert_eq!(LoudnessTarget::Integrated(-16.0).gain_db(&found), 14.5);
        assert_eq!(LoudnessTarget::Integrated(-40.0).gain_db(&found), -9.5);
        assert_eq!(LoudnessTarget::Rms(-20.0).gain_db(&found), MAX_GAIN_DB);
    }

    #[test]
    fn what_is_no_target_is_refused() {
        for level in [0.1, -70.1, f64::NAN, f64::INFINITY] {
            assert!(LoudnessTarget::Integrated(level).check().is_err());
            assert!(LoudnessTarget::Rms(level).check().is_err());
        }
        assert!(LoudnessTarget::Integrated(-16.0).check().is_ok());
    }
}
