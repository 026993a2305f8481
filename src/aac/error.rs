//! The encoder's errors, and their texts.

use std::ops::RangeInclusive;

use fdk_aac_sys::{
    AACENC_ERROR, AACENC_ERROR_AACENC_ENCODE_ERROR, AACENC_ERROR_AACENC_INIT_AAC_ERROR, AACENC_ERROR_AACENC_INIT_ERROR,
    AACENC_ERROR_AACENC_INIT_META_ERROR, AACENC_ERROR_AACENC_INIT_MPS_ERROR, AACENC_ERROR_AACENC_INIT_SBR_ERROR,
    AACENC_ERROR_AACENC_INIT_TP_ERROR, AACENC_ERROR_AACENC_INVALID_CONFIG, AACENC_ERROR_AACENC_INVALID_HANDLE,
    AACENC_ERROR_AACENC_MEMORY_ERROR, AACENC_ERROR_AACENC_UNSUPPORTED_PARAMETER,
};

use crate::timeline::SampleRate;

/// The reason why nothing was encoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AacError {
    /// A sample rate other than 44.1 or 48 kHz.
    #[error("AAC is exported at 44100 or 48000 Hz, not at {0}")]
    SampleRate(SampleRate),
    /// A bit rate outside the supported range, in bits per second.
    #[error("an AAC bit rate is {} to {} bits a second, not {asked}", offered.start(), offered.end())]
    BitRate {
        /// The requested bit rate.
        asked: u32,
        /// The supported range.
        offered: RangeInclusive<u32>,
    },
    /// Interleaved samples that end in the middle of a frame.
    #[error("{samples} samples are not whole frames of {channels} channels")]
    PartialFrame {
        /// The number of samples given.
        samples: usize,
        /// The number of channels configured.
        channels: usize,
    },
    /// A failure that the library reports.
    #[error("the AAC encoder failed: {} (FDK code {code:#06x})", in_words(*code))]
    Encoder {
        /// An `AACENC_ERROR` of `aacenc_lib.h`.
        code: u32,
    },
}

/// Returns the comment on the code in `aacenc_lib.h`.
fn in_words(code: AACENC_ERROR) -> &'static str {
    match code {
        AACENC_ERROR_AACENC_INVALID_HANDLE => "invalid handle",
        AACENC_ERROR_AACENC_MEMORY_ERROR => "out of memory",
        AACENC_ERROR_AACENC_UNSUPPORTED_PARAMETER => "unsupported parameter",
        AACENC_ERROR_AACENC_INVALID_CONFIG => "invalid configuration",
        AACENC_ERROR_AACENC_INIT_ERROR => "initialisation failed",
        AACENC_ERROR_AACENC_INIT_AAC_ERROR => "the AAC core could not be initialised",
        AACENC_ERROR_AACENC_INIT_SBR_ERROR => "SBR could not be initialised",
        AACENC_ERROR_AACENC_INIT_TP_ERROR => "the transport could not be initialised",
        AACENC_ERROR_AACENC_INIT_META_ERROR => "the metadata could not be initialised",
        AACENC_ERROR_AACENC_INIT_MPS_ERROR => "MPEG Surround could not be initialised",
        AACENC_ERROR_AACENC_ENCODE_ERROR => "encoding was interrupted by an unexpected error",
        _ => "unknown error",
    }
}
