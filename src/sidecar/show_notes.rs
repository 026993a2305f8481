//! The chapters as a list for show notes: a line for each, with its start as `MM:SS` and its title. If the file is an
//! hour or longer, every start is `H:MM:SS`. There is no standard; YouTube ("Video chapters", YouTube Help) and podcast
//! apps make links of times at the starts of lines.
//!
//! Starts are rounded down to the whole second, from the frame itself: a link never leads behind its chapter's start.

use std::fmt::{self, Display, Formatter, Result, Write};

use super::Recording;
use super::plain::one_line;

const SECONDS_PER_HOUR: u64 = 3_600;

/// Writes the chapter list.
pub(super) fn write(recording: &Recording<'_>, out: &mut impl Write) -> Result {
    let &Recording { rate, frames, chapters, .. } = recording;
    let whole_seconds = |frames| frames / u64::from(rate.hz());
    let with_hours = whole_seconds(frames) >= SECONDS_PER_HOUR;
    chapters.iter().try_for_each(|chapter| {
        let start = Start { seconds: whole_seconds(chapter.start), with_hours };
        let title = one_line(&chapter.title);
        match title.trim() {
            "" => writeln!(out, "{start}"),
            title => writeln!(out, "{start} {title}"),
        }
    })
}

/// Whole seconds, written as `02:03`, or with hours as `1:02:03`.
struct Start {
    seconds: u64,
    with_hours: bool,
}

impl Display for Start {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (minutes, seconds) = (self.seconds / 60, self.seconds % 60);
        if self.with_hours {
            write!(f, "{}:{:02}:{seconds:02}", minutes / 60, minutes % 60)
        } else {
            write!(f, "{minutes:02}:{seconds:02}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sidecar::Chapter;
    use crate::timeline::{Frames, SampleRate};

    const HOUR: Frames = 3_600 * 44_100;

    fn written(frames: Frames, chapters: &[(&str, Frames)]) -> String {
        let chapters: Vec<_> = chapters.iter().map(|&(title, start)| Chapter { title: title.into(), start }).collect();
        let rate = SampleRate::HZ_44100;
        let (file_name, title) = ("Play.m4a", "Play");
        let recording = Recording { file_name, title, rate, frames, cues: Vec::new(), chapters: &chapters };
        let mut out = String::new();
        write(&recording, &mut out).unwrap();
        out
    }

    #[test]
    fn starts_are_rounded_down_to_the_frame() {
        let chapters = [("One", 0), ("Two", 59 * 44_100 + 44_099), ("Three", 60 * 44_100)];
        assert_eq!(written(HOUR / 2, &chapters), "00:00 One\n00:59 Two\n01:00 Three\n");
    }

    #[test]
    fn every_line_has_hours_from_an_hour_on() {
        let chapters = [("One", 0), ("Two", HOUR - 1)];
        assert_eq!(written(HOUR - 1, &chapters[..1]), "00:00 One\n");
        assert_eq!(written(HOUR, &chapters), "0:00:00 One\n0:59:59 Two\n");
        assert_eq!(written(101 * HOUR, &[("Late", 100 * HOUR + 44_100)]), "100:00:01 Late\n");
    }

    #[test]
    fn a_title_is_one_line_and_may_be_empty() {
        assert_eq!(written(HOUR / 2, &[(" a\r\nb\u{2028}", 0), (" \n", 44_100)]), "00:00 a  b\n00:01\n");
    }

    #[test]
    fn without_chapters_the_list_is_empty() {
        assert_eq!(written(HOUR, &[]), "");
    }
}
