//! The worker's module as JavaScript uses it: from a library in IndexedDB to a finished file.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Uint8Array};
use secuencia::sidecar::{Cue, Recording, SidecarKind};
use secuencia::store::Store;
use secuencia::timeline::{
    Asset, ChapterMarker, Image, ImageType, LayoutChoice, RationalTime, SampleRate, Timeline, TimelineClip,
};
use secuencia::web::{
    Failure, JournalFile, Leader, LibraryStore, Outlet, blame, export_timeline, inspect, plan_timeline,
};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{AbortController, AbortSignal, Blob};

use crate::support::{Patch, asset, blob, error, fresh_store, get, ignore, never, run_js, tone};

const RATE: SampleRate = SampleRate::HZ_44100;

/// Returns a new library whose asset `tone` has this many frames.
async fn library_with_tone(frames: u32) -> (String, LibraryStore) {
    let (name, store) = fresh_store().await;
    let facts = Asset { frames: frames.into(), ..asset("tone") };
    store.put_asset(&facts, &blob(&tone(frames))).await.unwrap();
    (name, store)
}

/// Returns a clip of an asset's first `frames`, from frame `start` of the timeline on.
fn clip(id: &str, asset_id: &str, start: u64, frames: u64) -> TimelineClip {
    TimelineClip {
        id: id.into(),
        name: id.into(),
        asset_id: asset_id.into(),
        offset: RATE.duration_of(start),
        duration: RATE.duration_of(frames),
        ..TimelineClip::default()
    }
}

async fn put_timeline(store: &LibraryStore, clips: Vec<TimelineClip>) {
    let timeline = Timeline {
        id: "t".into(),
        name: "Act I: Scene 1".into(),
        audio_layout: LayoutChoice::Stereo,
        audio_rate: RATE,
        clips,
        ..Timeline::default()
    };
    store.put_timeline(&timeline).await.unwrap();
}

async fn export(database: &str) -> Result<JsValue, Failure> {
    export_into(database, None, ignore(), never()).await
}

async fn export_into(
    database: &str,
    outlet: Option<Outlet>,
    on_progress: Function,
    signal: AbortSignal,
) -> Result<JsValue, Failure> {
    export_timeline(source(database), "t".into(), options("{}"), nobody(), outlet, None, on_progress, signal).await
}

async fn export_with(database: &str, changes: &str) -> Result<JsValue, Failure> {
    export_timeline(source(database), "t".into(), options(changes), nobody(), None, None, ignore(), never()).await
}

/// Returns the source of the library in a database. Its timeline is read from there.
fn source(database: &str) -> JsValue {
    let source = js_sys::Object::new();
    js_sys::Reflect::set(&source, &"database".into(), &database.into()).unwrap();
    source.into()
}

/// Returns a leader without helpers.
fn nobody() -> Leader {
    run_js("({ size: 0, begin() {}, claim: () => false, take() {}, wait: async () => false })").unchecked_into()
}

/// Returns the package's default options, with these changes.
fn options(changes: &str) -> JsValue {
    run_js(&format!(
        "({{ bitRate: 256000, afterburner: true, ceilingDb: -1, loudness: undefined, onUnreadableClip: 'stop', \
         chapters: 'markers', fileName: 'Act I.m4a', distrustedAssets: [], sidecars: [], ...{changes} }})"
    ))
}

