//! Walks the chunks of RIFF, IFF, CAF and Wave64 files: each has a name, a size and a body.
//!
//! Sizes are hints. A chunk that lacks its padding, or whose size is too large, does not hide the chunks after it.
//! The size of the audio itself is compared with the file's: see [`Chunks::data`].

use std::ops::Range;

use super::MediaError;
use super::source::SourceStream;

/// The most chunks that are walked.
const MOST: usize = 10_000;

/// How far to search for a needed chunk where no header is found, in bytes.
const SEARCHED: u64 = 1 << 20;

/// The number of bytes searched at a time.
const SCAN: usize = 4096;

/// The fewest bytes after the audio that may be audio missing from its size.
const SMALL_REST: u64 = 4096;

/// How close to a power of two a placeholder size is, in bytes.
const NEAR: u64 = 1 << 16;

/// Names that follow the audio. Chunks with other names are accepted if they lead to the file's end.
const FAMILIAR: [&[u8; 4]; 38] = [
    b"LIST", b"id3 ", b"ID3 ", b"bext", b"fact", b"fmt ", b"data", b"cue ", b"smpl", b"inst", b"JUNK", b"junk",
    b"PAD ", b"FLLR", b"iXML", b"axml", b"chna", b"PEAK", b"_PMX", b"DISP", b"plst", b"acid", b"strc", b"cart",
    b"levl", b"umid", b"ds64", b"COMM", b"MARK", b"INST", b"APPL", b"ANNO", b"SSND", b"CHAN", b"NAME", b"AUTH",
    b"COMT", b"FVER",
];

/// Starts of data that is neither a chunk nor audio: tags, archives, another file, and zeros.
const FOREIGN: [&[u8]; 6] = [b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"PK\x03\x04", b"RIFF", &[0; 64]];

/// The bytes after the name in Wave64's identifiers (Sony Pictures Digital, "Sony Wave64", 1999).
const WAVE64_TAIL: [u8; 12] = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0x00, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];

/// The format of a file's chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Sizes of 32 bits, little-endian. Bodies of odd size are padded.
    Riff,
    /// The same, big-endian: AIFF, and RIFX.
    Iff,
    /// Sizes of 64 bits, big-endian, without padding.
    Caf,
    /// Names of 128 bits and sizes of 64 bits, padded to eight bytes. Sizes include the header.
    Wave64,
}

impl Form {
    fn header(self) -> u64 {
        match self {
            Self::Riff | Self::Iff => 8,
            Self::Caf => 12,
            Self::Wave64 => 24,
        }
    }

    /// Returns the chunks without which there is no audio.
    fn needed(self) -> &'static [&'static [u8; 4]] {
        match self {
            Self::Riff | Self::Wave64 => &[b"fmt ", b"data"],
            Self::Iff => &[b"COMM", b"SSND", b"fmt ", b"data"],
            Self::Caf => &[b"desc", b"data"],
        }
    }
}

/// A chunk, as its header declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) kind: [u8; 4],
    /// The position of the first byte after the header.
    pub(super) body: u64,
    /// The body's size in bytes. `None` if the header declares it as unknown.
    pub(super) size: Option<u64>,
}

/// The position of a file's audio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Data {
    pub(super) bytes: Range<u64>,
    /// Whether the file was truncated inside the audio.
    pub(super) is_cut: bool,
}

/// A stream inside a file, which can be read as a content of its own.
pub(super) struct Stream {
    pub(super) bytes: Range<u64>,
    /// Sentences for the user about the surrounding file.
    pub(super) notes: Vec<String>,
}

/// A walker over a file's chunks.
pub(super) struct Chunks {
    stream: SourceStream,
    form: Form,
    /// The position of the next chunk.
    position: u64,
    /// The position of the previous chunk's body.
    before: u64,
    count: usize,
    /// Whether the audio was passed. The chunks after it are optional.
    has_passed_data: bool,
    /// Whether there are several stretches of audio.
    has_several: bool,
}

