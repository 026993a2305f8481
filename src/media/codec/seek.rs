//! Decoding from the middle on, with the bits that decoding from the start gives.
//!
//! Where a packet is must be known in decoded frames, exactly:
//!
//! - By timestamp, in WAV, AIFF, CAF, FLAC and MP4. The demuxer goes there by arithmetic, by the file's own index, or
//!   by halving, and reads little.
//! - By our own index, in MP3, ADTS, Ogg, Matroska and fragmented MP4, made when the content was inspected; and from
//!   there, or from where we are, by walking the packets without decoding them.
//! - Everywhere else, by decoding from where we are.
//!
//! A walk may come to where a stream of another kind begins. Then the stream is behind, as long as its packets say.
//!
//! Then the decoder must be in the state that it would be in: PCM, FLAC and ALAC have none, Vorbis has that of one
//! packet, and for MP3 and AAC there is [`Renewal`](super::renewal::Renewal).

use symphonia::core::packet::Packet;

use super::clock::Clock;
use super::decode::decode;
use super::{Ahead, PacketStream};
use crate::media::MediaError;
use crate::media::seek_index::{self, Entry};
use crate::media::track::new_decoder;
use crate::timeline::Frames;

/// Nearer than that, packets are decoded: two of the longest blocks that Vorbis may have (Vorbis I, 4.2.2).
const OVERLAP: Frames = 2 * 8192;

/// Packets that show whether the last of them can be decoded.
const ENOUGH: usize = 3;

/// How a frame is found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By timestamp, and the decoder needs nothing before it.
    Time,
    /// By timestamp, from the renewal before it on.
    Renewal,
    /// Packet by packet, up to a renewal.
    Walk,
    /// Packet by packet, up to any but the first.
    WalkOverlap,
}

impl PacketStream {
    /// Goes forward to a decoded frame, or to one not far before it, and returns which. It stays where it is if there
    /// is no way to go, or the next block is as near. `None` means that it went and did not arrive.
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

    /// Whether the last packet that was walked over can be decoded. Then the stream is as long as its packets say.
    /// Otherwise it ends with the last packet that can, and only decoding shows which one that is.
    fn is_sound_to_the_end(&self) -> Result<bool, MediaError> {
        let Some(params) = self.reader.params() else { return Ok(false) };
        let mut decoder = new_decoder(params)?;
        let mut is_sound = false;
        for packet in self.renewal.recent().rev().take(ENOUGH).rev() {
            is_sound = decode(&mut decoder, packet).is_ok_and(|audio| !audio.is_empty());
        }
        Ok(is_sound)
    }

    /// The decoded frame with which the next block begins.
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

    /// Whether the decoder is renewed between here and there.
    fn is_past_renewal(&self, frame: Frames) -> bool {
        let packets = frame.saturating_sub(self.clock.taken) / self.clock.packet_frames.max(1);
        packets >= self.renewal.distance()
    }

    /// Lets the demuxer go to a decoded frame.
    fn go(&mut self, frame: Frames) -> bool {
        let Some(ts) = self.clock.timestamp_of(frame) else { return false };
        self.reader.audio.decoder.reset();
        self.clock.seek();
        self.reader.demuxer.seek(ts)
    }

    /// Goes to the renewal before a frame, and takes the packets that it needs.
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

    /// Goes to a packet, and takes those from there up to another.
    fn go_to_packets(&mut self, first: u64, end: u64) -> Result<bool, MediaError> {
        let length = self.clock.packet_frames;
        // The middle of a packet is inside it, however its edges are counted.
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

    /// Goes to where an index says that decoding may start, and takes the packets that it needs. `false` if something
    /// else is there.
    fn enter(&mut self, entry: Entry) -> Result<bool, MediaError> {
        let Entry { frame, place, packet, warm_up, lead, checksum } = entry;
        let start = (frame - lead).saturating_add_signed(self.clock.origin().unwrap_or(0));
        if !self.reader.demuxer.enter(place, start) {
            return Ok(false);
        }
        if !self.reader.demuxer.counts_lost() {
            // Times are counted anew, from the place on.
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

    /// Takes packets, undecoded, up to some before a frame. The last one is the decoder's overlap.
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

    /// Takes packets, undecoded, up to the last renewal before a frame.
    fn walk(&mut self, frame: Frames) -> Result<bool, MediaError> {
        while !self.renewal.is_due() || self.is_past_renewal(frame) {
            let Some(packet) = self.pass()? else { return Ok(false) };
            self.renewal.keep(packet);
        }
        Ok(true)
    }

    /// Takes the next packet, undecoded. What was lost before it is not spoken of.
    fn pass(&mut self) -> Result<Option<Packet>, MediaError> {
        let Some(packet) = self.reader.next_packet(&mut self.damage)? else { return Ok(None) };
        self.pass_gap(&packet);
        self.clock.settle();
        self.clock.pass(self.length_of(&packet));
        Ok(Some(packet))
    }
}
