//! Code that several tests share.

pub mod aac;
pub mod export;
pub mod heap;
pub mod helpers;
pub mod m4a;
pub mod matrix;
pub mod media;
pub mod mutate;
pub mod pcm;
pub mod recipes;
pub mod sources;
pub mod whole;
