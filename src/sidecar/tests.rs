//! Reads written files back, with readers that accept only what the formats allow.

use std::time::Instant;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::cue::{microseconds, milliseconds};
use super::text::MAX_BYTES;
use super::{Chapter, Cue, Recording, Sidecar, SidecarError, SidecarKind};
use crate::timeline::{ClipRef, Frames, SampleRate};

/// A cue as read back from a file.
#[derive(Debug, PartialEq)]
struct Read {
    id: String,
    milliseconds: (u64, u64),
    voice: String,
    text: String,
}

/// Reads WebVTT by its grammar (section 4.1), and panics on anything else.
fn read_webvtt(file: &str) -> Vec<Read> {
    assert!(!file.contains(['\r', '\0']));
    let blocks = file.strip_prefix("WEBVTT\n").unwrap().strip_suffix('\n').unwrap_or_default();
    let blocks = blocks.split_terminator("\n\n").map(|block| block.strip_prefix('\n').unwrap_or(block));
    blocks.map(read_webvtt_cue).collect()
}

fn read_webvtt_cue(block: &str) -> Read {
    let mut lines = block.split('\n').peekable();
    let id = lines.next_if(|line| !line.contains("-->")).unwrap_or_default();
    let (start, end) = lines.next().unwrap().split_once(" --> ").unwrap();
    let payload: Vec<_> = lines.collect();
    assert!(payload.iter().all(|line| !line.is_empty() && !line.contains("-->")), "{payload:?}");
    let payload = payload.join("\n");
    let (voice, text) = match payload.strip_prefix("<v ") {
        Some(rest) => rest.strip_suffix("</v>").unwrap().split_once('>').unwrap(),
        None => ("", payload.as_str()),
    };
    Read {
        id: id.into(),
        milliseconds: (read_clock(start, '.'), read_clock(end, '.')),
        voice: unescape(voice),
        text: unescape(text),
    }
}

/// Resolves the references in text without markup. Every `&` must begin a reference.
fn unescape(text: &str) -> String {
    assert!(!text.contains(['<', '>']), "{text}");
    let (plain, references) = text.split_once('&').map_or((text, None), |(plain, rest)| (plain, Some(rest)));
    let mut found = String::from(plain);
    for reference in references.into_iter().flat_map(|rest| rest.split('&')) {
        let (name, plain) = reference.split_once(';').unwrap();
        found.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "nbsp" => '\u{a0}',
            "#45" => '-',
            "#92" => '\\',
            other => panic!("&{other};"),
        });
        found.push_str(plain);
    }
    found
}

fn read_clock(clock: &str, mark: char) -> u64 {
    let (clock, milliseconds) = clock.rsplit_once(mark).unwrap();
    let [hours, minutes, seconds] = <[&str; 3]>::try_from(clock.split(':').collect::<Vec<_>>()).unwrap();
    assert!(hours.len() >= 2 && minutes.len() == 2 && seconds.len() == 2 && milliseconds.len() == 3, "{clock}");
    let [hours, minutes, seconds, milliseconds] =
        [hours, minutes, seconds, milliseconds].map(|digits| digits.parse::<u64>().unwrap());
    assert!(minutes < 60 && seconds < 60, "{clock}");
    ((hours * 60 + minutes) * 60 + seconds) * 1_000 + milliseconds
}

/// Reads SRT: blocks numbered from 1, separated by one empty line.
fn read_srt(file: &str) -> Vec<Read> {
    assert!(!file.contains(['\r', '\0']));
    let blocks: Vec<_> = file.strip_suffix('\n').map_or_else(Vec::new, |blocks| blocks.split("\n\n").collect());
    let read = |(index, block): (usize, &str)| {
        let (number, rest) = block.split_once('\n').unwrap();
        assert_eq!(number, (index + 1).to_string());
        let (times, text) = rest.split_once('\n').unwrap();
        let (start, end) = times.split_once(" --> ").unwrap();
        assert!(text.split('\n').all(|line| !line.trim().is_empty() && !line.contains("-->")), "{text:?}");
        let milliseconds = (read_clock(start, ','), read_clock(end, ','));
        Read { id: String::new(), milliseconds, voice: String::new(), text: text.into() }
    };
    blocks.into_iter().enumerate().map(read).collect()
}

