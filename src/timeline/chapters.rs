//! The chapters of a file: the timeline's markers, or chapters made from its clips.
//!
//! The export and a page that previews its chapters both use this module, so they get the same chapters.
//!
//! Positions are exact until they are rounded to samples, once, like those of clips: a chapter and the clip that
//! opens it start at the same sample. The result is what a file can hold: chapters in order, the first at 0, each at
//! its own sample, with a title of one line.
//!
//! - If the first chapter would start later, a chapter with the piece's title is added at 0. An edit list could make
//!   the track begin later, but readers that ignore it, such as ffprobe and MediaInfo, would show all chapters too
//!   early.
//! - Of two chapters at one sample, the first in the given order stays. A marker at or after the timeline's end is
//!   left out. If these are markers, a remark reports them.
//! - Control characters and line breaks in titles become spaces. An empty title becomes "Chapter" and its number.

use std::collections::BinaryHeap;

use serde::{Deserialize, Deserializer};

use super::model::{Asset, ChapterMarker, TimelineClip};
use super::text::cut;
use super::time::{Frames, RationalTime, SampleRate};

/// The source of an export's chapters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChapterSource {
    /// The timeline's markers.
    #[default]
    Markers,
    /// One chapter for each audible clip.
    Clips,
    /// One chapter for each scene: it begins where the scene heading of the clips changes, in the order of their
    /// starts.
    Scenes,
    /// One chapter at every multiple of this period, with a number as title. Its serialised form is in seconds.
    #[serde(rename = "everySeconds", deserialize_with = "period")]
    Every(RationalTime),
    /// No chapters.
    None,
}

/// Reads a period in seconds. An invalid number becomes zero, which the export refuses as too short.
fn period<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RationalTime, D::Error> {
    Ok(RationalTime::from_seconds(f64::deserialize(deserializer)?).unwrap_or(RationalTime::ZERO))
}

/// A chapter at its position in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedChapter {
    /// The chapter's title.
    pub title: String,
    /// The chapter's first frame.
    pub start: Frames,
    /// The frame after the chapter's last.
    pub end: Frames,
    /// The ID of the chapter's picture.
    pub image: Option<String>,
}

/// An audible clip.
pub struct HeardClip<'a> {
    /// The clip.
    pub clip: &'a TimelineClip,
    /// The name of the clip's asset.
    pub file: &'a str,
    /// The words spoken in the clip.
    pub line: &'a str,
    /// The clip's first output frame.
    pub start: Frames,
}

impl<'a> HeardClip<'a> {
    /// Creates an audible clip; `None` for a clip that is muted or shorter than a sample.
    pub(super) fn new(clip: &'a TimelineClip, asset: &'a Asset, rate: SampleRate) -> Option<Self> {
        let at = clip.frames(rate);
        let (line, _) = clip.line(asset);
        (!clip.is_muted && !at.is_empty()).then_some(Self { clip, file: &asset.name, line, start: at.start })
    }
}

/// The facts about a piece from which its chapters are made.
pub struct Outline<'a> {
    /// The piece's title.
    pub title: &'a str,
    /// The output's sample rate.
    pub rate: SampleRate,
    /// The piece's length in frames.
    pub frames: Frames,
    /// The timeline's markers.
    pub markers: &'a [ChapterMarker],
    /// The audible clips, in the timeline's order.
    pub heard: Vec<HeardClip<'a>>,
}

/// The longest chapter title, in bytes. With its length and encoding, a sample of the chapter track stays below 64
/// KiB; readers ignore longer titles.
pub const MAX_TITLE_BYTES: usize = 65_521;

/// The longest possible chapter: tracks hold lengths in 32 bits.
const MAX_FRAMES: Frames = u32::MAX as Frames;

/// The maximum number of characters taken from a clip's text for a title.
const MAX_LINE_CHARS: usize = 60;

/// A requested chapter, before unusable ones are left out.
struct Candidate {
    title: String,
    start: Frames,
    image: Option<String>,
}

impl ChapterSource {
    /// Returns the chapters, and a remark on each marker that was left out.
    pub fn chapters(self, outline: &Outline<'_>) -> (Vec<PlacedChapter>, Vec<String>) {
        let frames = outline.frames;
        let candidates = match self {
            Self::Markers => outline.markers(),
            Self::Clips => outline.clips(),
            Self::Scenes => outline.scenes(),
            Self::Every(period) => outline.periods(period),
            Self::None => Vec::new(),
        };
        let mut remarks = Vec::new();
        let mut remark = |sentence: String| {
            if self == Self::Markers {
                remarks.push(sentence);
            }
        };
        let mut kept: Vec<Candidate> = Vec::with_capacity(candidates.len() + 1);
        for candidate in candidates {
            let title = beginning(&candidate.title);
            if candidate.start >= frames {
                remark(format!("The chapter “{title}” starts after the end of the audio and was left out."));
            } else if let Some(first) = kept.last().filter(|last| last.start == candidate.start) {
                let first = beginning(&first.title);
                remark(format!("The chapter “{title}” starts at the same time as “{first}” and was left out."));
            } else {
                kept.push(candidate);
            }
        }
        if kept.first().is_some_and(|first| first.start > 0) {
            kept.insert(0, Candidate { title: outline.title.into(), start: 0, image: None });
        }
        (placed(kept, frames), remarks)
    }
}

