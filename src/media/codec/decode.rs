//! Decodes one packet, and prepares its audio: checks the format, trims padding, and silences invalid samples.

use std::cell::Cell;

use symphonia::core::audio::{Audio as _, AudioSpec, GenericAudioBufferRef};
use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::Error;
use symphonia::core::packet::Packet;
use symphonia::core::units::Duration;
use wide::f32x4;

use super::block::{Block, Spec};
use crate::lanes::LANES;
use crate::media::{ChannelLayout, MediaError};
use crate::timeline::{Frames, SampleRate};

/// The loudest sample that is accepted: 60 dB over full scale. Float files can hold any number, infinities and NaNs.
const MAX_MAGNITUDE: f32 = 1000.0;

thread_local! {
    static DECODED: Cell<u64> = const { Cell::new(0) };
}

/// Returns the number of packets that this thread has decoded. Tests use it to hold the cost of a seek to a limit.
pub fn packets_decoded() -> u64 {
    DECODED.get()
}

/// Decodes a packet, and counts it.
pub(super) fn decode<'a>(
    decoder: &'a mut Box<dyn AudioDecoder>,
    packet: &Packet,
) -> Result<GenericAudioBufferRef<'a>, Error> {
    DECODED.set(DECODED.get() + 1);
    decoder.decode(packet)
}

/// Returns the format of decoded audio, or an error if it cannot be used. The container's layout takes precedence over
/// the decoder's if it has as many channels.
pub(super) fn spec(spec: &AudioSpec, declared: Option<ChannelLayout>) -> Result<Spec, MediaError> {
    let rate = SampleRate::new(spec.rate()).ok_or(MediaError::SampleRate(spec.rate()))?;
    let channels = spec.channels().count();
    let declared = declared.filter(|layout| layout.channels() == channels);
    match declared.or_else(|| ChannelLayout::of_symphonia(spec.channels())) {
        _ if channels == 0 => Err(MediaError::NoAudio),
        Some(layout) => Ok(Spec { rate, layout }),
        None => Err(MediaError::TooManyChannels(channels)),
    }
}

/// Copies decoded audio, and converts samples that are not floats.
pub(super) fn copy(audio: &GenericAudioBufferRef<'_>, block: &mut Block) {
    let GenericAudioBufferRef::F32(audio) = audio else { return audio.copy_to_vecs_planar(block) };
    block.resize_with(audio.num_planes(), Vec::new);
    for (plane, samples) in block.iter_mut().zip(audio.iter_planes()) {
        plane.clear();
        plane.extend_from_slice(samples);
    }
}

/// Trims the packet's declared padding at its end, if the decoder did not. Returns the number of frames that remain.
pub(super) fn trim(packet: &Packet, decoded: Frames, block: &mut Block) -> Frames {
    let whole = packet.dur.get().saturating_add(packet.trim_end.get());
    if packet.trim_start != Duration::ZERO || packet.trim_end == Duration::ZERO || decoded != whole {
        return decoded;
    }
    block.iter_mut().for_each(|plane| plane.truncate(packet.dur.get() as usize));
    packet.dur.get()
}

/// Silences samples that are NaN or absurdly large, because one would spoil all audio that it is mixed or filtered
/// with. Returns whether there were any.
pub(super) fn silence_nonsense(block: &mut Block) -> bool {
    const MOST: f32x4 = f32x4::splat(MAX_MAGNITUDE);
    let mut has_nonsense = false;
    let mut silence = |sample: &mut f32| {
        // A NaN compares as false.
        let is_sound = sample.abs() <= MAX_MAGNITUDE;
        *sample = if is_sound { *sample } else { 0.0 };
        has_nonsense |= !is_sound;
    };
    for plane in block {
        let (vectors, rest) = plane.as_chunks_mut::<LANES>();
        for samples in vectors {
            if !f32x4::new(*samples).abs().simd_le(MOST).all() {
                samples.iter_mut().for_each(&mut silence);
            }
        }
        rest.iter_mut().for_each(&mut silence);
    }
    has_nonsense
}
