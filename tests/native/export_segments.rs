//! The file does not depend on which worker makes its segments, and a seam between two is as good as any other place.
//!
//! `SEAM_MINUTES=30 cargo test --test native export_segments -- --nocapture` compares more seams than a test can.

use std::f64::consts::TAU;
use std::fs;
use std::path::Path;
use std::process::Command;

use secuencia::aac::{EncoderConfig, FRAME_LENGTH};
use secuencia::export::{Alone, ExportError, ExportOptions, Grid, OnUnreadableClip};
use secuencia::mix::LoudnessTarget;
use secuencia::progress::Phase;
use secuencia::timeline::{AudioLayout, RationalTime, SampleRate};

use crate::support::export::{Exported, Library, TestHost, WavFormat, clip, ffmpeg_decode, sampled, scratch, wav};
use crate::support::helpers::{Fate, Fates, LateHelpers, TestHelpers};
use crate::support::media::bytes;
use crate::support::mutate::Dice;
use crate::support::whole::encode_whole;

const RATE: SampleRate = SampleRate::HZ_44100;

/// Returns a library with three segments: a swelling tone that crosses seams, at another rate than the output's, and a
/// clip with damaged packets on a seam.
fn library() -> Library {
    let mut library = Library::default();
    let long = library.add(
        "long.wav",
        wav(
            48_000,
            2,
            WavFormat::Int(16),
            &sampled(48_000, 48_000 * 25, |t| 0.9 * (TAU * (220.0 + 40.0 * t) * t).sin() * (TAU * 0.3 * t).sin()),
        ),
    );
    let broken = library.add("broken.mp3", broken());
    let seconds = RationalTime::from_seconds;
    let clips = vec![
        clip("a", &long, RationalTime::ZERO),
        clip("b", &broken, seconds(14.5).unwrap()),
        clip("c", &long, seconds(20.123).unwrap()),
    ];
    library.put_timeline(AudioLayout::Stereo, RATE, clips);
    library
}

/// Returns a quarter of a second of MP3 with damaged packets in its middle.
fn broken() -> Vec<u8> {
    let mut broken = bytes("lame-cbr-44100-stereo.mp3");
    let middle = broken.len() / 2;
    broken[middle..middle + 900].fill(0x55);
    broken
}

#[test]
fn the_file_and_the_report_are_the_same_whoever_helps() {
    let mut library = library();
    for loudness in [None, Some(LoudnessTarget::Integrated(-14.0))] {
        library.options = ExportOptions { loudness, ..ExportOptions::default() };
        let alone = library.export_with(&Alone, &TestHost::default()).unwrap();
        let cases: [(u64, Fates); 4] = [
            (1, |_| Fate::Made),
            (7, |_| Fate::Made),
            (2, |number| if number % 2 == 0 { Fate::Refused } else { Fate::Made }),
            (2, |number| if number == 1 { Fate::Lost } else { Fate::Made }),
        ];
        for (count, fate) in cases {
            let helpers = TestHelpers::new(&library.store, count, fate);
            let host = TestHost::default();
            let helped = library.export_with(&helpers, &host).unwrap();
            assert_eq!(helped.report, alone.report);
            assert!(helped.file == alone.file, "{count} helpers make another file");
            assert!(helpers.made.get() > 0, "{count} helpers have helped");
            let reports = host.reports.borrow();
            assert!(reports.is_sorted_by_key(|report| report.completed));
            assert_eq!(reports.last().unwrap().phase, Phase::Done);
        }
    }
}

/// Returns a random job: one to three clips of up to half a minute in all, with plosives over a tone. The plosives
/// make the limiter work at any target, so that the mix is measured several times.
fn random_job(dice: &mut Dice) -> Library {
    let mut library = Library::default();
    let mut clips = Vec::new();
    for number in 0..=dice.below(3) {
        let (hz, rate) = (100.0 + dice.below(900) as f64, [44_100, 48_000, 22_050][dice.below(3)]);
        let (seconds, every) = (4 + dice.below(6), 0.2 + dice.below(10) as f64 / 10.0);
        let signal = |t: f64| {
            let since = t % every;
            let plosive: f64 = (1..20).map(|n| (TAU * 177.0 * f64::from(n) * since).sin()).sum();
            0.1 * (TAU * hz * t).sin() + 0.2 * plosive * (-since * 300.0).exp()
        };
        let content = wav(rate, 1, WavFormat::Float, &sampled(rate, rate as usize * seconds, signal));
        let asset = library.add(&format!("{number}.wav"), content);
        clips.push(clip(&number.to_string(), &asset, RationalTime::new(dice.below(8_000) as i64, 1_000)));
    }
    let rate = [SampleRate::HZ_44100, SampleRate::HZ_48000][dice.below(2)];
    library.put_timeline(AudioLayout::Mono, rate, clips);
    let loudness = Some(LoudnessTarget::Integrated(-20.0 + dice.below(8) as f64));
    library.options = ExportOptions { loudness, bit_rate: 64_000, afterburner: false, ..ExportOptions::default() };
    library
}

