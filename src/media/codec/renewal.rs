//! Renews decoders with a long memory, so that decoding may start anywhere with the same bits.
//!
//! MP3 and AAC decoders have state: the bit reservoir, the overlap of the last block, the filter bank's history, and in
//! AAC a random number generator whose noise replaces parts of the spectrum (ISO/IEC 14496-3, 4.6.13, and 4.6.18 for
//! spectral band replication). The generator's state depends on all packets before, so a decoder that starts in the
//! middle could never return the same bits as one from the beginning. Opus's memory fades, but never to the last bit.
//!
//! So *every* decoding takes a new decoder at each 256th packet, for HE-AAC at each 512th, for Opus at each 1024th, and
//! warms it up with the packets just before. A packet's audio then depends on few packets, wherever decoding started.
//!
//! The warm-up is long enough for a new decoder to reach the old one's state, except for that noise.

use std::collections::VecDeque;

use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_MP3, CODEC_ID_OPUS};
use symphonia::core::packet::Packet;

use super::decode::decode;
use crate::media::track::{Audio, new_decoder};
use crate::media::{MediaError, aac, lengths};
use crate::timeline::Frames;

/// Packets between two renewals: about six seconds. The warm-up takes about 2 % of the decoding time.
const INTERVAL: u64 = 256;

/// The size of the bit reservoir in bytes: the range of `main_data_begin` (ISO/IEC 11172-3, 2.4.1.7).
const MP3_RESERVOIR: usize = 511;

/// Packets to decode with a full reservoir: one each for the overlap and the filter bank, and one to spare.
const MP3_OVERLAP: usize = 3;

/// The most packets that are kept. Each intact packet adds at least a byte to the reservoir.
const MP3_MOST: usize = MP3_RESERVOIR + MP3_OVERLAP;

/// The number of packets that is enough, unless they are nearly empty.
const MP3_FEW: u64 = 24;

/// Packets that fill AAC's overlap and set its window shape, and one spare.
const AAC_OVERLAP: usize = 2;

/// Packets that are kept for Vorbis, whose last packet overlaps the next. PCM, FLAC and ALAC do not need them.
const SHORT_OVERLAP: usize = 2;

/// Packets between two renewals of AAC with spectral band replication: about 24 seconds.
const SBR_INTERVAL: u64 = 512;

/// Packets that contain a header of spectral band replication and one of parametric stereo. Without them, the upper
/// half of the spectrum or the second channel is missing. Encoders send them every half second; this is two seconds.
const SBR_OVERLAP: usize = 48;

/// Packets between two renewals of Opus: about 20 seconds, for packets of 20 ms.
const OPUS_INTERVAL: u64 = 1024;

/// The warm-up of an Opus decoder in frames at 48 kHz: two seconds. RFC 7845, 4.6, asks for 80 ms.
const OPUS_OVERLAP: Frames = 96_000;

/// The most Opus packets that are kept: two seconds of packets of 2.5 ms.
const OPUS_MOST: usize = 800;

enum Memory {
    /// None, or only the overlap with the next packet.
    Short,
    Aac,
    Sbr,
    Mp3,
    Opus,
}

/// Counts packets, keeps the latest, and makes new decoders from them.
pub(super) struct Renewal {
    memory: Memory,
    interval: u64,
    /// The next packet's number.
    index: u64,
    recent: VecDeque<Packet>,
}

impl Renewal {
    pub(super) fn new(audio: &Audio) -> Self {
        let params = audio.track.codec_params.as_ref().and_then(|params| params.audio());
        let memory = match audio.codec {
            CODEC_ID_AAC if params.is_some_and(aac::has_sbr) => Memory::Sbr,
            CODEC_ID_AAC => Memory::Aac,
            CODEC_ID_MP3 => Memory::Mp3,
            CODEC_ID_OPUS => Memory::Opus,
            _ => Memory::Short,
        };
        let interval = match memory {
            Memory::Sbr => SBR_INTERVAL,
            Memory::Opus => OPUS_INTERVAL,
            _ => INTERVAL,
        };
        Self { memory, interval, index: 0, recent: VecDeque::new() }
    }

