//! What several tests share.

pub mod aac;
pub mod crew;
pub mod export;
pub mod heap;
pub mod media;
pub mod mutate;
pub mod sources;
pub mod whole;
