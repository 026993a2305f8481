//! One stream of a content as the recording that it holds: decoded block by block, its edges trimmed.

use super::codec::{Block, PacketStream, Spec};
use super::gapless::{Edging, edging};
use super::{Content, Damage, MAX_PACKET_FRAMES, MediaError};
use crate::timeline::Frames;

/// Decodes a recording forward, from its start or from a frame that was sought.
pub(super) trait Forward: Sized {
    /// Finds the audio. The type is a hint: the content decides.
    fn open(content: &Content) -> Result<Self, MediaError>;

    /// The rate and the channels of all blocks.
    fn spec(&self) -> Spec;

    /// What went wrong up to here.
    fn damage(&self) -> Damage;

    /// Goes forward to where the next block is the one that holds a frame of the recording, or one not far before it.
    /// Returns the frame with which the next block begins.
    ///
    /// Where there is no safe way to go, it stays where it is. `None` means that it has lost its way, as in a content
    /// that was cut off: then only a decoder that never sought can tell what is there.
    fn seek(&mut self, frame: Frames) -> Result<Option<Frames>, MediaError>;

    /// The recording's next block, in place of what `block` holds; never an empty one. `false` at the end.
    fn next(&mut self, block: &mut Block) -> Result<bool, MediaError>;
}

/// Decodes a stream, up to its end or to where another begins.
pub(super) struct Decoder {
    packets: PacketStream,
    edging: Edging,
    /// The decoded frame, untrimmed, that comes next.
    decoded: Frames,
    /// Silence that comes before it.
    silence: Frames,
    /// What is left of a block behind such silence.
    rest: Block,
    is_short: bool,
}

impl Decoder {
    /// Takes notes for a seek index from here on, if one is of use.
    pub(super) fn record(&mut self) {
        if !self.edging.is_timed {
            self.packets.record();
        }
    }

    /// The seek index that was noted.
    pub(super) fn recorded(&mut self) -> Vec<u8> {
        self.packets.recorded()
    }

    /// The content's MIME type.
    pub(super) fn mime_type(&self) -> &'static str {
        self.packets.mime_type()
    }

    /// What there is to say of the content besides, in sentences.
    pub(super) fn notes(&self) -> Vec<String> {
        self.packets.notes().iter().cloned().chain(self.edging.note.map(str::to_owned)).collect()
    }

    /// How many bytes the demuxer has come to.
    pub(super) fn reached(&self) -> u64 {
        self.packets.reached()
    }

    /// Whether there is no block left, as after a seek past the end.
    pub(super) fn has_ended(&self) -> bool {
        self.packets.has_ended() && self.silence == 0 && self.rest.is_empty()
    }

    /// The byte at which a stream of another kind begins, once this one's end was met there.
    pub(super) fn changes_at(&self) -> Option<u64> {
        self.packets.changes_at()
    }

    /// Takes note that the stream ends at a byte.
    pub(super) fn bound(&mut self, end: u64) {
        self.packets.bound(end);
    }

    /// Some of the silence that the recording has here.
    fn take_silence(&mut self, block: &mut Block) {
        let count = self.silence.min(MAX_PACKET_FRAMES);
        self.silence -= count;
        block.resize_with(self.spec().channels(), Vec::new);
        for plane in block {
            plane.clear();
            plane.resize(count as usize, 0.0);
        }
    }

    /// What comes next of what is decoded.
    fn take_block(&mut self, block: &mut Block) -> Result<bool, MediaError> {
        if self.rest.is_empty() {
            return self.packets.next(block);
        }
        *block = std::mem::take(&mut self.rest);
        Ok(true)
    }

    /// Puts aside what of a block is behind a silence.
    fn split(&mut self, block: &mut Block) {
        let length = block.first().map_or(0, Vec::len);
        let at = self.edging.kept.next_silence(self.decoded).and_then(|next| usize::try_from(next - self.decoded).ok());
        if let Some(at) = at.filter(|&at| at < length) {
            self.rest = block.iter_mut().map(|plane| plane.split_off(at)).collect();
        }
    }
}

impl Forward for Decoder {
    fn open(content: &Content) -> Result<Self, MediaError> {
        let packets = PacketStream::open(content)?;
        let edging = edging(&packets);
        Ok(Self { packets, edging, decoded: 0, silence: 0, rest: Block::new(), is_short: false })
    }

    fn spec(&self) -> Spec {
        self.packets.spec()
    }

    fn damage(&self) -> Damage {
        let mut damage = self.packets.damage().clone();
        damage.is_short |= self.is_short;
        damage
    }

    fn seek(&mut self, frame: Frames) -> Result<Option<Frames>, MediaError> {
        let Edging { kept, promised, is_timed, .. } = &self.edging;
        let last = promised.unwrap_or(Frames::MAX).min(kept.end()).saturating_sub(1);
        let target = kept.decoded(frame).unwrap_or(Frames::MAX).min(last);
        let Some(decoded) = self.packets.seek(target, *is_timed)? else { return Ok(None) };
        self.decoded = decoded;
        self.silence = kept.silence_at(decoded);
        self.rest.clear();
        Ok(Some(kept.recorded(decoded)))
    }

    fn next(&mut self, block: &mut Block) -> Result<bool, MediaError> {
        let end = self.edging.kept.end();
        loop {
            if self.silence > 0 {
                self.take_silence(block);
                return Ok(true);
            }
            if self.decoded >= end || !self.take_block(block)? {
                break;
            }
            let start = self.decoded;
            self.split(block);
            self.decoded += block.first().map_or(0, |plane| plane.len() as u64);
            self.silence = self.edging.kept.silence_at(self.decoded);
            self.edging.kept.retain(start, block);
            if block.first().is_some_and(|plane| !plane.is_empty()) {
                return Ok(true);
            }
        }
        block.iter_mut().for_each(Vec::clear);
        self.is_short |= self.edging.promised.is_some_and(|promised| self.decoded < promised.min(end));
        Ok(false)
    }
}
