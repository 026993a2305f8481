//! Chapters, both ways that players read: a QuickTime track, with a second one for pictures, and Nero's list.
//!
//! A track of text, which is disabled so that nobody plays it, is named by the audio track as its chapters: a sample is
//! a chapter, and lasts as long (Apple's QuickTime File Format, "Chapter Lists"). What its samples and tables look like
//! depends on nothing but the chapters, so the samples go between header and packets. A picture a chapter is the same
//! once more, with a track of stills, whose samples go behind the packets: they are large, and nobody waits for them.

use mp4_atom::{
    BufMut, Chpl, ChplEntry, Dinf, Dref, Encode, FourCC, Hdlr, Mdhd, Result, Stsc, StscEntry, Stts, SttsEntry, Tkhd,
    Url, Visual, Vmhd,
};

use super::AUDIO_TRACK;
use super::boxes::{chunk_offsets, full_box};
use super::language::{is_tag, iso_639_2};
use super::layout::FileLayout;
use super::piece::{Picture, Piece, cut};
use super::writer::Writer;
use crate::timeline::{Frames, ImageType, SampleRate};

/// The text track's ID.
pub(super) const TEXT_TRACK: u32 = AUDIO_TRACK + 1;
/// The picture track's ID.
pub(super) const PICTURE_TRACK: u32 = AUDIO_TRACK + 2;

/// The most chapters that Nero's list can have: it counts them in a byte.
pub const MAX_LISTED: usize = 255;

/// The most bytes of a title in Nero's list: it counts them in a byte.
const MAX_LISTED_TITLE: usize = 255;

/// Says that a title is UTF-8: a text of no byte order mark would be taken for the system's own encoding.
const IS_UTF_8: [u8; 12] = *b"\0\0\0\x0cencd\0\0\x01\0";

/// A title's sample: its length in 16 bits, itself, and what it is encoded in ("Text Sample Data").
fn sample(title: &str) -> impl Iterator<Item = u8> {
    // It fits: see `MAX_TITLE_BYTES`.
    let length = title.len() as u16;
    length.to_be_bytes().into_iter().chain(title.bytes()).chain(IS_UTF_8)
}

/// The text track's samples, one after the other.
pub(super) fn samples(piece: &Piece) -> Vec<u8> {
    piece.chapters.iter().flat_map(|chapter| sample(&chapter.title)).collect()
}

/// The size of each of them.
fn sample_sizes(piece: &Piece) -> Vec<u32> {
    piece.chapters.iter().map(|chapter| sample(&chapter.title).count() as u32).collect()
}

/// The size of all of them.
pub(super) fn samples_len(piece: &Piece) -> u64 {
    sample_sizes(piece).into_iter().map(u64::from).sum()
}

/// Nero's list, where it can hold them all. Its times are in units of 100 ns.
pub(super) fn chpl(buf: &mut Writer, piece: &Piece, rate: SampleRate) -> Result<()> {
    if piece.chapters.is_empty() || piece.chapters.len() > MAX_LISTED {
        return Ok(());
    }
    let entries = piece.chapters.iter().map(|chapter| ChplEntry {
        start: to_100_ns(chapter.start, rate),
        title: cut(&chapter.title, MAX_LISTED_TITLE).into(),
    });
    Chpl { entries: entries.collect() }.encode(buf)
}

/// Rounded down, so that the millisecond that a reader makes of it is the frame's own.
fn to_100_ns(frames: Frames, rate: SampleRate) -> u64 {
    let units = u128::from(frames) * 10_000_000 / u128::from(rate.hz());
    u64::try_from(units).unwrap_or(u64::MAX)
}

/// Writes the tracks. `pictures` is where the first picture lies.
pub(super) fn traks(buf: &mut Writer, layout: &FileLayout, pictures: u64) -> Result<()> {
    let piece = &layout.track.piece;
    if !piece.chapters.is_empty() {
        text_trak(buf, layout)?;
    }
    if piece.has_pictures() {
        picture_trak(buf, layout, pictures)?;
    }
    Ok(())
}

fn text_trak(buf: &mut Writer, layout: &FileLayout) -> Result<()> {
    let sample_sizes = sample_sizes(&layout.track.piece);
    trak(buf, layout, TEXT_TRACK, (0, 0), b"text", |buf| {
        text_media_header(buf)?;
        data_information(buf)?;
        buf.encode_atom(b"stbl", |buf| {
            sample_descriptions(buf, 1, |buf| buf.encode_atom(b"text", text_description))?;
            durations(buf, layout)?;
            one_sample_a_chunk(buf, [1].into_iter())?;
            sizes(buf, sample_sizes.len(), |sample| sample_sizes[sample])?;
            let offsets = sample_sizes.iter().scan(layout.header_len, |next, &size| {
                let offset = *next;
                *next += u64::from(size);
                Some(offset)
            });
            chunk_offsets(buf, layout.wide, sample_sizes.len() as u32, offsets)
        })
    })
}

