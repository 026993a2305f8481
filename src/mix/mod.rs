//! A timeline as PCM: place, gain, sum.
//!
//! The promise that the rest stands on: [`Renderer::render`] is a pure function of the composition and a range. Any
//! range, rendered alone, in any order, by a fresh or a used renderer, gives the same bits as that part of the whole.
//! So everything between a clip and the encoder has finite memory, and clips are summed in one fixed order.

mod channels;
mod composition;
mod renderer;

pub use composition::{Composition, PlacedClip};
pub use renderer::{ClipWarning, MixError, Renderer};
