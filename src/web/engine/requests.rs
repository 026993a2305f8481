//! The plain objects that the worker's module takes, as `package/workers/messages.ts` states them.

use serde::Deserialize;

use crate::export::{ChapterSource, ExportOptions, Extension, OnUnreadableClip};
use crate::media::SilenceTrim;
use crate::mix::LoudnessTarget;
use crate::sidecar::SidecarKind;
use crate::timeline::RationalTime;

/// `SilenceTrim`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SilenceTrimShape {
    threshold_db: f64,
    keep_seconds: f64,
}

impl From<SilenceTrimShape> for SilenceTrim {
    fn from(shape: SilenceTrimShape) -> Self {
        Self { threshold_db: shape.threshold_db, keep_seconds: shape.keep_seconds }
    }
}

/// `EngineOptions`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportOptionsShape {
    bit_rate: u32,
    afterburner: bool,
    ceiling_db: Option<f64>,
    loudness: Option<LoudnessTargetShape>,
    on_unreadable_clip: OnUnreadableClipShape,
    chapters: ChaptersShape,
    extension: ExtensionShape,
    distrusted_assets: Vec<String>,
    sidecars: Vec<SidecarKind>,
}

/// `LoudnessTarget`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum LoudnessTargetShape {
    IntegratedLufs(f64),
    RmsDb(f64),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum OnUnreadableClipShape {
    Stop,
    Silence,
}

/// `EngineOptions.chapters`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum ChaptersShape {
    Markers,
    Clips,
    Scenes,
    None,
    EverySeconds(f64),
}

impl From<ChaptersShape> for ChapterSource {
    fn from(shape: ChaptersShape) -> Self {
        match shape {
            ChaptersShape::Markers => Self::Markers,
            ChaptersShape::Clips => Self::Clips,
            ChaptersShape::Scenes => Self::Scenes,
            ChaptersShape::None => Self::None,
            // What is no time is too short a one, and is refused as such.
            ChaptersShape::EverySeconds(seconds) => {
                Self::Every(RationalTime::from_seconds(seconds).unwrap_or(RationalTime::ZERO))
            }
        }
    }
}

/// `EngineOptions.extension`.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ExtensionShape {
    M4a,
    M4b,
}

impl From<ExportOptionsShape> for ExportOptions {
    fn from(shape: ExportOptionsShape) -> Self {
        Self {
            bit_rate: shape.bit_rate,
            afterburner: shape.afterburner,
            ceiling_db: shape.ceiling_db,
            loudness: shape.loudness.map(|target| match target {
                LoudnessTargetShape::IntegratedLufs(level) => LoudnessTarget::Integrated(level),
                LoudnessTargetShape::RmsDb(level) => LoudnessTarget::Rms(level),
            }),
            on_unreadable_clip: match shape.on_unreadable_clip {
                OnUnreadableClipShape::Stop => OnUnreadableClip::Stop,
                OnUnreadableClipShape::Silence => OnUnreadableClip::Silence,
            },
            chapters: shape.chapters.into(),
            extension: match shape.extension {
                ExtensionShape::M4a => Extension::M4a,
                ExtensionShape::M4b => Extension::M4b,
            },
            distrusted_assets: shape.distrusted_assets,
            sidecars: shape.sidecars,
        }
    }
}
