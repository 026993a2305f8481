//! Parses the elements that a Matroska file consists of (EBML, RFC 8794).

/// The number of bytes in which an element's ID and size are parsed.
pub(super) const HEADER: usize = 12;

pub(super) const SEGMENT: u32 = 0x1853_8067;
pub(super) const CLUSTER: u32 = 0x1f43_b675;

/// Returns the body of the first element of this kind in a row of elements.
pub(super) fn find(mut bytes: &[u8], wanted: u32) -> Option<&[u8]> {
    loop {
        let (id, size, rest) = header(bytes)?;
        let (body, after) = rest.split_at_checked(usize::try_from(size?).ok()?)?;
        if id == wanted {
            return Some(body);
        }
        bytes = after;
    }
}

/// Returns an element's body as a number, or its last eight bytes if it is longer.
pub(super) fn number(body: &[u8]) -> u64 {
    body.iter().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// Parses an element's ID and its size, if known, and returns the bytes after them (RFC 8794).
pub(super) fn header(bytes: &[u8]) -> Option<(u32, Option<u64>, &[u8])> {
    // An ID is coded like a number, but keeps the bit that marks its length.
    let length = bytes.first()?.leading_zeros() as usize + 1;
    let (id, rest) = bytes.split_at_checked(length).filter(|_| length <= 4)?;
    let id = id.iter().fold(0, |id, &byte| id << 8 | u32::from(byte));
    let (size, body) = variable(rest)?;
    let width = 7 * (rest.len() - body.len());
    let is_known = size != (1 << width) - 1;
    Some((id, is_known.then_some(size), body))
}

/// Parses a number of one to eight bytes: one more than its first byte has leading zeros.
pub(super) fn variable(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let length = bytes.first()?.leading_zeros() as usize + 1;
    let (number, rest) = bytes.split_at_checked(length).filter(|_| length <= 8)?;
    let number = number.iter().fold(0, |number, &byte| number << 8 | u64::from(byte));
    Some((number & ((1 << (7 * length)) - 1), rest))
}
