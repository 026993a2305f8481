//! Errors for JavaScript.
//!
//! - A failed job is an `Error` with a stable `code`. `assetId` and `clipId` name the first clip to blame, and
//!   `fault` says what is wrong with its content. `unreadable` lists every clip that cannot be used. `cause` is the
//!   browser's own exception, if one is behind it.
//! - An argument of the wrong shape is a `TypeError`, as in any browser API.
//! - An abort is the reason of its signal.

use js_sys::{Reflect, TypeError};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, DomException};

use crate::reason::Reason;
use crate::store::StoreError;
use crate::timeline::ConvertError;

/// The reason why a call failed.
pub enum Failure {
    /// An argument has the wrong shape.
    Argument(String),
    /// The worker's job was cancelled. The page rejects with the reason of its own signal.
    Cancelled,
    /// The job failed.
    Job {
        /// The error's code, stable between versions.
        code: &'static str,
        /// The error's message, for a person.
        message: String,
        /// The asset to blame.
        asset_id: Option<String>,
        /// The clip to blame.
        clip_id: Option<String>,
        /// Every clip to blame, as an array of `UnreadableClip`.
        unreadable: Option<JsValue>,
        /// The fault of the asset's content, as an `AudioFault`.
        fault: Option<JsValue>,
        /// The browser's exception.
        cause: Option<JsValue>,
    },
    /// An unexpected exception from the browser.
    Browser(JsValue),
}

impl Failure {
    /// Returns the failure of a job without anything to blame.
    pub fn job(code: &'static str, message: String) -> Self {
        Self::Job { code, message, asset_id: None, clip_id: None, unreadable: None, fault: None, cause: None }
    }

    /// Returns the failure for a clip that the converter refuses.
    fn clip(code: &'static str, message: String, asset_id: String, clip_id: Option<String>) -> Self {
        Self::Job { code, message, asset_id: Some(asset_id), clip_id, unreadable: None, fault: None, cause: None }
    }

    /// Returns the failure with the browser's exception behind it, if the reason has one.
    pub fn caused_by(self, reason: &Reason) -> Self {
        let found = reason.cause::<SendWrapper<JsValue>>().map(|exception| JsValue::clone(exception));
        match self {
            Self::Job { code, message, asset_id, clip_id, unreadable, fault, .. } => {
                Self::Job { code, message, asset_id, clip_id, unreadable, fault, cause: found }
            }
            other => other,
        }
    }

    /// Returns the failure of a call whose signal is aborted.
    pub fn aborted(signal: &AbortSignal) -> Self {
        Self::Browser(signal.reason())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::QuotaExceeded => Self::job("quota-exceeded", message),
            StoreError::Failed(reason) => Self::job("storage", message).caused_by(&reason),
        }
    }
}

impl From<ConvertError> for Failure {
    fn from(error: ConvertError) -> Self {
        let message = error.to_string();
        match error {
            ConvertError::NoAudioElements => Self::job("no-audio-elements", message),
            ConvertError::MissingAsset { asset_id, clip_id } => Self::clip("missing-asset", message, asset_id, clip_id),
            ConvertError::InvalidClip { asset_id, clip_id, .. } => {
                Self::clip("bad-clip", message, asset_id, Some(clip_id))
            }
        }
    }
}

impl From<JsValue> for Failure {
    fn from(exception: JsValue) -> Self {
        Self::Browser(exception)
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Argument(message) => TypeError::new(&message).into(),
            Failure::Cancelled => DomException::new_with_message_and_name("The export was cancelled", "AbortError")
                .map_or_else(|error| error, Self::from),
            Failure::Job { code, message, asset_id, clip_id, unreadable, fault, cause } => {
                let error = js_sys::Error::new(&message).into();
                set(&error, "code", &code.into());
                asset_id.iter().for_each(|id| set(&error, "assetId", &id.into()));
                clip_id.iter().for_each(|id| set(&error, "clipId", &id.into()));
                unreadable.iter().for_each(|clips| set(&error, "unreadable", clips));
                fault.iter().for_each(|fault| set(&error, "fault", fault));
                cause.iter().for_each(|exception| set(&error, "cause", exception));
                error
            }
            Failure::Browser(exception) => exception,
        }
    }
}

/// Sets a property of a new object, which cannot fail.
fn set(error: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(error, &name.into(), value);
}
