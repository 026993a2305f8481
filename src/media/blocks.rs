//! Audio in blocks of equal size: PCM, A-law, mu-law and ADPCM. A block's position follows from its number, so
//! seeking costs the same everywhere.

use std::ops::Range;

use symphonia::core::audio::Channels;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known as codecs;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters};
use symphonia::core::formats::{FormatId, Track};
use symphonia::core::units::TimeBase;

use super::block_reader::BlockReader;
use super::chunks::{Chunks, Data};
use super::container::{Container, Opened};
use super::{ChannelLayout, MAX_CHANNELS, MediaError};
use crate::timeline::Frames;

/// The most frames and bytes in a packet of several blocks.
const PACKET: (Frames, u64) = (4096, 64 * 1024);

/// The number of bytes inspected at the start of the audio, to find facts that its header leaves open.
const LOOK: usize = 16 * 1024;

/// The number format of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Signed,
    Unsigned,
    Float,
}

/// Returns the codec of PCM whose samples have `bytes` bytes.
fn pcm(number: Number, bytes: u64, is_big_endian: bool) -> Option<AudioCodecId> {
    Some(match (number, bytes, is_big_endian) {
        (Number::Signed, 1, _) => codecs::CODEC_ID_PCM_S8,
        (Number::Signed, 2, false) => codecs::CODEC_ID_PCM_S16LE,
        (Number::Signed, 2, true) => codecs::CODEC_ID_PCM_S16BE,
        (Number::Signed, 3, false) => codecs::CODEC_ID_PCM_S24LE,
        (Number::Signed, 3, true) => codecs::CODEC_ID_PCM_S24BE,
        (Number::Signed, 4, false) => codecs::CODEC_ID_PCM_S32LE,
        (Number::Signed, 4, true) => codecs::CODEC_ID_PCM_S32BE,
        (Number::Unsigned, 1, _) => codecs::CODEC_ID_PCM_U8,
        (Number::Float, 4, false) => codecs::CODEC_ID_PCM_F32LE,
        (Number::Float, 4, true) => codecs::CODEC_ID_PCM_F32BE,
        (Number::Float, 8, false) => codecs::CODEC_ID_PCM_F64LE,
        (Number::Float, 8, true) => codecs::CODEC_ID_PCM_F64BE,
        _ => return None,
    })
}

/// A description of the audio, from its container.
#[derive(Clone, Debug)]
pub(super) struct Blocks {
    pub(super) codec: AudioCodecId,
    pub(super) rate: u32,
    pub(super) channels: u16,
    /// The size of a block in bytes, for all channels.
    pub(super) bytes: u64,
    /// Frames per block.
    pub(super) frames: Frames,
    /// The number of frames that the file declares. It is used only if it falls within the last block.
    pub(super) promised: Option<Frames>,
    /// Significant bits per sample, if they may be fewer than its bytes hold.
    pub(super) bits: Option<u32>,
    /// Whether samples are 64-bit integers. No decoder supports them, so they are converted to floats.
    pub(super) is_wide: bool,
    pub(super) layout: Option<ChannelLayout>,
}

impl Blocks {
    /// Returns a description of PCM, A-law or mu-law, whose blocks hold one frame each.
    pub(super) fn of_frames(codec: AudioCodecId, rate: u32, channels: u16, sample_bytes: u64) -> Self {
        let bytes = sample_bytes * u64::from(channels);
        Self { codec, rate, channels, bytes, frames: 1, promised: None, bits: None, is_wide: false, layout: None }
    }

    /// Returns a description of PCM whose samples have `sample_bytes` bytes.
    pub(super) fn of_pcm(
        number: Number,
        is_big_endian: bool,
        rate: u32,
        channels: u16,
        sample_bytes: u64,
    ) -> Result<Self, MediaError> {
        let is_wide = number == Number::Signed && sample_bytes == 8;
        let codec = pcm(if is_wide { Number::Float } else { number }, sample_bytes, is_big_endian);
        let codec = codec.ok_or(MediaError::Unsupported("PCM of an unusual number of bits"))?;
        Ok(Self { is_wide, ..Self::of_frames(codec, rate, channels, sample_bytes) })
    }

