//! Draws `docs/resampler.svg` and `docs/limiter.svg` by measuring the export's own code, and prints the key figures:
//! `cargo run --example plot_sound`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a drawing that fails is not drawn")]

use std::error::Error;
use std::f64::consts::TAU;
use std::sync::Arc;
use std::time::Instant;

use plotters::coord::Shift;
use plotters::prelude::*;
use secuencia::media::{ClipReader, Content, Inspector};
use secuencia::mix::{Composition, Master, Mastering, PlacedClip};
use secuencia::store::{ByteSource, Bytes};
use secuencia::timeline::{Asset, AudioLayout, SampleRate, TimelineClip};

type Drawing<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Points = Vec<(f64, f64)>;

/// Legible on white and on black.
const GREY: RGBColor = RGBColor(128, 128, 128);
const COLOURS: [RGBColor; 3] = [RGBColor(46, 134, 222), RGBColor(230, 126, 34), RGBColor(39, 174, 96)];

const PAIRS: [(u32, SampleRate); 3] =
    [(48_000, SampleRate::HZ_44100), (44_100, SampleRate::HZ_48000), (24_000, SampleRate::HZ_44100)];

/// The number of frequency steps for each pair of rates.
const STEPS: usize = 160;

const RATE: SampleRate = SampleRate::HZ_44100;

const CEILING_DB: f64 = -1.0;

fn main() -> Result<(), Box<dyn Error>> {
    let resampler = SVGBackend::new("docs/resampler.svg", (900, 640)).into_drawing_area();
    let (above, below) = resampler.split_vertically(320);
    draw_resampler(&above, &below)?;
    resampler.present()?;
    let limiter = SVGBackend::new("docs/limiter.svg", (900, 340)).into_drawing_area();
    let (left, right) = limiter.split_horizontally(450);
    let levels: Points = (-48..=48).map(|step| f64::from(step) / 4.0).map(|db| (db, limited_level(db))).collect();
    draw(&left, "Output peak (dB) against input peak (dB)", (-12.0, 12.0, -12.0, 12.0), &[("", levels)])?;
    let gains = gain_around_peak();
    println!("limiter: {:.2} dB at the peak", gains.iter().map(|point| point.1).fold(0.0, f64::min));
    draw(&right, "Gain (dB) around a peak of +6 dB, by milliseconds", (-30.0, 30.0, -8.0, 1.0), &[("", gains)])?;
    limiter.present()?;
    Ok(())
}

fn draw_resampler(above: &Drawing<'_>, below: &Drawing<'_>) -> Result<(), Box<dyn Error>> {
    let (mut gains, mut residues) = (Vec::new(), Vec::new());
    for (from, to) in PAIRS {
        let name = format!("{} to {} kHz", f64::from(from) / 1000.0, f64::from(to.hz()) / 1000.0);
        let nyquist = f64::from(from) / 2.0;
        let (mut gain, mut residue) = (Points::new(), Points::new());
        for step in 1..STEPS {
            let hz = nyquist * step as f64 / STEPS as f64;
            let (passed, left) = resampled(from, to, hz);
            residue.push((hz / 1000.0, left));
            gain.extend(passed.map(|passed| (hz / 1000.0, passed)));
        }
        let top = 20f64.min(0.95 * nyquist / 1000.0);
        let ripple = gain.iter().filter(|point| point.0 <= top).map(|point| point.1.abs()).fold(0.0, f64::max);
        let worst = residue.iter().map(|point| point.1).fold(f64::MIN, f64::max);
        println!(
            "{name}: within {ripple:.5} dB up to {top:.1} kHz, all else under {worst:.1} dB, {:.0} times real time",
            speed(from, to)
        );
        gains.push((name.clone(), gain));
        residues.push((name, residue));
    }
    let named = |lines: &[(String, Points)]| -> Vec<(&'static str, Points)> {
        lines.iter().map(|(name, points)| (&*name.clone().leak(), points.clone())).collect()
    };
    draw(above, "Pass band: gain (dB) of a sine, by its frequency (kHz)", (0.0, 24.0, -0.05, 0.01), &named(&gains))?;
    draw(
        below,
        "Images and aliases (dB under full scale) that a sine leaves, by its frequency (kHz)",
        (0.0, 24.0, -180.0, -100.0),
        &named(&residues),
    )
}

