//! Renders any range of a composition.

use std::collections::BTreeMap;

use thiserror::Error;

use super::channels;
use super::composition::Composition;
use crate::media::{ClipReader, MediaError};
use crate::timeline::Frames;

/// A clip that cannot be read.
#[derive(Debug, Error)]
#[error("clip {clip_id}, asset {asset_id}: {source}")]
pub struct MixError {
    /// The clip.
    pub clip_id: String,
    /// Its asset.
    pub asset_id: String,
    /// What is wrong with the asset's content.
    pub source: MediaError,
}

/// A clip that was read, but not as its file promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipWarning {
    /// The clip.
    pub clip_id: String,
    /// Its asset.
    pub asset_id: String,
    /// What was wrong, and what was done about it.
    pub message: String,
}

/// Reads clips as they are needed. It holds one reader for each clip that sounds, and no content.
pub struct Renderer<'a> {
    composition: &'a Composition,
    readers: BTreeMap<usize, ClipReader>,
    scratch: Vec<Vec<f32>>,
    warnings: BTreeMap<usize, String>,
}

impl<'a> Renderer<'a> {
    /// A renderer with nothing open.
    pub fn new(composition: &'a Composition) -> Self {
        Self { composition, readers: BTreeMap::new(), scratch: Vec::new(), warnings: BTreeMap::new() }
    }

    /// Overwrites planar `output`, one slice a channel of the layout, with the mix from frame `start` on.
    ///
    /// Full scale is ±1; the sum is not limited. Where no clip sounds there is silence.
    pub fn render(&mut self, start: Frames, output: &mut [&mut [f32]]) -> Result<(), MixError> {
        let frames = output.first().map_or(0, |plane| plane.len());
        let end = start + frames as Frames;
        for plane in output.iter_mut() {
            plane.fill(0.0);
        }
        let composition = self.composition;
        self.close_finished(start);
        for index in composition.audible_in(start, end) {
            let clip = &composition.clips()[index];
            let blame = |source| MixError { clip_id: clip.clip_id.clone(), asset_id: clip.asset_id.clone(), source };
            let reader = match self.readers.entry(index) {
                std::collections::btree_map::Entry::Occupied(open) => open.into_mut(),
                std::collections::btree_map::Entry::Vacant(closed) => closed.insert(
                    ClipReader::open(clip.content.clone(), &clip.mime_type, clip.source_start, composition.rate())
                        .map_err(blame)?,
                ),
            };
            let (from, to) = (clip.start.max(start), clip.end.min(end));
            let (skip, count) = ((from - start) as usize, (to - from) as usize);
            self.scratch.resize_with(reader.channels(), Vec::new);
            for plane in &mut self.scratch {
                plane.resize(count, 0.0);
            }
            let mut planes: Vec<&mut [f32]> = self.scratch.iter_mut().map(Vec::as_mut_slice).collect();
            reader.read(from - clip.start, &mut planes).map_err(blame)?;
            clip.fades.apply(from - clip.start, &mut self.scratch);
            let mut window: Vec<&mut [f32]> = output.iter_mut().map(|plane| &mut plane[skip..skip + count]).collect();
            channels::add(&self.scratch, clip.gain, clip.pan, composition.layout(), &mut window);
        }
        Ok(())
    }

    /// What was amiss with the clips rendered so far, in the composition's order.
    pub fn warnings(mut self) -> Vec<ClipWarning> {
        self.close_finished(Frames::MAX);
        let clips = self.composition.clips();
        let warning = |(index, message): (usize, String)| ClipWarning {
            clip_id: clips[index].clip_id.clone(),
            asset_id: clips[index].asset_id.clone(),
            message,
        };
        self.warnings.into_iter().map(warning).collect()
    }

    /// Closes the readers of clips that end by `start`, and keeps what they had to say.
    fn close_finished(&mut self, start: Frames) {
        let clips = self.composition.clips();
        let warnings = &mut self.warnings;
        self.readers.retain(|&index, reader| {
            let goes_on = clips[index].end > start;
            let damage = reader.damage();
            if !goes_on && !damage.is_none() {
                warnings.insert(index, damage.to_string());
            }
            goes_on
        });
    }
}
