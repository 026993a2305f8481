//! Errors as JavaScript gets them.
//!
//! What went wrong with a job is an `Error` with a stable `code` and, where one is to blame, an `assetId` and a
//! `clipId`; where clips cannot be used, `unreadable` lists them all. An argument of the wrong shape is a `TypeError`,
//! as of any browser API; a cancel is an `AbortError`.

use js_sys::{Reflect, TypeError};
use wasm_bindgen::JsValue;
use web_sys::DomException;

use crate::store::StoreError;
use crate::timeline::ConvertError;

/// Why a call failed.
pub enum Failure {
    /// An argument is not what it should be.
    Argument(String),
    /// The caller asked for it to stop.
    Cancelled,
    /// The job failed.
    Job {
        /// Stable between versions.
        code: &'static str,
        /// For a person.
        message: String,
        /// The asset to blame.
        asset_id: Option<String>,
        /// The clip to blame.
        clip_id: Option<String>,
        /// Every clip to blame, as `UnreadableClip`s.
        unreadable: Option<JsValue>,
    },
    /// The browser refused what it has no reason to refuse.
    Browser(JsValue),
}

impl Failure {
    fn job(code: &'static str, message: String) -> Self {
        Self::Job { code, message, asset_id: None, clip_id: None, unreadable: None }
    }

    /// A clip that the converter refuses.
    fn clip(code: &'static str, message: String, asset_id: String, clip_id: Option<String>) -> Self {
        Self::Job { code, message, asset_id: Some(asset_id), clip_id, unreadable: None }
    }
}

#[cfg(feature = "engine")]
impl Failure {
    /// A content that cannot be played.
    pub(super) fn invalid_audio(asset_id: &str, reason: &str) -> Self {
        Self::Job {
            code: "invalid-audio",
            message: format!("Invalid audio data for asset {asset_id}: {reason}"),
            asset_id: Some(asset_id.into()),
            clip_id: None,
            unreadable: None,
        }
    }
}

#[cfg(feature = "engine")]
impl From<crate::export::ExportError> for Failure {
    fn from(error: crate::export::ExportError) -> Self {
        use super::results::UnreadableShape;
        use crate::export::ExportError;

        let message = error.to_string();
        match &error {
            ExportError::Cancelled => Self::Cancelled,
            ExportError::Unreadable { first, .. } => {
                let all: Vec<_> = error.unreadable().map(UnreadableShape::from).collect();
                Self::Job {
                    code: error.code(),
                    message,
                    asset_id: Some(first.clip.asset_id.clone()),
                    clip_id: Some(first.clip.clip_id.clone()),
                    unreadable: super::shapes::to_js(&all).ok(),
                }
            }
            _ => Self::job(error.code(), message),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::QuotaExceeded => "quota-exceeded",
            StoreError::Failed(_) => "storage",
        };
        Self::job(code, error.to_string())
    }
}

impl From<ConvertError> for Failure {
    fn from(error: ConvertError) -> Self {
        let message = error.to_string();
        match error {
            ConvertError::NoAudioElements => Self::job("no-audio-elements", message),
            ConvertError::MissingAsset { asset_id, clip_id } => Self::clip("missing-asset", message, asset_id, clip_id),
            ConvertError::InvalidClip { asset_id, clip_id, .. } => {
                Self::clip("invalid-audio", message, asset_id, clip_id)
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
            Failure::Cancelled => {
                DomException::new_with_message_and_name("Export operation was cancelled", "AbortError")
                    .map_or_else(|error| error, Self::from)
            }
            Failure::Job { code, message, asset_id, clip_id, unreadable } => {
                let error = js_sys::Error::new(&message).into();
                set(&error, "code", &code.into());
                asset_id.iter().for_each(|id| set(&error, "assetId", &id.into()));
                clip_id.iter().for_each(|id| set(&error, "clipId", &id.into()));
                unreadable.iter().for_each(|clips| set(&error, "unreadable", clips));
                error
            }
            Failure::Browser(exception) => exception,
        }
    }
}

/// Setting a property of a new object cannot fail.
fn set(error: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(error, &name.into(), value);
}
