//! A library's records, wherever they are kept: in IndexedDB or in memory.
//!
//! A record is an object with an `id`. Both keep assets and timelines in the order in which they were first added, and
//! an asset's content as a Blob beside its record. `store` gives the records their meaning.

use wasm_bindgen::JsValue;
use web_sys::Blob;

use super::database::LibraryDatabase;
use super::kind::Kind;
use super::memory::Memory;
use crate::store::StoreError;

/// The records of one library.
pub enum Records {
    /// In an IndexedDB database.
    Database(LibraryDatabase),
    /// In memory.
    Memory(Memory),
}

impl Records {
    /// Saves an asset's record with its content, or changes nothing. Replaces an asset with the same ID.
    pub async fn put_asset(&self, id: &str, record: &JsValue, content: &Blob) -> Result<(), StoreError> {
        match self {
            Self::Database(database) => database.put_asset(id, record, content).await,
            Self::Memory(memory) => memory.put_asset(id, record, content),
        }
    }

    /// Sets a field of an asset's record, if it is there and lacks it.
    pub async fn complete_asset(&self, id: &str, field: &str, value: f64) -> Result<(), StoreError> {
        match self {
            Self::Database(database) => database.complete_asset(id, field, value).await,
            // Nothing in memory is older than this version.
            Self::Memory(_) => Ok(()),
        }
    }

    /// Saves a record. A record that replaces another keeps its place in the order.
    pub async fn put(&self, kind: Kind, id: &str, record: &JsValue) -> Result<(), StoreError> {
        match self {
            Self::Database(database) => database.put(kind, id, record).await,
            Self::Memory(memory) => memory.put(kind, id, record),
        }
    }

    /// Returns the records with these IDs, one for each. They must not be changed.
    pub async fn get(&self, kind: Kind, ids: &[&str]) -> Result<Vec<Option<JsValue>>, StoreError> {
        match self {
            Self::Database(database) => database.get(kind, ids).await,
            Self::Memory(memory) => memory.get(kind, ids),
        }
    }

    /// Returns the record with this ID. It must not be changed.
    pub async fn one(&self, kind: Kind, id: &str) -> Result<Option<JsValue>, StoreError> {
        Ok(self.get(kind, &[id]).await?.pop().flatten())
    }

    /// Returns every asset's or timeline's record, in order. They must not be changed.
    pub async fn list(&self, kind: Kind) -> Result<Vec<JsValue>, StoreError> {
        match self {
            Self::Database(database) => database.list(kind).await,
            Self::Memory(memory) => memory.list(kind),
        }
    }

    /// Returns the ID of every picture, without reading any.
    pub async fn image_ids(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Database(database) => database.image_ids().await,
            Self::Memory(memory) => memory.image_ids(),
        }
    }

    /// Removes a record, and an asset's content with it, if it exists.
    pub async fn remove(&self, kind: Kind, id: &str) -> Result<(), StoreError> {
        match self {
            Self::Database(database) => database.remove(kind, id).await,
            Self::Memory(memory) => memory.remove(kind, id),
        }
    }

    /// Removes the contents that no asset has.
    pub async fn remove_strays(&self) -> Result<(), StoreError> {
        match self {
            Self::Database(database) => database.remove_strays().await,
            // Both are written and removed in one step.
            Self::Memory(_) => Ok(()),
        }
    }

    /// Returns the assets' contents, one for each ID. Reads none of them, unless the engine refuses to store Blobs.
    pub async fn blobs(&self, ids: &[&str]) -> Result<Vec<Option<Blob>>, StoreError> {
        match self {
            Self::Database(database) => database.blobs(ids).await,
            Self::Memory(memory) => memory.blobs(ids),
        }
    }

    /// Removes everything, or changes nothing.
    pub async fn clear(&self) -> Result<(), StoreError> {
        match self {
            Self::Database(database) => database.clear().await,
            Self::Memory(memory) => memory.clear(),
        }
    }

    /// Closes the library once its transactions are done. Later calls fail.
    pub fn close(&self) {
        match self {
            Self::Database(database) => database.close(),
            Self::Memory(memory) => memory.close(),
        }
    }
}
