//! AAC packets to audio.
//!
//! Plain AAC-LC in mono and stereo is decoded by Symphonia, in floating point and without a ceiling. All else is
//! decoded by FDK, the library that encodes our own files: HE-AAC and HE-AAC v2 (spectral band replication, parametric
//! stereo), surround of up to 7.1, packets of 960 frames, and the low-delay kinds. FDK gives 16 bits, so what is louder
//! than full scale is clipped there. It decodes as it is told to: no loudness is normalised, no range compressed, no
//! channel mixed down, no peak limited.
//!
//! Where nothing but the packets tells that there is spectral band replication or parametric stereo, the first packets
//! are tried, and the configuration is made to say it. So each decoder of a stream, wherever it starts, is the same.

pub(super) mod bits;
pub(super) mod blocks;
pub(super) mod config;
pub(super) mod latm;

use std::ptr::NonNull;

use fdk_aac_sys as fdk;
use symphonia::core::audio::{
    AsGenericAudioBufferRef, Audio as _, AudioBuffer, AudioMut, AudioSpec, GenericAudioBufferRef,
};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions, FinalizeResult};
use symphonia::core::errors::{Error, Result};
use symphonia::core::packet::PacketRef;
use symphonia::default::get_codecs;

use super::{MAX_CHANNELS, MediaError};
use crate::timeline::Frames;
use config::Config;

/// The most frames that a packet decodes to: 1,024, doubled.
const MAX_FRAMES: usize = 2048;

/// How much later a decoder gives out what has spectral band replication, in frames at its doubled rate (ISO/IEC
/// 14496-24, 5.2: 481 of the core).
pub(super) const SBR_DELAY: Frames = 962;

/// How many packets that can be decoded tell what a stream is.
const TRIED: usize = 4;

const UNSUPPORTED: MediaError = MediaError::Unsupported("AAC of a kind that is not known");

const ARRANGED: MediaError = MediaError::Unsupported("AAC with an arrangement of channels that is not known");

/// A decoder for a track's packets.
pub(super) fn decoder(params: &AudioCodecParameters) -> std::result::Result<Box<dyn AudioDecoder>, MediaError> {
    let config = config(params).ok_or(UNSUPPORTED)?;
    config.check()?;
    if config.is_plain() && params.extra_data.is_some() {
        let options = AudioDecoderOptions::default();
        return get_codecs().make_audio_decoder(params, &options).map_err(|_| UNSUPPORTED);
    }
    Ok(Box::new(FdkDecoder::new(config, params)?))
}

/// What a track's description says of its packets.
fn config(params: &AudioCodecParameters) -> Option<Config> {
    match params.extra_data.as_deref() {
        Some(bytes) => Config::parse(bytes),
        // ADTS, whose headers tell the rest once they are read.
        None => {
            let is_mono = params.channels.as_ref().is_some_and(|channels| channels.count() == 1);
            Some(Config::lc(params.sample_rate?, if is_mono { 1 } else { 2 }))
        }
    }
}

/// Whether a track's description leaves open what its packets are.
pub(super) fn is_open(params: &AudioCodecParameters) -> bool {
    config(params).is_some_and(|config| config.is_open())
}

/// Whether there is spectral band replication.
pub(super) fn has_sbr(params: &AudioCodecParameters) -> bool {
    config(params).is_some_and(|config| config.has_sbr())
}

/// Completes a track's description by its first packets, where it leaves open what they are. Returns the rate of what
/// they decode to, and how many frames each.
pub(super) fn settle<'a>(
    params: &mut AudioCodecParameters,
    packets: impl Iterator<Item = &'a [u8]>,
) -> std::result::Result<(u32, Frames), MediaError> {
    let mut config = config(params).ok_or(UNSUPPORTED)?;
    config.check()?;
    if config.is_open() {
        let mut library = Library::open(&config).ok_or(UNSUPPORTED)?;
        let mut pcm = vec![0; MAX_FRAMES * MAX_CHANNELS];
        let decoded = packets.filter_map(|packet| library.decode(packet, &mut pcm)).take(TRIED);
        let found = decoded.map(|block| (block.rate, block.channels)).max();
        match found {
            Some((rate, channels)) => config.settle(rate, channels),
            None if config.has_program() => return Err(ARRANGED),
            None => {}
        }
    }
    params.with_extra_data(config.to_bytes().into());
    Ok((config.rate(), config.packet_frames()))
}