/// Draws lines in a chart. `range` is from and to, horizontally and vertically.
fn draw(
    area: &Drawing<'_>,
    title: &str,
    range: (f64, f64, f64, f64),
    lines: &[(&'static str, Points)],
) -> Result<(), Box<dyn Error>> {
    let font = |size| ("sans-serif", size).into_font().color(&GREY);
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .caption(title, font(15))
        .x_label_area_size(26)
        .y_label_area_size(46)
        .build_cartesian_2d(range.0..range.1, range.2..range.3)?;
    chart
        .configure_mesh()
        .axis_style(GREY)
        .bold_line_style(GREY.mix(0.35))
        .light_line_style(TRANSPARENT)
        .label_style(font(13))
        .draw()?;
    for ((name, points), colour) in lines.iter().zip(COLOURS) {
        let inside = points.iter().copied().filter(|point| (range.2..=range.3).contains(&point.1));
        let series = chart.draw_series(LineSeries::new(inside, colour.stroke_width(2)))?;
        if !name.is_empty() {
            series.label(*name).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        }
    }
    if lines.iter().any(|(name, _)| !name.is_empty()) {
        let position = SeriesLabelPosition::LowerLeft;
        chart.configure_series_labels().position(position).label_font(font(13)).margin(12).draw()?;
    }
    Ok(())
}

/// Returns a mono WAV of 32-bit floats.
fn wav(rate: u32, samples: impl Iterator<Item = f64>) -> Arc<dyn ByteSource> {
    let mut bytes = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x03\0\x01\0".to_vec();
    bytes.extend([rate.to_le_bytes(), (rate * 4).to_le_bytes()].concat());
    bytes.extend(b"\x04\0\x20\0data\xff\xff\xff\xff");
    bytes.extend(samples.flat_map(|sample| (sample as f32).to_le_bytes()));
    Arc::new(Bytes(bytes.into()))
}

fn sine(rate: u32, seconds: f64, hz: f64) -> Arc<dyn ByteSource> {
    let frames = (f64::from(rate) * seconds) as u32;
    wav(rate, (0..frames).map(|frame| (TAU * hz * f64::from(frame) / f64::from(rate)).sin()))
}

fn decibels(ratio: f64) -> f64 {
    20.0 * ratio.max(1e-12).log10()
}

/// Resamples a full-scale sine. Returns its gain in decibels, if the output's band includes it, and the level of the
/// rest.
fn resampled(from: u32, to: SampleRate, hz: f64) -> (Option<f64>, f64) {
    let rate = f64::from(to.hz());
    let mut reader = ClipReader::open(Content::new(sine(from, 1.0, hz), ""), 0, to).unwrap();
    // The middle, away from the ends.
    let mut middle = vec![0.0; to.hz() as usize / 2];
    reader.read(u64::from(to.hz()) / 4, &mut [&mut middle]).unwrap();
    let length = middle.len() as f64;
    let window = |n: usize| (0.5 - 0.5 * (TAU * (n as f64 + 0.5) / length).cos()).powi(4);
    let turn = |n: usize| (TAU * hz * n as f64 / rate).sin_cos();
    let (mut a, mut b, mut weight) = (0.0, 0.0, 0.0);
    for (n, &sample) in middle.iter().enumerate() {
        let (sine, cosine) = turn(n);
        a += window(n) * f64::from(sample) * sine;
        b += window(n) * f64::from(sample) * cosine;
        weight += window(n) / 2.0;
    }
    let (a, b) = if hz < rate / 2.0 { (a / weight, b / weight) } else { (0.0, 0.0) };
    let rest = middle.iter().enumerate().map(|(n, &sample)| {
        let (sine, cosine) = turn(n);
        (f64::from(sample) - a * sine - b * cosine).powi(2)
    });
    let rest = decibels((2.0 * rest.sum::<f64>() / length).sqrt());
    ((hz < 0.999 * rate / 2.0).then(|| decibels(a.hypot(b))), rest)
}

/// Returns the seconds of one channel that are resampled per second.
fn speed(from: u32, to: SampleRate) -> f64 {
    let content = sine(from, 60.0, 997.0);
    let measure = |rate| {
        let mut reader = ClipReader::open(Content::new(content.clone(), ""), 0, rate).unwrap();
        let mut out = vec![0.0; 4096];
        let start = Instant::now();
        for position in (0..60 * u64::from(rate.hz())).step_by(4096) {
            reader.read(position, &mut [&mut out]).unwrap();
        }
        start.elapsed().as_secs_f64()
    };
    // Subtracts the time for reading without resampling.
    60.0 / (measure(to) - measure(SampleRate::new(from).unwrap()))
}

/// Renders one clip through the master.
fn mastered(samples: impl Iterator<Item = f64>, volume_db: f64, ceiling_db: Option<f64>) -> Vec<f32> {
    let content = wav(RATE.hz(), samples);
    let found = Inspector::open(content.clone(), "").unwrap().finish().unwrap();
    let asset = Asset { seek_index: Vec::new(), ..found.into_asset("a", "") };
    let clip = TimelineClip {
        id: "c".into(),
        asset_id: "a".into(),
        duration: asset.duration(),
        volume_db,
        ..TimelineClip::default()
    };
    let placed = PlacedClip::new(&clip, &asset, Content::of(&asset, content), RATE);
    let composition = Composition::new(RATE, AudioLayout::Mono, vec![placed]);
    let mut mix = vec![0.0; composition.frames() as usize];
    Master::new(&composition, &Mastering { gain_db: 0.0, ceiling_db }).unwrap().render(0, &mut [&mut mix]).unwrap();
    mix
}

/// Returns the output peak, in decibels, of a sine with this input peak.
fn limited_level(peak_db: f64) -> f64 {
    let sine = (0..RATE.hz() / 4).map(|frame| (TAU * 997.0 * f64::from(frame) / f64::from(RATE.hz())).sin());
    let peak =
        mastered(sine, peak_db, Some(CEILING_DB)).into_iter().fold(0.0, |most: f32, sample| most.max(sample.abs()));
    decibels(peak.into())
}

/// Returns the gain from 30 ms before a peak to 30 ms after it.
fn gain_around_peak() -> Points {
    let reach = RATE.hz() as usize * 3 / 100;
    let near = |frame: usize| frame.abs_diff(reach).min(40) as f64 / 40.0;
    let bump = |frame: usize| 0.1 + 1.9 * (TAU / 4.0 * near(frame)).cos().powi(2);
    let samples = || (0..=2 * reach).map(bump);
    let gains = mastered(samples(), 0.0, Some(CEILING_DB)).into_iter().zip(samples());
    let milliseconds = |frame: usize| 1000.0 * (frame as f64 - reach as f64) / f64::from(RATE.hz());
    gains
        .enumerate()
        .step_by(6)
        .map(|(frame, (out, sample))| (milliseconds(frame), decibels(f64::from(out) / sample)))
        .collect()
}
