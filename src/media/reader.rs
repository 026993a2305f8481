//! Reads a clip's audio at the timeline's rate.

use super::codec::Spec;
use super::decoder::Forward;
use super::parts::Parts;
use super::pcm::Pcm;
use super::resample::Resampler;
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

/// A recording from a frame on, at another rate.
pub(super) struct Converted<D> {
    pcm: Pcm<D>,
    source_start: Frames,
    rate: SampleRate,
    resampler: Option<Resampler>,
}

impl<D: Forward> Converted<D> {
    pub(super) fn open(content: Content, source_start: Frames, rate: SampleRate) -> Result<Self, MediaError> {
        let pcm = Pcm::<D>::open(content)?;
        let spec = pcm.spec();
        let resampler = (spec.rate != rate).then(|| Resampler::new(spec.rate, rate, spec.channels())).transpose()?;
        Ok(Self { pcm, source_start, rate, resampler })
    }

    /// Returns the recording's own rate and channels.
    pub(super) fn spec(&self) -> Spec {
        self.pcm.spec()
    }

    pub(super) fn damage(&self) -> Damage {
        self.pcm.damage()
    }

    pub(super) fn decoder(&self) -> &D {
        self.pcm.decoder()
    }

    pub(super) fn decoder_mut(&mut self) -> &mut D {
        self.pcm.decoder_mut()
    }

    /// Returns its length at the other rate, rounded as the timeline rounds, once the recording's end was reached.
    pub(super) fn length(&self) -> Option<Frames> {
        length(&self.pcm, self.source_start, self.rate)
    }

    /// Reads as [`ClipReader::read`] does.
    pub(super) fn read(&mut self, position: Frames, out: &mut [&mut [f32]]) -> Result<usize, MediaError> {
        let Some(resampler) = &mut self.resampler else {
            return self.pcm.read(self.source_start.saturating_add(position), out);
        };
        let wanted = out.first().map_or(0, |plane| plane.len());
        let mut done = 0;
        while done < wanted {
            let at = position.saturating_add(done as u64);
            let (index, skipped) = resampler.locate(at);
            if length(&self.pcm, self.source_start, self.rate).is_some_and(|length| at >= length) {
                break;
            }
            let block = resampler
                .block(index, |frame, planes| self.pcm.read(self.source_start.saturating_add(frame), planes))?;
            let mut count = wanted - done;
            for (out, plane) in out.iter_mut().zip(block) {
                count = count.min(plane.len() - skipped);
                out[done..done + count].copy_from_slice(&plane[skipped..skipped + count]);
            }
            done += count;
        }
        // A block reads up to an end that falls into it, so by now the end is known if it was passed.
        if let Some(length) = length(&self.pcm, self.source_start, self.rate) {
            done = done.min(usize::try_from(length.saturating_sub(position)).unwrap_or(usize::MAX));
        }
        out.iter_mut().for_each(|plane| plane[done..].fill(0.0));
        Ok(done)
    }
}

/// Returns the clip's length at the output rate, rounded as the timeline rounds, once the recording's end was reached.
fn length<D: Forward>(pcm: &Pcm<D>, source_start: Frames, rate: SampleRate) -> Option<Frames> {
    let frames = pcm.length()?.saturating_sub(source_start);
    Some(pcm.spec().rate.duration_of(frames).to_frames(rate))
}
