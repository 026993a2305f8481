//! The resampler's pass band and stop band, measured with sines by [`ClipReader`]. `--nocapture` prints the figures.

use std::f64::consts::TAU;

use secuencia::media::{ClipReader, Content};
use secuencia::timeline::SampleRate;

use crate::support::media::source;

const RATES: [u32; 13] =
    [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000];

/// Returns the band that must pass: up to 20 kHz, or to 0.95 of the lower Nyquist frequency.
fn pass_band(from: u32, to: SampleRate) -> f64 {
    20_000f64.min(0.95 * f64::from(from.min(to.hz())) / 2.0)
}

fn pairs() -> impl Iterator<Item = (u32, SampleRate)> {
    let targets = [SampleRate::HZ_44100, SampleRate::HZ_48000];
    RATES.into_iter().flat_map(move |from| targets.map(|to| (from, to))).filter(|(from, to)| *from != to.hz())
}

/// Returns a sine at full scale as a mono WAV of 32-bit floats.
fn wav(rate: u32, seconds: f64, hz: f64) -> Vec<u8> {
    let frames = (f64::from(rate) * seconds) as u32;
    let samples = (0..frames).flat_map(|n| {
        let sample = (TAU * hz * f64::from(n) / f64::from(rate)).sin();
        (sample as f32).to_le_bytes()
    });
    let mut bytes = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x03\0\x01\0".to_vec();
    bytes.extend([rate.to_le_bytes(), (rate * 4).to_le_bytes()].concat());
    bytes.extend(b"\x04\0\x20\0data\xff\xff\xff\xff");
    bytes.extend(samples);
    bytes
}

/// Returns the middle of the resampled signal, away from its ends.
fn resampled(from: u32, to: SampleRate, hz: f64) -> Vec<f32> {
    let mut reader = ClipReader::open(Content::new(source(wav(from, 2.0, hz)), ""), 0, to).unwrap();
    let mut middle = vec![0.0; to.hz() as usize];
    assert_eq!(reader.read(u64::from(to.hz()) / 2, &mut [&mut middle]).unwrap(), middle.len());
    middle
}

/// Removes a sine, and returns its amplitude. A window excludes the signal's ends from the measurement.
fn remove_sine(signal: &mut [f64], rate: f64, hz: f64) -> f64 {
    let (mut sines, mut cosines, mut weight) = (0.0, 0.0, 0.0);
    let length = signal.len() as f64;
    for (n, sample) in signal.iter().enumerate() {
        let window = (0.5 - 0.5 * (TAU * (n as f64 + 0.5) / length).cos()).powi(4);
        let phase = TAU * hz * n as f64 / rate;
        sines += window * sample * phase.sin();
        cosines += window * sample * phase.cos();
        weight += window / 2.0;
    }
    let (a, b) = (sines / weight, cosines / weight);
    for (n, sample) in signal.iter_mut().enumerate() {
        let phase = TAU * hz * n as f64 / rate;
        *sample -= a * phase.sin() + b * phase.cos();
    }
    a.hypot(b)
}

fn decibels(ratio: f64) -> f64 {
    20.0 * ratio.max(1e-12).log10()
}

#[test]
fn the_pass_band_is_flat_within_a_tenth_of_a_decibel() {
    for (from, to) in pairs() {
        let top = pass_band(from, to);
        let mut worst = 0f64;
        for part in [0.01, 0.2, 0.5, 0.8, 0.9, 0.97, 1.0] {
            let hz = top * part;
            let mut signal: Vec<f64> = resampled(from, to, hz).into_iter().map(f64::from).collect();
            let gain = decibels(remove_sine(&mut signal, f64::from(to.hz()), hz));
            worst = worst.max(gain.abs());
        }
        println!("{from} Hz to {to}: within {worst:.5} dB up to {top:.0} Hz");
        assert!(worst < 0.1, "{from} to {to}: {worst} dB");
    }
}

#[test]
fn images_and_aliases_lie_under_120_decibels() {
    for (from, to) in pairs() {
        let (nyquist_in, nyquist_out) = (f64::from(from) / 2.0, f64::from(to.hz()) / 2.0);
        let sines = [0.1, 0.37, 0.61, 0.83, 0.92, 0.95, 0.999].map(|part| part * nyquist_in);
        let mut worst = f64::NEG_INFINITY;
        for hz in sines.into_iter().chain([nyquist_out * 1.001]).filter(|&hz| hz < nyquist_in) {
            // The rest, without the sine itself, is images. For a sine above the output's band, all of it is aliases.
            let mut signal: Vec<f64> = resampled(from, to, hz).into_iter().map(f64::from).collect();
            if hz < nyquist_out {
                remove_sine(&mut signal, f64::from(to.hz()), hz);
            }
            let power = signal.iter().map(|sample| sample * sample).sum::<f64>() / signal.len() as f64;
            worst = worst.max(decibels((2.0 * power).sqrt()));
        }
        println!("{from} Hz to {to}: {worst:.1} dB");
        assert!(worst < -120.0, "{from} to {to}: {worst} dB");
    }
}
