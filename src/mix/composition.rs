//! The clips of a timeline at their places in output frames, ready to be read.

use std::sync::Arc;

use super::fade::Fades;
use crate::store::ByteSource;
use crate::timeline::{Asset, AudioLayout, Frames, SampleRate, TimelineClip};

/// A clip, its place in output frames and its content.
pub struct PlacedClip {
    /// The clip's ID.
    pub clip_id: String,
    /// The asset's ID.
    pub asset_id: String,
    /// Its first output frame.
    pub start: Frames,
    /// The output frame after its last.
    pub end: Frames,
    /// Where it starts in the asset, in frames at the asset's rate.
    pub source_start: Frames,
    /// Linear gain; 0 for a muted clip, whose content is never read.
    pub gain: f32,
    /// From −1, all left, to 1, all right.
    pub pan: f64,
    /// How it comes in and goes.
    pub fades: Fades,
    /// The content's type as the asset has it.
    pub mime_type: String,
    /// The content.
    pub content: Arc<dyn ByteSource>,
}

impl PlacedClip {
    /// Puts a clip on the grid of output frames at `rate`.
    ///
    /// Both edges are rounded from exact times, so clips that share an edge abut.
    pub fn new(clip: &TimelineClip, asset: &Asset, content: Arc<dyn ByteSource>, rate: SampleRate) -> Self {
        let (start, end) = (clip.offset.to_frames(rate), clip.end().to_frames(rate));
        Self {
            clip_id: clip.id.clone(),
            asset_id: clip.asset_id.clone(),
            start,
            end,
            source_start: clip.source_start.to_frames(asset.sample_rate),
            gain: if clip.is_muted { 0.0 } else { 10f64.powf(clip.volume_db / 20.0) as f32 },
            pan: clip.pan,
            fades: Fades {
                fade_in: clip.fade_in.to_frames(rate),
                fade_out: clip.fade_out.to_frames(rate),
                length: end.saturating_sub(start),
            },
            mime_type: asset.mime_type.clone(),
            content,
        }
    }
}

/// All clips in the order in which they are summed: by start, and as given where two start together.
pub struct Composition {
    rate: SampleRate,
    layout: AudioLayout,
    clips: Vec<PlacedClip>,
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
        Self { rate, layout, clips, reach }
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

    /// The indices of the audible clips that touch `start..end`, in order.
    pub(super) fn audible_in(&self, start: Frames, end: Frames) -> impl Iterator<Item = usize> + '_ {
        let first = self.reach.partition_point(|&reach| reach <= start);
        let last = self.clips.partition_point(|clip| clip.start < end);
        (first..last.max(first)).filter(move |&index| {
            let clip = &self.clips[index];
            clip.end > start && clip.gain != 0.0
        })
    }
}
