//! The chunks of RIFF, IFF, CAF and Wave64 files: a name, a size, and so many bytes.
//!
//! Sizes are hints. A chunk that is not padded, or that claims more than there is, does not hide what is behind it; and
//! the size of the audio itself is weighed against the file's: see [`Chunks::data`].

use std::ops::Range;

use super::MediaError;
use super::source::SourceStream;

/// The most chunks that are walked.
const MOST: usize = 10_000;

/// How far a chunk is looked for where there is none.
const SEARCHED: u64 = 1 << 20;

/// The bytes that are looked through at a time.
const SCAN: usize = 4096;

/// Bytes behind the audio that are too few to be audio which its size leaves out.
const SMALL_REST: u64 = 4096;

/// How near to a power of two a size is that was written in advance.
const NEAR: u64 = 1 << 16;

/// Names that stand behind the audio. Chunks of other names are believed if they lead to the file's end.
const FAMILIAR: [&[u8; 4]; 38] = [
    b"LIST", b"id3 ", b"ID3 ", b"bext", b"fact", b"fmt ", b"data", b"cue ", b"smpl", b"inst", b"JUNK", b"junk",
    b"PAD ", b"FLLR", b"iXML", b"axml", b"chna", b"PEAK", b"_PMX", b"DISP", b"plst", b"acid", b"strc", b"cart",
    b"levl", b"umid", b"ds64", b"COMM", b"MARK", b"INST", b"APPL", b"ANNO", b"SSND", b"CHAN", b"NAME", b"AUTH",
    b"COMT", b"FVER",
];

/// What begins so is no chunk, and no audio either: tags, archives, and another file.
const FOREIGN: [&[u8]; 6] = [b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"PK\x03\x04", b"RIFF", &[0; 64]];

/// What follows the name in Wave64's identifiers (Sony Pictures Digital, "Sony Wave64", 1999).
const WAVE64_TAIL: [u8; 12] = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0x00, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];

/// How a file's chunks are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Sizes of 32 bits, the least byte first; what is odd is padded.
    Riff,
    /// The same, the greatest byte first: AIFF, and RIFX.
    Iff,
    /// Sizes of 64 bits, the greatest byte first, and no padding.
    Caf,
    /// Names and sizes of 128 and 64 bits, padded to eight bytes. Sizes count the header.
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

    /// The chunks without which there is no audio.
    fn needed(self) -> &'static [&'static [u8; 4]] {
        match self {
            Self::Riff | Self::Wave64 => &[b"fmt ", b"data"],
            Self::Iff => &[b"COMM", b"SSND", b"fmt ", b"data"],
            Self::Caf => &[b"desc", b"data"],
        }
    }
}

/// A chunk as its header describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) kind: [u8; 4],
    /// The byte behind its header.
    pub(super) body: u64,
    /// `None` where it says that it is not known.
    pub(super) size: Option<u64>,
}

/// Where a file's audio is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Data {
    pub(super) bytes: Range<u64>,
    /// Whether there was more of it once.
    pub(super) is_cut: bool,
}

/// A stream in a file that is a content by itself.
pub(super) struct Stream {
    pub(super) bytes: Range<u64>,
    /// Sentences about the file that it is in.
    pub(super) notes: Vec<String>,
}

/// Walks a file's chunks.
pub(super) struct Chunks {
    stream: SourceStream,
    form: Form,
    /// Where the next one is.
    position: u64,
    /// The body of the one before it.
    before: u64,
    count: usize,
    /// Whether the audio was passed: what follows is of little use.
    has_passed_data: bool,
    /// Whether there is more than one stretch of it.
    has_several: bool,
}

impl Chunks {
    /// The chunks from this byte on.
    pub(super) fn new(stream: SourceStream, form: Form, position: u64) -> Self {
        Self { stream, form, position, before: position, count: 0, has_passed_data: false, has_several: false }
    }

    /// The stream, to read the audio with.
    pub(super) fn into_stream(self) -> SourceStream {
        self.stream
    }

    /// The file's length.
    pub(super) fn len(&self) -> u64 {
        self.stream.len()
    }

