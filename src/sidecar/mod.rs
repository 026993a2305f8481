//! Text that goes with an exported file: who says what in it, and when.
//!
//! Every format is a small file over one list of [`Cue`]s, which come of what the export really plays. They promise
//! that a cue's times are its clip's output frames, rounded once, so that nothing drifts, however many come before it;
//! that whatever stands in a text, a name or an ID, the file is one that the format's readers take, and shows the words
//! as they were written as far as the format can; and that the bytes depend on the recording alone. What each format
//! does with what it cannot hold: docs/sidecars.md.

mod chapters;
mod cue;
mod json;
mod labels;
mod plain;
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

use crate::timeline::{Frames, SampleRate};
use text::Text;

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SidecarKind {
    /// WebVTT: cues that a browser's `<track>` shows.
    Webvtt,
    /// JSON for programs: docs/timing.schema.json.
    Json,
    /// SubRip's subtitles.
    Srt,
    /// The chapters, as podcast players fetch them.
    Chapters,
    /// A label track for Audacity.
    Labels,
}

impl SidecarKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Webvtt, Self::Json, Self::Srt, Self::Chapters, Self::Labels];
}

/// An exported file, as its sidecars tell of it.
#[derive(Clone, Debug)]
pub struct Recording<'a> {
    /// What the file is called.
    pub file_name: &'a str,
    /// What the piece is called.
    pub title: &'a str,
    /// Frames a second.
    pub rate: SampleRate,
    /// The file's length.
    pub frames: Frames,
    /// The clips that are heard, in [`Cue::in_order`].
    pub cues: Vec<&'a Cue>,
    /// The chapters, by start.
    pub chapters: &'a [Chapter],
}

impl Recording<'_> {
    /// The sidecar of that kind.
    pub fn sidecar(&self, kind: SidecarKind) -> Result<Sidecar, SidecarError> {
        let mut text = Text::new();
        let written = match kind {
            SidecarKind::Webvtt => webvtt::write(self, &mut text),
            SidecarKind::Json => timing::write(self, &mut text),
            SidecarKind::Srt => srt::write(self, &mut text),
            SidecarKind::Chapters => chapters::write(self, &mut text),
            SidecarKind::Labels => labels::write(self, &mut text),
        };
        // A text refuses to grow, and nothing else.
        written.map_err(|_| SidecarError { kind })?;
        Ok(Sidecar { kind, text: text.into_string() })
    }
}

/// A sidecar that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sidecar {
    /// Its format.
    pub kind: SidecarKind,
    /// Its content.
    pub text: String,
}

/// A sidecar that could not be made: it would be too long.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("The {} could not be made: the clips' texts are too long for it.", kind.in_words())]
pub struct SidecarError {
    /// Its format.
    pub kind: SidecarKind,
}

impl SidecarKind {
    fn in_words(self) -> &'static str {
        match self {
            Self::Webvtt => "WebVTT file",
            Self::Json => "timing file",
            Self::Srt => "SRT file",
            Self::Chapters => "chapters file",
            Self::Labels => "label file",
        }
    }
}
