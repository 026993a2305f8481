//! The encoder: one stream of samples in, one stream of packets out.

use std::ffi::{c_int, c_void};
use std::ops::RangeInclusive;
use std::ptr::{self, NonNull};

use fdk_aac_sys as fdk;

use super::AacError;
use crate::timeline::{AudioLayout, SampleRate};

/// Sample frames in a packet.
pub const FRAME_LENGTH: usize = 1024;

/// The supported bit rates, in bits per second: speech stays clear at the lowest, and more than the highest gains
/// nothing.
const BIT_RATES: RangeInclusive<u32> = 32_000..=320_000;

/// For `aacEncOpen`: only the AAC-LC core, without SBR's buffers and its share of the delay.
const CORE_MODULE: fdk::UINT = 1;

/// For `AACENC_AOT`: the audio object type AAC-LC (ISO/IEC 14496-3, table 1.17).
const AAC_LC: fdk::UINT = 2;

/// For `AACENC_TRANSMUX`: raw packets, as MP4 needs them.
const RAW_PACKETS: fdk::UINT = 0;

/// For `AACENC_InArgs`: there is no more input.
const FLUSH: fdk::INT = -1;

/// The settings of an [`Encoder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncoderConfig {
    /// 44.1 or 48 kHz.
    pub sample_rate: SampleRate,
    /// One or two channels.
    pub layout: AudioLayout,
    /// Bits per second of all channels together, 32,000 to 320,000. See [`Encoder::bit_rate`].
    pub bit_rate: u32,
    /// Whether to encode with better quality, in about twice the time.
    pub afterburner: bool,
}

impl Default for EncoderConfig {
    /// 256 kb/s stereo at 44.1 kHz, at the best quality.
    fn default() -> Self {
        Self { sample_rate: SampleRate::HZ_44100, layout: AudioLayout::Stereo, bit_rate: 256_000, afterburner: true }
    }
}

impl EncoderConfig {
    fn validate(&self) -> Result<(), AacError> {
        if ![SampleRate::HZ_44100, SampleRate::HZ_48000].contains(&self.sample_rate) {
            return Err(AacError::SampleRate(self.sample_rate));
        }
        if !BIT_RATES.contains(&self.bit_rate) {
            return Err(AacError::BitRate { asked: self.bit_rate, offered: BIT_RATES });
        }
        Ok(())
    }
}

/// An AAC-LC encoder for one stream. It stays on the thread that created it.
pub struct Encoder {
    library: Library,
    channels: usize,
    bit_rate: u32,
    info: fdk::AACENC_InfoStruct,
    /// Buffer for the largest packet. All packets are written here in turn, so the loop allocates nothing.
    packet: Vec<u8>,
}

impl Encoder {
    /// Creates an encoder at the start of its stream.
    ///
    /// # Errors
    /// The sample rate or the bit rate is not supported, or the library fails (out of memory).
    pub fn new(config: &EncoderConfig) -> Result<Self, AacError> {
        config.validate()?;
        let channels = config.layout.channels();
        // `CHANNEL_MODE` equals the channel count up to two: MODE_1 is one centre channel, MODE_2 a pair.
        let channel_mode = channels as fdk::UINT;

        let library = Library::open(channel_mode)?;
        library.set(fdk::AACENC_PARAM_AACENC_AOT, AAC_LC)?;
        library.set(fdk::AACENC_PARAM_AACENC_SAMPLERATE, config.sample_rate.hz())?;
        library.set(fdk::AACENC_PARAM_AACENC_CHANNELMODE, channel_mode)?;
        library.set(fdk::AACENC_PARAM_AACENC_BITRATE, config.bit_rate)?;
        library.set(fdk::AACENC_PARAM_AACENC_AFTERBURNER, config.afterburner.into())?;
        library.set(fdk::AACENC_PARAM_AACENC_TRANSMUX, RAW_PACKETS)?;
        library.initialise()?;

        let info = library.info()?;
        let bit_rate = library.get(fdk::AACENC_PARAM_AACENC_BITRATE);
        let packet = vec![0; info.maxOutBufBytes as usize];
        Ok(Self { library, channels, bit_rate, info, packet })
    }

