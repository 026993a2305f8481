//! Reads a sample entry (ISO/IEC 14496-12, 12.2.3; "QuickTime File Format", sound sample descriptions): how a track's
//! samples are coded, and the decoder's configuration.

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, well_known as codecs};

use super::boxes::Fields;
use super::descriptors::{AudioConfig, read_stream};
use super::layout::read_layout;
use super::movie::in_entry;
use super::names::{unsupported, unsupported_audio_object, unsupported_object};
use super::units::Unit;
use crate::media::{ChannelLayout, MAX_CHANNELS, MediaError, alac};

/// The largest entry that is read, in bytes. A configuration takes a few hundred.
pub(super) const MAX_ENTRY: usize = 64 << 10;

/// The coding of a track's samples.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Coding {
    pub(super) codec: AudioCodecId,
    pub(super) rate: Option<u32>,
    /// The number of channels, for PCM only.
    channels: Option<u16>,
    /// The bits of a sample, and how many of them are used, for PCM only.
    bits: Option<(u32, u32)>,
    extra: Vec<u8>,
    pub(super) layout: Option<ChannelLayout>,
    pub(super) unit: Unit,
}

impl Coding {
    /// Returns the decoder's parameters.
    pub(super) fn params(&self) -> AudioCodecParameters {
        let mut params = AudioCodecParameters::new();
        params.for_codec(self.codec);
        if let Some(rate) = self.rate {
            params.with_sample_rate(rate);
        }
        if let Some(channels) = self.channels {
            params.with_channels(Channels::Discrete(channels));
        }
        if let Some((bits, used)) = self.bits {
            params.with_bits_per_sample(bits).with_bits_per_coded_sample(used);
        }
        if let Unit::Alac(frames) = self.unit {
            params.with_max_frames_per_packet(frames);
        }
        if !self.extra.is_empty() {
            params.with_extra_data(self.extra.as_slice().into());
        }
        params
    }

    fn coded(codec: AudioCodecId, rate: Option<u32>, extra: &[u8]) -> Result<Self, MediaError> {
        let unit = Unit::of_codec(codec, extra).ok_or(MediaError::NotAudio)?;
        Ok(Self { codec, rate, channels: None, bits: None, extra: extra.to_vec(), layout: None, unit })
    }
}

/// The fields before an entry's boxes.
struct Head<'a> {
    rate: Option<u32>,
    channels: u32,
    bits: u32,
    /// The flags, and the bytes per frame, in an entry of version 2.
    linear: Option<(u32, u32)>,
    boxes: &'a [u8],
}

impl<'a> Head<'a> {
    /// Reads the fields. QuickTime's entries of version 1 and 2 are longer than ISO's of version 1.
    fn read(entry: &'a [u8], is_iso: bool) -> Option<Self> {
        let mut fields = Fields(entry);
        fields.take(8)?;
        let version = fields.u16()?;
        fields.take(6)?;
        let (mut channels, mut bits) = (u32::from(fields.u16()?), u32::from(fields.u16()?));
        fields.take(4)?;
        let mut rate = Some(fields.u32()? >> 16);
        let mut linear = None;
        match version {
            1 if !is_iso => drop(fields.take(16)?),
            2 => {
                fields.take(4)?;
                let wanted = f64::from_bits(fields.u64()?);
                rate = (0.0..f64::from(u32::MAX)).contains(&wanted).then_some(wanted as u32);
                channels = fields.u32()?;
                fields.take(4)?;
                bits = fields.u32()?;
                linear = Some((fields.u32()?, fields.u32()?));
                // Frames per packet.
                fields.take(4)?;
            }
            _ => {}
        }
        Some(Self { rate: rate.filter(|&rate| rate > 0), channels, bits, linear, boxes: fields.0 })
    }
}

