//! Reads the headers of an Ogg file's streams (RFC 3533, 4; RFC 7845; Vorbis I, A.2; RFC 9639, 10.1).
//!
//! All streams start at the beginning of the file, each with a page of its own. Of the other headers, only those that
//! decoders need are kept: comments may hold pictures of any size.

use std::sync::Arc;

use symphonia::core::audio::Channels;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known as codecs;
use symphonia::core::formats::Track;

use super::super::{MediaError, flac};
use super::{FIRST, Page, Pages, SourceStream};
use crate::store::ByteSource;

/// The most streams that are read.
const MAX_STREAMS: usize = 64;

/// The largest header that is kept, in bytes. libvorbis's setup has 4 to 8 KB.
const MAX_HEADER: usize = 256 * 1024;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Opus,
    Vorbis,
    Flac,
    Refused(&'static str),
    /// Video, with the name of a file that holds nothing else.
    Video(&'static str),
    /// Text, or Skeleton.
    NotAudio,
}

impl Kind {
    /// Recognises a stream by its first packet.
    fn of(packet: &[u8]) -> Self {
        let known: [(&[u8], Self); 12] = [
            (b"OpusHead", Self::Opus),
            (b"\x01vorbis", Self::Vorbis),
            (b"\x7fFLAC", Self::Flac),
            (b"fLaC", Self::Refused("FLAC in the Ogg of before 2004")),
            (b"Speex   ", Self::Refused("Speex")),
            (b"CELT    ", Self::Refused("CELT")),
            (b"PCM     ", Self::Refused("OggPCM")),
            (b"\x01audio", Self::Refused("audio in OGM")),
            (b"\x80theora", Self::Video("Ogg video (Theora)")),
            (b"OVP80", Self::Video("Ogg video (VP8)")),
            (b"BBCD\0", Self::Video("Ogg video (Dirac)")),
            (b"\x01video", Self::Video("Ogg video (OGM)")),
        ];
        known.iter().find(|(mark, _)| packet.starts_with(mark)).map_or(Self::NotAudio, |(_, kind)| *kind)
    }

    /// Returns how many packets, from the first on, may hold headers for the decoder.
    fn headers(self) -> usize {
        match self {
            Self::Opus => 1,
            Self::Vorbis => 3,
            Self::Flac => 2,
            _ => 0,
        }
    }
}

struct Stream {
    serial: u32,
    kind: Kind,
    /// The headers so far. The last one may be incomplete, and Vorbis's comments are left empty.
    headers: Vec<Vec<u8>>,
    is_last_whole: bool,
}

impl Stream {
    fn is_complete(&self) -> bool {
        self.headers.len() > self.kind.headers() || self.headers.len() == self.kind.headers() && self.is_last_whole
    }

    fn take(&mut self, page: Page) {
        for (bytes, is_end) in page.parts {
            if self.is_complete() {
                return;
            }
            if self.is_last_whole {
                self.headers.push(Vec::new());
            }
            let is_needed = self.kind != Kind::Vorbis || self.headers.len() != 2;
            if let Some(header) = self.headers.last_mut().filter(|_| is_needed) {
                let room = MAX_HEADER - header.len().min(MAX_HEADER);
                header.extend(bytes.into_iter().take(room));
            }
            self.is_last_whole = is_end;
        }
    }

    fn track(&self) -> Result<Track, MediaError> {
        let header = |index: usize| self.headers.get(index).map_or(&[][..], Vec::as_slice);
        let mut params = AudioCodecParameters::new();
        match self.kind {
            Kind::Opus => {
                params.for_codec(codecs::CODEC_ID_OPUS).with_sample_rate(48_000);
                params.with_extra_data(header(0).into());
            }
            Kind::Vorbis => {
                params.for_codec(codecs::CODEC_ID_VORBIS);
                params.with_extra_data([header(0), header(2)].concat().into());
                if let Some(rate) = header(0).get(12..).and_then(|bytes| bytes.first_chunk()) {
                    params.with_sample_rate(u32::from_le_bytes(*rate));
                }
                if let Some(&channels) = header(0).get(11) {
                    params.with_channels(Channels::Discrete(channels.into()));
                }
            }
            Kind::Flac => {
                // The signature, version and number of headers precede the native marker.
                let blocks = [header(0).get(9..).unwrap_or(&[]), header(1)].concat();
                let described = flac::Described::of_blocks(&blocks);
                described.ok_or(MediaError::CutOff)?.complete(&mut params);
            }
            Kind::Refused(name) => return Err(MediaError::Unsupported(name)),
            Kind::Video(name) => return Err(MediaError::NoAudioAtAll(name)),
            Kind::NotAudio => return Err(MediaError::NoAudio),
        }
        let mut track = Track::new(self.serial);
        track.with_codec_params(CodecParameters::Audio(params));
        Ok(track)
    }
}

/// Reads the headers of a file's audio streams. For each stream, returns a track, or the reason why it cannot be used.
pub(in crate::media) fn open(source: Arc<dyn ByteSource>) -> Result<Vec<Result<Track, MediaError>>, MediaError> {
    let mut pages = Pages { stream: SourceStream::new(source), position: 0, lost: None, is_torn: false };
    let mut streams: Vec<Stream> = Vec::new();
    let mut has_begun = false;
    while let Some((_, page)) = pages.next().map_err(|error| MediaError::Read(error.to_string()))? {
        let has_room = streams.len() < MAX_STREAMS;
        let known = streams.iter_mut().find(|stream| stream.serial == page.serial);
        match known {
            Some(stream) => {
                has_begun = true;
                stream.take(page);
            }
            None if page.flags & FIRST != 0 && !has_begun && has_room => {
                let kind = page.parts.first().map_or(Kind::NotAudio, |(packet, _)| Kind::of(packet));
                let mut stream = Stream { serial: page.serial, kind, headers: Vec::new(), is_last_whole: true };
                stream.take(page);
                streams.push(stream);
            }
            None => {}
        }
        if has_begun && streams.iter().all(Stream::is_complete) {
            break;
        }
    }
    let (whole, cut): (Vec<Stream>, Vec<Stream>) = streams.into_iter().partition(Stream::is_complete);
    let (audio, other): (Vec<_>, Vec<_>) =
        whole.iter().partition(|stream| !matches!(stream.kind, Kind::Video(_) | Kind::NotAudio));
    let mut tracks: Vec<_> = audio.into_iter().map(Stream::track).collect();
    if tracks.is_empty() && !cut.is_empty() {
        tracks.push(Err(MediaError::CutOff));
    }
    if tracks.is_empty() {
        let video = other.into_iter().find(|stream| matches!(stream.kind, Kind::Video(_)));
        tracks.extend(video.map(Stream::track));
    }
    Ok(tracks)
}
