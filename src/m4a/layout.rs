//! How a file is laid out: everything about it that follows from its track, before a packet exists.

use std::iter::repeat_n;

use mp4_atom::BufMut;

use super::boxes;
use super::{M4aError, Track};

/// The most packets a file can have; 72 days of audio at 44.1 kHz. Its header would be a gigabyte.
const MAX_PACKETS: u64 = 1 << 28;

/// A track's file: how long its header is, and the header.
///
/// ```
/// # use secuencia::m4a::{FileLayout, Track, priming_for};
/// # use secuencia::timeline::{AudioLayout, SampleRate};
/// # let (encoder_delay, frames) = (1600, 44_100);
/// let layout = FileLayout::new(Track {
///     sample_rate: SampleRate::HZ_44100,
///     layout: AudioLayout::Stereo,
///     audio_specific_config: vec![0x12, 0x10],
///     priming: priming_for(encoder_delay, frames),
///     frames,
///     title: "Scene 1".into(),
/// })?;
/// let sizes = vec![300u16; layout.packet_count() as usize];
/// assert_eq!(layout.header(&sizes)?.len() as u64, layout.header_len());
/// # Ok::<(), secuencia::m4a::M4aError>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileLayout {
    pub(super) track: Track,
    pub(super) packets: u32,
    /// Whether offsets need 64 bits: some packet may lie past 4 GiB, should all be as large as they can.
    pub(super) wide: bool,
    pub(super) header_len: u64,
}

impl FileLayout {
    /// Lays out the track's file.
    pub fn new(track: Track) -> Result<Self, M4aError> {
        if track.frames == 0 {
            return Err(M4aError::NoFrames);
        }
        if track.audio_specific_config.is_empty() {
            return Err(M4aError::NoConfig);
        }
        let count = track.packet_count();
        let packets = u32::try_from(count).ok().filter(|_| count <= MAX_PACKETS);
        let packets = packets.ok_or(M4aError::TooLong { packets: count })?;
        let most_bytes = count * u64::from(track.max_packet_bytes());

        let mut layout = Self { track, packets, wide: false, header_len: 0 };
        layout.header_len = layout.measure()?;
        if layout.header_len + most_bytes > u64::from(u32::MAX) {
            layout.wide = true;
            layout.header_len = layout.measure()?;
        }
        Ok(layout)
    }

    /// The track.
    pub fn track(&self) -> &Track {
        &self.track
    }

    /// How many packets there are to be.
    pub fn packet_count(&self) -> u64 {
        u64::from(self.packets)
    }

    /// Where the first packet goes: the size in bytes of all that comes before it.
    pub fn header_len(&self) -> u64 {
        self.header_len
    }

    /// All that comes before the first packet: `ftyp`, `moov` and the header of `mdat`. It has [`Self::header_len`]
    /// bytes, whatever the packets.
    ///
    /// `packet_sizes` are in bytes, in the order in which the packets follow each other, with nothing between them.
    pub fn header(&self, packet_sizes: &[u16]) -> Result<Vec<u8>, M4aError> {
        let actual = packet_sizes.len() as u64;
        if actual != self.packet_count() {
            return Err(M4aError::PacketCount { expected: self.packet_count(), actual });
        }
        let limit = self.track.max_packet_bytes();
        let odd = packet_sizes.iter().enumerate().find(|(_, size)| !(1..=limit).contains(*size));
        if let Some((index, &size)) = odd {
            return Err(M4aError::PacketSize { index, size, limit });
        }
        // The length fits: it counts at most 2^28 packets.
        let mut header = Vec::with_capacity(self.header_len as usize);
        boxes::header(&mut header, self, packet_sizes.iter().copied())?;
        Ok(header)
    }

    /// The header's length, found by writing it for packets of no size.
    fn measure(&self) -> Result<u64, M4aError> {
        let mut length = Length(0);
        boxes::header(&mut length, self, repeat_n(0, self.packets as usize))?;
        Ok(length.0 as u64)
    }
}

