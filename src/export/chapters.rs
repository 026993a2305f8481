//! The chapters that a file has: the timeline's markers, or what else they were asked to be made of.
//!
//! Places are exact until they are rounded to samples, once, as clips are: a chapter and the clip that opens it start
//! at the same sample. What comes out is what a file can hold: in order, the first at 0, no two at one sample, each
//! with a title of one line.
//!
//! - Where the first one would lie later, one named as the piece is comes before it. A track could begin later by an
//!   edit list, but readers that look at its samples alone, ffprobe and MediaInfo among them, would show all of it too
//!   early.
//! - Of two at one sample the first one stays, as given. A marker at the timeline's end or past it is left out. Both
//!   are told, where they are markers.
//! - A title's control characters and line breaks are blanks; without a title it is "Chapter", and which.

use super::plan::{AudibleClip, Plan};
use crate::m4a::{MAX_TITLE_BYTES, cut};
use crate::timeline::{Frames, RationalTime};

/// What chapters are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChapterSource {
    /// The timeline's markers.
    #[default]
    Markers,
    /// One for each clip that is heard.
    Clips,
    /// One for each scene: where the heading that clips belong to changes, in the order of their starts.
    Scenes,
    /// One every so often, by number.
    Every(RationalTime),
    /// There are none.
    None,
}

/// A chapter at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedChapter {
    /// What it is called.
    pub title: String,
    /// Its first frame.
    pub start: Frames,
    /// The frame after its last.
    pub end: Frames,
    /// The ID of its picture.
    pub(super) image: Option<String>,
}

/// The longest that a chapter can be: tracks tell lengths in 32 bits.
const MAX_FRAMES: Frames = u32::MAX as Frames;

/// The most characters of a line that a chapter is named by.
const MAX_LINE_CHARS: usize = 60;

/// One that was asked for.
struct Candidate {
    title: String,
    start: Frames,
    image: Option<String>,
}

/// The chapters of a plan's file, and what to say of those that were left out. `piece` is what the piece is called.
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

/// Gives each its end and its title.
fn placed(kept: Vec<Candidate>, frames: Frames) -> Vec<PlacedChapter> {
    let ends: Vec<Frames> = kept.iter().skip(1).map(|next| next.start).chain([frames]).collect();
    let mut chapters = Vec::with_capacity(kept.len());
    for (Candidate { title, mut start, image }, end) in kept.into_iter().zip(ends) {
        let title = Some(line_of(&title)).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| format!("Chapter {}", chapters.len() + 1));
        let title = cut(&title, MAX_TITLE_BYTES).to_owned();
        // Past a day, the same chapter once more.
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

/// A clip's own name; where that is its file's, the beginning of its line, or what the file is called.
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

/// A clip without a heading goes on with the scene before it: music and effects belong to none, as a rule.
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

/// The clips that are heard, by their starts: of those that start together, the one nearest to the primary lane first.
fn in_order(plan: &Plan) -> impl Iterator<Item = (&AudibleClip, Frames)> {
    let mut clips: Vec<_> = plan.audible.iter().map(|audible| (audible, audible.cue.at.start)).collect();
    clips.sort_by_key(|&(audible, start)| (start, audible.cue.lane.unsigned_abs()));
    clips.into_iter()
}

/// A text on one line.
fn line_of(text: &str) -> String {
    let words = text.split(|char: char| char.is_whitespace() || char.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The first words of a line, as many as a list of chapters has room for.
fn beginning(line: &str) -> String {
    let line = line_of(line);
    let Some((end, _)) = line.char_indices().nth(MAX_LINE_CHARS) else { return line };
    let fits = line.get(..end).unwrap_or_default();
    let whole_words = fits.rfind(' ').and_then(|end| fits.get(..end)).unwrap_or(fits);
    format!("{}…", whole_words.trim_end_matches(|char: char| char.is_ascii_punctuation()))
}

/// A title in a sentence.
fn shown(title: &str) -> String {
    beginning(title)
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
