//! Measures and writes a file's boxes: `ftyp`, `moov` and the starts of `mdat`.
//!
//! Boxes are defined in ISO/IEC 14496-12 unless their function names another source. `mp4-atom` writes the leaf
//! boxes. The boxes around them are written here, in the order that ISO/IEC 14496-12 recommends ("Box order") and
//! readers know best.

use std::ops::Range;

use mp4_atom::{BufMut, Encode, FourCC, Ftyp, Mvhd};

use super::error::M4aError;
use super::layout::{FileLayout, MoovPlace};
use super::piece::title_samples;
use super::track::Track;
use super::writer::{Sizes, Writer};
use super::{audio, chapters, metadata};

/// The maximum number of packets: 72 days of audio at 44.1 kHz, with a header of a gigabyte.
const MAX_PACKETS: u64 = 1 << 28;

const M4A: FourCC = FourCC::new(b"M4A ");

impl FileLayout {
    /// Computes the layout of a track's file.
    pub fn new(track: Track, moov: MoovPlace) -> Result<Self, M4aError> {
        if track.frames == 0 {
            return Err(M4aError::NoFrames);
        }
        if track.audio_specific_config.is_empty() {
            return Err(M4aError::NoConfig);
        }
        track.piece.check(track.frames)?;
        let count = track.packet_count();
        let packets = u32::try_from(count).ok().filter(|_| count <= MAX_PACKETS);
        let packets = packets.ok_or(M4aError::TooLong { packets: count })?;
        let most_bytes = count * u64::from(track.max_packet_bytes());

        let mut layout = Self { track, moov, packets, wide: false, header_len: 0, lead_len: 0 };
        layout.lead_len = layout.lead().len() as u64;
        layout.header_len = layout.measure()?;
        if layout.file_len(most_bytes) > u64::from(u32::MAX) {
            layout.wide = true;
            layout.header_len = layout.measure()?;
        }
        Ok(layout)
    }

    /// Returns the bytes before the first part of the packets: the chapters' titles, and with `moov` last, `ftyp` and
    /// the start of the titles' `mdat`.
    pub fn lead(&self) -> Vec<u8> {
        let titles: Vec<u8> = title_samples(&self.track.piece).flatten().collect();
        let ftyp = if self.moov == MoovPlace::Last { ftyp() } else { Vec::new() };
        [ftyp, self.part_start(titles.len() as u64), titles].concat()
    }

    /// Returns the bytes before a part of the content that has this many bytes, such as a part of the packets: with
    /// `moov` last, the start of an `mdat`.
    pub fn part_start(&self, bytes: u64) -> Vec<u8> {
        if self.moov == MoovPlace::Last && bytes > 0 { mdat_start(bytes, false) } else { Vec::new() }
    }

    /// Returns the bytes before the first picture: all pictures are one part of the content.
    pub fn pictures_start(&self) -> Vec<u8> {
        self.part_start(self.track.piece.picture_bytes())
    }

    /// Returns the header: `moov`, and if that is first, `ftyp` and the start of `mdat` too. It has
    /// [`Self::header_len`] bytes for any packets.
    ///
    /// `packet_sizes` are in bytes. The packets follow one another in this order.
    pub fn header(&self, packet_sizes: &[u16]) -> Result<Vec<u8>, M4aError> {
        self.part(self.check(packet_sizes)?, 0..self.header_len)
    }

