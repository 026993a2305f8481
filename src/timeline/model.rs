//! The model: assets, clips, and the timeline made of them.
//!
//! Plain data. A timeline holds asset IDs and times, never content.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::tags::Tags;
use super::time::{Frames, RationalTime, SampleRate};

/// The limit of a clip's gain, in decibels up or down. A larger value is a typing error, not a mix.
const MAX_VOLUME_DB: f64 = 120.0;

/// The metadata of a stored audio file. The store holds its content under the same ID.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    /// The asset's ID, unique in its store.
    pub id: String,
    /// The asset's name, usually the file's.
    pub name: String,
    /// The content's MIME type, as found by decoding and not as claimed by the file's name or the browser.
    pub mime_type: String,
    /// The decoded length at `sample_rate`, without the encoder's delay and padding.
    pub frames: Frames,
    /// The content's sample rate.
    pub sample_rate: SampleRate,
    /// The content's channel count.
    pub channels: u16,
    /// Whether decoding found equal audio on both sides. False in records of a version that did not look.
    #[serde(default)]
    pub has_equal_sides: bool,
    /// The spoken words.
    pub text: String,
    /// The speaker's name.
    pub voice: String,
    /// The waveform: peak magnitudes of equal parts of the content, 255 for full scale.
    #[serde(with = "serde_bytes")]
    pub peaks: Vec<u8>,
    /// Default in and out points, for clips that set none. `None` is the whole content.
    #[serde(default)]
    pub trim: Option<Range<Frames>>,
    /// The positions in the content where decoding may start; empty if unknown.
    #[serde(default, with = "serde_bytes")]
    pub seek_index: Vec<u8>,
    /// A sentence on damage that decoding found. The readable audio is used.
    pub warning: Option<String>,
}

impl Asset {
    /// Returns the decoded length.
    pub fn duration(&self) -> RationalTime {
        self.sample_rate.duration_of(self.frames)
    }

    /// Returns the default in and out points, for clips that set none.
    pub fn played(&self) -> (RationalTime, RationalTime) {
        let Range { start, end } = self.trim.clone().unwrap_or(0..self.frames);
        (self.sample_rate.duration_of(start.min(self.frames)), self.sample_rate.duration_of(end.min(self.frames)))
    }

    /// Returns whether one channel can hold all of the content.
    pub fn fits_one_channel(&self) -> bool {
        self.channels == 1 || self.has_equal_sides
    }

    /// Returns whether a timeline can play the asset.
    pub fn is_audio(&self) -> bool {
        self.mime_type.starts_with("audio/")
    }
}

/// The export's channel layout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AudioLayout {
    /// One channel; stereo clips are averaged into it.
    Mono,
    /// Two channels; mono clips go to both at full level.
    #[default]
    Stereo,
}

impl AudioLayout {
    /// Returns the number of channels.
    pub const fn channels(self) -> usize {
        match self {
            Self::Mono => 1,
            Self::Stereo => 2,
        }
    }
}

/// The channel layout that a timeline asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LayoutChoice {
    /// One channel if that loses nothing, else two.
    Auto,
    /// One channel.
    Mono,
    /// Two channels.
    #[default]
    Stereo,
}

impl LayoutChoice {
    /// Returns the export's layout. `is_mono` tells whether one channel loses nothing.
    pub fn resolve(self, is_mono: impl FnOnce() -> bool) -> AudioLayout {
        match self {
            Self::Auto if is_mono() => AudioLayout::Mono,
            Self::Mono => AudioLayout::Mono,
            Self::Auto | Self::Stereo => AudioLayout::Stereo,
        }
    }
}

impl From<AudioLayout> for LayoutChoice {
    fn from(layout: AudioLayout) -> Self {
        match layout {
            AudioLayout::Mono => Self::Mono,
            AudioLayout::Stereo => Self::Stereo,
        }
    }
}

/// A part of an asset, placed on the timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineClip {
    /// The clip's ID, unique in its timeline.
    pub id: String,
    /// The clip's name, for messages.
    pub name: String,
    /// The ID of the asset that the clip plays.
    pub asset_id: String,
    /// The start on the timeline.
    pub offset: RationalTime,
    /// The duration. After the asset's end the clip is silent.
    pub duration: RationalTime,
    /// The start in the asset.
    pub source_start: RationalTime,
    /// The lane: 0 is the primary lane, others are above and below. All are mixed.
    pub lane: i32,
    /// Gain in decibels; 0 for no change.
    pub volume_db: f64,
    /// Whether the clip is silent. A muted clip keeps its place.
    pub is_muted: bool,
    /// The length of the fade-in, from the clip's start.
    #[serde(default)]
    pub fade_in: RationalTime,
    /// The length of the fade-out, up to the clip's end.
    #[serde(default)]
    pub fade_out: RationalTime,
    /// Pan, from −1 (left) to 1 (right); 0 for no change.
    #[serde(default)]
    pub pan: f64,
    /// The words spoken in the clip. `None` is the asset's text.
    #[serde(default)]
    pub text: Option<String>,
    /// The speaker's name. `None` is the asset's voice.
    #[serde(default)]
    pub voice: Option<String>,
    /// The heading of the clip's scene; empty if it has none.
    #[serde(default)]
    pub scene: String,
    /// Data of other programs, as JSON; may be empty. It is stored without interpretation.
    #[serde(default)]
    pub metadata: String,
}