/// Gives each chapter its end and its title.
fn placed(kept: Vec<Candidate>, frames: Frames) -> Vec<PlacedChapter> {
    let ends: Vec<Frames> = kept.iter().skip(1).map(|next| next.start).chain([frames]).collect();
    let mut chapters = Vec::with_capacity(kept.len());
    for (Candidate { title, mut start, image }, end) in kept.into_iter().zip(ends) {
        let title = Some(line_of(&title)).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| format!("Chapter {}", chapters.len() + 1));
        let title = cut(&title, MAX_TITLE_BYTES).to_owned();
        // A chapter longer than a day is repeated.
        while end - start > MAX_FRAMES {
            let image = image.clone();
            chapters.push(PlacedChapter { title: title.clone(), start, end: start + MAX_FRAMES, image });
            start += MAX_FRAMES;
        }
        chapters.push(PlacedChapter { title, start, end, image });
    }
    chapters
}

/// The chapters that each source requests, in order.
impl Outline<'_> {
    fn markers(&self) -> Vec<Candidate> {
        let start = |marker: &ChapterMarker| marker.offset.to_frames(self.rate);
        let order = in_order(self.markers.iter().map(|marker| (start(marker), 0)));
        let marker = |place: usize| {
            let marker = self.markers.get(place)?;
            Some(Candidate { title: marker.title.clone(), start: start(marker), image: marker.image.clone() })
        };
        order.filter_map(marker).collect()
    }

    /// Names a chapter by the clip's own name. If that is just the file's name, uses the start of the clip's text, or
    /// else the file's name without its extension.
    fn clips(&self) -> Vec<Candidate> {
        let title = |&HeardClip { clip, file, line, .. }: &HeardClip<'_>| {
            let line = beginning(line);
            if !clip.name.trim().is_empty() && clip.name != file {
                clip.name.clone()
            } else if !line.is_empty() {
                line
            } else {
                stem(file).into()
            }
        };
        self.heard().map(|heard| Candidate { title: title(heard), start: heard.start, image: None }).collect()
    }

    /// Makes chapters from scene headings. A clip without a heading continues the previous scene: music and effects
    /// usually have none.
    fn scenes(&self) -> Vec<Candidate> {
        let mut current = "";
        let mut headings = Vec::new();
        for &HeardClip { clip, start, .. } in self.heard() {
            let scene = clip.scene.as_str();
            if !scene.trim().is_empty() && scene != current {
                current = scene;
                headings.push(Candidate { title: scene.into(), start, image: None });
            }
        }
        headings
    }

    fn periods(&self, period: RationalTime) -> Vec<Candidate> {
        let starts = (0i64..).map_while(|index| {
            let start = period.times(index).to_frames(self.rate);
            (start < self.frames && (index == 0 || start > 0)).then_some(start)
        });
        starts.map(|start| Candidate { title: String::new(), start, image: None }).collect()
    }

    /// Iterates over the audible clips by start. Of clips that start together, the one nearest to the primary lane is
    /// first.
    fn heard(&self) -> impl Iterator<Item = &HeardClip<'_>> {
        let order = in_order(self.heard.iter().map(|heard| (heard.start, heard.clip.lane.unsigned_abs())));
        order.filter_map(|place| self.heard.get(place))
    }
}

/// Returns the indices of the keys in ascending order. Equal keys stay in the given order.
///
/// It uses a heap, because the standard library's sort adds 5 KB to the page's module.
fn in_order(keys: impl Iterator<Item = (Frames, u32)>) -> impl Iterator<Item = usize> {
    let keyed = keys.enumerate().map(|(place, key)| (key, place));
    keyed.collect::<BinaryHeap<_>>().into_sorted_vec().into_iter().map(|(_, place)| place)
}

/// Returns a text as one line, with single spaces.
fn line_of(text: &str) -> String {
    let words = text.split(|char: char| char.is_whitespace() || char.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Returns the first words of a line, as many as fit into a list of chapters.
fn beginning(line: &str) -> String {
    let line = line_of(line);
    let Some((end, _)) = line.char_indices().nth(MAX_LINE_CHARS) else { return line };
    let fits = line.get(..end).unwrap_or_default();
    let whole_words = fits.rfind(' ').and_then(|end| fits.get(..end)).unwrap_or(fits);
    format!("{}…", whole_words.trim_end_matches(|char: char| char.is_ascii_punctuation()))
}

/// Returns a file's name without its extension.
fn stem(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapter_longer_than_a_track_can_tell_is_there_more_than_once() {
        let chapter = |title: &str, start| Candidate { title: title.into(), start, image: Some("p".into()) };
        let chapters = placed(vec![chapter("Short", 0), chapter("Long", 10)], 10 + 2 * MAX_FRAMES + 1);
        let facts: Vec<_> =
            chapters.iter().map(|chapter| (chapter.title.as_str(), chapter.start, chapter.end)).collect();
        let (second, third) = (10 + MAX_FRAMES, 10 + 2 * MAX_FRAMES);
        assert_eq!(
            facts,
            [("Short", 0, 10), ("Long", 10, second), ("Long", second, third), ("Long", third, third + 1)]
        );
        assert!(chapters.iter().all(|chapter| chapter.image.as_deref() == Some("p")));
    }
}
