//! The chapters, in the format that podcast players fetch: `application/json+chapters`, version 1.2.0 of the
//! Podcasting 2.0 namespace (podcast-namespace, `docs/examples/chapters/jsonChapters.md`). Keys are sorted.

use std::fmt::{Result, Write};

use super::Recording;
use super::cue::milliseconds;
use super::json::{Quoted, Seconds, list};

/// Writes the chapters file.
pub(super) fn write(recording: &Recording<'_>, out: &mut impl Write) -> Result {
    let &Recording { file_name, title, rate, chapters, .. } = recording;
    out.write_str("{\n  \"chapters\": ")?;
    list(out, chapters, |chapter, out| {
        let (start, title) = (Seconds(milliseconds(chapter.start, rate)), Quoted(&chapter.title));
        write!(out, "{{\n      \"startTime\": {start},\n      \"title\": {title}\n    }}")
    })?;
    let (file_name, title) = (Quoted(file_name), Quoted(title));
    writeln!(out, ",\n  \"fileName\": {file_name},\n  \"title\": {title},\n  \"version\": \"1.2.0\"\n}}")
}
