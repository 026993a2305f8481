//! Encodes 16-bit stereo samples with one encoder, from the first to the last. Its speed is the limit for an export,
//! and its file is the reference for one made in segments. `bench/` runs it natively and, as a module, in a browser.
//!
//! `cargo run --release --example encode_whole -- OUT.m4a RATE BIT_RATE PCM` reads raw little-endian samples and
//! writes the file. It prints as JSON the encoding time, and the packets at which an export would begin a segment.

#[path = "../../tests/support/whole.rs"]
mod whole;

use std::error::Error;

use secuencia::aac::EncoderConfig;
use whole::encode_whole;

fn encode(samples: &[i16], rate: u32, bit_rate: u32) -> Result<(Vec<u8>, u64), Box<dyn Error>> {
    let config = EncoderConfig { sample_rate: rate.try_into()?, bit_rate, ..EncoderConfig::default() };
    encode_whole(samples, &config)
}

fn samples(bytes: &[u8]) -> Vec<i16> {
    bytes.chunks_exact(2).map(|sample| i16::from_le_bytes([sample[0], sample[1]])).collect()
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [out, rate, bit_rate, pcm] = &arguments[..] else {
        return Err("tell it OUT.m4a RATE BIT_RATE PCM".into());
    };
    let samples = samples(&std::fs::read(pcm)?);
    let start = std::time::Instant::now();
    let (file, packets) = encode(&samples, rate.parse()?, bit_rate.parse()?)?;
    let wall_seconds = start.elapsed().as_secs_f64();
    std::fs::write(out, file)?;
    let grid = secuencia::export::Grid::new(packets);
    let seams: Vec<u64> = (1..grid.segments()).map(|number| grid.segment(number).start).collect();
    println!("{}", serde_json::json!({ "wallSeconds": wall_seconds, "seams": seams }));
    Ok(())
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(target_arch = "wasm32")]
mod web {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Samples to encode.
    #[wasm_bindgen]
    pub struct Recording(Vec<i16>);

    #[wasm_bindgen]
    impl Recording {
        /// Reads raw little-endian samples.
        #[wasm_bindgen(constructor)]
        pub fn new(pcm: &[u8]) -> Self {
            Self(super::samples(pcm))
        }

        /// Encodes the samples to a file. Throws the reason on failure.
        pub fn encode(&self, rate: u32, bit_rate: u32) -> Result<Vec<u8>, String> {
            let (file, _) = super::encode(&self.0, rate, bit_rate).map_err(|error| error.to_string())?;
            Ok(file)
        }
    }
}
