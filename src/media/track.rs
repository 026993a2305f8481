//! A playable track: the first audio track of a container, and its decoder.

use symphonia::core::codecs::audio::well_known as codecs;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::formats::{Track, TrackType};
use symphonia::default::get_codecs;

use super::opus::{self, Head};
use super::{ChannelLayout, MAX_CHANNELS, MAX_PACKET_FRAMES, MediaError, aac, alac, mp3, pcm16, vorbis};
use crate::timeline::SampleRate;

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
        return opus::decoder(head, params);
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
        return Ok(mp3::decoder(params));
    }
    if params.codec == codecs::CODEC_ID_PCM_S16LE
        && let Some(decoder) = pcm16::decoder(params)
    {
        return Ok(decoder);
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
