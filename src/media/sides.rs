//! Whether a recording sounds the same on both sides, so that one channel holds all of it.

use wide::f32x4;

use super::codec::Block;
use super::layout::{ChannelLayout, Speaker};
use crate::lanes::LANES;

/// Compares both sides of a recording from its start to its end. Channels count by where they are heard, as in a mix.
pub(super) struct Sides {
    are_equal: bool,
}

impl Default for Sides {
    fn default() -> Self {
        Self { are_equal: true }
    }
}

impl Sides {
    /// Adds a block of audio in that layout. Once the sides have differed, this costs nothing.
    pub(super) fn add(&mut self, block: &Block, layout: ChannelLayout) {
        if !self.are_equal || block.len() == 1 {
            return;
        }
        self.are_equal = match (block.as_slice(), layout.speakers()) {
            ([left, right], [Speaker::FrontLeft, Speaker::FrontRight]) => are_same(left, right),
            _ => are_same(&side(block, layout, 0), &side(block, layout, 1)),
        };
    }

    /// Whether no frame differed.
    pub(super) fn are_equal(&self) -> bool {
        self.are_equal
    }
}

/// Compares samples in vectors, which `==` does not.
fn are_same(left: &[f32], right: &[f32]) -> bool {
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks::<LANES>(), right.as_chunks::<LANES>());
    let is_same = |(left, right): (&[f32; LANES], &[f32; LANES])| f32x4::new(*left).simd_eq(f32x4::new(*right)).all();
    left.len() == right.len() && left.iter().zip(right).all(is_same) && left_rest == right_rest
}

/// One side of a block, as a mix has it: 0 is the left one.
fn side(block: &Block, layout: ChannelLayout, side: usize) -> Vec<f32> {
    let mut sum = vec![0.0; block.first().map_or(0, Vec::len)];
    for (samples, speaker) in block.iter().zip(layout.speakers()) {
        let gain = speaker.sides().get(side).copied().unwrap_or(0.0);
        sum.iter_mut().zip(samples).for_each(|(out, sample)| *out += gain * sample);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_equal(channels: usize, blocks: &[Block]) -> bool {
        let layout = ChannelLayout::customary(channels).unwrap();
        let mut sides = Sides::default();
        blocks.iter().for_each(|block| sides.add(block, layout));
        sides.are_equal()
    }

    #[test]
    fn one_channel_and_two_equal_ones_have_equal_sides() {
        for channels in [1, 2] {
            assert!(are_equal(channels, &[vec![vec![0.5, -0.25]; channels]]), "{channels}");
        }
    }

    #[test]
    fn one_sample_in_any_block_is_enough_to_differ() {
        let same = || vec![vec![0.5, -0.25]; 2];
        let other = vec![vec![0.5, -0.25], vec![0.5, -0.25 + f32::EPSILON]];
        for place in 0..3 {
            let mut blocks = vec![same(), same(), same()];
            blocks[place] = other.clone();
            assert!(!are_equal(2, &blocks), "in block {place}");
        }
    }

    #[test]
    fn surround_counts_by_where_each_channel_is_heard() {
        // 5.1 as WAVE orders it: the centre and the low-frequency channel are heard on neither side more.
        let mut block = vec![vec![0.5], vec![0.5], vec![0.1], vec![0.9], vec![-0.2], vec![-0.2]];
        assert!(are_equal(6, &[block.clone()]));
        block[4][0] = 0.2;
        assert!(!are_equal(6, &[block]));
    }
}
