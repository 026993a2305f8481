//! Separates the recording in a content from the delay and padding that an encoder adds.
//!
//! An encoder adds samples of delay at the start, and fills the last packet up. Formats declare both in different ways:
//!
//! - MP3: the LAME tag in the Xing header. It holds the encoder's delay; the decoder's, 529 samples, is added to it.
//! - MP4: the edit list (ISO/IEC 14496-12, 8.6.6) and `iTunSMPB`.
//! - CAF: priming and remainder frames in the packet table.
//! - ADPCM in WAV: the number of frames in `fact`.
//! - Ogg: the granule positions (RFC 3533), by which its reader trims packets.
//! - Opus: the pre-skip in its header (RFC 7845, 5.1), unless an edit list declares it.
//! - Matroska: `CodecDelay`, except for Opus, and `DiscardPadding`, by which its reader trims packets.
//!
//! Other formats are kept whole: PCM, FLAC and ALAC are exact, and ADTS declares nothing.

use std::ops::Range;

use symphonia::core::formats::Track;
use symphonia::core::formats::well_known as formats;

use super::aac;
use super::codec::{Block, PacketStream};
use super::mp4::{Edges, Smpb};
use crate::timeline::Frames;

/// The decoded frames that belong to the recording, as stretches in ascending order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept(Vec<Stretch>);

/// A range of decoded frames, and the silence that the recording has before it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stretch {
    silence: Frames,
    decoded: Range<Frames>,
}

impl Kept {
    /// Keeps all frames.
    fn everything() -> Self {
        Self::only(0..Frames::MAX)
    }

    /// Keeps the frames from this one on.
    fn after(delay: u32) -> Self {
        Self::only(delay.into()..Frames::MAX)
    }

    fn only(stretch: Range<Frames>) -> Self {
        Self::of([stretch])
    }

    fn of(stretches: impl IntoIterator<Item = Range<Frames>>) -> Self {
        Self(stretches.into_iter().map(|decoded| Stretch { silence: 0, decoded }).collect())
    }

    /// Returns the decoded frame at which the recording ends; `Frames::MAX` if it ends with the content.
    pub(super) fn end(&self) -> Frames {
        self.0.last().map_or(0, |stretch| stretch.decoded.end)
    }

    /// Returns the decoded frame for a frame of the recording. For silence, returns the first decoded frame after it.
    /// Returns `None` past the recording's end.
    pub(super) fn decoded(&self, frame: Frames) -> Option<Frames> {
        let mut before = frame;
        for Stretch { silence, decoded } in &self.0 {
            before = before.saturating_sub(*silence);
            let length = decoded.end.saturating_sub(decoded.start);
            if before < length {
                return decoded.start.checked_add(before);
            }
            before -= length;
        }
        None
    }

    /// Returns the recording's length before a decoded frame, without the silence directly before that frame.
    pub(super) fn recorded(&self, frame: Frames) -> Frames {
        let before = self.0.iter().take_while(|stretch| stretch.decoded.start < frame);
        before.map(|Stretch { silence, decoded }| silence + (decoded.end.min(frame) - decoded.start)).sum()
    }

    /// Returns the length of the silence directly before a decoded frame.
    pub(super) fn silence_at(&self, frame: Frames) -> Frames {
        self.0.iter().find(|stretch| stretch.decoded.start == frame).map_or(0, |stretch| stretch.silence)
    }

    /// Returns the start of the first stretch after a decoded frame that has silence before it.
    pub(super) fn next_silence(&self, frame: Frames) -> Option<Frames> {
        self.0
            .iter()
            .find(|stretch| stretch.silence > 0 && stretch.decoded.start > frame)
            .map(|found| found.decoded.start)
    }

    /// Keeps only the recording's frames in a block that starts at this decoded frame.
    pub(super) fn retain(&self, start: Frames, block: &mut Block) {
        for plane in block {
            let end = start.saturating_add(plane.len() as u64);
            let mut length = 0;
            for Stretch { decoded, .. } in &self.0 {
                // Both are within the block, so their distances to its start are indices.
                let from = (decoded.start.clamp(start, end) - start) as usize;
                let to = (decoded.end.clamp(start, end) - start) as usize;
                if from != length {
                    plane.copy_within(from..to.max(from), length);
                }
                length += to.saturating_sub(from);
            }
            plane.truncate(length);
        }
    }
}

