//! The library, as the page uses it.
//!
//! All of it runs on the page's main thread. Every loop yields in time, so thousands of clips cause no long task.

use std::collections::{HashMap, HashSet};

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{AbortSignal, Blob, BlobPropertyBag};

use super::shapes::{AssetShape, ClipSpecShape, ImageShape, TimelineClipShape, TimelineHead, TimelineShape};
use crate::progress::{Phase, Reporter};
use crate::store::Store;
use crate::timeline::{Asset, ChapterSource, ClipSpec, Conversion, Image, Timeline, TimelineClip, convert};
use crate::web::chapter::ChapterShape;
use crate::web::failure::Failure;
use crate::web::js::{from_js, to_js};
use crate::web::pace::{Pace, now_seconds};
use crate::web::store::{LibraryStore, StoredAsset};

/// An open library.
#[wasm_bindgen]
pub struct PageLibrary {
    store: LibraryStore,
}

#[wasm_bindgen]
impl PageLibrary {
    /// Opens the library in the database with this name, or creates one in memory.
    pub async fn open(database: Option<String>) -> Result<PageLibrary, Failure> {
        let store = match database {
            Some(name) => LibraryStore::in_database(&name).await?,
            None => LibraryStore::in_memory(),
        };
        Ok(Self { store })
    }

    /// Returns the source by which a worker opens the library for a job on this timeline.
    pub async fn source(&self, timeline_id: String) -> Result<JsValue, Failure> {
        Ok(self.store.source(&timeline_id, None).await?)
    }

    /// Returns a promise that resolves with a sentence once the library is lost to another tab.
    pub fn lost(&self) -> Promise {
        self.store.lost()
    }

    /// Returns a promise that resolves with a sentence if the browser closed the library and it came back empty.
    pub fn emptied(&self) -> Promise {
        self.store.emptied()
    }

    /// Returns every asset's record as it is stored, whatever it holds, in order.
    #[wasm_bindgen(js_name = assetRecords)]
    pub async fn asset_records(&self) -> Result<Array, Failure> {
        Ok(self.store.asset_records().await?.into_iter().collect())
    }

    /// Removes the contents that no asset has.
    #[wasm_bindgen(js_name = removeStrays)]
    pub async fn remove_strays(&self) -> Result<(), Failure> {
        Ok(self.store.remove_strays().await?)
    }

    /// Removes everything: every asset, picture and timeline.
    pub async fn clear(&self) -> Result<(), Failure> {
        Ok(self.store.clear().await?)
    }

    /// Saves an asset: the facts that the worker found (with `frames` as its length), and its content.
    #[wasm_bindgen(js_name = putAsset)]
    pub async fn put_asset(&self, facts: JsValue, content: Blob) -> Result<JsValue, Failure> {
        let asset: Asset = from_js("the asset", facts)?;
        self.store.put_asset(&asset, &content).await?;
        to_js(&AssetShape::new(&asset, content.size()))
    }

    /// Returns every asset, in the order in which they were added.
    pub async fn assets(&self) -> Result<Array, Failure> {
        let mut pace = Pace::new();
        let shapes = Array::new();
        for StoredAsset { asset, bytes } in &self.store.list_assets().await? {
            shapes.push(&to_js(&AssetShape::new(asset, *bytes))?);
            pace.keep().await;
        }
        Ok(shapes)
    }

    /// Returns the asset with this ID, or `undefined`.
    pub async fn asset(&self, id: String) -> Result<JsValue, Failure> {
        let found = self.store.stored_asset(&id).await?;
        found.map_or(Ok(JsValue::UNDEFINED), |StoredAsset { asset, bytes }| to_js(&AssetShape::new(&asset, bytes)))
    }

    /// Copies another library's asset. Returns `false` if there is none to copy.
    #[wasm_bindgen(js_name = copyAsset)]
    pub async fn copy_asset(&self, from: &PageLibrary, id: String) -> Result<bool, Failure> {
        Ok(self.store.copy_asset(&from.store, &id).await?)
    }