impl TimelineClip {
    /// Returns the clip's words and its speaker.
    pub fn line<'a>(&'a self, asset: &'a Asset) -> (&'a str, &'a str) {
        (self.text.as_deref().unwrap_or(&asset.text), self.voice.as_deref().unwrap_or(&asset.voice))
    }

    /// Returns the reference that errors and warnings about the clip carry.
    pub fn to_ref(&self) -> ClipRef {
        ClipRef { clip_id: self.id.clone(), asset_id: self.asset_id.clone() }
    }

    /// Returns the clip's output frames at a sample rate. Both edges are rounded from exact times, so clips that share
    /// an edge meet without gap or overlap.
    pub fn frames(&self, rate: SampleRate) -> Range<Frames> {
        self.offset.to_frames(rate)..self.end().to_frames(rate)
    }

    /// Returns the end on the timeline.
    pub fn end(&self) -> RationalTime {
        self.offset.plus(self.duration)
    }

    /// Returns whether the clip is equal on both sides of a mix. A muted clip is silent on both.
    pub fn has_equal_sides(&self, asset: &Asset) -> bool {
        self.is_muted || (self.pan == 0.0 && asset.fits_one_channel())
    }

    /// Checks the clip's values against its asset. The error is a reason, as the end of a sentence.
    pub fn check(&self, asset: &Asset) -> Result<(), String> {
        if self.offset.is_negative() {
            return Err("the clip starts before the timeline does".into());
        }
        if self.source_start.is_negative() {
            return Err("the clip's sourceStart is before the start of its audio".into());
        }
        if self.source_start >= asset.duration() {
            return Err(format!(
                "the clip starts {:.3} s into its audio, which is past the audio's end at {:.3} s",
                self.source_start.to_seconds(),
                asset.duration().to_seconds(),
            ));
        }
        if self.duration <= RationalTime::ZERO {
            return Err("the clip's duration is zero; remove the clip or give it a length".into());
        }
        if self.volume_db.is_nan() || self.volume_db.abs() > MAX_VOLUME_DB {
            return Err(format!("the clip's gain must be between -{MAX_VOLUME_DB} and {MAX_VOLUME_DB} dB"));
        }
        if self.fade_in.is_negative() || self.fade_out.is_negative() {
            return Err("the clip's fadeIn and fadeOut must not be negative".into());
        }
        if self.fade_in.plus(self.fade_out).exceeds(self.duration) {
            return Err(format!(
                "the clip's fadeIn and fadeOut take {:.3} s together, but the clip lasts only {:.3} s",
                self.fade_in.plus(self.fade_out).to_seconds(),
                self.duration.to_seconds(),
            ));
        }
        if !(-1.0..=1.0).contains(&self.pan) {
            return Err("the clip's pan must be between -1, left, and 1, right".into());
        }
        Ok(())
    }
}

/// The IDs of a clip and its asset: the subject of an error or a warning.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClipRef {
    /// The clip's ID.
    pub clip_id: String,
    /// The asset's ID.
    pub asset_id: String,
}

/// The start of a chapter. It ends where the next chapter starts, or at the timeline's end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChapterMarker {
    /// The chapter's title.
    pub title: String,
    /// The start on the timeline.
    pub offset: RationalTime,
    /// The ID of the chapter's picture in the library.
    #[serde(default)]
    pub image: Option<String>,
    /// Data of other programs, as JSON; may be empty.
    #[serde(default)]
    pub metadata: String,
}

/// Clips on lanes, with the settings of their export.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Timeline {
    /// The timeline's ID, unique in its store.
    pub id: String,
    /// The name of the project and of the exported file.
    pub name: String,
    /// The export's channel layout.
    pub audio_layout: LayoutChoice,
    /// The export's sample rate.
    pub audio_rate: SampleRate,
    /// The clips, in any order.
    pub clips: Vec<TimelineClip>,
    /// The chapters, in any order.
    #[serde(default)]
    pub chapters: Vec<ChapterMarker>,
    /// The exported file's tags.
    #[serde(default)]
    pub tags: Tags,
    /// Data of other programs, as JSON; may be empty.
    #[serde(default)]
    pub metadata: String,
}

impl Timeline {
    /// Returns a copy without clips.
    pub fn without_clips(&self) -> Self {
        let Self { id, name, audio_layout, audio_rate, clips: _, chapters, tags, metadata } = self;
        Self {
            id: id.clone(),
            name: name.clone(),
            audio_layout: *audio_layout,
            audio_rate: *audio_rate,
            clips: Vec::new(),
            chapters: chapters.clone(),
            tags: tags.clone(),
            metadata: metadata.clone(),
        }
    }

    /// Returns the latest end of any clip on any lane, muted clips included.
    pub fn duration(&self) -> RationalTime {
        self.clips.iter().map(TimelineClip::end).max().unwrap_or(RationalTime::ZERO)
    }
}