#[test]
fn a_helper_that_is_late_changes_nothing_however_late_it_is() {
    let mut late = 0;
    for seed in 0..5 {
        let library = random_job(&mut Dice(seed));
        let alone = library.export_with(&Alone, &TestHost::default()).unwrap();
        for (count, seed) in [(1, seed), (3, seed + 100), (4, seed + 200)] {
            let helpers = LateHelpers::new(&library.store, count, seed);
            let helped = library.export_with(&helpers, &TestHost::default()).unwrap();
            assert_eq!(helped.report, alone.report, "seed {seed}");
            assert!(helped.file == alone.file, "seed {seed}: {count} helpers make another file");
            late += helpers.late.get();
        }
    }
    println!("{late} deliveries were of an earlier pass");
    assert!(late > 8, "{late} deliveries were late: nothing was tried");
}

#[test]
fn who_has_loaded_another_mix_than_was_planned_does_not_help() {
    let (library, mut changed) = (library(), library());
    let asset = changed.add("long.wav", wav(44_100, 1, WavFormat::Int(16), &[0.5; 44_100]));
    let mut louder = clip("a", &asset, RationalTime::ZERO);
    louder.volume_db = 1.0;
    changed.put_timeline(AudioLayout::Stereo, RATE, vec![louder]);
    let helpers = TestHelpers::new(&changed.store, 2, |_| Fate::Made);
    let exported = library.export_with(&helpers, &TestHost::default()).unwrap();
    assert_eq!(helpers.made.get(), 0);
    assert!(exported.file == library.export_with(&Alone, &TestHost::default()).unwrap().file);
}

#[test]
fn damage_that_two_segments_meet_counts_once() {
    let mut library = library();
    let broken = library.add("broken.mp3", broken());
    let mut export = |seconds| {
        let offset = RationalTime::from_seconds(seconds).unwrap();
        library.export(AudioLayout::Stereo, RATE, vec![clip("b", &broken, offset)]).report.warnings
    };
    // The second segment starts at 14.86 s, and the first one reads on up to 14.95 s.
    let (alone, on_a_seam) = (export(0.0), export(14.78));
    assert_eq!(alone[0].damage.bad_stretches(), 1);
    assert_eq!(on_a_seam, alone);
}

#[test]
fn a_clip_that_cannot_be_used_is_to_blame_or_is_silent_whoever_helps() {
    let mut library = library();
    let claim = library.add("fine.wav", wav(44_100, 1, WavFormat::Int(16), &[0.5; 44_100]));
    library.add_unseen("liar", claim.clone(), b"not audio at all".to_vec());
    let mut liar = clip("liar", &claim, RationalTime::from_seconds(31.0).unwrap());
    liar.asset_id = "liar".into();
    let fine = clip("fine", &claim, RationalTime::from_seconds(70.0).unwrap());
    library.put_timeline(AudioLayout::Mono, RATE, vec![liar, fine]);
    let stopped = |exported: Result<Exported, ExportError>| match exported {
        Err(ExportError::Unreadable { first, others }) => (first, others),
        other => panic!("it goes on: {:?}", other.map(|exported| exported.report)),
    };
    let blamed = stopped(library.export_with(&Alone, &TestHost::default()));
    assert_eq!(blamed.0.clip.clip_id, "liar");
    let helpers = TestHelpers::new(&library.store, 3, |_| Fate::Made);
    assert_eq!(stopped(library.export_with(&helpers, &TestHost::default())), blamed);

    library.options.on_unreadable_clip = OnUnreadableClip::Silence;
    let alone = library.export_with(&Alone, &TestHost::default()).unwrap();
    let helpers = TestHelpers::new(&library.store, 3, |_| Fate::Made);
    let helped = library.export_with(&helpers, &TestHost::default()).unwrap();
    assert_eq!(helped.report, alone.report);
    assert!(helped.file == alone.file);
    assert_eq!(alone.report.unreadable.len(), 1);
    assert!(helpers.forgotten.get() > 0, "it was begun as if the clip could be used");
    assert!(helpers.made.get() > 0, "and helped when that was mended");
}

/// Each packet's error against the source, in dB, separated by whether a seam is near.
struct Errors {
    seams: Vec<f64>,
    elsewhere: Vec<f64>,
}

