//! PCM in every coding, with its own signal in each channel, and helpers that read a file back.

use std::fs;
use std::path::{Path, PathBuf};

use secuencia::media::{ChannelLayout, ClipReader, Content, Inspection, Inspector, MediaError};
use secuencia::timeline::SampleRate;

use super::export::{ffmpeg_decode, scratch};
use super::media::{drain, ffmpeg, source};
use super::mutate::Dice;

pub const IS_SHORT: &str = "Part of the file is missing. The rest is used.";

/// The coding of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    U8,
    S8,
    Int {
        bytes: usize,
        bits: u32,
    },
    /// 24 bits right-justified in 32, against the specification.
    Low24,
    /// Integers of 64 bits.
    Wide,
    F32,
    F64,
    ALaw,
    MuLaw,
}

pub use Coding::{ALaw, F32, F64, Int, Low24, MuLaw, S8, U8, Wide};

pub const CODINGS: [Coding; 13] = [
    U8,
    Int { bytes: 2, bits: 16 },
    Int { bytes: 3, bits: 24 },
    Int { bytes: 4, bits: 32 },
    Int { bytes: 2, bits: 12 },
    Int { bytes: 3, bits: 20 },
    Int { bytes: 4, bits: 24 },
    Low24,
    Wide,
    F32,
    F64,
    ALaw,
    MuLaw,
];

impl Coding {
    pub fn bytes(self) -> usize {
        match self {
            U8 | S8 | ALaw | MuLaw => 1,
            Int { bytes, .. } => bytes,
            Low24 | F32 => 4,
            F64 | Wide => 8,
        }
    }

    pub fn bits(self) -> u32 {
        match self {
            Int { bits, .. } => bits,
            Low24 => 24,
            _ => 8 * self.bytes() as u32,
        }
    }

    pub fn tag(self) -> u16 {
        match self {
            F32 | F64 => 3,
            ALaw => 6,
            MuLaw => 7,
            _ => 1,
        }
    }

    /// Encodes a sample. Returns its bytes and the value that they decode to.
    pub fn encode(self, sample: i32, is_big_endian: bool) -> (Vec<u8>, f32) {
        let full = 2f64.powi(31);
        let (mut bytes, value) = match self {
            U8 => (vec![(sample >> 24) as u8 ^ 0x80], f64::from(sample >> 24) / 128.0),
            S8 => (vec![(sample >> 24) as u8], f64::from(sample >> 24) / 128.0),
            Int { bytes, bits } => {
                let kept = sample >> (32 - bits) << (32 - bits);
                (kept.to_le_bytes()[4 - bytes..].to_vec(), f64::from(kept) / full)
            }
            Low24 => ((sample >> 8).to_le_bytes().to_vec(), f64::from(sample >> 8 << 8) / full),
            Wide => {
                let number = i64::from(sample) << 32 | 0x1234_5678;
                (number.to_le_bytes().to_vec(), number as f64 / 2f64.powi(63))
            }
            F32 => {
                let value = (f64::from(sample) / full) as f32;
                (value.to_le_bytes().to_vec(), value.into())
            }
            F64 => ((f64::from(sample) / full).to_le_bytes().to_vec(), f64::from(sample) / full),
            ALaw => (vec![(sample >> 24) as u8], a_law((sample >> 24) as u8)),
            MuLaw => (vec![(sample >> 24) as u8], mu_law((sample >> 24) as u8)),
        };
        if is_big_endian {
            bytes.reverse();
        }
        (bytes, value as f32)
    }
}

/// Decodes A-law (ITU-T G.711, table 1): thirteen segments, even bits inverted.
pub fn a_law(byte: u8) -> f64 {
    let byte = byte ^ 0x55;
    let (segment, step) = (i32::from(byte >> 4 & 7), f64::from(byte & 15));
    let magnitude = if segment == 0 { 2.0 * step + 1.0 } else { (2.0 * step + 33.0) * 2f64.powi(segment - 1) };
    if byte & 0x80 != 0 { magnitude / 4096.0 } else { -magnitude / 4096.0 }
}

/// Decodes mu-law (ITU-T G.711, table 2): fifteen segments, all bits inverted.
pub fn mu_law(byte: u8) -> f64 {
    let byte = !byte;
    let magnitude = (2.0 * f64::from(byte & 15) + 33.0) * 2f64.powi(i32::from(byte >> 4 & 7)) - 33.0;
    if byte & 0x80 == 0 { magnitude / 8192.0 } else { -magnitude / 8192.0 }
}

/// Returns a sample of noise, determined by its channel and frame.
pub fn sample(channel: usize, frame: usize) -> i32 {
    (Dice((channel * 1_000_003 + frame) as u64).roll() >> 32) as i32
}

/// Returns audio as bytes, and each channel's expected samples.
pub fn audio(coding: Coding, channels: usize, frames: usize, is_big_endian: bool) -> (Vec<u8>, Vec<Vec<f32>>) {
    let (mut bytes, mut planes) = (Vec::new(), vec![Vec::new(); channels]);
    for frame in 0..frames {
        for (channel, plane) in planes.iter_mut().enumerate() {
            let (code, value) = coding.encode(sample(channel, frame), is_big_endian);
            bytes.extend(code);
            plane.push(value);
        }
    }
    (bytes, planes)
}

pub fn inspect(file: Vec<u8>) -> Result<Inspection, MediaError> {
    Inspector::open(source(file), "audio/wav")?.finish()
}

/// Reads a whole file at its own sample rate.
pub fn read(file: &[u8]) -> (ChannelLayout, Vec<Vec<f32>>) {
    let open = |rate| ClipReader::open(Content::new(source(file.to_vec()), ""), 0, rate).unwrap();
    let mut reader = open(open(SampleRate::HZ_44100).source_rate());
    (reader.layout(), drain(&mut reader))
}

/// Asserts that a file is whole, with these samples and this layout.
pub fn assert_reads(file: &[u8], rate: u32, planes: &[Vec<f32>], layout: ChannelLayout, case: &str) {
    let found = inspect(file.to_vec()).unwrap_or_else(|error| panic!("{case}: {error}"));
    assert_eq!(found.warning, None, "{case}");
    assert_eq!((found.sample_rate.hz(), found.channels as usize), (rate, planes.len()), "{case}");
    assert_eq!(found.frames as usize, planes[0].len(), "{case}");
    let (read_layout, read_planes) = read(file);
    assert!(read_planes == planes, "{case}: other samples");
    assert_eq!(read_layout, layout, "{case}");
}

/// Writes a RIFF chunk whose declared size may be wrong, and which may lack its padding byte.
pub fn odd_chunk(name: &[u8; 4], body: &[u8], size: u32, is_big_endian: bool) -> Vec<u8> {
    let size = if is_big_endian { size.to_be_bytes() } else { size.to_le_bytes() };
    [&name[..], &size, body].concat()
}

/// Makes a file of 1.234 seconds with ffmpeg: two sweeps, one per channel.
pub fn swept(options: &[&str], name: &str) -> PathBuf {
    let path = scratch("swept").join(name);
    let sound = "aevalsrc='0.5*sin(2*PI*(200+300*t)*t)|0.3*sin(2*PI*(900-100*t)*t)':s=22050:d=1.234";
    ffmpeg(&[&["-f", "lavfi", "-i", sound], options].concat(), &path);
    path
}

/// Decodes a file with ffmpeg and with our reader.
pub fn both(path: &Path, channels: usize) -> (Vec<Vec<f32>>, Vec<Vec<f32>>) {
    (ffmpeg_decode(path, channels), read(&fs::read(path).unwrap()).1)
}
