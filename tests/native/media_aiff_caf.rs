//! AIFF and CAF files with any kind of header are read exactly: each sample, each channel in its position, and without
//! a false warning. Others are refused with the true reason.
//!
//! The tests build the files. Each channel has its own signal.

use std::fs;
use std::path::Path;

use secuencia::media::{ChannelLayout, MediaError, Speaker};

use crate::support::pcm::{
    ALaw, Coding, F32, F64, IS_SHORT, Int, Low24, MuLaw, S8, U8, Wide, assert_reads, audio, both, inspect, odd_chunk,
    read, swept,
};

/// Builds an AIFF file's `COMM` chunk.
fn common(channels: u16, frames: u32, bits: u16, compression: &[u8]) -> Vec<u8> {
    // 44,100 as an 80-bit float.
    let rate = b"\x40\x0e\xac\x44\0\0\0\0\0\0";
    let body = [&channels.to_be_bytes()[..], &frames.to_be_bytes(), &bits.to_be_bytes(), rate, compression].concat();
    odd_chunk(b"COMM", &body, body.len() as u32, true)
}

#[test]
fn aiff_is_read_in_every_compression_that_is_none_and_in_any_order() {
    let cases: [(&[u8], u16, Coding, bool); 16] = [
        (b"", 8, S8, true),
        (b"", 16, Int { bytes: 2, bits: 16 }, true),
        (b"", 12, Int { bytes: 2, bits: 12 }, true),
        (b"", 24, Int { bytes: 3, bits: 24 }, true),
        (b"", 32, Int { bytes: 4, bits: 32 }, true),
        (b"NONE", 24, Int { bytes: 3, bits: 24 }, true),
        (b"twos", 16, Int { bytes: 2, bits: 16 }, true),
        (b"sowt", 16, Int { bytes: 2, bits: 16 }, false),
        (b"in24", 24, Int { bytes: 3, bits: 24 }, true),
        (b"in32", 32, Int { bytes: 4, bits: 32 }, true),
        (b"fl32", 32, F32, true),
        (b"FL64", 64, F64, true),
        (b"raw ", 8, U8, true),
        (b"alaw", 8, ALaw, true),
        (b"ULAW", 16, MuLaw, true),
        (b"FL32", 32, F32, true),
    ];
    for (compression, bits, coding, is_big_endian) in cases {
        for channels in [1, 2, 3, 6] {
            let (bytes, planes) = audio(coding, channels, 501, is_big_endian);
            let with_name = if compression.is_empty() { vec![] } else { [compression, b"\x03abc"].concat() };
            let common = common(channels as u16, 501, bits, &with_name);
            for offset in [0usize, 6] {
                let head = [(offset as u32).to_be_bytes(), [0; 4]].concat();
                let body = [&head[..], &vec![9; offset], &bytes].concat();
                let mut sound = odd_chunk(b"SSND", &body, body.len() as u32, true);
                sound.resize(sound.len().next_multiple_of(2), 0);
                let layout = odd_chunk(b"CHAN", &[0, 0x7c, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0], 12, true);
                let name = odd_chunk(b"NAME", b"abc", 3, true);
                let kind: &[u8] = if compression.is_empty() { b"AIFF" } else { b"AIFC" };
                let expected = match channels {
                    6 => ChannelLayout::of(&[
                        Speaker::FrontCentre,
                        Speaker::FrontLeft,
                        Speaker::FrontRight,
                        Speaker::SideLeft,
                        Speaker::SideRight,
                        Speaker::Lfe,
                    ]),
                    _ => ChannelLayout::customary(channels),
                };
                let orders = [[&common, &sound, &layout, &name], [&name, &layout, &sound, &common]];
                for chunks in orders.map(|parts| parts.map(Vec::as_slice).concat()) {
                    for size in [chunks.len() as u32 + 4, 0, u32::MAX] {
                        let file = [b"FORM", &size.to_be_bytes()[..], kind, &chunks].concat();
                        let case = format!("{}, {bits}, {channels}", String::from_utf8_lossy(compression));
                        assert_reads(&file, 44_100, &planes, expected.unwrap(), &case);
                    }
                }
            }
        }
    }
    let refused = [b"FORM\0\0\0\x64AIFC", &common(1, 1, 16, b"ima4\0\0")[..], b"SSND\0\0\0\x0c\0\0\0\0\0\0\0\0abcd"];
    assert_eq!(inspect(refused.concat()), Err(MediaError::Unsupported("IMA ADPCM")));
}