    /// Removes an asset and its content, if it exists.
    #[wasm_bindgen(js_name = removeAsset)]
    pub async fn remove_asset(&self, id: String) -> Result<(), Failure> {
        Ok(self.store.remove_asset(&id).await?)
    }

    /// Saves a picture: its facts, and its file as bytes. Returns its facts.
    #[wasm_bindgen(js_name = putImage)]
    pub async fn put_image(&self, image: JsValue) -> Result<JsValue, Failure> {
        let image: Image = from_js("the image", image)?;
        self.store.put_image(&image).await?;
        to_js(&ImageShape::from(&image))
    }

    /// Returns every picture's facts, in the order of their IDs.
    pub async fn images(&self) -> Result<Array, Failure> {
        let shapes = Array::new();
        // One at a time: together they may be large.
        for id in self.store.list_images().await? {
            if let Some(image) = self.store.image(&id).await? {
                shapes.push(&to_js(&ImageShape::from(&image))?);
            }
        }
        Ok(shapes)
    }

    /// Returns about as many bytes as the timelines take.
    #[wasm_bindgen(js_name = timelineBytes)]
    pub async fn timeline_bytes(&self) -> Result<f64, Failure> {
        Ok(self.store.timeline_bytes().await?)
    }

    /// Copies another library's picture. Returns `false` if there is none to copy.
    #[wasm_bindgen(js_name = copyImage)]
    pub async fn copy_image(&self, from: &PageLibrary, id: String) -> Result<bool, Failure> {
        Ok(self.store.copy_image(&from.store, &id).await?)
    }

    /// Returns the picture with this ID as a Blob, or `undefined`.
    pub async fn image(&self, id: String) -> Result<JsValue, Failure> {
        let Some(image) = self.store.image(&id).await? else { return Ok(JsValue::UNDEFINED) };
        let options = BlobPropertyBag::new();
        options.set_type(image.mime_type.as_str());
        let parts = Array::of1(&Uint8Array::from(image.bytes.as_slice()));
        Ok(Blob::new_with_u8_array_sequence_and_options(&parts, &options)?.into())
    }

    /// Removes a picture, if it exists. Timelines that use it stay, and are exported without it.
    #[wasm_bindgen(js_name = removeImage)]
    pub async fn remove_image(&self, id: String) -> Result<(), Failure> {
        Ok(self.store.remove_image(&id).await?)
    }

    /// Returns an asset's content, or `undefined`.
    pub async fn content(&self, asset_id: String) -> Result<JsValue, Failure> {
        Ok(self.store.blob(&asset_id).await?.map_or(JsValue::UNDEFINED, JsValue::from))
    }

    /// Builds a timeline from clips, and saves it. `head` is a `TimelineOptions` with an ID and a name. `clips`
    /// returns the `ClipSpec` at an index below `count`. A draft is not saved: instead of the timeline, this returns
    /// the source by which a worker opens the library for a job on it.
    ///
    /// An abort before the timeline is saved leaves nothing behind.
    #[wasm_bindgen(js_name = buildTimeline)]
    pub async fn build_timeline(
        &self,
        head: JsValue,
        count: u32,
        clips: Function,
        is_draft: bool,
        on_progress: Option<Function>,
        signal: Option<AbortSignal>,
    ) -> Result<JsValue, Failure> {
        let head: TimelineHead = from_js("the timeline", head)?;
        let mut job = Job { on_progress, signal, reporter: Reporter::until(Phase::Finalizing), pace: Pace::new() };
        let clips = job.read_specs(count, &clips).await?;
        let assets = job.look_up(&self.store, &clips).await?;
        let conversion = conversion_of(head, clips)?;
        let timeline = convert(conversion, &assets, |done, total| {
            job.report(Phase::Converting, done as f64 / total as f64, "Placing the clips");
        })?;
        if is_draft {
            return Ok(self.store.source("", Some(timeline)).await?);
        }
        job.step(Phase::Finalizing, 0.0, "Finalizing timeline").await?;
        self.store.put_timeline(&timeline).await?;
        job.report(Phase::Finalizing, 1.0, "Finalizing timeline");
        timeline_to_js(&timeline, &mut job.pace).await
    }

