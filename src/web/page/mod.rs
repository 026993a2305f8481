//! The page's module: the library and the converter from assets to timelines. Metadata only, no codec.
//!
//! - `library`: the surface that JavaScript sees.  `shapes`: the plain objects that cross it.

mod library;
mod shapes;

pub use library::PageLibrary;
