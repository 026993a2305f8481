//! Seeks: starts to decode in the middle, with the same bits as decoding from the start.
//!
//! A packet's position must be known exactly, in decoded frames:
//!
//! - In WAV, AIFF, CAF, FLAC and MP4, by timestamp. The demuxer computes the place, finds it in the file's own index,
//!   or searches for it, and reads little.
//! - In MP3, ADTS, Ogg, Matroska and fragmented MP4, by our own index, made when the content was inspected. From its
//!   entry, or from the current packet, the packets are walked without being decoded.
//! - In all others, by decoding from the current packet on.
//!
//! A walk may reach the start of a stream of another kind. Then the stream before it is as long as its packets declare.
//!
//! The decoder must also be in the state of one that decoded from the start. PCM, FLAC and ALAC have no state, Vorbis
//! has that of one packet, and [`Renewal`](super::renewal::Renewal) gives MP3, AAC and Opus a state of few packets.

use symphonia::core::packet::Packet;

use super::clock::Clock;
use super::decode::decode;
use super::{Ahead, PacketStream};
use crate::media::MediaError;
use crate::media::seek_index::{self, Entry};
use crate::media::track::new_decoder;
use crate::timeline::Frames;

/// The distance below which packets are decoded, not skipped: two of Vorbis's longest blocks (Vorbis I, 4.2.2).
const OVERLAP: Frames = 2 * 8192;

/// The number of packets that show whether the last of them can be decoded.
const ENOUGH: usize = 3;

/// The way to a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By timestamp. The decoder needs no packets before it.
    Time,
    /// By timestamp, to the decoder's renewal before it.
    Renewal,
    /// Packet by packet, to a renewal.
    Walk,
    /// Packet by packet, to any packet after the first.
    WalkOverlap,
}

impl PacketStream {
    /// Seeks forward to a decoded frame, or to one not far before it, and returns that frame. The position stays if no
    /// way leads there, or if the next block is as near. Returns `None` if the seek failed on its way.
    pub(in crate::media) fn seek(&mut self, frame: Frames, is_timed: bool) -> Result<Option<Frames>, MediaError> {
        let Some(way) = self.way(is_timed) else { return Ok(Some(self.position())) };
        let is_near = match way {
            Way::Time => false,
            Way::Renewal | Way::Walk => !self.is_past_renewal(frame),
            Way::WalkOverlap => frame <= self.clock.taken.saturating_add(OVERLAP),
        };
        if is_near {
            return Ok(Some(self.position()));
        }
        let is_walk = matches!(way, Way::Walk | Way::WalkOverlap);
        let entry = seek_index::entry_before(&self.seek_index, frame);
        let entry = entry.filter(|entry| is_walk && entry.frame > self.clock.taken && !self.reader.is_chained);
        if self.ahead == Ahead::Block {
            self.ahead = Ahead::Packets;
        }
        self.clock.settle();
        if let Some(entry) = entry
            && !self.enter(entry)?
        {
            return Ok(None);
        }
        let has_arrived = match way {
            Way::Time => self.go(frame),
            Way::Renewal => self.go_to_renewal(frame)?,
            Way::WalkOverlap => self.walk_overlap(frame, entry.is_some())?,
            Way::Walk => self.walk(frame)?,
        };
        if !has_arrived && is_walk && self.changes_at().is_some() {
            self.ahead = Ahead::End;
            return Ok(self.is_sound_to_the_end()?.then_some(self.clock.taken));
        }
        if !has_arrived {
            return Ok(None);
        }
        self.advance()?;
        Ok(Some(self.position()).filter(|&position| self.ahead == Ahead::Block && position <= frame))
    }

    /// Returns whether the last packet of a walk can be decoded. If so, the stream is as long as its packets declare.
    /// Otherwise it ends with the last packet that can be decoded, and only decoding shows which one that is.
    fn is_sound_to_the_end(&self) -> Result<bool, MediaError> {
        let Some(params) = self.reader.params() else { return Ok(false) };
        let mut decoder = new_decoder(params)?;
        let mut is_sound = false;
        for packet in self.renewal.recent().rev().take(ENOUGH).rev() {
            is_sound = decode(&mut decoder, packet).is_ok_and(|audio| !audio.is_empty());
        }
        Ok(is_sound)
    }

    /// Returns the first frame of the next block.
    fn position(&self) -> Frames {
        let Clock { taken, packet_frames, silence, .. } = self.clock;
        let held = if self.ahead == Ahead::Block { packet_frames.saturating_add(silence) } else { 0 };
        taken.saturating_sub(held)
    }

    fn way(&self, is_timed: bool) -> Option<Way> {
        match (is_timed || self.reader.demuxer.finds_times(), self.renewal.is_needed()) {
            (true, true) => Some(Way::Renewal),
            (true, false) => Some(Way::Time),
            (false, true) => Some(Way::Walk),
            (false, false) => self.reader.demuxer.counts_lost().then_some(Way::WalkOverlap),
        }
    }

