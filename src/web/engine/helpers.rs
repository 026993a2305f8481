//! Other workers that make segments for an export: the leader's view of them, and their own part.
//!
//! The leader sends an [`Assignment`], a [`Pass`] and a number, and gets a [`Segment`]. Its packets are separate byte
//! arrays, so that they can be transferred. `package/workers` carries the messages.

use js_sys::{Promise, Reflect, Uint8Array};
use serde::Deserialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use crate::export::{Assignment, Delivery, Helpers, Materials, Pass, Segment, SegmentMaker};
use crate::mix::Composition;
use crate::web::buffers::free;
use crate::web::failure::Failure;
use crate::web::js::{from_js, to_js};
use crate::web::pace::Pace;
use crate::web::read_ahead::ReadAhead;
use crate::web::store::LibraryStore;

#[wasm_bindgen]
extern "C" {
    /// `Leader` of `package/workers/leader.ts`.
    pub type Leader;

    #[wasm_bindgen(method, getter)]
    fn size(this: &Leader) -> u32;

    #[wasm_bindgen(method)]
    fn begin(this: &Leader, assignment: JsValue);

    #[wasm_bindgen(method)]
    fn claim(this: &Leader, number: f64, pass: &JsValue, may_wait: bool) -> bool;

    #[wasm_bindgen(method)]
    fn take(this: &Leader) -> JsValue;

    #[wasm_bindgen(method)]
    fn wait(this: &Leader) -> Promise;
}

/// A delivery from [`Leader`].
#[derive(Deserialize)]
struct DeliveryShape {
    number: u64,
    pass: Pass,
    segment: Option<Segment>,
}

/// Returns the delivered packets, in the buffer that was transferred.
fn packets_of(delivery: &JsValue) -> Option<Uint8Array> {
    let segment = Reflect::get(delivery, &"segment".into()).ok()?;
    Reflect::get(&segment, &"packets".into()).ok()?.dyn_into().ok()
}

impl Helpers for Leader {
    fn size(&self) -> u64 {
        self.size().into()
    }

    fn begin(&self, assignment: &Assignment) {
        // An assignment is plain data, so this cannot fail. If it did, the export would run without helpers.
        if let Ok(assignment) = to_js(assignment) {
            self.begin(assignment);
        }
    }

    fn claim(&self, number: u64, pass: &Pass, may_wait: bool) -> bool {
        to_js(pass).is_ok_and(|pass| self.claim(number as f64, &pass, may_wait))
    }

    fn take(&self) -> Option<Delivery> {
        let given = self.take();
        let delivery: Option<DeliveryShape> = from_js("a delivery", given.clone()).ok().flatten();
        if let Some(packets) = packets_of(&given) {
            free(&packets.buffer());
        }
        delivery.map(|DeliveryShape { number, pass, segment }| Delivery { number, pass, segment })
    }

    async fn wait(&self) -> bool {
        JsFuture::from(self.wait()).await.is_ok_and(|came| came.is_truthy())
    }
}

/// A helper's view of one export: the same mix, from the same library.
#[wasm_bindgen]
pub struct Assistant {
    materials: Materials,
    composition: Option<Composition>,
    ahead: ReadAhead,
}

#[wasm_bindgen]
impl Assistant {
    /// Loads the timeline with this ID and its assets, while the leader plans the export.
    pub async fn prepare(source: JsValue, timeline_id: String) -> Result<Assistant, Failure> {
        let store = LibraryStore::open(&source).await?;
        let materials = Materials::load(&store, &timeline_id).await?;
        store.close();
        Ok(Self { materials, composition: None, ahead: store.ahead() })
    }

    /// Composes the mix of an `Assignment`. Returns `false` if the result would differ from the leader's.
    pub fn begin(&mut self, assignment: JsValue) -> Result<bool, Failure> {
        let assignment: Assignment = from_js("the assignment", assignment)?;
        self.composition = self.materials.compose(&assignment);
        Ok(self.composition.is_some())
    }

    /// Makes a segment.
    pub async fn make(&self, number: f64, pass: JsValue, signal: AbortSignal) -> Result<JsValue, Failure> {
        let pass: Pass = from_js("the pass", pass)?;
        let composition = self.composition.as_ref().ok_or_else(|| Failure::Argument("no job was started".into()))?;
        let mut maker = SegmentMaker::new(composition, &pass, number as u64)?;
        let mut pace = Pace::of_worker();
        while !maker.work(&|| pace.is_due() || self.ahead.is_short())? {
            pace.keep().await;
            self.ahead.catch_up(pace.turns(), || signal.aborted()).await;
            if signal.aborted() {
                return Err(Failure::Cancelled);
            }
        }
        to_js(&maker.finish()?)
    }
}
