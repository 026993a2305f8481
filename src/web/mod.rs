//! The interface to JavaScript, and all code that knows a browser.
//!
//! - `page`: the library and the converter, only in the page's module.
//! - `engine`: inspect, plan, export, preview, and a helper's part of an export, only in the worker's module.
//!
//! Both modules have the rest:
//!
//! - `store`: the library.  `records`: its records, in IndexedDB (`database`) or in `memory`, and their `kind`s.
//! - `connection`: an open database, which gives way to other tabs and comes back after the browser closed it.
//! - `blob`: a Blob's bytes, read on demand.  `read_ahead`: the same before they are needed.
//! - `buffers`: frees JavaScript's buffers after use.  `pace`: turns of the event loop.
//! - `js`: plain objects to and from Rust.  `chapter`: a file's chapters.  `failure`: errors for JavaScript.

mod blob;
mod buffers;
mod chapter;
mod connection;
mod database;
#[cfg(feature = "engine")]
mod engine;
mod failure;
mod js;
mod kind;
mod memory;
mod pace;
#[cfg(feature = "page")]
mod page;
mod read_ahead;
mod records;
mod store;

pub use blob::BlobSource;
#[cfg(feature = "engine")]
pub use engine::{
    Assistant, JournalFile, Leader, Outlet, Preview, blame, export_timeline, inspect, plan_timeline, rehearse,
    survey_timeline,
};
pub use failure::Failure;
#[cfg(feature = "page")]
pub use page::PageLibrary;
pub use store::{LibraryStore, StoredAsset};

/// Sets up the module. A panic throws an exception with its message, because the later trap only says "unreachable".
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
}
