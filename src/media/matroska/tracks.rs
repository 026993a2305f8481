//! Reads a Matroska file's track descriptions (RFC 9559, 5.1.4), and finds the decoder for each track.
//!
//! The codec's own header takes precedence over the track's fields: `SamplingFrequency` may be the source's rate, or
//! the core's rate in HE-AAC.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use symphonia::core::audio::{Channels, Position};
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known as codecs;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, CODEC_ID_NULL_AUDIO};
use symphonia::core::formats::Track;

use super::elements::{CLUSTER, HEADER, SEGMENT, find, header, number};
use crate::media::source::SourceStream;
use crate::media::{MediaError, flac, vorbis};
use crate::store::ByteSource;
use crate::timeline::{Frames, SampleRate};

const INFO: u32 = 0x1549_a966;
const TRACKS: u32 = 0x1654_ae6b;
const TIMESTAMP_SCALE: u32 = 0x2ad7b1;
const TRACK_ENTRY: u32 = 0xae;
const TRACK_NUMBER: u32 = 0xd7;
const TRACK_TYPE: u32 = 0x83;
const CODEC_ID: u32 = 0x86;
const CODEC_PRIVATE: u32 = 0x63a2;
const CODEC_DELAY: u32 = 0x56aa;
const AUDIO: u32 = 0xe1;
const SAMPLING_FREQUENCY: u32 = 0xb5;
const CHANNELS: u32 = 0x9f;
const BIT_DEPTH: u32 = 0x6264;
const ENCODINGS: u32 = 0x6d80;
const ENCODING: u32 = 0x6240;
const ENCODING_SCOPE: u32 = 0x5032;
const ENCODING_TYPE: u32 = 0x5033;
const COMPRESSION: u32 = 0x5034;
const ALGORITHM: u32 = 0x4254;
const SETTINGS: u32 = 0x4255;

/// The type of an audio track.
const IS_AUDIO: u64 = 2;

/// The most elements walked in search of the tracks. Few elements precede them.
const MAX_ELEMENTS: usize = 20_000;

/// The most tracks that are read.
const MAX_TRACKS: usize = 1000;

/// The largest track description that is read, in bytes: a film's may hold parameters of fonts and pictures.
const MAX_ENTRY: u64 = 1 << 20;

/// A file's track descriptions.
pub(in crate::media) struct Matroska {
    /// Each audio track, or the reason why it cannot be used.
    pub(in crate::media) tracks: Vec<Result<Track, MediaError>>,
    /// Nanoseconds per tick.
    pub(super) scale: u64,
    stripped: BTreeMap<u32, Vec<u8>>,
}

impl Matroska {
    /// Returns the bytes that every packet of a track starts with and that the file leaves out.
    pub(super) fn stripped(&self, track: u32) -> &[u8] {
        self.stripped.get(&track).map_or(&[], Vec::as_slice)
    }
}

/// Reads the descriptions of a file's audio tracks.
pub(in crate::media) fn open(source: Arc<dyn ByteSource>) -> Result<Matroska, MediaError> {
    let mut stream = SourceStream::new(source);
    let mut found = Matroska { tracks: Vec::new(), scale: 1_000_000, stripped: BTreeMap::new() };
    let mut position = 0;
    let mut has_tracks = false;
    for _ in 0..MAX_ELEMENTS {
        let bytes = stream.peek(position, HEADER).map_err(unreadable)?;
        if bytes.is_empty() {
            break;
        }
        let Some((id, size, body)) = header(bytes) else {
            // Invalid data precedes the audio. The packet reader finds the next cluster.
            break;
        };
        let start = position + (bytes.len() - body.len()) as u64;
        match (id, size) {
            (CLUSTER, _) if has_tracks => break,
            (SEGMENT | CLUSTER, _) => position = start,
            (TRACKS, size) => {
                let end = size.map_or(stream.len(), |size| start.saturating_add(size));
                found.take_tracks(&mut stream, start, end)?;
                has_tracks = true;
                position = end;
            }
            (INFO, Some(size)) => {
                let body = peek(&mut stream, start, size.min(MAX_ENTRY))?;
                found.scale = find(body, TIMESTAMP_SCALE).map(number).filter(|&scale| scale > 0).unwrap_or(1_000_000);
                position = start.saturating_add(size);
            }
            (_, Some(size)) => position = start.saturating_add(size),
            (_, None) => break,
        }
    }
    if has_tracks { Ok(found) } else { Err(MediaError::CutOff) }
}

/// Converts nanoseconds to frames, rounded to the nearest.
pub(super) fn frames_of(nanoseconds: u64, rate: SampleRate) -> Frames {
    let frames = (u128::from(nanoseconds) * u128::from(rate.hz()) + 500_000_000) / 1_000_000_000;
    Frames::try_from(frames).unwrap_or(Frames::MAX)
}

