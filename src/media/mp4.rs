//! Reads MP4, M4A, MOV and 3GP (ISO/IEC 14496-12; "QuickTime File Format"), in one piece or in fragments: finds the
//! audio track, and reads its packets.
//!
//! Only the parts that describe sound tracks are read. `movie` finds them among the `boxes`. `entry` reads how
//! samples are coded, with `descriptors`, `layout` and `units`; `names` names the codings that cannot be decoded.
//! `tables` and `fragments` locate the samples, and `reader` reads them. `edges` holds the start and end that the
//! file declares for the recording. Positions have 64 bits, and tables are read through windows, so large and long
//! files cost no memory.

mod boxes;
mod descriptors;
mod edges;
mod entry;
mod fragments;
mod layout;
mod movie;
mod names;
mod reader;
mod tables;
mod units;

use std::io;
use std::sync::Arc;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_MP3;
use symphonia::core::formats::Track;
use symphonia::core::units::TimeBase;

use super::track::first_audio;
use super::{ChannelLayout, MediaError};
use crate::store::ByteSource;
use boxes::{Found, boxes};
use entry::{Coding, MAX_ENTRY, read_entry};
use fragments::Fragments;
use movie::{Defaults, Descriptions, Movie, SoundTrack, read_descriptions, read_movie, read_times};
use reader::Tables;
use tables::Chunks;

#[cfg(test)]
pub(super) use edges::Edit;
pub(super) use edges::{Edges, Smpb};
pub(super) use reader::Mp4Reader;

/// An audio track of an MP4 file.
pub(super) struct Opened {
    pub(super) track: Track,
    pub(super) layout: Option<ChannelLayout>,
    pub(super) reader: Mp4Reader,
    /// Sentences for the user about the choice of the track.
    pub(super) notes: Vec<String>,
}

/// Opens the first sound track that can be decoded.
pub(super) fn open(source: &Arc<dyn ByteSource>) -> Result<Opened, MediaError> {
    let movie = find_movie(source.as_ref())?;
    let read = read_movie(source.as_ref(), &movie).map_err(unread)?;
    let first_fragment =
        if read.is_extended { first_fragment(source.as_ref(), movie.end).map_err(unread)? } else { None };
    let mut first_error = None;
    for track in &read.tracks {
        match open_track(source, &read, track, first_fragment) {
            Ok(mut opened) => {
                if let Some(error) = first_error.filter(|error| *error != MediaError::NoAudio) {
                    opened.notes.insert(0, format!("An earlier audio track was skipped: {error}."));
                }
                return Ok(opened);
            }
            Err(MediaError::Read(reason)) => return Err(MediaError::Read(reason)),
            Err(error) => drop(first_error.get_or_insert(error)),
        }
    }
    Err(first_error.unwrap_or(MediaError::NoAudio))
}

/// Finds the `moov` box.
fn find_movie(source: &dyn ByteSource) -> Result<Found, MediaError> {
    // Other boxes may also be at the start of files that are not MP4.
    let mut is_mp4 = false;
    let mut has_media = false;
    let mut is_whole = true;
    for found in boxes(source, 0..source.len()) {
        let found = found.map_err(unread)?;
        is_mp4 |= matches!(&found.kind, b"ftyp" | b"styp" | b"moov" | b"mdat" | b"moof");
        has_media |= matches!(&found.kind, b"mdat" | b"moof");
        is_whole = found.end <= source.len();
        if &found.kind == b"moov" {
            return if is_whole { Ok(found) } else { Err(MediaError::CutOff) };
        }
    }
    match is_mp4 {
        // A picture file has boxes, but no movie.
        true if is_whole && !has_media => Err(MediaError::NoAudio),
        true => Err(MediaError::CutOff),
        false => Err(MediaError::NotAudio),
    }
}

/// Returns the position of the first fragment after `moov`, if there is one.
fn first_fragment(source: &dyn ByteSource, behind: u64) -> io::Result<Option<u64>> {
    for found in boxes(source, behind..source.len()) {
        let found = found?;
        if &found.kind == b"moof" {
            return Ok(Some(found.start));
        }
    }
    Ok(None)
}