/// Counts what is written to it, and keeps none of it.
struct Length(usize);

impl BufMut for Length {
    fn len(&self) -> usize {
        self.0
    }

    fn append_slice(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }

    fn set_slice(&mut self, _: usize, _: &[u8]) {}
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::m4a::{FRAMES_PER_PACKET, priming_for};
    use crate::timeline::{AudioLayout, Frames, SampleRate};
    use mp4_atom::{Any, Atom, Codec, Decode, Moov, Stco};
    use proptest::prelude::*;

    const HOUR: Frames = 3600 * 48_000;

    fn track(frames: Frames) -> Track {
        Track {
            sample_rate: SampleRate::HZ_48000,
            layout: AudioLayout::Stereo,
            audio_specific_config: vec![0x11, 0x90],
            priming: priming_for(1600, frames),
            frames,
            title: "Scene 1".into(),
        }
    }

    /// `moov`, and the bytes that follow it.
    fn moov(header: &[u8]) -> (Moov, &[u8]) {
        let mut rest = header;
        assert!(matches!(Any::decode(&mut rest).unwrap(), Any::Ftyp(_)));
        let moov = Moov::decode(&mut rest).unwrap();
        (moov, rest)
    }

    /// Where the chunks ought to start.
    fn chunk_offsets(layout: &FileLayout, sizes: &[u16], packets_per_chunk: usize) -> Vec<u64> {
        let mut offset = layout.header_len();
        let chunks = sizes.chunks(packets_per_chunk).map(|chunk| {
            let start = offset;
            offset += chunk.iter().map(|&size| u64::from(size)).sum::<u64>();
            start
        });
        chunks.collect()
    }

    #[test]
    fn a_short_file_is_32_bits_wide_throughout() {
        let layout = FileLayout::new(track(10 * HOUR)).unwrap();
        let sizes: Vec<u16> = (0..layout.packet_count()).map(|packet| 1 + (packet % 1536) as u16).collect();
        let header = layout.header(&sizes).unwrap();
        let (moov, mdat) = moov(&header);
        let stbl = &moov.trak[0].mdia.minf.stbl;
        let offsets: Vec<u64> = stbl.stco.as_ref().unwrap().entries.iter().copied().map(u64::from).collect();
        assert_eq!(offsets, chunk_offsets(&layout, &sizes, 46));
        let bytes: u32 = sizes.iter().map(|&size| u32::from(size)).sum();
        assert_eq!(mdat, [&(bytes + 8).to_be_bytes()[..], b"mdat"].concat());
    }

    #[test]
    fn a_hundred_hours_have_64_bit_times_offsets_and_mdat() {
        let frames = 100 * HOUR;
        assert!(frames > u64::from(u32::MAX));
        let layout = FileLayout::new(track(frames)).unwrap();
        let sizes: Vec<u16> = (0..layout.packet_count()).map(|packet| 1 + (packet % 1536) as u16).collect();
        let header = layout.header(&sizes).unwrap();
        assert_eq!(header.len() as u64, layout.header_len());

        let (moov, mdat) = moov(&header);
        let trak = &moov.trak[0];
        let edit = &trak.edts.as_ref().unwrap().elst.as_ref().unwrap().entries[0];
        assert_eq!([moov.mvhd.duration, trak.tkhd.duration, edit.segment_duration], [frames; 3]);
        assert_eq!(trak.mdia.mdhd.duration, layout.packet_count() * 1024);
        assert!(trak.mdia.minf.stbl.stco.is_none());
        let offsets = &trak.mdia.minf.stbl.co64.as_ref().unwrap().entries;
        assert!(*offsets == chunk_offsets(&layout, &sizes, 46), "a chunk is not where co64 says");
        assert!(*offsets.last().unwrap() > u64::from(u32::MAX));

        let bytes: u64 = sizes.iter().map(|&size| u64::from(size)).sum();
        assert_eq!(mdat, [&1u32.to_be_bytes()[..], b"mdat", &(bytes + 16).to_be_bytes()].concat());
    }

