//! What a WebM file says of its end: the `DiscardPadding` of its last packet (RFC 9559, 5.1.3.5.7), which Symphonia
//! passes over.
//!
//! Only the file's first and last kilobytes are read, whatever its length. A file whose last cluster is longer, or that
//! was streamed and so does not know its clusters' sizes, is taken to say nothing.

use crate::store::ByteSource;

/// Bytes that are searched for the description of the tracks.
const HEAD: u64 = 64 * 1024;

/// Bytes that are searched for the last cluster.
const TAIL: u64 = 1024 * 1024;

const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_a966;
const TIMESTAMP_SCALE: u32 = 0x2a_d7b1;
const TRACKS: u32 = 0x1654_ae6b;
const TRACK_ENTRY: u32 = 0xae;
const TRACK_NUMBER: u32 = 0xd7;
const CODEC_DELAY: u32 = 0x56aa;
const CLUSTER: u32 = 0x1f43_b675;
const TIMESTAMP: u32 = 0xe7;
const SIMPLE_BLOCK: u32 = 0xa3;
const BLOCK_GROUP: u32 = 0xa0;
const BLOCK: u32 = 0xa1;
const DISCARD_PADDING: u32 = 0x75a2;

/// What is to be cut off a track's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LastTrim {
    /// The last packet's time, as Symphonia counts: in the segment's ticks, less the encoder's delay.
    pub(super) time: i64,
    /// How much of the packet is not the recording.
    pub(super) nanoseconds: u64,
}

/// What the file says is to be cut off this track's last packet.
pub(super) fn last_trim(source: &dyn ByteSource, track: u32) -> Option<LastTrim> {
    let tail = read(source, source.len().saturating_sub(TAIL), TAIL)?;
    let (ticks, nanoseconds) = clusters(&tail).find_map(|cluster| last_block(cluster, track))?;
    let head = read(source, 0, HEAD)?;
    let scale = find(segment(&head)?, INFO).and_then(|info| number(info, TIMESTAMP_SCALE)).unwrap_or(1_000_000);
    let is_track = |entry: &&[u8]| number(entry, TRACK_NUMBER) == Some(u64::from(track));
    let entry = all(find(segment(&head)?, TRACKS)?, TRACK_ENTRY).find(is_track)?;
    let delay = number(entry, CODEC_DELAY).unwrap_or(0).checked_div(scale)?;
    let time = ticks.checked_sub_unsigned(delay)?;
    (nanoseconds > 0).then_some(LastTrim { time, nanoseconds })
}

fn read(source: &dyn ByteSource, position: u64, limit: u64) -> Option<Vec<u8>> {
    let mut bytes = vec![0; source.len().min(limit) as usize];
    let count = source.read_at(position, &mut bytes).ok()?;
    bytes.truncate(count);
    Some(bytes)
}

/// What the segment holds, of a file's first bytes.
fn segment(head: &[u8]) -> Option<&[u8]> {
    let mut elements = Elements(head);
    elements.next()?;
    let (id, _, body) = header(elements.0)?;
    (id == SEGMENT).then_some(body)
}

/// The clusters in a file's last bytes, the last one first.
///
/// The bytes that one starts with may stand within audio too: a cluster's are those from which on element follows
/// element up to the very end.
fn clusters(tail: &[u8]) -> impl Iterator<Item = &[u8]> {
    (0..tail.len()).rev().filter_map(|at| {
        let rest = tail.get(at..).filter(|rest| rest.starts_with(&CLUSTER.to_be_bytes()))?;
        let mut elements = Elements(rest);
        let (_, cluster) = elements.next()?;
        elements.by_ref().for_each(drop);
        elements.0.is_empty().then_some(cluster)
    })
}

/// The time of a track's last block in a cluster, in ticks, and what of it is padding, in nanoseconds.
fn last_block(cluster: &[u8], track: u32) -> Option<(i64, u64)> {
    let start = i64::try_from(number(cluster, TIMESTAMP)?).ok()?;
    let blocks = Elements(cluster).filter_map(|(id, body)| match id {
        SIMPLE_BLOCK => Some((body, 0)),
        BLOCK_GROUP => Some((find(body, BLOCK)?, number(body, DISCARD_PADDING).unwrap_or(0))),
        _ => None,
    });
    let times = blocks.filter_map(|(block, padding)| {
        let (number, rest) = variable(block)?;
        let time = i16::from_be_bytes(*rest.first_chunk()?);
        (number == u64::from(track)).then_some((start.checked_add(i64::from(time))?, padding))
    });
    times.last()
}

/// The elements (RFC 8794) that stand in a row, up to the first that is not whole, or does not know its size.
struct Elements<'a>(&'a [u8]);

