//! A mix's loudness, and the loudness that an export aims for.
//!
//! A [`Meter`] measures a stretch of a mix, and a [`Measurement`] adds the stretches up: by EBU R 128 (ITU-R
//! BS.1770-4, EBU Tech 3341 and 3342), and as plain RMS. True peaks are found in the same way as in the limiter. A
//! stretch's result does not depend on which meters measure the others.

use std::ops::{Range, RangeInclusive};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::gates::Gates;
use super::k_weighting::KWeighting;
use super::true_peak::{PeakMeter, SPAN};
use crate::packed;
use crate::timeline::{AudioLayout, Frames, SampleRate};

/// The supported targets, in LUFS or dBFS.
const TARGETS: RangeInclusive<f64> = -70.0..=0.0;

/// The tolerance within which a target counts as reached, in LU or dB.
const REACHED_WITHIN: f64 = 0.1;

/// The loudness that a mix is brought to.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub enum LoudnessTarget {
    /// Integrated loudness, in LUFS.
    #[serde(rename = "integratedLufs")]
    Integrated(f64),
    /// The root mean square of all samples, in dBFS.
    #[serde(rename = "rmsDb")]
    Rms(f64),
}

/// A target outside −70 to 0.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error("a loudness target is -70 to 0, not {0}")]
pub struct TargetError(f64);

impl LoudnessTarget {
    /// Returns an error if the level is outside −70 to 0.
    pub fn check(self) -> Result<(), TargetError> {
        let level = self.level();
        if TARGETS.contains(&level) { Ok(()) } else { Err(TargetError(level)) }
    }

    /// Returns the target level, in LUFS or dBFS.
    pub fn level(self) -> f64 {
        let (Self::Integrated(level) | Self::Rms(level)) = self;
        level
    }

    /// Returns a mix's level in this target's unit.
    pub fn level_of(self, loudness: &Loudness) -> Option<f64> {
        match self {
            Self::Integrated(_) => loudness.integrated_lufs,
            Self::Rms(_) => loudness.rms_db,
        }
    }

    /// Returns whether a mix's level is within 0.1 of the target. A mix without a level never reaches it.
    pub fn is_reached_by(self, loudness: &Loudness) -> bool {
        self.level_of(loudness).is_some_and(|level| (self.level() - level).abs() <= REACHED_WITHIN)
    }
}

/// The result of a measurement. Silence has no level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loudness {
    /// Integrated loudness, in LUFS. Also `None` for a mix shorter than a gating block of 0.4 s.
    pub integrated_lufs: Option<f64>,
    /// The loudness range, in LU.
    pub range_lu: f64,
    /// The largest true peak of any channel, in dBTP.
    pub true_peak_db: Option<f64>,
    /// The root mean square of all channels' samples, in dBFS.
    pub rms_db: Option<f64>,
}

/// Returns how many frames before its stretch a meter needs: 100 ms, and as long again for its filters to settle.
pub fn meter_run_in(rate: SampleRate) -> Frames {
    2 * step_frames(rate)
}

/// Frames after its stretch that a meter needs.
pub const METER_RUN_OUT: Frames = SPAN as Frames;

/// A meter's reading of one stretch. Only [`Measurement`] reads its fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MeterReading {
    /// The energy of each 100 ms step of the mix that ends in the stretch.
    #[serde(with = "packed")]
    energies: Vec<f64>,
    /// The largest true peak, as a magnitude.
    peak: f32,
    sum_of_squares: f64,
    samples: u64,
}

/// Measures a stretch of a mix.
pub struct Meter {
    weighting: KWeighting,
    peaks: Vec<PeakMeter>,
    stretch: Range<Frames>,
    /// Frames in 100 ms.
    step: Frames,
    /// The next frame, and the first frame that was given.
    position: Frames,
    first: Frames,
    /// The K-weighted power of the current 100 ms step.
    weighted: f64,
    reading: MeterReading,
}

impl Meter {
    /// Creates a meter for a stretch. Give it [`meter_run_in`] frames before the stretch and [`METER_RUN_OUT`] after
    /// it, as far as the mix has them. `first` is the first frame that it gets.
    pub fn new(rate: SampleRate, layout: AudioLayout, first: Frames, stretch: Range<Frames>) -> Self {
        // Only at the mix's start does silence come before.
        let peaks = (0..layout.channels()).map(|_| if first == 0 { PeakMeter::new() } else { PeakMeter::amid() });
        Self {
            weighting: KWeighting::new(rate),
            peaks: peaks.collect(),
            stretch,
            step: step_frames(rate),
            position: first,
            first,
            weighted: 0.0,
            reading: MeterReading::default(),
        }
    }