/// Reads labels: start and end in microseconds, and text.
fn read_labels(file: &str) -> Vec<(u64, u64, String)> {
    let micros = |seconds: &str| {
        let (whole, part) = seconds.split_once('.').unwrap();
        assert_eq!(part.len(), 6);
        whole.parse::<u64>().unwrap() * 1_000_000 + part.parse::<u64>().unwrap()
    };
    let read = |line: &str| {
        let [start, end, text] = <[&str; 3]>::try_from(line.split('\t').collect::<Vec<_>>()).unwrap();
        assert!(!text.contains(char::is_control));
        (micros(start), micros(end), text.into())
    };
    file.split_terminator('\n').map(read).collect()
}

/// Reads a chapter list: starts in seconds, and titles. All starts have hours, or none has.
fn read_show_notes(file: &str, has_hours: bool) -> Vec<(u64, String)> {
    let read = |line: &str| {
        let (clock, title) = line.split_once(' ').unwrap_or((line, ""));
        assert_eq!(title, flat(title).trim());
        let (hours, minutes, seconds) = match clock.split(':').collect::<Vec<_>>()[..] {
            [hours, minutes, seconds] if has_hours => (hours, minutes, seconds),
            [minutes, seconds] if !has_hours => ("0", minutes, seconds),
            _ => panic!("{clock}"),
        };
        assert!((minutes.len(), seconds.len()) == (2, 2) && (hours == "0" || !hours.starts_with('0')), "{clock}");
        let [hours, minutes, seconds] = [hours, minutes, seconds].map(|digits| digits.parse::<u64>().unwrap());
        assert!(minutes < 60 && seconds < 60, "{clock}");
        ((hours * 60 + minutes) * 60 + seconds, title.into())
    };
    assert!(file.is_empty() || file.ends_with('\n'));
    file.split_terminator('\n').map(read).collect()
}

const RATES: [u32; 6] = [1, 8_000, 44_056, 44_100, 48_000, 768_000];

/// Text that formats stumble over, mixed with all other characters.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            " ",
            "\t",
            "-->",
            "--",
            ">",
            "<",
            "</v>",
            "<v A>",
            "<b>",
            "{\\an8}",
            "{",
            "&",
            "&amp;",
            "&#10;",
            "&nbsp;",
            "\0",
            "\u{b}",
            "\u{c}",
            "\u{85}",
            "\u{2028}",
            "\u{2029}",
            "\u{feff}",
            "\u{202e}",
            "\u{200b}",
            "e\u{301}",
            "שלום",
            "🎭",
            "NOTE x",
            "NOTE",
            "STYLE",
            "WEBVTT",
            "1",
            "00:00:00.000 --> 00:00:01.000",
            "\"",
            "\\",
            "\u{7f}",
            "\u{1b}",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn any_cue() -> impl Strategy<Value = Cue> {
    let times = (0..1u64 << 40, prop_oneof![1..4u64, 1..1u64 << 30]);
    (hostile(), hostile(), hostile(), hostile(), times, any::<i32>()).prop_map(
        |(clip_id, name, text, voice, (start, frames), lane)| {
            let clip = ClipRef { clip_id, asset_id: "asset".into() };
            Cue { clip, name, at: start..start + frames, lane, text, voice }
        },
    )
}

fn any_recording() -> impl Strategy<Value = Owned> {
    let chapter = (hostile(), 0..1u64 << 41).prop_map(|(title, start)| Chapter { title, start });
    let (cues, chapters) = (prop::collection::vec(any_cue(), 0..6), prop::collection::vec(chapter, 0..4));
    let frames = prop_oneof![1..1u64 << 41, 1..1u64 << 28];
    (hostile(), hostile(), prop::sample::select(RATES.to_vec()), frames, cues, chapters).prop_map(
        |(file_name, title, hz, frames, cues, mut chapters)| {
            let rate = SampleRate::new(hz).unwrap();
            chapters.iter_mut().for_each(|chapter| chapter.start %= frames);
            chapters.sort_by_key(|chapter| chapter.start);
            Owned { file_name, title, rate, frames, cues: Cue::in_order(cues), chapters }
        },
    )
}

#[derive(Debug)]
struct Owned {
    file_name: String,
    title: String,
    rate: SampleRate,
    frames: Frames,
    cues: Vec<Cue>,
    chapters: Vec<Chapter>,
}

impl Owned {
    fn write(&self, kind: SidecarKind) -> Result<Sidecar, SidecarError> {
        let Self { file_name, title, rate, frames, cues, chapters } = self;
        let cues = cues.iter().collect();
        let recording = Recording { file_name, title, rate: *rate, frames: *frames, cues, chapters };
        recording.sidecar(kind)
    }

