//! The reasons why a file cannot be written.

use thiserror::Error;

/// The reason why a file cannot be written.
#[derive(Debug, Error)]
pub enum M4aError {
    /// The timeline has no audio.
    #[error("m4a: the timeline has no frames")]
    NoFrames,
    /// The encoder gave no decoder configuration.
    #[error("m4a: the AudioSpecificConfig is empty")]
    NoConfig,
    /// The file would have too many packets: the table of their sizes alone would be a gigabyte.
    #[error("m4a: {packets} packets are too many for one file")]
    TooLong {
        /// The number of packets.
        packets: u64,
    },
    /// A chapter that the file cannot hold.
    #[error("m4a: chapter {index} {reason}")]
    Chapter {
        /// The chapter's index, counted from 0.
        index: usize,
        /// The fault, as the end of a sentence.
        reason: &'static str,
    },
    /// The header was requested with sizes for too few or too many packets.
    #[error("m4a: the file has {expected} packets, and there are sizes of {actual}")]
    PacketCount {
        /// [`Track::packet_count`](super::Track::packet_count).
        expected: u64,
        /// The number of given sizes.
        actual: u64,
    },
    /// A packet's size is impossible for AAC with these channels.
    #[error("m4a: packet {index} has {size} bytes, and can have 1 to {limit}")]
    PacketSize {
        /// The packet's index, counted from 0.
        index: usize,
        /// The packet's size in bytes.
        size: u16,
        /// The largest size in bytes.
        limit: u16,
    },
    /// The header does not fill its reserved space.
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