    /// Measures planar audio: one slice for each channel of the layout, all of equal length.
    pub fn hear(&mut self, planes: &[&[f32]]) {
        for (meter, plane) in self.peaks.iter_mut().zip(planes) {
            meter.hear(plane);
        }
        let frames = planes.first().map_or(0, |plane| plane.len());
        let mut done = 0;
        while done < frames {
            let part = done..done + self.uncut(frames - done);
            done = part.end;
            self.hear_part(planes, part);
        }
    }

    /// Returns how many of these frames come before the next edge, of a 100 ms step or of the stretch.
    fn uncut(&self, frames: usize) -> usize {
        let step = self.step - self.position % self.step;
        let edges = [self.stretch.start, self.stretch.end].map(|edge| edge.saturating_sub(self.position));
        edges.into_iter().filter(|&edge| edge > 0).fold(step.min(frames as Frames), Frames::min) as usize
    }

    fn hear_part(&mut self, planes: &[&[f32]], part: Range<usize>) {
        let frames = part.len() as Frames;
        let power = match *planes {
            [plane] => self.weighting.hear(&[&plane[part]]),
            [left, right] => self.weighting.hear(&[&left[part.clone()], &right[part]]),
            _ => return,
        };
        if self.stretch.contains(&self.position) {
            self.reading.sum_of_squares += power.plain;
            self.reading.samples += frames * planes.len() as u64;
        }
        self.weighted += power.weighted;
        self.position += frames;
        if self.position.is_multiple_of(self.step) {
            let energy = std::mem::take(&mut self.weighted) / self.step as f64;
            let is_whole = self.position >= self.first + self.step;
            if is_whole && self.stretch.start < self.position && self.position <= self.stretch.end {
                self.reading.energies.push(energy);
            }
        }
    }

    /// Returns the reading. `is_end` means that the last frame given is the mix's last.
    pub fn finish(mut self, is_end: bool) -> MeterReading {
        let peak = self.peaks.iter().map(|meter| if is_end { meter.peak() } else { meter.peak_so_far() });
        self.reading.peak = peak.fold(0.0, f32::max);
        self.reading
    }
}

/// The levels of a mix as it is played. A level that does not exist, as for silence, is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Levels {
    /// The largest true peak of any channel since the last reading, in dBTP.
    pub true_peak_db: Option<f64>,
    /// The loudness of the last 0.4 s, in LUFS; `None` until so much has been played.
    pub momentary_lufs: Option<f64>,
    /// The loudness of the last 3 s, in LUFS; `None` until so much has been played.
    pub short_term_lufs: Option<f64>,
}

/// Measures a mix while it is played, from any frame on.
pub struct PlayMeter {
    meter: Meter,
    gates: Gates,
}

impl PlayMeter {
    /// Creates a meter for a mix that is played from frame `first` on.
    pub fn new(rate: SampleRate, layout: AudioLayout, first: Frames) -> Self {
        Self { meter: Meter::new(rate, layout, first, first..Frames::MAX), gates: Gates::new() }
    }

    /// Measures the next planar audio, and returns the levels at its end.
    pub fn hear(&mut self, planes: &[&[f32]]) -> Levels {
        self.meter.hear(planes);
        self.meter.reading.energies.drain(..).for_each(|energy| self.gates.step(energy));
        let peak = self.meter.peaks.iter_mut().map(PeakMeter::take).fold(0.0, f32::max);
        Levels {
            true_peak_db: (peak > 0.0).then(|| 20.0 * f64::from(peak).log10()),
            momentary_lufs: self.gates.momentary_lufs(),
            short_term_lufs: self.gates.short_term_lufs(),
        }
    }
}

/// Adds up the results of a mix's stretches, from its start to its end. Its memory does not grow.
pub struct Measurement {
    gates: Gates,
    peak: f32,
    sum_of_squares: f64,
    samples: u64,
}

impl Measurement {
    /// Creates an empty measurement.
    pub fn new() -> Self {
        Self { gates: Gates::new(), peak: 0.0, sum_of_squares: 0.0, samples: 0 }
    }

