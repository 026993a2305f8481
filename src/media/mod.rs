//! Decodes one clip to PCM: probe, decode, trim, resample.
//!
//! [`Inspector`] reads a content once, from start to end, and measures its true length, rate, channels and waveform.
//! [`ClipReader`] plays it: any range, in any order, from any source frame and at any rate, with the same bits each
//! time. Both read any content through small windows, and hold one packet's audio at a time.
//!
//! Encoder delay and padding that a file declares are trimmed to the sample. Where a file declares none, all its
//! samples are kept. The content's bytes decide its format; a name or a MIME type is only a hint.
//!
//! The modules, from bytes to samples:
//!
//! - `source` reads bytes, `sniff` recognises formats by their first bytes, `probe` opens a `container`, and `track`
//!   finds the audio in it, with its decoder.
//! - `wave`, `aiff` and `caf` read `chunks`; `blocks` (read by `block_reader`) and `packet_table` compute where their
//!   packets are.
//! - `frames` (with `frame_headers` and `xing`), `ogg`, `matroska`, `flac` and `mp4` find packets, and measure what is
//!   lost between them.
//! - `codec` decodes packets to blocks, and seeks by the notes in `seek_index`. `aac`, `opus` and `mp3` decode what
//!   Symphonia cannot, through `interleaved`. `alac` orders ALAC's channels, `lengths` measures packets without
//!   decoding, and `vorbis` checks what Symphonia would accept.
//! - `gapless` decides which decoded frames belong to the recording, `decoder` applies that to one stream, and `parts`
//!   handles contents whose stream changes half way.
//! - `pcm` reads at any position, `resample` changes the rate, and `converted` joins the two.
//! - `reader` and `inspect` put all of this together; `waveform` and `silence` analyse the inspected audio.

mod aac;
mod aiff;
mod alac;
mod apple_layout;
mod block_reader;
mod blocks;
mod caf;
mod chunks;
mod codec;
mod container;
mod content;
mod converted;
mod decoder;
mod flac;
mod frame_headers;
mod frames;
mod gapless;
mod inspect;
mod interleaved;
mod layout;
mod lengths;
mod matroska;
mod mp3;
mod mp4;
mod ogg;
mod opus;
mod packet_table;
mod parts;
mod pcm;
mod pcm16;
mod probe;
mod reader;
mod resample;
mod seek_index;
mod sides;
mod silence;
mod sniff;
mod source;
mod track;
mod vorbis;
mod wave;
mod waveform;
mod xing;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::timeline::Frames;

pub use codec::packets_decoded;
pub use content::Content;
pub use inspect::{Inspection, Inspector, Step};
pub use layout::{ChannelLayout, Speaker};
pub use reader::ClipReader;
pub use silence::SilenceTrim;

/// The most channels a content may have: those of 7.1 surround. More mean a broken header or a microphone array.
pub const MAX_CHANNELS: usize = 8;

/// The most audio frames accepted in one packet: FLAC's longest block (RFC 9639, 8.2), longer than any other codec's.
const MAX_PACKET_FRAMES: u64 = 65_535;

/// The reason why a content cannot be played. Each message completes "Invalid audio data for asset X: ".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MediaError {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The file's start matches no known format.
    #[error("this is not a supported audio file")]
    NotAudio,
    /// The file starts like a known format that is not read here.
    #[error("this is {0}, which is not supported")]
    Foreign(&'static str),
    /// The file starts like a known format that holds no audio.
    #[error("this is {0}, which has no audio")]
    NoAudioAtAll(&'static str),
    /// The container is known, but the part that locates its audio is missing.
    #[error("the file is cut off before the part that describes the audio")]
    CutOff,
    /// The container is sound, but no sample of its audio can be decoded.
    #[error("the file has no audio")]
    NoAudio,
    /// There is no decoder for the audio's codec.
    #[error("its audio is coded as {0}, which is not supported")]
    Unsupported(&'static str),
    /// There is no decoder for the audio's codec, and only its code is known.
    #[error("its audio is coded as “{0}”, which is not supported")]
    UnknownCode(String),
    /// The description declares no channel.
    #[error("it declares no audio channels")]
    NoChannels,
    /// The description declares more channels than [`MAX_CHANNELS`].
    #[error("it declares {0} channels, and at most {MAX_CHANNELS} are supported")]
    TooManyChannels(usize),
    /// The sample rate is outside the range of [`crate::timeline::SampleRate`].
    #[error("its sample rate of {0} Hz is not supported")]
    SampleRate(u32),
    /// The bytes could not be read, for example because the file was changed or removed after it was added.
    #[error("the file could not be read: {0}")]
    Read(String),
}

/// The kind of a [`MediaError`], for programs. Its name in JavaScript does not change between versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The file has no bytes.
    Empty,
    /// The file is of no known kind.
    NotAudio,
    /// The file is of a kind that is not read. The detail names it.
    ForeignFormat,
    /// The file is of a kind that has no audio. The detail names it.
    OtherContent,
    /// The file ends before its audio is described.
    CutOff,
    /// The file has no audio.
    NoAudio,
    /// There is no decoder for the audio. The detail names its codec.
    UnsupportedCodec,
    /// The number of channels is not supported. The detail is that number.
    UnsupportedChannels,
    /// The sample rate is not supported. The detail is the rate in Hz.
    UnsupportedRate,
    /// The file cannot be read. The detail is the browser's own message.
    Unreadable,
    /// The decoder crashed, or did not end.
    DecoderCrashed,
}

/// The reason why a content cannot be played, as it is kept and sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The reason, which completes "Invalid audio data for asset X: ".
    pub message: String,
    /// Its kind.
    pub kind: FaultKind,
    /// The name or the number that the message mentions, if there is one.
    pub detail: Option<String>,
}

