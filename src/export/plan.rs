//! The plan of an export, made before the first sample is mixed: which clips are audible, when, and which are
//! unusable.
//!
//! Every content is opened and its first packet decoded, once for all clips that play it. So an unreadable file is
//! known in the first moments and not after an hour. Before that, a [`Draft`] holds the mix for the case that all
//! contents are readable, and helpers can begin with it.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::assets::Assets;
use super::error::{ClipProblem, ExportError, UnreadableClip};
use super::host::Host;
use super::pulse::Pulse;
use super::stretch::{Stretch, TimeRange};
use crate::media::Fault;
use crate::mix::{Composition, PlacedClip, reading};
use crate::progress::Phase;
use crate::sidecar::Cue;
use crate::store::Store;
use crate::timeline::{Asset, Frames, HeardClip, Outline, Timeline, TimelineClip};

/// The treatment of clips that cannot be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnUnreadableClip {
    /// The export fails with an error that names them.
    #[default]
    Stop,
    /// They are silent but keep their place, and the report names them.
    Silence,
}

/// The part of a plan that a helper needs to compose the same mix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// The timeline's clips that cannot be used, by index.
    pub unusable: Vec<usize>,
    /// Whether a clip that turns out to be unreadable is silent from there on. Otherwise it ends the work.
    pub silences_unreadable: bool,
    /// The [`Composition::fingerprint`] of the mix.
    pub fingerprint: u32,
}

/// An audible clip of the timeline.
pub(super) struct AudibleClip {
    /// The clip's index in the timeline.
    pub(super) place: usize,
    /// The name of the clip's asset.
    pub(super) file: String,
    /// The clip's first frame on the timeline.
    pub(super) start: Frames,
    /// The clip's text, and its frames in the file. There are none for a clip outside the exported stretch.
    pub(super) cue: Cue,
}

/// The plan of an export.
pub struct Plan {
    /// The timeline.
    pub timeline: Timeline,
    /// The timeline's clips at their positions. Unusable clips are silent.
    pub composition: Composition,
    /// The part of the mix to export.
    pub stretch: Stretch,
    /// The unusable clips, in the timeline's order.
    pub unreadable: Vec<UnreadableClip>,
    /// The audible clips, in the timeline's order.
    pub(super) audible: Vec<AudibleClip>,
    /// The unusable clips' indices in the timeline.
    unusable: Vec<usize>,
    /// A hash of the contents.
    contents: u64,
}

impl Plan {
    /// Returns the part that helpers need.
    pub(super) fn assignment(&self) -> Assignment {
        assignment(&self.composition, self.unusable.iter().copied())
    }

    /// Returns a hash of the mix and its contents.
    pub(super) fn identity(&self) -> u64 {
        identity(&self.composition, self.contents)
    }

    /// Returns the outline from which the chapters of a piece with this title are made: all of the timeline's.
    pub(super) fn outline<'a>(&'a self, title: &'a str) -> Outline<'a> {
        let heard = |audible: &'a AudibleClip| HeardClip {
            clip: &self.timeline.clips[audible.place],
            file: &audible.file,
            line: &audible.cue.text,
            start: audible.start,
        };
        Outline {
            title,
            rate: self.composition.rate(),
            frames: self.composition.frames(),
            markers: &self.timeline.chapters,
            heard: self.audible.iter().map(heard).collect(),
        }
    }

    /// Returns the number of clips that are heard in the exported stretch.
    pub fn heard(&self) -> usize {
        let Stretch { start, end } = self.stretch;
        let clips = self.composition.clips().iter().filter(|clip| clip.start < end && clip.end > start);
        clips.filter(|clip| clip.sound.is_some()).count()
    }

    /// Returns the plan, or an error if the policy does not allow its unusable clips.
    pub(super) fn accept(self, policy: OnUnreadableClip) -> Result<Self, ExportError> {
        if policy == OnUnreadableClip::Silence {
            return Ok(self);
        }
        let mut unreadable = self.unreadable.into_iter();
        match unreadable.next() {
            Some(first) => Err(ExportError::Unreadable { first, others: unreadable.collect() }),
            None => Ok(Self { unreadable: Vec::new(), ..self }),
        }
    }
}

fn assignment(composition: &Composition, unusable: impl Iterator<Item = usize>) -> Assignment {
    Assignment {
        unusable: unusable.collect(),
        silences_unreadable: composition.silences_unreadable(),
        fingerprint: composition.fingerprint(),
    }
}

fn identity(composition: &Composition, contents: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    composition.hash(&mut hasher);
    contents.hash(&mut hasher);
    hasher.finish()
}

