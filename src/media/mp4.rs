//! What an MP4 file says of its edges: edit lists, and Apple's `iTunSMPB`. Symphonia reads neither. And whether its
//! packets all last as long, and lie where Symphonia can go.
//!
//! Boxes are found by walking the file's headers, so `moov` may stand before or behind the audio. Only what describes
//! the audio is read, and not if it is too large to do so.

use mp4_atom::{Atom, Co64, Elst, ElstEntry, Mvhd, Stco, Stsz, StszSamples, Stts, Tfhd, Tkhd, Trun};

use super::boxes::{TopLevel, child, children, find, read_body, top_level};
use crate::store::ByteSource;

/// The largest `moov` or fragment's header that is read: that of some eighteen hours of AAC.
const MAX_HEADER_BYTES: u64 = 12 << 20;

/// How far into a file its audio may lie. Symphonia panics at a jump of half the address space, which is 32 bits wide in
/// a browser.
const REACH: u64 = i32::MAX as u64;

/// The most boxes that are walked at the top of a file. Each costs a read.
const MAX_BOXES: usize = 1000;

/// Ticks and samples that belong to the recording, as one track's boxes have them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Edges {
    /// Ticks a second in the edits' durations.
    pub(super) movie_timescale: u32,
    /// The edits (ISO/IEC 14496-12, 8.6.6): durations in the movie's ticks, times in the track's.
    pub(super) edits: Vec<ElstEntry>,
    /// `iTunSMPB`, in samples.
    pub(super) gapless: Option<Smpb>,
    /// Whether the audio lies in fragments, so that `moov` does not know its length.
    pub(super) is_fragmented: bool,
    /// Whether a fragment, or another box, goes on past the file's end.
    pub(super) is_cut_off: bool,
    /// What each packet lasts, in the track's ticks, if all but the last one last as long.
    pub(super) packet_ticks: Option<u32>,
}

/// Apple's gapless playback note, in samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Smpb {
    pub(super) delay: u64,
    pub(super) length: u64,
}

/// The edges of the track with this ID, as far as the file has any.
pub(super) fn edges(source: &dyn ByteSource, track_id: u32) -> Option<Edges> {
    let movie = read_movie(source)?;
    let track = children(&movie)
        .filter(|(kind, _)| *kind == b"trak")
        .find(|(_, body)| child::<Tkhd>(body).is_some_and(|header| header.track_id == track_id));
    let edits = track.and_then(|(_, body)| find(body, &[b"edts"])).and_then(child::<Elst>);
    let is_fragmented = find(&movie, &[b"mvex"]).is_some();
    let times = track.and_then(|(_, body)| find(body, &[b"mdia", b"minf", b"stbl"])).and_then(child::<Stts>);
    Some(Edges {
        movie_timescale: child::<Mvhd>(&movie)?.timescale,
        edits: edits.map(|list| list.entries).unwrap_or_default(),
        gapless: find(&movie, &[b"udta", b"meta"]).and_then(|meta| smpb(find(meta.get(4..)?, &[b"ilst"])?)),
        is_fragmented,
        is_cut_off: is_fragmented && top_level(source).take(MAX_BOXES).any(|found| found.end > source.len()),
        packet_ticks: times.and_then(|times| packet_ticks(&times)),
    })
}

/// What each packet lasts, if all but the last one last as long (ISO/IEC 14496-12, 8.6.1.2).
fn packet_ticks(times: &Stts) -> Option<u32> {
    let (first, rest) = times.entries.split_first()?;
    let is_even = match rest {
        [] => true,
        [last] => last.sample_count == 1 && last.sample_delta <= first.sample_delta,
        _ => false,
    };
    is_even.then_some(first.sample_delta)
}

/// Whether this is an MP4 file whose `moov` is missing or not all there.
pub(super) fn lacks_movie(source: &dyn ByteSource) -> bool {
    let mut boxes = top_level(source).take(MAX_BOXES);
    boxes.next().is_some_and(|first| &first.kind == b"ftyp")
        && !boxes.any(|found| &found.kind == b"moov" && found.end <= source.len())
}

/// Whether all packets lie where Symphonia can go, wherever the file says that they are.
pub(super) fn is_within_reach(source: &dyn ByteSource) -> bool {
    let is_within_reach = |found: TopLevel| {
        let of_header = |check: &dyn Fn(&[u8]) -> bool| {
            read_body(source, &found, MAX_HEADER_BYTES).is_some_and(|body| check(&body))
        };
        match &found.kind {
            b"moov" => of_header(&|movie| {
                let mut tracks = children(movie).filter(|(kind, _)| *kind == b"trak");
                tracks.all(|(_, track)| find(track, &[b"mdia", b"minf", b"stbl"]).is_none_or(ends_within_reach))
            }),
            b"moof" => of_header(&|fragment| {
                let mut tracks = children(fragment).filter(|(kind, _)| *kind == b"traf");
                tracks.all(|(_, track)| starts_within_reach(track, found.start))
            }),
            _ => true,
        }
    };
    source.len() < REACH && top_level(source).take(MAX_BOXES).all(is_within_reach)
}

