//! No single input uses more memory than a page can spare, whatever its size and whatever it claims.
//!
//! The figures are for the test machine: with 64-bit sizes, some structures are twice as large as in a browser.

use std::io;
use std::sync::Arc;

use secuencia::media::{ClipReader, Content, Inspector};
use secuencia::store::ByteSource;
use secuencia::timeline::SampleRate;

use crate::support::heap::peak_of;
use crate::support::media::{bytes, source};
use crate::support::mutate::seal_ogg;

/// The most memory for one input.
const MOST_HEAP: usize = 64 << 20;

/// A source of any length without memory: a front, and one part repeated.
struct Vast {
    front: Vec<u8>,
    part: Vec<u8>,
    len: u64,
}

impl ByteSource for Vast {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(self.len.saturating_sub(position) as usize);
        let front = self.front.get(position as usize..).unwrap_or(&[]);
        let behind = (position as usize).saturating_sub(self.front.len()) % self.part.len();
        let part = self.part.iter().cycle().skip(behind);
        buffer[..count].iter_mut().zip(front.iter().chain(part)).for_each(|(to, from)| *to = *from);
        Ok(count)
    }
}

/// Opens, inspects and plays a content of `front` and `more` further bytes. Returns the peak memory use.
fn peak(what: &str, front: Vec<u8>, part: &[u8], more: u64) -> usize {
    let len = front.len() as u64 + more;
    let content: Arc<dyn ByteSource> = Arc::new(Vast { front, part: part.to_vec(), len });
    let (result, peak) = peak_of(|| {
        let inspected = Inspector::open(content.clone(), what).and_then(Inspector::finish);
        if let Ok(mut reader) = ClipReader::open(Content::new(content, what), 0, SampleRate::HZ_48000) {
            let mut planes = vec![vec![0.0; 4096]; reader.layout().channels()];
            let mut planes: Vec<&mut [f32]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
            let _ = reader.read(10_000, &mut planes);
        }
        inspected.map(|found| found.frames)
    });
    println!("{what}: {:.1} MiB, {result:?}", peak as f64 / f64::from(1 << 20));
    peak
}

/// Returns an Opus file whose comment header (RFC 7845, 5.2) has eight megabytes, made of this part.
fn opus_with_comments(part: &[u8]) -> Vec<u8> {
    let mut file = bytes("opus-48000-stereo.opus")[..47].to_vec();
    let serial = file[14..18].to_vec();
    let packet = b"OpusTags\0\0\0\0\0\0\x10\0".iter().chain(part.iter().cycle());
    let packet: Vec<u8> = packet.copied().take(8 << 20).collect();
    for (index, body) in packet.chunks_exact(255 * 255).enumerate() {
        let [continues, number] = [u8::from(index > 0), index as u8 + 1];
        file.extend([&b"OggS\0"[..], &[continues], &[0xff; 8], &serial, &[number, 0, 0, 0, 0, 0, 0, 0]].concat());
        file.extend([&[255; 256], body].concat());
    }
    seal_ogg(&mut file);
    file
}

/// A declared size. The file really has this many bytes.
const VAST: usize = 40 << 20;

/// The same size in ID3 (ID3v2.4, 6.2).
const VAST_ID3: [u8; 4] = [0x14, 0, 0, 0];

/// The same size for a WebM element (RFC 8794, 4).
const VAST_ELEMENT: [u8; 8] = [0x01, 0, 0, 0, 0x02, 0x80, 0, 0];

