//! MP4 and QuickTime files are read correctly, whatever else they contain and however long they are. Undecodable audio
//! is refused by its name.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use secuencia::media::{ClipReader, Content, Inspection, Inspector, MediaError, Speaker};
use secuencia::store::{ByteSource, Bytes};
use secuencia::timeline::{Frames, SampleRate};

use crate::support::export::scratch;
use crate::support::heap::peak_of;
use crate::support::media::{bytes, drain, ffmpeg, source};
use crate::support::sources::Counted;

fn inspect(content: Vec<u8>) -> Result<Inspection, MediaError> {
    Inspector::open(source(content), "")?.finish()
}

fn case(name: &str) -> Vec<u8> {
    fs::read([env!("CARGO_MANIFEST_DIR"), "tests/data/cases", name].iter().collect::<PathBuf>()).unwrap()
}

/// Reads a whole content at its own rate.
fn play(content: Arc<dyn ByteSource>) -> Vec<Vec<f32>> {
    let rate = Inspector::open(content.clone(), "").unwrap().finish().unwrap().sample_rate;
    drain(&mut ClipReader::open(Content::new(content, ""), 0, rate).unwrap())
}

#[test]
fn files_that_were_refused_or_noise_are_read() {
    for (name, frames, peak) in [
        ("quicktime-big-endian-pcm/pcm_s24le.mov", 48_000, 0.3),
        ("quicktime-big-endian-pcm/pcm_s24be.mov", 48_000, 0.3),
        ("quicktime-big-endian-pcm/pcm_f64be.mov", 48_000, 0.3),
        ("mov-alac-and-alaw/alac.mov", 96_000, 0.5),
        ("mov-alac-and-alaw/pcm_alaw.mov", 96_000, 0.5),
        ("hevc-film-refused/x265.mp4", 44_100, 0.5),
    ] {
        let found = inspect(case(name)).unwrap();
        assert_eq!((found.frames, found.warning), (frames, None), "{name}");
        let loudest = play(source(case(name))).iter().flatten().fold(0.0f32, |most, sample| most.max(sample.abs()));
        assert!(loudest > 0.1 && loudest < peak + 0.05, "{name}: {loudest}");
    }
}

#[test]
fn the_first_track_that_can_be_decoded_is_heard_and_spoken_of() {
    let found = inspect(case("first-track-not-decodable/ac3-then-other.mp4")).unwrap();
    let warning = "An earlier audio track was skipped: its audio is coded as AC-3, which is not supported.";
    assert_eq!((found.frames, found.warning.as_deref()), (88_200, Some(warning)));
}

#[test]
fn what_cannot_be_decoded_is_refused_by_its_name() {
    assert_eq!(inspect(case("wrong-reason/ima4.mov")), Err(MediaError::Unsupported("IMA ADPCM")));
    for (codec, file, name) in [
        ("ac3", "ac3.mp4", "AC-3"),
        ("eac3", "eac3.mp4", "E-AC-3"),
        ("mp2", "mp2.mp4", "MPEG layer II"),
        ("libvorbis", "vorbis.mp4", "Vorbis in MP4"),
        ("adpcm_ms", "ms.mov", "Microsoft ADPCM"),
    ] {
        let path = scratch("mp4-names").join(file);
        ffmpeg(&["-f", "lavfi", "-i", "sine=d=0.3:r=44100", "-ac", "2", "-c:a", codec], &path);
        assert_eq!(inspect(fs::read(path).unwrap()), Err(MediaError::Unsupported(name)), "{codec}");
    }
    let unknown = MediaError::UnknownCode("zzz\\x01".into()).to_string();
    assert_eq!(unknown, "its audio is coded as “zzz\\x01”, which is not supported");
}

