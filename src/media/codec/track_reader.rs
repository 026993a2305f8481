//! Reads the packets of one track, on through streams of the same kind that are chained to it.

use std::io;

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::errors::Error;
use symphonia::core::packet::Packet;

use super::demuxer::{Chained, Demuxer};
use crate::media::track::Audio;
use crate::media::{Damage, MediaError};

/// A demuxer, and the track that it reads.
pub(super) struct TrackReader {
    pub(super) demuxer: Demuxer,
    pub(super) audio: Audio,
    /// Whether this is no longer the content's first stream. A demuxer cannot seek from one stream to another.
    pub(super) is_chained: bool,
    /// The byte at which a stream of another kind is chained to this one.
    changes_at: Option<u64>,
}

impl TrackReader {
    pub(super) fn new(demuxer: Demuxer, audio: Audio) -> Self {
        Self { demuxer, audio, is_chained: false, changes_at: None }
    }

    /// Returns the audio's parameters.
    pub(super) fn params(&self) -> Option<&AudioCodecParameters> {
        self.audio.track.codec_params.as_ref().and_then(|params| params.audio())
    }

    /// Returns the byte at which a stream of another kind begins, once this one's end was reached there.
    pub(super) fn changes_at(&self) -> Option<u64> {
        self.changes_at.or(self.demuxer.changes_at())
    }

    /// Reads the track's next packet. Returns `None` at the end of the content, or where it is cut off or has lost
    /// packets, which is added to `damage`.
    pub(super) fn next_packet(&mut self, damage: &mut Damage) -> Result<Option<Packet>, MediaError> {
        loop {
            match self.demuxer.next_packet() {
                Ok(Some(packet)) if packet.track_id != self.audio.track.id => {}
                Ok(packet) => {
                    damage.is_short |= self.demuxer.has_holes();
                    return Ok(packet);
                }
                // Another stream is chained to this one (RFC 3533, 4).
                Err(Error::ResetRequired) => match self.demuxer.chained(&self.audio) {
                    Some(Chained::Same(audio)) => {
                        self.audio = *audio;
                        self.is_chained = true;
                    }
                    Some(Chained::Other(start)) => {
                        self.changes_at = Some(start);
                        return Ok(None);
                    }
                    None => break,
                },
                Err(Error::IoError(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
                    return Err(MediaError::Read(error.to_string()));
                }
                Err(_) => break,
            }
        }
        damage.is_short = true;
        Ok(None)
    }
}
