//! An export of a part of a timeline has exactly the samples that the whole mix has there, and everything that goes
//! with them counts from its start.

use secuencia::aac::EncoderConfig;
use secuencia::export::{Alone, ExportError, OnUnreadableClip, TimeRange, plan_export};
use secuencia::mix::LoudnessTarget;
use secuencia::sidecar::SidecarKind;
use secuencia::timeline::{
    AudioLayout, ChapterMarker, ChapterSource, LayoutChoice, RationalTime, SampleRate, Timeline, TimelineClip,
};
use serde_json::Value;

use crate::support::export::{Exported, Library, TestHost, WavFormat, clip, sampled, wav};
use crate::support::helpers::{Fate, TestHelpers};
use crate::support::mutate::Dice;
use crate::support::whole::encode_whole;

const RATE: SampleRate = SampleRate::HZ_44100;
const HZ: f64 = 44_100.0;

fn at(seconds: f64) -> RationalTime {
    RationalTime::from_seconds(seconds).unwrap()
}

fn range(start: f64, end: impl Into<Option<f64>>) -> Option<TimeRange> {
    Some(TimeRange { start, end: end.into() })
}

fn try_export(library: &mut Library, range: Option<TimeRange>) -> Result<Exported, ExportError> {
    library.options.range = range;
    library.export_with(&Alone, &TestHost::default())
}

fn export(library: &mut Library, range: Option<TimeRange>) -> Exported {
    try_export(library, range).unwrap()
}

/// Returns the content of a file's `mdat`.
fn packets(file: &[u8]) -> &[u8] {
    let mut rest = file;
    loop {
        let size = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        if &rest[4..8] == b"mdat" {
            return &rest[8..size];
        }
        rest = &rest[size..];
    }
}

#[test]
fn the_encoder_gets_the_samples_that_the_whole_mix_has_there() {
    // Noise in 16 bits, whole samples apart: so the mix has these very samples, and the encoder gets them unchanged.
    let mut dice = Dice(7);
    let mut noise = |frames: usize| -> Vec<f64> {
        (0..frames).map(|_| (dice.below(20_000) as f64 - 10_000.0) / 32_768.0).collect()
    };
    let contents = [noise(300_001), noise(44_100), noise(150_000)];
    let starts = [0usize, 310_007, 400_000];
    let mut library = Library::default();
    library.options.ceiling_db = None;
    let mut whole = vec![0i16; 550_000];
    let mut clips = Vec::new();
    for (index, (content, start)) in contents.iter().zip(starts).enumerate() {
        let asset = library.add(&format!("{index}.wav"), wav(44_100, 1, WavFormat::Int(16), content));
        clips.push(clip(&index.to_string(), &asset, RationalTime::new(start as i64, 44_100)));
        for (sample, value) in whole[start..].iter_mut().zip(content) {
            *sample = (value * 32_768.0).round() as i16;
        }
    }
    library.put_timeline(AudioLayout::Mono, RATE, clips);
    let config = EncoderConfig { layout: AudioLayout::Mono, ..EncoderConfig::default() };
    let parts: [(u32, u32); 6] =
        [(0, 1000), (1, 1500), (44_099, 200_000), (290_000, 420_001), (300_500, 305_000), (449_999, 550_000)];
    for (start, end) in parts {
        let part = range(f64::from(start) / HZ, f64::from(end) / HZ);
        let exported = export(&mut library, part);
        assert_eq!(exported.report.frames, u64::from(end - start));
        let (expected, _) = encode_whole(&whole[start as usize..end as usize], &config).unwrap();
        assert!(packets(&exported.file) == packets(&expected), "{start}..{end}");
    }
}