/// Decodes a file with ffmpeg.
fn by_ffmpeg(path: &std::path::Path, channels: usize) -> Vec<Vec<f32>> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-i", path.to_str().unwrap(), "-f", "f32le", "-"])
        .output()
        .unwrap();
    let (samples, _) = output.stdout.as_chunks::<4>();
    let samples: Vec<f32> = samples.iter().map(|sample| f32::from_le_bytes(*sample)).collect();
    (0..channels).map(|channel| samples.iter().skip(channel).step_by(channels).copied().collect()).collect()
}

#[test]
fn lossless_kinds_have_ffmpegs_samples_each_channel_its_own() {
    let pcm = "u8 s8 s16be s16le s24be s24le s32be s32le f32be f32le f64be f64le alaw mulaw";
    let kinds = pcm.split(' ').map(|kind| (format!("pcm_{kind}"), "mov"));
    let coded = [("alac", "m4a"), ("alac", "mov"), ("flac", "mp4")].map(|(codec, suffix)| (codec.to_owned(), suffix));
    for (codec, suffix) in kinds.chain(coded) {
        for (layout, channels, rate) in [("mono", 1, 8000), ("stereo", 2, 96_000), ("5.1", 6, 44_100)] {
            let path = scratch("mp4-lossless").join(format!("{codec}-{layout}.{suffix}"));
            let tones: Vec<String> =
                (0..channels).map(|n| format!("0.{}*sin(2*PI*{}*t+{n})", 3 + n % 3, 200 + 130 * n)).collect();
            let signal = format!("aevalsrc='{}':c={layout}:s={rate}:d=0.3", tones.join("|"));
            ffmpeg(&["-f", "lavfi", "-i", &signal, "-c:a", &codec, "-strict", "-2"], &path);
            let content = fs::read(&path).unwrap();
            assert_eq!(inspect(content.clone()).unwrap().warning, None, "{path:?}");
            assert!(play(source(content)) == by_ffmpeg(&path, channels), "{path:?}");
        }
    }
}

#[test]
fn quicktimes_channels_are_where_it_says() {
    use Speaker::{FrontLeft, FrontRight, Lfe};
    let path = scratch("mp4-layout").join("2.1.mov");
    let signal = "aevalsrc='0.1*sin(300*t)|0.2*sin(300*t)|0.3*sin(300*t)':c=2.1:s=44100:d=0.1";
    ffmpeg(&["-f", "lavfi", "-i", signal, "-c:a", "pcm_s16le"], &path);
    let content = Content::new(source(fs::read(path).unwrap()), "");
    let reader = ClipReader::open(content, 0, SampleRate::HZ_44100).unwrap();
    assert_eq!(reader.layout().speakers(), [FrontLeft, FrontRight, Lfe]);
}

#[test]
fn fragments_are_entered_where_they_are_and_have_the_bits_of_the_whole() {
    let fragments = ["-movflags", "frag_keyframe+empty_moov", "-frag_duration", "500000"];
    for (codec, suffix) in [("aac", "mp4"), ("alac", "mp4"), ("flac", "mp4"), ("libopus", "mp4"), ("pcm_s24be", "mov")]
    {
        let path = scratch("mp4-fragments").join(format!("{codec}.{suffix}"));
        let signal = "aevalsrc='0.3*sin(2*PI*(300+20*t)*t)|0.2*sin(2*PI*(700-9*t)*t)+0.02*random(0)':s=48000:d=60";
        ffmpeg(&[&["-f", "lavfi", "-i", signal, "-c:a", codec, "-strict", "-2"], &fragments[..]].concat(), &path);
        let content: Arc<[u8]> = fs::read(path).unwrap().into();
        let found = Inspector::open(source(content.to_vec()), "").unwrap().finish().unwrap();
        assert_eq!(found.warning, None, "{codec}");
        let whole = play(source(content.to_vec()));
        let index: Arc<[u8]> = found.seek_index.into();
        let cost = |percent: u64| {
            let counted = Counted::new(Bytes(content.clone()));
            let content = Content { seek_index: index.clone(), ..Content::new(counted.clone(), "") };
            let mut reader = ClipReader::open(content, 0, SampleRate::HZ_48000).unwrap();
            let position = found.frames * percent / 100;
            let read = read(&mut reader, position, 4800);
            for (part, whole) in read.iter().zip(&whole) {
                assert!(part[..] == whole[position as usize..][..4800], "{codec} at {percent} %");
            }
            counted.count()
        };
        // A place's distance from the last renewal is chance, so the most expensive of several places counts.
        let [early, late] = [0..50, 50..100].map(|places| places.step_by(4).map(cost).max().unwrap());
        assert!(late <= 3 * early, "{codec}: {early} and {late} bytes of {}", content.len());
    }
}

