//! The reasons why a file cannot be written.

use thiserror::Error;

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
        /// The number of packets.
        packets: u64,
    },
    /// A chapter that the file cannot hold.
    #[error("m4a: chapter {index} {reason}")]
    Chapter {
        /// Which chapter, counted from 0.
        index: usize,
        /// What is wrong with it, as the end of a sentence.
        reason: &'static str,
    },
    /// The header was asked for with the sizes of too few or too many packets.
    #[error("m4a: the file has {expected} packets, and there are sizes of {actual}")]
    PacketCount {
        /// [`Track::packet_count`](super::Track::packet_count).
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
    /// The header does not fill the room that was reserved for it.
    #[error("m4a: the header has {actual} bytes, and room was left for {expected}")]
    HeaderLength {
        /// [`FileLayout::header_len`](super::FileLayout::header_len).
        expected: u64,
        /// The size of the header in bytes.
        actual: u64,
    },
    /// A box cannot be written.
    #[error("m4a: {0}")]
    Box(#[from] mp4_atom::Error),
}
