//! A damaged file gives an error, or a warning beside the audio that remains. It never causes a panic, and never uses
//! memory or time merely because the file claims to need it.

use std::fs;

use secuencia::media::{ClipReader, Content, Inspection, Inspector, MediaError};
use secuencia::timeline::SampleRate;

use crate::support::export::scratch;
use crate::support::media::{bytes, drain, ffmpeg, source};
use crate::support::mutate::seal_ogg;

fn inspect(bytes: Vec<u8>) -> Result<Inspection, MediaError> {
    Inspector::open(source(bytes), "clip.mp3")?.finish()
}

/// ffmpeg's options for the formats that may lose packets.
const DAMAGED: [(&str, &[&str]); 13] = [
    ("cbr.mp3", &["-b:a", "128k"]),
    ("low.mp3", &["-ar", "24000", "-ac", "1", "-b:a", "16k"]),
    ("untagged.mp3", &["-write_xing", "0", "-b:a", "64k"]),
    ("adts.aac", &["-b:a", "96k"]),
    ("loas.latm", &["-b:a", "96k"]),
    ("vorbis.ogg", &["-c:a", "libvorbis"]),
    ("opus.opus", &["-c:a", "libopus", "-b:a", "96k"]),
    ("short.opus", &["-c:a", "libopus", "-b:a", "64k", "-frame_duration", "5", "-page_duration", "100000"]),
    ("opus.webm", &["-c:a", "libopus", "-b:a", "96k"]),
    ("streamed.webm", &["-c:a", "libopus", "-b:a", "48k", "-live", "1", "-cluster_time_limit", "2000"]),
    ("flac.flac", &[]),
    ("flac.mp4", &["-c:a", "flac", "-strict", "-2"]),
    ("flac.mka", &["-c:a", "flac"]),
];

const IS_SHORT: &str = "Part of the file is missing. The rest is used.";

#[test]
fn what_is_not_audio_is_refused_in_words() {
    let text = "It was a dark and stormy night. ".repeat(50_000);
    assert_eq!(inspect(vec![]), Err(MediaError::Empty));
    assert_eq!(inspect(vec![0xff]), Err(MediaError::NotAudio));
    assert_eq!(inspect(vec![0; 100_000]), Err(MediaError::NotAudio));
    assert_eq!(inspect(text.clone().into_bytes()), Err(MediaError::NotAudio));
    assert_eq!(inspect(text.into_bytes()[..40].to_vec()), Err(MediaError::NotAudio));
    assert_eq!(MediaError::NotAudio.to_string(), "this is not a supported audio file");
}

#[test]
fn a_header_with_nothing_behind_it_holds_no_audio() {
    assert_eq!(inspect(bytes("pcm-s16-44100-stereo.wav")[..44].to_vec()), Err(MediaError::NoAudio));
    let mut empty_chunk = bytes("pcm-s16-44100-stereo.wav")[..44].to_vec();
    empty_chunk[40..44].fill(0);
    assert_eq!(inspect(empty_chunk), Err(MediaError::NoAudio));
}

#[test]
fn a_cut_file_gives_what_there_is_of_it_and_a_warning() {
    let cuts = [
        ("pcm-s16-44100-stereo.wav", 61),
        ("pcm-s16-32000-stereo.aiff", 61),
        ("flac-44100-stereo.flac", 61),
        ("lame-cbr-44100-stereo.mp3", 61),
        ("lame-vbr-44100-stereo.mp3", 61),
        ("aac-48000-mono-faststart.m4a", 61),
        ("vorbis-paged-44100-stereo.ogg", 61),
        ("vorbis-44100-stereo.webm", 61),
        ("vorbis-44100-stereo.webm", 100),
        ("opus-paged-48000-stereo.opus", 61),
        ("opus-48000-stereo.webm", 200),
        ("aac-fragmented-44100-stereo.mp4", 300),
    ];
    for (name, missing) in cuts {
        let whole = bytes(name);
        let part = whole[..whole.len() - missing].to_vec();
        let (expected, found) = (inspect(whole.clone()).unwrap(), inspect(part.clone()).unwrap());
        assert_eq!(found.warning.as_deref(), Some(IS_SHORT), "{name}");
        assert!(found.frames < expected.frames && found.frames > expected.frames / 4, "{name}: {}", found.frames);

        let rate = expected.sample_rate;
        let mut reader = ClipReader::open(Content::new(source(part), name), 0, rate).unwrap();
        let audio = drain(&mut reader);
        assert_eq!(audio[0].len() as u64, found.frames, "{name}");
        assert!(
            drain(&mut ClipReader::open(Content::new(source(whole), name), 0, rate).unwrap())[0].starts_with(&audio[0]),
            "{name}"
        );
        assert!(reader.damage().is_short, "{name}");
    }
}

