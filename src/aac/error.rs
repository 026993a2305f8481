//! What can go wrong in encoding, in words.

use std::ops::RangeInclusive;

use fdk_aac_sys::{
    AACENC_ERROR, AACENC_ERROR_AACENC_ENCODE_ERROR, AACENC_ERROR_AACENC_INIT_AAC_ERROR, AACENC_ERROR_AACENC_INIT_ERROR,
    AACENC_ERROR_AACENC_INIT_META_ERROR, AACENC_ERROR_AACENC_INIT_MPS_ERROR, AACENC_ERROR_AACENC_INIT_SBR_ERROR,
    AACENC_ERROR_AACENC_INIT_TP_ERROR, AACENC_ERROR_AACENC_INVALID_CONFIG, AACENC_ERROR_AACENC_INVALID_HANDLE,
    AACENC_ERROR_AACENC_MEMORY_ERROR, AACENC_ERROR_AACENC_UNSUPPORTED_PARAMETER,
};

use crate::timeline::SampleRate;

/// Why nothing was encoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AacError {
    /// A rate that the export does not offer.
    #[error("AAC is exported at 44100 or 48000 Hz, not at {0}")]
    SampleRate(SampleRate),
    /// A bit rate out of the range that the export offers, both in bits a second.
    #[error("an AAC bit rate is {} to {} bits a second, not {asked}", offered.start(), offered.end())]
    BitRate {
        /// What was asked for.
        asked: u32,
        /// What can be had.
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
    /// The library refused.
    #[error("the AAC encoder failed: {} (FDK code {code:#06x})", in_words(*code))]
    Encoder {
        /// An `AACENC_ERROR` of `aacenc_lib.h`.
        code: u32,
    },
}

/// The comment that `aacenc_lib.h` gives the code.
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
