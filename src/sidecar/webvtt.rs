//! WebVTT, as specified by the W3C (WebVTT: The Web Video Text Tracks Format, sections 4.1 and 4.2).
//!
//! A clip's ID is its cue's identifier, and its voice is a voice span around the text. Cues without text are left
//! out, because they would show nothing.

use std::fmt::{Result, Write};

use super::plain::{Clock, is_blank, lines, one_line};
use super::{Cue, Recording};

/// Words that begin a block of another kind. Most readers check only the first word of an identifier, and would drop
/// a cue that begins with one of these.
const BLOCKS: [&str; 3] = ["NOTE", "STYLE", "REGION"];

/// Writes the WebVTT file.
pub(super) fn write(recording: &Recording<'_>, out: &mut impl Write) -> Result {
    out.write_str("WEBVTT\n")?;
    for cue in recording.cues.iter().filter(|cue| cue.is_spoken()) {
        let (start, end) = cue.milliseconds(recording.rate);
        let clock = |milliseconds| Clock { milliseconds, mark: '.' };
        out.write_char('\n')?;
        identifier(cue, out)?;
        writeln!(out, "{} --> {}", clock(start), clock(end))?;
        payload(cue, out)?;
        out.write_char('\n')?;
    }
    Ok(())
}

/// Writes the clip's ID on its own line. It must not contain an arrow or a line break. A blank ID is left out.
fn identifier(cue: &Cue, out: &mut impl Write) -> Result {
    let mut id = String::new();
    for char in one_line(&cue.clip.clip_id).chars() {
        if char == '>' && id.ends_with("--") {
            id.push(' ');
        }
        id.push(char);
    }
    if is_blank(&id) {
        return Ok(());
    }
    if BLOCKS.contains(&id.split(' ').next().unwrap_or_default()) {
        out.write_char('_')?;
    }
    writeln!(out, "{id}")
}

/// Writes the lines, within a voice span if the speaker is known. A blank line would end the cue, so it gets a
/// no-break space, which readers do not count as blank.
fn payload(cue: &Cue, out: &mut impl Write) -> Result {
    let voice = one_line(&cue.voice);
    let voice = voice.trim();
    if !voice.is_empty() {
        out.write_str("<v ")?;
        annotation(voice, out)?;
        out.write_char('>')?;
    }
    for (index, line) in lines(&cue.text).into_iter().enumerate() {
        if index > 0 {
            out.write_char('\n')?;
        }
        if is_blank(line) { out.write_str("&nbsp;")? } else { escaped(line, out)? }
    }
    if voice.is_empty() { Ok(()) } else { out.write_str("</v>") }
}

/// Writes the speaker. Firefox accepts no backslash in a voice, and two hyphens at the end would form an arrow with
/// the tag's `>`. So both are escaped.
fn annotation(voice: &str, out: &mut impl Write) -> Result {
    let (voice, last) = voice.strip_suffix("--").map_or((voice, ""), |voice| (voice, "-&#45;"));
    for (index, part) in voice.split('\\').enumerate() {
        if index > 0 {
            out.write_str("&#92;")?;
        }
        escaped(part, out)?;
    }
    out.write_str(last)
}

/// Writes text without markup. An escaped `>` cannot form an arrow. A NUL becomes U+FFFD, as in a WebVTT reader.
fn escaped(text: &str, out: &mut impl Write) -> Result {
    text.chars().try_for_each(|char| match char {
        '&' => out.write_str("&amp;"),
        '<' => out.write_str("&lt;"),
        '>' => out.write_str("&gt;"),
        '\0' => out.write_char(char::REPLACEMENT_CHARACTER),
        char => out.write_char(char),
    })
}
