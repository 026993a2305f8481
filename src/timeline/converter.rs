//! Converts assets to a timeline: the page's part of the job, on metadata only.
//!
//! Without offsets of their own, clips follow one another on their lane, with a gap between neighbours. Times are
//! summed as fractions, so even the ten-thousandth clip starts exactly at the sum of those before it.

use std::collections::{HashMap, HashSet};

use thiserror::Error;

use super::chapters::{ChapterSource, HeardClip, Outline, PlacedChapter};
use super::model::{Asset, ChapterMarker, LayoutChoice, Timeline, TimelineClip};
use super::tags::Tags;
use super::time::{RationalTime, SampleRate};

/// A request for one clip. Fields that are left out follow from the asset and from the previous clip on its lane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClipSpec {
    /// The ID of the asset to play.
    pub asset_id: String,
    /// The clip's ID on the timeline. Default: a generated one.
    pub id: Option<String>,
    /// The clip's name. Default: the asset's name.
    pub name: Option<String>,
    /// The start on the timeline. Default: the end of the previous clip on its lane, plus the gap.
    pub offset: Option<RationalTime>,
    /// The duration. Default: up to the asset's trimmed end, or its full end if the clip starts after that.
    pub duration: Option<RationalTime>,
    /// The start in the asset. Default: the asset's trimmed start.
    pub source_start: Option<RationalTime>,
    /// The clip's lane.
    pub lane: i32,
    /// Gain in decibels; 0 for no change.
    pub volume_db: f64,
    /// Whether the clip is silent.
    pub is_muted: bool,
    /// The length of the fade-in. Default: the conversion's edge fade.
    pub fade_in: Option<RationalTime>,
    /// The length of the fade-out. Default: the conversion's edge fade.
    pub fade_out: Option<RationalTime>,
    /// Pan, from −1 (left) to 1 (right).
    pub pan: f64,
    /// The words spoken in the clip. Default: the asset's text.
    pub text: Option<String>,
    /// The speaker's name. Default: the asset's voice.
    pub voice: Option<String>,
    /// The heading of the clip's scene.
    pub scene: String,
    /// Data of other programs about the clip, as JSON.
    pub metadata: String,
}

/// A request for a timeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversion {
    /// The timeline's ID.
    pub id: String,
    /// The timeline's name.
    pub name: String,
    /// The clips, in order. Clips whose asset is not audio are left out.
    pub clips: Vec<ClipSpec>,
    /// Silence between neighbours on a lane.
    pub gap: RationalTime,
    /// The length of fades that a clip leaves out, against clicks at joins. Clips too short for it get shorter fades.
    pub edge_fade: RationalTime,
    /// The export's channel layout.
    pub audio_layout: LayoutChoice,
    /// The export's sample rate.
    pub audio_rate: SampleRate,
    /// The chapters' starts and titles.
    pub chapters: Vec<ChapterMarker>,
    /// The exported file's tags.
    pub tags: Tags,
    /// Data of other programs about the timeline, as JSON.
    pub metadata: String,
}

/// The reason why no timeline could be made.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ConvertError {
    /// None of the clips' assets is audio.
    #[error("There is no audio to export")]
    NoAudioElements,
    /// A clip's asset is not in the library.
    #[error("Missing asset: {asset_id}")]
    MissingAsset {
        /// The ID of the missing asset.
        asset_id: String,
        /// The ID of the clip that plays it, if it has one.
        clip_id: Option<String>,
    },
    /// A clip asks for more than its asset has, or for an invalid value.
    #[error("Clip {clip_id} cannot be used: {reason}")]
    InvalidClip {
        /// The ID of the clip's asset.
        asset_id: String,
        /// The ID of the clip, its own or the one that it gets here.
        clip_id: String,
        /// The fault, as the end of a sentence.
        reason: String,
    },
}

