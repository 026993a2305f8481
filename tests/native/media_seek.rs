//! A clip may start anywhere in its content at little cost, with the same bits as after decoding everything before it.

use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, OnceLock};

use proptest::prelude::*;
use secuencia::media::{ClipReader, Content, Inspector};
use secuencia::store::{ByteSource, Bytes};
use secuencia::timeline::{Frames, SampleRate};

use crate::support::export::{WavFormat, sampled, scratch, wav};
use crate::support::media::{bytes, container_options, drain, expected, ffmpeg, source};
use crate::support::sources::Counted;

/// Returns minutes of noise and tones, in one of the formats.
fn encoded(name: &str, minutes: u32) -> Arc<[u8]> {
    let (format, more) = (FORMATS.iter().position(|format| format.0 == name).unwrap(), minutes - 1);
    let minute = minute(format);
    if more == 0 {
        return fs::read(minute).unwrap().into();
    }
    let path = scratch("seek").join(name);
    let options = FORMATS[format].1;
    match path.extension().and_then(|extension| extension.to_str()) {
        // Encodes anew: FLAC's frames are numbered, and joining M4A makes overlapping packets differ in length.
        Some("flac" | "m4a" | "caf") => repeated(&sound(), more, options, &path),
        _ => repeated(minute, more, &[&["-c", "copy"], container_options(options)].concat(), &path),
    }
    fs::read(path).unwrap().into()
}

/// Returns a minute in a format, encoded once for all tests.
fn minute(format: usize) -> &'static Path {
    static MINUTES: [OnceLock<PathBuf>; FORMATS.len()] = [const { OnceLock::new() }; FORMATS.len()];
    MINUTES[format].get_or_init(|| {
        let (name, options) = FORMATS[format];
        let path = scratch("seek").join(name);
        repeated(&sound(), 0, options, &path);
        path
    })
}

/// Returns the same minute as a WAV file.
fn sound() -> PathBuf {
    static SOUND: LazyLock<PathBuf> = LazyLock::new(|| {
        let signal = |t: f64| {
            let noise = (t * 1e4).sin() * 43_758.545_3;
            let tone = (t * TAU * (300.0 + 20.0 * (t / 7.0).sin())).sin() * (t * 3.0).sin();
            0.3 * tone + 0.2 * (noise - noise.floor() - 0.5) * (t * 5.0).sin().powi(2)
        };
        let path = scratch("seek").join("minute.wav");
        fs::write(&path, wav(44_100, 2, WavFormat::Int(16), &sampled(44_100, 60 * 44_100, signal))).unwrap();
        path
    });
    SOUND.clone()
}

/// Makes a file of the input and `repeats` repetitions of it.
fn repeated(input: &Path, repeats: u32, options: &[&str], out: &Path) {
    let input = ["-stream_loop", &repeats.to_string(), "-i", input.to_str().unwrap()];
    ffmpeg(&[&input, options].concat(), out);
}

fn open(content: &[u8], name: &str) -> ClipReader {
    open_at_its_rate(Content::new(source(content.to_vec()), name))
}

fn open_at_its_rate(content: Content) -> ClipReader {
    let open = |rate| ClipReader::open(content.clone(), 0, rate).unwrap();
    open(open(SampleRate::HZ_44100).source_rate())
}

/// Returns a content with its seek index from inspection.
fn inspected(source: Arc<dyn ByteSource>) -> Content {
    let found = Inspector::open(source.clone(), "").unwrap().finish().unwrap();
    assert!(found.seek_index.len() <= 32_768);
    Content { seek_index: found.seek_index.into(), ..Content::new(source, "") }
}

fn bits(planes: &[Vec<f32>]) -> Vec<Vec<u32>> {
    planes.iter().map(|plane| plane.iter().map(|sample| sample.to_bits()).collect()).collect()
}

