//! Matroska as it occurs: streamed, with holes, with stripped packet headers, with tracks of other kinds.

use secuencia::media::{ClipReader, Content, Inspection, Inspector, MediaError};
use secuencia::timeline::SampleRate;

use crate::support::media::{bytes, drain, source};

/// Builds an element with an eight-byte size (RFC 8794).
fn element(id: &[u8], body: &[u8]) -> Vec<u8> {
    let size = (1u64 << 56 | body.len() as u64).to_be_bytes();
    [id, &size, body].concat()
}

/// Builds a track of 16-bit PCM at 8 kHz, with further elements.
fn track(number: u8, codec: &[u8], more: &[u8]) -> Vec<u8> {
    let audio =
        [element(b"\xb5", &8000f32.to_be_bytes()), element(b"\x9f", &[1]), element(b"\x62\x64", &[16])].concat();
    let parts = [
        element(b"\xd7", &[number]),
        element(b"\x83", &[2]),
        element(b"\x86", codec),
        element(b"\xe1", &audio),
        more.to_vec(),
    ];
    element(b"\xae", &parts.concat())
}

/// Builds a file of these tracks and clusters, in a segment of unknown size.
fn file(tracks: &[Vec<u8>], clusters: &[Vec<u8>]) -> Vec<u8> {
    let head = element(b"\x1a\x45\xdf\xa3", &element(b"\x42\x82", b"matroska"));
    let void = element(b"\xec", &[0; 300]);
    let tracks = element(b"\x16\x54\xae\x6b", &tracks.concat());
    [&head[..], b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff", &void, &tracks, &clusters.concat()].concat()
}

/// Builds a cluster at this time, in milliseconds, with one block of a track.
fn cluster(time: u16, track: u8, data: &[u8]) -> Vec<u8> {
    let block = element(b"\xa3", &[&[0x80 | track, 0, 0, 0x80], data].concat());
    element(b"\x1f\x43\xb6\x75", &[element(b"\xe7", &time.to_be_bytes()), block].concat())
}

/// Returns a tenth of a second of one sample value.
fn tenth(sample: i16) -> Vec<u8> {
    sample.to_le_bytes().repeat(800)
}

fn inspect(bytes: Vec<u8>) -> Result<Inspection, MediaError> {
    Inspector::open(source(bytes), "").and_then(Inspector::finish)
}

fn read(bytes: Vec<u8>) -> Vec<f32> {
    let content = Content::new(source(bytes), "");
    drain(&mut ClipReader::open(content, 0, SampleRate::new(8000).unwrap()).unwrap()).remove(0)
}

const PCM: &[u8] = b"A_PCM/INT/LIT";

#[test]
fn a_stream_of_unknown_size_is_whole() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/cases/matroska-live-false-alarm/obs.mkv");
    let found = inspect(std::fs::read(path).unwrap()).unwrap();
    assert_eq!(found.warning, None);
    let seconds = found.frames as f64 / f64::from(found.sample_rate.hz());
    assert!((seconds - 2.03).abs() < 0.03, "{seconds}");
    let made = file(&[track(1, PCM, &[])], &[cluster(0, 1, &tenth(1)), cluster(100, 1, &tenth(2))]);
    let found = inspect(made).unwrap();
    assert_eq!((found.frames, found.warning), (1600, None));
}

#[test]
fn a_hole_is_silence_of_its_length_and_told() {
    let clusters = [cluster(0, 1, &tenth(100)), cluster(5100, 1, &tenth(200))];
    let made = file(&[track(1, PCM, &[])], &clusters);
    let found = inspect(made.clone()).unwrap();
    assert_eq!(
        (found.frames, found.warning.as_deref()),
        (41_600, Some("One damaged stretch was replaced by silence."))
    );
    let samples = read(made);
    assert!(samples[800..40_800].iter().all(|&sample| sample == 0.0));
    assert_eq!(samples[40_800], 200.0 / 32768.0);
}

#[test]
fn what_is_left_out_at_the_start_of_each_packet_is_put_back() {
    let compression = |algorithm: u8, settings: &[u8]| {
        let parts = [element(b"\x42\x54", &[algorithm]), element(b"\x42\x55", settings)].concat();
        element(b"\x6d\x80", &element(b"\x62\x40", &element(b"\x50\x34", &parts)))
    };
    let made = |more: Vec<u8>| {
        let data = &tenth(0x0102)[2..];
        file(&[track(1, PCM, &more)], &[cluster(0, 1, data), cluster(100, 1, data)])
    };
    let samples = read(made(compression(3, &[2, 1])));
    assert_eq!(samples.len(), 1600);
    assert!(samples.iter().all(|&sample| sample == 258.0 / 32768.0));
    let refused = inspect(made(compression(0, &[]))).unwrap_err();
    assert_eq!(refused, MediaError::Unsupported("packets that are compressed once more, by zlib"));
}

#[test]
fn the_first_track_that_can_be_decoded_is_heard() {
    let tracks = [track(1, b"A_AC3", &[]), track(2, PCM, &[])];
    let clusters = [cluster(0, 1, &[0; 100]), cluster(0, 2, &tenth(7)), cluster(100, 2, &tenth(8))];
    let made = file(&tracks, &clusters);
    let samples = read(made.clone());
    assert_eq!((samples.len(), samples[0], samples[1599]), (1600, 7.0 / 32768.0, 8.0 / 32768.0));
    let warning = inspect(made).unwrap().warning.unwrap();
    assert!(warning.starts_with("An earlier audio track was skipped: "), "{warning}");
    assert!(inspect(file(&tracks[..1], &clusters)).unwrap_err() == MediaError::Unsupported("AC-3"));
}

#[test]
fn a_codecs_delay_is_trimmed() {
    // 12.5 ms, in nanoseconds.
    let delay = element(b"\x56\xaa", &12_500_000u32.to_be_bytes());
    let made = file(&[track(1, PCM, &delay)], &[cluster(0, 1, &tenth(7))]);
    assert_eq!(inspect(made).unwrap().frames, 700);
}

#[test]
fn tags_of_any_size_are_passed_over() {
    let tags = element(b"\x12\x54\xc3\x67", &vec![0x41; 5 << 20]);
    let mut made = file(&[track(1, PCM, &[])], &[]);
    made.extend([tags, cluster(0, 1, &tenth(7))].concat());
    assert_eq!(inspect(made).map(|found| (found.frames, found.warning)), Ok((800, None)));
    let mut cut = bytes("opus-48000-stereo.webm");
    cut.truncate(cut.len() * 3 / 4);
    assert!(inspect(cut).unwrap().warning.is_some(), "a file that is cut off");
}
