//! AAC packets as an M4A file, exact to the sample.
//!
//! A timeline's length determines the number of packets, and so the size of everything before them. So a file is
//! written in one pass: reserve [`FileLayout::header_len`] bytes, stream the packets after them, then go back and
//! write [`FileLayout::header`] at the start. `moov` comes first: a player can start before it has the whole file.
//! The bytes depend only on the track and its packets, not on a clock or a random number.
//!
//! The chapters' titles come between the header and the packets ([`FileLayout::lead`]). The chapters' pictures come
//! last: only their sizes must be known in advance. Neither changes the packets.
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
pub use layout::FileLayout;
pub use piece::{Chapter, Picture, Piece};
pub use track::{FRAMES_PER_PACKET, MAX_PACKET_BYTES_PER_CHANNEL, Track, packets_for, priming_for};
