//! The file's audio: its format, its length and number of packets, and its metadata.

use super::piece::Piece;
use crate::timeline::{AudioLayout, Frames, SampleRate};

/// Frames in a packet of AAC-LC (ISO/IEC 14496-3, 4.4.1, `frameLengthFlag` 0).
pub const FRAMES_PER_PACKET: u32 = 1024;

/// The maximum size of a packet for each channel, in bytes: 6144 bits (ISO/IEC 14496-3, 4.5.3.1).
pub const MAX_PACKET_BYTES_PER_CHANNEL: u16 = 768;

/// The audio and its metadata, as far as they are known before the first packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// The sample rate; at most 65,535 Hz, the limit of an audio sample entry.
    pub sample_rate: SampleRate,
    /// The channel layout.
    pub layout: AudioLayout,
    /// The encoder's AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
    pub audio_specific_config: Vec<u8>,
    /// Decoded frames before the timeline's first: see [`priming_for`].
    pub priming: u32,
    /// The timeline's length in frames.
    pub frames: Frames,
    /// The file's metadata.
    pub piece: Piece,
}

impl Track {
    /// Returns the number of packets in the file.
    pub fn packet_count(&self) -> u64 {
        packets_for(self.priming, self.frames)
    }

    /// Returns the number of decoded frames after the timeline's last. Give the encoder as much silence, or it may
    /// not return the last packet.
    pub fn remainder(&self) -> Frames {
        let decoded = self.packet_count().saturating_mul(u64::from(FRAMES_PER_PACKET));
        decoded.saturating_sub(u64::from(self.priming)).saturating_sub(self.frames)
    }

    /// Returns the maximum size of a packet with these channels, in bytes.
    pub(super) fn max_packet_bytes(&self) -> u16 {
        MAX_PACKET_BYTES_PER_CHANNEL * self.layout.channels() as u16
    }
}

/// Returns the priming with which a timeline of `frames` ends where a packet does: the encoder's delay and up to 1023
/// frames.
///
/// Give the encoder `priming_for(delay, frames) - delay` frames of silence before the timeline's first frame.
pub fn priming_for(encoder_delay: u32, frames: Frames) -> u32 {
    let packet = u64::from(FRAMES_PER_PACKET);
    let over = (u64::from(encoder_delay) + frames % packet) % packet;
    // It fits, because less than 1024 is added.
    encoder_delay.saturating_add(((packet - over) % packet) as u32)
}

/// Returns the number of packets for a timeline of `frames`, with its priming.
///
/// A timeline of at most 512 frames, all in the last packet, takes one packet more: ffmpeg and Chromium give a file's
/// last packet the length of the edit, and drop it if it then ends before the edit starts.
pub fn packets_for(priming: u32, frames: Frames) -> u64 {
    let (packet, priming) = (u64::from(FRAMES_PER_PACKET), u64::from(priming));
    let packets = frames.saturating_add(priming).div_ceil(packet);
    let last_starts_at = packets.saturating_sub(1) * packet;
    if last_starts_at.saturating_add(frames) <= priming { packets + 1 } else { packets }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn track(priming: u32, frames: Frames) -> Track {
        Track {
            sample_rate: SampleRate::HZ_44100,
            layout: AudioLayout::Stereo,
            audio_specific_config: vec![0x12, 0x10],
            priming,
            frames,
            piece: Piece::default(),
        }
    }

    #[test]
    fn a_timeline_that_would_lie_in_a_dropped_packet_has_one_packet_more() {
        assert_eq!(track(1535, 513).packet_count(), 2);
        assert_eq!(track(1536, 512).packet_count(), 3);
        assert_eq!(track(2047, 1).packet_count(), 3);
        assert_eq!(track(0, 1).packet_count(), 1);
    }

    proptest! {
        #[test]
        fn with_the_priming_for_it_a_timeline_ends_where_a_packet_does(delay in 0u32..10_000, frames in 513u64..1 << 40) {
            let priming = priming_for(delay, frames);
            prop_assert!((delay..delay + FRAMES_PER_PACKET).contains(&priming));
            prop_assert_eq!(track(priming, frames).remainder(), 0);
        }

        #[test]
        fn packets_hold_the_whole_timeline(priming in 0u32..10_000, frames in 1u64..1 << 40) {
            let track = track(priming, frames);
            let decoded = track.packet_count() * u64::from(FRAMES_PER_PACKET);
            prop_assert_eq!(decoded, u64::from(priming) + frames + track.remainder());
        }
    }
}
