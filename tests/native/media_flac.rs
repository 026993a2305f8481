//! FLAC files as they occur: with tags at the end, unusual blocks at the start, wrong or unknown sizes, or truncated.

use std::sync::Arc;

use secuencia::media::{ClipReader, Content, Inspection, Inspector, MediaError, Speaker};
use secuencia::store::ByteSource;
use secuencia::timeline::SampleRate;

use crate::support::media::{bytes, drain, source};

const FILE: &str = "flac-44100-stereo.flac";

/// The offset of STREAMINFO (RFC 9639, 8.2), after the marker and a block header.
const INFO: usize = 8;

fn inspect(bytes: Vec<u8>) -> Inspection {
    Inspector::open(source(bytes), "").unwrap().finish().unwrap()
}

fn read(bytes: Vec<u8>) -> Vec<Vec<f32>> {
    drain(&mut ClipReader::open(Content::new(source(bytes), ""), 0, SampleRate::HZ_44100).unwrap())
}

/// Returns the file with another metadata block after the first one.
fn with_block(kind: u8, body: &[u8]) -> Vec<u8> {
    let file = bytes(FILE);
    let head = [&[kind][..], &(body.len() as u32).to_be_bytes()[1..]].concat();
    [&file[..INFO + 34], &head, body, &file[INFO + 34..]].concat()
}

#[test]
fn what_lies_behind_the_last_frame_takes_none_of_it_away() {
    let (whole, file) = (read(bytes(FILE)), bytes(FILE));
    let noise: Vec<u8> = (0..100_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for behind in
        [&b"TAG"[..], &[b"TAG".as_slice(), &[b' '; 125]].concat(), &[0; 1], &[0xff; 5000], &noise, &file[..42]]
    {
        let bytes = [&file[..], behind].concat();
        assert_eq!(inspect(bytes.clone()).warning, None, "{} bytes", behind.len());
        assert!(read(bytes) == whole, "{} bytes", behind.len());
    }
}

#[test]
fn blocks_in_front_do_no_harm_whatever_they_hold() {
    let whole = read(bytes(FILE));
    let mut cue_sheet = vec![0; 396 + 36];
    cue_sheet[395] = 1;
    cue_sheet[396 + 7] = 7;
    for (kind, body) in [
        (5, cue_sheet),
        (5, vec![0xff; 10]),
        (6, vec![0xff; 70_000]),
        (1, vec![0; 3_000_000]),
        (3, vec![0xff; 7]),
        (126, vec![1]),
    ] {
        let bytes = with_block(kind, &body);
        assert_eq!(inspect(bytes.clone()).warning, None, "block {kind}");
        assert!(read(bytes) == whole, "block {kind}");
    }
    // A seek table with wrong offsets.
    let lies: Vec<u8> =
        (0..50u64).flat_map(|n| [&(n * 100).to_be_bytes()[..], &(1u64 << n).to_be_bytes(), &[0, 9]].concat()).collect();
    assert!(read(with_block(3, &lies)) == whole);
    let tag = [b"ID3\x04\0\0\0\0\x01\0".as_slice(), &[0; 128], &bytes(FILE)].concat();
    assert!(read(tag) == whole, "ID3v2");
}

#[test]
fn lengths_and_sizes_that_are_unknown_or_wrong_are_not_needed() {
    let whole = read(bytes(FILE));
    let changed = |change: &dyn Fn(&mut [u8])| {
        let mut file = bytes(FILE);
        change(&mut file[INFO..INFO + 34]);
        (inspect(file.clone()).warning, read(file))
    };
    let unknown = changed(&|info| {
        info[13] &= 0xf0;
        info[14..34].fill(0);
    });
    assert!(unknown == (None, whole.clone()), "no length and no digest");
    let sizes = changed(&|info| info[4..10].fill(0));
    assert!(sizes == (None, whole.clone()), "no sizes of frames");
    let small = changed(&|info| {
        info[..4].copy_from_slice(&[0, 16, 0, 16]);
        info[4..10].copy_from_slice(&[0, 0, 1, 0, 0, 2]);
    });
    assert!(small == (None, whole), "sizes of blocks and frames that are too small");
}

#[test]
fn a_file_that_is_cut_off_says_so_whether_it_knows_its_length_or_not() {
    for is_known in [true, false] {
        let mut file = bytes(FILE);
        if !is_known {
            file[INFO + 13] &= 0xf0;
            file[INFO + 14..INFO + 18].fill(0);
        }
        // Within the second of three frames.
        file.truncate(10_500);
        let found = inspect(file);
        assert!(found.frames > 0 && found.frames < 11_027);
        assert_eq!(found.warning.as_deref(), Some("Part of the file is missing. The rest is used."), "{is_known}");
    }
}

#[test]
fn a_mask_in_the_comments_says_where_channels_are_heard() {
    let comment = b"waveformatextensible_channel_mask=0x30";
    let body = [b"\x01\0\0\0x\x01\0\0\0".as_slice(), &(comment.len() as u32).to_le_bytes(), comment].concat();
    let content = Content::new(source(with_block(4, &body)), "");
    let reader = ClipReader::open(content, 0, SampleRate::HZ_44100).unwrap();
    assert_eq!(reader.layout().speakers(), [Speaker::BackLeft, Speaker::BackRight]);
}

#[test]
fn the_cue_sheet_of_no_compact_disc_is_passed_over() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/cases/flac-cuesheet-refused/cuesheet.flac");
    let found = inspect(std::fs::read(path).unwrap());
    assert_eq!(found.warning, None);
    assert!(found.frames > 0);
}

