//! Computes a waveform with a bounded number of peaks, for audio of any length.

use super::codec::Block;
use crate::lanes::LANES;
use wide::f32x4;

/// The most peaks: about the width of a screen in pixels.
const MAX_PEAKS: usize = 2048;

/// The initial number of frames per peak: 6 ms at 44.1 kHz.
const FIRST_WIDTH: usize = 256;

/// A collector of the peak magnitude of equal stretches. When there are too many, neighbours are merged.
pub(super) struct Waveform {
    peaks: Vec<f32>,
    width: usize,
    /// The number of frames so far in the last stretch.
    filled: usize,
}

impl Default for Waveform {
    fn default() -> Self {
        Self { peaks: Vec::new(), width: FIRST_WIDTH, filled: FIRST_WIDTH }
    }
}

impl Waveform {
    /// Adds a block. A peak is that of the loudest channel.
    pub(super) fn add(&mut self, block: &Block) {
        let frames = block.first().map_or(0, Vec::len);
        let mut at = 0;
        while at < frames {
            if self.filled == self.width {
                self.make_room();
                self.peaks.push(0.0);
                self.filled = 0;
            }
            let end = frames.min(at + self.width - self.filled);
            if let Some(peak) = self.peaks.last_mut() {
                *peak = block.iter().map(|plane| peak_of(&plane[at..end])).fold(*peak, f32::max);
            }
            self.filled += end - at;
            at = end;
        }
    }

    /// Returns the peaks so far, with full scale at 255.
    pub(super) fn peaks(&self) -> Vec<u8> {
        // The cast saturates: a float file may exceed full scale.
        self.peaks.iter().map(|peak| (peak * 255.0).round() as u8).collect()
    }

    fn make_room(&mut self) {
        if self.peaks.len() == MAX_PEAKS {
            self.peaks = self.peaks.chunks(2).map(|pair| pair.iter().copied().fold(0.0, f32::max)).collect();
            self.width *= 2;
        }
    }
}

/// Returns the largest magnitude of samples, none of which is NaN.
fn peak_of(samples: &[f32]) -> f32 {
    // Four vectors in turn, because each maximum waits for the one before it.
    let (groups, rest) = samples.as_chunks::<{ 4 * LANES }>();
    let mut peaks = [f32x4::ZERO; 4];
    for group in groups {
        for (peak, vector) in peaks.iter_mut().zip(group.as_chunks::<LANES>().0) {
            *peak = peak.fast_max(f32x4::new(*vector).abs());
        }
    }
    let magnitudes = rest.iter().map(|sample| sample.abs());
    peaks.iter().flat_map(|peak| peak.to_array()).chain(magnitudes).fold(0.0, f32::max)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn peaks_are_those_of_equal_stretches_however_the_blocks_fall(
            samples in prop::collection::vec(-1.5f32..1.5, 1..5000),
            repeats in 1usize..400,
            cut in 1usize..5000,
        ) {
            let samples = samples.repeat(repeats);
            let mut waveform = Waveform::default();
            for part in samples.chunks(cut) {
                waveform.add(&vec![part.to_vec(), vec![0.0; part.len()]]);
            }
            let peaks = waveform.peaks();
            prop_assert!(peaks.len() <= MAX_PEAKS);
            let mut width = FIRST_WIDTH;
            while samples.len().div_ceil(width) > MAX_PEAKS {
                width *= 2;
            }
            let loudest = |part: &[f32]| part.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
            let expected: Vec<u8> = samples.chunks(width).map(|part| (loudest(part) * 255.0).round() as u8).collect();
            prop_assert_eq!(peaks, expected);
        }
    }
}