/// The edges that a content declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edging {
    /// The decoded frames that belong to the recording.
    pub(super) kept: Kept,
    /// The number of frames to decode, if the content declares it. Fewer mean that it was truncated.
    pub(super) promised: Option<Frames>,
    /// Whether timestamps count decoded frames, and so locate packets in the content.
    ///
    /// In MP4 they do if all packets decode to the same number of frames and are not in fragments. FLAC's frames are
    /// numbered. Matroska's timestamps are milliseconds, Ogg's belong to pages, and ADTS and MPEG have none.
    pub(super) is_timed: bool,
    /// A sentence for the user about a request of the content that is not met.
    pub(super) note: Option<&'static str>,
}

impl Edging {
    /// Returns the edges of a content that declares none.
    fn unknown() -> Self {
        Self::timed(Kept::everything(), None, false)
    }

    fn timed(kept: Kept, promised: Option<Frames>, is_timed: bool) -> Self {
        Self { kept, promised, is_timed, note: None }
    }
}

/// Returns the edges that the content declares.
pub(super) fn edging(packets: &PacketStream) -> Edging {
    let track = packets.track();
    let rate = u64::from(packets.spec().rate.hz());
    match packets.format() {
        formats::FORMAT_ID_MP3 => by_lame(track),
        formats::FORMAT_ID_ISOMP4 => packets.mp4().map_or_else(Edging::unknown, |reader| {
            let edges = reader.edges();
            let params = track.codec_params.as_ref().and_then(|params| params.audio());
            let (kept, note) = match (&edges.edits[..], track.delay) {
                ([], Some(pre_skip)) => (Kept::after(pre_skip), None),
                _ => by_edges(edges, rate, params.is_some_and(aac::has_sbr)),
            };
            Edging { kept, promised: reader.promised(), is_timed: reader.is_timed(), note }
        }),
        formats::FORMAT_ID_CAF => Edging { is_timed: packets.is_even(), ..by_count(track) },
        formats::FORMAT_ID_OGG | formats::FORMAT_ID_MKV => {
            // The delay counts at the container's rate.
            let counted = track.time_base.map_or(rate, |base| u64::from(base.denom.get()));
            let delay = scale(track.delay.unwrap_or(0).into(), rate, counted);
            Edging::timed(Kept::after(u32::try_from(delay).unwrap_or(u32::MAX)), None, false)
        }
        formats::FORMAT_ID_WAVE | formats::FORMAT_ID_AIFF => by_count(track),
        formats::FORMAT_ID_FLAC => Edging::timed(Kept::everything(), track.num_frames, true),
        _ => Edging::unknown(),
    }
}

/// Reads a LAME tag's delay. The packet reader trims the padding, because it knows where the tag's file ends. If the
/// tag declares more bytes than the content has, the content is truncated.
fn by_lame(track: &Track) -> Edging {
    let delay = track.delay.unwrap_or(0);
    let promised = track.num_frames.map(|frames| frames.saturating_add(delay.into()));
    Edging::timed(Kept::after(delay), promised, false)
}

/// Applies priming and remainder, from CAF's packet table or from ADPCM's `fact`, to the frames that the reader
/// counted. The count excludes missing frames, so no total is promised.
fn by_count(track: &Track) -> Edging {
    let delay = u64::from(track.delay.unwrap_or(0));
    let end = track.num_frames.map_or(Frames::MAX, |frames| delay.saturating_add(frames));
    Edging::timed(Kept::only(delay..end), None, true)
}

/// The longest silence in an edit list, in seconds. More is taken for a mistake.
const MAX_SILENCE: u64 = 3600;

const NOTE_ORDER: &str = "The file asks for its audio in another order. It is played in the recorded order.";
const NOTE_SPEED: &str = "The file asks for another speed. It is played at normal speed.";
const NOTE_SILENCE: &str = "The file asks for hours of silence. They were left out.";

