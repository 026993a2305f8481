//! What the browser tests share.

#![allow(dead_code, reason = "each test file uses its own part")]

use js_sys::{Array, Uint8Array};
use secuencia::store::{Store, StoreError};
use secuencia::timeline::{Asset, SampleRate};
use secuencia::web::IndexedDbStore;
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
