//! Secuencia exports a timeline of audio clips to one M4A file, inside a web page.
//!
//! Layers, from top to bottom. Each uses only the layers below it, and nothing below `web` depends on a browser:
//!
//! - `web`: the interface to JavaScript: the page's library, the worker's engine, IndexedDB, Blobs, saving.
//! - [`export`]: the job: plan, render, encode, write; progress, cancel, errors.
//! - [`mix`]: a timeline as PCM.  [`aac`]: PCM as AAC packets.  [`m4a`]: packets as a file.
//! - [`media`]: one clip as PCM: probe, decode, trim, resample.  [`sidecar`]: who says what, and when, as text.
//! - [`store`]: the store of assets and timelines that the job reads, as a trait.
//! - [`timeline`]: the model: time, clips, lanes, and the converter from assets. [`progress`]: the shared scale.
//!   [`reason`]: why a platform refused.
//!
//! For the web, the crate is built twice: with the `engine` feature for the worker, and with `page` for the page. The
//! page's build has the model and the store, but no codec.

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
pub mod reason;
#[cfg(feature = "engine")]
pub mod sidecar;
pub mod store;
pub mod timeline;
#[cfg(target_arch = "wasm32")]
pub mod web;
