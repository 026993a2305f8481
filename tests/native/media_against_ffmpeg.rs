//! A file is decoded as ffmpeg decodes it, in every channel. Each channel has its own signal.

use std::path::Path;
use std::process::Command;

use secuencia::media::{ClipReader, Content, Inspector, MediaError, Speaker};
use secuencia::timeline::SampleRate;

use crate::support::media::{drain, ffmpeg, source};

/// ffmpeg's names for the usual layouts of one to eight channels.
const LAYOUTS: [&str; 8] = ["mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1"];

/// Makes a file with ffmpeg: a tone in each channel, each with its own pitch and loudness.
fn tones(folder: &Path, name: &str, channels: usize, rate: u32, seconds: f64, options: &[&str]) -> Vec<u8> {
    let tone = |channel: usize| format!("{}*sin(2*PI*{}*t)", 0.3 - 0.03 * channel as f64, 80 + 170 * channel);
    let tones = (0..channels).map(tone).collect::<Vec<_>>().join("|");
    let sound = format!("aevalsrc='{tones}':d={seconds}:s={rate}:c={}", LAYOUTS[channels - 1]);
    let out = folder.join(name);
    ffmpeg(&[&["-y", "-f", "lavfi", "-i", sound.as_str()], options].concat(), &out);
    std::fs::read(out).unwrap()
}

/// Decodes a file with ffmpeg.
fn by_ffmpeg(file: &Path, channels: usize) -> Vec<Vec<f32>> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-i", file.to_str().unwrap(), "-map", "0:a:0", "-f", "f32le", "-"])
        .output()
        .unwrap();
    let samples: Vec<f32> = output.stdout.as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
    (0..channels).map(|channel| samples.iter().skip(channel).step_by(channels).copied().collect()).collect()
}

/// Returns the largest difference of any channel in decibels of full scale, over the common length.
fn deviation(ours: &[Vec<f32>], theirs: &[Vec<f32>]) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    let difference = |(ours, theirs): (&Vec<f32>, &Vec<f32>)| {
        let sum: f64 = ours.iter().zip(theirs).map(|(a, b)| f64::from(a - b).powi(2)).sum();
        (sum / ours.len().min(theirs.len()) as f64).sqrt()
    };
    20.0 * ours.iter().zip(theirs).map(difference).fold(1e-12, f64::max).log10()
}

/// Decodes a file with our reader, at its own sample rate.
fn read(bytes: Vec<u8>) -> (Vec<Vec<f32>>, Vec<Speaker>, SampleRate) {
    let rate = Inspector::open(source(bytes.clone()), "").unwrap().finish().unwrap().sample_rate;
    let mut reader = ClipReader::open(Content::new(source(bytes), ""), 0, rate).unwrap();
    let planes = drain(&mut reader);
    (planes, reader.layout().speakers().to_vec(), rate)
}

fn assert_as_ffmpeg(folder: &Path, name: &str, channels: usize, rate: u32, options: &[&str], most: f64) {
    let bytes = tones(folder, name, channels, rate, 0.7, options);
    let (ours, speakers, _) = read(bytes);
    let theirs = by_ffmpeg(&folder.join(name), channels);
    let deviation = deviation(&ours, &theirs);
    println!("{name}: {} and {} frames, {deviation:.1} dB", ours[0].len(), theirs[0].len());
    assert!(deviation <= most, "{name}: {deviation:.1} dB");
    assert!(ours[0].len().abs_diff(theirs[0].len()) <= 1024, "{name}: {} {}", ours[0].len(), theirs[0].len());
    // A single channel is mono, whatever position the file declares.
    assert!(channels == 1 || speakers == speakers_of(channels), "{name}: {speakers:?}");
}

/// Returns the positions of the layout in [`LAYOUTS`].
fn speakers_of(channels: usize) -> Vec<Speaker> {
    use Speaker::{BackCentre, BackLeft, BackRight, FrontCentre, FrontLeft, FrontRight, Lfe, SideLeft, SideRight};
    let all = [FrontLeft, FrontRight, FrontCentre, Lfe, BackLeft, BackRight, BackCentre, SideLeft, SideRight];
    let heard: &[usize] = match channels {
        1 => &[2],
        2 => &[0, 1],
        3 => &[0, 1, 2],
        4 => &[0, 1, 4, 5],
        5 => &[0, 1, 2, 4, 5],
        6 => &[0, 1, 2, 3, 4, 5],
        7 => &[0, 1, 2, 3, 6, 7, 8],
        _ => &[0, 1, 2, 3, 4, 5, 7, 8],
    };
    heard.iter().map(|&index| all[index]).collect()
}