fn read(reader: &mut ClipReader, position: Frames, count: usize) -> Vec<Vec<f32>> {
    let mut planes = vec![vec![f32::NAN; count]; reader.layout().channels()];
    let mut slices: Vec<&mut [f32]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
    reader.read(position, &mut slices).unwrap();
    planes
}

fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
}

fn words(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// The parts of a movie with one track: its sample entry, edits and tables.
struct Made {
    timescale: u32,
    ticks: u32,
    entry: Vec<u8>,
    edits: Vec<u8>,
    samples: u32,
    per_chunk: u32,
    /// The `stsz` box after its version.
    sizes: Vec<u8>,
    offsets: Vec<u64>,
}

impl Made {
    fn movie(&self) -> Vec<u8> {
        let length = self.samples * self.ticks;
        let clock = |rest: &[u32]| [&words(&[0, 0, 0, self.timescale, length])[..], &words(rest)].concat();
        let offsets: Vec<u8> = self.offsets.iter().flat_map(|offset| offset.to_be_bytes()).collect();
        let tables = [
            boxed(b"stsd", &[&words(&[0, 1])[..], &self.entry].concat()),
            boxed(b"stts", &words(&[0, 1, self.samples, self.ticks])),
            boxed(b"stsc", &words(&[0, 1, 1, self.per_chunk, 1])),
            boxed(b"stsz", &[&words(&[0])[..], &self.sizes].concat()),
            boxed(b"co64", &[&words(&[0, self.offsets.len() as u32])[..], &offsets].concat()),
        ];
        let media = [
            boxed(b"mdhd", &clock(&[0])),
            boxed(b"hdlr", b"\0\0\0\0\0\0\0\0soun\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            boxed(b"minf", &boxed(b"stbl", &tables.concat())),
        ];
        let edits = if self.edits.is_empty() { Vec::new() } else { boxed(b"edts", &boxed(b"elst", &self.edits)) };
        let track = [boxed(b"tkhd", &words(&[7, 0, 0, 1, 0, length])), edits, boxed(b"mdia", &media.concat())];
        boxed(b"moov", &[boxed(b"mvhd", &clock(&[0; 20])), boxed(b"trak", &track.concat())].concat())
    }
}

/// Builds a sample entry of `sowt`: 16 bits, mono.
fn sowt(rate: u32) -> Vec<u8> {
    let fields = [&[0; 6][..], &[0, 1], &[0; 8], &[0, 1, 0, 16, 0, 0, 0, 0], &(rate << 16).to_be_bytes()];
    boxed(b"sowt", &fields.concat())
}

/// A source whose holes read as zeros.
struct Sparse {
    parts: Vec<(u64, Vec<u8>)>,
    len: u64,
}

impl ByteSource for Sparse {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let count = (self.len.saturating_sub(position)).min(buffer.len() as u64) as usize;
        buffer.fill(0);
        for (start, part) in &self.parts {
            let from = position.max(*start);
            let to = (position + count as u64).min(start + part.len() as u64);
            if from < to {
                buffer[(from - position) as usize..(to - position) as usize]
                    .copy_from_slice(&part[(from - start) as usize..(to - start) as usize]);
            }
        }
        Ok(count)
    }
}

#[test]
fn audio_beyond_four_gigabytes_is_reached() {
    let ramp = |from: i16| (from..from + 1000).flat_map(i16::to_le_bytes).collect::<Vec<u8>>();
    let places = [100, 1_200_000_000, 2_200_000_000, 4_300_000_000, 5_300_000_000u64];
    let made = Made {
        timescale: 8000,
        ticks: 1,
        entry: sowt(8000),
        edits: Vec::new(),
        samples: 5000,
        per_chunk: 1000,
        sizes: words(&[2, 5000]),
        offsets: places.to_vec(),
    };
    // The media comes first, in a box with a 64-bit size.
    let end = 5_368_709_120u64;
    let head = [&boxed(b"ftyp", b"qt  \0\0\0\0")[..], &words(&[1]), b"mdat", &(end - 16).to_be_bytes()].concat();
    let movie = made.movie();
    let len = end + movie.len() as u64;
    let mut parts = vec![(0, head), (end, movie)];
    parts.extend(places.iter().zip(0..).map(|(&place, n)| (place, ramp(1000 * n))));
    let content: Arc<dyn ByteSource> = Arc::new(Sparse { parts, len });
    let expected: Vec<f32> = (0..5000).map(|sample| f32::from(sample as i16) / 32_768.0).collect();
    assert!(play(content.clone()) == [expected.clone()]);
    let mut reader = ClipReader::open(Content::new(content, ""), 0, SampleRate::new(8000).unwrap()).unwrap();
    for position in [4500, 10, 3999] {
        assert!(read(&mut reader, position, 400)[0] == expected[position as usize..][..400]);
    }
}

#[test]
fn the_tables_of_twenty_hours_cost_little_memory_and_the_end_no_more_than_the_start() {
    // Real AAC packets, used again and again.
    let short = bytes("aac-44100-stereo.m4a");
    let at = |kind: &[u8]| short.windows(4).position(|bytes| bytes == kind).unwrap();
    let entry = at(b"mp4a") - 4;
    let size = u32::from_be_bytes(*short[entry..].first_chunk().unwrap()) as usize;
    let entry = short[entry..entry + size].to_vec();
    let sizes = at(b"stsz") + 16;
    let count = 10;
    let each: Vec<u32> =
        (0..count).map(|n| u32::from_be_bytes(*short[sizes + 4 * n..].first_chunk().unwrap())).collect();
    let media = short[at(b"mdat") + 4..][..each.iter().sum::<u32>() as usize].to_vec();
    let chunks = 20 * 3600 * 44_100 / 1024 / count;
    let head = [boxed(b"ftyp", b"M4A \0\0\0\0"), boxed(b"mdat", &media)].concat();
    let (listed, samples) = ([vec![0, (chunks * count) as u32], each.repeat(chunks)].concat(), (chunks * count) as u32);
    let made = |per_chunk: u32, offsets: Vec<u64>| Made {
        timescale: 44_100,
        ticks: 1024,
        entry: entry.clone(),
        edits: Vec::new(),
        samples,
        per_chunk,
        sizes: words(&listed),
        offsets,
    };
    let place = head.len() as u64 - media.len() as u64;
    let content: Arc<[u8]> = [head, made(count as u32, vec![place; chunks]).movie()].concat().into();
    let cost = |percent: u64| {
        let counted = Counted::new(Bytes(content.clone()));
        let source: Arc<dyn ByteSource> = counted.clone();
        let (_, peak) = peak_of(|| {
            let mut reader = ClipReader::open(Content::new(source, ""), 0, SampleRate::HZ_44100).unwrap();
            read(&mut reader, 20 * 3600 * 44_100 / 100 * percent, 44_100)
        });
        println!("at {percent} %: {} bytes read of {}, {peak} bytes held", counted.count(), content.len());
        assert!(peak < 2 << 20);
        counted.count()
    };
    let (early, late) = (cost(10), cost(90));
    assert!(late <= 3 * early && early <= 3 * late);
}

#[test]
fn an_empty_edit_in_the_middle_is_silence_of_its_length() {
    let samples: Vec<i16> = (1..=4000).collect();
    // Half a second of nothing, 100 ms, 50 ms of nothing, and 100 ms from 200 ms on.
    let edit = |ticks: u32, time: u32| words(&[ticks, time, 0x1_0000]);
    let list = [edit(4000, u32::MAX), edit(800, 0), edit(400, u32::MAX), edit(800, 1600)].concat();
    let head = boxed(b"ftyp", b"qt  \0\0\0\0");
    let made = Made {
        timescale: 8000,
        ticks: 1,
        entry: sowt(8000),
        edits: [words(&[0, 4]), list].concat(),
        samples: 4000,
        per_chunk: 4000,
        sizes: words(&[2, 4000]),
        offsets: vec![head.len() as u64 + 8],
    };
    let media = boxed(b"mdat", &samples.iter().flat_map(|sample| sample.to_le_bytes()).collect::<Vec<u8>>());
    let content = [head, media, made.movie()].concat();
    let of = |range: std::ops::Range<usize>| samples[range].iter().map(|&sample| f32::from(sample) / 32_768.0);
    let expected: Vec<f32> = of(0..800).chain(std::iter::repeat_n(0.0, 400)).chain(of(1600..2400)).collect();
    assert_eq!(inspect(content.clone()).unwrap().warning, None);
    assert!(play(source(content.clone())) == [expected.clone()]);
    for position in [1999, 1300, 1201, 1200, 1199, 900, 800, 799, 5] {
        let rate = SampleRate::new(8000).unwrap();
        let mut reader = ClipReader::open(Content::new(source(content.clone()), ""), position, rate).unwrap();
        assert!(drain(&mut reader)[0] == expected[position as usize..], "{position}");
    }
}

#[test]
fn a_cut_file_whose_movie_comes_first_gives_all_packets_that_are_there() {
    let path = scratch("mp4-cut").join("cut.m4a");
    ffmpeg(&["-f", "lavfi", "-i", "anoisesrc=d=5:a=0.3", "-c:a", "aac", "-movflags", "+faststart"], &path);
    let whole = fs::read(path).unwrap();
    let found = inspect(whole[..whole.len() * 6 / 10].to_vec()).unwrap();
    let all = inspect(whole).unwrap().frames;
    assert!((all / 2..all * 6 / 10).contains(&found.frames), "{} of {all}", found.frames);
    assert_eq!(found.warning.as_deref(), Some("Part of the file is missing. The rest is used."));
}

#[test]
fn a_film_whose_picture_is_shorter_is_entered_at_its_end_at_no_cost() {
    let path = scratch("mp4-film").join("film.mp4");
    let arguments = ["-f", "lavfi", "-i", "color=s=32x32:r=5:d=1", "-f", "lavfi", "-i", "sine=d=120:r=44100"];
    ffmpeg(
        &[&arguments[..], &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "128k"]].concat(),
        &path,
    );
    let content: Arc<[u8]> = fs::read(path).unwrap().into();
    let cost = |second: u64| {
        let counted = Counted::new(Bytes(content.clone()));
        let mut reader = ClipReader::open(Content::new(counted.clone(), ""), 0, SampleRate::HZ_44100).unwrap();
        read(&mut reader, second * 44_100, 4410);
        counted.count()
    };
    let (early, late) = (cost(12), cost(108));
    assert!(late <= 3 * early, "{early} and {late} bytes of {}", content.len());
}

