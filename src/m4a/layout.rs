//! A file's layout, as determined by its track before the first packet.

use super::piece::title_samples;
use super::track::{FRAMES_PER_PACKET, Track};

/// The layout of a track's file, and its header. After the header come, without gaps, the chapters' titles
/// ([`Self::lead`]), the packets and the chapters' pictures.
///
/// ```
/// # use secuencia::m4a::{FileLayout, Piece, Track, priming_for};
/// # use secuencia::timeline::{AudioLayout, SampleRate};
/// # let (encoder_delay, frames) = (1600, 44_100);
/// let layout = FileLayout::new(Track {
///     sample_rate: SampleRate::HZ_44100,
///     layout: AudioLayout::Stereo,
///     audio_specific_config: vec![0x12, 0x10],
///     priming: priming_for(encoder_delay, frames),
///     frames,
///     piece: Piece::default(),
/// })?;
/// let sizes = vec![300u16; layout.packet_count() as usize];
/// assert_eq!(layout.header(&sizes)?.len() as u64, layout.header_len());
/// # Ok::<(), secuencia::m4a::M4aError>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileLayout {
    pub(super) track: Track,
    pub(super) packets: u32,
    /// Whether offsets need 64 bits: the file would exceed 4 GiB if every packet had the maximum size.
    pub(super) wide: bool,
    pub(super) header_len: u64,
    /// The size in bytes of the chapters' titles, which come between the header and the packets.
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

    /// Returns the size of the header in bytes.
    pub fn header_len(&self) -> u64 {
        self.header_len
    }

    /// Returns the bytes between the header and the first packet: the chapters' titles.
    pub fn lead(&self) -> Vec<u8> {
        title_samples(&self.track.piece).flatten().collect()
    }

    /// Returns the whole file's size in bytes. `packet_bytes` is the sum of the packets' sizes.
    pub fn file_len(&self, packet_bytes: u64) -> u64 {
        self.packets_start() + packet_bytes + self.track.piece.picture_bytes()
    }

    /// Returns the offset of the first packet in the file.
    pub(super) fn packets_start(&self) -> u64 {
        self.header_len + self.lead_len
    }

    /// Returns the number of packets in a chunk: about a second, which a player reads at once.
    pub(super) fn packets_per_chunk(&self) -> u32 {
        (self.track.sample_rate.hz() / FRAMES_PER_PACKET).max(1)
    }
}
