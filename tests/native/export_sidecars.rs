//! Sidecars describe the exported audio: its audible clips and their times, exact to the millisecond.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

use secuencia::export::{
    Alone, Assignment, Delivery, ExportError, ExportOptions, ExportReport, Helpers, MemorySink, OnUnreadableClip, Pass,
    export,
};
use secuencia::sidecar::SidecarKind;
use secuencia::store::{ByteSource, MemoryStore, Store, StoreError};
use secuencia::timeline::{
    Asset, AudioLayout, ChapterMarker, Image, RationalTime, SampleRate, Tags, Timeline, TimelineClip,
};
use serde_json::{Value, json};

use crate::support::export::{Library, TestHost, WavFormat, chirp, chirp_lag, clip, sampled, wav};
use crate::support::sources::Vanishing;

const RATE: SampleRate = SampleRate::HZ_44100;

fn sidecar(report: &ExportReport, kind: SidecarKind) -> &str {
    &report.sidecars.iter().find(|sidecar| sidecar.kind == kind).unwrap().text
}

fn timing(report: &ExportReport) -> Value {
    serde_json::from_str(sidecar(report, SidecarKind::Json)).unwrap()
}

/// Returns a clip with a spoken line.
fn line(id: &str, asset: &Asset, second: i64, text: &str) -> TimelineClip {
    TimelineClip { text: Some(text.into()), voice: Some("ALICE".into()), ..clip(id, asset, at(second)) }
}

fn at(second: i64) -> RationalTime {
    RationalTime::new(second, 1)
}

/// Returns a WAV file of one second.
fn second_of_sound() -> Vec<u8> {
    wav(22_050, 1, WavFormat::Int(16), &sampled(22_050, 22_050, chirp))
}

#[test]
fn two_thousand_clips_of_odd_lengths_and_rates_begin_when_their_cues_do() {
    const CLIPS: usize = 2_000;
    const ONSET_SECONDS: f64 = 0.02;
    let rates = [8_000, 11_025, 11_127, 16_000, 22_050, 22_255, 24_000, 32_000, 37_800, 44_056, 44_100, 48_000];
    for output_rate in [SampleRate::HZ_44100, SampleRate::HZ_48000] {
        let mut library = Library::default();
        library.options.sidecars = vec![SidecarKind::Webvtt, SidecarKind::Json, SidecarKind::Srt, SidecarKind::Labels];
        let assets = rates.map(|rate| {
            let frames = (f64::from(rate) * 0.1) as usize | 1;
            let sound = sampled(rate, frames, |t| chirp(t - ONSET_SECONDS));
            library.add(&format!("{rate}.wav"), wav(rate, 1, WavFormat::Int(16), &sound))
        });
        let mut offset = RationalTime::ZERO;
        let clips = (0..CLIPS).map(|index| {
            let asset = &assets[index % assets.len()];
            let frames = asset.frames - (index as u64 * 37) % (asset.frames / 4);
            let whole = clip(&format!("clip {index}"), asset, offset);
            let cut = TimelineClip { duration: asset.sample_rate.duration_of(frames), ..whole };
            offset = cut.end();
            TimelineClip { text: Some(format!("Line {index}.")), ..cut }
        });
        let clips = clips.collect();

        let exported = library.export(AudioLayout::Mono, output_rate, clips);
        let starts: Vec<_> = sidecar(&exported.report, SidecarKind::Webvtt).lines().filter_map(start_of).collect();
        assert_eq!(starts.len(), CLIPS);
        let samples = exported.decoded().remove(0);
        let worst = starts.iter().enumerate().map(|(index, start)| {
            let lag = chirp_lag(&samples, output_rate, start + ONSET_SECONDS) as f64 / f64::from(output_rate.hz());
            // Half a millisecond of rounding, and a sample.
            assert!(lag.abs() < 0.00053, "clip {index} begins {lag} s from its cue");
            lag.abs()
        });
        println!("at {output_rate}: {:.3} ms at most", 1_000.0 * worst.fold(0.0, f64::max));

        let report = &exported.report;
        let srt = sidecar(report, SidecarKind::Srt).replace(',', ".");
        assert_eq!(srt.lines().filter_map(start_of).collect::<Vec<_>>(), starts);
        let timing = timing(report);
        let segments = timing["segments"].as_array().unwrap();
        assert_eq!(segments.iter().map(|segment| segment["startTime"].as_f64().unwrap()).collect::<Vec<_>>(), starts);
        let labels = sidecar(report, SidecarKind::Labels).lines().zip(&starts);
        assert!(labels.into_iter().all(|(label, start)| {
            let exact: f64 = label.split_once('\t').unwrap().0.parse().unwrap();
            (exact - start).abs() < 0.000_501
        }));
    }
}

