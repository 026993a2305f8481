//! Adapts a decoder that returns interleaved samples to Symphonia's interface.

use symphonia::core::audio::{AsGenericAudioBufferRef, Audio, AudioBuffer, AudioMut, AudioSpec, GenericAudioBufferRef};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, FinalizeResult};
use symphonia::core::errors::Result;
use symphonia::core::packet::PacketRef;
use wide::f32x4;

use crate::lanes::{self, LANES, splat};

/// A sample as a decoder returns it.
pub(super) trait Sample: Copy + Into<f32> {
    /// Splits four frames of two channels.
    fn split(frames: &[Self; 2 * LANES]) -> (f32x4, f32x4);
}

impl Sample for f32 {
    fn split(frames: &[Self; 2 * LANES]) -> (f32x4, f32x4) {
        lanes::split(frames)
    }
}

impl Sample for i16 {
    fn split(frames: &[Self; 2 * LANES]) -> (f32x4, f32x4) {
        lanes::split_integers(frames)
    }
}

/// A decoder of one track's packets.
pub(super) trait Decode: Send + Sync {
    /// The most frames that a packet decodes to.
    const MAX_FRAMES: usize;
    const INFO: CodecInfo;

    /// Returns to the initial state.
    fn reset(&mut self);

    /// Decodes a packet.
    fn decode(&mut self, packet: &[u8]) -> Result<Decoded<'_, impl Sample>>;
}

/// The audio of a packet.
pub(super) struct Decoded<'d, S> {
    /// Interleaved samples of `channels` channels. If the format has more, they get the last one's samples.
    pub(super) samples: &'d [S],
    pub(super) channels: usize,
    pub(super) frames: usize,
    /// The factor by which samples are multiplied.
    pub(super) gain: f32,
    /// The packet's format, if it may differ from the one before.
    pub(super) spec: Option<AudioSpec>,
}

/// A decoder for Symphonia.
pub(super) struct Interleaved<D> {
    decoder: D,
    params: AudioCodecParameters,
    buffer: AudioBuffer<f32>,
}

impl<D: Decode> Interleaved<D> {
    pub(super) fn new(decoder: D, params: &AudioCodecParameters, spec: AudioSpec) -> Self {
        Self { decoder, params: params.clone(), buffer: AudioBuffer::new(spec, D::MAX_FRAMES) }
    }
}

impl<D: Decode> AudioDecoder for Interleaved<D> {
    fn reset(&mut self) {
        self.decoder.reset();
    }

    fn codec_info(&self) -> &CodecInfo {
        &D::INFO
    }

    fn codec_params(&self) -> &AudioCodecParameters {
        &self.params
    }

    fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
        self.buffer.clear();
        let Decoded { samples, channels, frames, gain, spec } = self.decoder.decode(packet.data)?;
        if let Some(spec) = spec.filter(|spec| spec != self.buffer.spec()) {
            self.buffer = AudioBuffer::new(spec, D::MAX_FRAMES);
        }
        self.buffer.grow_capacity(frames);
        self.buffer.render_uninit(Some(frames));
        let is_pair = channels == 2 && self.buffer.num_planes() == 2;
        if let Some((left, right)) = self.buffer.plane_pair_mut(0, 1).filter(|_| is_pair) {
            split(samples, gain, left, right);
        } else {
            for (channel, plane) in self.buffer.iter_planes_mut().enumerate() {
                copy(samples, gain, channel.min(channels - 1), channels, plane);
            }
        }
        self.buffer.trim(packet.trim_start.get() as usize, packet.trim_end.get() as usize);
        Ok(self.buffer.as_generic_audio_buffer_ref())
    }

    fn finalize(&mut self) -> FinalizeResult {
        FinalizeResult::default()
    }

    fn last_decoded(&self) -> GenericAudioBufferRef<'_> {
        self.buffer.as_generic_audio_buffer_ref()
    }
}

/// Copies one of `channels` channels.
fn copy<S: Sample>(samples: &[S], gain: f32, channel: usize, channels: usize, plane: &mut [f32]) {
    let samples = samples.iter().skip(channel).step_by(channels);
    plane.iter_mut().zip(samples).for_each(|(out, &sample)| *out = gain * sample.into());
}

/// Copies two channels.
fn split<S: Sample>(samples: &[S], gain: f32, left: &mut [f32], right: &mut [f32]) {
    let (groups, rest) = samples.as_chunks::<{ 2 * LANES }>();
    let (left, left_rest) = left.as_chunks_mut::<LANES>();
    let (right, right_rest) = right.as_chunks_mut::<LANES>();
    let gains = splat(gain);
    for ((group, left), right) in groups.iter().zip(left).zip(right) {
        let (first, second) = S::split(group);
        (*left, *right) = ((gains * first).to_array(), (gains * second).to_array());
    }
    copy(rest, gain, 0, 2, left_rest);
    copy(rest, gain, 1, 2, right_rest);
}
