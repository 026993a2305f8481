//! Parses the first frame of an MP3 file if it holds a description instead of audio: the Xing header ("Info" at a
//! constant bit rate) with its LAME tag, or VBRI.
//!
//! LAME's tag ends with a checksum of its frame, which tools that edit a file leave wrong. So it is ignored here, as
//! by other readers.

/// The number of bytes of a frame that are needed to recognise a description.
pub(super) const LENGTH: usize = 48;

/// The offsets of Xing's mark from the frame's start, after a side information of 9, 17 or 32 bytes.
const XING: [usize; 3] = [13, 21, 36];

/// The offset of VBRI's mark.
const VBRI: usize = 36;

/// The decoder's delay in samples, 528 + 1, which the tag's values do not include.
const DECODER_DELAY: u32 = 529;

/// The encoders that write the tag's fields of delay and padding.
const WRITERS: [&[u8]; 4] = [b"LAME", b"Lavf", b"Lavc", b"L3."];

/// A file's description of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Description {
    /// The number of audio packets.
    pub(super) packets: Option<u64>,
    /// The number of bytes, from this frame on.
    pub(super) bytes: Option<u64>,
    /// Whether `delay` and `padding` were declared.
    pub(super) has_edges: bool,
    /// The number of frames before the recording.
    pub(super) delay: u32,
    /// The number of frames after the recording.
    pub(super) padding: u32,
}

/// Returns whether a frame starts like a description instead of audio.
pub(super) fn is_description(frame: &[u8]) -> bool {
    fields(frame).is_some() || is_vbri(frame)
}

/// Parses a frame's description; `None` if the frame is audio.
pub(super) fn parse(frame: &[u8]) -> Option<Description> {
    if is_vbri(frame) {
        // "VBRI header" (Fraunhofer): other readers do not trust its delay and length.
        return Some(Description::default());
    }
    let (flags, mut rest) = fields(frame)?.split_first_chunk::<4>()?;
    let flags = u32::from_be_bytes(*flags);
    // Fields beyond the frame's end do not exist.
    let mut take = |flag: u32, size: usize| {
        let (field, after) = rest.split_at_checked(if flags & flag != 0 { size } else { 0 })?;
        rest = after;
        Some(field.first_chunk().map(|number| u64::from(u32::from_be_bytes(*number))).filter(|&number| number > 0))
    };
    let (packets, bytes) = (take(1, 4)?, take(2, 4)?);
    take(4, 100)?;
    take(8, 4)?;
    let mut described = Description { packets, bytes, ..Description::default() };
    if WRITERS.iter().any(|writer| rest.starts_with(writer))
        && let Some(&[first, second, third]) = rest.get(21..24).and_then(|edges| edges.first_chunk())
    {
        let delay = u32::from(first) << 4 | u32::from(second) >> 4;
        let padding = u32::from(second & 0x0f) << 8 | u32::from(third);
        described.has_edges = true;
        described.delay = delay + DECODER_DELAY;
        described.padding = padding.saturating_sub(DECODER_DELAY);
    }
    Some(described)
}

/// Returns the bytes after the mark.
fn fields(frame: &[u8]) -> Option<&[u8]> {
    XING.into_iter().find_map(|at| {
        let marked = frame.get(at..).filter(|_| is_silent(frame, at))?;
        marked.strip_prefix(b"Xing").or_else(|| marked.strip_prefix(b"Info"))
    })
}

fn is_vbri(frame: &[u8]) -> bool {
    frame.get(VBRI..).is_some_and(|marked| marked.starts_with(b"VBRI")) && is_silent(frame, VBRI)
}

/// Returns whether the side information before the mark is that of silence. A check word may precede it.
fn is_silent(frame: &[u8], mark: usize) -> bool {
    frame.get(6..mark).is_some_and(|side| side.iter().all(|&byte| byte == 0))
}
