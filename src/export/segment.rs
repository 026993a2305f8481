//! Segments: parts of the output, each rendered and encoded on its own.
//!
//! The encoded stream is silence (so that the timeline ends where a packet does), the mix, and silence. It is cut on
//! a grid of packets that depends only on the stream. A segment's encoder starts some packets early, on the real
//! audio, so that at the segment's first packet its state no longer depends on where it started. It continues some
//! packets past the segment's end, so that the seam can be placed where both neighbours agree.
//!
//! It promises that a segment depends only on the composition, the pass and its number: it is the same to the bit,
//! whoever makes it, in whatever order.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::block::Block;
use super::error::{ExportError, UnreadableClip};
use super::grid::Grid;
use super::stretch::Stretch;
use crate::aac::{Encoder, EncoderConfig, FRAME_LENGTH};
use crate::mix::{ClipWarning, Composition, Master, Mastering, Meter, MeterReading};
use crate::packed;
use crate::timeline::Frames;

/// Packets that a segment's encoder makes before the segment, and drops. They cover the meter's run-in, and last
/// longer than the encoder's state. docs/segments.md has the measurements.
const WARM_UP: u64 = 10;

/// Packets of the next segment that a segment also has.
const OVERLAP: u64 = 4;

const PACKET: Frames = FRAME_LENGTH as Frames;

/// The processing of every segment of a mix.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pass {
    /// The mix's gain and ceiling.
    pub mastering: Mastering,
    /// The part of the mix that is made.
    pub stretch: Stretch,
    /// The encoder's settings; `None` to only measure the mix.
    pub encoding: Option<Encoding>,
}

/// The settings that turn a mix into packets.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Encoding {
    /// Bits per second.
    pub bit_rate: u32,
    /// Whether the encoder searches longer, for better quality.
    pub afterburner: bool,
    /// Frames of silence before the stretch.
    pub lead: Frames,
    /// Number of packets in the stream.
    pub packets: u64,
}

impl Pass {
    /// Creates a pass that only measures a part of the mix.
    pub(super) fn hearing(mastering: Mastering, stretch: Stretch) -> Self {
        Self { mastering, stretch, encoding: None }
    }

    /// Returns the grid of the pass's segments.
    pub(super) fn grid(&self) -> Grid {
        Grid::new(self.packets())
    }

    fn packets(&self) -> u64 {
        self.encoding.map_or(self.stretch.frames().div_ceil(PACKET), |encoding| encoding.packets)
    }

    fn lead(&self) -> Frames {
        self.encoding.map_or(0, |encoding| encoding.lead)
    }
}

/// A finished segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// The segment's number, counted from 0.
    pub(super) number: u64,
    /// The stream's number of the first packet. It is one before the segment, so that the seam can see its window.
    pub(super) first_packet: u64,
    /// Each packet's size in bytes.
    #[serde(with = "packed")]
    pub(super) sizes: Vec<u16>,
    /// The packets, one after another.
    #[serde(with = "serde_bytes")]
    pub(super) packets: Vec<u8>,
    /// The segment's part of the loudness measurement.
    pub(super) reading: MeterReading,
    /// Clips that were read although their files are damaged.
    pub(super) warnings: Vec<ClipWarning>,
    /// Clips that became unreadable, and are silent from there to the segment's end.
    pub(super) unreadable: Vec<UnreadableClip>,
}

impl Segment {
    pub(super) fn empty(number: u64) -> Self {
        Self {
            number,
            first_packet: 0,
            sizes: Vec::new(),
            packets: Vec::new(),
            reading: MeterReading::default(),
            warnings: Vec::new(),
            unreadable: Vec::new(),
        }
    }

    /// Iterates over the packets, each with its number in the stream.
    pub(super) fn packets(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let mut rest = &self.packets[..];
        (self.first_packet..).zip(&self.sizes).map_while(move |(number, &size)| {
            let (packet, behind) = rest.split_at_checked(size.into())?;
            rest = behind;
            Some((number, packet))
        })
    }
}

/// Makes a segment, a few milliseconds of work at a time.
pub struct SegmentMaker<'c> {
    master: Master<&'c Composition>,
    block: Block,
    meter: Meter,
    encoder: Option<Encoder>,
    /// Number of packets that are still to be dropped.
    dropped: u64,
    /// The stream's packets that are kept.
    kept: Range<u64>,
    lead: Frames,
    /// The part of the mix that the stream has after the lead.
    mix: Stretch,
    /// The stream's frames, from the first that is rendered to the last that may be.
    stream: Range<Frames>,
    /// The stream's next frame.
    position: Frames,
    segment: Segment,
}