#[test]
fn a_seam_is_as_good_as_any_other_place() {
    let minutes: f64 = std::env::var("SEAM_MINUTES").map_or(1.0, |minutes| minutes.parse().unwrap());
    for name in ["speech", "music"] {
        let source = source(name, minutes * 60.0);
        for bit_rate in [64_000, 128_000] {
            let Errors { mut seams, mut elsewhere } = compare(&source, bit_rate);
            seams.sort_by(f64::total_cmp);
            elsewhere.sort_by(f64::total_cmp);
            let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
            println!(
                "{name}, {bit_rate}: error against the whole encode's, mean and worst: {} seams {:+.2} {:+.2} dB, \
                 elsewhere {:+.2} {:+.2} dB",
                seams.len(),
                mean(&seams),
                seams.last().unwrap(),
                mean(&elsewhere),
                elsewhere.last().unwrap(),
            );
            assert!(mean(&seams) < mean(&elsewhere) + 0.5);
            assert!(seams.last().unwrap() < &(elsewhere.last().unwrap() + 1.0));
        }
    }
}

/// Compares the error of the export in segments with that of one encoder for the whole file, both against the source.
fn compare(source: &[u8], bit_rate: u32) -> Errors {
    let options = ExportOptions { bit_rate, ceiling_db: None, ..ExportOptions::default() };
    let mut library = Library { options, ..Library::default() };
    let asset = library.add("source.wav", source.to_vec());
    let exported = library.export(AudioLayout::Stereo, RATE, vec![clip("c", &asset, RationalTime::ZERO)]);
    let samples: Vec<i16> = hound::WavReader::new(source).unwrap().samples::<i16>().map(Result::unwrap).collect();
    let [in_segments, whole] = [exported.decoded(), whole(&samples, bit_rate)].map(|planes| errors(&samples, &planes));
    let grid = Grid::new(whole.len() as u64);
    let seams: Vec<usize> = (1..grid.segments()).map(|number| grid.segment(number).start as usize).collect();
    let mut errors = Errors { seams: Vec::new(), elsewhere: Vec::new() };
    for (packet, (ours, theirs)) in in_segments.iter().zip(&whole).enumerate() {
        // Without an error to speak of, as in silence, the ratio is meaningless.
        if theirs.min(*ours) < 1e-7 {
            continue;
        }
        // A seam affects the two or three packets around it, slightly later because of the encoder's delay.
        let is_seam = seams.iter().any(|&seam| (seam..seam + 9).contains(&(packet + 4)));
        let kind = if is_seam { &mut errors.seams } else { &mut errors.elsewhere };
        kind.push(10.0 * (ours / theirs).log10());
    }
    errors
}

/// Returns each packet's mean squared error against the source.
fn errors(samples: &[i16], planes: &[Vec<f32>]) -> Vec<f64> {
    let frames = samples.len() / 2;
    assert_eq!(planes[0].len(), frames);
    let square = |frame: usize, channel: usize| {
        let there = f64::from(samples[2 * frame + channel]) / 32_768.0;
        (f64::from(planes[channel][frame]) - there).powi(2)
    };
    let stretches = (0..frames / FRAME_LENGTH).map(|packet| packet * FRAME_LENGTH..(packet + 1) * FRAME_LENGTH);
    stretches
        .map(|stretch| stretch.map(|frame| square(frame, 0) + square(frame, 1)).sum::<f64>() / FRAME_LENGTH as f64)
        .collect()
}

/// Encodes the whole with one encoder, and decodes it.
fn whole(samples: &[i16], bit_rate: u32) -> Vec<Vec<f32>> {
    let path = scratch("whole").join("whole.m4a");
    let (file, _) = encode_whole(samples, &EncoderConfig { bit_rate, ..EncoderConfig::default() }).unwrap();
    fs::write(&path, file).unwrap();
    ffmpeg_decode(&path, 2)
}

/// Returns this many seconds of the sample project's lines, or of its music and lines, as a WAV file.
fn source(name: &str, seconds: f64) -> Vec<u8> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/sample");
    let lines = ["01-odette.mp3", "02-pip.wav", "04-bram.flac", "06-odette.mp3", "09-pip.wav", "10-bram.flac"];
    let files: Vec<_> = if name == "speech" { lines.to_vec() } else { [&lines[..], &["music.m4a"]].concat() };
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-y"]);
    for file in &files {
        ffmpeg.arg("-i").arg(sample.join(file));
    }
    let formats = (0..files.len()).map(|n| format!("[{n}]aformat=sample_rates=44100:channel_layouts=stereo[s{n}];"));
    let joined = "[s0][s1][s2][s3][s4][s5]concat=n=6:v=0:a=1,aloop=-1:2e9";
    let mixed = match name {
        "speech" => joined.into(),
        _ => format!("{joined},volume=-12dB[low];[s6]aloop=-1:2e9[music];[music][low]amix=normalize=0,volume=6dB"),
    };
    let graph = formats.collect::<String>() + &mixed;
    let path = scratch("material").join("material.wav");
    let status = ffmpeg
        .args(["-filter_complex", &graph])
        .args(["-t", &seconds.to_string(), "-c:a", "pcm_s16le"])
        .arg(&path)
        .status()
        .expect("ffmpeg runs; `make test` installs it");
    assert!(status.success());
    fs::read(path).unwrap()
}
