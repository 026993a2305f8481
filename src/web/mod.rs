//! What JavaScript sees, and everything that knows of a browser.
//!
//! - `page`: the page's module: the library and the converter.  `engine`: the worker's module: inspect and export.
//! - `database`, `store`: the library in IndexedDB.  `blob`: a Blob as bytes, read on demand.
//! - `sink`: where an exported file goes.  `host`: the worker as the job's host.  `pace`: turns of the event loop.
//! - `shapes`: the plain objects that cross the border.  `failure`: errors as JavaScript gets them.

mod blob;
mod database;
mod failure;
mod pace;
mod page;
mod shapes;
mod store;

pub use blob::BlobSource;
pub use failure::Failure;
pub use page::PageLibrary;
pub use store::IndexedDbStore;