    /// Returns whether the decoder is renewed before a frame.
    fn is_past_renewal(&self, frame: Frames) -> bool {
        let packets = frame.saturating_sub(self.clock.taken) / self.clock.packet_frames.max(1);
        packets >= self.renewal.distance()
    }

    /// Seeks by time. Returns `false` if the demuxer cannot.
    fn go(&mut self, frame: Frames) -> bool {
        let Some(ts) = self.clock.timestamp_of(frame) else { return false };
        self.reader.audio.decoder.reset();
        self.clock.seek();
        self.reader.demuxer.seek(ts)
    }

    /// Seeks to the renewal before a frame, and reads the packets that warm the new decoder up.
    fn go_to_renewal(&mut self, frame: Frames) -> Result<bool, MediaError> {
        let length = self.clock.packet_frames;
        let renewal = self.renewal.before(frame / length);
        for warm_up in self.renewal.warm_ups(length) {
            let first = renewal.saturating_sub(warm_up);
            if !self.go_to_packets(first, renewal)? {
                return Ok(false);
            }
            let is_all_kept = self.renewal.kept() == renewal - first;
            if !is_all_kept || first == 0 {
                break;
            }
        }
        Ok(true)
    }

    /// Seeks to a packet by its number, and reads the packets from there to another.
    fn go_to_packets(&mut self, first: u64, end: u64) -> Result<bool, MediaError> {
        let length = self.clock.packet_frames;
        // The middle of a packet is inside it, even if its edges are off by some frames.
        if !self.go(first * length + length / 2) {
            return Ok(false);
        }
        self.renewal.restart(first);
        self.clock.restart(first * length);
        while self.renewal.index() < end {
            let Some(packet) = self.reader.next_packet(&mut self.damage)? else { return Ok(false) };
            if self.clock.time_of(&packet) != Some(self.clock.taken) {
                return Ok(false);
            }
            self.clock.pass(length);
            self.renewal.keep(packet);
        }
        Ok(true)
    }

    /// Seeks to an entry of the index, and reads the packets that decoding there needs. Returns `false` if the entry is
    /// not of this content.
    fn enter(&mut self, entry: Entry) -> Result<bool, MediaError> {
        let Entry { frame, place, packet, warm_up, lead, checksum } = entry;
        let start = (frame - lead).saturating_add_signed(self.clock.origin().unwrap_or(0));
        if !self.reader.demuxer.enter(place, start) {
            return Ok(false);
        }
        if !self.reader.demuxer.counts_lost() {
            // The demuxer counts time from that place on.
            self.clock.forget_origin();
        }
        self.renewal.restart(packet - warm_up);
        self.clock.taken = frame - lead;
        self.ahead = Ahead::Packets;
        self.reader.audio.decoder.reset();
        let mut is_first = true;
        while self.renewal.index() < packet {
            let Some(packet) = self.pass()? else { return Ok(false) };
            if std::mem::take(&mut is_first) && seek_index::checksum(&packet.data) != checksum {
                return Ok(false);
            }
            if !self.renewal.is_needed() && decode(&mut self.reader.audio.decoder, &packet).is_err() {
                return Ok(false);
            }
            self.renewal.keep(packet);
        }
        Ok(self.renewal.index() == packet && self.clock.taken == frame)
    }

    /// Skips packets until a little before a frame. The last one is the decoder's overlap.
    fn walk_overlap(&mut self, frame: Frames, has_overlap: bool) -> Result<bool, MediaError> {
        let start = self.renewal.index();
        while self.clock.taken.saturating_add(OVERLAP) < frame {
            let Some(packet) = self.pass()? else { return Ok(false) };
            self.renewal.keep(packet);
        }
        let last = self.renewal.recent().last().filter(|_| self.renewal.index() > start);
        let Some(packet) = last else { return Ok(has_overlap) };
        self.reader.audio.decoder.reset();
        Ok(decode(&mut self.reader.audio.decoder, packet).is_ok())
    }

    /// Skips packets until the last renewal before a frame.
    fn walk(&mut self, frame: Frames) -> Result<bool, MediaError> {
        while !self.renewal.is_due() || self.is_past_renewal(frame) {
            let Some(packet) = self.pass()? else { return Ok(false) };
            self.renewal.keep(packet);
        }
        Ok(true)
    }

    /// Reads the next packet and does not decode it. Losses before it are not counted as damage.
    fn pass(&mut self) -> Result<Option<Packet>, MediaError> {
        let Some(packet) = self.reader.next_packet(&mut self.damage)? else { return Ok(None) };
        self.pass_gap(&packet);
        self.clock.settle();
        self.clock.pass(self.length_of(&packet));
        Ok(Some(packet))
    }
}
