//! WebVTT, as the W3C specifies it (WebVTT: The Web Video Text Tracks Format, sections 4.1 and 4.2).
//!
//! A clip's ID is its cue's identifier, and its voice a voice span around the text. Cues without text are left out:
//! they would show nothing.

use std::fmt::{Result, Write};

use super::plain::{Clock, is_blank, lines, one_line};
use super::{Cue, Recording};

/// Words that begin a block of another kind. Most readers look no further, and would drop a cue with such an
/// identifier.
const BLOCKS: [&str; 3] = ["NOTE", "STYLE", "REGION"];

/// Writes the file.
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

/// The clip's ID on a line of its own: anything but an arrow or a line break. An ID that looks empty is left out.
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

/// The lines, within a voice span if somebody is named. A blank line would end the cue, so there is a space that does
/// not look like one to a reader.
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

/// Who speaks. Firefox knows no voice with a backslash in it, and what ends in two hyphens would end in an arrow.
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

/// Text in which nothing is markup. An escaped `>` makes no arrow. A NUL, which a file cannot hold, is what readers
/// make of it.
fn escaped(text: &str, out: &mut impl Write) -> Result {
    text.chars().try_for_each(|char| match char {
        '&' => out.write_str("&amp;"),
        '<' => out.write_str("&lt;"),
        '>' => out.write_str("&gt;"),
        '\0' => out.write_char(char::REPLACEMENT_CHARACTER),
        char => out.write_char(char),
    })
}
