//! AAC packets as an M4A file, exact to the sample.
//!
//! A file is written in one pass, in one of two orders ([`MoovPlace`]). The samples, and everything in `moov` but
//! their offsets, are the same in both, and both are files that any player reads.
//!
//! - `moov` first: a player can start before it has the whole file. A timeline's length determines the number of
//!   packets, and so the size of everything before them. So reserve [`FileLayout::header_len`] bytes, stream the
//!   packets after them, then go back and write [`FileLayout::header`] at the start.
//! - `moov` last, for a destination that cannot go back. The size of an `mdat` comes before its content, so the packets
//!   are in many of them, one for each of their parts. [`FileLayout::header`] is then `moov` alone, at the end.
//!
//! The bytes depend only on the track, its packets and the order, not on a clock or a random number.
//!
//! The chapters' titles come before the packets ([`FileLayout::lead`]). The chapters' pictures come after them: only
//! their sizes must be known in advance. Neither changes the packets.
//!
//! # Which samples are the timeline's
//! A decoder returns 1024 frames for each packet, and the first frames are the encoder's delay. The file marks the
//! timeline's frames in two ways, for different players: in an edit list (ISO/IEC 14496-12, 8.6.6), and in iTunes'
//! `iTunSMPB`. Players drop the frames before the timeline, but not those after it: ffmpeg 5.1 and Firefox 153 play
//! the last packet to its end, up to 1023 frames too many, whatever a file declares. So no frames should come after
//! the timeline: [`priming_for`] returns the priming with which it ends where a packet does.

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
pub use layout::{FileLayout, MoovPlace};
pub use piece::{Chapter, Picture, Piece};
pub use track::{FRAMES_PER_PACKET, MAX_PACKET_BYTES_PER_CHANNEL, Track, packets_for, priming_for};
