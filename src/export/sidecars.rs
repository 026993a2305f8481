//! The text files that go with an export, made of its own plan: what was planned, less what was lost on the way.

use super::error::{ExportError, UnreadableClip};
use super::host::Host;
use super::plan::Plan;
use super::pulse::Pulse;
use crate::sidecar::{Chapter, Recording, Sidecar, SidecarError, SidecarKind};
use crate::timeline::{ChapterMarker, Frames, Timeline};

/// What came of them. One that could not be made is missing, and nothing else is.
#[derive(Default)]
pub(super) struct Sidecars {
    pub(super) made: Vec<Sidecar>,
    pub(super) missing: Vec<SidecarError>,
}

impl Sidecars {
    /// Makes them for the file of that name, one a slice of work. Clips that were lost on the way have no cue.
    pub(super) async fn make<H: Host>(
        kinds: &[SidecarKind],
        plan: &Plan,
        file_name: &str,
        lost: &[UnreadableClip],
        pulse: &mut Pulse<'_, H>,
    ) -> Result<Self, ExportError> {
        let mut sidecars = Self::default();
        if kinds.is_empty() {
            return Ok(sidecars);
        }
        let Plan { timeline, composition, cues, .. } = plan;
        let cues = cues.iter().filter(|cue| lost.iter().all(|lost| lost.clip != cue.clip)).collect();
        let (rate, frames) = (composition.rate(), composition.frames());
        let chapters = chapters(timeline, frames);
        let title = Some(&timeline.tags.title).filter(|title| !title.is_empty()).unwrap_or(&timeline.name);
        let recording = Recording { file_name, title, rate, frames, cues, chapters: &chapters };
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

/// The chapters: the timeline's markers, by offset. One behind the end is none.
fn chapters(timeline: &Timeline, frames: Frames) -> Vec<Chapter> {
    let chapter = |marker: &ChapterMarker| Chapter {
        title: marker.title.clone(),
        start: marker.offset.to_frames(timeline.audio_rate),
    };
    let mut chapters: Vec<_> = timeline.chapters.iter().map(chapter).filter(|chapter| chapter.start < frames).collect();
    chapters.sort_by_key(|chapter| chapter.start);
    chapters
}
