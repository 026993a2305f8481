//! A finished file's metadata, read by independent programs: mutagen, ffprobe, music-metadata and MediaInfo.
//! `tests/support/readers/readers.mjs` runs them.

use std::fs;
use std::path::Path;
use std::process::Command;

use secuencia::export::{Alone, ExportReport};
use secuencia::m4a::MoovPlace;
use secuencia::timeline::{ChapterMarker, Image, ImageType, MediaType, Part, RationalTime, SampleRate, Tags, Timeline};
use serde_json::{Value, json};

use crate::support::export::{Exported, Library, TestHost, WavFormat, clip, ffmpeg_decode, sampled, scratch, wav};

const RATE: SampleRate = SampleRate::HZ_44100;

/// Returns a title with right-to-left, combining and non-BMP characters.
fn title(index: usize) -> String {
    format!("{index}. Träd, 日本, עברית, e\u{301}, 👩‍🚀")
}

fn tags(media_type: MediaType) -> Tags {
    Tags {
        title: title(0),
        artist: "Ärtist ∀".into(),
        album: "Альбом".into(),
        album_artist: "アルバム".into(),
        composer: "Cömposer".into(),
        narrator: "Nárrator 🎙".into(),
        genre: "Hörspiel".into(),
        year: "2026-03-01".into(),
        track: Some(Part { number: 3, total: Some(12) }),
        disc: Some(Part { number: 1, total: Some(2) }),
        comment: "A «comment»".into(),
        description: "What it is about".into(),
        long_description: "The same, “at length”.".repeat(40),
        copyright: "© 2026 Nobody".into(),
        language: "pt-BR".into(),
        grouping: "Gröup".into(),
        media_type: Some(media_type),
        covers: vec!["png".into(), "jpeg".into(), "odd".into()],
    }
}

