//! The gain that brings a mix to a loudness.
//!
//! The whole mix is heard before it is encoded. Where the limiter has nothing to do at the gain that follows, the
//! loudness is then known. Where it has, it takes some of the loudness back, so the mix is heard again through it and
//! the gain is mended, until the target is met or more gain would only be limited away.

use super::crew::Crew;
use super::error::ExportError;
use super::host::Host;
use super::passes::{Pending, Stage, make_all};
use super::pulse::Pulse;
use super::segment::{Pass, Segment};
use crate::mix::{Composition, Loudness, LoudnessTarget, Mastering, Measurement};
use crate::progress::Phase;

/// The most times that the mix is heard.
const MAX_PASSES: u32 = 5;

/// How near to the target is near enough, in LU or dB.
const TOLERANCE: f64 = 0.05;

/// What the meters may differ by: a true peak this near to the ceiling may be limited.
const PEAK_MARGIN_DB: f64 = 0.2;

/// Finds the gain, in decibels, at which the mix under this ceiling has the target's loudness. `first` is the pass in
/// which the mix is heard as it is.
pub(super) async fn gain_for<C: Crew, H: Host>(
    target: LoudnessTarget,
    composition: &Composition,
    ceiling_db: Option<f64>,
    first: Pending,
    crew: &C,
    pulse: &mut Pulse<'_, H>,
) -> Result<f64, ExportError> {
    let loudness = hear(composition, first, crew, 0, pulse).await?;
    let mut gain_db = target.gain_db(&loudness);
    let Some(ceiling) = ceiling_db else { return Ok(gain_db) };
    if loudness.true_peak_db.is_none_or(|peak| peak + gain_db <= ceiling - PEAK_MARGIN_DB) {
        return Ok(gain_db);
    }
    for pass in 1..MAX_PASSES {
        let again = Pending::new(Pass::hearing(Mastering { gain_db, ceiling_db }), composition, crew);
        let missing = target.gain_db(&hear(composition, again, crew, pass, pulse).await?);
        if missing.abs() <= TOLERANCE {
            break;
        }
        gain_db += missing;
    }
    Ok(gain_db)
}

/// Measures the whole mix. How many passes there will be is not known, so each takes half of what is left of the phase.
async fn hear<C: Crew, H: Host>(
    composition: &Composition,
    pending: Pending,
    crew: &C,
    pass: u32,
    pulse: &mut Pulse<'_, H>,
) -> Result<Loudness, ExportError> {
    let share = 0.5f64.powi(pass as i32 + 1);
    let (before, name) = (1.0 - 2.0 * share, "Measuring loudness");
    let stage = Stage { phase: Phase::Measuring, before, share, is_last: false, name };
    let mut measurement = Measurement::new();
    let add = async |segment: Segment| {
        measurement.add(&segment.heard);
        Ok(())
    };
    make_all(composition, pending, crew, &stage, pulse, add).await?;
    Ok(measurement.loudness())
}
