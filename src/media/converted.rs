//! A recording from a frame on, at another sample rate.

use super::codec::Spec;
use super::decoder::Forward;
use super::pcm::Pcm;
use super::resample::Resampler;
use super::{Content, Damage, MediaError};
use crate::timeline::{Frames, SampleRate};

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

    /// Reads as [`ClipReader::read`](super::ClipReader::read) does.
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
