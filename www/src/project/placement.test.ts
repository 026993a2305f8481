import assert from "node:assert/strict";
import { test } from "node:test";
import type { Project, ProjectClip } from "./model.ts";
import { endOf, placeClips } from "./placement.ts";

const clip = (id: string, more: Partial<ProjectClip> = {}): ProjectClip => ({
  id,
  assetId: id,
  name: id,
  text: "",
  voice: "",
  lane: 0,
  ...more,
});
const project = (...clips: ProjectClip[]): Project => ({ name: "Scene", gapSeconds: 0.5, clips });
const extents = new Map([
  ["a", { durationSeconds: 1 }],
  ["b", { durationSeconds: 2 }],
  ["trimmed", { durationSeconds: 2, trim: { start: 0.25, end: 1.5 } }],
]);
const place = (one: Project) => placeClips(one, (id) => extents.get(id));
const starts = (one: Project) => place(one).map(({ start }) => start);

test("clips follow each other with the gap, each lane for itself", () => {
  const music = clip("b", { lane: -1 });
  assert.deepEqual(starts(project(clip("a"), music, clip("b"), clip("a"))), [0, 0, 1.5, 4]);
});

test("a clip with an offset starts there, and the next follows it", () => {
  assert.deepEqual(starts(project(clip("a", { offset: 10 }), clip("b", { offset: 1 }), clip("a"))), [10, 1, 3.5]);
});

test("a clip that skips some of its audio is as long as what is left of it", () => {
  const [placed] = place(project(clip("b", { sourceStart: 0.5 })));
  assert.equal(placed?.length, 1.5);
});

test("audio without the silence at its ends plays what is left, unless the clip says otherwise", () => {
  const stretches = (more: Partial<ProjectClip>) =>
    place(project(clip("trimmed", more))).map(({ sourceStart, length }) => [sourceStart, length]);
  assert.deepEqual(stretches({}), [[0.25, 1.25]]);
  assert.deepEqual(stretches({ sourceStart: 0 }), [[0, 1.5]]);
  assert.deepEqual(stretches({ sourceStart: 1 }), [[1, 0.5]]);
  assert.deepEqual(stretches({ sourceStart: 1.75 }), [[1.75, 0.25]]);
  assert.deepEqual(stretches({ sourceStart: 0, duration: 2 }), [[0, 2]]);
});

test("the project ends with its latest clip, not with its last", () => {
  const placed = place(project(clip("a", { offset: 10 }), clip("b", { offset: 1 })));
  assert.equal(endOf(placed), 11);
});
