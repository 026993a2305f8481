//! The limiter keeps its ceiling, by ffmpeg's true-peak meter, and changes nothing below it.

use std::f64::consts::TAU;
use std::fs;
use std::process::Command;
use std::sync::Arc;

use secuencia::media::Content;
use secuencia::mix::{Composition, Limiter, Master, Mastering, PlacedClip, Renderer};
use secuencia::store::Bytes;
use secuencia::timeline::{AudioLayout, RationalTime, SampleRate, TimelineClip};

use crate::support::export::{Library, WavFormat, clip, sampled, scratch, wav};
use crate::support::mutate::Dice;

/// A signal as a function of seconds, and its clip's gain in decibels.
type Voice<'a> = (&'a dyn Fn(f64) -> f64, f64);

/// Composes one stereo clip for each voice, all from the start and a second long.
fn compose(rate: SampleRate, voices: &[Voice<'_>]) -> Composition {
    let mut library = Library::default();
    let placed = voices.iter().enumerate().map(|(index, (signal, volume_db))| {
        let content = wav(rate.hz(), 2, WavFormat::Float, &sampled(rate.hz(), rate.hz() as usize, signal));
        let asset = library.add(&format!("{index}.wav"), content.clone());
        let clip = TimelineClip { volume_db: *volume_db, ..clip("c", &asset, RationalTime::ZERO) };
        PlacedClip::new(&clip, &asset, Content::of(&asset, Arc::new(Bytes(content.into()))), rate)
    });
    Composition::new(rate, AudioLayout::Stereo, placed.collect())
}

/// Composes one stereo clip of these samples.
fn compose_samples(rate: SampleRate, samples: &[f64]) -> Composition {
    let mut library = Library::default();
    let content = wav(rate.hz(), 2, WavFormat::Float, samples);
    let asset = library.add("signal.wav", content.clone());
    let clip = clip("c", &asset, RationalTime::ZERO);
    let placed = PlacedClip::new(&clip, &asset, Content::of(&asset, Arc::new(Bytes(content.into()))), rate);
    Composition::new(rate, AudioLayout::Stereo, vec![placed])
}

/// Returns the left channel from the renderer and from the master, the latter in blocks of an uneven size.
fn both(composition: &Composition, ceiling_db: f64) -> (Vec<f32>, Vec<f32>) {
    let frames = composition.frames() as usize;
    let mut planes = vec![vec![0.0; frames]; 4];
    let [left, right, limited_left, limited_right] = &mut planes[..] else { panic!("four planes") };
    Renderer::new(composition).render(0, &mut [left, right]).unwrap();
    let mut master = Master::new(composition, &Mastering { gain_db: 0.0, ceiling_db: Some(ceiling_db) }).unwrap();
    for start in (0..frames).step_by(1_777) {
        let block = start..frames.min(start + 1_777);
        let mut output = [&mut limited_left[block.clone()], &mut limited_right[block]];
        master.render(start as u64, &mut output).unwrap();
    }
    assert_eq!(limited_left, limited_right, "the sides have one gain");
    (planes.swap_remove(0), planes.swap_remove(2))
}

/// Returns ffmpeg's true peak of a plane, in dBTP. Its meter, `ebur128`, takes the largest sample at 192 kHz and
/// prints tenths. The same resampler gives the full precision here.
fn true_peak_db(plane: &[f32], rate: SampleRate) -> f64 {
    let path = scratch("peak").join("mix.f32");
    // The resampler extrapolates before the first samples, which can create peaks.
    let silence = [0.0; 1_000];
    let padded = silence.iter().chain(plane).chain(&silence);
    fs::write(&path, padded.flat_map(|sample| sample.to_le_bytes()).collect::<Vec<u8>>()).unwrap();
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "f32le", "-ac", "1", "-ar", &rate.hz().to_string(), "-i"])
        .arg(path)
        .args(["-af", "aformat=sample_fmts=dblp,aresample=192000", "-f", "f64le", "-"])
        .output()
        .expect("ffmpeg runs; `make test` installs it");
    let samples = output.stdout.chunks_exact(8).map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap()).abs());
    20.0 * samples.fold(0.0, f64::max).log10()
}

fn sine(hz: f64) -> impl Fn(f64) -> f64 {
    move |t| 0.7 * (TAU * hz * t).sin()
}

/// Returns plosives: bursts of many tones that start at once and decay in about 20 ms, four a second.
fn bursts(t: f64) -> f64 {
    let since = t % 0.25;
    (1..40).map(|tone| (TAU * 211.0 * f64::from(tone) * since).sin()).sum::<f64>() / 10.0 * (-since * 150.0).exp()
}