#[test]
fn packets_that_are_outside_the_file_are_silence_and_those_behind_them_are_heard() {
    const WARNING: &str = "One damaged stretch was replaced by silence. \
        Part of the file is missing. The rest is used.";
    let picture = ["-f", "lavfi", "-i", "testsrc=s=32x32:r=10:d=4"];
    let sound = ["-f", "lavfi", "-i", "aevalsrc='0.3*sin(2*PI*300*t)|0.3*sin(2*PI*500*t)':s=48000:d=4"];
    for (name, options) in [
        // Noise substitution is off: its noise depends on all the noise before it.
        ("aac.mp4", &["-c:a", "aac", "-aac_pns", "0"][..]),
        ("opus.mp4", &["-c:a", "libopus"]),
        ("flac.mp4", &["-c:a", "flac", "-strict", "-2"]),
        ("alac.mov", &["-c:a", "alac"]),
        ("mp3.mov", &["-c:a", "libmp3lame"]),
        ("pcm.mov", &["-c:a", "pcm_s16le"]),
        ("u8.mov", &["-c:a", "pcm_u8"]),
        ("alaw.mov", &["-c:a", "pcm_alaw"]),
    ] {
        let path = scratch("mp4-holes").join(name);
        let film = ["-y", "-map", "1", "-map", "0", "-c:v", "mpeg4"];
        ffmpeg(&[&picture[..], &sound, &film, options].concat(), &path);
        let whole_file = fs::read(&path).unwrap();
        // The first track's chunks (ISO/IEC 14496-12, 8.7.5).
        let table = whole_file.windows(4).position(|kind| kind == b"stco").unwrap() + 12;
        let count = u32::from_be_bytes(whole_file[table - 4..table].try_into().unwrap()) as usize;
        assert!(count >= 8, "{name}: {count}");
        let moved = |chunks: std::ops::Range<usize>| {
            let mut file = whole_file.clone();
            for chunk in chunks {
                file[table + 4 * chunk..][..4].copy_from_slice(&0x7fff_0000u32.to_be_bytes());
            }
            file
        };
        let whole = play(source(whole_file.clone()));
        let file = moved(count / 2..count / 2 + 2);
        let found = inspect(file.clone()).unwrap();
        assert_eq!((found.frames as usize, found.warning.as_deref()), (whole[0].len(), Some(WARNING)), "{name}");
        let holed = play(source(file.clone()));
        assert_eq!(holed[0].len(), whole[0].len(), "{name}");
        let differing = |from: &[f32], to: &[f32]| from.iter().zip(to).filter(|(a, b)| (*a - *b).abs() > 1e-3).count();
        let silent = holed[0].windows(2).filter(|pair| pair == &[0.0, 0.0]).count();
        let lost = differing(&holed[0], &whole[0]);
        assert!(lost > 2000 && lost < whole[0].len() / 4 && silent > lost / 4, "{name}: {lost}, {silent}");
        assert!(holed[0][..20_000] == whole[0][..20_000], "{name}");
        let end = whole[0].len() - 20_000;
        assert!(differing(&holed[0][end..], &whole[0][end..]) == 0, "{name}");
        let content = Content { seek_index: found.seek_index.into(), ..Content::new(source(file), "") };
        let mut reader = ClipReader::open(content, 0, SampleRate::HZ_48000).unwrap();
        for percent in [90, 48, 52, 56, 10, 70] {
            let position = whole[0].len() * percent / 100;
            let part = read(&mut reader, position as Frames, 500);
            assert!(part[0][..] == holed[0][position..position + 500], "{name} at {percent} %");
        }
        let found = inspect(moved(0..2)).unwrap();
        assert_eq!((found.frames as usize, found.warning.as_deref()), (whole[0].len(), Some(WARNING)), "{name}");
        // If all following packets are missing, the file was truncated.
        let found = inspect(moved(count / 2..count)).unwrap();
        assert!((found.frames as usize) < whole[0].len(), "{name}");
        assert_eq!(found.warning.as_deref(), Some(&WARNING[45..]), "{name}");
    }
}

