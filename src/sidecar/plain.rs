//! Lines, names and clock times, for the formats made of lines of text.

use std::fmt;

use super::Cue;

/// Splits a text into the user's lines, without blank lines at its ends.
///
/// Only the line ends of Windows, Unix and the old Mac count, because readers of these formats know only these.
pub(super) fn lines(text: &str) -> Vec<&str> {
    // The CR of a CRLF is not a line end of its own.
    let unix = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let mut lines: Vec<&str> = unix.flat_map(|line| line.split('\r')).collect();
    while lines.last().is_some_and(|line| is_blank(line)) {
        lines.pop();
    }
    let first = lines.iter().position(|line| !is_blank(line)).unwrap_or(lines.len());
    lines.split_off(first)
}

/// Returns whether a line looks empty to a reader that strips white space.
pub(super) fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// Turns a text into one line: a space replaces each character that could break or end the line.
pub(super) fn one_line(text: &str) -> String {
    let breaks = |char: char| char.is_control() || matches!(char, '\u{2028}' | '\u{2029}');
    text.chars().map(|char| if breaks(char) { ' ' } else { char }).collect()
}

/// Returns `VOICE: ` for formats without a field for the speaker; empty if there is no name.
pub(super) fn speaker(cue: &Cue) -> String {
    let voice = one_line(&cue.voice);
    let voice = voice.trim();
    if voice.is_empty() { String::new() } else { format!("{voice}: ") }
}

/// Milliseconds, written as `01:02:03.004`, with at least two digits for the hours.
pub(super) struct Clock {
    pub(super) milliseconds: u64,
    /// The decimal mark before the milliseconds.
    pub(super) mark: char,
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, milliseconds) = (self.milliseconds / 1_000, self.milliseconds % 1_000);
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        let (hours, minutes, mark) = (minutes / 60, minutes % 60, self.mark);
        write!(f, "{hours:02}:{minutes:02}:{seconds:02}{mark}{milliseconds:03}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways_and_are_not_blank_at_the_ends() {
        assert_eq!(lines("\n \r\na\r\n\r\nb\rc\nd\u{2028}e\n\t\n"), ["a", "", "b", "c", "d\u{2028}e"]);
        assert!(lines(" \r\n").is_empty());
    }

    #[test]
    fn one_line_has_no_break_of_any_kind() {
        assert_eq!(one_line("\u{0}a\tb\r\nc\u{85}d\u{2028}e\u{2029}f\u{7f}g"), " a b  c d e f g");
    }

    #[test]
    fn a_clock_goes_past_a_hundred_hours() {
        let clock = |milliseconds| Clock { milliseconds, mark: '.' }.to_string();
        assert_eq!(clock(0), "00:00:00.000");
        assert_eq!(clock(3_723_004), "01:02:03.004");
        assert_eq!(clock(360_000_000 + 59_999), "100:00:59.999");
    }
}