#[test]
fn overlapping_loud_clips_stay_under_the_ceiling() {
    for rate in [SampleRate::HZ_44100, SampleRate::HZ_48000] {
        for ceiling_db in [-1.0, -6.0] {
            let mixes: [&[Voice<'_>]; 4] = [
                &[(&sine(50.0), 0.0), (&sine(997.0), 6.0), (&sine(7_919.0), 0.0)],
                &[(&bursts, 6.0), (&sine(110.0), 0.0)],
                &[(&bursts, 30.0)],
                &[(&sine(f64::from(rate.hz()) / 4.0), 9.0), (&sine(15_013.0), 0.0)],
            ];
            for (index, mix) in mixes.into_iter().enumerate() {
                let (before, after) = both(&compose(rate, mix), ceiling_db);
                let (before, after) = (true_peak_db(&before, rate), true_peak_db(&after, rate));
                println!("mix {index} at {rate}: {before} dBTP before, {after} dBTP after");
                assert!(before > ceiling_db + 2.0, "mix {index} at {rate} is loud: {before} dBTP");
                assert!(after <= ceiling_db + 0.1, "mix {index} at {rate} under {ceiling_db}: {after} dBTP");
                assert!(after > ceiling_db - 1.0, "mix {index} at {rate} is held down no further: {after} dBTP");
            }
        }
    }
}

/// Returns signals that are hard for a true-peak limiter, a second each, with peaks far above full scale.
fn hard_signals(rate: SampleRate) -> Vec<(String, Vec<f64>)> {
    let hz = f64::from(rate.hz());
    let frames = rate.hz() as usize;
    let mut dice = Dice(u64::from(rate.hz()));
    let mut uniform = || (dice.roll() >> 11) as f64 / (1u64 << 52) as f64 - 1.0;
    let white: Vec<f64> = (0..frames).map(|_| 1.5 * (uniform() + uniform() + uniform())).collect();
    // Three poles, a few octaves apart (P. Kellet's filter).
    let mut poles = [0.0; 3];
    let pink: Vec<f64> = white
        .iter()
        .map(|&white| {
            for (pole, (keeps, takes)) in
                poles.iter_mut().zip([(0.99765, 0.0990460), (0.963, 0.2965164), (0.57, 1.0526913)])
            {
                *pole = keeps * *pole + takes * white;
            }
            poles.iter().sum::<f64>() + 0.1848 * white
        })
        .collect();
    let hiss = white.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let seconds = |frame: usize| frame as f64 / hz;
    let shaped =
        |gain: &dyn Fn(f64) -> f64| white.iter().enumerate().map(|(n, white)| white * gain(seconds(n))).collect();
    let mut signals: Vec<(String, Vec<f64>)> = vec![
        ("bursts that die away".into(), shaped(&|t| 2.0 * (-60.0 * (t % 0.25)).exp())),
        ("bursts of 2 ms".into(), shaped(&|t| if t % 0.05 < 0.002 { 3.0 } else { 0.0 })),
        ("hiss".into(), hiss),
        ("loud noise".into(), white.iter().map(|white| 20.0 * white).collect()),
        ("pink noise".into(), pink),
        ("white noise".into(), white),
    ];
    let mut tone =
        |name: &str, tone: &dyn Fn(f64) -> f64| signals.push((name.into(), sampled(rate.hz(), frames, tone)));
    for part in [0.0226, 0.114, 0.34, 0.4, 0.431, 0.45, 0.47, 0.49] {
        let gated = |t: f64| if t % 0.06 < 0.03 { 2.0 * (TAU * part * hz * t + 0.3).sin() } else { 0.0 };
        tone(&format!("gated tone at {part} of the rate"), &gated);
    }
    for pitch in [110.0, 441.3, 3_001.0] {
        tone(&format!("square wave of {pitch} Hz"), &|t| if (t * pitch) % 1.0 < 0.5 { 2.0 } else { -2.0 });
    }
    let clicks =
        (0..frames).map(|_| if dice.below(400) == 0 { [2.0, -2.0, 1.4][dice.below(3)] } else { 0.0 }).collect();
    signals.push(("clicks".into(), clicks));
    signals
}

#[test]
fn what_is_hard_on_a_limiter_stays_within_a_tenth_of_a_decibel() {
    let mut worst = f64::NEG_INFINITY;
    for rate in [22_050, 32_000, 44_100, 48_000, 96_000].map(|hz| SampleRate::new(hz).unwrap()) {
        for (name, signal) in hard_signals(rate) {
            let (before, after) = both(&compose_samples(rate, &signal), -1.0);
            let (before, over) = (true_peak_db(&before, rate), true_peak_db(&after, rate) + 1.0);
            println!("{name} at {rate}: {before:+.1} dBTP before, {over:+.2} dB over the ceiling after");
            assert!(before > 2.0, "{name} at {rate} is loud: {before} dBTP");
            assert!(over <= 0.1, "{name} at {rate} is {over} dB over the ceiling");
            assert!(over > -0.5, "{name} at {rate} is held down no further: {over} dB");
            worst = worst.max(over);
        }
    }
    println!("the worst is {worst:+.2} dB over the ceiling");
}

#[test]
fn a_mix_below_the_ceiling_is_the_same_to_the_bit() {
    let rate = SampleRate::HZ_44100;
    let (before, after) = both(&compose(rate, &[(&sine(997.0), 0.0), (&bursts, -30.0)]), -1.0);
    assert!(before.iter().any(|sample| sample.abs() > 0.7), "it is not far below");
    assert!(before.iter().map(|sample| sample.to_bits()).eq(after.iter().map(|sample| sample.to_bits())));
}

#[test]
fn out_of_a_peaks_reach_the_mix_is_the_same_to_the_bit() {
    let rate = SampleRate::HZ_44100;
    let peak = |t: f64| if (t - 0.5).abs() < 0.001 { 1.5 * (TAU * 1_000.0 * t).sin() } else { 0.0 };
    let (before, after) = both(&compose(rate, &[(&sine(440.0), -3.0), (&peak, 0.0)]), -1.0);
    let changed: Vec<usize> = (0..before.len()).filter(|&frame| before[frame] != after[frame]).collect();
    let reach = Limiter::new(-1.0, rate).unwrap().reach();
    let (first, last) = (22_050 - 45 - reach, 22_050 + 45 + reach);
    assert!(changed.iter().all(|frame| (first..=last).contains(frame)), "{:?} to {:?}", changed[0], changed.last());
    assert!(changed.len() > reach, "the peak is limited");
}
