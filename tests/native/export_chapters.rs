//! A file's chapters, from any source, are in order and exact. The first starts at 0, and each has a title.

use secuencia::export::{Alone, ExportError, ExportOptions, ExportReport};
use secuencia::media::Inspector;
use secuencia::timeline::{ChapterMarker, ChapterSource, Image, ImageType, RationalTime, Tags, Timeline, TimelineClip};

use crate::support::export::{Exported, Library, TestHost, WavFormat, clip, wav};
use crate::support::media::source;

const RATE: u32 = 44_100;
const SECOND: u64 = RATE as u64;

fn at(seconds: f64) -> RationalTime {
    RationalTime::from_seconds(seconds).unwrap()
}

fn marker(title: &str, offset: RationalTime) -> ChapterMarker {
    ChapterMarker { title: title.into(), offset, ..ChapterMarker::default() }
}

/// Returns a library with a second of silence.
fn library() -> Library {
    let mut library = Library::default();
    library.add("quiet.wav", wav(RATE, 1, WavFormat::Int(16), &[0.0; RATE as usize]));
    library
}

/// Returns a clip of that second.
fn line(library: &mut Library, id: &str, offset: f64) -> TimelineClip {
    let asset = library.add("quiet.wav", wav(RATE, 1, WavFormat::Int(16), &[0.0; RATE as usize]));
    clip(id, &asset, at(offset))
}

/// Returns a timeline of ten seconds, with these markers.
fn marked(chapters: Vec<ChapterMarker>) -> Timeline {
    let clips = vec![line(&mut library(), "end", 9.0)];
    Timeline { id: "t".into(), name: "The Play".into(), clips, chapters, ..Timeline::default() }
}

fn try_export(mut library: Library, timeline: Timeline, chapters: ChapterSource) -> Result<Exported, ExportError> {
    library.options = ExportOptions { chapters, ..ExportOptions::default() };
    library.store.put_timeline(timeline);
    library.export_with(&Alone, &TestHost::default())
}

fn export(timeline: Timeline, chapters: ChapterSource) -> ExportReport {
    try_export(library(), timeline, chapters).unwrap().report
}

/// Returns the chapters' titles and starts. Asserts that each ends where the next one starts.
fn chapters(report: &ExportReport) -> Vec<(&str, u64)> {
    let ends = report.chapters.iter().skip(1).map(|next| next.start).chain([report.frames]);
    assert!(report.chapters.iter().zip(ends).all(|(chapter, end)| chapter.end == end));
    report.chapters.iter().map(|chapter| (chapter.title.as_str(), chapter.start)).collect()
}

#[test]
fn markers_are_chapters_in_order_and_exact() {
    let third = RationalTime::new(10, 3);
    let report = export(marked(vec![marker("Two", third), marker("One", RationalTime::ZERO)]), ChapterSource::Markers);
    assert_eq!(chapters(&report), [("One", 0), ("Two", 147_000)]);
    assert_eq!(report.remarks, [""; 0]);
}

#[test]
fn without_markers_or_where_none_are_wanted_there_are_no_chapters() {
    assert_eq!(chapters(&export(marked(vec![]), ChapterSource::Markers)), []);
    assert_eq!(chapters(&export(marked(vec![marker("One", at(0.0))]), ChapterSource::None)), []);
}

#[test]
fn what_comes_before_the_first_marker_is_a_chapter_named_as_the_piece_is() {
    let late = marked(vec![marker("One", RationalTime::new(1, RATE))]);
    assert_eq!(chapters(&export(late.clone(), ChapterSource::Markers)), [("The Play", 0), ("One", 1)]);
    let tags = Tags { title: "Its Title".into(), ..Tags::default() };
    let titled = export(Timeline { tags, ..late }, ChapterSource::Markers);
    assert_eq!(chapters(&titled)[0], ("Its Title", 0));
}

