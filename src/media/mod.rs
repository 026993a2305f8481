//! One clip as PCM: probe, decode, trim, resample.
//!
//! [`Inspector`] goes through a content once and says what it truly is: its length, rate, channels and waveform.
//! [`ClipReader`] plays it: from any source frame on, at any rate, any range in any order, with the same bits each
//! time. Both read the content through small windows and hold one packet's audio at a time, whatever its length.
//!
//! What a file says of its encoder's delay and padding is honoured to the sample; where it says
//! nothing, its samples are kept. The content decides what it is: a name or a MIME type is a hint.
//!
//! The rooms, from bytes to samples: `source` reads bytes, `sniff` says what begins so, `probe` finds the audio in it,
//! `wave`, `aiff` and `caf` read its `chunks`, whose packets `blocks` and `packet_table` find by arithmetic, `frames`
//! (by `frame_headers` and `xing`), `ogg`, `matroska`, `flac` and `mp4` know where packets lie and what was lost
//! between them, `codec` turns packets into blocks, from the middle on too by what `seek_index` noted (`aac`, `opus`
//! and `mp3` decode what Symphonia cannot, `alac` knows its channels' order, `lengths` measures without decoding,
//! `vorbis` checks what Symphonia believes), `gapless` knows what of these is the recording, `decoder` puts that
//! together, `parts` does so for streams that change half way, `pcm` reads at any position, `resample` changes the
//! rate, and `reader` and `inspect` are the two things made of it all; `waveform` and `silence` look at what is
//! inspected.

mod aac;
mod aiff;
mod alac;
mod apple_layout;
mod blocks;
mod caf;
mod chunks;
mod codec;
mod content;
mod decoder;
mod flac;
mod frame_headers;
mod frames;
mod gapless;
mod inspect;
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
mod probe;
mod reader;
mod resample;
mod seek_index;
mod silence;
mod sniff;
mod source;
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

/// The most channels that a content may have: 7.1 surround. More is a broken header or a microphone array.
pub const MAX_CHANNELS: usize = 8;

/// The most frames that a packet is believed to have: FLAC's longest block (RFC 9639, 8.2), longer than any other
/// codec's.
const MAX_PACKET_FRAMES: u64 = 65_535;

/// Why a content cannot be played. Each message completes "Invalid audio data for asset X: ".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MediaError {
    /// There is not one byte.
    #[error("the file is empty")]
    Empty,
    /// No container that we know starts here.
    #[error("this is not audio that can be read here")]
    NotAudio,
    /// It begins as something that is known, and is not read here.
    #[error("this is {0}, which cannot be read here")]
    Foreign(&'static str),
    /// It begins as something that is known, and holds no audio.
    #[error("this is {0}, and holds no audio")]
    NoAudioAtAll(&'static str),
    /// The container is known, and what tells where its audio lies is missing.
    #[error("the file is cut off before the part that describes its audio")]
    CutOff,
    /// The container is sound, and not one sample of audio can be decoded.
    #[error("the file holds no audio")]
    NoAudio,
    /// The audio is coded in a way for which there is no decoder.
    #[error("its audio is coded as {0}, which cannot be decoded here")]
    Unsupported(&'static str),
    /// The audio is coded in a way that has a code, and no name that is known here.
    #[error("its audio is coded as “{0}”, which cannot be decoded here")]
    UnknownCode(String),
    /// Its description names no channel.
    #[error("it claims to have no channels")]
    NoChannels,
    /// See [`MAX_CHANNELS`].
    #[error("it claims {0} channels; at most {MAX_CHANNELS} can be used")]
    TooManyChannels(usize),
    /// See [`crate::timeline::SampleRate`].
    #[error("its sample rate of {0} Hz cannot be used")]
    SampleRate(u32),
    /// The bytes could not be had, as when the file was changed or removed since it was added.
    #[error("the file could not be read: {0}")]
    Read(String),
}

/// What went wrong inside a content that can be played all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// There is less audio than the content says: it was cut off, or parts of it could not be found.
    pub is_short: bool,
    /// Stretches that could not be decoded, or were lost: each by the decoded frame with which sound goes on behind it.
    /// So one that is met twice, as by two who read parts of a content, counts once. Silence of their length stands in
    /// for them.
    bad_stretches: BTreeSet<Frames>,
    /// Samples are no numbers, or far louder than any sound. They are silent.
    pub has_nonsense: bool,
}

impl Damage {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// How many stretches could not be decoded, or were lost.
    pub fn bad_stretches(&self) -> usize {
        self.bad_stretches.len()
    }

    /// The same of a part of a content, which begins at this frame.
    fn behind(self, start: Frames) -> Self {
        let bad_stretches = self.bad_stretches.into_iter().map(|frame| frame.saturating_add(start)).collect();
        Self { bad_stretches, ..self }
    }

    /// Adds what another reader of the same content has met.
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
        let nonsense =
            if self.has_nonsense { "Samples that are no numbers, or absurdly loud, are silent." } else { "" };
        let short = if self.is_short { "Part of the file is missing. What there is of it is used." } else { "" };
        let sentences: Vec<&str> = [&stretches, nonsense, short].into_iter().filter(|text| !text.is_empty()).collect();
        f.write_str(&sentences.join(" "))
    }
}
