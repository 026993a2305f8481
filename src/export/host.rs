//! What the job needs of the thread it runs on.

use crate::progress::Progress;

/// Clock, progress and cancel.
#[allow(async_fn_in_trait, reason = "jobs are single-threaded, so their futures need not be Send")]
pub trait Host {
    /// Seconds on any clock that does not go back.
    fn now_seconds(&self) -> f64;
    /// Posts a report and forgets it. It must not wait for anyone.
    fn report(&self, progress: Progress);
    /// Lets the thread's other events happen, a cancel among them.
    async fn breathe(&self);
    /// Whether the caller has asked for the job to stop.
    fn is_cancelled(&self) -> bool;
}
