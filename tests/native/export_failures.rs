//! A failure is a sentence about a clip. A cancel is not a failure. After both, the next export works.

use std::sync::Arc;

use secuencia::export::{Alone, ExportError, ExportOptions, OnUnreadableClip, Sink, SinkError, export, plan_export};
use secuencia::media::{Content, MediaError};
use secuencia::mix::{Composition, MixError, PlacedClip, Renderer};
use secuencia::progress::Phase;
use secuencia::store::MemoryStore;
use secuencia::timeline::{Asset, AudioLayout, RationalTime, SampleRate, TimelineClip};

use crate::support::export::{Exported, Library, TestHost, WavFormat, chirp, chirp_lag, clip, sampled, wav};
use crate::support::media::source;
use crate::support::sources::Vanishing;

fn library() -> (Library, Asset) {
    let mut library = Library::default();
    let content = wav(22_050, 1, WavFormat::Int(16), &sampled(22_050, 22_050, chirp));
    let asset = library.add("good.wav", content);
    (library, asset)
}

fn try_export(library: &mut Library, clips: Vec<TimelineClip>, host: &TestHost) -> Result<Exported, ExportError> {
    library.try_export(AudioLayout::Stereo, SampleRate::HZ_44100, clips, host)
}

/// Exports `bad` beside a good clip, expects its error, then exports the good clip alone.
fn fails_alone(library: &mut Library, good: &Asset, bad: TimelineClip, code: &str, words: &str) {
    let clips = vec![clip("good", good, RationalTime::ZERO), bad];
    let error = try_export(library, clips, &TestHost::default()).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    let blamed: Vec<_> = error.unreadable().map(|unreadable| unreadable.clip.clip_id.as_str()).collect();
    assert_eq!(blamed, ["bad"], "{error}");
    assert!(error.to_string().contains(words), "{error}");
    let next = try_export(library, vec![clip("good", good, RationalTime::ZERO)], &TestHost::default()).unwrap();
    assert_eq!(next.report.frames, 44_100);
}

/// Returns an export's error.
fn refusal(store: &MemoryStore, timeline_id: &str, options: &ExportOptions, sink: &mut CountingSink) -> ExportError {
    let host = TestHost::default();
    pollster::block_on(export(store, timeline_id, options, &Alone, sink, &host)).map(|_| ()).unwrap_err()
}

#[test]
fn a_timeline_that_is_not_there_is_said_to_be_missing() {
    let mut sink = CountingSink::default();
    let error = refusal(&MemoryStore::default(), "gone", &ExportOptions::default(), &mut sink);
    assert_eq!((error.code(), error.to_string().as_str()), ("timeline-not-found", "The timeline was not found"));
    assert_eq!(sink.aborts, 1);
}

#[test]
fn an_empty_timeline_is_refused() {
    let (mut library, _) = library();
    let error = try_export(&mut library, vec![], &TestHost::default()).map(|_| ()).unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        ("empty-timeline", "The timeline has no audio clips to export")
    );
}

#[test]
fn clips_that_are_not_audio_are_left_out_and_leave_an_empty_timeline() {
    let (mut library, good) = library();
    library.add_unseen("cover", Asset { mime_type: "image/png".into(), ..good.clone() }, vec![1, 2, 3]);
    let cover = Asset { id: "cover".into(), ..good.clone() };
    let clips = vec![clip("bad", &cover, RationalTime::ZERO)];
    let error = try_export(&mut library, clips, &TestHost::default()).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "empty-timeline");
}

#[test]
fn a_missing_asset_is_named() {
    let (mut library, good) = library();
    let gone = Asset { id: "gone".into(), ..good.clone() };
    fails_alone(&mut library, &good, clip("bad", &gone, RationalTime::ZERO), "missing-asset", "Missing asset: gone");
}

#[test]
fn content_that_is_no_audio_is_refused_by_name() {
    let (mut library, good) = library();
    let cases: [(&str, &[u8]); 3] =
        [("notes.mp3", b"Dear diary, this is not music at all.\n"), ("empty.wav", b""), ("one.flac", b"f")];
    for (id, content) in cases {
        library.add_unseen(id, good.clone(), content.to_vec());
        let asset = Asset { id: id.into(), ..good.clone() };
        let words = format!("Invalid audio data for asset {id}: ");
        fails_alone(&mut library, &good, clip("bad", &asset, RationalTime::ZERO), "invalid-audio", &words);
    }
}

#[test]
fn impossible_clips_are_refused() {
    let (mut library, good) = library();
    let template = clip("bad", &good, RationalTime::ZERO);
    let empty = TimelineClip { duration: RationalTime::ZERO, ..template.clone() };
    fails_alone(&mut library, &good, empty, "bad-clip", "duration is zero");
    let late = TimelineClip { source_start: RationalTime::new(2, 1), ..template };
    fails_alone(&mut library, &good, late, "bad-clip", "past the audio's end");
}

