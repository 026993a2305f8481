//! Decoding from the middle on, with the bits that decoding from the start gives.
//!
//! Where a packet is must be known in decoded frames, exactly:
//!
//! - By timestamp, in WAV, AIFF, CAF, FLAC and MP4. The demuxer goes there by arithmetic, by the index, or
//!   by halving, and reads little.
//! - By walking the packets without decoding them, in MP3, ADTS and Ogg Vorbis. All bytes up to there are read, but
//!   that is fast. No index of MP3's is exact, and a file may be joined of several. Ogg's granule positions are, but
//!   not the same to who comes upon the page behind a lost one from the front, and to who starts there.
//! - Everywhere else, as in fragmented MP4 and WebM, by decoding from where we are.
//!
//! Then the decoder must be in the state that it would be in: PCM, FLAC and ALAC have none, Vorbis has that of one
//! packet, and for MP3 and AAC there is [`Renewal`](super::renewal::Renewal).

use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_OPUS, CODEC_ID_VORBIS};
use symphonia::core::formats::well_known::{
    FORMAT_ID_ADTS, FORMAT_ID_MP1, FORMAT_ID_MP2, FORMAT_ID_MP3, FORMAT_ID_OGG,
};
use symphonia::core::formats::{SeekMode, SeekTo};
use symphonia::core::packet::Packet;
use symphonia::core::units::Timestamp;

use super::PacketStream;
use super::renewal::AAC_OVERLAP;
use crate::media::MediaError;
use crate::timeline::Frames;

/// Two of the longest blocks that Vorbis may have (Vorbis I, 4.2.2): nearer than that, packets are decoded.
const VORBIS_BLOCKS: Frames = 2 * 8192;

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
    WalkVorbis,
}

impl PacketStream {
    /// Goes forward to a decoded frame, or to one not far before it, and returns which. It stays where it is if there
    /// is no way to go, or the next block is as near. `None` means that it went and did not arrive.
    pub(in crate::media) fn seek(&mut self, frame: Frames, is_timed: bool) -> Result<Option<Frames>, MediaError> {
        let Some(way) = self.way(is_timed) else { return Ok(Some(self.position())) };
        let is_near = match way {
            Way::Time => false,
            Way::Renewal | Way::Walk => !self.is_past_renewal(frame),
            Way::WalkVorbis => frame <= self.taken.saturating_add(VORBIS_BLOCKS),
        };
        if is_near {
            return Ok(Some(self.position()));
        }
        self.holds_block = false;
        self.silence = 0;
        self.unsettled = 0;
        let has_arrived = match way {
            Way::Time => self.go(frame),
            Way::Renewal => self.go_to_renewal(frame)?,
            Way::WalkVorbis => self.walk_vorbis(frame)?,
            Way::Walk => self.walk(frame)?,
        };
        self.holds_block = has_arrived && self.decode_next()?.is_some();
        Ok(Some(self.position()).filter(|&position| self.holds_block && position <= frame))
    }

    /// The decoded frame with which the next block begins.
    fn position(&self) -> Frames {
        let held = if self.holds_block { self.packet_frames.saturating_add(self.silence) } else { 0 };
        self.taken.saturating_sub(held)
    }

    fn way(&self, is_timed: bool) -> Option<Way> {
        let format = self.format();
        match self.audio.codec {
            CODEC_ID_AAC if is_timed => Some(Way::Renewal),
            CODEC_ID_AAC if format == FORMAT_ID_ADTS => Some(Way::Walk),
            _ if matches!(format, FORMAT_ID_MP1 | FORMAT_ID_MP2 | FORMAT_ID_MP3) => Some(Way::Walk),
            CODEC_ID_VORBIS if format == FORMAT_ID_OGG => Some(Way::WalkVorbis),
            CODEC_ID_OPUS => None,
            _ if is_timed && format != FORMAT_ID_OGG && !self.renewal.is_needed() => Some(Way::Time),
            _ => None,
        }
    }

    /// Whether the decoder is renewed between here and there.
    fn is_past_renewal(&self, frame: Frames) -> bool {
        let packets = frame.saturating_sub(self.taken) / self.packet_frames.max(1);
        packets >= self.renewal.distance()
    }

    /// Lets the demuxer go to a decoded frame.
    fn go(&mut self, frame: Frames) -> bool {
        let ts = i64::try_from(frame).ok().and_then(|frame| frame.checked_add(self.origin?)).map(Timestamp::from);
        let Some(ts) = ts else { return false };
        let to = SeekTo::Timestamp { ts, track_id: self.audio.track.id };
        self.audio.decoder.reset();
        self.is_adrift = true;
        self.demuxer.seek(SeekMode::Accurate, to).is_ok()
    }

    /// Goes to the renewal before a frame, and takes the packets that it needs.
    fn go_to_renewal(&mut self, frame: Frames) -> Result<bool, MediaError> {
        let length = self.packet_frames;
        let renewal = self.renewal.before(frame / length);
        let first = renewal.saturating_sub(AAC_OVERLAP as u64);
        // The middle of a packet is inside it, however its edges are counted.
        if !self.go(first * length + length / 2) {
            return Ok(false);
        }
        self.renewal.restart(first);
        self.taken = first * length;
        self.is_adrift = false;
        while self.renewal.index() < renewal {
            let Some(packet) = self.next_packet()? else { return Ok(false) };
            if self.time_of(&packet) != Some(self.taken) {
                return Ok(false);
            }
            self.taken += length;
            self.renewal.keep(packet);
        }
        Ok(true)
    }

    /// Takes packets, undecoded, up to some before a frame. The last one is the decoder's overlap.
    fn walk_vorbis(&mut self, frame: Frames) -> Result<bool, MediaError> {
        let mut last = None;
        while self.taken.saturating_add(VORBIS_BLOCKS) < frame {
            let Some(packet) = self.next_packet()? else { return Ok(false) };
            self.taken = self.taken.saturating_add(packet.dur.get());
            last = Some(packet);
        }
        self.audio.decoder.reset();
        Ok(last.is_some_and(|packet| self.audio.decoder.decode(&packet).is_ok()))
    }

    /// Takes packets, undecoded, up to the last renewal before a frame.
    fn walk(&mut self, frame: Frames) -> Result<bool, MediaError> {
        let mut first = None;
        while !self.renewal.is_due() || self.is_past_renewal(frame) {
            let Some(packet) = self.next_packet()? else { return Ok(false) };
            let kind = kind(&packet);
            let is_mpeg = self.format() != FORMAT_ID_ADTS;
            if is_mpeg && *first.get_or_insert(kind) != kind {
                return Ok(false);
            }
            self.taken = self.taken.saturating_add(self.length_of(&packet));
            self.renewal.keep(packet);
        }
        Ok(true)
    }

    /// Where a packet's audio begins, in decoded frames.
    pub(super) fn time_of(&self, packet: &Packet) -> Option<Frames> {
        u64::try_from(packet.pts.get().checked_sub(self.origin?)?).ok()?.checked_add(packet.trim_start.get())
    }
}

/// What must be the same in all of a stream's MPEG headers: version, layer, rate, and whether it is mono.
fn kind(packet: &Packet) -> Option<(u8, u8, bool)> {
    let &[_, version, rate, mode, ..] = &packet.data[..] else { return None };
    Some((version & 0x1e, rate & 0x0c, mode >> 6 == 3))
}
