import assert from "node:assert/strict";
import { test } from "node:test";
import { lanesOf, type Project, type ProjectClip, withClipChanged, withClipMoved } from "./model.ts";

const clip = (id: string, lane = 0): ProjectClip => ({ id, assetId: id, name: id, text: "", voice: "", lane });
const scene: Project = { name: "Scene", gapSeconds: 0, clips: [clip("a"), clip("b", -1), clip("c", 2)] };
const order = (project: Project) => project.clips.map(({ id }) => id).join("");

test("moving a clip keeps the others in order and stops at either end", () => {
  assert.equal(order(withClipMoved(scene, "a", 1)), "bac");
  assert.equal(order(withClipMoved(scene, "c", 0)), "cab");
  assert.equal(order(withClipMoved(scene, "a", -1)), "abc");
  assert.equal(order(withClipMoved(scene, "a", 99)), "bca");
  assert.equal(order(scene), "abc");
});

test("a field changed to undefined is left out again, so that the clip follows its lane", () => {
  const placed = withClipChanged(scene, "a", { offset: 3, text: "Hello" });
  assert.equal(placed.clips[0]?.offset, 3);
  const following = withClipChanged(placed, "a", { offset: undefined });
  assert.equal("offset" in (following.clips[0] ?? {}), false);
  assert.equal(following.clips[0]?.text, "Hello");
});

test("the main lane is always drawn, those above it before it and those below behind", () => {
  assert.deepEqual(lanesOf(scene), [2, 0, -1]);
  assert.deepEqual(lanesOf({ ...scene, clips: [] }), [0]);
});
