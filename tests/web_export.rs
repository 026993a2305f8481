//! The worker's module as JavaScript uses it: from a library in IndexedDB to the bytes of a file.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod web;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Uint8Array};
use secuencia::store::Store;
use secuencia::timeline::{Asset, AudioLayout, RationalTime, SampleRate, Timeline, TimelineClip};
use secuencia::web::{Failure, IndexedDbStore, export_timeline, inspect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web::{Patch, asset, blob, error, fresh_store, get, run_js};
use web_sys::{AbortController, AbortSignal, Blob};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const RATE: SampleRate = SampleRate::HZ_44100;

/// A WAV file of a 440 Hz tone: mono, 16 bits, 44.1 kHz.
fn tone(frames: u32) -> Vec<u8> {
    let data_bytes = 2 * frames;
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + data_bytes).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend(RATE.hz().to_le_bytes());
    wav.extend((2 * RATE.hz()).to_le_bytes());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend(data_bytes.to_le_bytes());
    for frame in 0..frames {
        let phase = std::f64::consts::TAU * 440.0 * f64::from(frame) / f64::from(RATE.hz());
        wav.extend(((phase.sin() * 8_000.0) as i16).to_le_bytes());
    }
    wav
}

/// A library of its own with the asset `tone` of that many frames.
async fn library_with_tone(frames: u32) -> (String, IndexedDbStore) {
    let (name, store) = fresh_store().await;
    let facts = Asset { frames: frames.into(), ..asset("tone") };
    store.put_asset(&facts, &blob(&tone(frames))).await.unwrap();
    (name, store)
}

/// A clip of all of an asset's frames, from that frame of the timeline on.
fn clip(id: &str, asset_id: &str, start: u64, frames: u64) -> TimelineClip {
    TimelineClip {
        id: id.into(),
        name: id.into(),
        asset_id: asset_id.into(),
        offset: RATE.duration_of(start),
        duration: RATE.duration_of(frames),
        source_start: RationalTime::ZERO,
        lane: 0,
        volume_db: 0.0,
        is_muted: false,
        fade_in: RationalTime::ZERO,
        fade_out: RationalTime::ZERO,
        pan: 0.0,
    }
}

async fn put_timeline(store: &IndexedDbStore, clips: Vec<TimelineClip>) {
    let timeline = Timeline {
        id: "t".into(),
        name: "Act I: Scene 1".into(),
        audio_layout: AudioLayout::Stereo,
        audio_rate: RATE,
        clips,
    };
    store.put_timeline(&timeline).await.unwrap();
}

fn never() -> AbortSignal {
    AbortController::new().unwrap().signal()
}

fn ignore() -> Function {
    run_js("() => {}").unchecked_into()
}

async fn export(database: &str) -> Result<JsValue, Failure> {
    export_into(database, JsValue::UNDEFINED, ignore(), never()).await
}

async fn export_into(
    database: &str,
    destination: JsValue,
    on_progress: Function,
    signal: AbortSignal,
) -> Result<JsValue, Failure> {
    export_timeline(database.into(), "t".into(), 256_000, Some(-1.0), destination, on_progress, signal).await
}

/// What the worker finds in a file that it exported.
async fn facts_of(file: Blob) -> JsValue {
    inspect("exported".into(), file, String::new(), never()).await.map_err(JsValue::from).unwrap()
}

async fn bytes_of(blob: &Blob) -> Vec<u8> {
    Uint8Array::new(&JsFuture::from(blob.array_buffer()).await.unwrap()).to_vec()
}

#[wasm_bindgen_test]
async fn a_timeline_becomes_a_file_of_exactly_its_samples() {
    let (database, store) = library_with_tone(44_100).await;
    put_timeline(&store, vec![clip("a", "tone", 11_025, 44_100), clip("b", "tone", 88_211, 44_100)]).await;

    let report = export(&database).await.map_err(JsValue::from).unwrap();
    let file: Blob = get(&report, "file").unchecked_into();
    assert_eq!(get(&report, "name"), "Act I- Scene 1.m4a");
    assert_eq!(get(&report, "bytes"), file.size());
    assert_eq!(get(&report, "durationSeconds"), 132_311.0 / 44_100.0);
    assert_eq!((get(&report, "sampleRate"), get(&report, "channels")), (44_100.into(), 2.into()));
    assert_eq!(js_sys::Array::from(&get(&report, "warnings")).length(), 0);
    assert_eq!(file.type_(), "audio/mp4");

    let facts = facts_of(file).await;
    assert_eq!(get(&facts, "frames"), 132_311);
    assert_eq!(get(&facts, "channels"), 2);
}

