//! A library in memory, for native programs and tests.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use super::{ByteSource, Store, StoreError};
use crate::timeline::{Asset, Image, Timeline};

/// A store that holds everything in memory.
#[derive(Default)]
pub struct MemoryStore {
    timelines: HashMap<String, Timeline>,
    assets: HashMap<String, (Asset, Arc<[u8]>)>,
    images: HashMap<String, Image>,
}

impl MemoryStore {
    /// Stores a timeline under its ID.
    pub fn put_timeline(&mut self, timeline: Timeline) {
        self.timelines.insert(timeline.id.clone(), timeline);
    }

    /// Stores an asset and its content under the asset's ID.
    pub fn put_asset(&mut self, asset: Asset, content: impl Into<Arc<[u8]>>) {
        self.assets.insert(asset.id.clone(), (asset, content.into()));
    }

    /// Stores a picture under its ID.
    pub fn put_image(&mut self, image: Image) {
        self.images.insert(image.id.clone(), image);
    }
}

impl Store for MemoryStore {
    async fn timeline(&self, id: &str) -> Result<Option<Timeline>, StoreError> {
        Ok(self.timelines.get(id).cloned())
    }

    async fn image(&self, id: &str) -> Result<Option<Image>, StoreError> {
        Ok(self.images.get(id).cloned())
    }

    async fn assets(&self, ids: &[&str]) -> Result<Vec<Option<Asset>>, StoreError> {
        Ok(ids.iter().map(|&id| self.assets.get(id).map(|(asset, _)| asset.clone())).collect())
    }

    async fn contents(&self, ids: &[&str]) -> Result<Vec<Option<Arc<dyn ByteSource>>>, StoreError> {
        let content = |&id: &&str| Some(Arc::new(Bytes(self.assets.get(id)?.1.clone())) as Arc<dyn ByteSource>);
        Ok(ids.iter().map(content).collect())
    }
}

/// A content in memory.
pub struct Bytes(pub Arc<[u8]>);

impl ByteSource for Bytes {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(position).map_or(self.0.len(), |start| start.min(self.0.len()));
        let count = buffer.len().min(self.0.len() - start);
        buffer[..count].copy_from_slice(&self.0[start..start + count]);
        Ok(count)
    }
}
