//! A timeline as PCM: place, fade, gain, pan, sum, limit; and its loudness.
//!
//! The other modules rely on one promise: [`Renderer::render`], and [`Master::render`] on top of it, is a pure
//! function of the composition and a range. Any range, rendered alone, in any order, by a new or a used renderer,
//! gives the same bits as that part of the whole. So everything between a clip and the encoder has finite memory, and
//! clips are summed in one fixed order.

mod blame;
mod channels;
mod composition;
mod fade;
mod gates;
mod k_weighting;
mod limiter;
mod loudness;
mod master;
mod pan;
mod renderer;
mod true_peak;

pub use blame::{clip_being_read, reading, watch_reading};
pub use composition::{Composition, PlacedClip, Sound};
pub use fade::Fades;
pub use limiter::{CeilingError, Limiter};
pub use loudness::{
    Levels, Loudness, LoudnessTarget, METER_RUN_OUT, Measurement, Meter, MeterReading, PlayMeter, TargetError,
    meter_run_in,
};
pub use master::{Master, Mastering};
pub use renderer::{ClipWarning, MixError, RenderReport, Renderer};
