//! The model: assets, clips and the timeline they make.
//!
//! Plain data. A timeline holds asset IDs and times, never content.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::tags::Tags;
use super::time::{Frames, RationalTime, SampleRate};

/// The gain that a clip may ask for, in decibels either way. Past it lies a typing error, not a mix.
const MAX_VOLUME_DB: f64 = 120.0;

/// What is known of a stored piece of audio. Its content lies beside it in the store, under the same ID.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    /// Unique in its store.
    pub id: String,
    /// What to call it: the file's name, as a rule.
    pub name: String,
    /// The content's type as decoding found it, not as the file's name or the browser claimed.
    pub mime_type: String,
    /// The decoded length at `sample_rate`, after the encoder's delay and padding are trimmed.
    pub frames: Frames,
    /// The content's own rate.
    pub sample_rate: SampleRate,
    /// The content's own channel count.
    pub channels: u16,
    /// The spoken line.
    pub text: String,
    /// Who speaks it.
    pub voice: String,
    /// The waveform: the peak magnitude of equal stretches of the content, 255 being full scale.
    #[serde(with = "serde_bytes")]
    pub peaks: Vec<u8>,
    /// What clips play of it that do not say; all of it if `None`.
    #[serde(default)]
    pub trim: Option<Range<Frames>>,
    /// Where in the content decoding may start; empty where nothing is known of it.
    #[serde(default, with = "serde_bytes")]
    pub seek_index: Vec<u8>,
    /// What decoding found amiss, in words; the audio that could be read is used.
    pub warning: Option<String>,
}

impl Asset {
    /// The decoded length.
    pub fn duration(&self) -> RationalTime {
        self.sample_rate.duration_of(self.frames)
    }

    /// The start and the end of what clips play of it that do not say.
    pub fn played(&self) -> (RationalTime, RationalTime) {
        let Range { start, end } = self.trim.clone().unwrap_or(0..self.frames);
        (self.sample_rate.duration_of(start.min(self.frames)), self.sample_rate.duration_of(end.min(self.frames)))
    }

    /// Whether the timeline can use it.
    pub fn is_audio(&self) -> bool {
        self.mime_type.starts_with("audio/")
    }
}

/// How many channels the export has.
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
    /// The number of channels.
    pub const fn channels(self) -> usize {
        match self {
            Self::Mono => 1,
            Self::Stereo => 2,
        }
    }
}

/// A stretch of an asset at a place on the timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineClip {
    /// Unique in its timeline.
    pub id: String,
    /// What to call it in a message.
    pub name: String,
    /// The asset it plays.
    pub asset_id: String,
    /// Where it starts on the timeline.
    pub offset: RationalTime,
    /// How long it lasts. Past the asset's end it is silent.
    pub duration: RationalTime,
    /// Where in the asset it starts.
    pub source_start: RationalTime,
    /// 0 is the primary lane, others lie above and below. All are mixed.
    pub lane: i32,
    /// Gain in decibels; 0 changes nothing.
    pub volume_db: f64,
    /// A muted clip keeps its place and is silent.
    pub is_muted: bool,
    /// How long it takes to come in, from its start on.
    #[serde(default)]
    pub fade_in: RationalTime,
    /// How long it takes to go, up to its end.
    #[serde(default)]
    pub fade_out: RationalTime,
    /// From −1, all left, to 1, all right; 0 changes nothing.
    #[serde(default)]
    pub pan: f64,
    /// What is said in it; the asset's text if `None`.
    #[serde(default)]
    pub text: Option<String>,
    /// Who says it; the asset's voice if `None`.
    #[serde(default)]
    pub voice: Option<String>,
    /// The heading of the scene that it belongs to; empty if it belongs to none.
    #[serde(default)]
    pub scene: String,
    /// What other programs keep with it, as JSON; empty if there is nothing. It is kept, and not looked at.
    #[serde(default)]
    pub metadata: String,
}

impl TimelineClip {
    /// What is said in it, and who says it.
    pub fn line<'a>(&'a self, asset: &'a Asset) -> (&'a str, &'a str) {
        (self.text.as_deref().unwrap_or(&asset.text), self.voice.as_deref().unwrap_or(&asset.voice))
    }

    /// What an error or a warning about it says that it is about.
    pub fn to_ref(&self) -> ClipRef {
        ClipRef { clip_id: self.id.clone(), asset_id: self.asset_id.clone() }
    }

    /// Where it ends on the timeline.
    pub fn end(&self) -> RationalTime {
        self.offset.plus(self.duration)
    }

    /// Whether its asset can give what it asks for; if not, why, as the end of a sentence about the asset.
    pub fn check(&self, asset: &Asset) -> Result<(), String> {
        if self.offset.is_negative() {
            return Err("the clip's offset lies before the timeline's start".into());
        }
        if self.source_start.is_negative() {
            return Err("the clip starts before its audio does".into());
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
            return Err(format!("the clip's gain must lie between -{MAX_VOLUME_DB} and {MAX_VOLUME_DB} dB"));
        }
        if self.fade_in.is_negative() || self.fade_out.is_negative() {
            return Err("the clip's fadeIn and fadeOut must not be negative".into());
        }
        if self.fade_in.plus(self.fade_out).exceeds(self.duration) {
            return Err(format!(
                "the clip's fadeIn and fadeOut take {:.3} s together, and the clip lasts {:.3} s",
                self.fade_in.plus(self.fade_out).to_seconds(),
                self.duration.to_seconds(),
            ));
        }
        if !(-1.0..=1.0).contains(&self.pan) {
            return Err("the clip's pan must lie between -1, left, and 1, right".into());
        }
        Ok(())
    }
}

/// A clip and the asset that it plays, by their IDs: what an error or a warning is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClipRef {
    /// The clip.
    pub clip_id: String,
    /// Its asset.
    pub asset_id: String,
}

/// Where a chapter begins. It ends where the next one does, or the timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChapterMarker {
    /// What it is called.
    pub title: String,
    /// Where it starts on the timeline.
    pub offset: RationalTime,
    /// The ID of its picture in the library.
    #[serde(default)]
    pub image: Option<String>,
    /// What other programs keep with it, as JSON; empty if there is nothing.
    #[serde(default)]
    pub metadata: String,
}

/// Clips on lanes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Timeline {
    /// Unique in its store.
    pub id: String,
    /// The project's name, and the exported file's.
    pub name: String,
    /// The export's channels.
    pub audio_layout: AudioLayout,
    /// The export's rate.
    pub audio_rate: SampleRate,
    /// In no particular order.
    pub clips: Vec<TimelineClip>,
    /// In no particular order.
    #[serde(default)]
    pub chapters: Vec<ChapterMarker>,
    /// What the exported file says of itself.
    #[serde(default)]
    pub tags: Tags,
    /// What other programs keep with it, as JSON; empty if there is nothing.
    #[serde(default)]
    pub metadata: String,
}

impl Timeline {
    /// All of it but its clips.
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

    /// The latest end of any clip on any lane, muted ones included.
    pub fn duration(&self) -> RationalTime {
        self.clips.iter().map(TimelineClip::end).max().unwrap_or(RationalTime::ZERO)
    }
}
