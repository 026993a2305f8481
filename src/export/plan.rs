//! What an export will do: which clips are heard, where, and which cannot be, before the first sample is mixed.
//!
//! Every content is opened and its first packet decoded, once for all clips that play it, so that a file that cannot be
//! read is known in the first moments and not after an hour.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::error::{ClipProblem, ExportError, UnreadableClip};
use super::host::Host;
use super::pulse::Pulse;
use crate::mix::{Composition, PlacedClip, reading};
use crate::progress::Phase;
use crate::store::Store;
use crate::timeline::{Asset, Timeline, TimelineClip};

/// What to do about clips that cannot be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnUnreadableClip {
    /// The export fails, and names them.
    #[default]
    Stop,
    /// They keep their place and are silent, and the report names them.
    Silence,
}

/// What somebody who helps with an export must know to compose the same mix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// The timeline.
    pub timeline_id: String,
    /// Which of its clips cannot be used, by their places in it.
    pub unusable: Vec<usize>,
    /// Whether a clip that turns out to be unreadable is silent from there on. Else it ends the work.
    pub silences_unreadable: bool,
}

/// A plan.
pub struct Plan {
    /// The timeline.
    pub timeline: Timeline,
    /// Its clips at their places. Those that cannot be used are silent.
    pub composition: Composition,
    /// The clips that cannot be used, in the timeline's order.
    pub unreadable: Vec<UnreadableClip>,
    /// Their places in the timeline.
    unusable: Vec<usize>,
}

impl Plan {
    /// What those who help must know.
    pub(super) fn assignment(&self) -> Assignment {
        Assignment {
            timeline_id: self.timeline.id.clone(),
            unusable: self.unusable.clone(),
            silences_unreadable: self.composition.silences_unreadable(),
        }
    }

    /// The plan, if it is one that may be carried out.
    pub(super) fn accept(mut self, policy: OnUnreadableClip) -> Result<Self, ExportError> {
        if policy == OnUnreadableClip::Silence {
            self.composition = self.composition.silencing_unreadable();
            return Ok(self);
        }
        let mut unreadable = self.unreadable.into_iter();
        match unreadable.next() {
            Some(first) => Err(ExportError::Unreadable { first, others: unreadable.collect() }),
            None => Ok(Self { unreadable: Vec::new(), ..self }),
        }
    }
}

/// Plans the export of the timeline of that ID. Assets that are distrusted have crashed a decoder, and are not opened.
pub(super) async fn plan<S: Store, H: Host>(
    store: &S,
    timeline_id: &str,
    distrusted_assets: &[String],
    pulse: &mut Pulse<'_, H>,
) -> Result<Plan, ExportError> {
    pulse.beat(Phase::Loading, 0.0, || "Loading timeline".into()).await?;
    let timeline = store.timeline(timeline_id).await?.ok_or(ExportError::TimelineNotFound)?;
    let audio = filter(store, &timeline, pulse).await?;
    let mut planner = Planner { store, timeline: &timeline, distrusted_assets, opened: HashMap::new() };
    let (mut unreadable, mut unusable) = (Vec::new(), Vec::new());
    let mut placed = Vec::with_capacity(audio.len());
    let total = audio.len();
    for (index, (place, clip, asset)) in audio.into_iter().enumerate() {
        let message = || format!("Adding clip {} of {total} to composition", index + 1);
        pulse.beat(Phase::Composing, index as f64 / total as f64, message).await?;
        placed.push(match planner.place(clip, asset).await? {
            Ok(placed) => placed,
            Err(problem) => {
                unreadable.push(UnreadableClip { clip: clip.to_ref(), problem });
                unusable.push(place);
                PlacedClip::silent(clip, timeline.audio_rate)
            }
        });
    }
    let composition = Composition::new(timeline.audio_rate, timeline.audio_layout, placed);
    if composition.frames() == 0 {
        return Err(ExportError::EmptyTimeline);
    }
    Ok(Plan { timeline, composition, unreadable, unusable })
}

/// Composes the mix of an export that another has planned: the same, and no content is opened for it.
pub async fn compose<S: Store>(store: &S, assignment: &Assignment) -> Result<Composition, ExportError> {
    let timeline = store.timeline(&assignment.timeline_id).await?.ok_or(ExportError::TimelineNotFound)?;
    let (rate, layout) = (timeline.audio_rate, timeline.audio_layout);
    let mut placed = Vec::with_capacity(timeline.clips.len());
    for (place, clip) in timeline.clips.iter().enumerate() {
        let asset = store.asset(&clip.asset_id).await?;
        if !asset.as_ref().is_none_or(Asset::is_audio) {
            continue;
        }
        let content = if assignment.unusable.contains(&place) { None } else { store.content(&clip.asset_id).await? };
        placed.push(match asset.zip(content) {
            Some((asset, content)) => PlacedClip::new(clip, &asset, content, rate),
            None => PlacedClip::silent(clip, rate),
        });
    }
    let composition = Composition::new(rate, layout, placed);
    Ok(if assignment.silences_unreadable { composition.silencing_unreadable() } else { composition })
}

/// Keeps the clips that are audio, each with its place in the timeline and its asset, if there is one.
async fn filter<'t, S: Store, H: Host>(
    store: &S,
    timeline: &'t Timeline,
    pulse: &mut Pulse<'_, H>,
) -> Result<Vec<(usize, &'t TimelineClip, Option<Asset>)>, ExportError> {
    let total = timeline.clips.len();
    let mut audio = Vec::with_capacity(total);
    for (index, clip) in timeline.clips.iter().enumerate() {
        pulse.beat(Phase::Filtering, index as f64 / total as f64, || "Filtering audio clips".into()).await?;
        let asset = store.asset(&clip.asset_id).await?;
        if asset.as_ref().is_none_or(Asset::is_audio) {
            audio.push((index, clip, asset));
        }
    }
    Ok(audio)
}

struct Planner<'p, S> {
    store: &'p S,
    timeline: &'p Timeline,
    distrusted_assets: &'p [String],
    /// What opening the assets so far has come to.
    opened: HashMap<String, Result<(), ClipProblem>>,
}

impl<S: Store> Planner<'_, S> {
    /// A clip in its place, or why it cannot be used. The outer error is the library's.
    async fn place(
        &mut self,
        clip: &TimelineClip,
        asset: Option<Asset>,
    ) -> Result<Result<PlacedClip, ClipProblem>, ExportError> {
        let Some(asset) = asset else { return Ok(Err(ClipProblem::Missing)) };
        if let Err(reason) = clip.check(&asset) {
            return Ok(Err(ClipProblem::Invalid(reason)));
        }
        if self.distrusted_assets.contains(&asset.id) {
            return Ok(Err(ClipProblem::Invalid("decoding it crashed".into())));
        }
        let Some(content) = self.store.content(&asset.id).await? else { return Ok(Err(ClipProblem::Missing)) };
        let placed = PlacedClip::new(clip, &asset, content, self.timeline.audio_rate);
        let Some(sound) = &placed.sound else { return Ok(Ok(placed)) };
        let open = || {
            let opened = reading(&placed.clip, || sound.open(self.timeline.audio_rate));
            opened.map(|_| ()).map_err(|error| ClipProblem::Invalid(error.to_string()))
        };
        let opened = self.opened.entry(asset.id).or_insert_with(open).clone();
        Ok(opened.map(|()| placed))
    }
}
