//! Why an export did not finish: a sentence for a person and a stable code for a program.

use thiserror::Error;

use super::sink::SinkError;
use crate::aac::AacError;
use crate::m4a::M4aError;
use crate::mix::{CeilingError, MixError};
use crate::store::StoreError;

/// Why an export did not finish.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The timeline has no clip of any length.
    #[error("Timeline has no audio clips to export")]
    EmptyTimeline,
    /// The store has no timeline of that ID.
    #[error("Export failed: Timeline not found")]
    TimelineNotFound,
    /// A clip's asset is not in the store.
    #[error("Missing asset: {asset_id}")]
    MissingAsset {
        /// The asset.
        asset_id: String,
        /// The clip that plays it.
        clip_id: String,
    },
    /// A clip's content cannot be read, or the clip asks for what is not there.
    #[error("Invalid audio data for asset {asset_id}: {reason}")]
    InvalidAudio {
        /// The asset.
        asset_id: String,
        /// The clip that plays it.
        clip_id: String,
        /// What is wrong.
        reason: String,
    },
    /// The library cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be written.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// The encoder refused.
    #[error("Export failed: {0}")]
    Encoder(#[from] AacError),
    /// The limiter's ceiling is not one.
    #[error("Export failed: {0}")]
    Ceiling(#[from] CeilingError),
    /// The file's header cannot be made.
    #[error("Export failed: {0}")]
    File(#[from] M4aError),
    /// The caller asked for it to stop. That is no failure.
    #[error("Export operation was cancelled")]
    Cancelled,
}

impl ExportError {
    /// The code at the JavaScript surface. It does not change between versions.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyTimeline => "empty-timeline",
            Self::TimelineNotFound => "timeline-not-found",
            Self::MissingAsset { .. } => "missing-asset",
            Self::InvalidAudio { .. } => "invalid-audio",
            Self::Store(StoreError::QuotaExceeded) | Self::Sink(SinkError::QuotaExceeded) => "quota-exceeded",
            Self::Store(StoreError::Failed(_)) => "storage",
            Self::Sink(SinkError::Failed(_)) | Self::Encoder(_) | Self::Ceiling(_) | Self::File(_) => "export-failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The asset to blame, where one is.
    pub fn asset_id(&self) -> Option<&str> {
        match self {
            Self::MissingAsset { asset_id, .. } | Self::InvalidAudio { asset_id, .. } => Some(asset_id),
            _ => None,
        }
    }

    /// The clip to blame, where one is.
    pub fn clip_id(&self) -> Option<&str> {
        match self {
            Self::MissingAsset { clip_id, .. } | Self::InvalidAudio { clip_id, .. } => Some(clip_id),
            _ => None,
        }
    }
}

impl From<MixError> for ExportError {
    fn from(error: MixError) -> Self {
        Self::InvalidAudio { asset_id: error.asset_id, clip_id: error.clip_id, reason: error.source.to_string() }
    }
}
