//! The loudness range (EBU Tech 3342): how far apart a programme's quiet and loud passages are.
//!
//! Windows of 3 s overlap by 2.9 s, as that document asks since its second edition; `ebur128` takes one a second, which
//! is up to an LU off on short programmes. Windows are counted in classes of 0.01 LU, so memory does not grow.

use std::collections::VecDeque;

/// Steps of 100 ms in a window.
const WINDOW: usize = 30;

/// Windows below it are not part of the programme, in LUFS.
const ABSOLUTE_GATE: f64 = -70.0;

/// Nor are those that are this much quieter than the mean of the others, in LU.
const RELATIVE_GATE: f64 = -20.0;

/// The quiet end and the loud end, as parts of all windows.
const PERCENTILES: [f64; 2] = [0.10, 0.95];

/// Classes in a unit of loudness.
const RESOLUTION: f64 = 100.0;

/// Classes from the absolute gate up: to +30 LUFS, which is louder than full scale can be.
const CLASSES: usize = 10_000;

/// What BS.1770-4 adds to the energy's level.
const OFFSET: f64 = -0.691;

pub(super) struct RangeMeter {
    energies: VecDeque<f64>,
    counts: Vec<u32>,
}

impl RangeMeter {
    pub(super) fn new() -> Self {
        Self { energies: VecDeque::with_capacity(WINDOW), counts: vec![0; CLASSES] }
    }

    /// Takes the next 100 ms, by their loudness in LUFS.
    pub(super) fn step(&mut self, loudness: f64) {
        if self.energies.len() == WINDOW {
            self.energies.pop_front();
        }
        self.energies.push_back(energy(loudness));
        if self.energies.len() == WINDOW {
            let window = level(self.energies.iter().sum::<f64>() / WINDOW as f64);
            if window >= ABSOLUTE_GATE {
                let class = ((window - ABSOLUTE_GATE) * RESOLUTION) as usize;
                self.counts[class.min(CLASSES - 1)] += 1;
            }
        }
    }

    /// The range of what was taken, in LU.
    pub(super) fn range_lu(&self) -> f64 {
        let classes = || self.counts.iter().enumerate().filter(|&(_, &count)| count > 0);
        let (sum, windows) = classes().fold((0.0, 0.0), |(sum, windows), (class, &count)| {
            (sum + energy(loudness_of(class)) * f64::from(count), windows + f64::from(count))
        });
        let gate = level(sum / windows) + RELATIVE_GATE;
        let loud = || classes().filter(|&(class, _)| loudness_of(class) >= gate);
        let total: u32 = loud().map(|(_, &count)| count).sum();
        let [quiet_end, loud_end] = PERCENTILES.map(|part| {
            let wanted = (f64::from(total.saturating_sub(1)) * part).round() as u32;
            let mut passed = 0;
            let reached = loud().find(|&(_, &count)| {
                passed += count;
                passed > wanted
            });
            reached.map_or(0.0, |(class, _)| loudness_of(class))
        });
        loud_end - quiet_end
    }
}

/// The middle of a class, in LUFS.
fn loudness_of(class: usize) -> f64 {
    ABSOLUTE_GATE + (class as f64 + 0.5) / RESOLUTION
}

fn energy(loudness: f64) -> f64 {
    10f64.powf((loudness - OFFSET) / 10.0)
}

fn level(energy: f64) -> f64 {
    OFFSET + 10.0 * energy.log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The range of stretches of steady tone, each of so many seconds at so many LUFS: EBU Tech 3342, section 4, whose
    /// tests allow 1 LU.
    fn range(stretches: &[(usize, f64)]) -> f64 {
        let mut meter = RangeMeter::new();
        for &(seconds, loudness) in stretches {
            (0..10 * seconds).for_each(|_| meter.step(loudness));
        }
        meter.range_lu()
    }

    #[test]
    fn the_standards_minimum_requirements_are_met() {
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 0.2, "{found}, not {expected}");
        near(range(&[(20, -20.0), (20, -30.0)]), 10.0);
        near(range(&[(20, -20.0), (20, -15.0)]), 5.0);
        near(range(&[(20, -40.0), (20, -20.0)]), 20.0);
        near(range(&[(20, -50.0), (20, -35.0), (20, -20.0), (20, -35.0), (20, -50.0)]), 15.0);
    }

    #[test]
    fn what_has_no_window_or_only_silence_has_no_range() {
        assert_eq!(range(&[]), 0.0);
        assert_eq!(range(&[(2, -20.0)]), 0.0);
        assert_eq!(range(&[(20, f64::NEG_INFINITY)]), 0.0);
        assert_eq!(range(&[(20, -23.0)]), 0.0);
    }
}
