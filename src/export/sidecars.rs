//! The text files that go with an export, made of its own plan: what was planned, less what was lost on the way.

use super::chapters::PlacedChapter;
use super::error::{ExportError, UnreadableClip};
use super::host::Host;
use super::plan::Plan;
use super::pulse::Pulse;
use crate::sidecar::{Chapter, Cue, Recording, Sidecar, SidecarError, SidecarKind};

/// The file that they are about.
pub(super) struct Finished<'a> {
    pub(super) name: &'a str,
    pub(super) title: &'a str,
    pub(super) chapters: &'a [PlacedChapter],
}

/// What came of them. One that could not be made is missing, and nothing else is.
#[derive(Default)]
pub(super) struct Sidecars {
    pub(super) made: Vec<Sidecar>,
    pub(super) missing: Vec<SidecarError>,
}

impl Sidecars {
    /// Makes them, one a slice of work. Clips that were lost on the way have no cue.
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
        let cues = plan.audible.iter().map(|clip| &clip.cue);
        let cues = Cue::in_order(cues.filter(|cue| lost.iter().all(|lost| lost.clip != cue.clip)).collect());
        let chapter = |chapter: &PlacedChapter| Chapter { title: chapter.title.clone(), start: chapter.start };
        let chapters: Vec<_> = file.chapters.iter().map(chapter).collect();
        let (rate, frames) = (plan.composition.rate(), plan.composition.frames());
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
