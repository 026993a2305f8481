import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { matchFiles, matchPictures, ProjectFileError, parseProjectFile } from "./file.js";

const faultsOf = (run: () => unknown): string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof ProjectFileError) return error.faults;
    throw error;
  }
  return [];
};
const faultsIn = (project: unknown) => faultsOf(() => parseProjectFile(JSON.stringify(project)));

test("the sample project is a good one", () => {
  const project = parseProjectFile(readFileSync(new URL("../../www/sample/project.json", import.meta.url), "utf8"));
  assert.ok(project.clips.length >= 14);
});

test("lanes have names, by their numbers", () => {
  const named = (laneNames: unknown) => faultsIn({ name: "A", laneNames, clips: [{ file: "a.wav" }] });
  assert.deepEqual(named({ "-1": "Music", "0": "Voices", "12": "Rain" }), []);
  assert.deepEqual(named({}), []);
  const fault = ["The project’s “laneNames” must be an object with names by the numbers of lanes."];
  for (const bad of [[], "Music", null, { music: "Music" }, { "1.5": "A" }, { "01": "A" }, { "1": "" }, { "1": 2 }]) {
    assert.deepEqual(named(bad), fault, JSON.stringify(bad));
  }
});

test("every field of the format is taken", () => {
  const clip = {
    file: "audio/a.wav",
    id: "one",
    name: "Take 3.wav",
    text: "Hello.",
    voice: "ALICE",
    offset: 0,
    duration: 1.5,
    sourceStart: 0.25,
    lane: -1,
    volumeDb: -6,
    isMuted: false,
    fadeIn: 0.5,
    fadeOut: 1,
    pan: -0.3,
    scene: "THE STAIRS",
    metadata: { host: { colour: "red" } },
  };
  const tags = {
    title: "Scene",
    artist: "A",
    album: "B",
    albumArtist: "C",
    composer: "D",
    narrator: "E",
    genre: "F",
    year: "2026",
    track: { number: 1 },
    disc: { number: 1, total: 2 },
    comment: "G",
    description: "H",
    longDescription: "I",
    copyright: "J",
    language: "en",
    grouping: "K",
    mediaType: "audiobook",
    covers: ["cover.png"],
  };
  const chapters = [
    { title: "One", offset: 0 },
    { title: "", offset: 1.5, image: "art/two.jpg", metadata: {} },
  ];
  const files = [
    { file: "audio/a.wav", id: "asset", name: "Take 3.wav", text: "", voice: "", trim: { start: 0, end: 1 } },
    { file: "art/two.jpg" },
  ];
  const settings = {
    edgeFadeSeconds: 0.005,
    audioLayout: "mono",
    audioRate: 48_000,
    bitRate: 64_000,
    ceilingDb: null,
    trimSilence: true,
    onUnreadableClip: "silence",
    tags,
    chapters,
    extension: "m4b",
    sidecars: ["webvtt", "srt", "chapters", "show-notes", "labels"],
    id: "timeline",
    metadata: { host: [1, 2] },
    files,
    script: [
      { text: "Hello.", voice: "ALICE", scene: "INT. HALL", clipId: "one" },
      { text: "Who is there?", voice: "BOB" },
    ],
  };
  for (const chapterSource of ["markers", "clips", "scenes", "none", { everySeconds: 600 }]) {
    assert.deepEqual(faultsIn({ name: "Scene", chapterSource, clips: [clip] }), []);
  }
  for (const loudness of [
    "podcast",
    "podcast-mono",
    "broadcast",
    "audiobook",
    { integratedLufs: -14 },
    { rmsDb: -20 },
  ]) {
    assert.deepEqual(faultsIn({ name: "Scene", gapSeconds: 0.25, ...settings, loudness, clips: [clip] }), []);
  }
});

test("a project that a library wrote says what is known of its files, and may have no clips yet", () => {
  assert.deepEqual(faultsIn({ name: "Scene", clips: [], files: [] }), []);
  const files = [{ id: "a" }, 3, { file: "a.wav", trim: { start: 2, end: 1 } }, { file: "b.wav", size: 4 }];
  assert.deepEqual(faultsIn({ name: "Scene", clips: [], files, metadata: [] }), [
    "The project’s “metadata” must be an object.",
    "File 1 has no “file”.",
    "File 2 must be an object.",
    "File 3’s “trim” must be an object with a “start” and a later “end”, in seconds.",
    "File 4 has an unknown field “size”.",
  ]);
});

