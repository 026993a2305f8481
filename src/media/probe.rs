//! Opens a demuxer and a decoder: recognises the container, chooses a track, and refuses unsupported formats by name.

use std::sync::Arc;

use symphonia::core::codecs::audio::well_known as codecs;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::formats::well_known as formats;
use symphonia::core::formats::{FormatId, Track, TrackType};
use symphonia::default::get_codecs;

use super::blocks::BlockReader;
use super::chunks::Stream;
use super::flac::Flac;
use super::frames::{FrameReader, Framing};
use super::matroska::Matroska;
use super::mp3::Mp3Decoder;
use super::mp4::{self, Mp4Reader};
use super::opus::{Head, OpusDecoder};
use super::packet_table::TableReader;
use super::sniff::{Kind, sniff};
use super::source::part;
use super::{
    ChannelLayout, MAX_CHANNELS, MAX_PACKET_FRAMES, MediaError, aac, aiff, alac, caf, flac, matroska, ogg, vorbis, wave,
};
use crate::store::ByteSource;
use crate::timeline::SampleRate;

/// An opened container.
pub(super) struct Container {
    pub(super) format: FormatId,
    /// The usable tracks, in the file's order.
    pub(super) tracks: Vec<Track>,
    pub(super) opened: Opened,
    /// The container's channel layout, if it is more specific than the decoder's.
    pub(super) layout: Option<ChannelLayout>,
    /// Sentences for the user about the choice of tracks.
    pub(super) notes: Vec<String>,
}

/// The container's packet source, or the data to open one for a track.
pub(super) enum Opened {
    /// Pages. The track's ID is the stream's serial number.
    Ogg,
    Matroska(Matroska),
    Flac(Box<Flac>),
    Frames(Box<FrameReader>),
    /// A reader of one track.
    Mp4(Box<Mp4Reader>),
    Blocks(Box<BlockReader>),
    Table(Box<TableReader>),
}

/// A playable track.
pub(super) struct Audio {
    pub(super) track: Track,
    pub(super) codec: AudioCodecId,
    pub(super) decoder: Box<dyn AudioDecoder>,
    /// The container's sample rate. The decoder's takes precedence.
    pub(super) rate: Option<SampleRate>,
    /// The container's channel layout, if it is more specific than the decoder's.
    pub(super) layout: Option<ChannelLayout>,
}

/// Recognises and opens the container.
pub(super) fn probe(source: Arc<dyn ByteSource>) -> Result<Container, MediaError> {
    if source.is_empty() {
        return Err(MediaError::Empty);
    }
    let kind = sniff(&source)?;
    if let Kind::Frames(framing, start) = kind {
        return open_frames(source, framing, start);
    }
    if let Some(opened) = own(&source) {
        return opened;
    }
    if kind == Kind::Mp4 {
        let mp4::Opened { track, layout, reader, notes } = mp4::open(&source)?;
        let (format, opened) = (formats::FORMAT_ID_ISOMP4, Opened::Mp4(Box::new(reader)));
        return Ok(Container { format, tracks: vec![track], opened, layout, notes });
    }
    for open in [wave::open, aiff::open, caf::open] {
        if let Some(container) = open(&source)? {
            return Ok(container);
        }
    }
    Err(MediaError::NotAudio)
}

/// Returns the MP3 or ADTS stream inside a WAVE or CAF file as a content of its own, or else the content itself. Also
/// returns sentences for the user about the container.
pub(super) fn unwrapped(source: Arc<dyn ByteSource>) -> Result<(Arc<dyn ByteSource>, Vec<String>), MediaError> {
    let inside = match wave::stream(&source)? {
        None => caf::stream(&source)?,
        found => found,
    };
    Ok(match inside {
        Some(Stream { bytes, notes }) => (part(source, bytes), notes),
        None => (source, Vec::new()),
    })
}

/// Opens the container if it is Ogg, FLAC or Matroska.
fn own(source: &Arc<dyn ByteSource>) -> Option<Result<Container, MediaError>> {
    let mut head = [0; 4];
    source.read_at(0, &mut head).ok()?;
    let made = |format, tracks, opened| {
        let (track, notes) = choose(tracks)?;
        Ok(Container { format, tracks: vec![track], opened, layout: None, notes })
    };
    if head == *ogg::MARK {
        return Some(ogg::open(source.clone()).and_then(|tracks| made(formats::FORMAT_ID_OGG, tracks, Opened::Ogg)));
    }
    if head == *flac::MARK {
        let opened = flac::open(source.clone());
        let made = |flac: Flac| made(formats::FORMAT_ID_FLAC, vec![Ok(flac.track.clone())], Opened::Flac(flac.into()));
        return Some(opened.and_then(made));
    }
    if head == *matroska::MARK {
        let opened = matroska::open(source.clone());
        let made = |mut opened: Matroska| {
            made(formats::FORMAT_ID_MKV, std::mem::take(&mut opened.tracks), Opened::Matroska(opened))
        };
        return Some(opened.and_then(made));
    }
    None
}

