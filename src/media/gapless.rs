//! What of a content is the recording, and what an encoder put around it.
//!
//! Encoders start with some samples of delay and fill the last packet up. Files tell how much in their own ways:
//!
//! - MP3: the LAME tag in the Xing header. It counts the encoder's delay; the decoder's, 529 samples, comes on top.
//! - MP4: the edit list (ISO/IEC 14496-12, 8.6.6) and `iTunSMPB`.
//! - CAF: priming and remainder frames in the packet table.
//! - Ogg: the granule positions (RFC 3533), which its reader trims packets by.
//! - Opus: the pre-skip in its header (RFC 7845, 5.1), where no edit list says the same.
//! - Matroska: `CodecDelay`, where it is not Opus, and `DiscardPadding`, which its reader trims packets by.
//!
//! The rest (PCM, FLAC, ALAC) is exact, or, like ADTS, says nothing, and is kept whole.

use std::ops::Range;

use symphonia::core::formats::Track;
use symphonia::core::formats::well_known as formats;

use super::codec::{Block, PacketStream};
use super::mp4::{self, Edges};
use crate::store::ByteSource;
use crate::timeline::Frames;

/// The decoded frames that are the recording: stretches in ascending order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept(Vec<Range<Frames>>);

impl Kept {
    /// All there is.
    fn everything() -> Self {
        Self::only(0..Frames::MAX)
    }

    /// All but what comes before this frame.
    fn after(delay: u32) -> Self {
        Self::only(delay.into()..Frames::MAX)
    }

    fn only(stretch: Range<Frames>) -> Self {
        Self(vec![stretch])
    }

    /// Where the recording ends; `Frames::MAX` where it ends with the content.
    pub(super) fn end(&self) -> Frames {
        self.0.last().map_or(0, |stretch| stretch.end)
    }

    /// Where in what is decoded a frame of the recording is; `None` past the recording's end.
    pub(super) fn decoded(&self, frame: Frames) -> Option<Frames> {
        let mut before = frame;
        for stretch in &self.0 {
            let length = stretch.end.saturating_sub(stretch.start);
            if before < length {
                return stretch.start.checked_add(before);
            }
            before -= length;
        }
        None
    }

    /// How much of the recording comes before a decoded frame.
    pub(super) fn recorded(&self, decoded: Frames) -> Frames {
        self.0.iter().map(|stretch| stretch.end.min(decoded).saturating_sub(stretch.start)).sum()
    }

    /// Leaves of a block, which starts at this decoded frame, what is the recording.
    pub(super) fn retain(&self, start: Frames, block: &mut Block) {
        for plane in block {
            let end = start.saturating_add(plane.len() as u64);
            let mut length = 0;
            for stretch in &self.0 {
                // Both are within the block, so their distances to its start are indices.
                let from = (stretch.start.clamp(start, end) - start) as usize;
                let to = (stretch.end.clamp(start, end) - start) as usize;
                if from != length {
                    plane.copy_within(from..to.max(from), length);
                }
                length += to.saturating_sub(from);
            }
            plane.truncate(length);
        }
    }
}

/// What the content says of its edges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edging {
    /// The recording in what is decoded.
    pub(super) kept: Kept,
    /// How many frames there are to decode, if the content knows: fewer mean that it was cut off.
    pub(super) promised: Option<Frames>,
    /// Whether packets' timestamps count decoded frames, so that they tell where in the content a packet is.
    ///
    /// MP4's do if its ticks are frames and all its packets last as long as they decode to. FLAC's frames are numbered.
    /// Matroska's are milliseconds, ADTS and MPEG have none,
    /// and Ogg's are its pages'.
    pub(super) is_timed: bool,
}