/// Builds a CAF file.
fn caf(codec: &[u8; 4], flags: u32, numbers: [u32; 4], size: i64, chunks: &[u8], data: &[u8]) -> Vec<u8> {
    let head = [&44_100f64.to_be_bytes()[..], codec, &flags.to_be_bytes(), &numbers.map(u32::to_be_bytes).concat()];
    let head = [&b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20"[..], &head.concat()].concat();
    [&head[..], chunks, b"data", &size.to_be_bytes(), &[0; 4], data].concat()
}

#[test]
fn caf_is_read_with_every_flag_and_every_size() {
    for (coding, flags) in [
        (S8, 0),
        (S8, 2),
        (Int { bytes: 2, bits: 16 }, 0),
        (Int { bytes: 2, bits: 16 }, 2),
        (Int { bytes: 3, bits: 24 }, 0),
        (Int { bytes: 3, bits: 24 }, 2),
        (Int { bytes: 4, bits: 32 }, 0),
        (Int { bytes: 4, bits: 24 }, 0),
        (Int { bytes: 4, bits: 24 }, 2),
        (Int { bytes: 4, bits: 20 }, 2),
        (Low24, 2),
        (F32, 1),
        (F32, 3),
        (F64, 1),
        (F64, 3),
        (Wide, 0),
        (Wide, 2),
        (ALaw, 0),
        (MuLaw, 0),
    ] {
        for channels in [1usize, 2, 4, 8] {
            let (bytes, planes) = audio(coding, channels, 333, flags & 2 == 0);
            let codec = [b"lpcm", b"alaw", b"ulaw"][if coding == ALaw { 1 } else { 2 * usize::from(coding == MuLaw) }];
            let numbers = [(channels * coding.bytes()) as u32, 1, channels as u32, coding.bits()];
            let layout = ChannelLayout::customary(channels).unwrap();
            let case = format!("{coding:?}, {flags}, {channels}");
            let told = bytes.len() as i64 + 4;
            assert_reads(&caf(codec, flags, numbers, told, b"", &bytes), 44_100, &planes, layout, &case);
            assert_reads(&caf(codec, flags, numbers, -1, b"", &bytes), 44_100, &planes, layout, &case);
            let trailing = [&bytes[..], b"junk behind"].concat();
            assert_reads(&caf(codec, flags, numbers, told, b"", &trailing), 44_100, &planes, layout, &case);
            let free = b"free\0\0\0\0\0\0\0\x03abc";
            assert_reads(&caf(codec, flags, numbers, told, free, &bytes), 44_100, &planes, layout, &case);
            if channels == 4 {
                // Not the default with a centre and a back centre, but a back pair: by a tag, a bitmap and
                // descriptions.
                let quad = [Speaker::FrontLeft, Speaker::FrontRight, Speaker::BackLeft, Speaker::BackRight];
                let label = |label: u32| [&label.to_be_bytes()[..], &[0; 16]].concat();
                let described = [&[0; 8][..], &4u32.to_be_bytes(), &[1, 2, 33, 34].map(label).concat()].concat();
                for chan in [&b"\0\x6c\0\x04\0\0\0\0\0\0\0\0"[..], b"\0\x01\0\0\0\0\0\x33\0\0\0\0", &described] {
                    let chan = [&b"chan"[..], &(chan.len() as u64).to_be_bytes(), chan].concat();
                    let file = caf(codec, flags, numbers, told, &chan, &bytes);
                    assert_reads(&file, 44_100, &planes, ChannelLayout::of(&quad).unwrap(), &case);
                }
            }
        }
    }
    // A packet table's priming and remainder.
    let (bytes, planes) = audio(Int { bytes: 2, bits: 16 }, 1, 333, true);
    let table =
        [&b"pakt\0\0\0\0\0\0\0\x18"[..], &333u64.to_be_bytes(), &300u64.to_be_bytes(), &[0, 0, 0, 20, 0, 0, 0, 13]];
    let file = caf(b"lpcm", 0, [2, 1, 1, 16], bytes.len() as i64 + 4, &table.concat(), &bytes);
    assert_reads(&file, 44_100, &[planes[0][20..320].to_vec()], ChannelLayout::customary(1).unwrap(), "primed");
    // A truncated file has a warning.
    let cut = caf(b"lpcm", 0, [2, 1, 1, 16], 4004, b"", &bytes);
    assert_eq!(inspect(cut).unwrap().warning.as_deref(), Some(IS_SHORT));
    for (codec, name) in [(b"ima4", "IMA ADPCM"), (b"MAC3", "MACE"), (b"ac-3", "AC-3")] {
        let file = caf(codec, 0, [0, 0, 1, 0], 8, b"", b"abcd");
        assert_eq!(inspect(file), Err(MediaError::Unsupported(name)));
    }
    assert_eq!(inspect(caf(b"lpcm", 0, [2, 1, 0, 16], 8, b"", b"abcd")), Err(MediaError::NoChannels));
}

#[test]
fn the_files_of_phones_and_of_ffmpeg_are_read_from_caf() {
    let file = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cases/caf-kinds").join(name);
    for name in ["pcm_alaw.caf", "pcm_s8.caf"] {
        let (theirs, ours) = both(&file(name), 1);
        assert!(theirs == ours, "{name}");
    }
    let found = inspect(fs::read(file("imessage-opus.caf")).unwrap()).unwrap();
    assert_eq!((found.frames, found.sample_rate.hz(), found.warning), (101 * 960, 48_000, None));
    for (options, name) in [(&["-c:a", "alac"][..], "alac.caf"), (&["-c:a", "pcm_s24be"], "s24.caf")] {
        let (theirs, ours) = both(&swept(options, name), 2);
        assert!(theirs == ours, "{name}");
    }
    let (theirs, ours) = both(&swept(&["-c:a", "libopus", "-ar", "48000"], "opus.caf"), 2);
    let count = ours[0].len().min(theirs[0].len());
    assert!(count > 59_000);
    let error = (0..count).map(|n| (ours[0][n] - theirs[0][n]).abs()).fold(0.0, f32::max);
    assert!(error < 1e-3, "{error}");
}

#[test]
fn aac_in_caf_is_trimmed_by_the_packet_table() {
    // AudioSpecificConfigs of AAC-LC in stereo, at 44.1 kHz and at half that rate, which is HE-AAC's core. HE-AAC
    // decodes to twice as many frames, whether the table counts its frames or the core's.
    for (name, config, frames, ratio) in [
        ("media/aac-44100-stereo.aac", [0x12, 0x10], 1024, 1),
        ("adts/he-aac-44100-stereo.aac", [0x13, 0x90], 2048, 1),
        ("adts/he-aac-44100-stereo.aac", [0x13, 0x90], 1024, 2),
    ] {
        let adts = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap();
        let whole = read(&adts).1;
        let (mut rest, mut data, mut sizes, mut count) = (&adts[..], Vec::new(), Vec::new(), 0u64);
        // ADTS's header has seven bytes, three of which contain the length (ISO/IEC 13818-7, 6.2).
        while rest.len() > 7 {
            let length = usize::from(rest[3] & 3) << 11 | usize::from(rest[4]) << 3 | usize::from(rest[5] >> 5);
            let packet = &rest[7..length];
            data.extend(packet);
            sizes.extend([0x80 | (packet.len() >> 7) as u8, packet.len() as u8 & 0x7f]);
            (rest, count) = (&rest[length..], count + 1);
        }
        // An elementary stream descriptor.
        let head = b"\x03\x19\0\0\0\x04\x11\x40\x15\0\0\0\0\0\0\0\0\0\0\0\x05\x02";
        let esds = [&head[..], &config, b"\x06\x01\x02"].concat();
        let kuki = [&b"kuki"[..], &(esds.len() as u64).to_be_bytes(), &esds].concat();
        let (priming, valid) = (1024u32, frames * count - 1024 - 500);
        let head = [count, valid].map(u64::to_be_bytes).concat();
        let table = [&head[..], &priming.to_be_bytes(), &500u32.to_be_bytes(), &sizes].concat();
        let pakt = [&b"pakt"[..], &(table.len() as u64).to_be_bytes(), &table].concat();
        let numbers = [0, frames as u32, 2, 0];
        let file = caf(b"aac ", 0, numbers, data.len() as i64 + 4, &[kuki, pakt].concat(), &data);
        let (start, end) = (1024 * ratio, (1024 + valid as usize) * ratio);
        let trimmed: Vec<Vec<f32>> = whole.iter().map(|plane| plane[start..end].to_vec()).collect();
        assert_reads(&file, 44_100, &trimmed, ChannelLayout::customary(2).unwrap(), name);
        let cut = inspect(file[..file.len() - 700].to_vec()).unwrap();
        assert_eq!(cut.warning.as_deref(), Some(IS_SHORT));
    }
}
