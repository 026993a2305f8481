//! The services that the job needs from its thread.

use super::journal::Journal;
use crate::progress::Progress;

/// The clock, the progress reports, the cancel and the journal of a job's thread.
#[allow(async_fn_in_trait, reason = "jobs are single-threaded, so their futures need not be Send")]
pub trait Host {
    /// Returns seconds on any clock that does not go back.
    fn now_seconds(&self) -> f64;
    /// Posts a report, without waiting for a receiver.
    fn report(&self, progress: Progress);
    /// Lets the thread's event loop run, so that a cancel can arrive.
    async fn breathe(&self);
    /// Returns whether bytes that the job will read next are on their way, so that it should wait for them.
    fn awaits_bytes(&self) -> bool {
        false
    }
    /// Waits for these bytes, unless the job is cancelled.
    async fn catch_up(&self) {}
    /// Returns whether the caller has cancelled the job.
    fn is_cancelled(&self) -> bool;
    /// Returns the job's journal. By default nothing is kept.
    fn journal(&self) -> Journal {
        Journal::default()
    }
}