/// What the content says of its edges.
pub(super) fn edging(packets: &PacketStream, source: &dyn ByteSource) -> Edging {
    let track = packets.track();
    let rate = u64::from(packets.spec().rate.hz());
    match packets.format() {
        formats::FORMAT_ID_MP3 => by_lame(track),
        formats::FORMAT_ID_ISOMP4 => {
            let edges = mp4::edges(source, track.id).unwrap_or_default();
            let timescale = track.time_base.map_or(rate, |base| u64::from(base.denom.get()));
            let length = track.duration.filter(|_| !edges.is_fragmented);
            let promised = length.map(|ticks| scale(ticks.get(), rate, timescale));
            // Fragments do not tell how long they are together; one that is cut promises more than there is.
            let missing = edges.is_cut_off.then_some(Frames::MAX);
            let is_timed = length.is_some()
                && timescale == rate
                && edges.packet_ticks.is_some_and(|ticks| u64::from(ticks) == packets.packet_frames());
            let kept = match (&edges.edits[..], track.delay) {
                ([], Some(pre_skip)) => Kept::after(pre_skip),
                _ => by_edges(&edges, rate, timescale, promised),
            };
            Edging { kept, promised: promised.or(missing), is_timed }
        }
        formats::FORMAT_ID_CAF => by_packet_table(track),
        formats::FORMAT_ID_OGG | formats::FORMAT_ID_MKV => {
            // Counted at the rate that the container gives.
            let counted = track.time_base.map_or(rate, |base| u64::from(base.denom.get()));
            let delay = scale(track.delay.unwrap_or(0).into(), rate, counted);
            let kept = Kept::after(u32::try_from(delay).unwrap_or(u32::MAX));
            Edging { kept, promised: None, is_timed: false }
        }
        formats::FORMAT_ID_WAVE | formats::FORMAT_ID_AIFF => {
            Edging { kept: Kept::everything(), promised: track.num_frames, is_timed: true }
        }
        formats::FORMAT_ID_FLAC => Edging { kept: Kept::everything(), promised: track.num_frames, is_timed: true },
        _ => Edging { kept: Kept::everything(), promised: None, is_timed: false },
    }
}

/// A LAME tag's delay. Its padding is trimmed by the packets' reader, which knows where the file that has the tag ends.
/// Where that is beyond the end, the tag promises more than there is.
fn by_lame(track: &Track) -> Edging {
    let delay = track.delay.unwrap_or(0);
    let promised = track.num_frames.map(|frames| frames.saturating_add(delay.into()));
    Edging { kept: Kept::after(delay), promised, is_timed: false }
}

/// A CAF packet table's priming and remainder frames. Its count of frames includes what a last, short packet lacks, so
/// it promises nothing.
fn by_packet_table(track: &Track) -> Edging {
    let delay = u64::from(track.delay.unwrap_or(0));
    let end = match (track.num_frames, track.delay.or(track.padding)) {
        (Some(valid), Some(_)) => delay.saturating_add(valid),
        _ => Frames::MAX,
    };
    Edging { kept: Kept::only(delay..end), promised: None, is_timed: true }
}

/// The stretches that an MP4's edit list or `iTunSMPB` keeps.
///
/// Edits are as exact as the movie's ticks, often milliseconds: an end that lies within one tick of the media's end
/// is that end. `iTunSMPB` counts samples, so it wins over one edit that says the same in ticks, or nothing.
/// Empty edits place a track in a film and are no part of the recording.
fn by_edges(edges: &Edges, rate: u64, timescale: u64, media_length: Option<Frames>) -> Kept {
    let movie_timescale = u64::from(edges.movie_timescale).max(1);
    let tick = if movie_timescale < rate { rate.div_ceil(movie_timescale) } else { 0 };
    let mut stretches = Vec::new();
    for edit in &edges.edits {
        let Some(time) = edit.media_time else { continue };
        let start = scale(time, rate, timescale);
        let end = match edit.segment_duration {
            0 => Frames::MAX,
            ticks => start.saturating_add(scale(ticks, rate, movie_timescale)),
        };
        stretches.push(start..media_length.filter(|&length| end.abs_diff(length) <= tick).unwrap_or(end));
    }
    if let Some(smpb) = edges.gapless {
        let exact = smpb.delay..smpb.delay.saturating_add(smpb.length);
        let agrees = match &stretches[..] {
            [] => true,
            [one] => {
                one.start == 0 || one.start.abs_diff(exact.start) <= tick && one.end.abs_diff(exact.end) <= tick.max(1)
            }
            _ => false,
        };
        if agrees && media_length.is_none_or(|length| exact.end <= length) {
            return Kept::only(exact);
        }
    }
    // A list that goes back in the media is an arrangement of it; the media itself is then what is played.
    let ascends = stretches.windows(2).all(|pair| pair[0].end <= pair[1].start);
    if stretches.is_empty() || !ascends { Kept::everything() } else { Kept(stretches) }
}