#[test]
fn of_two_markers_at_one_sample_the_first_stays_and_the_other_is_told() {
    // B and C are a fifth of a sample apart.
    let report = export(
        marked(vec![
            marker("A", at(0.0)),
            marker("B", RationalTime::new(5, 5 * RATE)),
            marker("C", RationalTime::new(6, 5 * RATE)),
        ]),
        ChapterSource::Markers,
    );
    assert_eq!(chapters(&report), [("A", 0), ("B", 1)]);
    assert_eq!(report.remarks, ["The chapter “C” starts at the same time as “B” and was left out."]);
}

#[test]
fn a_marker_at_the_end_or_past_it_is_left_out_and_told() {
    let markers = vec![
        marker("A", at(0.0)),
        marker("B", RationalTime::new(441_000 - 1, RATE)),
        marker("C", at(10.0)),
        marker("D", at(99.0)),
    ];
    let report = export(marked(markers), ChapterSource::Markers);
    assert_eq!(chapters(&report), [("A", 0), ("B", 440_999)]);
    assert_eq!(
        report.remarks,
        [
            "The chapter “C” starts after the end of the audio and was left out.",
            "The chapter “D” starts after the end of the audio and was left out.",
        ]
    );
}

#[test]
fn titles_are_one_line_and_never_empty() {
    let titles = ["  ", "a\nb\t\u{0}c", "\u{7}", "e\u{301} אב 😀"];
    let markers = (0..).zip(titles).map(|(second, title)| marker(title, at(f64::from(second)))).collect();
    let report = export(marked(markers), ChapterSource::Markers);
    let titles: Vec<_> = chapters(&report).into_iter().map(|(title, _)| title).collect();
    assert_eq!(titles, ["Chapter 1", "a b c", "Chapter 3", "e\u{301} אב 😀"]);
}

#[test]
fn a_title_of_any_length_can_be_exported() {
    let report = export(marked(vec![marker(&"é".repeat(35_000), at(0.0))]), ChapterSource::Markers);
    let (title, _) = chapters(&report)[0];
    assert_eq!(title.len(), 65_520, "cut between characters, so that its sample stays under 64 KiB");
}

#[test]
fn a_chapter_a_clip_is_named_by_the_clip_or_its_line_or_its_file() {
    let mut library = library();
    let clips = vec![
        TimelineClip { name: "Intro".into(), ..line(&mut library, "a", 0.0) },
        TimelineClip {
            name: "quiet.wav".into(),
            text: Some("Four hundred and ten steps. I count them every night, in case one goes missing.".into()),
            ..line(&mut library, "b", 1.5)
        },
        TimelineClip { name: "quiet.wav".into(), ..line(&mut library, "c", 3.0) },
        TimelineClip { is_muted: true, ..line(&mut library, "muted", 3.5) },
        TimelineClip { lane: -1, name: "Rain".into(), ..line(&mut library, "d", 0.0) },
    ];
    let report = export(Timeline { clips, ..marked(vec![]) }, ChapterSource::Clips);
    assert_eq!(
        chapters(&report),
        [("Intro", 0), ("Four hundred and ten steps. I count them every night, in…", 66_150), ("quiet", 3 * SECOND)]
    );
    assert_eq!(report.remarks, [""; 0], "clips that start together are nobody's mistake");
}

#[test]
fn a_chapter_a_scene_starts_where_the_heading_changes() {
    let mut library = library();
    let mut scene = |id: &str, offset: f64, scene: &str, lane| TimelineClip {
        scene: scene.into(),
        lane,
        ..line(&mut library, id, offset)
    };
    // The clips are out of order. One has no scene, and the kitchen returns at the end.
    let clips = vec![
        scene("d", 4.0, "HALL", 1),
        scene("a", 1.0, "KITCHEN", 0),
        scene("b", 2.0, "KITCHEN", 0),
        scene("music", 2.5, "", -1),
        scene("c", 3.0, "KITCHEN", 0),
        scene("e", 5.0, "KITCHEN", 0),
    ];
    let report = export(Timeline { clips, ..marked(vec![]) }, ChapterSource::Scenes);
    assert_eq!(
        chapters(&report),
        [("The Play", 0), ("KITCHEN", SECOND), ("HALL", 4 * SECOND), ("KITCHEN", 5 * SECOND)]
    );
}

