//! The options of an export, and the check of their values.

use serde::Deserialize;

use super::error::ExportError;
use super::plan::{OnUnreadableClip, Plan};
use super::stretch::TimeRange;
use crate::mix::{Limiter, LoudnessTarget};
use crate::sidecar::SidecarKind;
use crate::timeline::{AudioLayout, ChapterSource, LayoutChoice, RationalTime};

/// The shortest period for chapters at regular times: shorter chapters are useless.
const LEAST_PERIOD: RationalTime = RationalTime::ONE_SECOND;

/// The options of an export.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportOptions {
    /// Bits per second, 32,000 to 320,000.
    pub bit_rate: u32,
    /// Whether the encoder searches longer, for better sound at the same bit rate.
    pub afterburner: bool,
    /// The true-peak limiter's ceiling in dBTP, −40 to 0; `None` for no limiter.
    pub ceiling_db: Option<f64>,
    /// The loudness that the mix is brought to; `None` leaves it unchanged.
    pub loudness: Option<LoudnessTarget>,
    /// The loudness instead, if [`LayoutChoice::Auto`] makes the file mono; `None` for the same one.
    pub auto_mono_loudness: Option<LoudnessTarget>,
    /// The treatment of clips that cannot be used: end the export, or silence them.
    pub on_unreadable_clip: OnUnreadableClip,
    /// The source of the file's chapters.
    pub chapters: ChapterSource,
    /// The part of the timeline to export; `None` for all of it.
    pub range: Option<TimeRange>,
    /// The gain before the limiter in decibels, −60 to 60, for a file whose loudness is not its own; `None` to find it.
    pub gain_db: Option<f64>,
    /// The file's place among several that are made of the timeline, for its tags; `None` for a file by itself.
    pub part: Option<FilePart>,
    /// The file's name, which some of its text files hold.
    pub file_name: String,
    /// IDs of assets whose decoder crashed or did not end. They are not opened again, so their clips cannot be used.
    pub distrusted_assets: Vec<String>,
    /// The text files to make beside the audio.
    pub sidecars: Vec<SidecarKind>,
}

/// One of several files that are made of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FilePart {
    /// The file's title.
    pub title: String,
    /// The file's number, counted from 1.
    pub number: u16,
    /// The number of files.
    pub total: u16,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            bit_rate: 256_000,
            afterburner: true,
            ceiling_db: Some(-1.0),
            loudness: None,
            auto_mono_loudness: None,
            on_unreadable_clip: OnUnreadableClip::default(),
            chapters: ChapterSource::default(),
            range: None,
            gain_db: None,
            part: None,
            file_name: "audio.m4a".into(),
            distrusted_assets: Vec::new(),
            sidecars: Vec::new(),
        }
    }
}

impl ExportOptions {
    /// Returns an error for values out of range, before any work is done.
    pub(super) fn check(&self) -> Result<(), ExportError> {
        self.ceiling_db.map_or(Ok(()), Limiter::check)?;
        self.loudness.map_or(Ok(()), LoudnessTarget::check)?;
        self.auto_mono_loudness.map_or(Ok(()), LoudnessTarget::check)?;
        match self.chapters {
            ChapterSource::Every(period) if period < LEAST_PERIOD => Err(ExportError::ChapterPeriod),
            _ => Ok(()),
        }
    }

    /// Returns the loudness that this plan's mix is brought to.
    pub(super) fn loudness_of(&self, plan: &Plan) -> Option<LoudnessTarget> {
        match (plan.timeline.audio_layout, plan.composition.layout()) {
            (LayoutChoice::Auto, AudioLayout::Mono) => self.auto_mono_loudness.or(self.loudness),
            _ => self.loudness,
        }
    }
}
