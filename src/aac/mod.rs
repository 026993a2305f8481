//! PCM to AAC packets: AAC-LC (ISO/IEC 14496-3) by the Fraunhofer FDK encoder, behind a safe wrapper.
//!
//! Promises:
//! - The same samples give the same packets, bit for bit, natively and in a browser (`tests/both/aac_packets.rs`), and
//!   however they are cut into calls.
//! - Each packet decodes to [`FRAME_LENGTH`] frames. The first sample comes out [`Encoder::delay`] frames late, and
//!   [`Encoder::finish`] writes packets until the last one is out too.
//! - What the encoder will not do is an [`AacError`] before the first packet, or stands in [`Encoder::bit_rate`].
//!
//! `fdk_wasm.h` and `libc/` are how the library's C++ is compiled for the web, where there is no C library: `libc.rs`
//! is what it needs of one, and `absent.rs` is what is left out.

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