/// Reads an entry. `timescale` is the sample rate where a field of 16 bits is too narrow for it.
pub(super) fn read_entry(kind: [u8; 4], entry: &[u8], is_iso: bool, timescale: u32) -> Result<Coding, MediaError> {
    let head = Head::read(entry, is_iso).ok_or(MediaError::NotAudio)?;
    let rate = head.rate.or(Some(timescale).filter(|&rate| rate > 0));
    let config = |name: &[u8; 4]| in_entry(head.boxes, name).ok_or(MediaError::NotAudio);
    match &kind {
        b"mp4a" => mpeg_4(config(b"esds")?, rate),
        b"alac" => {
            // A version and flags, then the magic cookie.
            let cookie = config(b"alac")?.get(4..).ok_or(MediaError::NotAudio)?;
            let rate = cookie.get(20..).and_then(|rate| Fields(rate).u32());
            let told = cookie.get(9).and_then(|&channels| read_layout(head.boxes, channels.into()));
            let coding = Coding::coded(codecs::CODEC_ID_ALAC, rate, alac::config(cookie).ok_or(MediaError::NotAudio)?)?;
            Ok(Coding { layout: alac::layout(cookie, told), ..coding })
        }
        b"Opus" => Coding::coded(codecs::CODEC_ID_OPUS, Some(48_000), &[b"OpusHead", config(b"dOps")?].concat()),
        b"fLaC" => {
            // A version and flags, the first metadata block's header, then its body: the stream info.
            let info = config(b"dfLa")?.get(8..42).ok_or(MediaError::NotAudio)?;
            let rate = info.get(10..).and_then(|bits| Fields(bits).u32()).map(|bits| bits >> 12);
            Coding::coded(codecs::CODEC_ID_FLAC, rate, info)
        }
        b".mp3" | b"mp3 " | b"ms\x00\x55" => Coding::coded(codecs::CODEC_ID_MP3, rate, &[]),
        _ => pcm(kind, &head, rate),
    }
}

/// Reads an `mp4a` entry by its descriptors.
fn mpeg_4(esds: &[u8], rate: Option<u32>) -> Result<Coding, MediaError> {
    let stream = read_stream(esds).ok_or(MediaError::NotAudio)?;
    match stream.object_type {
        0x40 | 0x66..=0x68 => {
            let config = AudioConfig::read(stream.config);
            if let Some(error) = config.and_then(|config| unsupported_audio_object(config.object_type)) {
                return Err(error);
            }
            let rate = config.and_then(|config| config.rate).or(rate);
            Coding::coded(codecs::CODEC_ID_AAC, rate, stream.config)
        }
        0x69 | 0x6b => Coding::coded(codecs::CODEC_ID_MP3, rate, &[]),
        object_type => Err(unsupported_object(object_type)),
    }
}

/// The number format of PCM samples.
#[derive(Clone, Copy)]
enum Number {
    Signed,
    Unsigned,
    Float,
}

fn pcm(kind: [u8; 4], head: &Head<'_>, rate: Option<u32>) -> Result<Coding, MediaError> {
    let enda = in_entry(head.boxes, b"enda").and_then(|body| Fields(body).u16()).map(|word| word == 1);
    // If the flags for sign and packing are all clear, the flags were never filled in.
    let flags = head.linear.map_or(0, |(flags, _)| flags);
    let flagged = head.linear.filter(|_| flags & 0x0d != 0).map(|_| flags & 2 == 0);
    // QuickTime defaults to big-endian.
    let is_little = enda.or(flagged).unwrap_or(false);
    let bytes = match head.bits {
        0 => 2,
        bits => bits.div_ceil(8),
    };
    let (number, bytes, used, is_little) = match &kind {
        b"raw " | b"NONE" if head.bits <= 8 => (Number::Unsigned, 1, 8, false),
        b"raw " | b"NONE" | b"twos" => (Number::Signed, bytes, 8 * bytes, false),
        b"sowt" => (Number::Signed, bytes, 8 * bytes, true),
        b"in24" => (Number::Signed, 3, 24, is_little),
        b"in32" => (Number::Signed, 4, 32, is_little),
        b"fl32" => (Number::Float, 4, 32, is_little),
        b"fl64" => (Number::Float, 8, 64, is_little),
        b"alaw" | b"ulaw" | b"ALAW" | b"ULAW" | b"ms\x00\x06" | b"ms\x00\x07" => {
            let codec = match &kind {
                b"alaw" | b"ALAW" | b"ms\x00\x06" => codecs::CODEC_ID_PCM_ALAW,
                _ => codecs::CODEC_ID_PCM_MULAW,
            };
            return linear(codec, head, rate, 1, None);
        }
        b"lpcm" => return lpcm(head, rate),
        b"ipcm" | b"fpcm" => {
            let config = in_entry(head.boxes, b"pcmC").and_then(|body| body.get(4..6));
            let &[order, bits] = config.ok_or(MediaError::NotAudio)? else { return Err(MediaError::NotAudio) };
            let number = if &kind == b"fpcm" { Number::Float } else { Number::Signed };
            (number, u32::from(bits).div_ceil(8), u32::from(bits), order & 1 == 1)
        }
        _ => return Err(unsupported(kind)),
    };
    let codec = linear_codec(number, bytes, is_little).ok_or(UNKNOWN_PCM)?;
    linear(codec, head, rate, bytes, Some((8 * bytes, used)))
}

