//! Recognises a content's container by its first bytes.
//!
//! Only the start counts. A content that starts like an unsupported format is refused by that format's name, whatever
//! it contains. MP3, ADTS and LOAS have no magic bytes: they must start with a row of frames, after little other data.

use std::io;
use std::sync::Arc;

use super::MediaError;
use super::frames::{Framing, find_stream};
use crate::store::ByteSource;

/// The number of bytes inspected. Several sync bytes of MPEG-TS fit into it.
const HEAD: usize = 2048;

/// A supported container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// RIFF, RIFX, RF64, BW64 or Sony's W64.
    Wave,
    Aiff,
    Caf,
    Flac,
    /// ISO's base media format, or QuickTime.
    Mp4,
    Ogg,
    Matroska,
    /// A row of frames from this byte on.
    Frames(Framing, u64),
}

/// The first bytes of formats that are recognised only to be refused.
const FOREIGN: [(&[u8], &str); 71] = [
    (b"MAC ", "Monkey's Audio"),
    (b"wvpk", "WavPack"),
    (b"TTA1", "True Audio (TTA)"),
    (b"TTA2", "True Audio (TTA)"),
    (b"MPCK", "Musepack"),
    (b"MP+", "Musepack"),
    (b"DSD ", "DSD audio (DSF)"),
    (b"FRM8", "DSD audio (DSDIFF)"),
    (b"ajkg", "Shorten"),
    (b"OFR ", "OptimFROG"),
    (b"tBaK", "TAK"),
    (b"LA02", "Lossless Audio (LA)"),
    (b"LA03", "Lossless Audio (LA)"),
    (b"LA04", "Lossless Audio (LA)"),
    (b"\0\0\x01\xba", "MPEG-PS"),
    (b"\0\0\x01\xb3", "MPEG video"),
    (b"FLV", "Flash Video (FLV)"),
    (b"FWS", "Flash (SWF)"),
    (b"CWS", "Flash (SWF)"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media (ASF, WMA)"),
    (b"\xb7\xd8\x00\x20\x37\x49\xda\x11", "Windows recorded TV (WTV)"),
    (b".RMF", "RealMedia"),
    (b".ra\xfd", "RealAudio"),
    (b"#!AMR-WB", "AMR-WB"),
    (b"#!AMR", "AMR"),
    (b"#!EVS", "EVS"),
    (b"#!SILK", "SILK"),
    (b"\x02#!SILK", "SILK"),
    (b"\xc0\xde\xc2", "Codec 2"),
    (b"MThd", "MIDI"),
    (b"MMMD", "SMAF"),
    (b".snd", "Sun audio (AU)"),
    (b"dns.", "Sun audio (AU)"),
    (b".SoX", "SoX's own format"),
    (b"XoS.", "SoX's own format"),
    (b"Creative Voice File", "Creative Voice (VOC)"),
    (b"NIST_1A", "NIST SPHERE"),
    (b"\x64\xa3\x01\x00", "IRCAM"),
    (b"\x64\xa3\x02\x00", "IRCAM"),
    (b"\x64\xa3\x03\x00", "IRCAM"),
    (b"\x64\xa3\x04\x00", "IRCAM"),
    (b"\x00\x01\xa3\x64", "IRCAM"),
    (b"\x00\x02\xa3\x64", "IRCAM"),
    (b"\x00\x03\xa3\x64", "IRCAM"),
    (b"2BIT", "AVR"),
    (b"EA3", "OpenMG (ATRAC)"),
    (b"ea3", "OpenMG (ATRAC)"),
    (b"DTSHDHDR", "DTS-HD"),
    (b"\x72\xf8\x1f\x4e", "S/PDIF frames"),
    (b"IMPM", "an Impulse Tracker module"),
    (b"Extended Module:", "a FastTracker module"),
    (b"nut/multimedia container", "NUT"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01", "MXF"),
    (b"\0\0\0\0\x01\xbc", "GXF"),
    (b"DKIF", "IVF video"),
    (b"YUV4MPEG2", "YUV video"),
    (b"\x1f\x07\x00", "DV video"),
    (b"\x1f\x8b\x08", "a GZIP archive"),
    (b"BZh", "a BZIP2 archive"),
    (b"\xfd7zXZ", "an XZ archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"#EXTM3U", "a playlist (M3U)"),
    (b"[playlist]", "a playlist (PLS)"),
    (b"KVAG", "Simon & Schuster's KVAG"),
    (b"SMK2", "Smacker video"),
    (b"BIKi", "Bink video"),
    (b"SCRS", "a game's audio"),
];

/// The first bytes of files that are not audio.
const OTHERS: [(&[u8], &str); 12] = [
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"8BPS", "a Photoshop picture"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7fELF", "a program"),
    (b"\0asm", "a program"),
    (b"SQLite format 3\0", "a database"),
];

/// Recognises the container, or returns the reason why it cannot be read.
pub(super) fn sniff(source: &Arc<dyn ByteSource>) -> Result<Kind, MediaError> {
    let read_error = |error: io::Error| MediaError::Read(error.to_string());
    let mut head = vec![0; HEAD];
    let count = source.read_at(0, &mut head).map_err(read_error)?;
    head.truncate(count);
    if let Some(kind) = by_mark(&head)? {
        return Ok(kind);
    }
    let (framing, start) = find_stream(source.clone()).map_err(read_error)?.ok_or(MediaError::NotAudio)?;
    match framing {
        Framing::Mp3 | Framing::Adts | Framing::Loas => Ok(Kind::Frames(framing, start)),
        Framing::Layer1 => Err(MediaError::Foreign("MPEG layer I (MP1)")),
        Framing::Layer2 => Err(MediaError::Foreign("MPEG layer II (MP2)")),
        Framing::Ac3 => Err(MediaError::Foreign("AC-3")),
        Framing::Eac3 => Err(MediaError::Foreign("E-AC-3")),
        Framing::Dts => Err(MediaError::Foreign("DTS")),
    }
}

/// Recognises a content by its magic bytes, if it has some.
fn by_mark(head: &[u8]) -> Result<Option<Kind>, MediaError> {
    let at = |start: usize| head.get(start..).unwrap_or(&[]);
    match (head, at(8)) {
        ([b'R', b'I', b'F', b'F' | b'X', ..] | [b'R', b'F', b'6', b'4', ..] | [b'B', b'W', b'6', b'4', ..], form) => {
            return match form {
                [b'W', b'A', b'V', b'E', ..] => Ok(Some(Kind::Wave)),
                [b'A', b'V', b'I', ..] => Err(MediaError::Foreign("AVI")),
                [b'X', b'W', b'M', b'A', ..] => Err(MediaError::Foreign("Windows Media (XWMA)")),
                [b'R', b'M', b'I', b'D', ..] => Err(MediaError::Foreign("MIDI")),
                [b'Q', b'L', b'C', b'M', ..] => Err(MediaError::Foreign("QCELP")),
                [b'C', b'D', b'X', b'A', ..] => Err(MediaError::Foreign("a Video CD")),
                [b'W', b'E', b'B', b'P', ..] => Err(MediaError::NoAudioAtAll("a WebP picture")),
                _ => Err(MediaError::Foreign("RIFF of an unknown kind")),
            };
        }
        ([b'F', b'O', b'R', b'M', ..], form) => {
            return match form {
                [b'A', b'I', b'F', b'F' | b'C', ..] => Ok(Some(Kind::Aiff)),
                [b'8' | b'1', ..] => Err(MediaError::Foreign("IFF sound (8SVX)")),
                _ => Err(MediaError::Foreign("IFF of an unknown kind")),
            };
        }
        _ => {}
    }
    if head.starts_with(b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0") {
        return Ok(Some(Kind::Wave));
    }
    if head.starts_with(b"caff") {
        return Ok(Some(Kind::Caf));
    }
    if head.starts_with(b"fLaC") {
        return Ok(Some(Kind::Flac));
    }
    if head.starts_with(b"\x1a\x45\xdf\xa3") {
        return Ok(Some(Kind::Matroska));
    }
    if head.starts_with(b"OggS") {
        return Ok(Some(Kind::Ogg));
    }
    if is_mp4(head) {
        return match at(8) {
            [b'h', b'e', b'i', b'c' | b'x', ..] | [b'm', b'i', b'f', b'1', ..] if at(4).starts_with(b"ftyp") => {
                Err(MediaError::NoAudioAtAll("a HEIF picture"))
            }
            [b'a', b'v', b'i', b'f', ..] if at(4).starts_with(b"ftyp") => {
                Err(MediaError::NoAudioAtAll("an AVIF picture"))
            }
            _ => Ok(Some(Kind::Mp4)),
        };
    }
    let named =
        |names: &[(&[u8], &'static str)]| names.iter().find(|(mark, _)| head.starts_with(mark)).map(|one| one.1);
    if let Some(name) = named(&OTHERS) {
        return Err(MediaError::NoAudioAtAll(name));
    }
    if let Some(name) = named(&FOREIGN) {
        return Err(MediaError::Foreign(name));
    }
    if at(4).starts_with(b"\xf8\x72\x6f\xba") {
        return Err(MediaError::Foreign("TrueHD"));
    }
    if at(4).starts_with(b"\xf8\x72\x6f\xbb") {
        return Err(MediaError::Foreign("MLP"));
    }
    if at(44).starts_with(b"SCRM") {
        return Err(MediaError::Foreign("a Scream Tracker module"));
    }
    if is_transport_stream(head) {
        return Err(MediaError::Foreign("MPEG-TS"));
    }
    match document(head) {
        Some(name) => Err(MediaError::NoAudioAtAll(name)),
        None => Ok(None),
    }
}

/// Returns whether an MP4 or QuickTime file may start here: with a box allowed as the first, and of a possible size.
fn is_mp4(head: &[u8]) -> bool {
    const FIRST: [&[u8; 4]; 11] =
        [b"ftyp", b"styp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"moof", b"sidx", b"uuid"];
    let size = head.first_chunk().map(|size| u32::from_be_bytes(*size));
    let is_sized = size.is_some_and(|size| !(2..8).contains(&size));
    is_sized && head.get(4..8).is_some_and(|kind| FIRST.iter().any(|first| first.as_slice() == kind))
}

/// Returns whether MPEG-TS starts here: packets of 188 bytes, with four more before each on a disc, or 16 after each
/// in a broadcast. The first packet may be incomplete.
fn is_transport_stream(head: &[u8]) -> bool {
    const SYNC: u8 = 0x47;
    [188, 192, 204].iter().any(|&size| {
        (0..size).any(|first| {
            let mut marks = head.iter().skip(first).step_by(size).peekable();
            marks.len() >= 5 && marks.all(|&byte| byte == SYNC)
        })
    })
}

/// Recognises some kinds of text document. Other text is `None`.
fn document(head: &[u8]) -> Option<&'static str> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |mark: &[u8]| head.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
    let is_text = std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true)
        && !head.iter().any(|&byte| byte < 9);
    match head {
        _ if !is_text => None,
        _ if begins(b"<!doctype html") || begins(b"<html") => Some("a web page (HTML)"),
        _ if begins(b"<svg") => Some("an SVG picture"),
        _ if begins(b"<?xml") => Some("an XML document"),
        [b'{', rest @ ..] if rest.trim_ascii_start().starts_with(b"\"") || rest.trim_ascii() == b"}" => {
            Some("a JSON document")
        }
        [b'[', rest @ ..] if rest.trim_ascii_start().iter().next().is_some_and(|byte| b"{[\"".contains(byte)) => {
            Some("a JSON document")
        }
        _ => None,
    }
}