/// Reads `count` frames from a position.
fn read(reader: &mut ClipReader, position: Frames, count: usize) -> Vec<Vec<f32>> {
    let mut planes = vec![vec![f32::NAN; count]; reader.layout().channels()];
    let mut slices: Vec<&mut [f32]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
    reader.read(position, &mut slices).unwrap();
    planes
}

/// Returns the same part of a whole recording, followed by silence.
fn part(whole: &[Vec<f32>], position: Frames, count: usize) -> Vec<Vec<f32>> {
    let of = |plane: &Vec<f32>| {
        plane.iter().copied().skip(position as usize).chain(std::iter::repeat(0.0)).take(count).collect()
    };
    whole.iter().map(of).collect()
}

/// ffmpeg's options for each format.
const FORMATS: [(&str, &[&str]); 21] = [
    ("cbr.mp3", &["-b:a", "128k"]),
    ("vbr.mp3", &["-q:a", "4"]),
    ("low.mp3", &["-ar", "24000", "-ac", "1", "-b:a", "8k"]),
    ("untagged.mp3", &["-b:a", "64k", "-write_xing", "0"]),
    ("mp3.mp4", &["-c:a", "libmp3lame", "-b:a", "128k"]),
    ("low-mp3.mov", &["-c:a", "libmp3lame", "-ar", "24000", "-ac", "1", "-b:a", "8k"]),
    ("noise-substituted.m4a", &["-b:a", "48k", "-movflags", "+faststart"]),
    ("adts.aac", &["-b:a", "64k"]),
    ("loas.latm", &["-b:a", "64k"]),
    ("fragmented.mp4", &["-movflags", "frag_keyframe+empty_moov", "-frag_duration", "1000000"]),
    ("alac.m4a", &["-c:a", "alac"]),
    ("alac.caf", &["-c:a", "alac"]),
    ("flac.flac", &[]),
    ("vorbis.ogg", &["-c:a", "libvorbis"]),
    ("vorbis.webm", &["-c:a", "libvorbis"]),
    ("opus.opus", &["-c:a", "libopus"]),
    ("opus.webm", &["-c:a", "libopus"]),
    ("streamed.webm", &["-c:a", "libopus", "-live", "1", "-cluster_time_limit", "1000"]),
    ("opus.mp4", &["-c:a", "libopus"]),
    ("adpcm.wav", &["-c:a", "adpcm_ima_wav"]),
    ("pcm.wav", &[]),
];

/// Returns an index with slightly wrong places.
fn misleading(index: &[u8]) -> Vec<u8> {
    index.iter().enumerate().map(|(at, &byte)| if at % 7 == 4 { byte ^ 1 } else { byte }).collect()
}

/// Places in a content, in percent, and in an order that goes back and forth.
const PLACES: [u64; 6] = [99, 50, 1, 20, 100, 37];

/// Reads parts of a content, with used and fresh readers, and compares them with the whole.
fn assert_every_part_is_that_of_the_whole(content: &[u8], name: &str, places: &[u64]) {
    let whole = drain(&mut open(content, name));
    let length = whole[0].len() as Frames;
    let indexed = inspected(source(content.to_vec()));
    // As if the index belonged to other content.
    let misled = Content { seek_index: misleading(&indexed.seek_index).into(), ..indexed.clone() };
    let (mut used, mut led) = (open(content, name), open_at_its_rate(indexed.clone()));
    for percent in places {
        let position = length * percent / 100;
        let expected = bits(&part(&whole, position, 20_000));
        for (who, reader) in [
            ("a fresh", &mut open(content, name)),
            ("a used", &mut used),
            ("a fresh indexed", &mut open_at_its_rate(indexed.clone())),
            ("a used indexed", &mut led),
            ("a misled", &mut open_at_its_rate(misled.clone())),
        ] {
            assert!(bits(&read(reader, position, 20_000)) == expected, "{name} at {percent} %, {who} reader");
        }
    }
}