/// Inspects a finished file in the worker.
async fn facts_of(file: Blob) -> JsValue {
    inspect("exported".into(), file, String::new(), JsValue::UNDEFINED, ignore(), never())
        .await
        .map_err(JsValue::from)
        .unwrap()
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
async fn tags_pictures_and_chapters_are_finished_by_what_the_library_holds() {
    let (database, store) = library_with_tone(44_100).await;
    put_timeline(&store, vec![clip("a", "tone", 0, 44_100), clip("b", "tone", 44_100, 44_100)]).await;
    let plain = export(&database).await.map_err(JsValue::from).unwrap();
    let mut timeline = store.timeline("t").await.unwrap().unwrap();
    let bytes = b"a picture".repeat(1000);
    let image = Image { id: "p".into(), mime_type: ImageType::Png, width: 3, height: 4, bytes: bytes.clone() };
    store.put_image(&image).await.unwrap();
    timeline.tags.covers = vec!["gone".into(), "p".into()];
    let offset = RationalTime::new(1, 3);
    timeline.chapters =
        vec![ChapterMarker { title: "One".into(), offset, image: Some("p".into()), ..Default::default() }];
    store.put_timeline(&timeline).await.unwrap();

    let report = export_with(&database, "{}").await.map_err(JsValue::from).unwrap();
    let chapters = js_sys::Array::from(&get(&report, "chapters"));
    let chapter = |index| {
        let chapter = chapters.get(index);
        (get(&chapter, "title"), get(&chapter, "startTime"), get(&chapter, "endTime"))
    };
    assert_eq!(chapters.length(), 2);
    assert_eq!(chapter(0), ("Act I: Scene 1".into(), 0.into(), (1.0 / 3.0).into()));
    assert_eq!(chapter(1), ("One".into(), (1.0 / 3.0).into(), 2.into()));
    let warnings = js_sys::Array::from(&get(&report, "warnings"));
    assert_eq!(get(&warnings.get(0), "message"), "Picture 1 is no longer in the library and was left out.");
    assert!(warnings.length() == 1 && get(&warnings.get(0), "clipId").is_undefined());

    let (plain, finished) = (bytes_of(&get(&plain, "file").unchecked_into()).await, get(&report, "file"));
    let finished = bytes_of(finished.unchecked_ref()).await;
    assert_eq!(get(&report, "bytes"), finished.len() as f64);
    assert!(finished.ends_with(&bytes), "the chapter's picture is the file's end");
    // The plain file ends with the packets.
    let packets = &plain[plain.len() - 20_000..];
    assert!(finished[..finished.len() - bytes.len()].ends_with(packets), "the audio is another");

    for (source, titles) in [
        ("'clips'", &["a", "b"][..]),
        ("{ everySeconds: 1.5 }", &["Chapter 1", "Chapter 2"]),
        ("'scenes'", &[]),
        ("'none'", &[]),
    ] {
        let report = export_with(&database, &format!("{{ chapters: {source} }}")).await.map_err(JsValue::from).unwrap();
        let chapters = js_sys::Array::from(&get(&report, "chapters"));
        assert!(
            chapters.iter().map(|chapter| get(&chapter, "title").as_string().unwrap()).eq(titles.iter().copied()),
            "{source}"
        );
    }
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
    export_into(&database, None, function(&listener), never()).await.map_err(JsValue::from).unwrap();

    let heard = heard.borrow();
    assert!(heard.is_sorted_by(|a, b| a.0 <= b.0) && heard[0].0 == 0.0, "{heard:?}");
    let mut words: Vec<_> = heard.iter().map(|(_, phase, message)| (phase.as_str(), message.as_str())).collect();
    words.dedup_by_key(|(phase, _)| *phase);
    assert_eq!(
        words,
        [
            ("loading", "Loading timeline"),
            ("filtering", "Finding the audio clips"),
            ("composing", "Reading clip 1 of 1"),
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
    let report = export_into(&database, picked.outlet(), ignore(), never()).await.map_err(JsValue::from).unwrap();
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
        let outcome = export_into(&database, picked.outlet(), function(&listener), signal).await;
        assert_eq!(error(outcome), "AbortError : The export was cancelled (, )", "in {phase}");
        assert_eq!(picked.bytes().await, b"old", "after a cancel in {phase}");
    }
    // Everything is closed: the same file can be exported to again.
    export_into(&database, picked.outlet(), ignore(), never()).await.map_err(JsValue::from).unwrap();
    assert_eq!(get(&facts_of(picked.file().await).await, "frames"), end as f64);
}

#[wasm_bindgen_test]
async fn each_failure_has_its_code_names_the_clip_and_leaves_the_next_export_working() {
    let (database, store) = library_with_tone(44_100).await;
    let failure = async || error(export(&database).await);

    assert_eq!(failure().await, "Error timeline-not-found: The timeline was not found (, )");

    put_timeline(&store, vec![]).await;
    assert_eq!(failure().await, "Error empty-timeline: The timeline has no audio clips to export (, )");

    put_timeline(&store, vec![clip("c", "gone", 0, 44_100)]).await;
    assert_eq!(failure().await, "Error missing-asset: Missing asset: gone (gone, c)");

    let text = Asset { mime_type: "audio/mpeg".into(), ..asset("text") };
    store.put_asset(&text, &blob(b"This is no music. ".repeat(500).as_slice())).await.unwrap();
    put_timeline(&store, vec![clip("c", "text", 0, 44_100)]).await;
    let said = failure().await;
    assert!(said.starts_with("Error invalid-audio: Invalid audio data for asset text: "), "{said}");
    assert!(said.ends_with("(text, c)"), "{said}");
    let failed = export(&database).await.map_err(JsValue::from).unwrap_err();
    let listed = js_sys::Array::from(&get(&failed, "unreadable")).get(0);
    for fault in [get(&failed, "fault"), get(&listed, "fault")] {
        assert_eq!(get(&fault, "kind"), "not-audio");
        assert!(get(&fault, "detail").is_undefined());
    }

    put_timeline(&store, vec![clip("c", "tone", 0, 44_100)]).await;
    {
        let _broken = Patch::fails("IDBIndex", "get", "true", "UnknownError");
        let said = failure().await;
        assert!(said.starts_with("Error storage: The library could not be read"), "{said}");
    }
    let picked = PickedFile::with(b"old").await;
    {
        let _full = Patch::fails("FileSystemWritableFileStream", "write", "true", "QuotaExceededError");
        let said = error(export_into(&database, picked.outlet(), ignore(), never()).await);
        assert!(said.starts_with("Error quota-exceeded: There is not enough space"), "{said}");
    }
    assert_eq!(picked.bytes().await, b"old");
    let said = error(export_with(&database, "{ bitRate: 5 }").await);
    assert!(said.starts_with("Error export-failed: Export failed: "), "{said}");

    assert!(export(&database).await.is_ok());
}

#[wasm_bindgen_test]
async fn clips_that_cannot_be_used_are_planned_for_named_and_silent_if_the_caller_wants_it() {
    let (database, store) = library_with_tone(44_100).await;
    let clips =
        vec![clip("a", "gone", 0, 44_100), clip("b", "tone", 44_100, 44_100), clip("c", "gone", 88_200, 44_100)];
    put_timeline(&store, clips).await;
    let named = |from: &JsValue| {
        let list = js_sys::Array::from(&get(from, "unreadable"));
        let word = |clip: &JsValue, name: &str| get(clip, name).as_string().unwrap();
        let tell =
            |clip: JsValue| format!("{} {} {}", word(&clip, "clipId"), word(&clip, "code"), word(&clip, "message"));
        list.iter().map(tell).collect::<Vec<_>>()
    };
    let expected = ["a missing-asset Missing asset: gone", "c missing-asset Missing asset: gone"];

    let plan = plan_timeline(source(&database), "t".into(), JsValue::UNDEFINED, ignore(), never())
        .await
        .map_err(JsValue::from)
        .unwrap();
    assert_eq!(named(&plan), expected);
    assert_eq!((get(&plan, "clips"), get(&plan, "durationSeconds")), (1.into(), 3.into()));

    assert_eq!(named(&export(&database).await.map_err(JsValue::from).unwrap_err()), expected);

    let report = export_with(&database, "{ onUnreadableClip: 'silence' }").await.map_err(JsValue::from).unwrap();
    assert_eq!(named(&report), expected);
    assert_eq!(get(&report, "durationSeconds"), 3);
    assert!(blame().map_err(JsValue::from).unwrap().is_undefined(), "nothing has crashed");
}

/// Makes the reader of byte streams fail after some parts, for all streams together, until dropped.
struct Streams(());

impl Streams {
    fn failing_after(parts: u32) -> Self {
        run_js(&format!(
            "self.realRead = ReadableStreamBYOBReader.prototype.read;
             self.partsLeft = {parts};
             ReadableStreamBYOBReader.prototype.read = function (view) {{
               if (--partsLeft < 0) return Promise.reject(new DOMException('gone', 'NotReadableError'));
               return realRead.call(this, view);
             }};"
        ));
        Self(())
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        run_js("ReadableStreamBYOBReader.prototype.read = realRead;");
    }
}

/// Returns an export's bytes, and how often a content was read synchronously for it.
async fn bytes_and_reads(database: &str) -> (Vec<u8>, f64) {
    run_js(
        "self.syncReads = 0;
         self.realSync = FileReaderSync.prototype.readAsArrayBuffer;
         FileReaderSync.prototype.readAsArrayBuffer = function (blob) {
           syncReads += 1;
           return realSync.call(this, blob);
         };",
    );
    let report = export(database).await;
    run_js("FileReaderSync.prototype.readAsArrayBuffer = realSync;");
    let file = get(&report.map_err(JsValue::from).unwrap(), "file");
    (bytes_of(file.unchecked_ref()).await, run_js("syncReads").as_f64().unwrap())
}

#[wasm_bindgen_test]
async fn contents_are_streamed_and_a_stream_that_fails_costs_only_reads() {
    // Four files of 2.6 MB: each takes eleven reads.
    const FRAMES: u32 = 30 * 44_100;
    let (database, store) = library_with_tone(FRAMES).await;
    let clips = ["tone", "b", "c", "d"].iter().enumerate().map(|(place, id)| {
        let start = place as u64 * u64::from(FRAMES);
        clip(id, id, start, FRAMES.into())
    });
    for id in ["b", "c", "d"] {
        let facts = Asset { frames: FRAMES.into(), ..asset(id) };
        store.put_asset(&facts, &blob(&tone(FRAMES))).await.unwrap();
    }
    put_timeline(&store, clips.collect()).await;

    let (streamed, few) = bytes_and_reads(&database).await;
    let (read, many) = {
        let _streams = Streams::failing_after(0);
        bytes_and_reads(&database).await
    };
    let (mixed, some) = {
        let _streams = Streams::failing_after(20);
        bytes_and_reads(&database).await
    };
    assert!(streamed == read && streamed == mixed, "the bytes differ");
    assert!(many >= 44.0 && few <= many / 2.0 && some > few, "{few}, {some} and {many} reads");
}

#[wasm_bindgen_test]
async fn a_content_that_becomes_unreadable_while_it_is_streamed_is_named() {
    const FRAMES: u32 = 60 * 44_100;
    let (database, store) = library_with_tone(FRAMES).await;
    put_timeline(&store, vec![clip("a", "tone", 0, FRAMES.into())]).await;
    let _streams = Streams::failing_after(4);
    run_js("self.readable = 4;");
    let _reads = Patch::fails("FileReaderSync", "readAsArrayBuffer", "--readable < 0", "NotReadableError");
    let said = error(export(&database).await);
    assert_eq!(
        said,
        "Error invalid-audio: Invalid audio data for asset tone: the file could not be read: it was moved, changed or \
         deleted (tone, a)"
    );
}

#[wasm_bindgen_test]
async fn loudness_is_told_of_and_reached() {
    let (database, store) = library_with_tone(10 * 44_100).await;
    put_timeline(&store, vec![clip("a", "tone", 0, 10 * 44_100)]).await;
    let loudness = async |changes: &str| {
        let report = export_with(&database, changes).await.map_err(JsValue::from).unwrap();
        let told = get(&report, "loudness");
        ["integratedLufs", "truePeakDb", "rmsDb", "gainDb"].map(|name| get(&told, name).as_f64().unwrap())
    };
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 0.1, "{found}, not {expected}");
    // A sine of 8,000 steps in both channels.
    let [integrated, peak, rms, gain] = loudness("{}").await;
    near(peak, -12.25);
    near(rms, -15.26);
    near(gain, 0.0);
    let [reached, _, _, gain] = loudness("{ loudness: { integratedLufs: -19 } }").await;
    near(reached, -19.0);
    near(gain, -19.0 - integrated);
    let [.., rms, _] = loudness("{ loudness: { rmsDb: -20 } }").await;
    near(rms, -20.0);
    let said = error(export_with(&database, "{ loudness: { integratedLufs: 3 } }").await);
    assert_eq!(said, "Error export-failed: Export failed: a loudness target is -70 to 0, not 3 (, )");
}

#[wasm_bindgen_test]
async fn sidecars_come_with_the_report_and_name_the_file() {
    let (database, store) = library_with_tone(44_100).await;
    let line = TimelineClip { text: Some("Hello & goodbye.".into()), ..clip("a", "tone", 22_050, 44_100) };
    put_timeline(&store, vec![line]).await;
    let picked = PickedFile::with(b"old").await;
    let asked = options("{ sidecars: ['webvtt', 'json'] }");
    let exported =
        export_timeline(source(&database), "t".into(), asked, nobody(), picked.outlet(), None, ignore(), never()).await;
    let report = exported.map_err(JsValue::from).unwrap();
    let sidecars = js_sys::Array::from(&get(&report, "sidecars"));
    let text = |index: u32, kind: &str| {
        assert_eq!(get(&sidecars.get(index), "kind"), kind);
        get(&sidecars.get(index), "text").as_string().unwrap()
    };
    assert_eq!(text(0, "webvtt"), "WEBVTT\n\na\n00:00:00.500 --> 00:00:01.500\nHello &amp; goodbye.\n");
    let timing = js_sys::JSON::parse(&text(1, "json")).unwrap();
    assert_eq!(get(&timing, "audioFile"), "Act I.m4a");
    assert_eq!(get(&timing, "duration"), get(&report, "durationSeconds"));
    assert_eq!(sidecars.length(), 2);
}

#[wasm_bindgen_test]
async fn a_sidecar_that_cannot_be_made_is_a_warning_about_no_clip() {
    let (database, store) = library_with_tone(44_100).await;
    let line = TimelineClip { text: Some("x".repeat(64 << 20)), ..clip("a", "tone", 0, 44_100) };
    put_timeline(&store, vec![line]).await;
    let report = export_with(&database, "{ sidecars: ['srt', 'chapters'] }").await.map_err(JsValue::from).unwrap();
    let warnings = js_sys::Array::from(&get(&report, "warnings"));
    assert_eq!(warnings.length(), 1);
    let warning = warnings.get(0);
    let message = "The SRT file could not be made: the clips' texts are too long for it.";
    assert_eq!(get(&warning, "message"), message);
    assert!(get(&warning, "clipId").is_undefined() && get(&warning, "assetId").is_undefined());
    assert_eq!(js_sys::Array::from(&get(&report, "sidecars")).length(), 1);
}

#[wasm_bindgen_test]
fn ten_thousand_cues_take_less_than_a_tenth_of_a_second() {
    let cue = |index: u64| {
        let clip = TimelineClip {
            text: Some("Four hundred & ten steps. I count them every night, in case one goes missing.".into()),
            voice: Some("ODETTE".into()),
            ..clip(&format!("clip-{index}"), "tone", 0, 1)
        };
        Cue::new(&clip, &asset("tone"), index * 100_000..index * 100_000 + 88_211)
    };
    let cues: Vec<_> = (0..10_000).map(cue).collect();
    let recording = Recording {
        file_name: "Long.m4a",
        title: "Long",
        rate: RATE,
        frames: 1_000_000_000,
        cues: cues.iter().collect(),
        chapters: &[],
    };
    let clock = run_js("() => performance.now()").unchecked_into::<Function>();
    let now = || clock.call0(&JsValue::UNDEFINED).unwrap().as_f64().unwrap();
    for kind in SidecarKind::ALL {
        let timed = || {
            let started = now();
            let bytes = recording.sidecar(kind).unwrap().text.len();
            (now() - started, bytes)
        };
        // A busy machine can only add to the time. So it is measured again while it is too long, up to twenty times.
        let (took, bytes) = (1..20).fold(timed(), |best, _| match best {
            (took, _) if took < 100.0 => best,
            _ => timed(),
        });
        wasm_bindgen_test::console_log!("{kind:?}: {bytes} bytes in {took:.1} ms");
        assert!(took < 100.0, "{kind:?} took {took} ms");
    }
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

/// Waits until the next report is due. At most one report comes per 100 ms, and each phase must have one.
fn dawdle() {
    let until = js_sys::Date::now() + 120.0;
    while js_sys::Date::now() < until {}
}

/// A file in the origin's private file system, in place of one that a user picked.
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

    /// Returns what writes the file, as the package's `fileOutlet` does.
    fn outlet(&self) -> Option<Outlet> {
        let make = run_js(
            "(handle) => {
               let opening;
               const stream = () => (opening ??= handle.createWritable());
               return {
                 canSeek: true,
                 write: async (bytes) => (await stream()).write(bytes),
                 seek: async (position) => (await stream()).seek(position),
                 close: async () => (await stream()).close(),
                 abort: async () => (await opening)?.abort(),
               };
             }",
        );
        let outlet = make.unchecked_into::<Function>().call1(&JsValue::UNDEFINED, &self.0);
        Some(outlet.unwrap().unchecked_into())
    }

    async fn file(&self) -> Blob {
        let handle: &web_sys::FileSystemFileHandle = self.0.unchecked_ref();
        JsFuture::from(handle.get_file()).await.unwrap().unchecked_into()
    }

    async fn bytes(&self) -> Vec<u8> {
        bytes_of(&self.file().await).await
    }
}

