/** Metadata crosses to the wasm modules as JSON, and comes back unchanged. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { packed, unpacked } from "./metadata.js";
import type { Timeline } from "./types.js";

const metadata = { editor: { colour: "red", cuts: [1, 2.5, null] } };
const clip = {
  id: "c",
  name: "A line",
  assetId: "a",
  offset: 0,
  duration: 1,
  sourceStart: 0,
  lane: 0,
  volumeDb: 0,
  isMuted: false,
};
const timeline: Timeline = {
  id: "t",
  name: "Scene",
  audioLayout: "stereo",
  audioRate: 44_100,
  durationSeconds: 1,
  clips: [clip, { ...clip, id: "d", metadata }],
  chapters: [
    { title: "One", offset: 0 },
    { title: "Two", offset: 0.5, metadata },
  ],
  metadata,
};

test("a timeline comes back with what was kept with it, its clips and its chapters", () => {
  const original = structuredClone(timeline);
  const crossing = packed(timeline);
  assert.deepEqual(timeline, original);
  assert.equal(crossing.metadata, JSON.stringify(metadata));
  assert.deepEqual([crossing.clips[1]?.metadata, crossing.chapters?.[1]?.metadata], Array(2).fill(crossing.metadata));
  assert.deepEqual(unpacked(crossing), original);
});

test("a clip by itself is packed too, and what is none stays as it is", () => {
  assert.deepEqual(packed({ assetId: "b", metadata }), { assetId: "b", metadata: JSON.stringify(metadata) });
  for (const odd of [null, undefined, 7]) assert.equal(packed(odd as unknown as object), odd);
});

test("what JSON cannot hold, or is no object, is refused", () => {
  const odd = { ...timeline, metadata: "red" } as unknown as Timeline;
  assert.throws(() => packed(odd), { name: "TypeError", message: "metadata must be an object" });
  assert.throws(() => packed({ metadata: 1 }, "clips[3]: "), { message: "clips[3]: metadata must be an object" });
});