fn open_track(
    source: &Arc<dyn ByteSource>,
    movie: &Movie,
    track: &SoundTrack,
    first_fragment: Option<u64>,
) -> Result<Opened, MediaError> {
    let descriptions = track.descriptions.ok_or(MediaError::NoAudio)?;
    let Descriptions { entries, is_iso } =
        read_descriptions(source.as_ref(), &descriptions, MAX_ENTRY).map_err(unread)?;
    let codings: Vec<Result<Coding, MediaError>> =
        entries.iter().map(|(kind, entry)| read_entry(*kind, entry, is_iso, track.timescale)).collect();
    let chunks = match (&track.to_chunk, &track.offsets, &track.sizes) {
        (Some(to_chunk), Some(offsets), Some(sizes)) => {
            Chunks::open(source, to_chunk, offsets, sizes).map_err(unread)?
        }
        _ => None,
    };
    let defaults = movie.defaults.iter().copied().find(|defaults| defaults.track == track.id);
    let defaults = defaults.unwrap_or(Defaults { track: track.id, description: 1, size: 0 });
    let used = match chunks.as_ref().map(Chunks::descriptions) {
        Some(used) if !used.is_empty() => used.to_vec(),
        _ => vec![defaults.description],
    };
    let at = |number: u32| codings.get(usize::try_from(number).ok()?.checked_sub(1)?);
    let is_usable = |number: &&u32| at(**number).is_some_and(|coding| coding.is_ok());
    let number = used.iter().find(is_usable).or(used.first()).copied().unwrap_or(1);
    let coding = at(number).or(codings.first()).ok_or(MediaError::NoAudio)?.clone()?;
    let entries: Vec<bool> = codings.iter().map(|other| other.as_ref() == Ok(&coding)).collect();
    let mut notes = Vec::new();
    if used.iter().any(|&number| at(number).is_some_and(|other| other.as_ref() != Ok(&coding))) {
        notes.push("The audio changes its format partway through. Only one of the formats is heard.".to_owned());
    }
    let (ticks, length) = match &track.times {
        Some(times) => read_times(source.as_ref(), times).map_err(unread)?,
        None => (None, None),
    };
    let length = length.or(Some(track.duration)).filter(|&length| length > 0 && first_fragment.is_none());
    let edges = Edges {
        movie_timescale: movie.timescale,
        timescale: track.timescale,
        edits: track.edits.clone(),
        gapless: movie.gapless,
        media_ticks: length,
    };
    let described = describe(track, &coding);
    let layout = coding.layout;
    let codec = coding.codec;
    let tables = Tables {
        track: track.id,
        coding,
        entries,
        chunks,
        fragments: first_fragment.map(|first| Fragments::new(source.clone(), defaults, first)),
        first_fragment: first_fragment.unwrap_or(0),
        ticks,
        edges,
    };
    let mut reader = Mp4Reader::new(source.clone(), tables);
    match reader.next_packet() {
        Ok(Some(packet)) if codec == CODEC_ID_MP3 => check_layer(&packet.data)?,
        Ok(Some(_)) => {}
        Ok(None) => return Err(MediaError::NoAudio),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
        Err(error) => return Err(unread(error)),
    }
    reader.rewind();
    first_audio(std::slice::from_ref(&described))?;
    Ok(Opened { track: described, layout, reader, notes })
}

/// Returns the track with the decoder's parameters.
fn describe(track: &SoundTrack, coding: &Coding) -> Track {
    let mut described = Track::new(track.id);
    described.with_codec_params(CodecParameters::Audio(coding.params()));
    described.time_base = TimeBase::try_from_recip(track.timescale);
    described
}

/// Refuses MPEG audio of layers I and II, which has the same entry names as layer III (ISO/IEC 11172-3, 2.4.2.3).
fn check_layer(packet: &[u8]) -> Result<(), MediaError> {
    match packet {
        [0xff, second, ..] if second & 0xe6 == 0xe6 => Err(MediaError::Unsupported("MPEG layer I")),
        [0xff, second, ..] if second & 0xe6 == 0xe4 => Err(MediaError::Unsupported("MPEG layer II")),
        _ => Ok(()),
    }
}

fn unread(error: io::Error) -> MediaError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => MediaError::CutOff,
        _ => MediaError::Read(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Bytes;

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    fn refused(bytes: &[u8]) -> Option<MediaError> {
        open(&(Arc::new(Bytes(bytes.into())) as Arc<dyn ByteSource>)).err()
    }

    #[test]
    fn a_movie_that_is_missing_or_cut_is_told_from_one_that_is_there() {
        let file = [boxed(b"ftyp", b"M4A "), boxed(b"mdat", &[0; 100]), boxed(b"moov", &[0; 50])].concat();
        assert_eq!(refused(&file), Some(MediaError::NoAudio));
        assert_eq!(refused(&file[..file.len() - 1]), Some(MediaError::CutOff));
        assert_eq!(refused(&file[..60]), Some(MediaError::CutOff));
        assert_eq!(refused(&file[..112 + 8]), Some(MediaError::CutOff), "a recorder's file without its end");
        assert_eq!(refused(&[boxed(b"ftyp", b"heic"), boxed(b"meta", &[0; 50])].concat()), Some(MediaError::NoAudio));
        assert_eq!(refused(&boxed(b"free", b"beer")), Some(MediaError::NotAudio));
        assert_eq!(refused(b""), Some(MediaError::NotAudio));
    }

    #[test]
    fn a_movie_that_claims_more_than_the_file_has_costs_no_memory() {
        let mut file = boxed(b"ftyp", b"M4A ");
        file.extend([&1u32.to_be_bytes()[..], b"moov", &u64::MAX.to_be_bytes()].concat());
        assert_eq!(refused(&file), Some(MediaError::CutOff));
    }
}
