//! A clip may start anywhere in its content at little cost, and with the bits that decoding all before it gives.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::io;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use secuencia::media::ClipReader;
use secuencia::store::{ByteSource, Bytes};
use secuencia::timeline::{Frames, SampleRate};
use support::export::scratch;
use support::media::{bytes, drain, expected, source};

/// A source that counts the bytes that are read.
struct Counted(Bytes, AtomicU64);

impl Counted {
    fn new(bytes: Arc<[u8]>) -> Arc<Self> {
        Arc::new(Self(Bytes(bytes), AtomicU64::new(0)))
    }

    fn count(&self) -> u64 {
        self.1.load(Ordering::Relaxed)
    }
}

impl ByteSource for Counted {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read_at(position, buffer)?;
        self.1.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A file of these seconds of noise and tones that come and go, as ffmpeg encodes it.
fn encoded(name: &str, seconds: u32, options: &[&str]) -> Arc<[u8]> {
    let path = scratch("seek").join(name);
    let signal = format!(
        "aevalsrc='0.2*sin(2*PI*(300+200*sin(t/7))*t)*sin(t*3)|0.1*random(0)*sin(t*5)^2+0.2*sin(1000*t)':s=44100:d={seconds}"
    );
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", &signal])
        .args(options)
        .arg(&path)
        .output()
        .expect("ffmpeg runs; `make test` installs it");
    assert!(output.status.success(), "ffmpeg: {}", String::from_utf8_lossy(&output.stderr));
    fs::read(path).unwrap().into()
}

fn bits(planes: &[Vec<f32>]) -> Vec<Vec<u32>> {
    planes.iter().map(|plane| plane.iter().map(|sample| sample.to_bits()).collect()).collect()
}

/// What a reader gives from a position on.
fn read(reader: &mut ClipReader, position: Frames, count: usize) -> Vec<Vec<f32>> {
    let mut planes = vec![vec![f32::NAN; count]; reader.channels()];
    let mut slices: Vec<&mut [f32]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
    reader.read(position, &mut slices).unwrap();
    planes
}

/// The same part of what was read as a whole, silence behind it.
fn part(whole: &[Vec<f32>], position: Frames, count: usize) -> Vec<Vec<f32>> {
    let of = |plane: &Vec<f32>| {
        plane.iter().copied().skip(position as usize).chain(std::iter::repeat(0.0)).take(count).collect()
    };
    whole.iter().map(of).collect()
}

const LONG: [(&str, &[&str]); 12] = [
    ("cbr.mp3", &["-b:a", "128k"]),
    ("vbr.mp3", &["-q:a", "4"]),
    ("low.mp3", &["-ar", "24000", "-ac", "1", "-b:a", "8k"]),
    ("untagged.mp3", &["-write_xing", "0", "-b:a", "64k"]),
    ("pns.m4a", &["-b:a", "48k"]),
    ("adts.aac", &["-b:a", "64k"]),
    ("fragmented.mp4", &["-movflags", "frag_keyframe+empty_moov", "-frag_duration", "1000000"]),
    ("alac.m4a", &["-c:a", "alac"]),
    ("flac.flac", &[]),
    ("vorbis.ogg", &["-c:a", "libvorbis"]),
    ("vorbis.webm", &["-c:a", "libvorbis"]),
    ("pcm.wav", &[]),
];

#[test]
fn the_middle_of_a_file_has_the_bits_that_it_has_after_all_before_it() {
    for (name, options) in LONG {
        let content = encoded(name, 60, options);
        let open = || {
            let rate = ClipReader::open(source(content.to_vec()), name, 0, SampleRate::HZ_44100).unwrap().source_rate();
            ClipReader::open(source(content.to_vec()), name, 0, rate).unwrap()
        };
        let whole = drain(&mut open());
        let length = whole[0].len() as Frames;
        let mut used = open();
        for percent in [99, 50, 1, 20, 100, 37] {
            let position = length * percent / 100;
            let expected = bits(&part(&whole, position, 20_000));
            for (who, reader) in [("a fresh", &mut open()), ("a used", &mut used)] {
                assert!(bits(&read(reader, position, 20_000)) == expected, "{name} at {percent} %, {who} reader");
            }
        }
    }
}
