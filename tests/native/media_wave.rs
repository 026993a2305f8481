//! WAVE files with any kind of header are read exactly: each sample, each channel in its position, and without a false
//! warning. Others are refused with the true reason.
//!
//! The tests build the files. Each channel has its own signal.

use std::fs;

use secuencia::media::{ChannelLayout, MediaError};

use crate::support::export::{ffmpeg_decode, scratch};
use crate::support::media::ffmpeg;
use crate::support::mutate::Dice;
use crate::support::pcm::{
    ALaw, CODINGS, Coding, F32, F64, IS_SHORT, Int, MuLaw, U8, Wide, assert_reads, audio, both, inspect, odd_chunk,
    read, sample, swept,
};

/// The container of a WAVE file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrapping {
    Riff,
    Rifx,
    Rf64,
    Bw64,
    Wave64,
}

/// The parts of a WAVE file.
#[derive(Clone, Debug)]
struct Wave {
    wrapping: Wrapping,
    coding: Coding,
    channels: usize,
    rate: u32,
    frames: usize,
    /// The size of the `fmt ` chunk.
    fmt: usize,
    mask: Option<u32>,
    /// Sizes to declare instead of the true ones, for the whole file and for the audio.
    sizes: (Option<u32>, Option<u32>),
    /// Chunks before `fmt `, before the audio, and after it.
    chunks: [Vec<u8>; 3],
    is_fmt_behind: bool,
}

impl Wave {
    fn new(coding: Coding, channels: usize) -> Self {
        Self {
            wrapping: Wrapping::Riff,
            coding,
            channels,
            rate: 44_100,
            frames: 1000,
            fmt: 16,
            mask: None,
            sizes: (None, None),
            chunks: [vec![], vec![], vec![]],
            is_fmt_behind: false,
        }
    }

    fn is_big_endian(&self) -> bool {
        self.wrapping == Wrapping::Rifx
    }

    fn half(&self, number: u16) -> Vec<u8> {
        if self.is_big_endian() { number.to_be_bytes().to_vec() } else { number.to_le_bytes().to_vec() }
    }

    fn word(&self, number: u32) -> Vec<u8> {
        if self.is_big_endian() { number.to_be_bytes().to_vec() } else { number.to_le_bytes().to_vec() }
    }

    fn chunk(&self, name: &[u8; 4], body: &[u8], size: Option<u32>) -> Vec<u8> {
        if self.wrapping == Wrapping::Wave64 {
            let mut chunk = [&name[..], WAVE64_TAIL, &(body.len() as u64 + 24).to_le_bytes(), body].concat();
            chunk.resize(chunk.len().next_multiple_of(8), 0);
            return chunk;
        }
        let mut chunk = [&name[..], &self.word(size.unwrap_or(body.len() as u32)), body].concat();
        if body.len() % 2 == 1 && size.is_none() {
            chunk.push(0);
        }
        chunk
    }

