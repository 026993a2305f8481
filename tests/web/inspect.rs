//! How the worker's module looks into contents, and what it does when it rests after that.

use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use secuencia::web::{inspect, rehearse};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{AbortController, AbortSignal};

use crate::support::{blob, error, get, ignore, never, run_js, tone};

#[wasm_bindgen_test]
async fn silence_at_the_ends_is_found_where_that_is_asked_for() {
    let silence = |frames: usize| vec![0; 2 * frames];
    let sound = tone(22_050);
    let mut content = tone(44_100)[..44].to_vec();
    content.extend([silence(11_025), sound[44..].to_vec(), silence(11_025)].concat());
    let trim = run_js("({ thresholdDb: -60, keepSeconds: 0.05 })");
    let facts = inspect("a".into(), blob(&content), "a.wav".into(), trim, ignore(), never())
        .await
        .map_err(JsValue::from)
        .unwrap();
    assert_eq!(get(&facts, "frames"), 44_100);
    let trim = get(&facts, "trim");
    // The tone begins with a zero.
    assert_eq!(get(&trim, "start"), 11_026 - 2_205);
    assert!((get(&trim, "end").as_f64().unwrap() - f64::from(33_075 + 2_205)).abs() < 3.0);
}

#[wasm_bindgen_test]
async fn an_inspection_tells_what_the_content_is_whatever_its_name() {
    let facts =
        inspect("a".into(), blob(&tone(22_051)), "song.mp3".into(), JsValue::UNDEFINED, ignore(), never()).await;
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
        let said =
            error(inspect("a".into(), blob(content), "a.mp3".into(), JsValue::UNDEFINED, ignore(), never()).await);
        assert!(said.starts_with("Error invalid-audio: Invalid audio data for asset a: "), "{said}");
    }
    let cut = &tone(44_100)[..44_044];
    let facts = inspect("a".into(), blob(cut), "a.wav".into(), JsValue::UNDEFINED, ignore(), never())
        .await
        .map_err(JsValue::from)
        .unwrap();
    assert_eq!(get(&facts, "frames"), 22_000);
    assert!(get(&facts, "warning").is_string());

    let stopped = AbortController::new().unwrap();
    stopped.abort();
    let said = error(
        inspect("a".into(), blob(&tone(44_100)), String::new(), JsValue::UNDEFINED, ignore(), stopped.signal()).await,
    );
    assert_eq!(said, "AbortError : The export was cancelled (, )");
}

#[wasm_bindgen_test]
async fn a_rehearsal_comes_to_its_end_and_stops_as_soon_as_a_job_comes() {
    let milliseconds_of = async |signal: AbortSignal| {
        let began = js_sys::Date::now();
        rehearse(signal).await.map_err(JsValue::from).unwrap();
        js_sys::Date::now() - began
    };
    let whole = milliseconds_of(never()).await;
    let job = AbortController::new().unwrap();
    let signal = job.signal();
    let coming = Timeout::new(1, move || job.abort());
    let stopped = milliseconds_of(signal).await;
    coming.forget();
    assert!(stopped < whole / 2.0, "{stopped} of {whole} ms");
}