impl<'a> Iterator for Elements<'a> {
    type Item = (u32, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (id, size, rest) = header(self.0)?;
        let (body, after) = rest.split_at_checked(usize::try_from(size?).ok()?)?;
        self.0 = after;
        Some((id, body))
    }
}

fn all(bytes: &[u8], wanted: u32) -> impl Iterator<Item = &[u8]> {
    Elements(bytes).filter(move |(id, _)| *id == wanted).map(|(_, body)| body)
}

fn find(bytes: &[u8], wanted: u32) -> Option<&[u8]> {
    all(bytes, wanted).next()
}

/// The first element of this kind, as a number.
fn number(bytes: &[u8], wanted: u32) -> Option<u64> {
    let body = find(bytes, wanted).filter(|body| body.len() <= 8)?;
    Some(body.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

/// An element's ID, its size if it is known, and what follows these.
fn header(bytes: &[u8]) -> Option<(u32, Option<u64>, &[u8])> {
    // An ID is written like a number, and keeps the bit that tells its length.
    let length = bytes.first()?.leading_zeros() as usize + 1;
    let (id, rest) = bytes.split_at_checked(length).filter(|_| length <= 4)?;
    let id = id.iter().fold(0, |id, &byte| id << 8 | u32::from(byte));
    let (size, body) = variable(rest)?;
    let width = 7 * (rest.len() - body.len());
    let is_known = size != (1 << width) - 1;
    Some((id, is_known.then_some(size), body))
}

/// A number of one to eight bytes: as many as its first has leading zeros, and one.
fn variable(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let length = bytes.first()?.leading_zeros() as usize + 1;
    let (number, rest) = bytes.split_at_checked(length).filter(|_| length <= 8)?;
    let number = number.iter().fold(0, |number, &byte| number << 8 | u64::from(byte));
    Some((number & ((1 << (7 * length)) - 1), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Bytes;

    fn element(id: u32, body: &[u8]) -> Vec<u8> {
        let id = id.to_be_bytes();
        let id = &id[id.iter().position(|&byte| byte > 0).unwrap()..];
        [id, &(0x1000_0000 | body.len() as u32).to_be_bytes(), body].concat()
    }

    /// A file whose clusters are these, for track 1 with a delay of 6.5 ms.
    fn file(clusters: &[Vec<u8>]) -> Vec<u8> {
        let entry = [element(TRACK_NUMBER, &[1]), element(CODEC_DELAY, &6_500_000u32.to_be_bytes())].concat();
        let tracks = element(TRACKS, &element(TRACK_ENTRY, &entry));
        let segment = element(SEGMENT, &[tracks, clusters.concat(), element(0x1254_c367, b"")].concat());
        [element(0x1a45_dfa3, b""), segment].concat()
    }

    fn padded(track: u8, time: u8) -> Vec<u8> {
        let block = element(BLOCK, &[0x80 | track, 0, time, 0, 0x1f, 0x43, 0xb6, 0x75]);
        element(BLOCK_GROUP, &[block, element(DISCARD_PADDING, &13_500_000u32.to_be_bytes())].concat())
    }

    fn plain(track: u8, time: u8) -> Vec<u8> {
        element(SIMPLE_BLOCK, &[0x80 | track, 0, time, 0, 1, 2, 3])
    }

    fn cluster(start: u8, blocks: &[Vec<u8>]) -> Vec<u8> {
        element(CLUSTER, &[element(TIMESTAMP, &[start]), blocks.concat()].concat())
    }

    fn trim(bytes: Vec<u8>) -> Option<LastTrim> {
        last_trim(&Bytes(bytes.into()), 1)
    }

    #[test]
    fn the_tracks_last_packet_is_trimmed_whatever_stands_behind_it() {
        let expected = Some(LastTrim { time: 134, nanoseconds: 13_500_000 });
        let last = cluster(100, &[plain(1, 20), padded(1, 40), plain(2, 50)]);
        assert_eq!(trim(file(&[cluster(0, &[plain(1, 0)]), last.clone()])), expected);
        assert_eq!(trim(file(&[last, cluster(160, &[plain(2, 0)])])), expected);
    }

    #[test]
    fn a_file_without_padding_at_its_end_or_without_that_end_says_nothing() {
        assert_eq!(trim(file(&[cluster(0, &[padded(1, 0), plain(1, 20)])])), None);
        let whole = file(&[cluster(0, &[plain(1, 0), padded(1, 20)])]);
        for length in 0..whole.len() - element(0x1254_c367, b"").len() {
            assert_eq!(trim(whole[..length].to_vec()), None, "{length}");
        }
    }
}
