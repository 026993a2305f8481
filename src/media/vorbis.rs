//! What a Vorbis setup header claims (Vorbis I, 3.2.1), checked before Symphonia acts on it: its codebooks are tables,
//! made as large as the header says, and a header that contradicts itself would end the program.
//!
//! Only what is found wrong is refused. What is merely cut off or unknown is left for Symphonia to refuse.

use super::MediaError;
use crate::store::ByteSource;

/// How a setup header begins.
const SETUP: &[u8] = b"\x05vorbis";

/// Bytes of an Ogg file that are searched for the setup header.
const HEAD: usize = 64 * 1024;

/// The most numbers in all codebooks together. libvorbis's have up to 74,000.
const MAX_NUMBERS: u64 = 1 << 18;

/// The longest codeword, in bits. Symphonia indexes a table by the length.
const MAX_WORD: u32 = 32;

const ABSURD: MediaError = MediaError::Unsupported("Vorbis with absurd codebooks");

/// Checks an Ogg file's first setup header, if there is one near the file's start.
pub(super) fn check_ogg(source: &dyn ByteSource) -> Result<(), MediaError> {
    let mut head = vec![0; HEAD];
    let count = source.read_at(0, &mut head[..4]).unwrap_or(0);
    if count < 4 || !head.starts_with(b"OggS") {
        return Ok(());
    }
    let count = source.read_at(0, &mut head).unwrap_or(0);
    head.truncate(count);
    check(&bodies(&head))
}

/// What the pages in a file's first bytes hold, put together (RFC 3533, 6).
fn bodies(mut head: &[u8]) -> Vec<u8> {
    let mut bodies = Vec::new();
    while let Some(start) = head.windows(4).position(|bytes| bytes == b"OggS") {
        let page = &head[start..];
        let table = page.get(26).and_then(|&count| page.get(27..27 + usize::from(count))).unwrap_or(&[]);
        let size: usize = table.iter().map(|&size| usize::from(size)).sum();
        let body = page.get(27 + table.len()..).unwrap_or(&[]);
        let (body, rest) = body.split_at(size.min(body.len()));
        bodies.extend(body);
        head = rest;
    }
    bodies
}

/// Checks the setup header in these bytes, if there is one.
pub(super) fn check(headers: &[u8]) -> Result<(), MediaError> {
    let setup = headers.windows(SETUP.len()).position(|bytes| bytes == SETUP);
    let mut bits = Bits { bytes: setup.map_or(&[], |start| &headers[start + SETUP.len()..]), position: 0 };
    let count = bits.take(8).map_or(0, |count| count + 1);
    let mut numbers = 0;
    for _ in 0..count {
        let Some(codebook) = Codebook::read(&mut bits) else { break };
        numbers += codebook.numbers();
        if numbers > MAX_NUMBERS || !codebook.is_sound() {
            return Err(ABSURD);
        }
        match codebook.skip_values(&mut bits) {
            Some(true) => {}
            Some(false) => return Err(ABSURD),
            None => break,
        }
    }
    Ok(())
}

struct Codebook {
    dimensions: u32,
    entries: u32,
}

impl Codebook {
    /// Reads a codebook up to the lengths of its words.
    fn read(bits: &mut Bits<'_>) -> Option<Self> {
        let is_codebook = bits.take(24)? == 0x56_4342;
        is_codebook.then_some(Self { dimensions: bits.take(16)?, entries: bits.take(24)? })
    }

    fn numbers(&self) -> u64 {
        u64::from(self.entries) * u64::from(self.dimensions)
    }

    /// Whether the number of values of its lattice can be computed, as Symphonia does it.
    fn is_sound(&self) -> bool {
        let power = |values: u32| u64::from(values).checked_pow(self.dimensions).unwrap_or(u64::MAX);
        let values = self.lattice_values();
        let entries = u64::from(self.entries);
        self.dimensions > 0 && power(values) <= entries && (entries + 1..1 << 32).contains(&power(values + 1))
    }

    /// The largest number whose power of the dimensions is no more than the entries (Vorbis I, 9.2.3).
    fn lattice_values(&self) -> u32 {
        (self.entries as f32).powf(1.0 / self.dimensions as f32).floor() as u32
    }

    /// Reads on to the codebook's end, and tells whether its words are of possible lengths. `None` if there is no end.
    fn skip_values(&self, bits: &mut Bits<'_>) -> Option<bool> {
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

/// Bits, each byte's lowest first (Vorbis I, 2.1).
struct Bits<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl Bits<'_> {
    /// The next bits as a number, at most 32.
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

    /// A setup header of one ordered codebook of two entries: so many lengths that none has, then both of one length.
    fn ordered(empty_lengths: usize) -> Vec<u8> {
        let field = |number: u32, width: usize| (0..width).map(move |bit| number >> bit & 1);
        let mut bits: Vec<u32> =
            field(0, 8).chain(field(0x56_4342, 24)).chain(field(1, 16)).chain(field(2, 24)).collect();
        bits.extend(field(1, 1).chain(field(0, 5)));
        bits.extend((0..empty_lengths).flat_map(|_| field(0, 2)));
        bits.extend(field(2, 2).chain(field(0, 4)));
        let bytes = bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |byte, &bit| byte << 1 | bit as u8));
        SETUP.iter().copied().chain(bytes).collect()
    }

    #[test]
    fn words_longer_than_any_can_be_are_refused() {
        assert_eq!(check(&ordered(31)), Ok(()));
        assert_eq!(check(&ordered(32)), Err(ABSURD));
    }
}