    /// Returns the encoder's delay in frames: how much later a sample leaves the decoder than it entered the encoder.
    pub fn delay(&self) -> u32 {
        self.info.nDelay
    }

    /// Returns the bit rate that the encoder really uses, in bits per second.
    ///
    /// A packet holds at most 6144 bits per channel (ISO/IEC 14496-3, 4.5.3). So mono is limited to 264,600 at 44.1
    /// kHz and to 288,000 at 48 kHz, whatever the configuration asks for.
    pub fn bit_rate(&self) -> u32 {
        self.bit_rate
    }

    /// Returns the decoder's configuration (`AudioSpecificConfig`, ISO/IEC 14496-3, 1.6.2.1).
    pub fn audio_specific_config(&self) -> &[u8] {
        let bytes = &self.info.confBuf;
        &bytes[..bytes.len().min(self.info.confSize as usize)]
    }

    /// Encodes any number of whole frames, channels interleaved. Calls `on_packet` for each complete packet. Samples
    /// that do not fill a packet wait for the next call.
    ///
    /// # Errors
    /// The samples end in the middle of a frame (nothing is encoded), or the library fails.
    pub fn encode(&mut self, interleaved: &[i16], on_packet: &mut dyn FnMut(&[u8])) -> Result<(), AacError> {
        if !interleaved.len().is_multiple_of(self.channels) {
            return Err(AacError::PartialFrame { samples: interleaved.len(), channels: self.channels });
        }
        // The library takes the samples that the current packet lacks, at least one frame, and reports their number.
        // Offering at most one packet's samples keeps the count within its `int`.
        let mut rest = interleaved;
        while !rest.is_empty() {
            let offered = &rest[..rest.len().min(FRAME_LENGTH * self.channels)];
            let step = self.library.encode(offered, offered.len() as fdk::INT, &mut self.packet)?;
            if step.packet_bytes > 0 {
                on_packet(&self.packet[..step.packet_bytes]);
            }
            rest = &rest[step.samples_taken..];
        }
        Ok(())
    }

