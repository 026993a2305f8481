//! Reads CAF (Apple, "Core Audio Format Specification 1.0"): PCM, A-law and mu-law, and packets of ALAC, AAC and Opus.

use std::sync::Arc;

use symphonia::core::audio::Channels;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known as codecs;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters};
use symphonia::core::formats::Track;
use symphonia::core::formats::well_known::FORMAT_ID_CAF;
use symphonia::core::units::TimeBase;

use super::blocks::{Blocks, Number};
use super::chunks::{Chunks, Data, Form, Stream};
use super::container::{Container, Opened};
use super::packet_table::{PacketTable, TableReader};
use super::source::SourceStream;
use super::{MAX_CHANNELS, MediaError, alac, apple_layout};
use crate::store::ByteSource;

/// The most bytes read of a chunk: layouts of 16 channels, a codec's cookie, and the packet sizes of about fifty hours.
const MOST_LAYOUT: usize = 12 + 20 * 16;
const MOST_COOKIE: usize = 64 * 1024;
const MOST_TABLE: usize = 24 << 20;

/// The size of a packet table's fields before its entries, in bytes.
const TABLE_HEAD: usize = 24;

/// The fields of `desc`.
#[derive(Clone, Copy, Debug)]
struct Description {
    rate: u32,
    codec: [u8; 4],
    flags: u32,
    packet_bytes: u32,
    packet_frames: u32,
    channels: u32,
    bits: u32,
}

/// A file's chunks, read and located.
struct Caf {
    chunks: Chunks,
    description: Description,
    layout: Vec<u8>,
    cookie: Vec<u8>,
    table: Vec<u8>,
    data: Data,
}

/// Opens a CAF file. Returns `None` for other formats.
pub(super) fn open(source: &Arc<dyn ByteSource>) -> Result<Option<Container>, MediaError> {
    describe(source)?.map(Caf::open).transpose()
}

/// Locates the MP3 stream in a CAF file. Returns `None` if there is none.
pub(super) fn stream(source: &Arc<dyn ByteSource>) -> Result<Option<Stream>, MediaError> {
    let is_mp3 = |codec: &[u8; 4]| codec == b".mp3";
    let mut head = [0; 32];
    let count = source.read_at(0, &mut head).map_err(|error| MediaError::Read(error.to_string()))?;
    // The description is always the first chunk, and its codec follows the rate.
    let codec = head.last_chunk().filter(|_| count == head.len() && head.starts_with(b"caff"));
    if !codec.is_some_and(is_mp3) {
        return Ok(None);
    }
    Ok(describe(source)?
        .filter(|caf| is_mp3(&caf.description.codec))
        .map(|caf| Stream { notes: caf.chunks.notes(), bytes: caf.data.bytes }))
}

/// Walks a file's chunks. Returns `None` for other formats.
fn describe(source: &Arc<dyn ByteSource>) -> Result<Option<Caf>, MediaError> {
    let mut stream = SourceStream::new(source.clone());
    if !stream.peek(0, 6).map_err(|error| MediaError::Read(error.to_string()))?.starts_with(b"caff\0\x01") {
        return Ok(None);
    }
    let mut chunks = Chunks::new(stream, Form::Caf, 8);
    let (mut description, mut layout, mut cookie, mut table, mut data) = (None, vec![], vec![], vec![], None);
    while let Some(chunk) = chunks.next()? {
        match &chunk.kind {
            b"desc" if description.is_none() => description = Some(parse(chunks.body(chunk, 32)?)?),
            b"chan" => layout = chunks.body(chunk, MOST_LAYOUT)?.to_vec(),
            b"kuki" => cookie = chunks.body(chunk, MOST_COOKIE)?.to_vec(),
            b"pakt" if table.is_empty() => table = read_table(&mut chunks, chunk.body, chunk.size)?,
            b"data" => {
                // A four-byte edit count precedes the audio.
                let found = chunks.data(chunk.body + 4, chunk.size.map(|size| size.saturating_sub(4)), None)?;
                data = chunks.pass(data, found);
            }
            _ => {}
        }
    }
    let (Some(description), Some(data)) = (description, data) else { return Err(MediaError::CutOff) };
    Ok(Some(Caf { chunks, description, layout, cookie, table, data }))
}

/// Reads a packet table, as far as the file holds it. Reads it in parts, because one read has a limit.
fn read_table(chunks: &mut Chunks, start: u64, size: Option<u64>) -> Result<Vec<u8>, MediaError> {
    const PART: usize = 1 << 20;
    let size = size.unwrap_or(0).min(chunks.len().saturating_sub(start));
    let size = usize::try_from(size).ok().filter(|&size| size <= MOST_TABLE).ok_or(MediaError::NotAudio)?;
    let mut table = Vec::with_capacity(size);
    while table.len() < size {
        let bytes = chunks.read(start + table.len() as u64, PART.min(size - table.len()))?;
        if bytes.is_empty() {
            break;
        }
        table.extend_from_slice(bytes);
    }
    Ok(table)
}

