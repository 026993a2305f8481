//! The report of a finished export.

use super::error::UnreadableClip;
use crate::m4a::MoovPlace;
use crate::mix::{ClipWarning, Loudness};
use crate::sidecar::{Sidecar, SidecarError};
use crate::timeline::{AudioLayout, Frames, PlacedChapter, SampleRate};

/// An export's result, beside the file itself.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportReport {
    /// The file's size in bytes.
    pub bytes: u64,
    /// The place of the file's index.
    pub moov: MoovPlace,
    /// The decoded length, without priming.
    pub frames: Frames,
    /// The file's sample rate.
    pub sample_rate: SampleRate,
    /// The file's channel layout.
    pub layout: AudioLayout,
    /// The loudness of the mix as it was encoded.
    pub loudness: Loudness,
    /// The gain in decibels that was applied before the limiter.
    pub gain_db: f64,
    /// Whether the loudness target was reached; `None` without a target.
    pub is_target_reached: Option<bool>,
    /// Clips that were read although their files are damaged.
    pub warnings: Vec<ClipWarning>,
    /// Clips that could not be used, and are silent.
    pub unreadable: Vec<UnreadableClip>,
    /// The file's chapters.
    pub chapters: Vec<PlacedChapter>,
    /// Other departures from the request, each in a sentence.
    pub remarks: Vec<String>,
    /// The text files that were made, in the order of the request.
    pub sidecars: Vec<Sidecar>,
    /// The text files that could not be made.
    pub missing_sidecars: Vec<SidecarError>,
}
