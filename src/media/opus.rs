//! Decodes Opus packets (RFC 6716) to audio, by libopus as translated to Rust.
//!
//! The audio is always at 48 kHz, with the header's output gain applied and its channels in WAVE's order. Packets are
//! trimmed by their own padding; `gapless` trims the pre-skip.

use symphonia::core::audio::{AudioSpec, Channels};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};
use symphonia::core::errors::{Error, Result};
use unsafe_libopus::{
    OPUS_OK, opus_multistream_decode_float, opus_multistream_decoder_get_size, opus_multistream_decoder_init,
};

use super::interleaved::{Decode, Decoded, Interleaved, Sample};
use super::layout::XIPH;
use super::{MAX_CHANNELS, MediaError};

/// Opus's only sample rate, in Hz.
const RATE: u32 = 48_000;

/// The longest packet in frames: 120 ms (RFC 6716, 2.1.4).
const MAX_FRAMES: usize = 5760;

const UNSUPPORTED: MediaError = MediaError::Unsupported("Opus of a kind other than mono, stereo or surround");

/// For each channel count, the indices of WAVE's channels in Vorbis's order (RFC 7845, 5.1.1.2), which Opus uses.
const WAVE_ORDER: [&[usize]; MAX_CHANNELS] = [
    &[0],
    &[0, 1],
    &[0, 2, 1],
    &[0, 1, 2, 3],
    &[0, 2, 1, 3, 4],
    &[0, 2, 1, 5, 3, 4],
    &[0, 2, 1, 6, 5, 3, 4],
    &[0, 2, 1, 7, 5, 6, 3, 4],
];

/// The identification header (RFC 7845, 5.1), or MP4's `dOps` box with the same fields in another byte order.
#[derive(Debug, PartialEq)]
pub(super) struct Head {
    /// Frames at the start that are not part of the recording.
    pub(super) pre_skip: u16,
    /// The output gain, in units of 1/256 dB.
    gain: i16,
    streams: u8,
    coupled_streams: u8,
    /// For each channel in WAVE's order, the index of the decoded channel.
    mapping: Vec<u8>,
}

