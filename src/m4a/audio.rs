//! The audio track: its description, its sample entry, and its packets in chunks.

use mp4_atom::esds::{DecoderConfig, DecoderSpecific, EsDescriptor, Esds, SLConfig};
use mp4_atom::{Audio, Encode, Error, Mp4a, Result, Smhd, StscEntry, SttsEntry};

use super::chapters::{PICTURE_TRACK, TITLE_TRACK};
use super::layout::FileLayout;
use super::track::FRAMES_PER_PACKET;
use super::trak::{Playback, Samples, Trak};
use super::writer::Sizes;

/// The audio track's ID.
const AUDIO_TRACK: u32 = 1;

/// Describes the audio track.
pub(super) fn track<'t>(layout: &'t FileLayout, sizes: Sizes<'t>) -> Trak<'t> {
    let piece = &layout.track.piece;
    let chapter_tracks = [(TITLE_TRACK, !piece.chapters.is_empty()), (PICTURE_TRACK, piece.has_pictures())];
    let chapter_tracks = chapter_tracks.into_iter().filter_map(|(id, is_there)| is_there.then_some(id)).collect();
    Trak {
        id: AUDIO_TRACK,
        handler: (b"soun", "SoundHandler"),
        size: (0, 0),
        playback: Some(Playback { priming: layout.track.priming, chapter_tracks }),
        media_header: Box::new(|buf| Smhd::default().encode(buf)),
        sample_entries: (1, Box::new(move |buf| mp4a(layout, sizes)?.encode(buf))),
        samples: packets(layout, sizes),
    }
}

/// Returns the sample entry, with its `esds` (ISO/IEC 14496-14, and 14496-1, "ES_Descriptor").
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

/// Returns the average bit rate and the highest of any second, in bits per second.
fn bit_rates(layout: &FileLayout, sizes: Sizes) -> (u32, u32) {
    let rate = |bytes: u64, packets: u32| {
        let frames = u64::from(packets) * u64::from(FRAMES_PER_PACKET);
        // It fits: a packet has at most 1536 bytes.
        (bytes * 8 * u64::from(layout.track.sample_rate.hz()) / frames) as u32
    };
    let average = rate(sizes.total(), layout.packets);
    (average, average.max(rate(sizes.most(), layout.packets_per_chunk())))
}

/// Describes the packets. A chunk holds about a second.
fn packets<'t>(layout: &'t FileLayout, sizes: Sizes<'t>) -> Samples<'t> {
    let samples_per_chunk = layout.packets_per_chunk();
    let (full, rest) = (layout.packets / samples_per_chunk, layout.packets % samples_per_chunk);
    let runs = [(1, samples_per_chunk, full), (full + 1, rest, rest)].into_iter().filter(|&(_, _, count)| count > 0);
    let chunks = runs.map(|(first_chunk, samples_per_chunk, _)| StscEntry {
        first_chunk,
        samples_per_chunk,
        sample_description_index: 1,
    });
    let mut next = layout.packets_offset();
    let offsets = (0..layout.chunks()).map(move |chunk| {
        let start = next + layout.before_chunk(chunk);
        next = start + sizes.of_chunk(chunk as usize, samples_per_chunk as usize);
        start
    });
    Samples {
        durations: vec![SttsEntry { sample_count: layout.packets, sample_delta: FRAMES_PER_PACKET }],
        chunks: chunks.collect(),
        size: Box::new(move |packet| sizes.get(packet).into()),
        offsets: Box::new(offsets),
    }
}