/// Reads a small file that was once decoded incorrectly.
fn case(name: &str) -> Vec<u8> {
    std::fs::read([env!("CARGO_MANIFEST_DIR"), "tests/data/cases", name].iter().collect::<std::path::PathBuf>())
        .unwrap()
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("secuencia-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn vorbis_of_any_number_of_channels_is_heard_in_each_as_it_was_coded() {
    let folder = folder("vorbis");
    for channels in 1..=8 {
        for (rate, kind) in [(16_000, "ogg"), (44_100, "ogg"), (48_000, "webm")] {
            let name = format!("vorbis-{channels}-{rate}.{kind}");
            assert_as_ffmpeg(&folder, &name, channels, rate, &["-c:a", "libvorbis", "-q:a", "4"], -90.0);
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn opus_of_any_number_of_channels_is_heard_in_each_as_it_was_coded() {
    let folder = folder("opus");
    for channels in 1..=8 {
        for kind in ["opus", "webm"] {
            let name = format!("opus-{channels}.{kind}");
            let options = ["-c:a", "libopus", "-mapping_family", if channels > 2 { "1" } else { "0" }];
            assert_as_ffmpeg(&folder, &name, channels, 48_000, &options, -90.0);
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn opus_in_webm_is_timed_at_its_own_rate_whatever_rate_the_file_gives() {
    let found = |name: &str| Inspector::open(source(case(name)), "").unwrap().finish().unwrap();
    let whole = found("webm-opus-input-rate/16000.webm");
    assert_eq!((whole.frames, whole.sample_rate, whole.warning), (960_000, SampleRate::HZ_48000, None));
    let holed = found("webm-opus-input-rate/24000-hole.webm");
    assert_eq!((holed.frames, holed.sample_rate), (960_000, SampleRate::HZ_48000));
    assert_eq!(holed.warning.unwrap(), "One damaged stretch was replaced by silence.");
}

/// Returns ffmpeg's options for a codec.
fn codec(name: &str) -> Vec<&str> {
    [&["-c:a", name][..], if name.starts_with("dca") { &["-strict", "-2"] } else { &[] }].concat()
}

#[test]
fn matroska_holds_any_codec_and_lossless_ones_to_the_bit() {
    let folder = folder("matroska");
    for name in
        ["pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_u8", "pcm_s16be", "pcm_s24be", "pcm_f32le", "pcm_f64le", "flac"]
    {
        for (channels, rate) in [(1, 8000), (6, 48_000)] {
            let name_of_file = format!("{name}-{channels}.mkv");
            let bytes = tones(&folder, &name_of_file, channels, rate, 0.7, &codec(name));
            let (ours, _, found) = read(bytes);
            let theirs = by_ffmpeg(&folder.join(&name_of_file), channels);
            assert!(ours == theirs, "{name_of_file}: {:.1} dB", deviation(&ours, &theirs));
            assert_eq!(found.hz(), rate, "{name_of_file}");
        }
    }
    for name in ["alac", "pcm_alaw", "pcm_mulaw", "aac", "libmp3lame"] {
        for (channels, rate) in [(1, 22_050), (2, 44_100)] {
            let name_of_file = format!("{name}-{channels}.mkv");
            let bytes = tones(&folder, &name_of_file, channels, rate, 0.7, &codec(name));
            let (ours, _, _) = read(bytes);
            let theirs = by_ffmpeg(&folder.join(&name_of_file), channels);
            println!("{name_of_file}: {} and {}, {:.1} dB", ours[0].len(), theirs[0].len(), deviation(&ours, &theirs));
            assert!(deviation(&ours, &theirs) < -60.0, "{name_of_file}: {:.1} dB", deviation(&ours, &theirs));
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_matroska_and_ogg_hold_and_cannot_be_decoded_is_refused_by_its_name() {
    let folder = folder("refused");
    for (kind, name, called) in [
        ("mkv", "ac3", "AC-3"),
        ("mkv", "eac3", "E-AC-3"),
        ("mkv", "dca", "DTS"),
        ("mkv", "mp2", "MPEG layer II"),
        ("mkv", "tta", "True Audio"),
        ("mkv", "wavpack", "WavPack"),
        ("mkv", "adpcm_ms", "ADPCM"),
        ("ogg", "libspeex", "Speex"),
    ] {
        let rate = if name == "libspeex" { 16_000 } else { 48_000 };
        let bytes = tones(&folder, &format!("{name}.{kind}"), 1, rate, 0.3, &codec(name));
        let error = Inspector::open(source(bytes), "").map(|_| ()).unwrap_err();
        assert_eq!(error, MediaError::Unsupported(called), "{name}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn flac_is_read_to_the_bit_in_its_own_file_and_in_ogg() {
    let folder = folder("flac");
    for (channels, rate) in
        [(1, 8000), (2, 44_100), (3, 48_000), (4, 32_000), (5, 96_000), (6, 192_000), (7, 48_000), (8, 44_100)]
    {
        for (kind, format) in [("flac", "s16"), ("oga", "s32")] {
            let name = format!("{channels}-{format}.{kind}");
            let options = ["-c:a", "flac", "-sample_fmt", format];
            let (ours, speakers, found) = read(tones(&folder, &name, channels, rate, 0.7, &options));
            assert!(ours == by_ffmpeg(&folder.join(&name), channels), "{name}");
            assert_eq!((found.hz(), &speakers), (rate, &speakers_of(channels)), "{name}");
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}
