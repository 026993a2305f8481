//! Others who make segments too.
//!
//! A [`Crew`] is asked, never waited for: whoever is free takes a segment, and whoever is lost only costs speed, for
//! the job makes a segment itself that does not come back.

use super::plan::Assignment;
use super::segment::{Pass, Segment};

/// What a crew gives back: the segment of that number, or word that it could not be made.
///
/// A helper may be late, and a job has several passes over the same numbers. So a delivery names its pass.
pub struct Delivery {
    /// Which segment.
    pub number: u64,
    /// The pass in which it was claimed.
    pub pass: Pass,
    /// What was made.
    pub segment: Option<Segment>,
}

/// Helpers of a job. Each knows the library; none knows the file.
#[allow(async_fn_in_trait, reason = "crews are single-threaded, so their futures need not be Send")]
pub trait Crew {
    /// How many helpers there are at most.
    fn size(&self) -> u64;
    /// Tells everyone what is exported. Called first, and again where that has changed: what was claimed before is
    /// forgotten.
    fn begin(&self, assignment: &Assignment);
    /// Gives a segment to a helper that is free; where it may wait, also to one that is busy and has no other waiting.
    /// `false` if there is none.
    fn claim(&self, number: u64, pass: &Pass, may_wait: bool) -> bool;
    /// What has come back, one at a time. It may have been claimed in an earlier pass.
    fn take(&self) -> Option<Delivery>;
    /// Waits until something comes back. `false` if that takes too long.
    async fn wait(&self) -> bool;
}

/// No helpers.
pub struct Alone;

impl Crew for Alone {
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
