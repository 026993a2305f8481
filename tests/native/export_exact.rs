//! The finished file has exactly the timeline's samples, and every clip begins at its place.

use secuencia::timeline::{Asset, AudioLayout, RationalTime, SampleRate, TimelineClip};

use crate::support::export::{Library, WavFormat, chirp, chirp_lag, clip, sampled, wav};
use crate::support::media;

const RATES: [u32; 12] =
    [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000];
const FORMATS: [WavFormat; 5] =
    [WavFormat::Int(8), WavFormat::Int(16), WavFormat::Int(24), WavFormat::Int(32), WavFormat::Float];
const ONSET_IN_CLIP_SECONDS: f64 = 0.05;

/// Returns a clip with an odd number of frames: a chirp after 50 ms, and silence around it.
fn chirp_wav(rate: u32, channels: u16, format: WavFormat) -> Vec<u8> {
    let frames = (f64::from(rate) * 0.11) as usize | 1;
    wav(rate, channels, format, &sampled(rate, frames, |t| chirp(t - ONSET_IN_CLIP_SECONDS)))
}

/// Places two hundred clips in a row, cycling through the assets, with a gap between neighbours.
fn two_hundred(assets: &[Asset], gap: RationalTime) -> Vec<TimelineClip> {
    let mut offset = RationalTime::ZERO;
    let next = |index: usize| {
        let clip = clip(&format!("c{index}"), &assets[index % assets.len()], offset);
        offset = clip.end().plus(gap);
        clip
    };
    (0..200).map(next).collect()
}

#[test]
fn one_clip_of_every_sample_format_and_rate_is_exact() {
    for output_rate in [SampleRate::HZ_44100, SampleRate::HZ_48000] {
        for layout in [AudioLayout::Mono, AudioLayout::Stereo] {
            for (index, rate) in RATES.into_iter().enumerate() {
                let format = FORMATS[index % FORMATS.len()];
                let channels = 1 + (index % 2) as u16;
                one_clip_is_exact(rate, channels, format, layout, output_rate);
            }
        }
        for format in FORMATS {
            for channels in [1, 2] {
                one_clip_is_exact(44_100, channels, format, AudioLayout::Stereo, output_rate);
            }
        }
    }
}

fn one_clip_is_exact(rate: u32, channels: u16, format: WavFormat, layout: AudioLayout, output_rate: SampleRate) {
    let case = format!("{rate} Hz, {channels} channels, {format:?}, to {layout:?} at {output_rate}");
    let mut library = Library::default();
    let asset = library.add("a.wav", chirp_wav(rate, channels, format));
    let offset = RationalTime::new(1, 3);
    let exported = library.export(layout, output_rate, vec![clip("c", &asset, offset)]);
    let expected = offset.plus(asset.duration()).to_frames(output_rate);
    assert_eq!(exported.report.frames, expected, "{case}");
    let planes = exported.decoded();
    for plane in &planes {
        assert_eq!(plane.len() as u64, expected, "{case}");
        let lag = chirp_lag(plane, output_rate, offset.to_seconds() + ONSET_IN_CLIP_SECONDS);
        assert!(lag.abs() <= 1, "{case}: the onset is {lag} samples off");
    }
}

#[test]
fn two_hundred_files_of_all_formats_are_exact_to_the_last() {
    let sources = media::expected();
    for output_rate in [SampleRate::HZ_44100, SampleRate::HZ_48000] {
        let mut library = Library::default();
        let assets: Vec<_> =
            sources.iter().map(|source| library.add(&source.file, media::bytes(&source.file))).collect();
        let clips = two_hundred(&assets, RationalTime::new(1, 50));
        let end = clips[199].end().to_frames(output_rate);
        let starts: Vec<f64> = clips.iter().map(|clip| clip.offset.to_seconds()).collect();

        let planes = library.export(AudioLayout::Mono, output_rate, clips).decoded();
        assert_eq!(planes[0].len() as u64, end, "at {output_rate}");
        for (index, start) in starts.into_iter().enumerate() {
            let source = &sources[index % sources.len()];
            let delay = f64::from(source.delay) / f64::from(source.rate);
            for burst in [0.05, 0.2] {
                let (lag, _) = media::lag_of_burst(&planes[0], output_rate.hz(), start + delay + burst);
                assert!(lag.abs() <= 1, "clip {index}, {}, at {output_rate}: {lag} samples late", source.file);
            }
        }
    }
}

#[test]
fn two_hundred_clips_of_all_rates_are_exact_to_the_last() {
    for output_rate in [SampleRate::HZ_44100, SampleRate::HZ_48000] {
        let mut library = Library::default();
        let assets: Vec<_> = RATES
            .into_iter()
            .enumerate()
            .map(|(index, rate)| {
                let content = chirp_wav(rate, 1 + (index % 2) as u16, FORMATS[index % FORMATS.len()]);
                library.add(&format!("{rate}.wav"), content)
            })
            .collect();
        let clips = two_hundred(&assets, RationalTime::new(1, 300));
        let end = clips[199].end().to_frames(output_rate);
        let onsets: Vec<f64> = clips.iter().map(|clip| clip.offset.to_seconds() + ONSET_IN_CLIP_SECONDS).collect();

        let exported = library.export(AudioLayout::Stereo, output_rate, clips);
        let planes = exported.decoded();
        for plane in &planes {
            assert_eq!(plane.len() as u64, end, "at {output_rate}");
            for (index, &onset) in onsets.iter().enumerate() {
                let lag = chirp_lag(plane, output_rate, onset);
                assert!(lag.abs() <= 1, "clip {index} at {output_rate}: the onset is {lag} samples off");
            }
        }
    }
}

#[test]
fn a_timeline_of_less_than_a_packet_is_exact() {
    for frames in [1, 100, 512, 513, 1024] {
        let mut library = Library::default();
        let asset = library.add("a.wav", wav(44_100, 1, WavFormat::Int(16), &sampled(44_100, frames, |_| 0.5)));
        let clips = vec![clip("c", &asset, RationalTime::ZERO)];
        let exported = library.export(AudioLayout::Stereo, SampleRate::HZ_44100, clips);
        for plane in exported.decoded() {
            assert_eq!(plane.len(), frames);
        }
    }
}