/// Returns a library with a limited mix of half a minute, of clips that overlap and fade.
fn loud() -> Library {
    let mut library = Library::default();
    let tone = |hz: f64| move |t: f64| 0.9 * (hz * std::f64::consts::TAU * t).sin() * (0.6 * t).sin();
    let low = library.add("low.wav", wav(48_000, 2, WavFormat::Float, &sampled(48_000, 48_000 * 20, tone(170.0))));
    let high = library.add("high.wav", wav(22_050, 1, WavFormat::Int(16), &sampled(22_050, 22_050 * 20, tone(930.0))));
    let clips = vec![
        TimelineClip { fade_in: at(3.0), ..clip("low", &low, RationalTime::ZERO) },
        TimelineClip { lane: 1, volume_db: 4.0, fade_out: at(5.0), ..clip("high", &high, at(10.5)) },
    ];
    library.put_timeline(AudioLayout::Stereo, RATE, clips);
    library
}

#[test]
fn the_decoded_part_is_the_part_of_the_decoded_whole_but_for_the_coding() {
    let mut library = loud();
    library.options.bit_rate = 320_000;
    let whole = export(&mut library, None).decoded();
    for (start, end) in [(0.0, 1.0), (2.25, 4.5), (9.9, 29.0), (17.03, 30.5)] {
        let part = export(&mut library, range(start, end));
        let first = (start * HZ).round() as usize;
        let decoded = part.decoded();
        assert_eq!(decoded[0].len() as u64, part.report.frames);
        for (part, whole) in decoded.iter().zip(&whole) {
            let whole = &whole[first..first + part.len()];
            let energy = |samples: &mut dyn Iterator<Item = f32>| samples.map(|x| f64::from(x).powi(2)).sum::<f64>();
            let error = energy(&mut part.iter().zip(whole).map(|(a, b)| a - b)) / energy(&mut whole.iter().copied());
            assert!(10.0 * error.log10() < -45.0, "{start}..{end}: {} dB", 10.0 * error.log10());
        }
    }
}

#[test]
fn helpers_make_the_same_part_and_it_reaches_its_own_loudness() {
    let mut library = loud();
    library.options.loudness = Some(LoudnessTarget::Integrated(-20.0));
    library.options.range = range(4.0, 27.0);
    let alone = library.export_with(&Alone, &TestHost::default()).unwrap();
    let helpers = TestHelpers::new(&library.store, 3, |_| Fate::Made);
    let helped = library.export_with(&helpers, &TestHost::default()).unwrap();
    assert!(helped.file == alone.file && helpers.made.get() > 0);
    assert_eq!(helped.report, alone.report);
    let measured = |exported: &Exported| exported.report.loudness.integrated_lufs.unwrap();
    assert!((measured(&alone) + 20.0).abs() < 0.1);
    let whole = export(&mut library, None);
    assert!((whole.report.gain_db - alone.report.gain_db).abs() > 0.1, "the part is not as loud as the whole");
}

/// Returns a library with five clips of one second, two seconds apart, each with a line, and chapters.
fn spoken() -> Library {
    let mut library = Library::default();
    let asset = library.add("second.wav", wav(44_100, 1, WavFormat::Int(16), &vec![0.25; 44_100]));
    let line = |index: i64| TimelineClip {
        text: Some(format!("Line {index}.")),
        ..clip(&format!("c{index}"), &asset, RationalTime::new(2 * index, 1))
    };
    let marker =
        |title: &str, seconds| ChapterMarker { title: title.into(), offset: at(seconds), ..Default::default() };
    let timeline = Timeline {
        id: "t".into(),
        name: "Five".into(),
        audio_layout: LayoutChoice::Mono,
        audio_rate: RATE,
        clips: (0..5).map(line).collect(),
        chapters: vec![marker("One", 0.0), marker("Two", 3.5), marker("Three", 6.0), marker("Four", 8.0)],
        ..Timeline::default()
    };
    library.store.put_timeline(timeline);
    library
}

