//! The job: from a timeline's ID to a finished M4A.
//!
//! [`export()`] loads the timeline, keeps its audio clips, composes, then renders, encodes and writes block by block. It
//! knows no browser: the library is a [`Store`](crate::store::Store), the file a [`Sink`], and clock, progress and cancel
//! a [`Host`]. It promises that memory is flat (but for two bytes a packet), that a cancel is heard between any two
//! slices of work, and that a job that does not finish leaves nothing behind.

mod error;
mod host;
mod job;
mod name;
mod pulse;
mod quantise;
mod sink;

pub use error::ExportError;
pub use host::Host;
pub use job::{ExportOptions, ExportReport, export};
pub use sink::{MemorySink, Sink, SinkError};
