//! The chapters of an exported file, made of the timeline's markers or of its clips.
//!
//! The export makes its chapters here, and so does a page that shows them beforehand: both have the same.
//!
//! Places are exact until they are rounded to samples, once, as clips are: a chapter and the clip that opens it start
//! at the same sample. The result is what a file can hold: in order, the first at 0, no two at one sample, each with a
//! title of one line.
//!
//! - If the first would start later, a chapter with the piece's title comes before it. An edit list could let the track
//!   begin later, but readers that look at its samples alone, such as ffprobe and MediaInfo, would show every chapter
//!   too early.
//! - Of two at one sample the first stays, as given. A marker at the timeline's end or past it is left out. Both are
//!   reported if they are markers.
//! - Control characters and line breaks in a title become spaces. An empty title becomes "Chapter" and its number.

use std::collections::BinaryHeap;

use serde::{Deserialize, Deserializer};

use super::model::{Asset, ChapterMarker, TimelineClip};
use super::text::cut;
use super::time::{Frames, RationalTime, SampleRate};

/// What chapters are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChapterSource {
    /// The timeline's markers.
    #[default]
    Markers,
    /// One for each clip that is heard.
    Clips,
    /// One for each scene: where the clips' heading changes, in the order of their starts.
    Scenes,
    /// One every so many seconds, by number.
    #[serde(rename = "everySeconds", deserialize_with = "period")]
    Every(RationalTime),
    /// No chapters.
    None,
}

/// A number that is no time becomes zero, and the export refuses it as too short.
fn period<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RationalTime, D::Error> {
    Ok(RationalTime::from_seconds(f64::deserialize(deserializer)?).unwrap_or(RationalTime::ZERO))
}

/// A chapter at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedChapter {
    /// Its title.
    pub title: String,
    /// Its first frame.
    pub start: Frames,
    /// The frame after its last.
    pub end: Frames,
    /// The ID of its picture.
    pub image: Option<String>,
}

/// A clip that is heard.
pub struct HeardClip<'a> {
    /// The clip.
    pub clip: &'a TimelineClip,
    /// Its asset's name.
    pub file: &'a str,
    /// The words that are said in it.
    pub line: &'a str,
    /// Its first frame.
    pub start: Frames,
}

impl<'a> HeardClip<'a> {
    /// The clip, unless it is muted or shorter than a sample.
    pub(super) fn new(clip: &'a TimelineClip, asset: &'a Asset, rate: SampleRate) -> Option<Self> {
        let at = clip.frames(rate);
        let (line, _) = clip.line(asset);
        (!clip.is_muted && !at.is_empty()).then_some(Self { clip, file: &asset.name, line, start: at.start })
    }
}

/// The piece that has the chapters.
pub struct Outline<'a> {
    /// Its title.
    pub title: &'a str,
    /// Frames a second.
    pub rate: SampleRate,
    /// Its length.
    pub frames: Frames,
    /// The timeline's markers.
    pub markers: &'a [ChapterMarker],
    /// The clips that are heard, in the timeline's order.
    pub heard: Vec<HeardClip<'a>>,
}

/// The longest title, in bytes: with what goes around it, a sample of the file's chapter track stays under 64 KiB. Past
/// that, readers take no title.
pub const MAX_TITLE_BYTES: usize = 65_521;

/// The longest chapter: a track has 32 bits for a length.
const MAX_FRAMES: Frames = u32::MAX as Frames;

/// How much of a spoken line becomes a title, in characters.
const MAX_LINE_CHARS: usize = 60;

/// A chapter that was asked for.
struct Candidate {
    title: String,
    start: Frames,
    image: Option<String>,
}

impl ChapterSource {
    /// The chapters, and a sentence about each marker that was left out.
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
                remark(format!("The chapter “{title}” starts where the audio has ended, and was left out."));
            } else if let Some(first) = kept.last().filter(|last| last.start == candidate.start) {
                let first = beginning(&first.title);
                remark(format!("The chapter “{title}” starts at the same sample as “{first}”, and was left out."));
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

/// Gives each its end and its title.
fn placed(kept: Vec<Candidate>, frames: Frames) -> Vec<PlacedChapter> {
    let ends: Vec<Frames> = kept.iter().skip(1).map(|next| next.start).chain([frames]).collect();
    let mut chapters = Vec::with_capacity(kept.len());
    for (Candidate { title, mut start, image }, end) in kept.into_iter().zip(ends) {
        let title = Some(line_of(&title)).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| format!("Chapter {}", chapters.len() + 1));
        let title = cut(&title, MAX_TITLE_BYTES).to_owned();
        // A chapter of more than a day is there more than once.
        while end - start > MAX_FRAMES {
            let image = image.clone();
            chapters.push(PlacedChapter { title: title.clone(), start, end: start + MAX_FRAMES, image });
            start += MAX_FRAMES;
        }
        chapters.push(PlacedChapter { title, start, end, image });
    }
    chapters
}

/// What the sources make, in order.
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

    /// A title is the clip's own name. If that is its file's, it is the beginning of the line, or else the file's name.
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

    /// A clip without a heading continues the scene before it: music and effects seldom have one.
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

    /// The clips that are heard, in order. Of those that start together, the nearest to the primary lane is first.
    fn heard(&self) -> impl Iterator<Item = &HeardClip<'_>> {
        let order = in_order(self.heard.iter().map(|heard| (heard.start, heard.clip.lane.unsigned_abs())));
        order.filter_map(|place| self.heard.get(place))
    }
}

/// The places of these keys in their order; equal ones stay as given.
///
/// By a heap: a sort of the standard library's takes 5 KB of the page's module.
fn in_order(keys: impl Iterator<Item = (Frames, u32)>) -> impl Iterator<Item = usize> {
    let keyed = keys.enumerate().map(|(place, key)| (key, place));
    keyed.collect::<BinaryHeap<_>>().into_sorted_vec().into_iter().map(|(_, place)| place)
}

/// A text on one line.
fn line_of(text: &str) -> String {
    let words = text.split(|char: char| char.is_whitespace() || char.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The first words of a line: as many as a list of chapters has room for.
fn beginning(line: &str) -> String {
    let line = line_of(line);
    let Some((end, _)) = line.char_indices().nth(MAX_LINE_CHARS) else { return line };
    let fits = line.get(..end).unwrap_or_default();
    let whole_words = fits.rfind(' ').and_then(|end| fits.get(..end)).unwrap_or(fits);
    format!("{}…", whole_words.trim_end_matches(|char: char| char.is_ascii_punctuation()))
}

/// A file's name without its extension.
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
