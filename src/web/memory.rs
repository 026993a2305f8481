//! A library in memory: nothing is kept, and no IndexedDB is needed.
//!
//! The records are in JavaScript's `Map`s by ID, which keep the order of adding, and a replaced record's place. They
//! can be posted to a worker: records are copied, and a Blob crosses without its bytes. A reader gets the record
//! itself, and must not change it.

use std::cell::Cell;

use js_sys::{Array, Map, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use super::kind::Kind;
use crate::store::StoreError;

/// The records of a library in memory.
#[derive(Default)]
pub struct Memory {
    assets: Map,
    contents: Map,
    timelines: Map,
    images: Map,
    is_closed: Cell<bool>,
}

impl Memory {
    /// Returns the records of an object that [`Self::part`] made, on this thread or another.
    pub fn from_js(maps: &JsValue) -> Result<Self, StoreError> {
        let map = |name: &str| {
            let map = Reflect::get(maps, &name.into()).ok().and_then(|map| map.dyn_into::<Map>().ok());
            map.ok_or_else(|| StoreError::Failed(format!("it has no {name}").into()))
        };
        Ok(Self {
            assets: map("assets")?,
            contents: map("contents")?,
            timelines: map("timelines")?,
            images: map("images")?,
            is_closed: Cell::new(false),
        })
    }

    /// Returns an object with only these records, a timeline's record, and the assets' contents.
    pub fn part(
        &self,
        timeline_id: &str,
        timeline: Option<JsValue>,
        asset_ids: &[&str],
        image_ids: &[&str],
    ) -> Result<JsValue, StoreError> {
        let maps = Object::new();
        let timelines = Map::new();
        if let Some(record) = timeline {
            timelines.set(&timeline_id.into(), &record);
        }
        // A property of a new object can always be set, here and below.
        let _ = Reflect::set(&maps, &"timelines".into(), &timelines);
        for (name, whole, ids) in [
            ("assets", self.map(Kind::Asset)?, asset_ids),
            ("contents", &self.contents, asset_ids),
            ("images", self.map(Kind::Image)?, image_ids),
        ] {
            let part = Map::new();
            for &id in ids {
                if let Some(record) = found(whole, id) {
                    part.set(&id.into(), &record);
                }
            }
            let _ = Reflect::set(&maps, &name.into(), &part);
        }
        Ok(maps.into())
    }

    /// Saves an asset's record with its content.
    pub fn put_asset(&self, id: &str, record: &JsValue, content: &Blob) -> Result<(), StoreError> {
        self.put(Kind::Asset, id, record)?;
        self.contents.set(&id.into(), content);
        Ok(())
    }

    /// Saves a record.
    pub fn put(&self, kind: Kind, id: &str, record: &JsValue) -> Result<(), StoreError> {
        self.map(kind)?.set(&id.into(), record);
        Ok(())
    }

    /// Returns the records with these IDs, one for each.
    pub fn get(&self, kind: Kind, ids: &[&str]) -> Result<Vec<Option<JsValue>>, StoreError> {
        let map = self.map(kind)?;
        Ok(ids.iter().map(|id| found(map, id)).collect())
    }

    /// Returns every record, in order.
    pub fn list(&self, kind: Kind) -> Result<Vec<JsValue>, StoreError> {
        Ok(Array::from(&self.map(kind)?.values()).to_vec())
    }

    /// Returns the ID of every picture, in their order.
    pub fn image_ids(&self) -> Result<Vec<String>, StoreError> {
        let ids = Array::from(&self.map(Kind::Image)?.keys()).sort();
        Ok(ids.iter().filter_map(|id| id.as_string()).collect())
    }

    /// Removes a record, and an asset's content with it.
    pub fn remove(&self, kind: Kind, id: &str) -> Result<(), StoreError> {
        self.map(kind)?.delete(&id.into());
        if kind == Kind::Asset {
            self.contents.delete(&id.into());
        }
        Ok(())
    }

    /// Returns the assets' contents, one for each ID.
    pub fn blobs(&self, ids: &[&str]) -> Result<Vec<Option<Blob>>, StoreError> {
        self.map(Kind::Asset)?;
        Ok(ids.iter().map(|id| found(&self.contents, id)?.dyn_into().ok()).collect())
    }

    /// Removes everything.
    pub fn clear(&self) -> Result<(), StoreError> {
        for kind in [Kind::Asset, Kind::Timeline, Kind::Image] {
            self.map(kind)?.clear();
        }
        self.contents.clear();
        Ok(())
    }

    /// Removes everything. Later calls fail.
    pub fn close(&self) {
        // It fails only if it is closed already.
        let _ = self.clear();
        self.is_closed.set(true);
    }

    fn map(&self, kind: Kind) -> Result<&Map, StoreError> {
        match kind {
            _ if self.is_closed.get() => Err(StoreError::Failed("the library is closed".into())),
            Kind::Asset => Ok(&self.assets),
            Kind::Timeline => Ok(&self.timelines),
            Kind::Image => Ok(&self.images),
        }
    }
}

fn found(map: &Map, id: &str) -> Option<JsValue> {
    Some(map.get(&id.into())).filter(|record| !record.is_undefined())
}
