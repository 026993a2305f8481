//! A file with `moov` at the end, for a destination that cannot go back, has the same samples as one with `moov` at the
//! start: those of every track, by three readers that others wrote.

use std::fs;
use std::io::Cursor;
use std::process::Command;

use mp4_atom::{Any, Atom, Header, Moov, ReadAtom, ReadFrom, Trak};
use proptest::prelude::*;
use secuencia::m4a::{Chapter, FileLayout, MoovPlace, Picture, Piece, Track, priming_for};
use secuencia::timeline::{AudioLayout, ImageType, SampleRate, Tags};

use crate::support::export::scratch;
use crate::support::m4a::assembled;
use crate::support::mutate::Dice;

/// A track with everything that is written around its packets.
#[derive(Debug)]
struct Content {
    track: Track,
    packets: Vec<Vec<u8>>,
    pictures: Vec<Vec<u8>>,
}

impl Content {
    fn file(&self, moov: MoovPlace) -> Vec<u8> {
        assembled(&FileLayout::new(self.track.clone(), moov).unwrap(), &self.packets, &self.pictures)
    }
}

/// Returns a track of packets with chance bytes, with chapters, and with pictures of these sizes.
fn content(seed: u64, frames: u64, layout: AudioLayout, chapters: usize, picture_bytes: &[usize]) -> Content {
    let mut dice = Dice(seed);
    let mut bytes = |count: usize| (0..count).map(|_| dice.below(256) as u8).collect::<Vec<u8>>();
    let pictures: Vec<_> = picture_bytes.iter().map(|&count| bytes(count)).collect();
    let facts = |picture: &Vec<u8>| Picture {
        mime_type: [ImageType::Png, ImageType::Jpeg][picture.len() % 2],
        width: 1 + picture.len() as u32,
        height: 7,
        bytes: picture.len() as u32,
    };
    let chapter = |index: usize| Chapter {
        title: format!("{index} {}", "é".repeat(index % 50)),
        start: index as u64,
        picture: (!pictures.is_empty()).then(|| index * 3 % pictures.len().max(1)),
    };
    let piece = Piece {
        tags: Tags { title: format!("Seed {seed}"), ..Tags::default() },
        chapters: (0..chapters).map(chapter).collect(),
        pictures: pictures.iter().map(facts).collect(),
        ..Piece::default()
    };
    let audio_specific_config = if layout == AudioLayout::Mono { vec![0x12, 0x08] } else { vec![0x12, 0x10] };
    let sample_rate = SampleRate::HZ_44100;
    let track = Track { sample_rate, layout, audio_specific_config, priming: priming_for(1600, frames), frames, piece };
    let packets = (0..track.packet_count()).map(|number| bytes(1 + (number as usize * 37) % 700)).collect();
    Content { track, packets, pictures }
}

/// Reads the boxes of a file at its top level, and asserts that they fill it. Returns `moov`, and how many `mdat`s
/// come before it.
fn boxes(file: &[u8]) -> (Moov, usize) {
    let (mut reader, mut mdats, mut moov) = (Cursor::new(file), 0, None);
    while let Some(header) = Option::<Header>::read_from(&mut reader).unwrap() {
        match header.kind {
            kind if kind == Moov::KIND => moov = Some((Moov::read_atom(&header, &mut reader).unwrap(), mdats)),
            kind if kind == b"mdat".into() => {
                mdats += 1;
                reader.set_position(reader.position() + header.size.unwrap() as u64);
            }
            _ => assert!(matches!(Any::read_atom(&header, &mut reader).unwrap(), Any::Ftyp(_))),
        }
        assert!(reader.position() <= file.len() as u64);
    }
    moov.unwrap()
}

/// Returns a track's samples, found through its tables.
fn samples<'f>(file: &'f [u8], trak: &Trak) -> Vec<&'f [u8]> {
    let stbl = &trak.mdia.minf.stbl;
    let offsets: Vec<u64> = match (&stbl.stco, &stbl.co64) {
        (Some(stco), None) => stco.entries.iter().copied().map(u64::from).collect(),
        (None, Some(co64)) => co64.entries.clone(),
        _ => panic!("one table of offsets"),
    };
    let mp4_atom::StszSamples::Different { sizes } = &stbl.stsz.samples else { panic!("a table of sizes") };
    let mut sizes = sizes.iter();
    let mut samples = Vec::new();
    for (chunk, offset) in (1..).zip(offsets) {
        let run = stbl.stsc.entries.iter().rfind(|run| run.first_chunk <= chunk).unwrap();
        let mut from = offset as usize;
        for &size in sizes.by_ref().take(run.samples_per_chunk as usize) {
            samples.push(&file[from..from + size as usize]);
            from += size as usize;
        }
    }
    assert!(sizes.next().is_none());
    samples
}

/// Removes what may differ: the offsets.
fn without_offsets(mut moov: Moov) -> Moov {
    for trak in &mut moov.trak {
        trak.mdia.minf.stbl.stco = None;
        trak.mdia.minf.stbl.co64 = None;
    }
    moov
}

