//! Adapts a decoder that returns interleaved samples to Symphonia's interface.

use symphonia::core::audio::{
    AsGenericAudioBufferRef, Audio as _, AudioBuffer, AudioMut, AudioSpec, GenericAudioBufferRef,
};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, FinalizeResult};
use symphonia::core::errors::Result;
use symphonia::core::packet::PacketRef;

/// A decoder of one track's packets.
pub(super) trait Decode: Send + Sync {
    /// The most frames that a packet decodes to.
    const MAX_FRAMES: usize;
    const INFO: CodecInfo;

    /// Returns to the initial state.
    fn reset(&mut self);

    /// Decodes a packet.
    fn decode(&mut self, packet: &[u8]) -> Result<Decoded<'_, impl Copy + Into<f32>>>;
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
        self.buffer.render_uninit(Some(frames));
        for (channel, plane) in self.buffer.iter_planes_mut().enumerate() {
            let samples = samples.iter().skip(channel.min(channels - 1)).step_by(channels);
            for (out, &sample) in plane.iter_mut().zip(samples) {
                *out = gain * sample.into();
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
