//! Every supported format is read exactly: its length, its channels, and the times of its sounds.
//!
//! `tests/data/make-media.sh` and `tests/data/media/expected.json` describe the files.

use secuencia::media::{ClipReader, Content, Inspector};
use secuencia::timeline::{Frames, SampleRate};

use crate::support::media::{BURSTS, Expected, LEVELS, expected, lag_of_burst, read_all};

#[test]
fn every_file_is_what_it_is_whatever_it_is_called() {
    for Expected { file, mime_type, rate, channels, frames, .. } in expected() {
        for hint in [file.as_str(), "audio/mpeg", "wrong.txt", ""] {
            let found = Inspector::open(crate::support::media::file(&file), hint).unwrap().finish().unwrap();
            assert_eq!(found.mime_type, mime_type, "{file}");
            assert_eq!(found.sample_rate.hz(), rate, "{file}");
            assert_eq!(found.channels, channels, "{file}");
            assert_eq!(found.frames, frames, "{file}");
            assert_eq!(found.warning, None, "{file}");
        }
    }
}

#[test]
fn every_sound_is_at_its_sample_at_the_files_own_rate() {
    for clip in expected() {
        let (planes, _) = read_all(&clip.file, 0, SampleRate::new(clip.rate).unwrap());
        assert_eq!(planes[0].len() as Frames, clip.frames, "{}", clip.file);
        assert_bursts_in_place(&clip, &planes, clip.rate);
    }
}

#[test]
fn every_sound_is_at_its_sample_after_resampling_and_the_length_is_the_timelines() {
    for clip in expected() {
        for rate in [SampleRate::HZ_44100, SampleRate::HZ_48000] {
            let (planes, _) = read_all(&clip.file, 0, rate);
            let length = SampleRate::new(clip.rate).unwrap().duration_of(clip.frames).to_frames(rate);
            assert_eq!(planes[0].len() as Frames, length, "{} at {rate}", clip.file);
            assert_bursts_in_place(&clip, &planes, rate.hz());
        }
    }
}

#[test]
fn a_trimmed_clip_starts_on_its_sample_in_every_format() {
    for clip in expected() {
        let own = SampleRate::new(clip.rate).unwrap();
        let (whole, _) = read_all(&clip.file, 0, own);
        for start in [1, 777, clip.frames - 1, clip.frames, clip.frames + 1, u64::MAX] {
            let (trimmed, _) = read_all(&clip.file, start, own);
            let rest = whole[0].get(start.min(clip.frames) as usize..).unwrap();
            assert!(trimmed[0] == rest, "{} from {start}", clip.file);
        }
    }
}

#[test]
fn lossless_formats_give_the_samples_themselves() {
    let (wav, _) = read_all("pcm-s16-44100-stereo.wav", 0, SampleRate::HZ_44100);
    for file in ["flac-44100-stereo.flac", "alac-44100-stereo.m4a", "alac-44100-stereo.caf"] {
        assert!(read_all(file, 0, SampleRate::HZ_44100).0 == wav, "{file}");
    }
    // Full scale is 2^15, and no step dithers, scales or rounds.
    assert!(wav[0].iter().all(|sample| (sample * 32768.0).fract() == 0.0));
    assert_eq!(wav[0][2205], (0.5f32 * 32767.0).round() / 32768.0);
}

#[test]
fn files_that_were_joined_play_on() {
    let twice = |name| {
        let joined = [crate::support::media::bytes(name), crate::support::media::bytes(name)].concat();
        let found = Inspector::open(crate::support::media::source(joined), name).unwrap().finish().unwrap();
        (found.frames, found.warning)
    };
    assert_eq!(twice("vorbis-44100-stereo.ogg"), (2 * 11_027, None));
    // Each stream has its own pre-skip.
    assert_eq!(twice("opus-paged-48000-stereo.opus"), (2 * 12_002, None));
    // The second MP3's delay is not trimmed, so all its eleven frames of 1,152 samples are heard.
    assert_eq!(twice("lame-cbr-44100-stereo.mp3"), (11_027 + 11 * 1152, None));
}

#[test]
fn a_vbri_header_is_no_audio_and_cuts_none_off() {
    // ISO/IEC 11172-3, 2.4.2.3: layer III at 32 kb/s, 44.1 kHz, joint stereo. The frame has 104 bytes.
    let mut header = [&[0xFF, 0xFB, 0x10, 0x64][..], &[0; 100]].concat();
    // After the side information: version, delay, quality, and the numbers of bytes and frames.
    let untagged = crate::support::media::bytes("lame-untagged-44100-stereo.mp3");
    let fields =
        [&b"VBRI\0\x01\x04\x80\0\x4b"[..], &(untagged.len() as u32).to_be_bytes(), &11u32.to_be_bytes()].concat();
    header[36..36 + fields.len()].copy_from_slice(&fields);
    let read = |content: Vec<u8>| {
        let content = Content::new(crate::support::media::source(content), "vbri.mp3");
        crate::support::media::drain(&mut ClipReader::open(content, 0, SampleRate::HZ_44100).unwrap())
    };
    let whole = read(untagged.clone());
    assert_eq!(whole[0].len() % 1152, 0, "nothing tells of a delay, so nothing is trimmed");
    assert!(read([header, untagged].concat()) == whole);
}

#[test]
fn silence_follows_the_end() {
    let mut reader = ClipReader::open(
        Content::new(crate::support::media::file("lame-vbr-44100-stereo.mp3"), ""),
        0,
        SampleRate::HZ_48000,
    )
    .unwrap();
    let (mut left, mut right) = (vec![9.0; 1000], vec![9.0; 1000]);
    // 11,027 frames at 44.1 kHz are 12,002 at 48 kHz.
    assert_eq!(reader.read(11_502, &mut [&mut left, &mut right]).unwrap(), 500);
    assert!(left[500..].iter().chain(&right[500..]).all(|&sample| sample == 0.0));
    assert_eq!(reader.read(12_002, &mut [&mut left, &mut right]).unwrap(), 0);
    assert!(left.iter().chain(&right).all(|&sample| sample == 0.0));
}

/// Asserts that the bursts are within a sample of their places, with each channel's level and sign.
fn assert_bursts_in_place(clip: &Expected, planes: &[Vec<f32>], rate: u32) {
    let delay = f64::from(clip.delay) / f64::from(clip.rate);
    for (channel, (plane, level)) in planes.iter().zip(LEVELS).enumerate() {
        for center in BURSTS {
            let (lag, gain) = lag_of_burst(plane, rate, center + delay);
            let place = format!("{} at {rate} Hz, channel {channel}, {center} s", clip.file);
            assert!((gain - level).abs() < 0.12 * level.abs().max(0.1), "{place}: level {gain}");
            assert!(lag.abs() <= 1 || level == 0.0, "{place}: {lag} samples late");
        }
    }
}
