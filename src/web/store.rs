//! The library: the worker's store, which reads by ID, and the page's, which also writes and lists.
//!
//! Records are plain objects, and this gives them their meaning. They are in IndexedDB or in memory; nothing above this
//! knows which.

use std::sync::Arc;

use js_sys::{Array, JSON, Object, Promise, Reflect, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use super::database::{LibraryDatabase, failed_in_js};
use super::kind::Kind;
use super::memory::Memory;
use super::pace::Pace;
use super::read_ahead::ReadAhead;
use super::records::Records;
use crate::store::{ByteSource, ClipReader, ClipWriter, Pages, Store, StoreError};
use crate::timeline::{Asset, Image, Timeline};

/// The field of a timeline's record that holds its clips: as bytes, or in older records as an array of objects.
const CLIPS: &str = "clips";

/// The fields of a job's source, if the library is in a database.
const DATABASE: &str = "database";
const TIMELINE: &str = "timeline";

/// The field of an asset's record that holds its content's size in bytes. Older records lack it.
const BYTES: &str = "bytes";

/// An asset as a library lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredAsset {
    /// The asset.
    pub asset: Asset,
    /// Its content's size in bytes.
    pub bytes: f64,
}

/// A library in an IndexedDB database, or in memory. Dropping it closes the database.
pub struct LibraryStore {
    records: Records,
    pages: Arc<Pages>,
    ahead: ReadAhead,
    /// The record of a job's timeline, as it was when the job was asked for.
    frozen: Option<JsValue>,
}

impl LibraryStore {
    /// Opens the library in the database with this name. Creates an empty one if there is none.
    pub async fn in_database(name: &str) -> Result<Self, StoreError> {
        Ok(Self::over(Records::Database(LibraryDatabase::open(name).await?)))
    }

    /// Creates an empty library in memory.
    pub fn in_memory() -> Self {
        Self::over(Records::Memory(Memory::default()))
    }

    /// Opens the library that another thread's [`Self::source`] names.
    pub async fn open(source: &JsValue) -> Result<Self, StoreError> {
        let field = |name: &str| Reflect::get(source, &name.into()).map_err(failed_in_js);
        match field(DATABASE)?.as_string() {
            Some(name) => {
                let frozen = Some(field(TIMELINE)?).filter(|timeline| !timeline.is_undefined());
                Ok(Self { frozen, ..Self::in_database(&name).await? })
            }
            None => Ok(Self::over(Records::Memory(Memory::from_js(source)?))),
        }
    }

    fn over(records: Records) -> Self {
        Self { records, pages: Pages::new(), ahead: ReadAhead::default(), frozen: None }
    }

    /// Returns the source by which a worker opens the library for a job on this timeline, or on a draft that is not in
    /// the library: the database's name and the timeline's record, or in memory all records that the job reads. So
    /// every worker of the job has the same timeline, also if it is changed or removed meanwhile.
    pub async fn source(&self, timeline_id: &str, draft: Option<Timeline>) -> Result<JsValue, StoreError> {
        let record = match &draft {
            Some(timeline) => Some(timeline_to_record(timeline).await?),
            None => self.records.one(Kind::Timeline, timeline_id).await?,
        };
        let memory = match &self.records {
            Records::Database(database) => {
                let source = Object::new();
                for (name, value) in [(DATABASE, Some(database.name().await?.into())), (TIMELINE, record)] {
                    Reflect::set(&source, &name.into(), &value.into()).map_err(failed_in_js)?;
                }
                return Ok(source.into());
            }
            Records::Memory(memory) => memory,
        };
        let timeline = match draft {
            Some(timeline) => timeline,
            None => self.timeline(timeline_id).await?.unwrap_or_default(),
        };
        let assets: Vec<&str> = timeline.clips.iter().map(|clip| clip.asset_id.as_str()).collect();
        let of_chapters = timeline.chapters.iter().filter_map(|chapter| chapter.image.as_deref());
        let images: Vec<&str> = timeline.tags.covers.iter().map(String::as_str).chain(of_chapters).collect();
        memory.part(timeline_id, record, &assets, &images)
    }

    /// Returns a promise that resolves with a sentence once the library is lost to another tab. In memory, it never is.
    pub fn lost(&self) -> Promise {
        match &self.records {
            Records::Database(database) => database.lost(),
            Records::Memory(_) => Promise::new(&mut |_, _| {}),
        }
    }

    /// Returns a promise that resolves with a sentence if the browser closed the library and it came back empty.
    pub fn emptied(&self) -> Promise {
        match &self.records {
            Records::Database(database) => database.emptied(),
            Records::Memory(_) => Promise::new(&mut |_, _| {}),
        }
    }