#[test]
fn a_truncated_clip_gives_its_audio_and_a_warning() {
    let (mut library, good) = library();
    let mut content = wav(22_050, 1, WavFormat::Int(16), &sampled(22_050, 22_050, chirp));
    content.truncate(44 + 22_050);
    library.add_unseen("cut.wav", good.clone(), content);
    let cut = Asset { id: "cut.wav".into(), ..good };
    let exported =
        try_export(&mut library, vec![clip("short", &cut, RationalTime::ZERO)], &TestHost::default()).unwrap();
    assert_eq!(exported.report.frames, 44_100, "the clip keeps its place on the timeline");
    let [warning] = &exported.report.warnings[..] else { panic!("one warning: {:?}", exported.report.warnings) };
    assert_eq!((warning.clip.clip_id.as_str(), warning.clip.asset_id.as_str()), ("short", "cut.wav"));
    assert!(exported.decoded()[0][..1_300].iter().any(|sample| sample.abs() > 0.2), "its audio is there");
}

/// Returns a clip of each unusable kind, one per second, followed by a good one.
fn mostly_bad(library: &mut Library, good: &Asset) -> Vec<TimelineClip> {
    library.add_unseen("notes.mp3", good.clone(), b"Dear diary, this is not music at all.\n".to_vec());
    let of = |id: &str| Asset { id: id.into(), ..good.clone() };
    let at = |id: &str, asset: &Asset, second: i64| clip(id, asset, RationalTime::new(second, 1));
    let late = TimelineClip { source_start: RationalTime::new(2, 1), ..at("late", good, 2) };
    vec![at("gone", &of("gone"), 0), at("notes", &of("notes.mp3"), 1), late, at("good", good, 3)]
}

#[test]
fn all_clips_that_cannot_be_used_are_named_before_anything_is_written() {
    let (mut library, good) = library();
    let clips = mostly_bad(&mut library, &good);
    let error = try_export(&mut library, clips, &TestHost::default()).map(|_| ()).unwrap_err();
    let named: Vec<_> = error.unreadable().map(|bad| (bad.clip.clip_id.clone(), bad.code())).collect();
    let expected = [("gone", "missing-asset"), ("notes", "invalid-audio"), ("late", "bad-clip")];
    assert_eq!(named, expected.map(|(clip, code)| (clip.to_owned(), code)));
    assert_eq!(error.to_string(), "Missing asset: gone");

    let plan = pollster::block_on(plan_export(&library.store, "t", None, &TestHost::default())).unwrap();
    assert_eq!(plan.unreadable, error.unreadable().cloned().collect::<Vec<_>>());
    assert_eq!(plan.composition.frames(), 4 * 44_100);
}

#[test]
fn where_the_caller_wants_it_they_are_silent_and_named_and_the_others_are_heard() {
    let (mut library, good) = library();
    let clips = mostly_bad(&mut library, &good);
    library.options.on_unreadable_clip = OnUnreadableClip::Silence;
    let exported = try_export(&mut library, clips, &TestHost::default()).unwrap();
    let named: Vec<_> = exported.report.unreadable.iter().map(|bad| bad.clip.clip_id.as_str()).collect();
    assert_eq!(named, ["gone", "notes", "late"]);
    assert_eq!(exported.report.frames, 4 * 44_100);
    let left = exported.decoded().remove(0);
    assert!(left[..3 * 44_100 - 2_048].iter().all(|sample| sample.abs() < 1e-4), "they are silent");
    assert_eq!(chirp_lag(&left, SampleRate::HZ_44100, 3.0), 0, "and keep their places");
}

#[test]
fn an_asset_that_crashed_a_decoder_is_not_opened_again() {
    let (mut library, good) = library();
    library.add_unseen("crasher", good.clone(), vec![0; 100]);
    let crasher = Asset { id: "crasher".into(), ..good.clone() };
    library.options.distrusted_assets = vec!["crasher".into()];
    let words = "Invalid audio data for asset crasher: its decoder crashed, or did not end";
    fails_alone(&mut library, &good, clip("bad", &crasher, RationalTime::ZERO), "invalid-audio", words);
}

#[test]
fn a_clip_that_is_lost_on_the_way_is_named_and_silent_from_there_if_the_caller_wants_it() {
    let (_, asset) = library();
    let minute = sampled(22_050, 60 * 22_050, |t| 0.3 * (2_000.0 * t).sin());
    let content = Arc::new(Vanishing(source(wav(22_050, 1, WavFormat::Int(16), &minute))));
    let clip = TimelineClip { duration: RationalTime::new(60, 1), ..clip("c", &asset, RationalTime::ZERO) };
    let rate = SampleRate::HZ_44100;
    let compose = || {
        let placed = PlacedClip::new(&clip, &asset, Content::of(&asset, content.clone()), rate);
        Composition::new(rate, AudioLayout::Mono, vec![placed])
    };
    let render = |composition: &Composition| {
        let mut renderer = Renderer::new(composition);
        let mut mix = vec![f32::NAN; 60 * 44_100];
        for block in mix.chunks_mut(4_410).enumerate() {
            renderer.render(block.0 as u64 * 4_410, &mut [block.1])?;
        }
        Ok::<_, MixError>((mix, renderer.report()))
    };
    let error = render(&compose()).unwrap_err();
    assert_eq!((error.clip, error.source), (clip.to_ref(), MediaError::Read("it was removed".into())));
    let (mix, report) = render(&compose().silencing_unreadable()).unwrap();
    assert_eq!(report.unreadable.iter().map(|lost| &lost.clip).collect::<Vec<_>>(), [&clip.to_ref()]);
    assert!(mix[20 * 44_100..21 * 44_100].iter().any(|sample| sample.abs() > 0.2));
    assert!(mix[35 * 44_100..].iter().all(|&sample| sample == 0.0));
}

