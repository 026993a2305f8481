//! What the browser tests share.

use js_sys::{Array, Reflect, Uint8Array};
use secuencia::store::{Store, StoreError};
use secuencia::timeline::{Asset, SampleRate};
use secuencia::web::{Failure, IndexedDbStore};
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// An empty library of the test's own, and its name.
pub async fn fresh_store() -> (String, IndexedDbStore) {
    let name = format!("test {} {}", js_sys::Date::now(), js_sys::Math::random());
    let store = IndexedDbStore::open(&name).await.unwrap();
    (name, store)
}

/// One second of mono audio, as far as its facts say.
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
        warning: None,
    }
}

/// The bytes as a Blob.
pub fn blob(bytes: &[u8]) -> Blob {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).unwrap()
}

/// All of an asset's content.
pub async fn content_bytes(store: &IndexedDbStore, id: &str) -> Result<Vec<u8>, StoreError> {
    let source = store.content(id).await?.unwrap();
    let mut bytes = vec![0; source.len() as usize];
    let read = source.read_at(0, &mut bytes).unwrap();
    assert_eq!(read, bytes.len());
    Ok(bytes)
}

/// What a script gives, run in the worker's global scope.
pub fn run_js(script: &str) -> JsValue {
    js_sys::eval(script).unwrap()
}

/// A property.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

/// The error that JavaScript gets, as `name code: message (assetId, clipId)`.
pub fn error<T>(outcome: Result<T, Failure>) -> String {
    let error = JsValue::from(outcome.err().unwrap());
    let get = |name: &str| get(&error, name).as_string().unwrap_or_default();
    format!("{} {}: {} ({}, {})", get("name"), get("code"), get("message"), get("assetId"), get("clipId"))
}

/// While it lives, a method of the browser fails.
pub struct Patch {
    method: String,
}

impl Patch {
    /// `class.method` throws an exception of that name where the condition, on its first argument `value`, holds.
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