    /// Returns what reads the contents ahead of need. It keeps none of them.
    pub fn ahead(&self) -> ReadAhead {
        self.ahead.clone()
    }

    /// Closes the library once its transactions are done. Later calls fail.
    pub fn close(&self) {
        self.records.close();
    }

    /// Removes everything.
    pub async fn clear(&self) -> Result<(), StoreError> {
        self.records.clear().await
    }

    /// Saves an asset with its content. Replaces an asset with the same ID.
    pub async fn put_asset(&self, asset: &Asset, content: &Blob) -> Result<(), StoreError> {
        let record = to_record(asset)?;
        Reflect::set(&record, &BYTES.into(), &content.size().into()).map_err(failed_in_js)?;
        self.records.put_asset(&asset.id, &record, content).await
    }

    /// Returns every asset, in the order in which they were added, without reading content.
    pub async fn list_assets(&self) -> Result<Vec<StoredAsset>, StoreError> {
        self.stored(self.records.list(Kind::Asset).await?).await
    }

    /// Returns the asset with this ID, without reading its content.
    pub async fn stored_asset(&self, id: &str) -> Result<Option<StoredAsset>, StoreError> {
        let record = self.records.one(Kind::Asset, id).await?;
        Ok(self.stored(record.into_iter().collect()).await?.pop())
    }

    /// Returns every asset's record as it is stored, whatever it holds, in order.
    pub async fn asset_records(&self) -> Result<Vec<JsValue>, StoreError> {
        self.records.list(Kind::Asset).await
    }

    /// Removes the contents that no asset has.
    pub async fn remove_strays(&self) -> Result<(), StoreError> {
        self.records.remove_strays().await
    }

    async fn stored(&self, records: Vec<JsValue>) -> Result<Vec<StoredAsset>, StoreError> {
        let mut pace = Pace::new();
        let mut assets = Vec::with_capacity(records.len());
        for record in records {
            let bytes = Reflect::get(&record, &BYTES.into()).map_err(failed_in_js)?.as_f64();
            // A damaged record must not hide the others. `asset_records` has it.
            let Ok(asset) = from_record::<Asset>(record) else { continue };
            let bytes = match bytes {
                Some(bytes) => bytes,
                None => self.measure(&asset.id).await?,
            };
            assets.push(StoredAsset { asset, bytes });
            pace.keep().await;
        }
        Ok(assets)
    }

    /// Looks up the size of a content, and adds it to the asset's record, so that it is looked up once.
    async fn measure(&self, id: &str) -> Result<f64, StoreError> {
        let bytes = self.blob(id).await?.map_or(0.0, |content| content.size());
        // If it cannot be saved, as on a full disk, it is looked up again.
        let _ = self.records.complete_asset(id, BYTES, bytes).await;
        Ok(bytes)
    }

    /// Returns about as many bytes as the timelines take.
    pub async fn timeline_bytes(&self) -> Result<f64, StoreError> {
        let mut bytes = 0.0;
        for record in self.records.list(Kind::Timeline).await? {
            bytes += bytes_of_timeline(&record)?;
        }
        Ok(bytes)
    }

    /// Returns an asset's content as a Blob.
    pub async fn blob(&self, id: &str) -> Result<Option<Blob>, StoreError> {
        Ok(self.records.blobs(&[id]).await?.pop().flatten())
    }

    /// Copies another library's asset. Replaces an asset with the same ID. Returns `false` if there is none to copy.
    pub async fn copy_asset(&self, from: &Self, id: &str) -> Result<bool, StoreError> {
        let (Some(asset), Some(content)) = (from.asset(id).await?, from.blob(id).await?) else { return Ok(false) };
        self.put_asset(&asset, &content).await?;
        Ok(true)
    }

    /// Removes an asset and its content, if it exists.
    pub async fn remove_asset(&self, id: &str) -> Result<(), StoreError> {
        self.records.remove(Kind::Asset, id).await
    }

    /// Saves a picture. Replaces a picture with the same ID.
    pub async fn put_image(&self, image: &Image) -> Result<(), StoreError> {
        self.records.put(Kind::Image, &image.id, &to_record(image)?).await
    }

    /// Copies another library's picture. Replaces a picture with the same ID. Returns `false` if there is none to copy.
    pub async fn copy_image(&self, from: &Self, id: &str) -> Result<bool, StoreError> {
        let Some(image) = from.image(id).await? else { return Ok(false) };
        self.put_image(&image).await?;
        Ok(true)
    }