/// Makes the timeline. `assets` holds all known assets, by ID.
///
/// Calls `on_clip` after each clip, with the number of clips done and the total.
pub fn convert(
    conversion: Conversion,
    assets: &HashMap<String, Asset>,
    mut on_clip: impl FnMut(usize, usize),
) -> Result<Timeline, ConvertError> {
    let Conversion { id, name, clips: specs, gap, edge_fade, audio_layout, audio_rate, chapters, tags, metadata } =
        conversion;
    let mut audio = Vec::with_capacity(specs.len());
    for spec in specs {
        let Some(asset) = assets.get(&spec.asset_id) else {
            return Err(ConvertError::MissingAsset { asset_id: spec.asset_id, clip_id: spec.id });
        };
        if asset.is_audio() {
            audio.push((spec, asset));
        }
    }
    if audio.is_empty() {
        return Err(ConvertError::NoAudioElements);
    }

    let total = audio.len();
    let mut placement = Placement::new(gap, edge_fade);
    let mut ids: HashSet<String> = audio.iter().filter_map(|(spec, _)| spec.id.clone()).collect();
    if ids.len() < audio.iter().filter(|(spec, _)| spec.id.is_some()).count() {
        return Err(duplicate_id(&audio));
    }
    let mut clips = Vec::with_capacity(total);
    for (index, (spec, asset)) in audio.into_iter().enumerate() {
        let id = spec.id.clone().unwrap_or_else(|| fresh_id(&mut ids, index));
        let clip = placement.place(spec, id, asset);
        clip.check(asset).map_err(|reason| ConvertError::InvalidClip {
            asset_id: asset.id.clone(),
            clip_id: clip.id.clone(),
            reason,
        })?;
        clips.push(clip);
        on_clip(index + 1, total);
    }
    Ok(Timeline { id, name, audio_layout, audio_rate, clips, chapters, tags, metadata })
}

impl Conversion {
    /// Returns the chapters that an export of this timeline would have. Clips without an asset in `assets` are left
    /// out, and there are no errors, because a page calls this while its user is editing.
    pub fn chapters(self, source: ChapterSource, assets: &HashMap<String, Asset>) -> Vec<PlacedChapter> {
        let rate = self.audio_rate;
        let mut placement = Placement::new(self.gap, self.edge_fade);
        let mut placed = Vec::with_capacity(self.clips.len());
        for spec in self.clips {
            if let Some(asset) = assets.get(&spec.asset_id).filter(|asset| asset.is_audio()) {
                placed.push((placement.place(spec, String::new(), asset), asset));
            }
        }
        let outline = Outline {
            title: self.tags.title_of(&self.name),
            rate,
            frames: placed.iter().map(|(clip, _)| clip.frames(rate).end).max().unwrap_or(0),
            markers: &self.chapters,
            heard: placed.iter().filter_map(|(clip, asset)| HeardClip::new(clip, asset, rate)).collect(),
        };
        source.chapters(&outline).0
    }
}

/// Computes the positions of clips, one after another.
struct Placement {
    gap: RationalTime,
    edge_fade: RationalTime,
    /// The end of the last clip on each lane.
    lane_ends: HashMap<i32, RationalTime>,
}

impl Placement {
    fn new(gap: RationalTime, edge_fade: RationalTime) -> Self {
        Self { gap, edge_fade, lane_ends: HashMap::new() }
    }

    fn place(&mut self, spec: ClipSpec, id: String, asset: &Asset) -> TimelineClip {
        let follows = self.lane_ends.get(&spec.lane).map_or(RationalTime::ZERO, |end| end.plus(self.gap));
        let (source_start, duration) = stretch(&spec, asset);
        let (fade_in, fade_out) = fades(&spec, duration, self.edge_fade);
        let clip = TimelineClip {
            id,
            name: spec.name.unwrap_or_else(|| asset.name.clone()),
            asset_id: asset.id.clone(),
            offset: spec.offset.unwrap_or(follows),
            duration,
            source_start,
            lane: spec.lane,
            volume_db: spec.volume_db,
            is_muted: spec.is_muted,
            fade_in,
            fade_out,
            pan: spec.pan,
            text: spec.text,
            voice: spec.voice,
            scene: spec.scene,
            metadata: spec.metadata,
        };
        self.lane_ends.insert(clip.lane, clip.end());
        clip
    }
}