/// FDK's decoder for one track's packets.
struct FdkDecoder {
    config: Config,
    params: AudioCodecParameters,
    library: Library,
    /// FDK's samples, interleaved.
    pcm: Vec<i16>,
    buffer: AudioBuffer<f32>,
}

impl FdkDecoder {
    fn new(config: Config, params: &AudioCodecParameters) -> std::result::Result<Self, MediaError> {
        let layout = config.layout().ok_or(ARRANGED)?;
        let library = Library::open(&config).ok_or(UNSUPPORTED)?;
        let spec = AudioSpec::new(config.rate(), layout.to_symphonia());
        let pcm = vec![0; MAX_FRAMES * MAX_CHANNELS];
        Ok(Self { config, params: params.clone(), library, pcm, buffer: AudioBuffer::new(spec, MAX_FRAMES) })
    }
}

impl AudioDecoder for FdkDecoder {
    fn reset(&mut self) {
        if let Some(library) = Library::open(&self.config) {
            self.library = library;
        }
    }

    fn codec_info(&self) -> &CodecInfo {
        &CodecInfo { short_name: "aac", long_name: "Advanced Audio Coding", profiles: &[] }
    }

    fn codec_params(&self) -> &AudioCodecParameters {
        &self.params
    }

    fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
        const FULL_SCALE: f32 = 32_768.0;
        self.buffer.clear();
        let block = self.library.decode(packet.data, &mut self.pcm);
        let Block { rate, channels, frames } = block.ok_or(Error::DecodeError("aac: invalid packet"))?;
        let expected = self.buffer.spec().channels().count();
        // Until parametric stereo has come, both channels are the one that there is.
        let is_usable = channels == expected || (channels, expected) == (1, 2);
        if rate != self.config.rate() || !is_usable || frames > MAX_FRAMES {
            return Err(Error::DecodeError("aac: a packet of another stream"));
        }
        self.buffer.render_uninit(Some(frames));
        for channel in 0..expected {
            let samples = self.pcm.iter().skip(channel.min(channels - 1)).step_by(channels);
            for (out, &sample) in self.buffer.plane_mut(channel).into_iter().flatten().zip(samples) {
                *out = f32::from(sample) / FULL_SCALE;
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

/// What a packet decoded to.
struct Block {
    rate: u32,
    channels: usize,
    frames: usize,
}

/// The library's handle, closed on drop. Every call into the library is here.
struct Library(NonNull<fdk::AAC_DECODER_INSTANCE>);

// SAFETY: the library keeps all its state behind the handle, and none of a thread's.
unsafe impl Send for Library {}
// SAFETY: nothing is done through a shared reference.
unsafe impl Sync for Library {}

impl Library {
    /// A decoder that has decoded nothing yet. `None` where the library refuses the configuration.
    fn open(config: &Config) -> Option<Self> {
        let library = Self::of_packets(fdk::TRANSPORT_TYPE_TT_MP4_RAW)?;
        // Without the limiter, nothing is delayed. Of the methods to conceal, this one needs no packet ahead.
        library.set(fdk::AACDEC_PARAM_AAC_PCM_LIMITER_ENABLE, 0)?;
        library.set(fdk::AACDEC_PARAM_AAC_CONCEAL_METHOD, 1)?;
        library.set(fdk::AACDEC_PARAM_AAC_QMF_LOWPOWER, 0)?;
        library.set(fdk::AACDEC_PARAM_AAC_PCM_OUTPUT_CHANNEL_MAPPING, 0)?;
        library.set(fdk::AACDEC_PARAM_AAC_DRC_REFERENCE_LEVEL, -1)?;
        library.set(fdk::AACDEC_PARAM_AAC_DRC_ATTENUATION_FACTOR, 0)?;
        library.set(fdk::AACDEC_PARAM_AAC_DRC_BOOST_FACTOR, 0)?;
        library.set(fdk::AACDEC_PARAM_AAC_DRC_HEAVY_COMPRESSION, 0)?;
        library.set(fdk::AACDEC_PARAM_AAC_UNIDRC_SET_EFFECT, -1)?;
        // No mixdown. To one channel it would be no decoding of parametric stereo either.
        library.set(fdk::AACDEC_PARAM_AAC_PCM_MAX_OUTPUT_CHANNELS, i32::from(config.is_mono()))?;
        let mut bytes = config.to_bytes();
        let length = bytes.len() as fdk::UINT;
        let mut pointer = bytes.as_mut_ptr();
        // SAFETY: the handle is open; the library reads one buffer of that length, and keeps no pointer.
        let code = unsafe { fdk::aacDecoder_ConfigRaw(library.0.as_ptr(), &raw mut pointer, &raw const length) };
        (code == fdk::AAC_DECODER_ERROR_AAC_DEC_OK).then_some(library)
    }

    fn of_packets(framing: fdk::TRANSPORT_TYPE) -> Option<Self> {
        // SAFETY: a function of its arguments alone.
        NonNull::new(unsafe { fdk::aacDecoder_Open(framing, 1) }).map(Self)
    }

    fn set(&self, parameter: fdk::AACDEC_PARAM, value: fdk::INT) -> Option<()> {
        // SAFETY: the handle is open for as long as `self` is.
        let code = unsafe { fdk::aacDecoder_SetParam(self.0.as_ptr(), parameter, value) };
        (code == fdk::AAC_DECODER_ERROR_AAC_DEC_OK).then_some(())
    }

    /// Decodes a packet. `None` where it is damaged, and what the library would have in its place is not wanted.
    fn decode(&mut self, packet: &[u8], pcm: &mut [i16]) -> Option<Block> {
        self.fill(packet)?;
        self.decode_filled(pcm)
    }

    /// Takes bytes to decode, in place of those that it has.
    fn fill(&mut self, bytes: &[u8]) -> Option<()> {
        // What a damaged packet left behind is no part of this one.
        self.set(fdk::AACDEC_PARAM_AAC_TPDEC_CLEAR_BUFFER, 1)?;
        let mut pointer = bytes.as_ptr().cast_mut();
        let length = fdk::UINT::try_from(bytes.len()).ok()?;
        let mut left = length;
        // SAFETY: the handle is open; the library copies from one buffer of that length, which it does not change, and
        // says how much it left.
        let code = unsafe { fdk::aacDecoder_Fill(self.0.as_ptr(), &raw mut pointer, &raw const length, &raw mut left) };
        (code == fdk::AAC_DECODER_ERROR_AAC_DEC_OK && left == 0).then_some(())
    }

    /// How many bytes more it has room for than it has now to decode.
    fn room(&self) -> Option<usize> {
        let mut free = 0;
        // SAFETY: the handle is open.
        let code = unsafe { fdk::aacDecoder_GetFreeBytes(self.0.as_ptr(), &raw mut free) };
        usize::try_from(free).ok().filter(|_| code == fdk::AAC_DECODER_ERROR_AAC_DEC_OK)
    }

    /// Decodes the next packet of what it was filled with.
    fn decode_filled(&mut self, pcm: &mut [i16]) -> Option<Block> {
        let room = fdk::INT::try_from(pcm.len()).ok()?;
        // SAFETY: the handle is open; the library writes at most as many samples as there is room for.
        let code = unsafe { fdk::aacDecoder_DecodeFrame(self.0.as_ptr(), pcm.as_mut_ptr(), room, 0) };
        if code != fdk::AAC_DECODER_ERROR_AAC_DEC_OK {
            return None;
        }
        // SAFETY: the handle is open, and what it points to is the handle's own.
        let info = unsafe { fdk::aacDecoder_GetStreamInfo(self.0.as_ptr()).as_ref()? };
        let block = Block {
            rate: u32::try_from(info.sampleRate).ok()?,
            channels: usize::try_from(info.numChannels).ok().filter(|&count| count > 0)?,
            frames: usize::try_from(info.frameSize).ok()?,
        };
        (block.channels * block.frames <= pcm.len()).then_some(block)
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        // SAFETY: the handle is open, and nothing uses it after this.
        unsafe { fdk::aacDecoder_Close(self.0.as_ptr()) };
    }
}
