//! How many frames a packet decodes to, told by its first bytes and without decoding it.

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_OPUS, CODEC_ID_VORBIS};

use super::vorbis;
use crate::timeline::Frames;

/// The most frames that a byte can stand for: an Opus packet of 120 ms. What is said to be lost past that is not
/// believed.
pub(super) const FRAMES_A_BYTE: u64 = 5760;

/// Counts a stream's frames, packet by packet.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Lengths {
    Opus,
    Vorbis {
        /// For each mode, its block's size.
        modes: Vec<Frames>,
        /// The block before; none where decoding starts.
        before: Option<Frames>,
    },
}

impl Lengths {
    /// For the codecs whose packets tell, where the headers can be understood.
    pub(super) fn of_codec(params: &AudioCodecParameters) -> Option<Self> {
        match params.codec {
            CODEC_ID_OPUS => Some(Self::Opus),
            CODEC_ID_VORBIS => {
                Some(Self::Vorbis { modes: vorbis::blocks(params.extra_data.as_deref()?)?, before: None })
            }
            _ => None,
        }
    }

    /// A packet was lost: a decoder would start anew.
    pub(super) fn reset(&mut self) {
        if let Self::Vorbis { before, .. } = self {
            *before = None;
        }
    }

    /// The next packet's frames.
    pub(super) fn next(&mut self, packet: &[u8]) -> Frames {
        match self {
            Self::Opus => opus(packet).unwrap_or(0),
            Self::Vorbis { modes, before } => {
                let Some(block) = vorbis_block(modes, packet) else { return 0 };
                before.replace(block).map_or(0, |before| (before + block) / 4)
            }
        }
    }

    /// Whether this is one of the headers in front of an Ogg stream's audio.
    pub(super) fn is_header(&self, packet: &[u8]) -> bool {
        match self {
            Self::Opus => packet.starts_with(b"OpusHead") || packet.starts_with(b"OpusTags"),
            Self::Vorbis { .. } => packet.first().is_some_and(|kind| kind & 1 == 1),
        }
    }
}

/// An Opus packet's frames at 48 kHz (RFC 6716, 3.1 and 3.2).
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

/// An audio packet's block (Vorbis I, 4.3.1): its type is one bit, its mode the fewest bits that hold all modes.
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