#[test]
fn a_cancel_is_heard_in_every_phase_and_leaves_nothing() {
    let (mut library, good) = library();
    for phase in [Phase::Loading, Phase::Filtering, Phase::Composing, Phase::Encoding] {
        let clips: Vec<_> =
            (0..40).map(|second| clip(&second.to_string(), &good, RationalTime::new(second, 1))).collect();
        let host = PatientHost(TestHost::cancelling_in(phase));
        library.try_export(AudioLayout::Stereo, SampleRate::HZ_44100, clips, &TestHost::default()).unwrap();
        let mut sink = CountingSink::default();
        let error =
            pollster::block_on(export(&library.store, "t", &ExportOptions::default(), &Alone, &mut sink, &host))
                .map(|_| ())
                .unwrap_err();
        assert!(matches!(error, ExportError::Cancelled), "{phase:?}: {error}");
        assert_eq!(error.to_string(), "The export was cancelled");
        assert_eq!((sink.aborts, sink.finishes), (1, 0), "{phase:?}");
        let last = host.0.reports.borrow().last().map(|report| report.phase);
        assert_eq!(last, Some(phase), "nothing was done after the cancel");
    }
}

#[test]
fn a_full_disk_is_said_to_be_full() {
    let (mut library, good) = library();
    try_export(&mut library, vec![clip("good", &good, RationalTime::ZERO)], &TestHost::default()).unwrap();
    let mut sink = CountingSink { is_full: true, ..CountingSink::default() };
    let error = refusal(&library.store, "t", &ExportOptions::default(), &mut sink);
    assert_eq!((error.code(), sink.aborts), ("quota-exceeded", 1));
}

#[test]
fn a_ceiling_that_is_none_is_refused_before_anything_is_written() {
    let (mut library, good) = library();
    try_export(&mut library, vec![clip("good", &good, RationalTime::ZERO)], &TestHost::default()).unwrap();
    let options = ExportOptions { ceiling_db: Some(1.0), ..ExportOptions::default() };
    let mut sink = CountingSink::default();
    let error = refusal(&library.store, "t", &options, &mut sink);
    assert_eq!(error.to_string(), "Export failed: a limiter's ceiling is -40 to 0 dBTP, not 1");
    assert_eq!((error.code(), sink.aborts, sink.finishes), ("export-failed", 1, 0));
}

#[test]
fn progress_rises_from_the_workers_share_to_its_end() {
    let (mut library, good) = library();
    let clips: Vec<_> = (0..60).map(|second| clip(&second.to_string(), &good, RationalTime::new(second, 1))).collect();
    let host = TestHost::default();
    try_export(&mut library, clips, &host).unwrap();
    let reports = host.reports.borrow();
    assert_eq!(
        reports.first().map(|report| (report.completed, report.message.as_str())),
        Some((0.0, "Loading timeline"))
    );
    assert_eq!(
        reports.last().map(|report| (report.completed, report.message.as_str())),
        Some((100.0, "Export complete"))
    );
    assert!(reports.windows(2).all(|pair| pair[0].completed <= pair[1].completed));
    assert!(reports.iter().any(|report| report.message.starts_with("Encoding M4A audio (")));
}

/// A host whose clock advances a second per report, so that no report is held back.
struct PatientHost(TestHost);

impl secuencia::export::Host for PatientHost {
    fn now_seconds(&self) -> f64 {
        self.0.reports.borrow().len() as f64
    }

    fn report(&self, progress: secuencia::progress::Progress) {
        self.0.report(progress);
    }

    async fn breathe(&self) {}

    fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// A sink that counts its aborts and finishes, and may be full.
#[derive(Default)]
struct CountingSink {
    aborts: usize,
    finishes: usize,
    is_full: bool,
}

impl Sink for CountingSink {
    type Output = ();

    fn can_rewind(&self) -> bool {
        true
    }

    async fn reserve(&mut self, _: u64) -> Result<(), SinkError> {
        Ok(())
    }

    async fn append(&mut self, _: &[u8]) -> Result<(), SinkError> {
        if self.is_full { Err(SinkError::QuotaExceeded) } else { Ok(()) }
    }

    async fn rewind(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), SinkError> {
        self.finishes += 1;
        Ok(())
    }

    async fn abort(&mut self) {
        self.aborts += 1;
    }
}
