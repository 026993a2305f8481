//! A waveform of any length in a bounded number of peaks.

use super::codec::Block;

/// The most peaks there are: as many as a screen is wide.
const MAX_PEAKS: usize = 2048;

/// Frames a peak stands for at first: 6 ms at 44.1 kHz.
const FIRST_WIDTH: usize = 256;

/// Gathers the peak magnitude of equal stretches. Where there come to be too many, neighbours are made one.
pub(super) struct Waveform {
    peaks: Vec<f32>,
    width: usize,
    /// Frames in the last stretch, which is being filled.
    filled: usize,
}

impl Default for Waveform {
    fn default() -> Self {
        Self { peaks: Vec::new(), width: FIRST_WIDTH, filled: FIRST_WIDTH }
    }
}

impl Waveform {
    /// Adds a block: the loudest channel counts.
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
                // `max` passes over what is not a number.
                *peak = magnitudes.fold(*peak, f32::max);
            }
            self.filled += end - at;
            at = end;
        }
    }

    /// The peaks, 255 being full scale.
    pub(super) fn finish(self) -> Vec<u8> {
        // The cast saturates: a float file may be louder than full scale.
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