/// `ticks` of a clock as frames, to the nearest.
fn scale(ticks: u64, rate: u64, timescale: u64) -> Frames {
    let timescale = u128::from(timescale.max(1));
    let frames = (2 * u128::from(ticks) * u128::from(rate) + timescale) / (2 * timescale);
    Frames::try_from(frames).unwrap_or(Frames::MAX)
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "what is kept is a list of ranges, often of one")]
mod tests {
    use super::super::mp4::Smpb;
    use super::*;
    use mp4_atom::ElstEntry;

    fn edges(movie_timescale: u32, edits: &[(Option<u64>, u64)], smpb: Option<(u64, u64)>) -> Edges {
        let entry = |&(media_time, segment_duration): &(Option<u64>, u64)| ElstEntry {
            segment_duration,
            media_time,
            media_rate: 1.into(),
        };
        Edges {
            movie_timescale,
            edits: edits.iter().map(entry).collect(),
            gapless: smpb.map(|(delay, length)| Smpb { delay, length }),
            is_fragmented: false,
            is_cut_off: false,
            packet_ticks: Some(1024),
        }
    }

    fn kept(edges: &Edges, length: u64) -> Vec<Range<u64>> {
        by_edges(edges, 44_100, 44_100, Some(length)).0
    }

    #[test]
    fn a_block_keeps_its_parts_of_the_recording_and_no_other() {
        let kept = Kept(vec![3..6, 9..12]);
        let retained = |start: u64, count: u64| {
            let mut block = vec![(start..start + count).map(|n| n as f32).collect::<Vec<_>>()];
            kept.retain(start, &mut block);
            block.remove(0)
        };
        assert_eq!(retained(0, 20), [3.0, 4.0, 5.0, 9.0, 10.0, 11.0]);
        assert_eq!(retained(5, 5), [5.0, 9.0]);
        assert!(retained(6, 3).is_empty());
        assert!(retained(12, 3).is_empty());
    }

    #[test]
    fn an_edit_in_samples_is_taken_as_it_stands() {
        assert_eq!(kept(&edges(44_100, &[(Some(2048), 10_000)], None), 12_049), [2048..12_048]);
    }

    #[test]
    fn an_edit_in_milliseconds_ends_with_the_media_where_it_means_to() {
        // 11,027 samples are 250.045 ms: the tick says 250 or 251, the media's own length says which sample.
        for ticks in [250, 251] {
            assert_eq!(kept(&edges(1000, &[(Some(1024), ticks)], None), 12_051), [1024..12_051]);
        }
        assert_eq!(kept(&edges(1000, &[(Some(1024), 100)], None), 12_051), [1024..5434]);
    }

    #[test]
    fn itunes_note_is_the_exact_one_unless_the_edits_say_otherwise() {
        let smpb = Some((2112, 11_027));
        assert_eq!(kept(&edges(600, &[], smpb), 14_336), [2112..13_139]);
        assert_eq!(kept(&edges(600, &[(Some(2112), 150)], smpb), 14_336), [2112..13_139]);
        assert_eq!(kept(&edges(600, &[(Some(0), 195)], smpb), 14_336), [2112..13_139]);
        assert_eq!(kept(&edges(600, &[(Some(6000), 60)], smpb), 14_336), [6000..10_410], "it was cut afterwards");
        assert_eq!(kept(&edges(600, &[], smpb), 13_000), [0..u64::MAX], "it claims more than there is");
    }

    #[test]
    fn edits_may_be_empty_open_or_several_but_not_go_back() {
        assert_eq!(kept(&edges(1000, &[(None, 500), (Some(1024), 0)], None), 12_051), [1024..u64::MAX]);
        let two = edges(44_100, &[(Some(1000), 500), (Some(3000), 500)], None);
        assert_eq!(kept(&two, 12_051), [1000..1500, 3000..3500]);
        let back = edges(44_100, &[(Some(3000), 500), (Some(1000), 500)], None);
        assert_eq!(kept(&back, 12_051), [0..u64::MAX]);
    }
}
