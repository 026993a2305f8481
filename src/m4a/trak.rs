//! Writes the `trak` box of any track in the file, from a description.
//!
//! The description holds all differences between the tracks of audio, chapter titles and chapter pictures. The tables
//! of samples are streamed, because ten hours of audio have a million and a half samples. Clauses are of ISO/IEC
//! 14496-12.

use mp4_atom::{
    BufMut, Dinf, Dref, Elst, ElstEntry, Encode, Error, FourCC, Hdlr, Mdhd, Result, Stsc, StscEntry, Stts, SttsEntry,
    Tkhd, Url,
};

use super::language::{is_tag, iso_639_2};
use super::layout::FileLayout;
use super::writer::Writer;
use crate::timeline::Frames;

/// The type of the sample group.
const ROLL: u32 = u32::from_be_bytes(*b"roll");

/// A function that writes boxes.
pub(super) type Write<'t> = Box<dyn Fn(&mut Writer) -> Result<()> + 't>;

/// The description of a track.
pub(super) struct Trak<'t> {
    pub(super) id: u32,
    /// The handler's type and name.
    pub(super) handler: (&'static [u8; 4], &'static str),
    /// Width and height in pixels; 0 if the track shows nothing.
    pub(super) size: (u16, u16),
    /// The playback settings; `None` for a track that is not played.
    pub(super) playback: Option<Playback>,
    /// Writes the first box of `minf`.
    pub(super) media_header: Write<'t>,
    /// The number of entries in `stsd`, and a function that writes them.
    pub(super) sample_entries: (u32, Write<'t>),
    pub(super) samples: Samples<'t>,
}

/// The settings of a track that is played.
pub(super) struct Playback {
    /// Frames of the media before the timeline's first.
    pub(super) priming: u32,
    /// The IDs of the chapter tracks.
    pub(super) chapter_tracks: Vec<u32>,
}

/// The samples of a track, in chunks.
pub(super) struct Samples<'t> {
    /// Runs of samples with the same length, in frames.
    pub(super) durations: Vec<SttsEntry>,
    pub(super) chunks: Vec<StscEntry>,
    /// Returns the size in bytes of the sample with this index.
    pub(super) size: Box<dyn Fn(usize) -> u32 + 't>,
    /// The offset of each chunk in the file.
    pub(super) offsets: Box<dyn ExactSizeIterator<Item = u64> + 't>,
}

impl Trak<'_> {
    /// Writes the `trak` box.
    pub(super) fn encode(self, buf: &mut Writer, layout: &FileLayout) -> Result<()> {
        let is_played = self.playback.is_some();
        buf.encode_atom(b"trak", |buf| {
            Tkhd {
                track_id: self.id,
                duration: layout.track.frames,
                enabled: is_played,
                in_movie: true,
                volume: u8::from(is_played).into(),
                width: self.size.0.into(),
                height: self.size.1.into(),
                ..Default::default()
            }
            .encode(buf)?;
            if let Some(playback) = &self.playback {
                playback.encode(buf, layout)?;
            }
            buf.encode_atom(b"mdia", |buf| {
                mdhd(buf, layout, self.samples.frames())?;
                Hdlr { handler: self.handler.0.into(), name: self.handler.1.into() }.encode(buf)?;
                buf.encode_atom(b"minf", |buf| {
                    (self.media_header)(buf)?;
                    // The media is in this file.
                    Dinf { dref: Dref { entries: vec![Url::default().into()] } }.encode(buf)?;
                    buf.encode_atom(b"stbl", |buf| {
                        // `mp4-atom`'s `stsd` supports every codec, and would add the code of all of them to the
                        // module.
                        buf.full_box(b"stsd", |buf| {
                            self.sample_entries.0.encode(buf)?;
                            (self.sample_entries.1)(buf)
                        })?;
                        let count = self.samples.count();
                        self.samples.encode(buf, layout.wide)?;
                        if is_played { roll(buf, count) } else { Ok(()) }
                    })
                })
            })
        })
    }
}