/// Returns the start in seconds of a line with a time range.
fn start_of(line: &str) -> Option<f64> {
    let (start, _) = line.split_once(" --> ")?;
    let milliseconds: u64 = start.replace(['.', ':'], "").parse().unwrap();
    let (minutes, milliseconds) = (milliseconds / 100_000, milliseconds % 100_000);
    Some((minutes * 60_000 + milliseconds) as f64 / 1_000.0)
}

#[test]
fn they_have_the_clips_that_are_heard_in_their_order() {
    let mut library = Library::default();
    let sound = library.add("sound.wav", second_of_sound());
    library.add_unseen("cover", Asset { mime_type: "image/png".into(), ..sound.clone() }, vec![1]);
    library.add_unseen("broken", sound.clone(), b"no sound".to_vec());
    let of = |id: &str| Asset { id: id.into(), ..sound.clone() };
    let clips = vec![
        line("reply", &sound, 2, "Over."),
        TimelineClip { lane: 1, ..line("above", &sound, 1, "Both") },
        TimelineClip { lane: -1, ..line("below", &sound, 1, "at once.") },
        TimelineClip { is_muted: true, ..line("muted", &sound, 3, "Hush.") },
        line("missing", &of("nowhere"), 4, "Gone."),
        line("broken", &of("broken"), 5, "Broken."),
        line("picture", &of("cover"), 6, "Seen."),
        // Shorter than half a frame.
        TimelineClip { duration: RationalTime::new(1, 200_000), ..line("nothing", &sound, 7, "Too short.") },
        TimelineClip { duration: RationalTime::new(1, 10_000), ..line("short", &sound, 7, "Short.") },
        TimelineClip { text: None, voice: None, name: "Music".into(), ..line("music", &sound, 0, "") },
    ];
    library.options.on_unreadable_clip = OnUnreadableClip::Silence;
    library.options.sidecars = SidecarKind::ALL.to_vec();
    let report = library.export(AudioLayout::Stereo, RATE, clips).report;
    assert_eq!(report.sidecars.iter().map(|sidecar| sidecar.kind).collect::<Vec<_>>(), SidecarKind::ALL);
    assert_eq!(report.missing_sidecars, []);

    let timing = timing(&report);
    assert_eq!(
        (&timing["audioFile"], &timing["duration"], &timing["version"]),
        (&json!("audio.m4a"), &json!(7), &json!("1.0"))
    );
    let segments = timing["segments"].as_array().unwrap();
    let ids: Vec<_> = segments.iter().map(|segment| segment["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["music", "below", "above", "reply", "short"]);
    assert_eq!(
        segments[0],
        json!({ "id": "music", "startTime": 0, "endTime": 1, "metadata": { "clipId": "music", "lane": 0 } })
    );

    let spoken = "WEBVTT

below
00:00:01.000 --> 00:00:02.000
<v ALICE>at once.</v>

above
00:00:01.000 --> 00:00:02.000
<v ALICE>Both</v>

reply
00:00:02.000 --> 00:00:03.000
<v ALICE>Over.</v>

short
00:00:07.000 --> 00:00:07.001
<v ALICE>Short.</v>
";
    assert_eq!(sidecar(&report, SidecarKind::Webvtt), spoken);
    let labels = "0.000000\t1.000000\tMusic
1.000000\t2.000000\tALICE: at once.
1.000000\t2.000000\tALICE: Both
2.000000\t3.000000\tALICE: Over.
7.000000\t7.000091\tALICE: Short.
";
    assert_eq!(sidecar(&report, SidecarKind::Labels), labels);
}

#[test]
fn chapters_are_the_timelines_markers_and_the_title_is_its_tags() {
    let mut library = Library::default();
    let sound = library.add("sound.wav", second_of_sound());
    library.options.sidecars = vec![SidecarKind::Chapters];
    let marker = |title: &str, offset| ChapterMarker { title: title.into(), offset, ..ChapterMarker::default() };
    library.store.put_timeline(Timeline {
        id: "t".into(),
        name: "Scene: 1".into(),
        audio_rate: RATE,
        clips: (0..3).map(|second| clip(&second.to_string(), &sound, at(second))).collect(),
        chapters: vec![marker("End", at(3)), marker("“Two”", RationalTime::new(5, 4)), marker("One", at(0))],
        tags: Tags { title: "The Scene".into(), ..Tags::default() },
        ..Timeline::default()
    });
    let report = library.export_with(&Alone, &TestHost::default()).unwrap().report;
    let chapters: Value = serde_json::from_str(sidecar(&report, SidecarKind::Chapters)).unwrap();
    let expected = json!({
        "version": "1.2.0",
        "title": "The Scene",
        "fileName": "audio.m4a",
        "chapters": [{ "startTime": 0, "title": "One" }, { "startTime": 1.25, "title": "“Two”" }],
    });
    assert_eq!(chapters, expected);
}

#[test]
fn without_being_asked_for_there_are_none_and_the_audio_is_the_same() {
    let mut library = Library::default();
    let sound = library.add("sound.wav", second_of_sound());
    let clips = vec![line("a", &sound, 0, "Hello.")];
    let plain = library.export(AudioLayout::Stereo, RATE, clips.clone());
    assert_eq!(plain.report.sidecars, []);
    library.options.sidecars = SidecarKind::ALL.to_vec();
    assert!(library.export(AudioLayout::Stereo, RATE, clips).file == plain.file);
}

#[test]
fn a_sidecar_that_cannot_be_made_is_named_and_costs_nothing_else() {
    let mut library = Library::default();
    let sound = library.add("sound.wav", second_of_sound());
    library.options.sidecars = vec![SidecarKind::Srt, SidecarKind::Chapters];
    let report = library.export(AudioLayout::Stereo, RATE, vec![line("a", &sound, 0, &"x".repeat(64 << 20))]).report;
    assert_eq!(report.missing_sidecars.iter().map(|missing| missing.kind).collect::<Vec<_>>(), [SidecarKind::Srt]);
    assert_eq!(report.sidecars.iter().map(|sidecar| sidecar.kind).collect::<Vec<_>>(), [SidecarKind::Chapters]);
    assert_eq!(report.frames, 44_100);
}

#[test]
fn they_cost_less_than_a_hundredth_of_the_export() {
    let mut library = Library::default();
    let sound = library.add("sound.wav", second_of_sound());
    let text = "Four hundred and ten steps. I count them every night, in case one goes missing.";
    let clips: Vec<_> = (0..600).map(|second| line(&second.to_string(), &sound, second, text)).collect();
    library.put_timeline(AudioLayout::Mono, RATE, clips);
    let started = Instant::now();
    let plain = library.export_with(&Alone, &TestHost::default()).unwrap();
    let whole = started.elapsed();
    library.options.sidecars = SidecarKind::ALL.to_vec();
    // The host notes the time before and after each kind.
    let host = ClockHost::default();
    let mut sink = MemorySink::default();
    let with = pollster::block_on(export(&library.store, "t", &library.options, &Alone, &mut sink, &host));
    assert_eq!(with.unwrap().0.bytes, plain.report.bytes);
    let sidecars = host.last_beats(SidecarKind::ALL.len());
    println!("an export of ten minutes takes {whole:?}, all its sidecars {sidecars:.6} s");
    assert!(sidecars < whole.as_secs_f64() / 100.0);
}

/// A host that notes the time of each cancel check, which happens at every beat.
#[derive(Default)]
struct ClockHost {
    inner: TestHost,
    beats: RefCell<Vec<Instant>>,
}

impl ClockHost {
    /// Returns the duration of the last `count` beats, in seconds.
    fn last_beats(&self, count: usize) -> f64 {
        let beats = self.beats.borrow();
        (beats[beats.len() - 1] - beats[beats.len() - 1 - count]).as_secs_f64()
    }
}

impl secuencia::export::Host for ClockHost {
    fn now_seconds(&self) -> f64 {
        self.inner.now_seconds()
    }

    fn report(&self, progress: secuencia::progress::Progress) {
        self.inner.report(progress);
    }

    async fn breathe(&self) {}

    fn is_cancelled(&self) -> bool {
        self.beats.borrow_mut().push(Instant::now());
        false
    }
}

#[test]
fn they_name_the_file() {
    let mut library = Library::default();
    let sound = library.add("sound.wav", second_of_sound());
    library.put_timeline(AudioLayout::Stereo, RATE, vec![line("a", &sound, 0, "Hello.")]);
    let sidecars = vec![SidecarKind::Json];
    let options = ExportOptions { file_name: "Take 2.m4a".into(), sidecars, ..ExportOptions::default() };
    let report = run(&library.store, &options, &Alone).unwrap();
    assert_eq!(timing(&report)["audioFile"], "Take 2.m4a");
}

#[test]
fn a_clip_that_is_lost_on_the_way_has_no_cue() {
    let mut library = Library::default();
    let minute = sampled(22_050, 60 * 22_050, |t| 0.3 * (2_000.0 * t).sin());
    let vanishing = library.add("vanishing", wav(22_050, 1, WavFormat::Int(16), &minute));
    let sound = library.add("sound.wav", second_of_sound());
    let clips = vec![line("lost", &vanishing, 0, "I am losing y"), line("kept", &sound, 61, "Hello?")];
    library.put_timeline(AudioLayout::Mono, RATE, clips);
    let options = ExportOptions {
        sidecars: vec![SidecarKind::Json],
        on_unreadable_clip: OnUnreadableClip::Silence,
        ..ExportOptions::default()
    };
    let store = Unsteady { store: RefCell::new(library.store) };
    let report = run(&store, &options, &Alone).unwrap();
    assert_eq!(report.unreadable.iter().map(|lost| lost.clip.clip_id.as_str()).collect::<Vec<_>>(), ["lost"]);
    assert_eq!(ids(&report), ["kept"]);
}

#[test]
fn a_library_that_changes_meanwhile_changes_nothing() {
    let mut library = Library::default();
    let sound = library.add("sound.wav", second_of_sound());
    library.put_timeline(AudioLayout::Mono, RATE, vec![line("first", &sound, 0, "As it was.")]);
    let options = ExportOptions { sidecars: vec![SidecarKind::Json], ..ExportOptions::default() };
    let store = Unsteady { store: RefCell::new(library.store) };
    let report = run(&store, &options, &Meddler(&store, sound)).unwrap();
    assert_eq!((report.frames, ids(&report)), (44_100, vec!["first".to_owned()]));
    assert_eq!(timing(&report)["segments"][0]["text"], "As it was.");
}

fn ids(report: &ExportReport) -> Vec<String> {
    let timing = timing(report);
    let segments = timing["segments"].as_array().unwrap();
    segments.iter().map(|segment| segment["id"].as_str().unwrap().to_owned()).collect()
}

fn run<S: Store>(store: &S, options: &ExportOptions, helpers: &impl Helpers) -> Result<ExportReport, ExportError> {
    let (mut sink, host) = (MemorySink::default(), TestHost::default());
    pollster::block_on(export(store, "t", options, helpers, &mut sink, &host)).map(|(report, _)| report)
}

/// A store that can be written during reading. The second half of its asset `vanishing` cannot be read.
struct Unsteady {
    store: RefCell<MemoryStore>,
}

#[allow(clippy::await_holding_refcell_ref, reason = "nothing in memory is ever waited for")]
impl Store for Unsteady {
    async fn timeline(&self, id: &str) -> Result<Option<Timeline>, StoreError> {
        self.store.borrow().timeline(id).await
    }

    async fn assets(&self, ids: &[&str]) -> Result<Vec<Option<Asset>>, StoreError> {
        self.store.borrow().assets(ids).await
    }

    async fn contents(&self, ids: &[&str]) -> Result<Vec<Option<Arc<dyn ByteSource>>>, StoreError> {
        let found = self.store.borrow().contents(ids).await?;
        let unsteady = |(id, content): (&&str, Option<Arc<dyn ByteSource>>)| match content {
            Some(content) if *id == "vanishing" => Some(Arc::new(Vanishing(content)) as Arc<dyn ByteSource>),
            content => content,
        };
        Ok(ids.iter().zip(found).map(unsteady).collect())
    }

    async fn image(&self, id: &str) -> Result<Option<Image>, StoreError> {
        self.store.borrow().image(id).await
    }
}

/// Helpers that make nothing. When the export begins, they replace the timeline and an asset.
struct Meddler<'s>(&'s Unsteady, Asset);

impl Helpers for Meddler<'_> {
    fn begin(&self, _: &Assignment) {
        let mut store = self.0.store.borrow_mut();
        store.put_asset(Asset { text: "Changed.".into(), ..self.1.clone() }, Vec::new());
        store.put_timeline(Timeline { id: "t".into(), name: "Changed".into(), ..Timeline::default() });
    }

    fn size(&self) -> u64 {
        0
    }

    fn claim(&self, _: u64, _: &Pass, _: bool) -> bool {
        false
    }

    fn take(&self) -> Option<Delivery> {
        None
    }

    async fn wait(&self) -> bool {
        false
    }
}
