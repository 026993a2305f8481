//! The worker's module: inspects contents, plans and exports timelines. It receives IDs, and opens the library itself.
//!
//! - This file: the interface to JavaScript.  `results`: the plain objects that it returns.
//! - `helpers`: other workers that help with an export.  `host`: the worker as the job's host.
//! - `sink`: the exported file's destination.  `journal`: the segments that outlive a worker.
//! - `preview`: a timeline's mix for a player.  `failure`: the job's errors.

mod failure;
mod helpers;
mod host;
mod journal;
mod preview;
mod results;
mod sink;

use js_sys::{Function, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{AbortSignal, Blob};

pub use self::helpers::{Assistant, Leader};
use self::host::WorkerHost;
pub use self::journal::JournalFile;
pub use self::preview::Preview;
use self::results::{FactsShape, PlanShape, ReportShape, SurveyShape, WaveformShape};
pub use self::sink::Outlet;
use self::sink::{BlobSink, WebSink};
use super::failure::Failure;
use super::js::{from_js, to_js};
use super::pace::{Pace, now_seconds};
use super::read_ahead::ReadAhead;
use super::store::LibraryStore;
use crate::export::{ExportOptions, Journal, Rehearsal, TimeRange, export, plan_export, survey};
use crate::media::{Fault, Inspector, MediaError, SilenceTrim, Step};
use crate::mix::{clip_being_read, watch_reading};
use crate::progress::{Phase, Reporter};
use crate::store::Pages;

/// Decodes a content once and returns its `AssetFacts`. `hint` is its name or its type, but its bytes decide. `trim`
/// is a `SilenceTrim`, or `undefined`. `on_progress` gets `Progress` with its `waveform`, by the part that is read.
#[wasm_bindgen]
pub async fn inspect(
    asset_id: String,
    content: Blob,
    hint: String,
    trim: JsValue,
    on_progress: Function,
    signal: AbortSignal,
) -> Result<JsValue, Failure> {
    let invalid = |error: MediaError| Failure::invalid_audio(&asset_id, &Fault::from(&error));
    let trim: Option<SilenceTrim> = from_js("trimSilence", trim)?;
    let ahead = ReadAhead::default();
    let source = ahead.over(content).map_err(|error| invalid(MediaError::Read(error.to_string())))?;
    let mut inspector = Inspector::open(Pages::new().over(source), &hint).map_err(invalid)?;
    if let Some(trim) = trim {
        inspector = inspector.trimming(trim);
    }
    let mut reporter = Reporter::until(Phase::Reading);
    let mut pace = Pace::of_worker();
    while inspector.step().map_err(invalid)? == Step::More {
        ahead.catch_up(pace.turns(), || signal.aborted()).await;
        if pace.is_due() {
            let message = || "Reading the audio".into();
            if let Some(report) = reporter.report(Phase::Reading, inspector.fraction(), now_seconds(), None, message) {
                let (progress, waveform) = (to_js(&report)?, to_js(&WaveformShape::from(&inspector))?);
                Reflect::set(&progress, &"waveform".into(), &waveform)?;
                // A report that cannot be posted does not end the job.
                let _ = on_progress.call1(&JsValue::UNDEFINED, &progress);
            }
            pace.keep().await;
        }
        if signal.aborted() {
            return Err(Failure::Cancelled);
        }
    }
    let found = inspector.finish().map_err(invalid)?;
    to_js(&FactsShape::from(&found))
}

/// Plans an export of a timeline and returns its `ExportPlan`. `range` is a `TimeRange`, or `undefined` for all of it.
#[wasm_bindgen(js_name = planTimeline)]
pub async fn plan_timeline(
    source: JsValue,
    timeline_id: String,
    range: JsValue,
    on_progress: Function,
    signal: AbortSignal,
) -> Result<JsValue, Failure> {
    let range: Option<TimeRange> = from_js("range", range)?;
    let store = LibraryStore::open(&source).await?;
    let plan = plan_export(&store, &timeline_id, range, &WorkerHost::new(store.ahead(), on_progress, signal)).await?;
    to_js(&PlanShape::from(&plan))
}

/// Finds a timeline's chapters and gain, and returns its `TimelineSurvey`. `options` are `EngineOptions`; `leader`
/// hands segments to the workers that help.
#[wasm_bindgen(js_name = surveyTimeline)]
pub async fn survey_timeline(
    source: JsValue,
    timeline_id: String,
    options: JsValue,
    leader: Leader,
    on_progress: Function,
    signal: AbortSignal,
) -> Result<JsValue, Failure> {
    let options: ExportOptions = from_js("the options", options)?;
    let store = LibraryStore::open(&source).await?;
    let host = WorkerHost::new(store.ahead(), on_progress, signal);
    to_js(&SurveyShape::from(&survey(&store, &timeline_id, &options, &leader, &host).await?))
}

/// Exports a timeline to `outlet`. If that is `undefined`, the report's `file` holds the exported file as a Blob.
/// `options` are `EngineOptions`; `leader` hands segments to the workers that help. With a `journal`, the export goes
/// on from the segments that are in it.
#[allow(clippy::too_many_arguments, reason = "JavaScript's objects, one for each part of the job")]
#[wasm_bindgen(js_name = exportTimeline)]
pub async fn export_timeline(
    source: JsValue,
    timeline_id: String,
    options: JsValue,
    leader: Leader,
    outlet: Option<Outlet>,
    journal: Option<JournalFile>,
    on_progress: Function,
    signal: AbortSignal,
) -> Result<JsValue, Failure> {
    let options: ExportOptions = from_js("the options", options)?;
    let mut sink = outlet.map_or_else(|| WebSink::Blob(BlobSink::default()), WebSink::Outlet);
    let store = LibraryStore::open(&source).await?;
    let journal = journal.map(|file| {
        let build = file.build();
        Journal::open(file, &build)
    });
    let host = WorkerHost::new(store.ahead(), on_progress, signal).with(journal.unwrap_or_default());
    let (report, file) = export(&store, &timeline_id, &options, &leader, &mut sink, &host).await?;
    let shape = to_js(&ReportShape::from(&report))?;
    if let Some(file) = file {
        Reflect::set(&shape, &"file".into(), &file)?;
    }
    Ok(shape)
}

/// Mixes and encodes some noise, so that the browser compiles what an export will use. Ends early if it is aborted.
#[wasm_bindgen]
pub async fn rehearse(signal: AbortSignal) -> Result<(), Failure> {
    let rehearsal = Rehearsal::new()?;
    let mut maker = rehearsal.begin()?;
    let mut pace = Pace::of_worker();
    while !signal.aborted() && !maker.work(&|| pace.is_due())? {
        pace.keep().await;
    }
    Ok(())
}

/// Returns the clip that is being read, or `undefined`. After a crash of the module, this is the clip to blame.
#[wasm_bindgen]
pub fn blame() -> Result<JsValue, Failure> {
    clip_being_read().map_or(Ok(JsValue::UNDEFINED), |clip| to_js(clip.as_ref()))
}

/// Calls `on_read` with each clip that is about to be read, and with `undefined` after it. `on_read` must only post a
/// message, because the reading waits until it returns.
#[wasm_bindgen(js_name = watchReading)]
pub fn watch(on_read: Function) {
    watch_reading(move |clip| {
        // A failure to report the clip does not end its reading.
        let clip = clip.and_then(|clip| to_js(clip).ok()).unwrap_or_default();
        let _ = on_read.call1(&JsValue::UNDEFINED, &clip);
    });
}