/// Returns the stretches that an MP4's edit list or `iTunSMPB` keeps, and a note about other requests of the list.
///
/// Edits are only as exact as the movie's ticks, which are often milliseconds: an end within one tick of the media's
/// end counts as that end. `iTunSMPB` counts samples, so it replaces a single edit that agrees within a tick, or no
/// edit. If it declares more than the media holds, the recording ends with the media. For HE-AAC it may count the
/// core's samples: see [`exact`]. Empty edits at the start position a track in a film, and are dropped; between other
/// edits they are silence, as in QuickTime. An edit with a rate of 0 counts as empty.
fn by_edges(edges: &Edges, rate: u64, has_sbr: bool) -> (Kept, Option<&'static str>) {
    const NORMAL: u32 = 0x1_0000;
    let timescale = u64::from(edges.timescale);
    let media_length = edges.media_ticks.map(|ticks| scale(ticks, rate, timescale));
    let movie_timescale = u64::from(edges.movie_timescale).max(1);
    let tick = if movie_timescale < rate { rate.div_ceil(movie_timescale) } else { 0 };
    let mut stretches: Vec<Stretch> = Vec::new();
    let (mut silence, mut total) = (0u64, 0u64);
    let mut note = None;
    for edit in &edges.edits {
        let Some(time) = edit.time.filter(|_| edit.rate != 0) else {
            silence = silence.saturating_add(scale(edit.ticks, rate, movie_timescale));
            continue;
        };
        if edit.rate != NORMAL {
            note = Some(NOTE_SPEED);
        }
        let start = scale(time, rate, timescale);
        let end = match edit.ticks {
            0 => Frames::MAX,
            ticks => start.saturating_add(scale(ticks, rate, movie_timescale)),
        };
        let end = media_length.filter(|&length| end.abs_diff(length) <= tick).unwrap_or(end);
        let mut before = std::mem::take(&mut silence);
        total = total.saturating_add(before);
        if stretches.is_empty() {
            before = 0;
            total = 0;
        } else if total > MAX_SILENCE * rate {
            before = 0;
            note = Some(NOTE_SILENCE);
        }
        stretches.push(Stretch { silence: before, decoded: start..end });
    }
    if let Some(smpb) = edges.gapless {
        let (exact, late) = exact(smpb, media_length.filter(|_| has_sbr));
        let agrees = match &stretches[..] {
            [] => true,
            [Stretch { decoded: one, .. }] => {
                one.start == 0 || one.start.abs_diff(exact.start) <= tick && one.end.abs_diff(exact.end) <= tick.max(1)
            }
            _ => false,
        };
        if agrees {
            let (start, end) = (exact.start.saturating_add(late), exact.end.saturating_add(late));
            let is_all_there = media_length.is_none_or(|length| end <= length);
            return (Kept::only(start..if is_all_there { end } else { Frames::MAX }), note);
        }
    }
    // A list that goes back in the media is an arrangement of it. Then the media itself is played.
    let ascends = stretches.windows(2).all(|pair| pair[0].decoded.end <= pair[1].decoded.start);
    match stretches.is_empty() {
        true => (Kept::everything(), note),
        false if !ascends => (Kept::everything(), Some(NOTE_ORDER)),
        false => (Kept(stretches), note),
    }
}

/// Returns the recording's frames according to `iTunSMPB`, and the decoder's extra delay. For HE-AAC, `he_length` is
/// the media's length.
///
/// Fraunhofer's encoders count output samples of HE-AAC, and include the decoder's delay. Apple's, and those that
/// follow it (qaac, fdkaac), count samples of the core, as if there were no spectral band replication, and leave out
/// the delay that this adds. Delay, recording and padding add up to the media's length, so the sum shows the unit.
fn exact(smpb: Smpb, he_length: Option<Frames>) -> (Range<Frames>, Frames) {
    let Smpb { delay, padding, length } = smpb;
    let own = delay..delay.saturating_add(length);
    let doubled = own.start.saturating_mul(2)..own.end.saturating_mul(2);
    let total = own.end.saturating_add(padding);
    let is_of_core = |he: Frames| total.saturating_mul(2).abs_diff(he) < total.abs_diff(he);
    if he_length.is_some_and(is_of_core) { (doubled, aac::SBR_DELAY) } else { (own, 0) }
}

/// Converts `ticks` of a clock to frames, rounded to the nearest.
fn scale(ticks: u64, rate: u64, timescale: u64) -> Frames {
    let timescale = u128::from(timescale.max(1));
    let frames = (2 * u128::from(ticks) * u128::from(rate) + timescale) / (2 * timescale);
    Frames::try_from(frames).unwrap_or(Frames::MAX)
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "what is kept is a list of ranges, often of one")]
mod tests {
    use super::super::mp4::Edit;
    use super::*;

    fn edges(movie_timescale: u32, edits: &[(Option<u64>, u64)], smpb: Option<(u64, u64)>) -> Edges {
        Edges {
            movie_timescale,
            timescale: 44_100,
            edits: edits.iter().map(|&(time, ticks)| Edit { ticks, time, rate: 0x1_0000 }).collect(),
            gapless: smpb.map(|(delay, length)| Smpb { delay, padding: 0, length }),
            media_ticks: None,
        }
    }

