//! Checks Vorbis's headers (Vorbis I, 4.2) before Symphonia reads them.
//!
//! Symphonia allocates codebooks of the size that the setup header declares, and a contradictory header would end the
//! program. Such headers are refused. The headers also give each mode's block size, which measures packets.

use super::MediaError;
use crate::timeline::Frames;

/// The first bytes of an identification header, and its size (Vorbis I, 4.2.2).
const HEAD: &[u8] = b"\x01vorbis";
const HEAD_SIZE: usize = 30;

/// The first bytes of a setup header.
const SETUP: &[u8] = b"\x05vorbis";

/// The most numbers in all codebooks together. libvorbis's have up to 74,000.
const MAX_NUMBERS: u64 = 1 << 18;

/// The longest codeword in bits. Symphonia indexes a table by the length.
const MAX_WORD: u32 = 32;

const ABSURD: MediaError = MediaError::Unsupported("Vorbis with absurd codebooks");
const UNREADABLE: MediaError = MediaError::Unsupported("Vorbis with headers that cannot be read");

/// Splits the identification header from the setup header. They are contiguous, or have the comment header between
/// them in Xiph's lacing (RFC 9559, 10.3.2).
pub(super) fn split(headers: &[u8]) -> Option<(&[u8], &[u8])> {
    if headers.starts_with(HEAD) {
        return headers.split_at_checked(HEAD_SIZE);
    }
    let (first, laced) = laced_size(headers.strip_prefix(&[2])?)?;
    let (second, packets) = laced_size(laced)?;
    Some((packets.get(..first)?, packets.get(first.checked_add(second)?..)?))
}

/// Parses a size in Xiph's lacing: bytes of 255, then a smaller one.
fn laced_size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let full = bytes.iter().position(|&byte| byte < 255)?;
    Some((255 * full + usize::from(*bytes.get(full)?), bytes.get(full + 1..)?))
}

/// Returns each mode's block size.
pub(super) fn blocks(headers: &[u8]) -> Option<Vec<Frames>> {
    let (head, setup) = split(headers)?;
    let sizes = *head.get(28)?;
    let block = |is_long: &bool| 1 << if *is_long { sizes >> 4 } else { sizes & 0x0f };
    Some(modes(setup, *head.get(11)?).ok()?.iter().map(block).collect())
}

/// Refuses headers that would break the decoder.
pub(super) fn check(headers: &[u8]) -> Result<(), MediaError> {
    let (head, setup) = split(headers).ok_or(UNREADABLE)?;
    modes(setup, *head.get(11).ok_or(UNREADABLE)?).map(|_| ())
}

/// Returns, for each mode, whether its block is the long one.
fn modes(setup: &[u8], channels: u8) -> Result<Vec<bool>, MediaError> {
    let body = setup.strip_prefix(SETUP).ok_or(UNREADABLE)?;
    let mut bits = Bits { bytes: body, position: 0 };
    pass_codebooks(&mut bits)?;
    modes_behind_codebooks(&mut bits, channels).ok_or(UNREADABLE)
}

fn modes_behind_codebooks(bits: &mut Bits<'_>, channels: u8) -> Option<Vec<bool>> {
    // The time domain transforms, which have no parameters.
    for _ in 0..=bits.take(6)? {
        bits.take(16)?;
    }
    for _ in 0..=bits.take(6)? {
        pass_floor(bits)?;
    }
    for _ in 0..=bits.take(6)? {
        pass_residue(bits)?;
    }
    for _ in 0..=bits.take(6)? {
        pass_mapping(bits, channels)?;
    }
    let mut modes = Vec::new();
    for _ in 0..=bits.take(6)? {
        modes.push(bits.take(1)? == 1);
        // The window type, the transform type and the mapping.
        bits.take(32)?;
        bits.take(8)?;
    }
    Some(modes)
}

/// Skips a mapping of type 0 (Vorbis I, 4.2.4).
fn pass_mapping(bits: &mut Bits<'_>, channels: u8) -> Option<()> {
    (bits.take(16)? == 0).then_some(())?;
    let submaps = if bits.take(1)? == 1 { bits.take(4)? + 1 } else { 1 };
    let steps = if bits.take(1)? == 1 { bits.take(8)? + 1 } else { 0 };
    let width = u8::BITS - channels.checked_sub(1)?.leading_zeros();
    for _ in 0..2 * steps {
        bits.take(width)?;
    }
    bits.take(2)?;
    for _ in 0..if submaps > 1 { channels } else { 0 } {
        bits.take(4)?;
    }
    for _ in 0..submaps {
        bits.take(24)?;
    }
    Some(())
}

