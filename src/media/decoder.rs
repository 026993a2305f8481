//! A content as the recording that it holds: decoded from the start on, block by block, its edges trimmed.

use std::sync::Arc;

use super::codec::{Block, PacketStream, Spec};
use super::gapless::{Edging, edging};
use super::{Damage, MediaError};
use crate::store::ByteSource;
use crate::timeline::Frames;

/// Decodes a content once, forward.
pub(super) struct Decoder {
    packets: PacketStream,
    edging: Edging,
    /// Frames decoded so far, untrimmed.
    decoded: Frames,
    is_short: bool,
}

impl Decoder {
    /// Finds the audio. The type is a hint: the content decides.
    pub(super) fn open(source: Arc<dyn ByteSource>, type_hint: &str) -> Result<Self, MediaError> {
        let packets = PacketStream::open(source.clone(), type_hint)?;
        let edging = edging(&packets, source.as_ref());
        Ok(Self { packets, edging, decoded: 0, is_short: false })
    }

    /// The rate and the channels of all blocks.
    pub(super) fn spec(&self) -> Spec {
        self.packets.spec()
    }

    /// The content's MIME type.
    pub(super) fn mime_type(&self) -> &'static str {
        self.packets.mime_type()
    }

    /// What went wrong up to here.
    pub(super) fn damage(&self) -> Damage {
        let damage = self.packets.damage();
        Damage { is_short: damage.is_short || self.is_short, ..damage }
    }

    /// How many bytes the demuxer has come to.
    pub(super) fn reached(&self) -> u64 {
        self.packets.reached()
    }

    /// The recording's next block, in place of what `block` holds; never an empty one. `false` at the end.
    pub(super) fn next(&mut self, block: &mut Block) -> Result<bool, MediaError> {
        let end = self.edging.kept.end();
        while self.decoded < end && self.packets.next(block)? {
            let start = self.decoded;
            self.decoded += block.first().map_or(0, |plane| plane.len() as u64);
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
