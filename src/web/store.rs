//! The library in IndexedDB: the worker's store, which reads by ID, and the page's, which also writes and lists.
//!
//! A write is one transaction, so it succeeds completely or changes nothing. Content is a Blob, which the browser keeps
//! as a file and returns without reading it. Some engines refuse Blobs (WebKit in private and automated windows, with
//! an error that has no reason). There, content is stored as ArrayBuffers, and returned as a Blob made from them.

use std::cell::Cell;
use std::sync::Arc;

use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionMode};
use js_sys::{Array, Reflect, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::blob::BlobSource;
use super::database::{
    ASSETS, CONTENTS, TIMELINES, all_records, delete_record, failed, failed_in_js, finish, open, put_record, records,
};
use super::pace::Pace;
use crate::store::{ByteSource, ClipReader, ClipWriter, Pages, Store, StoreError};
use crate::timeline::{Asset, Image, Timeline};

/// The size of a content's ArrayBuffer in bytes: well below every engine's limit for one value.
const PART_BYTES: f64 = (32 << 20) as f64;

/// The field of a timeline's record that holds its clips: as bytes, or in older records as an array of objects.
const CLIPS: &str = "clips";

/// A library in one IndexedDB database. Dropping it closes the connection.
pub struct IndexedDbStore {
    database: Database,
    keeps_blobs: Cell<bool>,
    pages: Arc<Pages>,
}

impl IndexedDbStore {
    /// Opens the library with this name. Creates an empty one if there is none.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        Ok(Self { database: open(name).await?, keeps_blobs: Cell::new(true), pages: Pages::new() })
    }

    /// Closes the connection once its transactions are done. Later calls fail.
    pub fn close(&self) {
        self.database.clone().close();
    }

    /// Saves an asset with its content. Replaces an asset with the same ID.
    pub async fn put_asset(&self, asset: &Asset, content: &Blob) -> Result<(), StoreError> {
        if self.keeps_blobs.get() {
            match self.write_asset(asset, vec![content.into()]).await {
                Err(StoreError::Failed(_)) => {}
                outcome => return outcome,
            }
        }
        self.write_asset(asset, read_parts(content).await?).await?;
        self.keeps_blobs.set(false);
        Ok(())
    }

    async fn write_asset(&self, asset: &Asset, parts: Vec<JsValue>) -> Result<(), StoreError> {
        let record = to_record(asset)?;
        let transaction = self.begin([ASSETS, CONTENTS], TransactionMode::Readwrite)?;
        let write = async {
            put_record(&transaction.object_store(ASSETS)?, &asset.id, record).await?;
            let contents = transaction.object_store(CONTENTS)?;
            contents.delete::<Array, _>(all_parts(&asset.id)).primitive()?.await?;
            for (index, part) in parts.into_iter().enumerate() {
                contents.put(part).with_key(part_key(&asset.id, index)).primitive()?.await?;
            }
            Ok(())
        };
        write.await.map_err(failed)?;
        finish(transaction).await
    }

    /// Returns every asset, in the order in which they were added, without reading content.
    pub async fn list_assets(&self) -> Result<Vec<Asset>, StoreError> {
        let mut pace = Pace::new();
        let mut assets = Vec::new();
        for record in self.list(ASSETS).await? {
            assets.push(from_record(record)?);
            pace.keep().await;
        }
        Ok(assets)
    }

    /// Returns an asset's content as a Blob.
    pub async fn blob(&self, id: &str) -> Result<Option<Blob>, StoreError> {
        Ok(self.blobs(&[id]).await?.pop().flatten())
    }

    /// Copies another library's asset. Replaces an asset with the same ID. Returns `false` if there is none to copy.
    pub async fn copy_asset(&self, from: &Self, id: &str) -> Result<bool, StoreError> {
        let (Some(asset), Some(content)) = (from.asset(id).await?, from.blob(id).await?) else { return Ok(false) };
        self.put_asset(&asset, &content).await?;
        Ok(true)
    }

    /// Removes an asset and its content, if it exists.
    pub async fn remove_asset(&self, id: &str) -> Result<(), StoreError> {
        let transaction = self.begin([ASSETS, CONTENTS], TransactionMode::Readwrite)?;
        let write = async {
            delete_record(&transaction.object_store(ASSETS)?, id).await?;
            transaction.object_store(CONTENTS)?.delete::<Array, _>(all_parts(id)).primitive()?.await
        };
        write.await.map_err(failed)?;
        finish(transaction).await
    }

    /// Returns the assets' contents, one for each ID. Reads none of them, unless the engine refuses to store Blobs.
    ///
    /// Requests all of them before it awaits the first. One by one, each would take a turn of the event loop.
    async fn blobs(&self, ids: &[&str]) -> Result<Vec<Option<Blob>>, StoreError> {
        let transaction = self.begin([CONTENTS], TransactionMode::Readonly)?;
        let contents = transaction.object_store(CONTENTS).map_err(failed)?;
        let get = |id: &str, index: usize| contents.get::<JsValue, _, _>(part_key(id, index)).primitive();
        let first_parts = ids.iter().map(|id| get(id, 0)).collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let mut blobs = Vec::with_capacity(ids.len());
        for (id, first_part) in ids.iter().zip(first_parts) {
            let parts = Array::new();
            let mut part = first_part.await.map_err(failed)?;
            while let Some(value) = part {
                parts.push(&value);
                if value.is_instance_of::<Blob>() {
                    break;
                }
                part = get(id, parts.length() as usize).map_err(failed)?.await.map_err(failed)?;
            }
            blobs.push(match (parts.length(), parts.get(0).dyn_into::<Blob>()) {
                (0, _) => None,
                (1, Ok(blob)) => Some(blob),
                _ => Some(Blob::new_with_buffer_source_sequence(&parts).map_err(failed_in_js)?),
            });
        }
        Ok(blobs)
    }

    /// Saves a picture. Replaces a picture with the same ID.
    pub async fn put_image(&self, image: &Image) -> Result<(), StoreError> {
        let record = to_record(image)?;
        let transaction = self.begin([CONTENTS], TransactionMode::Readwrite)?;
        let contents = transaction.object_store(CONTENTS).map_err(failed)?;
        let write = async { contents.put(record).with_key(image_key(&image.id)).primitive()?.await };
        write.await.map_err(failed)?;
        finish(transaction).await
    }

    /// Copies another library's picture. Replaces a picture with the same ID. Returns `false` if there is none to copy.
    pub async fn copy_image(&self, from: &Self, id: &str) -> Result<bool, StoreError> {
        let Some(image) = from.image(id).await? else { return Ok(false) };
        self.put_image(&image).await?;
        Ok(true)
    }

    /// Returns the ID of every picture, without reading any.
    pub async fn list_images(&self) -> Result<Vec<String>, StoreError> {
        let transaction = self.begin([CONTENTS], TransactionMode::Readonly)?;
        let contents = transaction.object_store(CONTENTS).map_err(failed)?;
        let read = async {
            let keys = contents.get_all_keys::<Array>().with_query::<Array, _>(all_images()).primitive()?.await?;
            keys.collect::<Result<Vec<_>, _>>()
        };
        let keys = read.await.map_err(failed)?;
        Ok(keys.iter().filter_map(|key| key.get(0).dyn_into::<Array>().ok()?.get(1).as_string()).collect())
    }

    /// Removes a picture, if it exists.
    pub async fn remove_image(&self, id: &str) -> Result<(), StoreError> {
        let transaction = self.begin([CONTENTS], TransactionMode::Readwrite)?;
        let contents = transaction.object_store(CONTENTS).map_err(failed)?;
        let write = async { contents.delete(image_key(id)).primitive()?.await };
        write.await.map_err(failed)?;
        finish(transaction).await
    }

    /// Saves a timeline. Replaces a timeline with the same ID.
    pub async fn put_timeline(&self, timeline: &Timeline) -> Result<(), StoreError> {
        let record = timeline_to_record(timeline).await?;
        let transaction = self.begin([TIMELINES], TransactionMode::Readwrite)?;
        let write = async { put_record(&transaction.object_store(TIMELINES)?, &timeline.id, record).await };
        write.await.map_err(failed)?;
        finish(transaction).await
    }

    /// Returns a timeline's name, without reading its clips.
    pub async fn timeline_name(&self, id: &str) -> Result<Option<String>, StoreError> {
        let Some(record) = self.timeline_record(id).await? else { return Ok(None) };
        Reflect::set(&record, &CLIPS.into(), &Array::new()).map_err(failed_in_js)?;
        from_record(record).map(|timeline: Timeline| Some(timeline.name))
    }

    async fn timeline_record(&self, id: &str) -> Result<Option<JsValue>, StoreError> {
        let transaction = self.begin([TIMELINES], TransactionMode::Readonly)?;
        let store = transaction.object_store(TIMELINES).map_err(failed)?;
        Ok(records(&store, &[id]).await.map_err(failed)?.pop().flatten())
    }

    /// Returns every timeline, in the order in which they were first saved.
    pub async fn list_timelines(&self) -> Result<Vec<Timeline>, StoreError> {
        let mut timelines = Vec::new();
        for record in self.list(TIMELINES).await? {
            timelines.push(timeline_from_record(record).await?);
        }
        Ok(timelines)
    }

    /// Removes a timeline, if it exists. Its assets stay.
    pub async fn remove_timeline(&self, id: &str) -> Result<(), StoreError> {
        let transaction = self.begin([TIMELINES], TransactionMode::Readwrite)?;
        let write = async { delete_record(&transaction.object_store(TIMELINES)?, id).await };
        write.await.map_err(failed)?;
        finish(transaction).await
    }

    fn begin<const N: usize>(&self, stores: [&str; N], mode: TransactionMode) -> Result<Transaction<'_>, StoreError> {
        self.database.transaction(stores).with_mode(mode).build().map_err(failed)
    }

    async fn list(&self, store: &str) -> Result<Vec<JsValue>, StoreError> {
        let transaction = self.begin([store], TransactionMode::Readonly)?;
        async { all_records(&transaction.object_store(store)?).await }.await.map_err(failed)
    }
}

