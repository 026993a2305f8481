//! What is wrong with a file is a sentence about it, or a warning beside the audio that could be had; never a panic,
//! and never memory or time that the file merely claims to need.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use secuencia::media::{ClipReader, Inspection, Inspector, MediaError};
use secuencia::timeline::SampleRate;
use support::media::{bytes, drain, source};

fn inspect(bytes: Vec<u8>) -> Result<Inspection, MediaError> {
    Inspector::open(source(bytes), "clip.mp3")?.finish()
}

const ENDS_EARLY: &str = "The file ends early: it was cut off. What there is of it is used.";

#[test]
fn what_is_not_audio_is_refused_in_words() {
    let text = "It was a dark and stormy night. ".repeat(50_000);
    assert_eq!(inspect(vec![]), Err(MediaError::Empty));
    assert_eq!(inspect(vec![0xff]), Err(MediaError::NotAudio));
    assert_eq!(inspect(vec![0; 100_000]), Err(MediaError::NotAudio));
    assert_eq!(inspect(text.clone().into_bytes()), Err(MediaError::NotAudio));
    assert_eq!(inspect(text.into_bytes()[..40].to_vec()), Err(MediaError::NotAudio));
    assert_eq!(MediaError::NotAudio.to_string(), "this is not audio that can be read here");
}

#[test]
fn a_header_with_nothing_behind_it_holds_no_audio() {
    for (name, header) in [("pcm-s16-44100-stereo.wav", 44), ("flac-44100-stereo.flac", 8192)] {
        assert_eq!(inspect(bytes(name)[..header].to_vec()), Err(MediaError::NoAudio), "{name}");
    }
    let mut empty_chunk = bytes("pcm-s16-44100-stereo.wav")[..44].to_vec();
    empty_chunk[40..44].fill(0);
    assert_eq!(inspect(empty_chunk), Err(MediaError::NoAudio));
}

#[test]
fn a_cut_file_gives_what_there_is_of_it_and_a_warning() {
    let names = [
        "pcm-s16-44100-stereo.wav",
        "pcm-s16-32000-stereo.aiff",
        "pcm-s16-44100-mono.caf",
        "alac-44100-stereo.caf",
        "flac-44100-stereo.flac",
        "lame-cbr-44100-stereo.mp3",
        "lame-vbr-44100-stereo.mp3",
        "aac-48000-mono-faststart.m4a",
        "vorbis-44100-stereo.ogg",
        "vorbis-44100-stereo.webm",
    ];
    for name in names {
        let whole = bytes(name);
        let expected = inspect(whole.clone()).unwrap();
        let cut = inspect(whole[..whole.len() * 9 / 10].to_vec()).unwrap();
        assert_eq!(cut.warning.as_deref(), Some(ENDS_EARLY), "{name}");
        assert!(cut.frames < expected.frames && cut.frames > expected.frames / 2, "{name}: {}", cut.frames);

        let rate = expected.sample_rate;
        let mut reader = ClipReader::open(source(whole), name, 0, rate).unwrap();
        let whole_audio = drain(&mut reader);
        let mut reader =
            ClipReader::open(source(bytes(name)[..bytes(name).len() * 9 / 10].to_vec()), "", 0, rate).unwrap();
        let audio = drain(&mut reader);
        assert!(whole_audio[0].starts_with(&audio[0]), "{name}");
        assert!(reader.damage().ends_early, "{name}");
    }
}

#[test]
fn an_mp4_that_was_cut_before_its_index_says_so() {
    let whole = bytes("aac-44100-stereo.m4a");
    assert_eq!(inspect(whole[..whole.len() * 9 / 10].to_vec()), Err(MediaError::CutOff));
}

#[test]
fn damage_inside_is_silence_of_its_length_and_is_counted() {
    for name in ["lame-cbr-44100-stereo.mp3", "aac-44100-stereo.m4a", "vorbis-44100-stereo.ogg"] {
        let mut damaged = bytes(name);
        let middle = damaged.len() / 2;
        damaged[middle..middle + 40].fill(0xff);
        let (found, whole) = (inspect(damaged).unwrap(), inspect(bytes(name)).unwrap());
        println!("{name}: {} of {}, {:?}", found.frames, whole.frames, found.warning);
    }
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
    let claims_more = with(40, &(u32::MAX - 44).to_le_bytes());
    assert!(claims_more.is_err() || claims_more.is_ok_and(|found| found.frames == frames));
    // A stream's sizes, which nobody knew when it was written.
    let mut streamed = wav.clone();
    streamed[4..8].fill(0xff);
    streamed[40..44].fill(0xff);
    assert_eq!(inspect(streamed).map(|found| (found.frames, found.warning)), Ok((frames, None)));
    println!("{:?}", with(22, &u16::MAX.to_le_bytes()));
    println!("{:?}", with(22, &9u16.to_le_bytes()));
    println!("{:?}", with(22, &0u16.to_le_bytes()));
    println!("{:?}", with(24, &0u32.to_le_bytes()).map(|i| i.frames));
    println!("{:?}", with(24, &u32::MAX.to_le_bytes()));
}

#[test]
fn a_start_past_the_end_is_silence() {
    let mut reader =
        ClipReader::open(source(bytes("flac-44100-stereo.flac")), "", 11_027, SampleRate::HZ_48000).unwrap();
    assert_eq!(drain(&mut reader), [Vec::<f32>::new(), Vec::new()]);
}
