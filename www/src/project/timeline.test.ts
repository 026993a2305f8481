/** A project survives the way through OpenTimelineIO unchanged, and the changes of other editors are taken over. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { type OtioAsset, otioToTimeline, timelineToOtio } from "secuencia/otio.js";
import { checkProject, parseProjectFile } from "secuencia/project.js";
import { isObject, type Json, type JsonObject, parseJson } from "../../../package/otio/json.ts";
import { emptyProject, type Project, type ProjectClip } from "./model.ts";
import { placeClips } from "./placement.ts";
import { projectOf, timelineOf } from "./timeline.ts";

interface Known extends OtioAsset {
  trim?: { start: number; end: number };
}

const ASSETS: Known[] = [
  { id: "a", name: "a.wav", durationSeconds: 70_001 / 44_100, sampleRate: 44_100, text: "Hello.", voice: "ALICE" },
  {
    id: "b",
    name: "ü ?#%.flac",
    durationSeconds: 100_003 / 48_000,
    sampleRate: 48_000,
    trim: { start: 0.1, end: 1.9 },
  },
  { id: "c", name: "c.mp3", durationSeconds: 1 / 3, sampleRate: 22_050 },
];
const assetOf = (id: string) => ASSETS.find((asset) => asset.id === id);

/** Sends a project through a timeline file and back, with asset IDs as the clips' files. */
function through(project: Project, edit: (json: string) => string = (json) => json): Project {
  const { files, clips, ...read } = projectOf(
    otioToTimeline(edit(timelineToOtio(timelineOf(project, assetOf), ASSETS))),
    "x",
  );
  assert.ok(files);
  const model = clips.map(({ file, ...clip }) => ({ text: "", voice: "", lane: 0, assetId: file, ...clip }));
  return { ...emptyProject(), ...read, clips: model as ProjectClip[] };
}

