//! Computes a waveform with a bounded number of peaks, for audio of any length.

use super::codec::Block;

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
            let magnitudes = block.iter().flat_map(|plane| &plane[at..end]).map(|sample| sample.abs());
            if let Some(peak) = self.peaks.last_mut() {
                // `max` ignores NaN.
                *peak = magnitudes.fold(*peak, f32::max);
            }
            self.filled += end - at;
            at = end;
        }
    }

    /// Returns the peaks, with full scale at 255.
    pub(super) fn finish(self) -> Vec<u8> {
        // The cast saturates: a float file may exceed full scale.
        self.peaks.into_iter().map(|peak| (peak * 255.0).round() as u8).collect()
    }

    fn make_room(&mut self) {
        if self.peaks.len() == MAX_PEAKS {
            self.peaks = self.peaks.chunks(2).map(|pair| pair.iter().copied().fold(0.0, f32::max)).collect();
            self.width *= 2;
        }
    }
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
            let peaks = waveform.finish();
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
