//! The file's boxes: one function for each box that holds others, in the order in which they stand.
//!
//! The leaves are `mp4-atom`'s. The boxes around them are written here, for the order that ISO/IEC 14496-12 recommends
//! ("Box order") and readers know best, and so that the tables of packets go straight from their sizes to the header:
//! ten hours have a million and a half packets. Boxes are of ISO/IEC 14496-12 unless their function names another
//! source.

use mp4_atom::esds::{DecoderConfig, DecoderSpecific, EsDescriptor, Esds, SLConfig};
use mp4_atom::{
    AnySampleGroupEntry, Audio, BufMut, Elst, ElstEntry, Encode, Error, FourCC, Ftyp, Hdlr, Mp4a, Mvhd, Result, Sbgp,
    SbgpEntry, Sgpd, SgpdEntry, Smhd, Stsc, StscEntry, Stts, SttsEntry, Tkhd,
};

use super::chapters::{self, data_information, media_header, sample_descriptions};
use super::layout::FileLayout;
use super::writer::{Sizes, Writer};
use super::{AUDIO_TRACK, FRAMES_PER_PACKET, metadata};

const M4A: FourCC = FourCC::new(b"M4A ");
const ROLL: FourCC = FourCC::new(b"roll");

/// Writes all that comes before the first packet. What is written has the same length for all sizes of packets.
pub(super) fn header(buf: &mut Writer, layout: &FileLayout, sizes: Sizes) -> Result<()> {
    let compatible_brands = vec![M4A, FourCC::new(b"mp42"), FourCC::new(b"isom")];
    Ftyp { major_brand: M4A, minor_version: 0, compatible_brands }.encode(buf)?;
    moov(buf, layout, sizes)?;
    mdat(buf, layout, sizes)
}

/// Only the header: the chapters' titles, the packets and the pictures follow. `mp4-atom` has sizes of 32 bits in wasm,
/// so this one is written by hand.
fn mdat(buf: &mut Writer, layout: &FileLayout, sizes: Sizes) -> Result<()> {
    let kind = FourCC::new(b"mdat");
    let bytes = layout.lead_len + sizes.total() + layout.track.piece.picture_bytes();
    if layout.wide {
        1u32.encode(buf)?; // the size comes after the type, in 64 bits
        kind.encode(buf)?;
        (bytes + 16).encode(buf)
    } else {
        narrow(bytes + 8, kind)?.encode(buf)?;
        kind.encode(buf)
    }
}

fn moov(buf: &mut Writer, layout: &FileLayout, sizes: Sizes) -> Result<()> {
    buf.encode_atom(b"moov", |buf| {
        Mvhd {
            creation_time: 0,
            modification_time: 0,
            timescale: layout.track.sample_rate.hz(),
            duration: layout.track.frames,
            rate: 1.into(),
            volume: 1.into(),
            matrix: Default::default(),
            next_track_id: chapters::PICTURE_TRACK + 1,
        }
        .encode(buf)?;
        trak(buf, layout, sizes)?;
        chapters::traks(buf, layout, layout.packets_start() + sizes.total())?;
        metadata::user_data(buf, &layout.track)
    })
}

fn trak(buf: &mut Writer, layout: &FileLayout, sizes: Sizes) -> Result<()> {
    let track = &layout.track;
    buf.encode_atom(b"trak", |buf| {
        Tkhd {
            track_id: AUDIO_TRACK,
            duration: track.frames,
            enabled: true,
            in_movie: true,
            volume: 1.into(),
            ..Default::default()
        }
        .encode(buf)?;
        chapters::reference(buf, &track.piece)?;
        buf.encode_atom(b"edts", |buf| {
            let media_time = Some(u64::from(track.priming));
            Elst { entries: vec![ElstEntry { segment_duration: track.frames, media_time, media_rate: 1.into() }] }
                .encode(buf)
        })?;
        mdia(buf, layout, sizes)
    })
}

fn mdia(buf: &mut Writer, layout: &FileLayout, sizes: Sizes) -> Result<()> {
    buf.encode_atom(b"mdia", |buf| {
        media_header(buf, layout, u64::from(layout.packets) * u64::from(FRAMES_PER_PACKET))?;
        Hdlr { handler: b"soun".into(), name: "SoundHandler".into() }.encode(buf)?;
        buf.encode_atom(b"minf", |buf| {
            Smhd::default().encode(buf)?;
            data_information(buf)?;
            stbl(buf, layout, sizes)
        })
    })
}

fn stbl(buf: &mut Writer, layout: &FileLayout, sizes: Sizes) -> Result<()> {
    buf.encode_atom(b"stbl", |buf| {
        sample_descriptions(buf, 1, |buf| mp4a(layout, sizes)?.encode(buf))?;
        Stts { entries: vec![SttsEntry { sample_count: layout.packets, sample_delta: FRAMES_PER_PACKET }] }
            .encode(buf)?;
        stsc(layout).encode(buf)?;
        chapters::sizes(buf, sizes.count(), |packet| sizes.get(packet).into())?;
        packet_offsets(buf, layout, sizes)?;
        roll(buf, layout)
    })
}