/// A plan before contents are opened. It assumes that all are readable.
pub(super) struct Draft {
    materials: Materials,
    policy: OnUnreadableClip,
    /// Clips that are known to be unusable without opening their content, by index in the timeline.
    problems: BTreeMap<usize, ClipProblem>,
    composition: Composition,
    stretch: Stretch,
}

impl Draft {
    /// Drafts the export of the timeline with this ID, or of a range of it. Clips that the exported stretch does not
    /// depend on are neither checked nor opened: they are as if there were nothing wrong with them. Distrusted assets
    /// have crashed a decoder or kept it for ever, and are not opened either.
    pub(super) async fn load<S: Store, H: Host>(
        store: &S,
        timeline_id: &str,
        range: Option<TimeRange>,
        distrusted_assets: &[String],
        policy: OnUnreadableClip,
        pulse: &mut Pulse<'_, H>,
    ) -> Result<Self, ExportError> {
        pulse.beat(Phase::Loading, 0.0, || "Loading timeline".into()).await?;
        let loading = async |fraction| {
            pulse.beat(Phase::Filtering, fraction, || "Finding the audio clips".into()).await?;
            Ok(())
        };
        let materials = Materials::load_with(store, timeline_id, loading).await?;
        let (rate, frames) = (materials.timeline.audio_rate, materials.frames());
        let stretch = Stretch::of(range, rate, frames);
        let problem = |(place, clip)| Some((place, materials.problem(clip, distrusted_assets)?));
        let problems = materials.audio_in(stretch).filter_map(problem).collect();
        let composition = materials.mix(&problems, policy);
        match (frames, stretch.frames()) {
            (0, _) => Err(ExportError::EmptyTimeline),
            (_, 0) => Err(ExportError::EmptyRange { frames, rate }),
            _ => Ok(Self { materials, policy, problems, composition, stretch }),
        }
    }

    /// Returns the part of the mix to export.
    pub(super) fn stretch(&self) -> Stretch {
        self.stretch
    }

    /// Returns the mix, on the assumption that every content is readable.
    pub(super) fn composition(&self) -> &Composition {
        &self.composition
    }

    /// Returns the part that helpers need.
    pub(super) fn assignment(&self) -> Assignment {
        assignment(&self.composition, self.problems.keys().copied())
    }

    /// Returns a hash of the mix and its contents.
    pub(super) fn identity(&self) -> u64 {
        identity(&self.composition, self.materials.assets.identity())
    }

    /// Opens the contents and returns the plan. Calls `meanwhile` each time after the event loop has run.
    pub(super) async fn open<H: Host>(
        mut self,
        pulse: &mut Pulse<'_, H>,
        mut meanwhile: impl FnMut(),
    ) -> Result<Plan, ExportError> {
        let Self { materials, policy, problems, stretch, .. } = &mut self;
        let (rate, stretch) = (materials.timeline.audio_rate, *stretch);
        let (total, foreseen) = (materials.audio().count(), problems.len());
        let mut opened = HashMap::new();
        let mut audible = Vec::new();
        for (index, (place, clip)) in materials.audio().enumerate() {
            let message = || format!("Reading clip {} of {total}", index + 1);
            if pulse.beat(Phase::Composing, index as f64 / total as f64, message).await? {
                meanwhile();
            }
            let Some((asset, content)) = materials.assets.held(clip).filter(|_| !problems.contains_key(&place)) else {
                continue;
            };
            let placed = PlacedClip::new(clip, asset, content.clone(), rate);
            let Some(sound) = &placed.sound else { continue };
            let open = || match reading(&placed.clip, || sound.open(rate)) {
                Ok(_) => None,
                Err(error) => Some(ClipProblem::Invalid(Box::new(Fault::from(&error)))),
            };
            let at = placed.start..placed.end;
            let problem = match stretch.depends_on(&at, rate) {
                true => opened.entry(&asset.id).or_insert_with(open).clone(),
                false => None,
            };
            if let Some(problem) = problem {
                problems.insert(place, problem);
            } else if !at.is_empty() {
                let cue = Cue::new(clip, asset, stretch.cut(&at));
                audible.push(AudibleClip { place, file: asset.name.clone(), start: at.start, cue });
            }
        }
        if problems.len() > foreseen {
            self.composition = materials.mix(problems, *policy);
        }
        Ok(self.plan(audible))
    }

    /// Returns the plan on the assumption that every content that was not opened is readable. No clip of it has a cue.
    pub(super) fn unopened(self) -> Plan {
        self.plan(Vec::new())
    }

