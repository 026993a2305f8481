//! The bytes of each sidecar, for texts that are difficult in some format. The expected files are in
//! tests/data/sidecars, and tests/sidecar_files.test.mjs reads them with other programs. `RECORD=1` updates them.

use std::path::Path;
use std::{env, fs};

use secuencia::sidecar::{Chapter, Cue, Recording, SidecarKind};
use secuencia::timeline::{ClipRef, SampleRate};
use serde::Deserialize;

const FOLDER: &str = "tests/data/sidecars";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    file_name: String,
    title: String,
    rate: SampleRate,
    frames: u64,
    cues: Vec<InputCue>,
    chapters: Vec<InputChapter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InputCue {
    clip_id: String,
    name: String,
    start: u64,
    end: u64,
    lane: i32,
    voice: String,
    text: String,
}

#[derive(Deserialize)]
struct InputChapter {
    title: String,
    start: u64,
}

#[test]
fn each_sidecar_is_as_it_was() {
    let folder = Path::new(FOLDER);
    let input: Input = serde_json::from_slice(&fs::read(folder.join("recording.json")).unwrap()).unwrap();
    let cue = |InputCue { clip_id, name, start, end, lane, voice, text }| Cue {
        clip: ClipRef { clip_id, asset_id: name.clone() },
        name,
        at: start..end,
        lane,
        text,
        voice,
    };
    let cues = Cue::in_order(input.cues.into_iter().map(cue).collect());
    let chapters: Vec<_> =
        input.chapters.into_iter().map(|InputChapter { title, start }| Chapter { title, start }).collect();
    let recording = Recording {
        file_name: &input.file_name,
        title: &input.title,
        rate: input.rate,
        frames: input.frames,
        cues: cues.iter().collect(),
        chapters: &chapters,
    };
    let names: [&str; SidecarKind::ALL.len()] =
        ["vtt", "timing.json", "srt", "chapters.json", "chapters.txt", "labels.txt"];
    for (kind, name) in SidecarKind::ALL.into_iter().zip(names) {
        let path = folder.join(format!("recording.{name}"));
        let made = recording.sidecar(kind).unwrap().text;
        if env::var_os("RECORD").is_some() {
            fs::write(&path, &made).unwrap();
        }
        assert_eq!(made, fs::read_to_string(&path).unwrap(), "{}", path.display());
    }
}