#[wasm_bindgen_test]
async fn two_hundred_clips_are_as_exact_as_one() {
    let (database, store) = library_with_tone(4_411).await;
    let clips = (0..200).map(|index| clip(&format!("clip-{index}"), "tone", index * 4_411, 4_411)).collect();
    put_timeline(&store, clips).await;
    let report = export(&database).await.map_err(JsValue::from).unwrap();
    assert_eq!(get(&facts_of(get(&report, "file").unchecked_into()).await, "frames"), 200 * 4_411);
}

#[wasm_bindgen_test]
async fn every_phase_is_told_of_in_the_seeds_words_and_never_backwards() {
    let (database, store) = library_with_tone(44_100).await;
    put_timeline(&store, vec![clip("a", "tone", 0, 44_100)]).await;
    let heard = Rc::new(RefCell::new(Vec::new()));
    let listener = {
        let heard = heard.clone();
        Closure::<dyn FnMut(JsValue)>::new(move |progress: JsValue| {
            heard.borrow_mut().push((
                get(&progress, "completed").as_f64().unwrap(),
                get(&progress, "phase").as_string().unwrap(),
                get(&progress, "message").as_string().unwrap(),
            ));
            dawdle();
        })
    };
    export_into(&database, JsValue::UNDEFINED, function(&listener), never()).await.map_err(JsValue::from).unwrap();

    let heard = heard.borrow();
    assert!(heard.is_sorted_by(|a, b| a.0 <= b.0) && heard[0].0 == 30.0, "{heard:?}");
    let mut words: Vec<_> = heard.iter().map(|(_, phase, message)| (phase.as_str(), message.as_str())).collect();
    words.dedup_by_key(|(phase, _)| *phase);
    assert_eq!(
        words,
        [
            ("loading", "Loading timeline"),
            ("filtering", "Filtering audio clips"),
            ("composing", "Adding clip 1 of 1 to composition"),
            ("encoding", "Encoding M4A audio (0%)"),
            ("done", "Export complete"),
        ]
    );
    assert_eq!(heard.last().unwrap().0, 100.0);
}

#[wasm_bindgen_test]
async fn a_picked_file_gets_the_same_bytes_as_a_blob() {
    let (database, store) = library_with_tone(44_100).await;
    put_timeline(&store, vec![clip("a", "tone", 0, 44_100)]).await;
    let report = export(&database).await.map_err(JsValue::from).unwrap();
    let as_blob = bytes_of(&get(&report, "file").unchecked_into()).await;

    let picked = PickedFile::with("a much older file".repeat(10_000).as_bytes()).await;
    let report = export_into(&database, picked.0.clone(), ignore(), never()).await.map_err(JsValue::from).unwrap();
    assert!(get(&report, "file").is_undefined());
    assert!(picked.bytes().await == as_blob, "the file differs from the Blob");
}

#[wasm_bindgen_test]
async fn a_cancel_in_any_phase_is_heard_and_leaves_the_picked_file_as_it_was() {
    let (database, store) = library_with_tone(44_100).await;
    // Long enough that encoding takes several slices.
    let end = 60 * 44_100;
    put_timeline(&store, vec![clip("a", "tone", 0, 44_100), clip("b", "tone", end - 44_100, 44_100)]).await;
    let picked = PickedFile::with(b"old").await;

    for phase in ["before", "loading", "filtering", "composing", "encoding"] {
        let controller = AbortController::new().unwrap();
        let signal = controller.signal();
        if phase == "before" {
            controller.abort();
        }
        let listener = Closure::<dyn FnMut(JsValue)>::new(move |progress: JsValue| {
            dawdle();
            if get(&progress, "phase") == phase {
                controller.abort();
            }
        });
        let outcome = export_into(&database, picked.0.clone(), function(&listener), signal).await;
        assert_eq!(error(outcome), "AbortError : Export operation was cancelled (, )", "in {phase}");
        assert_eq!(picked.bytes().await, b"old", "after a cancel in {phase}");
    }
    // Nothing is left open: the same file can be exported to.
    export_into(&database, picked.0.clone(), ignore(), never()).await.map_err(JsValue::from).unwrap();
    assert_eq!(get(&facts_of(picked.file().await).await, "frames"), end as f64);
}

