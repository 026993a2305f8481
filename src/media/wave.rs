//! Reads WAVE (Microsoft, "Multiple Channel Audio Data and WAVE Files"; EBU Tech 3285): RIFF, big-endian RIFX, RF64
//! and BW64 for more than 4 GiB (EBU Tech 3306; ITU-R BS.2088), and Sony's Wave64.

use std::sync::Arc;

use symphonia::core::codecs::audio::well_known as codecs;
use symphonia::core::formats::well_known::FORMAT_ID_WAVE;

use super::blocks::{Blocks, Number, adpcm_frames};
use super::chunks::{Chunk, Chunks, Data, Form, Stream};
use super::container::Container;
use super::frame_headers::{Framing, HEADER, Header};
use super::source::SourceStream;
use super::{ChannelLayout, MediaError};
use crate::store::ByteSource;

/// Format tags (RFC 2361; Microsoft's `mmreg.h`).
const PCM: u16 = 0x0001;
const MS_ADPCM: u16 = 0x0002;
const FLOAT: u16 = 0x0003;
const A_LAW: u16 = 0x0006;
const MU_LAW: u16 = 0x0007;
const IMA_ADPCM: u16 = 0x0011;
const MP3: u16 = 0x0055;
const ADTS: u16 = 0x1600;

/// The tags of AAC without a container, which may nevertheless be ADTS.
const AAC: [u16; 5] = [0x00ff, 0x1601, 0x1610, 0x706d, 0xa106];
const EXTENSIBLE: u16 = 0xfffe;

/// The largest `fmt ` that is read, in bytes: 18, and as many as 16 bits can count.
const MAX_FMT: usize = 18 + 0xffff;

/// The bytes after the format tag in a sub-format (`KSDATAFORMAT_SUBTYPE`).
const SUBTYPE_TAIL: [u8; 12] = [0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/// The same bytes for ambisonics, which are PCM.
const AMBISONIC_TAIL: [u8; 12] = [0x21, 0x07, 0xd3, 0x11, 0x86, 0x44, 0xc8, 0xc1, 0xca, 0, 0, 0];

/// Sub-formats without a format tag.
const OTHERS: [([u8; 4], &str); 4] = [
    ([0x2c, 0x80, 0x6d, 0xe0], "AC-3"),
    ([0xaf, 0x87, 0xfb, 0xa7], "E-AC-3"),
    ([0xbf, 0xaa, 0x23, 0xe9], "ATRAC3+"),
    ([0x2b, 0x80, 0x6d, 0xe0], "MPEG layer II"),
];

/// The fields of `fmt `.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Format {
    tag: u16,
    channels: u16,
    rate: u32,
    bytes_per_second: u32,
    block_align: u16,
    bits: u16,
    /// The significant bits of a sample; 0 if not declared.
    valid_bits: u16,
    mask: u32,
    is_big_endian: bool,
}

/// A WAVE file's chunks, read and located.
struct Wave {
    chunks: Chunks,
    format: Format,
    /// The number of frames in `fact`.
    frames: Option<u64>,
    data: Data,
}

/// Opens a WAVE file. Returns `None` for other formats.
pub(super) fn open(source: &Arc<dyn ByteSource>) -> Result<Option<Container>, MediaError> {
    let Some(Wave { chunks, format, frames, data }) = describe(source)? else { return Ok(None) };
    let mut blocks = blocks(format)?;
    blocks.promised = frames;
    blocks.layout = ChannelLayout::of_wave_mask(format.mask, format.channels.into());
    blocks.open(FORMAT_ID_WAVE, chunks, data).map(Some)
}

/// Locates the MP3 or ADTS stream in a WAVE file. Returns `None` if there is none.
pub(super) fn stream(source: &Arc<dyn ByteSource>) -> Result<Option<Stream>, MediaError> {
    let Some(Opening { mut chunks, form, .. }) = begin(source)? else { return Ok(None) };
    while let Some(chunk) = chunks.next()? {
        match &chunk.kind {
            b"fmt " => match parse(chunks.body(chunk, MAX_FMT)?, form) {
                Ok(Format { tag, .. }) if tag == MP3 || tag == ADTS || AAC.contains(&tag) => break,
                _ => return Ok(None),
            },
            b"data" => return Ok(None),
            _ => {}
        }
    }
    let Some(Wave { mut chunks, format, data, .. }) = describe(source)? else { return Ok(None) };
    let is_stream = match format.tag {
        MP3 | ADTS => true,
        _ => Header::parse(Framing::Adts, chunks.read(data.bytes.start, HEADER)?).is_some(),
    };
    Ok(is_stream.then(|| Stream { notes: chunks.notes(), bytes: data.bytes }))
}