impl Drop for IndexedDbStore {
    fn drop(&mut self) {
        self.close();
    }
}

impl Store for IndexedDbStore {
    async fn timeline(&self, id: &str) -> Result<Option<Timeline>, StoreError> {
        match self.timeline_record(id).await? {
            Some(record) => timeline_from_record(record).await.map(Some),
            None => Ok(None),
        }
    }

    async fn image(&self, id: &str) -> Result<Option<Image>, StoreError> {
        let transaction = self.begin([CONTENTS], TransactionMode::Readonly)?;
        let contents = transaction.object_store(CONTENTS).map_err(failed)?;
        let read = async { contents.get(image_key(id)).primitive()?.await };
        let found: Option<JsValue> = read.await.map_err(failed)?;
        found.map(from_record).transpose()
    }

    async fn assets(&self, ids: &[&str]) -> Result<Vec<Option<Asset>>, StoreError> {
        let transaction = self.begin([ASSETS], TransactionMode::Readonly)?;
        let store = transaction.object_store(ASSETS).map_err(failed)?;
        let found = records(&store, ids).await.map_err(failed)?;
        found.into_iter().map(|record| record.map(from_record).transpose()).collect()
    }

    async fn contents(&self, ids: &[&str]) -> Result<Vec<Option<Arc<dyn ByteSource>>>, StoreError> {
        let source = |blob: Option<Blob>| {
            let source = blob.map(BlobSource::new).transpose();
            let source = source.map_err(|error| StoreError::Failed(error.to_string()))?;
            Ok(source.map(|source| self.pages.over(source)))
        };
        self.blobs(ids).await?.into_iter().map(source).collect()
    }
}