const UNKNOWN_PCM: MediaError = MediaError::Unsupported("PCM of an unknown kind");

/// Reads QuickTime's `lpcm` by its flags ("CoreAudioBaseTypes.h", `AudioFormatFlags`).
fn lpcm(head: &Head<'_>, rate: Option<u32>) -> Result<Coding, MediaError> {
    const FLOAT: u32 = 1;
    const BIG_ENDIAN: u32 = 2;
    const SIGNED: u32 = 4;
    const ALIGNED_HIGH: u32 = 16;
    const PLANAR: u32 = 32;
    let (flags, frame_bytes) = head.linear.ok_or(UNKNOWN_PCM)?;
    if flags & PLANAR != 0 || !(1..=64).contains(&head.bits) || head.channels == 0 {
        return Err(UNKNOWN_PCM);
    }
    let packed = head.bits.div_ceil(8);
    let bytes = if frame_bytes.is_multiple_of(head.channels) { frame_bytes / head.channels } else { packed };
    let bytes = bytes.max(packed);
    let number = match flags & (FLOAT | SIGNED) {
        SIGNED => Number::Signed,
        0 => Number::Unsigned,
        _ => Number::Float,
    };
    let codec = linear_codec(number, bytes, flags & BIG_ENDIAN == 0).ok_or(UNKNOWN_PCM)?;
    let used = if flags & (ALIGNED_HIGH | FLOAT) != 0 { 8 * bytes } else { head.bits };
    linear(codec, head, rate, bytes, Some((8 * bytes, used)))
}

fn linear(
    codec: AudioCodecId,
    head: &Head<'_>,
    rate: Option<u32>,
    bytes: u32,
    bits: Option<(u32, u32)>,
) -> Result<Coding, MediaError> {
    let channels = head.channels as usize;
    match channels {
        0 => return Err(MediaError::NotAudio),
        1..=MAX_CHANNELS => {}
        _ => return Err(MediaError::TooManyChannels(channels)),
    }
    Ok(Coding {
        codec,
        rate,
        channels: Some(channels as u16),
        bits,
        extra: Vec::new(),
        layout: read_layout(head.boxes, channels),
        unit: Unit::Pcm(bytes * head.channels),
    })
}

fn linear_codec(number: Number, bytes: u32, is_little: bool) -> Option<AudioCodecId> {
    use Number::{Float, Signed, Unsigned};
    Some(match (number, bytes, is_little) {
        (Signed, 1, _) => codecs::CODEC_ID_PCM_S8,
        (Signed, 2, true) => codecs::CODEC_ID_PCM_S16LE,
        (Signed, 2, false) => codecs::CODEC_ID_PCM_S16BE,
        (Signed, 3, true) => codecs::CODEC_ID_PCM_S24LE,
        (Signed, 3, false) => codecs::CODEC_ID_PCM_S24BE,
        (Signed, 4, true) => codecs::CODEC_ID_PCM_S32LE,
        (Signed, 4, false) => codecs::CODEC_ID_PCM_S32BE,
        (Unsigned, 1, _) => codecs::CODEC_ID_PCM_U8,
        (Unsigned, 2, true) => codecs::CODEC_ID_PCM_U16LE,
        (Unsigned, 2, false) => codecs::CODEC_ID_PCM_U16BE,
        (Unsigned, 3, true) => codecs::CODEC_ID_PCM_U24LE,
        (Unsigned, 3, false) => codecs::CODEC_ID_PCM_U24BE,
        (Unsigned, 4, true) => codecs::CODEC_ID_PCM_U32LE,
        (Unsigned, 4, false) => codecs::CODEC_ID_PCM_U32BE,
        (Float, 4, true) => codecs::CODEC_ID_PCM_F32LE,
        (Float, 4, false) => codecs::CODEC_ID_PCM_F32BE,
        (Float, 8, true) => codecs::CODEC_ID_PCM_F64LE,
        (Float, 8, false) => codecs::CODEC_ID_PCM_F64BE,
        _ => return None,
    })
}