impl From<&MediaError> for Fault {
    fn from(error: &MediaError) -> Self {
        let (kind, detail) = match error {
            MediaError::Empty => (FaultKind::Empty, None),
            MediaError::NotAudio => (FaultKind::NotAudio, None),
            MediaError::Foreign(name) => (FaultKind::ForeignFormat, Some((*name).to_owned())),
            MediaError::NoAudioAtAll(name) => (FaultKind::OtherContent, Some((*name).to_owned())),
            MediaError::CutOff => (FaultKind::CutOff, None),
            MediaError::NoAudio => (FaultKind::NoAudio, None),
            MediaError::Unsupported(name) => (FaultKind::UnsupportedCodec, Some((*name).to_owned())),
            MediaError::UnknownCode(code) => (FaultKind::UnsupportedCodec, Some(format!("“{code}”"))),
            MediaError::NoChannels => (FaultKind::UnsupportedChannels, Some("0".to_owned())),
            MediaError::TooManyChannels(count) => (FaultKind::UnsupportedChannels, Some(count.to_string())),
            MediaError::SampleRate(hz) => (FaultKind::UnsupportedRate, Some(hz.to_string())),
            MediaError::Read(message) => (FaultKind::Unreadable, Some(message.clone())),
        };
        Self { message: error.to_string(), kind, detail }
    }
}

impl Fault {
    /// The fault of a content whose decoder crashed, or did not end.
    pub fn of_a_crash() -> Self {
        let message = "its decoder crashed, or did not end".into();
        Self { message, kind: FaultKind::DecoderCrashed, detail: None }
    }
}

/// The faults found inside a content that can be played in spite of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// Whether there is less audio than the content declares: it was cut off, or parts of it were not found.
    pub is_short: bool,
    /// The stretches that could not be decoded or were lost, each identified by the first decoded frame after it. So
    /// a stretch that two readers of a content meet counts once. Silence of the same length replaces each stretch.
    bad_stretches: BTreeSet<Frames>,
    /// Whether some samples are not numbers, or are far louder than any sound. They are silenced.
    pub has_nonsense: bool,
}

impl Damage {
    /// Returns whether no fault was found.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Returns how many stretches could not be decoded or were lost.
    pub fn bad_stretches(&self) -> usize {
        self.bad_stretches.len()
    }

    /// Shifts the damage of a part to the whole content, in which the part starts at this frame.
    fn behind(self, start: Frames) -> Self {
        let bad_stretches = self.bad_stretches.into_iter().map(|frame| frame.saturating_add(start)).collect();
        Self { bad_stretches, ..self }
    }

    /// Adds the damage that another reader of the same content found.
    pub fn join(&mut self, other: &Self) {
        self.is_short |= other.is_short;
        self.has_nonsense |= other.has_nonsense;
        self.bad_stretches.extend(&other.bad_stretches);
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stretches = match self.bad_stretches() {
            0 => String::new(),
            1 => "One damaged stretch was replaced by silence.".into(),
            count => format!("{count} damaged stretches were replaced by silence."),
        };
        let nonsense = if self.has_nonsense { "Invalid samples were replaced by silence." } else { "" };
        let short = if self.is_short { "Part of the file is missing. The rest is used." } else { "" };
        let sentences: Vec<&str> = [&stretches, nonsense, short].into_iter().filter(|text| !text.is_empty()).collect();
        f.write_str(&sentences.join(" "))
    }
}
