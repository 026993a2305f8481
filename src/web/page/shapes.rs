//! The plain objects of the interface, as `package/types.ts` declares them: seconds as numbers, waveforms as bytes.

use serde::{Deserialize, Serialize};

use crate::timeline::{
    Asset, ChapterMarker, ClipSpec, Image, ImageType, LayoutChoice, RationalTime, SampleRate, Tags, Timeline,
    TimelineClip,
};
use crate::web::failure::Failure;

/// `Asset`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetShape<'a> {
    id: &'a str,
    name: &'a str,
    mime_type: &'a str,
    duration_seconds: f64,
    sample_rate: SampleRate,
    channels: u16,
    has_equal_sides: bool,
    bytes: f64,
    text: &'a str,
    voice: &'a str,
    #[serde(with = "serde_bytes")]
    peaks: &'a [u8],
    #[serde(skip_serializing_if = "Option::is_none")]
    trim: Option<TrimShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<&'a str>,
}

impl<'a> AssetShape<'a> {
    /// Returns the shape of an asset whose content has this many bytes.
    pub fn new(asset: &'a Asset, bytes: f64) -> Self {
        Self {
            id: &asset.id,
            name: &asset.name,
            mime_type: &asset.mime_type,
            duration_seconds: asset.duration().to_seconds(),
            sample_rate: asset.sample_rate,
            channels: asset.channels,
            has_equal_sides: asset.fits_one_channel(),
            bytes,
            text: &asset.text,
            voice: &asset.voice,
            peaks: &asset.peaks,
            trim: asset.trim.as_ref().map(|_| TrimShape::from(asset.played())),
            warning: asset.warning.as_deref(),
        }
    }
}

/// `Image`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageShape<'a> {
    id: &'a str,
    mime_type: ImageType,
    width: u32,
    height: u32,
    bytes: usize,
}

impl<'a> From<&'a Image> for ImageShape<'a> {
    fn from(image: &'a Image) -> Self {
        let &Image { mime_type, width, height, .. } = image;
        Self { id: &image.id, mime_type, width, height, bytes: image.bytes.len() }
    }
}

/// `Asset.trim`.
#[derive(Serialize)]
struct TrimShape {
    start: f64,
    end: f64,
}

impl From<(RationalTime, RationalTime)> for TrimShape {
    fn from((start, end): (RationalTime, RationalTime)) -> Self {
        Self { start: start.to_seconds(), end: end.to_seconds() }
    }
}

/// `ClipSpec`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClipSpecShape {
    asset_id: String,
    id: Option<String>,
    name: Option<String>,
    offset: Option<f64>,
    duration: Option<f64>,
    source_start: Option<f64>,
    lane: Option<i32>,
    volume_db: Option<f64>,
    is_muted: Option<bool>,
    fade_in: Option<f64>,
    fade_out: Option<f64>,
    pan: Option<f64>,
    text: Option<String>,
    voice: Option<String>,
    scene: Option<String>,
    metadata: Option<String>,
}

impl TryFrom<ClipSpecShape> for ClipSpec {
    type Error = String;

    fn try_from(shape: ClipSpecShape) -> Result<Self, String> {
        Ok(Self {
            asset_id: shape.asset_id,
            id: shape.id,
            name: shape.name,
            offset: shape.offset.map(|seconds| time("offset", seconds)).transpose()?,
            duration: shape.duration.map(|seconds| time("duration", seconds)).transpose()?,
            source_start: shape.source_start.map(|seconds| time("sourceStart", seconds)).transpose()?,
            lane: shape.lane.unwrap_or(0),
            volume_db: shape.volume_db.unwrap_or(0.0),
            is_muted: shape.is_muted.unwrap_or(false),
            fade_in: shape.fade_in.map(|seconds| time("fadeIn", seconds)).transpose()?,
            fade_out: shape.fade_out.map(|seconds| time("fadeOut", seconds)).transpose()?,
            pan: shape.pan.unwrap_or(0.0),
            text: shape.text,
            voice: shape.voice,
            scene: shape.scene.unwrap_or_default(),
            metadata: shape.metadata.unwrap_or_default(),
        })
    }
}

/// A `Timeline`, or `TimelineOptions` with an ID and a name, without its clips.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineHead {
    /// The timeline's ID, unique in the library.
    pub id: String,
    /// The timeline's name, also used for the exported file.
    pub name: String,
    /// The silence between neighbouring clips, in seconds; by default none.
    pub gap_seconds: Option<f64>,
    /// The fade at both edges of clips that set none, in seconds; by default none.
    pub edge_fade_seconds: Option<f64>,
    /// The channel layout; stereo if left out.
    pub audio_layout: Option<LayoutChoice>,
    /// Hertz.
    pub audio_rate: Option<u32>,
    chapters: Option<Vec<MarkerShape>>,
    /// The exported file's tags.
    pub tags: Option<Tags>,
    /// Other programs' data, as JSON.
    pub metadata: Option<String>,
}

impl TimelineHead {
    /// Takes the chapter markers.
    pub fn chapters(&mut self) -> Result<Vec<ChapterMarker>, Failure> {
        let chapters = self.chapters.take().unwrap_or_default().into_iter().enumerate();
        let read = |(index, shape)| {
            ChapterMarker::try_from(shape).map_err(|reason| Failure::Argument(format!("chapters[{index}]: {reason}")))
        };
        chapters.map(read).collect()
    }

