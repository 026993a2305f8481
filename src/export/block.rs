//! One block of the mix: planar for rendering and measuring, interleaved 16-bit samples for the encoder.

use super::quantise::quantise;
use crate::aac::FRAME_LENGTH;
use crate::mix::{Composition, Master, MixError};
use crate::timeline::{AudioLayout, Frames};

/// The most frames in a block: a few milliseconds of work, and small enough to stay in the cache.
const FRAMES: usize = 4 * FRAME_LENGTH;

/// The buffers of a block, reused for every block.
pub(super) struct Block {
    start: Frames,
    frames: usize,
    planes: Vec<Vec<f32>>,
    interleaved: Vec<i16>,
}

impl Block {
    pub(super) fn new(layout: AudioLayout) -> Self {
        Self {
            start: 0,
            frames: 0,
            planes: vec![vec![0.0; FRAMES]; layout.channels()],
            interleaved: Vec::with_capacity(FRAMES * layout.channels()),
        }
    }

    /// Renders the mix from `start` on, for a block's length or up to `end`. Returns the number of frames.
    pub(super) fn render(
        &mut self,
        master: &mut Master<&Composition>,
        start: Frames,
        end: Frames,
    ) -> Result<Frames, MixError> {
        let frames = usize::try_from(end.saturating_sub(start)).map_or(FRAMES, |frames| frames.min(FRAMES));
        let mut planes: Vec<&mut [f32]> = self.planes.iter_mut().map(|plane| &mut plane[..frames]).collect();
        master.render(start, &mut planes)?;
        (self.start, self.frames) = (start, frames);
        Ok(frames as Frames)
    }

    /// Returns the rendered samples, one slice for each channel.
    pub(super) fn planes(&self) -> Vec<&[f32]> {
        self.planes.iter().map(|plane| &plane[..self.frames]).collect()
    }

    /// Returns `frames` frames of silence, interleaved for the encoder.
    pub(super) fn silence(&mut self, frames: Frames) -> &[i16] {
        self.interleaved.clear();
        self.interleaved.resize(frames as usize * self.planes.len(), 0);
        &self.interleaved
    }

    /// Returns the rendered samples, interleaved for the encoder.
    pub(super) fn interleaved(&mut self) -> &[i16] {
        self.interleaved.resize(self.frames * self.planes.len(), 0);
        let planes: Vec<&[f32]> = self.planes.iter().map(|plane| &plane[..self.frames]).collect();
        quantise(&planes, self.start, &mut self.interleaved);
        &self.interleaved
    }
}
