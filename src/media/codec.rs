//! Packets to audio: Symphonia's demuxer and decoder as one stream of blocks, nothing trimmed but what packets say.
//!
//! A packet that cannot be decoded is silence of its length, and counted. A content that breaks off is one that ends
//! there, and says so. Only bytes that cannot be had are an error once audio has come.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use symphonia::core::audio::AudioSpec;
use symphonia::core::codecs::audio::well_known as codecs;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::common::Limit;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::well_known as formats;
use symphonia::core::formats::{FormatId, FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::default::{get_codecs, get_probe};

use super::source::SourceStream;
use super::{Damage, MAX_CHANNELS, MediaError, mp4};
use crate::store::ByteSource;
use crate::timeline::{Frames, SampleRate};

/// The longest silence that one bad packet may stand for: FLAC's longest block (RFC 9639, 8.2), longer than any other
/// codec's. What a packet claims past that is not believed.
const MAX_PACKET_FRAMES: u64 = 65_535;

/// Tags are of no use here, so they may cost little.
const MAX_TAG_BYTES: usize = 64 * 1024;

/// Audio between two packets' edges: a vector of samples a channel, all of one length.
pub(super) type Block = Vec<Vec<f32>>;

/// What a block of audio is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) rate: SampleRate,
    pub(super) channels: usize,
}

/// A content's first audio track, as blocks of audio.
pub(super) struct PacketStream {
    demuxer: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: Track,
    codec: AudioCodecId,
    spec: Spec,
    /// A decoded block that waits while the silence before it is handed out, and on opening, where it tells the spec.
    decoded: Block,
    holds_block: bool,
    /// Frames in the latest packet that was sound.
    packet_frames: Frames,
    damage: Damage,
    /// Bad packets since the last good one. At the content's end they are what follows the audio, such as tags.
    unsettled: Damage,
    /// Silence that stands for them.
    silence: Frames,
    ended: bool,
    reached: Arc<AtomicU64>,
}

impl PacketStream {
    /// Finds the audio and decodes its first block.
    pub(super) fn open(source: Arc<dyn ByteSource>, type_hint: &str) -> Result<Self, MediaError> {
        if source.is_empty() {
            return Err(MediaError::Empty);
        }
        let stream = SourceStream::new(source.clone());
        let reached = stream.reached();
        let stream = MediaSourceStream::new(Box::new(stream), MediaSourceStreamOptions::default());
        let metadata = MetadataOptions::default()
            .limit_tag_bytes(Limit::Maximum(MAX_TAG_BYTES))
            .limit_visual_bytes(Limit::Maximum(0));
        let demuxer = get_probe()
            .probe(&hint(type_hint), stream, FormatOptions::default(), metadata)
            .map_err(|error| unopened(error, source.as_ref()))?;
        let (track, decoder, codec) = first_audio(demuxer.as_ref())?;
        let mut packets = Self {
            demuxer,
            decoder,
            track,
            codec,
            spec: Spec { rate: SampleRate::HZ_44100, channels: 0 },
            decoded: Block::new(),
            holds_block: false,
            packet_frames: 0,
            damage: Damage::default(),
            unsettled: Damage::default(),
            silence: 0,
            ended: false,
            reached,
        };
        packets.spec = packets.decode_next()?.ok_or(MediaError::NoAudio)?;
        packets.holds_block = true;
        packets.refuse_half_rate()?;
        Ok(packets)
    }

    /// The rate and the channels, the same for all blocks.
    pub(super) fn spec(&self) -> Spec {
        self.spec
    }

    /// The track as the container describes it.
    pub(super) fn track(&self) -> &Track {
        &self.track
    }

    /// The container.
    pub(super) fn format(&self) -> FormatId {
        self.demuxer.format_info().format
    }

