//! AAC packets as an M4A file, exact to the sample.
//!
//! A timeline's length says how many packets it takes, and that fixes the size of everything before the packets. So
//! a file is written in one pass: leave [`FileLayout::header_len`] bytes free, stream the packets behind them, and
//! put [`FileLayout::header`] in front at the end. `moov` comes first: a player can start before it has the whole
//! file. The bytes depend on the track and its packets alone: no clock and no chance has a part in them.
//!
//! The chapters' titles come between the two ([`FileLayout::lead`]). The chapters' pictures come last: only their sizes
//! have to be known before. Neither changes the packets.
//!
//! # Which samples are the timeline's
//! A decoder gives 1024 frames a packet, and the first of them are the encoder's delay. The file says twice which are
//! the timeline's, for players of either kind: in an edit list (ISO/IEC 14496-12, 8.6.6), and in iTunes' `iTunSMPB`.
//! Players drop what comes before the timeline, but not what comes after it: ffmpeg 5.1 and Firefox 153 play the last
//! packet to its end, up to 1023 frames too many, whatever a file says. So nothing should come after it:
//! [`priming_for`] says how much silence to encode before a timeline for it to end where a packet does.

mod audio;
mod chapters;
mod error;
mod file;
mod language;
mod layout;
mod metadata;
mod piece;
mod track;
mod trak;
mod writer;

pub use chapters::MAX_LISTED;
pub use error::M4aError;
pub use layout::FileLayout;
pub use piece::{Chapter, MAX_TITLE_BYTES, Picture, Piece, cut};
pub use track::{FRAMES_PER_PACKET, MAX_PACKET_BYTES_PER_CHANNEL, Track, packets_for, priming_for};
