//! The beginning of a content determines its format, whatever else is inside: it is read, or refused by name.

use std::fs;
use std::process::Command;

use secuencia::media::{ClipReader, Content, Inspection, Inspector, MediaError};
use secuencia::timeline::SampleRate;

use crate::support::export::scratch;
use crate::support::media::{bytes, drain, ffmpeg, source};

fn inspect(content: &[u8]) -> Result<Inspection, MediaError> {
    Inspector::open(source(content.to_vec()), "")?.finish()
}

/// Returns ffmpeg's file; `None` if it cannot write that format.
fn written(name: &str, options: &[&str]) -> Option<Vec<u8>> {
    let path = scratch("sniff").join(name);
    let tone = "sine=f=440:r=44100:d=1";
    let output = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-nostdin",
            "-y",
            "-f",
            "lavfi",
            "-i",
            tone,
            "-f",
            "lavfi",
            "-i",
            "color=s=64x64:r=25:d=1",
        ])
        .args(options)
        .arg(&path)
        .output()
        .unwrap();
    output.status.success().then(|| fs::read(path).unwrap())
}

#[test]
fn what_ffmpeg_writes_and_is_not_read_here_is_refused_by_name() {
    const AUDIO: &[&str] = &["-map", "0:a"];
    const FILM: &[&str] = &["-map", "0:a", "-map", "1:v"];
    let mut written_ones = 0;
    for (name, streams, options, what) in [
        ("a.wv", AUDIO, &["-c:a", "wavpack"][..], "WavPack"),
        ("a.tta", AUDIO, &[], "True Audio (TTA)"),
        ("a.ac3", AUDIO, &[], "AC-3"),
        ("a.eac3", AUDIO, &[], "E-AC-3"),
        ("a.dts", AUDIO, &["-strict", "-2", "-ar", "48000"], "DTS"),
        ("a.mp2", AUDIO, &[], "MPEG layer II (MP2)"),
        ("low.mp2", AUDIO, &["-ar", "22050", "-ac", "1", "-b:a", "32k"], "MPEG layer II (MP2)"),
        ("a.wma", AUDIO, &[], "Windows Media (ASF, WMA)"),
        ("a.au", AUDIO, &[], "Sun audio (AU)"),
        ("a.voc", AUDIO, &[], "Creative Voice (VOC)"),
        ("a.amr", AUDIO, &["-ar", "8000", "-ac", "1", "-c:a", "libopencore_amrnb"], "AMR"),
        ("a.sox", AUDIO, &[], "SoX's own format"),
        ("a.rm", AUDIO, &["-c:a", "ac3"], "RealMedia"),
        ("a.flv", AUDIO, &["-c:a", "libmp3lame"], "Flash Video (FLV)"),
        ("a.swf", FILM, &["-c:a", "libmp3lame"], "Flash (SWF)"),
        ("a.oma", AUDIO, &["-c:a", "pcm_s16be"], "OpenMG (ATRAC)"),
        ("a.spdif", AUDIO, &["-c:a", "ac3", "-f", "spdif", "-ar", "48000"], "S/PDIF frames"),
        ("a.thd", AUDIO, &["-strict", "-2", "-ar", "48000"], "TrueHD"),
        ("film.ts", FILM, &["-c:a", "libmp3lame"], "MPEG-TS"),
        ("sound.ts", AUDIO, &["-c:a", "aac"], "MPEG-TS"),
        ("film.m2ts", FILM, &["-c:a", "ac3"], "MPEG-TS"),
        ("film.mpg", FILM, &["-c:a", "mp2"], "MPEG-PS"),
        ("film.vob", FILM, &["-c:a", "ac3"], "MPEG-PS"),
        ("film.avi", FILM, &["-c:a", "libmp3lame"], "AVI"),
        ("sound.avi", AUDIO, &["-c:a", "pcm_s16le"], "AVI"),
        ("film.wmv", FILM, &[], "Windows Media (ASF, WMA)"),
        ("film.wtv", FILM, &["-c:v", "mpeg2video", "-c:a", "mp2"], "Windows recorded TV (WTV)"),
        ("film.nut", FILM, &["-c:a", "libmp3lame"], "NUT"),
        ("film.mxf", FILM, &["-c:v", "mpeg2video", "-ar", "48000"], "MXF"),
    ] {
        let Some(file) = written(name, &[streams, options].concat()) else {
            println!("not run: ffmpeg does not write {name}");
            continue;
        };
        assert_eq!(inspect(&file), Err(MediaError::Foreign(what)), "{name}");
        written_ones += 1;
    }
    assert!(written_ones > 20, "{written_ones}");
}