    /// Returns the chapters that an export of the timeline would have, as `Chapter`s. `head` and `clips` are those of
    /// `build_timeline`, and `source` is `ExportOptions.chapters`. `asset_of` returns the asset with an ID, with the
    /// facts that `put_asset` takes, or `undefined`. This reads nothing from the library, so a page may call it at
    /// every change.
    #[wasm_bindgen(js_name = previewChapters)]
    pub fn preview_chapters(
        &self,
        head: JsValue,
        count: u32,
        clips: &Function,
        source: JsValue,
        asset_of: &Function,
    ) -> Result<JsValue, Failure> {
        let source: ChapterSource = from_js("chapters", source)?;
        let head: TimelineHead = from_js("the timeline", head)?;
        let mut specs = Vec::new();
        let mut assets: HashMap<String, Asset> = HashMap::new();
        for index in 0..count {
            let spec = read_clip::<ClipSpecShape, ClipSpec>(index, clips)?;
            if !assets.contains_key(&spec.asset_id) {
                let asset = asset_of.call1(&JsValue::UNDEFINED, &spec.asset_id.as_str().into())?;
                if !asset.is_undefined() {
                    assets.insert(spec.asset_id.clone(), from_js("the asset", asset)?);
                }
            }
            specs.push(spec);
        }
        let conversion = conversion_of(head, specs)?;
        let rate = conversion.audio_rate;
        let chapters = conversion.chapters(source, &assets);
        to_js(&chapters.iter().map(|chapter| ChapterShape::new(chapter, rate)).collect::<Vec<_>>())
    }

    /// Returns the timeline with this ID, or `undefined`.
    pub async fn timeline(&self, id: String) -> Result<JsValue, Failure> {
        match self.store.timeline(&id).await? {
            Some(timeline) => timeline_to_js(&timeline, &mut Pace::new()).await,
            None => Ok(JsValue::UNDEFINED),
        }
    }

    /// Returns the name of the timeline with this ID, or `undefined`.
    #[wasm_bindgen(js_name = timelineName)]
    pub async fn timeline_name(&self, id: String) -> Result<Option<String>, Failure> {
        Ok(self.store.timeline_name(&id).await?)
    }

    /// Returns every timeline, in the order in which they were first saved.
    pub async fn timelines(&self) -> Result<Array, Failure> {
        let mut pace = Pace::new();
        let shapes = Array::new();
        for timeline in &self.store.list_timelines().await? {
            shapes.push(&timeline_to_js(timeline, &mut pace).await?);
        }
        Ok(shapes)
    }

    /// Saves a timeline: `head` is the timeline without its clips, and `clips` returns the clip at an index below
    /// `count`. Whether the assets hold what the clips play is checked only on export.
    #[wasm_bindgen(js_name = saveTimeline)]
    pub async fn save_timeline(&self, head: JsValue, count: u32, clips: Function) -> Result<(), Failure> {
        let mut head: TimelineHead = from_js("the timeline", head)?;
        let mut pace = Pace::new();
        let mut ids = HashSet::new();
        let mut placed = Vec::new();
        for index in 0..count {
            let clip = read_clip::<TimelineClipShape, TimelineClip>(index, &clips)?;
            if !ids.insert(clip.id.clone()) {
                return Err(Failure::Argument(format!("clips[{index}]: an earlier clip has the ID {}", clip.id)));
            }
            placed.push(clip);
            pace.keep().await;
        }
        let timeline = Timeline {
            audio_layout: head.audio_layout.unwrap_or_default(),
            audio_rate: head.rate()?,
            chapters: head.chapters()?,
            tags: head.tags.unwrap_or_default(),
            metadata: head.metadata.unwrap_or_default(),
            id: head.id,
            name: head.name,
            clips: placed,
        };
        Ok(self.store.put_timeline(&timeline).await?)
    }

    /// Removes a timeline, if it exists. Its assets stay.
    #[wasm_bindgen(js_name = removeTimeline)]
    pub async fn remove_timeline(&self, id: String) -> Result<(), Failure> {
        Ok(self.store.remove_timeline(&id).await?)
    }