    /// Returns the header in parts of `bytes` bytes, the last one shorter. A header has a megabyte for every 100
    /// minutes, so it is never in memory as a whole.
    pub fn header_parts<'h>(
        &'h self,
        packet_sizes: &'h [u16],
        bytes: usize,
    ) -> Result<impl Iterator<Item = Result<Vec<u8>, M4aError>> + use<'h>, M4aError> {
        let sizes = self.check(packet_sizes)?;
        let bytes = bytes.max(1);
        let starts = (0..self.header_len).step_by(bytes);
        Ok(starts.map(move |start| self.part(sizes, start..(start + bytes as u64).min(self.header_len))))
    }

    /// Checks that the sizes fit this track's packets. It loops over all packets: see `trak::chunk_offsets`.
    #[inline(never)]
    fn check<'s>(&self, packet_sizes: &'s [u16]) -> Result<Sizes<'s>, M4aError> {
        let actual = packet_sizes.len() as u64;
        if actual != self.packet_count() {
            return Err(M4aError::PacketCount { expected: self.packet_count(), actual });
        }
        let limit = self.track.max_packet_bytes();
        let odd = packet_sizes.iter().enumerate().find(|(_, size)| !(1..=limit).contains(*size));
        if let Some((index, &size)) = odd {
            return Err(M4aError::PacketSize { index, size, limit });
        }
        Ok(Sizes::of(packet_sizes, self.packets_per_chunk() as usize))
    }

    /// Returns these bytes of the header.
    fn part(&self, sizes: Sizes, bytes: Range<u64>) -> Result<Vec<u8>, M4aError> {
        // The range fits a `usize`: a header has at most 2^28 packets.
        let mut part = Writer::keeping(bytes.start as usize..bytes.end as usize);
        header(&mut part, self, sizes)?;
        let (expected, actual) = (self.header_len, part.len() as u64);
        if actual == expected { Ok(part.into_bytes()) } else { Err(M4aError::HeaderLength { expected, actual }) }
    }

    /// Returns the header's length, by writing it without packet sizes.
    fn measure(&self) -> Result<u64, M4aError> {
        let mut counter = Writer::counting();
        header(&mut counter, self, Sizes::unknown())?;
        Ok(counter.len() as u64)
    }
}

/// Writes the header. Its length does not depend on the sizes of the packets.
fn header(buf: &mut Writer, layout: &FileLayout, sizes: Sizes) -> mp4_atom::Result<()> {
    match layout.moov {
        MoovPlace::First => {
            let content = layout.lead_len + sizes.total() + layout.track.piece.picture_bytes();
            buf.append_slice(&ftyp());
            moov(buf, layout, sizes)?;
            buf.append_slice(&mdat_start(content, layout.wide));
            Ok(())
        }
        MoovPlace::Last => moov(buf, layout, sizes),
    }
}

/// Returns `ftyp`.
fn ftyp() -> Vec<u8> {
    let mut bytes = Vec::new();
    let compatible_brands = vec![M4A, FourCC::new(b"mp42"), FourCC::new(b"isom")];
    // A `Vec` takes any bytes, and the box is far below 4 GiB.
    let _ = Ftyp { major_brand: M4A, minor_version: 0, compatible_brands }.encode(&mut bytes);
    bytes
}

/// Returns the start of an `mdat` with this many bytes of content: its size, in 64 bits if it is wide or does not fit
/// 32, and its type. `mp4-atom` supports only 32 bits in wasm, so this function writes it itself.
fn mdat_start(bytes: u64, is_wide: bool) -> Vec<u8> {
    match u32::try_from(bytes + 8) {
        Ok(size) if !is_wide => [&size.to_be_bytes()[..], b"mdat"].concat(),
        // The size comes after the type.
        _ => [&1u32.to_be_bytes()[..], b"mdat", &(bytes + 16).to_be_bytes()].concat(),
    }
}

