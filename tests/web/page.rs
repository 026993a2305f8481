//! The page's module as JavaScript uses it: plain objects in and out.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, JSON};
use secuencia::web::{Failure, PageLibrary};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{AbortController, Blob};

use crate::support::{blob, error, get, run_js};

/// Opens a library with the assets `a` (0.5 s), `b` (2 s) and `picture`, which is not audio.
async fn library() -> PageLibrary {
    let library = PageLibrary::open(Some(format!("page test {}", js_sys::Math::random()))).await.unwrap_or_else(fail);
    for (id, mime_type, frames) in
        [("a", "audio/wav", 22_050), ("b", "audio/mpeg", 88_200), ("picture", "image/png", 1)]
    {
        let facts = run_js(&format!(
            "({{ id: '{id}', name: '{id}.file', mimeType: '{mime_type}', frames: {frames}, sampleRate: 44100,
                 channels: 2, text: 'Hello.', voice: 'ALICE', peaks: new Uint8Array([1, 255]) }})"
        ));
        library.put_asset(facts, blob(b"content")).await.unwrap_or_else(fail);
    }
    library
}

fn fail<T>(failure: Failure) -> T {
    panic!("{:?}", JsValue::from(failure))
}

fn json(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

fn head(json: &str) -> JsValue {
    run_js(&format!("({{ id: 't', name: 'Scene', ...{json} }})"))
}

/// Returns the number of clips, and a function from an index to its clip.
fn clips(json: &str) -> (u32, Function) {
    clips_of(run_js(json))
}

fn clips_of(list: JsValue) -> (u32, Function) {
    let at: Function = run_js("(list) => (index) => list[index]").unchecked_into();
    let at = at.call1(&JsValue::UNDEFINED, &list).unwrap().unchecked_into();
    (list.unchecked_into::<Array>().length(), at)
}

async fn build(library: &PageLibrary, options: &str, specs: &str) -> Result<JsValue, Failure> {
    let (count, at) = clips(specs);
    library.build_timeline(head(options), count, at, false, None, None).await
}

async fn save(library: &PageLibrary, head: JsValue, (count, at): (u32, Function)) -> Result<(), Failure> {
    library.save_timeline(head, count, at).await
}

#[wasm_bindgen_test]
async fn an_asset_is_a_plain_object_with_its_length_in_seconds_and_its_waveform_as_bytes() {
    let library = library().await;
    let asset = library.asset("b".into()).await.unwrap_or_else(fail);
    assert!(get(&asset, "peaks").is_instance_of::<js_sys::Uint8Array>());
    assert_eq!(
        json(&asset),
        r#"{"id":"b","name":"b.file","mimeType":"audio/mpeg","durationSeconds":2,"sampleRate":44100,"channels":2,"hasEqualSides":false,"bytes":7,"text":"Hello.","voice":"ALICE","peaks":{"0":1,"1":255}}"#
    );
    assert_eq!(library.assets().await.unwrap_or_else(fail).length(), 3);
    assert!(library.asset("none".into()).await.unwrap_or_else(fail).is_undefined());
    library.remove_asset("b".into()).await.unwrap_or_else(fail);
    assert!(library.asset("b".into()).await.unwrap_or_else(fail).is_undefined());
}

#[wasm_bindgen_test]
async fn a_built_timeline_is_saved_and_its_times_are_seconds() {
    let library = library().await;
    let specs = "[{ assetId: 'a' }, { assetId: 'b', sourceStart: 0.5, volumeDb: -6, isMuted: true, lane: 2, fadeIn: 0.25, pan: -0.5, id: 'x', name: 'Rain' }, { assetId: 'a' }]";
    let built =
        build(&library, "{ gapSeconds: 0.25, edgeFadeSeconds: 0.125, audioLayout: 'mono', audioRate: 48000 }", specs)
            .await;
    let built = json(&built.unwrap_or_else(fail));
    assert_eq!(
        built,
        r#"{"id":"t","name":"Scene","audioLayout":"mono","audioRate":48000,"durationSeconds":1.5,"clips":[{"id":"clip-1","name":"a.file","assetId":"a","offset":0,"duration":0.5,"sourceStart":0,"lane":0,"volumeDb":0,"isMuted":false,"fadeIn":0.125,"fadeOut":0.125,"pan":0},{"id":"x","name":"Rain","assetId":"b","offset":0,"duration":1.5,"sourceStart":0.5,"lane":2,"volumeDb":-6,"isMuted":true,"fadeIn":0.25,"fadeOut":0.125,"pan":-0.5},{"id":"clip-3","name":"a.file","assetId":"a","offset":0.75,"duration":0.5,"sourceStart":0,"lane":0,"volumeDb":0,"isMuted":false,"fadeIn":0.125,"fadeOut":0.125,"pan":0}]}"#
    );
    assert_eq!(json(&library.timeline("t".into()).await.unwrap_or_else(fail)), built);
    assert_eq!(json(&library.timelines().await.unwrap_or_else(fail)), format!("[{built}]"));
    library.remove_timeline("t".into()).await.unwrap_or_else(fail);
    assert!(library.timeline("t".into()).await.unwrap_or_else(fail).is_undefined());
}

#[wasm_bindgen_test]
async fn a_saved_timeline_comes_back_the_same() {
    let library = library().await;
    let built = build(&library, "{}", "[{ assetId: 'a' }, { assetId: 'b' }]").await.unwrap_or_else(fail);
    let copied = run_js("(timeline) => ({ ...timeline, id: 'copy' })").unchecked_into::<Function>();
    let copy = copied.call1(&JsValue::UNDEFINED, &built).unwrap();
    save(&library, copy.clone(), clips_of(get(&copy, "clips"))).await.unwrap_or_else(fail);
    let saved = library.timeline("copy".into()).await.unwrap_or_else(fail);
    assert_eq!(json(&saved), json(&built).replace(r#""id":"t""#, r#""id":"copy""#));
}

#[wasm_bindgen_test]
async fn each_reason_for_no_timeline_has_its_code_and_names_the_clip() {
    let library = library().await;
    assert_eq!(
        error(build(&library, "{}", "[{ assetId: 'picture' }]").await),
        "Error no-audio-elements: There is no audio to export (, )"
    );
    assert_eq!(
        error(build(&library, "{}", "[{ assetId: 'gone', id: 'x' }]").await),
        "Error missing-asset: Missing asset: gone (gone, x)"
    );
    let invalid = error(build(&library, "{}", "[{ assetId: 'a', id: 'x', sourceStart: 0.5 }]").await);
    assert!(invalid.starts_with("Error bad-clip: Clip x cannot be used: the clip starts 0.500 s into"), "{invalid}");
    assert!(invalid.ends_with("(a, x)"), "{invalid}");
    assert_eq!(library.timelines().await.unwrap_or_else(fail).length(), 0);
}

#[wasm_bindgen_test]
async fn what_is_no_timeline_is_a_type_error_that_says_where() {
    let library = library().await;
    let whole =
        "id: 'c', name: '', assetId: 'a', offset: 0, duration: 1, sourceStart: 0, lane: 0, volumeDb: 0, isMuted: false";
    let bad = [
        ("{ name: 7 }", "[]".into(), "the timeline: name must be a string, not 7"),
        ("{ audioLayout: '5.1' }", "[]".into(), "the timeline: audioLayout must be one of `"),
        ("{ audioRate: 22050 }", "[]".into(), "audioRate must be 44100 or 48000"),
        ("{}", "[null]".into(), "clips[0] must be an object, not null"),
        ("{}", "[new Blob()]".into(), "clips[0] must be a plain object, not a Blob"),
        ("{ tags: 3 }", "[]".into(), "the timeline: tags must be an object, not 3"),
        ("{ gapSeconds: 's' }", "[]".into(), "the timeline: gapSeconds must be a number, not a string"),
        ("{}", "[{ id: 'c' }]".into(), "clips[0]: missing field `name`"),
        ("{}", format!("[{{ {whole}, offset: NaN }}]"), "clips[0]: offset must be a finite number of seconds"),
        ("{}", format!("[{{ {whole}, duration: 1e300 }}]"), "clips[0]: duration must be a finite number of seconds"),
        ("{}", format!("[{{ {whole}, offset: '0' }}]"), "clips[0]: offset must be a number, not a string"),
        ("{}", format!("[{{ {whole}, id: null }}]"), "clips[0]: id must be a string, not null"),
        ("{}", format!("[{{ {whole}, assetId: new Blob() }}]"), "clips[0]: assetId must be a string, not a Blob"),
        ("{}", format!("[{{ {whole}, isMuted: 1 }}]"), "clips[0]: isMuted must be a boolean, not 1"),
        ("{}", format!("[{{ {whole}, text: () => 1 }}]"), "clips[0]: text must be a string, not a Function"),
        ("{}", format!("[{{ {whole}, fadeIn: NaN }}]"), "clips[0]: fadeIn must be a finite number of seconds"),
        ("{}", format!("[{{ {whole}, lane: 0.5 }}]"), "clips[0]: lane must be a whole number, not 0.5"),
        ("{}", format!("[{{ {whole} }}, {{ {whole} }}]"), "clips[1]: an earlier clip has the ID c"),
    ];
    for (timeline, specs, says) in bad {
        let error = error(save(&library, head(timeline), clips(&specs)).await);
        assert!(error.starts_with(&format!("TypeError : {says}")), "{timeline} {specs} gave {error}");
    }
    assert_eq!(
        error(build(&library, "{ gapSeconds: -1 }", "[{ assetId: 'a' }]").await),
        "TypeError : gapSeconds must not be negative (, )"
    );
    assert_eq!(library.timelines().await.unwrap_or_else(fail).length(), 0);
}

#[wasm_bindgen_test]
async fn thousands_of_clips_are_told_of_as_they_are_placed_in_order_and_within_the_scale() {
    let library = library().await;
    let heard = Rc::new(RefCell::new(Vec::new()));
    let listener = {
        let heard = heard.clone();
        Closure::<dyn FnMut(JsValue)>::new(move |progress: JsValue| {
            let (completed, message) = (get(&progress, "completed"), get(&progress, "message"));
            heard.borrow_mut().push((completed.as_f64().unwrap(), message.as_string().unwrap()));
        })
    };
    let (count, at) = clips("Array.from({ length: 3600 }, (_, index) => ({ assetId: 'ab'[index % 2] }))");
    let on_progress = Some(listener.as_ref().unchecked_ref::<Function>().clone());
    let timeline = library.build_timeline(head("{}"), count, at, false, on_progress, None).await.unwrap_or_else(fail);

    assert_eq!(get(&timeline, "durationSeconds"), 4500.0);
    let heard = heard.borrow();
    assert_eq!(heard[0], (0.0, "Checking the clips".into()));
    assert!(
        heard.is_sorted_by(|a, b| a.0 <= b.0) && heard.iter().all(|(completed, _)| *completed <= 100.0),
        "{heard:?}"
    );
}

#[wasm_bindgen_test]
async fn an_abort_leaves_no_timeline_whenever_it_comes() {
    let library = library().await;
    // Aborts before the start, at the first report, or at a later one if there is one.
    for words in 0..4 {
        let controller = AbortController::new().unwrap();
        let reason = run_js("Object.assign(new Error('the user left'), { name: 'Mine' })");
        let signal = Some(controller.signal());
        let heard = Rc::new(Cell::new(0));
        if words == 0 {
            controller.abort_with_reason(&reason);
        }
        let listener = {
            let heard = heard.clone();
            Closure::<dyn FnMut(JsValue)>::new(move |progress: JsValue| {
                // The last report announces the saved timeline. Aborting then is too late.
                let completed = get(&progress, "completed");
                heard.set(heard.get() + i32::from(completed.as_f64().unwrap() < 100.0));
                if heard.get() == words {
                    controller.abort_with_reason(&reason);
                }
            })
        };
        let (count, at) = clips("Array.from({ length: 3600 }, () => ({ assetId: 'a' }))");
        let on_progress = Some(listener.as_ref().unchecked_ref::<Function>().clone());
        let outcome = library.build_timeline(head("{}"), count, at, false, on_progress, signal).await;
        if words <= 1 || heard.get() >= words {
            assert_eq!(error(outcome), "Mine : the user left (, )", "at word {words}");
            assert_eq!(library.timelines().await.unwrap_or_else(fail).length(), 0);
        }
        library.remove_timeline("t".into()).await.unwrap_or_else(fail);
    }
}

#[wasm_bindgen_test]
async fn tags_chapters_lines_and_what_others_keep_come_back_as_they_were_given() {
    let library = library().await;
    let options = r#"{ tags: { artist: 'Ødette', track: { number: 3, total: 9 }, mediaType: 'audiobook', covers: ['p'] },
        chapters: [{ title: 'One', offset: 0 }, { title: 'Two', offset: 0.25, image: 'p', metadata: '{"a":1}' }],
        metadata: '{"b":[2]}' }"#;
    let specs =
        r#"[{ assetId: 'a', text: 'Who knocks?', voice: 'BRAM', scene: 'INT. LIGHTHOUSE', metadata: '{"c":3}' }]"#;
    let built = build(&library, options, specs).await.unwrap_or_else(fail);
    assert_eq!(
        json(&built),
        r#"{"id":"t","name":"Scene","audioLayout":"stereo","audioRate":44100,"durationSeconds":0.5,"chapters":[{"title":"One","offset":0},{"title":"Two","offset":0.25,"image":"p","metadata":"{\"a\":1}"}],"tags":{"artist":"Ødette","track":{"number":3,"total":9},"mediaType":"audiobook","covers":["p"]},"metadata":"{\"b\":[2]}","clips":[{"id":"clip-1","name":"a.file","assetId":"a","offset":0,"duration":0.5,"sourceStart":0,"lane":0,"volumeDb":0,"isMuted":false,"fadeIn":0,"fadeOut":0,"pan":0,"text":"Who knocks?","voice":"BRAM","scene":"INT. LIGHTHOUSE","metadata":"{\"c\":3}"}]}"#
    );
    save(&library, built.clone(), clips_of(get(&built, "clips"))).await.unwrap_or_else(fail);
    assert_eq!(json(&library.timeline("t".into()).await.unwrap_or_else(fail)), json(&built));
    let early = build(&library, "{ chapters: [{ title: 'Early', offset: -1 }] }", "[{ assetId: 'a' }]").await;
    assert!(error(early).contains("chapters[0]: offset must not be negative"));
}

#[wasm_bindgen_test]
async fn chapters_are_previewed_from_plain_objects_and_what_is_none_is_a_type_error() {
    let library = library().await;
    let asset_of: Function = run_js(
        "(id) => id === 'gone' ? undefined
           : { id, name: `${id}.wav`, mimeType: 'audio/wav', frames: 11025, sampleRate: 22050, channels: 1,
               text: '', voice: '', peaks: new Uint8Array() }",
    )
    .unchecked_into();
    let preview = |options: &str, specs: &str, source: &str| {
        let (count, at) = clips(specs);
        library.preview_chapters(head(options), count, &at, run_js(source), &asset_of)
    };
    let specs = "[{ assetId: 'a', offset: 0.25 }, { assetId: 'gone' }, { assetId: 'b', scene: 'HALL' }]";
    let chapters = preview("{ gapSeconds: 0.25 }", specs, "'clips'").unwrap_or_else(fail);
    assert_eq!(
        json(&chapters),
        r#"[{"title":"Scene","startTime":0,"endTime":0.25},{"title":"a","startTime":0.25,"endTime":1},{"title":"b","startTime":1,"endTime":1.5}]"#
    );
    let every = preview("{}", specs, "({ everySeconds: 1 })").unwrap_or_else(fail);
    assert_eq!(every.unchecked_into::<Array>().length(), 2);
    assert!(error(preview("{}", "[{ assetId: 7 }]", "'clips'")).starts_with("TypeError : clips[0]: "));
    assert!(error(preview("{}", "[]", "'sometimes'")).starts_with("TypeError : chapters must be one of `"));
}

#[wasm_bindgen_test]
async fn a_picture_is_kept_under_its_id_and_is_no_asset() {
    let library = library().await;
    let picture =
        run_js("({ id: 'a', mimeType: 'image/png', width: 2, height: 3, bytes: new Uint8Array([1, 2, 255]) })");
    let kept = library.put_image(picture).await.unwrap_or_else(fail);
    assert_eq!(json(&kept), r#"{"id":"a","mimeType":"image/png","width":2,"height":3,"bytes":3}"#);
    assert_eq!(library.assets().await.unwrap_or_else(fail).length(), 3);
    let blob: Blob = library.image("a".into()).await.unwrap_or_else(fail).unchecked_into();
    assert_eq!((blob.size(), blob.type_()), (3.0, "image/png".into()));
    library.remove_asset("a".into()).await.unwrap_or_else(fail);
    assert!(!library.image("a".into()).await.unwrap_or_else(fail).is_undefined());
    let images = library.images().await.unwrap_or_else(fail);
    assert_eq!(json(&images), r#"[{"id":"a","mimeType":"image/png","width":2,"height":3,"bytes":3}]"#);
    library.remove_image("a".into()).await.unwrap_or_else(fail);
    assert!(library.image("a".into()).await.unwrap_or_else(fail).is_undefined());
    assert!(error(library.put_image(run_js("({ id: 'b', mimeType: 'image/gif' })")).await).contains("the image"));
}
