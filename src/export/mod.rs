//! The job: from a timeline's ID to a finished M4A.
//!
//! [`export()`] plans (loads the timeline, keeps its audio clips, opens each content), measures the mix where it shall
//! have a loudness, then has it rendered and encoded in segments, by itself and its [`Crew`], joins and writes them in
//! order, with the piece's tags, pictures and chapters around them, and makes the text files that go with it. It knows
//! no browser: the library is a [`Store`](crate::store::Store), the file a [`Sink`], and clock, progress and cancel a
//! [`Host`]. It promises that the file does not depend on who helps, that memory is flat (but for two bytes a packet,
//! and the clips' texts), that a cancel is heard between any two slices of work, that no clip stops the others unless
//! the caller wants it to, and that a job that does not finish leaves nothing behind.

mod assets;
mod block;
mod chapters;
mod crew;
mod error;
mod file_metadata;
mod grid;
mod host;
mod job;
mod name;
mod normalise;
mod options;
mod packets;
mod passes;
mod pictures;
mod plan;
mod pulse;
mod quantise;
mod recipe;
mod report;
mod seam;
mod segment;
mod sidecars;
mod sink;

pub use chapters::{ChapterSource, PlacedChapter};
pub use crew::{Alone, Crew, Delivery};
pub use error::{ClipProblem, ExportError, UnreadableClip};
pub use grid::Grid;
pub use host::Host;
pub use job::{export, plan_export};
pub use name::Extension;
pub use options::ExportOptions;
pub use plan::{Assignment, Materials, OnUnreadableClip, Plan};
pub use report::ExportReport;
pub use segment::{Encoding, Pass, Segment, SegmentMaker};
pub use sink::{MemorySink, Sink, SinkError};
