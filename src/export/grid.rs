//! The division of a stream into segments. It depends only on the stream's length, not on who makes the segments.

use std::ops::Range;

/// Packets in a whole segment: about 15 s.
pub(super) const WHOLE: u64 = 640;

/// Segments get shorter towards the end, so that no worker is still busy with a long one when the others have
/// finished. Each segment costs a run-in, so this begins late: within this many packets of the end, they are halved.
const HALVED_BEFORE_END: u64 = 2 * WHOLE;
/// Within this many packets of the end, segments are quartered.
const QUARTERED_BEFORE_END: u64 = WHOLE;

/// The segments of a stream, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    packets: u64,
    whole: u64,
    halves: u64,
    quarters: u64,
}

impl Grid {
    /// Creates the grid of a stream of `packets` packets.
    pub fn new(packets: u64) -> Self {
        let whole = packets.saturating_sub(HALVED_BEFORE_END) / WHOLE;
        let rest = packets - whole * WHOLE;
        let halves = rest.saturating_sub(QUARTERED_BEFORE_END) / (WHOLE / 2);
        let rest = rest - halves * (WHOLE / 2);
        // The last segment also takes the remainder.
        let quarters = (rest / (WHOLE / 4)).max(rest.min(1));
        Self { packets, whole, halves, quarters }
    }

    /// Returns the number of packets in the stream.
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// Returns the number of segments.
    pub fn segments(&self) -> u64 {
        self.whole + self.halves + self.quarters
    }

    /// Returns the packets of a segment.
    pub fn segment(&self, number: u64) -> Range<u64> {
        self.start(number)..self.start(number + 1)
    }

    /// Returns a segment's first packet, or the stream's end after the last segment.
    fn start(&self, number: u64) -> u64 {
        if number >= self.segments() {
            return self.packets;
        }
        let whole = number.min(self.whole);
        let halves = (number - whole).min(self.halves);
        let quarters = number - whole - halves;
        whole * WHOLE + halves * (WHOLE / 2) + quarters * (WHOLE / 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_packet_is_in_one_segment_and_none_is_tiny() {
        for packets in (0..5_000).chain([25_840, 1_550_391]) {
            let grid = Grid::new(packets);
            let mut end = 0;
            for number in 0..grid.segments() {
                let segment = grid.segment(number);
                assert_eq!(segment.start, end);
                let length = segment.end - segment.start;
                assert!(length <= WHOLE && (length >= WHOLE / 4 || packets < WHOLE / 4), "{length} of {packets}");
                end = segment.end;
            }
            assert_eq!(end, packets);
        }
    }

    #[test]
    fn they_get_shorter_towards_the_end() {
        let grid = Grid::new(10 * WHOLE);
        let lengths: Vec<u64> = (0..grid.segments()).map(|n| grid.segment(n).end - grid.segment(n).start).collect();
        assert_eq!(lengths, [640, 640, 640, 640, 640, 640, 640, 640, 320, 320, 160, 160, 160, 160]);
    }
}
