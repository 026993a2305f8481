//! The clips of a timeline at their places in output frames, ready to be read.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::fade::Fades;
use crate::media::{ClipReader, Content, MediaError};
use crate::timeline::{Asset, AudioLayout, ClipRef, Frames, SampleRate, TimelineClip};

/// A clip at its place in output frames.
pub struct PlacedClip {
    /// The clip and its asset.
    pub clip: Arc<ClipRef>,
    /// Its first output frame.
    pub start: Frames,
    /// The output frame after its last.
    pub end: Frames,
    /// What is heard there; `None` for a clip that keeps its place and is silent.
    pub sound: Option<Sound>,
}

/// What a clip plays, and how.
pub struct Sound {
    /// The content.
    pub content: Content,
    /// Where in the content it starts, in frames at the content's rate.
    pub source_start: Frames,
    /// Linear gain.
    pub gain: f32,
    /// From −1, all left, to 1, all right.
    pub pan: f64,
    /// How it comes in and goes.
    pub fades: Fades,
}

impl Sound {
    /// A reader of it, at the output's rate.
    pub fn open(&self, rate: SampleRate) -> Result<ClipReader, MediaError> {
        ClipReader::open(self.content.clone(), self.source_start, rate)
    }
}

impl PlacedClip {
    /// Puts a clip on the grid of output frames at `rate`. A muted one is silent.
    ///
    /// Both edges are rounded from exact times, so clips that share an edge abut.
    pub fn new(clip: &TimelineClip, asset: &Asset, content: Content, rate: SampleRate) -> Self {
        let mut placed = Self::silent(clip, rate);
        placed.sound = (!clip.is_muted).then(|| Sound {
            content,
            source_start: clip.source_start.to_frames(asset.sample_rate),
            gain: 10f64.powf(clip.volume_db / 20.0) as f32,
            pan: clip.pan,
            fades: Fades {
                fade_in: clip.fade_in.to_frames(rate),
                fade_out: clip.fade_out.to_frames(rate),
                length: placed.end.saturating_sub(placed.start),
            },
        });
        placed
    }

    /// A clip that is not heard, at its place.
    pub fn silent(clip: &TimelineClip, rate: SampleRate) -> Self {
        let (start, end) = (clip.offset.to_frames(rate), clip.end().to_frames(rate));
        Self { clip: Arc::new(clip.to_ref()), start, end, sound: None }
    }
}

/// All clips in the order in which they are summed: by start, and as given where two start together.
pub struct Composition {
    rate: SampleRate,
    layout: AudioLayout,
    clips: Vec<PlacedClip>,
    /// Whether a clip that turns out to be unreadable is silent from there on. Else it ends the rendering.
    silences_unreadable: bool,
    /// For each clip the latest end of it and all before it. It never falls, so it can be searched.
    reach: Vec<Frames>,
}

impl Composition {
    /// Composes clips that were placed at `rate`.
    pub fn new(rate: SampleRate, layout: AudioLayout, mut clips: Vec<PlacedClip>) -> Self {
        clips.sort_by_key(|clip| clip.start);
        let mut latest = 0;
        let reach = clips
            .iter()
            .map(|clip| {
                latest = latest.max(clip.end);
                latest
            })
            .collect();
        Self { rate, layout, clips, silences_unreadable: false, reach }
    }

    /// The same, but a clip that turns out to be unreadable is silent from there on, and is reported.
    pub fn silencing_unreadable(self) -> Self {
        Self { silences_unreadable: true, ..self }
    }

    /// Output frames a second.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Output channels.
    pub fn layout(&self) -> AudioLayout {
        self.layout
    }

    /// The clips, in order.
    pub fn clips(&self) -> &[PlacedClip] {
        &self.clips
    }

    /// The whole length: the latest end of any clip on any lane.
    pub fn frames(&self) -> Frames {
        self.reach.last().copied().unwrap_or(0)
    }

    /// Whether a clip that turns out to be unreadable is silent from there on.
    pub fn silences_unreadable(&self) -> bool {
        self.silences_unreadable
    }

    /// A number that two compositions share, but for one in four billion, only if they sound the same: it is made of
    /// all but the contents' bytes.
    pub fn fingerprint(&self) -> u32 {
        let mut hasher = DefaultHasher::new();
        (self.rate, self.layout.channels(), self.silences_unreadable).hash(&mut hasher);
        for PlacedClip { clip, start, end, sound } in &self.clips {
            (clip, start, end, sound.is_some()).hash(&mut hasher);
            if let Some(Sound { content: _, source_start, gain, pan, fades }) = sound {
                (source_start, gain.to_bits(), pan.to_bits(), fades).hash(&mut hasher);
            }
        }
        hasher.finish() as u32
    }

    /// The audible clips that touch `start..end`, in order: the index of each, the clip, and what it sounds like.
    pub(super) fn audible_in(&self, start: Frames, end: Frames) -> impl Iterator<Item = (usize, &PlacedClip, &Sound)> {
        let first = self.reach.partition_point(|&reach| reach <= start);
        let last = self.clips.partition_point(|clip| clip.start < end);
        let touching = (first..last.max(first)).map(|index| (index, &self.clips[index]));
        touching
            .filter(move |(_, clip)| clip.end > start)
            .filter_map(|(index, clip)| Some((index, clip, clip.sound.as_ref()?)))
    }
}
