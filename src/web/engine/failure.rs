//! The job's errors for JavaScript.

use super::results::{FaultShape, UnreadableShape};
use crate::export::{ExportError, SinkError};
use crate::media::Fault;
use crate::store::StoreError;
use crate::web::failure::Failure;
use crate::web::js::to_js;

impl Failure {
    /// Returns the failure for a content that cannot be played.
    pub(super) fn invalid_audio(asset_id: &str, fault: &Fault) -> Self {
        Self::Job {
            code: "invalid-audio",
            message: format!("Invalid audio data for asset {asset_id}: {}", fault.message),
            asset_id: Some(asset_id.into()),
            clip_id: None,
            unreadable: None,
            fault: to_js(&FaultShape::from(fault)).ok(),
            cause: None,
        }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        let code = error.code();
        let message = error.to_string();
        match &error {
            ExportError::Cancelled => Self::Cancelled,
            ExportError::Unreadable { first, .. } => {
                let all: Vec<_> = error.unreadable().map(UnreadableShape::from).collect();
                Self::Job {
                    code,
                    message,
                    asset_id: Some(first.clip.asset_id.clone()),
                    clip_id: Some(first.clip.clip_id.clone()),
                    unreadable: to_js(&all).ok(),
                    fault: first.fault().and_then(|fault| to_js(&FaultShape::from(fault)).ok()),
                    cause: None,
                }
            }
            ExportError::Store(StoreError::Failed(reason)) | ExportError::Sink(SinkError::Failed(reason)) => {
                Self::job(code, message).caused_by(reason)
            }
            _ => Self::job(code, message),
        }
    }
}
