//! Code that the browser tests share.

use js_sys::{Array, Function, Reflect, Uint8Array};
use secuencia::store::{Store, StoreError};
use secuencia::timeline::{Asset, SampleRate};
use secuencia::web::{Failure, LibraryStore};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, AbortSignal, Blob};

/// Opens a new, empty library. Returns its name too.
pub async fn fresh_store() -> (String, LibraryStore) {
    let name = format!("test {} {}", js_sys::Date::now(), js_sys::Math::random());
    let store = LibraryStore::in_database(&name).await.unwrap();
    (name, store)
}

/// Returns new, empty libraries: in a database, and in memory.
pub async fn fresh_stores() -> [LibraryStore; 2] {
    [fresh_store().await.1, LibraryStore::in_memory()]
}

/// Returns the facts of one second of mono audio.
pub fn asset(id: &str) -> Asset {
    Asset {
        id: id.into(),
        name: format!("{id}.wav"),
        mime_type: "audio/wav".into(),
        frames: 44_100,
        sample_rate: SampleRate::HZ_44100,
        channels: 1,
        text: String::new(),
        voice: String::new(),
        peaks: Vec::new(),
        trim: None,
        seek_index: Vec::new(),
        has_equal_sides: true,
        warning: None,
    }
}

pub fn blob(bytes: &[u8]) -> Blob {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).unwrap()
}

/// Reads an asset's whole content.
pub async fn content_bytes(store: &LibraryStore, id: &str) -> Result<Vec<u8>, StoreError> {
    let source = store.content(id).await?.unwrap();
    let mut bytes = vec![0; source.len() as usize];
    let read = source.read_at(0, &mut bytes).unwrap();
    assert_eq!(read, bytes.len());
    Ok(bytes)
}

/// Runs a script in the worker's global scope. Returns its value.
pub fn run_js(script: &str) -> JsValue {
    js_sys::eval(script).unwrap()
}

/// Returns a property's value.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

/// Returns JavaScript's error as `name code: message (assetId, clipId)`.
pub fn error<T>(outcome: Result<T, Failure>) -> String {
    let error = JsValue::from(outcome.err().unwrap());
    let get = |name: &str| get(&error, name).as_string().unwrap_or_default();
    format!("{} {}: {} ({}, {})", get("name"), get("code"), get("message"), get("assetId"), get("clipId"))
}

/// Makes a method of the browser fail, until dropped.
pub struct Patch {
    method: String,
}

impl Patch {
    /// Makes `class.method` throw an exception of this name if the condition on its first argument, `value`, is true.
    pub fn fails(class: &str, method: &str, condition: &str, exception: &str) -> Self {
        let method = format!("{class}.prototype.{method}");
        run_js(&format!(
            "self.real = {method};
             {method} = function (value, ...rest) {{
               if ({condition}) throw new DOMException('refused', '{exception}');
               return self.real.call(this, value, ...rest);
             }};"
        ));
        Self { method }
    }
}

impl Drop for Patch {
    fn drop(&mut self) {
        run_js(&format!("{} = self.real;", self.method));
    }
}

/// Returns a WAV file of a 440 Hz tone: mono, 16 bits, 44.1 kHz.
pub fn tone(frames: u32) -> Vec<u8> {
    const HZ: u32 = 44_100;
    let data_bytes = 2 * frames;
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + data_bytes).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend(HZ.to_le_bytes());
    wav.extend((2 * HZ).to_le_bytes());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend(data_bytes.to_le_bytes());
    for frame in 0..frames {
        let phase = std::f64::consts::TAU * 440.0 * f64::from(frame) / f64::from(HZ);
        wav.extend(((phase.sin() * 8_000.0) as i16).to_le_bytes());
    }
    wav
}

/// Returns a signal that is never aborted.
pub fn never() -> AbortSignal {
    AbortController::new().unwrap().signal()
}

/// Returns a listener that ignores what it gets.
pub fn ignore() -> Function {
    run_js("() => {}").unchecked_into()
}