/// A source that counts the bytes read.
struct Counted(Arc<dyn ByteSource>, std::sync::atomic::AtomicU64);

impl ByteSource for Counted {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.1.fetch_add(buffer.len() as u64, std::sync::atomic::Ordering::Relaxed);
        self.0.read_at(position, buffer)
    }
}

#[test]
fn entering_late_costs_no_more_than_entering_early_and_gives_the_same_bits() {
    let folder = std::env::temp_dir().join(format!("secuencia-flac-late-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, options) in
        [("piped.flac", &["-c:a", "flac"][..]), ("small.flac", &["-c:a", "flac", "-frame_size", "256"])]
    {
        let sound = "aevalsrc='0.3*sin(2*PI*200*t*(1+t/60))+0.1*random(0)|0.2*sin(2*PI*310*t)':d=60:s=44100";
        let path = folder.join(name);
        crate::support::media::ffmpeg(&[&["-y", "-f", "lavfi", "-i", sound], options].concat(), &path);
        let mut file = std::fs::read(path).unwrap();
        // As from a pipe: without a length and a seek table.
        file[INFO + 13] &= 0xf0;
        file[INFO + 14..INFO + 18].fill(0);
        let whole = read(file.clone());
        let cost = |position: u64| {
            let counted = Arc::new(Counted(source(file.clone()), Default::default()));
            let content = Content::new(counted.clone(), "");
            let mut reader = ClipReader::open(content, 0, SampleRate::HZ_44100).unwrap();
            let (mut left, mut right) = (vec![0.0; 44_100], vec![0.0; 44_100]);
            assert_eq!(reader.read(position, &mut [&mut left, &mut right]).unwrap(), 44_100);
            let range = position as usize..position as usize + 44_100;
            assert!(left == whole[0][range.clone()] && right == whole[1][range], "{name} from {position}");
            counted.1.load(std::sync::atomic::Ordering::Relaxed)
        };
        let (early, late) = (cost(6 * 44_100 + 5), cost(54 * 44_100 + 7));
        println!("{name}: {early} and {late} bytes of {}", file.len());
        assert!(late <= 3 * early, "{name}: {early} and {late} bytes");
        assert!(late < file.len() as u64 / 3, "{name}: {late} bytes");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// Writes a frame's bits.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn put(&mut self, number: u64, bits: u32) -> &mut Self {
        self.0.extend((0..bits).rev().map(|bit| number >> bit & 1 == 1));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.chunks(8).map(|byte| byte.iter().fold(0, |number, &bit| number << 1 | u8::from(bit))).collect()
    }
}

/// Builds a FLAC file of 32 bits, in verbatim frames of 16 samples. A frame's second channel may be a difference.
fn wide(differences: &[bool]) -> (Vec<u8>, Vec<i64>) {
    let crc = |bytes: &[u8], polynomial: u32, width: u32| {
        bytes.iter().fold(0u32, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte) << (width - 8), |crc, _| {
                (crc << 1 ^ if crc >> (width - 1) & 1 == 1 { polynomial } else { 0 }) & (u32::MAX >> (32 - width))
            })
        })
    };
    let mut file = b"fLaC\x80\0\0\x22".to_vec();
    let packed = 48_000u64 << 44 | 1 << 41 | 31 << 36 | (16 * differences.len() as u64);
    file.extend([&[0, 16, 0, 16, 0, 0, 0, 0, 0, 0][..], &packed.to_be_bytes(), &[0; 16]].concat());
    let mut left = Vec::new();
    for (number, &is_difference) in differences.iter().enumerate() {
        let channels = if is_difference { 8 } else { 1 };
        // 16 samples in a block with its own size, at STREAMINFO's rate, of 32 bits.
        let mut head = vec![0xff, 0xf8, 0x60, channels << 4 | 7 << 1, number as u8, 15];
        head.push(crc(&head, 7, 8) as u8);
        let mut bits = Bits::default();
        for channel in 0..2 {
            bits.put(2, 8);
            for n in 0..16 {
                let sample = ((n * 7919 + number as i64) << 27) as i32;
                if channel == 0 {
                    left.push(sample.into());
                }
                let width = if is_difference && channel == 1 { 33 } else { 32 };
                bits.put(i64::from(sample) as u64, width);
            }
        }
        let mut frame = [head, bits.bytes()].concat();
        frame.extend((crc(&frame, 0x8005, 16) as u16).to_be_bytes());
        file.extend(frame);
    }
    (file, left)
}

#[test]
fn of_32_bits_channels_apart_are_exact_and_what_needs_33_is_refused_wherever_it_comes() {
    let (file, left) = wide(&[false; 4]);
    let found = inspect(file.clone());
    assert_eq!((found.warning, found.frames), (None, 64));
    let content = Content::new(source(file), "");
    let planes = drain(&mut ClipReader::open(content, 0, SampleRate::HZ_48000).unwrap());
    let expected: Vec<f32> = left.iter().map(|&sample| (sample as f64 / f64::from(1u32 << 31)) as f32).collect();
    assert!(planes[0] == expected);
    for first in 0..4 {
        let differences: Vec<bool> = (0..4).map(|number| number >= first).collect();
        let (file, _) = wide(&differences);
        let refusal = Inspector::open(source(file), "").and_then(Inspector::finish).map(|found| found.frames);
        let expected = MediaError::Unsupported("FLAC of 32 bits with two channels in one");
        assert_eq!(refusal, Err(expected), "from frame {first} on");
    }
}