#[test]
fn tags_and_tables_however_large_cost_little_memory() {
    let le = (VAST as u32).to_le_bytes();
    let be = (VAST as u32).to_be_bytes();
    let wav = |list: &[u8]| {
        let fmt = &bytes("pcm-s16-44100-stereo.wav")[12..36];
        [b"RIFF\xff\xff\xff\xffWAVE", fmt, b"LIST", &le, b"INFO", list].concat()
    };
    let aiff = |kind: &[u8]| [b"FORM\x7f\0\0\0AIFF", kind, &be].concat();
    let id3 = |frame: &[u8]| [b"ID3\x04\0\0", &VAST_ID3[..], frame].concat();
    let mp4 = |kind: &[u8], count: u32| {
        let path = [b"moov", b"trak", b"mdia", b"minf", b"stbl", kind].into_iter().enumerate();
        let boxes = path.flat_map(|(depth, kind)| [&(VAST as u32 - 8 * depth as u32).to_be_bytes(), kind].concat());
        let head = b"\0\0\0\x10ftypM4A \0\0\0\0".iter().copied().chain(boxes);
        head.chain([0; 4]).chain(count.to_be_bytes()).collect::<Vec<u8>>()
    };
    let webm = |ids: &[&[u8]]| {
        let file = bytes("opus-48000-stereo.webm");
        let segment = file.windows(4).position(|bytes| bytes == [0x18, 0x53, 0x80, 0x67]).unwrap();
        let elements = ids.iter().flat_map(|id| [id, &VAST_ELEMENT[..]].concat());
        [&file[..segment + 4], b"\x01\xff\xff\xff\xff\xff\xff\xff"].concat().into_iter().chain(elements).collect()
    };
    let caf = |kind: &[u8], head: &[u8]| {
        let file = bytes("alac-44100-stereo.caf");
        let table = file.windows(4).position(|bytes| bytes == b"pakt").unwrap();
        [&file[..table], kind, &[0; 4], &be, head].concat()
    };
    let flac =
        |kind: u8, head: &[u8]| [&bytes("flac-44100-stereo.flac")[..42], &[kind, 0xff, 0xff, 0xff], head].concat();
    let cases: [(&str, Vec<u8>, &[u8]); 22] = [
        ("WAV: one note", wav(&[b"INAM", &le[..]].concat()), b"a"),
        ("WAV: many notes", wav(b""), b"INAM\x02\0\0\0ab"),
        ("AIFF: a name", aiff(b"NAME"), b"a"),
        ("AIFF: comments", [&aiff(b"COMT")[..], &[0xff; 2]].concat(), b"\0\0\0\0\0\0\0\x02ab"),
        ("ID3: a cover", id3(&[b"APIC", &VAST_ID3[..], b"\0\0\0image/png\0\x03\0"].concat()), b"a"),
        ("ID3: texts", id3(b""), b"TIT2\0\0\0\x04\0\0\0abc"),
        ("MP4: times", mp4(b"stts", 5 << 20), b"\0\0\0\x01\0\0\x04\0"),
        ("MP4: sizes", [mp4(b"stsz", 0), (10u32 << 20).to_be_bytes().to_vec()].concat(), b"\0\0\0\x09"),
        ("MP4: chunks", mp4(b"stco", 10 << 20), b"\0\0\0\x30"),
        ("MP4: runs of chunks", mp4(b"stsc", 3 << 20), b"\0\0\0\x01\0\0\0\x01\0\0\0\x01"),
        ("WebM: tags", webm(&[&[0x12, 0x54, 0xc3, 0x67]]), &[0x73, 0x73, 0x80]),
        ("WebM: tracks", webm(&[&[0x16, 0x54, 0xae, 0x6b]]), &[0xae, 0x86, 0xd7, 0x81, 1, 0x83, 0x81, 2]),
        ("WebM: a codec's data", webm(&[&[0x16, 0x54, 0xae, 0x6b], &[0xae], &[0x63, 0xa2]]), b"a"),
        ("CAF: packets", caf(b"pakt", &[&[0; 4], &be[..], &[0; 16]].concat()), b"\x09"),
        ("CAF: channels", caf(b"chan", &[&[0; 8], &be[..]].concat()), b"\0\0\0\x01"),
        ("CAF: a codec's data", caf(b"kuki", &[]), b"a"),
        ("FLAC: a picture", flac(6, &[0; 28]), b"\0\0\0\x03"),
        ("FLAC: comments", flac(4, &[0, 0, 0, 0, 0, 0, 0, 1]), b"\x04\0\0\0a=bc"),
        ("FLAC: points to seek", flac(3, &[]), b"\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\0\x01"),
        ("Ogg: one comment", opus_with_comments(b"a"), b"\0"),
        ("Ogg: many comments", opus_with_comments(b"\x04\0\0\0a=bc"), b"\0"),
        ("MP3: other bytes", bytes("lame-cbr-44100-stereo.mp3"), b"\xff\xfb\x90\xff\0"),
    ];
    let peaks = cases.map(|(what, front, part)| peak(what, front, part, VAST as u64));
    assert!(peaks.iter().all(|&peak| peak < MOST_HEAP));
}

#[test]
fn a_large_cover_hides_no_audio() {
    let cover = vec![0; 10 << 20];
    let mp3 = bytes("lame-cbr-44100-stereo.mp3");
    let tag = [b"ID3\x04\0\0\x05\0\0\x0aAPIC\x05\0\0\0\0\0", &cover[..], &mp3].concat();
    let flac = bytes("flac-44100-stereo.flac");
    let picture = [&flac[..42], b"\x06\x90\0\x20", &[0; 28], &[0, 0x90, 0, 0], &cover[..9 << 20], &flac[42..]].concat();
    for (what, bytes) in [("MP3", tag), ("FLAC", picture)] {
        let frames = Inspector::open(source(bytes), what).and_then(Inspector::finish).map(|found| found.frames);
        assert_eq!(frames, Ok(11_027), "{what}");
    }
}

/// Returns a WAV header for 32-bit floats.
fn wav_header(rate: u32, channels: u16) -> Vec<u8> {
    let mut bytes = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x03\0".to_vec();
    bytes.extend(channels.to_le_bytes());
    bytes.extend([rate.to_le_bytes(), (rate * 4 * u32::from(channels)).to_le_bytes()].concat());
    bytes.extend([4 * channels, 32].map(u16::to_le_bytes).concat());
    bytes.extend(b"data\xff\xff\xff\xff");
    bytes
}

#[test]
fn eight_channels_at_any_rate_are_resampled_in_little_memory() {
    let rates = [44_101, 65_535, 65_521, 65_519, 96_000, 130_042, 192_000, 352_800, 705_600, 768_000, 176_401];
    let peaks = rates.map(|rate| peak(&format!("{rate} Hz"), wav_header(rate, 8), &0.5f32.to_le_bytes(), 4 << 20));
    assert!(peaks.iter().all(|&peak| peak < MOST_HEAP));
}