fn picture_trak(buf: &mut Writer, layout: &FileLayout, first_picture: u64) -> Result<()> {
    let piece = &layout.track.piece;
    let kinds = kinds(piece);
    let shown: Vec<&Picture> =
        piece.chapters.iter().filter_map(|chapter| piece.pictures.get(chapter.picture?)).collect();
    let largest = |side: fn(&Kind) -> u16| kinds.iter().map(side).max().unwrap_or(0);
    let size = (largest(|kind| kind.width), largest(|kind| kind.height));
    trak(buf, layout, PICTURE_TRACK, size, b"vide", |buf| {
        Vmhd::default().encode(buf)?;
        data_information(buf)?;
        buf.encode_atom(b"stbl", |buf| {
            sample_descriptions(buf, kinds.len() as u32, |buf| kinds.iter().try_for_each(|kind| kind.encode(buf)))?;
            durations(buf, layout)?;
            // Its place in the list, counted from 1. It is in there.
            let description = |picture| 1 + kinds.iter().take_while(|kind| **kind != Kind::of(picture)).count() as u32;
            one_sample_a_chunk(buf, shown.iter().copied().map(description))?;
            sizes(buf, shown.len(), |sample| shown[sample].bytes)?;
            let starts: Vec<u64> = piece
                .pictures
                .iter()
                .scan(first_picture, |next, picture| {
                    let start = *next;
                    *next += u64::from(picture.bytes);
                    Some(start)
                })
                .collect();
            let offsets = piece.chapters.iter().filter_map(|chapter| starts.get(chapter.picture?).copied());
            chunk_offsets(buf, layout.wide, shown.len() as u32, offsets)
        })
    })
}

/// A track that lasts as long as the timeline, and is not played.
fn trak(
    buf: &mut Writer,
    layout: &FileLayout,
    track_id: u32,
    (width, height): (u16, u16),
    handler: &[u8; 4],
    media: impl FnOnce(&mut Writer) -> Result<()>,
) -> Result<()> {
    buf.encode_atom(b"trak", |buf| {
        Tkhd {
            track_id,
            duration: layout.track.frames,
            in_movie: true,
            width: width.into(),
            height: height.into(),
            ..Default::default()
        }
        .encode(buf)?;
        buf.encode_atom(b"mdia", |buf| {
            media_header(buf, layout, layout.track.frames)?;
            Hdlr { handler: handler.into(), name: "ChapterHandler".into() }.encode(buf)?;
            buf.encode_atom(b"minf", media)
        })
    })
}

/// `mdhd`, and `elng` where it says more: the packed code of three letters, and the whole tag (ISO/IEC 14496-12, 8.4.2
/// and 8.4.6).
pub(super) fn media_header(buf: &mut Writer, layout: &FileLayout, duration: Frames) -> Result<()> {
    let tag = &layout.track.piece.tags.language;
    Mdhd {
        creation_time: 0,
        modification_time: 0,
        timescale: layout.track.sample_rate.hz(),
        duration,
        language: iso_639_2(tag),
    }
    .encode(buf)?;
    if !is_tag(tag) {
        return Ok(());
    }
    full_box(buf, b"elng", |buf| {
        tag.as_bytes().encode(buf)?;
        0u8.encode(buf)
    })
}

/// `dinf`: the media is in this file.
pub(super) fn data_information(buf: &mut Writer) -> Result<()> {
    Dinf { dref: Dref { entries: vec![Url::default().into()] } }.encode(buf)
}

/// `stsd`, by hand: `mp4-atom`'s can hold every codec there is, and would bring the code of them all into the module.
pub(super) fn sample_descriptions(
    buf: &mut Writer,
    count: u32,
    descriptions: impl FnOnce(&mut Writer) -> Result<()>,
) -> Result<()> {
    full_box(buf, b"stsd", |buf| {
        count.encode(buf)?;
        descriptions(buf)
    })
}

