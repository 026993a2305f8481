//! The start and end that an MP4 file declares for its recording: edit lists, and Apple's `iTunSMPB`.

use super::boxes::child;

/// An entry of an edit list (ISO/IEC 14496-12, 8.6.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct Edit {
    /// The duration in the movie's ticks; 0 if it lasts to the media's end.
    pub(in crate::media) ticks: u64,
    /// The start in the track's ticks; `None` for an empty edit, which plays nothing.
    pub(in crate::media) time: Option<u64>,
    /// The speed, in units of 1/65536.
    pub(in crate::media) rate: u32,
}

/// Apple's values for gapless playback, in samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct Smpb {
    pub(in crate::media) delay: u64,
    pub(in crate::media) padding: u64,
    pub(in crate::media) length: u64,
}

/// One track's edges, as its boxes declare them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::media) struct Edges {
    /// Ticks per second of the edits' durations.
    pub(in crate::media) movie_timescale: u32,
    /// Ticks per second of the edits' start times.
    pub(in crate::media) timescale: u32,
    pub(in crate::media) edits: Vec<Edit>,
    /// The values of `iTunSMPB`.
    pub(in crate::media) gapless: Option<Smpb>,
    /// The media's length in the track's ticks, if `moov` holds it.
    pub(in crate::media) media_ticks: Option<u64>,
}

/// Parses a free-form tag, if it is `iTunSMPB`. Its text is hexadecimal numbers: zero, delay, padding, length, more.
pub(super) fn smpb(item: &[u8]) -> Option<Smpb> {
    child(item, b"name").filter(|name| name.get(4..) == Some(b"iTunSMPB"))?;
    let text = std::str::from_utf8(child(item, b"data")?.get(8..)?).ok()?;
    let mut numbers = text.split_whitespace().map(|number| u64::from_str_radix(number, 16).ok());
    let delay = numbers.nth(1)??;
    let padding = numbers.next()??;
    let length = numbers.next()??;
    (length > 0).then_some(Smpb { delay, padding, length })
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(smpb(&item.concat()), Some(Smpb { delay: 2112, padding: 458, length: 4_141_558 }));
        assert_eq!(smpb(&boxed(b"name", b"\0\0\0\0iTunNORM")), None);
    }
}
