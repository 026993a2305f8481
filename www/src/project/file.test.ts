import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { matchFiles, ProjectFileError, parseProjectFile } from "./file.ts";

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
  const project = parseProjectFile(readFileSync(new URL("../../sample/project.json", import.meta.url), "utf8"));
  assert.ok(project.clips.length >= 14);
});

test("every field of the format is taken", () => {
  const clip = {
    file: "audio/a.wav",
    id: "one",
    text: "Hello.",
    voice: "ALICE",
    offset: 0,
    duration: 1.5,
    sourceStart: 0.25,
    lane: -1,
    volumeDb: -6,
    isMuted: false,
  };
  assert.deepEqual(faultsIn({ name: "Scene", gapSeconds: 0.25, clips: [clip] }), []);
});

test("what is not a project is refused with a sentence", () => {
  assert.match(faultsOf(() => parseProjectFile("{ clips"))[0] ?? "", /^The project file is not JSON: /);
  assert.deepEqual(faultsIn([]), ["The project file must hold one JSON object."]);
  const noClips = "The project’s “clips” must be a list of at least one clip.";
  assert.deepEqual(faultsIn({ name: "Scene" }), [noClips]);
  assert.deepEqual(faultsIn({ name: "Scene", clips: [] }), [noClips]);
});

test("every fault is told, with its clip and its field", () => {
  const clips = [{ file: "a.wav", id: "x", offset: -1 }, { volume: 3 }, "b.wav", { file: "c.wav", id: "x", lane: 0.5 }];
  assert.deepEqual(faultsIn({ name: " ", gapSeconds: "long", clips }), [
    "The project’s “name” must be text, not empty.",
    "The project’s “gapSeconds” must be a number from 0 to 60.",
    "Clip 1’s “offset” must be seconds, 0 or more.",
    "Clip 2 has no “file”.",
    "Clip 2 has a field “volume”, which means nothing here.",
    "Clip 3 must be an object.",
    "Clip 4’s “lane” must be a whole number.",
    "Clip 4 has the same “id” as a clip before it.",
  ]);
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
      "“one/a.wav” and “two/a.wav” have the same file name; give one of them another.",
      "The audio file “gone.wav” was not chosen with the project file.",
    ],
  );
});