/// Skips a floor (Vorbis I, 6.2.1 and 7.2.2).
fn pass_floor(bits: &mut Bits<'_>) -> Option<()> {
    match bits.take(16)? {
        0 => {
            // The order, the rate, the map's size, and the amplitude's bits and offset.
            for width in [8, 16, 16, 6, 8] {
                bits.take(width)?;
            }
            for _ in 0..=bits.take(4)? {
                bits.take(8)?;
            }
        }
        1 => {
            let count = bits.take(5)?;
            let classes = (0..count).map(|_| bits.take(4)).collect::<Option<Vec<_>>>()?;
            let mut dimensions = Vec::new();
            for _ in 0..classes.iter().max().map_or(0, |&most| most + 1) {
                dimensions.push(bits.take(3)? + 1);
                let subclasses = bits.take(2)?;
                if subclasses > 0 {
                    bits.take(8)?;
                }
                for _ in 0..1 << subclasses {
                    bits.take(8)?;
                }
            }
            bits.take(2)?;
            let width = bits.take(4)?;
            for class in classes {
                for _ in 0..*dimensions.get(class as usize)? {
                    bits.take(width)?;
                }
            }
        }
        _ => return None,
    }
    Some(())
}

/// Skips a residue (Vorbis I, 8.6.1).
fn pass_residue(bits: &mut Bits<'_>) -> Option<()> {
    bits.take(16)?;
    // The begin, the end and the partition size.
    for _ in 0..3 {
        bits.take(24)?;
    }
    let classes = bits.take(6)? + 1;
    bits.take(8)?;
    let mut books = 0;
    for _ in 0..classes {
        books += bits.take(3)?.count_ones();
        if bits.take(1)? == 1 {
            books += bits.take(5)?.count_ones();
        }
    }
    for _ in 0..books {
        bits.take(8)?;
    }
    Some(())
}

/// Skips the codebooks. Refuses those that would break the decoder.
fn pass_codebooks(bits: &mut Bits<'_>) -> Result<(), MediaError> {
    let mut numbers = 0;
    for _ in 0..=bits.take(8).ok_or(UNREADABLE)? {
        let codebook = Codebook::read(bits).ok_or(UNREADABLE)?;
        numbers += codebook.numbers();
        if numbers > MAX_NUMBERS || !codebook.is_sound() || !codebook.pass_values(bits).ok_or(UNREADABLE)? {
            return Err(ABSURD);
        }
    }
    Ok(())
}

struct Codebook {
    dimensions: u32,
    entries: u32,
}

impl Codebook {
    /// Reads a codebook up to its codeword lengths.
    fn read(bits: &mut Bits<'_>) -> Option<Self> {
        let is_codebook = bits.take(24)? == 0x56_4342;
        is_codebook.then_some(Self { dimensions: bits.take(16)?, entries: bits.take(24)? })
    }

    fn numbers(&self) -> u64 {
        u64::from(self.entries) * u64::from(self.dimensions)
    }

    /// Returns whether the size of its lattice can be computed in the way that Symphonia does.
    fn is_sound(&self) -> bool {
        let power = |values: u32| u64::from(values).checked_pow(self.dimensions).unwrap_or(u64::MAX);
        let values = self.lattice_values();
        let entries = u64::from(self.entries);
        self.dimensions > 0 && power(values) <= entries && (entries + 1..1 << 32).contains(&power(values + 1))
    }

    /// Returns the largest number whose power of `dimensions` does not exceed `entries` (Vorbis I, 9.2.3).
    fn lattice_values(&self) -> u32 {
        (self.entries as f32).powf(1.0 / self.dimensions as f32).floor() as u32
    }

    /// Skips to the codebook's end. Returns whether the codeword lengths are possible; `None` if there is no end.
    fn pass_values(&self, bits: &mut Bits<'_>) -> Option<bool> {
        let is_ordered = bits.take(1)? == 1;
        if is_ordered {
            let mut length = bits.take(5)? + 1;
            let mut entry = 0;
            while entry < self.entries {
                let count = bits.take(u32::BITS - (self.entries - entry).leading_zeros())?;
                if count > 0 && length > MAX_WORD {
                    return Some(false);
                }
                entry += count;
                length += 1;
            }
        } else {
            let is_sparse = bits.take(1)? == 1;
            for _ in 0..self.entries {
                if !is_sparse || bits.take(1)? == 1 {
                    bits.take(5)?;
                }
            }
        }
        let values = match bits.take(4)? {
            0 => return Some(true),
            1 => u64::from(self.lattice_values()),
            _ => self.numbers(),
        };
        bits.take(32)?;
        bits.take(32)?;
        let width = bits.take(4)? + 1;
        bits.take(1)?;
        bits.position += values as usize * width as usize;
        Some(true)
    }
}