fn parse(desc: &[u8]) -> Result<Description, MediaError> {
    let word = |at: usize| Some(u32::from_be_bytes(*desc.get(at..)?.first_chunk()?));
    let rate = desc.first_chunk().map(|rate| f64::from_be_bytes(*rate));
    let codec = desc.get(8..).and_then(|rest| rest.first_chunk()).copied();
    let (Some(rate), Some(codec), Some(flags), Some(packet_bytes), Some(packet_frames), Some(channels), Some(bits)) =
        (rate, codec, word(12), word(16), word(20), word(24), word(28))
    else {
        return Err(MediaError::CutOff);
    };
    // The cast saturates, and turns NaN into 0.
    Ok(Description { rate: rate.round() as u32, codec, flags, packet_bytes, packet_frames, channels, bits })
}

impl Caf {
    fn open(self) -> Result<Container, MediaError> {
        let channels = match self.description.channels {
            0 => return Err(MediaError::NoChannels),
            count if count as usize > MAX_CHANNELS => return Err(MediaError::TooManyChannels(count as usize)),
            count => count as u16,
        };
        match &self.description.codec {
            b"lpcm" | b"alaw" | b"ulaw" => self.open_blocks(channels),
            b"alac" => self.open_packets(channels, codecs::CODEC_ID_ALAC),
            b"aac " | b"aach" | b"aacp" => self.open_packets(channels, codecs::CODEC_ID_AAC),
            b"opus" => self.open_packets(channels, codecs::CODEC_ID_OPUS),
            other => Err(MediaError::Unsupported(name(other))),
        }
    }

    fn open_blocks(self, channels: u16) -> Result<Container, MediaError> {
        const IS_FLOAT: u32 = 1;
        const IS_LITTLE_ENDIAN: u32 = 2;
        let Description { rate, codec, flags, packet_bytes, packet_frames, bits, .. } = self.description;
        let mut blocks = match &codec {
            b"alaw" => Blocks::of_frames(codecs::CODEC_ID_PCM_ALAW, rate, channels, 1),
            b"ulaw" => Blocks::of_frames(codecs::CODEC_ID_PCM_MULAW, rate, channels, 1),
            _ => {
                let number = if flags & IS_FLOAT != 0 { Number::Float } else { Number::Signed };
                let by_bits = u64::from(bits.div_ceil(8));
                let (size, count) = (u64::from(packet_bytes), u64::from(channels) * u64::from(packet_frames.max(1)));
                let is_sound = size.is_multiple_of(count) && size / count >= by_bits;
                let bytes = if is_sound { size / count } else { by_bits };
                Blocks::of_pcm(number, flags & IS_LITTLE_ENDIAN == 0, rate, channels, bytes)?
            }
        };
        blocks.bits = Some(bits);
        blocks.layout = apple_layout::layout(&self.layout, channels.into());
        let edges = self.edges();
        let mut container = blocks.open(FORMAT_ID_CAF, self.chunks, self.data)?;
        if let Some(track) = container.tracks.first_mut() {
            trim(track, edges);
        }
        Ok(container)
    }

    fn open_packets(self, channels: u16, codec: AudioCodecId) -> Result<Container, MediaError> {
        let Description { rate, packet_bytes, packet_frames, .. } = self.description;
        // Without a table, neither the packets' positions nor their count is known.
        let edges = self.edges().filter(|_| self.table.len() >= TABLE_HEAD).ok_or(MediaError::CutOff)?;
        let count = self.table.first_chunk().map_or(0, |count| u64::from_be_bytes(*count));
        let mut entries = self.table;
        entries.drain(..TABLE_HEAD);
        let table = PacketTable::new(entries, count, packet_bytes.into(), packet_frames.into());
        let rate = if codec == codecs::CODEC_ID_OPUS { 48_000 } else { rate };
        let told = apple_layout::layout(&self.layout, channels.into()).filter(|_| codec == codecs::CODEC_ID_ALAC);
        let layout = told.and_then(|told| alac::layout(&self.cookie, Some(told)));
        let mut params = AudioCodecParameters::new();
        params.for_codec(codec).with_sample_rate(rate).with_channels(Channels::Discrete(channels));
        let extra = match codec {
            codecs::CODEC_ID_AAC => audio_specific_config(&self.cookie).ok_or(MediaError::CutOff)?,
            codecs::CODEC_ID_OPUS => opus_head(&self.cookie, channels, edges.1),
            _ => self.cookie,
        };
        params.with_extra_data(extra.into());
        let mut track = Track::new(0);
        track.with_codec_params(CodecParameters::Audio(params)).with_num_frames(table.frames());
        track.time_base = TimeBase::try_from_recip(rate);
        trim(&mut track, Some(edges));
        let notes = self.chunks.notes();
        let reader = TableReader::new(self.chunks.into_stream(), self.data.bytes, table);
        let opened = Opened::Table(Box::new(reader));
        Ok(Container { format: FORMAT_ID_CAF, tracks: vec![track], opened, layout, notes })
    }

