//! A stream that changes midway, as in joined files, plays to its end at the first part's rate and in its layout.

use std::fs;
use std::sync::LazyLock;

use secuencia::media::{ClipReader, Content, Inspector};
use secuencia::timeline::{Frames, SampleRate};

use crate::support::export::scratch;
use crate::support::media::{drain, ffmpeg, source};

/// One of the files to join.
struct Piece {
    name: String,
    content: Vec<u8>,
    rate: SampleRate,
    channels: usize,
    /// ffmpeg's decoded samples, at the piece's own rate.
    decoded: Vec<Vec<f32>>,
}

/// Encodes about a second, with its own tone in each channel, and decodes it with ffmpeg.
fn piece(suffix: &str, rate: u32, channels: usize, number: usize, options: &[&str]) -> Piece {
    let tones: Vec<String> =
        (0..channels).map(|channel| format!("0.3*sin(2*PI*{}*t)", 200 + 90 * number + 150 * channel)).collect();
    let seconds = 0.9 + 0.13 * number as f64;
    let sound = format!("aevalsrc='{}':s={rate}:d={seconds}", tones.join("|"));
    let name = format!("{rate}-{channels}-{number}.{suffix}");
    let (path, raw) = (scratch("joined").join(&name), scratch("joined").join(format!("{name}.f32")));
    ffmpeg(&[&["-f", "lavfi", "-i", &sound], options].concat(), &path);
    ffmpeg(&["-i", path.to_str().unwrap(), "-f", "f32le"], &raw);
    let samples: Vec<f32> =
        fs::read(raw).unwrap().chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
    let decoded = (0..channels).map(|channel| samples.iter().skip(channel).step_by(channels).copied().collect());
    let decoded = decoded.collect();
    Piece { name, content: fs::read(path).unwrap(), rate: SampleRate::new(rate).unwrap(), channels, decoded }
}

static MP3: LazyLock<Vec<Piece>> = LazyLock::new(|| {
    let kinds = [(44_100, 2, "128k"), (44_100, 1, "64k"), (24_000, 1, "48k"), (48_000, 2, "320k"), (8_000, 1, "16k")];
    let piece = |(number, &(rate, channels, bits)): (usize, &(u32, usize, &str))| {
        piece("mp3", rate, channels, number, &["-b:a", bits])
    };
    kinds.iter().enumerate().map(piece).collect()
});

static ADTS: LazyLock<Vec<Piece>> = LazyLock::new(|| {
    let kinds = [(44_100, 2, "128k"), (44_100, 1, "64k"), (24_000, 1, "48k"), (48_000, 2, "192k")];
    let piece = |(number, &(rate, channels, bits)): (usize, &(u32, usize, &str))| {
        piece("aac", rate, channels, number, &["-b:a", bits])
    };
    kinds.iter().enumerate().map(piece).collect()
});

static LATM: LazyLock<Vec<Piece>> = LazyLock::new(|| {
    let kinds = [(44_100, 2, "128k"), (44_100, 1, "64k"), (24_000, 1, "48k")];
    let piece = |(number, &(rate, channels, bits)): (usize, &(u32, usize, &str))| {
        piece("latm", rate, channels, number, &["-b:a", bits])
    };
    kinds.iter().enumerate().map(piece).collect()
});

static OGG: LazyLock<Vec<Piece>> = LazyLock::new(|| {
    vec![
        piece("ogg", 44_100, 2, 0, &["-c:a", "libvorbis", "-page_duration", "100000"]),
        piece("ogg", 22_050, 1, 1, &["-c:a", "libvorbis", "-page_duration", "100000"]),
        piece("ogg", 48_000, 2, 2, &["-c:a", "libopus", "-page_duration", "100000"]),
        piece("ogg", 48_000, 1, 3, &["-c:a", "libopus", "-page_duration", "100000"]),
    ]
});

