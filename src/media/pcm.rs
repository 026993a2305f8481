//! Reads a recording as PCM at its own rate, from any position.

use std::sync::Arc;

use super::codec::{Block, Spec};
use super::decoder::Forward;
use super::{Content, Damage, MediaError};
use crate::timeline::Frames;

/// The least distance, in frames, for a seek. Nearer frames are reached by decoding.
const LEAP: Frames = 8192;

/// A reader of a recording. A read's result depends only on its position, not on earlier reads.
pub(super) struct Pcm<D> {
    content: Content,
    decoder: D,
    block: Block,
    block_start: Frames,
    /// Whether seeking has failed in this content, and is not used again.
    is_astray: bool,
    /// The recording's length, once its end was reached.
    length: Option<Frames>,
    /// The damage that earlier decoders met.
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

    /// Returns the damage met so far.
    pub(super) fn damage(&self) -> Damage {
        let mut damage = self.decoder.damage();
        damage.join(&self.damage);
        damage
    }

    /// Returns the recording's length, once a read has reached its end.
    pub(super) fn length(&self) -> Option<Frames> {
        self.length
    }

    /// Fills `out`, one slice per channel, with the recording from `position` on, and with silence past its end.
    /// Returns the number of frames that belong to the recording.
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

    /// Decodes the block that holds a frame. Returns the frame's index in the block; `None` past the end.
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

    /// Seeks the decoder to a frame, if it is far ahead.
    fn leap(&mut self, frame: Frames) -> Result<(), MediaError> {
        let next = self.block_start + self.block_frames() as u64;
        if self.is_astray || frame < next.saturating_add(LEAP) {
            return Ok(());
        }
        match self.decoder.seek(frame)? {
            Some(start) => self.block_start = start,
            None => {
                // The index may be wrong, so the second attempt does without it.
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
