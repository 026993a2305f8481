//! SubRip subtitles. There is no standard; players agree on numbered blocks with a blank line between them.
//!
//! There is no escaping, and players read tags in `<…>` and `{…}`. An invisible zero-width space separates the
//! character that would begin a tag from the next one. The speaker precedes the text; cues without text are left out.

use std::fmt::{Result, Write};

use super::Recording;
use super::plain::{Clock, is_blank, lines, speaker};

/// Separates characters that would form a tag or an arrow.
const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// Writes the subtitle file.
pub(super) fn write(recording: &Recording<'_>, out: &mut impl Write) -> Result {
    for (index, cue) in recording.cues.iter().filter(|cue| cue.is_spoken()).enumerate() {
        let (start, end) = cue.milliseconds(recording.rate);
        let clock = |milliseconds| Clock { milliseconds, mark: ',' };
        if index > 0 {
            out.write_char('\n')?;
        }
        writeln!(out, "{}\n{} --> {}", index + 1, clock(start), clock(end))?;
        harmless(&speaker(cue), out)?;
        for line in lines(&cue.text) {
            // A blank line would end the block, and some readers also count a line of spaces as blank.
            if is_blank(line) {
                out.write_char(ZERO_WIDTH_SPACE)?
            } else {
                harmless(line, out)?
            }
            out.write_char('\n')?;
        }
    }
    Ok(())
}

/// Writes text so that it contains no tag and no arrow.
fn harmless(text: &str, out: &mut impl Write) -> Result {
    let mut before = ['\0'; 2];
    text.chars().try_for_each(|char| {
        let begins_tag = before[1] == '{' || before[1] == '<' && (char.is_ascii_alphabetic() || char == '/');
        if begins_tag || char == '>' && before == ['-', '-'] {
            out.write_char(ZERO_WIDTH_SPACE)?;
        }
        before = [before[1], char];
        out.write_char(if char == '\0' { char::REPLACEMENT_CHARACTER } else { char })
    })
}
