//! Helpers that make segments in parallel with the job.
//!
//! The job never depends on its [`Helpers`]: any free helper takes a segment, and a lost helper only costs speed,
//! because the job itself makes a segment that does not come back.

use super::plan::Assignment;
use super::segment::{Pass, Segment};

/// A helper's result: a segment, or `None` if it could not be made.
///
/// A helper may be late, and a job has several passes over the same numbers. So a delivery names its pass.
pub struct Delivery {
    /// The segment's number.
    pub number: u64,
    /// The pass for which it was claimed.
    pub pass: Pass,
    /// The segment; `None` if it could not be made.
    pub segment: Option<Segment>,
}

/// The helpers of a job. Each helper can read the library; none has access to the file.
#[allow(async_fn_in_trait, reason = "helpers are single-threaded, so their futures need not be Send")]
pub trait Helpers {
    /// Returns the present number of helpers. They may come and go during the job.
    fn size(&self) -> u64;
    /// Gives the assignment to all helpers. Called first, and again if the assignment changes; earlier claims are
    /// then void.
    fn begin(&self, assignment: &Assignment);
    /// Gives a segment to a free helper, or, if it may wait, to a busy one that has no other segment waiting. Returns
    /// `false` if there is no such helper.
    fn claim(&self, number: u64, pass: &Pass, may_wait: bool) -> bool;
    /// Returns a delivery that has arrived, if there is one. It may have been claimed in an earlier pass.
    fn take(&self) -> Option<Delivery>;
    /// Waits until a delivery arrives. Returns `false` after too long a wait.
    async fn wait(&self) -> bool;
}

/// No helpers: the job makes every segment itself.
pub struct Alone;

impl Helpers for Alone {
    fn size(&self) -> u64 {
        0
    }

    fn begin(&self, _: &Assignment) {}

    fn claim(&self, _: u64, _: &Pass, _: bool) -> bool {
        false
    }

    fn take(&self) -> Option<Delivery> {
        None
    }

    async fn wait(&self) -> bool {
        false
    }
}