impl Head {
    /// Reads a header. `dOps` also has Ogg's signature before it here, and is recognised by its version, zero.
    pub(super) fn parse(bytes: &[u8]) -> std::result::Result<Self, MediaError> {
        Self::read(bytes).ok_or(UNSUPPORTED)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (version, fields) = bytes.strip_prefix(b"OpusHead")?.split_first()?;
        let number = |at: usize| {
            let pair = [*fields.get(at)?, *fields.get(at + 1)?];
            Some(if *version == 0 { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
        };
        let channels = *fields.first()?;
        let (streams, coupled_streams, table) = match (*fields.get(9)?, channels) {
            (0, 1 | 2) => (1, channels - 1, &[0, 1][..]),
            (1, _) => (*fields.get(10)?, *fields.get(11)?, fields.get(12..)?),
            _ => return None,
        };
        let order = WAVE_ORDER.get(usize::from(channels).checked_sub(1)?)?;
        let mapping = order.iter().map(|&channel| table.get(channel).copied()).collect::<Option<_>>()?;
        Some(Self { pre_skip: number(1)?, gain: number(7)?.cast_signed(), streams, coupled_streams, mapping })
    }
}

/// A decoder of one track's packets.
struct OpusDecoder {
    head: Head,
    /// libopus's state, with the alignment that it needs.
    state: Box<[u64]>,
    interleaved: Vec<f32>,
}

/// Returns a decoder for the track with this header.
pub(super) fn decoder(
    head: Head,
    params: &AudioCodecParameters,
) -> std::result::Result<Box<dyn AudioDecoder>, MediaError> {
    let channels = head.mapping.len();
    let positions = channels.checked_sub(1).and_then(|index| XIPH.get(index)).ok_or(UNSUPPORTED)?;
    // SAFETY: the call depends on its arguments alone.
    let bytes = unsafe { opus_multistream_decoder_get_size(i32::from(head.streams), i32::from(head.coupled_streams)) };
    // The size is 0 if there are no streams, or more coupled ones than streams.
    let bytes = usize::try_from(bytes).ok().filter(|&bytes| bytes > 0);
    let words = bytes.ok_or(UNSUPPORTED)?.div_ceil(size_of::<u64>());
    let spec = AudioSpec::new(RATE, Channels::Positioned(*positions));
    let interleaved = vec![0.0; MAX_FRAMES * channels];
    let mut decoder = OpusDecoder { head, state: vec![0; words].into(), interleaved };
    if !decoder.initialise() {
        return Err(UNSUPPORTED);
    }
    Ok(Box::new(Interleaved::new(decoder, params, spec)))
}

impl OpusDecoder {
    /// Initialises the state. Returns `false` if the header's numbers contradict each other.
    fn initialise(&mut self) -> bool {
        // SAFETY: The state has the size that libopus asked for with these streams, and is aligned to eight bytes.
        // The mapping has one entry per channel.
        let code = unsafe {
            opus_multistream_decoder_init(
                self.state.as_mut_ptr().cast(),
                RATE as i32,
                self.head.mapping.len() as i32,
                i32::from(self.head.streams),
                i32::from(self.head.coupled_streams),
                self.head.mapping.as_ptr(),
            )
        };
        code == OPUS_OK
    }

    /// Decodes a packet into `interleaved`, and returns its number of frames.
    fn decode_interleaved(&mut self, packet: &[u8]) -> Result<usize> {
        // libopus takes an empty packet as lost, and would invent its audio.
        let length = i32::try_from(packet.len()).ok().filter(|&length| length > 0);
        let length = length.ok_or(Error::DecodeError("opus: empty packet"))?;
        // SAFETY: The state was initialised, and nothing else has changed it. The packet has this many bytes, and
        // there is room for the longest packet's frames in all channels.
        let frames = unsafe {
            opus_multistream_decode_float(
                self.state.as_mut_ptr().cast(),
                packet.as_ptr(),
                length,
                self.interleaved.as_mut_ptr(),
                MAX_FRAMES as i32,
                0,
            )
        };
        usize::try_from(frames).map_err(|_| Error::DecodeError("opus: invalid packet"))
    }
}

impl Decode for OpusDecoder {
    const MAX_FRAMES: usize = MAX_FRAMES;
    const INFO: CodecInfo = CodecInfo { short_name: "opus", long_name: "Opus", profiles: &[] };

    fn reset(&mut self) {
        // It succeeded when the decoder was made.
        self.initialise();
    }

    fn decode(&mut self, packet: &[u8]) -> Result<Decoded<'_, impl Sample>> {
        let frames = self.decode_interleaved(packet)?;
        let gain = 10f32.powf(f32::from(self.head.gain) / (256.0 * 20.0));
        Ok(Decoded { samples: &self.interleaved[..], channels: self.head.mapping.len(), frames, gain, spec: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEREO: &[u8] = b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\xff\xfe\0";

    #[test]
    fn a_header_and_mp4s_box_say_the_same_each_in_its_byte_order() {
        let head = Head { pre_skip: 312, gain: -257, streams: 1, coupled_streams: 1, mapping: vec![0, 1] };
        assert_eq!(Head::parse(STEREO).unwrap(), head);
        assert_eq!(Head::parse(b"OpusHead\x00\x02\x01\x38\0\0\xbb\x80\xfe\xff\0").unwrap(), head);
    }

    #[test]
    fn surround_comes_in_waves_order() {
        // Vorbis has left, centre, right, left and right surround, LFE: here two pairs and two single streams.
        let head = Head::parse(b"OpusHead\x01\x06\0\0\x80\xbb\0\0\0\0\x01\x04\x02\x00\x04\x01\x02\x03\x05").unwrap();
        assert_eq!(head.mapping, [0, 1, 4, 5, 2, 3]);
    }

    #[test]
    fn headers_that_are_cut_absurd_or_of_another_kind_are_refused() {
        for length in 0..STEREO.len() {
            assert!(Head::parse(&STEREO[..length]).is_err(), "{length}");
        }
        let made = |fields: &[u8]| {
            let head = Head::parse(&[b"OpusHead\x01", fields].concat())?;
            decoder(head, &AudioCodecParameters::new()).map(|_| ())
        };
        assert!(made(b"\x02\0\0\0\0\0\0\0\0\x01\x01\x01\x00\x01").is_ok());
        assert!(made(b"\x00\0\0\0\0\0\0\0\0\x00").is_err(), "no channels");
        assert!(made(b"\x03\0\0\0\0\0\0\0\0\x00").is_err(), "three channels need a mapping");
        assert!(made(b"\x04\0\0\0\0\0\0\0\0\x03\x04\x00\0\x01\x02\x03").is_err(), "ambisonics");
        assert!(made(b"\x02\0\0\0\0\0\0\0\0\x01\x00\x00\x00\x01").is_err(), "no streams");
        assert!(made(b"\x02\0\0\0\0\0\0\0\0\x01\x01\x02\x00\x01").is_err(), "more pairs than streams");
        assert!(made(b"\x02\0\0\0\0\0\0\0\0\x01\x01\x01\x00\x09").is_err(), "a channel that no stream has");
    }
}