    /// So many bytes from a position on; fewer at the file's end.
    pub(super) fn read(&mut self, position: u64, count: usize) -> Result<&[u8], MediaError> {
        self.stream.peek(position, count).map_err(|error| MediaError::Read(error.to_string()))
    }

    /// A chunk's body, or its first so many bytes.
    pub(super) fn body(&mut self, chunk: Chunk, most: usize) -> Result<&[u8], MediaError> {
        let size = chunk.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(most);
        self.read(chunk.body, size.min(most))
    }

    /// The next chunk. Where none is, the next one that is needed.
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

    /// Goes on behind the audio that was found, and tells which is to be played: of several stretches the last one, as
    /// in ffmpeg, if it is not empty.
    pub(super) fn pass(&mut self, before: Option<Data>, found: Data) -> Option<Data> {
        let size = found.bytes.end.saturating_sub(found.bytes.start);
        self.has_passed_data = true;
        let chunk = Chunk { kind: *b"data", body: found.bytes.start, size: Some(size) };
        self.position = self.behind(chunk).unwrap_or(found.bytes.end);
        let before = before.filter(|before| !before.bytes.is_empty());
        self.has_several |= before.is_some() && size > 0;
        before.filter(|_| size == 0).or(Some(found))
    }

    /// Sentences about the audio that was found.
    pub(super) fn notes(&self) -> Vec<String> {
        let note = "The file holds several stretches of audio. Only the last one is heard.";
        self.has_several.then(|| note.to_owned()).into_iter().collect()
    }

    /// The header at a position, if there seems to be one.
    fn header(&mut self, position: u64) -> Result<Option<Chunk>, MediaError> {
        let (form, length) = (self.form, self.form.header());
        let bytes = self.read(position, length as usize)?;
        Ok(parse(form, bytes).map(|(kind, size)| Chunk { kind, body: position + length, size }))
    }

    /// Where the chunk behind this one is: padded as it has to be, or not, if one is there.
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

    /// The next needed chunk from here on, wherever it begins.
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

    /// Whether chunks begin here that are to be believed.
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

    /// Where the audio is that begins here and has this size, as it says, in a file that ends there, as it says. `None`
    /// and 0 say nothing.
    ///
    /// A program that writes a file as the audio comes writes a size in advance: the largest number, or 0. If it
    /// crashes or cannot go back, that size stays. Then the audio ends where the file does, unless other chunks follow
    /// it. Only a plausible size shows that there was more.
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
        // Of a recorder that crashed, the size is that of the time when it last wrote it.
        let padding = if self.form == Form::Wave64 { 7 } else { 1 };
        let is_audio = size == 0 || self.form != Form::Caf && (is_whole_file && left > padding || left >= SMALL_REST);
        Ok(if is_audio && !is_foreign { to_the_end(false) } else { told })
    }
}

/// Whether a size is one that was written before it was known: none that a recording has which was cut off.
fn is_placeholder(size: u64, rest: u64) -> bool {
    const ROUND: u64 = 100_000_000;
    const LARGE: u64 = 1_000_000_000;
    let is_near = |mark: u64| size.abs_diff(mark) <= NEAR;
    [1 << 30, 1 << 31, 1 << 32].into_iter().any(is_near)
        || size.is_multiple_of(ROUND)
        || size >= LARGE && rest < size / 16
}

/// A header's name and size. Names are printable.
fn parse(form: Form, bytes: &[u8]) -> Option<([u8; 4], Option<u64>)> {
    let (&kind, rest) = bytes.split_first_chunk()?;
    let size = match form {
        Form::Riff => u32::from_le_bytes(*rest.first_chunk()?).into(),
        Form::Iff => u32::from_be_bytes(*rest.first_chunk()?).into(),
        Form::Caf => u64::from_be_bytes(*rest.first_chunk()?),
        Form::Wave64 => {
            let (_, size) = rest.split_first_chunk::<12>()?;
            // One whose audio is not known yet may have a size of 0.
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

    /// A hundred bytes, so much audio, and what follows it.
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
