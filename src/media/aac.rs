//! Decodes AAC packets to audio.
//!
//! Symphonia decodes plain AAC-LC in mono and stereo, in floating point and without clipping. FDK, the library that
//! also encodes our files, decodes the rest: HE-AAC and HE-AAC v2 (spectral band replication, parametric stereo),
//! surround up to 7.1, packets of 960 frames, and the low-delay object types. FDK outputs 16 bits, so it clips audio
//! above full scale. Its loudness normalisation, dynamic range compression, downmix and limiter are all turned off.
//!
//! Some streams show spectral band replication or parametric stereo only in their packets. For these, the first
//! packets are decoded as a trial, and the result is written into the configuration. So every decoder of a stream
//! behaves the same, wherever it starts.

pub(super) mod bits;
pub(super) mod blocks;
pub(super) mod config;
pub(super) mod latm;

use std::ptr::NonNull;

use fdk_aac_sys as fdk;
use symphonia::core::audio::AudioSpec;
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::{Error, Result};
use symphonia::default::get_codecs;

use super::interleaved::{Decode, Decoded, Interleaved, Sample};
use super::{MAX_CHANNELS, MediaError};
use crate::timeline::Frames;
use config::Config;

/// The most frames a packet decodes to: 1,024, doubled by spectral band replication.
const MAX_FRAMES: usize = 2048;

/// The extra decoder delay of spectral band replication, in frames at the doubled rate (ISO/IEC 14496-24, 5.2: 481
/// frames of the core).
pub(super) const SBR_DELAY: Frames = 962;

/// The number of decodable packets that are tried to settle a stream's configuration.
const TRIED: usize = 4;

const UNSUPPORTED: MediaError = MediaError::Unsupported("AAC of a kind that is not known");

const ARRANGED: MediaError = MediaError::Unsupported("AAC with an arrangement of channels that is not known");

/// Returns a decoder for a track's packets.
pub(super) fn decoder(params: &AudioCodecParameters) -> std::result::Result<Box<dyn AudioDecoder>, MediaError> {
    let config = config(params).ok_or(UNSUPPORTED)?;
    config.check()?;
    if config.is_plain() && params.extra_data.is_some() {
        let options = AudioDecoderOptions::default();
        return get_codecs().make_audio_decoder(params, &options).map_err(|_| UNSUPPORTED);
    }
    let layout = config.layout().ok_or(ARRANGED)?;
    let library = Library::open(&config).ok_or(UNSUPPORTED)?;
    let spec = AudioSpec::new(config.rate(), layout.to_symphonia());
    let pcm = vec![0; MAX_FRAMES * MAX_CHANNELS];
    let decoder = FdkDecoder { config, channels: layout.channels(), library, pcm };
    Ok(Box::new(Interleaved::new(decoder, params, spec)))
}

/// Reads the configuration from a track's description.
fn config(params: &AudioCodecParameters) -> Option<Config> {
    match params.extra_data.as_deref() {
        Some(bytes) => Config::parse(bytes),
        // ADTS: the headers supply the rest once they are read.
        None => {
            let is_mono = params.channels.as_ref().is_some_and(|channels| channels.count() == 1);
            Some(Config::lc(params.sample_rate?, if is_mono { 1 } else { 2 }))
        }
    }
}

/// Returns whether a track's description leaves its packets' configuration open.
pub(super) fn is_open(params: &AudioCodecParameters) -> bool {
    config(params).is_some_and(|config| config.is_open())
}

/// Returns whether the track has spectral band replication.
pub(super) fn has_sbr(params: &AudioCodecParameters) -> bool {
    config(params).is_some_and(|config| config.has_sbr())
}

/// Completes a track's description by decoding its first packets, if it leaves their configuration open. Returns the
/// sample rate of the decoded audio, and the number of frames per packet.
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
    channels: usize,
    library: Library,
    /// The samples that FDK returns, interleaved.
    pcm: Vec<i16>,
}

impl Decode for FdkDecoder {
    const MAX_FRAMES: usize = MAX_FRAMES;
    const INFO: CodecInfo = CodecInfo { short_name: "aac", long_name: "Advanced Audio Coding", profiles: &[] };

    fn reset(&mut self) {
        if let Some(library) = Library::open(&self.config) {
            self.library = library;
        }
    }

    fn decode(&mut self, packet: &[u8]) -> Result<Decoded<'_, impl Sample>> {
        const FULL_SCALE: f32 = 32_768.0;
        let block = self.library.decode(packet, &mut self.pcm);
        let Block { rate, channels, frames } = block.ok_or(Error::DecodeError("aac: invalid packet"))?;
        // Before the first parametric stereo data, the output is mono: both channels get the same samples.
        let is_usable = channels == self.channels || (channels, self.channels) == (1, 2);
        if rate != self.config.rate() || !is_usable || frames > MAX_FRAMES {
            return Err(Error::DecodeError("aac: a packet of another stream"));
        }
        Ok(Decoded { samples: &self.pcm[..], channels, frames, gain: 1.0 / FULL_SCALE, spec: None })
    }
}

/// The audio decoded from one packet: interleaved samples in the caller's buffer.
struct Block {
    rate: u32,
    channels: usize,
    frames: usize,
}

