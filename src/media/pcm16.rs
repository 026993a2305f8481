//! Decodes little-endian PCM of 16 bits, in vectors. It is what most WAV files hold, and Symphonia's decoder reads it
//! sample by sample, which takes longer than all else in reading such a file.

use symphonia::core::audio::AudioSpec;
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};
use symphonia::core::errors::Result;
use wide::bytemuck::cast_slice_mut;

use super::interleaved::{Decode, Decoded, Interleaved, Sample};

/// The value of the least significant bit.
const UNIT: f32 = 1.0 / 32_768.0;

struct Pcm16 {
    channels: usize,
    samples: Vec<i16>,
}

/// Returns a decoder for a track's packets. Returns `None` if the track's rate or its channels are unknown.
pub(super) fn decoder(params: &AudioCodecParameters) -> Option<Box<dyn AudioDecoder>> {
    let spec = AudioSpec::new(params.sample_rate?, params.channels.clone()?);
    let channels = spec.channels().count();
    let decoder = Pcm16 { channels, samples: Vec::new() };
    (channels > 0).then(|| Box::new(Interleaved::new(decoder, params, spec)) as Box<dyn AudioDecoder>)
}

impl Decode for Pcm16 {
    /// Larger packets are taken too.
    const MAX_FRAMES: usize = 4096;
    const INFO: CodecInfo = CodecInfo { short_name: "pcm_s16le", long_name: "PCM of 16 bits", profiles: &[] };

    fn reset(&mut self) {}

    fn decode(&mut self, packet: &[u8]) -> Result<Decoded<'_, impl Sample>> {
        // The packet's bytes may be at any address, those of samples may not.
        const { assert!(cfg!(target_endian = "little")) };
        let whole = packet.as_chunks::<2>().0.as_flattened();
        self.samples.resize(whole.len() / 2, 0);
        cast_slice_mut::<i16, u8>(&mut self.samples).copy_from_slice(whole);
        let frames = self.samples.len() / self.channels;
        Ok(Decoded { samples: &self.samples, channels: self.channels, frames, gain: UNIT, spec: None })
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;
    use symphonia::core::audio::Channels;
    use symphonia::core::codecs::audio::AudioDecoderOptions;
    use symphonia::core::codecs::audio::well_known::CODEC_ID_PCM_S16LE;
    use symphonia::core::packet::Packet;
    use symphonia::core::units::{Duration, Timestamp};
    use symphonia::default::get_codecs;

    use super::*;

    fn decoded(decoder: &mut Box<dyn AudioDecoder>, bytes: &[u8]) -> Vec<Vec<u32>> {
        let packet = Packet::new(0, Timestamp::from(0), Duration::new(0), bytes.to_vec());
        let mut planes: Vec<Vec<f32>> = Vec::new();
        decoder.decode(&packet).unwrap().copy_to_vecs_planar(&mut planes);
        planes.iter().map(|plane| plane.iter().map(|sample| sample.to_bits()).collect()).collect()
    }

    proptest! {
        #[test]
        fn the_samples_are_those_of_symphonia_to_the_bit(
            channels in 1u16..9,
            packets in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..400), 1..4),
        ) {
            let mut params = AudioCodecParameters::new();
            params
                .for_codec(CODEC_ID_PCM_S16LE)
                .with_sample_rate(44_100)
                .with_channels(Channels::Discrete(channels))
                .with_max_frames_per_packet(64);
            let mut ours = decoder(&params).unwrap();
            let mut theirs = get_codecs().make_audio_decoder(&params, &AudioDecoderOptions::default()).unwrap();
            for bytes in packets {
                prop_assert_eq!(decoded(&mut ours, &bytes), decoded(&mut theirs, &bytes));
            }
        }
    }
}
