//! Small files that were once read incorrectly, or refused without need. Each is now read correctly, or refused by its
//! true name.
//!
//! They are in `tests/data/cases`. `expected.json` gives each file's length, rate, channels, level and warning, or the
//! reason for its refusal. The figures are ffmpeg's where ffmpeg reads the file. Streams that change midway are an
//! exception: a part at another rate is resampled to the first part's, and stereo is downmixed to mono by its mean.
//! For files that differ from another only in their header, it has the bytes before and after the other's samples.

use std::fs;
use std::path::{Path, PathBuf};

use secuencia::media::{ClipReader, Content, Inspector};
use serde::Deserialize;

use crate::support::media::{drain, source};

#[derive(Deserialize)]
struct Case {
    file: String,
    /// The bytes before another file's samples, that file's name, and the bytes after them.
    pieces: Option<(String, String, String)>,
    refused: Option<String>,
    #[serde(default)]
    rate: u32,
    #[serde(default)]
    channels: u16,
    #[serde(default)]
    frames: u64,
    /// The level of all samples, in decibels.
    #[serde(default)]
    rms: f64,
    warning: Option<String>,
}

/// The length of a minimal WAV header.
const HEADER: usize = 44;

#[test]
fn each_small_file_that_failed_once_is_read_right_or_refused_by_its_true_name() {
    let cases: Vec<Case> = serde_json::from_slice(&fs::read(path("expected.json")).unwrap()).unwrap();
    let failures: Vec<String> = cases.iter().filter_map(|case| check(case).err()).collect();
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cases").join(name)
}

fn bytes(case: &Case) -> Vec<u8> {
    let Some((before, other, behind)) = &case.pieces else { return fs::read(path(&case.file)).unwrap() };
    let hex = |text: &str| -> Vec<u8> {
        let digits = text.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap());
        digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    };
    [&hex(before), &fs::read(path(other)).unwrap()[HEADER..], &hex(behind)].concat()
}

fn check(case: &Case) -> Result<(), String> {
    let found = |text: String| Err(format!("{}: {text}", case.file));
    let content = source(bytes(case));
    let name = case.file.rsplit('/').next().unwrap();
    let inspected = match Inspector::open(content.clone(), name).and_then(Inspector::finish) {
        Ok(inspected) => inspected,
        Err(error) if case.refused == Some(error.to_string()) => return Ok(()),
        Err(error) => return found(format!("refused, as {error}")),
    };
    let planes = drain(&mut ClipReader::open(Content::new(content, name), 0, inspected.sample_rate).unwrap());
    let samples: Vec<f64> = planes.iter().flatten().copied().map(f64::from).collect();
    let power = samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len() as f64;
    let rms = 10.0 * power.log10();
    let told = (inspected.frames, inspected.sample_rate.hz(), inspected.channels, &inspected.warning);
    if case.refused.is_some()
        || told != (case.frames, case.rate, case.channels, &case.warning)
        || planes[0].len() as u64 != case.frames
        || (rms - case.rms).abs() > 0.15
    {
        return found(format!("{told:?}, {rms:.1} dB"));
    }
    Ok(())
}