fn to_record(item: &impl Serialize) -> Result<JsValue, StoreError> {
    item.serialize(&Serializer::new()).map_err(|error| StoreError::Failed(error.to_string()))
}

fn from_record<T: DeserializeOwned>(record: JsValue) -> Result<T, StoreError> {
    from_value(record).map_err(|error| StoreError::Failed(format!("a record is damaged: {error}")))
}

/// Writes clip by clip, because a page may save a timeline of thousands: this keeps its tasks short.
async fn timeline_to_record(timeline: &Timeline) -> Result<JsValue, StoreError> {
    let mut pace = Pace::new();
    let record = to_record(&timeline.without_clips())?;
    let mut clips = ClipWriter::default();
    for clip in &timeline.clips {
        clips.push(clip)?;
        pace.keep().await;
    }
    Reflect::set(&record, &CLIPS.into(), &Uint8Array::from(clips.bytes())).map_err(failed_in_js)?;
    Ok(record)
}

async fn timeline_from_record(record: JsValue) -> Result<Timeline, StoreError> {
    let mut pace = Pace::new();
    let kept = Reflect::get(&record, &CLIPS.into()).map_err(failed_in_js)?;
    Reflect::set(&record, &CLIPS.into(), &Array::new()).map_err(failed_in_js)?;
    let mut timeline: Timeline = from_record(record)?;
    if let Some(bytes) = kept.dyn_ref::<Uint8Array>() {
        for clip in ClipReader::new(&bytes.to_vec())? {
            timeline.clips.push(clip?);
            pace.keep().await;
        }
    } else {
        let objects = kept.dyn_into::<Array>();
        for clip in objects.map_err(|_| StoreError::Failed("a record is damaged: no clips".into()))? {
            timeline.clips.push(from_record(clip)?);
            pace.keep().await;
        }
    }
    Ok(timeline)
}

fn part_key(id: &str, index: usize) -> Array {
    Array::of2(&id.into(), &(index as f64).into())
}

fn image_key(id: &str) -> Array {
    Array::of1(&Array::of2(&"image".into(), &id.into()))
}

/// Returns the key range of all pictures, in the same order as [`all_parts`].
fn all_images() -> KeyRange<Array> {
    let image = JsValue::from("image");
    KeyRange::Bound(Array::of1(&Array::of1(&image)), false, Array::of1(&Array::of2(&image, &Array::new())), true)
}

/// Returns the key range of an asset's content. In IndexedDB's order, an array comes after every number.
fn all_parts(id: &str) -> KeyRange<Array> {
    KeyRange::Bound(Array::of1(&id.into()), false, Array::of2(&id.into(), &Array::new()), true)
}

async fn read_parts(content: &Blob) -> Result<Vec<JsValue>, StoreError> {
    let mut parts = Vec::new();
    let mut start = 0.0;
    // Empty content is one empty part; without a part, it would count as missing.
    while parts.is_empty() || start < content.size() {
        let end = (start + PART_BYTES).min(content.size());
        let slice = content.slice_with_f64_and_f64(start, end).map_err(failed_in_js)?;
        parts.push(JsFuture::from(slice.array_buffer()).await.map_err(failed_in_js)?);
        start = end;
    }
    Ok(parts)
}
