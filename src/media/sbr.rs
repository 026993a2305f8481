//! HE-AAC that calls itself AAC-LC: plain packets, each with the upper half of the sound in a fill element at its end.
//!
//! ADTS has no other way to signal it, and MP4 may leave it at that ("implicit signalling", ISO/IEC 14496-3, 1.6.5). A
//! decoder that does not know of it plays the lower half, at half the rate, and says nothing.
//!
//! A packet is a row of elements and can only be read from its front, which is the decoder's work. But the fill element
//! is the last, or the last but one, so what looks like it is soon found from the end; whether it is one, the decoder is
//! asked: with another element's name in its place it must stumble there, and with an end in its place it must not.

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::errors::Error;
use symphonia::core::packet::Packet;

use super::probe::new_decoder;

/// Element names (ISO/IEC 14496-3, 4.5.2.1.1).
const PROGRAM_CONFIG: u8 = 5;
const FILL: u8 = 6;
const END: u8 = 7;

/// The most bytes that a fill element has: 15 and an escape of 255, less one.
const MOST: usize = 269;

/// Whether a packet has spectral band replication in it.
pub(super) fn has_sbr(params: &AudioCodecParameters, packet: &Packet) -> bool {
    let bits = Bits(&packet.data);
    let Some(end) = bits.end() else { return false };
    // Behind it there may be one more fill element, with nothing of use in it.
    let last = fills(bits, end).filter(|&(_, kind)| !is_sbr(kind)).map(|(start, _)| start);
    let ends: Vec<usize> = std::iter::once(end).chain(last).collect();
    let mut found = ends.into_iter().flat_map(|end| fills(bits, end)).filter(|&(_, kind)| is_sbr(kind));
    found.any(|(start, _)| is_element(params, packet, start))
}

/// `EXT_SBR_DATA` and `EXT_SBR_DATA_CRC`, as the extension's type.
fn is_sbr(kind: Option<u8>) -> bool {
    matches!(kind, Some(0x0d | 0x0e))
}

/// What may be fill elements that end at this bit: where they start, and their extension's type.
fn fills(bits: Bits<'_>, end: usize) -> impl Iterator<Item = (usize, Option<u8>)> + '_ {
    (0..=MOST).filter_map(move |count| {
        let (head, escape) = if count < 15 { (7, None) } else { (15, Some(count - 14)) };
        let start = end.checked_sub(8 * count + head)?;
        let told = usize::from(bits.read(start + 3, 4)) == count.min(15)
            && escape.is_none_or(|escape| usize::from(bits.read(start + 7, 8)) == escape);
        let kind = (count > 0).then(|| bits.read(start + head, 4));
        (bits.read(start, 3) == FILL && told).then_some((start, kind))
    })
}

/// Whether an element starts at this bit, by what the decoder makes of others in its place.
fn is_element(params: &AudioCodecParameters, packet: &Packet, start: usize) -> bool {
    let with = |name: u8| {
        let mut changed = packet.clone();
        for bit in 0..3 {
            let mask = 0x80 >> ((start + bit) % 8);
            if let Some(byte) = changed.data.get_mut((start + bit) / 8) {
                *byte = if name >> (2 - bit) & 1 == 1 { *byte | mask } else { *byte & !mask };
            }
        }
        let mut decoder = new_decoder(params).ok()?;
        Some(decoder.decode(&changed).map(|_| ()))
    };
    // What it has no use for is unsupported, and what it cannot make sense of is an error of another kind.
    matches!(with(PROGRAM_CONFIG), Some(Err(Error::Unsupported(_)))) && matches!(with(END), Some(Ok(())))
}

/// A packet as bits, the most significant first.
#[derive(Clone, Copy)]
struct Bits<'a>(&'a [u8]);

impl Bits<'_> {
    /// The bit at which the end's name stands: the last that is set, and two before it. Zeros fill the last byte up.
    fn end(self) -> Option<usize> {
        let last = *self.0.last()?;
        let end = 8 * self.0.len() - last.trailing_zeros() as usize;
        end.checked_sub(3).filter(|&start| last != 0 && self.read(start, 3) == END)
    }

    /// Up to eight bits; zeros past the end.
    fn read(self, start: usize, count: usize) -> u8 {
        let bit = |at: usize| self.0.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
        (start..start + count).fold(0, |number, at| number << 1 | bit(at))
    }
}
