//! Opens a container: recognises it, chooses a track, and refuses unsupported formats by name.

use std::sync::Arc;

use symphonia::core::formats::well_known as formats;
use symphonia::core::formats::{FormatId, Track};

use super::chunks::Stream;
use super::container::{Container, Opened};
use super::flac::Flac;
use super::frames::{FrameReader, Framing};
use super::matroska::Matroska;
use super::sniff::{Kind, sniff};
use super::source::part;
use super::track::first_audio;
use super::{MediaError, aiff, caf, flac, matroska, mp4, ogg, wave};
use crate::store::ByteSource;

/// Recognises and opens the container.
pub(super) fn probe(source: Arc<dyn ByteSource>) -> Result<Container, MediaError> {
    if source.is_empty() {
        return Err(MediaError::Empty);
    }
    let kind = sniff(&source)?;
    if let Kind::Frames(framing, start) = kind {
        return open_frames(source, framing, start);
    }
    open_container(source, kind)
}

/// Opens any other container than a row of frames. It is not inlined, for the reason that `Demuxer::next_packet` gives.
#[inline(never)]
fn open_container(source: Arc<dyn ByteSource>, kind: Kind) -> Result<Container, MediaError> {
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
