//! A rehearsal: some seconds of noise, mixed and encoded for nobody.
//!
//! A browser compiles a module's functions twice: fast at first, and well once they are used much. The second takes
//! half a second of CPU time, as much as the export of half a minute, and an export that is the first on its page has
//! to share the cores with it. A worker that has nothing to do can rehearse before. The result is of no use.

use std::sync::Arc;

use super::error::ExportError;
use super::options::ExportOptions;
use super::recipe::Recipe;
use super::segment::{Pass, SegmentMaker};
use super::stretch::Stretch;
use crate::media::Content;
use crate::mix::{Composition, Fades, Mastering, PlacedClip, Sound};
use crate::store::Bytes;
use crate::timeline::{AudioLayout, ClipRef, Frames, SampleRate};

const RATE: SampleRate = SampleRate::HZ_44100;

/// The number of clips, which are a second each. Only the first segment is made: a whole one, for a mix of this length.
const CLIPS: Frames = 45;

/// The frames from one burst of the noise to the next.
const BURST: u32 = 5_000;

/// The noise, and how it is exported: as an export by default is.
pub struct Rehearsal {
    composition: Composition,
    pass: Pass,
}

impl Rehearsal {
    /// Prepares a rehearsal.
    pub fn new() -> Result<Self, ExportError> {
        let content = Content::new(Arc::new(Bytes(noise().into())), "audio/wav");
        let second = Frames::from(RATE.hz());
        let clip = |number: Frames| PlacedClip {
            clip: Arc::new(ClipRef { clip_id: String::new(), asset_id: String::new() }),
            start: number * second,
            end: (number + 1) * second,
            sound: Some(Sound {
                content: content.clone(),
                source_start: 0,
                gain: 1.0,
                pan: 0.0,
                fades: Fades { fade_in: 0, fade_out: 0, length: second },
            }),
        };
        let composition = Composition::new(RATE, AudioLayout::Stereo, (0..CLIPS).map(clip).collect());
        let stretch = Stretch { start: 0, end: composition.frames() };
        let options = ExportOptions::default();
        let mastering = Mastering { gain_db: 0.0, ceiling_db: options.ceiling_db };
        let pass = Recipe::new(&composition, stretch, &options)?.pass(mastering);
        Ok(Self { composition, pass })
    }

    /// Begins it.
    pub fn begin(&self) -> Result<SegmentMaker<'_>, ExportError> {
        SegmentMaker::new(&self.composition, &self.pass, 0)
    }
}

/// Returns a second of stereo noise that dies away and begins anew, as a WAV of 16 bits.
fn noise() -> Vec<u8> {
    let frames = RATE.hz();
    let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0".to_vec();
    wav.extend([RATE.hz(), 4 * RATE.hz()].iter().flat_map(|field| field.to_le_bytes()));
    wav.extend(b"\x04\0\x10\0data");
    wav.extend((4 * frames).to_le_bytes());
    let mut state = 1_u32;
    for frame in 0..frames {
        for _ in 0..2 {
            // Numerical Recipes' generator.
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let sample = (state as i32 >> 17) / (1 + (frame % BURST) as i32 / 200);
            wav.extend((sample as i16).to_le_bytes());
        }
    }
    wav
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_segment_as_an_exports() {
        let rehearsal = Rehearsal::new().unwrap();
        let mut maker = rehearsal.begin().unwrap();
        while !maker.work(&|| true).unwrap() {}
        let segment = maker.finish().unwrap();
        let loudest = segment.packets().map(|(_, packet)| packet.len()).max();
        assert!(segment.warnings.is_empty() && segment.sizes.len() > 600 && loudest > Some(100));
    }
}