    fn text(&self, kind: SidecarKind) -> String {
        self.write(kind).unwrap().text
    }

    fn spoken(&self) -> impl Iterator<Item = &Cue> {
        self.cues.iter().filter(|cue| !cue.text.trim().is_empty())
    }

    fn milliseconds(&self, cue: &Cue) -> (u64, u64) {
        let start = milliseconds(cue.at.start, self.rate);
        (start, milliseconds(cue.at.end, self.rate).max(start + 1))
    }
}

/// Returns a text as a reader shows it: blank lines between others hold a no-break space.
fn shown(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
    let lines: Vec<_> = text.split('\n').collect();
    let first = lines.iter().position(|line| !line.trim().is_empty()).unwrap();
    let last = lines.iter().rposition(|line| !line.trim().is_empty()).unwrap();
    let shown = lines[first..=last].iter().map(|line| if line.trim().is_empty() { "\u{a0}" } else { line });
    shown.collect::<Vec<_>>().join("\n")
}

/// Returns a name as a reader shows it on one line.
fn flat(text: &str) -> String {
    text.replace(|char: char| char.is_control() || char == '\u{2028}' || char == '\u{2029}', " ")
}

fn with_speaker(cue: &Cue, text: &str) -> String {
    let voice = flat(&cue.voice);
    if voice.trim().is_empty() { text.into() } else { format!("{}: {text}", voice.trim()) }
}

proptest! {
    #[test]
    fn webvtt_has_every_spoken_cue_and_shows_its_words(recording in any_recording()) {
        let read = read_webvtt(&recording.text(SidecarKind::Webvtt));
        let expected = recording.spoken().map(|cue| {
            let id = flat(&cue.clip.clip_id).replace("-->", "-- >");
            let word = id.split(' ').next().unwrap();
            let id = if ["NOTE", "STYLE", "REGION"].contains(&word) { format!("_{id}") } else { id };
            Read {
                id: if id.trim().is_empty() { String::new() } else { id },
                milliseconds: recording.milliseconds(cue),
                voice: flat(&cue.voice).trim().into(),
                text: shown(&cue.text),
            }
        });
        prop_assert_eq!(&read, &expected.collect::<Vec<_>>());
        prop_assert!(read.is_sorted_by_key(|cue| cue.milliseconds.0));
        prop_assert!(read.iter().all(|cue| cue.milliseconds.0 < cue.milliseconds.1));
    }

    #[test]
    fn srt_has_every_spoken_cue_and_shows_its_words_and_no_tag(recording in any_recording()) {
        let read = read_srt(&recording.text(SidecarKind::Srt));
        prop_assert_eq!(read.len(), recording.spoken().count());
        for (read, cue) in read.iter().zip(recording.spoken()) {
            prop_assert_eq!(read.milliseconds, recording.milliseconds(cue));
            let mut tags = ["{\\", "<b", "</"].into_iter().filter(|tag| read.text.contains(tag));
            prop_assert_eq!(tags.next(), None);
            let unseen = |text: &str| text.replace(['\u{200b}', '\u{a0}'], "");
            prop_assert_eq!(unseen(&read.text), unseen(&with_speaker(cue, &shown(&cue.text))));
        }
    }

    #[test]
    fn labels_have_every_cue_to_the_frame(recording in any_recording()) {
        let read = read_labels(&recording.text(SidecarKind::Labels));
        let expected = recording.cues.iter().map(|cue| {
            let spoken = !cue.text.trim().is_empty();
            let words = flat(if spoken { &cue.text } else { &cue.name });
            let text = if spoken { with_speaker(cue, words.trim()) } else { words.trim().into() };
            (microseconds(cue.at.start, recording.rate), microseconds(cue.at.end, recording.rate), text)
        });
        prop_assert_eq!(&read, &expected.collect::<Vec<_>>());
        let frame = |micros: u64| (micros as f64 * f64::from(recording.rate.hz()) / 1e6).round() as u64;
        for ((start, end, _), cue) in read.iter().zip(&recording.cues) {
            prop_assert_eq!((frame(*start), frame(*end)), (cue.at.start, cue.at.end));
        }
    }

    #[test]
    fn the_timing_file_has_every_cue_as_it_is_and_reads_as_another_writer_would_have_it(recording in any_recording()) {
        let seconds = |milliseconds: u64| milliseconds as f64 / 1_000.0;
        let segments = recording.cues.iter().map(|cue| {
            let (start, end) = recording.milliseconds(cue);
            let id = &cue.clip.clip_id;
            let mut segment = json!({ "id": id, "metadata": { "clipId": id, "lane": cue.lane } });
            segment["startTime"] = number(seconds(start));
            segment["endTime"] = number(seconds(end));
            if !cue.voice.is_empty() {
                segment["metadata"]["character"] = json!(cue.voice);
            }
            if !cue.text.is_empty() {
                segment["text"] = json!(cue.text);
            }
            segment
        });
        let mut expected = json!({ "version": "1.0", "audioFile": recording.file_name });
        expected["duration"] = number(seconds(milliseconds(recording.frames, recording.rate)));
        expected["segments"] = segments.collect();
        assert_is(&recording.text(SidecarKind::Json), &expected);
    }

    #[test]
    fn the_chapters_are_as_they_are_and_read_as_another_writer_would_have_them(recording in any_recording()) {
        let chapters = recording.chapters.iter().map(|chapter| {
            let start = milliseconds(chapter.start, recording.rate) as f64 / 1_000.0;
            json!({ "startTime": number(start), "title": chapter.title })
        });
        let mut expected =
            json!({ "version": "1.2.0", "title": recording.title, "fileName": recording.file_name });
        expected["chapters"] = chapters.collect();
        assert_is(&recording.text(SidecarKind::Chapters), &expected);
    }

    #[test]
    fn the_show_notes_have_every_chapter_at_its_whole_second(recording in any_recording()) {
        let hz = u64::from(recording.rate.hz());
        let read = read_show_notes(&recording.text(SidecarKind::ShowNotes), recording.frames >= 3_600 * hz);
        prop_assert_eq!(read.len(), recording.chapters.len());
        for ((seconds, title), chapter) in read.iter().zip(&recording.chapters) {
            prop_assert!(seconds * hz <= chapter.start && chapter.start < (seconds + 1) * hz);
            let expected = flat(&chapter.title);
            prop_assert_eq!(title, expected.trim());
        }
    }
}

