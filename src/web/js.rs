//! Converts plain objects to and from Rust.
//!
//! An argument from JavaScript may be anything. One of the wrong shape gives a sentence that names the wrong field, the
//! type that is wanted there and the value that was given.

use js_sys::{Function, JsString, Object, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::{JsCast, JsValue};

use super::failure::Failure;

/// Converts a value to an object.
pub fn to_js(shape: &impl Serialize) -> Result<JsValue, Failure> {
    shape.serialize(&Serializer::new()).map_err(|error| Failure::Argument(error.to_string()))
}

/// Reads a value from an object. `what` is the caller's name for it, and starts the error's message.
pub fn from_js<T: DeserializeOwned>(what: &str, value: JsValue) -> Result<T, Failure> {
    let given = value.clone();
    read(value).map_err(|error| Failure::Argument(sentence(what, &given, &error, &|value| read::<T>(value).err())))
}

/// Reads a value, or gives the reader's error. Never inlined, because a reader takes kilobytes and has two callers.
#[inline(never)]
fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, String> {
    from_value(value).map_err(|error| js_sys::Error::from(JsValue::from(error)).message().into())
}

/// Makes a sentence of a reader's error. `fault` reads a value again, and returns the error.
fn sentence(what: &str, given: &JsValue, error: &str, fault: &dyn Fn(JsValue) -> Option<String>) -> String {
    let Some((_, expected)) = error.split_once(", expected ") else { return format!("{what}: {error}") };
    // The reader does not name the field, so each is read alone. Without the others, it only misses those.
    let is_wrong = |name: &JsString| {
        let alone = Object::new();
        let value = Reflect::get(given, name).unwrap_or(JsValue::UNDEFINED);
        let _ = Reflect::set(&alone, name, &value);
        fault(alone.into()).is_some_and(|fault| fault == error)
    };
    let fields = given.dyn_ref::<Object>().map(Object::keys).unwrap_or_default();
    let wrong = fields.iter().filter_map(|name| name.dyn_into::<JsString>().ok()).find(is_wrong);
    let (field, value) = match &wrong {
        Some(name) => (format!(": {}", String::from(name)), Reflect::get(given, name).unwrap_or(JsValue::UNDEFINED)),
        None => (String::new(), given.clone()),
    };
    if error.starts_with("unknown variant") {
        return format!("{what}{field} must be {expected}");
    }
    let wanted = match expected {
        "a string" | "a boolean" => expected,
        "a sequence" => "an array",
        "f64" | "f32" => "a number",
        number if is_integer(number) => "a whole number",
        _ => "an object",
    };
    // The wrong field is one of the value's kind, such as `text` of a Blob.
    let wanted = if wrong.is_none() && given.is_object() && wanted != "an array" { "a plain object" } else { wanted };
    format!("{what}{field} must be {wanted}, not {}", in_words(&value))
}

/// Returns whether a type of Rust is an integer, such as `u16`.
fn is_integer(name: &str) -> bool {
    name.strip_prefix(['i', 'u']).is_some_and(|bits| bits.parse::<u8>().is_ok())
}

/// Describes a value of the wrong type in words, such as `null`, `5`, `a string` or `a Blob`.
pub fn in_words(value: &JsValue) -> String {
    if value.is_null() || value.is_undefined() || value.as_f64().is_some() || value.as_bool().is_some() {
        return format!("{value:?}").trim_start_matches("JsValue(").trim_end_matches(')').to_owned();
    }
    if value.is_string() {
        return "a string".into();
    }
    if let Some(error) = value.dyn_ref::<js_sys::Error>() {
        return error.message().into();
    }
    let constructor =
        Reflect::get(value, &"constructor".into()).ok().and_then(|found| found.dyn_into::<Function>().ok());
    let name = constructor.map(|constructor| String::from(constructor.name())).unwrap_or_default();
    match name.as_str() {
        "" | "Object" => "an object".into(),
        "Array" => "an array".into(),
        name if name.starts_with(['A', 'E', 'I', 'O']) => format!("an {name}"),
        name => format!("a {name}"),
    }
}