    /// Ends the stream: pads with silence, and writes packets until the last sample is out.
    ///
    /// # Errors
    /// The library fails.
    pub fn finish(mut self, on_packet: &mut dyn FnMut(&[u8])) -> Result<(), AacError> {
        loop {
            match self.library.encode(&[], FLUSH, &mut self.packet) {
                Ok(step) => on_packet(&self.packet[..step.packet_bytes]),
                Err(AacError::Encoder { code: fdk::AACENC_ERROR_AACENC_ENCODE_EOF }) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }
}

/// The result of one library call.
struct Step {
    /// Number of samples, not frames.
    samples_taken: usize,
    /// Zero if the packet is not full yet.
    packet_bytes: usize,
}

/// The library's handle, closed on drop. All calls into the library are here.
struct Library(NonNull<fdk::AACENCODER>);

impl Library {
    fn open(max_channels: fdk::UINT) -> Result<Self, AacError> {
        let mut handle = ptr::null_mut();
        // SAFETY: the library writes the new handle to the given address, which outlives the call.
        check(unsafe { fdk::aacEncOpen(&raw mut handle, CORE_MODULE, max_channels) })?;
        NonNull::new(handle).map(Self).ok_or(AacError::Encoder { code: fdk::AACENC_ERROR_AACENC_INVALID_HANDLE })
    }

    fn set(&self, parameter: fdk::AACENC_PARAM, value: fdk::UINT) -> Result<(), AacError> {
        // SAFETY: the handle is open for as long as `self` is.
        check(unsafe { fdk::aacEncoder_SetParam(self.0.as_ptr(), parameter, value) })
    }

    fn get(&self, parameter: fdk::AACENC_PARAM) -> fdk::UINT {
        // SAFETY: the handle is open for as long as `self` is.
        unsafe { fdk::aacEncoder_GetParam(self.0.as_ptr(), parameter) }
    }

    /// Applies the parameters: `aacenc_lib.h` asks for one call without buffers.
    fn initialise(&self) -> Result<(), AacError> {
        // SAFETY: the handle is open, and four null pointers are the documented way to only initialise.
        check(unsafe { fdk::aacEncEncode(self.0.as_ptr(), ptr::null(), ptr::null(), ptr::null(), ptr::null_mut()) })
    }

    fn info(&self) -> Result<fdk::AACENC_InfoStruct, AacError> {
        let mut info = fdk::AACENC_InfoStruct {
            maxOutBufBytes: 0,
            maxAncBytes: 0,
            inBufFillLevel: 0,
            inputChannels: 0,
            frameLength: 0,
            nDelay: 0,
            nDelayCore: 0,
            confBuf: [0; 64],
            confSize: 0,
        };
        // SAFETY: the handle is open, and the library fills in a struct that outlives the call.
        check(unsafe { fdk::aacEncInfo(self.0.as_ptr(), &raw mut info) })?;
        Ok(info)
    }

    /// Takes from `pcm` the samples that the current packet still lacks, and writes the packet when it is full.
    /// `count` is the length of `pcm`, or [`FLUSH`].
    fn encode(&mut self, pcm: &[i16], count: fdk::INT, packet: &mut [u8]) -> Result<Step, AacError> {
        let mut input = Buffer::new(fdk::AACENC_BufferIdentifier_IN_AUDIO_DATA, pcm.as_ptr().cast_mut(), pcm.len());
        let mut output =
            Buffer::new(fdk::AACENC_BufferIdentifier_OUT_BITSTREAM_DATA, packet.as_mut_ptr(), packet.len());
        let arguments = fdk::AACENC_InArgs { numInSamples: count, numAncBytes: 0 };
        let mut done = fdk::AACENC_OutArgs { numOutBytes: 0, numInSamples: 0, numAncBytes: 0, bitResState: 0 };
        // SAFETY: the handle is open; the descriptors point to `input` and `output`, and these to slices of the
        // lengths that they hold, which all outlive the call. The library only reads the input, and keeps no pointer:
        // it copies samples in and the packet out.
        check(unsafe {
            fdk::aacEncEncode(self.0.as_ptr(), &input.descriptor(), &output.descriptor(), &arguments, &raw mut done)
        })?;
        Ok(Step {
            samples_taken: usize::try_from(done.numInSamples).unwrap_or(0).min(pcm.len()),
            packet_bytes: usize::try_from(done.numOutBytes).unwrap_or(0).min(packet.len()),
        })
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        let mut handle = self.0.as_ptr();
        // SAFETY: the handle is open, and nothing uses it after this.
        unsafe { fdk::aacEncClose(&raw mut handle) };
    }
}

/// One buffer in the library's form: pointers to its address, kind, size and element size.
struct Buffer {
    kind: c_int,
    data: *mut c_void,
    bytes: c_int,
    element_bytes: c_int,
}

impl Buffer {
    fn new<T>(kind: fdk::AACENC_BufferIdentifier, data: *mut T, length: usize) -> Self {
        let element_bytes = size_of::<T>();
        Self {
            kind: kind as c_int,
            data: data.cast(),
            bytes: (length * element_bytes) as c_int,
            element_bytes: element_bytes as c_int,
        }
    }

    /// Returns a descriptor with pointers into `self`.
    fn descriptor(&mut self) -> fdk::AACENC_BufDesc {
        fdk::AACENC_BufDesc {
            numBufs: 1,
            bufs: &raw mut self.data,
            bufferIdentifiers: &raw mut self.kind,
            bufSizes: &raw mut self.bytes,
            bufElSizes: &raw mut self.element_bytes,
        }
    }
}

fn check(code: fdk::AACENC_ERROR) -> Result<(), AacError> {
    if code == fdk::AACENC_ERROR_AACENC_OK { Ok(()) } else { Err(AacError::Encoder { code }) }
}
