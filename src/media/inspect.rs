//! Measures a content by decoding all of it once.

use std::ops::Range;
use std::sync::Arc;

use super::codec::Block;
use super::decoder::Forward;
use super::parts::Parts;
use super::sides::Sides;
use super::silence::{SilenceTrim, SoundFinder};
use super::waveform::Waveform;
use super::{Content, MediaError};
use crate::store::ByteSource;
use crate::timeline::{Asset, Frames, SampleRate};

/// The result of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The inspection is not done: step again.
    More,
    /// The content's end is reached.
    Done,
}

/// The facts that decoding found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The MIME type, such as `audio/mpeg`, from the content's bytes, not its name.
    pub mime_type: String,
    /// The content's own sample rate.
    pub sample_rate: SampleRate,
    /// The content's own number of channels, 1 to [`super::MAX_CHANNELS`].
    pub channels: u16,
    /// Whether it sounds the same on both sides: it has one channel, or its channels are equal.
    pub has_equal_sides: bool,
    /// Its length at its own rate, the encoder's delay and padding trimmed.
    pub frames: Frames,
    /// At most 2,048 peak magnitudes of equal stretches, with full scale at 255.
    pub peaks: Vec<u8>,
    /// The range without the silence at both ends. `None` unless it was requested and there is sound.
    pub sound: Option<Range<Frames>>,
    /// Places where decoding may start, for [`Content::seek_index`]. Empty if the format needs none.
    pub seek_index: Vec<u8>,
    /// Sentences for the user about faults. The audio can still be played.
    pub warning: Option<String>,
}

impl Inspection {
    /// Returns the content as an asset with this ID and name. Its text and voice are empty.
    pub fn into_asset(self, id: &str, name: &str) -> Asset {
        Asset {
            id: id.into(),
            name: name.into(),
            mime_type: self.mime_type,
            frames: self.frames,
            sample_rate: self.sample_rate,
            channels: self.channels,
            has_equal_sides: self.has_equal_sides,
            text: String::new(),
            voice: String::new(),
            peaks: self.peaks,
            trim: self.sound,
            seek_index: self.seek_index,
            warning: self.warning,
        }
    }
}

/// One pass over a content, in steps between which the caller may do other work.
pub struct Inspector {
    decoder: Parts,
    length: u64,
    block: Block,
    frames: Frames,
    sides: Sides,
    waveform: Waveform,
    sound: Option<SoundFinder>,
    is_done: bool,
}

impl Inspector {
    /// Opens the audio. `type_hint` is a MIME type or a file name, and only a hint: the bytes decide.
    pub fn open(source: Arc<dyn ByteSource>, type_hint: &str) -> Result<Self, MediaError> {
        let length = source.len();
        let mut decoder = Parts::open(&Content::new(source, type_hint))?;
        decoder.record();
        Ok(Self {
            decoder,
            length,
            block: Block::new(),
            frames: 0,
            sides: Sides::default(),
            waveform: Waveform::default(),
            sound: None,
            is_done: false,
        })
    }

    /// Also finds the range without the silence at both ends. The content itself is not changed.
    pub fn trimming(self, trim: SilenceTrim) -> Self {
        Self { sound: Some(SoundFinder::new(trim)), ..self }
    }

    /// Decodes about one packet: a few milliseconds' work at most.
    pub fn step(&mut self) -> Result<Step, MediaError> {
        if !self.is_done && self.decoder.next(&mut self.block)? {
            self.frames += self.block.first().map_or(0, |plane| plane.len() as u64);
            self.sides.add(&self.block, self.decoder.spec().layout);
            self.waveform.add(&self.block);
            if let Some(sound) = &mut self.sound {
                sound.add(&self.block);
            }
            return Ok(Step::More);
        }
        self.is_done = true;
        Ok(Step::Done)
    }

    /// Returns the progress through the content's bytes, 0 to 1.
    pub fn fraction(&self) -> f64 {
        if self.is_done { 1.0 } else { (self.decoder.reached() as f64 / self.length as f64).min(1.0) }
    }

    /// Returns the peaks so far, as [`Inspection::peaks`], and the number of frames that they are of.
    pub fn peaks(&self) -> (Vec<u8>, Frames) {
        (self.waveform.peaks(), self.frames)
    }

    /// Returns the content's own sample rate.
    pub fn rate(&self) -> SampleRate {
        self.decoder.spec().rate
    }

    /// Completes the pass, and returns its result.
    pub fn finish(mut self) -> Result<Inspection, MediaError> {
        while self.step()? == Step::More {}
        if self.frames == 0 {
            return Err(MediaError::NoAudio);
        }
        let damage = Some(self.decoder.damage()).filter(|damage| !damage.is_none()).map(|damage| damage.to_string());
        let warnings: Vec<String> = damage.into_iter().chain(self.decoder.notes()).collect();
        let spec = self.decoder.spec();
        Ok(Inspection {
            mime_type: self.decoder.mime_type().to_owned(),
            sample_rate: spec.rate,
            channels: spec.channels() as u16,
            has_equal_sides: self.sides.are_equal(),
            frames: self.frames,
            peaks: self.waveform.peaks(),
            sound: self.sound.and_then(|sound| sound.finish(spec.rate)),
            seek_index: self.decoder.recorded(),
            warning: Some(warnings.join(" ")).filter(|warning| !warning.is_empty()),
        })
    }
}
