//! Damages real files at random: the same seed always gives the same damage.

use std::fs;
use std::ops::Range;

use super::matrix;

/// Unusual values for sizes, counts and rates.
const EXTREMES: [u64; 12] =
    [0, 1, 2, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff, u64::MAX];

/// The length of a file's front, which contains most headers.
const FRONT: usize = 256;

/// A random number generator with a seed (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `limit`; 0 if `limit` is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit.max(1) as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    /// Picks a range within `length` bytes. Short and long ranges are equally likely.
    fn part(&mut self, length: usize) -> Range<usize> {
        let start = self.place(length);
        let most = (length - start) >> self.below(12);
        start..start + self.below(most + 1)
    }

    /// Picks a position within `length` bytes, half the time in the front.
    fn place(&mut self, length: usize) -> usize {
        let limit = if self.one_in(2) { length.min(FRONT) } else { length };
        self.below(limit)
    }
}

/// Returns the sample files and one file of each readable container and codec, with names, always in the same order.
pub fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/media");
    let mut samples: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|extension| extension != "json"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap()))
        .collect();
    samples.extend(matrix::SEEDS.iter().cloned());
    samples.sort();
    samples
}

/// Damages one of the samples in one to four ways.
pub fn mutated(samples: &[(String, Vec<u8>)], seed: u64) -> (&str, Vec<u8>) {
    let mut dice = Dice(seed);
    let (name, bytes) = &samples[dice.below(samples.len())];
    let other = &samples[dice.below(samples.len())].1;
    let mut bytes = bytes.clone();
    for _ in 0..=dice.below(4) {
        mutate(&mut bytes, other, &mut dice);
    }
    if dice.one_in(2) {
        seal_ogg(&mut bytes);
    }
    (name, bytes)
}

fn mutate(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let part = dice.part(bytes.len());
    match dice.below(12) {
        0 => (0..=dice.below(8)).for_each(|_| flip(bytes, dice)),
        1 => bytes[part].fill(0x00),
        2 => bytes[part].fill(0xff),
        3 => bytes[part].fill_with(|| dice.roll() as u8),
        4 => bytes.truncate(part.start),
        5 => drop(bytes.drain(part)),
        6 => bytes.extend_from_within(part),
        7 => {
            let copy = bytes[part].to_vec();
            let at = dice.place(bytes.len());
            bytes.splice(at..at, copy);
        }
        8 => {
            // Swap two blocks.
            let (front, back) = bytes.split_at_mut(part.start);
            let count = part.len().min(front.len());
            front[..count].swap_with_slice(&mut back[..count]);
        }
        9 => {
            bytes.truncate(part.start);
            bytes.extend(&other[dice.place(other.len())..]);
        }
        _ => (0..=dice.below(3)).for_each(|_| set_number(bytes, dice)),
    }
}

fn flip(bytes: &mut [u8], dice: &mut Dice) {
    let at = dice.place(bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << dice.below(8);
    }
}

/// Overwrites a number of one to eight bytes, in either byte order, with an extreme value or a slightly different one.
fn set_number(bytes: &mut [u8], dice: &mut Dice) {
    let width = 1 << dice.below(4);
    let at = dice.place(bytes.len());
    let Some(field) = bytes.get_mut(at..at + width) else { return };
    let mut number = EXTREMES[dice.below(EXTREMES.len())].to_be_bytes();
    if dice.one_in(3) {
        number[8 - width..].copy_from_slice(field);
        number = u64::from_be_bytes(number).wrapping_add(dice.roll() % 9).wrapping_sub(4).to_be_bytes();
    }
    let number = &mut number[8 - width..];
    if dice.one_in(2) {
        number.reverse();
    }
    field.copy_from_slice(number);
}

/// Corrects the checksums of all Ogg pages (RFC 3533, 6), so that a reader does not skip the damaged ones.
pub fn seal_ogg(bytes: &mut [u8]) {
    let starts: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at..].starts_with(b"OggS")).collect();
    for start in starts {
        let Some(&segments) = bytes.get(start + 26) else { continue };
        let table = start + 27..start + 27 + usize::from(segments);
        let Some(body) =
            bytes.get(table.clone()).map(|table| table.iter().map(|&size| usize::from(size)).sum::<usize>())
        else {
            continue;
        };
        let Some(page) = bytes.get_mut(start..table.end + body) else { continue };
        page[22..26].fill(0);
        let sum = page.iter().fold(0u32, |sum, &byte| {
            (0..8).fold(sum ^ u32::from(byte) << 24, |sum, _| sum << 1 ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 })
        });
        page[22..26].copy_from_slice(&sum.to_le_bytes());
    }
}