    /// Returns the gap as a time.
    pub fn gap(&self) -> Result<RationalTime, Failure> {
        duration("gapSeconds", self.gap_seconds)
    }

    /// Returns the edge fade as a time.
    pub fn edge_fade(&self) -> Result<RationalTime, Failure> {
        duration("edgeFadeSeconds", self.edge_fade_seconds)
    }

    /// Returns the sample rate: one of the two that can be exported.
    pub fn rate(&self) -> Result<SampleRate, Failure> {
        match self.audio_rate {
            None | Some(44_100) => Ok(SampleRate::HZ_44100),
            Some(48_000) => Ok(SampleRate::HZ_48000),
            Some(other) => Err(Failure::Argument(format!("audioRate must be 44100 or 48000, not {other}"))),
        }
    }
}

/// `Timeline`, without its clips.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineShape<'a> {
    /// The timeline's ID, unique in the library.
    pub id: &'a str,
    /// The timeline's name, also used for the exported file.
    pub name: &'a str,
    /// Channels.
    pub audio_layout: LayoutChoice,
    /// Hertz.
    pub audio_rate: SampleRate,
    /// The latest end of all clips, in seconds.
    pub duration_seconds: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    chapters: Vec<MarkerShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a Tags>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a str>,
}

impl<'a> From<&'a Timeline> for TimelineShape<'a> {
    fn from(timeline: &'a Timeline) -> Self {
        Self {
            id: &timeline.id,
            name: &timeline.name,
            audio_layout: timeline.audio_layout,
            audio_rate: timeline.audio_rate,
            duration_seconds: timeline.duration().to_seconds(),
            chapters: timeline.chapters.iter().map(MarkerShape::from).collect(),
            tags: Some(&timeline.tags).filter(|&tags| *tags != Tags::default()),
            metadata: given(&timeline.metadata),
        }
    }
}

/// `ChapterMarker`.
#[derive(Serialize, Deserialize)]
pub struct MarkerShape {
    title: String,
    offset: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<String>,
}

impl From<&ChapterMarker> for MarkerShape {
    fn from(chapter: &ChapterMarker) -> Self {
        Self {
            title: chapter.title.clone(),
            offset: chapter.offset.to_seconds(),
            image: chapter.image.clone(),
            metadata: given(&chapter.metadata).map(str::to_owned),
        }
    }
}

impl TryFrom<MarkerShape> for ChapterMarker {
    type Error = String;

    fn try_from(shape: MarkerShape) -> Result<Self, String> {
        let offset = time("offset", shape.offset)?;
        if offset.is_negative() {
            return Err("offset must not be negative".into());
        }
        let metadata = shape.metadata.unwrap_or_default();
        Ok(Self { title: shape.title, offset, image: shape.image, metadata })
    }
}

/// `TimelineClip`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineClipShape {
    id: String,
    name: String,
    asset_id: String,
    offset: f64,
    duration: f64,
    source_start: f64,
    lane: i32,
    volume_db: f64,
    is_muted: bool,
    #[serde(default)]
    fade_in: f64,
    #[serde(default)]
    fade_out: f64,
    #[serde(default)]
    pan: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    voice: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scene: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<String>,
}

impl From<&TimelineClip> for TimelineClipShape {
    fn from(clip: &TimelineClip) -> Self {
        Self {
            id: clip.id.clone(),
            name: clip.name.clone(),
            asset_id: clip.asset_id.clone(),
            offset: clip.offset.to_seconds(),
            duration: clip.duration.to_seconds(),
            source_start: clip.source_start.to_seconds(),
            lane: clip.lane,
            volume_db: clip.volume_db,
            is_muted: clip.is_muted,
            fade_in: clip.fade_in.to_seconds(),
            fade_out: clip.fade_out.to_seconds(),
            pan: clip.pan,
            text: clip.text.clone(),
            voice: clip.voice.clone(),
            scene: given(&clip.scene).map(str::to_owned),
            metadata: given(&clip.metadata).map(str::to_owned),
        }
    }
}

impl TryFrom<TimelineClipShape> for TimelineClip {
    type Error = String;

    fn try_from(shape: TimelineClipShape) -> Result<Self, String> {
        Ok(Self {
            id: shape.id,
            name: shape.name,
            asset_id: shape.asset_id,
            offset: time("offset", shape.offset)?,
            duration: time("duration", shape.duration)?,
            source_start: time("sourceStart", shape.source_start)?,
            lane: shape.lane,
            volume_db: shape.volume_db,
            is_muted: shape.is_muted,
            fade_in: time("fadeIn", shape.fade_in)?,
            fade_out: time("fadeOut", shape.fade_out)?,
            pan: shape.pan,
            text: shape.text,
            voice: shape.voice,
            scene: shape.scene.unwrap_or_default(),
            metadata: shape.metadata.unwrap_or_default(),
        })
    }
}

/// Returns a text unless it is empty.
fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Converts seconds to a time. `None` is zero, and a negative number is an error.
fn duration(field: &str, seconds: Option<f64>) -> Result<RationalTime, Failure> {
    let time = time(field, seconds.unwrap_or(0.0)).map_err(Failure::Argument)?;
    if time.is_negative() { Err(Failure::Argument(format!("{field} must not be negative"))) } else { Ok(time) }
}

fn time(field: &str, seconds: f64) -> Result<RationalTime, String> {
    RationalTime::from_seconds(seconds).ok_or_else(|| format!("{field} must be a finite number of seconds"))
}
