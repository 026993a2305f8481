//! The errors of an export: each has a sentence for people and a stable code for programs.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::sink::SinkError;
use crate::aac::AacError;
use crate::m4a::M4aError;
use crate::media::Fault;
use crate::mix::{CeilingError, MixError, TargetError};
use crate::store::StoreError;
use crate::timeline::{ClipRef, Frames, SampleRate};

/// The reason why an export did not finish.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The timeline has no audio clip with a length.
    #[error("The timeline has no audio clips to export")]
    EmptyTimeline,
    /// The requested range begins at or after the timeline's end, or where it ends.
    #[error("The timeline has no audio in that range: it is {} s long", .rate.duration_of(*.frames).to_seconds())]
    EmptyRange {
        /// The timeline's length.
        frames: Frames,
        /// The timeline's sample rate.
        rate: SampleRate,
    },
    /// The store has no timeline with that ID.
    #[error("The timeline was not found")]
    TimelineNotFound,
    /// Clips that cannot be used. The error's text and code are those of the first.
    #[error("{first}")]
    Unreadable {
        /// The first unusable clip.
        first: UnreadableClip,
        /// All other unusable clips.
        others: Vec<UnreadableClip>,
    },
    /// The library cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be written.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// The encoder failed.
    #[error("Export failed: {0}")]
    Encoder(#[from] AacError),
    /// The limiter's ceiling is out of range.
    #[error("Export failed: {0}")]
    Ceiling(#[from] CeilingError),
    /// The loudness target is out of range.
    #[error("Export failed: {0}")]
    Loudness(#[from] TargetError),
    /// The requested period between chapters is less than a second.
    #[error("Export failed: chapters must be at least a second apart")]
    ChapterPeriod,
    /// The file's header cannot be made.
    #[error("Export failed: {0}")]
    File(#[from] M4aError),
    /// The caller cancelled the export. This is not a failure.
    #[error("The export was cancelled")]
    Cancelled,
}

impl ExportError {
    /// Returns the code for JavaScript. It does not change between versions.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyTimeline | Self::EmptyRange { .. } => "empty-timeline",
            Self::TimelineNotFound => "timeline-not-found",
            Self::Unreadable { first, .. } => first.code(),
            Self::Store(StoreError::QuotaExceeded) | Self::Sink(SinkError::QuotaExceeded) => "quota-exceeded",
            Self::Store(StoreError::Failed(_)) => "storage",
            Self::Sink(SinkError::Failed(_))
            | Self::Encoder(_)
            | Self::Ceiling(_)
            | Self::Loudness(_)
            | Self::ChapterPeriod
            | Self::File(_) => "export-failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Returns the unusable clips, if they are the reason.
    pub fn unreadable(&self) -> impl Iterator<Item = &UnreadableClip> {
        let (first, others) = match self {
            Self::Unreadable { first, others } => (Some(first), &others[..]),
            _ => (None, &[][..]),
        };
        first.into_iter().chain(others)
    }
}

impl From<MixError> for ExportError {
    fn from(error: MixError) -> Self {
        Self::Unreadable { first: error.into(), others: Vec::new() }
    }
}

/// A clip that cannot be used, and the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadableClip {
    /// The clip and its asset.
    pub clip: ClipRef,
    /// The reason.
    pub problem: ClipProblem,
}

/// The reason why a clip cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClipProblem {
    /// The clip's asset is not in the store.
    Missing,
    /// The content cannot be read.
    Invalid(Box<Fault>),
    /// The clip asks for more than its asset has, or for an invalid value. The text completes a sentence.
    BadClip(String),
}

impl UnreadableClip {
    /// Returns the fault of the clip's content, if that is the reason.
    pub fn fault(&self) -> Option<&Fault> {
        match &self.problem {
            ClipProblem::Invalid(fault) => Some(fault),
            _ => None,
        }
    }

    /// Returns the code for JavaScript.
    pub fn code(&self) -> &'static str {
        match self.problem {
            ClipProblem::Missing => "missing-asset",
            ClipProblem::Invalid(_) => "invalid-audio",
            ClipProblem::BadClip(_) => "bad-clip",
        }
    }
}

impl fmt::Display for UnreadableClip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ClipRef { clip_id, asset_id } = &self.clip;
        match &self.problem {
            ClipProblem::Missing => write!(f, "Missing asset: {asset_id}"),
            ClipProblem::Invalid(fault) => write!(f, "Invalid audio data for asset {asset_id}: {}", fault.message),
            ClipProblem::BadClip(reason) => write!(f, "Clip {clip_id} cannot be used: {reason}"),
        }
    }
}

impl From<MixError> for UnreadableClip {
    fn from(error: MixError) -> Self {
        Self { clip: error.clip, problem: ClipProblem::Invalid(Box::new(Fault::from(&error.source))) }
    }
}