fn unreadable(error: io::Error) -> MediaError {
    MediaError::Read(error.to_string())
}

fn peek(stream: &mut SourceStream, start: u64, size: u64) -> Result<&[u8], MediaError> {
    stream.peek(start, usize::try_from(size).unwrap_or(usize::MAX)).map_err(unreadable)
}

impl Matroska {
    fn take_tracks(&mut self, stream: &mut SourceStream, mut position: u64, end: u64) -> Result<(), MediaError> {
        for _ in 0..MAX_TRACKS {
            if position >= end.min(stream.len()) {
                return Ok(());
            }
            let bytes = stream.peek(position, HEADER).map_err(unreadable)?;
            let Some((id, Some(size), body)) = header(bytes) else { return Ok(()) };
            let start = position + (bytes.len() - body.len()) as u64;
            if id == TRACK_ENTRY && size <= MAX_ENTRY {
                let body = peek(stream, start, size)?;
                if (body.len() as u64) < size {
                    return Err(MediaError::CutOff);
                }
                if let Some(entry) = Entry::read(body) {
                    self.stripped.insert(entry.number, entry.stripped().to_vec());
                    self.tracks.push(entry.track());
                }
            }
            position = start.saturating_add(size);
        }
        Ok(())
    }
}

/// An audio track's description.
struct Entry<'a> {
    number: u32,
    codec: &'a str,
    private: &'a [u8],
    rate: Option<u32>,
    channels: u16,
    bits: Option<u32>,
    /// The codec delay in nanoseconds.
    delay: Option<u64>,
    /// The compressions or encryptions of the packets.
    encodings: Vec<&'a [u8]>,
}

impl<'a> Entry<'a> {
    /// Reads a description. Returns `None` if the track is not audio.
    fn read(body: &'a [u8]) -> Option<Self> {
        let field = |id| find(body, id);
        if field(TRACK_TYPE).map(number) != Some(IS_AUDIO) {
            return None;
        }
        let audio = field(AUDIO).unwrap_or(&[]);
        let codec = str::from_utf8(field(CODEC_ID)?).unwrap_or("").trim_end_matches('\0');
        Some(Self {
            number: u32::try_from(number(field(TRACK_NUMBER)?)).ok()?,
            codec,
            private: field(CODEC_PRIVATE).unwrap_or(&[]),
            rate: find(audio, SAMPLING_FREQUENCY).map_or(Some(8000), float),
            channels: find(audio, CHANNELS).map_or(1, |body| u16::try_from(number(body)).unwrap_or(u16::MAX)),
            bits: find(audio, BIT_DEPTH).and_then(|body| u32::try_from(number(body)).ok()),
            delay: field(CODEC_DELAY).map(number),
            encodings: field(ENCODINGS).map_or(Vec::new(), |body| all(body, ENCODING)),
        })
    }

    fn track(&self) -> Result<Track, MediaError> {
        if let Some(name) = self.hindrance() {
            return Err(MediaError::Unsupported(name));
        }
        let params = self.params()?;
        let delay = self.delay.filter(|_| params.codec != codecs::CODEC_ID_OPUS);
        let rate = params.sample_rate.and_then(SampleRate::new);
        let mut track = Track::new(self.number);
        if let Some((delay, rate)) = delay.zip(rate) {
            track.with_delay(u32::try_from(frames_of(delay, rate)).unwrap_or(u32::MAX));
        }
        track.with_codec_params(CodecParameters::Audio(params));
        Ok(track)
    }

