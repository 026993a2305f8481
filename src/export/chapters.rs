//! The chapters of a file: the timeline's markers, or chapters made from another source.
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
//! - Control characters and line breaks in titles become spaces. A chapter without a title is called "Chapter" with
//!   its number.

use super::plan::{AudibleClip, Plan};
use crate::m4a::{MAX_TITLE_BYTES, cut};
use crate::timeline::{Frames, RationalTime};

/// The source of an export's chapters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChapterSource {
    /// The timeline's markers.
    #[default]
    Markers,
    /// One chapter for each audible clip.
    Clips,
    /// One chapter for each scene: it begins where the scene heading of the clips changes, in the order of their
    /// starts.
    Scenes,
    /// One chapter at every multiple of this period, with a number as title.
    Every(RationalTime),
    /// No chapters.
    None,
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
    pub(super) image: Option<String>,
}

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

/// Returns the chapters of a plan's file, and remarks on markers that were left out. `piece` is the piece's title.
pub(super) fn resolve(source: ChapterSource, plan: &Plan, piece: &str) -> (Vec<PlacedChapter>, Vec<String>) {
    let frames = plan.composition.frames();
    let mut remarks = Vec::new();
    let mut candidates = match source {
        ChapterSource::Markers => markers(plan),
        ChapterSource::Clips => clips(plan),
        ChapterSource::Scenes => scenes(plan),
        ChapterSource::Every(period) => periods(plan, period),
        ChapterSource::None => Vec::new(),
    };
    candidates.sort_by_key(|candidate| candidate.start);
    let mut remark = |sentence: String| {
        if source == ChapterSource::Markers {
            remarks.push(sentence);
        }
    };
    let mut kept: Vec<Candidate> = Vec::with_capacity(candidates.len() + 1);
    for candidate in candidates {
        let title = shown(&candidate.title);
        if candidate.start >= frames {
            remark(format!("The chapter “{title}” starts after the end of the audio and was left out."));
        } else if let Some(first) = kept.last().filter(|last| last.start == candidate.start) {
            let first = shown(&first.title);
            remark(format!("The chapter “{title}” starts at the same time as “{first}” and was left out."));
        } else {
            kept.push(candidate);
        }
    }
    if kept.first().is_some_and(|first| first.start > 0) {
        kept.insert(0, Candidate { title: piece.into(), start: 0, image: None });
    }
    (placed(kept, frames), remarks)
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

fn markers(plan: &Plan) -> Vec<Candidate> {
    let rate = plan.composition.rate();
    let place = |marker: &crate::timeline::ChapterMarker| Candidate {
        title: marker.title.clone(),
        start: marker.offset.to_frames(rate),
        image: marker.image.clone(),
    };
    plan.timeline.chapters.iter().map(place).collect()
}

/// Names a chapter by the clip's own name. If that is just the file's name, uses the start of the clip's text, or
/// else the file's name without its extension.
fn clips(plan: &Plan) -> Vec<Candidate> {
    let name = |audible: &AudibleClip| {
        let clip = &plan.timeline.clips[audible.place];
        let line = beginning(&audible.cue.text);
        if !clip.name.trim().is_empty() && clip.name != audible.file {
            clip.name.clone()
        } else if !line.is_empty() {
            line
        } else {
            stem(&audible.file).into()
        }
    };
    in_order(plan).map(|(audible, start)| Candidate { title: name(audible), start, image: None }).collect()
}

/// Makes chapters from scene headings. A clip without a heading continues the previous scene: music and effects
/// usually have none.
fn scenes(plan: &Plan) -> Vec<Candidate> {
    let mut current = "";
    let headings = in_order(plan).filter_map(|(audible, start)| {
        let scene = plan.timeline.clips[audible.place].scene.as_str();
        if scene.trim().is_empty() || scene == current {
            return None;
        }
        current = scene;
        Some(Candidate { title: scene.into(), start, image: None })
    });
    headings.collect()
}

fn periods(plan: &Plan, period: RationalTime) -> Vec<Candidate> {
    let (rate, frames) = (plan.composition.rate(), plan.composition.frames());
    let starts = (0i64..).map_while(|index| {
        let start = period.times(index).to_frames(rate);
        (start < frames && (index == 0 || start > 0)).then_some(start)
    });
    starts.map(|start| Candidate { title: String::new(), start, image: None }).collect()
}

/// Iterates over the audible clips by start. Of clips that start together, the one nearest to the primary lane is
/// first.
fn in_order(plan: &Plan) -> impl Iterator<Item = (&AudibleClip, Frames)> {
    let mut clips: Vec<_> = plan.audible.iter().map(|audible| (audible, audible.cue.at.start)).collect();
    clips.sort_by_key(|&(audible, start)| (start, audible.cue.lane.unsigned_abs()));
    clips.into_iter()
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

/// Returns a title as it appears in a remark.
fn shown(title: &str) -> String {
    beginning(title)
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