/// A reader of bits, least significant first in each byte (Vorbis I, 2.1).
struct Bits<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl Bits<'_> {
    /// Returns the next bits as a number, at most 32.
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut number = 0;
        for bit in 0..count {
            let byte = self.bytes.get(self.position / 8)?;
            number |= u32::from(byte >> (self.position % 8) & 1) << bit;
            self.position += 1;
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packs numbers of given widths into bytes, least significant bit first.
    fn packed(fields: &[(u32, usize)]) -> Vec<u8> {
        let bits = fields.iter().flat_map(|&(number, width)| (0..width).map(move |bit| number >> bit & 1));
        let bits: Vec<u32> = bits.collect();
        bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |byte, &bit| byte << 1 | bit as u8)).collect()
    }

    /// Returns a codebook of two entries with codeword lengths in ascending order: `empty_lengths` unused lengths,
    /// then one length for both.
    fn codebook(empty_lengths: usize) -> Vec<(u32, usize)> {
        let head = [(0x56_4342, 24), (1, 16), (2, 24), (1, 1), (0, 5)];
        let tail = [(2, 2), (0, 4)];
        head.into_iter().chain(vec![(0, 2); empty_lengths]).chain(tail).collect()
    }

    /// Returns headers for six channels, with this residue type in the submap, and these coupling steps.
    fn headers(residue: u32, steps: &[(u32, u32)]) -> Vec<u8> {
        let mut fields = vec![(0, 8)];
        fields.extend(codebook(0));
        fields.extend([(0, 6), (0, 16)]);
        // One floor of type 1 without partitions.
        fields.extend([(0, 6), (1, 16), (0, 5), (0, 2), (8, 4)]);
        fields.extend([(0, 6), (residue, 16), (0, 24), (128, 24), (31, 24), (0, 6), (0, 8), (5, 3), (0, 1)]);
        fields.extend([(0, 8), (0, 8)]);
        fields.extend([(0, 6), (0, 16), (0, 1), (1, 1), (steps.len() as u32 - 1, 8)]);
        fields.extend(steps.iter().flat_map(|&(magnitude, angle)| [(magnitude, 3), (angle, 3)]));
        fields.extend([(0, 2), (0, 8), (0, 8), (0, 8)]);
        fields.extend([(1, 6), (0, 1), (0, 32), (0, 8), (1, 1), (0, 32), (0, 8), (1, 1)]);
        let head = [HEAD, &[0, 0, 0, 0, 6], &[0; 16], &[0xb8, 1]].concat();
        [&head, SETUP, &packed(&fields)].concat()
    }

    #[test]
    fn a_block_is_as_long_as_its_mode_says() {
        for steps in [&[(0, 2)][..], &[(0, 2), (3, 4), (0, 1), (0, 3)]] {
            assert_eq!(blocks(&headers(2, steps)).unwrap(), [256, 2048]);
        }
    }

    #[test]
    fn headers_are_told_apart_in_lacing_too() {
        let plain = headers(2, &[(0, 1)]);
        let comment = [b"\x03vorbis".as_slice(), &[7; 300]].concat();
        let laced = [&[2, 30, 255, 52][..], &plain[..30], &comment, &plain[30..]].concat();
        assert_eq!(split(&laced), split(&plain));
        assert_eq!(blocks(&laced), blocks(&plain));
    }

    #[test]
    fn words_longer_than_any_can_be_are_refused() {
        let passes = |empty_lengths| {
            let bytes = packed(&[vec![(0, 8)], codebook(empty_lengths)].concat());
            pass_codebooks(&mut Bits { bytes: &bytes, position: 0 })
        };
        assert_eq!(passes(31), Ok(()));
        assert_eq!(passes(32), Err(ABSURD));
    }

    #[test]
    fn headers_that_are_cut_off_are_refused() {
        let whole = headers(2, &[(0, 1)]);
        for length in 0..whole.len() - 1 {
            assert!(check(&whole[..length]).is_err(), "{length}");
        }
    }
}
