//! What the export needs of a store: timelines and assets by ID, and an asset's content as bytes on demand.
//!
//! A browser's store is `web::IndexedDbStore`; [`MemoryStore`] serves native programs and tests. [`ClipWriter`] and
//! [`ClipReader`] are a timeline's clips as bytes.

mod clips;
mod memory;
mod pages;

use std::io;
use std::sync::Arc;

use thiserror::Error;

use crate::timeline::{Asset, Image, Timeline};

pub use clips::{ClipReader, ClipWriter};
pub use memory::{Bytes, MemoryStore};
pub use pages::Pages;

/// An asset's content, read by position. Reading holds no more than what was asked for.
///
/// It is shared by the readers of all clips that play the asset, hence `&self`.
pub trait ByteSource: Send + Sync {
    /// The content's length in bytes.
    fn len(&self) -> u64;

    /// Whether there is no content at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buffer` from `position` on and returns how many bytes that were: fewer than asked for, down to none,
    /// only at the content's end.
    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

/// Why the store could not answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The browser's quota, or the disk, is full.
    #[error("There is no room left in this browser's storage. Free some space, or remove clips, and try again.")]
    QuotaExceeded,
    /// Anything else.
    #[error("The library could not be read or written: {0}")]
    Failed(String),
}

/// Read access to a library, by ID. `None` means that there is no such thing.
#[allow(async_fn_in_trait, reason = "stores are single-threaded, so their futures need not be Send")]
pub trait Store {
    /// The timeline.
    async fn timeline(&self, id: &str) -> Result<Option<Timeline>, StoreError>;
    /// What is known of the assets, one for each ID.
    async fn assets(&self, ids: &[&str]) -> Result<Vec<Option<Asset>>, StoreError>;
    /// The assets' contents, one for each ID. This opens them and reads none of it.
    async fn contents(&self, ids: &[&str]) -> Result<Vec<Option<Arc<dyn ByteSource>>>, StoreError>;

    /// A picture.
    async fn image(&self, id: &str) -> Result<Option<Image>, StoreError>;

    /// What is known of one asset.
    async fn asset(&self, id: &str) -> Result<Option<Asset>, StoreError> {
        Ok(self.assets(&[id]).await?.pop().flatten())
    }

    /// One asset's content.
    async fn content(&self, id: &str) -> Result<Option<Arc<dyn ByteSource>>, StoreError> {
        Ok(self.contents(&[id]).await?.pop().flatten())
    }
}
