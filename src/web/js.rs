//! Converts plain objects to and from Rust.
//!
//! An argument from JavaScript may be anything. It is read field by field, and an error names the wrong field.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::JsValue;

use super::failure::Failure;

/// Converts a value to an object.
pub fn to_js(shape: &impl Serialize) -> Result<JsValue, Failure> {
    shape.serialize(&Serializer::new()).map_err(|error| Failure::Argument(error.to_string()))
}

/// Reads a value from an object. `what` is the caller's name for it, and starts the error's message.
pub fn from_js<T: DeserializeOwned>(what: &str, value: JsValue) -> Result<T, Failure> {
    from_value(value).map_err(|error| {
        let error = js_sys::Error::from(JsValue::from(error));
        Failure::Argument(format!("{what}: {}", error.message()))
    })
}