impl Chunks {
    /// Returns the chunks from this byte on.
    pub(super) fn new(stream: SourceStream, form: Form, position: u64) -> Self {
        Self { stream, form, position, before: position, count: 0, has_passed_data: false, has_several: false }
    }

    /// Returns the stream, for reading the audio.
    pub(super) fn into_stream(self) -> SourceStream {
        self.stream
    }

    /// Returns the file's length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.stream.len()
    }

    /// Reads `count` bytes from a position on, or fewer at the file's end.
    pub(super) fn read(&mut self, position: u64, count: usize) -> Result<&[u8], MediaError> {
        self.stream.peek(position, count).map_err(|error| MediaError::Read(error.to_string()))
    }

    /// Reads a chunk's body, or its first `most` bytes.
    pub(super) fn body(&mut self, chunk: Chunk, most: usize) -> Result<&[u8], MediaError> {
        let size = chunk.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(most);
        self.read(chunk.body, size.min(most))
    }

    /// Returns the next chunk. Where no header is found, searches for the next needed chunk.
    pub(super) fn next(&mut self) -> Result<Option<Chunk>, MediaError> {
        self.count += 1;
        if self.count > MOST {
            return Ok(None);
        }
        match self.find_next() {
            // The audio was found: a file whose end cannot be read is played up to there.
            Err(_) if self.has_passed_data => Ok(None),
            found => found,
        }
    }

    fn find_next(&mut self) -> Result<Option<Chunk>, MediaError> {
        let found = match self.header(self.position)? {
            Some(chunk) => Some(chunk),
            None if self.has_passed_data => None,
            None => self.find(self.before)?,
        };
        if let Some(chunk) = found {
            self.before = chunk.body;
            self.position = self.behind(chunk)?;
        }
        Ok(found)
    }

    /// Continues after the audio that was found. Returns the audio to play: the last non-empty stretch, as in ffmpeg.
    pub(super) fn pass(&mut self, before: Option<Data>, found: Data) -> Option<Data> {
        let size = found.bytes.end.saturating_sub(found.bytes.start);
        self.has_passed_data = true;
        let chunk = Chunk { kind: *b"data", body: found.bytes.start, size: Some(size) };
        self.position = self.behind(chunk).unwrap_or(found.bytes.end);
        let before = before.filter(|before| !before.bytes.is_empty());
        self.has_several |= before.is_some() && size > 0;
        before.filter(|_| size == 0).or(Some(found))
    }

    /// Returns sentences for the user about the audio that was found.
    pub(super) fn notes(&self) -> Vec<String> {
        let note = "The file contains several pieces of audio. Only the last one is heard.";
        self.has_several.then(|| note.to_owned()).into_iter().collect()
    }

    /// Reads the header at a position. Returns `None` if the bytes are no header.
    fn header(&mut self, position: u64) -> Result<Option<Chunk>, MediaError> {
        let (form, length) = (self.form, self.form.header());
        let bytes = self.read(position, length as usize)?;
        Ok(parse(form, bytes).map(|(kind, size)| Chunk { kind, body: position + length, size }))
    }

    /// Returns the position of the following chunk: after the padding, or directly after the body if one starts there.
    fn behind(&mut self, chunk: Chunk) -> Result<u64, MediaError> {
        let end = chunk.body.saturating_add(chunk.size.unwrap_or(u64::MAX));
        let padded = match self.form {
            Form::Riff | Form::Iff => end.saturating_add(end.saturating_sub(chunk.body) & 1),
            Form::Caf => end,
            Form::Wave64 => end.checked_next_multiple_of(8).unwrap_or(end),
        };
        if padded == end || padded >= self.len() {
            return Ok(padded);
        }
        let is_familiar = |chunk: Chunk| FAMILIAR.contains(&&chunk.kind);
        let is_unpadded = match (self.header(padded)?, self.header(end)?) {
            (None, there) => there.is_some(),
            (Some(padded), there) => !is_familiar(padded) && there.is_some_and(is_familiar),
        };
        Ok(if is_unpadded { end } else { padded })
    }

    /// Searches for the next needed chunk, at any position from here on.
    fn find(&mut self, from: u64) -> Result<Option<Chunk>, MediaError> {
        let (form, length) = (self.form, self.form.header() as usize);
        let (mut position, end) = (from, from.saturating_add(SEARCHED));
        while position < end {
            let bytes = self.read(position, SCAN)?;
            let is_needed = |(at, header): (usize, &[u8])| {
                let (kind, size) = parse(form, header).filter(|(kind, _)| form.needed().contains(&kind))?;
                let is_sound = matches!(&kind, b"data" | b"SSND") || size.is_some_and(|size| size < SEARCHED);
                is_sound.then_some((at, kind, size))
            };
            if let Some((at, kind, size)) = bytes.windows(length).enumerate().find_map(is_needed) {
                return Ok(Some(Chunk { kind, body: position + (at + length) as u64, size }));
            }
            if bytes.len() < SCAN {
                break;
            }
            position += (SCAN - length + 1) as u64;
        }
        Ok(None)
    }

    /// Returns whether credible chunks start here.
    fn is_chunk(&mut self, position: u64) -> Result<bool, MediaError> {
        let mut position = position;
        for _ in 0..64 {
            let Some(chunk) = self.header(position)? else { return Ok(false) };
            position = self.behind(chunk)?;
            if FAMILIAR.contains(&&chunk.kind) || (self.len()..=self.len() + 1).contains(&position) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Locates the audio that starts here. `size` is its declared size, and `file_end` the file's declared end.
    /// Values of `None` and 0 are ignored.
    ///
    /// A program that writes a file during recording first writes a placeholder size: the largest number, or 0. If it
    /// crashes or cannot seek back, the placeholder stays. Then the audio ends at the file's end, unless other chunks
    /// follow it. Only a plausible size shows that the file was truncated.
    pub(super) fn data(&mut self, start: u64, size: Option<u64>, file_end: Option<u64>) -> Result<Data, MediaError> {
        let len = self.len();
        let rest = len.saturating_sub(start);
        let is_whole_file = file_end.is_some_and(|end| end.abs_diff(len) <= 1);
        let to_the_end = |is_cut| Data { bytes: start..len.max(start), is_cut };
        let Some(size) = size else { return Ok(to_the_end(false)) };
        if size > rest {
            return Ok(to_the_end(!is_whole_file && !is_placeholder(size, rest)));
        }
        let end = start + size;
        let told = Data { bytes: start..end, is_cut: false };
        if size == rest || self.is_chunk(end)? || size % 2 == 1 && self.is_chunk(end + 1)? {
            return Ok(told);
        }
        let left = rest - size;
        let is_foreign = self.read(end, 64).map(|bytes| FOREIGN.iter().any(|mark| bytes.starts_with(mark)))?;
        // After a crash, the size in the file may be that of the recorder's last update.
        let padding = if self.form == Form::Wave64 { 7 } else { 1 };
        let is_audio = size == 0 || self.form != Form::Caf && (is_whole_file && left > padding || left >= SMALL_REST);
        Ok(if is_audio && !is_foreign { to_the_end(false) } else { told })
    }
}

/// Returns whether a size was written before it was known, so that it does not prove a truncated recording.
fn is_placeholder(size: u64, rest: u64) -> bool {
    const ROUND: u64 = 100_000_000;
    const LARGE: u64 = 1_000_000_000;
    let is_near = |mark: u64| size.abs_diff(mark) <= NEAR;
    [1 << 30, 1 << 31, 1 << 32].into_iter().any(is_near)
        || size.is_multiple_of(ROUND)
        || size >= LARGE && rest < size / 16
}

/// Parses a header's name and size. Names are printable.
fn parse(form: Form, bytes: &[u8]) -> Option<([u8; 4], Option<u64>)> {
    let (&kind, rest) = bytes.split_first_chunk()?;
    let size = match form {
        Form::Riff => u32::from_le_bytes(*rest.first_chunk()?).into(),
        Form::Iff => u32::from_be_bytes(*rest.first_chunk()?).into(),
        Form::Caf => u64::from_be_bytes(*rest.first_chunk()?),
        Form::Wave64 => {
            let (_, size) = rest.split_first_chunk::<12>()?;
            // A Wave64 chunk may have a size of 0 while its length is unknown.
            u64::from_le_bytes(*size.first_chunk()?).saturating_sub(24)
        }
    };
    let is_name = match form {
        Form::Wave64 => rest.starts_with(&WAVE64_TAIL) || size > 0,
        _ => kind.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte == 0xa9),
    };
    let kind = if form == Form::Wave64 && !rest.starts_with(&WAVE64_TAIL) { [0; 4] } else { kind };
    let size = if form == Form::Caf && size > i64::MAX as u64 { None } else { Some(size) };
    is_name.then_some((kind, size))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::Bytes;

    fn data(file: &[u8], size: u64, file_end: u64) -> Data {
        let stream = SourceStream::new(Arc::new(Bytes(file.into())));
        Chunks::new(stream, Form::Riff, 0).data(100, Some(size), Some(file_end)).unwrap()
    }

    /// Returns a file: 100 bytes, then `audio` bytes of audio, then `behind`.
    fn file(audio: usize, behind: &[u8]) -> Vec<u8> {
        let audio = (0..audio).map(|n| ((n * 7919) >> 3) as u8 | 0x80);
        [&[b' '; 100][..], &audio.collect::<Vec<_>>(), behind].concat()
    }

    #[test]
    fn a_size_that_was_written_in_advance_is_the_files_own() {
        let whole = file(50_000, b"");
        for size in [0, 0x7fff_ffff, 0x7fff_f000, 0x8000_0000, 0xffff_ffff, 0xffff_ff00, 2_000_000_000, 3_123_456_789] {
            for file_end in [8, size + 100, 0xffff_ffff, 50_100] {
                let expected = Data { bytes: 100..50_100, is_cut: false };
                assert_eq!(data(&whole, size, file_end), expected, "{size:x}, {file_end:x}");
            }
        }
    }

    #[test]
    fn a_size_that_a_recording_may_have_tells_that_it_was_cut_off() {
        let cut = file(50_000, b"");
        assert!(data(&cut, 50_002, 50_102).is_cut);
        assert!(data(&cut, 300_000_004, 300_000_104).is_cut);
        assert!(!data(&cut, 50_002, 50_100).is_cut, "the file is as long as it says");
    }

    #[test]
    fn what_a_size_leaves_out_is_audio_unless_it_is_something_else() {
        let end = |behind: &[u8], size, file_end| data(&file(50_000, behind), size, file_end).bytes.end;
        assert_eq!(end(b"", 20_000, 20_100), 50_100, "it was not written any more");
        assert_eq!(end(b"", 49_990, 50_100), 50_100, "the file is as long as it says");
        assert_eq!(end(b"LIST\x04\0\0\0INFO", 50_000, 50_112), 50_100);
        assert_eq!(
            data(&file(49_999, b"\0LIST\x04\0\0\0INFO"), 49_999, 50_112).bytes.end,
            50_099,
            "behind a padding byte"
        );
        assert_eq!(end(b"abcd\x02\0\0\0hixy..\x00\0\0\0", 50_000, 8), 50_100, "unknown ones, to the end");
        assert_eq!(end(&[b'?'; 30], 50_000, 50_100), 50_100, "a little that is unknown");
        assert_eq!(end(&[&b"TAG"[..], &[1; 125]].concat(), 50_000, 50_228), 50_100);
        assert_eq!(end(&[0; 9000], 50_000, 50_100), 50_100);
    }
}
