//! Whether a FLAC file's seek table can be followed. Symphonia believes it, and searches for ever between two points of
//! which the later one stands before the earlier.

use crate::store::ByteSource;

/// The most metadata blocks that are walked. Each costs a read.
const MAX_BLOCKS: usize = 100;

/// The most bytes of a seek table that are read: a point a second for sixteen hours.
const MAX_TABLE: usize = 1 << 20;

const SEEK_TABLE: u8 = 3;

/// A point's sample number, offset and frame length (RFC 9639, 8.5.1).
const POINT: usize = 18;

/// Whether the later points of all seek tables stand further behind. A file that starts otherwise than with FLAC's mark
/// is not searched for them.
pub(super) fn is_index_in_order(source: &dyn ByteSource) -> bool {
    walk(source).unwrap_or(false)
}

/// Walks the metadata blocks (RFC 9639, 8.1). `None` if they do not end.
fn walk(source: &dyn ByteSource) -> Option<bool> {
    let mut position = 4;
    read(source, 0, 4).filter(|mark| mark == b"fLaC")?;
    for _ in 0..MAX_BLOCKS {
        let header = read(source, position, 4)?;
        let [kind, size @ ..] = <[u8; 4]>::try_from(header).ok()?;
        let size = size.iter().fold(0, |size, &byte| size << 8 | usize::from(byte));
        position += 4;
        if kind & 0x7f == SEEK_TABLE && !is_in_order(&read(source, position, size.min(MAX_TABLE))?) {
            return Some(false);
        }
        if kind & 0x80 != 0 {
            return Some(true);
        }
        position += size as u64;
    }
    None
}

fn is_in_order(table: &[u8]) -> bool {
    let points = table.chunks_exact(POINT).filter_map(|point| {
        let (sample, rest) = point.split_first_chunk()?;
        let sample = u64::from_be_bytes(*sample);
        // Points with this number only keep room for others.
        (sample != u64::MAX).then_some((sample, u64::from_be_bytes(*rest.first_chunk()?)))
    });
    points.is_sorted_by(|earlier, later| earlier.0 < later.0 && earlier.1 <= later.1)
}

fn read(source: &dyn ByteSource, position: u64, count: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; count];
    let count = source.read_at(position, &mut bytes).ok()?;
    (count == bytes.len()).then_some(bytes)
}
