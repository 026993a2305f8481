//! One stream of packets from one stream of samples.

use std::ffi::{c_int, c_void};
use std::ops::RangeInclusive;
use std::ptr::{self, NonNull};

use fdk_aac_sys as fdk;

use super::AacError;
use crate::timeline::{AudioLayout, SampleRate};

/// Sample frames in a packet.
pub const FRAME_LENGTH: usize = 1024;

/// Bits a second on offer: speech stays clear at the lowest, and nothing is gained above the highest.
const BIT_RATES: RangeInclusive<u32> = 32_000..=320_000;

/// `aacEncOpen`: only the AAC-LC core, which leaves out SBR's buffers and its share of the delay.
const CORE_MODULE: fdk::UINT = 1;

/// `AACENC_AOT`: the audio object type AAC-LC (ISO/IEC 14496-3, table 1.17).
const AAC_LC: fdk::UINT = 2;

/// `AACENC_TRANSMUX`: raw packets, as MP4 wants them.
const RAW_PACKETS: fdk::UINT = 0;

/// `AACENC_InArgs`: nothing more to come.
const FLUSH: fdk::INT = -1;

/// What to encode to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncoderConfig {
    /// 44.1 or 48 kHz.
    pub sample_rate: SampleRate,
    /// One channel or two.
    pub layout: AudioLayout,
    /// Bits a second of all channels together, 32,000 to 320,000. See [`Encoder::bit_rate`].
    pub bit_rate: u32,
    /// Better quality for about twice the time.
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

/// An AAC-LC encoder for one stream. It belongs to the thread that made it.
pub struct Encoder {
    library: Library,
    channels: usize,
    bit_rate: u32,
    info: fdk::AACENC_InfoStruct,
    /// Room for the largest packet. All packets are written here in turn, so the loop allocates nothing.
    packet: Vec<u8>,
}

impl Encoder {
    /// An encoder at the start of its stream.
    ///
    /// # Errors
    /// A rate or a bit rate that is not on offer, or the library's refusal (out of memory).
    pub fn new(config: &EncoderConfig) -> Result<Self, AacError> {
        config.validate()?;
        let channels = config.layout.channels();
        // `CHANNEL_MODE` counts channels up to two: MODE_1 is one centre channel, MODE_2 a pair.
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

    /// How many frames later than it went in a sample comes out of a decoder.
    pub fn delay(&self) -> u32 {
        self.info.nDelay
    }

    /// The bits a second really aimed at.
    ///
    /// A packet holds at most 6144 bits a channel (ISO/IEC 14496-3, 4.5.3), so mono ends at 264,600 at 44.1 kHz and
    /// at 288,000 at 48 kHz; whoever asks for more gets that.
    pub fn bit_rate(&self) -> u32 {
        self.bit_rate
    }

    /// What a decoder must know beforehand (`AudioSpecificConfig`, ISO/IEC 14496-3, 1.6.2.1).
    pub fn audio_specific_config(&self) -> &[u8] {
        let bytes = &self.info.confBuf;
        &bytes[..bytes.len().min(self.info.confSize as usize)]
    }

    /// Encodes whole frames, any number of them, channels interleaved. Calls `on_packet` for each packet that is
    /// complete; what does not fill a packet waits for the next call.
    ///
    /// # Errors
    /// Samples that end in the middle of a frame (nothing is encoded), or the library's failure.
    pub fn encode(&mut self, interleaved: &[i16], on_packet: &mut dyn FnMut(&[u8])) -> Result<(), AacError> {
        if !interleaved.len().is_multiple_of(self.channels) {
            return Err(AacError::PartialFrame { samples: interleaved.len(), channels: self.channels });
        }
        // The library takes what the packet under way lacks, at least one frame, and reports how much that was.
        // Offering it no more than one packet's samples keeps the count within its `int`.
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

    /// Ends the stream: pads with silence and writes packets until the last sample is out.
    ///
    /// # Errors
    /// The library's failure.
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

/// What one call of the library did.
struct Step {
    /// Samples, not frames.
    samples_taken: usize,
    /// Zero when the packet is not full yet.
    packet_bytes: usize,
}

/// The library's handle, closed on drop. Every call into the library is here.
struct Library(NonNull<fdk::AACENCODER>);

impl Library {
    fn open(max_channels: fdk::UINT) -> Result<Self, AacError> {
        let mut handle = ptr::null_mut();
        // SAFETY: the library writes the new handle to the place pointed to, which outlives the call.
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

    /// Puts the parameters into effect: `aacenc_lib.h` asks for one call without buffers.
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

    /// Takes from `pcm` what the packet under way still lacks, and writes that packet once it is full. `count` is the
    /// length of `pcm`, or [`FLUSH`].
    fn encode(&mut self, pcm: &[i16], count: fdk::INT, packet: &mut [u8]) -> Result<Step, AacError> {
        let mut input = Buffer::new(fdk::AACENC_BufferIdentifier_IN_AUDIO_DATA, pcm.as_ptr().cast_mut(), pcm.len());
        let mut output =
            Buffer::new(fdk::AACENC_BufferIdentifier_OUT_BITSTREAM_DATA, packet.as_mut_ptr(), packet.len());
        let arguments = fdk::AACENC_InArgs { numInSamples: count, numAncBytes: 0 };
        let mut done = fdk::AACENC_OutArgs { numOutBytes: 0, numInSamples: 0, numAncBytes: 0, bitResState: 0 };
        // SAFETY: the handle is open; the descriptors point to `input` and `output`, and these to slices of the
        // lengths that they state, all of which outlive the call. The library only reads the input, and keeps no
        // pointer: it copies samples in and the packet out.
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

/// One buffer, described as the library wants it: by pointers to its address, kind, size and element size.
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

    /// Points into `self`.
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
