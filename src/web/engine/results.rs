//! The plain objects that the worker's module returns, as `package/workers/messages.ts` declares them.

use std::borrow::Cow;
use std::ops::Range;

use serde::Serialize;

use crate::export::{ExportReport, Plan, Survey, UnreadableClip};
use crate::m4a::MoovPlace;
use crate::media::{Fault, FaultKind, Inspection, Inspector};
use crate::mix::{ClipWarning, Composition, Levels};
use crate::sidecar::{Sidecar, SidecarError};
use crate::timeline::{AudioLayout, ClipRef, Frames, SampleRate};
use crate::web::chapter::ChapterShape;

/// `AssetFacts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FactsShape<'a> {
    mime_type: &'a str,
    frames: Frames,
    sample_rate: SampleRate,
    channels: u16,
    has_equal_sides: bool,
    #[serde(with = "serde_bytes")]
    peaks: &'a [u8],
    #[serde(with = "serde_bytes")]
    seek_index: &'a [u8],
    #[serde(skip_serializing_if = "Option::is_none")]
    trim: Option<&'a Range<Frames>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<&'a str>,
}

impl<'a> From<&'a Inspection> for FactsShape<'a> {
    fn from(found: &'a Inspection) -> Self {
        Self {
            mime_type: &found.mime_type,
            frames: found.frames,
            sample_rate: found.sample_rate,
            channels: found.channels,
            has_equal_sides: found.has_equal_sides,
            peaks: &found.peaks,
            trim: found.sound.as_ref(),
            seek_index: &found.seek_index,
            warning: found.warning.as_deref(),
        }
    }
}

/// `Waveform`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WaveformShape {
    #[serde(with = "serde_bytes")]
    peaks: Vec<u8>,
    duration_seconds: f64,
}

impl From<&Inspector> for WaveformShape {
    fn from(inspector: &Inspector) -> Self {
        let (peaks, frames) = inspector.peaks();
        Self { peaks, duration_seconds: frames as f64 / f64::from(inspector.rate().hz()) }
    }
}

/// `Mix`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MixShape {
    sample_rate: SampleRate,
    channels: usize,
    frames: Frames,
}

impl From<&Composition> for MixShape {
    fn from(mix: &Composition) -> Self {
        Self { sample_rate: mix.rate(), channels: mix.layout().channels(), frames: mix.frames() }
    }
}

/// The levels of a `Block`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LevelsShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    true_peak_db: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    momentary_lufs: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_term_lufs: Option<f64>,
}

impl From<Levels> for LevelsShape {
    fn from(levels: Levels) -> Self {
        let Levels { true_peak_db, momentary_lufs, short_term_lufs } = levels;
        Self { true_peak_db, momentary_lufs, short_term_lufs }
    }
}

/// `ExportPlan`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanShape<'a> {
    duration_seconds: f64,
    audio_layout: AudioLayout,
    clips: usize,
    unreadable: Vec<UnreadableShape<'a>>,
}

impl<'a> From<&'a Plan> for PlanShape<'a> {
    fn from(plan: &'a Plan) -> Self {
        let composition = &plan.composition;
        Self {
            duration_seconds: composition.rate().duration_of(plan.stretch.frames()).to_seconds(),
            audio_layout: composition.layout(),
            clips: plan.heard(),
            unreadable: plan.unreadable.iter().map(UnreadableShape::from).collect(),
        }
    }
}

/// `TimelineSurvey`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SurveyShape<'a> {
    chapters: Vec<ChapterShape<'a>>,
    gain_db: f64,
}

impl<'a> From<&'a Survey> for SurveyShape<'a> {
    fn from(survey: &'a Survey) -> Self {
        let chapter = |chapter| ChapterShape::new(chapter, survey.sample_rate);
        Self { chapters: survey.chapters.iter().map(chapter).collect(), gain_db: survey.gain_db }
    }
}

