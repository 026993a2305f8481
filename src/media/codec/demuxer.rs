//! Takes a content apart into packets, by the reader of its container.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::AudioCodecId;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_OPUS};
use symphonia::core::errors::Result;
use symphonia::core::formats::FormatId;
use symphonia::core::packet::Packet;
use symphonia::core::units::{TimeBase, Timestamp};

use crate::media::block_reader::BlockReader;
use crate::media::container::{Container, Opened};
use crate::media::flac::FlacReader;
use crate::media::frames::FrameReader;
use crate::media::lengths::Lengths;
use crate::media::matroska::MatroskaReader;
use crate::media::mp4::Mp4Reader;
use crate::media::ogg::OggReader;
use crate::media::packet_table::TableReader;
use crate::media::probe::probe;
use crate::media::source::{SourceStream, from_byte};
use crate::media::track::{Audio, first_audio, new_decoder};
use crate::media::{MediaError, aac};
use crate::store::ByteSource;
use crate::timeline::{Frames, SampleRate};

/// The number of AAC packets at the start that settle their configuration.
const TRIED: usize = 8;

/// A reader of one track's packets.
pub(super) struct Demuxer {
    format: FormatId,
    source: Arc<dyn ByteSource>,
    reached: Arc<AtomicU64>,
    reader: Reader,
}

/// The next stream in a chain.
pub(super) enum Chained {
    /// A stream of the same kind, and its audio.
    Same(Box<Audio>),
    /// A stream of another kind, which starts at this byte.
    Other(u64),
}

enum Reader {
    Frames(Box<FrameReader>),
    Ogg(Box<OggReader>),
    Matroska(Box<MatroskaReader>),
    Flac(Box<FlacReader>),
    Mp4(Box<Mp4Reader>),
    Blocks(Box<BlockReader>),
    Table(Box<TableReader>),
}

impl Demuxer {
    /// Returns a demuxer for a track of an opened container. Its packets' times and durations are in decoded frames,
    /// and the track's time base is set to that, unless the container's reader returned the track.
    pub(super) fn new(container: Container, source: Arc<dyn ByteSource>, audio: &mut Audio) -> Self {
        let Container { format, opened, .. } = container;
        let stream = SourceStream::new(source.clone());
        let own_reached = stream.reached();
        let params = audio.track.codec_params.as_ref().and_then(|params| params.audio());
        let lengths = params.and_then(Lengths::of_codec).unwrap_or(Lengths::Fixed(0));
        let (track, rate) = (audio.track.id, audio.rate.unwrap_or(SampleRate::HZ_48000));
        let reader = match opened {
            Opened::Ogg => Reader::Ogg(Box::new(OggReader::new(stream, 0, track, lengths))),
            Opened::Matroska(opened) => {
                Reader::Matroska(Box::new(MatroskaReader::new(stream, track, rate, &opened, lengths)))
            }
            Opened::Flac(opened) => Reader::Flac(Box::new(FlacReader::new(stream, &opened))),
            Opened::Mp4(reader) => {
                return Self { format, source, reached: reader.reached(), reader: Reader::Mp4(reader) };
            }
            Opened::Frames(reader) => {
                return Self { format, source, reached: reader.reached(), reader: Reader::Frames(reader) };
            }
            Opened::Blocks(reader) => {
                return Self { format, source, reached: reader.reached(), reader: Reader::Blocks(reader) };
            }
            Opened::Table(reader) => {
                return Self { format, source, reached: reader.reached(), reader: Reader::Table(reader) };
            }
        };
        audio.track.time_base = TimeBase::try_from_recip(rate.hz());
        Self { format, source, reached: own_reached, reader }
    }

    /// Returns whether packets' times include the frames lost before them.
    pub(super) fn counts_lost(&self) -> bool {
        !matches!(self.reader, Reader::Blocks(_) | Reader::Table(_))
    }

    /// Returns whether the reader verified the checksums of packets or pages.
    pub(super) fn has_checked(&self) -> bool {
        matches!(self.reader, Reader::Flac(_) | Reader::Ogg(_))
    }

    /// Returns whether all packets have one length, as far as the container declares it.
    pub(super) fn is_even(&self) -> bool {
        match &self.reader {
            Reader::Table(reader) => reader.is_even(),
            _ => true,
        }
    }

    /// Returns the container's format.
    pub(super) fn format(&self) -> FormatId {
        self.format
    }

    /// Returns the position in bytes.
    pub(super) fn reached(&self) -> u64 {
        self.reached.load(Ordering::Relaxed)
    }

    /// Reads the next packet. An unexpected end is an error, and so is an end that another stream follows.
    ///
    /// No reader's function is inlined here: a browser that optimises a function optimises all of it, and a project
    /// needs few of the readers.
    pub(super) fn next_packet(&mut self) -> Result<Option<Packet>> {
        match &mut self.reader {
            Reader::Frames(reader) => Ok(reader.next_packet()?),
            Reader::Ogg(reader) => reader.next_packet(),
            Reader::Matroska(reader) => Ok(reader.next_packet()?),
            Reader::Flac(reader) => Ok(reader.next_packet()?),
            Reader::Mp4(reader) => Ok(reader.next_packet()?),
            Reader::Blocks(reader) => Ok(reader.next_packet()?),
            Reader::Table(reader) => Ok(reader.next_packet()?),
        }
    }

    /// Seeks to the packet with this timestamp, or to one before it. Returns `false` if it cannot.
    pub(super) fn seek(&mut self, ts: Timestamp) -> bool {
        match &mut self.reader {
            Reader::Flac(reader) => u64::try_from(ts.get()).is_ok_and(|sample| reader.seek(sample).unwrap_or(false)),
            Reader::Mp4(reader) => u64::try_from(ts.get()).is_ok_and(|frame| reader.seek(frame)),
            Reader::Blocks(reader) => u64::try_from(ts.get()).is_ok_and(|frame| reader.seek(frame)),
            Reader::Table(reader) => u64::try_from(ts.get()).is_ok_and(|frame| reader.seek(frame)),
            _ => false,
        }
    }