/// Whether the last chunk of a sample table (ISO/IEC 14496-12, 8.5.1), had it all the samples, ends within reach.
fn ends_within_reach(table: &[u8]) -> bool {
    let last = child::<Stco>(table).and_then(|chunks| chunks.entries.into_iter().max()).map_or(0, u64::from);
    let last_wide = child::<Co64>(table).and_then(|chunks| chunks.entries.into_iter().max()).unwrap_or(0);
    let size: u64 = match child::<Stsz>(table).map(|sizes| sizes.samples) {
        Some(StszSamples::Identical { count, size }) => u64::from(count) * u64::from(size),
        Some(StszSamples::Different { sizes }) => sizes.into_iter().map(u64::from).sum(),
        None => 0,
    };
    last.max(last_wide).saturating_add(size) < REACH
}

/// Whether the runs of a track's fragment (ISO/IEC 14496-12, 8.8.6) begin within reach. `fragment` is where it begins.
fn starts_within_reach(track: &[u8], fragment: u64) -> bool {
    let Some(header) = child::<Tfhd>(track) else { return false };
    let base = header.base_data_offset.unwrap_or(fragment);
    children(track).filter(|(kind, _)| *kind == b"trun").all(|(_, mut run)| {
        let offset = Trun::decode_body(&mut run).map(|run| i64::from(run.data_offset.unwrap_or(0)));
        offset.is_ok_and(|offset| base.checked_add_signed(offset).is_some_and(|start| start < REACH))
    })
}

fn read_movie(source: &dyn ByteSource) -> Option<Vec<u8>> {
    let movie = top_level(source).take(MAX_BOXES).find(|found| &found.kind == b"moov")?;
    read_body(source, &movie, MAX_HEADER_BYTES)
}

/// `iTunSMPB` in an `ilst`: a free-form item whose text is hexadecimal numbers: zero, delay, padding, length, more.
fn smpb(ilst: &[u8]) -> Option<Smpb> {
    let is_smpb = |item: &[u8]| find(item, &[b"name"]).is_some_and(|name| name.get(4..) == Some(b"iTunSMPB"));
    let (_, item) = children(ilst).find(|(kind, item)| *kind == b"----" && is_smpb(item))?;
    let text = std::str::from_utf8(find(item, &[b"data"])?.get(8..)?).ok()?;
    let mut numbers = text.split_whitespace().map(|number| u64::from_str_radix(number, 16).ok());
    let delay = numbers.nth(1)??;
    let length = numbers.nth(1)??;
    (length > 0).then_some(Smpb { delay, length })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Bytes;

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    #[test]
    fn itunes_note_of_delay_and_length_is_read() {
        let text = b" 00000000 00000840 000001CA 00000000003F31F6 00000000 00000000";
        let item = [
            boxed(b"mean", b"\0\0\0\0com.apple.iTunes"),
            boxed(b"name", b"\0\0\0\0iTunSMPB"),
            boxed(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0], &text[..]].concat()),
        ];
        let ilst = [boxed(b"\xa9nam", b""), boxed(b"----", &item.concat())].concat();
        assert_eq!(smpb(&ilst), Some(Smpb { delay: 2112, length: 4_141_558 }));
    }

    #[test]
    fn a_movie_that_is_missing_or_cut_is_told_from_one_that_is_there() {
        let file = [boxed(b"ftyp", b"M4A "), boxed(b"mdat", &[0; 100]), boxed(b"moov", &[0; 50])].concat();
        let lacks = |bytes: &[u8]| lacks_movie(&Bytes(bytes.into()));
        assert!(!lacks(&file));
        assert!(lacks(&file[..file.len() - 1]));
        assert!(lacks(&file[..60]));
        assert!(!lacks(b"ID3 and so on"));
        assert!(!lacks(b""));
    }

    #[test]
    fn a_movie_that_claims_more_than_the_file_has_costs_no_memory() {
        let mut file = boxed(b"ftyp", b"M4A ");
        file.extend([&1u32.to_be_bytes()[..], b"moov", &u64::MAX.to_be_bytes()].concat());
        assert_eq!(edges(&Bytes(file.into()), 1), None);
    }
}
