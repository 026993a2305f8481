//! Chapters in both forms that players read: QuickTime tracks of titles and pictures, and Nero's list.
//!
//! The audio track refers to a text track as its chapters. That track is disabled, so that players do not play it.
//! Each of its samples is a chapter, as long as the chapter (Apple's QuickTime File Format, "Chapter Lists"). Its
//! samples depend only on the chapters, so they come before the packets. A track of stills does the
//! same for the chapters' pictures. Its samples come after the packets: they are large, and not urgent.

use mp4_atom::{BufMut, Chpl, ChplEntry, Encode, Result, StscEntry, SttsEntry, Visual, Vmhd};

use super::layout::FileLayout;
use super::piece::{Picture, Piece, title_samples};
use super::trak::{Samples, Trak};
use super::writer::Writer;
use crate::timeline::{Frames, ImageType, SampleRate, cut};

/// The title track's ID.
pub(super) const TITLE_TRACK: u32 = 2;
/// The picture track's ID, the highest in the file.
pub(super) const PICTURE_TRACK: u32 = 3;

const HANDLER_NAME: &str = "ChapterHandler";

/// The maximum number of chapters in Nero's list, which counts them in a byte.
pub const MAX_LISTED: usize = 255;

/// The maximum length of a title in Nero's list, which counts its bytes in a byte.
const MAX_LISTED_TITLE: usize = 255;

/// Writes Nero's list, if it can hold all chapters. Its times are in units of 100 ns.
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

/// Rounds down, so that a reader that rounds down to milliseconds gets the frame's own.
fn to_100_ns(frames: Frames, rate: SampleRate) -> u64 {
    let units = u128::from(frames) * 10_000_000 / u128::from(rate.hz());
    u64::try_from(units).unwrap_or(u64::MAX)
}

/// Describes the title track.
pub(super) fn titles(layout: &FileLayout) -> Trak<'_> {
    let sizes: Vec<u32> = title_samples(&layout.track.piece).map(|sample| sample.count() as u32).collect();
    let descriptions = vec![1; sizes.len()];
    let first = layout.packets_offset() - sizes.iter().copied().map(u64::from).sum::<u64>();
    let offsets = starts(first, sizes.clone()).collect();
    Trak {
        id: TITLE_TRACK,
        handler: (b"text", HANDLER_NAME),
        size: (0, 0),
        playback: None,
        media_header: Box::new(text_media_header),
        sample_entries: (1, Box::new(|buf| buf.encode_atom(b"text", text_description))),
        samples: samples(layout, descriptions, sizes, offsets),
    }
}

/// Describes the picture track. The first picture is at offset `first` in the file.
pub(super) fn pictures(layout: &FileLayout, first: u64) -> Trak<'_> {
    let piece = &layout.track.piece;
    let kinds = kinds(piece);
    let side = |side: fn(&Kind) -> u16| kinds.iter().map(side).max().unwrap_or(0);
    let size = (side(|kind| kind.width), side(|kind| kind.height));
    // The kind's index in the list, counted from 1.
    let description = |shown| 1 + kinds.iter().take_while(|kind| **kind != Kind::of(shown)).count() as u32;
    let descriptions = piece.shown().map(description).collect();
    let starts: Vec<u64> = starts(first, piece.pictures.iter().map(|picture| picture.bytes)).collect();
    let offsets = piece.chapters.iter().filter_map(|chapter| starts.get(chapter.picture?).copied()).collect();
    Trak {
        id: PICTURE_TRACK,
        handler: (b"vide", HANDLER_NAME),
        size,
        playback: None,
        media_header: Box::new(|buf| Vmhd::default().encode(buf)),
        samples: samples(layout, descriptions, piece.shown().map(|shown| shown.bytes).collect(), offsets),
        sample_entries: (kinds.len() as u32, Box::new(move |buf| kinds.iter().try_for_each(|kind| kind.encode(buf)))),
    }
}

/// Returns the offsets of adjacent parts with these sizes, the first at `first`.
fn starts(first: u64, sizes: impl IntoIterator<Item = u32>) -> impl Iterator<Item = u64> {
    sizes.into_iter().scan(first, |next, size| {
        let start = *next;
        *next += u64::from(size);
        Some(start)
    })
}

/// Describes one sample for each chapter, as long as the chapter, with its own sample description, size and offset.
/// Each is its own chunk, since some readers take a chunk for a chapter.
fn samples(layout: &FileLayout, descriptions: Vec<u32>, sizes: Vec<u32>, offsets: Vec<u64>) -> Samples<'static> {
    let lengths = layout.track.piece.lengths(layout.track.frames);
    // The lengths fit: see `Piece::check`.
    let deltas = lengths.map(|length| length.unwrap_or(0) as u32);
    let mut chunks: Vec<StscEntry> = Vec::new();
    for (first_chunk, sample_description_index) in (1..).zip(descriptions) {
        if chunks.last().is_none_or(|last| last.sample_description_index != sample_description_index) {
            chunks.push(StscEntry { first_chunk, samples_per_chunk: 1, sample_description_index });
        }
    }
    Samples {
        durations: deltas.map(|sample_delta| SttsEntry { sample_count: 1, sample_delta }).collect(),
        chunks,
        size: Box::new(move |sample| sizes.get(sample).copied().unwrap_or(0)),
        offsets: Box::new(offsets.into_iter()),
    }
}

/// Writes `gmhd`, the media header of QuickTime's own media types ("Base Media Info Atoms", "Text Media
/// Information").
fn text_media_header(buf: &mut Writer) -> Result<()> {
    const DITHER_COPY: u16 = 0x40;
    const IDENTITY: [u32; 9] = [1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30];
    buf.encode_atom(b"gmhd", |buf| {
        buf.full_box(b"gmin", |buf| {
            DITHER_COPY.encode(buf)?;
            [0x8000u16; 3].iter().try_for_each(|colour| colour.encode(buf))?;
            0u32.encode(buf) // balance, reserved
        })?;
        buf.encode_atom(b"text", |buf| IDENTITY.iter().try_for_each(|value| value.encode(buf)))
    })
}

/// Writes the style of the text, if a player shows it ("Text Sample Description"). It is black on black: MediaInfo
/// takes any other colour for the size of a box, and then finds no chapters.
fn text_description(buf: &mut Writer) -> Result<()> {
    [0u8; 6].encode(buf)?; // reserved
    1u16.encode(buf)?; // the data reference that it uses
    0u32.encode(buf)?; // display flags
    1u32.encode(buf)?; // centred text
    [0u8; 6].encode(buf)?; // a black background
    [0u8; 8].encode(buf)?; // the text's box
    [0u8; 8].encode(buf)?; // reserved
    0u32.encode(buf)?; // the font and its face
    [0u8; 3].encode(buf)?; // reserved
    [0u8; 6].encode(buf)?; // black text
    0u8.encode(buf) // the font's name
}

/// The format of pictures of one type and size.
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

    /// Writes an image description ("Image Description", with the types of "Photo-JPEG" and "PNG").
    fn encode(&self, buf: &mut Writer) -> Result<()> {
        let kind = match self.mime_type {
            ImageType::Jpeg => b"jpeg",
            ImageType::Png => b"png ",
        };
        let visual = Visual { data_reference_index: 1, width: self.width, height: self.height, ..Visual::default() };
        buf.encode_atom(kind, |buf| visual.encode(buf))
    }
}

/// Returns the kinds of picture that the chapters show, each once.
fn kinds(piece: &Piece) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for kind in piece.shown().map(Kind::of) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}