/// `ExportReport`, without its file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportShape<'a> {
    bytes: u64,
    moov: MoovPlace,
    duration_seconds: f64,
    sample_rate: SampleRate,
    channels: usize,
    audio_layout: AudioLayout,
    loudness: LoudnessShape,
    warnings: Vec<WarningShape<'a>>,
    unreadable: Vec<UnreadableShape<'a>>,
    chapters: Vec<ChapterShape<'a>>,
    sidecars: &'a [Sidecar],
}

impl<'a> From<&'a ExportReport> for ReportShape<'a> {
    fn from(report: &'a ExportReport) -> Self {
        let warnings = report.warnings.iter().map(WarningShape::from);
        let remarks = report.remarks.iter().map(|remark| WarningShape::from(remark.as_str()));
        let chapter = |chapter| ChapterShape::new(chapter, report.sample_rate);
        Self {
            bytes: report.bytes,
            moov: report.moov,
            duration_seconds: report.sample_rate.duration_of(report.frames).to_seconds(),
            sample_rate: report.sample_rate,
            channels: report.layout.channels(),
            audio_layout: report.layout,
            loudness: LoudnessShape::from(report),
            warnings: warnings.chain(remarks).chain(report.missing_sidecars.iter().map(WarningShape::from)).collect(),
            unreadable: report.unreadable.iter().map(UnreadableShape::from).collect(),
            chapters: report.chapters.iter().map(chapter).collect(),
            sidecars: &report.sidecars,
        }
    }
}

/// `Loudness`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoudnessShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    integrated_lufs: Option<f64>,
    range_lu: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    true_peak_db: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rms_db: Option<f64>,
    gain_db: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_target_reached: Option<bool>,
}

impl From<&ExportReport> for LoudnessShape {
    fn from(report: &ExportReport) -> Self {
        let loudness = report.loudness;
        Self {
            integrated_lufs: loudness.integrated_lufs,
            range_lu: loudness.range_lu,
            true_peak_db: loudness.true_peak_db,
            rms_db: loudness.rms_db,
            gain_db: report.gain_db,
            is_target_reached: report.is_target_reached,
        }
    }
}

/// `ExportWarning`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WarningShape<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    clip_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asset_id: Option<&'a str>,
    message: Cow<'a, str>,
}

impl<'a> From<&'a ClipWarning> for WarningShape<'a> {
    fn from(warning: &'a ClipWarning) -> Self {
        let ClipRef { clip_id, asset_id } = &warning.clip;
        Self { clip_id: Some(clip_id), asset_id: Some(asset_id), message: warning.damage.to_string().into() }
    }
}

impl From<&SidecarError> for WarningShape<'_> {
    fn from(error: &SidecarError) -> Self {
        Self { clip_id: None, asset_id: None, message: error.to_string().into() }
    }
}

/// A warning about no clip in particular.
impl<'a> From<&'a str> for WarningShape<'a> {
    fn from(message: &'a str) -> Self {
        Self { clip_id: None, asset_id: None, message: message.into() }
    }
}

/// `UnreadableClip`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnreadableShape<'a> {
    clip_id: &'a str,
    asset_id: &'a str,
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<FaultShape<'a>>,
}

impl<'a> From<&'a UnreadableClip> for UnreadableShape<'a> {
    fn from(unreadable: &'a UnreadableClip) -> Self {
        let ClipRef { clip_id, asset_id } = &unreadable.clip;
        let fault = unreadable.fault().map(FaultShape::from);
        Self { clip_id, asset_id, code: unreadable.code(), message: unreadable.to_string(), fault }
    }
}

/// `AudioFault`.
#[derive(Serialize)]
pub struct FaultShape<'a> {
    kind: FaultKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

impl<'a> From<&'a Fault> for FaultShape<'a> {
    fn from(fault: &'a Fault) -> Self {
        Self { kind: fault.kind, detail: fault.detail.as_deref() }
    }
}
