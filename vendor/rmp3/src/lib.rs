//! The bindings of minimp3, without the crate's own wrapper: see README.md.
#![no_std]

pub mod ffi;
