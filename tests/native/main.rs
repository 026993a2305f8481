//! The library's promises, tested natively. All tests are one program: each further one would have to be linked, and
//! its tests would wait for the others'. `cargo test --test native media_` runs some of them.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../both/aac_decoding.rs"]
mod aac_decoding;
#[path = "../both/aac_packets.rs"]
mod aac_packets;
mod choices;
mod export_chapters;
mod export_exact;
mod export_failures;
mod export_faithful;
mod export_journal;
mod export_layout;
mod export_loudness;
mod export_pictures;
mod export_preview;
mod export_range;
mod export_segments;
mod export_sidecars;
mod finished_file;
mod formats_matrix;
mod formats_table;
mod m4a_file;
mod m4a_moov_last;
mod media_aac;
mod media_against_ffmpeg;
mod media_aiff_caf;
mod media_cases;
mod media_damage;
mod media_flac;
mod media_formats;
mod media_fuzz;
mod media_joined;
mod media_latm;
mod media_layout;
mod media_matroska;
mod media_memory;
mod media_mp4;
mod media_ogg;
mod media_purity;
mod media_resample;
mod media_seek;
mod media_seek_cost;
mod media_sniff;
mod media_wave;
mod mix_limiter;
mod mix_purity;
mod sidecar_files;
#[path = "../support/mod.rs"]
mod support;

/// The counting allocator, for tests that measure memory.
#[global_allocator]
static HEAP: support::heap::Heap = support::heap::Heap;