    /// Opens the audio at this place in a file.
    pub(super) fn open(self, format: FormatId, mut chunks: Chunks, data: Data) -> Result<Container, MediaError> {
        let Range { start, end } = data.bytes;
        match usize::from(self.channels) {
            0 => return Err(MediaError::NoChannels),
            count if count > MAX_CHANNELS => return Err(MediaError::TooManyChannels(count)),
            _ => {}
        }
        let look = usize::try_from(end - start).map_or(LOOK, |size| size.min(LOOK));
        let look = chunks.read(start, look)?;
        refuse_hidden(self.codec, look)?;
        let is_low = self.bits.is_some_and(|bits| is_aligned_low(self.codec, bits, look));
        let (whole, part) = ((end - start) / self.bytes, self.frames_of_part((end - start) % self.bytes));
        let count = whole + u64::from(part > 0);
        let exact = whole.saturating_mul(self.frames).saturating_add(part);
        let told = self.promised.filter(|&told| told <= exact && exact - told < self.frames);
        let frames = told.unwrap_or(exact);
        let per_packet = (PACKET.0 / self.frames).min(PACKET.1 / self.bytes).max(1);
        // In ADPCM, a block may have bytes after its samples, and these would be taken for the next block.
        let per_packet = if self.frames == 1 { per_packet } else { 1 };
        let mut params = AudioCodecParameters::new();
        params
            .for_codec(self.codec)
            .with_sample_rate(self.rate)
            .with_channels(Channels::Discrete(self.channels))
            .with_max_frames_per_packet(per_packet * self.frames)
            .with_frames_per_block(self.frames);
        if let Some(bits) = self.bits.filter(|_| is_low) {
            params.with_bits_per_sample(32).with_bits_per_coded_sample(bits);
        }
        let mut track = Track::new(0);
        track.with_codec_params(CodecParameters::Audio(params));
        // The declared length of a truncated file is not that of its recording.
        track.num_frames = Some(frames).filter(|_| !data.is_cut);
        track.time_base = TimeBase::try_from_recip(self.rate);
        let notes = chunks.notes();
        let reader = BlockReader {
            stream: chunks.into_stream(),
            data: start..end,
            bytes: self.bytes,
            frames: self.frames,
            count,
            per_packet,
            next: 0,
            is_cut: data.is_cut,
            is_wide: self.is_wide,
            is_big_endian: self.codec == codecs::CODEC_ID_PCM_F64BE,
        };
        let opened = Opened::Blocks(Box::new(reader));
        Ok(Container { format, tracks: vec![track], opened, layout: self.layout, notes })
    }

    /// Returns the number of frames in a partial block. For ADPCM, nearly every partial block has some.
    fn frames_of_part(&self, bytes: u64) -> Frames {
        adpcm_frames(self.codec, u64::from(self.channels), bytes).filter(|&frames| frames < self.frames).unwrap_or(0)
    }
}

/// Returns the number of frames in an ADPCM block of this size. Returns `None` if it is too small, or for other codecs.
pub(super) fn adpcm_frames(codec: AudioCodecId, channels: u64, bytes: u64) -> Option<Frames> {
    match codec {
        // Four bytes per channel with the first sample, then four bytes per channel for each eight samples.
        codecs::CODEC_ID_ADPCM_IMA_WAV => Some(1 + 8 * (bytes.checked_sub(4 * channels)? / (4 * channels))),
        // Seven bytes per channel with the first two samples, then half a byte for each.
        codecs::CODEC_ID_ADPCM_MS => Some(2 + 2 * bytes.checked_sub(7 * channels)? / channels),
        _ => None,
    }
}

/// Returns whether four-byte samples of fewer bits use the lower bits. They should use the upper bits, with zeros
/// below (WAVEFORMATEXTENSIBLE, `wValidBitsPerSample`).
fn is_aligned_low(codec: AudioCodecId, bits: u32, look: &[u8]) -> bool {
    let number: fn([u8; 4]) -> i32 = match codec {
        codecs::CODEC_ID_PCM_S32LE => i32::from_le_bytes,
        codecs::CODEC_ID_PCM_S32BE => i32::from_be_bytes,
        _ => return false,
    };
    let Some(unused) = 32u32.checked_sub(bits).filter(|unused| (1..32).contains(unused)) else { return false };
    let samples = || look.as_chunks::<4>().0.iter().map(|&bytes| number(bytes));
    let is_high = samples().all(|sample| sample << bits == 0);
    !is_high && samples().all(|sample| sample << unused >> unused == sample)
}

/// Refuses bit streams declared as PCM but meant for an external receiver (IEC 61937, 6.1; ETSI TS 102 114, 5.4).
fn refuse_hidden(codec: AudioCodecId, look: &[u8]) -> Result<(), MediaError> {
    if codec != codecs::CODEC_ID_PCM_S16LE {
        return Ok(());
    }
    let has = |mark: &[u8]| look.windows(mark.len()).filter(|bytes| bytes == &mark).nth(1).is_some();
    match () {
        () if has(&[0x72, 0xf8, 0x1f, 0x4e]) => Err(MediaError::Unsupported("surround sound for a receiver (S/PDIF)")),
        () if has(&[0xfe, 0x7f, 0x01, 0x80]) || has(&[0xff, 0x1f, 0x00, 0xe8]) => Err(MediaError::Unsupported("DTS")),
        () => Ok(()),
    }
}
