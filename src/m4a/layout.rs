//! A file's layout, as determined by its track before the first packet.

use serde::Serialize;

use super::track::{FRAMES_PER_PACKET, Track};

/// The place of `moov` in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MoovPlace {
    /// `ftyp`, `moov` and the start of one `mdat`, written last at the file's start. Then the content of that `mdat`.
    First,
    /// `ftyp`, each part of the content in an `mdat` of its own, then `moov`.
    Last,
}

/// Chunks in a part of the packets: about half a minute. A part is in memory until it is written. With `moov` last,
/// some players read the start of every `mdat` on their way to `moov`, so there should be few.
const CHUNKS_PER_PART: u32 = 32;

/// The length in bytes of the start of an `mdat` that holds a part of the packets, which is far below 4 GiB.
const PART_START: u64 = 8;

/// The layout of a track's file, and its header.
///
/// The content of the file is the chapters' titles, the packets and the chapters' pictures. It is written in this
/// order: [`Self::reserved_len`] bytes left free, [`Self::lead`], each part of the packets after its
/// [`Self::part_start`], [`Self::pictures_start`], the pictures. The header comes last, at the file's start or behind
/// all this: see [`MoovPlace`].
///
/// ```
/// # use secuencia::m4a::{FileLayout, MoovPlace, Piece, Track, priming_for};
/// # use secuencia::timeline::{AudioLayout, SampleRate};
/// # let (encoder_delay, frames) = (1600, 44_100);
/// let track = Track {
///     sample_rate: SampleRate::HZ_44100,
///     layout: AudioLayout::Stereo,
///     audio_specific_config: vec![0x12, 0x10],
///     priming: priming_for(encoder_delay, frames),
///     frames,
///     piece: Piece::default(),
/// };
/// let layout = FileLayout::new(track, MoovPlace::First)?;
/// let sizes = vec![300u16; layout.packet_count() as usize];
/// assert_eq!(layout.header(&sizes)?.len() as u64, layout.header_len());
/// # Ok::<(), secuencia::m4a::M4aError>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileLayout {
    pub(super) track: Track,
    pub(super) moov: MoovPlace,
    pub(super) packets: u32,
    /// Whether offsets need 64 bits: the file would exceed 4 GiB if every packet had the maximum size.
    pub(super) wide: bool,
    pub(super) header_len: u64,
    /// The size in bytes of [`Self::lead`].
    pub(super) lead_len: u64,
}

impl FileLayout {
    /// Returns the track.
    pub fn track(&self) -> &Track {
        &self.track
    }

    /// Returns the number of packets.
    pub fn packet_count(&self) -> u64 {
        u64::from(self.packets)
    }

    /// Returns the place of `moov`.
    pub fn moov(&self) -> MoovPlace {
        self.moov
    }

    /// Returns the size of the header in bytes.
    pub fn header_len(&self) -> u64 {
        self.header_len
    }

    /// Returns the number of bytes to leave free at the file's start, for the header.
    pub fn reserved_len(&self) -> u64 {
        match self.moov {
            MoovPlace::First => self.header_len,
            MoovPlace::Last => 0,
        }
    }

    /// Returns the number of packets in each part of them, except that the last part may have fewer.
    pub fn packets_per_part(&self) -> usize {
        (self.packets_per_chunk() * CHUNKS_PER_PART) as usize
    }

    /// Returns the whole file's size in bytes. `packet_bytes` is the sum of the packets' sizes.
    pub fn file_len(&self, packet_bytes: u64) -> u64 {
        let content_end = self.pictures_offset(packet_bytes) + self.track.piece.picture_bytes();
        content_end + self.header_len - self.reserved_len()
    }

    /// Returns the offset in the file of the first packet's part, with its start.
    pub(super) fn packets_offset(&self) -> u64 {
        self.reserved_len() + self.lead_len
    }

    /// Returns the offset in the file of the first picture.
    pub(super) fn pictures_offset(&self, packet_bytes: u64) -> u64 {
        let part_starts = self.chunks().div_ceil(CHUNKS_PER_PART);
        let part_starts = u64::from(part_starts) * self.part_start_len();
        self.packets_offset() + part_starts + packet_bytes + self.pictures_start().len() as u64
    }

    /// Returns the number of bytes in front of this chunk, which are not packets: 0 unless it opens a part.
    pub(super) fn before_chunk(&self, chunk: u32) -> u64 {
        if chunk.is_multiple_of(CHUNKS_PER_PART) { self.part_start_len() } else { 0 }
    }

    fn part_start_len(&self) -> u64 {
        match self.moov {
            MoovPlace::First => 0,
            MoovPlace::Last => PART_START,
        }
    }

    /// Returns the number of chunks of packets.
    pub(super) fn chunks(&self) -> u32 {
        self.packets.div_ceil(self.packets_per_chunk())
    }

    /// Returns the number of packets in a chunk: about a second, which a player reads at once.
    pub(super) fn packets_per_chunk(&self) -> u32 {
        (self.track.sample_rate.hz() / FRAMES_PER_PACKET).max(1)
    }
}