#[test]
fn chapters_and_cues_are_those_of_the_part_and_count_from_its_start() {
    let mut library = spoken();
    library.options.sidecars = vec![SidecarKind::Json, SidecarKind::Webvtt];
    let exported = export(&mut library, range(2.5, 7.25));
    let found = |exported: &Exported| -> Vec<(String, f64, f64)> {
        let chapters = exported.report.chapters.iter();
        chapters.map(|it| (it.title.clone(), it.start as f64 / HZ, it.end as f64 / HZ)).collect()
    };
    let expected = [("One", 0.0, 1.0), ("Two", 1.0, 3.5), ("Three", 3.5, 4.75)];
    assert_eq!(found(&exported), expected.map(|(title, start, end)| (title.to_owned(), start, end)));
    // The second clip is under way at the start, and the fourth at the end.
    let vtt = &exported.report.sidecars[1].text;
    for times in ["00:00:00.000 --> 00:00:00.500", "00:00:01.500 --> 00:00:02.500", "00:00:03.500 --> 00:00:04.500"] {
        assert!(vtt.contains(times), "{vtt}");
    }
    assert_eq!(vtt.matches("-->").count(), 3);
    let timing: Value = serde_json::from_str(&exported.report.sidecars[0].text).unwrap();
    assert_eq!(timing["duration"], 4.75);

    library.options.chapters = ChapterSource::Clips;
    let exported = export(&mut library, range(3.25, 6.5));
    let titles: Vec<_> = found(&exported).into_iter().map(|(title, start, _)| (title, start)).collect();
    // The clip that a chapter is named by may be over.
    let expected = [("c1", 0.0), ("c2", 0.75), ("c3", 2.75)];
    assert_eq!(titles, expected.map(|(title, start)| (title.to_owned(), start)));
}

#[test]
fn a_clip_that_cannot_be_used_matters_only_where_it_is_heard() {
    let mut library = spoken();
    let mut timeline = pollster::block_on(secuencia::store::Store::timeline(&library.store, "t")).unwrap().unwrap();
    timeline.clips[3].asset_id = "gone".into();
    library.store.put_timeline(timeline);
    assert_eq!(export(&mut library, range(0.0, 5.9)).report.frames, 260_190);
    assert!(export(&mut library, range(7.1, 9.0)).report.unreadable.is_empty());
    let plan = |range| pollster::block_on(plan_export(&library.store, "t", range, &TestHost::default())).unwrap();
    assert_eq!((plan(range(0.0, 5.9)).heard(), plan(range(0.0, 5.9)).unreadable.len()), (3, 0));
    assert_eq!((plan(range(5.0, 6.5)).heard(), plan(range(5.0, 6.5)).unreadable.len()), (0, 1));
    assert_eq!((plan(None).heard(), plan(None).unreadable.len()), (4, 1));
    // Within the limiter's reach it could change the part's last samples.
    for part in [range(0.0, 6.5), range(0.0, 5.99), range(7.01, 8.0), None] {
        assert!(matches!(try_export(&mut library, part), Err(ExportError::Unreadable { .. })), "{part:?}");
    }
    library.options.on_unreadable_clip = OnUnreadableClip::Silence;
    assert_eq!(export(&mut library, range(5.0, 8.5)).report.unreadable.len(), 1);
}

#[test]
fn a_part_past_the_end_is_cut_and_an_empty_one_is_refused() {
    let mut library = spoken();
    assert_eq!(export(&mut library, range(8.5, 1e9)).report.frames, 22_050);
    assert_eq!(export(&mut library, range(8.5, None)).report.frames, 22_050);
    assert!(export(&mut library, range(0.0, f64::INFINITY)).file == export(&mut library, None).file);
    for part in [range(9.0, None), range(10.0, 11.0), range(3.0, 3.0), range(4.0, 3.0), range(f64::NAN, None)] {
        let error = try_export(&mut library, part).err().unwrap();
        assert_eq!(
            (error.code(), &*error.to_string()),
            ("empty-timeline", "The timeline has no audio in that range: it is 9 s long")
        );
    }
}
