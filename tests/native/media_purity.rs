//! Reading a clip is a pure function of the range. The renderer's segments depend on this.

use proptest::prelude::*;
use secuencia::media::{ClipReader, Content};
use secuencia::timeline::{Frames, SampleRate};

use crate::support::media::{bytes, drain, source};

/// Contents, each with the clip's start and the timeline's rate: resampled up, down, and not at all.
const CLIPS: [(&str, Frames, SampleRate); 9] = [
    ("lame-vbr-44100-stereo.mp3", 0, SampleRate::HZ_48000),
    ("lame-vbr-48000-mono.mp3", 1234, SampleRate::HZ_44100),
    ("aac-44100-stereo.m4a", 500, SampleRate::HZ_44100),
    ("aac-24000-mono.m4a", 1, SampleRate::HZ_44100),
    ("pcm-s16-44100-stereo.wav", 77, SampleRate::HZ_48000),
    ("flac-192000-mono.flac", 333, SampleRate::HZ_48000),
    ("vorbis-44100-stereo.ogg", 0, SampleRate::HZ_48000),
    ("opus-48000-stereo.webm", 321, SampleRate::HZ_48000),
    ("opus-48000-5.1.opus", 0, SampleRate::HZ_44100),
];

fn open((name, source_start, rate): (&str, Frames, SampleRate)) -> ClipReader {
    ClipReader::open(Content::new(source(bytes(name)), name), source_start, rate).unwrap()
}

/// Returns a range's samples as bits, and how many of its frames are audio.
fn read(reader: &mut ClipReader, position: Frames, count: usize) -> (usize, Vec<Vec<u32>>) {
    let mut planes = vec![vec![f32::NAN; count]; reader.layout().channels()];
    let mut slices: Vec<&mut [f32]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
    let audio = reader.read(position, &mut slices).unwrap();
    (audio, planes.into_iter().map(|plane| plane.into_iter().map(f32::to_bits).collect()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_range_has_the_same_bits_from_a_used_reader_a_fresh_one_and_the_whole(
        clip in prop::sample::select(&CLIPS[..]),
        ranges in prop::collection::vec((0u64..14_000, 0usize..5000), 1..8),
    ) {
        let whole = drain(&mut open(clip));
        let mut used = open(clip);
        for (position, count) in ranges {
            let (audio, planes) = read(&mut used, position, count);
            prop_assert!(read(&mut open(clip), position, count) == (audio, planes.clone()));
            for (plane, whole) in planes.iter().zip(&whole) {
                let start = whole.len().min(position as usize);
                let rest = whole[start..].iter().map(|sample| sample.to_bits());
                let expected: Vec<u32> = rest.chain(std::iter::repeat(0)).take(count).collect();
                prop_assert!(*plane == expected);
                prop_assert_eq!(audio, count.min(whole.len() - start));
            }
        }
    }
}