#[test]
fn what_only_begins_so_is_refused_by_name_too() {
    let wav = bytes("pcm-s16-44100-stereo.wav");
    let mp3 = bytes("lame-cbr-44100-stereo.mp3");
    for (head, what) in [
        (&b"MAC \x96\x0f\0\0"[..], "Monkey's Audio"),
        (b"wvpk\x20\0\0\0", "WavPack"),
        (b"MPCK", "Musepack"),
        (b"MP+\x07", "Musepack"),
        (b"DSD \x1c\0\0\0\0\0\0\0", "DSD audio (DSF)"),
        (b"FRM8\0\0\0\0\0\0\x10\0DSD ", "DSD audio (DSDIFF)"),
        (b"ajkg\x02", "Shorten"),
        (b"OFR \x0f\0\0\0", "OptimFROG"),
        (b"tBaK", "TAK"),
        (b"#!AMR-WB\n", "AMR-WB"),
        (b".ra\xfd\0\x04", "RealAudio"),
        (b"MThd\0\0\0\x06", "MIDI"),
        (b"RIFF\x10\0\0\0RMIDdata", "MIDI"),
        (b"\x1f\x8b\x08\0", "a GZIP archive"),
        (b"PK\x03\x04\x14\0", "a ZIP archive"),
        (b"#EXTM3U\n", "a playlist (M3U)"),
    ] {
        for inside in [&wav, &mp3] {
            let content = [head, &[0; 60], inside].concat();
            assert_eq!(inspect(&content), Err(MediaError::Foreign(what)));
        }
    }
    for (head, what) in [
        (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], "a JPEG picture"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"GIF89a", "a GIF picture"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIF picture"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\xef\xbb\xbf \n<!DOCTYPE HTML><html>", "a web page (HTML)"),
        (b"<?xml version=\"1.0\"?>", "an XML document"),
        (b"{ \"a\": 1 }", "a JSON document"),
        (b"[{\"a\": 1}]", "a JSON document"),
    ] {
        assert_eq!(inspect(head), Err(MediaError::NoAudioAtAll(what)));
    }
}

#[test]
fn a_header_far_inside_something_unknown_is_not_believed() {
    let noise = |count: usize| -> Vec<u8> { (0..count).map(|n| (n * n / 7 % 251) as u8 & 0x7f).collect() };
    for name in
        ["pcm-s16-44100-stereo.wav", "flac-44100-stereo.flac", "aac-44100-stereo.m4a", "vorbis-44100-stereo.ogg"]
    {
        for count in [16, 700, 40_000] {
            assert_eq!(
                inspect(&[noise(count), bytes(name)].concat()),
                Err(MediaError::NotAudio),
                "{name} behind {count}"
            );
        }
    }
    // Consecutive frames may follow a little other data, but not much.
    for name in ["lame-cbr-44100-stereo.mp3", "aac-44100-stereo.aac"] {
        let whole = inspect(&bytes(name)).unwrap();
        for count in [1, 100, 5000] {
            assert_eq!(
                inspect(&[noise(count), bytes(name)].concat()).unwrap().frames,
                whole.frames,
                "{name} behind {count}"
            );
        }
        assert_eq!(inspect(&[noise(1 << 20), bytes(name)].concat()), Err(MediaError::NotAudio));
    }
}

#[test]
fn noise_is_no_audio() {
    let mut state = 1u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    for seed in 0..10_000 {
        let length = 16 + (seed * 37) % 6000;
        let content: Vec<u8> = (0..length).map(|_| random()).collect();
        let found = inspect(&content);
        assert!(found.is_err(), "{seed}: {found:?}");
    }
}