/// Chooses the first track that can be decoded. Adds a note if there are others before it.
fn choose(tracks: Vec<Result<Track, MediaError>>) -> Result<(Track, Vec<String>), MediaError> {
    let mut passed_over = None;
    for track in tracks {
        match track.and_then(|track| first_audio(std::slice::from_ref(&track)).map(|_| track)) {
            Ok(track) => {
                let note = |error| format!("An earlier audio track was skipped: {error}.");
                return Ok((track, passed_over.map(note).into_iter().collect()));
            }
            Err(error) => passed_over = passed_over.or(Some(error)),
        }
    }
    Err(passed_over.unwrap_or(MediaError::NoAudio))
}

/// Opens a row of frames from a byte on.
fn open_frames(source: Arc<dyn ByteSource>, framing: Framing, start: u64) -> Result<Container, MediaError> {
    let (reader, track) = FrameReader::open(source, framing, start)?.ok_or(MediaError::NotAudio)?;
    let format = if framing == Framing::Mp3 { formats::FORMAT_ID_MP3 } else { formats::FORMAT_ID_ADTS };
    Ok(Container {
        format,
        tracks: vec![track],
        opened: Opened::Frames(Box::new(reader)),
        layout: None,
        notes: Vec::new(),
    })
}

/// Returns the first audio track, with a decoder for it.
pub(super) fn first_audio(tracks: &[Track]) -> Result<Audio, MediaError> {
    let is_audio = |track: &&Track| track.track_type() == Some(TrackType::Audio);
    let mut track = tracks.iter().find(is_audio).ok_or(MediaError::NoAudio)?.clone();
    let params = track.codec_params.as_ref().and_then(|params| params.audio()).ok_or(MediaError::NoAudio)?;
    let checked = |hz| SampleRate::new(hz).ok_or(MediaError::SampleRate(hz));
    let mut rate = params.sample_rate.map(checked).transpose()?;
    let channels = params.channels.as_ref().map_or(0, |channels| channels.count());
    if channels > MAX_CHANNELS {
        return Err(MediaError::TooManyChannels(channels));
    }
    let codec = params.codec;
    let decoder = new_decoder(params)?;
    // FLAC's metadata may hold a channel mask, which the decoder does not read.
    let layout = params.channels.as_ref().filter(|_| codec == codecs::CODEC_ID_FLAC);
    let layout = layout.and_then(ChannelLayout::of_symphonia);
    // ALAC's decoder gives some channels wrong positions.
    let cookie = params.extra_data.as_deref().filter(|_| codec == codecs::CODEC_ID_ALAC);
    let layout = layout.or_else(|| alac::layout(cookie?, None));
    if codec == codecs::CODEC_ID_OPUS {
        let head = Head::parse(params.extra_data.as_deref().unwrap_or(&[]))?;
        track.with_delay(head.pre_skip.into());
        // The container's rate may be that of the source.
        rate = Some(SampleRate::HZ_48000);
    }
    Ok(Audio { track, codec, decoder, rate, layout })
}

/// Returns a decoder in its initial state.
pub(super) fn new_decoder(params: &AudioCodecParameters) -> Result<Box<dyn AudioDecoder>, MediaError> {
    if params.codec == codecs::CODEC_ID_OPUS {
        let head = Head::parse(params.extra_data.as_deref().unwrap_or(&[]))?;
        return Ok(Box::new(OpusDecoder::new(head, params)?));
    }
    if params.codec == codecs::CODEC_ID_AAC {
        return aac::decoder(params);
    }
    // Decoders allocate memory for the longest packet that the file declares.
    if params.max_frames_per_packet.is_some_and(|frames| frames > MAX_PACKET_FRAMES) {
        return Err(MediaError::NotAudio);
    }
    if params.codec == codecs::CODEC_ID_VORBIS {
        vorbis::check(params.extra_data.as_deref().unwrap_or(&[]))?;
    }
    if params.codec == codecs::CODEC_ID_MP3 {
        return Ok(Box::new(Mp3Decoder::new(params)));
    }
    let mut params = params.clone();
    if params.codec == codecs::CODEC_ID_ALAC {
        let config = params.extra_data.as_deref().and_then(alac::config).map(Into::into);
        params.extra_data = config;
    }
    get_codecs()
        .make_audio_decoder(&params, &AudioDecoderOptions::default())
        .map_err(|_| MediaError::Unsupported(codec_name(params.codec)))
}

fn codec_name(codec: AudioCodecId) -> &'static str {
    match codec {
        codecs::CODEC_ID_SPEEX => "Speex",
        codecs::CODEC_ID_AC3 => "AC-3",
        codecs::CODEC_ID_EAC3 => "E-AC-3",
        codecs::CODEC_ID_DCA => "DTS",
        codecs::CODEC_ID_WMA => "Windows Media Audio",
        codecs::CODEC_ID_MP1 => "MPEG layer I",
        codecs::CODEC_ID_MP2 => "MPEG layer II",
        codecs::CODEC_ID_TRUEHD => "Dolby TrueHD",
        codecs::CODEC_ID_TTA => "True Audio",
        codecs::CODEC_ID_WAVPACK => "WavPack",
        codecs::CODEC_ID_MUSEPACK => "Musepack",
        codecs::CODEC_ID_COOK => "RealAudio",
        codecs::CODEC_ID_ATRAC1 => "ATRAC",
        _ => "something unknown",
    }
}

/// Returns a container's MIME type.
pub(super) fn mime_type(format: FormatId) -> &'static str {
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