    /// Returns whether it finds any packet by its time, without an index.
    pub(super) fn finds_times(&self) -> bool {
        matches!(self.reader, Reader::Flac(_))
    }

    /// Returns the reader of an MP4.
    pub(super) fn mp4(&self) -> Option<&Mp4Reader> {
        match &self.reader {
            Reader::Mp4(reader) => Some(reader),
            _ => None,
        }
    }

    /// Returns whether packets are missing before others.
    pub(super) fn has_holes(&self) -> bool {
        self.mp4().is_some_and(Mp4Reader::has_holes)
    }

    /// Tells the reader the length and the rate of the first decoded packet.
    pub(super) fn learn(&mut self, frames: Frames, rate: SampleRate) {
        if let Reader::Mp4(reader) = &mut self.reader {
            reader.learn(frames, rate.hz());
        }
    }

    /// Completes an AAC track's description by its first packets, and returns to the start.
    pub(super) fn settle(&mut self, audio: &mut Audio) -> std::result::Result<(), MediaError> {
        let params = audio.track.codec_params.as_mut().and_then(|params| params.audio_mut());
        let Some(params) = params.filter(|params| params.codec == CODEC_ID_AAC) else { return Ok(()) };
        let mut packets = Vec::new();
        while packets.len() < TRIED
            && aac::is_open(params)
            && let Ok(Some(packet)) = self.next_packet()
        {
            packets.push(packet);
        }
        let (rate, frames) = aac::settle(params, packets.iter().map(|packet| &packet.data[..]))?;
        audio.decoder = new_decoder(params)?;
        // Readers count frames, and a packet's number of frames is now known.
        match (&mut self.reader, SampleRate::new(rate)) {
            (Reader::Frames(reader), _) => reader.settle(frames),
            (Reader::Matroska(reader), Some(rate)) => reader.settle(rate, frames),
            (Reader::Mp4(reader), _) => {
                reader.learn(frames, rate);
                reader.rewind();
                return Ok(());
            }
            (Reader::Table(reader), _) => {
                let ratio = reader.settle(frames);
                audio.track.num_frames = audio.track.num_frames.map(|frames| frames.saturating_mul(ratio));
                audio.track.delay = audio.track.delay.map(|frames| frames.saturating_mul(ratio as u32));
                audio.track.time_base = TimeBase::try_from_recip(rate);
                return Ok(());
            }
            _ => return Ok(()),
        }
        audio.track.time_base = TimeBase::try_from_recip(rate);
        Ok(())
    }

    /// Returns the place at which a demuxer may start in order to read the latest packet first: a byte, or, in an MP4
    /// without fragments, a packet's number.
    pub(super) fn place(&self) -> Option<u64> {
        match &self.reader {
            Reader::Frames(reader) => reader.place(),
            Reader::Ogg(reader) => reader.place(),
            Reader::Matroska(reader) => reader.place(),
            Reader::Mp4(reader) => reader.place(),
            Reader::Flac(_) | Reader::Blocks(_) | Reader::Table(_) => None,
        }
    }

    /// Moves to such a place, whose packet begins at this time. Returns `false` if it cannot.
    pub(super) fn enter(&mut self, place: u64, time: Frames) -> bool {
        if place >= self.source.len() {
            return false;
        }
        match &mut self.reader {
            Reader::Flac(_) | Reader::Blocks(_) | Reader::Table(_) => return false,
            Reader::Frames(reader) => reader.enter(place, time),
            Reader::Ogg(reader) => reader.enter(place, time),
            Reader::Matroska(reader) => reader.enter(place, time),
            Reader::Mp4(reader) => return reader.enter(place, time),
        }
        true
    }

    /// Returns the byte at which another stream begins, once the packets have ended there.
    pub(super) fn changes_at(&self) -> Option<u64> {
        match &self.reader {
            Reader::Frames(reader) => reader.changes_at(),
            Reader::Flac(reader) => reader.changes_at(),
            _ => None,
        }
    }

    /// Declares that the stream ends at a byte, for a reader that searches the bytes before it.
    pub(super) fn bound(&mut self, end: u64) {
        if let Reader::Flac(reader) = &mut self.reader {
            reader.bound(end);
        }
    }

    /// Returns the stream that is chained to this audio's.
    pub(super) fn chained(&mut self, before: &Audio) -> Option<Chained> {
        match &mut self.reader {
            Reader::Ogg(reader) => {
                let start = reader.next_stream()?;
                let rest = from_byte(self.source.clone(), start);
                let audio = first_audio(&probe(rest).ok()?.tracks).ok()?;
                if kind(&audio) != kind(before) {
                    return Some(Chained::Other(start));
                }
                let params = audio.track.codec_params.as_ref().and_then(|params| params.audio())?;
                let pre_skip = if audio.codec == CODEC_ID_OPUS { audio.track.delay.unwrap_or(0) } else { 0 };
                reader.chain(start, audio.track.id, Lengths::of_codec(params)?, pre_skip);
                Some(Chained::Same(Box::new(audio)))
            }
            _ => None,
        }
    }
}

/// Returns the facts that must agree in streams that are decoded as one.
fn kind(audio: &Audio) -> (AudioCodecId, Option<SampleRate>, Option<usize>) {
    let params = audio.track.codec_params.as_ref().and_then(|params| params.audio());
    let channels = params.and_then(|params| params.channels.as_ref()).map(Channels::count);
    (audio.codec, audio.rate, channels)
}