#[test]
fn mp3_of_a_free_format_is_read_whatever_its_frames_length() {
    // Without a reservoir, decoders skip bytes after a frame's data.
    for (rate, lengths) in [("44100", &[900, 2089][..]), ("32000", &[2304, 2305, 2880]), ("8000", &[1000, 5760])] {
        let path = scratch("free-format").join(format!("{rate}.mp3"));
        let sound = "aevalsrc='0.3*sin(2*PI*440*t)*lt(mod(t,0.5),0.3)|0.3*sin(2*PI*700*t)':d=2";
        let options = ["-reservoir", "0", "-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0"];
        ffmpeg(&[&["-f", "lavfi", "-i", sound, "-ar", rate], &options[..]].concat(), &path);
        let bytes = fs::read(&path).unwrap();
        let decode = |bytes: &[u8]| {
            let content = Content::new(source(bytes.to_vec()), "");
            drain(&mut ClipReader::open(content, 0, SampleRate::new(rate.parse().unwrap()).unwrap()).unwrap())
        };
        let hertz: usize = rate.parse().unwrap();
        let shortest = if hertz < 32_000 { 72 } else { 144 } * 64_000 / hertz;
        let next = |&start: &usize| Some(start + shortest + usize::from(bytes.get(start + 2)? >> 1 & 1));
        let starts: Vec<usize> =
            std::iter::successors(Some(0), next).take_while(|&start| start < bytes.len()).collect();
        for &length in lengths {
            let mut free = Vec::new();
            for (number, &start) in starts.iter().enumerate() {
                let end = starts.get(number + 1).copied().unwrap_or(bytes.len());
                let at = free.len();
                free.extend(&bytes[start..end]);
                // Free format, with padding in every third frame.
                let padding = usize::from(number % 3 == 0);
                free[at + 2] = free[at + 2] & 0x0d | (padding as u8) << 1;
                free.resize(at + length + padding, 0);
            }
            let (ours, whole) = (decode(&free), decode(&bytes));
            assert!(ours == whole, "{length} bytes at {rate}: {} frames of {}", ours[0].len(), whole[0].len());
        }
    }
}

#[test]
fn an_mp3_file_is_read_whatever_is_around_it_and_whatever_its_tag_says() {
    let plain = bytes("lame-vbr-44100-stereo.mp3");
    let (frames, mark) = (11_027, plain.windows(4).position(|bytes| bytes == b"Info" || bytes == b"Xing").unwrap());
    let found = |content: &[u8]| inspect(content).map(|found| (found.frames, found.warning));
    assert_eq!(found(&plain), Ok((frames, None)));
    let with = |at: usize, value: &[u8]| {
        let mut changed = plain.clone();
        changed[at..at + value.len()].copy_from_slice(value);
        changed
    };
    // After the mark: flags, packets, bytes, a table of 100, a quality; then LAME's tag, which ends with its CRC.
    assert_eq!(found(&with(mark + 154, &[0x55, 0xaa])), Ok((frames, None)), "a wrong check");
    for packets in [1u32, 3, 9, 11, 30, 1_000_000] {
        assert_eq!(found(&with(mark + 8, &packets.to_be_bytes())), Ok((frames, None)), "{packets} packets");
    }
    let id3v1 = [&b"TAG"[..], &[b' '; 125]].concat();
    let ape = [&b"APETAGEX\xd0\x07\0\0\x20\0\0\0\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\0"[..], &[]].concat();
    let id3v2 = [&b"ID3\x04\0\0\0\0\0\x0a"[..], &[0; 10]].concat();
    for (before, behind) in [
        (&[][..], &id3v1[..]),
        (&id3v2, &[]),
        (&id3v2, &id3v1),
        (&[&id3v2[..], &id3v2].concat(), &ape),
        (&[0; 300], &[]),
    ] {
        assert_eq!(found(&[before, &plain, behind].concat()), Ok((frames, None)), "{before:?} {behind:?}");
    }
}
