import assert from "node:assert/strict";
import { test } from "node:test";
import { chaptersMadeOf } from "./chapter-preview.ts";
import type { ProjectClip } from "./model.ts";

const placed = (start: number, clip: Partial<ProjectClip> = {}) => ({
  clip: { id: `${start}`, assetId: "a", name: "a.wav", text: "", voice: "", lane: 0, ...clip },
  start,
  length: 1,
  sourceStart: 0,
});

test("chapters are made of what is heard, in order, by lines, scenes or the clock", () => {
  const clips = [
    placed(4, { text: "Who knocks at a lighthouse?", scene: "DOOR" }),
    placed(1, {
      text: "Four hundred and ten steps. I count them every night, in case one goes missing.",
      scene: "STAIRS",
    }),
    placed(1, { name: "rain.mp3", lane: -1 }),
    placed(2, { isMuted: true, text: "Cut", scene: "NOWHERE" }),
    placed(3, { scene: "STAIRS" }),
  ];
  assert.deepEqual(chaptersMadeOf("clips", clips, 5), [
    { title: "Four hundred and ten steps. I count them every night, in…", offset: 1 },
    { title: "a", offset: 3 },
    { title: "Who knocks at a lighthouse?", offset: 4 },
  ]);
  assert.deepEqual(chaptersMadeOf("scenes", clips, 5), [
    { title: "STAIRS", offset: 1 },
    { title: "DOOR", offset: 4 },
  ]);
  assert.deepEqual(chaptersMadeOf({ everySeconds: 2.5 }, clips, 5), [
    { title: "Chapter 1", offset: 0 },
    { title: "Chapter 2", offset: 2.5 },
  ]);
  assert.deepEqual(chaptersMadeOf("none", clips, 5), []);
});