fn moov(buf: &mut Writer, layout: &FileLayout, sizes: Sizes) -> mp4_atom::Result<()> {
    buf.encode_atom(b"moov", |buf| {
        Mvhd {
            creation_time: 0,
            modification_time: 0,
            timescale: layout.track.sample_rate.hz(),
            duration: layout.track.frames,
            rate: 1.into(),
            volume: 1.into(),
            matrix: Default::default(),
            next_track_id: chapters::PICTURE_TRACK + 1,
        }
        .encode(buf)?;
        audio::track(layout, sizes).encode(buf, layout)?;
        if !layout.track.piece.chapters.is_empty() {
            chapters::titles(layout).encode(buf, layout)?;
        }
        if layout.track.piece.has_pictures() {
            chapters::pictures(layout, layout.pictures_offset(sizes.total())).encode(buf, layout)?;
        }
        metadata::user_data(buf, &layout.track)
    })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::m4a::{Chapter, FRAMES_PER_PACKET, Picture, Piece, priming_for};
    use crate::timeline::{
        AudioLayout, Frames, Image, ImageType, MAX_TITLE_BYTES, MediaType, Part, SampleRate, Tags, cut,
    };
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
            piece: Piece { tags: Tags { title: "Scene 1".into(), ..Tags::default() }, ..Piece::default() },
        }
    }

    fn moov_first(track: Track) -> Result<FileLayout, M4aError> {
        FileLayout::new(track, MoovPlace::First)
    }

    /// Returns `moov`, and the bytes that follow it.
    fn moov(header: &[u8]) -> (Moov, &[u8]) {
        let mut rest = header;
        assert!(matches!(Any::decode(&mut rest).unwrap(), Any::Ftyp(_)));
        let moov = Moov::decode(&mut rest).unwrap();
        (moov, rest)
    }

    /// Returns the expected offsets of the chunks.
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
        let layout = moov_first(track(10 * HOUR)).unwrap();
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
        let layout = moov_first(track(frames)).unwrap();
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
            let layout = moov_first(track(packets * u64::from(FRAMES_PER_PACKET) - 1600)).unwrap();
            let header = layout.header(&vec![1; layout.packet_count() as usize]).unwrap();
            let has = |kind: &[u8]| header.windows(4).any(|bytes| bytes == kind);
            assert_eq!((has(b"co64"), has(Stco::KIND.as_ref())), (wide, !wide));
        }
    }

    #[test]
    fn the_bit_rates_are_the_packets_own() {
        // Slightly more than a second of large packets among small ones.
        let layout = moov_first(track(468 * 1024)).unwrap();
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
        assert!(matches!(moov_first(track(0)), Err(M4aError::NoFrames)));
        assert!(matches!(moov_first(track(u64::MAX)), Err(M4aError::TooLong { .. })));
        assert!(matches!(moov_first(Track { audio_specific_config: Vec::new(), ..track(1) }), Err(M4aError::NoConfig)));
        let fast = SampleRate::new(96_000).unwrap();
        assert!(matches!(moov_first(Track { sample_rate: fast, ..track(1) }), Err(M4aError::Box(_))));
    }

    /// Makes chapters without titles at these starts.
    fn chapters(starts: &[Frames]) -> Vec<Chapter> {
        starts.iter().map(|&start| Chapter { start, ..Chapter::default() }).collect()
    }

    #[test]
    fn chapters_that_cannot_be_are_refused() {
        let day = u64::from(u32::MAX);
        let lay_out = |piece, frames| moov_first(Track { piece, ..track(frames) });
        let with = |chapters| Piece { chapters, ..Piece::default() };
        for (starts, frames, at) in
            [(&[1][..], 9, 0), (&[0, 5, 5], 9, 1), (&[0, 5, 3], 9, 1), (&[0, 9], 9, 1), (&[0, 5, day + 6], day + 9, 1)]
        {
            let refused = lay_out(with(chapters(starts)), frames);
            assert!(matches!(refused, Err(M4aError::Chapter { index, .. }) if index == at), "{starts:?}");
        }
        let long = Chapter { title: "a".repeat(MAX_TITLE_BYTES + 1), ..Chapter::default() };
        assert!(matches!(lay_out(with(vec![long]), 9), Err(M4aError::Chapter { index: 0, .. })));

        let picture = Picture { mime_type: ImageType::Png, width: 1, height: 1, bytes: 1 };
        let showing = |shown: [Option<usize>; 2]| Piece {
            chapters: shown
                .into_iter()
                .zip([0, 5])
                .map(|(picture, start)| Chapter { picture, start, ..Chapter::default() })
                .collect(),
            pictures: vec![picture],
            ..Piece::default()
        };
        assert!(lay_out(showing([Some(0), Some(0)]), 9).is_ok());
        for shown in [[Some(0), None], [None, Some(0)], [Some(1), Some(1)]] {
            assert!(matches!(lay_out(showing(shown), 9), Err(M4aError::Chapter { .. })), "{shown:?}");
        }
    }

    #[test]
    fn every_track_says_its_language_twice_where_it_has_one() {
        let languages = |language: &str| {
            let tags = Tags { language: language.into(), ..Tags::default() };
            let piece = Piece { tags, chapters: chapters(&[0]), ..Piece::default() };
            let layout = moov_first(Track { piece, ..track(48_000) }).unwrap();
            let header = layout.header(&vec![1; layout.packet_count() as usize]).unwrap();
            let codes: Vec<_> = moov(&header).0.trak.iter().map(|trak| trak.mdia.mdhd.language.clone()).collect();
            // 8.4.6: no flags, then the tag with a final zero.
            let extended = [b"elng\0\0\0\0", language.as_bytes(), b"\0"].concat();
            (codes, header.windows(extended.len()).filter(|bytes| *bytes == extended).count())
        };
        assert_eq!(languages("pt-BR"), (vec!["por".into(); 2], 2));
        assert_eq!(languages(""), (vec!["und".into(); 2], 0));
        assert_eq!(languages("no tag"), (vec!["und".into(); 2], 0));
    }

    #[test]
    fn what_lies_around_the_packets_is_where_its_tracks_say() {
        // Below 4 GiB, and above.
        for hours in [1, 20] {
            let picture = |mime_type, bytes| Picture { mime_type, width: 3, height: 5, bytes };
            let chapter = |index: usize| Chapter {
                title: "é".repeat(index),
                start: index as u64 * 1001,
                picture: Some([0, 1, 1, 0, 2][index]),
            };
            let piece = Piece {
                chapters: (0..5).map(chapter).collect(),
                pictures: vec![picture(ImageType::Png, 70), picture(ImageType::Jpeg, 1), picture(ImageType::Jpeg, 900)],
                ..Piece::default()
            };
            let layout = moov_first(Track { piece, ..track(hours * HOUR) }).unwrap();
            let sizes = vec![1000u16; layout.packet_count() as usize];
            let header = layout.header(&sizes).unwrap();
            let (moov, _) = moov(&header);
            let [audio, text, pictures] = &moov.trak[..] else { panic!("three tracks") };
            let offsets = |trak: &mp4_atom::Trak| {
                let stbl = &trak.mdia.minf.stbl;
                match (&stbl.stco, &stbl.co64) {
                    (Some(stco), None) => stco.entries.iter().copied().map(u64::from).collect::<Vec<_>>(),
                    (None, Some(co64)) => co64.entries.clone(),
                    _ => panic!("one table of offsets"),
                }
            };
            assert_eq!(text.mdia.minf.stbl.co64.is_some(), hours == 20);

            let lead = layout.lead();
            for (index, offset) in offsets(text).into_iter().enumerate() {
                let sample = &lead[(offset - layout.header_len()) as usize..];
                let length = usize::from(u16::from_be_bytes([sample[0], sample[1]]));
                assert_eq!(std::str::from_utf8(&sample[2..2 + length]).unwrap(), "é".repeat(index));
            }
            let packets_start = layout.header_len() + lead.len() as u64;
            assert_eq!(offsets(audio)[0], packets_start);
            let pictures_start = packets_start + layout.packet_count() * 1000;
            let places = [0, 70, 70, 0, 71].map(|offset| pictures_start + offset);
            assert_eq!(offsets(pictures), places);
            assert_eq!(layout.file_len(layout.packet_count() * 1000), pictures_start + 971);

            for trak in [text, pictures] {
                assert!(!trak.tkhd.enabled);
                assert_eq!([trak.tkhd.duration, trak.mdia.mdhd.duration], [hours * HOUR; 2]);
                assert_eq!(trak.mdia.mdhd.timescale, moov.mvhd.timescale);
                let deltas =
                    trak.mdia.minf.stbl.stts.entries.iter().map(|entry| (entry.sample_count, entry.sample_delta));
                assert!(deltas.eq([1001, 1001, 1001, 1001, (hours * HOUR) as u32 - 4004].map(|delta| (1, delta))));
            }
            let references = &audio.tref.as_ref().unwrap().track_reference_type_boxes;
            assert_eq!(references[0].track_ids[..2], [2, 3]);
        }
    }

    #[test]
    fn packets_that_cannot_be_are_refused() {
        let layout = moov_first(track(48_000)).unwrap();
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
            part in 100usize..20_000,
        ) {
            let sample_rate = SampleRate::new(hz).unwrap();
            let piece = Piece { tags: Tags { title, ..Tags::default() }, ..Piece::default() };
            let track = Track { sample_rate, layout, priming, frames, piece, ..track(1) };
            let layout = moov_first(track).unwrap();
            let sizes: Vec<u16> = seeds.iter().copied().cycle().take(layout.packet_count() as usize).collect();
            let header = layout.header(&sizes).unwrap();
            prop_assert_eq!(header.len() as u64, layout.header_len());
            prop_assert_eq!(layout.header(&sizes).unwrap(), &header[..]);
            let parts: Result<Vec<_>, _> = layout.header_parts(&sizes, part).unwrap().collect();
            prop_assert_eq!(parts.unwrap().concat(), header);
        }

        #[test]
        fn whatever_a_piece_says_of_itself_its_header_is_as_long_as_it_was_said_to_be(
            titles in prop::collection::vec(hostile(), 0..20),
            repeats in prop::sample::select(vec![1usize, 1, 1, 300]),
            texts in prop::collection::vec(hostile(), 10),
            numbers in prop::collection::vec(any::<u16>(), 4),
            covers in prop::collection::vec((0usize..5000, any::<bool>(), any::<u32>()), 0..4),
            shows in any::<bool>(),
        ) {
            let text = |index: usize| texts[index].clone();
            let part = |index: usize| Some(Part { number: numbers[index], total: Some(numbers[index + 1]) });
            let tags = Tags {
                title: text(0), artist: text(1), album: text(2), album_artist: text(3), composer: text(4),
                narrator: text(5), genre: text(6), description: text(7), language: text(8), comment: text(9),
                track: part(0), disc: part(2), media_type: Some(MediaType::Podcast), ..Tags::default()
            };
            let mime_type = |is_png| if is_png { ImageType::Png } else { ImageType::Jpeg };
            let pictures: Vec<_> = covers.iter().map(|&(bytes, is_png, side)| {
                Picture { mime_type: mime_type(is_png), width: side, height: side / 2, bytes: bytes as u32 }
            }).collect();
            let shown = |index| (shows && !pictures.is_empty()).then(|| index % pictures.len());
            let titles = titles.iter().cycle().take(titles.len() * repeats).enumerate();
            let chapters = titles.map(|(index, title)| Chapter {
                title: cut(title, MAX_TITLE_BYTES / repeats).into(),
                start: 7 * index as u64,
                picture: shown(index),
            });
            let chapters: Vec<_> = chapters.collect();
            let covers = covers.iter().map(|&(bytes, is_png, side)| Image {
                id: String::new(), mime_type: mime_type(is_png), width: side, height: side, bytes: vec![7; bytes],
            });
            let piece = Piece { tags, covers: covers.collect(), chapters, pictures: pictures.clone() };
            let layout = moov_first(Track { piece, ..track(200_000) }).unwrap();
            let sizes = vec![100; layout.packet_count() as usize];
            let header = layout.header(&sizes).unwrap();
            prop_assert_eq!(header.len() as u64, layout.header_len());
            let picture_bytes: u64 = pictures.iter().map(|picture| u64::from(picture.bytes)).sum();
            let file_len = layout.header_len() + layout.lead().len() as u64 + layout.packet_count() * 100 + picture_bytes;
            prop_assert_eq!(layout.file_len(layout.packet_count() * 100), file_len);
            let (_, mdat) = moov(&header);
            prop_assert_eq!(mdat[..4].to_vec(), ((file_len - layout.header_len() + 8) as u32).to_be_bytes());
        }
    }

    /// Texts that are hard to store or cut.
    fn hostile() -> impl Strategy<Value = String> {
        prop_oneof![
            ".{0,40}",
            Just(String::new()),
            Just("\0".to_owned()),
            Just("e\u{301}\u{302}\u{303}".repeat(50)),
            Just("\u{202e}עברית\u{200f}".to_owned()),
            Just("👩‍🚀".repeat(9)),
            Just("é".repeat(35_000)),
        ]
    }
}
