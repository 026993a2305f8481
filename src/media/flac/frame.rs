//! Reads a FLAC frame's header, and its two checksums (RFC 9639, 9).

use crate::media::MAX_PACKET_FRAMES;
use crate::timeline::Frames;

/// The number of bytes searched for a frame at a time.
pub(super) const SCAN: usize = 16 * 1024;

/// The most bytes of a frame's header.
pub(super) const HEADER: usize = 16;

/// A frame's header (RFC 9639, 9.1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::media) struct Header {
    /// Whether block sizes vary. If so, a frame's number is that of its first sample.
    pub(super) is_variable: bool,
    /// The length in audio frames.
    pub(in crate::media) frames: Frames,
    pub(super) number: u64,
    pub(super) channels: u8,
    /// Whether two channels are coded as one and their difference, which needs one more bit.
    pub(super) has_side: bool,
    pub(super) rate: Option<u32>,
    pub(super) bits: Option<u8>,
    pub(super) length: usize,
}

impl Header {
    /// Parses a header. Returns `None` if its checksum does not match.
    pub(in crate::media) fn parse(bytes: &[u8]) -> Option<Self> {
        let &[0xff, second @ (0xf8 | 0xf9), sizes, kinds, ref rest @ ..] = bytes else { return None };
        let (number, mut rest) = coded_number(rest)?;
        let mut take = |count: usize| {
            let (taken, after) = rest.split_at_checked(count)?;
            rest = after;
            Some(taken.iter().fold(0, |number, &byte| number << 8 | u32::from(byte)))
        };
        let frames = match sizes >> 4 {
            1 => 192,
            size @ 2..=5 => 144 << size,
            6 => take(1)? + 1,
            7 => take(2)? + 1,
            size @ 8.. => 1 << size,
            _ => return None,
        };
        let rate = match sizes & 0x0f {
            0 => None,
            index @ 1..=11 => {
                let known = [88_200, 176_400, 192_000, 8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];
                known.get(usize::from(index) - 1).copied()
            }
            12 => Some(1000 * take(1)?),
            13 => Some(take(2)?),
            14 => Some(10 * take(2)?),
            _ => return None,
        };
        let bits = match kinds >> 1 & 7 {
            0 => None,
            index @ (1 | 2 | 4..) => Some([0, 8, 12, 0, 16, 20, 24, 32].get(usize::from(index)).copied()?),
            _ => return None,
        };
        let channels = match kinds >> 4 {
            independent @ 0..8 => independent + 1,
            8..11 => 2,
            _ => return None,
        };
        let length = bytes.len() - rest.len();
        let is_sound = kinds & 1 == 0 && Frames::from(frames) <= MAX_PACKET_FRAMES && frames > 0;
        let is_intact = crc_8(bytes.get(..length)?) == *bytes.get(length)?;
        let is_variable = second == 0xf9;
        (is_sound && is_intact).then_some(Self {
            is_variable,
            frames: frames.into(),
            number,
            channels,
            has_side: kinds >> 4 >= 8,
            rate,
            bits,
            length: length + 1,
        })
    }

    /// Returns whether both frames may belong to one stream.
    pub(super) fn is_akin(&self, other: &Self) -> bool {
        let kind = |header: &Self| (header.is_variable, header.channels, header.rate, header.bits);
        kind(self) == kind(other)
    }

    /// Returns a size in bytes that no encoder exceeds: twice that of the uncompressed samples.
    pub(super) fn most_bytes(&self) -> usize {
        let sample = usize::from(self.bits.unwrap_or(32)) + 1;
        self.frames as usize * usize::from(self.channels) * sample / 4 + SCAN
    }
}

/// Returns whether the bytes start with the sync code of every frame.
pub(super) fn is_start(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xf8 | 0xf9, ..])
}

/// Decodes a number of up to 36 bits, coded as UTF-8 codes characters.
fn coded_number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (&first, mut rest) = bytes.split_first()?;
    let more = match first.leading_ones() {
        0 => 0,
        ones @ 2..=7 => ones - 1,
        _ => return None,
    };
    let mut number = u64::from(first) & (0x7f >> first.leading_ones().min(7));
    for _ in 0..more {
        let (&byte, after) = rest.split_first().filter(|(byte, _)| **byte & 0xc0 == 0x80)?;
        number = number << 6 | u64::from(byte & 0x3f);
        rest = after;
    }
    Some((number, rest))
}

/// Returns whether a frame's checksum matches.
pub(in crate::media) fn is_intact(frame: &[u8]) -> bool {
    frame.iter().fold(0, |crc, byte| next_crc_16(crc, *byte)) == 0
}

pub(super) fn next_crc_16(crc: u16, byte: u8) -> u16 {
    crc << 8 ^ CRC_16[usize::from((crc >> 8) as u8 ^ byte)]
}

/// Computes a header's checksum, with the polynomial x⁸ + x² + x + 1 (RFC 9639, 9.1.8).
fn crc_8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |crc, byte| (0..8).fold(crc ^ byte, |crc, _| crc << 1 ^ if crc >> 7 == 1 { 0x07 } else { 0 }))
}

/// The table for a frame's checksum, with the polynomial x¹⁶ + x¹⁵ + x² + 1 (RFC 9639, 9.3).
const CRC_16: [u16; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut crc = (index as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            crc = crc << 1 ^ if crc >> 15 == 1 { 0x8005 } else { 0 };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
};
