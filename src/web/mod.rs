//! What JavaScript sees, and everything that knows of a browser.
//!
//! - `page`: the page's module: the library and the converter.  `engine`: the worker's module: inspect, plan, export.
//! - `crew`: other workers that help with an export, and what they do.
//! - `database`, `store`: the library in IndexedDB.  `blob`: a Blob as bytes, read on demand.
//! - `buffers`: JavaScript's buffers that are done with.
//! - `sink`: where an exported file goes.  `host`: the worker as the job's host.  `pace`: turns of the event loop.
//! - `shapes`, `requests`, `results`: the plain objects that cross the border.
//! - `failure`: errors as JavaScript gets them.

mod blob;
mod buffers;
#[cfg(feature = "engine")]
mod crew;
mod database;
#[cfg(feature = "engine")]
mod engine;
mod failure;
#[cfg(feature = "engine")]
mod host;
mod pace;
#[cfg(feature = "page")]
mod page;
#[cfg(feature = "engine")]
mod requests;
#[cfg(feature = "engine")]
mod results;
#[cfg_attr(not(feature = "page"), allow(dead_code, reason = "most of them are the page's"))]
mod shapes;
#[cfg(feature = "engine")]
mod sink;
mod store;

pub use blob::BlobSource;
#[cfg(feature = "engine")]
pub use crew::{Assistant, Helpers};
#[cfg(feature = "engine")]
pub use engine::{blame, export_timeline, inspect, plan_timeline};
pub use failure::Failure;
#[cfg(feature = "page")]
pub use page::PageLibrary;
pub use store::IndexedDbStore;

/// Sets up the module. A panic is thrown at JavaScript in its own words: what follows it would only say "unreachable".
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
}
