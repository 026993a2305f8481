//! The boxes of an MP4 (ISO/IEC 14496-12, 4.2), walked by their headers. What is in them, `mp4_atom` reads, leaf by leaf:
//! its readers of whole trees know every box there is, and weigh a third of a megabyte.

use mp4_atom::{Atom, Decode, Header};

use crate::store::ByteSource;

/// A box at the top of a file, by its byte positions.
pub(super) struct TopLevel {
    pub(super) kind: [u8; 4],
    pub(super) start: u64,
    pub(super) body: u64,
    pub(super) end: u64,
}

/// A file's boxes. Each costs a read.
pub(super) fn top_level(source: &dyn ByteSource) -> impl Iterator<Item = TopLevel> + '_ {
    let mut position = 0;
    std::iter::from_fn(move || {
        let mut bytes = [0; 16];
        let count = source.read_at(position, &mut bytes).ok()?;
        let mut rest = &bytes[..count];
        let header = Header::decode(&mut rest).ok()?;
        let start = position;
        let body = start + (count - rest.len()) as u64;
        let end = header.size.map_or(Some(source.len()), |size| body.checked_add(size as u64))?;
        position = end;
        Some(TopLevel { kind: *header.kind.as_ref(), start, body, end })
    })
}

/// A box's body, as far as the file has it, if it is no larger than this.
pub(super) fn read_body(source: &dyn ByteSource, found: &TopLevel, most: u64) -> Option<Vec<u8>> {
    let size = found.end.min(source.len()).checked_sub(found.body).filter(|&size| size <= most)?;
    let mut bytes = vec![0; usize::try_from(size).ok()?];
    let count = source.read_at(found.body, &mut bytes).ok()?;
    bytes.truncate(count);
    Some(bytes)
}

/// The boxes in a box's body, up to the first that is not whole.
pub(super) fn children(mut body: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
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
pub(super) fn find<'a>(body: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    path.iter().try_fold(body, |body, wanted| children(body).find(|(kind, _)| kind == wanted).map(|(_, body)| body))
}

/// The first box of this type in a body.
pub(super) fn child<A: Atom>(body: &[u8]) -> Option<A> {
    let (_, mut content) = children(body).find(|(kind, _)| *kind == A::KIND.as_ref())?;
    A::decode_body(&mut content).ok()
}
