//! Decodes MPEG layer III frames to audio, by minimp3.
//!
//! Each frame's header declares its channels and its sample rate, so they may change from frame to frame. A frame whose
//! main data begins in missing frames cannot be decoded, as at the start of an excerpt from a longer recording. An
//! invalid frame cannot be decoded either, and resets the decoder.
//!
//! The audio of a frame depends only on the frames before it. minimp3 reads past the end of a corrupt frame's data, but
//! its stack is cleared (`-ftrivial-auto-var-init`), so it finds the same there each time.

use rmp3::ffi::{mp3dec_decode_frame, mp3dec_frame_info_t, mp3dec_t};
use symphonia::core::audio::{AudioSpec, Channels};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};
use symphonia::core::errors::{Error, Result};

use super::frame_headers::{Framing, Header};
use super::interleaved::{Decode, Decoded, Interleaved, Sample};

/// The most audio frames in a frame of MP3.
const MAX_FRAMES: usize = 1152;

/// The initial state.
const NEW: mp3dec_t = mp3dec_t {
    mdct_overlap: [[0.0; 288]; 2],
    qmf_state: [0.0; 960],
    reserv: 0,
    free_format_bytes: 0,
    header: [0; 4],
    reserv_buf: [0; 511],
};

/// A decoder of one track's packets, each of which is one frame.
struct Mp3Decoder {
    state: Box<mp3dec_t>,
    interleaved: Box<[f32; 2 * MAX_FRAMES]>,
}

/// Returns a decoder for a track's packets.
pub(super) fn decoder(params: &AudioCodecParameters) -> Box<dyn AudioDecoder> {
    let decoder = Mp3Decoder { state: Box::new(NEW), interleaved: Box::new([0.0; 2 * MAX_FRAMES]) };
    Box::new(Interleaved::new(decoder, params, AudioSpec::new(44_100, Channels::Discrete(2))))
}

impl Mp3Decoder {
    /// Decodes a frame into `interleaved`. Returns `None` if it is invalid, and `false` if main data is missing.
    fn decode_interleaved(&mut self, frame: &[u8], header: Header) -> Option<bool> {
        let frame = match header.length {
            Some(length) => frame.get(..usize::try_from(length).ok()?)?,
            // The container determines the length of a free format's frames.
            None => frame,
        };
        let bytes = i32::try_from(frame.len()).ok().filter(|&bytes| bytes <= Header::MAX_MP3_BYTES as i32)?;
        // minimp3 would look for a second frame to confirm the first. `Framing` has done so.
        self.state.header = *frame.first_chunk()?;
        self.state.free_format_bytes = bytes - header.padding as i32;
        self.interleaved.fill(0.0);
        let mut info =
            mp3dec_frame_info_t { frame_bytes: 0, frame_offset: 0, channels: 0, hz: 0, layer: 0, bitrate_kbps: 0 };
        // SAFETY: The state is either new or as minimp3 left it. The frame has this many bytes, no more than
        // minimp3's scratch memory has room for. `interleaved` has room for the longest frame of two channels.
        let frames = unsafe {
            mp3dec_decode_frame(
                &raw mut *self.state,
                frame.as_ptr(),
                bytes,
                self.interleaved.as_mut_ptr(),
                &raw mut info,
            )
        };
        // minimp3 clears its header if the side information is invalid.
        (self.state.header[0] != 0).then_some(frames > 0)
    }
}

impl Decode for Mp3Decoder {
    const MAX_FRAMES: usize = MAX_FRAMES;
    const INFO: CodecInfo = CodecInfo { short_name: "mp3", long_name: "MPEG audio layer III", profiles: &[] };

    fn reset(&mut self) {
        *self.state = NEW;
    }

    fn decode(&mut self, packet: &[u8]) -> Result<Decoded<'_, impl Sample>> {
        let header = Header::parse(Framing::Mp3, packet).ok_or(Error::DecodeError("mp3: no header"));
        let header = header.inspect_err(|_| self.reset())?;
        match self.decode_interleaved(packet, header) {
            Some(true) => {}
            Some(false) => return Err(Error::DecodeError("mp3: main data of frames that are not there")),
            None => {
                self.reset();
                return Err(Error::DecodeError("mp3: invalid frame"));
            }
        }
        Ok(Decoded {
            samples: &*self.interleaved,
            channels: header.channels.into(),
            frames: header.frames as usize,
            gain: 1.0,
            spec: Some(AudioSpec::new(header.rate, Channels::Discrete(header.channels.into()))),
        })
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::io::Write;
    use std::sync::Arc;
    use std::{env, fs, io};

