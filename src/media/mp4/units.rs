//! Measures packets without decoding them: the number of frames that each decodes to.

use symphonia::core::codecs::audio::AudioCodecId;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_MP3, CODEC_ID_OPUS,
};

use super::boxes::Fields;
use crate::media::{flac, lengths};
use crate::timeline::Frames;

/// The content of a track's sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// PCM, with the size of a frame in bytes.
    Pcm(u32),
    /// A packet that decodes to the same number of frames as every other.
    Even(Frames),
    Opus,
    Flac,
    /// An ALAC packet, with the number of frames that it has unless it declares another.
    Alac(Frames),
}

impl Unit {
    /// Returns the unit of a codec, from its configuration.
    pub(super) fn of_codec(codec: AudioCodecId, extra: &[u8]) -> Option<Self> {
        match codec {
            CODEC_ID_AAC => Some(Self::Even(1024)),
            CODEC_ID_MP3 => Some(Self::Even(1152)),
            CODEC_ID_OPUS => Some(Self::Opus),
            CODEC_ID_FLAC => Some(Self::Flac),
            CODEC_ID_ALAC => Some(Self::Alac(Fields(extra).u32()?.into())),
            _ => None,
        }
    }

    /// Returns a packet's number of frames; `None` if the packet is invalid.
    pub(super) fn frames(&self, packet: &[u8]) -> Option<Frames> {
        match *self {
            Self::Pcm(width) => Some(packet.len() as u64 / u64::from(width.max(1))),
            Self::Even(frames) => Some(frames),
            Self::Opus => lengths::opus(packet),
            Self::Flac => flac::Header::parse(packet).map(|header| header.frames),
            Self::Alac(frames) => alac(packet, frames),
        }
    }
}

/// Returns an ALAC packet's number of frames. Its first audio element holds the number if it is lower than usual.
fn alac(packet: &[u8], usual: Frames) -> Option<Frames> {
    let head = u64::from_be_bytes(*packet.first_chunk()?);
    let kind = head >> 61;
    // A tag of 3 bits, an instance of 4, 12 unused bits, the flag for a partial packet, and three bits.
    let is_partial = matches!(kind, 0 | 1 | 3) && head >> 44 & 1 == 1;
    if is_partial { Some((head >> 9 & 0xffff_ffff).min(usual)) } else { Some(usual) }
}