    /// Adds the next stretch.
    pub fn add(&mut self, reading: &MeterReading) {
        reading.energies.iter().for_each(|&energy| self.gates.step(energy));
        self.peak = self.peak.max(reading.peak);
        self.sum_of_squares += reading.sum_of_squares;
        self.samples += reading.samples;
    }

    /// Returns the loudness of everything added so far.
    pub fn loudness(&self) -> Loudness {
        let mean_square = self.sum_of_squares / (self.samples.max(1) as f64);
        Loudness {
            integrated_lufs: self.gates.integrated_lufs(),
            range_lu: self.gates.range_lu(),
            true_peak_db: (self.peak > 0.0).then(|| 20.0 * f64::from(self.peak).log10()),
            rms_db: (mean_square > 0.0).then(|| 10.0 * mean_square.log10()),
        }
    }
}

impl Default for Measurement {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the number of frames in 100 ms.
fn step_frames(rate: SampleRate) -> Frames {
    Frames::from(rate.hz() / 10).max(1)
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use super::*;

    /// Measures a mix in stretches of `stretch` frames.
    fn measure(rate: SampleRate, layout: AudioLayout, plane: &[f32], stretch: usize) -> Loudness {
        let mut measurement = Measurement::new();
        for start in (0..plane.len()).step_by(stretch) {
            let end = plane.len().min(start + stretch);
            let first = start.saturating_sub(meter_run_in(rate) as usize);
            let last = plane.len().min(end + METER_RUN_OUT as usize);
            let mut meter = Meter::new(rate, layout, first as Frames, start as Frames..end as Frames);
            for part in plane[first..last].chunks(4096) {
                meter.hear(&vec![part; layout.channels()]);
            }
            measurement.add(&meter.finish(last == plane.len()));
        }
        measurement.loudness()
    }

    /// Measures ten seconds of a 997 Hz tone in all channels.
    fn tone(rate: SampleRate, layout: AudioLayout, peak: f32) -> Loudness {
        let plane: Vec<f32> =
            (0..10 * rate.hz()).map(|n| peak * (TAU * 997.0 * (n as f32 / rate.hz() as f32)).sin()).collect();
        measure(rate, layout, &plane, plane.len())
    }

    #[test]
    fn a_mix_is_as_loud_in_stretches_as_it_is_in_one() {
        let (rate, layout) = (SampleRate::HZ_44100, AudioLayout::Stereo);
        let swell =
            |n: u32| (n as f32 / 90_000.0).sin() * (0.05 * n as f32).sin() * if n % 7_000 < 9 { 1.7 } else { 0.5 };
        let plane: Vec<f32> = (0..20 * rate.hz()).map(swell).collect();
        let whole = measure(rate, layout, &plane, plane.len());
        for stretch in [44_100, 100_000, 655_360] {
            let found = measure(rate, layout, &plane, stretch);
            assert_eq!(found.true_peak_db, whole.true_peak_db);
            assert!((found.integrated_lufs.unwrap() - whole.integrated_lufs.unwrap()).abs() < 1e-3, "{found:?}");
            assert!((found.range_lu - whole.range_lu).abs() < 0.011, "{found:?}");
            assert!((found.rms_db.unwrap() - whole.rms_db.unwrap()).abs() < 1e-9, "{found:?}");
        }
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
    fn silence_has_no_level_and_reaches_no_target() {
        let found = tone(SampleRate::HZ_44100, AudioLayout::Stereo, 0.0);
        assert_eq!(found, Loudness { integrated_lufs: None, range_lu: 0.0, true_peak_db: None, rms_db: None });
        assert!(!LoudnessTarget::Integrated(-16.0).is_reached_by(&found));
        assert!(!LoudnessTarget::Rms(-70.0).is_reached_by(&found));
    }

    #[test]
    fn a_target_is_reached_by_its_own_kind_of_level_and_within_a_tenth() {
        let found =
            Loudness { integrated_lufs: Some(-16.08), range_lu: 5.0, true_peak_db: Some(-1.0), rms_db: Some(-20.0) };
        assert!(LoudnessTarget::Integrated(-16.0).is_reached_by(&found));
        assert!(!LoudnessTarget::Integrated(-15.9).is_reached_by(&found));
        assert!(!LoudnessTarget::Integrated(-20.0).is_reached_by(&found));
        assert!(LoudnessTarget::Rms(-20.0).is_reached_by(&found));
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
