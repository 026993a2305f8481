//! Measures packets by their first bytes: the number of frames that each decodes to.

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known as codecs;

use super::MAX_PACKET_FRAMES;
use super::{flac, vorbis};
use crate::timeline::Frames;

/// The most frames that one byte may hold: an Opus packet of 120 ms. It limits the losses that timestamps can declare.
pub(super) const FRAMES_A_BYTE: u64 = 5760;

/// A counter of a stream's frames, packet by packet.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Lengths {
    Opus,
    Vorbis {
        /// The block size of each mode.
        modes: Vec<Frames>,
        /// The previous block's size; `None` where decoding starts.
        before: Option<Frames>,
    },
    /// Each frame's header holds its length.
    Flac,
    /// PCM: the size of a frame in bytes.
    Pcm(u64),
    /// MPEG layer III: each frame's header holds its length.
    Mp3,
    /// ALAC: the usual number of frames. Only a shorter last packet holds its own length.
    Alac(Frames),
    /// All packets have this number of frames.
    Fixed(Frames),
}

impl Lengths {
    /// Returns a counter if the codec's packets show their length and its headers can be read.
    pub(super) fn of_codec(params: &AudioCodecParameters) -> Option<Self> {
        let extra = params.extra_data.as_deref();
        match params.codec {
            codecs::CODEC_ID_OPUS => Some(Self::Opus),
            codecs::CODEC_ID_VORBIS => Some(Self::Vorbis { modes: vorbis::blocks(extra?)?, before: None }),
            codecs::CODEC_ID_FLAC => Some(Self::Flac),
            codecs::CODEC_ID_MP3 => Some(Self::Mp3),
            codecs::CODEC_ID_AAC => Some(Self::Fixed(1024)),
            codecs::CODEC_ID_ALAC => {
                let frames = u32::from_be_bytes(*extra?.first_chunk()?).into();
                Some(Self::Alac(frames)).filter(|_| (1..=MAX_PACKET_FRAMES).contains(&frames))
            }
            codecs::CODEC_ID_PCM_ALAW | codecs::CODEC_ID_PCM_MULAW => Self::pcm(params, 8),
            _ => Self::pcm(params, params.bits_per_coded_sample?),
        }
    }

    fn pcm(params: &AudioCodecParameters, bits: u32) -> Option<Self> {
        let channels = params.channels.as_ref()?.count() as u64;
        Some(Self::Pcm(u64::from(bits).div_ceil(8) * channels)).filter(|lengths| *lengths != Self::Pcm(0))
    }

    /// Returns whether packets usually have equal lengths.
    pub(super) fn are_equal(&self) -> bool {
        matches!(self, Self::Opus | Self::Mp3 | Self::Flac | Self::Alac(_) | Self::Fixed(_))
    }

    /// Forgets the previous packet after a loss, as a decoder does.
    pub(super) fn reset(&mut self) {
        if let Self::Vorbis { before, .. } = self {
            *before = None;
        }
    }

    /// Returns the next packet's number of frames.
    pub(super) fn next(&mut self, packet: &[u8]) -> Frames {
        match self {
            Self::Opus => opus(packet).unwrap_or(0),
            Self::Vorbis { modes, before } => {
                let Some(block) = vorbis_block(modes, packet) else { return 0 };
                before.replace(block).map_or(0, |before| (before + block) / 4)
            }
            Self::Flac => flac::Header::parse(packet).map_or(0, |header| header.frames),
            Self::Pcm(bytes) => packet.len() as u64 / (*bytes).max(1),
            // Bit 3 of the second byte marks MPEG-1, which has two granules (ISO/IEC 11172-3, 2.4.2.3).
            Self::Mp3 => packet.get(1).map_or(0, |version| if version & 0x08 != 0 { 1152 } else { 576 }),
            Self::Alac(frames) => alac(packet).filter(|told| told < frames).unwrap_or(*frames),
            Self::Fixed(frames) => *frames,
        }
    }

    /// Returns whether this is one of the header packets before an Ogg stream's audio.
    pub(super) fn is_header(&self, packet: &[u8]) -> bool {
        match self {
            Self::Opus => packet.starts_with(b"OpusHead") || packet.starts_with(b"OpusTags"),
            Self::Vorbis { .. } => packet.first().is_some_and(|kind| kind & 1 == 1),
            Self::Flac => packet.first().is_some_and(|&kind| kind != 0xff),
            _ => false,
        }
    }
}

/// Returns an Opus packet's number of frames at 48 kHz (RFC 6716, 3.1 and 3.2).
pub(super) fn opus(packet: &[u8]) -> Option<Frames> {
    let (&head, rest) = packet.split_first()?;
    let size = match head >> 3 {
        config @ 0..12 => [480, 960, 1920, 2880][usize::from(config & 3)],
        config @ 12..16 => [480, 960][usize::from(config & 1)],
        config => [120, 240, 480, 960][usize::from(config & 3)],
    };
    let count = match head & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u64::from(rest.first()? & 0x3f),
    };
    Some(size * count).filter(|&frames| frames <= FRAMES_A_BYTE)
}

/// Returns an ALAC packet's number of frames, if it holds one. After the element's tag of 7 bits and 12 unused bits,
/// a flag marks a 32-bit count, which follows after three more bits.
fn alac(packet: &[u8]) -> Option<Frames> {
    let head = u64::from_be_bytes(*packet.first_chunk()?);
    (head >> 44 & 1 == 1).then_some(head >> 9 & 0xffff_ffff)
}

/// Returns an audio packet's block size (Vorbis I, 4.3.1). Its type is one bit, its mode the fewest bits for all modes.
fn vorbis_block(modes: &[Frames], packet: &[u8]) -> Option<Frames> {
    let first = *packet.first().filter(|first| **first & 1 == 0)?;
    let width = usize::BITS - modes.len().saturating_sub(1).leading_zeros();
    modes.get(usize::from(first >> 1) & ((1 << width) - 1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opus_packet_says_how_long_it_is() {
        assert_eq!(opus(&[0xfc]), Some(960), "CELT, 20 ms");
        assert_eq!(opus(&[0x1c | 1, 0]), Some(2 * 2880), "SILK, two of 60 ms");
        assert_eq!(opus(&[0x80 | 3, 48]), Some(5760), "48 of 2.5 ms");
        assert_eq!(opus(&[0x1c | 3, 3]), None, "past 120 ms");
        assert_eq!(opus(&[0xff]), None);
        assert_eq!(opus(&[]), None);
    }
}
