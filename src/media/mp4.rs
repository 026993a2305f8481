//! What an MP4 file says of its edges: edit lists, and Apple's `iTunSMPB`. Symphonia reads neither. And whether its
//! packets all last as long.
//!
//! Boxes are found by walking the file's headers, so `moov` may stand before or behind the audio. Only `moov` is read,
//! and not one that is too large to be an audio file's.

use mp4_atom::{Atom, Decode, Elst, ElstEntry, Header, Mvhd, Stts, Tkhd};

use crate::store::ByteSource;

/// The largest `moov` that is read: that of some fifty hours of AAC.
const MAX_MOVIE_BYTES: u64 = 32 << 20;

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
        is_cut_off: is_fragmented && top_level(source).any(|found| found.end > source.len()),
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
    let mut boxes = top_level(source);
    boxes.next().is_some_and(|first| &first.kind == b"ftyp")
        && !boxes.any(|found| &found.kind == b"moov" && found.end <= source.len())
}

/// A box at the top of the file, by its byte positions.
struct TopLevel {
    kind: [u8; 4],
    body: u64,
    end: u64,
}

fn top_level(source: &dyn ByteSource) -> impl Iterator<Item = TopLevel> + '_ {
    let mut position = 0;
    std::iter::from_fn(move || {
        let mut bytes = [0; 16];
        let count = source.read_at(position, &mut bytes).ok()?;
        let mut rest = &bytes[..count];
        let header = Header::decode(&mut rest).ok()?;
        let body = position + (count - rest.len()) as u64;
        let end = header.size.map_or(Some(source.len()), |size| body.checked_add(size as u64))?;
        position = end;
        Some(TopLevel { kind: *header.kind.as_ref(), body, end })
    })
    .take(MAX_BOXES)
}

fn read_movie(source: &dyn ByteSource) -> Option<Vec<u8>> {
    let movie = top_level(source).find(|found| &found.kind == b"moov")?;
    let size = movie.end.min(source.len()).checked_sub(movie.body).filter(|&size| size <= MAX_MOVIE_BYTES)?;
    let mut bytes = vec![0; usize::try_from(size).ok()?];
    let count = source.read_at(movie.body, &mut bytes).ok()?;
    bytes.truncate(count);
    Some(bytes)
}

/// The boxes in a box's body, up to the first that is not whole.
fn children(mut body: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let kind = body.get(4..8)?.try_into().ok()?;
        let mut rest = body;
        let size = Header::decode(&mut rest).ok()?.size.unwrap_or(rest.len());
        let (content, after) = rest.split_at_checked(size)?;
        body = after;
        Some((kind, content))
    })
}

/// The body of the box at the end of this path of first boxes of a kind.
fn find<'a>(body: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    path.iter().try_fold(body, |body, wanted| children(body).find(|(kind, _)| kind == wanted).map(|(_, body)| body))
}

/// The first box of this type in a body.
fn child<A: Atom>(body: &[u8]) -> Option<A> {
    let (_, mut content) = children(body).find(|(kind, _)| *kind == A::KIND.as_ref())?;
    A::decode_body(&mut content).ok()
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
