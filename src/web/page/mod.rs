//! The page's module: the library and the converter from assets to timelines. It handles metadata only, without codecs.
//!
//! - `library`: the interface to JavaScript.  `shapes`: the plain objects in it.

mod library;
mod shapes;

pub use library::PageLibrary;
