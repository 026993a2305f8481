//! Reads a FLAC stream's metadata blocks (RFC 9639, 8), from a FLAC file or another container.

use std::io;
use std::sync::Arc;

use symphonia::core::audio::{Channels, Position};
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_FLAC;

use super::frame::Header;
use crate::media::MAX_PACKET_FRAMES;
use crate::media::layout::XIPH;
use crate::media::source::SourceStream;
use crate::store::Bytes;
use crate::timeline::Frames;

/// The first bytes of a file.
pub(in crate::media) const MARK: &[u8] = b"fLaC";

/// The most metadata blocks that are walked.
const MAX_BLOCKS: usize = 10_000;

const STREAM_INFO: u8 = 0;
const COMMENTS: u8 = 4;

/// The size of the stream info block in bytes (RFC 9639, 8.2).
pub(super) const INFO: usize = 34;

/// The comment that holds WAVE's channel mask (RFC 9639, 8.6.2).
const MASK: &[u8] = b"WAVEFORMATEXTENSIBLE_CHANNEL_MASK=";

/// The longest block, in frames, that a decoder always has room for. The description may ask for more (RFC 9639, 7).
const ROOM: u16 = 16_384;

/// A stream's description, from its metadata.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::media) struct Described {
    rate: u32,
    channels: u8,
    bits: u8,
    /// The longest block, in frames.
    longest: u16,
    /// The number of frames in the stream, if declared.
    pub(super) frames: Option<Frames>,
    /// WAVE's channel mask.
    mask: Option<u32>,
}

impl Described {
    /// Reads a stream info block (RFC 9639, 8.2).
    fn of_info(info: &[u8]) -> Option<Self> {
        let longest = u16::from_be_bytes(*info.get(2..)?.first_chunk()?);
        // A sample rate of 20 bits, a channel count of 3, a sample size of 5, and a number of frames of 36.
        let packed = u64::from_be_bytes(*info.get(10..)?.first_chunk()?);
        let frames = packed & ((1 << 36) - 1);
        Some(Self {
            rate: (packed >> 44) as u32,
            channels: (packed >> 41 & 7) as u8 + 1,
            bits: (packed >> 36 & 31) as u8 + 1,
            longest,
            frames: (frames > 0).then_some(frames),
            mask: None,
        })
    }

    /// Reads metadata blocks, as Matroska and Ogg hold them in part.
    pub(in crate::media) fn of_blocks(blocks: &[u8]) -> Option<Self> {
        let mut stream = SourceStream::new(Arc::new(Bytes(blocks.into())));
        Some(Self::read(&mut stream, 0).ok()??.0)
    }

    /// Reads the metadata blocks (RFC 9639, 8.1) that start here. Also returns the position after them.
    pub(super) fn read(stream: &mut SourceStream, start: u64) -> io::Result<Option<(Self, u64)>> {
        let mut position = start;
        if stream.peek(position, MARK.len())? == MARK {
            position += MARK.len() as u64;
        }
        let mut described: Option<Self> = None;
        let mut mask = None;
        for _ in 0..MAX_BLOCKS {
            let Ok([kind, size @ ..]) = <[u8; 4]>::try_from(stream.peek(position, 4)?) else { break };
            // After a block with a wrong size, this may be the start of a frame already.
            if kind == 0xff {
                break;
            }
            let size = size.iter().fold(0, |size, &byte| size << 8 | u64::from(byte));
            position += 4;
            match kind & 0x7f {
                STREAM_INFO => described = described.or(Self::of_info(stream.peek(position, INFO)?)),
                COMMENTS => mask = mask.or(find_mask(stream, position, position.saturating_add(size))?),
                _ => {}
            }
            position = position.saturating_add(size);
            if kind & 0x80 != 0 || position > stream.len() {
                break;
            }
        }
        Ok(described.map(|described| (Self { mask, ..described }, position)))
    }

    /// Returns the description with a frame's values, where the frame's header has other ones.
    pub(super) fn corrected(mut self, header: &Header) -> Self {
        self.rate = header.rate.unwrap_or(self.rate);
        self.channels = header.channels;
        self.bits = header.bits.unwrap_or(self.bits);
        self.longest = self.longest.max(header.frames.min(MAX_PACKET_FRAMES) as u16);
        self
    }

    /// Sets the parameters that a decoder reads.
    pub(in crate::media) fn complete(&self, params: &mut AudioCodecParameters) {
        params.for_codec(CODEC_ID_FLAC).with_sample_rate(self.rate).with_bits_per_sample(self.bits.into());
        let customary = usize::from(self.channels).checked_sub(1).and_then(|index| XIPH.get(index));
        let masked = self.mask.filter(|mask| mask.count_ones() == u32::from(self.channels));
        let positions = masked.map(|mask| Position::from_bits_truncate(mask.into())).or(customary.copied());
        params.with_channels(
            match positions.filter(|positions| positions.bits().count_ones() == u32::from(self.channels)) {
                Some(positions) => Channels::Positioned(positions),
                None => Channels::Discrete(self.channels.into()),
            },
        );
        let mut info = [0; INFO];
        let packed =
            u64::from(self.rate) << 44 | u64::from(self.channels - 1) << 41 | u64::from(self.bits.max(1) - 1) << 36;
        // The shortest and the longest block.
        let fields = [&16u16.to_be_bytes()[..], &self.longest.max(ROOM).to_be_bytes(), &[0; 6], &packed.to_be_bytes()];
        fields.concat().iter().zip(&mut info).for_each(|(&from, to)| *to = from);
        params.with_extra_data(info.into());
    }

    /// Returns whether a frame holds 33-bit numbers, which overflow a 32-bit decoder.
    fn is_too_wide(&self, frame: &Header) -> bool {
        frame.has_side && frame.bits.unwrap_or(self.bits) == 32
    }
}

/// Returns the reason why an intact packet cannot be decoded, if there is one.
pub(in crate::media) fn hindrance(params: &AudioCodecParameters, packet: &[u8]) -> Option<&'static str> {
    let described = Described::of_info(params.extra_data.as_deref()?)?;
    let is_too_wide = Header::parse(packet).is_some_and(|frame| described.is_too_wide(&frame));
    is_too_wide.then_some("FLAC of 32 bits with two channels in one")
}

/// Finds the channel mask among the comments (RFC 9639, 8.6) in this range.
fn find_mask(stream: &mut SourceStream, mut position: u64, end: u64) -> io::Result<Option<u32>> {
    let size_at = |stream: &mut SourceStream, position: u64| -> io::Result<Option<u64>> {
        Ok(stream.peek(position, 4)?.first_chunk().map(|size| u32::from_le_bytes(*size).into()))
    };
    let Some(vendor) = size_at(stream, position)? else { return Ok(None) };
    // The encoder's name, and the number of comments.
    position = position.saturating_add(4 + vendor + 4);
    while position < end {
        let Some(size) = size_at(stream, position)? else { return Ok(None) };
        let comment = stream.peek(position + 4, MASK.len() + 10)?;
        let comment = comment.get(..usize::try_from(size).unwrap_or(usize::MAX)).unwrap_or(comment);
        if let Some((name, value)) = comment.split_at_checked(MASK.len())
            && name.eq_ignore_ascii_case(MASK)
        {
            let digits = str::from_utf8(value).unwrap_or("").trim();
            let digits = digits.strip_prefix("0x").or(digits.strip_prefix("0X")).unwrap_or(digits);
            return Ok(u32::from_str_radix(digits, 16).ok());
        }
        position = position.saturating_add(4 + size);
    }
    Ok(None)
}