/// Files of different kinds; those of one kind differ in length.
static FLAC: LazyLock<Vec<Piece>> = LazyLock::new(|| {
    let kinds = [
        (44_100, 2, &["-c:a", "flac"][..]),
        (44_100, 2, &["-c:a", "flac", "-t", "0.3"]),
        (44_100, 1, &["-c:a", "flac", "-write_id3v2", "1", "-id3v2_version", "3"]),
        (48_000, 2, &["-c:a", "flac", "-sample_fmt", "s32"]),
        (44_100, 2, &["-c:a", "flac", "-compression_level", "0"]),
    ];
    let piece = |(number, &(rate, channels, options)): (usize, &(u32, usize, &[&str]))| {
        piece("flac", rate, channels, number, options)
    };
    kinds.iter().enumerate().map(piece).collect()
});

/// Decodes a single piece with our reader, at this rate and with this many channels.
fn alone(piece: &Piece, rate: SampleRate, channels: usize) -> Vec<Vec<f32>> {
    let content = Content::new(source(piece.content.clone()), "");
    let mut planes = drain(&mut ClipReader::open(content, 0, rate).unwrap());
    match (planes.len(), channels) {
        (1, 2) => planes.push(planes[0].clone()),
        (2, 1) => planes = vec![planes[0].iter().zip(&planes[1]).map(|(a, b)| (a + b) / 2.0).collect()],
        _ => {}
    }
    planes
}

fn joined(pieces: &[&Piece]) -> Vec<u8> {
    pieces.iter().flat_map(|piece| piece.content.clone()).collect()
}

#[test]
fn each_piece_alone_is_as_ffmpeg_decodes_it() {
    for piece in [&MP3, &ADTS, &LATM, &OGG, &FLAC].into_iter().flat_map(|pieces| pieces.iter()) {
        let ours = alone(piece, piece.rate, piece.channels);
        for (ours, theirs) in ours.iter().zip(&piece.decoded) {
            // ffmpeg's length of Vorbis differs from the granule positions.
            assert!(ours.len().abs_diff(theirs.len()) <= 1024, "{}: {} and {}", piece.name, ours.len(), theirs.len());
            let squares = ours.iter().zip(theirs).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>();
            let rms = (squares / theirs.len() as f64).sqrt();
            assert!(piece.name.ends_with("ogg") || rms < 1e-4, "{}: {rms}", piece.name);
        }
    }
}

