//! A label track for Audacity (Audacity Manual, "Importing and Exporting Labels"): a line for each clip, with its
//! start and end in seconds and its text, separated by tabs.
//!
//! Labels are for editing the sound. So clips without text have one too, and times have microseconds, which
//! distinguish neighbouring frames.

use std::fmt::{self, Display, Formatter, Result, Write};

use super::cue::microseconds;
use super::plain::{one_line, speaker};
use super::{Cue, Recording};

/// Writes the label file.
pub(super) fn write(recording: &Recording<'_>, out: &mut impl Write) -> Result {
    recording.cues.iter().try_for_each(|cue| {
        let [start, end] = [cue.at.start, cue.at.end].map(|frames| Seconds(microseconds(frames, recording.rate)));
        writeln!(out, "{start}\t{end}\t{}", label(cue))
    })
}

/// Returns the spoken words, or the clip's name if they are unknown.
fn label(cue: &Cue) -> String {
    let words = one_line(if cue.is_spoken() { &cue.text } else { &cue.name });
    if cue.is_spoken() { speaker(cue) + words.trim() } else { words.trim().into() }
}

/// Microseconds, written as `1.500000` seconds.
struct Seconds(u64);

impl Display for Seconds {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}
