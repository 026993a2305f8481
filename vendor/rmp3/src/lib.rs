//! The bindings of minimp3, without the wrapper that comes with them: see README.md.
#![no_std]

pub mod ffi;