/// Returns random joins. Neighbouring pieces are of different kinds.
fn random_joins(pieces: &'static [Piece], count: usize) -> Vec<Vec<&'static Piece>> {
    let mut state = 7u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut joins = Vec::new();
    for _ in 0..count {
        let mut join = vec![random(pieces.len())];
        while join.len() < 2 + random(5) {
            let next = random(pieces.len());
            if join.last() != Some(&next) {
                join.push(next);
            }
        }
        joins.push(join.into_iter().map(|index| &pieces[index]).collect());
    }
    joins
}

#[test]
fn joined_pieces_are_heard_to_the_end_each_from_its_own_start_on() {
    for join in [(&MP3, 10), (&ADTS, 6), (&LATM, 4), (&OGG, 6), (&FLAC, 10)]
        .into_iter()
        .flat_map(|(kind, count)| random_joins(kind, count))
    {
        let names: Vec<&str> = join.iter().map(|piece| piece.name.as_str()).collect();
        let (rate, channels) = (join[0].rate, join[0].channels);
        let content = Content::new(source(joined(&join)), "");
        let found = Inspector::open(content.source.clone(), "").unwrap().finish().unwrap();
        assert_eq!((found.warning, found.sample_rate, found.channels), (None, rate, channels as u16), "{names:?}");
        let all = drain(&mut ClipReader::open(content, 0, rate).unwrap());
        assert_eq!(all[0].len() as Frames, found.frames, "{names:?}");
        let mut start = 0;
        for piece in &join {
            for (plane, expected) in all.iter().zip(alone(piece, rate, channels)) {
                let part = plane.get(start..start + expected.len());
                assert!(part == Some(&expected[..]), "{names:?}: {}", piece.name);
            }
            start +=
                piece.rate.duration_of(alone(piece, piece.rate, channels)[0].len() as Frames).to_frames(rate) as usize;
        }
        assert_eq!(all[0].len(), start, "{names:?}");
    }
}

#[test]
fn any_part_of_them_has_the_bits_of_the_whole() {
    for join in [(&MP3, 4), (&ADTS, 3), (&LATM, 3), (&OGG, 3), (&FLAC, 6)]
        .into_iter()
        .flat_map(|(kind, count)| random_joins(kind, count))
    {
        let names: Vec<&str> = join.iter().map(|piece| piece.name.as_str()).collect();
        let plain = Content::new(source(joined(&join)), "");
        let found = Inspector::open(plain.source.clone(), "").unwrap().finish().unwrap();
        let indexed = Content { seek_index: found.seek_index.clone().into(), ..plain.clone() };
        let spoilt: Vec<u8> =
            found.seek_index.iter().enumerate().map(|(at, byte)| byte ^ u8::from(at % 7 == 4)).collect();
        let misled = Content { seek_index: spoilt.into(), ..plain.clone() };
        for rate in [join[0].rate, SampleRate::HZ_48000] {
            let open = |content: &Content| ClipReader::open(content.clone(), 0, rate).unwrap();
            let whole = drain(&mut open(&plain));
            let mut used = open(&indexed);
            for percent in [90, 10, 99, 55, 30, 75, 0, 100] {
                let position = whole[0].len() * percent / 100;
                for reader in [&mut open(&plain), &mut open(&indexed), &mut open(&misled), &mut used] {
                    let mut planes = vec![vec![f32::NAN; 3000]; whole.len()];
                    let mut slices: Vec<&mut [f32]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
                    let count = reader.read(position as Frames, &mut slices).unwrap();
                    assert_eq!(count, 3000.min(whole[0].len() - position), "{names:?} at {percent} %");
                    for (plane, whole) in planes.iter().zip(&whole) {
                        assert!(plane[..count] == whole[position..position + count], "{names:?} at {percent} %");
                    }
                }
            }
        }
    }
}

#[test]
fn where_a_part_ends_in_what_cannot_be_decoded_is_found_without_an_index_too() {
    for pieces in [&MP3, &ADTS, &LATM] {
        let (first, second) = (&pieces[0], &pieces[2]);
        for spoilt in [100, 1000, 3000] {
            let mut content = first.content.clone();
            let end = content.len();
            content[end - spoilt..].iter_mut().enumerate().for_each(|(at, byte)| *byte ^= (at * 7 + 90) as u8);
            content.extend(&second.content);
            let plain = Content::new(source(content), "");
            let open = || ClipReader::open(plain.clone(), 0, SampleRate::HZ_44100).unwrap();
            let whole = drain(&mut open());
            let position = whole[0].len() * 9 / 10;
            let mut planes = vec![vec![f32::NAN; 1000]; whole.len()];
            let mut slices: Vec<&mut [f32]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
            open().read(position as Frames, &mut slices).unwrap();
            for (plane, whole) in planes.iter().zip(&whole) {
                assert!(plane[..] == whole[position..position + 1000], "{}, {spoilt} spoilt", first.name);
            }
        }
    }
}

#[test]
fn a_change_of_channels_alone_needs_no_tag() {
    let untagged = |name: &str, channels: &str| {
        let path = scratch("joined").join(name);
        let sound = "sine=f=440:r=44100:d=1";
        ffmpeg(
            &["-f", "lavfi", "-i", sound, "-ac", channels, "-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0"],
            &path,
        );
        fs::read(path).unwrap()
    };
    let (mono, stereo) = (untagged("mono.mp3", "1"), untagged("stereo.mp3", "2"));
    for parts in [[&mono, &stereo], [&stereo, &mono]] {
        let found = Inspector::open(source(parts.map(Clone::clone).concat()), "").unwrap().finish().unwrap();
        let lengths = parts.map(|part| Inspector::open(source(part.clone()), "").unwrap().finish().unwrap().frames);
        assert_eq!((found.frames, found.warning), (lengths.iter().sum(), None));
    }
}

#[test]
fn flac_files_are_joined_whatever_is_between_them_and_however_long_they_say_they_are() {
    let (first, second) = (&FLAC[0], &FLAC[4]);
    let unknown = |file: &[u8]| {
        let mut file = file.to_vec();
        // The stream's number of frames (RFC 9639, 8.2).
        file[21] &= 0xf0;
        file[22..26].fill(0);
        file
    };
    let rate = first.rate;
    let parts = [alone(first, rate, 2), alone(second, rate, 2)];
    let whole: Vec<Vec<f32>> =
        (0..2).map(|channel| parts.iter().flat_map(|part| part[channel].clone()).collect()).collect();
    let tag = [b"ID3\x04\0\0\0\0\x01\0".as_slice(), &[0; 128]].concat();
    for between in [&[][..], &tag, b"TAG", &[b"TAG".as_slice(), &[b' '; 125]].concat(), &[0xff; 3000]] {
        for (one, other) in [
            (first.content.clone(), second.content.clone()),
            (unknown(&first.content), second.content.clone()),
            (first.content.clone(), unknown(&second.content)),
        ] {
            let content = Content::new(source([&one, between, &other].concat()), "");
            let found = Inspector::open(content.source.clone(), "").unwrap().finish().unwrap();
            assert_eq!((found.warning, found.frames), (None, whole[0].len() as Frames), "{} bytes", between.len());
            assert!(drain(&mut ClipReader::open(content, 0, rate).unwrap()) == whole, "{} bytes", between.len());
        }
    }
}

#[test]
fn a_flac_file_is_sought_in_though_others_of_its_kind_and_length_follow() {
    let made = |number: usize, seconds: u32| {
        let path = scratch("joined").join(format!("long-{number}-{seconds}.flac"));
        let sound =
            format!("aevalsrc='0.1*random({number})|0.3*sin(2*PI*{}*t)':s=44100:d={seconds}", 200 + 50 * number);
        ffmpeg(&["-f", "lavfi", "-i", &sound, "-c:a", "flac"], &path);
        fs::read(path).unwrap()
    };
    let (rate, long) = (SampleRate::HZ_44100, made(0, 12));
    for rest in [vec![made(1, 12)], vec![made(1, 12), made(2, 12)], vec![made(1, 30)], vec![made(1, 5), made(2, 40)]] {
        let bytes = [std::slice::from_ref(&long), &rest[..]].concat().concat();
        let plain = Content::new(source(bytes), "");
        let found = Inspector::open(plain.source.clone(), "").unwrap().finish().unwrap();
        assert_eq!(found.warning, None);
        let indexed = Content { seek_index: found.seek_index.clone().into(), ..plain.clone() };
        let whole = drain(&mut ClipReader::open(plain.clone(), 0, rate).unwrap());
        assert_eq!(whole[0].len() as Frames, found.frames);
        for content in [&plain, &indexed] {
            for percent in (2..100).step_by(7) {
                let position = whole[0].len() * percent / 100;
                let mut planes = [vec![0.0; 3000], vec![0.0; 3000]];
                let mut slices: Vec<&mut [f32]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
                let mut reader = ClipReader::open(content.clone(), 0, rate).unwrap();
                assert_eq!(reader.read(position as Frames, &mut slices).unwrap(), 3000);
                for (plane, whole) in planes.iter().zip(&whole) {
                    assert!(plane[..] == whole[position..position + 3000], "{} files, {percent} %", 1 + rest.len());
                }
            }
        }
    }
}