/// FDK's decoder handle, closed on drop. All calls into the library are here.
struct Library(NonNull<fdk::AAC_DECODER_INSTANCE>);

// SAFETY: the library keeps all its state behind the handle, and none in thread-local storage.
unsafe impl Send for Library {}
// SAFETY: nothing is done through a shared reference.
unsafe impl Sync for Library {}

impl Library {
    /// Opens a decoder in its initial state. Returns `None` if the library refuses the configuration.
    fn open(config: &Config) -> Option<Self> {
        let library = Self::of_packets(fdk::TRANSPORT_TYPE_TT_MP4_RAW)?;
        // The limiter would add delay. Of the concealment methods, this one needs no lookahead packet.
        library.set(fdk::AACDEC_PARAM_AAC_PCM_LIMITER_ENABLE, 0)?;
        library.set(fdk::AACDEC_PARAM_AAC_CONCEAL_METHOD, 1)?;
        library.set(fdk::AACDEC_PARAM_AAC_QMF_LOWPOWER, 0)?;
        library.set(fdk::AACDEC_PARAM_AAC_PCM_OUTPUT_CHANNEL_MAPPING, 0)?;
        library.set(fdk::AACDEC_PARAM_AAC_DRC_REFERENCE_LEVEL, -1)?;
        library.set(fdk::AACDEC_PARAM_AAC_DRC_ATTENUATION_FACTOR, 0)?;
        library.set(fdk::AACDEC_PARAM_AAC_DRC_BOOST_FACTOR, 0)?;
        library.set(fdk::AACDEC_PARAM_AAC_DRC_HEAVY_COMPRESSION, 0)?;
        library.set(fdk::AACDEC_PARAM_AAC_UNIDRC_SET_EFFECT, -1)?;
        // No downmix. A limit of one channel would also turn parametric stereo off.
        library.set(fdk::AACDEC_PARAM_AAC_PCM_MAX_OUTPUT_CHANNELS, i32::from(config.is_mono()))?;
        let mut bytes = config.to_bytes();
        let length = bytes.len() as fdk::UINT;
        let mut pointer = bytes.as_mut_ptr();
        // SAFETY: the handle is open; the library reads one buffer of that length, and keeps no pointer.
        let code = unsafe { fdk::aacDecoder_ConfigRaw(library.0.as_ptr(), &raw mut pointer, &raw const length) };
        (code == fdk::AAC_DECODER_ERROR_AAC_DEC_OK).then_some(library)
    }

    fn of_packets(framing: fdk::TRANSPORT_TYPE) -> Option<Self> {
        // SAFETY: the call depends on its arguments alone.
        NonNull::new(unsafe { fdk::aacDecoder_Open(framing, 1) }).map(Self)
    }

    fn set(&self, parameter: fdk::AACDEC_PARAM, value: fdk::INT) -> Option<()> {
        // SAFETY: the handle is open for as long as `self` is.
        let code = unsafe { fdk::aacDecoder_SetParam(self.0.as_ptr(), parameter, value) };
        (code == fdk::AAC_DECODER_ERROR_AAC_DEC_OK).then_some(())
    }

    /// Decodes a packet. Returns `None` if the packet is damaged: the library's concealment is not used.
    fn decode(&mut self, packet: &[u8], pcm: &mut [i16]) -> Option<Block> {
        self.fill(packet)?;
        self.decode_filled(pcm)
    }

    /// Gives the library new bytes to decode, in place of those that it holds.
    fn fill(&mut self, bytes: &[u8]) -> Option<()> {
        // Bytes left over from a damaged packet must not precede this one.
        self.set(fdk::AACDEC_PARAM_AAC_TPDEC_CLEAR_BUFFER, 1)?;
        let mut pointer = bytes.as_ptr().cast_mut();
        let length = fdk::UINT::try_from(bytes.len()).ok()?;
        let mut left = length;
        // SAFETY: the handle is open; the library copies from one buffer of that length, does not change it, and
        // returns how many bytes it left.
        let code = unsafe { fdk::aacDecoder_Fill(self.0.as_ptr(), &raw mut pointer, &raw const length, &raw mut left) };
        (code == fdk::AAC_DECODER_ERROR_AAC_DEC_OK && left == 0).then_some(())
    }

    /// Returns the free space in the library's input buffer, in bytes.
    fn room(&self) -> Option<usize> {
        let mut free = 0;
        // SAFETY: the handle is open.
        let code = unsafe { fdk::aacDecoder_GetFreeBytes(self.0.as_ptr(), &raw mut free) };
        usize::try_from(free).ok().filter(|_| code == fdk::AAC_DECODER_ERROR_AAC_DEC_OK)
    }

    /// Decodes the next packet in the library's input buffer.
    fn decode_filled(&mut self, pcm: &mut [i16]) -> Option<Block> {
        let room = fdk::INT::try_from(pcm.len()).ok()?;
        // SAFETY: the handle is open; the library writes at most `room` samples.
        let code = unsafe { fdk::aacDecoder_DecodeFrame(self.0.as_ptr(), pcm.as_mut_ptr(), room, 0) };
        if code != fdk::AAC_DECODER_ERROR_AAC_DEC_OK {
            return None;
        }
        // SAFETY: the handle is open, and owns the structure that the pointer refers to.
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
