//! What a clip plays: bytes, and what is known of them beforehand.

use std::sync::Arc;

use crate::store::ByteSource;
use crate::timeline::Asset;

/// A content's bytes, with hints that spare work and decide nothing. All clips that play it share them.
#[derive(Clone)]
pub struct Content {
    /// The bytes.
    pub source: Arc<dyn ByteSource>,
    /// A MIME type or a file name. What the content is, it says itself.
    pub type_hint: Arc<str>,
    /// [`super::Inspection::seek_index`], or nothing. One that is not this content's does no harm.
    pub seek_index: Arc<[u8]>,
}

impl Content {
    /// A content that was never inspected.
    pub fn new(source: Arc<dyn ByteSource>, type_hint: &str) -> Self {
        Self { source, type_hint: type_hint.into(), seek_index: Arc::default() }
    }

    /// An asset's.
    pub fn of(asset: &Asset, source: Arc<dyn ByteSource>) -> Self {
        Self { source, type_hint: asset.mime_type.as_str().into(), seek_index: asset.seek_index.as_slice().into() }
    }
}