    /// Returns whether the codec's decoders must be renewed.
    pub(super) fn is_needed(&self) -> bool {
        !matches!(self.memory, Memory::Short)
    }

    /// Returns whether the next packet is for a new decoder.
    pub(super) fn is_due(&self) -> bool {
        self.index.is_multiple_of(self.interval)
    }

    /// Returns the number of packets before the next renewal that is not due yet.
    pub(super) fn distance(&self) -> u64 {
        self.interval - self.index % self.interval
    }

    /// Returns the latest renewal at or before a packet.
    pub(super) fn before(&self, index: u64) -> u64 {
        index - index % self.interval
    }

    /// Returns the number of packets that are kept for the next decoder.
    pub(super) fn kept(&self) -> u64 {
        self.recent.len() as u64
    }

    /// Returns the next packet's number.
    pub(super) fn index(&self) -> u64 {
        self.index
    }

    /// Continues with the packet of this number.
    pub(super) fn restart(&mut self, index: u64) {
        self.index = index;
        self.recent.clear();
    }

    /// Counts lost packets, from lost frames and the packets' length. Opus packets may have any length, and count as
    /// 20 ms: it matters only that the number is the same wherever decoding started.
    pub(super) fn skip(&mut self, lost: Frames, length: Frames) {
        let length = if matches!(self.memory, Memory::Opus) { 960 } else { length };
        self.index = self.index.saturating_add(lost / length.max(1));
    }

    /// Returns the number of packets of this length that a new decoder needs. If it depends on the packets, the first
    /// number is usually enough. If it is not, all packets are still kept, and the next number is.
    pub(super) fn warm_ups(&self, length: Frames) -> Vec<u64> {
        match self.memory {
            Memory::Short => vec![0],
            Memory::Aac => vec![AAC_OVERLAP as u64],
            Memory::Sbr => vec![SBR_OVERLAP as u64],
            Memory::Mp3 => vec![MP3_FEW, MP3_MOST as u64],
            Memory::Opus => vec![OPUS_OVERLAP.div_ceil(length.max(1)) + 1],
        }
    }

    /// Returns a new decoder for the next packet, if it is due.
    pub(super) fn decoder(&self, audio: &Audio) -> Result<Option<Box<dyn AudioDecoder>>, MediaError> {
        let params = audio.track.codec_params.as_ref().and_then(|params| params.audio());
        let Some(params) = params.filter(|_| self.is_needed() && self.index > 0 && self.is_due()) else {
            return Ok(None);
        };
        let mut decoder = new_decoder(params)?;
        for packet in &self.recent {
            // The first packets lack the ones before them, and damaged packets were counted already.
            let _ = decode(&mut decoder, packet);
        }
        Ok(Some(decoder))
    }

    /// Counts a packet, and keeps it for as long as it may be needed.
    pub(super) fn keep(&mut self, packet: Packet) {
        self.index += 1;
        self.recent.push_back(packet);
        while self.has_too_many() {
            self.recent.pop_front();
        }
    }

    /// Returns the packets that are kept.
    pub(super) fn recent(&self) -> impl DoubleEndedIterator<Item = &Packet> + ExactSizeIterator {
        self.recent.iter()
    }

    fn has_too_many(&self) -> bool {
        match self.memory {
            Memory::Short => self.recent.len() > SHORT_OVERLAP,
            Memory::Aac => self.recent.len() > AAC_OVERLAP,
            Memory::Sbr => self.recent.len() > SBR_OVERLAP,
            Memory::Mp3 => {
                let older = self.recent.len().saturating_sub(MP3_OVERLAP);
                let reservoir: usize =
                    self.recent.iter().take(older).skip(1).map(|packet| main_data(&packet.data)).sum();
                reservoir >= MP3_RESERVOIR || self.recent.len() > MP3_MOST
            }
            Memory::Opus => {
                let frames = |packet: &Packet| lengths::opus(&packet.data).unwrap_or(0);
                let all_but_first: Frames = self.recent.iter().skip(1).map(frames).sum();
                all_but_first >= OPUS_OVERLAP || self.recent.len() > OPUS_MOST
            }
        }
    }
}

