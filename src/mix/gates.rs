//! Integrated loudness and loudness range, from the energy of every 100 ms of a mix.
//!
//! Both are computed from windows of such steps, counted by level. Two gates exclude quiet windows: an absolute gate,
//! then one relative to the mean of the remaining windows. The integrated loudness (ITU-R BS.1770-4, annex 1) has
//! windows of 0.4 s, and is the mean of the remaining ones. The range (EBU Tech 3342, second edition) has windows of
//! 3 s, and measures the spread of the remaining ones. That edition asks for a window at every step; `ebur128` takes
//! one a second, and differs by up to 1 LU on short programmes. Windows are counted in classes of 0.01 LU, so memory
//! does not grow with the mix.

use std::collections::VecDeque;

/// The absolute gate in LUFS: quieter windows are not part of the programme.
const ABSOLUTE_GATE: f64 = -70.0;

/// Classes in one LU.
const RESOLUTION: f64 = 100.0;

/// Number of classes, upward from the absolute gate: up to +30 LUFS, which exceeds full scale.
const CLASSES: usize = 10_000;

/// The constant that BS.1770-4 adds to the energy's level.
const OFFSET: f64 = -0.691;

/// Measures both figures from one series of energies.
pub(super) struct Gates {
    momentary: Windows<4>,
    short_term: Windows<30>,
}

impl Gates {
    pub(super) fn new() -> Self {
        Self { momentary: Windows::new(), short_term: Windows::new() }
    }

    /// Adds the energy of the next 100 ms.
    pub(super) fn step(&mut self, energy: f64) {
        self.momentary.step(energy);
        self.short_term.step(energy);
    }

    /// Returns the loudness of the last 0.4 s, in LUFS; `None` for silence, or if less has been measured.
    pub(super) fn momentary_lufs(&self) -> Option<f64> {
        self.momentary.latest()
    }

    /// Returns the loudness of the last 3 s, in LUFS; `None` for silence, or if less has been measured.
    pub(super) fn short_term_lufs(&self) -> Option<f64> {
        self.short_term.latest()
    }

    /// Returns the integrated loudness in LUFS; `None` if no window passes the gates.
    pub(super) fn integrated_lufs(&self) -> Option<f64> {
        let gate = self.momentary.mean(ABSOLUTE_GATE)? - 10.0;
        self.momentary.mean(gate)
    }

    /// Returns the loudness range in LU; 0 if no window passes the gates.
    pub(super) fn range_lu(&self) -> f64 {
        let Some(mean) = self.short_term.mean(ABSOLUTE_GATE) else { return 0.0 };
        let gate = mean - 20.0;
        self.short_term.percentile(gate, 0.95) - self.short_term.percentile(gate, 0.10)
    }
}

/// Returns the level of an energy, in LUFS.
fn level(energy: f64) -> f64 {
    OFFSET + 10.0 * energy.log10()
}

/// Returns the energy of a level in LUFS.
fn energy(level: f64) -> f64 {
    10f64.powf((level - OFFSET) / 10.0)
}

/// Windows of `STEPS` steps, one ending at every step, counted by level.
struct Windows<const STEPS: usize> {
    energies: VecDeque<f64>,
    counts: Vec<u32>,
}

impl<const STEPS: usize> Windows<STEPS> {
    fn new() -> Self {
        Self { energies: VecDeque::with_capacity(STEPS), counts: vec![0; CLASSES] }
    }

    fn step(&mut self, energy: f64) {
        if self.energies.len() == STEPS {
            self.energies.pop_front();
        }
        self.energies.push_back(energy);
        if let Some(window) = self.latest().filter(|&window| window >= ABSOLUTE_GATE) {
            let class = ((window - ABSOLUTE_GATE) * RESOLUTION) as usize;
            self.counts[class.min(CLASSES - 1)] += 1;
        }
    }

    /// Returns the level of the last window; `None` for silence, or if there are fewer steps.
    fn latest(&self) -> Option<f64> {
        let sum: f64 = self.energies.iter().sum();
        (self.energies.len() == STEPS && sum > 0.0).then(|| level(sum / STEPS as f64))
    }

    /// Iterates over the classes that are not empty and not below the gate, quietest first: level and count.
    fn above(&self, gate: f64) -> impl Iterator<Item = (f64, u32)> {
        let classes = self.counts.iter().enumerate().filter(|&(_, &count)| count > 0);
        let levels = classes.map(|(class, &count)| (ABSOLUTE_GATE + (class as f64 + 0.5) / RESOLUTION, count));
        levels.filter(move |&(level, _)| level >= gate)
    }

    /// Returns the level of the mean energy of all windows not below the gate.
    fn mean(&self, gate: f64) -> Option<f64> {
        let (sum, windows) = self.above(gate).fold((0.0, 0.0), |(sum, windows), (level, count)| {
            (sum + energy(level) * f64::from(count), windows + f64::from(count))
        });
        (windows > 0.0).then(|| level(sum / windows))
    }

    /// Returns the level that `part` of the windows not below the gate do not exceed.
    fn percentile(&self, gate: f64, part: f64) -> f64 {
        let total: u32 = self.above(gate).map(|(_, count)| count).sum();
        let wanted = (f64::from(total.saturating_sub(1)) * part).round() as u32;
        let mut passed = 0;
        let reached = self.above(gate).find(|&(_, count)| {
            passed += count;
            passed > wanted
        });
        reached.map_or(0.0, |(level, _)| level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measures a steady tone in stretches of (seconds, LUFS).
    fn hear(stretches: &[(usize, f64)]) -> Gates {
        let mut gates = Gates::new();
        for &(seconds, loudness) in stretches {
            (0..10 * seconds).for_each(|_| gates.step(energy(loudness)));
        }
        gates
    }

    fn assert_near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 0.1, "{found}, not {expected}");
    }

    #[test]
    fn the_ranges_of_ebu_tech_3342_are_met() {
        // EBU Tech 3342, section 4, allows 1 LU.
        assert_near(hear(&[(20, -20.0), (20, -30.0)]).range_lu(), 10.0);
        assert_near(hear(&[(20, -20.0), (20, -15.0)]).range_lu(), 5.0);
        assert_near(hear(&[(20, -40.0), (20, -20.0)]).range_lu(), 20.0);
        let five = [(20, -50.0), (20, -35.0), (20, -20.0), (20, -35.0), (20, -50.0)];
        assert_near(hear(&five).range_lu(), 15.0);
    }

    #[test]
    fn the_integrated_loudnesses_of_ebu_tech_3341_are_met() {
        // EBU Tech 3341, test signals 1, 2, 3 and 4, allows 0.1 LU.
        let of = |stretches: &[(usize, f64)]| hear(stretches).integrated_lufs().unwrap();
        assert_near(of(&[(20, -23.0)]), -23.0);
        assert_near(of(&[(20, -33.0)]), -33.0);
        assert_near(of(&[(10, -36.0), (60, -23.0), (10, -36.0)]), -23.0);
        assert_near(of(&[(10, -72.0), (10, -36.0), (60, -23.0), (10, -36.0), (10, -72.0)]), -23.0);
    }

    #[test]
    fn what_has_no_window_or_only_silence_has_neither() {
        for stretches in [&[][..], &[(20, f64::NEG_INFINITY)]] {
            assert_eq!(hear(stretches).range_lu(), 0.0);
            assert_eq!(hear(stretches).integrated_lufs(), None);
        }
        assert_eq!(hear(&[(2, -20.0)]).range_lu(), 0.0);
        assert_eq!(hear(&[(20, -23.0)]).range_lu(), 0.0);
    }
}
