//! Reads a clip's audio at the timeline's rate.

use super::converted::Converted;
use super::parts::Parts;
use super::{ChannelLayout, Content, Damage, MediaError};
use crate::timeline::{Frames, SampleRate};

/// A clip's audio from its source start on, at the timeline's rate, in the content's own channels.
///
/// [`Self::read`] is a pure function of its arguments: any range, read in any order by a fresh or a used reader,
/// gives the same bits. Reading forward is cheap. A position that is far ahead or behind is reached by a seek, where
/// the format allows a safe one.
///
/// If the rates are equal, the samples are the content's, unchanged. If they differ, the clip is resampled alone:
/// audio before its source start does not affect it.
pub struct ClipReader(Converted<Parts>);

impl ClipReader {
    /// Opens a content for playback from frame `source_start`, counted at the content's own rate.
    pub fn open(content: Content, source_start: Frames, rate: SampleRate) -> Result<Self, MediaError> {
        Converted::open(content, source_start, rate).map(Self)
    }

    /// Returns the content's channel layout, with 1 to [`super::MAX_CHANNELS`] channels.
    pub fn layout(&self) -> ChannelLayout {
        self.0.spec().layout
    }

    /// Returns the content's own rate.
    pub fn source_rate(&self) -> SampleRate {
        self.0.spec().rate
    }

    /// Returns the damage met so far.
    pub fn damage(&self) -> Damage {
        self.0.damage()
    }

    /// Fills `out`, one slice per channel and all of equal length, with the clip from this frame on, and with silence
    /// past its end. Returns the number of frames that were audio.
    pub fn read(&mut self, position: Frames, out: &mut [&mut [f32]]) -> Result<usize, MediaError> {
        self.0.read(position, out)
    }
}
