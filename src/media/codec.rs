//! Packets to audio: Symphonia's demuxer and decoder as one stream of blocks, nothing trimmed but what packets say.
//!
//! A packet that cannot be decoded is silence of its length, and counted. A content that breaks off is one that ends
//! there, and says so. Only bytes that cannot be had are an error once audio has come.
//!
//! Decoding may start in the middle, with the same bits: see `seek`.

mod demuxer;
mod renewal;
mod seek;

use std::cell::Cell;
use std::io;
use std::sync::Arc;

use symphonia::core::audio::{Audio as _, AudioSpec, GenericAudioBufferRef};
use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_FLAC, CODEC_ID_OPUS, CODEC_ID_VORBIS};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatId, Track};
use symphonia::core::packet::Packet;
use symphonia::core::units::Duration;
use wide::f32x4;

use demuxer::{Chained, Demuxer};
use renewal::Renewal;

use super::mp4::Mp4Reader;
use super::probe::{Audio, first_audio, mime_type, probe};
use super::seek_index::Recorder;
use super::{ChannelLayout, Content, Damage, MAX_PACKET_FRAMES, MediaError, flac, lengths};
use crate::lanes::LANES;
use crate::timeline::{Frames, SampleRate};

/// Seconds between two entries in the index of a content whose decoders are not renewed.
const SPACING: u64 = 5;

/// The loudest sample that is believed: 60 dB over full scale. Float files can hold any number, and what is none.
const MAX_MAGNITUDE: f32 = 1000.0;

/// Audio between two packets' edges: a vector of samples a channel, all of one length.
pub(super) type Block = Vec<Vec<f32>>;

/// What a block of audio is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) rate: SampleRate,
    pub(super) layout: ChannelLayout,
}

impl Spec {
    pub(super) fn channels(&self) -> usize {
        self.layout.channels()
    }
}

/// A content's first audio track, as blocks of audio.
pub(super) struct PacketStream {
    demuxer: Demuxer,
    audio: Audio,
    /// Without channels until the first block tells.
    spec: Spec,
    /// A decoded block that waits while the silence before it is handed out, and on opening, where it tells the spec.
    decoded: Block,
    holds_block: bool,
    /// Frames in the latest packet that was sound.
    packet_frames: Frames,
    /// Frames that the packets so far stand for, counted from the content's start.
    taken: Frames,
    /// The timestamp of the content's start, once a block has told.
    origin: Option<i64>,
    /// Whether the next block's timestamp tells where it is, as after a seek. Else it follows the one before it.
    is_adrift: bool,
    renewal: Renewal,
    seek_index: Arc<[u8]>,
    /// Whether this is no longer the content's first stream. A demuxer cannot be led from one to another.
    is_chained: bool,
    /// The byte at which a stream of another kind is chained to this one.
    changes_at: Option<u64>,
    /// Takes notes for such an index, on the pass that inspects a content.
    recorder: Option<Recorder>,
    /// What there is to say of the choice of the track.
    notes: Vec<String>,
    damage: Damage,
    /// Whether something was bad, or lost, since the last good packet. At the content's end it is what follows the
    /// audio, such as tags.
    is_unsettled: bool,
    /// Silence that stands for it.
    silence: Frames,
    ended: bool,
}

impl PacketStream {
    /// Finds the audio and decodes its first block.
    pub(super) fn open(content: &Content) -> Result<Self, MediaError> {
        let source = content.source.clone();
        let container = probe(source.clone())?;
        let mut audio = first_audio(&container.tracks)?;
        audio.layout = container.layout.or(audio.layout);
        let notes = container.notes.clone();
        let mut demuxer = Demuxer::new(container, source, &mut audio);
        demuxer.settle(&mut audio)?;
        let mut packets = Self {
            demuxer,
            spec: Spec { rate: audio.rate.unwrap_or(SampleRate::HZ_44100), layout: ChannelLayout::NONE },
            renewal: Renewal::new(&audio),
            audio,
            decoded: Block::new(),
            holds_block: false,
            packet_frames: 0,
            taken: 0,
            origin: None,
            is_adrift: false,
            seek_index: content.seek_index.clone(),
            is_chained: false,
            changes_at: None,
            recorder: None,
            notes,
            damage: Damage::default(),
            is_unsettled: false,
            silence: 0,
            ended: false,
        };
        packets.spec = packets.decode_next()?.ok_or(MediaError::NoAudio)?;
        packets.holds_block = true;
        packets.demuxer.learn(packets.packet_frames, packets.spec.rate);
        Ok(packets)
    }

    /// The rate and the channels, the same for all blocks.
    pub(super) fn spec(&self) -> Spec {
        self.spec
    }