    /// Returns the reason why the packets cannot be read, if there is one.
    fn hindrance(&self) -> Option<&'static str> {
        let hindrance = |encoding: &&[u8]| {
            let kind = find(encoding, ENCODING_TYPE).map_or(0, number);
            let algorithm = find(encoding, COMPRESSION).and_then(|body| find(body, ALGORITHM)).map_or(0, number);
            match (kind, algorithm) {
                (0, 3) => None,
                (0, 0) => Some("packets that are compressed once more, by zlib"),
                (0, _) => Some("packets that are compressed once more"),
                _ => Some("packets that are encrypted"),
            }
        };
        // Microsoft's and IMA's ADPCM.
        let is_adpcm = self.wave().is_some_and(|wave| matches!(wave.tag, 0x02 | 0x11));
        self.encodings.iter().find_map(hindrance).or(is_adpcm.then_some("ADPCM"))
    }

    /// Returns the bytes left out at the start of each packet, from the encoding to undo last.
    fn stripped(&self) -> &'a [u8] {
        // Bit 0 of the scope: the packets.
        let is_of_packets = |encoding: &&&[u8]| find(encoding, ENCODING_SCOPE).map_or(1, number) & 1 == 1;
        let encoding = self.encodings.iter().find(is_of_packets);
        let settings = encoding.and_then(|encoding| find(find(encoding, COMPRESSION)?, SETTINGS));
        settings.unwrap_or(&[])
    }

    /// Returns the decoder's parameters.
    fn params(&self) -> Result<AudioCodecParameters, MediaError> {
        let mut params = AudioCodecParameters::new();
        params.for_codec(self.codec_id());
        params.with_channels(Channels::Discrete(self.channels));
        if let Some(rate) = self.rate {
            params.with_sample_rate(rate);
        }
        let extra: Option<Vec<u8>> = match params.codec {
            codecs::CODEC_ID_OPUS => {
                params.with_sample_rate(48_000);
                Some(self.private.to_vec())
            }
            codecs::CODEC_ID_VORBIS => {
                let (head, setup) = vorbis::split(self.private)
                    .ok_or(MediaError::Unsupported("Vorbis with headers that cannot be read"))?;
                if let Some(rate) = head.get(12..).and_then(|bytes| bytes.first_chunk()) {
                    params.with_sample_rate(u32::from_le_bytes(*rate));
                }
                Some([head, setup].concat())
            }
            codecs::CODEC_ID_FLAC => {
                let described = flac::Described::of_blocks(self.private)
                    .ok_or(MediaError::Unsupported("FLAC with headers that cannot be read"))?;
                described.complete(&mut params);
                None
            }
            codecs::CODEC_ID_AAC => Some(self.aac_config()),
            codecs::CODEC_ID_ALAC => Some(self.private.to_vec()),
            _ => None,
        };
        if let Some(extra) = extra {
            params.with_extra_data(extra.into());
        }
        if let Some((_, bits)) = self.pcm() {
            params.with_bits_per_coded_sample(bits).with_bits_per_sample(bits);
        } else if let Some(wave) = self.wave() {
            wave.complete(&mut params);
        }
        Ok(params)
    }

    fn codec_id(&self) -> AudioCodecId {
        if let Some((codec, _)) = self.pcm() {
            return codec;
        }
        if let Some(wave) = self.wave() {
            return wave.codec();
        }
        let starts = |name: &str| self.codec == name || self.codec.starts_with(&format!("{name}/"));
        let known = [
            ("A_OPUS", codecs::CODEC_ID_OPUS),
            ("A_VORBIS", codecs::CODEC_ID_VORBIS),
            ("A_FLAC", codecs::CODEC_ID_FLAC),
            ("A_AAC", codecs::CODEC_ID_AAC),
            ("A_ALAC", codecs::CODEC_ID_ALAC),
            ("A_MPEG/L3", codecs::CODEC_ID_MP3),
            ("A_MPEG/L2", codecs::CODEC_ID_MP2),
            ("A_MPEG/L1", codecs::CODEC_ID_MP1),
            ("A_AC3", codecs::CODEC_ID_AC3),
            ("A_EAC3", codecs::CODEC_ID_EAC3),
            ("A_DTS", codecs::CODEC_ID_DCA),
            ("A_TRUEHD", codecs::CODEC_ID_TRUEHD),
            ("A_MLP", codecs::CODEC_ID_TRUEHD),
            ("A_TTA1", codecs::CODEC_ID_TTA),
            ("A_WAVPACK4", codecs::CODEC_ID_WAVPACK),
            ("A_MPC", codecs::CODEC_ID_MUSEPACK),
            ("A_REAL", codecs::CODEC_ID_COOK),
            ("A_ATRAC", codecs::CODEC_ID_ATRAC1),
        ];
        known.iter().find(|(name, _)| starts(name)).map_or(CODEC_ID_NULL_AUDIO, |&(_, codec)| codec)
    }

    /// Returns the PCM codec and its number of bits (RFC 9559's codec mappings, "A_PCM").
    fn pcm(&self) -> Option<(AudioCodecId, u32)> {
        let bits = self.bits.unwrap_or(if self.codec == "A_PCM/FLOAT/IEEE" { 32 } else { 16 });
        let codec = match (self.codec, bits) {
            ("A_PCM/INT/LIT" | "A_PCM/INT/BIG", 8) => codecs::CODEC_ID_PCM_U8,
            ("A_PCM/INT/LIT", 16) => codecs::CODEC_ID_PCM_S16LE,
            ("A_PCM/INT/LIT", 24) => codecs::CODEC_ID_PCM_S24LE,
            ("A_PCM/INT/LIT", 32) => codecs::CODEC_ID_PCM_S32LE,
            ("A_PCM/INT/BIG", 16) => codecs::CODEC_ID_PCM_S16BE,
            ("A_PCM/INT/BIG", 24) => codecs::CODEC_ID_PCM_S24BE,
            ("A_PCM/INT/BIG", 32) => codecs::CODEC_ID_PCM_S32BE,
            ("A_PCM/FLOAT/IEEE", 32) => codecs::CODEC_ID_PCM_F32LE,
            ("A_PCM/FLOAT/IEEE", 64) => codecs::CODEC_ID_PCM_F64LE,
            _ => return None,
        };
        Some((codec, bits))
    }

    /// Returns the WAVE header, if one describes the codec.
    fn wave(&self) -> Option<Wave> {
        Wave::read(self.private).filter(|_| self.codec == "A_MS/ACM")
    }

    /// Returns the AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1), or builds one from the codec's old names.
    fn aac_config(&self) -> Vec<u8> {
        const RATES: [u32; 13] =
            [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];
        if self.private.len() >= 2 {
            return self.private.to_vec();
        }
        let object = match self.codec.split('/').nth(2) {
            Some("MAIN") => 1,
            Some("SSR") => 3,
            Some("LTP") => 4,
            _ => 2,
        };
        let index = RATES.iter().position(|&rate| Some(rate) == self.rate).unwrap_or(4) as u16;
        let channels = if self.channels == 8 { 7 } else { self.channels & 7 };
        (object << 11 | index << 7 | channels << 3).to_be_bytes().to_vec()
    }
}