    /// Returns the packet table's counts of valid frames and of priming frames.
    fn edges(&self) -> Option<(u64, u32)> {
        let valid = u64::from_be_bytes(*self.table.get(8..)?.first_chunk()?);
        let priming = u32::from_be_bytes(*self.table.get(16..)?.first_chunk()?);
        Some((valid, priming))
    }
}

/// Trims a track to its valid frames, if it has that many. Trims only the priming if the file was truncated.
fn trim(track: &mut Track, edges: Option<(u64, u32)>) {
    let Some((valid, priming)) = edges.filter(|&(valid, _)| valid > 0) else { return };
    match track.num_frames.map(|frames| frames.checked_sub(priming.into())) {
        None => {
            track.with_delay(priming);
        }
        Some(Some(behind)) if valid <= behind => {
            track.with_delay(priming).with_num_frames(valid);
        }
        Some(_) => {}
    }
}

/// Finds the AudioSpecificConfig in an elementary stream descriptor (ISO/IEC 14496-1, 7.2.6.5), with or without an
/// MP4 box header.
fn audio_specific_config(cookie: &[u8]) -> Option<Vec<u8>> {
    const ES: u8 = 3;
    const DECODER_CONFIG: u8 = 4;
    const DECODER_SPECIFIC: u8 = 5;
    let mut rest = match cookie.get(4..8) {
        Some(b"esds") => cookie.get(12..)?,
        _ => cookie,
    };
    loop {
        let (&tag, mut body) = rest.split_first()?;
        let mut size = 0usize;
        for _ in 0..4 {
            let (&byte, after) = body.split_first()?;
            body = after;
            size = size << 7 | usize::from(byte & 0x7f);
            if byte < 0x80 {
                break;
            }
        }
        rest = match tag {
            ES => {
                let flags = *body.get(2)?;
                let url = if flags & 0x40 != 0 { 1 + usize::from(*body.get(3)?) } else { 0 };
                body.get(3 + usize::from(flags >> 7) * 2 + url + usize::from(flags >> 5 & 1) * 2..)?
            }
            DECODER_CONFIG => body.get(13..)?,
            DECODER_SPECIFIC => return body.get(..size).filter(|config| !config.is_empty()).map(<[u8]>::to_vec),
            _ => body.get(size..)?,
        };
    }
}

/// Returns Opus's header (RFC 7845, 5.1). Apple's files have none; their pre-skip is the packet table's priming.
fn opus_head(cookie: &[u8], channels: u16, priming: u32) -> Vec<u8> {
    if cookie.starts_with(b"OpusHead") {
        return cookie.to_vec();
    }
    let skipped = u16::try_from(priming).unwrap_or(u16::MAX).to_le_bytes();
    [&b"OpusHead\x01"[..], &[channels as u8], &skipped, &48_000u32.to_le_bytes(), &[0, 0, 0]].concat()
}

/// Returns the name of a codec that is not read from CAF.
fn name(codec: &[u8; 4]) -> &'static str {
    match codec {
        b"ima4" => "IMA ADPCM",
        b"MAC3" | b"MAC6" => "MACE",
        b"QDMC" | b"QDM2" => "QDesign Music",
        b"Qclp" => "QCELP",
        b".mp1" => "MPEG layer I",
        b".mp2" => "MPEG layer II",
        b"ac-3" => "AC-3",
        b"ec-3" => "E-AC-3",
        b"flac" => "FLAC in CAF",
        b"samr" => "AMR",
        b"ilbc" => "iLBC",
        b"aacl" => "AAC-LD",
        b"aace" | b"aacf" | b"aacg" => "AAC-ELD",
        b"usac" => "xHE-AAC",
        b"agsm" | b"GSM " => "GSM 6.10",
        b"ms\0\x02" => "ADPCM in CAF",
        b"ms\0\x11" => "ADPCM in CAF",
        b"ms\0\x31" => "GSM 6.10",
        _ => "something unknown",
    }
}
