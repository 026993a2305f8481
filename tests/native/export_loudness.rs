//! The reported loudness is what ffmpeg's meter finds in the decoded file, and a target is met.

use std::f64::consts::TAU;
use std::fs;
use std::process::Command;

use secuencia::mix::LoudnessTarget;
use secuencia::progress::Phase;
use secuencia::timeline::{AudioLayout, RationalTime, SampleRate};

use crate::support::export::{Exported, Library, TestHost, WavFormat, clip, sampled, scratch, wav};

/// The results of ffmpeg's `ebur128` and `astats` for a file, in LUFS, LU, dBTP and dB.
#[derive(Debug)]
struct Measured {
    integrated: f64,
    range: f64,
    true_peak: f64,
    rms: f64,
}

fn measure(exported: &Exported) -> Measured {
    let path = scratch("loudness").join("export.m4a");
    fs::write(&path, &exported.file).unwrap();
    let output = Command::new("ffmpeg")
        .args(["-hide_banner", "-nostats", "-i"])
        .arg(path)
        .args(["-af", "ebur128=peak=true,astats=measure_perchannel=none", "-f", "null", "-"])
        .output()
        .expect("ffmpeg runs; `make test` installs it");
    let report = String::from_utf8(output.stderr).unwrap();
    let last = |label: &str| -> f64 {
        let value = report.lines().rev().find_map(|line| line.split_once(label)).expect(label).1;
        value.split_whitespace().next().unwrap().parse().unwrap()
    };
    Measured { integrated: last(" I: "), range: last(" LRA: "), true_peak: last(" Peak: "), rms: last("RMS level dB:") }
}

/// Returns a signal like speech: syllables with plosives, in phrases of uneven level. `peaks` scales the plosives.
fn speech(peaks: f64) -> impl Fn(f64) -> f64 {
    move |t| {
        let phrase = [0.9, 0.35, 0.6, 0.2][(t / 2.5) as usize % 4];
        let syllable = (TAU * 2.3 * t).sin().max(0.0).powi(2);
        let voice: f64 = (1..12).map(|n| (TAU * 140.0 * f64::from(n) * t).sin() / f64::from(n)).sum();
        let since = t % 0.43;
        let plosive: f64 = (1..30).map(|n| (TAU * 177.0 * f64::from(n) * since).sin()).sum();
        phrase * (0.12 * syllable * voice + peaks * 0.05 * plosive * (-since * 300.0).exp())
    }
}

fn export(
    layout: AudioLayout,
    rate: SampleRate,
    peaks: f64,
    loudness: Option<LoudnessTarget>,
    ceiling_db: Option<f64>,
) -> Exported {
    let mut library = Library::default();
    library.options.loudness = loudness;
    library.options.ceiling_db = ceiling_db;
    let content = wav(44_100, 1, WavFormat::Float, &sampled(44_100, 25 * 44_100, speech(peaks)));
    let asset = library.add("speech.wav", content);
    library.export(layout, rate, vec![clip("c", &asset, RationalTime::ZERO)])
}

fn assert_near(what: &str, ours: f64, theirs: f64, tolerance: f64) {
    println!("{what}: {ours:.3}, ffmpeg {theirs:.3}");
    assert!((ours - theirs).abs() <= tolerance, "{what}: {ours}, and ffmpeg finds {theirs}");
}

/// The tolerance in LU. ffmpeg prints tenths, which adds half a tenth of rounding.
const LU: f64 = 0.1 + 0.05;

#[test]
fn what_is_reported_is_what_ffmpeg_finds_in_the_decoded_file() {
    for layout in [AudioLayout::Mono, AudioLayout::Stereo] {
        for rate in [SampleRate::HZ_44100, SampleRate::HZ_48000] {
            let exported = export(layout, rate, 0.3, None, Some(-1.0));
            let (found, ours) = (measure(&exported), exported.report.loudness);
            assert_near("integrated", ours.integrated_lufs.unwrap(), found.integrated, LU);
            assert_near("range", ours.range_lu, found.range, LU);
            assert_near("RMS", ours.rms_db.unwrap(), found.rms, 0.05);
            // The codec changes peaks a little.
            assert_near("true peak", ours.true_peak_db.unwrap(), found.true_peak, 0.3);
            assert_eq!(exported.report.gain_db, 0.0);
        }
    }
}

#[test]
fn targets_are_met_and_the_ceiling_is_kept_with_and_without_the_limiter_at_work() {
    let integrated = [-16.0, -19.0, -23.0].map(LoudnessTarget::Integrated);
    for target in [&integrated[..], &[LoudnessTarget::Rms(-20.0)]].concat() {
        for (peaks, ceiling) in [(0.1, -1.0), (2.0, -1.0), (2.0, -3.0)] {
            let exported = export(AudioLayout::Stereo, SampleRate::HZ_44100, peaks, Some(target), Some(ceiling));
            let (found, ours) = (measure(&exported), exported.report.loudness);
            println!("{target:?}, peaks {peaks}, ceiling {ceiling}: {ours:?} at {:.2} dB", exported.report.gain_db);
            match target {
                LoudnessTarget::Integrated(level) => assert_near("integrated", level, found.integrated, 0.2),
                LoudnessTarget::Rms(level) => assert_near("RMS", level, found.rms, 0.2),
            }
            assert_eq!(exported.report.is_target_reached, Some(true));
            let peak = ours.true_peak_db.unwrap();
            assert!(peak <= ceiling + 0.1, "the mix peaks at {peak} under {ceiling}");
        }
    }
}