#[test]
fn a_file_that_was_cut_before_what_describes_it_says_so() {
    for (name, count) in
        [("aac-44100-stereo.m4a", 1800), ("flac-44100-stereo.flac", 1000), ("vorbis-44100-stereo.ogg", 2000)]
    {
        assert_eq!(inspect(bytes(name)[..count].to_vec()), Err(MediaError::CutOff), "{name}");
    }
}

#[test]
fn a_bad_packet_is_silence_of_its_length_and_is_counted() {
    let name = "aac-44100-stereo.m4a";
    let mut damaged = bytes(name);
    let middle = damaged.len() / 2;
    damaged[middle..middle + 40].fill(0xff);
    let (found, whole) = (inspect(damaged).unwrap(), inspect(bytes(name)).unwrap());
    assert_eq!(found.frames, whole.frames);
    assert_eq!(found.warning.as_deref(), Some("One damaged stretch was replaced by silence."));
}

/// Returns a minute of tones, encoded by ffmpeg.
fn minute(name: &str, options: &[&str]) -> Vec<u8> {
    let path = scratch("damage").join(name);
    let tones = "aevalsrc='0.3*sin(2*PI*300*t)*sin(3*t)|0.3*sin(2*PI*(500+20*sin(t))*t)':s=44100:d=60";
    ffmpeg(&[&["-f", "lavfi", "-i", tones], options].concat(), &path);
    fs::read(path).unwrap()
}

/// Reads a whole content at this rate.
fn whole(content: &[u8], rate: SampleRate) -> Vec<f32> {
    drain(&mut ClipReader::open(Content::new(source(content.to_vec()), ""), 0, rate).unwrap()).remove(0)
}

#[test]
fn a_damaged_kilobyte_is_silence_and_shifts_nothing() {
    for (name, options) in DAMAGED {
        let sound = minute(name, options);
        let rate = inspect(sound.clone()).unwrap().sample_rate;
        let expected = whole(&sound, rate);
        for (at, fill) in [(40, 0x00), (50, 0xff), (63, 0x5a)] {
            let start = sound.len() * at / 100;
            let mut damaged = sound.clone();
            damaged[start..start + 1024].iter_mut().for_each(|byte| *byte = fill ^ byte.wrapping_mul(31));
            let case = format!("{name} at {at} %");
            let found = inspect(damaged.clone()).unwrap();
            assert_eq!(found.warning.as_deref(), Some("One damaged stretch was replaced by silence."), "{case}");
            assert_eq!(found.frames, expected.len() as u64, "{case}");
            let audio = whole(&damaged, rate);
            // Samples must be equal up to two seconds before the damage, and again after a renewal of the decoder.
            let second = expected.len() / 60;
            let middle = expected.len() * at / 100;
            let renewal = if name.contains("opus") || name.contains("streamed") { 21 } else { 8 };
            let before = audio.iter().zip(&expected).take_while(|(a, b)| a == b).count();
            let behind = audio.iter().rev().zip(expected.iter().rev()).take_while(|(a, b)| a == b).count();
            assert!(before > middle - 2 * second, "{case}: sound up to {before} of {middle}");
            assert!(behind > expected.len() - middle - renewal * second, "{case}: sound again {behind} from the end");
        }
    }
}

#[test]
fn what_is_damaged_in_opus_packets_leaves_the_rest_of_them() {
    // The packets follow each other from the file's start.
    let name = "opus-48000-stereo.mp4";
    for start in (48..1200).step_by(10) {
        for value in [0x00, 0x55, 0xff] {
            let mut damaged = bytes(name);
            damaged[start..start + 20].fill(value);
            let frames = inspect(damaged).unwrap().frames;
            assert!(frames > 9000, "{frames} of 12,002 with {value} from {start} on");
        }
    }
}

#[test]
fn packets_that_were_lost_from_a_file_that_knows_its_length_are_missed() {
    let name = "lame-cbr-44100-stereo.mp3";
    let mut damaged = bytes(name);
    let middle = damaged.len() / 2;
    damaged.drain(middle..middle + 700);
    assert!(inspect(damaged).unwrap().warning.unwrap().ends_with(IS_SHORT));
}