/// `gmhd`: what media of QuickTime's own have for a media header ("Base Media Info Atoms", "Text Media Information").
fn text_media_header(buf: &mut Writer) -> Result<()> {
    const DITHER_COPY: u16 = 0x40;
    const IDENTITY: [u32; 9] = [1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30];
    buf.encode_atom(b"gmhd", |buf| {
        full_box(buf, b"gmin", |buf| {
            DITHER_COPY.encode(buf)?;
            [0x8000u16; 3].iter().try_for_each(|colour| colour.encode(buf))?;
            0u32.encode(buf) // balance, reserved
        })?;
        buf.encode_atom(b"text", |buf| IDENTITY.iter().try_for_each(|value| value.encode(buf)))
    })
}

/// How the text would look if anybody showed it ("Text Sample Description"). It is black on black, since MediaInfo
/// takes any other colour for the size of a box, and then finds no chapters.
fn text_description(buf: &mut Writer) -> Result<()> {
    [0u8; 6].encode(buf)?; // reserved
    1u16.encode(buf)?; // which of the data references
    0u32.encode(buf)?; // display flags
    1u32.encode(buf)?; // centred
    [0u8; 6].encode(buf)?; // a black background
    [0u8; 8].encode(buf)?; // the text's box
    [0u8; 8].encode(buf)?; // reserved
    0u32.encode(buf)?; // the font and its face
    [0u8; 3].encode(buf)?; // reserved
    [0u8; 6].encode(buf)?; // black text
    0u8.encode(buf) // the font's name
}

/// How pictures of one kind and size are coded.
#[derive(PartialEq)]
struct Kind {
    mime_type: ImageType,
    width: u16,
    height: u16,
}

impl Kind {
    fn of(picture: &Picture) -> Self {
        let side = |pixels: u32| u16::try_from(pixels).unwrap_or(u16::MAX);
        Self { mime_type: picture.mime_type, width: side(picture.width), height: side(picture.height) }
    }

    /// An image description ("Image Description", with the types of "Photo-JPEG" and "PNG").
    fn encode(&self, buf: &mut Writer) -> Result<()> {
        let kind = match self.mime_type {
            ImageType::Jpeg => b"jpeg",
            ImageType::Png => b"png ",
        };
        let visual = Visual { data_reference_index: 1, width: self.width, height: self.height, ..Visual::default() };
        buf.encode_atom(kind, |buf| visual.encode(buf))
    }
}

/// The kinds of picture that the chapters show, in the order in which they first do.
fn kinds(piece: &Piece) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for picture in piece.chapters.iter().filter_map(|chapter| piece.pictures.get(chapter.picture?)) {
        let kind = Kind::of(picture);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// `stts`: a chapter's length is its sample's.
fn durations(buf: &mut Writer, layout: &FileLayout) -> Result<()> {
    let lengths = layout.track.piece.lengths(layout.track.frames);
    // They fit: see `Piece::check`.
    let deltas = lengths.map(|length| length.unwrap_or(0) as u32);
    Stts { entries: deltas.map(|sample_delta| SttsEntry { sample_count: 1, sample_delta }).collect() }.encode(buf)
}

/// `stsc`: each sample is a chunk of its own, since some readers take a chunk for a chapter. `descriptions` says which
/// sample description each chunk has, the last one for all that follow.
fn one_sample_a_chunk(buf: &mut Writer, descriptions: impl Iterator<Item = u32>) -> Result<()> {
    let mut entries: Vec<StscEntry> = Vec::new();
    for (first_chunk, sample_description_index) in (1..).zip(descriptions) {
        if entries.last().is_none_or(|last| last.sample_description_index != sample_description_index) {
            entries.push(StscEntry { first_chunk, samples_per_chunk: 1, sample_description_index });
        }
    }
    Stsc { entries }.encode(buf)
}

/// `stsz`: each sample has a size of its own.
pub(super) fn sizes(buf: &mut Writer, count: usize, size: impl Fn(usize) -> u32) -> Result<()> {
    full_box(buf, b"stsz", |buf| {
        0u32.encode(buf)?;
        (count as u32).encode(buf)?;
        buf.append_table(count, size)
    })
}

/// `tref`: the tracks that hold the audio track's chapters.
pub(super) fn reference(buf: &mut Writer, piece: &Piece) -> Result<()> {
    if piece.chapters.is_empty() {
        return Ok(());
    }
    buf.encode_atom(b"tref", |buf| {
        buf.encode_atom(FourCC::new(b"chap"), |buf| {
            TEXT_TRACK.encode(buf)?;
            if piece.has_pictures() { PICTURE_TRACK.encode(buf) } else { Ok(()) }
        })
    })
}