#[test]
fn a_chapter_every_so_often_does_not_drift() {
    let period = RationalTime::new(10, 3);
    let report = export(marked(vec![]), ChapterSource::Every(period));
    assert_eq!(chapters(&report), [("Chapter 1", 0), ("Chapter 2", 147_000), ("Chapter 3", 294_000)]);
}

#[test]
fn less_than_a_second_between_chapters_is_refused() {
    for period in [RationalTime::ZERO, at(-5.0), at(0.999)] {
        let refused = try_export(library(), marked(vec![]), ChapterSource::Every(period));
        assert!(matches!(refused, Err(ExportError::ChapterPeriod)));
    }
}

#[test]
fn more_chapters_than_neros_list_can_have_are_told() {
    for (count, told) in [(255, false), (256, true)] {
        let markers = (0..count).map(|number| marker("A", RationalTime::new(number, 100))).collect();
        let report = export(marked(markers), ChapterSource::Markers);
        assert_eq!((report.chapters.len() as i64, report.remarks.len() == 1), (count, told));
        assert!(report.remarks.iter().all(|remark| remark.starts_with("The file has 256 chapters")));
    }
}

/// Returns an image whose bytes are never decoded.
fn picture(id: &str, bytes: &[u8]) -> Image {
    Image { id: id.into(), mime_type: ImageType::Jpeg, width: 1, height: 1, bytes: bytes.into() }
}

fn count(file: &[u8], bytes: &[u8]) -> usize {
    file.windows(bytes.len()).filter(|window| *window == bytes).count()
}

#[test]
fn a_picture_is_kept_once_however_many_chapters_show_it_and_follows_the_audio() {
    let mut library = library();
    library.store.put_image(picture("shown", b"the shown picture"));
    library.store.put_image(picture("cover", b"the cover picture"));
    let with = |image: Option<&str>, second| ChapterMarker { image: image.map(Into::into), ..marker("A", at(second)) };
    let chapters = vec![with(Some("shown"), 0.0), with(None, 1.0), with(Some("shown"), 2.0)];
    let tags = Tags { covers: vec!["cover".into()], ..Tags::default() };
    let exported = try_export(library, Timeline { tags, ..marked(chapters) }, ChapterSource::Markers).unwrap();
    assert_eq!(exported.report.bytes, exported.file.len() as u64);
    assert_eq!(count(&exported.file, b"the shown picture"), 1);
    assert_eq!(count(&exported.file, b"the cover picture"), 2, "once as the cover, once for the chapter without one");
    assert!(exported.file.ends_with(b"the shown picturethe cover picture"));
}

#[test]
fn what_was_exported_with_pictures_of_chapters_and_a_large_cover_can_be_added_again() {
    let mut library = library();
    library.store.put_image(picture("shown", b"the shown picture"));
    library.store.put_image(picture("cover", &vec![0x5a; 18 << 20]));
    let chapters = vec![ChapterMarker { image: Some("shown".into()), ..marker("A", at(0.0)) }, marker("B", at(5.0))];
    let tags = Tags { covers: vec!["cover".into()], ..Tags::default() };
    let exported = try_export(library, Timeline { tags, ..marked(chapters) }, ChapterSource::Markers).unwrap();
    let found = Inspector::open(source(exported.file), "play.m4a").unwrap().finish().unwrap();
    assert_eq!(found.frames, exported.report.frames);
    assert_eq!(found.warning, None);
}

#[test]
fn pictures_that_are_gone_are_told_and_fail_nothing() {
    let mut library = library();
    library.store.put_image(picture("here", b"the picture"));
    let image = Some("gone".to_owned());
    let chapters = vec![ChapterMarker { image, ..marker("A", at(0.0)) }];
    let tags = Tags { covers: vec!["gone".into(), "here".into()], ..Tags::default() };
    let exported = try_export(library, Timeline { tags, ..marked(chapters) }, ChapterSource::Markers).unwrap();
    assert_eq!(
        exported.report.remarks,
        [
            "Picture 1 is no longer in the library and was left out.",
            "The picture of the chapter “A” is no longer in the library.",
        ]
    );
    assert_eq!(count(&exported.file, b"the picture"), 1);
}