/// Returns a number as JavaScript writes it: without a decimal point if it is whole.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 { json!(value as u64) } else { json!(value) }
}

/// Asserts that the file holds the value, with sorted keys, pretty-printed as `serde_json` does it.
fn assert_is(file: &str, expected: &Value) {
    assert_eq!(&serde_json::from_str::<Value>(file).unwrap(), expected);
    assert_eq!(file, serde_json::to_string_pretty(expected).unwrap() + "\n");
}

fn many(count: u64, text: &str) -> Owned {
    let cue = |index: u64| Cue {
        clip: ClipRef { clip_id: format!("clip-{index}"), asset_id: "asset".into() },
        name: "line.mp3".into(),
        at: index * 100_000..index * 100_000 + 88_211,
        lane: 0,
        text: text.into(),
        voice: "ODETTE".into(),
    };
    let (file_name, title) = ("Long.m4a".into(), "Long".into());
    let cues = (0..count).map(cue).collect();
    Owned { file_name, title, rate: SampleRate::HZ_44100, frames: count * 100_000, cues, chapters: Vec::new() }
}

#[test]
fn ten_thousand_cues_take_less_than_a_tenth_of_a_second() {
    let recording = many(10_000, "Four hundred & ten steps. I count them every night, in case one goes missing.");
    for kind in SidecarKind::ALL {
        let timed = || {
            let started = Instant::now();
            let file = recording.text(kind);
            (started.elapsed(), file.len())
        };
        // A busy machine can only add to the time. So it is measured again while it is too long, up to twenty times.
        let (took, bytes) =
            (1..20).fold(timed(), |best, _| if best.0.as_millis() < 100 { best } else { best.min(timed()) });
        println!("{kind:?}: {bytes} bytes in {took:?}");
        assert!(took.as_millis() < 100, "{kind:?} took {took:?}");
    }
}

#[test]
fn a_sidecar_that_would_be_too_long_is_an_error_that_names_it() {
    let recording = many(1, &"x".repeat(MAX_BYTES));
    for kind in [SidecarKind::Webvtt, SidecarKind::Json, SidecarKind::Srt, SidecarKind::Labels] {
        assert_eq!(recording.write(kind), Err(SidecarError { kind }));
    }
    for kind in [SidecarKind::Chapters, SidecarKind::ShowNotes] {
        assert!(recording.write(kind).is_ok());
    }
    let said = SidecarError { kind: SidecarKind::Webvtt }.to_string();
    assert_eq!(said, "The WebVTT file could not be made: the clips' texts are too long for it.");
}