/// The sample entry, with its `esds` (ISO/IEC 14496-14, and 14496-1, "ES_Descriptor").
fn mp4a(layout: &FileLayout, sizes: Sizes) -> Result<Mp4a> {
    const MPEG_4_AUDIO: u8 = 0x40;
    const AUDIO_STREAM: u8 = 5;
    let track = &layout.track;
    let rate = u16::try_from(track.sample_rate.hz()).map_err(|_| Error::Unsupported("sample rates over 65,535 Hz"))?;
    let (avg_bitrate, max_bitrate) = bit_rates(layout, sizes);
    let dec_config = DecoderConfig {
        object_type_indication: MPEG_4_AUDIO,
        stream_type: AUDIO_STREAM,
        up_stream: 0,
        buffer_size_db: [0, (track.max_packet_bytes() >> 8) as u8, track.max_packet_bytes() as u8].into(),
        max_bitrate,
        avg_bitrate,
        dec_specific: Some(DecoderSpecific { raw: track.audio_specific_config.clone(), ..Default::default() }),
    };
    Ok(Mp4a {
        audio: Audio {
            data_reference_index: 1,
            channel_count: track.layout.channels() as u16,
            sample_size: 16,
            sample_rate: rate.into(),
        },
        esds: Esds { es_desc: EsDescriptor { dec_config, sl_config: SLConfig {}, ..Default::default() } },
        btrt: None,
        taic: None,
    })
}

/// The average, and the highest of any second, in bits a second.
fn bit_rates(layout: &FileLayout, sizes: Sizes) -> (u32, u32) {
    let rate = |bytes: u64, packets: u32| {
        let frames = u64::from(packets) * u64::from(FRAMES_PER_PACKET);
        // At most 1536 bytes a packet: it fits.
        (bytes * 8 * u64::from(layout.track.sample_rate.hz()) / frames) as u32
    };
    let average = rate(sizes.total(), layout.packets);
    (average, average.max(rate(sizes.most(), packets_per_chunk(layout))))
}

/// A chunk is what a player reads at once: about a second.
pub(super) fn packets_per_chunk(layout: &FileLayout) -> u32 {
    (layout.track.sample_rate.hz() / FRAMES_PER_PACKET).max(1)
}

fn stsc(layout: &FileLayout) -> Stsc {
    let samples_per_chunk = packets_per_chunk(layout);
    let (full, rest) = (layout.packets / samples_per_chunk, layout.packets % samples_per_chunk);
    let runs = [(1, samples_per_chunk, full), (full + 1, rest, rest)];
    let entries = runs.into_iter().filter(|&(_, _, count)| count > 0);
    Stsc {
        entries: entries
            .map(|(first_chunk, samples_per_chunk, _)| StscEntry {
                first_chunk,
                samples_per_chunk,
                sample_description_index: 1,
            })
            .collect(),
    }
}

/// A function of its own, as every loop over all packets: V8 optimises whole functions, and would take a tenth of a
/// second over all of `moov` for one of its loops.
#[inline(never)]
fn packet_offsets(buf: &mut Writer, layout: &FileLayout, sizes: Sizes) -> Result<()> {
    let packets = packets_per_chunk(layout);
    let chunks = layout.packets.div_ceil(packets);
    let mut offset = layout.packets_start();
    let offsets = (0..chunks).map(|chunk| {
        let start = offset;
        offset += sizes.of_chunk(chunk as usize, packets as usize);
        start
    });
    chunk_offsets(buf, layout.wide, chunks, offsets)
}

/// `stco`, or `co64` where the file may be longer than 4 GiB.
pub(super) fn chunk_offsets(
    buf: &mut Writer,
    wide: bool,
    chunks: u32,
    offsets: impl Iterator<Item = u64>,
) -> Result<()> {
    let kind = FourCC::new(if wide { b"co64" } else { b"stco" });
    full_box(buf, kind, |buf| {
        chunks.encode(buf)?;
        for offset in offsets {
            if wide { offset.encode(buf)? } else { narrow(offset, kind)?.encode(buf)? }
        }
        Ok(())
    })
}

/// Every packet needs the one before it to be decoded right (8.9, and 10.1 for `roll`).
fn roll(buf: &mut Writer, layout: &FileLayout) -> Result<()> {
    let distance = (-1i16).to_be_bytes();
    let length = distance.len() as u32;
    let entry = AnySampleGroupEntry::UnknownGroupingType(ROLL, distance.into());
    Sgpd {
        grouping_type: ROLL,
        default_length: Some(length),
        default_group_description_index: None,
        static_group_description: false,
        static_mapping: false,
        essential: false,
        entries: vec![SgpdEntry { description_length: Some(length), entry }],
    }
    .encode(buf)?;
    Sbgp {
        grouping_type: ROLL,
        grouping_type_parameter: None,
        entries: vec![SbgpEntry { sample_count: layout.packets, group_description_index: 1 }],
    }
    .encode(buf)
}

/// A size or an offset in 32 bits, where [`FileLayout`] found that to be enough.
fn narrow(value: u64, kind: FourCC) -> Result<u32> {
    u32::try_from(value).map_err(|_| Error::TooLarge(kind))
}

/// A box of version 0 without flags.
pub(super) fn full_box(
    buf: &mut Writer,
    kind: impl Into<FourCC>,
    body: impl FnOnce(&mut Writer) -> Result<()>,
) -> Result<()> {
    buf.encode_atom(kind, |buf| {
        0u32.encode(buf)?;
        body(buf)
    })
}
