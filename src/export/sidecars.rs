//! Makes an export's text files from its plan, without the clips that became unreadable during the export.

use super::error::{ExportError, UnreadableClip};
use super::host::Host;
use super::plan::Plan;
use super::pulse::Pulse;
use crate::sidecar::{Chapter, Cue, Recording, Sidecar, SidecarError, SidecarKind};
use crate::timeline::PlacedChapter;

/// The facts on the exported file that its text files hold.
pub(super) struct Finished<'a> {
    pub(super) name: &'a str,
    pub(super) title: &'a str,
    pub(super) chapters: &'a [PlacedChapter],
}

/// The result. If a text file could not be made, only that one is missing.
#[derive(Default)]
pub(super) struct Sidecars {
    pub(super) made: Vec<Sidecar>,
    pub(super) missing: Vec<SidecarError>,
}

impl Sidecars {
    /// Makes the text files, one in each slice of work. Clips in `lost` have no cue.
    pub(super) async fn make<H: Host>(
        kinds: &[SidecarKind],
        plan: &Plan,
        file: &Finished<'_>,
        lost: &[UnreadableClip],
        pulse: &mut Pulse<'_, H>,
    ) -> Result<Self, ExportError> {
        let mut sidecars = Self::default();
        if kinds.is_empty() {
            return Ok(sidecars);
        }
        let cues = plan.audible.iter().map(|clip| &clip.cue).filter(|cue| !cue.at.is_empty());
        let cues = Cue::in_order(cues.filter(|cue| lost.iter().all(|lost| lost.clip != cue.clip)).collect());
        let chapter = |chapter: &PlacedChapter| Chapter { title: chapter.title.clone(), start: chapter.start };
        let chapters: Vec<_> = file.chapters.iter().map(chapter).collect();
        let (rate, frames) = (plan.composition.rate(), plan.stretch.frames());
        let recording = Recording { file_name: file.name, title: file.title, rate, frames, cues, chapters: &chapters };
        for &kind in kinds {
            match recording.sidecar(kind) {
                Ok(sidecar) => sidecars.made.push(sidecar),
                Err(error) => sidecars.missing.push(error),
            }
            pulse.breathe().await?;
        }
        Ok(sidecars)
    }
}
