//! Tests of the wasm modules in a real browser's worker.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod aac_bits;
#[path = "../both/aac_decoding.rs"]
mod aac_decoding;
mod aac_kernels;
#[path = "../both/aac_packets.rs"]
mod aac_packets;
mod aac_search;
mod export;
mod inspect;
mod page;
mod store;
mod support;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
