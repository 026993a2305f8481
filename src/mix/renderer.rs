//! Renders any range of a composition.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::blame::reading;
use super::channels;
use super::composition::Composition;
use crate::media::{ChannelLayout, ClipReader, Damage, MediaError};
use crate::timeline::{ClipRef, Frames};

/// How long before its start a clip's content is foreseen, on the timeline: it takes a worker some hundredths of that.
const FORESIGHT_SECONDS: Frames = 5;

/// A clip that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("clip {}, asset {}: {source}", clip.clip_id, clip.asset_id)]
pub struct MixError {
    /// The clip and its asset.
    pub clip: ClipRef,
    /// The fault in the asset's content.
    pub source: MediaError,
}

/// A clip that was read although its file is damaged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClipWarning {
    /// The clip and its asset.
    pub clip: ClipRef,
    /// The damage. Its text also states how it was handled.
    pub damage: Damage,
}

/// The warnings and errors of the rendered clips, in the composition's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenderReport {
    /// Clips whose files are damaged.
    pub warnings: Vec<ClipWarning>,
    /// Clips that became unreadable, and were silent from there on.
    pub unreadable: Vec<MixError>,
}

/// Reads clips when they are needed. It holds one reader for each sounding clip, and no content. Its composition is
/// borrowed or shared.
pub struct Renderer<C> {
    composition: C,
    readers: BTreeMap<usize, ClipReader>,
    scratch: Vec<Vec<f32>>,
    warnings: BTreeMap<usize, Damage>,
    unreadable: BTreeMap<usize, MediaError>,
}

impl<C: Borrow<Composition>> Renderer<C> {
    /// Creates a renderer with no clip open.
    pub fn new(composition: C) -> Self {
        Self {
            composition,
            readers: BTreeMap::new(),
            scratch: Vec::new(),
            warnings: BTreeMap::new(),
            unreadable: BTreeMap::new(),
        }
    }

    /// Overwrites planar `output`, one slice for each channel of the layout, with the mix from frame `start` on.
    ///
    /// Full scale is ±1; the sum is not limited. Frames without a sounding clip are silent.
    pub fn render(&mut self, start: Frames, output: &mut [&mut [f32]]) -> Result<(), MixError> {
        let frames = output.first().map_or(0, |plane| plane.len());
        let end = start + frames as Frames;
        for plane in output.iter_mut() {
            plane.fill(0.0);
        }
        self.close_finished(start);
        let Self { composition, readers, scratch, warnings: _, unreadable } = self;
        let composition: &Composition = (*composition).borrow();
        for (index, placed, sound) in composition.audible_in(start, end) {
            if unreadable.contains_key(&index) {
                continue;
            }
            let (from, to) = (placed.start.max(start), placed.end.min(end));
            let (skip, count) = ((from - start) as usize, (to - from) as usize);
            let rate = composition.rate();
            let clip = match reading(&placed.clip, || {
                let reader = match readers.entry(index) {
                    Entry::Occupied(open) => open.into_mut(),
                    Entry::Vacant(closed) => closed.insert(sound.open(rate)?),
                };
                read(reader, from - placed.start, count, scratch)
            }) {
                Ok(layout) => layout,
                Err(source) if composition.silences_unreadable() => {
                    unreadable.insert(index, source);
                    continue;
                }
                Err(source) => return Err(MixError { clip: ClipRef::clone(&placed.clip), source }),
            };
            sound.fades.apply(from - placed.start, scratch);
            let mut window: Vec<&mut [f32]> = output.iter_mut().map(|plane| &mut plane[skip..skip + count]).collect();
            channels::add(scratch, clip, sound.gain, sound.pan, composition.layout(), &mut window);
        }
        let soon = end.saturating_add(FORESIGHT_SECONDS * Frames::from(composition.rate().hz()));
        for (_, _, sound) in composition.audible_in(end, soon).filter(|(_, placed, _)| placed.start >= end) {
            sound.content.source.foresee();
        }
        Ok(())
    }

    /// Returns the clips that became unreadable so far, and are silent from there on.
    pub fn unreadable(&self) -> Vec<MixError> {
        let clips = self.composition.borrow().clips();
        let error = |(&index, source): (&usize, &MediaError)| MixError {
            clip: ClipRef::clone(&clips[index].clip),
            source: source.clone(),
        };
        self.unreadable.iter().map(error).collect()
    }

    /// Returns the warnings and errors of the clips rendered so far.
    pub fn report(mut self) -> RenderReport {
        self.close_finished(Frames::MAX);
        let unreadable = self.unreadable();
        let clips = self.composition.borrow().clips();
        let warning = |(index, damage): (usize, _)| ClipWarning { clip: ClipRef::clone(&clips[index].clip), damage };
        RenderReport { warnings: self.warnings.into_iter().map(warning).collect(), unreadable }
    }

    /// Closes the readers of clips that end by `start`, and keeps their warnings.
    fn close_finished(&mut self, start: Frames) {
        let clips = self.composition.borrow().clips();
        let warnings = &mut self.warnings;
        self.readers.retain(|&index, reader| {
            let goes_on = clips[index].end > start;
            if !goes_on {
                let damage = reader.damage();
                if !damage.is_none() {
                    warnings.insert(index, damage);
                }
            }
            goes_on
        });
    }
}

/// Reads part of a clip into `scratch`, and returns its channel layout.
fn read(
    reader: &mut ClipReader,
    position: Frames,
    count: usize,
    scratch: &mut Vec<Vec<f32>>,
) -> Result<ChannelLayout, MediaError> {
    let layout = reader.layout();
    scratch.resize_with(layout.channels(), Vec::new);
    for plane in scratch.iter_mut() {
        plane.resize(count, 0.0);
    }
    let mut planes: Vec<&mut [f32]> = scratch.iter_mut().map(Vec::as_mut_slice).collect();
    reader.read(position, &mut planes)?;
    Ok(layout)
}