impl Playback {
    /// Writes `tref`, which refers to the chapter tracks, and `edts`, which drops the priming.
    fn encode(&self, buf: &mut Writer, layout: &FileLayout) -> Result<()> {
        if !self.chapter_tracks.is_empty() {
            buf.encode_atom(b"tref", |buf| buf.encode_atom(b"chap", |buf| self.chapter_tracks.encode(buf)))?;
        }
        buf.encode_atom(b"edts", |buf| {
            let (segment_duration, media_time) = (layout.track.frames, Some(u64::from(self.priming)));
            Elst { entries: vec![ElstEntry { segment_duration, media_time, media_rate: 1.into() }] }.encode(buf)
        })
    }
}

impl Samples<'_> {
    fn count(&self) -> u32 {
        self.durations.iter().map(|run| run.sample_count).sum()
    }

    fn frames(&self) -> Frames {
        self.durations.iter().map(|run| u64::from(run.sample_count) * u64::from(run.sample_delta)).sum()
    }

    /// Writes `stts`, `stsc`, `stsz`, and `stco` or `co64`.
    fn encode(self, buf: &mut Writer, wide: bool) -> Result<()> {
        let count = self.count();
        Stts { entries: self.durations }.encode(buf)?;
        Stsc { entries: self.chunks }.encode(buf)?;
        buf.full_box(b"stsz", |buf| {
            0u32.encode(buf)?; // each sample has a size of its own
            count.encode(buf)?;
            buf.append_table(count as usize, &self.size)
        })?;
        chunk_offsets(buf, wide, self.offsets)
    }
}

/// Writes `stco`, or `co64` if the file may exceed 4 GiB.
///
/// This is a separate function, like every loop over all packets: V8 optimises whole functions, and would take a
/// tenth of a second for all of `moov` because of one loop.
#[inline(never)]
fn chunk_offsets(buf: &mut Writer, wide: bool, offsets: Box<dyn ExactSizeIterator<Item = u64> + '_>) -> Result<()> {
    let kind = FourCC::new(if wide { b"co64" } else { b"stco" });
    buf.full_box(kind, |buf| {
        (offsets.len() as u32).encode(buf)?;
        for offset in offsets {
            if wide {
                offset.encode(buf)?;
            } else {
                // It fits: `FileLayout` has checked that 32 bits are enough.
                u32::try_from(offset).map_err(|_| Error::TooLarge(kind))?.encode(buf)?;
            }
        }
        Ok(())
    })
}

/// Writes `mdhd` with the language's three-letter code, and `elng` with the whole tag (8.4.2 and 8.4.6).
fn mdhd(buf: &mut Writer, layout: &FileLayout, duration: Frames) -> Result<()> {
    let tag = &layout.track.piece.tags.language;
    let timescale = layout.track.sample_rate.hz();
    Mdhd { timescale, duration, language: iso_639_2(tag), ..Default::default() }.encode(buf)?;
    if !is_tag(tag) {
        return Ok(());
    }
    buf.full_box(b"elng", |buf| {
        tag.as_bytes().encode(buf)?;
        0u8.encode(buf)
    })
}

/// Writes `sgpd` and `sbgp`: a packet decodes correctly only after the previous one (8.9, and 10.1 for `roll`).
fn roll(buf: &mut Writer, packets: u32) -> Result<()> {
    buf.encode_atom(b"sgpd", |buf| {
        // Version 1, entries of two bytes, one entry.
        [1 << 24, ROLL, 2, 1].iter().try_for_each(|value| value.encode(buf))?;
        (-1i16).to_be_bytes().encode(buf)
    })?;
    // One run of all packets, which belong to the first entry.
    buf.full_box(b"sbgp", |buf| [ROLL, 1, packets, 1].iter().try_for_each(|value| value.encode(buf)))
}
