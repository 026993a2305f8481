//! The first frame of an MP3 file, if it has no audio, but a description of the file: the Xing header ("Info" at a
//! constant rate) with its LAME tag, or VBRI.
//!
//! LAME's tag ends with a check of its frame that tools which edit a file leave wrong. It is passed over here, as by
//! other readers.

/// The bytes of a frame that must be there to know a description by.
pub(super) const LENGTH: usize = 48;

/// Where Xing's mark is, from a frame's start on: behind a side information of 9, 17 or 32 bytes.
const XING: [usize; 3] = [13, 21, 36];

/// Where VBRI's is.
const VBRI: usize = 36;

/// The decoder's own delay, which the tag's figures leave out: 528 samples, and one.
const DECODER_DELAY: u32 = 529;

/// Who writes the tag's fields of delay and padding.
const WRITERS: [&[u8]; 4] = [b"LAME", b"Lavf", b"Lavc", b"L3."];

/// What a file says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Description {
    /// Packets of audio.
    pub(super) packets: Option<u64>,
    /// Bytes, from this frame on.
    pub(super) bytes: Option<u64>,
    /// Whether it tells of its edges.
    pub(super) has_edges: bool,
    /// Frames at the start that are not the recording.
    pub(super) delay: u32,
    /// Frames at the end that are not.
    pub(super) padding: u32,
}

/// Whether a frame that begins so has no audio, but a description.
pub(super) fn is_description(frame: &[u8]) -> bool {
    fields(frame).is_some() || is_vbri(frame)
}

/// What a frame describes; `None` of one with audio.
pub(super) fn parse(frame: &[u8]) -> Option<Description> {
    if is_vbri(frame) {
        // "VBRI header" (Fraunhofer): what it says of delay and length is not believed by others.
        return Some(Description::default());
    }
    let (flags, mut rest) = fields(frame)?.split_first_chunk::<4>()?;
    let flags = u32::from_be_bytes(*flags);
    // Fields that do not fit into the frame are none.
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

/// What is behind the mark.
fn fields(frame: &[u8]) -> Option<&[u8]> {
    XING.into_iter().find_map(|at| {
        let marked = frame.get(at..).filter(|_| is_silent(frame, at))?;
        marked.strip_prefix(b"Xing").or_else(|| marked.strip_prefix(b"Info"))
    })
}

fn is_vbri(frame: &[u8]) -> bool {
    frame.get(VBRI..).is_some_and(|marked| marked.starts_with(b"VBRI")) && is_silent(frame, VBRI)
}

/// Whether the side information before the mark is that of silence. A check word may stand before it.
fn is_silent(frame: &[u8], mark: usize) -> bool {
    frame.get(6..mark).is_some_and(|side| side.iter().all(|&byte| byte == 0))
}