    /// The track as the container describes it.
    pub(super) fn track(&self) -> &Track {
        &self.audio.track
    }

    /// Whether the audio is Opus.
    pub(super) fn is_opus(&self) -> bool {
        self.audio.codec == CODEC_ID_OPUS
    }

    /// The container.
    pub(super) fn format(&self) -> FormatId {
        self.demuxer.format()
    }

    /// Whether all packets are of one length, as far as the container says.
    pub(super) fn is_even(&self) -> bool {
        self.demuxer.is_even()
    }

    /// The content's MIME type.
    pub(super) fn mime_type(&self) -> &'static str {
        mime_type(self.format())
    }

    /// What there is to say of the choice of the track, in sentences.
    pub(super) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The reader of an MP4.
    pub(super) fn mp4(&self) -> Option<&Mp4Reader> {
        self.demuxer.mp4()
    }

    /// What went wrong up to here.
    pub(super) fn damage(&self) -> &Damage {
        &self.damage
    }

    /// How many bytes the demuxer has come to.
    pub(super) fn reached(&self) -> u64 {
        self.demuxer.reached()
    }

    /// Whether all was handed out.
    pub(super) fn has_ended(&self) -> bool {
        self.ended && !self.holds_block
    }

    /// The byte at which a stream of another kind begins, once this one's end was met there.
    pub(super) fn changes_at(&self) -> Option<u64> {
        self.changes_at.or(self.demuxer.changes_at())
    }

    /// Takes note that the stream ends at a byte.
    pub(super) fn bound(&mut self, end: u64) {
        self.demuxer.bound(end);
    }

    /// The next block, in place of what `block` holds; never an empty one. `false` at the end.
    pub(super) fn next(&mut self, block: &mut Block) -> Result<bool, MediaError> {
        if !self.holds_block {
            self.holds_block = self.decode_next()?.is_some();
        }
        if self.holds_block && self.silence > 0 {
            let count = self.silence.min(MAX_PACKET_FRAMES);
            self.silence -= count;
            block.resize_with(self.spec.channels(), Vec::new);
            for plane in block {
                plane.clear();
                plane.resize(count as usize, 0.0);
            }
            return Ok(true);
        }
        std::mem::swap(&mut self.decoded, block);
        Ok(std::mem::take(&mut self.holds_block))
    }

    /// Decodes packets up to the next one that gives audio. Silence for those that could not be is left in `silence`.
    fn decode_next(&mut self) -> Result<Option<Spec>, MediaError> {
        while !self.ended {
            let Some(packet) = self.next_packet()? else { break };
            self.pass_gap(&packet);
            self.note(&packet);
            if let Some(decoder) = self.renewal.decoder(&self.audio)? {
                self.audio.decoder = decoder;
            }
            let spec = self.decode(&packet)?;
            self.renewal.keep(packet);
            if spec.is_some() {
                return Ok(spec);
            }
        }
        self.ended = true;
        self.silence = 0;
        Ok(None)
    }

    /// Decodes a packet; `None` if it gives no audio.
    fn decode(&mut self, packet: &Packet) -> Result<Option<Spec>, MediaError> {
        if self.audio.codec == CODEC_ID_FLAC {
            // Symphonia's decoder looks at no checksum, and makes noise of a damaged frame.
            if !self.demuxer.has_checked() && !flac::is_intact(&packet.data) {
                self.lose(packet);
                return Ok(None);
            }
            let params = self.audio.track.codec_params.as_ref().and_then(|params| params.audio());
            if let Some(hindrance) = params.and_then(|params| flac::hindrance(params, &packet.data)) {
                return Err(MediaError::Unsupported(hindrance));
            }
        }
        match decode(&mut self.audio.decoder, packet) {
            // What is not there is no audio, whatever a decoder makes of it.
            Ok(_) if packet.data.is_empty() => self.lose(packet),
            Ok(audio) if audio.is_empty() => {}
            Ok(audio) => {
                let spec = spec(audio.spec(), self.audio.layout)?;
                if self.spec.channels() != 0 && spec.rate != self.spec.rate {
                    // It would be played at the wrong speed.
                    self.damage.is_short = true;
                    self.ended = true;
                    return Ok(None);
                }
                copy(&audio, &mut self.decoded);
                let frames = trim(packet, audio.frames() as u64, &mut self.decoded);
                if frames == 0 {
                    return Ok(None);
                }
                let is_first = self.spec.channels() == 0;
                if !is_first && spec.layout != self.spec.layout {
                    self.decoded = self.spec.layout.fold(spec.layout, std::mem::take(&mut self.decoded));
                }
                let spec = if is_first { spec } else { self.spec };
                self.damage.has_nonsense |= silence_nonsense(&mut self.decoded);
                self.packet_frames = frames;
                self.hold_to_length(packet);
                self.place(packet);
                if std::mem::take(&mut self.is_unsettled) {
                    self.damage.bad_stretches.insert(self.taken.saturating_sub(self.packet_frames));
                }
                return Ok(Some(spec));
            }
            Err(Error::IoError(_) | Error::DecodeError(_)) => self.lose(packet),
            Err(_) => {
                self.damage.is_short = true;
                self.ended = true;
            }
        }
        Ok(None)
    }

    /// Takes a packet as silence of its length.
    fn lose(&mut self, packet: &Packet) {
        self.forget_overlap();
        self.is_unsettled = true;
        let length = self.length_of(packet);
        self.silence = self.silence.saturating_add(length);
        self.taken = self.taken.saturating_add(length);
    }

    /// Cuts a packet of an MP4 to the length that the tables give it. A reader that enters behind it counts by the
    /// tables, and would hear the rest twice.
    fn hold_to_length(&mut self, packet: &Packet) {
        let most = packet.dur.get();
        if self.spec.channels() > 0 && most > 0 && self.packet_frames > most && self.mp4().is_some() {
            // Fewer than there are.
            self.decoded.iter_mut().for_each(|plane| plane.truncate(most as usize));
            self.packet_frames = most;
        }
    }

    /// Notes where the block just decoded is.
    fn place(&mut self, packet: &Packet) {
        let start = packet.pts.get().saturating_add_unsigned(packet.trim_start.get());
        self.origin.get_or_insert(start.saturating_sub_unsigned(self.taken));
        if std::mem::take(&mut self.is_adrift) {
            self.taken = self.time_of(packet).unwrap_or(Frames::MAX);
            self.silence = 0;
        }
        self.taken = self.taken.saturating_add(self.packet_frames);
    }

    /// Takes what was lost before a packet as silence.
    fn pass_gap(&mut self, packet: &Packet) {
        if let Some(gap) = self.gap_before(packet).filter(|_| !self.is_adrift) {
            self.is_unsettled = true;
            self.silence = self.silence.saturating_add(gap);
            self.taken += gap;
            self.renewal.skip(gap, self.packet_frames);
        }
        if packet.block_dur() == Duration::ZERO {
            self.forget_overlap();
        }
    }

    /// Takes notes from here on.
    pub(super) fn record(&mut self) {
        self.recorder = Some(Recorder::default());
    }

    /// The notes that were taken.
    pub(super) fn recorded(&mut self) -> Vec<u8> {
        self.recorder.take().map(Recorder::finish).unwrap_or_default()
    }

    /// Notes where a packet is, and whether decoding may start with it: with a new decoder, or, in Vorbis, some seconds
    /// after the last time, with the packet before it as its overlap.
    fn note(&mut self, packet: &Packet) {
        let Some(recorder) = self.recorder.as_mut().filter(|_| !self.is_chained) else { return };
        let index = self.renewal.index();
        let place = self.demuxer.place();
        if self.renewal.is_needed() {
            let first = index.saturating_sub(self.renewal.kept());
            if let Some(place) = place {
                recorder.note(place, index, self.taken, &packet.data);
            }
            if self.renewal.is_due() && index > 0 {
                recorder.enter(first, index, self.taken);
            } else {
                recorder.forget_before(first);
            }
        } else if let Some(place) = place.filter(|_| self.origin.is_some()) {
            let next = self.taken.saturating_add(packet.dur.get());
            if next > recorder.last().saturating_add(SPACING * Frames::from(self.spec.rate.hz())) {
                // Vorbis's first packet gives nothing but the overlap for the next one.
                let start = if self.audio.codec == CODEC_ID_VORBIS { next } else { self.taken };
                recorder.note(place, index, start, &packet.data);
                recorder.enter(index, index + 1, next);
            }
        }
    }

    /// Has Vorbis start anew: what it would lap the next block over is not the block before it.
    fn forget_overlap(&mut self) {
        if self.audio.codec == CODEC_ID_VORBIS && self.demuxer.counts_lost() {
            self.audio.decoder.reset();
        }
    }

    /// Frames that were lost before a packet, without a trace but in its timestamp. Our own
    /// readers count them.
    fn gap_before(&self, packet: &Packet) -> Option<Frames> {
        if !self.demuxer.counts_lost() {
            return None;
        }
        let gap = self.time_of(packet)?.checked_sub(self.taken)?;
        (gap > 0 && self.taken.checked_add(gap).is_some()).then_some(gap)
    }

    /// The track's next packet; `None` where the content ends or breaks off.
    fn next_packet(&mut self) -> Result<Option<Packet>, MediaError> {
        loop {
            match self.demuxer.next_packet() {
                Ok(Some(packet)) if packet.track_id != self.audio.track.id => {}
                Ok(packet) => {
                    self.damage.is_short |= self.demuxer.has_holes();
                    return Ok(packet);
                }
                // One stream is chained to another (RFC 3533, 4): go on if that can be heard.
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
        self.damage.is_short = true;
        Ok(None)
    }

    /// How many frames a packet stands for: what our own readers say, as many as all others where that is the codec's
    /// way, else as it says, and as many as the one before it where it says nothing.
    fn length_of(&self, packet: &Packet) -> Frames {
        if self.demuxer.counts_lost() {
            return packet.dur.get();
        }
        if self.is_opus() {
            return lengths::opus(&packet.data).unwrap_or(self.packet_frames);
        }
        if self.renewal.is_needed() && self.packet_frames > 0 {
            return self.packet_frames;
        }
        let frames = self.audio.track.time_base.map_or(0, |base| {
            let scaled = u128::from(packet.dur.get()) * u128::from(base.numer.get()) * u128::from(self.spec.rate.hz());
            u64::try_from(scaled / u128::from(base.denom.get())).unwrap_or(u64::MAX)
        });
        if frames > 0 { frames.min(MAX_PACKET_FRAMES) } else { self.packet_frames }
    }
}

thread_local! {
    static DECODED: Cell<u64> = const { Cell::new(0) };
}

/// How many packets this thread has decoded so far: what tests hold starting in the middle to.
pub fn packets_decoded() -> u64 {
    DECODED.get()
}

/// Decodes a packet, and counts it.
fn decode<'a>(decoder: &'a mut Box<dyn AudioDecoder>, packet: &Packet) -> Result<GenericAudioBufferRef<'a>, Error> {
    DECODED.set(DECODED.get() + 1);
    decoder.decode(packet)
}