#[test]
fn what_a_header_claims_is_not_believed() {
    let wav = bytes("pcm-s16-44100-stereo.wav");
    let with = |position: usize, value: &[u8]| {
        let mut wav = wav.clone();
        wav[position..position + value.len()].copy_from_slice(value);
        inspect(wav)
    };
    let frames = inspect(wav.clone()).unwrap().frames;
    // Half a gigabyte of samples, declared by a file of 44 kB.
    let mut vast = wav.clone();
    vast[4..8].copy_from_slice(&543_210_036u32.to_le_bytes());
    vast[40..44].copy_from_slice(&543_210_000u32.to_le_bytes());
    assert_eq!(inspect(vast).map(|found| (found.frames, found.warning)), Ok((frames, Some(IS_SHORT.to_owned()))));
    // The sizes of a stream, unknown when it was written.
    let mut streamed = wav.clone();
    streamed[4..8].fill(0xff);
    streamed[40..44].fill(0xff);
    assert_eq!(inspect(streamed).map(|found| (found.frames, found.warning)), Ok((frames, None)));
    assert_eq!(with(22, &9u16.to_le_bytes()), Err(MediaError::TooManyChannels(9)));
    assert_eq!(with(22, &0u16.to_le_bytes()), Err(MediaError::NoChannels));
    assert_eq!(with(24, &0u32.to_le_bytes()), Err(MediaError::SampleRate(0)));
    assert_eq!(with(24, &u32::MAX.to_le_bytes()), Err(MediaError::SampleRate(u32::MAX)));
}

#[test]
fn what_a_vorbis_header_cannot_mean_is_refused() {
    for name in ["vorbis-44100-stereo.ogg", "vorbis-44100-stereo.webm"] {
        let whole = bytes(name);
        // The first codebook: a mark, the dimensions, and the number of entries.
        let codebook = whole.windows(3).position(|bytes| bytes == b"BCV").unwrap();
        for (dimensions, entries) in [(0u16, 0x0100u32), (40, 2), (0xffff, 0x00ff_ffff), (8, 0x00ff_ffff)] {
            let mut absurd = whole.clone();
            absurd[codebook + 3..][..2].copy_from_slice(&dimensions.to_le_bytes());
            absurd[codebook + 5..][..3].copy_from_slice(&entries.to_le_bytes()[..3]);
            seal_ogg(&mut absurd);
            let expected = MediaError::Unsupported("Vorbis with absurd codebooks");
            assert_eq!(inspect(absurd), Err(expected), "{name}: {dimensions}, {entries}");
        }
    }
}

#[test]
fn audio_that_an_mp4_file_places_past_its_end_is_not_there() {
    let place = |name: &str, kind: &[u8], distance: usize, offset: u32| {
        let mut file = bytes(name);
        let start = file.windows(4).position(|bytes| bytes == kind).unwrap() + distance;
        file[start..start + 4].copy_from_slice(&offset.to_be_bytes());
        inspect(file).map(|found| found.warning)
    };
    // The first chunk's offset, a run's offset within its fragment, and the common size of all samples.
    let (plain, fragmented) = ("aac-44100-stereo.m4a", "aac-fragmented-44100-stereo.mp4");
    for offset in [0x7fff_ffff, 0x8000_0000, u32::MAX] {
        assert_eq!(place(plain, b"stco", 12, offset), Err(MediaError::NoAudio));
        assert_eq!(place(plain, b"stsz", 8, offset), Err(MediaError::NoAudio));
    }
    // Here another fragment follows, at its declared place.
    let warning = format!("One damaged stretch was replaced by silence. {IS_SHORT}");
    for offset in [0x7fff_ffff, 0x8000_0000, 0xf000_0000] {
        assert_eq!(place(fragmented, b"trun", 12, offset), Ok(Some(warning.clone())));
    }
}

#[test]
fn a_caf_file_that_claims_packets_of_any_length_is_read_by_its_samples() {
    let mut vast = bytes("pcm-s16-44100-mono.caf");
    let frames_per_packet = 20 + 20;
    vast[frames_per_packet..][..4].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(inspect(vast).map(|found| (found.frames, found.warning)), Ok((11_027, None)));
}

#[test]
fn a_seek_table_in_disorder_is_not_followed() {
    let name = "flac-44100-stereo.flac";
    let whole = bytes(name);
    let point = |sample: u64, offset: u64| [&sample.to_be_bytes()[..], &offset.to_be_bytes(), &[16, 0]].concat();
    let table = [point(0, 9000), point(4096, 500), point(8192, 8000)].concat();
    let spoilt = [&whole[..42], &[3, 0, 0, table.len() as u8], &table, &whole[42..]].concat();
    let read = |content: Vec<u8>| {
        let mut reader = ClipReader::open(Content::new(source(content), name), 0, SampleRate::HZ_44100).unwrap();
        let mut tail = [[0.0; 2000]; 2];
        let [left, right] = &mut tail;
        reader.read(9000, &mut [left, right]).unwrap();
        tail
    };
    assert!(read(spoilt) == read(whole));
}