test("what is not a project is refused with a sentence", () => {
  assert.match(faultsOf(() => parseProjectFile("{ clips"))[0] ?? "", /^The project file is not valid JSON: /);
  assert.deepEqual(faultsIn([]), ["The project file must be one JSON object."]);
  const noClips = "The project’s “clips” must be a list of at least one clip.";
  assert.deepEqual(faultsIn({ name: "Scene" }), [noClips]);
  assert.deepEqual(faultsIn({ name: "Scene", clips: [] }), [noClips]);
});

test("every fault is told, with its clip and its field", () => {
  const clips = [{ file: "a.wav", id: "x", offset: -1 }, { volume: 3 }, "b.wav", { file: "c.wav", id: "x", lane: 0.5 }];
  assert.deepEqual(faultsIn({ name: " ", gapSeconds: "long", clips }), [
    "The project’s “name” must be text that is not empty.",
    "The project’s “gapSeconds” must be a number from 0 to 60.",
    "Clip 1’s “offset” must be a number of seconds, 0 or more.",
    "Clip 2 has no “file”.",
    "Clip 2 has an unknown field “volume”.",
    "Clip 3 must be an object.",
    "Clip 4’s “lane” must be a whole number.",
    "Clip 4 has the same “id” as an earlier clip.",
  ]);
});

test("a setting that the package does not take is told, with what it may be", () => {
  const settings = {
    edgeFadeSeconds: 5,
    audioLayout: "surround",
    audioRate: 22_050,
    bitRate: 500_000,
    loudness: "loud",
    ceilingDb: 3,
    trimSilence: "yes",
    onUnreadableClip: "skip",
    timing: "all",
    sidecars: ["srt", "lrc"],
  };
  const targets = "podcast, podcast-mono, broadcast, audiobook or an object with “integratedLufs” or “rmsDb”, -70 to 0";
  assert.deepEqual(faultsIn({ name: "Scene", ...settings, clips: [{ file: "a.wav", pan: 2, fadeIn: -1 }] }), [
    "The project’s “edgeFadeSeconds” must be a number from 0 to 1.",
    "The project’s “audioLayout” must be stereo, mono or auto.",
    "The project’s “audioRate” must be 44100 or 48000.",
    "The project’s “bitRate” must be a number from 32000 to 320000.",
    `The project’s “loudness” must be ${targets}.`,
    "The project’s “ceilingDb” must be a number from -40 to 0, or null.",
    "The project’s “trimSilence” must be true or false.",
    "The project’s “onUnreadableClip” must be stop or silence.",
    "The project has an unknown field “timing”.",
    "The project’s “sidecars” must be a list of webvtt, json, srt, chapters, show-notes or labels.",
    "Clip 1’s “pan” must be a number from -1 to 1.",
    "Clip 1’s “fadeIn” must be a number of seconds, 0 or more.",
  ]);
  for (const loudness of [{ integratedLufs: 3 }, { integratedLufs: -16, rmsDb: -20 }, { lufs: -16 }, null, 16]) {
    const [fault] = faultsIn({ name: "Scene", loudness, clips: [{ file: "a.wav" }] });
    assert.equal(fault, `The project’s “loudness” must be ${targets}.`);
  }
});

test("what is no tag and no chapter is told, with what it may be", () => {
  const part = "must be an object with a “number” and optionally a “total”, whole numbers from 1 to 65535";
  const source = "markers, clips, scenes, none or an object with “everySeconds”, 1 or more";
  const about = {
    tags: { title: 3, subtitle: "", year: 2026, track: 4, disc: { number: 0 }, mediaType: "film", covers: "a.png" },
    chapters: [{ title: "One" }, "Two", { title: 3, offset: -1, image: "", length: 2 }],
    chapterSource: { everySeconds: 0.5 },
    extension: "mp3",
  };
  assert.deepEqual(faultsIn({ name: "Scene", ...about, clips: [{ file: "a.wav" }] }), [
    `The project’s “chapterSource” must be ${source}.`,
    "The project’s “extension” must be m4a or m4b.",
    "The tags’ “title” must be text.",
    "The tags have an unknown field “subtitle”.",
    "The tags’ “year” must be text.",
    `The tags’ “track” ${part}.`,
    `The tags’ “disc” ${part}.`,
    "The tags’ “mediaType” must be music, audiobook or podcast.",
    "The tags’ “covers” must be a list of file names.",
    "Chapter 1 has no “offset”.",
    "Chapter 2 must be an object.",
    "Chapter 3’s “title” must be text.",
    "Chapter 3’s “offset” must be a number of seconds, 0 or more.",
    "Chapter 3’s “image” must be text that is not empty.",
    "Chapter 3 has an unknown field “length”.",
  ]);
  for (const [tags, chapters] of [
    [[], {}],
    [null, null],
  ]) {
    assert.deepEqual(faultsIn({ name: "Scene", tags, chapters, clips: [{ file: "a.wav" }] }), [
      "The project’s “tags” must be an object.",
      "The project’s “chapters” must be a list.",
    ]);
  }
});