impl<'c> SegmentMaker<'c> {
    /// Starts a segment.
    pub fn new(composition: &'c Composition, pass: &Pass, number: u64) -> Result<Self, ExportError> {
        let (rate, layout, mix_frames) = (composition.rate(), composition.layout(), pass.stretch.frames());
        let (packets, lead) = (pass.packets(), pass.lead());
        let own = pass.grid().segment(number);
        let begin = own.start.saturating_sub(WARM_UP);
        let kept = own.start.saturating_sub(1)..(own.end + OVERLAP).min(packets);
        let in_mix = |packet: u64| (packet * PACKET).saturating_sub(lead).min(mix_frames);
        let stretch = in_mix(own.start)..if own.end == packets { mix_frames } else { in_mix(own.end) };
        let config = pass.encoding.map(|encoding| EncoderConfig {
            sample_rate: rate,
            layout,
            bit_rate: encoding.bit_rate,
            afterburner: encoding.afterburner,
        });
        let stream = begin * PACKET..(lead + mix_frames).max(packets * PACKET);
        Ok(Self {
            master: Master::new(composition, &pass.mastering)?,
            block: Block::new(layout),
            meter: Meter::new(rate, layout, in_mix(begin), stretch),
            encoder: config.map(|config| Encoder::new(&config)).transpose()?,
            dropped: kept.start - begin,
            lead,
            mix: pass.stretch,
            position: stream.start,
            stream,
            segment: Segment { first_packet: kept.start, ..Segment::empty(number) },
            kept,
        })
    }

    /// Returns the segment's number.
    pub fn number(&self) -> u64 {
        self.segment.number
    }

    /// Returns the completed part, 0 to 1.
    pub fn fraction(&self) -> f64 {
        let frames = self.kept.end * PACKET - self.stream.start;
        ((self.position - self.stream.start) as f64 / frames as f64).min(1.0)
    }

    /// Continues until the segment is made or time is up. Returns `true` when only [`Self::finish`] remains.
    ///
    /// The loop is a separate function because V8 optimises whole functions, and the callers are large.
    #[inline(never)]
    pub fn work(&mut self, is_time: &dyn Fn() -> bool) -> Result<bool, ExportError> {
        loop {
            self.step()?;
            let is_done = self.is_done();
            if is_done || is_time() {
                return Ok(is_done);
            }
        }
    }

    /// Processes one block.
    fn step(&mut self) -> Result<(), ExportError> {
        let mix_end = self.lead + self.mix.frames();
        if self.position < self.lead {
            self.silence(self.lead)
        } else if self.position < mix_end {
            let start = self.mix.start + self.position - self.lead;
            let frames = self.block.render(&mut self.master, start, self.mix.end)?;
            self.meter.hear(&self.block.planes());
            self.position += frames;
            self.encode(Fed::Block)
        } else {
            self.silence(self.stream.end)
        }
    }

    /// Returns the segment.
    pub fn finish(mut self) -> Result<Segment, ExportError> {
        let is_cut_short = self.segment.sizes.len() as u64 != self.kept.end - self.kept.start;
        if let Some(encoder) = self.encoder.take().filter(|_| is_cut_short) {
            let mut keep = keep(&mut self.segment, &mut self.dropped, &self.kept);
            encoder.finish(&mut keep)?;
        }
        let rendered = self.master.report();
        self.segment.reading = self.meter.finish(self.position >= self.lead + self.mix.frames());
        self.segment.warnings = rendered.warnings;
        self.segment.unreadable = rendered.unreadable.into_iter().map(UnreadableClip::from).collect();
        Ok(self.segment)
    }

    fn is_done(&self) -> bool {
        if self.encoder.is_some() {
            self.segment.sizes.len() as u64 == self.kept.end - self.kept.start || self.position >= self.stream.end
        } else {
            self.position >= (self.kept.end * PACKET).min(self.stream.end)
        }
    }

    /// Gives the encoder silence, up to a packet's length or to frame `end` of the stream.
    fn silence(&mut self, end: Frames) -> Result<(), ExportError> {
        let frames = (end - self.position).min(PACKET);
        self.position += frames;
        self.encode(Fed::Silence(frames))
    }

    fn encode(&mut self, fed: Fed) -> Result<(), ExportError> {
        let Some(encoder) = &mut self.encoder else { return Ok(()) };
        let mut keep = keep(&mut self.segment, &mut self.dropped, &self.kept);
        match fed {
            Fed::Block => encoder.encode(self.block.interleaved(), &mut keep)?,
            Fed::Silence(frames) => encoder.encode(self.block.silence(frames), &mut keep)?,
        }
        Ok(())
    }
}

/// The encoder's input.
enum Fed {
    Block,
    Silence(Frames),
}

/// Returns the encoder's callback. It drops the first packets and those past the segment's end, and keeps the rest.
fn keep<'a>(segment: &'a mut Segment, dropped: &'a mut u64, kept: &Range<u64>) -> impl FnMut(&[u8]) + use<'a> {
    let wanted = (kept.end - kept.start) as usize;
    move |packet| {
        if *dropped > 0 {
            *dropped -= 1;
        } else if segment.sizes.len() < wanted {
            // An AAC-LC packet has at most 6,144 bits per channel (ISO/IEC 14496-3, 4.5.3.2), so its size fits.
            segment.sizes.push(packet.len() as u16);
            segment.packets.extend_from_slice(packet);
        }
    }
}
