//! PCM to AAC packets: AAC-LC (ISO/IEC 14496-3) by the Fraunhofer FDK encoder, in a safe wrapper.
//!
//! It promises:
//! - The same samples give the same packets, bit for bit, natively and in a browser (`tests/both/aac_packets.rs`),
//!   however they are divided among calls.
//! - Each packet decodes to [`FRAME_LENGTH`] frames. The first sample comes out [`Encoder::delay`] frames late, and
//!   [`Encoder::finish`] writes packets until the last sample is out too.
//! - A setting that the encoder cannot follow is an [`AacError`] before the first packet; only a bit rate may be
//!   lowered, as [`Encoder::bit_rate`] shows.
//!
//! For the web, where there is no C library, the library's C++ is compiled with `fdk_wasm.h` and the headers in
//! `libc/`. `libc.rs` has the C functions that it needs, `fdk/` has SIMD versions of its slowest functions, and
//! `absent.rs` leaves out its unused parts.

#[cfg(target_arch = "wasm32")]
mod absent;
mod encoder;
mod error;
#[cfg(target_arch = "wasm32")]
mod libc;
#[cfg(test)]
mod tests;

pub use encoder::{Encoder, EncoderConfig, FRAME_LENGTH};
pub use error::AacError;