/// A block's rate and channels, if they are ones that can be used. The channels are where the container says, if it
/// says so of as many, else where the decoder says.
fn spec(spec: &AudioSpec, declared: Option<ChannelLayout>) -> Result<Spec, MediaError> {
    let rate = SampleRate::new(spec.rate()).ok_or(MediaError::SampleRate(spec.rate()))?;
    let channels = spec.channels().count();
    let declared = declared.filter(|layout| layout.channels() == channels);
    match declared.or_else(|| ChannelLayout::of_symphonia(spec.channels())) {
        _ if channels == 0 => Err(MediaError::NoAudio),
        Some(layout) => Ok(Spec { rate, layout }),
        None => Err(MediaError::TooManyChannels(channels)),
    }
}

/// Copies decoded audio: samples as they are, where they are of our kind.
fn copy(audio: &GenericAudioBufferRef<'_>, block: &mut Block) {
    let GenericAudioBufferRef::F32(audio) = audio else { return audio.copy_to_vecs_planar(block) };
    block.resize_with(audio.num_planes(), Vec::new);
    for (plane, samples) in block.iter_mut().zip(audio.iter_planes()) {
        plane.clear();
        plane.extend_from_slice(samples);
    }
}

/// Cuts off what a packet says is no recording at its end, where the decoder left it. Returns how many frames remain.
fn trim(packet: &Packet, decoded: Frames, block: &mut Block) -> Frames {
    let whole = packet.dur.get().saturating_add(packet.trim_end.get());
    if packet.trim_start != Duration::ZERO || packet.trim_end == Duration::ZERO || decoded != whole {
        return decoded;
    }
    block.iter_mut().for_each(|plane| plane.truncate(packet.dur.get() as usize));
    packet.dur.get()
}

/// Silences samples that are no numbers, or absurd: one would spoil all that is mixed and filtered with it. Returns
/// whether there were any.
fn silence_nonsense(block: &mut Block) -> bool {
    const MOST: f32x4 = f32x4::splat(MAX_MAGNITUDE);
    let mut has_nonsense = false;
    let mut silence = |sample: &mut f32| {
        // What is not a number compares as false.
        let is_sound = sample.abs() <= MAX_MAGNITUDE;
        *sample = if is_sound { *sample } else { 0.0 };
        has_nonsense |= !is_sound;
    };
    for plane in block {
        let (vectors, rest) = plane.as_chunks_mut::<LANES>();
        for samples in vectors {
            if !f32x4::new(*samples).abs().simd_le(MOST).all() {
                samples.iter_mut().for_each(&mut silence);
            }
        }
        rest.iter_mut().for_each(&mut silence);
    }
    has_nonsense
}