    use super::super::frames::{FrameReader, find_stream};
    use super::*;
    use crate::store::Bytes;

    /// Decodes a stream to interleaved packets, each with its own channels. Continues with chained streams.
    fn decoded(stream: &[u8]) -> Vec<Vec<f32>> {
        let mut packets = Vec::new();
        let source = Arc::new(Bytes(stream.into()));
        let Ok(Some((Framing::Mp3, mut start))) = find_stream(source.clone()) else { return packets };
        while let Some((mut reader, track)) = FrameReader::open(source.clone(), Framing::Mp3, start).unwrap() {
            let mut delay = track.delay.unwrap_or(0) as usize;
            let mut decoder = decoder(&AudioCodecParameters::new());
            while let Ok(Some(packet)) = reader.next_packet() {
                let Ok(audio) = decoder.decode(&packet) else { continue };
                let mut samples = Vec::<f32>::new();
                audio.copy_to_vec_interleaved(&mut samples);
                let skipped = delay.min(audio.frames());
                delay -= skipped;
                packets.push(samples.split_off(skipped * audio.spec().channels().count()));
            }
            let Some(next) = reader.changes_at() else { break };
            start = next;
        }
        packets
    }

    /// Returns the RMS error against 16-bit reference samples, without their rounding noise. Skips our silent packets
    /// that cannot be decoded, because the reference leaves these out.
    fn error(ours: &[Vec<f32>], reference: &[f32]) -> f64 {
        let (mut squares, mut rest) = (0.0, reference);
        for packet in ours {
            let count = packet.len().min(rest.len());
            let is_same = rest[..count].iter().all(|sample| *sample == 0.0);
            if packet.iter().all(|sample| *sample == 0.0) && !is_same {
                continue;
            }
            let pairs = packet.iter().zip(rest);
            squares += pairs.map(|(a, b)| f64::from(a.clamp(-1.0, 1.0) - b).powi(2)).sum::<f64>();
            rest = &rest[count..];
        }
        if !rest.is_empty() {
            return f64::INFINITY;
        }
        let rounding = 2f64.powi(-15).powi(2) / 12.0;
        (squares / reference.len().max(1) as f64 - rounding).max(0.0).sqrt()
    }

    /// The streams may not be redistributed. `MP3_VECTORS` names a folder that holds them with their PCM:
    ///
    ///     MP3_VECTORS=folder cargo test --lib the_standards_streams
    #[test]
    fn the_standards_streams_are_decoded_with_full_accuracy() {
        let Some(folder) = env::var_os("MP3_VECTORS") else {
            // Not `println`, which is hidden for a test that passes.
            let _ = writeln!(io::stderr(), "not run, as MP3_VECTORS names no folder: the conformance streams of MP3");
            return;
        };
        // ISO/IEC 11172-4, 2.4.3.
        let limit = 2f64.powi(-15) / 12f64.sqrt();
        let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let mut compared = 0;
        for path in entries.filter(|path| path.extension().is_some_and(|extension| extension == "bit")) {
            let ours = decoded(&fs::read(&path).unwrap());
            // A hostile stream has no reference: surviving it is enough.
            let Ok(reference) = fs::read(path.with_extension("pcm")) else { continue };
            let sample = |pair: &[u8]| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32768.0;
            let reference: Vec<f32> = reference.chunks_exact(2).map(sample).collect();
            // Some references lack the first packets.
            let least = (0..=ours.len().min(3)).map(|first| error(&ours[first..], &reference));
            let least = least.fold(f64::INFINITY, f64::min);
            assert!(least < limit, "{}: {least:e}", path.display());
            compared += 1;
        }
        assert!(compared > 0, "there are none in {}", folder.display());
    }

    #[test]
    fn a_corrupt_frame_decodes_to_the_same_whatever_was_decoded_before() {
        let stream = include_bytes!("../../tests/data/media/lame-cbr-44100-stereo.mp3");
        let spoilt = |seed: usize| {
            let mut spoilt = stream.to_vec();
            // After the headers, in the side information and the main data.
            (seed % 50 + 900..spoilt.len()).step_by(97 + seed).for_each(|at| {
                spoilt[at] = spoilt[at].wrapping_mul(31) ^ seed as u8;
            });
            spoilt
        };
        for seed in 1..40 {
            let bits =
                |packets: Vec<Vec<f32>>| -> Vec<u32> { packets.concat().iter().map(|one| one.to_bits()).collect() };
            let first = bits(decoded(&spoilt(seed)));
            decoded(stream);
            assert!(bits(decoded(&spoilt(seed))) == first, "{seed}");
        }
    }
}