/// Returns the number of bytes that an MPEG layer III frame adds to the reservoir: all except header, check word and
/// side information (ISO/IEC 11172-3, 2.4.1.7; 13818-3, 2.4.1.7).
fn main_data(frame: &[u8]) -> usize {
    let &[_, version, _, mode, ..] = frame else { return 0 };
    let (is_mpeg_1, is_checked, is_mono) = (version & 0x08 != 0, version & 1 == 0, mode >> 6 == 3);
    let side = match (is_mpeg_1, is_mono) {
        (true, false) => 32,
        (true, true) | (false, false) => 17,
        (false, true) => 9,
    };
    frame.len().saturating_sub(4 + side + if is_checked { 2 } else { 0 })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::PacketStream;
    use crate::media::Content;
    use crate::store::Bytes;

    fn samples(content: &'static [u8], interval: u64) -> Vec<u32> {
        let content = Content::new(Arc::new(Bytes(content.into())), "");
        let mut packets = PacketStream::open(&content).unwrap();
        packets.renewal.interval = interval;
        let (mut all, mut block) = (Vec::new(), Vec::new());
        while packets.next(&mut block).unwrap() {
            all.extend(block.iter().flatten().map(|sample| sample.to_bits()));
        }
        all
    }

    /// Returns ten seconds of tones and noise, encoded by ffmpeg.
    #[cfg(not(target_arch = "wasm32"))]
    fn opus(application: &str, bit_rate: &str, frame: &str) -> &'static [u8] {
        let sound =
            "aevalsrc='0.4*sin(2*PI*(150+90*t)*t)*lt(mod(t,0.7),0.5)+0.1*random(0)|0.3*sin(2*PI*700*t)':d=10:s=48000";
        let options = ["-c:a", "libopus", "-application", application, "-b:a", bit_rate, "-frame_duration", frame];
        let output = std::process::Command::new("ffmpeg")
            .args(["-v", "error", "-nostdin", "-f", "lavfi", "-i", sound])
            .args(options)
            .args(["-f", "ogg", "-"])
            .output()
            .unwrap();
        assert!(output.status.success());
        output.stdout.leak()
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn two_seconds_tell_a_new_opus_decoder_nearly_all_that_the_old_one_knew() {
        let mut largest = 0.0f32;
        for (application, bit_rate, frame) in
            [("audio", "96k", "20"), ("audio", "32k", "20"), ("voip", "14k", "60"), ("lowdelay", "64k", "2.5")]
        {
            let content = opus(application, bit_rate, frame);
            let (renewed, whole) = (samples(content, 120), samples(content, u64::MAX));
            let distance = |(a, b): (&u32, &u32)| (f32::from_bits(*a) - f32::from_bits(*b)).abs();
            let deviation = renewed.iter().zip(&whole).map(distance).fold(0.0, f32::max);
            println!("{application} at {bit_rate}, {frame} ms: {deviation:e}");
            largest = largest.max(deviation);
        }
        assert!(largest < 0.01, "{largest}");
    }

    #[test]
    fn a_new_decoder_goes_on_where_the_old_one_was() {
        macro_rules! file {
            ($name:literal) => {
                ($name, include_bytes!(concat!("../../../tests/data/media/", $name)).as_slice())
            };
        }
        for (name, content) in [
            file!("lame-vbr-44100-stereo.mp3"),
            file!("lame-cbr-44100-stereo.mp3"),
            file!("lame-cbr-22050-mono.mp3"),
            file!("lame-cbr-8000-mono.mp3"),
            file!("aac-44100-stereo.m4a"),
            file!("aac-44100-stereo.aac"),
        ] {
            let whole = samples(content, u64::MAX);
            for interval in [2, 3, 5, 7] {
                assert!(samples(content, interval) == whole, "{name}, renewed after {interval} packets");
            }
        }
    }
}
