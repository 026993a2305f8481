//! Decodes one stream of a content block by block, and trims it to the recording.

use super::codec::{Block, PacketStream, Spec};
use super::gapless::{Edging, edging};
use super::{Content, Damage, MAX_PACKET_FRAMES, MediaError};
use crate::timeline::Frames;

/// A decoder that reads a recording forward, from its start or from the frame it seeks to.
pub(super) trait Forward: Sized {
    /// Opens the audio. The content's type is a hint: its bytes decide.
    fn open(content: &Content) -> Result<Self, MediaError>;

    /// Returns the sample rate and the channels, which all blocks share.
    fn spec(&self) -> Spec;

    /// Returns the damage met so far.
    fn damage(&self) -> Damage;

    /// Seeks so that the next block holds a frame of the recording, or starts shortly before it. Returns the next
    /// block's first frame.
    ///
    /// Stays where it is if there is no safe way to seek. Returns `None` if it has lost its position, for example in
    /// a truncated content. Then only a decoder that never seeks can find which audio is left.
    fn seek(&mut self, frame: Frames) -> Result<Option<Frames>, MediaError>;

    /// Decodes the recording's next block into `block`. Blocks are never empty. Returns `false` at the end.
    fn next(&mut self, block: &mut Block) -> Result<bool, MediaError>;
}

/// A decoder for one stream, up to its end or to the start of another stream.
pub(super) struct Decoder {
    packets: PacketStream,
    edging: Edging,
    /// The next decoded frame's number, before trimming.
    decoded: Frames,
    /// The number of silent frames to output before it.
    silence: Frames,
    /// The part of a decoded block after such silence.
    rest: Block,
    is_short: bool,
}

impl Decoder {
    /// Starts to record a seek index, if one is useful.
    pub(super) fn record(&mut self) {
        if !self.edging.is_timed {
            self.packets.record();
        }
    }

    /// Returns the recorded seek index.
    pub(super) fn recorded(&mut self) -> Vec<u8> {
        self.packets.recorded()
    }

    /// Returns the content's MIME type.
    pub(super) fn mime_type(&self) -> &'static str {
        self.packets.mime_type()
    }

    /// Returns other notes about the content, as sentences for the user.
    pub(super) fn notes(&self) -> Vec<String> {
        self.packets.notes().iter().cloned().chain(self.edging.note.map(str::to_owned)).collect()
    }

    /// Returns the demuxer's position in bytes.
    pub(super) fn reached(&self) -> u64 {
        self.packets.reached()
    }

    /// Returns whether no block is left, as after a seek past the end.
    pub(super) fn has_ended(&self) -> bool {
        self.packets.has_ended() && self.silence == 0 && self.rest.is_empty()
    }

    /// Returns the byte where a stream of another kind starts, once this stream has ended there.
    pub(super) fn changes_at(&self) -> Option<u64> {
        self.packets.changes_at()
    }

    /// Sets the byte where the stream ends.
    pub(super) fn bound(&mut self, end: u64) {
        self.packets.bound(end);
    }

    /// Outputs part of the pending silence.
    fn take_silence(&mut self, block: &mut Block) {
        let count = self.silence.min(MAX_PACKET_FRAMES);
        self.silence -= count;
        block.resize_with(self.spec().channels(), Vec::new);
        for plane in block {
            plane.clear();
            plane.resize(count as usize, 0.0);
        }
    }

    /// Outputs the next decoded block.
    fn take_block(&mut self, block: &mut Block) -> Result<bool, MediaError> {
        if self.rest.is_empty() {
            return self.packets.next(block);
        }
        *block = std::mem::take(&mut self.rest);
        Ok(true)
    }

    /// Keeps the part of a block after a silence for later.
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
