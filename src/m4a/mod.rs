//! AAC packets as an M4A file, exact to the sample.
//!
//! A timeline's length says how many packets it takes, and that fixes the size of everything before the packets. So
//! a file is written in one pass: leave [`FileLayout::header_len`] bytes free, stream the packets behind them, and
//! put [`FileLayout::header`] in front at the end. `moov` comes first: a player can start before it has the whole
//! file. The bytes depend on the track and its packets alone: no clock and no chance has a part in them.
//!
//! Chapters' titles come between the two ([`FileLayout::lead`]), and the pictures that chapters show come last: of
//! those the size alone has to be known before. The packets are the same with all of it as without.
//!
//! # Which samples are the timeline's
//! A decoder gives 1024 frames a packet, and the first of them are the encoder's delay. The file says twice which are
//! the timeline's, for players of either kind: in an edit list (ISO/IEC 14496-12, 8.6.6), and in iTunes' `iTunSMPB`.
//! Players drop what comes before the timeline, but not what comes after it: ffmpeg 5.1 and Firefox 153 play the last
//! packet to its end, up to 1023 frames too many, whatever a file says. So nothing should come after it:
//! [`priming_for`] says how much silence to encode before a timeline for it to end where a packet does.

mod boxes;
mod chapters;
mod language;
mod layout;
mod metadata;
mod piece;
mod writer;

use thiserror::Error;

pub use chapters::MAX_LISTED;
pub use layout::FileLayout;
pub use piece::{Chapter, MAX_TITLE_BYTES, Picture, Piece, cut};

use crate::timeline::{AudioLayout, Frames, SampleRate};

/// The frames in a packet of AAC-LC (ISO/IEC 14496-3, 4.4.1, `frameLengthFlag` 0).
pub const FRAMES_PER_PACKET: u32 = 1024;

/// The audio track's ID.
const AUDIO_TRACK: u32 = 1;

/// The most bytes that a packet can have for each channel: 6144 bits (ISO/IEC 14496-3, 4.5.3.1).
pub const MAX_PACKET_BYTES_PER_CHANNEL: u16 = 768;

/// What is known of the audio before a packet of it exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// Frames a second; at most 65,535, which is all that an audio sample entry can say.
    pub sample_rate: SampleRate,
    /// The channels.
    pub layout: AudioLayout,
    /// The encoder's AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
    pub audio_specific_config: Vec<u8>,
    /// How many decoded frames come before the timeline's first: see [`priming_for`].
    pub priming: u32,
    /// The timeline's length.
    pub frames: Frames,
    /// What the file says of itself beside its sound.
    pub piece: Piece,
}

impl Track {
    /// How many packets the file has.
    pub fn packet_count(&self) -> u64 {
        packets_for(self.priming, self.frames)
    }

    /// How many decoded frames come after the timeline's last. The encoder is to be fed as much silence, for it may not
    /// give the last packet otherwise.
    pub fn remainder(&self) -> Frames {
        let decoded = self.packet_count().saturating_mul(u64::from(FRAMES_PER_PACKET));
        decoded.saturating_sub(u64::from(self.priming)).saturating_sub(self.frames)
    }

    /// The largest packet that its channels allow, in bytes.
    fn max_packet_bytes(&self) -> u16 {
        MAX_PACKET_BYTES_PER_CHANNEL * self.layout.channels() as u16
    }
}

/// The priming with which a timeline of `frames` ends where a packet does: the encoder's delay and up to 1023 frames.
///
/// The encoder is to be fed that much more than its delay, `priming_for(delay, frames) - delay` frames of silence,
/// before the timeline's first frame.
pub fn priming_for(encoder_delay: u32, frames: Frames) -> u32 {
    let packet = u64::from(FRAMES_PER_PACKET);
    let over = (u64::from(encoder_delay) + frames % packet) % packet;
    // What is added is below 1024, so it fits.
    encoder_delay.saturating_add(((packet - over) % packet) as u32)
}

/// How many packets a timeline of `frames` takes, with its priming.
///
/// One more where the timeline has at most 512 frames, all in the last packet. ffmpeg and Chromium take a file's last
/// packet to be as long as the edit, and drop it where it would then end before the edit starts.
pub fn packets_for(priming: u32, frames: Frames) -> u64 {
    let (packet, priming) = (u64::from(FRAMES_PER_PACKET), u64::from(priming));
    let packets = frames.saturating_add(priming).div_ceil(packet);
    let last_starts_at = packets.saturating_sub(1) * packet;
    if last_starts_at.saturating_add(frames) <= priming { packets + 1 } else { packets }
}

/// Why a file cannot be written.
#[derive(Debug, Error)]
pub enum M4aError {
    /// There is no audio.
    #[error("m4a: the timeline has no frames")]
    NoFrames,
    /// The encoder did not say how to decode its packets.
    #[error("m4a: the AudioSpecificConfig is empty")]
    NoConfig,
    /// The table of packet sizes alone would be a gigabyte.
    #[error("m4a: {packets} packets are too many for one file")]
    TooLong {
        /// How many there would be.
        packets: u64,
    },
    /// The chapters cannot be written so.
    #[error("m4a: chapter {index} {reason}")]
    Chapter {
        /// Which chapter, counted from 0.
        index: usize,
        /// What is wrong with it, as the end of a sentence.
        reason: &'static str,
    },
    /// The header was asked for too early or too late.
    #[error("m4a: the file has {expected} packets, and there are sizes of {actual}")]
    PacketCount {
        /// [`Track::packet_count`].
        expected: u64,
        /// How many sizes were given.
        actual: u64,
    },
    /// A packet is not AAC for these channels.
    #[error("m4a: packet {index} has {size} bytes, and can have 1 to {limit}")]
    PacketSize {
        /// Which packet, counted from 0.
        index: usize,
        /// Its size in bytes.
        size: u16,
        /// The largest size in bytes.
        limit: u16,
    },
    /// The header does not fit in the room that was left for it.
    #[error("m4a: the header has {actual} bytes, and room was left for {expected}")]
    HeaderLength {
        /// [`FileLayout::header_len`].
        expected: u64,
        /// How many it has.
        actual: u64,
    },
    /// A box cannot be written.
    #[error("m4a: {0}")]
    Box(#[from] mp4_atom::Error),
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
