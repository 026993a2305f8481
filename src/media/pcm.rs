//! A recording as PCM at its own rate, read at any position.

use std::sync::Arc;

use super::codec::{Block, Spec};
use super::decoder::Forward;
use super::{Content, Damage, MediaError};
use crate::timeline::Frames;

/// How far ahead a frame must be to be sought. What is nearer is decoded up to.
const LEAP: Frames = 8192;

/// Reads a recording. What a read gives depends on its position alone, and not on the reads before it.
pub(super) struct Pcm<D> {
    content: Content,
    decoder: D,
    block: Block,
    block_start: Frames,
    /// Whether the content was found to be one in which seeking loses its way.
    is_astray: bool,
    /// The recording's length, once its end was met.
    length: Option<Frames>,
    /// What the decoders before this one have met.
    damage: Damage,
}

impl<D: Forward> Pcm<D> {
    pub(super) fn open(content: Content) -> Result<Self, MediaError> {
        let decoder = D::open(&content)?;
        Ok(Self {
            content,
            decoder,
            block: Block::new(),
            block_start: 0,
            is_astray: false,
            length: None,
            damage: Damage::default(),
        })
    }

    pub(super) fn decoder(&self) -> &D {
        &self.decoder
    }

    pub(super) fn decoder_mut(&mut self) -> &mut D {
        &mut self.decoder
    }

    pub(super) fn spec(&self) -> Spec {
        self.decoder.spec()
    }

    /// What went wrong in what was decoded so far.
    pub(super) fn damage(&self) -> Damage {
        let mut damage = self.decoder.damage();
        damage.join(&self.damage);
        damage
    }

    /// The recording's length, once a read has met its end.
    pub(super) fn length(&self) -> Option<Frames> {
        self.length
    }

    /// Fills `out`, a slice a channel, with the recording from `position` on, and with silence past its end. Returns
    /// how many frames are the recording's.
    pub(super) fn read(&mut self, position: Frames, out: &mut [&mut [f32]]) -> Result<usize, MediaError> {
        let wanted = out.first().map_or(0, |plane| plane.len());
        let mut done = 0;
        while done < wanted {
            let Some(skipped) = self.seek(position.saturating_add(done as u64))? else { break };
            let count = (self.block_frames() - skipped).min(wanted - done);
            for (out, plane) in out.iter_mut().zip(&self.block) {
                out[done..done + count].copy_from_slice(&plane[skipped..skipped + count]);
            }
            done += count;
        }
        out.iter_mut().for_each(|plane| plane[done..].fill(0.0));
        Ok(done)
    }

    /// Brings the block that holds a frame, and returns where in it that frame is; `None` past the end.
    fn seek(&mut self, frame: Frames) -> Result<Option<usize>, MediaError> {
        if self.length.is_some_and(|length| frame >= length) {
            return Ok(None);
        }
        if frame < self.block_start {
            self.start_over()?;
        }
        self.leap(frame)?;
        loop {
            let frames = self.block_frames();
            match usize::try_from(frame - self.block_start) {
                Ok(skipped) if skipped < frames => return Ok(Some(skipped)),
                _ => self.block_start += frames as u64,
            }
            if !self.decoder.next(&mut self.block)? {
                self.length = Some(self.block_start);
                return Ok(None);
            }
        }
    }

    /// Brings the decoder near a frame that is far ahead.
    fn leap(&mut self, frame: Frames) -> Result<(), MediaError> {
        let next = self.block_start + self.block_frames() as u64;
        if self.is_astray || frame < next.saturating_add(LEAP) {
            return Ok(());
        }
        match self.decoder.seek(frame)? {
            Some(start) => self.block_start = start,
            None => {
                // Without an index, what it says cannot be wrong: try again.
                self.is_astray = self.content.seek_index.is_empty();
                self.content.seek_index = Arc::default();
                self.start_over()?;
                return self.leap(frame);
            }
        }
        self.block.iter_mut().for_each(Vec::clear);
        Ok(())
    }

    fn start_over(&mut self) -> Result<(), MediaError> {
        let decoder = D::open(&self.content)?;
        self.damage = self.damage();
        self.decoder = decoder;
        self.block.iter_mut().for_each(Vec::clear);
        self.block_start = 0;
        Ok(())
    }

    fn block_frames(&self) -> usize {
        self.block.first().map_or(0, Vec::len)
    }
}
