//! The encoder's and the track's parameters: everything that follows from the length and the options.

use super::error::ExportError;
use super::options::ExportOptions;
use super::segment::{Encoding, Pass};
use super::stretch::Stretch;
use crate::aac::{Encoder, EncoderConfig};
use crate::m4a::{Piece, Track, packets_for, priming_for};
use crate::mix::{Composition, Mastering};

/// The parameters of a track, known before the first packet.
pub(super) struct Recipe {
    config: EncoderConfig,
    audio_specific_config: Vec<u8>,
    encoder_delay: u32,
    /// Silence before the timeline, in frames, so that the timeline ends where a packet does: some players cut only
    /// there.
    priming: u32,
    stretch: Stretch,
}

impl Recipe {
    /// Derives the parameters for a part of a mix.
    pub(super) fn new(
        composition: &Composition,
        stretch: Stretch,
        options: &ExportOptions,
    ) -> Result<Self, ExportError> {
        let (sample_rate, layout) = (composition.rate(), composition.layout());
        let config =
            EncoderConfig { sample_rate, layout, bit_rate: options.bit_rate, afterburner: options.afterburner };
        let encoder = Encoder::new(&config)?;
        Ok(Self {
            config,
            audio_specific_config: encoder.audio_specific_config().to_vec(),
            encoder_delay: encoder.delay(),
            priming: priming_for(encoder.delay(), stretch.frames()),
            stretch,
        })
    }

    /// Returns the pass that makes the track's packets.
    pub(super) fn pass(&self, mastering: Mastering) -> Pass {
        let encoding = Encoding {
            bit_rate: self.config.bit_rate,
            afterburner: self.config.afterburner,
            lead: self.priming.saturating_sub(self.encoder_delay).into(),
            packets: packets_for(self.priming, self.stretch.frames()),
        };
        Pass { mastering, stretch: self.stretch, encoding: Some(encoding) }
    }

    /// Returns the track of a file with this metadata.
    pub(super) fn track(&self, piece: Piece) -> Track {
        Track {
            sample_rate: self.config.sample_rate,
            layout: self.config.layout,
            audio_specific_config: self.audio_specific_config.clone(),
            priming: self.priming,
            frames: self.stretch.frames(),
            piece,
        }
    }
}
