//! The encoder's packets are the same natively and on the web, bit for bit.
//!
//! This file runs natively and in a browser, against the same recorded packets (tests/data/aac-packets.json). So the
//! native tests' findings on the encoder's quality also hold on the web. Native means x86 here: on ARM the library has
//! its own primitives, which round differently.
#![cfg(any(target_arch = "wasm32", target_arch = "x86_64"))]

use secuencia::aac::{Encoder, EncoderConfig};
use secuencia::timeline::{AudioLayout, SampleRate};
use serde::{Deserialize, Serialize};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const RECORDED: &str = include_str!("../data/aac-packets.json");

/// A setting, and its recorded result.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stream {
    sample_rate: SampleRate,
    layout: AudioLayout,
    bit_rate: u32,
    afterburner: bool,
    /// Whether the second channel repeats the first, but for some stretches.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    twins: bool,
    frames: usize,
    #[serde(flatten)]
    encoded: Encoded,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Encoded {
    delay: u32,
    audio_specific_config: String,
    bit_rate_used: u32,
    packets: u64,
    bytes: usize,
    fnv1a: String,
}

#[test]
fn packets_are_the_recorded_ones() {
    let recorded: Vec<Stream> = serde_json::from_str(RECORDED).unwrap();
    assert!(!recorded.is_empty());
    let now: Vec<Stream> = recorded.iter().map(|stream| Stream { encoded: encode(stream), ..*stream }).collect();
    assert!(now == recorded, "this encoder's streams: {}", serde_json::to_string_pretty(&now).unwrap());
}

fn encode(stream: &Stream) -> Encoded {
    let &Stream { sample_rate, layout, bit_rate, afterburner, twins, frames, .. } = stream;
    let mut encoder = Encoder::new(&EncoderConfig { sample_rate, layout, bit_rate, afterburner }).unwrap();
    let mut hash = Fnv1a::new();
    let mut encoded = Encoded {
        delay: encoder.delay(),
        audio_specific_config: encoder.audio_specific_config().iter().map(|byte| format!("{byte:02x}")).collect(),
        bit_rate_used: encoder.bit_rate(),
        packets: 0,
        bytes: 0,
        fnv1a: String::new(),
    };
    let mut on_packet = |packet: &[u8]| {
        encoded.packets += 1;
        encoded.bytes += packet.len();
        hash.update(&(packet.len() as u32).to_le_bytes());
        hash.update(packet);
    };
    let mut samples = signal(frames, layout.channels());
    if twins {
        repeat_first_channel(&mut samples);
    }
    encoder.encode(&samples, &mut on_packet).unwrap();
    encoder.finish(&mut on_packet).unwrap();
    encoded.fnv1a = format!("{:016x}", hash.0);
    encoded
}

/// Returns a signal for every special case of an encoder: silence, gliding tones that differ between the channels,
/// noise that comes and goes, clicks, and a full-scale square wave. It uses integers only: the targets' floating-point
/// libraries do not agree.
fn signal(frames: usize, channels: usize) -> Vec<i16> {
    let triangle = |at: i32, period: i32| ((at % period) * 2 - period).abs() * 16_384 / period - 8_192;
    let mut noise = 1_u32;
    let mut samples = Vec::with_capacity(frames * channels);
    for frame in 0..frames as i32 {
        for channel in 0..channels as i32 {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let hiss = (noise >> 19) as i32 - 4_096;
            let tones = triangle(frame, 90 + frame / 500 + 7 * channel) + triangle(frame, 31 + 3 * channel) / 2;
            let sample = match (frame / 8_000) % 5 {
                0 => 0,
                1 => tones,
                2 => tones + hiss * (frame % 8_000) / 8_000,
                3 if frame % 1_500 == 700 => 30_000 - 20_000 * channel,
                3 => hiss / 64,
                _ if (frame / 50) % 2 == 0 => i32::from(i16::MAX),
                _ => i32::from(i16::MIN),
            };
            samples.push(sample as i16);
        }
    }
    samples
}

/// Makes the channels equal, but for every third stretch, and for single frames between two of the others.
fn repeat_first_channel(samples: &mut [i16]) {
    for (frame, pair) in samples.chunks_exact_mut(2).enumerate() {
        if (frame / 6_500) % 3 != 2 && frame % 6_500 != 1 {
            pair[1] = pair[0];
        }
    }
}

/// An FNV-1a hash of 64 bits.
struct Fnv1a(u64);

impl Fnv1a {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
