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
const lengths = new Map([
  ["a", 1],
  ["b", 2],
]);
const starts = (one: Project) => placeClips(one, (id) => lengths.get(id)).map(({ start }) => start);

test("clips follow each other with the gap, each lane for itself", () => {
  const music = clip("b", { lane: -1 });
  assert.deepEqual(starts(project(clip("a"), music, clip("b"), clip("a"))), [0, 0, 1.5, 4]);
});

test("a clip with an offset starts there, and the next follows it", () => {
  assert.deepEqual(starts(project(clip("a", { offset: 10 }), clip("b", { offset: 1 }), clip("a"))), [10, 1, 3.5]);
});

test("a trimmed clip is as long as what is left of its audio", () => {
  const [placed] = placeClips(project(clip("b", { sourceStart: 0.5 })), (id) => lengths.get(id));
  assert.equal(placed?.length, 1.5);
});

test("the project ends with its latest clip, not with its last", () => {
  const placed = placeClips(project(clip("a", { offset: 10 }), clip("b", { offset: 1 })), (id) => lengths.get(id));
  assert.equal(endOf(placed), 11);
});
