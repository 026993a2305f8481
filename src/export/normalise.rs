//! Finds the gain that brings a mix to a loudness.
//!
//! The whole mix is measured before it is encoded. If the limiter is inactive at the resulting gain, the loudness is
//! then known. Otherwise the limiter takes some of the loudness back. So the mix is measured again through the
//! limiter and the gain is corrected, until the target is met or more gain would only be limited away.
//!
//! It promises a gain of at most 60 dB, up or down, over all steps. Only the measurement of the encoded mix shows
//! whether the target was reached.

use std::ops::RangeInclusive;

use super::error::ExportError;
use super::helpers::Helpers;
use super::host::Host;
use super::journal::Journal;
use super::passes::{Pending, Stage, make_all};
use super::pulse::Pulse;
use super::segment::{Pass, Segment};
use crate::mix::{Composition, Loudness, LoudnessTarget, Mastering, Measurement};
use crate::progress::Phase;

/// The maximum gain, up or down, in decibels. A mix that needs more is only noise.
const MAX_GAIN_DB: f64 = 60.0;

/// The maximum number of times that the mix is measured.
const MAX_PASSES: u32 = 5;

/// The accepted distance from the target, in LU or dB.
const TOLERANCE: f64 = 0.05;

/// The least loudness that a decibel of gain must add. If it adds less, the rest of it is distortion.
const LEAST_YIELD: f64 = 0.2;

/// The possible difference between the meters: a true peak this near to the ceiling may be limited.
const PEAK_MARGIN_DB: f64 = 0.2;

/// Levels between which a gain changes the loudness by exactly that gain, in LUFS or dB. Below, parts of the mix may
/// cross the meter's absolute gate when the gain changes; above, the meter has no classes.
const EXACT_LEVELS: RangeInclusive<f64> = -59.0..=25.0;

/// Finds the gain, in decibels, at which the mix under this ceiling comes nearest to the target's loudness. `first`
/// is the pass that measures the mix without gain. A mix without loudness gets no gain.
pub(super) async fn gain_for<W: Helpers, H: Host>(
    target: LoudnessTarget,
    composition: &Composition,
    ceiling_db: Option<f64>,
    first: Pending,
    journal: &Journal,
    helpers: &W,
    pulse: &mut Pulse<'_, H>,
) -> Result<f64, ExportError> {
    let stretch = first.pass().stretch;
    let as_it_is = hear(composition, first, helpers, 0, pulse).await?;
    let Some(level) = target.level_of(&as_it_is) else { return Ok(0.0) };
    let mut search = Search { target: target.level(), gain_db: 0.0, level, gained: 1.0 };
    for pass in 1..=MAX_PASSES {
        let Some(gain_db) = search.next_gain_db() else { break };
        let is_limited = ceiling_db
            .is_some_and(|ceiling| as_it_is.true_peak_db.is_some_and(|peak| peak + gain_db > ceiling - PEAK_MARGIN_DB));
        let is_known = !is_limited && EXACT_LEVELS.contains(&level);
        if is_known || pass == MAX_PASSES {
            return Ok(gain_db);
        }
        let again = Pending::new(Pass::hearing(Mastering { gain_db, ceiling_db }, stretch), journal, helpers);
        let heard = hear(composition, again, helpers, pass, pulse).await?;
        let Some(level) = target.level_of(&heard) else { break };
        if !search.take(gain_db, level) {
            break;
        }
    }
    Ok(search.gain_db)
}

/// The search for a gain.
struct Search {
    target: f64,
    /// The best gain so far, and the mix's level at that gain.
    gain_db: f64,
    level: f64,
    /// The level that each decibel of the last step added.
    gained: f64,
}

impl Search {
    /// Returns the next gain to try; `None` if no other gain can be better.
    fn next_gain_db(&self) -> Option<f64> {
        let missing = self.target - self.level;
        let next = (self.gain_db + missing / self.gained).clamp(-MAX_GAIN_DB, MAX_GAIN_DB);
        (missing.abs() > TOLERANCE && next != self.gain_db).then_some(next)
    }

    /// Takes the level measured at a gain. Returns `false` if the gain adds too little: the previous gain is then the
    /// best.
    fn take(&mut self, gain_db: f64, level: f64) -> bool {
        let gained = (level - self.level) / (gain_db - self.gain_db);
        let is_better = gained >= LEAST_YIELD;
        if is_better {
            *self = Self { gain_db, level, gained: gained.min(1.0), ..*self };
        }
        is_better
    }
}

/// Measures the whole mix. The number of passes is unknown, so each takes half of the phase's remaining progress.
async fn hear<W: Helpers, H: Host>(
    composition: &Composition,
    pending: Pending,
    helpers: &W,
    pass: u32,
    pulse: &mut Pulse<'_, H>,
) -> Result<Loudness, ExportError> {
    let share = 0.5f64.powi(pass as i32 + 1);
    let (before, name) = (1.0 - 2.0 * share, "Measuring loudness");
    let stage = Stage { phase: Phase::Measuring, before, share, is_last: false, name };
    let mut measurement = Measurement::new();
    let add = async |segment: Segment| {
        measurement.add(&segment.reading);
        Ok(())
    };
    make_all(composition, pending, helpers, &stage, pulse, add).await?;
    Ok(measurement.loudness())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the gain found for a mix with a known level at each gain.
    fn found(target: f64, level_at: impl Fn(f64) -> f64) -> f64 {
        let mut search = Search { target, gain_db: 0.0, level: level_at(0.0), gained: 1.0 };
        for _ in 1..MAX_PASSES {
            let Some(gain_db) = search.next_gain_db() else { break };
            if !search.take(gain_db, level_at(gain_db)) {
                break;
            }
        }
        search.gain_db
    }

    #[test]
    fn a_target_is_met_through_a_limiter_that_takes_some_back() {
        // Above −20 the limiter takes back half of the added gain.
        let limited = |gain_db: f64| (-40.0 + gain_db).min(-20.0 + (gain_db - 20.0) * 0.5);
        assert!((found(-16.0, limited) - 28.0).abs() < 0.2, "{}", found(-16.0, limited));
        assert!((found(-30.0, limited) - 10.0).abs() < 1e-9);
        assert!((found(-50.0, limited) + 10.0).abs() < 1e-9);
    }

    #[test]
    fn no_gain_is_over_sixty_decibels_however_many_steps_there_are() {
        for level in [-69.0, -90.0, -200.0] {
            assert_eq!(found(0.0, |gain_db| level + gain_db), MAX_GAIN_DB, "from {level}");
        }
        assert_eq!(found(-70.0, |gain_db| 90.0 + gain_db), -MAX_GAIN_DB);
        // A limiter with ever smaller yield, which never reaches the target.
        for rate in [1.0, 0.5, 0.25, 0.1] {
            let saturating = |gain_db: f64| -10.0 - 30.0 * (-gain_db * rate / 30.0).exp();
            assert!(found(0.0, saturating) <= MAX_GAIN_DB, "{rate}");
        }
    }

    #[test]
    fn gain_that_would_only_be_limited_away_is_not_given() {
        let limited = |gain_db: f64| -30.0 + gain_db.min(15.0) + (gain_db - 15.0).max(0.0) * 0.02;
        let gain_db = found(-5.0, limited);
        assert!((10.0..=30.0).contains(&gain_db), "{gain_db}");
        assert_eq!(found(-5.0, |_| -9.0), 0.0);
    }
}