    fn plan(self, audible: Vec<AudibleClip>) -> Plan {
        let Self { materials: Materials { timeline, assets }, problems, composition, stretch, .. } = self;
        let contents = assets.identity();
        let unusable = problems.keys().copied().collect();
        let blamed = |(place, problem): (usize, _)| UnreadableClip { clip: timeline.clips[place].to_ref(), problem };
        let unreadable = problems.into_iter().map(blamed).collect();
        Plan { timeline, composition, stretch, unreadable, audible, unusable, contents }
    }
}

/// A timeline and its assets: everything from which the job and its helpers compose a mix.
pub struct Materials {
    timeline: Timeline,
    assets: Assets,
}

impl Materials {
    /// Loads a timeline and its assets. No content is opened.
    pub async fn load<S: Store>(store: &S, timeline_id: &str) -> Result<Self, ExportError> {
        Self::load_with(store, timeline_id, async |_| Ok(())).await
    }

    /// Calls `on_batch` with the part of the assets that is loaded, 0 to 1.
    async fn load_with<S: Store>(
        store: &S,
        timeline_id: &str,
        on_batch: impl AsyncFnMut(f64) -> Result<(), ExportError>,
    ) -> Result<Self, ExportError> {
        let timeline = store.timeline(timeline_id).await?.ok_or(ExportError::TimelineNotFound)?;
        let assets = Assets::load(store, &timeline, on_batch).await?;
        Ok(Self { timeline, assets })
    }

    /// Composes the planned mix; `None` if the library has changed since, so that the mix is another.
    pub fn compose(&self, assignment: &Assignment) -> Option<Composition> {
        let composition = self.compose_without(|place| assignment.unusable.contains(&place));
        let composition = if assignment.silences_unreadable { composition.silencing_unreadable() } else { composition };
        (composition.fingerprint() == assignment.fingerprint).then_some(composition)
    }

    fn mix(&self, problems: &BTreeMap<usize, ClipProblem>, policy: OnUnreadableClip) -> Composition {
        let composition = self.compose_without(|place| problems.contains_key(&place));
        match policy {
            OnUnreadableClip::Stop => composition,
            OnUnreadableClip::Silence => composition.silencing_unreadable(),
        }
    }

    /// Places the clips. Unusable clips are silent.
    fn compose_without(&self, is_unusable: impl Fn(usize) -> bool) -> Composition {
        let rate = self.timeline.audio_rate;
        let layout = self.timeline.audio_layout.resolve(|| self.is_mono());
        let placed = self.audio().map(|(place, clip)| match self.assets.held(clip) {
            Some((asset, content)) if !is_unusable(place) => PlacedClip::new(clip, asset, content.clone(), rate),
            _ => PlacedClip::silent(clip, rate),
        });
        Composition::new(rate, layout, placed.collect())
    }

    /// Returns whether one channel can hold all of the mix. A clip whose asset is missing is silent.
    fn is_mono(&self) -> bool {
        self.audio().all(|(_, clip)| self.assets.asset(clip).is_none_or(|asset| clip.has_equal_sides(asset)))
    }

    /// Returns the mix's length: the latest end of any clip.
    fn frames(&self) -> Frames {
        let rate = self.timeline.audio_rate;
        self.audio().map(|(_, clip)| clip.frames(rate).end).max().unwrap_or(0)
    }

    /// Iterates over the clips that this part of the mix depends on, with their indices in the timeline.
    fn audio_in(&self, stretch: Stretch) -> impl Iterator<Item = (usize, &TimelineClip)> {
        let rate = self.timeline.audio_rate;
        self.audio().filter(move |(_, clip)| stretch.depends_on(&clip.frames(rate), rate))
    }

    /// Iterates over the mix's clips, with their indices in the timeline. A clip whose asset is missing is included,
    /// because its type is unknown.
    fn audio(&self) -> impl Iterator<Item = (usize, &TimelineClip)> {
        self.timeline.clips.iter().enumerate().filter(|(_, clip)| self.assets.asset(clip).is_none_or(Asset::is_audio))
    }

    /// Returns why a clip cannot be used, if that is known without opening its content.
    fn problem(&self, clip: &TimelineClip, distrusted_assets: &[String]) -> Option<ClipProblem> {
        let Some((asset, _)) = self.assets.held(clip) else { return Some(ClipProblem::Missing) };
        if let Err(reason) = clip.check(asset) {
            return Some(ClipProblem::BadClip(reason));
        }
        let is_distrusted = distrusted_assets.contains(&asset.id);
        is_distrusted.then(|| ClipProblem::Invalid(Box::new(Fault::of_a_crash())))
    }
}