#[wasm_bindgen_test]
async fn each_failure_has_its_code_names_the_clip_and_leaves_the_next_export_working() {
    let (database, store) = library_with_tone(44_100).await;
    let failure = async || error(export(&database).await);

    assert_eq!(failure().await, "Error timeline-not-found: Export failed: Timeline not found (, )");

    put_timeline(&store, vec![]).await;
    assert_eq!(failure().await, "Error empty-timeline: Timeline has no audio clips to export (, )");

    put_timeline(&store, vec![clip("c", "gone", 0, 44_100)]).await;
    assert_eq!(failure().await, "Error missing-asset: Missing asset: gone (gone, c)");

    let text = Asset { mime_type: "audio/mpeg".into(), ..asset("text") };
    store.put_asset(&text, &blob(b"This is no music. ".repeat(500).as_slice())).await.unwrap();
    put_timeline(&store, vec![clip("c", "text", 0, 44_100)]).await;
    let said = failure().await;
    assert!(said.starts_with("Error invalid-audio: Invalid audio data for asset text: "), "{said}");
    assert!(said.ends_with("(text, c)"), "{said}");

    put_timeline(&store, vec![clip("c", "tone", 0, 44_100)]).await;
    {
        let _broken = Patch::fails("IDBIndex", "get", "true", "UnknownError");
        let said = failure().await;
        assert!(said.starts_with("Error storage: The library could not be read"), "{said}");
    }
    let picked = PickedFile::with(b"old").await;
    {
        let _full = Patch::fails("FileSystemWritableFileStream", "write", "true", "QuotaExceededError");
        let said = error(export_into(&database, picked.0.clone(), ignore(), never()).await);
        assert!(said.starts_with("Error quota-exceeded: There is not enough room"), "{said}");
    }
    assert_eq!(picked.bytes().await, b"old");
    let outcome =
        export_timeline(database.clone(), "t".into(), 5, Some(-1.0), JsValue::UNDEFINED, ignore(), never()).await;
    let said = error(outcome);
    assert!(said.starts_with("Error export-failed: Export failed: "), "{said}");

    let said = error(export_into(&database, 7.into(), ignore(), never()).await);
    assert_eq!(said, "TypeError : destination must be a FileSystemFileHandle (, )");

    assert!(export(&database).await.is_ok());
}

#[wasm_bindgen_test]
async fn an_inspection_tells_what_the_content_is_whatever_its_name() {
    let facts = inspect("a".into(), blob(&tone(22_051)), "song.mp3".into(), never()).await;
    let facts = facts.map_err(JsValue::from).unwrap();
    assert_eq!(get(&facts, "mimeType"), "audio/wav");
    assert_eq!(get(&facts, "frames"), 22_051);
    assert_eq!((get(&facts, "sampleRate"), get(&facts, "channels")), (44_100.into(), 1.into()));
    assert!(get(&facts, "peaks").is_instance_of::<Uint8Array>());
    assert!(get(&facts, "warning").is_undefined());
}

#[wasm_bindgen_test]
async fn an_inspection_refuses_what_is_no_audio_warns_of_what_is_cut_off_and_can_be_stopped() {
    for content in [&b""[..], b"This is no music."] {
        let said = error(inspect("a".into(), blob(content), "a.mp3".into(), never()).await);
        assert!(said.starts_with("Error invalid-audio: Invalid audio data for asset a: "), "{said}");
    }
    let cut = &tone(44_100)[..44_044];
    let facts = inspect("a".into(), blob(cut), "a.wav".into(), never()).await.map_err(JsValue::from).unwrap();
    assert_eq!(get(&facts, "frames"), 22_000);
    assert!(get(&facts, "warning").is_string());

    let stopped = AbortController::new().unwrap();
    stopped.abort();
    let said = error(inspect("a".into(), blob(&tone(44_100)), String::new(), stopped.signal()).await);
    assert_eq!(said, "AbortError : Export operation was cancelled (, )");
}

#[wasm_bindgen_test]
async fn a_clips_content_outlives_its_asset_while_it_is_read() {
    let (_, store) = library_with_tone(44_100).await;
    let source = store.content("tone").await.unwrap().unwrap();
    store.remove_asset("tone").await.unwrap();
    let mut start = [0; 4];
    assert_eq!(source.read_at(0, &mut start).unwrap(), 4);
    assert_eq!(&start, b"RIFF");
}

fn function(listener: &Closure<dyn FnMut(JsValue)>) -> Function {
    listener.as_ref().unchecked_ref::<Function>().clone()
}

/// Takes so long that the next report is due: one report in 50 ms is the most, and each phase shall have one.
fn dawdle() {
    let until = js_sys::Date::now() + 60.0;
    while js_sys::Date::now() < until {}
}

/// A file of the origin's own, in the place of one that a user picked.
struct PickedFile(JsValue);

impl PickedFile {
    async fn with(content: &[u8]) -> Self {
        let make = run_js(
            "async (content) => {
               const folder = await navigator.storage.getDirectory();
               const handle = await folder.getFileHandle(`${Math.random()}.m4a`, { create: true });
               const file = await handle.createWritable();
               await file.write(content);
               await file.close();
               return handle;
             }",
        );
        let made = make.unchecked_into::<Function>().call1(&JsValue::UNDEFINED, &Uint8Array::from(content));
        Self(JsFuture::from(js_sys::Promise::from(made.unwrap())).await.unwrap())
    }

    async fn file(&self) -> Blob {
        let handle: &web_sys::FileSystemFileHandle = self.0.unchecked_ref();
        JsFuture::from(handle.get_file()).await.unwrap().unchecked_into()
    }

    async fn bytes(&self) -> Vec<u8> {
        bytes_of(&self.file().await).await
    }
}