/// Builds a sample entry of mono at 8 kHz, with these boxes inside.
fn entry(kind: &[u8; 4], bits: u8, boxes: &[u8]) -> Vec<u8> {
    let fields = [&[0; 6][..], &[0, 1], &[0; 8], &[0, 1, 0, bits, 0, 0, 0, 0], &(8000u32 << 16).to_be_bytes(), boxes];
    boxed(kind, &fields.concat())
}

/// Builds a file of 500 samples of `bytes` bytes. Its chunks use sample entry number `used`.
fn of_entries(entries: &[Vec<u8>], used: u32, bytes: u32, media: &[u8]) -> Vec<u8> {
    let made = Made {
        timescale: 8000,
        ticks: 1,
        entry: entries.concat(),
        edits: Vec::new(),
        samples: 500,
        per_chunk: 500,
        sizes: words(&[bytes, 500]),
        offsets: vec![24],
    };
    let mut movie = made.movie();
    let table = movie.windows(4).position(|kind| kind == b"stsc").unwrap();
    movie[table + 20..table + 24].copy_from_slice(&used.to_be_bytes());
    [&boxed(b"ftyp", b"isom\0\0\0\0")[..], &boxed(b"mdat", media), &movie].concat()
}

#[test]
fn isos_pcm_is_read_in_either_order_and_width() {
    let value = |n: i32| (n * 8_500_000) << 1;
    for (kind, bits) in [(b"ipcm", 16u8), (b"ipcm", 24), (b"ipcm", 32), (b"fpcm", 32), (b"fpcm", 64)] {
        for is_little in [true, false] {
            let bytes = usize::from(bits) / 8;
            let coded = |n: i32| {
                let real = f64::from(value(n)) / f64::from(1u32 << 31);
                let mut big = match (kind, bits) {
                    (b"fpcm", 32) => (real as f32).to_be_bytes().to_vec(),
                    (b"fpcm", _) => real.to_be_bytes().to_vec(),
                    _ => value(n).to_be_bytes()[..bytes].to_vec(),
                };
                if is_little {
                    big.reverse();
                }
                big
            };
            let heard = |n: i32| {
                let kept = if kind == b"ipcm" { value(n) >> (32 - bits) << (32 - bits) } else { value(n) };
                (f64::from(kept) / f64::from(1u32 << 31)) as f32
            };
            let config = boxed(b"pcmC", &[0, 0, 0, 0, u8::from(is_little), bits]);
            let media: Vec<u8> = (-250..250).flat_map(|n: i32| coded(n / 2)).collect();
            let file = of_entries(&[entry(kind, 16, &config)], 1, bytes as u32, &media);
            let found = inspect(file.clone()).unwrap();
            assert_eq!((found.frames, found.warning), (500, None));
            let expected: Vec<f32> = (-250..250).map(|n: i32| heard(n / 2)).collect();
            assert!(play(source(file)) == [expected], "{kind:?} of {bits} bits, {is_little}");
        }
    }
}

