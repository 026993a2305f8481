//! A timeline as PCM: place, fade, gain, pan, sum, limit.
//!
//! The promise that the rest stands on: [`Renderer::render`], and [`Master::render`] over it, is a pure function of the composition and a range. Any
//! range, rendered alone, in any order, by a fresh or a used renderer, gives the same bits as that part of the whole.
//! So everything between a clip and the encoder has finite memory, and clips are summed in one fixed order.

mod channels;
mod composition;
mod fade;
mod limiter;
mod master;
mod pan;
mod renderer;

pub use composition::{Composition, PlacedClip};
pub use fade::Fades;
pub use limiter::{CeilingError, Limiter};
pub use master::Master;
pub use renderer::{ClipWarning, MixError, Renderer};