    /// Returns the ID of every picture, in their order, without reading any.
    pub async fn list_images(&self) -> Result<Vec<String>, StoreError> {
        self.records.image_ids().await
    }

    /// Removes a picture, if it exists.
    pub async fn remove_image(&self, id: &str) -> Result<(), StoreError> {
        self.records.remove(Kind::Image, id).await
    }

    /// Saves a timeline. Replaces a timeline with the same ID.
    pub async fn put_timeline(&self, timeline: &Timeline) -> Result<(), StoreError> {
        self.records.put(Kind::Timeline, &timeline.id, &timeline_to_record(timeline).await?).await
    }

    /// Returns a timeline's name, without reading its clips.
    pub async fn timeline_name(&self, id: &str) -> Result<Option<String>, StoreError> {
        let Some(record) = self.records.one(Kind::Timeline, id).await? else { return Ok(None) };
        from_record(without_clips(&record)?).map(|timeline: Timeline| Some(timeline.name))
    }

    /// Returns every timeline, in the order in which they were first saved.
    pub async fn list_timelines(&self) -> Result<Vec<Timeline>, StoreError> {
        let mut timelines = Vec::new();
        for record in self.records.list(Kind::Timeline).await? {
            // A damaged one must not hide the others.
            timelines.extend(timeline_from_record(&record).await.ok());
        }
        Ok(timelines)
    }

    /// Removes a timeline, if it exists. Its assets stay.
    pub async fn remove_timeline(&self, id: &str) -> Result<(), StoreError> {
        self.records.remove(Kind::Timeline, id).await
    }
}

impl Store for LibraryStore {
    async fn timeline(&self, id: &str) -> Result<Option<Timeline>, StoreError> {
        let frozen = self.frozen.clone();
        let record = if frozen.is_some() { frozen } else { self.records.one(Kind::Timeline, id).await? };
        match record {
            Some(record) => timeline_from_record(&record).await.map(Some),
            None => Ok(None),
        }
    }

    async fn image(&self, id: &str) -> Result<Option<Image>, StoreError> {
        Ok(self.records.one(Kind::Image, id).await?.and_then(|record| from_record(record).ok()))
    }

    async fn assets(&self, ids: &[&str]) -> Result<Vec<Option<Asset>>, StoreError> {
        let found = self.records.get(Kind::Asset, ids).await?;
        // A damaged record counts as none, as in `list_assets`.
        Ok(found.into_iter().map(|record| from_record(record?).ok()).collect())
    }

    async fn contents(&self, ids: &[&str]) -> Result<Vec<Option<Arc<dyn ByteSource>>>, StoreError> {
        let source = |blob: Option<Blob>| {
            let source = blob.map(|blob| self.ahead.over(blob)).transpose();
            let source = source.map_err(|error| StoreError::Failed(error.to_string().into()))?;
            Ok(source.map(|source| self.pages.over(source)))
        };
        self.records.blobs(ids).await?.into_iter().map(source).collect()
    }
}

fn to_record(item: &impl Serialize) -> Result<JsValue, StoreError> {
    item.serialize(&Serializer::new()).map_err(|error| StoreError::Failed(error.to_string().into()))
}

fn from_record<T: DeserializeOwned>(record: JsValue) -> Result<T, StoreError> {
    from_value(record).map_err(|error| StoreError::Failed(format!("a record is damaged: {error}").into()))
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

/// Returns a copy of a timeline's record that has no clips. The record itself may be the only one.
fn without_clips(record: &JsValue) -> Result<JsValue, StoreError> {
    let copy = Object::assign(&Object::new(), record.unchecked_ref());
    Reflect::set(&copy, &CLIPS.into(), &Array::new()).map_err(failed_in_js)?;
    Ok(copy.into())
}

/// Returns about as many bytes as a timeline's record takes.
fn bytes_of_timeline(record: &JsValue) -> Result<f64, StoreError> {
    let kept = Reflect::get(record, &CLIPS.into()).map_err(failed_in_js)?;
    let json = |value: &JsValue| JSON::stringify(value).map(|json| json.length()).map_err(failed_in_js);
    let clips = match kept.dyn_ref::<Uint8Array>() {
        Some(bytes) => bytes.length(),
        None if kept.is_undefined() => 0,
        None => json(&kept)?,
    };
    Ok(f64::from(json(&without_clips(record)?)?) + f64::from(clips))
}

async fn timeline_from_record(record: &JsValue) -> Result<Timeline, StoreError> {
    let mut pace = Pace::new();
    let kept = Reflect::get(record, &CLIPS.into()).map_err(failed_in_js)?;
    let mut timeline: Timeline = from_record(without_clips(record)?)?;
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
