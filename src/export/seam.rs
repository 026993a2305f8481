//! Joins the packets of neighbouring segments.
//!
//! A decoder adds the second half of each packet's transform to the first half of the next packet's. So packets from
//! two encoders fit together if both encoders gave the first packet the same window: then the second packet continues
//! as the first requires. Every packet's first bits hold its window.

use super::packets::Packets;
use super::segment::Segment;
use crate::timeline::AudioLayout;

/// Joins segments, in order.
pub(super) struct Splicer {
    layout: AudioLayout,
    /// The segment to which the next one is joined, and its first packet that is not passed on yet.
    last: Option<(Segment, u64)>,
}

impl Splicer {
    pub(super) fn new(layout: AudioLayout) -> Self {
        Self { layout, last: None }
    }

    /// Takes the next segment, and passes on the packets before the seam.
    pub(super) fn push(&mut self, next: Segment, packets: &mut Packets) {
        let seam = match &self.last {
            Some((last, from)) => {
                let seam = seam(last, &next, self.layout);
                pass_on(last, *from, seam, packets);
                seam
            }
            None => next.first_packet,
        };
        self.last = Some((next, seam));
    }

    /// Passes on the remaining packets.
    pub(super) fn finish(&mut self, packets: &mut Packets) {
        if let Some((last, from)) = self.last.take() {
            pass_on(&last, from, u64::MAX, packets);
        }
    }
}

/// Passes on a segment's packets in a range of the stream's packet numbers.
///
/// This is a separate function for the reason given at [`SegmentMaker::work`](super::segment::SegmentMaker::work).
#[inline(never)]
fn pass_on(segment: &Segment, from: u64, to: u64, packets: &mut Packets) {
    for (number, packet) in segment.packets() {
        if (from..to).contains(&number) {
            packets.push(packet);
        }
    }
}

/// Returns the first packet to take from `right`: the one after the first packet whose window is the same on both
/// sides. If there is none, which is not known to happen, it is the packet after the first that both have.
fn seam(left: &Segment, right: &Segment, layout: AudioLayout) -> u64 {
    let mut ends = left.packets().skip_while(|&(number, _)| number < right.first_packet);
    let agreed = right.packets().zip(&mut ends).find(|((_, right), (_, left))| {
        let window = Window::of(left, layout);
        window.is_some() && window == Window::of(right, layout)
    });
    agreed.map_or(right.first_packet, |((number, _), _)| number) + 1
}

/// The window of a packet's samples (`ics_info`, ISO/IEC 14496-3, 4.4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    /// Window sequence: long, start, short or stop.
    sequence: u32,
    /// Window shape: sine or Kaiser-Bessel-derived.
    shape: u32,
    /// Whether both channels share the window. Otherwise this is the first channel's.
    is_common: bool,
}

impl Window {
    /// Reads the window of a packet that begins with its only channel element (`raw_data_block`, the same clause,
    /// table 4.3), as the encoder's packets do.
    fn of(packet: &[u8], layout: AudioLayout) -> Option<Self> {
        const ELEMENT_AND_TAG: u32 = 3 + 4;
        const GLOBAL_GAIN: u32 = 8;
        let head = u32::from_be_bytes(*packet.first_chunk()?);
        let bits = |skip: u32, count: u32| (head << skip) >> (32 - count);
        let (mut place, mut is_common) = (ELEMENT_AND_TAG, true);
        if layout == AudioLayout::Stereo {
            is_common = bits(place, 1) == 1;
            place += 1;
        }
        if layout == AudioLayout::Mono || !is_common {
            place += GLOBAL_GAIN;
        }
        // A reserved bit precedes the window.
        Some(Self { sequence: bits(place + 1, 2), shape: bits(place + 3, 1), is_common })
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::export::{MemorySink, Sink};
    use crate::m4a::{FileLayout, MoovPlace, Piece, Track};
    use crate::timeline::SampleRate;

    /// Makes a packet's first bits from groups of ones and zeros.
    fn packet(bits: &str) -> Vec<u8> {
        let bits: String = bits.split_whitespace().collect();
        u32::from_str_radix(&format!("{bits:0<32}"), 2).unwrap().to_be_bytes().to_vec()
    }

    fn segment(first_packet: u64, packets: &[&str]) -> Segment {
        let packets: Vec<_> = packets.iter().map(|bits| packet(bits)).collect();
        Segment { first_packet, sizes: vec![4; packets.len()], packets: packets.concat(), ..Segment::empty(0) }
    }

    const LONG: &str = "001 0000 1 0 00 1";
    const START: &str = "001 0000 1 0 01 1";
    const SHORT: &str = "001 0000 1 0 10 0";

    #[test]
    fn the_window_is_read_for_one_channel_two_and_two_that_differ() {
        let of = |bits, layout| Window::of(&packet(bits), layout).unwrap();
        let window = |sequence, shape, is_common| Window { sequence, shape, is_common };
        assert_eq!(of("000 0000 10101010 0 11 1", AudioLayout::Mono), window(3, 1, true));
        assert_eq!(of(SHORT, AudioLayout::Stereo), window(2, 0, true));
        assert_eq!(of("001 0000 0 11111111 0 01 0", AudioLayout::Stereo), window(1, 0, false));
        assert_eq!(Window::of(&[0, 1, 2], AudioLayout::Mono), None);
    }

    #[test]
    fn the_seam_lies_behind_the_first_packet_with_one_window_on_both_sides() {
        let left = segment(5, &[LONG, LONG, START, SHORT, LONG]);
        assert_eq!(seam(&left, &segment(7, &[START, SHORT, LONG]), AudioLayout::Stereo), 8);
        assert_eq!(seam(&left, &segment(7, &[LONG, LONG, LONG]), AudioLayout::Stereo), 10);
        assert_eq!(seam(&left, &segment(7, &[LONG, LONG, SHORT]), AudioLayout::Stereo), 8);
    }

    #[test]
    fn every_packet_is_passed_on_once_from_the_side_of_the_seam_that_it_lies_on() {
        let mut packets = Packets::new(6);
        let mut splicer = Splicer::new(AudioLayout::Stereo);
        splicer.push(segment(0, &[LONG, LONG, LONG, START]), &mut packets);
        splicer.push(segment(2, &[SHORT, START, SHORT, LONG]), &mut packets);
        splicer.finish(&mut packets);
        let expected = [LONG, LONG, LONG, START, SHORT, LONG].map(packet).concat();
        let (sample_rate, layout, piece) = (SampleRate::HZ_44100, AudioLayout::Stereo, Piece::default());
        let track =
            Track { sample_rate, layout, audio_specific_config: vec![0x12, 0x10], priming: 0, frames: 1, piece };
        let file = FileLayout::new(track, MoovPlace::First).unwrap();
        let mut sink = MemorySink::default();
        pollster::block_on(packets.flush_all(&file, &mut sink)).unwrap();
        assert_eq!(pollster::block_on(sink.finish()).unwrap(), expected);
        assert_eq!(packets.sizes(), [4; 6]);
    }
}