/// Returns a picture of this size, drawn by ffmpeg.
fn picture(id: &str, mime_type: ImageType, width: u32, height: u32) -> Image {
    let codec = match mime_type {
        ImageType::Jpeg => "mjpeg",
        ImageType::Png => "png",
    };
    let source = format!("testsrc=size={width}x{height}");
    let drawing = ["-v", "error", "-f", "lavfi", "-i", &source, "-frames:v", "1", "-f", "image2", "-c:v", codec, "-"];
    let output = Command::new("ffmpeg").args(drawing).output().expect("ffmpeg runs; `make test` installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Image { id: id.into(), mime_type, width, height, bytes: output.stdout }
}

fn library() -> Library {
    let mut library = Library::default();
    let tone = sampled(44_100, 44_100 * 20 + 7, |t| 0.3 * (t * 3000.0).sin() * (t * 0.7).sin());
    let asset = library.add("a.wav", wav(44_100, 1, WavFormat::Int(16), &tone));
    library.store.put_image(picture("png", ImageType::Png, 64, 48));
    library.store.put_image(picture("jpeg", ImageType::Jpeg, 320, 240));
    library.store.put_image(picture("odd", ImageType::Jpeg, 321, 7));
    let clips = vec![clip("c", &asset, RationalTime::ZERO)];
    library.store.put_timeline(Timeline { id: "t".into(), clips, ..Timeline::default() });
    library
}

/// Returns chapters at odd places, with `images` in turn if there are any.
fn chapters(count: usize, images: &[&str]) -> Vec<ChapterMarker> {
    let chapter = |index: usize| ChapterMarker {
        title: title(index),
        offset: RationalTime::new(index as i64 * 601, 9_973),
        image: images.get(index % images.len().max(1)).map(|&id| id.into()),
        metadata: String::new(),
    };
    (0..count).map(chapter).collect()
}

/// Exports the library's timeline with these tags and chapters.
fn export(library: &mut Library, tags: Tags, chapters: Vec<ChapterMarker>) -> Exported {
    let timeline = pollster::block_on(secuencia::store::Store::timeline(&library.store, "t")).unwrap().unwrap();
    library.store.put_timeline(Timeline { tags, chapters, ..timeline });
    library.export_with(&Alone, &TestHost::default()).unwrap()
}

#[test]
fn with_its_index_at_the_end_a_file_tells_every_reader_the_same() {
    let mut library = library();
    for (count, images) in [(0, &[][..]), (200, &["png", "jpeg", "odd"][..])] {
        let first = export(&mut library, tags(MediaType::Audiobook), chapters(count, images));
        let last = library.stream();
        assert_eq!((first.report.moov, last.report.moov), (MoovPlace::First, MoovPlace::Last));
        assert_eq!(last.report.bytes, last.file.len() as u64);
        assert_eq!(
            ExportReport { moov: MoovPlace::First, bytes: first.report.bytes, ..last.report.clone() },
            first.report
        );
        assert!(last.decoded() == first.decoded(), "they decode to other samples");
        let (mut first, mut last) = (read(&first), read(&last));
        // MediaInfo shows what differs.
        for (found, is_streamable) in [(&mut first, "Yes"), (&mut last, "No")] {
            let facts = found["mediaInfo"]["tags"].as_object_mut().unwrap();
            assert_eq!(facts["IsStreamable"], is_streamable);
            facts.retain(|name, _| !name.starts_with("File_Modified"));
            for name in
                ["IsStreamable", "HeaderSize", "DataSize", "FooterSize", "FileSize", "StreamSize", "OverallBitRate"]
            {
                facts.remove(name);
            }
        }
        assert_eq!(last["mutagen"], first["mutagen"]);
        assert_eq!(last["musicMetadata"], first["musicMetadata"]);
        for part in ["tags", "menus"] {
            assert_eq!(last["mediaInfo"][part], first["mediaInfo"][part]);
        }
        assert_eq!(last["ffprobe"]["format"]["tags"], first["ffprobe"]["format"]["tags"]);
        for part in ["streams", "chapters"] {
            assert_eq!(last["ffprobe"][part], first["ffprobe"][part]);
        }
    }
}

/// Returns the readers' results for a file.
fn read(exported: &Exported) -> Value {
    let path = scratch("readers").join("export.m4a");
    fs::write(&path, &exported.file).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/readers/readers.mjs");
    let output = Command::new("node").arg(script).arg(&path).output().expect("node runs; `make test` installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_reader_finds_every_tag() {
    let tags = tags(MediaType::Podcast);
    let mut library = library();
    let exported = export(&mut library, tags.clone(), Vec::new());
    assert_eq!(exported.report.remarks, [""; 0]);
    let found = read(&exported);
    let encoder = concat!("Secuencia ", env!("CARGO_PKG_VERSION"));
    // Each tag's name in the file, in ffprobe and in MediaInfo, and its value.
    let texts = [
        ("©nam", "title", "Title", &*tags.title),
        ("©ART", "artist", "Performer", &tags.artist),
        ("©alb", "album", "Album", &tags.album),
        ("aART", "album_artist", "Album_Performer", &tags.album_artist),
        ("©wrt", "composer", "Composer", &tags.composer),
        ("©nrt", "", "nrt", &tags.narrator),
        ("©gen", "genre", "Genre", &tags.genre),
        ("©day", "date", "Recorded_Date", &tags.year),
        ("©cmt", "comment", "Comment", &tags.comment),
        ("desc", "description", "Description", &tags.description),
        ("ldes", "synopsis", "LongDescription", &tags.long_description),
        ("cprt", "copyright", "Copyright", &tags.copyright),
        ("©grp", "grouping", "Grouping", &tags.grouping),
        ("©too", "encoder", "Encoded_Application", encoder),
        ("----:com.apple.iTunes:LANGUAGE", "LANGUAGE", "LANGUAGE", &tags.language),
    ];
    for (name, at_ffprobe, at_media_info, value) in texts {
        assert_eq!(found["mutagen"]["tags"][name], json!([value]), "mutagen, {name}");
        assert_eq!(found["musicMetadata"]["tags"][name], json!([value]), "music-metadata, {name}");
        assert_eq!(found["mediaInfo"]["tags"][at_media_info], value, "MediaInfo, {name}");
        // ffprobe has no name for the narrator, and does not show it.
        if !at_ffprobe.is_empty() {
            assert_eq!(found["ffprobe"]["format"]["tags"][at_ffprobe], value, "ffprobe, {name}");
        }
    }

    let (mutagen, ffprobe) = (&found["mutagen"]["tags"], &found["ffprobe"]["format"]["tags"]);
    let (music_metadata, media_info) = (&found["musicMetadata"]["tags"], &found["mediaInfo"]["tags"]);
    assert_eq!([&mutagen["trkn"], &mutagen["disk"]], [&json!([[3, 12]]), &json!([[1, 2]])]);
    assert_eq!([&ffprobe["track"], &ffprobe["disc"]], ["3/12", "1/2"]);
    assert_eq!([&music_metadata["trkn"], &music_metadata["disk"]], [&json!(["3/12"]), &json!(["1/2"])]);
    let parts = ["Track_Position", "Track_Position_Total", "Part_Position", "Part_Position_Total"];
    assert_eq!(parts.map(|part| &media_info[part]), ["3", "12", "1", "2"]);
    // The media type, a podcast.
    assert_eq!([&mutagen["stik"], &mutagen["pcst"]], [&json!([21]), &json!(true)]);
    assert_eq!([&ffprobe["media_type"], &ffprobe["podcast"]], ["21", "1"]);
    assert_eq!([&music_metadata["stik"], &music_metadata["pcst"]], [&json!([21]), &json!([1])]);
    assert_eq!([&media_info["ContentType"], &media_info["Podcast"]], ["Podcast", "Yes"]);
    // The language of the track itself.
    assert_eq!(found["ffprobe"]["streams"][0]["tags"]["language"], "por");
    assert_eq!(found["musicMetadata"]["languages"], json!(["por"]));
    assert_eq!(found["musicMetadata"]["warnings"], json!([]));

    // The pictures, byte for byte and in order.
    assert_eq!(mutagen["covr"], music_metadata["covr"]);
    let kinds: Vec<_> = mutagen["covr"].as_array().unwrap().iter().map(|cover| &cover["type"]).collect();
    assert_eq!(kinds, ["image/png", "image/jpeg", "image/jpeg"]);
    assert_eq!(media_info["Cover"], "Yes / Yes / Yes");
    let shown = |stream: &Value| (stream["codec_name"].clone(), stream["width"].clone(), stream["height"].clone());
    let streams: Vec<_> = found["ffprobe"]["streams"].as_array().unwrap()[1..].iter().map(shown).collect();
    let facts = [("png", 64, 48), ("mjpeg", 320, 240), ("mjpeg", 321, 7)];
    assert_eq!(streams, facts.map(|(codec, width, height)| (json!(codec), json!(width), json!(height))));
}

#[test]
fn music_and_audiobooks_are_filed_as_such() {
    let mut library = library();
    for (media_type, code) in [(MediaType::Music, 1), (MediaType::Audiobook, 2)] {
        let found = read(&export(&mut library, Tags { media_type: Some(media_type), ..Tags::default() }, Vec::new()));
        assert_eq!(found["mutagen"]["tags"]["stik"], json!([code]));
        assert_eq!(found["ffprobe"]["format"]["tags"]["media_type"], code.to_string());
        assert!(found["mutagen"]["tags"]["pcst"].is_null());
    }
}

#[test]
fn both_kinds_of_chapters_are_read_and_exact() {
    let mut library = library();
    // 300 are too many for Nero's list. 200 are in both, with pictures.
    for (count, images) in [(300, &[][..]), (200, &["png", "jpeg", "odd"][..])] {
        let exported = export(&mut library, tags(MediaType::Audiobook), chapters(count, images));
        let found = read(&exported);
        let listed = count <= 255;
        assert_eq!(exported.report.remarks.len(), usize::from(!listed));
        let starts: Vec<u64> = exported.report.chapters.iter().map(|chapter| chapter.start).collect();
        let milliseconds = |start: u64| start * 1000 / u64::from(RATE.hz());
        let list = |reader: &Value| reader.as_array().unwrap().clone();

        let of_ffprobe = list(&found["ffprobe"]["chapters"]);
        let of_music_metadata = list(&found["musicMetadata"]["chapters"]);
        let menus = list(&found["mediaInfo"]["menus"]);
        let of_mutagen = list(&found["mutagen"]["chapters"]);
        assert_eq!(menus.len(), 1 + usize::from(listed), "MediaInfo shows the track, and the list where there is one");
        assert_eq!(of_mutagen.len(), if listed { count } else { 0 }, "mutagen reads the list only");
        assert_eq!([of_ffprobe.len(), of_music_metadata.len()], [count, count]);
        for (index, &start) in starts.iter().enumerate() {
            assert_eq!(start, RationalTime::new(index as i64 * 601, 9_973).to_frames(RATE));
            let chapter = &of_ffprobe[index];
            assert_eq!((&chapter["start"], &chapter["time_base"]), (&json!(start), &json!("1/44100")));
            assert_eq!(chapter["tags"]["title"], title(index));
            let chapter = &of_music_metadata[index];
            assert_eq!((&chapter["start"], &chapter["timeScale"]), (&json!(start), &json!(44_100)));
            assert_eq!(chapter["title"], title(index));
            for menu in &menus {
                assert_eq!(menu[index], json!({ "title": title(index), "milliseconds": milliseconds(start) }));
            }
            if let Some(chapter) = of_mutagen.get(index) {
                let seconds = chapter["start"].as_f64().unwrap();
                assert_eq!((seconds * 1000.0) as u64, milliseconds(start));
                assert!((seconds - RATE.duration_of(start).to_seconds()).abs() < 1.1e-7);
                assert_eq!(chapter["title"], title(index));
            }
        }
        let thumbnails = |stream: &&Value| stream["disposition"]["timed_thumbnails"] == 1;
        let thumbnails: Vec<_> = found["ffprobe"]["streams"].as_array().unwrap().iter().filter(thumbnails).collect();
        assert_eq!(thumbnails.len(), usize::from(!images.is_empty()));
        let frames = count.to_string();
        assert!(thumbnails.iter().all(|stream| stream["nb_frames"] == frames));
    }
}

#[test]
fn the_audio_is_the_same_with_tags_and_chapters_as_without() {
    let mut library = library();
    let plain = export(&mut library, Tags::default(), Vec::new());
    let finished = export(&mut library, tags(MediaType::Audiobook), chapters(200, &["png", "jpeg"]));
    let packets = |exported: &Exported| {
        let path = scratch("packets").join("export.m4a");
        fs::write(&path, &exported.file).unwrap();
        let output = Command::new("ffprobe")
            .args([
                "-v",
                "error",
                "-select_streams",
                "a:0",
                "-show_entries",
                "packet=pts,duration,pos,size",
                "-of",
                "csv=p=0",
            ])
            .arg(&path)
            .output()
            .unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        let number = |field: Option<&str>| field.unwrap().parse::<i64>().unwrap();
        let packet = |line: &str| {
            let mut fields = line.split(',');
            let (pts, duration) = (number(fields.next()), number(fields.next()));
            let (size, pos) = (number(fields.next()) as usize, number(fields.next()) as usize);
            (pts, duration, exported.file[pos..pos + size].to_vec())
        };
        (lines.lines().filter(|line| !line.is_empty()).map(packet).collect::<Vec<_>>(), ffmpeg_decode(&path, 2))
    };
    let (plain, finished) = (packets(&plain), packets(&finished));
    assert!(plain.0.len() > 860);
    assert!(plain.0 == finished.0, "the packets, and their places in time, are others");
    assert!(plain.1 == finished.1, "they decode to other samples");
    assert_eq!(finished.1[0].len(), 44_100 * 20 + 7);
}