/// Returns a clip's start in its asset, and its duration. The asset's trim gives the defaults.
fn stretch(spec: &ClipSpec, asset: &Asset) -> (RationalTime, RationalTime) {
    let (start, end) = asset.played();
    let source_start = spec.source_start.unwrap_or(start);
    let end = if source_start < end { end } else { asset.duration() };
    (source_start, spec.duration.unwrap_or_else(|| end.minus(source_start)))
}

/// Returns a clip's fades. The default is the edge fade, shortened to the available room.
fn fades(spec: &ClipSpec, duration: RationalTime, edge_fade: RationalTime) -> (RationalTime, RationalTime) {
    let at_most = |other: Option<RationalTime>| match other {
        Some(other) => edge_fade.min(duration.minus(other).max(RationalTime::ZERO)),
        None => edge_fade.min(duration.half().max(RationalTime::ZERO)),
    };
    let fade_in = spec.fade_in.unwrap_or_else(|| at_most(spec.fade_out));
    let fade_out = spec.fade_out.unwrap_or_else(|| at_most(spec.fade_in));
    (fade_in, fade_out)
}

/// Generates `clip-1`, `clip-2`, …, and skips IDs in `taken`.
fn fresh_id(taken: &mut HashSet<String>, index: usize) -> String {
    let mut number = index + 1;
    loop {
        let id = format!("clip-{number}");
        if taken.insert(id.clone()) {
            return id;
        }
        number += 1;
    }
}

