//! The job: from a timeline's ID to a finished M4A.
//!
//! [`export()`] plans (loads the timeline, keeps its audio clips, opens each content), measures the mix where it shall
//! have a loudness, then renders, encodes and writes block by block. It knows no browser: the library is a
//! [`Store`](crate::store::Store), the file a [`Sink`], and clock, progress and cancel a [`Host`]. It promises that
//! memory is flat (but for two bytes a packet), that a cancel is heard between any two slices of work, that no clip
//! stops the others unless the caller wants it to, and that a job that does not finish leaves nothing behind.

mod block;
mod error;
mod host;
mod job;
mod name;
mod normalise;
mod packets;
mod plan;
mod pulse;
mod quantise;
mod sink;

pub use error::{ClipProblem, ExportError, UnreadableClip};
pub use host::Host;
pub use job::{ExportOptions, ExportReport, export, plan_export};
pub use plan::{OnUnreadableClip, Plan};
pub use sink::{MemorySink, Sink, SinkError};
