//! Reads the sound tracks in a `moov` box (ISO/IEC 14496-12, 8.2 to 8.8), and locates their tables. Other tracks are
//! read only as far as needed to tell that they are not sound.

use std::io;

use super::boxes::{Fields, Found, boxes, child, find, read, read_body};
use super::edges::{Edit, Smpb, smpb};
use crate::store::ByteSource;

/// The most tracks that are read.
const MAX_TRACKS: usize = 1000;

/// The most edits that are read. A longer list is an arrangement by an editing program, not the edges of a recording.
const MAX_EDITS: usize = 1000;

/// The largest free-form tag that is read, in bytes.
const MAX_TAG: usize = 4096;

/// A movie.
#[derive(Debug, Default)]
pub(super) struct Movie {
    /// Ticks per second of the edits' durations.
    pub(super) timescale: u32,
    pub(super) tracks: Vec<SoundTrack>,
    /// Whether there may be fragments.
    pub(super) is_extended: bool,
    pub(super) defaults: Vec<Defaults>,
    pub(super) gapless: Option<Smpb>,
}

/// A sound track.
#[derive(Debug, Default)]
pub(super) struct SoundTrack {
    pub(super) id: u32,
    /// Ticks per second of its samples' times.
    pub(super) timescale: u32,
    /// The length in ticks; 0 if it is unknown.
    pub(super) duration: u64,
    pub(super) edits: Vec<Edit>,
    pub(super) descriptions: Option<Found>,
    pub(super) times: Option<Found>,
    pub(super) to_chunk: Option<Found>,
    pub(super) sizes: Option<Found>,
    pub(super) offsets: Option<Found>,
}

/// The defaults for samples in a track's fragments (`trex`).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Defaults {
    pub(super) track: u32,
    pub(super) description: u32,
    pub(super) size: u32,
}

/// Reads a `moov` box.
pub(super) fn read_movie(source: &dyn ByteSource, movie: &Found) -> io::Result<Movie> {
    let mut found = Movie::default();
    for part in boxes(source, movie.contents()) {
        let part = part?;
        match &part.kind {
            b"mvhd" => found.timescale = read_clock(source, &part)?.unwrap_or_default().0,
            b"trak" if found.tracks.len() < MAX_TRACKS => found.tracks.extend(read_track(source, &part)?),
            b"mvex" => {
                found.is_extended = true;
                for part in boxes(source, part.contents()).take(MAX_TRACKS) {
                    found.defaults.extend(read_defaults(source, &part?)?);
                }
            }
            b"udta" => found.gapless = read_gapless(source, &part)?,
            _ => {}
        }
    }
    Ok(found)
}

