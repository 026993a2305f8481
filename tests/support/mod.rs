//! What several test programs share.

#![allow(dead_code, reason = "each test program uses its part")]

pub mod crew;
pub mod export;
pub mod heap;
pub mod media;
pub mod mutate;
pub mod whole;
