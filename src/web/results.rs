//! The plain objects that the worker's module gives, as `package/messages.ts` states them.

use serde::Serialize;

use crate::export::ExportReport;
use crate::media::Inspection;
use crate::timeline::{Frames, SampleRate};

/// `AssetFacts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FactsShape<'a> {
    mime_type: &'a str,
    frames: Frames,
    sample_rate: SampleRate,
    channels: u16,
    #[serde(with = "serde_bytes")]
    peaks: &'a [u8],
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
            peaks: &found.peaks,
            warning: found.warning.as_deref(),
        }
    }
}

/// `ExportReport`, without its file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportShape<'a> {
    name: &'a str,
    bytes: u64,
    duration_seconds: f64,
    sample_rate: SampleRate,
    channels: usize,
    warnings: Vec<WarningShape<'a>>,
}

/// `ExportWarning`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WarningShape<'a> {
    clip_id: &'a str,
    asset_id: &'a str,
    message: &'a str,
}

impl<'a> From<&'a ExportReport> for ReportShape<'a> {
    fn from(report: &'a ExportReport) -> Self {
        let warnings = report.warnings.iter().map(|warning| WarningShape {
            clip_id: &warning.clip_id,
            asset_id: &warning.asset_id,
            message: &warning.message,
        });
        Self {
            name: &report.name,
            bytes: report.bytes,
            duration_seconds: report.sample_rate.duration_of(report.frames).to_seconds(),
            sample_rate: report.sample_rate,
            channels: report.layout.channels(),
            warnings: warnings.collect(),
        }
    }
}