#[test]
fn the_middle_of_a_file_has_the_bits_that_it_has_after_all_before_it() {
    for (name, _) in FORMATS {
        assert_every_part_is_that_of_the_whole(&encoded(name, 1), name, &PLACES);
    }
    for file in expected() {
        assert_every_part_is_that_of_the_whole(&bytes(&file.file), &file.file, &PLACES);
    }
}

#[test]
fn so_it_has_where_the_file_is_damaged_or_joined() {
    // Behind the damage or the joint, before it, and at it.
    let places = [60, 20, 34];
    for name in [
        "cbr.mp3",
        "noise-substituted.m4a",
        "adts.aac",
        "loas.latm",
        "flac.flac",
        "vorbis.ogg",
        "opus.opus",
        "opus.webm",
        "pcm.wav",
    ] {
        let whole = encoded(name, 1).to_vec();
        let (third, half) = (whole.len() / 3, whole.len() / 2);

        let mut spoilt = whole.clone();
        spoilt[third..third + 5000].iter_mut().for_each(|byte| *byte ^= 0x5a);
        assert_every_part_is_that_of_the_whole(&spoilt, name, &places);

        assert_every_part_is_that_of_the_whole(&whole[..whole.len() - third], name, &places);

        if !name.ends_with("m4a") && !name.ends_with("webm") {
            assert_every_part_is_that_of_the_whole(&[&whole[..third], &whole[half..]].concat(), name, &places);
            assert_every_part_is_that_of_the_whole(&[&whole[..], &whole[..]].concat(), name, &places);
        }
    }
}

#[test]
fn starting_near_the_end_reads_about_what_starting_at_the_beginning_does() {
    for (name, _) in FORMATS.into_iter().filter(|(name, _)| *name != "adpcm.wav") {
        let content = encoded(name, 3);
        let Content { seek_index, .. } = inspected(Arc::new(Bytes(content.clone())));
        let bytes_at = |position| {
            let counted = Counted::new(Bytes(content.clone()));
            let content = Content { seek_index: seek_index.clone(), ..Content::new(counted.clone(), name) };
            let mut reader = ClipReader::open(content, 0, SampleRate::HZ_44100).unwrap();
            read(&mut reader, position, 44_100);
            counted.count()
        };
        let (early, late) = (bytes_at(0), bytes_at(177 * 44_100));
        let more = late.saturating_sub(early);
        // About twenty seconds from a renewal on, and the read-ahead.
        assert!(more < 500_000, "{name}: {early} and {late} bytes of {}", content.len());
    }
}

#[test]
fn starting_near_the_end_of_a_file_without_an_index_reads_it_once() {
    for name in ["vbr.mp3", "adts.aac", "loas.latm", "vorbis.ogg"] {
        let content = encoded(name, 10);
        let counted = Counted::new(Bytes(content.clone()));
        let mut reader = ClipReader::open(Content::new(counted.clone(), name), 0, SampleRate::HZ_44100).unwrap();
        read(&mut reader, 594 * 44_100, 44_100);
        let most = content.len() as u64 * 115 / 100;
        assert!(counted.count() < most, "{name}: {} of {}", counted.count(), content.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_range_of_a_long_file_has_the_same_bits_from_a_used_reader_and_from_fresh_ones(
        format in 0..FORMATS.len(),
        ranges in prop::collection::vec((0u64..2_646_000, 0usize..3000), 1..6),
    ) {
        static FILES: LazyLock<Vec<Arc<[u8]>>> =
            LazyLock::new(|| FORMATS.iter().map(|(name, _)| encoded(name, 1)).collect());
        let (name, content) = (FORMATS[format].0, &FILES[format]);
        let mut used = open(content, name);
        for (position, count) in ranges {
            prop_assert!(
                bits(&read(&mut used, position, count)) == bits(&read(&mut open(content, name), position, count)),
                "{name}"
            );
        }
    }
}
