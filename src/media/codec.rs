//! Decodes a content's audio track to a stream of blocks: reads packets, decodes them, and fills in what was lost.
//!
//! - `demuxer` takes a container apart, and `track_reader` yields one track's packets.
//! - `clock` counts frames and losses, and `decode` decodes a packet to a block.
//! - `renewal` renews decoders with a long memory, `seek` starts in the middle with the same bits, and `recording`
//!   makes the index for it.
//!
//! Silence of the same length replaces a packet that cannot be decoded, and it counts as damage. A truncated content
//! ends where its data ends, and counts as short. Once audio was decoded, only unreadable bytes are an error. Nothing
//! is trimmed except by a packet's own declaration.

mod block;
mod clock;
mod decode;
mod demuxer;
mod recording;
mod renewal;
mod seek;
mod track_reader;

use std::sync::Arc;

use symphonia::core::codecs::audio::well_known::{CODEC_ID_FLAC, CODEC_ID_OPUS, CODEC_ID_VORBIS};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatId, Track};
use symphonia::core::packet::Packet;
use symphonia::core::units::Duration;

pub(super) use block::{Block, Spec};
pub use decode::packets_decoded;

use clock::Clock;
use decode::{copy, decode, silence_nonsense, spec, trim};
use demuxer::Demuxer;
use recording::Recording;
use renewal::Renewal;
use track_reader::TrackReader;

use super::mp4::Mp4Reader;
use super::probe::{mime_type, probe};
use super::track::first_audio;
use super::{ChannelLayout, Content, Damage, MAX_PACKET_FRAMES, MediaError, flac, lengths};
use crate::timeline::{Frames, SampleRate};

/// The next step of a stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ahead {
    /// Packets are to be decoded.
    Packets,
    /// A block is decoded. It follows the clock's silence.
    Block,
    /// There is nothing left.
    End,
}

/// The blocks of a content's first audio track.
pub(super) struct PacketStream {
    reader: TrackReader,
    clock: Clock,
    renewal: Renewal,
    recording: Recording,
    seek_index: Arc<[u8]>,
    ahead: Ahead,
    /// The latest block.
    decoded: Block,
    /// The format of all blocks. It has no channels until the first block is decoded.
    spec: Spec,
    /// Sentences for the user about the choice of the track.
    notes: Vec<String>,
    damage: Damage,
}

impl PacketStream {
    /// Opens the audio, and decodes its first block.
    pub(super) fn open(content: &Content) -> Result<Self, MediaError> {
        let source = content.source.clone();
        let container = probe(source.clone())?;
        let mut audio = first_audio(&container.tracks)?;
        audio.layout = container.layout.or(audio.layout);
        let notes = container.notes.clone();
        let mut demuxer = Demuxer::new(container, source, &mut audio);
        demuxer.settle(&mut audio)?;
        let mut packets = Self {
            clock: Clock::new(),
            renewal: Renewal::new(&audio),
            recording: Recording::default(),
            seek_index: content.seek_index.clone(),
            ahead: Ahead::Packets,
            decoded: Block::new(),
            spec: Spec { rate: audio.rate.unwrap_or(SampleRate::HZ_44100), layout: ChannelLayout::NONE },
            reader: TrackReader::new(demuxer, audio),
            notes,
            damage: Damage::default(),
        };
        packets.advance()?;
        if packets.ahead == Ahead::End {
            return Err(MediaError::NoAudio);
        }
        packets.reader.demuxer.learn(packets.clock.packet_frames, packets.spec.rate);
        Ok(packets)
    }

    /// Returns the rate and the channels, the same for all blocks.
    pub(super) fn spec(&self) -> Spec {
        self.spec
    }

    /// Returns the container's description of the track.
    pub(super) fn track(&self) -> &Track {
        &self.reader.audio.track
    }

    /// Returns whether the audio is Opus.
    pub(super) fn is_opus(&self) -> bool {
        self.reader.audio.codec == CODEC_ID_OPUS
    }