#[test]
fn samples_that_are_no_numbers_are_silent_and_spoil_no_others() {
    let name = "pcm-f32-24000-stereo.wav";
    let mut spoilt = bytes(name);
    let header = spoilt.len() - 6002 * 8;
    for (frame, value) in [(1000, f32::NAN), (2000, f32::INFINITY), (3000, f32::MAX)] {
        spoilt[header + frame * 8..][..4].copy_from_slice(&value.to_le_bytes());
    }
    for rate in [24_000, 44_100].map(|hz| SampleRate::new(hz).unwrap()) {
        let planes = drain(&mut ClipReader::open(Content::new(source(spoilt.clone()), ""), 0, rate).unwrap());
        assert!(planes.iter().flatten().all(|sample| sample.abs() < 0.6));
        assert!(planes[0].iter().any(|sample| *sample > 0.4));
    }
}

#[test]
fn a_start_past_the_end_is_silence() {
    let mut reader =
        ClipReader::open(Content::new(source(bytes("flac-44100-stereo.flac")), ""), 11_027, SampleRate::HZ_48000)
            .unwrap();
    assert_eq!(drain(&mut reader), [Vec::<f32>::new(), Vec::new()]);
}

#[test]
fn the_start_of_an_mp3_that_was_cut_from_a_longer_one_is_silent_as_in_ffmpeg_and_counted() {
    let path = scratch("damage").join("reservoir.mp3");
    let sound = "aevalsrc='0.4*sin(2*PI*300*t)*sin(9*t)+0.02*random(0)|0.3*sin(2*PI*900*t)':s=44100:d=6";
    ffmpeg(&["-y", "-f", "lavfi", "-i", sound, "-b:a", "96k", "-write_xing", "0", "-id3v2_version", "0"], &path);
    let file = fs::read(&path).unwrap();
    let whole = inspect(file.clone()).unwrap();
    assert_eq!(whole.warning, None);
    // A frame at 96 kb/s has 313 or 314 bytes. Its side information begins with the distance back to its data.
    let starts: Vec<usize> = (0..file.len() - 4)
        .filter(|&at| file[at..].starts_with(&file[..2]) && file[at + 2] & 0xfd == file[2] & 0xfd)
        .collect();
    let cut = starts.iter().skip(40).find(|&&at| file[at + 4] > 60).copied().unwrap();
    let part = file[cut..].to_vec();
    fs::write(&path, &part).unwrap();
    let found = inspect(part.clone()).unwrap();
    assert_eq!(found.warning.as_deref(), Some("One damaged stretch was replaced by silence."));
    let ours = drain(&mut ClipReader::open(Content::new(source(part), ""), 0, SampleRate::HZ_44100).unwrap());
    let theirs = crate::support::export::ffmpeg_decode(&path, 2);
    assert_eq!(ours[0].len(), theirs[0].len());
    assert!(ours[0][..1152].iter().all(|sample| *sample == 0.0));
    let far = ours[0].iter().zip(&theirs[0]).skip(4 * 1152).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(far < 1e-3, "{far}");
}

#[test]
fn a_xing_header_that_counts_packets_alone_raises_no_false_alarm() {
    let mut file = bytes("lame-cbr-44100-stereo.mp3");
    let mark = file.windows(4).position(|mark| mark == b"Info" || mark == b"Xing").unwrap();
    let whole = inspect(file.clone()).unwrap();
    let flags = u32::from_be_bytes(file[mark + 4..mark + 8].try_into().unwrap());
    assert_eq!(flags & 3, 3);
    // Clears the number of bytes, and moves the following fields up.
    file[mark + 7] &= !2;
    file.copy_within(mark + 16..mark + 160, mark + 12);
    assert_eq!(inspect(file.clone()).unwrap(), whole);
    for wrong in [1u32, 3, 1000, 0x7fff_ffff] {
        file[mark + 8..mark + 12].copy_from_slice(&wrong.to_be_bytes());
        let found = inspect(file.clone()).unwrap();
        assert_eq!(found.warning, None, "{wrong}");
        assert!(found.frames >= whole.frames, "{wrong}: {}", found.frames);
    }
}