test("pictures are found by file name, and one that was not chosen is named", () => {
  const clips = [{ file: "a.wav" }];
  const chapters = [{ title: "One", offset: 0, image: "art/one.png" }];
  const project = { name: "Scene", tags: { covers: ["cover.jpg"] }, chapters, clips };
  const [cover, one] = [{ name: "cover.jpg" }, { name: "one.png" }];
  assert.deepEqual(
    [...matchPictures(project, [one, cover])],
    [
      ["cover.jpg", cover],
      ["art/one.png", one],
    ],
  );
  assert.deepEqual(
    faultsOf(() => matchPictures(project, [cover])),
    ["The picture “art/one.png” is missing. Choose it together with the project file."],
  );
});

test("a script that is no list of lines is told", () => {
  for (const script of [
    "ALICE: Hello.",
    [{ text: "Hello." }],
    [{ text: "Hello.", voice: "ALICE", scene: 3 }],
    [null],
  ]) {
    const [fault] = faultsIn({ name: "Scene", script, clips: [{ file: "a.wav" }] });
    assert.match(fault ?? "", /^The project’s “script” must be a list of lines, each with “text” and “voice”, /);
  }
});

test("clips find their audio by file name, one file for several clips if need be", () => {
  const project = parseProjectFile(
    JSON.stringify({ name: "Scene", clips: [{ file: "audio/a.wav" }, { file: "b.mp3" }, { file: "audio/a.wav" }] }),
  );
  const files = [{ name: "b.mp3" }, { name: "a.wav" }];
  assert.deepEqual(
    matchFiles(project, files).map(({ name }) => name),
    ["a.wav", "b.mp3", "a.wav"],
  );
});

test("audio that was not chosen, or that its name cannot tell apart, is named", () => {
  const clips = [{ file: "one/a.wav" }, { file: "two/a.wav" }, { file: "gone.wav" }];
  assert.deepEqual(
    faultsOf(() => matchFiles({ name: "Scene", clips }, [{ name: "a.wav" }])),
    [
      "“one/a.wav” and “two/a.wav” have the same file name. Rename one of them.",
      "The audio file “gone.wav” is missing. Choose it together with the project file.",
    ],
  );
});

test("names are compared whether their accents are composed, as most write them, or apart, as Macs do", () => {
  for (const name of ["Café.wav", "Ångström – Żółć.wav", "한국어.wav", "が.wav", "ﬁn.wav"]) {
    const forms = [name.normalize("NFC"), name.normalize("NFD")];
    for (const stated of forms) {
      for (const chosen of forms) {
        const project = { name: "Scene", clips: [{ file: `audio/${stated}` }], tags: { covers: [`art/${stated}`] } };
        assert.deepEqual(matchFiles(project, [{ name: chosen }]), [{ name: chosen }]);
        assert.deepEqual(matchPictures(project, [{ name: chosen }]).get(`art/${stated}`), { name: chosen });
      }
    }
    const clips = forms.map((file) => ({ file }));
    assert.equal(matchFiles({ name: "Scene", clips }, [{ name }]).length, 2, "one file, stated in two forms");
    const apart = { name: "Scene", clips: [{ file: `a/${forms[0]}` }, { file: `b/${forms[1]}` }] };
    assert.equal(faultsOf(() => matchFiles(apart, [{ name }])).length, 1, "two files");
  }
});

test("of two chosen files by one name, neither is taken for what is meant", () => {
  const project = { name: "Scene", clips: [{ file: "é.wav" }], chapters: [{ title: "", offset: 0, image: "é.png" }] };
  const twice = (name: string) => [{ name: name.normalize("NFC") }, { name: name.normalize("NFD") }];
  const fault = (name: string) => `Several of the chosen files are called “${name}”. Choose only one of them.`;
  assert.deepEqual(
    faultsOf(() => matchFiles(project, [...twice("é.wav"), { name: "other.wav" }])),
    [fault("é.wav")],
  );
  assert.deepEqual(
    faultsOf(() => matchPictures(project, twice("é.png"))),
    [fault("é.png")],
  );
  assert.equal(matchFiles(project, [...twice("other.wav"), { name: "é.wav" }]).length, 1);
});
