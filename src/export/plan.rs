//! What an export will do: which clips are heard, where, and which cannot be, before the first sample is mixed.
//!
//! Every content is opened and its first packet decoded, once for all clips that play it, so that a file that cannot be
//! read is known in the first moments and not after an hour.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::{ClipProblem, ExportError, UnreadableClip};
use super::host::Host;
use super::pulse::Pulse;
use crate::mix::{Composition, PlacedClip, reading};
use crate::progress::Phase;
use crate::sidecar::Cue;
use crate::store::{ByteSource, Store};
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

/// What somebody who helps with an export must know of its plan to compose the same mix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// Which of the timeline's clips cannot be used, by their places in it.
    pub unusable: Vec<usize>,
    /// Whether a clip that turns out to be unreadable is silent from there on. Else it ends the work.
    pub silences_unreadable: bool,
    /// The mix that comes of it: [`Composition::fingerprint`].
    pub fingerprint: u32,
}

/// A clip that is heard, and what is known of it.
pub(super) struct Heard {
    /// Its place in the timeline.
    pub(super) place: usize,
    /// What its asset is called.
    pub(super) file: String,
    /// When it is heard, and what is said in it.
    pub(super) cue: Cue,
}

/// A plan.
pub struct Plan {
    /// The timeline.
    pub timeline: Timeline,
    /// Its clips at their places. Those that cannot be used are silent.
    pub composition: Composition,
    /// The clips that cannot be used, in the timeline's order.
    pub unreadable: Vec<UnreadableClip>,
    /// The clips that are heard, in the timeline's order.
    pub(super) heard: Vec<Heard>,
    /// The places in the timeline of those that cannot be used.
    unusable: Vec<usize>,
}

