//! A label track, as Audacity reads and writes it: a line a clip, of its start and its end in seconds and its text,
//! with tabs between (Audacity Manual, "Importing and Exporting Labels").
//!
//! Labels are for whoever edits the sound, so clips without text have one too, and times are to the microsecond, which
//! tells one frame from the next.

use std::fmt::{self, Display, Formatter, Result, Write};

use super::cue::microseconds;
use super::plain::{one_line, speaker};
use super::{Cue, Recording};

/// Writes the file.
pub(super) fn write(recording: &Recording<'_>, out: &mut impl Write) -> Result {
    recording.cues.iter().try_for_each(|cue| {
        let [start, end] = [cue.at.start, cue.at.end].map(|frames| Seconds(microseconds(frames, recording.rate)));
        writeln!(out, "{start}\t{end}\t{}", label(cue))
    })
}

/// What is said; where that is not known, what the clip is called.
fn label(cue: &Cue) -> String {
    let words = one_line(if cue.is_spoken() { &cue.text } else { &cue.name });
    if cue.is_spoken() { speaker(cue) + words.trim() } else { words.trim().into() }
}

/// Microseconds as `1.500000`.
struct Seconds(u64);

impl Display for Seconds {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}
