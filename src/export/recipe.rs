//! From a mix to a track: all that follows from the mix's length and the options, before a packet exists.

use super::error::ExportError;
use super::options::ExportOptions;
use super::segment::{Encoding, Pass};
use crate::aac::{Encoder, EncoderConfig};
use crate::m4a::{Piece, Track, packets_for, priming_for};
use crate::mix::{Composition, Mastering};
use crate::timeline::Frames;

/// What is known of a track.
pub(super) struct Recipe {
    config: EncoderConfig,
    audio_specific_config: Vec<u8>,
    encoder_delay: u32,
    /// Silence before the timeline, so that it ends where a packet does: some players cut there and nowhere else.
    priming: u32,
    frames: Frames,
}

impl Recipe {
    /// The recipe for a mix.
    pub(super) fn new(composition: &Composition, options: &ExportOptions) -> Result<Self, ExportError> {
        let (sample_rate, layout, frames) = (composition.rate(), composition.layout(), composition.frames());
        let config =
            EncoderConfig { sample_rate, layout, bit_rate: options.bit_rate, afterburner: options.afterburner };
        let encoder = Encoder::new(&config)?;
        Ok(Self {
            config,
            audio_specific_config: encoder.audio_specific_config().to_vec(),
            encoder_delay: encoder.delay(),
            priming: priming_for(encoder.delay(), frames),
            frames,
        })
    }

    /// The pass that makes the track's packets.
    pub(super) fn pass(&self, mastering: Mastering) -> Pass {
        let encoding = Encoding {
            bit_rate: self.config.bit_rate,
            afterburner: self.config.afterburner,
            lead: self.priming.saturating_sub(self.encoder_delay).into(),
            packets: packets_for(self.priming, self.frames),
        };
        Pass { mastering, encoding: Some(encoding) }
    }

    /// The track, of a file that says so much of itself.
    pub(super) fn track(&self, piece: Piece) -> Track {
        Track {
            sample_rate: self.config.sample_rate,
            layout: self.config.layout,
            audio_specific_config: self.audio_specific_config.clone(),
            priming: self.priming,
            frames: self.frames,
            piece,
        }
    }
}
