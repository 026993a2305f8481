//! A clip's content: its bytes, with hints from earlier.

use std::sync::Arc;

use crate::store::ByteSource;
use crate::timeline::Asset;

/// A content's bytes, with hints that save work but never decide the result. All clips of a content share them.
#[derive(Clone)]
pub struct Content {
    /// The bytes.
    pub source: Arc<dyn ByteSource>,
    /// A MIME type or a file name. The bytes decide the actual format.
    pub type_hint: Arc<str>,
    /// [`super::Inspection::seek_index`], or empty. An index of another content does no harm.
    pub seek_index: Arc<[u8]>,
}

impl Content {
    /// Returns a content that was never inspected.
    pub fn new(source: Arc<dyn ByteSource>, type_hint: &str) -> Self {
        Self { source, type_hint: type_hint.into(), seek_index: Arc::default() }
    }

    /// Returns an asset's content.
    pub fn of(asset: &Asset, source: Arc<dyn ByteSource>) -> Self {
        Self { source, type_hint: asset.mime_type.as_str().into(), seek_index: asset.seek_index.as_slice().into() }
    }
}
