//! The store that an export reads: timelines and assets by ID, and an asset's content as bytes on demand.
//!
//! A browser's store is `web::LibraryStore`; [`MemoryStore`] serves native programs and tests. [`ClipWriter`] and
//! [`ClipReader`] convert a timeline's clips to bytes and back.

mod clips;
mod memory;
mod pages;

use std::io;
use std::sync::Arc;

use thiserror::Error;

use crate::reason::Reason;
use crate::timeline::{Asset, Image, Timeline};

pub use clips::{ClipReader, ClipWriter};
pub use memory::{Bytes, MemoryStore};
pub use pages::Pages;

/// An asset's content, read by position. A read holds only the requested bytes in memory.
///
/// All clips that play the asset share one source, so reading takes `&self`.
pub trait ByteSource: Send + Sync {
    /// Returns the content's length in bytes.
    fn len(&self) -> u64;

    /// Returns whether the content has no bytes.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buffer` from `position` on, and returns the number of bytes read. It is less than the buffer's length,
    /// down to zero, only at the content's end.
    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Tells that the content will soon be read from its start on, so that a slow source can begin.
    fn foresee(&self) {}
}

/// The reason why a store could not read or write.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The browser's quota is used up, or the disk is full.
    #[error("This browser's storage is full. Free some space or remove clips, then try again.")]
    QuotaExceeded,
    /// Any other failure.
    #[error("The library could not be read or written: {0}")]
    Failed(Reason),
}

/// Read access to a library, by ID. `None` means that the library has no such item.
#[allow(async_fn_in_trait, reason = "stores are single-threaded, so their futures need not be Send")]
pub trait Store {
    /// Returns a timeline.
    async fn timeline(&self, id: &str) -> Result<Option<Timeline>, StoreError>;
    /// Returns the assets' data without their contents, one for each ID.
    async fn assets(&self, ids: &[&str]) -> Result<Vec<Option<Asset>>, StoreError>;
    /// Returns the assets' contents, one for each ID. This opens them, and reads nothing.
    async fn contents(&self, ids: &[&str]) -> Result<Vec<Option<Arc<dyn ByteSource>>>, StoreError>;

    /// Returns a picture.
    async fn image(&self, id: &str) -> Result<Option<Image>, StoreError>;

    /// Returns one asset's data without its content.
    async fn asset(&self, id: &str) -> Result<Option<Asset>, StoreError> {
        Ok(self.assets(&[id]).await?.pop().flatten())
    }

    /// Returns one asset's content.
    async fn content(&self, id: &str) -> Result<Option<Arc<dyn ByteSource>>, StoreError> {
        Ok(self.contents(&[id]).await?.pop().flatten())
    }
}
