//! The cost of starting within a long file hardly depends on the place.
//!
//! Files of two minutes show it. The table in `docs/formats.md` is for files of hours, which take minutes to make:
//!
//!     SEEK_MINUTES=60 cargo test --test native media_seek_cost -- --nocapture

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use secuencia::media::{ClipReader, Content, Inspector, packets_decoded};
use secuencia::store::ByteSource;

use crate::support::export::scratch;
use crate::support::matrix::{Length, each, one_each};
use crate::support::media::{container_options, ffmpeg};
use crate::support::sources::Counted;

/// The formats, and ffmpeg's options for each.
const FORMATS: [(&str, &str, &[&str]); 10] = [
    ("MP3, variable rate", "vbr.mp3", &["-q:a", "4"]),
    ("AAC in M4A", "aac.m4a", &["-b:a", "64k"]),
    (
        "AAC in fragmented MP4",
        "fragmented.mp4",
        &["-b:a", "64k", "-movflags", "frag_keyframe+empty_moov", "-frag_duration", "1000000"],
    ),
    ("AAC in ADTS", "adts.aac", &["-b:a", "64k"]),
    ("AAC in LATM", "loas.latm", &["-b:a", "64k"]),
    ("FLAC", "flac.flac", &[]),
    ("Opus in Ogg", "opus.opus", &["-c:a", "libopus", "-b:a", "64k", "-application", "lowdelay"]),
    (
        "Opus in WebM, streamed",
        "opus.webm",
        &["-c:a", "libopus", "-b:a", "64k", "-application", "lowdelay", "-live", "1"],
    ),
    ("Vorbis in Ogg", "vorbis.ogg", &["-c:a", "libvorbis", "-q:a", "2"]),
    ("PCM in WAV", "pcm.wav", &[]),
];

/// A file on disk.
struct OnDisk(File);

impl ByteSource for OnDisk {
    fn len(&self) -> u64 {
        self.0.metadata().unwrap().len()
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        while count < buffer.len() {
            match self.0.read_at(&mut buffer[count..], position + count as u64)? {
                0 => break,
                more => count += more,
            }
        }
        Ok(count)
    }
}

fn open(path: &Path) -> Arc<Counted<OnDisk>> {
    Counted::new(OnDisk(File::open(path).unwrap()))
}

/// Encodes a minute, and repeats its packets to this many minutes.
fn make(minutes: u32, options: &[&str], out: &Path) {
    let piece = scratch("piece").join(out.file_name().unwrap());
    let tones = "aevalsrc='0.3*sin(2*PI*300*t)*sin(3*t)+0.05*random(0)|0.3*sin(2*PI*(500+20*sin(t))*t)':s=44100:d=60";
    ffmpeg(&[&["-f", "lavfi", "-i", tones], options].concat(), &piece);
    // Encodes anew: FLAC's frames are numbered, and joining M4A makes overlapping packets differ in length.
    let codec = match out.extension().and_then(|extension| extension.to_str()) {
        Some("flac") => "flac",
        Some("m4a") => "aac",
        _ => "copy",
    };
    let more = (minutes - 1).to_string();
    let looped = ["-stream_loop", &more, "-i", piece.to_str().unwrap(), "-c", codec];
    ffmpeg(&[&looped, container_options(options)].concat(), out);
}

#[test]
fn starting_at_the_end_of_a_long_file_costs_about_what_starting_at_its_beginning_does() {
    let minutes = std::env::var("SEEK_MINUTES").map_or(2, |minutes| minutes.parse().unwrap());
    println!("| format | bytes | index | at 1 % | at 50 % | at 99 % |\n| --- | --- | --- | --- | --- | --- |");
    for (format, name, options) in FORMATS {
        let path = scratch("long").join(name);
        make(minutes, options, &path);
        let found = Inspector::open(open(&path), name).unwrap().finish().unwrap();
        let index: Arc<[u8]> = found.seek_index.into();
        assert!(index.len() < 30_000);
        let costs = [1, 50, 99].map(|percent| {
            let source = open(&path);
            let content = Content { seek_index: index.clone(), ..Content::new(source.clone(), name) };
            let started = Instant::now();
            let mut reader = ClipReader::open(content, found.frames / 100 * percent, found.sample_rate).unwrap();
            let mut second = vec![vec![0.0; found.sample_rate.hz() as usize]; reader.layout().channels()];
            let mut planes: Vec<&mut [f32]> = second.iter_mut().map(Vec::as_mut_slice).collect();
            reader.read(0, &mut planes).unwrap();
            (source.count(), started.elapsed())
        });
        let cells = costs.map(|(bytes, time)| format!("{} KB, {:.0} ms", bytes / 1000, time.as_secs_f64() * 1000.0));
        println!("| {format} | {} MB | {} B | {} |", open(&path).len() / 1_000_000, index.len(), cells.join(" | "));
        assert!(costs[2].0 < costs[0].0 + 500_000, "{format}: {costs:?}");
    }
}