impl Plan {
    /// What those who help must know.
    pub(super) fn assignment(&self) -> Assignment {
        Assignment {
            unusable: self.unusable.clone(),
            silences_unreadable: self.composition.silences_unreadable(),
            fingerprint: self.composition.fingerprint(),
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

/// How many assets are asked for at a time: each request has a cost, and none should take long.
const BATCH: usize = 128;

/// Plans the export of the timeline of that ID. Assets that are distrusted have crashed a decoder, and are not opened.
pub(super) async fn plan<S: Store, H: Host>(
    store: &S,
    timeline_id: &str,
    distrusted_assets: &[String],
    pulse: &mut Pulse<'_, H>,
) -> Result<Plan, ExportError> {
    pulse.beat(Phase::Loading, 0.0, || "Loading timeline".into()).await?;
    let timeline = store.timeline(timeline_id).await?.ok_or(ExportError::TimelineNotFound)?;
    let loading = async |fraction| pulse.beat(Phase::Filtering, fraction, || "Filtering audio clips".into()).await;
    let shelf = Shelf::load(store, &timeline, loading).await?;

    let audio: Vec<_> = timeline.clips.iter().enumerate().filter(|(_, clip)| shelf.is_audio(clip)).collect();
    let total = audio.len();
    let mut opener = Opener { shelf: &shelf, timeline: &timeline, distrusted_assets, opened: HashMap::new() };
    let (mut unreadable, mut unusable, mut heard) = (Vec::new(), Vec::new(), Vec::new());
    let mut placed = Vec::with_capacity(total);
    for (index, (place, clip)) in audio.into_iter().enumerate() {
        let message = || format!("Adding clip {} of {total} to composition", index + 1);
        pulse.beat(Phase::Composing, index as f64 / total as f64, message).await?;
        placed.push(match opener.place(clip) {
            Ok(placed) => {
                heard.extend(shelf.heard(place, clip, &placed));
                placed
            }
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
    Ok(Plan { timeline, composition, unreadable, heard, unusable })
}

/// A timeline and what its clips play, for somebody who helps with an export that another plans.
pub struct Materials {
    timeline: Timeline,
    shelf: Shelf,
}

impl Materials {
    /// Loads them. No content is opened.
    pub async fn load<S: Store>(store: &S, timeline_id: &str) -> Result<Self, ExportError> {
        let timeline = store.timeline(timeline_id).await?.ok_or(ExportError::TimelineNotFound)?;
        let shelf = Shelf::load(store, &timeline, async |_| Ok(())).await?;
        Ok(Self { timeline, shelf })
    }

    /// Composes the mix that was planned. `None` if it is another: the library was changed in between.
    pub fn compose(&self, assignment: &Assignment) -> Option<Composition> {
        let Self { timeline, shelf } = self;
        let (rate, layout) = (timeline.audio_rate, timeline.audio_layout);
        let audio = timeline.clips.iter().enumerate().filter(|(_, clip)| shelf.is_audio(clip));
        let placed = audio.map(|(place, clip)| match shelf.held(clip) {
            Some((asset, content)) if !assignment.unusable.contains(&place) => {
                PlacedClip::new(clip, asset, content.clone(), rate)
            }
            _ => PlacedClip::silent(clip, rate),
        });
        let composition = Composition::new(rate, layout, placed.collect());
        let composition = if assignment.silences_unreadable { composition.silencing_unreadable() } else { composition };
        (composition.fingerprint() == assignment.fingerprint).then_some(composition)
    }
}

/// What a timeline's clips play, as the library has it: each asset once, whatever plays it how often.
struct Shelf(HashMap<String, Held>);

#[derive(Default)]
struct Held {
    asset: Option<Asset>,
    content: Option<Arc<dyn ByteSource>>,
}

impl Shelf {
    /// Asks the library for everything. `on_batch` hears how much of it is done, 0 to 1.
    async fn load<S: Store>(
        store: &S,
        timeline: &Timeline,
        mut on_batch: impl AsyncFnMut(f64) -> Result<(), ExportError>,
    ) -> Result<Self, ExportError> {
        let mut seen = HashSet::new();
        let ids = timeline.clips.iter().map(|clip| clip.asset_id.as_str()).filter(|&id| seen.insert(id));
        let ids: Vec<&str> = ids.collect();
        let mut shelf = HashMap::with_capacity(ids.len());
        for batch in ids.chunks(BATCH) {
            on_batch(shelf.len() as f64 / ids.len() as f64).await?;
            let assets = store.assets(batch).await?;
            let contents = store.contents(batch).await?;
            let held = assets.into_iter().zip(contents).map(|(asset, content)| Held { asset, content });
            shelf.extend(batch.iter().map(|&id| id.to_owned()).zip(held));
        }
        Ok(Self(shelf))
    }

    /// Whether a clip is one of the mix's. One whose asset is missing is: it cannot be told what it would play.
    fn is_audio(&self, clip: &TimelineClip) -> bool {
        self.0.get(&clip.asset_id).and_then(|held| held.asset.as_ref()).is_none_or(Asset::is_audio)
    }

    /// A clip in its place, and what is said in it; nothing if it is not heard.
    fn heard(&self, place: usize, clip: &TimelineClip, placed: &PlacedClip) -> Option<Heard> {
        let (asset, _) = self.held(clip)?;
        let is_heard = placed.sound.is_some() && placed.start < placed.end;
        is_heard.then(|| Heard {
            place,
            file: asset.name.clone(),
            cue: Cue::new(clip, asset, placed.start..placed.end),
        })
    }

    /// What a clip plays, if it is there.
    fn held(&self, clip: &TimelineClip) -> Option<(&Asset, &Arc<dyn ByteSource>)> {
        let Held { asset, content } = self.0.get(&clip.asset_id)?;
        asset.as_ref().zip(content.as_ref())
    }
}

struct Opener<'p> {
    shelf: &'p Shelf,
    timeline: &'p Timeline,
    distrusted_assets: &'p [String],
    /// What opening the assets so far has come to.
    opened: HashMap<&'p str, Result<(), ClipProblem>>,
}

impl<'p> Opener<'p> {
    /// A clip in its place, or why it cannot be used.
    fn place(&mut self, clip: &'p TimelineClip) -> Result<PlacedClip, ClipProblem> {
        let (asset, content) = self.shelf.held(clip).ok_or(ClipProblem::Missing)?;
        clip.check(asset).map_err(ClipProblem::Invalid)?;
        if self.distrusted_assets.contains(&asset.id) {
            return Err(ClipProblem::Invalid("decoding it crashed".into()));
        }
        let rate = self.timeline.audio_rate;
        let placed = PlacedClip::new(clip, asset, content.clone(), rate);
        let Some(sound) = &placed.sound else { return Ok(placed) };
        let open = || {
            let opened = reading(&placed.clip, || sound.open(rate));
            opened.map(|_| ()).map_err(|error| ClipProblem::Invalid(error.to_string()))
        };
        self.opened.entry(&asset.id).or_insert_with(open).clone()?;
        Ok(placed)
    }
}