#[test]
fn of_two_sample_entries_the_one_that_is_used_is_heard() {
    let media: Vec<u8> = (0..500).flat_map(|n: i16| (60 * n).to_le_bytes()).collect();
    let (little, big) = (entry(b"sowt", 16, &[]), entry(b"twos", 16, &[]));
    let other = entry(b"ac-3", 16, &boxed(b"dac3", &[0; 3]));
    for (entries, used) in [
        ([little.clone(), big.clone()], 1),
        ([big.clone(), little.clone()], 2),
        ([other.clone(), little.clone()], 2),
        ([little, other], 1),
    ] {
        let file = of_entries(&entries, used, 2, &media);
        let path = scratch("mp4-entries").join("two.mov");
        fs::write(&path, &file).unwrap();
        assert_eq!(inspect(file.clone()).unwrap().warning, None);
        let expected: Vec<f32> = (0..500).map(|n| f32::from(60 * n as i16) / 32_768.0).collect();
        assert!(play(source(file)) == [expected], "{used}");
    }
    let file = of_entries(&[big.clone(), entry(b"twos", 16, &[])], 2, 2, &media);
    let path = scratch("mp4-entries").join("alike.mov");
    fs::write(&path, &file).unwrap();
    assert!(play(source(file)) == by_ffmpeg(&path, 1));
}