/// The maximum numbers of reads, bytes and packets for a seek, around a tenth and around nine tenths.
struct Cost {
    name: String,
    early: [u64; 3],
    late: [u64; 3],
}

/// Measures the cost of a seek in a file of a minute, including a tenth of a second of reading. A place's distance
/// from the last decoder renewal is chance, so this is the maximum of several places.
fn cost(path: &Path) -> Result<Cost, String> {
    let name = path.file_name().unwrap().to_str().unwrap();
    let named = |error: secuencia::media::MediaError| format!("{name}: {error}");
    let found = Inspector::open(open(path), name).and_then(Inspector::finish).map_err(named)?;
    let index: Arc<[u8]> = found.seek_index.into();
    let enter = |percent: u64| -> Result<[u64; 3], String> {
        let source = open(path);
        let before = packets_decoded();
        let content = Content { seek_index: index.clone(), ..Content::new(source.clone(), name) };
        let mut reader = ClipReader::open(content, found.frames * percent / 100, found.sample_rate).map_err(named)?;
        let mut piece = vec![vec![0.0; found.sample_rate.hz() as usize / 10]; reader.layout().channels()];
        let mut planes: Vec<&mut [f32]> = piece.iter_mut().map(Vec::as_mut_slice).collect();
        reader.read(0, &mut planes).map_err(named)?;
        Ok([source.reads(), source.count(), packets_decoded() - before])
    };
    let most = |places: [u64; 5]| -> Result<[u64; 3], String> {
        let costs = places.into_iter().map(enter).collect::<Result<Vec<_>, _>>()?;
        Ok([0, 1, 2].map(|kind| costs.iter().map(|cost| cost[kind]).max().unwrap_or_default()))
    };
    Ok(Cost { name: name.into(), early: most([2, 6, 10, 14, 18])?, late: most([82, 86, 90, 94, 98])? })
}

/// Makes files of kinds that have their own way to seek.
fn odd_ones() -> Vec<std::path::PathBuf> {
    let folder = scratch("odd");
    let film = ["-f", "lavfi", "-i", "color=s=32x32:r=10:d=5", "-f", "lavfi", "-i", "sine=d=60:r=22050"];
    let make = |name: &str, input: &[&str], options: &[&str]| {
        let path = folder.join(name);
        ffmpeg(&[input, options].concat(), &path);
        path
    };
    let sine = &film[4..];
    let length_unknown = folder.join("length-unknown.flac");
    let whole = std::fs::read(make("whole.flac", sine, &["-c:a", "flac"])).unwrap();
    std::fs::write(&length_unknown, without_length(whole)).unwrap();
    vec![
        make("film.mp4", &film, &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"]),
        make("film.mov", &film, &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le"]),
        make("film.webm", &film, &["-c:v", "libvpx", "-c:a", "libopus"]),
        make("film.mkv", &film, &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "flac"]),
        length_unknown,
    ]
}

/// Removes the length from STREAMINFO (RFC 9639, 8.2), as when an encoder writes to a pipe.
fn without_length(mut flac: Vec<u8>) -> Vec<u8> {
    flac[21] &= 0xf0;
    flac[22..26].fill(0);
    flac
}

#[test]
fn entering_at_nine_tenths_reads_and_decodes_no_more_than_three_times_what_entering_at_a_tenth_does() {
    let mut costs = each(&one_each(Length::Long), |cell| cost(&cell.path));
    costs.extend(odd_ones().iter().map(|path| cost(path)));
    let mut failures = Vec::new();
    println!("| file | reads | bytes | packets |\n| --- | --- | --- | --- |");
    for cost in costs {
        match cost {
            Ok(Cost { name, early, late }) => {
                let cells: Vec<String> =
                    early.iter().zip(late).map(|(early, late)| format!("{early} → {late}")).collect();
                println!("| {name} | {} |", cells.join(" | "));
                if early.iter().zip(late).any(|(early, late)| late > 3 * early) {
                    failures.push(format!("{name}: reads, bytes, packets {}", cells.join(", ")));
                }
            }
            Err(error) => failures.push(error),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