#[wasm_bindgen_test]
async fn an_export_goes_on_from_the_segments_that_another_left_in_the_journal() {
    let (database, store) = library_with_tone(44_100).await;
    let clips = (0..60).map(|index| clip(&format!("clip-{index}"), "tone", index * 44_100, 44_100)).collect();
    put_timeline(&store, clips).await;
    let undisturbed = export(&database).await.map_err(JsValue::from).unwrap();
    let journal = || {
        let file = "({ build: '1', size: () => kept.length,
            get(at, into) { into.set(kept.subarray(at, at + into.length)); return true; },
            put(at, bytes) { kept = Uint8Array.from([...kept.subarray(0, at), ...bytes]); return true; } })";
        Some(run_js(file).unchecked_into::<JournalFile>())
    };
    run_js("globalThis.kept = new Uint8Array()");
    for (part, case) in [("kept.length", "nothing"), ("kept.length / 2", "a half"), ("kept.length", "all")] {
        run_js(&format!("globalThis.kept = kept.slice(0, {part})"));
        let before = run_js("kept.length").as_f64().unwrap();
        let made =
            export_timeline(source(&database), "t".into(), options("{}"), nobody(), None, journal(), ignore(), never());
        let made = made.await.map_err(JsValue::from).unwrap();
        let [file, other] = [&made, &undisturbed].map(|report| get(report, "file").unchecked_into::<Blob>());
        assert!(bytes_of(&file).await == bytes_of(&other).await, "{case}: another file");
        let after = run_js("kept.length").as_f64().unwrap();
        assert_eq!(after > before, case != "all", "{case}: {before} bytes became {after}");
    }
}