fn duplicate_id(audio: &[(ClipSpec, &Asset)]) -> ConvertError {
    let mut seen = HashSet::new();
    let twice = audio.iter().find(|(spec, _)| spec.id.as_ref().is_some_and(|id| !seen.insert(id)));
    let (asset_id, clip_id) = twice.map_or_else(Default::default, |(spec, asset)| (asset.id.clone(), spec.id.clone()));
    let reason = "another clip has the same ID".into();
    ConvertError::InvalidClip { asset_id, clip_id: clip_id.unwrap_or_default(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(id: &str, frames: u64, hz: u32) -> (String, Asset) {
        let asset = Asset {
            id: id.into(),
            name: format!("{id}.wav"),
            mime_type: "audio/wav".into(),
            frames,
            sample_rate: SampleRate::new(hz).unwrap(),
            channels: 1,
            text: String::new(),
            voice: String::new(),
            peaks: Vec::new(),
            trim: None,
            seek_index: Vec::new(),
            has_equal_sides: true,
            warning: None,
        };
        (id.into(), asset)
    }

    fn library() -> HashMap<String, Asset> {
        let mut picture = asset("cover", 1, 1);
        picture.1.mime_type = "image/png".into();
        HashMap::from([asset("a", 22_050, 22_050), asset("b", 24_000, 48_000), picture])
    }

    fn spec(asset_id: &str) -> ClipSpec {
        ClipSpec { asset_id: asset_id.into(), ..ClipSpec::default() }
    }

    fn build(clips: Vec<ClipSpec>) -> Result<Timeline, ConvertError> {
        build_with_edge_fade(RationalTime::ZERO, clips)
    }

    fn build_with_edge_fade(edge_fade: RationalTime, clips: Vec<ClipSpec>) -> Result<Timeline, ConvertError> {
        let conversion = Conversion {
            id: "t".into(),
            name: "Scene".into(),
            clips,
            gap: RationalTime::new(1, 4),
            edge_fade,
            ..Conversion::default()
        };
        convert(conversion, &library(), |_, _| {})
    }

    #[test]
    fn clips_follow_each_other_with_a_gap_on_their_own_lane() {
        let music = ClipSpec { lane: -1, ..spec("b") };
        let timeline = build(vec![spec("a"), music, spec("b"), spec("a")]).unwrap();
        let offsets: Vec<_> = timeline.clips.iter().map(|clip| clip.offset).collect();
        assert_eq!(offsets, [RationalTime::ZERO, RationalTime::ZERO, RationalTime::new(5, 4), RationalTime::new(2, 1)]);
        assert_eq!(timeline.duration(), RationalTime::new(3, 1));
    }

    #[test]
    fn a_trimmed_asset_plays_what_is_left_of_it_unless_the_clip_says_otherwise() {
        let (id, asset) = asset("a", 22_050, 22_050);
        let assets = HashMap::from([(id, Asset { trim: Some(2_205..11_025), ..asset })]);
        let tenths = |value| RationalTime::new(value, 10);
        let stretch = |asked: ClipSpec| {
            let conversion =
                Conversion { id: "t".into(), name: "Scene".into(), clips: vec![asked], ..Conversion::default() };
            let clip = convert(conversion, &assets, |_, _| {}).unwrap().clips.remove(0);
            (clip.source_start, clip.duration)
        };
        assert_eq!(stretch(spec("a")), (tenths(1), tenths(4)));
        let whole = ClipSpec { source_start: Some(RationalTime::ZERO), duration: Some(tenths(10)), ..spec("a") };
        assert_eq!(stretch(whole), (RationalTime::ZERO, tenths(10)));
        let tail = ClipSpec { source_start: Some(tenths(6)), ..spec("a") };
        assert_eq!(stretch(tail), (tenths(6), tenths(4)));
        let start = ClipSpec { source_start: Some(RationalTime::ZERO), ..spec("a") };
        assert_eq!(stretch(start), (RationalTime::ZERO, tenths(5)));
    }

    #[test]
    fn what_is_not_audio_is_left_out_and_nothing_but_that_is_an_error() {
        assert_eq!(build(vec![spec("cover"), spec("a")]).unwrap().clips.len(), 1);
        assert_eq!(build(vec![spec("cover")]), Err(ConvertError::NoAudioElements));
        assert_eq!(build(vec![]), Err(ConvertError::NoAudioElements));
    }

    #[test]
    fn a_missing_asset_is_named() {
        let error = build(vec![spec("a"), spec("gone")]).unwrap_err();
        assert_eq!(error.to_string(), "Missing asset: gone");
    }

    #[test]
    fn impossible_clips_are_refused_with_a_sentence() {
        let second = RationalTime::new(1, 1);
        let bad = [
            ClipSpec { source_start: Some(second), ..spec("a") },
            ClipSpec { source_start: Some(RationalTime::new(-1, 10)), ..spec("a") },
            ClipSpec { offset: Some(RationalTime::new(-1, 10)), ..spec("a") },
            ClipSpec { duration: Some(RationalTime::ZERO), ..spec("a") },
            ClipSpec { volume_db: f64::NAN, ..spec("a") },
            ClipSpec { volume_db: f64::INFINITY, ..spec("a") },
            ClipSpec { fade_in: Some(RationalTime::new(-1, 10)), ..spec("a") },
            ClipSpec { fade_in: Some(second), fade_out: Some(RationalTime::new(1, 10)), ..spec("a") },
            ClipSpec { pan: 1.01, ..spec("a") },
            ClipSpec { pan: f64::NAN, ..spec("a") },
        ];
        for clip in bad {
            let error = build(vec![clip.clone()]).unwrap_err();
            assert!(matches!(error, ConvertError::InvalidClip { .. }), "{clip:?} gave {error:?}");
        }
    }

    #[test]
    fn an_edge_fade_is_for_clips_that_do_not_say_theirs_and_fits_them() {
        let milliseconds = |value| RationalTime::new(value, 1_000);
        let fades = |asked: ClipSpec| {
            let clip = build_with_edge_fade(milliseconds(5), vec![asked]).unwrap().clips.remove(0);
            (clip.fade_in, clip.fade_out)
        };
        assert_eq!(fades(spec("a")), (milliseconds(5), milliseconds(5)));
        let said = ClipSpec { fade_in: Some(milliseconds(200)), fade_out: Some(RationalTime::ZERO), ..spec("a") };
        assert_eq!(fades(said), (milliseconds(200), RationalTime::ZERO));
        let short = ClipSpec { duration: Some(milliseconds(7)), ..spec("a") };
        assert_eq!(fades(short), (RationalTime::new(7, 2_000), RationalTime::new(7, 2_000)));
        let nearly_full = ClipSpec { fade_out: Some(milliseconds(998)), ..spec("a") };
        assert_eq!(fades(nearly_full), (milliseconds(2), milliseconds(998)));
    }

    #[test]
    fn made_up_ids_never_clash_with_given_ones() {
        let taken = ClipSpec { id: Some("clip-1".into()), ..spec("a") };
        let timeline = build(vec![spec("a"), taken.clone(), spec("b")]).unwrap();
        let ids: HashSet<_> = timeline.clips.iter().map(|clip| clip.id.as_str()).collect();
        assert_eq!(ids.len(), 3);
        assert!(matches!(build(vec![taken.clone(), taken]), Err(ConvertError::InvalidClip { .. })));
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use proptest::prelude::*;

    use super::*;

    /// Converts a clip's times to seconds and back, as on a round trip through a page.
    fn through_seconds(clip: &TimelineClip) -> TimelineClip {
        let again = |time: RationalTime| RationalTime::from_seconds(time.to_seconds()).unwrap();
        TimelineClip {
            offset: again(clip.offset),
            duration: again(clip.duration),
            source_start: again(clip.source_start),
            fade_in: again(clip.fade_in),
            fade_out: again(clip.fade_out),
            ..clip.clone()
        }
    }

    fn time() -> impl Strategy<Value = RationalTime> {
        (0i64..20_000_000, 1u32..1_000_000).prop_map(|(value, timescale)| RationalTime::new(value, timescale))
    }

    proptest! {
        #[test]
        fn what_is_built_can_be_saved_again(
            frames in prop_oneof![1u64..200, 1u64..2_000_000_000],
            hz in prop_oneof![1u32..=SampleRate::MAX_HZ, Just(44_100), Just(22_051), Just(767_999)],
            edge_fade in prop_oneof![(1i64..10_000).prop_map(|value| RationalTime::new(value, 1_000_000)), time()],
            fade_in in prop::option::weighted(0.3, time()),
            source_start in prop::option::weighted(0.3, time()),
            duration in prop::option::weighted(0.3, time()),
            trim in prop::option::weighted(0.3, (0.0f64..1.0, 0.0f64..1.0)),
        ) {
            let trim = trim.map(|(start, length)| {
                let start = (frames as f64 * start) as u64;
                start..(start + 1 + ((frames - start) as f64 * length) as u64).min(frames)
            });
            let asset = Asset {
                id: "a".into(),
                name: "a".into(),
                mime_type: "audio/wav".into(),
                frames,
                sample_rate: SampleRate::new(hz).unwrap(),
                channels: 1,
                text: String::new(),
                voice: String::new(),
                peaks: Vec::new(),
                trim,
                seek_index: Vec::new(),
                has_equal_sides: true,
                warning: None,
            };
            let spec = ClipSpec { asset_id: "a".into(), fade_in, source_start, duration, ..ClipSpec::default() };
            let conversion = Conversion { clips: vec![spec.clone(), spec], edge_fade, ..Conversion::default() };
            let assets = HashMap::from([("a".to_owned(), asset.clone())]);
            // A clip that cannot be built need not be saved.
            if let Ok(timeline) = convert(conversion, &assets, |_, _| {}) {
                for clip in &timeline.clips {
                    let once = through_seconds(clip);
                    prop_assert_eq!(once.check(&asset), Ok(()));
                    prop_assert_eq!(through_seconds(&once).check(&asset), Ok(()));
                }
            }
        }
    }
}
