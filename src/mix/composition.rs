//! The clips of a timeline at their positions in output frames, ready to be read.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use super::fade::Fades;
use crate::media::{ClipReader, Content, MediaError};
use crate::timeline::{Asset, AudioLayout, ClipRef, Frames, SampleRate, TimelineClip};

/// A clip at its position in output frames.
pub struct PlacedClip {
    /// The clip and its asset.
    pub clip: Arc<ClipRef>,
    /// The clip's first output frame.
    pub start: Frames,
    /// The output frame after the clip's last.
    pub end: Frames,
    /// The sound that the clip plays; `None` for a silent clip, which keeps its place.
    pub sound: Option<Sound>,
}

/// The content that a clip plays, and how it plays it.
pub struct Sound {
    /// The asset's audio.
    pub content: Content,
    /// The first frame of the content to play, at the content's sample rate.
    pub source_start: Frames,
    /// Linear gain, 1 for no change.
    pub gain: f32,
    /// Pan, from −1 (left) to 1 (right).
    pub pan: f64,
    /// The fades at the clip's start and end.
    pub fades: Fades,
}

impl Sound {
    /// Opens a reader of the content at the output's sample rate.
    pub fn open(&self, rate: SampleRate) -> Result<ClipReader, MediaError> {
        ClipReader::open(self.content.clone(), self.source_start, rate)
    }
}

impl PlacedClip {
    /// Places a clip on the grid of output frames at `rate`. A muted clip is silent.
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

    /// Places a clip without sound.
    pub fn silent(clip: &TimelineClip, rate: SampleRate) -> Self {
        let Range { start, end } = clip.frames(rate);
        Self { clip: Arc::new(clip.to_ref()), start, end, sound: None }
    }
}

/// All clips in the order in which they are summed: by start, and in the given order if two start together.
pub struct Composition {
    rate: SampleRate,
    layout: AudioLayout,
    clips: Vec<PlacedClip>,
    /// Whether a clip that turns out to be unreadable is silent from there on. Otherwise it ends the rendering.
    silences_unreadable: bool,
    /// For each clip, the latest end among it and all clips before it. It never decreases, so a binary search works.
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

    /// Makes a clip that turns out to be unreadable silent from there on; the report names it.
    pub fn silencing_unreadable(self) -> Self {
        Self { silences_unreadable: true, ..self }
    }

    /// Returns the output's sample rate.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Returns the output's channel layout.
    pub fn layout(&self) -> AudioLayout {
        self.layout
    }

    /// Returns the clips, in the order in which they are summed.
    pub fn clips(&self) -> &[PlacedClip] {
        &self.clips
    }

    /// Returns the total length: the latest end of any clip on any lane.
    pub fn frames(&self) -> Frames {
        self.reach.last().copied().unwrap_or(0)
    }

    /// Returns whether a clip that turns out to be unreadable is silent from there on.
    pub fn silences_unreadable(&self) -> bool {
        self.silences_unreadable
    }

    /// Returns a hash of everything except the contents' bytes. Two compositions that sound different share it only
    /// by chance, one in four billion.
    pub fn fingerprint(&self) -> u32 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish() as u32
    }

    /// Iterates over the audible clips that overlap `start..end`, in order: index, clip and sound.
    pub(super) fn audible_in(&self, start: Frames, end: Frames) -> impl Iterator<Item = (usize, &PlacedClip, &Sound)> {
        let first = self.reach.partition_point(|&reach| reach <= start);
        let last = self.clips.partition_point(|clip| clip.start < end);
        let touching = (first..last.max(first)).map(|index| (index, &self.clips[index]));
        touching
            .filter(move |(_, clip)| clip.end > start)
            .filter_map(|(index, clip)| Some((index, clip, clip.sound.as_ref()?)))
    }
}

/// Hashes everything except the contents' bytes.
impl Hash for Composition {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.rate, self.layout.channels(), self.silences_unreadable).hash(hasher);
        for PlacedClip { clip, start, end, sound } in &self.clips {
            (clip, start, end, sound.is_some()).hash(hasher);
            if let Some(Sound { content: _, source_start, gain, pan, fades }) = sound {
                (source_start, gain.to_bits(), pan.to_bits(), fades).hash(hasher);
            }
        }
    }
}
