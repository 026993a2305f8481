//! The gain that brings a mix to a loudness.
//!
//! The whole mix is heard before it is encoded. Where the limiter has nothing to do at the gain that follows, the
//! loudness is then known. Where it has, it takes some of the loudness back, so the mix is heard again through it and
//! the gain is mended, until the target is met or more gain would only be limited away.

use super::block::Block;
use super::error::ExportError;
use super::host::Host;
use super::pulse::Pulse;
use crate::mix::{Composition, Loudness, LoudnessTarget, Master, Mastering, Meter};
use crate::progress::Phase;

/// The most times that the mix is heard.
const MAX_PASSES: u32 = 5;

/// How near to the target is near enough, in LU or dB.
const TOLERANCE: f64 = 0.05;

/// What the meters may differ by: a true peak this near to the ceiling may be limited.
const PEAK_MARGIN_DB: f64 = 0.2;

/// Finds the gain, in decibels, at which the mix under this ceiling has the target's loudness.
pub(super) async fn gain_for<H: Host>(
    target: LoudnessTarget,
    composition: &Composition,
    ceiling_db: Option<f64>,
    pulse: &mut Pulse<'_, H>,
) -> Result<f64, ExportError> {
    let loudness = hear(composition, &Mastering::default(), 0, pulse).await?;
    let mut gain_db = target.gain_db(&loudness);
    let Some(ceiling) = ceiling_db else { return Ok(gain_db) };
    if loudness.true_peak_db.is_none_or(|peak| peak + gain_db <= ceiling - PEAK_MARGIN_DB) {
        return Ok(gain_db);
    }
    for pass in 1..MAX_PASSES {
        let missing = target.gain_db(&hear(composition, &Mastering { gain_db, ceiling_db }, pass, pulse).await?);
        if missing.abs() <= TOLERANCE {
            break;
        }
        gain_db += missing;
    }
    Ok(gain_db)
}

/// Measures the whole mix. How many passes there will be is not known, so each takes half of what is left of the phase.
async fn hear<H: Host>(
    composition: &Composition,
    mastering: &Mastering,
    pass: u32,
    pulse: &mut Pulse<'_, H>,
) -> Result<Loudness, ExportError> {
    let frames = composition.frames();
    let mut master = Master::new(composition, mastering)?;
    let mut meter = Meter::new(composition.rate(), composition.layout())?;
    let mut block = Block::new(composition.layout());
    let share = 0.5f64.powi(pass as i32 + 1);
    let mut position = 0;
    while position < frames {
        let fraction = position as f64 / frames as f64;
        let message = || format!("Measuring loudness ({:.0}%)", (fraction * 100.0).floor());
        pulse.beat(Phase::Measuring, 1.0 - 2.0 * share + fraction * share, message).await?;
        position += block.render(&mut master, position, frames)?;
        meter.hear(&block.planes())?;
    }
    Ok(meter.loudness()?)
}