    #[test]
    fn offsets_are_64_bits_wide_where_packets_could_fill_4_gib_even_if_they_do_not() {
        let most = u64::from(u32::MAX) / 1536;
        for (packets, wide) in [(most - 10_000, false), (most, true)] {
            let layout = FileLayout::new(track(packets * u64::from(FRAMES_PER_PACKET) - 1600)).unwrap();
            let header = layout.header(&vec![1; layout.packet_count() as usize]).unwrap();
            let has = |kind: &[u8]| header.windows(4).any(|bytes| bytes == kind);
            assert_eq!((has(b"co64"), has(Stco::KIND.as_ref())), (wide, !wide));
        }
    }

    #[test]
    fn the_bit_rates_are_the_packets_own() {
        // Just over a second of large packets among small ones.
        let layout = FileLayout::new(track(468 * 1024)).unwrap();
        let mut sizes = vec![8u16; layout.packet_count() as usize];
        sizes[100..147].fill(768);
        let header = layout.header(&sizes).unwrap();
        let Codec::Mp4a(mp4a) = &moov(&header).0.trak[0].mdia.minf.stbl.stsd.codecs[0] else { panic!("no mp4a") };
        let config = &mp4a.esds.es_desc.dec_config;
        let bytes: u64 = sizes.iter().map(|&size| u64::from(size)).sum();
        assert_eq!(u64::from(config.avg_bitrate), bytes * 8 * 48_000 / (sizes.len() as u64 * 1024));
        assert_eq!(config.max_bitrate, 768 * 8 * 48_000 / 1024);
        assert_eq!(u32::from(config.buffer_size_db), 1536);
        assert_eq!(config.dec_specific.as_ref().unwrap().raw, [0x11, 0x90]);
    }

    #[test]
    fn what_is_no_file_is_refused() {
        assert!(matches!(FileLayout::new(track(0)), Err(M4aError::NoFrames)));
        assert!(matches!(FileLayout::new(track(u64::MAX)), Err(M4aError::TooLong { .. })));
        assert!(matches!(
            FileLayout::new(Track { audio_specific_config: Vec::new(), ..track(1) }),
            Err(M4aError::NoConfig)
        ));
        let fast = SampleRate::new(96_000).unwrap();
        assert!(matches!(FileLayout::new(Track { sample_rate: fast, ..track(1) }), Err(M4aError::Box(_))));
    }

    #[test]
    fn packets_that_cannot_be_are_refused() {
        let layout = FileLayout::new(track(48_000)).unwrap();
        let count = layout.packet_count() as usize;
        let mut sizes = vec![1536; count];
        assert!(layout.header(&sizes).is_ok());
        assert!(matches!(layout.header(&sizes[1..]), Err(M4aError::PacketCount { .. })));
        for size in [0, 1537] {
            sizes[7] = size;
            assert!(matches!(layout.header(&sizes), Err(M4aError::PacketSize { index: 7, limit: 1536, .. })));
        }
    }

    proptest! {
        #[test]
        fn the_header_is_as_long_as_it_was_said_to_be_whatever_the_packets(
            frames in 1u64..3_000_000,
            priming in 0u32..5000,
            hz in prop::sample::select(vec![8_000u32, 44_100, 48_000]),
            layout in prop::sample::select(vec![AudioLayout::Mono, AudioLayout::Stereo]),
            title in ".{0,40}",
            seeds in prop::collection::vec(1u16..=768, 1..50),
        ) {
            let sample_rate = SampleRate::new(hz).unwrap();
            let track = Track { sample_rate, layout, priming, frames, title, ..track(1) };
            let layout = FileLayout::new(track).unwrap();
            let sizes: Vec<u16> = seeds.iter().copied().cycle().take(layout.packet_count() as usize).collect();
            let header = layout.header(&sizes).unwrap();
            prop_assert_eq!(header.len() as u64, layout.header_len());
            prop_assert_eq!(layout.header(&sizes).unwrap(), header);
        }
    }
}
