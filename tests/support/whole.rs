//! Makes a file with one encoder, from the first sample to the last: the reference for an export in segments.

use std::error::Error;

use secuencia::aac::{Encoder, EncoderConfig};
use secuencia::m4a::{FileLayout, MoovPlace, Piece, Track, priming_for};

/// Encodes interleaved samples (whole frames) as an export of the same audio would, but in one go. Returns the file
/// and the number of its packets.
pub fn encode_whole(samples: &[i16], config: &EncoderConfig) -> Result<(Vec<u8>, u64), Box<dyn Error>> {
    let mut encoder = Encoder::new(config)?;
    let delay = encoder.delay();
    let frames = (samples.len() / config.layout.channels()) as u64;
    let track = Track {
        sample_rate: config.sample_rate,
        layout: config.layout,
        audio_specific_config: encoder.audio_specific_config().to_vec(),
        priming: priming_for(delay, frames),
        frames,
        piece: Piece::default(),
    };
    let layout = FileLayout::new(track, MoovPlace::First)?;
    let wanted = layout.packet_count() as usize;
    let (mut sizes, mut packets) = (Vec::with_capacity(wanted), Vec::new());
    let mut keep = |packet: &[u8]| {
        // Flushing also returns packets past the last one, which contain none of the samples.
        if sizes.len() < wanted {
            sizes.push(packet.len() as u16);
            packets.extend_from_slice(packet);
        }
    };
    let lead = vec![0; (layout.track().priming - delay) as usize * config.layout.channels()];
    encoder.encode(&lead, &mut keep)?;
    encoder.encode(samples, &mut keep)?;
    encoder.finish(&mut keep)?;
    let mut file = layout.header(&sizes)?;
    file.append(&mut packets);
    Ok((file, layout.packet_count()))
}