/// Returns the format of a WAVE file's chunks, and the first one's position. Returns `None` for other formats.
fn form(head: &[u8]) -> Option<(Form, u64)> {
    // "riff" with the rest of its identifier; after a size, "wave".
    const RIFF: [u8; 16] = *b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0";
    let kind = |at: usize| head.get(at..at + 4);
    match (kind(0)?, kind(8)?) {
        (b"RIFF" | b"RF64" | b"BW64", b"WAVE") => Some((Form::Riff, 12)),
        // Some RIFX files are little-endian. The first chunk is never so large that its top byte is not zero.
        (b"RIFX", b"WAVE") if head.get(16) == Some(&0) => Some((Form::Iff, 12)),
        (b"RIFX", b"WAVE") => Some((Form::Riff, 12)),
        (b"riff", _) if head.starts_with(&RIFF) && kind(24) == Some(b"wave") => Some((Form::Wave64, 40)),
        _ => None,
    }
}

/// The chunks of a WAVE file, not yet walked.
struct Opening {
    chunks: Chunks,
    form: Form,
    /// The file's declared end.
    file_end: Option<u64>,
}

/// Opens a file's chunks. Returns `None` for other formats.
fn begin(source: &Arc<dyn ByteSource>) -> Result<Option<Opening>, MediaError> {
    let mut stream = SourceStream::new(source.clone());
    let head = stream.peek(0, 40).map_err(|error| MediaError::Read(error.to_string()))?;
    let Some((form, first)) = form(head) else { return Ok(None) };
    let size = head.get(4..8).and_then(|size| size.first_chunk()).copied().unwrap_or_default();
    let file_end = match form {
        Form::Riff => Some(8 + u64::from(u32::from_le_bytes(size))),
        Form::Iff => Some(8 + u64::from(u32::from_be_bytes(size))),
        _ => head.get(16..24).and_then(|size| size.first_chunk()).map(|size| u64::from_le_bytes(*size)),
    };
    Ok(Some(Opening { chunks: Chunks::new(stream, form, first), form, file_end }))
}

/// Walks a file's chunks. Returns `None` for other formats.
fn describe(source: &Arc<dyn ByteSource>) -> Result<Option<Wave>, MediaError> {
    let Some(Opening { mut chunks, form, mut file_end }) = begin(source)? else { return Ok(None) };
    let (mut format, mut frames, mut data, mut large) = (None, None, None, None);
    while let Some(chunk) = chunks.next()? {
        match &chunk.kind {
            b"ds64" => {
                let sizes = chunks.body(chunk, 24)?;
                let number = |at: usize| Some(u64::from_le_bytes(*sizes.get(at..)?.first_chunk()?));
                file_end = number(0).map(|size| size.saturating_add(8)).or(file_end);
                large = number(8);
                frames = number(16).filter(|&count| count > 0);
            }
            b"fmt " if format.is_none() => format = Some(parse(chunks.body(chunk, MAX_FMT)?, form)?),
            b"fact" if frames.is_none() => {
                let count = chunks.body(chunk, 8)?;
                frames = match form {
                    Form::Wave64 => count.first_chunk().map(|count| u64::from_le_bytes(*count)),
                    Form::Riff => count.first_chunk().map(|count| u32::from_le_bytes(*count).into()),
                    _ => count.first_chunk().map(|count| u32::from_be_bytes(*count).into()),
                };
            }
            b"data" => {
                let found = chunks.data(chunk.body, size_of_data(chunk, large), file_end)?;
                data = chunks.pass(data, found);
            }
            _ => {}
        }
    }
    let (Some(format), Some(data)) = (format, data) else { return Err(MediaError::CutOff) };
    Ok(Some(Wave { chunks, format, frames, data }))
}

/// Returns the size of the audio: from its chunk, or from `ds64` if the chunk has no room for it.
fn size_of_data(chunk: Chunk, large: Option<u64>) -> Option<u64> {
    large.filter(|&large| large > 0 && chunk.size == Some(u32::MAX.into())).or(chunk.size)
}

