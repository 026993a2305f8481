//! Secuencia exports a timeline of audio clips to one M4A file, inside a web page.
//!
//! Layers, top to bottom; each uses only those below it, and nothing below `web` knows that a browser exists:
//!
//! - `web`: what JavaScript sees: the page's library, the worker's engine, IndexedDB, Blobs, saving.
//! - [`export`]: the job: plan, render, encode, write; progress, cancel, errors.
//! - [`mix`]: a timeline as PCM.  [`aac`]: PCM as AAC packets.  [`m4a`]: packets as a file.
//! - [`media`]: one clip as PCM: probe, decode, trim, resample.  [`sidecar`]: who says what, and when, as text.
//! - [`store`]: what the job needs of a store of assets and timelines, as a trait.
//! - [`timeline`]: the model: time, clips, lanes, and the converter from assets. [`progress`]: the shared scale.
//!
//! The crate is built twice for the web: with the `engine` feature for the worker, and with `page` for the page, which
//! holds the model and the store and no codec.

#[cfg(feature = "engine")]
pub mod aac;
#[cfg(feature = "engine")]
pub mod export;
#[cfg(feature = "engine")]
mod lanes;
#[cfg(feature = "engine")]
pub mod m4a;
#[cfg(feature = "engine")]
pub mod media;
#[cfg(feature = "engine")]
pub mod mix;
#[cfg(feature = "engine")]
mod packed;
pub mod progress;
#[cfg(feature = "engine")]
pub mod sidecar;
pub mod store;
pub mod timeline;
#[cfg(target_arch = "wasm32")]
pub mod web;
