//! The clip that a thread is reading.
//!
//! In a browser a panic ends the module and none of our code runs after it, so nothing can return an error that names
//! the clip. But the module's memory can still be read. So each clip is noted here before it is read.

use std::cell::RefCell;
use std::sync::Arc;

use crate::timeline::ClipRef;

thread_local! {
    static READING: RefCell<Option<Arc<ClipRef>>> = const { RefCell::new(None) };
}

/// Returns the clip whose reading has begun on this thread and has not returned. After a panic, this clip caused it.
pub fn clip_being_read() -> Option<Arc<ClipRef>> {
    READING.with_borrow(Clone::clone)
}

/// Calls `read`, and notes `clip` as the one being read until `read` returns.
pub fn reading<T>(clip: &Arc<ClipRef>, read: impl FnOnce() -> T) -> T {
    READING.set(Some(clip.clone()));
    let found = read();
    READING.set(None);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_is_to_blame_from_the_start_of_its_reading_to_the_end_and_after_a_panic() {
        let name = |id: &str| Arc::new(ClipRef { clip_id: id.into(), asset_id: format!("{id}.mp3") });
        assert_eq!(clip_being_read(), None);
        assert_eq!(reading(&name("a"), clip_being_read), Some(name("a")));
        assert_eq!(clip_being_read(), None);
        let broken = std::panic::catch_unwind(|| reading(&name("b"), || panic!("as a decoder might")));
        assert!(broken.is_err());
        assert_eq!(clip_being_read(), Some(name("b")));
    }
}
