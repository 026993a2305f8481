//! The kinds of records in a library.

/// The kind of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The facts of an asset.
    Asset,
    /// A timeline.
    Timeline,
    /// A picture, with its bytes.
    Image,
}