    /// The content's MIME type.
    pub(super) fn mime_type(&self) -> &'static str {
        mime_type(self.format())
    }

    /// What went wrong up to here.
    pub(super) fn damage(&self) -> Damage {
        self.damage
    }

    /// How many bytes the demuxer has come to.
    pub(super) fn reached(&self) -> u64 {
        self.reached.load(Ordering::Relaxed)
    }

    /// The next block, in place of what `block` holds; never an empty one. `false` at the end.
    pub(super) fn next(&mut self, block: &mut Block) -> Result<bool, MediaError> {
        if !self.holds_block {
            self.holds_block = self.decode_next()?.is_some();
        }
        if self.holds_block && self.silence > 0 {
            let count = self.silence.min(MAX_PACKET_FRAMES);
            self.silence -= count;
            block.resize_with(self.spec.channels, Vec::new);
            for plane in block {
                plane.clear();
                plane.resize(count as usize, 0.0);
            }
            return Ok(true);
        }
        std::mem::swap(&mut self.decoded, block);
        Ok(std::mem::take(&mut self.holds_block))
    }

    /// Decodes packets up to the next one that gives audio. Silence for those that could not be is left in `silence`.
    fn decode_next(&mut self) -> Result<Option<Spec>, MediaError> {
        while !self.ended {
            let packet = match self.demuxer.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => break,
                Err(Error::IoError(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
                    return Err(MediaError::Read(error.to_string()));
                }
                // One stream chained after another (RFC 3533, 4): it goes on if it can.
                Err(Error::ResetRequired) => match first_audio(self.demuxer.as_ref()) {
                    Ok((track, decoder, codec)) => {
                        (self.track, self.decoder, self.codec) = (track, decoder, codec);
                        continue;
                    }
                    Err(_) => {
                        self.damage.ends_early = true;
                        break;
                    }
                },
                Err(_) => {
                    self.damage.ends_early = true;
                    break;
                }
            };
            if packet.track_id != self.track.id {
                continue;
            }
            match self.decoder.decode(&packet) {
                Ok(audio) if audio.is_empty() => {}
                Ok(audio) => {
                    let spec = spec(audio.spec())?;
                    if self.spec.channels != 0 && spec != self.spec {
                        // A chained stream of another kind would be played at the wrong speed.
                        self.damage.ends_early = true;
                        break;
                    }
                    audio.copy_to_vecs_planar(&mut self.decoded);
                    self.packet_frames = audio.frames() as u64;
                    self.damage.bad_packets += self.unsettled.bad_packets;
                    self.unsettled = Damage::default();
                    return Ok(Some(spec));
                }
                Err(Error::IoError(_) | Error::DecodeError(_)) => {
                    self.unsettled.bad_packets += 1;
                    self.silence = self.silence.saturating_add(self.length_of(&packet));
                }
                Err(_) => {
                    self.damage.ends_early = true;
                    break;
                }
            }
        }
        self.ended = true;
        self.silence = 0;
        Ok(None)
    }

    /// How many frames a packet says that it lasts; as long as the one before it where it says nothing.
    fn length_of(&self, packet: &Packet) -> Frames {
        let frames = self.track.time_base.map_or(0, |base| {
            let scaled = u128::from(packet.dur.get()) * u128::from(base.numer.get()) * u128::from(self.spec.rate.hz());
            u64::try_from(scaled / u128::from(base.denom.get())).unwrap_or(u64::MAX)
        });
        if frames > 0 { frames.min(MAX_PACKET_FRAMES) } else { self.packet_frames }
    }

    /// Refuses HE-AAC that does not call itself so. The decoder gives its lower half only, at half the rate.
    ///
    /// Encoders that leave the extension to be found in the packets still give the container the full rate: a
    /// timescale twice the core's, and 2,048 ticks a packet (ISO/IEC 14496-3, 1.6.5, implicit signalling).
    fn refuse_half_rate(&self) -> Result<(), MediaError> {
        let timescale = self.track.time_base.map_or(0, |base| base.denom.get());
        let doubled = self.format() == formats::FORMAT_ID_ISOMP4
            && self.codec == codecs::CODEC_ID_AAC
            && timescale == 2 * self.spec.rate.hz()
            && self.packet_frames == 1024;
        if doubled { Err(MediaError::Unsupported("HE-AAC")) } else { Ok(()) }
    }
}

/// The first audio track, and a decoder for it.
fn first_audio(demuxer: &dyn FormatReader) -> Result<(Track, Box<dyn AudioDecoder>, AudioCodecId), MediaError> {
    let track = demuxer.first_track(TrackType::Audio).ok_or(MediaError::NoAudio)?.clone();
    let params = track.codec_params.as_ref().and_then(|params| params.audio()).ok_or(MediaError::NoAudio)?;
    if let Some(rate) = params.sample_rate {
        SampleRate::new(rate).ok_or(MediaError::SampleRate(rate))?;
    }
    match params.channels.as_ref().map(|channels| channels.count()) {
        Some(count) if count > MAX_CHANNELS => return Err(MediaError::TooManyChannels(count)),
        _ => {}
    }
    // Symphonia's trimming of MP3 cuts files that carry no Xing header to an estimate of their length.
    let is_mpeg = matches!(params.codec, codecs::CODEC_ID_MP1 | codecs::CODEC_ID_MP2 | codecs::CODEC_ID_MP3);
    let options = AudioDecoderOptions::default().gapless(!is_mpeg);
    if is_he_aac(params) {
        return Err(MediaError::Unsupported("HE-AAC"));
    }
    let decoder = get_codecs()
        .make_audio_decoder(params, &options)
        .map_err(|_| MediaError::Unsupported(codec_name(params.codec)))?;
    let codec = params.codec;
    Ok((track, decoder, codec))
}