/// Returns the time and the hash of every packet that ffmpeg reads from every track.
fn by_ffmpeg(file: &[u8]) -> String {
    let path = scratch("moov-last").join("file.m4a");
    fs::write(&path, file).unwrap();
    let arguments = ["-map", "0", "-c", "copy", "-f", "framehash", "-hash", "md5", "-"];
    let output = Command::new("ffmpeg").args(["-v", "fatal", "-i"]).arg(&path).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::remove_file(path).unwrap();
    String::from_utf8(output.stdout).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_sample_of_every_track_is_the_same_and_is_where_moov_says(
        seed in any::<u64>(),
        frames in prop_oneof![1u64..100_000, 1u64..4_000_000],
        layout in prop::sample::select(vec![AudioLayout::Mono, AudioLayout::Stereo]),
        chapters in prop::sample::select(vec![0usize, 1, 2, 300]),
        picture_bytes in prop::collection::vec(1usize..5_000, 0..4),
    ) {
        let chapters = chapters.min(frames as usize);
        let picture_bytes = if chapters == 0 { &[][..] } else { &picture_bytes[..] };
        let content = content(seed, frames, layout, chapters, picture_bytes);
        let (first, last) = (content.file(MoovPlace::First), content.file(MoovPlace::Last));
        let ((moov_of_first, _), (moov_of_last, mdats)) = (boxes(&first), boxes(&last));
        let parts = content.packets.len().div_ceil(32 * 43);
        prop_assert_eq!(mdats, parts + usize::from(chapters > 0) + usize::from(!picture_bytes.is_empty()));
        prop_assert_eq!(without_offsets(moov_of_first.clone()), without_offsets(moov_of_last.clone()));
        prop_assert_eq!(moov_of_first.trak.len(), 1 + usize::from(chapters > 0) + usize::from(!picture_bytes.is_empty()));
        for (one, other) in moov_of_first.trak.iter().zip(&moov_of_last.trak) {
            prop_assert!(samples(&first, one) == samples(&last, other), "a sample is not where moov says");
        }
        let packets: Vec<&[u8]> = content.packets.iter().map(Vec::as_slice).collect();
        prop_assert!(samples(&last, &moov_of_last.trak[0]) == packets);
    }
}

#[test]
fn ffmpeg_and_the_mp4_crate_read_the_same_packets() {
    for (seed, chapters, pictures) in [(1, 0, &[][..]), (2, 3, &[][..]), (3, 300, &[90, 4001][..])] {
        let content = content(seed, 3_000_000, AudioLayout::Stereo, chapters, pictures);
        let (first, last) = (content.file(MoovPlace::First), content.file(MoovPlace::Last));
        let read = by_ffmpeg(&last);
        assert!(read.lines().count() >= content.packets.len(), "ffmpeg misses packets");
        assert!(read == by_ffmpeg(&first), "ffmpeg finds other packets");
        if chapters == 0 {
            let mut reader = mp4::Mp4Reader::read_header(Cursor::new(&last), last.len() as u64).unwrap();
            assert_eq!(reader.sample_count(1).unwrap() as usize, content.packets.len());
            for (number, packet) in (1..).zip(&content.packets) {
                assert!(reader.read_sample(1, number).unwrap().unwrap().bytes == packet[..], "packet {number}");
            }
        }
    }
}

#[test]
fn above_4_gib_offsets_have_64_bits_and_count_the_starts_of_the_parts() {
    // So many packets of so many bytes are not made: their sizes are enough for a header.
    let mut track = content(4, 1, AudioLayout::Stereo, 2, &[900]).track;
    track.frames = 44_100 * 3600 * 26;
    track.priming = priming_for(1600, track.frames);
    let layout = FileLayout::new(track, MoovPlace::Last).unwrap();
    let sizes = vec![1500u16; layout.packet_count() as usize];
    let header = layout.header(&sizes).unwrap();
    assert_eq!(header.len() as u64, layout.header_len());
    let (moov, _) = boxes(&header);
    let offsets = |trak: &Trak| trak.mdia.minf.stbl.co64.clone().unwrap().entries;
    let (per_part, chunks) = (layout.packets_per_part() as u64, offsets(&moov.trak[0]));
    assert_eq!(chunks.len() as u64, layout.packet_count().div_ceil(43));
    let lead = layout.lead().len() as u64;
    for (chunk, &offset) in chunks.iter().enumerate() {
        let packet = chunk as u64 * 43;
        assert_eq!(offset, lead + packet * 1500 + 8 * (packet / per_part + 1));
    }
    assert!(*chunks.last().unwrap() > u64::from(u32::MAX));
    let content_end = layout.file_len(1500 * layout.packet_count()) - layout.header_len();
    assert_eq!(offsets(&moov.trak[2]), [content_end - 900; 2]);
}