/// A WAVEFORMATEX from the codec's private data.
struct Wave {
    tag: u16,
    bits: u32,
    channels: u16,
    rate: u32,
    /// WAVE's channel mask; 0 if it is not declared.
    mask: u32,
}

impl Wave {
    fn read(bytes: &[u8]) -> Option<Self> {
        let number = |at: usize| Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
        let word = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
        let (tag, mask) = match number(0)? {
            // WAVEFORMATEXTENSIBLE: the tag is the start of a GUID.
            0xfffe => (number(24)?, word(20)?),
            tag => (tag, 0),
        };
        Some(Self { tag, bits: number(14)?.into(), channels: number(2)?, rate: word(4)?, mask })
    }

    fn codec(&self) -> AudioCodecId {
        match (self.tag, self.bits) {
            (1, 8) => codecs::CODEC_ID_PCM_U8,
            (1, 16) => codecs::CODEC_ID_PCM_S16LE,
            (1, 24) => codecs::CODEC_ID_PCM_S24LE,
            (1, 32) => codecs::CODEC_ID_PCM_S32LE,
            (3, 32) => codecs::CODEC_ID_PCM_F32LE,
            (3, 64) => codecs::CODEC_ID_PCM_F64LE,
            (6, _) => codecs::CODEC_ID_PCM_ALAW,
            (7, _) => codecs::CODEC_ID_PCM_MULAW,
            (0x50, _) => codecs::CODEC_ID_MP2,
            (0x55, _) => codecs::CODEC_ID_MP3,
            (0x160..=0x163, _) => codecs::CODEC_ID_WMA,
            (0x2000, _) => codecs::CODEC_ID_AC3,
            (0x2001, _) => codecs::CODEC_ID_DCA,
            _ => CODEC_ID_NULL_AUDIO,
        }
    }

    fn complete(&self, params: &mut AudioCodecParameters) {
        // A mask with another number of channels is ignored.
        let positions = Position::from_bits_truncate(self.mask.into());
        let is_told = positions.bits().count_ones() == u32::from(self.channels) && self.channels > 0;
        let channels = if is_told { Channels::Positioned(positions) } else { Channels::Discrete(self.channels) };
        params.with_channels(channels).with_sample_rate(self.rate);
        if matches!(self.tag, 1 | 3) {
            params.with_bits_per_coded_sample(self.bits).with_bits_per_sample(self.bits);
        }
    }
}

/// Returns the bodies of all elements of this kind in a row of elements.
fn all(mut bytes: &[u8], wanted: u32) -> Vec<&[u8]> {
    let mut found = Vec::new();
    while let Some((id, Some(size), rest)) = header(bytes) {
        let Some((body, after)) = usize::try_from(size).ok().and_then(|size| rest.split_at_checked(size)) else {
            break;
        };
        if id == wanted {
            found.push(body);
        }
        bytes = after;
    }
    found
}

/// Parses a floating-point rate, and rounds it to whole hertz (RFC 8794, 7.3).
fn float(body: &[u8]) -> Option<u32> {
    let hertz = match body.len() {
        4 => f64::from(f32::from_be_bytes(body.try_into().ok()?)),
        8 => f64::from_be_bytes(body.try_into().ok()?),
        _ => return None,
    };
    (1.0..4e9).contains(&hertz).then_some(hertz.round() as u32)
}