fn parse(fmt: &[u8], form: Form) -> Result<Format, MediaError> {
    let is_big_endian = form == Form::Iff;
    let half = |at: usize| {
        let bytes = *fmt.get(at..)?.first_chunk()?;
        Some(if is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let word = |at: usize| {
        let bytes = *fmt.get(at..)?.first_chunk()?;
        Some(if is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    };
    let (Some(tag), Some(channels), Some(rate), Some(bytes_per_second), Some(block_align)) =
        (half(0), half(2), word(4), word(8), half(12))
    else {
        return Err(MediaError::CutOff);
    };
    let bits = half(14).unwrap_or(0);
    let mut format =
        Format { tag, channels, rate, bytes_per_second, block_align, bits, valid_bits: 0, mask: 0, is_big_endian };
    if tag != EXTENSIBLE {
        return Ok(format);
    }
    // An extensible header without a sub-format is taken for PCM.
    format.tag = if bits == 0 { tag } else { PCM };
    let (Some(valid_bits), Some(mask), Some(subtype)) = (half(18), word(20), fmt.get(24..40)) else {
        return Ok(format);
    };
    let (first, tail) = subtype.split_at_checked(4).unwrap_or_default();
    (format.valid_bits, format.mask) = (valid_bits, mask);
    if tail == SUBTYPE_TAIL || tail == AMBISONIC_TAIL {
        format.tag = word(24).and_then(|tag| u16::try_from(tag).ok()).unwrap_or(EXTENSIBLE);
        return Ok(format);
    }
    Err(MediaError::Unsupported(
        OTHERS.iter().find(|(id, _)| id == first).map_or("something unknown", |(_, name)| name),
    ))
}

/// Returns the audio that a format describes.
fn blocks(format: Format) -> Result<Blocks, MediaError> {
    let Format { tag, channels, rate, block_align, bits, .. } = format;
    if channels == 0 {
        return Err(MediaError::NoChannels);
    }
    let of_frames = |codec, bytes| Blocks::of_frames(codec, rate, channels, bytes);
    match tag {
        PCM | FLOAT => {
            let bytes = sample_bytes(format);
            let number = match (tag, bytes) {
                (FLOAT, _) => Number::Float,
                (_, 1) => Number::Unsigned,
                _ => Number::Signed,
            };
            let valid = if format.valid_bits > 0 { format.valid_bits } else { bits };
            let blocks = Blocks::of_pcm(number, format.is_big_endian, rate, channels, bytes)?;
            Ok(Blocks { bits: Some(valid.into()), ..blocks })
        }
        A_LAW => Ok(of_frames(codecs::CODEC_ID_PCM_ALAW, 1)),
        MU_LAW => Ok(of_frames(codecs::CODEC_ID_PCM_MULAW, 1)),
        MS_ADPCM | IMA_ADPCM => {
            if channels > 2 || !matches!(bits, 0 | 4) {
                return Err(MediaError::Unsupported("ADPCM of more than two channels, or not of four bits"));
            }
            let codec = if tag == MS_ADPCM { codecs::CODEC_ID_ADPCM_MS } else { codecs::CODEC_ID_ADPCM_IMA_WAV };
            let frames = adpcm_frames(codec, channels.into(), block_align.into()).ok_or(MediaError::NotAudio)?;
            Ok(Blocks { bytes: block_align.into(), frames, ..of_frames(codec, 1) })
        }
        _ => Err(MediaError::Unsupported(name(tag))),
    }
}

/// Returns the size of a sample in bytes. The block size defines it, because the bits may be fewer than the bytes
/// hold. The bits define it if they do not fit into the block, or if only they agree with the bytes per second.
fn sample_bytes(format: Format) -> u64 {
    let Format { channels, rate, bytes_per_second, block_align, bits, .. } = format;
    let by_bits = u64::from(bits.div_ceil(8));
    let (channels, block_align) = (u64::from(channels), u64::from(block_align));
    let by_block = block_align / channels;
    let is_sound = block_align > 0 && block_align.is_multiple_of(channels) && by_block >= by_bits;
    let of_second = |bytes: u64| u64::from(rate).saturating_mul(bytes * channels) == u64::from(bytes_per_second);
    let is_denied = of_second(by_bits) && !of_second(by_block);
    if by_bits > 0 && (!is_sound || is_denied) { by_bits } else { by_block }
}

/// Returns the name of a format tag.
fn name(tag: u16) -> &'static str {
    match tag {
        0x0005 => "IBM CVSD",
        0x0008 | 0x2001 => "DTS",
        0x000a => "Windows Media Voice",
        0x0010 | 0x0017 => "OKI ADPCM",
        0x0014 | 0x0040 | 0x0045 | 0x0064 | 0x0085 | 0x0140 => "G.726 ADPCM",
        0x0016 | 0x0065 | 0x028f => "G.722",
        0x0020 => "Yamaha ADPCM",
        0x0022 => "DSP Group TrueSpeech",
        0x0031 | 0x0032 => "GSM 6.10",
        0x0028 => "LRC",
        0x0030 | 0x0092 | 0x2000 => "AC-3",
        0x0041 => "G.728",
        0x0042 | 0x0111 => "G.723.1",
        0x0050 => "MPEG layer II",
        0x0061 | 0x0062 => "Duck ADPCM",
        0x0069 => "Voxware",
        0x0075 => "Voxware MetaSound",
        0x0083 => "G.729",
        0x00ff | 0x1601 | 0x1610 | 0x706d | 0xa106 => "AAC without a container",
        0x0130..=0x0133 => "ACELP",
        0x0160..=0x0163 => "Windows Media Audio",
        0x0165 | 0x0166 => "XMA",
        0x0200 | 0x0202 => "Creative ADPCM",
        0x0270 => "ATRAC3",
        0x0401 => "Intel Music Coder",
        0x0402 => "Indeo Audio",
        0x0500 => "On2 AVC",
        0x1602 => "AAC in LATM",
        0x564c | 0x566f | 0x674f | 0x6750 | 0x6751 | 0x676f | 0x6770 | 0x6771 => "Vorbis in WAV",
        0x5756 => "WavPack",
        0x704f => "Opus in WAV",
        0x7a21 | 0x7a22 => "GSM AMR",
        0xa109 => "Speex",
        0xf1ac => "FLAC in WAV",
        _ => "something unknown",
    }
}
