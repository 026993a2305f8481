import assert from "node:assert/strict";
import { test } from "node:test";
import { lanesOf, type Project, type ProjectClip, withClipChanged, withClipsMoved, withoutClips } from "./model.ts";

const clip = (id: string, lane = 0): ProjectClip => ({ id, assetId: id, name: id, text: "", voice: "", lane });
const scene: Project = { name: "Scene", gapSeconds: 0, clips: [clip("a"), clip("b", -1), clip("c", 2)] };
const order = (project: Project) => project.clips.map(({ id }) => id).join("");

test("moving a clip keeps the others in order and stops at either end", () => {
  assert.equal(order(withClipsMoved(scene, new Set(["a"]), 1)), "bac");
  assert.equal(order(withClipsMoved(scene, new Set(["c"]), 0)), "cab");
  assert.equal(order(withClipsMoved(scene, new Set(["a"]), -1)), "abc");
  assert.equal(order(withClipsMoved(scene, new Set(["a"]), 99)), "bca");
  assert.equal(order(scene), "abc");
});

test("a field changed to undefined is left out again, so that the clip follows its lane", () => {
  const placed = withClipChanged(scene, "a", { offset: 3, text: "Hello" });
  assert.equal(placed.clips[0]?.offset, 3);
  const following = withClipChanged(placed, "a", { offset: undefined });
  assert.equal("offset" in (following.clips[0] ?? {}), false);
  assert.equal(following.clips[0]?.text, "Hello");
});

test("a lane begins when it did, whichever clip comes first", () => {
  const first = { ...clip("a"), offset: 3 };
  const play: Project = { name: "Play", gapSeconds: 0, clips: [first, clip("b"), { ...clip("m", -1), offset: 8 }] };
  const offsets = ({ clips }: Project) => Object.fromEntries(clips.map(({ id, offset }) => [id, offset]));

  const swapped = withClipsMoved(play, new Set(["a"]), 1);
  assert.deepEqual(offsets(swapped), { b: 3, a: undefined, m: 8 });
  assert.deepEqual(withClipsMoved(swapped, new Set(["a"]), 0), play);

  const removed = withoutClips(play, new Set(["a"]));
  assert.deepEqual(offsets(removed), { b: 3, m: 8 });
  assert.deepEqual(offsets(withClipChanged(play, "a", { lane: 2 })), { a: 3, b: 3, m: 8 });
});

test("the main lane is always drawn, those above it before it and those below behind", () => {
  assert.deepEqual(lanesOf(scene), [2, 0, -1]);
  assert.deepEqual(lanesOf({ ...scene, clips: [] }), [0]);
});