#[test]
fn a_gain_alone_changes_nothing_but_the_level() {
    let plain = export(AudioLayout::Mono, SampleRate::HZ_44100, 0.1, None, None).report;
    let raised =
        export(AudioLayout::Mono, SampleRate::HZ_44100, 0.1, Some(LoudnessTarget::Integrated(-24.0)), None).report;
    let gain = -24.0 - plain.loudness.integrated_lufs.unwrap();
    assert!((raised.gain_db - gain).abs() < 1e-9);
    assert_eq!([plain.is_target_reached, raised.is_target_reached], [None, Some(true)]);
    let peak = plain.loudness.true_peak_db.unwrap() + gain;
    assert!((raised.loudness.true_peak_db.unwrap() - peak).abs() < 0.01);
    assert!((raised.loudness.range_lu - plain.loudness.range_lu).abs() <= 0.1);
}

/// Exports six seconds of a signal at a loudness target.
fn export_signal(signal: impl Fn(f64) -> f64, loudness: LoudnessTarget, ceiling_db: Option<f64>) -> Exported {
    let mut library = Library::default();
    (library.options.loudness, library.options.ceiling_db) = (Some(loudness), ceiling_db);
    let content = wav(44_100, 1, WavFormat::Float, &sampled(44_100, 6 * 44_100, signal));
    let asset = library.add("signal.wav", content);
    library.export(AudioLayout::Mono, SampleRate::HZ_44100, vec![clip("c", &asset, RationalTime::ZERO)])
}

#[test]
fn a_target_that_cannot_be_reached_is_said_not_to_be_and_no_gain_is_over_sixty_decibels() {
    let tone = |peak: f64| move |t: f64| peak * (TAU * 997.0 * t).sin();
    let clicks = |t: f64| if t % 0.5 < 1e-4 { 0.9 } else { 1e-4 * (TAU * 997.0 * t).sin() };
    let (loud, rms) = (LoudnessTarget::Integrated(0.0), LoudnessTarget::Rms(-3.0));
    let cases = [
        // The limiter would take back any further gain.
        ("a tone at the ceiling", export_signal(tone(0.891), loud, Some(-1.0))),
        ("a tone that is asked over it", export_signal(tone(0.1), loud, Some(-12.0))),
        ("speech that is asked over it", export(AudioLayout::Mono, SampleRate::HZ_44100, 2.0, Some(loud), Some(-20.0))),
        ("clicks", export_signal(clicks, rms, Some(-1.0))),
        // These are too quiet: a gain of sixty decibels is not enough.
        ("a whisper", export_signal(tone(1e-5), rms, Some(-1.0))),
        ("a whisper without a limiter", export_signal(tone(1e-5), rms, None)),
        ("a quiet tone", export_signal(tone(4e-4), loud, None)),
    ];
    for (name, exported) in cases {
        let report = &exported.report;
        println!("{name}: {:+.1} dB, {:?}", report.gain_db, report.loudness);
        assert_eq!(report.is_target_reached, Some(false), "{name}");
        assert!((0.0..=60.0).contains(&report.gain_db), "{name}: {} dB", report.gain_db);
        let peak = report.loudness.true_peak_db.unwrap();
        assert!(peak < 1.0, "{name} peaks at {peak}");
    }
}

#[test]
fn a_mix_under_the_meters_absolute_gate_in_part_still_meets_its_target() {
    // Half is at −66 LUFS, half at −74. The meter counts the second half only after the gain.
    let halves = |t: f64| if t % 2.0 < 1.0 { 5e-4 } else { 2e-4 } * (TAU * 997.0 * t).sin();
    let exported = export_signal(halves, LoudnessTarget::Integrated(-23.0), None);
    println!("{:?} at {:+.2} dB", exported.report.loudness, exported.report.gain_db);
    assert_eq!(exported.report.is_target_reached, Some(true));
}

#[test]
fn silence_stays_silent_whatever_the_target() {
    let mut library = Library::default();
    library.options.loudness = Some(LoudnessTarget::Integrated(-16.0));
    let asset = library.add("silence.wav", wav(44_100, 1, WavFormat::Int(16), &[0.0; 44_100]));
    let exported = library.export(AudioLayout::Mono, SampleRate::HZ_44100, vec![clip("c", &asset, RationalTime::ZERO)]);
    assert_eq!(exported.report.gain_db, 0.0);
    assert_eq!(exported.report.is_target_reached, Some(false));
    assert_eq!(exported.report.loudness.integrated_lufs, None);
    assert!(exported.decoded()[0].iter().all(|&sample| sample == 0.0));
}

#[test]
fn measuring_has_its_own_progress_and_encoding_begins_where_it_ends() {
    let mut library = Library::default();
    library.options.loudness = Some(LoudnessTarget::Integrated(-16.0));
    let content = wav(44_100, 1, WavFormat::Int(16), &sampled(44_100, 60 * 44_100, speech(0.1)));
    let asset = library.add("speech.wav", content);
    let host = TestHost::default();
    let clips = vec![clip("c", &asset, RationalTime::ZERO)];
    library.try_export(AudioLayout::Mono, SampleRate::HZ_44100, clips, &host).unwrap();
    let reports = host.reports.borrow();
    let of = |phase: Phase| reports.iter().filter(move |report| report.phase == phase);
    assert!(of(Phase::Measuring).count() > 1);
    assert!(of(Phase::Measuring).all(|report| (40.0..60.0).contains(&report.completed)));
    assert!(of(Phase::Measuring).all(|report| report.message.starts_with("Measuring loudness (")));
    assert!(of(Phase::Encoding).all(|report| report.completed >= 60.0));
    assert!(reports.windows(2).all(|pair| pair[0].completed <= pair[1].completed));
}
