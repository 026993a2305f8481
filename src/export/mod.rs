//! The job: from a timeline's ID to a finished M4A.
//!
//! [`export()`] makes a plan: it loads the timeline, keeps its audio clips and opens each content. With a loudness
//! target it then measures the mix. The job and its [`Helpers`] render and encode the mix in segments. The job joins
//! these, writes them in order, with the piece's tags, pictures and chapters around them, and makes the text files
//! beside the audio. It depends on no browser: the library is a [`Store`](crate::store::Store), the file a [`Sink`],
//! and clock, progress and cancel a [`Host`].
//!
//! A [`Preview`] renders the same mix as PCM, to play it.
//!
//! It promises:
//! - The file does not depend on the helpers.
//! - Memory does not grow with the length, except for two bytes for each packet and the clips' texts.
//! - A cancel takes effect between any two slices of work.
//! - No clip stops the others unless the caller wants it to.
//! - A job that does not finish leaves nothing behind, except in its [`Journal`], from which it can go on.

mod assets;
mod block;
mod error;
mod file_metadata;
mod grid;
mod helpers;
mod host;
mod job;
mod journal;
mod normalise;
mod options;
mod packets;
mod passes;
mod pictures;
mod plan;
mod preview;
mod pulse;
mod quantise;
mod recipe;
mod rehearsal;
mod report;
mod seam;
mod segment;
mod sidecars;
mod sink;
mod stretch;

pub use error::{ClipProblem, ExportError, UnreadableClip};
pub use grid::Grid;
pub use helpers::{Alone, Delivery, Helpers};
pub use host::Host;
pub use job::{Survey, export, plan_export, survey};
pub use journal::{Journal, JournalFile};
pub use options::{ExportOptions, FilePart};
pub use plan::{Assignment, Materials, OnUnreadableClip, Plan};
pub use preview::{Preview, PreviewOptions};
pub use rehearsal::Rehearsal;
pub use report::ExportReport;
pub use segment::{Encoding, Pass, Segment, SegmentMaker};
pub use sink::{MemorySink, Sink, SinkError};
pub use stretch::{Stretch, TimeRange};
