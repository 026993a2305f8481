//! HE-AAC decodes to the same samples natively and on the web, bit for bit.
//!
//! As with the encoder (`aac_packets.rs`), native means x86 here.
#![cfg(any(target_arch = "wasm32", target_arch = "x86_64"))]

use std::sync::Arc;

use secuencia::media::{ClipReader, Content};
use secuencia::store::Bytes;
use secuencia::timeline::SampleRate;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Streams, each with the FNV-1a hash (64 bits) of its decoded samples.
const STREAMS: [(&[u8], u64); 2] = [
    (include_bytes!("../data/adts/he-aac-44100-stereo.aac"), 8_554_384_369_982_484_261),
    (include_bytes!("../data/adts/he-aac-v2-44100-stereo.aac"), 2_616_788_371_561_239_333),
];

#[test]
fn he_aac_decodes_to_the_recorded_samples() {
    let now = STREAMS.map(|(stream, _)| samples(stream));
    assert_eq!(now, STREAMS.map(|(_, recorded)| recorded));
}

fn samples(stream: &'static [u8]) -> u64 {
    const PIECE: usize = 4096;
    let content = Content::new(Arc::new(Bytes(stream.into())), "");
    let mut reader = ClipReader::open(content, 0, SampleRate::HZ_44100).unwrap();
    let (mut left, mut right) = ([0.0; PIECE], [0.0; PIECE]);
    let (mut hash, mut position) = (0xcbf2_9ce4_8422_2325_u64, 0);
    loop {
        let count = reader.read(position, &mut [&mut left, &mut right]).unwrap();
        for sample in left[..count].iter().chain(&right[..count]) {
            hash = (hash ^ u64::from(sample.to_bits())).wrapping_mul(0x0000_0100_0000_01b3);
        }
        position += count as u64;
        if count < PIECE {
            return hash;
        }
    }
}
