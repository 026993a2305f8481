//! A timeline's mix for a player: opened once, and rendered block by block.

use js_sys::{Array, Float32Array, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::AbortSignal;

use super::host::WorkerHost;
use super::results::{LevelsShape, MixShape, UnreadableShape};
use crate::export;
use crate::web::failure::Failure;
use crate::web::js::{from_js, to_js};
use crate::web::store::LibraryStore;

/// An open preview of a timeline.
#[wasm_bindgen]
pub struct Preview(export::Preview);

#[wasm_bindgen]
impl Preview {
    /// Opens the timeline with this ID. `options` are `MixOptions`. No content is read yet.
    pub async fn open(
        source: JsValue,
        timeline_id: String,
        options: JsValue,
        signal: AbortSignal,
    ) -> Result<Preview, Failure> {
        let options: export::PreviewOptions = from_js("the options", options)?;
        let store = LibraryStore::open(&source).await?;
        let host = WorkerHost::quiet(store.ahead(), signal);
        let opened = export::Preview::open(&store, &timeline_id, &options, &host).await;
        store.close();
        Ok(Self(opened?))
    }

    /// Returns its `Mix`.
    pub fn mix(&self) -> Result<JsValue, Failure> {
        to_js(&MixShape::from(self.0.composition()))
    }

    /// Returns the clips that are silent because they cannot be used, as far as they are known: `UnreadableClip`s.
    pub fn unreadable(&self) -> Result<JsValue, Failure> {
        to_js(&self.0.unreadable().iter().map(UnreadableShape::from).collect::<Vec<_>>())
    }

    /// Renders `frames` frames from frame `start` on, and returns a `Block`. Behind the mix's end there is silence.
    pub fn render(&mut self, start: f64, frames: u32) -> Result<JsValue, Failure> {
        let levels = self.0.render(start as u64, frames as usize)?;
        let block = to_js(&LevelsShape::from(levels))?;
        let planes: Array = self.0.planes().iter().map(|plane| Float32Array::from(plane.as_slice())).collect();
        Reflect::set(&block, &"planes".into(), &planes)?;
        Ok(block)
    }
}