    fn format(&self) -> Vec<u8> {
        let align = self.channels * self.coding.bytes();
        let is_extensible = self.fmt >= 40;
        let tag = if is_extensible { 0xfffe } else { self.coding.tag() };
        let bits = if is_extensible { 8 * self.coding.bytes() as u32 } else { self.coding.bits() };
        let mut fmt = [self.half(tag), self.half(self.channels as u16), self.word(self.rate)].concat();
        fmt.extend([self.word(self.rate * align as u32), self.half(align as u16), self.half(bits as u16)].concat());
        fmt.extend(self.half(if is_extensible { 22 } else { self.fmt.saturating_sub(18) as u16 }));
        if is_extensible {
            fmt.extend(self.half(self.coding.bits() as u16));
            fmt.extend(self.word(self.mask.unwrap_or(0)));
            fmt.extend(self.word(self.coding.tag().into()));
            fmt.extend(b"\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
        }
        fmt.resize(self.fmt, 0);
        fmt
    }

    fn build(&self) -> (Vec<u8>, Vec<Vec<f32>>) {
        let (mut bytes, planes) = audio(self.coding, self.channels, self.frames, self.is_big_endian());
        let size = bytes.len() as u64;
        let is_64 = matches!(self.wrapping, Wrapping::Rf64 | Wrapping::Bw64);
        let told = self.sizes.1.or(is_64.then_some(u32::MAX));
        if told.is_some() && bytes.len() % 2 == 1 && !self.chunks[2].is_empty() {
            bytes.push(0);
        }
        let format = self.chunk(b"fmt ", &self.format(), None);
        let data = self.chunk(b"data", &bytes, told);
        let (early, late) = if self.is_fmt_behind { (vec![], format) } else { (format, vec![]) };
        let mut body =
            [&self.chunks[0], &early, &self.chunks[1], &data, &late, &self.chunks[2]].map(Vec::as_slice).concat();
        if is_64 {
            let sizes = [body.len() as u64 + 40, size, self.frames as u64].map(u64::to_le_bytes).concat();
            body = [self.chunk(b"ds64", &[&sizes[..], &[0; 4]].concat(), None), body].concat();
        }
        let whole = self.word(self.sizes.0.unwrap_or(body.len() as u32 + 4));
        let file = match self.wrapping {
            Wrapping::Riff => [b"RIFF", &whole[..], b"WAVE", &body].concat(),
            Wrapping::Rifx => [b"RIFX", &whole[..], b"WAVE", &body].concat(),
            Wrapping::Rf64 => [b"RF64", &[0xff; 4][..], b"WAVE", &body].concat(),
            Wrapping::Bw64 => [b"BW64", &[0xff; 4][..], b"WAVE", &body].concat(),
            Wrapping::Wave64 => {
                let size = (body.len() as u64 + 40).to_le_bytes();
                [&b"riff"[..], b"\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0", &size[..], b"wave", WAVE64_TAIL, &body]
                    .concat()
            }
        };
        (file, planes)
    }
}

const WAVE64_TAIL: &[u8] = b"\xf3\xac\xd3\x11\x8c\xd1\0\xc0\x4f\x8e\xdb\x8a";

#[test]
fn a_wave_file_is_read_however_its_header_is_written() {
    const SIZES: [u32; 8] =
        [0, 0x7fff_ffff, 0x7fff_f000, 0x7fff_f024, 0x8000_0000, u32::MAX, 2_000_000_000, 0xffff_ff00];
    let mut dice = Dice(16);
    for case in 0..2000 {
        let coding = CODINGS[dice.below(CODINGS.len())];
        let mut wave = Wave::new(coding, 1 + dice.below(8));
        wave.wrapping =
            [Wrapping::Riff, Wrapping::Riff, Wrapping::Rifx, Wrapping::Rf64, Wrapping::Bw64, Wrapping::Wave64]
                [dice.below(6)];
        wave.rate = [8000, 11_025, 44_100, 48_000, 96_000, 192_000][dice.below(6)];
        wave.frames = 1 + dice.below(700);
        wave.fmt = [16, 17, 18, 20, 22, 40, 42, 48][dice.below(8)];
        if wave.wrapping == Wrapping::Wave64 && wave.fmt == 17 {
            wave.fmt = 18;
        }
        let mut layout = ChannelLayout::customary(wave.channels).unwrap();
        if wave.fmt >= 40 && dice.below(2) == 0 {
            // As many positions as channels, out of the eighteen in a mask.
            let mut mask = 0u32;
            while mask.count_ones() < wave.channels as u32 {
                mask |= 1 << dice.below(18);
            }
            wave.mask = Some(mask);
            layout = ChannelLayout::of_wave_mask(mask, wave.channels).unwrap();
        }
        let is_big_endian = wave.is_big_endian();
        if wave.wrapping != Wrapping::Wave64 {
            let list = odd_chunk(b"LIST", b"INFOISFT\x05\0\0\0abcd\0", 17, is_big_endian);
            let padded = [&list[..], &[0]].concat();
            let fact = odd_chunk(b"fact", &[1; 12], 12, is_big_endian);
            let unknown = odd_chunk(b"abcd", b"xyz", 3, is_big_endian);
            let bext = odd_chunk(b"bext", &[b'x'; 603], 603, is_big_endian);
            let kinds = [vec![], padded.clone(), list, fact, unknown, bext];
            wave.chunks[0] = kinds[dice.below(6)].clone();
            wave.chunks[1] = kinds[dice.below(6)].clone();
            match dice.below(3) {
                0 => {
                    wave.chunks[2] =
                        [&padded[..], &odd_chunk(b"id3 ", b"ID3\x04\0\0\0\0\0\0", 10, is_big_endian)].concat()
                }
                // No chunk can follow audio of unknown size.
                1 => wave.sizes.1 = Some(SIZES[dice.below(8)]),
                _ => wave.is_fmt_behind = dice.below(4) == 0,
            }
            if dice.below(2) == 0 {
                wave.sizes.0 = Some(SIZES[dice.below(8)]);
            }
        } else if dice.below(2) == 0 {
            wave.chunks[1] = wave.chunk(b"fact", &[1; 8], None);
        }
        if matches!(wave.wrapping, Wrapping::Rf64 | Wrapping::Bw64) {
            wave.sizes.1 = None;
        }
        let (file, planes) = wave.build();
        let tagged = [b"ID3\x04\0\0\0\0\0\x05abcde", &file[..]].concat();
        let file = if dice.below(8) == 0 { tagged } else { file };
        assert_reads(&file, wave.rate, &planes, layout, &format!("case {case}, {wave:?}"));
    }
}

#[test]
fn ffmpeg_reads_the_same_samples() {
    let mut dice = Dice(7);
    for case in 0..24 {
        // ffmpeg reads these incorrectly: 20 and 24 bits in larger blocks, RIFX, BW64.
        let coding = [U8, CODINGS[1], CODINGS[2], CODINGS[3], F32, F64, ALaw, MuLaw, Wide][case % 9];
        let mut wave = Wave::new(coding, [1, 2, 6, 8][dice.below(4)]);
        wave.wrapping = [Wrapping::Riff, Wrapping::Rf64, Wrapping::Wave64][dice.below(3)];
        wave.fmt = [16, 18, 40][dice.below(3)];
        let (file, planes) = wave.build();
        let path = scratch("wave").join("file.wav");
        fs::write(&path, &file).unwrap();
        assert!(ffmpeg_decode(&path, wave.channels) == planes, "{wave:?}");
        assert!(read(&file).1 == planes, "{wave:?}");
    }
}

#[test]
fn sizes_that_are_too_small_or_too_large_hide_nothing() {
    let (file, planes) = Wave { frames: 22_050, ..Wave::new(Int { bytes: 2, bits: 16 }, 1) }.build();
    let layout = ChannelLayout::customary(1).unwrap();
    let right = file.len() as u32 - 8;
    for (whole, data) in
        [(right - 4, 44_100), (right, 44_096), (right, 20_000), (20_036, 20_000), (0, 100), (right, 45_100)]
    {
        let mut file = file.clone();
        file[4..8].copy_from_slice(&whole.to_le_bytes());
        file[40..44].copy_from_slice(&(data as u32).to_le_bytes());
        assert_reads(&file, 44_100, &planes, layout, &format!("{whole}, {data}"));
    }
    // A plausible size, in a file that was truncated.
    let cut = &file[..20_000];
    let found = inspect(cut.to_vec()).unwrap();
    assert_eq!((found.frames, found.warning.as_deref()), (9978, Some(IS_SHORT)));
    // A list before the audio that claims more bytes than it has.
    let list = odd_chunk(b"LIST", b"INFOISFT\x04\0\0\0abc\0", 99_999, false);
    let hidden = [&file[..36], &list, &file[36..]].concat();
    assert_reads(&hidden, 44_100, &planes, layout, "a list that overruns");
    // Bytes after the audio are not played.
    let behind: [&[u8]; 4] = [b"LIST\x10\0\0\0INFOISFT\x04\0\0\0abc\0", &[7; 30], &[0; 512], b"TAG and what follows"];
    for behind in behind {
        assert_reads(&[&file[..], behind].concat(), 44_100, &planes, layout, "something behind it");
    }
    // An incomplete frame is dropped.
    let (file, planes) = Wave::new(Int { bytes: 2, bits: 16 }, 2).build();
    let mut part = [&file[..], &[1, 2, 3]].concat();
    part[40..44].copy_from_slice(&4003u32.to_le_bytes());
    assert_reads(&part, 44_100, &planes, ChannelLayout::customary(2).unwrap(), "part of a frame");
}

#[test]
fn of_several_stretches_of_audio_the_last_is_played_as_in_ffmpeg_and_a_word_is_said() {
    const NOTE: &str = "The file contains several pieces of audio. Only the last one is heard.";
    let second: Vec<u8> = (0..700).flat_map(|frame| ((sample(1, frame) >> 16) as i16).to_be_bytes()).collect();
    let wave_64 = [&b"data"[..], b"\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"].concat();
    let cases: [(&str, Vec<u8>); 5] = [
        ("wav", [&b"data"[..], &1400u32.to_le_bytes()].concat()),
        ("w64", [&wave_64[..], &1424u64.to_le_bytes()].concat()),
        ("aiff", [&b"SSND"[..], &1408u32.to_be_bytes(), &[0; 8]].concat()),
        ("caf", [&b"data"[..], &1404u64.to_be_bytes(), &[0; 4]].concat()),
        ("rf64.wav", [&b"data"[..], &1400u32.to_le_bytes()].concat()),
    ];
    for (suffix, head) in cases {
        let path = scratch("stretches").join(format!("two.{suffix}"));
        let rf64 = if suffix == "rf64.wav" { "always" } else { "never" };
        let options = if suffix.ends_with("wav") { &["-rf64", rf64][..] } else { &[] };
        ffmpeg(&[&["-y", "-f", "lavfi", "-i", "sine=d=0.1", "-bitexact"], options].concat(), &path);
        let one = fs::read(&path).unwrap();
        if suffix == "wav" {
            let found = inspect([&one[..], b"data\0\0\0\0"].concat()).unwrap();
            assert_eq!((found.frames, found.warning), (4410, None), "an empty one says nothing");
        }
        let mut file = [&one[..], &head, &second].concat();
        if suffix == "aiff" {
            // ffmpeg reads only up to this size.
            let size = (file.len() as u32 - 8).to_be_bytes();
            file[4..8].copy_from_slice(&size);
        }
        fs::write(&path, &file).unwrap();
        let found = inspect(file.clone()).unwrap();
        assert_eq!((found.frames, found.warning.as_deref()), (700, Some(NOTE)), "{suffix}");
        assert!(read(&file).1 == ffmpeg_decode(&path, 1), "{suffix}");
    }
}

#[test]
fn what_a_wave_file_cannot_mean_is_refused_by_a_true_reason() {
    let file = Wave::new(Int { bytes: 2, bits: 16 }, 1).build().0;
    let with = |at: usize, value: u32, count: usize| {
        let mut file = file.clone();
        file[at..at + count].copy_from_slice(&value.to_le_bytes()[..count]);
        inspect(file).map(|found| found.frames)
    };
    assert_eq!(with(22, 0, 2), Err(MediaError::NoChannels));
    assert_eq!(with(22, 9, 2), Err(MediaError::TooManyChannels(9)));
    assert_eq!(with(24, 0, 4), Err(MediaError::SampleRate(0)));
    assert_eq!(inspect(file[..44].to_vec()).map(|found| found.frames), Err(MediaError::NoAudio));
    assert_eq!(inspect(file[..30].to_vec()).map(|found| found.frames), Err(MediaError::CutOff));
    for (tag, name) in [
        (0x31, "GSM 6.10"),
        (0x160, "Windows Media Audio"),
        (0x161, "Windows Media Audio"),
        (0x2000, "AC-3"),
        (0x2001, "DTS"),
        (0x270, "ATRAC3"),
        (0x45, "G.726 ADPCM"),
        (0x50, "MPEG layer II"),
        (0x22, "DSP Group TrueSpeech"),
        (0x1234, "something unknown"),
    ] {
        assert_eq!(with(20, tag, 2), Err(MediaError::Unsupported(name)));
    }
}

#[test]
fn a_bit_stream_for_a_receiver_is_not_played_as_sound() {
    let burst = [&[0x72, 0xf8, 0x1f, 0x4e, 1, 0, 0, 0x30][..], &[0x77; 2000]].concat().repeat(3);
    let file = [&Wave::new(Int { bytes: 2, bits: 16 }, 2).build().0[..40], &(burst.len() as u32).to_le_bytes(), &burst]
        .concat();
    assert!(matches!(inspect(file), Err(MediaError::Unsupported(name)) if name.contains("S/PDIF")));
}

#[test]
fn silenced_samples_are_told() {
    let (mut file, planes) = Wave::new(F32, 2).build();
    for at in [100, 101] {
        file[44 + 4 * at..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
    }
    let found = inspect(file.clone()).unwrap();
    assert_eq!(found.warning.as_deref(), Some("Invalid samples were replaced by silence."));
    let read = read(&file).1;
    assert_eq!((read[0][50], read[1][50]), (0.0, 0.0));
    assert!(read[0][51..] == planes[0][51..]);
}

#[test]
fn adpcm_is_what_ffmpeg_decodes_and_its_padding_is_left_out() {
    for codec in ["adpcm_ima_wav", "adpcm_ms"] {
        for channels in [1, 2] {
            let path = swept(&["-c:a", codec, "-ac", &channels.to_string()], "adpcm.wav");
            let (theirs, ours) = both(&path, channels);
            assert!(theirs == ours, "{codec}, {channels}");
            // A frame count that ends within the last block is the true one.
            let mut file = fs::read(&path).unwrap();
            let fact = file.windows(4).position(|bytes| bytes == b"fact").unwrap();
            let frames = ours[0].len() - 77;
            file[fact + 8..][..4].copy_from_slice(&(frames as u32).to_le_bytes());
            assert_eq!(inspect(file.clone()).unwrap().frames as usize, frames, "{codec}");
            assert!(read(&file).1.iter().zip(&ours).all(|(part, whole)| part[..] == whole[..frames]));
        }
    }
}

#[test]
fn mp3_in_a_wave_file_is_that_mp3() {
    let file = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/cases/mp3-in-wav-refused/mp3.wav")).unwrap();
    let found = inspect(file).unwrap();
    assert_eq!((found.mime_type.as_str(), found.frames, found.warning), ("audio/mpeg", 40 * 1152, None));
}

#[test]
fn streams_in_wave_and_caf_are_what_they_are_alone_whatever_their_tag() {
    let folder = scratch("streams");
    let sound = ["-y", "-f", "lavfi", "-i", "aevalsrc='0.3*sin(2*PI*300*t)|0.2*sin(2*PI*700*t)':s=44100:d=1"];
    let made = |name: &str, options: &[&str]| {
        let path = folder.join(name);
        ffmpeg(&[&sound[..], options].concat(), &path);
        fs::read(path).unwrap()
    };
    let adts = made("a.aac", &["-c:a", "aac"]);
    let wrapped = |tag: u16| {
        let fmt = [&tag.to_le_bytes()[..], &[2, 0], &44_100u32.to_le_bytes(), &[0, 64, 0, 0, 1, 0, 0, 0]].concat();
        let fmt = [&b"fmt "[..], &16u32.to_le_bytes(), &fmt].concat();
        let data = [&b"data"[..], &(adts.len() as u32).to_le_bytes(), &adts].concat();
        [&b"RIFF"[..], &(4 + fmt.len() as u32 + data.len() as u32).to_le_bytes(), b"WAVE", &fmt, &data].concat()
    };
    for tag in [0x00ff, 0x1600, 0x706d] {
        let file = wrapped(tag);
        let path = folder.join("adts.wav");
        fs::write(&path, &file).unwrap();
        let planes = read(&file).1;
        assert!(planes == read(&adts).1, "{tag:x}");
        let theirs = ffmpeg_decode(&path, 2);
        assert_eq!(planes[0].len(), theirs[0].len(), "{tag:x}");
        let far = planes.iter().flatten().zip(theirs.iter().flatten()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(far < 1e-4, "{tag:x}: {far}");
    }
    let no_adts = Wave { chunks: Default::default(), ..Wave::new(Int { bytes: 2, bits: 16 }, 1) };
    let mut file = no_adts.build().0;
    file[20..22].copy_from_slice(&0x00ffu16.to_le_bytes());
    assert_eq!(inspect(file).map(|_| ()), Err(MediaError::Unsupported("AAC without a container")));
    let caf = made("mp3.caf", &["-c:a", "libmp3lame"]);
    let (planes, theirs) = (read(&caf).1, ffmpeg_decode(&folder.join("mp3.caf"), 2));
    let far = planes.iter().flatten().zip(theirs.iter().flatten()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(
        far < 1e-3 && planes[0].len().abs_diff(theirs[0].len()) <= 1152,
        "{far}: {}, {}",
        planes[0].len(),
        theirs[0].len()
    );
}