    /// Closes the database once its transactions are done.
    pub fn close(&self) {
        self.store.close();
    }
}

fn conversion_of(mut head: TimelineHead, clips: Vec<ClipSpec>) -> Result<Conversion, Failure> {
    Ok(Conversion {
        gap: head.gap()?,
        edge_fade: head.edge_fade()?,
        audio_layout: head.audio_layout.unwrap_or_default(),
        audio_rate: head.rate()?,
        chapters: head.chapters()?,
        tags: head.tags.unwrap_or_default(),
        metadata: head.metadata.unwrap_or_default(),
        id: head.id,
        name: head.name,
        clips,
    })
}

/// A running conversion: its progress, its cancel, its pace.
struct Job {
    on_progress: Option<Function>,
    signal: Option<AbortSignal>,
    reporter: Reporter,
    pace: Pace,
}

impl Job {
    async fn read_specs(&mut self, count: u32, clips: &Function) -> Result<Vec<ClipSpec>, Failure> {
        let mut specs = Vec::new();
        for index in 0..count {
            self.step(Phase::Validating, 0.0, VALIDATING).await?;
            specs.push(read_clip::<ClipSpecShape, ClipSpec>(index, clips)?);
        }
        Ok(specs)
    }

    /// Reads every asset that the clips name and the library has, by ID.
    async fn look_up(&mut self, store: &LibraryStore, clips: &[ClipSpec]) -> Result<HashMap<String, Asset>, Failure> {
        let mut seen = HashSet::new();
        let ids: Vec<&str> = clips.iter().map(|clip| clip.asset_id.as_str()).filter(|&id| seen.insert(id)).collect();
        let mut assets = HashMap::with_capacity(ids.len());
        for batch in ids.chunks(BATCH) {
            self.step(Phase::Validating, assets.len() as f64 / ids.len() as f64, VALIDATING).await?;
            let found = store.assets(batch).await?;
            assets.extend(found.into_iter().flatten().map(|asset| (asset.id.clone(), asset)));
        }
        Ok(assets)
    }

    async fn step(&mut self, phase: Phase, fraction: f64, message: &str) -> Result<(), Failure> {
        self.report(phase, fraction, message);
        self.pace.keep().await;
        match &self.signal {
            Some(signal) if signal.aborted() => Err(Failure::aborted(signal)),
            _ => Ok(()),
        }
    }

    fn report(&mut self, phase: Phase, fraction: f64, message: &str) {
        let Some(on_progress) = &self.on_progress else { return };
        let report = self.reporter.report(phase, fraction, now_seconds(), None, || message.into());
        if let Some(progress) = report.and_then(|report| to_js(&report).ok()) {
            // The package reports an exception of the listener; the conversion continues.
            let _ = on_progress.call1(&JsValue::UNDEFINED, &progress);
        }
    }
}

/// The number of assets per request: few enough that reading them is no long task.
const BATCH: usize = 64;

const VALIDATING: &str = "Checking the clips";

/// Reads the clip at an index. One at a time, because objects that outlive their reading make the page's heap grow.
fn read_clip<S, T>(index: u32, clips: &Function) -> Result<T, Failure>
where
    S: serde::de::DeserializeOwned,
    T: TryFrom<S, Error = String>,
{
    let clip = clips.call1(&JsValue::UNDEFINED, &index.into())?;
    let shape: S = from_js(&format!("clips[{index}]"), clip)?;
    T::try_from(shape).map_err(|reason| Failure::Argument(format!("clips[{index}]: {reason}")))
}

async fn timeline_to_js(timeline: &Timeline, pace: &mut Pace) -> Result<JsValue, Failure> {
    let shape = to_js(&TimelineShape::from(timeline))?;
    let clips = Array::new();
    for clip in &timeline.clips {
        clips.push(&to_js(&TimelineClipShape::from(clip))?);
        pace.keep().await;
    }
    Reflect::set(&shape, &"clips".into(), &clips)?;
    Ok(shape)
}
