//! The clip that a thread is reading.
//!
//! In a browser a panic ends the module and none of our code runs after it, so nothing can return an error that names
//! the clip. But the module's memory can still be read. So each clip is noted here before it is read.
//!
//! A decoder that does not end takes its thread with it, and then nothing can be read. So a thread can have a watcher,
//! which passes on each clip before it is read.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::timeline::ClipRef;

/// Called with each clip that is about to be read, and with `None` after it.
type Watcher = Rc<dyn Fn(Option<&ClipRef>)>;

thread_local! {
    static READING: RefCell<Option<Arc<ClipRef>>> = const { RefCell::new(None) };
    static WATCHER: RefCell<Option<Watcher>> = const { RefCell::new(None) };
}

/// Returns the clip whose reading has begun on this thread and has not returned. After a panic, this clip caused it.
pub fn clip_being_read() -> Option<Arc<ClipRef>> {
    READING.with_borrow(Clone::clone)
}

/// Calls `watcher` with each clip that is about to be read on this thread, and with `None` after it.
pub fn watch_reading(watcher: impl Fn(Option<&ClipRef>) + 'static) {
    WATCHER.set(Some(Rc::new(watcher)));
}

/// Calls `read`, and notes `clip` as the one being read until `read` returns.
pub fn reading<T>(clip: &Arc<ClipRef>, read: impl FnOnce() -> T) -> T {
    let watcher = WATCHER.with_borrow(Clone::clone);
    let tell = |clip: Option<&ClipRef>| watcher.iter().for_each(|watcher| watcher(clip));
    READING.set(Some(clip.clone()));
    tell(Some(clip));
    let found = read();
    READING.set(None);
    tell(None);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(id: &str) -> Arc<ClipRef> {
        Arc::new(ClipRef { clip_id: id.into(), asset_id: format!("{id}.mp3") })
    }

    #[test]
    fn a_watcher_has_each_clip_before_it_is_read_and_knows_when_it_has_been() {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let watched = Rc::clone(&seen);
        reading(&name("unwatched"), || ());
        watch_reading(move |clip| watched.borrow_mut().push(clip.map(|clip| clip.clip_id.clone())));
        reading(&name("a"), || assert_eq!(*seen.borrow(), [Some("a".into())]));
        reading(&name("b"), || ());
        assert_eq!(*seen.borrow(), [Some("a".into()), None, Some("b".into()), None]);
    }

    #[test]
    fn a_clip_is_to_blame_from_the_start_of_its_reading_to_the_end_and_after_a_panic() {
        assert_eq!(clip_being_read(), None);
        assert_eq!(reading(&name("a"), clip_being_read), Some(name("a")));
        assert_eq!(clip_being_read(), None);
        let broken = std::panic::catch_unwind(|| reading(&name("b"), || panic!("as a decoder might")));
        assert!(broken.is_err());
        assert_eq!(clip_being_read(), Some(name("b")));
    }
}
