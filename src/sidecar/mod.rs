//! Text files that accompany an exported file: who says what, and when.
//!
//! Every format is a small file over one list of [`Cue`]s, made from the clips that the export plays. All formats
//! promise:
//! - A cue's times are its clip's output frames, rounded once. So nothing drifts, however many cues come before.
//! - Whatever a text, a name or an ID contains, readers of the format accept the file, and show the words as written,
//!   as far as the format can.
//! - The bytes depend only on the recording.
//!
//! docs/sidecars.md describes how each format treats text that it cannot hold.

mod chapters;
mod cue;
mod json;
mod labels;
mod plain;
mod recording;
mod show_notes;
mod srt;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
mod text;
mod timing;
mod webvtt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use cue::{Chapter, Cue};
pub use recording::Recording;

use text::Text;

/// The sidecar formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SidecarKind {
    /// WebVTT: cues that a browser's `<track>` shows.
    Webvtt,
    /// JSON for programs; the schema is docs/timing.schema.json.
    Json,
    /// SubRip subtitles.
    Srt,
    /// The chapters, in the format that podcast players fetch.
    Chapters,
    /// The chapters as a list for show notes.
    ShowNotes,
    /// A label track for Audacity.
    Labels,
}

impl SidecarKind {
    /// All formats.
    pub const ALL: [Self; 6] = [Self::Webvtt, Self::Json, Self::Srt, Self::Chapters, Self::ShowNotes, Self::Labels];
}

impl Recording<'_> {
    /// Makes the sidecar in the format `kind`.
    pub fn sidecar(&self, kind: SidecarKind) -> Result<Sidecar, SidecarError> {
        let mut text = Text::new();
        let written = match kind {
            SidecarKind::Webvtt => webvtt::write(self, &mut text),
            SidecarKind::Json => timing::write(self, &mut text),
            SidecarKind::Srt => srt::write(self, &mut text),
            SidecarKind::Chapters => chapters::write(self, &mut text),
            SidecarKind::ShowNotes => show_notes::write(self, &mut text),
            SidecarKind::Labels => labels::write(self, &mut text),
        };
        // Writing fails only if the text becomes too long.
        written.map_err(|_| SidecarError { kind })?;
        Ok(Sidecar { kind, text: text.into_string() })
    }
}

/// A finished sidecar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sidecar {
    /// The sidecar's format.
    pub kind: SidecarKind,
    /// The file's content.
    pub text: String,
}

/// A sidecar that could not be made because it would be too long.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("The {} could not be made: the clips' texts are too long for it.", kind.in_words())]
pub struct SidecarError {
    /// The sidecar's format.
    pub kind: SidecarKind,
}

impl SidecarKind {
    fn in_words(self) -> &'static str {
        match self {
            Self::Webvtt => "WebVTT file",
            Self::Json => "timing file",
            Self::Srt => "SRT file",
            Self::Chapters => "chapters file",
            Self::ShowNotes => "chapter list",
            Self::Labels => "label file",
        }
    }
}