    fn kept(edges: &Edges, length: u64) -> Vec<Range<u64>> {
        let (kept, _) = by_edges(&Edges { media_ticks: Some(length), ..edges.clone() }, 44_100, false);
        assert!(kept.0.iter().all(|stretch| stretch.silence == 0));
        kept.0.into_iter().map(|stretch| stretch.decoded).collect()
    }

    #[test]
    fn a_block_keeps_its_parts_of_the_recording_and_no_other() {
        let kept = Kept::of([3..6, 9..12]);
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
        // 11,027 samples are 250.045 ms. The tick count is 250 or 251; only the media's length gives the exact sample.
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
        assert_eq!(kept(&edges(600, &[], smpb), 13_000), [2112..u64::MAX], "it claims more than there is");
    }

    #[test]
    fn of_he_aac_itunes_note_counts_in_the_samples_that_add_up_to_the_media() {
        let note = |delay, padding, length, packets: u64, edits: &[(Option<u64>, u64)]| {
            let gapless = Some(Smpb { delay, padding, length });
            let edges =
                Edges { timescale: 22_050, media_ticks: Some(1024 * packets), gapless, ..edges(22_050, edits, None) };
            by_edges(&edges, 44_100, true).0
        };
        // A track of 16,181,101 frames, with both encoders' values from hydrogenaud.io's topic 107952.
        let by_fraunhofer = note(0x1084, 0xf, 0xf6_e76d, 7903, &[]);
        assert_eq!(by_fraunhofer, Kept::of([4228..16_185_329]));
        let by_apple = note(0x840, 0x409, 0x7b_73b7, 7904, &[]);
        assert_eq!(by_apple, Kept::of([2 * (2112 + 481)..2 * (2112 + 481) + 16_181_102]));
        assert_eq!(note(0x840, 0x409, 0x7b_73b7, 7904, &[(Some(2112), 0x7b_73b7)]), by_apple, "qaac writes both");
        // The padding is shorter than the decoder's delay, so the recording ends with the media.
        assert_eq!(note(2112, 300, 5780, 8, &[]), Kept::of([2 * (2112 + 481)..Frames::MAX]));
    }

    #[test]
    fn edits_may_be_empty_open_or_several_but_not_go_back() {
        assert_eq!(kept(&edges(1000, &[(None, 500), (Some(1024), 0)], None), 12_051), [1024..u64::MAX]);
        let two = edges(44_100, &[(Some(1000), 500), (Some(3000), 500)], None);
        assert_eq!(kept(&two, 12_051), [1000..1500, 3000..3500]);
        let back = edges(44_100, &[(Some(3000), 500), (Some(1000), 500)], None);
        assert_eq!(kept(&back, 12_051), [0..u64::MAX]);
        assert_eq!(by_edges(&back, 44_100, false).1, Some(NOTE_ORDER));
    }

    #[test]
    fn an_empty_edit_between_others_is_silence_of_its_length() {
        let list = edges(1000, &[(None, 700), (Some(0), 100), (None, 10), (Some(8820), 100), (None, 50)], None);
        let (kept, note) = by_edges(&list, 44_100, false);
        let stretches = [Stretch { silence: 0, decoded: 0..4410 }, Stretch { silence: 441, decoded: 8820..13_230 }];
        assert_eq!((&kept.0[..], note), (&stretches[..], None));
        for (frame, decoded) in [(0, 0), (4409, 4409), (4410, 8820), (4850, 8820), (4851, 8820), (4852, 8821)] {
            assert_eq!(kept.decoded(frame), Some(decoded), "{frame}");
        }
        assert_eq!(kept.decoded(4410 + 441 + 4410), None);
        for (decoded, recorded) in [(4410, 4410), (5000, 4410), (8820, 4410), (8821, 4852), (20_000, 9261)] {
            assert_eq!(kept.recorded(decoded), recorded, "{decoded}");
        }
        let vast = edges(1, &[(Some(0), 1), (None, 1 << 40), (Some(44_100), 1)], None);
        assert_eq!(by_edges(&vast, 44_100, false), (Kept::of([0..44_100, 44_100..88_200]), Some(NOTE_SILENCE)));
    }

    #[test]
    fn another_speed_is_spoken_of_and_a_moment_that_is_held_is_silence() {
        let mut list = edges(1000, &[(Some(0), 100), (Some(4410), 10), (Some(4410), 100)], None);
        list.edits[1].rate = 0;
        list.edits[2].rate = 0x2_0000;
        let (kept, note) = by_edges(&list, 44_100, false);
        assert_eq!(kept.0[1], Stretch { silence: 441, decoded: 4410..8820 });
        assert_eq!(note, Some(NOTE_SPEED));
    }
}
