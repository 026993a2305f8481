//! Reads AIFF and AIFF-C (Apple, "Audio Interchange File Format", 1989, and "AIFF-C", draft of 1991).

use std::sync::Arc;

use symphonia::core::codecs::audio::well_known as codecs;
use symphonia::core::formats::well_known::FORMAT_ID_AIFF;

use super::blocks::{Blocks, Number};
use super::chunks::{Chunk, Chunks, Data, Form};
use super::container::Container;
use super::source::SourceStream;
use super::{MediaError, apple_layout};
use crate::store::ByteSource;

/// The bytes of `COMM` that are read: everything before the compression's name.
const COMMON: usize = 22;

/// The bytes of `CHAN` that are read: the descriptions of 16 channels, more than can be used.
const LAYOUT: usize = 12 + 20 * 16;

/// Opens an AIFF file. Returns `None` for other formats.
pub(super) fn open(source: &Arc<dyn ByteSource>) -> Result<Option<Container>, MediaError> {
    let mut stream = SourceStream::new(source.clone());
    let head = stream.peek(0, 12).map_err(|error| MediaError::Read(error.to_string()))?;
    let [b'F', b'O', b'R', b'M', size @ .., b'A', b'I', b'F', b'C' | b'F'] = head else { return Ok(None) };
    let is_compressed = head.ends_with(b"C");
    let file_end = size.first_chunk().map(|size| 8 + u64::from(u32::from_be_bytes(*size)));
    let mut chunks = Chunks::new(stream, Form::Iff, 12);
    let (mut common, mut layout, mut data) = (None, Vec::new(), None);
    while let Some(chunk) = chunks.next()? {
        match &chunk.kind {
            b"COMM" if common.is_none() => common = Some(parse(chunks.body(chunk, COMMON)?, is_compressed)?),
            b"CHAN" => layout = chunks.body(chunk, LAYOUT)?.to_vec(),
            b"SSND" => {
                let found = sound(&mut chunks, chunk, file_end)?;
                data = chunks.pass(data, found);
            }
            _ => {}
        }
    }
    let (Some((mut blocks, frames)), Some(mut data)) = (common, data) else { return Err(MediaError::CutOff) };
    blocks.layout = apple_layout::layout(&layout, blocks.channels.into());
    // A file that has all its declared frames is whole, even if its chunk sizes are larger.
    data.is_cut &= (data.bytes.end - data.bytes.start) < frames.saturating_mul(blocks.bytes);
    blocks.open(FORMAT_ID_AIFF, chunks, data).map(Some)
}

/// Locates the audio in `SSND`. An offset, a block size and `offset` more bytes precede it.
fn sound(chunks: &mut Chunks, chunk: Chunk, file_end: Option<u64>) -> Result<Data, MediaError> {
    let offset = chunks.body(chunk, 4)?.first_chunk().map_or(0, |offset| u64::from(u32::from_be_bytes(*offset)));
    let skipped = offset.saturating_add(8);
    let size = chunk.size.map(|size| size.saturating_sub(skipped));
    chunks.data(chunk.body.saturating_add(skipped), size, file_end)
}

/// Reads the audio's format and its number of frames from `COMM`.
fn parse(common: &[u8], is_compressed: bool) -> Result<(Blocks, u64), MediaError> {
    let half = |at: usize| Some(u16::from_be_bytes(*common.get(at..)?.first_chunk()?));
    let frames = common.get(2..).and_then(|rest| rest.first_chunk()).map(|count| u32::from_be_bytes(*count));
    let rate = common.get(8..).and_then(|rest| rest.first_chunk()).map(|rate| extended(*rate));
    let (Some(channels), Some(frames), Some(bits), Some(rate)) = (half(0), frames, half(6), rate) else {
        return Err(MediaError::CutOff);
    };
    if channels == 0 {
        return Err(MediaError::NoChannels);
    }
    let by_bits = u64::from(bits.div_ceil(8));
    let compression = common.get(18..22).filter(|_| is_compressed).unwrap_or(b"NONE");
    let (number, is_big_endian, bytes) = match compression {
        b"NONE" | b"none" | b"twos" | b"lpcm" => (Number::Signed, true, by_bits),
        b"sowt" => (Number::Signed, false, by_bits),
        b"in24" => (Number::Signed, true, 3),
        b"in32" => (Number::Signed, true, 4),
        b"42ni" => (Number::Signed, false, 3),
        b"23ni" => (Number::Signed, false, 4),
        b"fl32" | b"FL32" => (Number::Float, true, 4),
        b"fl64" | b"FL64" => (Number::Float, true, 8),
        b"raw " => (Number::Unsigned, true, by_bits),
        b"alaw" | b"ALAW" => {
            return Ok((Blocks::of_frames(codecs::CODEC_ID_PCM_ALAW, rate, channels, 1), frames.into()));
        }
        b"ulaw" | b"ULAW" => {
            return Ok((Blocks::of_frames(codecs::CODEC_ID_PCM_MULAW, rate, channels, 1), frames.into()));
        }
        other => return Err(MediaError::Unsupported(name(other))),
    };
    Ok((Blocks::of_pcm(number, is_big_endian, rate, channels, bytes)?, frames.into()))
}

/// Rounds an 80-bit number (IEEE 754's double extended) to the nearest integer. Returns 0 if it is no valid rate.
fn extended(bytes: [u8; 10]) -> u32 {
    let [high, low, mantissa @ ..] = bytes;
    // The binary point follows the first of 64 mantissa bits, and the exponent's bias is 16,383.
    let shift = 16_383 + 63 - i32::from(u16::from_be_bytes([high, low]));
    let mantissa = u128::from(u64::from_be_bytes(mantissa));
    match u32::try_from(shift) {
        Ok(0) => u32::try_from(mantissa).unwrap_or(0),
        Ok(shift @ 1..=64) => u32::try_from((mantissa + (1 << (shift - 1))) >> shift).unwrap_or(0),
        _ => 0,
    }
}

/// Returns the name of a compression in AIFF-C and QuickTime.
fn name(compression: &[u8]) -> &'static str {
    match compression {
        b"ima4" => "IMA ADPCM",
        b"MAC3" | b"MAC6" => "MACE",
        b"GSM " | b"agsm" => "GSM 6.10",
        b"G722" => "G.722",
        b"G726" => "G.726 ADPCM",
        b"QDMC" | b"QDM2" => "QDesign Music",
        b"Qclp" => "QCELP",
        b"SDX2" | b"ADP4" => "DPCM of a game",
        b"\0\0\0\0" => "something unnamed",
        _ => "something unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_of_80_bits_is_the_nearest_whole_one() {
        assert_eq!(extended([0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0]), 44_100);
        assert_eq!(extended([0x40, 0x0c, 0xad, 0x9c, 0xa8, 0, 0, 0, 0, 0]), 11_111, "11111.1640625");
        assert_eq!(extended([0x40, 0x10, 0xbb, 0x80, 0, 0, 0, 0, 0, 0]), 192_000);
        assert_eq!(extended([0; 10]), 0);
        assert_eq!(extended([0xff; 10]), 0);
    }
}
