//! The sample files, and ways to read them.

use std::f64::consts::PI;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use secuencia::media::{ClipReader, Content, Damage};
use secuencia::store::{ByteSource, Bytes};
use secuencia::timeline::{Frames, SampleRate};
use serde::Deserialize;

/// The expected contents of a sample file: see `tests/data/make-media.sh`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expected {
    pub file: String,
    pub mime_type: String,
    pub rate: u32,
    pub channels: u16,
    pub frames: Frames,
    pub delay: u32,
    pub ffmpeg: Frames,
}

/// Each channel's level, in WAVE's channel order.
pub const LEVELS: [f64; 8] = [0.5, -0.25, 0.4, 0.0, 0.3, -0.15, 0.2, -0.1];

/// The times of the recording's two bursts, in seconds.
pub const BURSTS: [f64; 2] = [0.05, 0.2];

pub fn expected() -> Vec<Expected> {
    serde_json::from_slice(&fs::read(path("expected.json")).unwrap()).unwrap()
}

/// Reads a sample file.
pub fn bytes(name: &str) -> Vec<u8> {
    fs::read(path(name)).unwrap()
}

/// Opens a sample file as a source.
pub fn file(name: &str) -> Arc<dyn ByteSource> {
    source(bytes(name))
}

pub fn source(bytes: Vec<u8>) -> Arc<dyn ByteSource> {
    Arc::new(Bytes(bytes.into()))
}

fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/data/media", name].iter().collect()
}

/// Runs ffmpeg to make a file.
pub fn ffmpeg(arguments: &[&str], out: &Path) {
    let output = Command::new("ffmpeg").args(["-v", "error", "-nostdin"]).args(arguments).arg(out).output();
    let output = output.expect("ffmpeg runs; `make test` installs it");
    assert!(output.status.success(), "ffmpeg: {}", String::from_utf8_lossy(&output.stderr));
}

/// Returns the options that belong to the container. They come last.
pub fn container_options<'a>(options: &'a [&'a str]) -> &'a [&'a str] {
    let first = options.iter().position(|option| ["-movflags", "-live", "-write_xing"].contains(option));
    &options[first.unwrap_or(options.len())..]
}

/// Reads a sample file from a frame to the end, in uneven pieces.
pub fn read_all(name: &str, source_start: Frames, rate: SampleRate) -> (Vec<Vec<f32>>, Damage) {
    let mut reader = ClipReader::open(Content::new(file(name), name), source_start, rate).unwrap();
    let planes = drain(&mut reader);
    (planes, reader.damage())
}

/// Reads everything from the clip's start to its end.
pub fn drain(reader: &mut ClipReader) -> Vec<Vec<f32>> {
    let mut planes = vec![Vec::new(); reader.layout().channels()];
    loop {
        let position = planes[0].len();
        let mut piece = vec![vec![0.0; 1000 + position % 37]; planes.len()];
        let mut slices: Vec<&mut [f32]> = piece.iter_mut().map(Vec::as_mut_slice).collect();
        let count = reader.read(position as Frames, &mut slices).unwrap();
        planes.iter_mut().zip(&piece).for_each(|(plane, piece)| plane.extend(&piece[..count]));
        if count < piece[0].len() {
            return planes;
        }
    }
}

/// Finds the recording's burst near `center` seconds by correlation. Returns its delay in samples and its level.
pub fn lag_of_burst(plane: &[f32], rate: u32, center: f64) -> (i64, f64) {
    let rate = f64::from(rate);
    let first = ((center - 0.002) * rate).ceil() as i64;
    let burst: Vec<f64> = (0..(0.004 * rate) as i64)
        .map(|n| {
            let t = (first + n) as f64 / rate - center;
            (-(t / 0.0005).powi(2)).exp() * (2.0 * PI * 2500.0 * t).cos()
        })
        .collect();
    let energy: f64 = burst.iter().map(|sample| sample * sample).sum();
    let reach = (0.01 * rate) as i64;
    (-reach..=reach)
        .map(|lag| {
            let at = |n: i64| plane.get((first + n + lag) as usize).copied().map_or(0.0, f64::from);
            let sum: f64 = burst.iter().zip(0..).map(|(sample, n)| sample * at(n)).sum();
            (lag, sum / energy)
        })
        .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))
        .unwrap()
}