/** Random numbers from 0 up to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function randomProject(seed: number): Project {
  const random = randomFrom(seed);
  const maybe = <T extends object>(fields: () => T) => (random() < 0.4 ? fields() : {});
  const one = <T>(choices: readonly T[]) => choices[Math.floor(random() * choices.length)] as T;
  const clips = Array.from({ length: Math.floor(random() * 12) }, (_, index): ProjectClip => {
    const { id: assetId, name } = one(ASSETS);
    return {
      id: `clip ${index}`,
      assetId,
      name: one([name, "Another"]),
      text: one(["", "Who knocks at a lighthouse?", "Ödette “says”\n日本"]),
      voice: one(["", "ODETTE"]),
      lane: Math.floor(random() * 3) - 1,
      ...maybe(() => ({ offset: one([0, random() * 100]) })),
      ...maybe(() => ({ sourceStart: one([0, random() * 0.1]) })),
      ...maybe(() => ({ duration: 0.01 + random() / 8 })),
      ...maybe(() => ({ volumeDb: one([0, random() * 10 - 20]) })),
      ...maybe(() => ({ isMuted: random() < 0.5 })),
      ...maybe(() => ({ fadeIn: one([0, random() / 300]) })),
      ...maybe(() => ({ fadeOut: one([0, random() / 300]) })),
      ...maybe(() => ({ pan: one([0, random() * 2 - 1]) })),
      ...maybe(() => ({ scene: "INT. LIGHTHOUSE" })),
      ...maybe(() => ({ metadata: { other: { deep: [1, "two", null] } } })),
    };
  });
  return {
    name: one(["A Letter", "  Ödette’s  "]),
    ...maybe(() => ({ laneNames: { "-1": "Music", "0": "Voices" } })),
    gapSeconds: one([0, random(), 0.25]),
    clips,
    ...maybe(() => ({ edgeFadeSeconds: one([0, 0.005, 1]) })),
    ...maybe(() => ({ audioLayout: one(["stereo", "mono", "auto"]) })),
    ...maybe(() => ({ audioRate: one([44_100, 48_000]) })),
    ...maybe(() => ({ bitRate: 128_000, loudness: one(["podcast", { rmsDb: -20.5 }]), ceilingDb: one([null, -1]) })),
    ...maybe(() => ({ trimSilence: true, onUnreadableClip: "silence", sidecars: ["webvtt", "srt"] })),
    ...maybe(() => ({ chapterSource: one(["none", { everySeconds: 90.5 }]), extension: "m4b" })),
    ...maybe(() => ({ script: [{ text: "Hello.", voice: "ALICE", clipId: "clip 0" }] })),
    ...maybe(() => ({ tags: { title: "T", track: { number: 1, total: 3 }, covers: ["cover"] } })),
    ...maybe(() => ({
      chapters: [
        { title: "One", offset: 0 },
        { title: "", offset: random() * 100, image: "picture", metadata: { mine: true } },
      ],
    })),
    ...maybe(() => ({ metadata: { host: "kept" } })),
  } as Project;
}

test("a project comes back from a timeline as it was, all of it", () => {
  for (let seed = 0; seed < 500; seed += 1) {
    const project = randomProject(seed);
    assert.deepEqual(through(project), project, `seed ${seed}`);
    assert.deepEqual(through(through(project)), project, `seed ${seed}, twice`);
  }
});

test("the sample comes back as it was", () => {
  const file = parseProjectFile(readFileSync(new URL("../../sample/project.json", import.meta.url), "utf8"));
  const clips = file.clips.map(({ file: name, ...clip }, index) => ({
    id: `${index}`,
    assetId: "a",
    name,
    text: "",
    voice: "",
    lane: 0,
    ...clip,
  }));
  const project = { ...emptyProject(), ...file, clips };
  assert.deepEqual(through(project), project);
});

test("the timeline says where clips lie and what they play, for those who know nothing of the studio", () => {
  const clip = { assetId: "b", name: "b", text: "", voice: "", lane: 0 };
  const project: Project = {
    name: "Scene",
    gapSeconds: 0.5,
    edgeFadeSeconds: 0.25,
    clips: [
      { ...clip, id: "1" },
      { ...clip, id: "2", duration: 0.4, fadeOut: 0.3 },
    ],
  };
  const said = timelineOf(project, assetOf).clips.map(({ metadata, ...rest }) => rest);
  const each = { ...clip, volumeDb: 0, isMuted: false };
  const [first, second] = placeClips(project, assetOf);
  assert.deepEqual(said, [
    { ...each, id: "1", offset: 0, duration: first?.length, sourceStart: 0.1, fadeIn: 0.25, fadeOut: 0.25 },
    { ...each, id: "2", offset: second?.start, duration: 0.4, sourceStart: 0.1, fadeIn: 0.4 - 0.3, fadeOut: 0.3 },
  ]);
});

test("what another editor has moved, cut or switched off is stated; the others still follow", () => {
  const clip = { assetId: "a", name: "a.wav", text: "Hello.", voice: "ALICE", lane: 0 };
  const clips = ["1", "2", "3", "4"].map((id) => ({ ...clip, id }));
  const project: Project = { name: "Scene", gapSeconds: 0.5, clips };
  const edited = through(project, (json) => {
    const file = JSON.parse(json);
    const [track] = file.tracks.children;
    const [, , second] = track.children;
    second.enabled = false;
    second.source_range.duration.value /= 2;
    file.name = "Another scene";
    return JSON.stringify(file);
  });
  const [first, second, third, fourth] = edited.clips;
  assert.equal(edited.name, "Another scene");
  assert.deepEqual(first, clips[0]);
  assert.ok(Math.abs((second?.duration ?? 0) - 70_001 / 44_100 / 2) < 1e-4);
  // It keeps the rate at which the file told the odd time.
  const { metadata: _rate, ...rest } = second ?? {};
  assert.deepEqual({ ...rest, duration: 0 }, { ...clips[1], duration: 0, isMuted: true });
  assert.deepEqual([third, fourth], clips.slice(2), "they follow the shorter one, as in the other editor");
});

test("a timeline of another program becomes a project whose clips state their times", () => {
  const timeline = {
    id: "t",
    name: "",
    audioLayout: "stereo" as const,
    audioRate: 48_000 as const,
    durationSeconds: 3,
    clips: [
      {
        ...{ id: "1", assetId: "file:///a.wav", name: "", offset: 1, duration: 2, sourceStart: 0 },
        ...{ lane: -1, volumeDb: 0, isMuted: true },
      },
    ],
  };
  const media = [{ assetId: "file:///a.wav", url: "file:///a.wav", name: "a.wav", clips: 1 }];
  const { files, ...read } = projectOf({ timeline, media }, "From a film");
  assert.deepEqual(read, {
    name: "From a film",
    audioRate: 48_000,
    clips: [
      {
        ...{ file: "file:///a.wav", id: "1", name: "a.wav", lane: -1 },
        ...{ offset: 1, duration: 2, sourceStart: 0, isMuted: true },
      },
    ],
  });
  assert.deepEqual(files, [{ file: "file:///a.wav", name: "a.wav" }]);
});

/** A file without the package's metadata. JavaScript cannot represent all of its numbers. */
function withoutOurs(json: string): JsonObject {
  const strip = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(strip);
    if (!isObject(value)) return value;
    const fields = Object.entries(value).filter(([key]) => key !== "secuencia");
    return Object.fromEntries(fields.map(([key, field]) => [key, strip(field)]));
  };
  return strip(parseJson(json)) as JsonObject;
}

test("a timeline of another program comes out of the studio as it comes out of the package: with all that it had", () => {
  const folder = new URL("../../../tests/data/otio/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".otio"));
  assert.ok(names.length > 3);
  for (const name of names) {
    const read = otioToTimeline(readFileSync(new URL(name, folder), "utf8"));
    const media = new Map(
      read.media.map(({ assetId, name: file }) => [
        assetId,
        { id: assetId, name: file, durationSeconds: 1000, sampleRate: 48_000 },
      ]),
    );
    const direct = timelineToOtio(read.timeline, media.values());
    const { files: _files, clips, ...opened } = projectOf(read, name);
    const model = clips.map(({ file, ...clip }) => ({ text: "", voice: "", lane: 0, assetId: file, ...clip }));
    const project = { ...emptyProject(), ...opened, clips: model } as Project;
    const written = timelineToOtio(
      timelineOf(project, (id) => media.get(id)),
      media.values(),
    );
    const expected = withoutOurs(direct);
    assert.deepEqual({ ...withoutOurs(written), name: expected.name }, expected, name);
  }
});

test("what somebody has written in the studio's place is checked as a project file is", () => {
  const timeline = timelineOf(randomProject(1), assetOf);
  for (const studio of [{ gapSeconds: "long" }, { bitRate: 1 }, { script: {} }, { nonsense: 1 }]) {
    const written = { ...timeline, durationSeconds: 0, metadata: { studio } };
    assert.throws(() => projectOf({ timeline: written, media: [] }, "x"), { name: "ProjectFileError" });
  }
  for (const studio of [null, 3, [], { trims: 4 }]) {
    const written = { ...timeline, durationSeconds: 0, metadata: { studio } };
    assert.ok(checkProject(projectOf({ timeline: written, media: [] }, "x")));
  }
});
