//! The timing file: SwiftSecuencia's `TimingData`, version 1.0, with sorted keys. Its schema is
//! docs/timing.schema.json.
//!
//! Every audible clip is a segment. An unknown text or character is left out.

use std::fmt::{Result, Write};

use super::cue::milliseconds;
use super::json::{Quoted, Seconds, list};
use super::{Cue, Recording};
use crate::timeline::SampleRate;

/// Writes the timing file.
pub(super) fn write(recording: &Recording<'_>, out: &mut impl Write) -> Result {
    let &Recording { file_name, rate, frames, ref cues, .. } = recording;
    writeln!(out, "{{\n  \"audioFile\": {},", Quoted(file_name))?;
    write!(out, "  \"duration\": {},\n  \"segments\": ", Seconds(milliseconds(frames, rate)))?;
    list(out, cues, |cue, out| segment(cue, rate, out))?;
    out.write_str(",\n  \"version\": \"1.0\"\n}\n")
}

fn segment(cue: &Cue, rate: SampleRate, out: &mut impl Write) -> Result {
    let (start, end) = cue.milliseconds(rate);
    let id = Quoted(&cue.clip.clip_id);
    writeln!(out, "{{\n      \"endTime\": {},\n      \"id\": {id},\n      \"metadata\": {{", Seconds(end))?;
    if !cue.voice.is_empty() {
        writeln!(out, "        \"character\": {},", Quoted(&cue.voice))?;
    }
    writeln!(out, "        \"clipId\": {id},\n        \"lane\": {}\n      }},", cue.lane)?;
    write!(out, "      \"startTime\": {}", Seconds(start))?;
    if !cue.text.is_empty() {
        write!(out, ",\n      \"text\": {}", Quoted(&cue.text))?;
    }
    out.write_str("\n    }")
}
