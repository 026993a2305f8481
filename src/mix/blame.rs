//! Which clip a thread is reading.
//!
//! In a browser a panic ends the module, and no code of ours runs behind it: nobody is left to return an error that
//! names the clip. But the module's memory can still be asked. So what is about to be read is noted here.

use std::cell::RefCell;
use std::sync::Arc;

use crate::timeline::ClipRef;

thread_local! {
    static READING: RefCell<Option<Arc<ClipRef>>> = const { RefCell::new(None) };
}

/// The clip whose reading has begun on this thread and has not come back: where a panic ended it, the one to blame.
pub fn clip_being_read() -> Option<Arc<ClipRef>> {
    READING.with_borrow(Clone::clone)
}

/// Reads of a clip, and notes it for as long as that takes.
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
