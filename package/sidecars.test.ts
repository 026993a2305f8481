/** The kinds of sidecars that are wanted, and their names. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SIDECAR_KINDS as KINDS, type SidecarKind } from "./choices.js";
import { savedSidecars, sidecarName, sidecarOf, wantedSidecars } from "./sidecars.js";

test("a kind that is asked for twice is wanted once, and none is wanted unasked", () => {
  assert.deepEqual(wantedSidecars({}), []);
  assert.deepEqual(wantedSidecars({ sidecars: [] }), []);
  assert.deepEqual(wantedSidecars({ sidecars: ["srt", "webvtt", "srt"] }), ["srt", "webvtt"]);
  assert.deepEqual(wantedSidecars({ sidecars: KINDS }), KINDS);
});

test("in a folder all are saved, or those that are named", () => {
  const wanted = { sidecars: ["webvtt", "srt", "labels"] } as const;
  assert.deepEqual(savedSidecars(wanted), ["webvtt", "srt", "labels"]);
  assert.deepEqual(savedSidecars({ ...wanted, savedSidecars: ["labels", "webvtt", "json"] }), ["webvtt", "labels"]);
  assert.deepEqual(savedSidecars({ ...wanted, savedSidecars: [] }), []);
});

test("what is no sidecar is refused, whatever objects have by nature", () => {
  const message = "sidecars can be webvtt, json, srt, chapters, show-notes or labels, and not all";
  assert.throws(() => wantedSidecars({ sidecars: ["all" as SidecarKind] }), { name: "TypeError", message });
  for (const kind of ["lrc", "toString", ""]) {
    assert.throws(() => wantedSidecars({ sidecars: [kind as SidecarKind] }), TypeError);
  }
});

test("sidecars are called after the audio", () => {
  const names = (audio: string) => KINDS.map((kind) => sidecarName(kind, audio));
  assert.deepEqual(names("Act I. Scene 1.m4a"), [
    "Act I. Scene 1.vtt",
    "Act I. Scene 1.m4a.timing.json",
    "Act I. Scene 1.srt",
    "Act I. Scene 1.chapters.json",
    "Act I. Scene 1.chapters.txt",
    "Act I. Scene 1.labels.txt",
  ]);
  assert.equal(sidecarName("webvtt", "Book.m4b"), "Book.vtt");
  assert.equal(sidecarName("webvtt", "Untold"), "Untold.vtt");
  assert.equal(sidecarName("webvtt", ".m4a"), ".m4a.vtt");
});

test("a sidecar has its type", () => {
  assert.deepEqual(sidecarOf({ kind: "webvtt", text: "WEBVTT\n" }, "a.m4a"), {
    kind: "webvtt",
    name: "a.vtt",
    type: "text/vtt",
    text: "WEBVTT\n",
  });
  assert.equal(sidecarOf({ kind: "chapters", text: "{}" }, "a.m4a").type, "application/json+chapters");
  assert.equal(sidecarOf({ kind: "show-notes", text: "" }, "a.m4a").type, "text/plain");
});