/// Reads a track. Returns `None` if it is not a sound track.
fn read_track(source: &dyn ByteSource, track: &Found) -> io::Result<Option<SoundTrack>> {
    let mut found = SoundTrack::default();
    let mut handler = None;
    for part in boxes(source, track.contents()) {
        let part = part?;
        match &part.kind {
            b"tkhd" => found.id = read_id(source, &part)?.unwrap_or_default(),
            b"edts" => {
                if let Some(list) = find(source, part.contents(), b"elst")? {
                    found.edits = read_edits(source, &list)?;
                }
            }
            b"mdia" => {
                for part in boxes(source, part.contents()) {
                    let part = part?;
                    match &part.kind {
                        b"mdhd" => (found.timescale, found.duration) = read_clock(source, &part)?.unwrap_or_default(),
                        b"hdlr" => handler = read(source, part.body + 8, 4)?,
                        b"minf" => {
                            if let Some(tables) = find(source, part.contents(), b"stbl")? {
                                note_tables(source, &tables, &mut found)?;
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Ok(Some(found).filter(|_| handler.as_deref() == Some(b"soun")))
}

fn note_tables(source: &dyn ByteSource, tables: &Found, track: &mut SoundTrack) -> io::Result<()> {
    for part in boxes(source, tables.contents()) {
        let part = part?;
        let place = match &part.kind {
            b"stsd" => &mut track.descriptions,
            b"stts" => &mut track.times,
            b"stsc" => &mut track.to_chunk,
            b"stsz" | b"stz2" => &mut track.sizes,
            b"stco" | b"co64" => &mut track.offsets,
            _ => continue,
        };
        place.get_or_insert(part);
    }
    Ok(())
}

/// Reads the timescale and the duration in an `mvhd` or `mdhd` box.
fn read_clock(source: &dyn ByteSource, found: &Found) -> io::Result<Option<(u32, u64)>> {
    let Some(body) = read(source, found.body, 32)? else { return Ok(None) };
    let mut fields = Fields(&body);
    let is_wide = body.first() == Some(&1);
    let clock = (|| {
        fields.take(4 + if is_wide { 16 } else { 8 })?;
        let timescale = fields.u32()?;
        let unknown = if is_wide { u64::MAX } else { u32::MAX.into() };
        let duration = fields.wide(is_wide)?;
        Some((timescale, if duration == unknown { 0 } else { duration }))
    })();
    Ok(clock)
}

fn read_id(source: &dyn ByteSource, header: &Found) -> io::Result<Option<u32>> {
    let Some(body) = read(source, header.body, 24)? else { return Ok(None) };
    let mut fields = Fields(&body);
    let times = if body.first() == Some(&1) { 16 } else { 8 };
    Ok(fields.take(4 + times).and_then(|_| fields.u32()))
}

/// Reads an edit list (ISO/IEC 14496-12, 8.6.6). Returns no edits if the list is too long.
fn read_edits(source: &dyn ByteSource, list: &Found) -> io::Result<Vec<Edit>> {
    let Some(body) = read_body(source, list, 8 + 20 * MAX_EDITS)? else { return Ok(Vec::new()) };
    let is_wide = body.first() == Some(&1);
    let mut fields = Fields(&body);
    let count = fields.take(4).and_then(|_| fields.u32()).unwrap_or(0);
    let edits = (0..count).map_while(|_| {
        let ticks = fields.wide(is_wide)?;
        let time = fields.wide(is_wide)?;
        let is_empty = time > if is_wide { i64::MAX as u64 } else { i32::MAX as u64 };
        Some(Edit { ticks, time: Some(time).filter(|_| !is_empty), rate: fields.u32()? })
    });
    Ok(edits.collect())
}

fn read_defaults(source: &dyn ByteSource, found: &Found) -> io::Result<Option<Defaults>> {
    if &found.kind != b"trex" {
        return Ok(None);
    }
    let Some(body) = read(source, found.body, 20)? else { return Ok(None) };
    let mut fields = Fields(&body);
    let defaults = (|| {
        fields.take(4)?;
        let (track, description, _, size) = (fields.u32()?, fields.u32()?, fields.u32()?, fields.u32()?);
        Some(Defaults { track, description, size })
    })();
    Ok(defaults)
}

/// Finds `iTunSMPB` among a movie's tags. Skips the others, such as covers.
fn read_gapless(source: &dyn ByteSource, user: &Found) -> io::Result<Option<Smpb>> {
    let Some(meta) = find(source, user.contents(), b"meta")? else { return Ok(None) };
    // In QuickTime `meta` is a plain box; in MP4 it has a version and flags.
    let Some(head) = read(source, meta.body, 8)? else { return Ok(None) };
    let skipped = if head.get(4..) == Some(b"hdlr") { 0 } else { 4 };
    let Some(tags) = find(source, meta.contents_from(skipped), b"ilst")? else { return Ok(None) };
    for tag in boxes(source, tags.contents()) {
        let tag = tag?;
        if &tag.kind == b"----"
            && let Some(item) = read_body(source, &tag, MAX_TAG)?
            && let Some(smpb) = smpb(&item)
        {
            return Ok(Some(smpb));
        }
    }
    Ok(None)
}

/// The contents of an `stsd` box.
pub(super) struct Descriptions {
    /// The kind and body of each sample entry.
    pub(super) entries: Vec<([u8; 4], Vec<u8>)>,
    /// Whether the box's version makes its entries of version 1 ISO's, not QuickTime's (ISO/IEC 14496-12, 12.2.3).
    pub(super) is_iso: bool,
}

/// Reads the sample entries of an `stsd` box, up to `most` bytes each.
pub(super) fn read_descriptions(source: &dyn ByteSource, found: &Found, most: usize) -> io::Result<Descriptions> {
    const MAX_ENTRIES: usize = 64;
    let is_iso = read(source, found.body, 1)?.is_some_and(|version| version.first() == Some(&1));
    let mut entries = Vec::new();
    for entry in boxes(source, found.contents_from(8)).take(MAX_ENTRIES) {
        let entry = entry?;
        entries.push((entry.kind, read_body(source, &entry, most)?.unwrap_or_default()));
    }
    Ok(Descriptions { entries, is_iso })
}

/// Returns the ticks of each sample, if all but a shorter last one have the same number, and the ticks of all samples
/// (ISO/IEC 14496-12, 8.6.1.2). The total is unknown if the table is long.
pub(super) fn read_times(source: &dyn ByteSource, found: &Found) -> io::Result<(Option<u32>, Option<u64>)> {
    const MAX_READ: u32 = 500;
    let Some(head) = read(source, found.body, 8)? else { return Ok((None, None)) };
    let count = Fields(head.get(4..).unwrap_or(&[])).u32().unwrap_or(0).min(MAX_READ + 1);
    let Some(body) = read(source, found.body + 8, 8 * count as usize)? else { return Ok((None, None)) };
    let mut fields = Fields(&body);
    let entries: Vec<(u32, u32)> =
        std::iter::from_fn(|| Some((fields.u32()?, fields.u32()?))).take(count as usize).collect();
    let even = match entries[..] {
        [(_, ticks)] => Some(ticks),
        [(_, ticks), (1, last)] if last <= ticks => Some(ticks),
        _ => None,
    };
    let sum = entries.iter().map(|&(count, ticks)| u64::from(count) * u64::from(ticks)).fold(0, u64::saturating_add);
    Ok((even, Some(sum).filter(|_| count <= MAX_READ)))
}

/// Finds a box in an entry, or in the `wave` box in which QuickTime keeps the decoder's configuration.
pub(super) fn in_entry<'a>(boxes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    child(boxes, kind).or_else(|| child(child(boxes, b"wave")?, kind))
}
