//! The fragments of an MP4 (ISO/IEC 14496-12, 8.8), so that a demuxer can be led to one.
//!
//! Symphonia finds a fragment by reading the heads of all before it. It is given the file with a hole instead: what lies
//! between `moov` and the fragment is called free space, and everything else is where it was.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use mp4_atom::{Atom, Tfhd, Trun};

use super::boxes::{TopLevel, child, children, read_body, top_level};
use crate::store::ByteSource;

/// The largest `moof` that is read.
const MAX_HEAD: u64 = 1 << 20;

/// The most boxes that are walked: three a fragment, of ten hours in seconds.
const MAX_BOXES: usize = 1 << 17;

/// A fragment's `moof`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fragment {
    /// Where it is.
    pub(super) place: u64,
    /// How many of the track's packets come before it.
    pub(super) packets: u64,
}

/// A track's fragments, in order; none in a file that is not fragmented.
pub(super) fn fragments(source: &dyn ByteSource, track_id: u32) -> Vec<Fragment> {
    let mut packets = 0;
    let counted = moofs(source).map_while(|found| {
        let head = read_body(source, &found, MAX_HEAD)?;
        let fragment = Fragment { place: found.start, packets };
        packets += packets_in(&head, track_id)?;
        Some(fragment)
    });
    counted.collect()
}

/// How many packets of a track a fragment's head (ISO/IEC 14496-12, 8.8.4) tells of.
fn packets_in(head: &[u8], track_id: u32) -> Option<u64> {
    let mut packets = 0;
    for (_, track) in children(head).filter(|(kind, _)| *kind == b"traf") {
        if child::<Tfhd>(track)?.track_id == track_id {
            for (_, mut run) in children(track).filter(|(kind, _)| *kind == b"trun") {
                packets += Trun::decode_body(&mut run).ok()?.samples.len() as u64;
            }
        }
    }
    Some(packets)
}

fn moofs(source: &dyn ByteSource) -> impl Iterator<Item = TopLevel> {
    top_level(source).take(MAX_BOXES).filter(|found| &found.kind == b"moof")
}

/// Whether a file has any.
pub(super) fn has_fragments(source: &dyn ByteSource) -> bool {
    moofs(source).next().is_some()
}

/// The file without what lies between its description and a fragment. `None` if there is no such hole.
pub(super) fn without_fragments_before(source: Arc<dyn ByteSource>, place: u64) -> Option<Arc<dyn ByteSource>> {
    let first = moofs(source.as_ref()).next()?.start;
    let size = place.checked_sub(first).filter(|&size| size >= 16 || size == 0)?;
    let mut head = [0; 16];
    head[..4].copy_from_slice(&1u32.to_be_bytes());
    head[4..8].copy_from_slice(b"free");
    head[8..].copy_from_slice(&size.to_be_bytes());
    Some(Arc::new(Holed { source, hole: first..place, head }))
}

/// A source in which a stretch starts with these bytes, and is free.
struct Holed {
    source: Arc<dyn ByteSource>,
    hole: Range<u64>,
    head: [u8; 16],
}

impl ByteSource for Holed {
    fn len(&self) -> u64 {
        self.source.len()
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read_at(position, buffer)?;
        if !self.hole.is_empty() {
            for (byte, at) in buffer.iter_mut().zip(position..).take(count) {
                let inside = at.checked_sub(self.hole.start).and_then(|at| usize::try_from(at).ok());
                if let Some(head) = inside.and_then(|inside| self.head.get(inside)) {
                    *byte = *head;
                }
            }
        }
        Ok(count)
    }
}