    /// Returns the container's format.
    pub(super) fn format(&self) -> FormatId {
        self.reader.demuxer.format()
    }

    /// Returns whether all packets have one length, as far as the container declares it.
    pub(super) fn is_even(&self) -> bool {
        self.reader.demuxer.is_even()
    }

    /// Returns the content's MIME type.
    pub(super) fn mime_type(&self) -> &'static str {
        mime_type(self.format())
    }

    /// Returns sentences for the user about the choice of the track.
    pub(super) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Returns the reader of an MP4.
    pub(super) fn mp4(&self) -> Option<&Mp4Reader> {
        self.reader.demuxer.mp4()
    }

    /// Returns the damage met so far.
    pub(super) fn damage(&self) -> &Damage {
        &self.damage
    }

    /// Returns the demuxer's position in bytes.
    pub(super) fn reached(&self) -> u64 {
        self.reader.demuxer.reached()
    }

    /// Returns whether there is no block left.
    pub(super) fn has_ended(&self) -> bool {
        self.ahead == Ahead::End
    }

    /// Returns the byte at which a stream of another kind begins, once this one's end was reached there.
    pub(super) fn changes_at(&self) -> Option<u64> {
        self.reader.changes_at()
    }

    /// Declares that the stream ends at a byte.
    pub(super) fn bound(&mut self, end: u64) {
        self.reader.demuxer.bound(end);
    }

    /// Starts to record a seek index.
    pub(super) fn record(&mut self) {
        self.recording.start();
    }

    /// Returns the recorded seek index.
    pub(super) fn recorded(&mut self) -> Vec<u8> {
        self.recording.finish()
    }

    /// Replaces `block` with the next block, which is never empty. Returns `false` at the end.
    pub(super) fn next(&mut self, block: &mut Block) -> Result<bool, MediaError> {
        self.advance()?;
        let is_block = self.ahead == Ahead::Block;
        if is_block && let Some(count) = self.clock.take_silence() {
            block.resize_with(self.spec.channels(), Vec::new);
            for plane in block {
                plane.clear();
                plane.resize(count, 0.0);
            }
            return Ok(true);
        }
        std::mem::swap(&mut self.decoded, block);
        if is_block {
            self.ahead = Ahead::Packets;
        }
        Ok(is_block)
    }

    /// Decodes packets until there is a block, or nothing left. Counts undecodable packets as silence on the clock.
    fn advance(&mut self) -> Result<(), MediaError> {
        while self.ahead == Ahead::Packets {
            let Some(packet) = self.reader.next_packet(&mut self.damage)? else {
                self.ahead = Ahead::End;
                break;
            };
            self.pass_gap(&packet);
            self.recording.note(&packet, &self.reader, &self.clock, &self.renewal, self.spec.rate);
            if let Some(decoder) = self.renewal.decoder(&self.reader.audio)? {
                self.reader.audio.decoder = decoder;
            }
            self.ahead = self.decode(&packet)?;
            self.renewal.keep(packet);
        }
        if self.ahead == Ahead::End {
            self.clock.silence = 0;
        }
        Ok(())
    }

    /// Decodes a packet, and returns the next step.
    fn decode(&mut self, packet: &Packet) -> Result<Ahead, MediaError> {
        if self.reader.audio.codec == CODEC_ID_FLAC {
            // Symphonia's decoder ignores checksums, and decodes a damaged frame to noise.
            if !self.reader.demuxer.has_checked() && !flac::is_intact(&packet.data) {
                self.lose(packet);
                return Ok(Ahead::Packets);
            }
            if let Some(hindrance) = self.reader.params().and_then(|params| flac::hindrance(params, &packet.data)) {
                return Err(MediaError::Unsupported(hindrance));
            }
        }
        let layout = self.reader.audio.layout;
        match decode(&mut self.reader.audio.decoder, packet) {
            // An empty packet holds no audio, whatever the decoder returns.
            Ok(_) if packet.data.is_empty() => self.lose(packet),
            Ok(audio) if audio.is_empty() => {}
            Ok(audio) => {
                let spec = spec(audio.spec(), layout)?;
                let is_first = self.spec.channels() == 0;
                if !is_first && spec.rate != self.spec.rate {
                    // It would be played at the wrong speed.
                    self.damage.is_short = true;
                    return Ok(Ahead::End);
                }
                copy(&audio, &mut self.decoded);
                let frames = trim(packet, audio.frames() as u64, &mut self.decoded);
                if frames == 0 {
                    return Ok(Ahead::Packets);
                }
                if !is_first && spec.layout != self.spec.layout {
                    self.decoded = self.spec.layout.fold(spec.layout, std::mem::take(&mut self.decoded));
                }
                self.damage.has_nonsense |= silence_nonsense(&mut self.decoded);
                let frames = if is_first { frames } else { self.hold_to_length(packet, frames) };
                self.damage.bad_stretches.extend(self.clock.place(packet, frames));
                if is_first {
                    self.spec = spec;
                }
                return Ok(Ahead::Block);
            }
            Err(Error::IoError(_) | Error::DecodeError(_)) => self.lose(packet),
            Err(_) => {
                self.damage.is_short = true;
                return Ok(Ahead::End);
            }
        }
        Ok(Ahead::Packets)
    }

    /// Counts a packet as lost.
    fn lose(&mut self, packet: &Packet) {
        self.forget_overlap();
        self.clock.lose(self.length_of(packet));
    }

    /// Cuts an MP4's packet to the length that the tables declare, and returns its length. A reader that starts after
    /// the packet counts by the tables, and would return the rest twice.
    fn hold_to_length(&mut self, packet: &Packet, frames: Frames) -> Frames {
        let most = packet.dur.get();
        if most == 0 || frames <= most || self.mp4().is_none() {
            return frames;
        }
        // It fits in a `usize`: the block is longer.
        self.decoded.iter_mut().for_each(|plane| plane.truncate(most as usize));
        most
    }

    /// Counts what was lost before a packet. Only its timestamp shows it.
    fn pass_gap(&mut self, packet: &Packet) {
        let counts_lost = self.reader.demuxer.counts_lost();
        if let Some(gap) = self.clock.gap_before(packet).filter(|_| counts_lost) {
            self.clock.lose(gap);
            self.renewal.skip(gap, self.clock.packet_frames);
        }
        if packet.block_dur() == Duration::ZERO {
            self.forget_overlap();
        }
    }

    /// Resets a Vorbis decoder: the block before the next one is missing, so there is nothing to overlap it with.
    fn forget_overlap(&mut self) {
        if self.reader.audio.codec == CODEC_ID_VORBIS && self.reader.demuxer.counts_lost() {
            self.reader.audio.decoder.reset();
        }
    }

    /// Returns the number of frames in a packet: the demuxer's count if it measures losses, or the codec's fixed
    /// length, or else the packet's declared duration, or the previous packet's length if it declares none.
    fn length_of(&self, packet: &Packet) -> Frames {
        let before = self.clock.packet_frames;
        if self.reader.demuxer.counts_lost() {
            return packet.dur.get();
        }
        if self.is_opus() {
            return lengths::opus(&packet.data).unwrap_or(before);
        }
        if self.renewal.is_needed() && before > 0 {
            return before;
        }
        let frames = self.track().time_base.map_or(0, |base| {
            let scaled = u128::from(packet.dur.get()) * u128::from(base.numer.get()) * u128::from(self.spec.rate.hz());
            u64::try_from(scaled / u128::from(base.denom.get())).unwrap_or(u64::MAX)
        });
        if frames > 0 { frames.min(MAX_PACKET_FRAMES) } else { before }
    }
}