/// A block's rate and channels, if they are ones that can be used.
fn spec(spec: &AudioSpec) -> Result<Spec, MediaError> {
    let rate = SampleRate::new(spec.rate()).ok_or(MediaError::SampleRate(spec.rate()))?;
    let channels = spec.channels().count();
    match channels {
        0 => Err(MediaError::NoAudio),
        1..=MAX_CHANNELS => Ok(Spec { rate, channels }),
        _ => Err(MediaError::TooManyChannels(channels)),
    }
}

/// A MIME type has a slash; anything else is a file name.
fn hint(type_hint: &str) -> Hint {
    let mut hint = Hint::new();
    if type_hint.contains('/') {
        hint.mime_type(type_hint);
    } else if let Some((_, extension)) = type_hint.rsplit_once('.') {
        hint.with_extension(extension);
    }
    hint
}

/// Why nothing could be opened.
fn unopened(error: Error, source: &dyn ByteSource) -> MediaError {
    match error {
        Error::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => MediaError::Read(error.to_string()),
        _ if mp4::lacks_movie(source) => MediaError::CutOff,
        _ => MediaError::NotAudio,
    }
}

/// Whether an AudioSpecificConfig says that there is spectral band replication (ISO/IEC 14496-3, 1.6.2.1), be it as
/// the object type or in the extension that follows a plain AAC-LC configuration for old decoders to overlook.
fn is_he_aac(params: &AudioCodecParameters) -> bool {
    const SBR: u64 = 5;
    const PS: u64 = 29;
    const SYNC_EXTENSION: u64 = 0x2b7;
    if params.codec != codecs::CODEC_ID_AAC {
        return false;
    }
    let mut bits = [0; 8];
    let config = params.extra_data.as_deref().unwrap_or(&[]);
    let count = config.len().min(bits.len());
    bits[..count].copy_from_slice(&config[..count]);
    let bits = u64::from_be_bytes(bits);
    let field = |start: u32, width: u32| bits << start >> (64 - width);
    let object_type = field(0, 5);
    // For AAC-LC with an indexed rate and no core coder, the configuration proper is 16 bits.
    let is_extended = field(16, 11) == SYNC_EXTENSION && field(27, 5) == SBR && field(32, 1) == 1;
    matches!(object_type, SBR | PS) || is_extended
}

fn codec_name(codec: AudioCodecId) -> &'static str {
    match codec {
        codecs::CODEC_ID_AAC => "AAC of a kind other than mono or stereo AAC-LC",
        codecs::CODEC_ID_OPUS => "Opus",
        codecs::CODEC_ID_SPEEX => "Speex",
        codecs::CODEC_ID_AC3 => "AC-3",
        codecs::CODEC_ID_EAC3 => "E-AC-3",
        codecs::CODEC_ID_DCA => "DTS",
        codecs::CODEC_ID_WMA => "Windows Media Audio",
        codecs::CODEC_ID_MP1 => "MPEG layer I",
        codecs::CODEC_ID_MP2 => "MPEG layer II",
        _ => "something unknown",
    }
}

fn mime_type(format: FormatId) -> &'static str {
    match format {
        formats::FORMAT_ID_WAVE => "audio/wav",
        formats::FORMAT_ID_AIFF => "audio/aiff",
        formats::FORMAT_ID_CAF => "audio/x-caf",
        formats::FORMAT_ID_ADTS => "audio/aac",
        formats::FORMAT_ID_OGG => "audio/ogg",
        formats::FORMAT_ID_FLAC => "audio/flac",
        formats::FORMAT_ID_ISOMP4 => "audio/mp4",
        formats::FORMAT_ID_MKV => "audio/webm",
        _ => "audio/mpeg",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn he_aac_is_known_by_its_configuration_whichever_way_it_is_signalled() {
        let with = |config: &[u8]| {
            let mut params = AudioCodecParameters::new();
            params.for_codec(codecs::CODEC_ID_AAC).with_extra_data(config.into());
            is_he_aac(&params)
        };
        assert!(!with(&[0x12, 0x10]), "AAC-LC, 44.1 kHz, stereo");
        assert!(!with(&[0x13, 0x90, 0x56, 0xe5, 0x00]), "AAC-LC that says that there is no SBR");
        assert!(with(&[0x13, 0x90, 0x56, 0xe5, 0xa0]), "AAC-LC at 22.05 kHz, and SBR in the extension");
        assert!(with(&[0x2b, 0x92, 0x08, 0x00]), "SBR as the object type");
        assert!(with(&[0xeb, 0x8a, 0x08, 0x00]), "parametric stereo as the object type");
    }
}
